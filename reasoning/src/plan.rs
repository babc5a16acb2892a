//! The plan: what guidelines in the packs say for the working conditions, with this patient's doses and warnings.
//!
//! Danger comes first: a triage above routine puts its own referral lines above everything else.

use crate::judge::fits;
use crate::{Case, Taken, check_medicines, work_out_dose};
use hakim_clinical::*;

/// Plan lines for the conditions worked with, in the order of the screen within each group.
pub fn plan_lines(case: &Case<'_>, working: &[ConditionId], triage: &Triage, allergies: &[Taken]) -> Vec<PlanLine> {
    let mut lines: Vec<PlanLine> = triage
        .dangers
        .iter()
        .filter(|d| d.level >= TriageLevel::Soon)
        .take(3)
        .map(|d| PlanLine {
            id: format!("danger:{}", d.rule),
            action: PlanAction::Refer,
            text: d.act.clone(),
            indication: d.condition.clone(),
            warnings: vec![],
            evidence: d.evidence.clone(),
        })
        .collect();
    for condition in working.iter().filter_map(|id| case.base.conditions.get(id)) {
        lines.extend(condition.tests.iter().map(|t| PlanLine {
            id: format!("{}:test:{}", condition.id, t.id),
            action: PlanAction::Test(t.id.clone()),
            text: t.name.clone(),
            indication: Some(condition.id.clone()),
            warnings: vec![],
            evidence: t.evidence.clone(),
        }));
        let mut treatments: Vec<(usize, &Treatment)> = condition.treatments.iter().enumerate().collect();
        treatments.sort_by_key(|(i, t)| (t.step, *i));
        let applies = |t: &Treatment| fits(&t.when, case);
        lines.extend(
            treatments
                .into_iter()
                .filter(|(_, t)| applies(t))
                .map(|(i, t)| treatment(case, condition, i, t, allergies)),
        );
    }
    without_repeats(lines)
}

fn treatment(case: &Case<'_>, condition: &Condition, index: usize, t: &Treatment, allergies: &[Taken]) -> PlanLine {
    let mut warnings = vec![];
    let action = match &t.action {
        TreatmentAction::Medicine(id) => {
            warnings = check_medicines(case, &[Entity::Medicine(id.clone())], allergies);
            let dose = match case.base.medicines.get(id) {
                Some(medicine) => work_out_dose(case, medicine, Some(&condition.id), t.routes).map(Box::new),
                None => Err(DoseRefusal::NoRule),
            };
            PlanAction::Medicine { medicine: id.clone(), dose }
        }
        TreatmentAction::Avoid(id) => PlanAction::Stop(id.to_string()),
        TreatmentAction::AvoidClass(class) => PlanAction::Stop(class.to_string()),
        TreatmentAction::Procedure => PlanAction::Procedure,
        TreatmentAction::Fluids => PlanAction::Fluids,
        TreatmentAction::Advice => PlanAction::Advice,
        TreatmentAction::FollowUp => PlanAction::FollowUp,
        TreatmentAction::Refer => PlanAction::Refer,
    };
    PlanLine {
        id: format!("{}:{index}", condition.id),
        action,
        text: t.text.clone(),
        indication: Some(condition.id.clone()),
        warnings,
        evidence: t.evidence.clone(),
    }
}

/// Two conditions that ask for the same medicine or stop get one line.
fn without_repeats(lines: Vec<PlanLine>) -> Vec<PlanLine> {
    let mut kept: Vec<PlanLine> = vec![];
    for line in lines {
        let same = |other: &PlanLine| match (&line.action, &other.action) {
            (PlanAction::Medicine { medicine: a, .. }, PlanAction::Medicine { medicine: b, .. }) => a == b,
            (PlanAction::Stop(a), PlanAction::Stop(b)) => a == b,
            (PlanAction::Test(a), PlanAction::Test(b)) => a == b,
            _ => line.text == other.text,
        };
        if !kept.iter().any(same) {
            kept.push(line);
        }
    }
    kept
}
