//! The traditional reading of the same findings: which conditions of the layer fit. It ranks nothing above danger.

use crate::Case;
use crate::judge::{Truth, judge};
use hakim_clinical::*;

/// A traditional condition that fits the findings.
#[derive(Debug, Clone, PartialEq)]
pub struct TraditionalFit {
    /// the condition
    pub id: TraditionalId,
    /// share of its known findings that speak for it, absent ones counting half against, 0..=1
    pub fit: Probability,
    /// findings that point to it
    pub findings: Vec<FindingId>,
    /// its referral rule holds now
    pub refer_now: bool,
}

/// Conditions of the traditions shown that the findings point to, best first, at most three of each tradition.
pub fn traditional_fits(case: &Case<'_>, shown: Traditions) -> Vec<TraditionalFit> {
    const MOST_OF_ONE: usize = 3;
    /// One finding alone, of the three that are counted at least, points nowhere.
    const LEAST_FIT: f64 = 0.34;
    let shows = |c: &&TraditionalCondition| c.id.tradition().is_some_and(|t| shown.shows(t));
    let all = case.base.traditional.values().filter(shows).map(|c| fit(c, case));
    let mut fits: Vec<TraditionalFit> = all.filter(|f| f.fit.value() >= LEAST_FIT).collect();
    fits.sort_by(|a, b| {
        (b.fit.value(), b.findings.len())
            .partial_cmp(&(a.fit.value(), a.findings.len()))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| a.id.cmp(&b.id))
    });
    let mut of_each = std::collections::BTreeMap::new();
    fits.retain(|f| {
        let taken: &mut usize = of_each.entry(f.id.tradition()).or_default();
        *taken += 1;
        *taken <= MOST_OF_ONE
    });
    fits
}

/// So many findings are counted at least: who has told little is not fitted to everything.
const LEAST_COUNTED: f64 = 3.0;

fn fit(condition: &TraditionalCondition, case: &Case<'_>) -> TraditionalFit {
    let with = |presence| condition.findings.iter().filter(move |f| case.presence(f) == presence);
    let findings: Vec<FindingId> = with(Presence::Present).cloned().collect();
    let against = with(Presence::Absent).count() as f64;
    let known = (findings.len() as f64 + against).max(LEAST_COUNTED);
    TraditionalFit {
        id: condition.id.clone(),
        fit: Probability::clamped((findings.len() as f64 - 0.5 * against) / known),
        findings,
        refer_now: judge(&condition.refer_if, case) == Truth::True,
    }
}

/// The words of the layer that describe a condition: its humour, and the temperament on the same side of both axes.
pub fn condition_terms<'k>(
    condition: &TraditionalCondition,
    base: &'k KnowledgeBase,
) -> impl Iterator<Item = &'k TraditionalTerm> + use<'k> {
    let humour = condition.humour.map(|h| format!(".{}", h.key()));
    let temperament = condition.temperament;
    base.terms.values().filter(move |term| match term.kind {
        TermKind::Humour => humour.as_ref().is_some_and(|h| term.id.as_str().ends_with(h)),
        TermKind::Temperament => same_side(term.temperament, temperament),
        TermKind::Imbalance | TermKind::Pulse | TermKind::Quality => false,
    })
}

fn same_side(a: Option<Temperament>, b: Option<Temperament>) -> bool {
    let side = |degrees: f64| if degrees == 0.0 { 0 } else { degrees.signum() as i8 };
    a.zip(b).is_some_and(|(a, b)| (side(a.heat), side(a.moisture)) == (side(b.heat), side(b.moisture)))
}
