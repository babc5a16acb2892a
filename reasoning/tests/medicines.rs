//! Doses with their limits, and what is warned of.
#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::{Case, Taken, check_medicines, check_taken, medicine_causes, work_out_dose};

fn dose(patient: &PatientFacts, weight: Option<f64>, condition: Option<&str>) -> Result<WorkedDose, DoseRefusal> {
    let values: Vec<(Vital, f64)> = weight.map(|kg| (Vital::Weight, kg)).into_iter().collect();
    let condition: Option<ConditionId> = condition.map(Into::into);
    work_out_dose(&measured(patient, &[], &values), &base().medicines["penin"], condition.as_ref(), RoutesAllowed::Any)
}

fn child(years: u32) -> PatientFacts {
    person(Some(Age::from_years(years)), Some(Sex::Male))
}

#[test]
fn a_child_gets_a_dose_by_weight_that_can_be_measured() {
    let worked = dose(&child(2), Some(12.0), Some("lung")).unwrap();
    // 12 kg × 40 mg/kg = 480 mg = 19.2 mL of 125 mg/5 mL, measured in half millilitres
    let give = worked.give.as_ref().unwrap();
    assert_eq!((give.amount, give.ml), (19.0, Some(5.0)));
    assert_eq!(worked.single, 475.0);
    assert_eq!(worked.steps.first().map(|s| s.text.as_str()), Some("12 kg × 40 mg/kg = 480 mg"));
    assert_eq!(worked.steps.last().map(|s| s.text.as_str()), Some("950 mg ≤ 2000 mg"));
}

#[test]
fn no_dose_passes_a_maximum() {
    let heavy = dose(&child(11), Some(60.0), Some("lung")).unwrap();
    assert_eq!(heavy.single, 1000.0, "60 kg × 40 mg/kg would be 2400 mg");
    let mut man = adult();
    man.pregnancy = Pregnancy::No;
    let adult = dose(&man, None, None).unwrap();
    assert_eq!(adult.single, 375.0, "three times 500 mg would pass 1200 mg a day: at most 400 mg at once");
    for kg in 1..=40 {
        if let Ok(worked) = dose(&child(3), Some(f64::from(kg)), Some("lung")) {
            assert!(worked.single <= 40.0 * f64::from(kg) + 1e-9 && worked.single * 2.0 <= 2000.0);
        }
    }
}

#[test]
fn what_is_missing_is_asked_for_by_name() {
    let missing = |r: Result<WorkedDose, DoseRefusal>| match r {
        Err(DoseRefusal::Missing { what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(dose(&child(2), None, Some("lung"))), "weight");
    assert_eq!(missing(dose(&person(None, None), Some(12.0), Some("lung"))), "age");
    let woman = person(Some(Age::from_years(30)), Some(Sex::Female));
    assert_eq!(missing(dose(&woman, None, None)), "pregnancy");
}

#[test]
fn a_weight_that_does_not_fit_the_age_is_refused() {
    for (years, kg) in [(40, 4.0), (0, 40.0), (3, 90.0)] {
        let refused = dose(&child(years), Some(kg), Some("lung"));
        assert!(matches!(refused, Err(DoseRefusal::Implausible { .. })), "{kg} kg at {years}: {refused:?}");
    }
}

#[test]
fn no_rule_is_no_dose() {
    let newborn = person(Some(Age::from_days(10)), None);
    assert_eq!(dose(&newborn, Some(3.0), Some("lung")), Err(DoseRefusal::NoRule));
}

fn warned(
    patient: &PatientFacts,
    observed: &[Observed],
    takes: &[&str],
    allergies: &[&str],
) -> Vec<(WarningKind, WarningLevel)> {
    let case = Case::new(base(), patient, observed, &[], taken(takes)).unwrap();
    let warnings = check_medicines(&case, &[Entity::Medicine("penin".into())], &taken(allergies));
    warnings.into_iter().map(|w| (w.kind, w.level)).collect()
}

#[test]
fn an_allergy_is_known_by_name_by_brand_and_by_class() {
    let man = adult();
    for name in ["penin", "Peninol", "penicillin", "Penicillins"] {
        assert_eq!(warned(&man, &[], &[], &[name]), [(WarningKind::Allergy, WarningLevel::Stop)], "{name}");
    }
    assert!(warned(&man, &[], &[], &["dust"]).is_empty());
}

#[test]
fn an_interaction_counts_from_either_side() {
    let man = adult();
    assert_eq!(warned(&man, &[], &["Thinner 5 mg"], &[]), [(WarningKind::Interaction, WarningLevel::Stop)]);
    let case = Case::new(base(), &man, &[], &[], taken(&["thinner", "penin"])).unwrap();
    assert_eq!(check_taken(&case, &[])[0].level, WarningLevel::Stop);
}

#[test]
fn pregnancy_nobody_asked_about_is_a_caution_and_a_man_is_left_alone() {
    let mut woman = person(Some(Age::from_years(30)), Some(Sex::Female));
    assert_eq!(warned(&woman, &[], &[], &[]), [(WarningKind::Pregnancy, WarningLevel::Caution)]);
    woman.pregnancy = Pregnancy::Yes { weeks: Some(30) };
    assert_eq!(warned(&woman, &[], &[], &[]), [(WarningKind::Pregnancy, WarningLevel::Stop)]);
    woman.pregnancy = Pregnancy::Yes { weeks: Some(10) };
    assert!(warned(&woman, &[], &[], &[]).is_empty());
    woman.pregnancy = Pregnancy::No;
    assert!(warned(&woman, &[], &[], &[]).is_empty());
    assert!(warned(&adult(), &[], &[], &[]).is_empty());
}

#[test]
fn an_illness_of_the_patient_and_the_same_medicine_twice_are_told() {
    let man = adult();
    assert_eq!(
        warned(&man, &present(&["diabetes.history"]), &[], &[]),
        [(WarningKind::Disease, WarningLevel::Caution)]
    );
    assert_eq!(warned(&man, &[], &["penin"], &[]), [(WarningKind::Duplicate, WarningLevel::Caution)]);
}

#[test]
fn an_unknown_name_is_unknown_and_never_safe() {
    let man = adult();
    let case = Case::new(base(), &man, &[], &[], taken(&["grandmother's drops"])).unwrap();
    let warnings = check_taken(&case, &[]);
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].kind, WarningKind::Unknown);
}

