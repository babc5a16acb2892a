//! The traditional reading of the same findings: which conditions of the layer fit. It ranks nothing above danger.

use crate::Case;
use crate::judge::{Truth, judge};
use hakim_clinical::*;

/// A traditional condition that fits the findings.
#[derive(Debug, Clone, PartialEq)]
pub struct TraditionalFit {
    /// the condition
    pub id: TraditionalId,
    /// share of its findings that are present, absent ones counting against, 0..=1
    pub fit: Probability,
    /// findings that point to it
    pub findings: Vec<FindingId>,
    /// its referral rule holds now
    pub refer_now: bool,
}

/// Fits of at least a third of the findings, best first, at most four.
pub fn traditional_fits(case: &Case<'_>) -> Vec<TraditionalFit> {
    /// Fewer matching findings than this share point nowhere.
    const LEAST_FIT: f64 = 0.34;
    let mut fits: Vec<TraditionalFit> =
        case.base.traditional.values().map(|c| fit(c, case)).filter(|f| f.fit.value() >= LEAST_FIT).collect();
    fits.sort_by(|a, b| {
        (b.fit.value(), b.findings.len())
            .partial_cmp(&(a.fit.value(), a.findings.len()))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| a.id.cmp(&b.id))
    });
    fits.truncate(4);
    fits
}

fn fit(condition: &TraditionalCondition, case: &Case<'_>) -> TraditionalFit {
    let with = |presence| condition.findings.iter().filter(move |f| case.presence(f) == presence);
    let findings: Vec<FindingId> = with(Presence::Present).cloned().collect();
    let against = with(Presence::Absent).count() as f64;
    let all = condition.findings.len().max(1) as f64;
    TraditionalFit {
        id: condition.id.clone(),
        fit: Probability::clamped((findings.len() as f64 - 0.5 * against) / all),
        findings,
        refer_now: judge(&condition.refer_if, case) == Truth::True,
    }
}
