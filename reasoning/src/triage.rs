//! Danger signs first: every rule of every pack is judged, and the gravest sets the level. Nothing lowers it afterwards.

use crate::Case;
use crate::judge::{fits, reasons};
use hakim_clinical::*;

/// Judges all danger rules. Without one that fires the level is [`TriageLevel::Routine`].
pub fn triage(case: &Case<'_>) -> Triage {
    let mut dangers: Vec<Danger> = case
        .base
        .all_dangers()
        .filter(|rule| fits_patient(rule, case))
        .filter(|rule| fits(&rule.when, case))
        .map(|rule| fired(rule, case))
        .collect();
    dangers.sort_by(|a, b| {
        (b.level, b.because.len() + b.values.len(), &a.rule).cmp(&(a.level, a.because.len() + a.values.len(), &b.rule))
    });
    let dangers = without_outranked(dangers);
    let level = dangers.first().map_or(TriageLevel::Routine, |d| d.level);
    Triage { level, dangers, likely: None }
}

/// So likely together, conditions in which minutes or hours matter make a case urgent even without a danger sign ...
const CRITICAL_SHARE: f64 = 0.25;
/// ... and so likely, those in which at least a day matters.
const GRAVE_SHARE: f64 = 0.5;
/// So likely together, conditions in which waiting does little harm let a patient be looked after at home ...
const HARMLESS_SHARE: f64 = 0.6;
/// ... when the ones that need more together are no likelier than this.
const LEFT_OPEN: f64 = 0.12;
/// Younger children are always seen, years.
const SEEN_BELOW_YEARS: f64 = 2.0;

/// A complaint that has lasted so long is looked at in a clinic, but not for that today.
const LASTING_DAYS: f64 = 21.0;

/// The longest that something present has lasted, days; 0 when nothing is told.
fn longest_days(case: &Case<'_>) -> f64 {
    let present = case.stated().filter(|o| o.presence == Presence::Present);
    let kind = |o: &&Observed| {
        let kind = case.base.findings.get(&o.finding).map(|f| f.kind);
        matches!(kind, Some(FindingKind::Symptom | FindingKind::Sign))
    };
    present.filter(kind).filter_map(|o| o.days).fold(0.0, f64::max)
}

/// The level with what the differential says where the rules left room. It never lowers what a rule has set: an ordinary visit
/// becomes urgent when a condition of critical harm is likely, and care at home only when no rule fired at all, nothing grave is
/// left open, and the patient is neither a small child nor pregnant.
pub fn weighed_by(triage: Triage, case: &Case<'_>, differential: &Differential) -> Triage {
    if triage.level >= TriageLevel::Urgent || differential.not_enough {
        return triage;
    }
    let harm = |c: &Candidate| case.base.conditions.get(&c.condition).map_or(Harm::Moderate, |k| k.harm);
    let share = |of: &dyn Fn(Harm) -> bool| -> f64 {
        differential.candidates.iter().filter(|c| of(harm(c))).map(|c| c.probability.value()).sum()
    };
    let first = |of: &dyn Fn(Harm) -> bool| {
        let leading = differential.candidates.iter().find(|c| of(harm(c)))?;
        Some(Likely { condition: leading.condition.clone(), probability: leading.probability })
    };
    let critical = |h: Harm| h == Harm::Critical;
    let grave = |h: Harm| h >= Harm::High;
    if share(&critical) >= CRITICAL_SHARE {
        return Triage { level: TriageLevel::Urgent, likely: first(&critical), ..triage };
    }
    if share(&grave) >= GRAVE_SHARE {
        // what has lasted for weeks will not be decided by today
        let level = if longest_days(case) >= LASTING_DAYS { TriageLevel::Soon } else { TriageLevel::Urgent };
        return Triage { level: level.max(triage.level), likely: first(&grave), ..triage };
    }
    let patient = case.patient;
    let may_stay = longest_days(case) < LASTING_DAYS
        && !matches!(patient.pregnancy, Pregnancy::Yes { .. })
        && patient.age.is_none_or(|a| a.years() >= SEEN_BELOW_YEARS);
    let harmless = |c: &&Candidate| {
        let condition = case.base.conditions.get(&c.condition);
        condition.is_some_and(|k| k.harm == Harm::Low && !needs_a_prescription(k, case.base))
    };
    let at_home: f64 = differential.candidates.iter().filter(harmless).map(|c| c.probability.value()).sum();
    let open = share(&grave);
    if triage.dangers.is_empty() && may_stay && at_home >= HARMLESS_SHARE && open <= LEFT_OPEN {
        let leading = differential.candidates.iter().find(|c| harmless(c));
        let likely = leading.map(|c| Likely { condition: c.condition.clone(), probability: c.probability });
        return Triage { level: TriageLevel::SelfCare, likely, ..triage };
    }
    triage
}

/// Medicines of these classes are for a clinic to give: who needs one is not sent home to look after himself.
const PRESCRIBED: [&str; 6] =
    ["antibiotic", "antimalarial", "antiviral", "antiretroviral", "anthelmintic", "scabicide"];

fn needs_a_prescription(condition: &Condition, base: &KnowledgeBase) -> bool {
    condition.treatments.iter().filter(|t| t.step <= 1).any(|t| match &t.action {
        TreatmentAction::Medicine(id) => {
            let classes = base.medicines.get(id).map(|m| m.classes.as_slice()).unwrap_or_default();
            classes.iter().any(|c| PRESCRIBED.contains(&c.as_str()))
        }
        _ => false,
    })
}

/// Leaves out what a graver danger makes pointless or wrong ("measure again within a week" beside "hospital now"): less
/// grave, and about the same condition or resting on nothing that the graver one does not rest on.
fn without_outranked(dangers: Vec<Danger>) -> Vec<Danger> {
    let outranks = |graver: &Danger, d: &Danger| {
        let same_condition = d.condition.is_some() && graver.condition == d.condition;
        let same_ground = d.because.iter().all(|f| graver.because.contains(f))
            && d.values.iter().all(|v| graver.values.contains(v))
            && !(d.because.is_empty() && d.values.is_empty());
        graver.level > d.level && (same_condition || same_ground)
    };
    let kept: Vec<bool> = dangers.iter().map(|d| !dangers.iter().any(|graver| outranks(graver, d))).collect();
    dangers.into_iter().zip(kept).filter_map(|(d, keep)| keep.then_some(d)).collect()
}

/// A danger of a condition that this patient cannot have (sex, age) does not fire.
fn fits_patient(rule: &DangerRule, case: &Case<'_>) -> bool {
    rule.condition.as_ref().and_then(|id| case.base.conditions.get(id)).is_none_or(|c| can_have(c, case.patient))
}

/// Sex and age limits of a condition; what is not known excludes nothing.
pub(crate) fn can_have(condition: &Condition, patient: &PatientFacts) -> bool {
    let sex = condition.only_sex.is_none_or(|only| patient.sex.is_none_or(|s| s == only));
    let age = patient.age.is_none_or(|a| {
        condition.from_years.is_none_or(|from| a.years() >= from) && condition.to_years.is_none_or(|to| a.years() < to)
    });
    sex && age
}

fn fired(rule: &DangerRule, case: &Case<'_>) -> Danger {
    let (mut because, mut values) = (vec![], vec![]);
    reasons(&rule.when, case, &mut because, &mut values);
    because.sort();
    because.dedup();
    values.dedup();
    Danger {
        rule: rule.id.clone(),
        level: rule.level,
        say: rule.say.clone(),
        act: rule.act.clone(),
        because,
        values,
        evidence: rule.evidence.clone(),
        condition: rule.condition.clone(),
    }
}
