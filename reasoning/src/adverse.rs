//! Medicines as causes: which of the present findings something the patient takes may have brought about.

use crate::Case;
use hakim_clinical::*;
use std::collections::BTreeMap;

/// One finding that one taken medicine may explain.
#[derive(Debug, Clone, PartialEq)]
pub struct MedicineCause {
    /// as the patient's list names it
    pub typed: String,
    /// the medicine or class that the fact is about
    pub of: Entity,
    /// the present finding
    pub finding: FindingId,
    /// of those who take it
    pub share: Share,
    /// share of those who take it over share of all who come to a clinic: above 1 speaks for the medicine
    pub ratio: f64,
    /// what to do about it; may be empty
    pub act: Text,
    /// origin
    pub evidence: Evidence,
}

/// Findings that are present and that a taken medicine is known to bring about, the most telling first. A fact about the
/// medicine itself goes before one about its class.
pub fn medicine_causes(case: &Case<'_>) -> Vec<MedicineCause> {
    let mut told: BTreeMap<(String, FindingId), MedicineCause> = BTreeMap::new();
    for effect in &case.base.effects {
        if case.presence(&effect.finding) != Presence::Present {
            continue;
        }
        let Some(finding) = case.base.findings.get(&effect.finding) else { continue };
        let takes = case.taken.iter().find(|t| match &effect.of {
            Entity::Medicine(id) => t.is_medicine(id),
            Entity::Class(class) => t.has_class(case.base, class),
            Entity::Remedy(_) => false,
        });
        let Some(taken) = takes else { continue };
        let cause = MedicineCause {
            typed: taken.typed.clone(),
            of: effect.of.clone(),
            finding: effect.finding.clone(),
            share: effect.share,
            ratio: effect.share.p.value() / finding.background.p.value().max(1e-4),
            act: effect.act.clone(),
            evidence: effect.evidence.clone(),
        };
        let place = (cause.typed.clone(), cause.finding.clone());
        let nearer = |c: &MedicineCause| (!matches!(c.of, Entity::Class(_)), c.ratio);
        if told.get(&place).is_none_or(|known| nearer(&cause) > nearer(known)) {
            told.insert(place, cause);
        }
    }
    // by medicine and finding already; equally telling ones stay so
    let mut causes: Vec<MedicineCause> = told.into_values().collect();
    causes.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    causes
}
