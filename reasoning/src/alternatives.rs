//! What may be given instead of a medicine that is not there, or that a warning forbids.
//!
//! First what the same condition's care itself names for its place, then medicines of the same narrow class. What is given
//! together with it is never one of them, nor is a medicine that only fights the same kind of germ: who shares the illness and
//! the wide class may be half of the treatment. Each is dosed and checked for this patient like any other line; one that is
//! forbidden, not held or cannot be dosed is no alternative.

use crate::judge::fits;
use crate::{Case, Taken, check_medicines, work_out_dose};
use hakim_clinical::*;
use std::collections::BTreeMap;

/// So many are shown: more would be a list to read while somebody waits.
const AT_MOST: usize = 3;

/// Classes whose members do not stand for each other: what a medicine does beside its purpose, and purposes so wide that two of
/// them are given together or for different illnesses.
const NOT_INTERCHANGEABLE: [&str; 24] = [
    "analgesic",
    "antibiotic",
    "anticholinergic",
    "anticonvulsant",
    "antifungal",
    "antimalarial",
    "antiretroviral",
    "antiviral",
    "beta-lactam",
    "beta2-agonist",
    "cyp1a2-inhibitor",
    "cyp3a4-inducer",
    "cyp3a4-inhibitor",
    "immunosuppressant",
    "insulin",
    "live-vaccine",
    "potassium-lowering",
    "potassium-raising",
    "qt-prolonging",
    "sedative",
    "serotonergic",
    "sympathomimetic",
    "vaccine",
    "vitamin",
];

/// Letters of an ATC code that name the chemical subgroup (`A02BC`).
const CHEMICAL: usize = 5;
/// Codes of what fights germs: there the next of kin may not reach the same germ.
const AGAINST_GERMS: [&str; 2] = ["J", "P"];

/// Medicines that may stand for that of the `index`-th treatment of a condition, safest first.
pub fn alternatives(case: &Case<'_>, condition: &Condition, index: usize, allergies: &[Taken]) -> Vec<Alternative> {
    let Some((own, medicine)) = condition.treatments.get(index).and_then(|t| Some((t, medicine_of(case, t)?))) else {
        return vec![];
    };
    let own_route = work_out_dose(case, medicine, Some(&condition.id), own.routes).ok().map(|dose| dose.route);
    let needle = |route: &str| RoutesAllowed::Injection.allow(route);
    let by_needle = own.routes == RoutesAllowed::Injection || own_route.as_deref().is_some_and(needle);
    let mut found: Vec<Alternative> = candidates(case, condition, own, medicine)
        .into_values()
        .filter_map(|c| worked(case, condition, &c, allergies))
        .collect();
    let strength = |a: &Alternative| a.warnings.first().map(|w| w.level);
    let cautions = |a: &Alternative| a.warnings.iter().filter(|w| w.level >= WarningLevel::Caution).count();
    let other_route = |a: &Alternative| own_route.as_ref().is_some_and(|route| *route != a.dose.route);
    // Who is too ill for a tablet gets none; what the care of this condition does not know is no reason for a needle.
    found.retain(|a| !by_needle || a.from == AlternativeFrom::SameCare || needle(&a.dose.route));
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
    let lines = || condition.treatments.iter().filter(|t| fits(&t.when, case));
    for t in lines().filter(|t| t.instead_of.contains(&medicine.id)) {
        if let Some(other) = medicine_of(case, t) {
            let candidate = Candidate { medicine: other, from: AlternativeFrom::SameCare, routes: t.routes };
            all.entry(&other.id).or_insert(candidate);
        }
    }
    let together = |other: &Medicine| {
        let gives = |t: &Treatment| matches!(&t.action, TreatmentAction::Medicine(id) if *id == other.id);
        lines().any(|t| t.step == own.step && gives(t))
    };
    let narrow = narrowest_class(case.base, medicine);
    for other in case.base.medicines.values().filter(|other| !together(other)) {
        let doses = || other.doses.iter().filter(|d| own.routes.allow(&d.route));
        let from = if shares_class(medicine, other) && doses().any(|d| d.conditions.contains(&condition.id)) {
            AlternativeFrom::SameClassFor
        } else if narrow.is_some_and(|class| other.classes.contains(class))
            && shares_code(medicine, other)
            && doses().any(|d| d.conditions.is_empty())
        {
            AlternativeFrom::SameClass
        } else {
            continue;
        };
        all.entry(&other.id).or_insert(Candidate { medicine: other, from, routes: own.routes });
    }
    all.retain(|_, c| !is_avoided(case, condition, c.medicine));
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

fn shares_class(a: &Medicine, b: &Medicine) -> bool {
    a.classes.iter().any(|class| is_interchangeable(class) && b.classes.contains(class))
}

fn is_interchangeable(class: &MedicineClass) -> bool {
    !NOT_INTERCHANGEABLE.contains(&class.as_str())
}

/// Whether both are of one chemical subgroup that is not against germs.
fn shares_code(a: &Medicine, b: &Medicine) -> bool {
    let start = |code: &String| code.get(..CHEMICAL).map(str::to_owned);
    let germs = |code: &String| AGAINST_GERMS.iter().any(|letter| code.starts_with(letter));
    let own: Vec<String> = a.atc.iter().filter_map(start).filter(|code| !germs(code)).collect();
    b.atc.iter().filter_map(start).any(|code| own.contains(&code))
}

/// Of its classes that with the fewest members: enalapril is an ACE inhibitor before anything else.
fn narrowest_class<'m>(base: &KnowledgeBase, medicine: &'m Medicine) -> Option<&'m MedicineClass> {
    let members = |class: &MedicineClass| base.medicines.values().filter(|m| m.classes.contains(class)).count();
    medicine.classes.iter().filter(|c| is_interchangeable(c)).min_by_key(|c| members(c))
}
