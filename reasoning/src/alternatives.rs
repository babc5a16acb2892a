//! What may be given instead of a medicine that is not there, or that a warning forbids.
//!
//! First what the same condition's care names for the same purpose, then medicines of the same class. Each is dosed and checked
//! for this patient like any other line; one that is forbidden, not held or cannot be dosed is no alternative.

use crate::judge::fits;
use crate::{Case, Taken, check_medicines, work_out_dose};
use hakim_clinical::*;
use std::collections::BTreeMap;

/// So many are shown: more would be a list to read while somebody waits.
const AT_MOST: usize = 3;

/// Classes that tell what a medicine does beside its purpose: two that make sleepy are not given for the same reason.
const NO_PURPOSE: [&str; 9] = [
    "anticholinergic",
    "cyp1a2-inhibitor",
    "cyp3a4-inducer",
    "cyp3a4-inhibitor",
    "potassium-lowering",
    "potassium-raising",
    "qt-prolonging",
    "sedative",
    "serotonergic",
];

/// Letters of an ATC code that name the therapeutic subgroup (`J01`), and the pharmacological one (`J01C`).
const THERAPEUTIC: usize = 3;
const PHARMACOLOGICAL: usize = 4;

/// Medicines that may stand for that of the `index`-th treatment of a condition, safest first.
pub fn alternatives(case: &Case<'_>, condition: &Condition, index: usize, allergies: &[Taken]) -> Vec<Alternative> {
    let Some((own, medicine)) = condition.treatments.get(index).and_then(|t| Some((t, medicine_of(case, t)?))) else {
        return vec![];
    };
    let own_route = work_out_dose(case, medicine, Some(&condition.id), own.routes).ok().map(|dose| dose.route);
    let mut found: Vec<Alternative> = candidates(case, condition, own, medicine)
        .into_values()
        .filter_map(|c| worked(case, condition, &c, allergies))
        .collect();
    let strength = |a: &Alternative| a.warnings.first().map(|w| w.level);
    let cautions = |a: &Alternative| a.warnings.iter().filter(|w| w.level >= WarningLevel::Caution).count();
    let other_route = |a: &Alternative| own_route.as_ref().is_some_and(|route| *route != a.dose.route);
    // What the care of this condition does not know is no reason for a needle.
    found.retain(|a| a.from != AlternativeFrom::SameClass || !other_route(a));
    found.sort_by(|a, b| {
        let rank = |x: &Alternative| (strength(x), cautions(x), other_route(x), x.from);
        rank(a).cmp(&rank(b)).then_with(|| a.medicine.cmp(&b.medicine))
    });
    found.truncate(AT_MOST);
    found
}

/// A medicine that comes into question.
struct Candidate<'k> {
    medicine: &'k Medicine,
    from: AlternativeFrom,
    routes: RoutesAllowed,
}

/// Each medicine once, as near to this line as it comes.
fn candidates<'k>(
    case: &Case<'k>,
    condition: &'k Condition,
    own: &Treatment,
    medicine: &Medicine,
) -> BTreeMap<&'k MedicineId, Candidate<'k>> {
    let mut all: BTreeMap<&MedicineId, Candidate<'_>> = BTreeMap::new();
    let later = condition.treatments.iter().filter(|t| t.step >= own.step && fits(&t.when, case));
    for (t, other) in later.filter_map(|t| Some((t, medicine_of(case, t)?))) {
        if same_purpose(medicine, other) {
            let candidate = Candidate { medicine: other, from: AlternativeFrom::SameCare, routes: t.routes };
            all.entry(&other.id).or_insert(candidate);
        }
    }
    let narrow = narrowest_class(case.base, medicine);
    for other in case.base.medicines.values() {
        let doses = || other.doses.iter().filter(|d| own.routes.allow(&d.route));
        let from = if shares_class(medicine, other) && doses().any(|d| d.conditions.contains(&condition.id)) {
            AlternativeFrom::SameClassFor
        } else if narrow.is_some_and(|class| other.classes.contains(class))
            && shares_code(medicine, other, PHARMACOLOGICAL)
            && doses().any(|d| d.conditions.is_empty())
        {
            AlternativeFrom::SameClass
        } else {
            continue;
        };
        all.entry(&other.id).or_insert(Candidate { medicine: other, from, routes: own.routes });
    }
    all.retain(|id, c| **id != medicine.id && !is_avoided(case, condition, c.medicine));
    all
}

/// Dosed and checked; `None`: not for this patient, or not in this clinic.
fn worked(case: &Case<'_>, condition: &Condition, c: &Candidate<'_>, allergies: &[Taken]) -> Option<Alternative> {
    if !case.formulary.holds(c.medicine) {
        return None;
    }
    let dose = work_out_dose(case, c.medicine, Some(&condition.id), c.routes).ok()?;
    let warnings = check_medicines(case, &[Entity::Medicine(c.medicine.id.clone())], allergies);
    if warnings.iter().any(|w| w.level == WarningLevel::Stop) {
        return None;
    }
    Some(Alternative { medicine: c.medicine.id.clone(), from: c.from, dose: Box::new(dose), warnings })
}

fn medicine_of<'k>(case: &Case<'k>, treatment: &Treatment) -> Option<&'k Medicine> {
    match &treatment.action {
        TreatmentAction::Medicine(id) => case.base.medicines.get(id),
        _ => None,
    }
}

/// The condition's own care says not to give it to this patient.
fn is_avoided(case: &Case<'_>, condition: &Condition, medicine: &Medicine) -> bool {
    condition.treatments.iter().any(|t| {
        let meant = match &t.action {
            TreatmentAction::Avoid(id) => *id == medicine.id,
            TreatmentAction::AvoidClass(class) => medicine.classes.contains(class),
            _ => false,
        };
        meant && fits(&t.when, case)
    })
}

fn same_purpose(a: &Medicine, b: &Medicine) -> bool {
    shares_class(a, b) || shares_code(a, b, THERAPEUTIC)
}

fn shares_class(a: &Medicine, b: &Medicine) -> bool {
    a.classes.iter().any(|class| tells_purpose(class) && b.classes.contains(class))
}

fn tells_purpose(class: &MedicineClass) -> bool {
    !NO_PURPOSE.contains(&class.as_str())
}

fn shares_code(a: &Medicine, b: &Medicine, letters: usize) -> bool {
    let start = |code: &String| code.get(..letters).map(str::to_owned);
    a.atc.iter().filter_map(start).any(|code| b.atc.iter().filter_map(start).any(|other| code == other))
}

/// Of the classes that tell its purpose, that with the fewest members: amoxicillin is a penicillin before it is an antibiotic.
fn narrowest_class<'m>(base: &KnowledgeBase, medicine: &'m Medicine) -> Option<&'m MedicineClass> {
    let members = |class: &MedicineClass| base.medicines.values().filter(|m| m.classes.contains(class)).count();
    medicine.classes.iter().filter(|c| tells_purpose(c)).min_by_key(|c| members(c))
}