#[test]
fn a_formulation_is_as_dangerous_as_what_is_in_it() {
    let man = adult();
    let levels = |observed: &[Observed], takes: &[&str]| -> Vec<(WarningKind, WarningLevel)> {
        let case = Case::new(base(), &man, observed, &[], taken(takes)).unwrap();
        check_taken(&case, &[]).into_iter().map(|w| (w.kind, w.level)).collect()
    };
    assert_eq!(levels(&present(&["diabetes.history"]), &["syrup"]), [(WarningKind::Disease, WarningLevel::Stop)]);
    assert_eq!(levels(&[], &["syrup", "thinner"]), [(WarningKind::HerbDrug, WarningLevel::Stop)]);
    assert_eq!(levels(&[], &["root", "leaf"]), [(WarningKind::HerbDrug, WarningLevel::Caution)]);
    assert!(
        levels(&[], &["syrup", "seed"]).is_empty(),
        "two ingredients of one syrup say nothing about a third remedy"
    );
}

#[test]
fn a_taken_medicine_is_named_as_a_cause_of_what_is_there() {
    let mut base = base().clone();
    let effect = |of: Entity, p: f64| AdverseEffect {
        of,
        finding: "cough".into(),
        share: Share {
            p: Probability::clamped(p),
            low: Probability::clamped(p / 2.0),
            high: Probability::clamped(p * 2.0),
        },
        act: Text::default(),
        evidence: base.medicines[&MedicineId::new("penin")].cautions[0].evidence.clone(),
    };
    let (own, of_class) =
        (effect(Entity::Medicine("penin".into()), 0.2), effect(Entity::Class("penicillin".into()), 0.4));
    base.effects = vec![of_class, own];
    let patient = adult();
    let causes = |findings: &[&str], taken: &[&str]| {
        let taken = taken
            .iter()
            .map(|t| Taken {
                typed: (*t).to_owned(),
                entities: vec![Entity::Medicine((*t).into())],
                read: NameRead::Known,
            })
            .collect();
        medicine_causes(&Case::new(&base, &patient, &present(findings), &[], taken).unwrap())
    };
    assert!(causes(&["cough"], &[]).is_empty(), "nothing is taken");
    assert!(causes(&["headache"], &["penin"]).is_empty(), "nothing that it does is there");
    let found = causes(&["cough.dry"], &["penin"]);
    assert_eq!(found.len(), 1, "the medicine's own fact goes before its class's");
    assert!((found[0].ratio - 1.0).abs() < 1e-9, "a fifth of takers, a fifth of all: {}", found[0].ratio);
}
