//! Danger signs: both sides of each boundary, and what outranks what.

#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::{Case, Truth, differential, fits, judge, triage, weighed_by};

fn fired(patient: &PatientFacts, findings: &[&str], values: &[(Vital, f64)]) -> (TriageLevel, Vec<String>) {
    let t = triage(&measured(patient, &present(findings), values));
    (t.level, t.dangers.iter().map(|d| d.rule.to_string()).collect())
}

#[test]
fn fast_breathing_follows_the_age() {
    for (age, rate, fast) in [
        (Age::from_months(6), 49.0, false),
        (Age::from_months(6), 50.0, true),
        (Age::from_years(3), 39.0, false),
        (Age::from_years(3), 40.0, true),
        (Age::from_years(30), 24.0, false),
        (Age::from_years(30), 25.0, true),
    ] {
        let patient = person(Some(age), None);
        let (level, _) = fired(&patient, &["cough"], &[(Vital::Breathing, rate)]);
        assert_eq!(level == TriageLevel::Urgent, fast, "{rate} at {} years", age.years());
    }
    // between the tables, and without an age, nothing is claimed
    let patient = person(Some(Age::from_years(8)), None);
    assert_eq!(fired(&patient, &["cough"], &[(Vital::Breathing, 45.0)]).0, TriageLevel::Routine);
    assert_eq!(fired(&person(None, None), &["cough"], &[(Vital::Breathing, 70.0)]).0, TriageLevel::Routine);
}

#[test]
fn a_graver_danger_of_the_same_condition_silences_mild_advice() {
    let patient = adult();
    let (level, rules) = fired(&patient, &["cough", "fever"], &[]);
    assert_eq!((level, rules), (TriageLevel::Routine, vec!["lung.watch".to_owned()]));
    let (level, rules) = fired(&patient, &["cough", "fever", "breath.fast"], &[]);
    assert_eq!((level, rules), (TriageLevel::Urgent, vec!["lung.fast".to_owned()]));
}

#[test]
fn a_danger_names_what_it_rests_on() {
    let patient = adult();
    let t = triage(&measured(&patient, &present(&["cough.dry"]), &[(Vital::Breathing, 30.0)]));
    let because: Vec<&str> = t.dangers[0].because.iter().map(FindingId::as_str).collect();
    assert_eq!(because, ["breath.fast", "cough.dry"], "the most particular finding is named");
}

#[test]
fn what_is_not_known_is_neither_true_nor_false() {
    let rule = |text: &str| hakim_knowledge::parse_rule(text).unwrap();
    let woman = person(Some(Age::from_years(30)), Some(Sex::Female));
    let man = adult();
    let mut pregnant = woman.clone();
    pregnant.pregnancy = Pregnancy::Yes { weeks: Some(30) };
    let mut weeks_unknown = woman.clone();
    weeks_unknown.pregnancy = Pregnancy::Yes { weeks: None };
    for (text, patient, findings, truth) in [
        ("fever", &man, vec![], Truth::Unknown),
        ("not fever", &man, vec![], Truth::Unknown),
        ("not fever", &man, vec![Observed::absent("fever", Origin::Picked)], Truth::True),
        ("fever or cough", &man, present(&["cough"]), Truth::True),
        ("fever and cough", &man, vec![Observed::absent("cough", Origin::Picked)], Truth::False),
        ("atleast(2, fever, cough, headache)", &man, present(&["fever"]), Truth::Unknown),
        ("atleast(2, fever, cough, headache)", &man, present(&["fever", "headache"]), Truth::True),
        ("pregnant", &man, vec![], Truth::False),
        ("pregnant", &woman, vec![], Truth::Unknown),
        ("pregnancy.weeks >= 28", &man, vec![], Truth::False),
        ("pregnancy.weeks >= 28", &woman, vec![], Truth::Unknown),
        ("pregnancy.weeks >= 28", &weeks_unknown, vec![], Truth::Unknown),
        ("pregnancy.weeks >= 28", &pregnant, vec![], Truth::True),
        ("days.fever >= 3", &man, vec![Observed::absent("fever", Origin::Picked)], Truth::False),
        ("days.fever >= 3", &man, present(&["fever"]), Truth::Unknown),
        ("age.years >= 12 and age.years < 50", &woman, vec![], Truth::True),
        ("vital.temperature >= 38", &man, vec![], Truth::Unknown),
    ] {
        assert_eq!(judge(&rule(text), &case(patient, &findings)), truth, "{text}");
    }
}

