//! The plan: what guidelines in the packs say for the working conditions, with this patient's doses and warnings.
//!
//! Danger comes first: a triage above routine puts its own referral lines above everything else, and what an emergency needs at
//! once stands before the conditions it is not yet certain about.

use crate::judge::fits;
use crate::safety::pair_warning;
use crate::{Case, Taken, alternatives, check_medicines, work_out_dose};
use hakim_clinical::*;

/// Emergencies treated before they are certain: more would hide the first.
const EMERGENCIES: usize = 2;

/// Plan lines for the conditions worked with, in the order of the screen within each group.
pub fn plan_lines(case: &Case<'_>, working: &[ConditionId], triage: &Triage, allergies: &[Taken]) -> Vec<PlanLine> {
    let mut lines: Vec<PlanLine> = triage
        .dangers
        .iter()
        .filter(|d| d.level >= TriageLevel::Soon)
        .take(3)
        .map(|d| PlanLine {
            before_certain: true,
            ..line(format!("danger:{}", d.rule), PlanAction::Refer, &d.act, d.condition.clone(), &d.evidence)
        })
        .collect();
    for condition in emergencies(case, working, triage) {
        lines.extend(at_once(case, condition, allergies));
    }
    for condition in working.iter().filter_map(|id| case.base.conditions.get(id)) {
        lines.extend(condition.tests.iter().map(|t| {
            let id = format!("{}:test:{}", condition.id, t.id);
            line(id, PlanAction::Test(t.id.clone()), &t.name, Some(condition.id.clone()), &t.evidence)
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
    let mut lines = without_repeats(lines);
    warn_of_each_other(case, &mut lines);
    lines
}

/// Two lines of a plan that forbid each other: both say so. Neither is barred, for they may be meant one instead of the other.
fn warn_of_each_other(case: &Case<'_>, lines: &mut [PlanLine]) {
    let medicine = |line: &PlanLine| match &line.action {
        PlanAction::Medicine { medicine, dose } if dose.is_ok() => Some(Entity::Medicine(medicine.clone())),
        _ => None,
    };
    let given: Vec<Option<Entity>> = lines.iter().map(medicine).collect();
    for (i, a) in given.iter().enumerate() {
        for (j, b) in given.iter().enumerate().skip(i + 1) {
            let (Some(a), Some(b)) = (a, b) else { continue };
            let Some(warning) = pair_warning(case, a, b).filter(|w| w.level == WarningLevel::Stop) else { continue };
            let warning = Warning { level: WarningLevel::Caution, ..warning };
            for at in [i, j] {
                if !lines[at].warnings.iter().any(|w| w.about == warning.about) {
                    lines[at].warnings.push(warning.clone());
                }
            }
        }
    }
}

fn line(id: String, action: PlanAction, text: &Text, indication: Option<ConditionId>, evidence: &Evidence) -> PlanLine {
    PlanLine {
        id,
        action,
        text: text.clone(),
        indication,
        warnings: vec![],
        evidence: evidence.clone(),
        before_certain: false,
        not_held: false,
        alternatives: vec![],
    }
}

/// Conditions whose own emergency sign fired, that kill in hours, and that nobody works with yet.
fn emergencies<'k>(case: &Case<'k>, working: &[ConditionId], triage: &Triage) -> Vec<&'k Condition> {
    let mut found: Vec<&Condition> = vec![];
    for danger in triage.dangers.iter().filter(|d| d.level == TriageLevel::Emergency) {
        let condition = danger.condition.as_ref().filter(|id| !working.contains(id));
        let Some(condition) = condition.and_then(|id| case.base.conditions.get(id)) else { continue };
        if condition.harm == Harm::Critical && !found.iter().any(|c| c.id == condition.id) {
            found.push(condition);
        }
    }
    found.truncate(EMERGENCIES);
    found
}

/// What an emergency needs before it is certain: the first step of its care, as far as it is given or done.
fn at_once(case: &Case<'_>, condition: &Condition, allergies: &[Taken]) -> Vec<PlanLine> {
    let fitting = || condition.treatments.iter().enumerate().filter(|(_, t)| fits(&t.when, case));
    let first = fitting().map(|(_, t)| t.step).min();
    let acts = |t: &Treatment| {
        let medicine = matches!(t.action, TreatmentAction::Medicine(_));
        medicine || matches!(t.action, TreatmentAction::Fluids | TreatmentAction::Procedure)
    };
    fitting()
        .filter(|(_, t)| Some(t.step) == first && acts(t))
        .map(|(i, t)| PlanLine { before_certain: true, ..treatment(case, condition, i, t, allergies) })
        .collect()
}

fn treatment(case: &Case<'_>, condition: &Condition, index: usize, t: &Treatment, allergies: &[Taken]) -> PlanLine {
    let (mut warnings, mut not_held, mut instead) = (vec![], false, vec![]);
    let action = match &t.action {
        TreatmentAction::Medicine(id) => {
            warnings = check_medicines(case, &[Entity::Medicine(id.clone())], allergies);
            not_held = case.base.medicines.get(id).is_some_and(|m| !case.formulary.holds(m));
            instead = alternatives(case, condition, index, allergies);
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
    let id = format!("{}:{index}", condition.id);
    PlanLine {
        warnings,
        not_held,
        alternatives: instead,
        ..line(id, action, &t.text, Some(condition.id.clone()), &t.evidence)
    }
}

/// Two conditions that ask for the same medicine or stop get one line: in the place of the first, but with the care of what is
/// worked with rather than of what is only feared.
fn without_repeats(lines: Vec<PlanLine>) -> Vec<PlanLine> {
    let mut kept: Vec<PlanLine> = vec![];
    for line in lines {
        let same = |other: &PlanLine| match (&line.action, &other.action) {
            (PlanAction::Medicine { medicine: a, .. }, PlanAction::Medicine { medicine: b, .. }) => a == b,
            (PlanAction::Stop(a), PlanAction::Stop(b)) => a == b,
            (PlanAction::Test(a), PlanAction::Test(b)) => a == b,
            (own, others) => std::mem::discriminant(own) == std::mem::discriminant(others) && line.text == other.text,
        };
        match kept.iter_mut().find(|other| same(other)) {
            None => kept.push(line),
            Some(feared) if feared.before_certain && !line.before_certain => {
                *feared = PlanLine { before_certain: true, ..line };
            }
            Some(_) => {}
        }
    }
    kept
}