#[test]
fn a_treatment_is_hidden_by_what_is_known_against_it_and_not_by_what_nobody_asked() {
    let rule = |text: &str| hakim_knowledge::parse_rule(text).unwrap();
    let woman = person(Some(Age::from_years(30)), Some(Sex::Female));
    for (text, findings, shown) in [
        ("not cough", &[][..], true),
        ("not cough", &["cough.dry"][..], false),
        ("fever and not any(cough, headache)", &["fever"][..], true),
        ("fever and not any(cough, headache)", &[][..], false),
        ("fever and not any(cough, headache)", &["fever", "headache"][..], false),
        ("not pregnant", &[][..], false),
    ] {
        let case = measured(&woman, &present(findings), &[]);
        assert_eq!(fits(&rule(text), &case), shown, "{text} with {findings:?}");
    }
}

/// A differential in which one condition has this probability and harm.
fn likely(case: &Case<'_>, harm: Harm, share: f64) -> (KnowledgeBase, Differential) {
    let mut base = case.base.clone();
    let mut found = differential(case);
    let id = found.candidates[0].condition.clone();
    base.conditions.get_mut(&id).unwrap().harm = harm;
    for other in &mut found.candidates {
        other.probability = Probability::clamped(if other.condition == id { share } else { 0.001 });
    }
    found.not_enough = false;
    (base, found)
}

#[test]
fn what_is_likely_raises_a_level_and_never_lowers_one() {
    let adult = adult();
    let level = |patient: &PatientFacts, findings: &[&str], harm, share| {
        let observed = present(findings);
        let case = measured(patient, &observed, &[]);
        let (base, differential) = likely(&case, harm, share);
        let case = Case::new(&base, patient, &observed, &[], vec![]).unwrap();
        let weighed = weighed_by(triage(&case), &case, &differential);
        (weighed.level, weighed.likely.is_some())
    };
    let cough = ["headache"];
    assert_eq!(level(&adult, &cough, Harm::Critical, 0.25), (TriageLevel::Urgent, true));
    assert_eq!(level(&adult, &cough, Harm::Critical, 0.24), (TriageLevel::Routine, false));
    assert_eq!(level(&adult, &cough, Harm::High, 0.50), (TriageLevel::Urgent, true));
    assert_eq!(level(&adult, &cough, Harm::High, 0.49), (TriageLevel::Routine, false));
    assert_eq!(level(&adult, &cough, Harm::Moderate, 0.9), (TriageLevel::Routine, false));
    assert_eq!(level(&adult, &cough, Harm::Low, 0.60), (TriageLevel::SelfCare, true));
    assert_eq!(level(&adult, &cough, Harm::Low, 0.59), (TriageLevel::Routine, false));
    // what needs a prescription is no care at home
    let observed = present(&cough);
    let case = measured(&adult, &observed, &[]);
    let (mut base, differential) = likely(&case, Harm::Low, 0.9);
    let id = differential.candidates[0].condition.clone();
    let antibiotic = base.medicines.values_mut().next().unwrap();
    antibiotic.classes.push(MedicineClass::new("antibiotic"));
    let medicine = antibiotic.id.clone();
    let mut line = case.base.conditions.values().flat_map(|c| &c.treatments).next().unwrap().clone();
    (line.step, line.action) = (1, TreatmentAction::Medicine(medicine));
    base.conditions.get_mut(&id).unwrap().treatments.push(line);
    let case = Case::new(&base, &adult, &observed, &[], vec![]).unwrap();
    assert_eq!(weighed_by(triage(&case), &case, &differential).level, TriageLevel::Routine);
    // a small child and a pregnant woman are seen, and what a rule has set stays
    let child = person(Some(Age::from_months(20)), None);
    assert_eq!(level(&child, &cough, Harm::Low, 0.9), (TriageLevel::Routine, false));
    let mut pregnant = person(Some(Age::from_years(30)), Some(Sex::Female));
    pregnant.pregnancy = Pregnancy::Yes { weeks: None };
    assert_eq!(level(&pregnant, &cough, Harm::Low, 0.9), (TriageLevel::Routine, false));
    assert_eq!(level(&adult, &["cough", "fever"], Harm::Low, 0.9), (TriageLevel::Routine, false));
    assert_eq!(level(&adult, &["cough", "fever", "breath.fast"], Harm::Low, 0.9).0, TriageLevel::Urgent);
}
