//! The limits of doses, allergies, checks and levels, each from both sides. `cargo xtask coverage` and `cargo xtask mutants` say
//! what is not held here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::{
    Case, Taken, Truth, check_medicines, check_taken, differential, fits, judge, triage, weighed_by, work_out_dose,
};

fn rule(text: &str) -> Rule {
    hakim_knowledge::parse_rule(text).unwrap()
}

fn child(years: u32) -> PatientFacts {
    person(Some(Age::from_years(years)), Some(Sex::Male))
}

/// The dose of a medicine that differs from the tests' own; rule 0 is the child's (40 mg/kg twice), rule 1 the adult's.
fn dose_of(
    patient: &PatientFacts,
    weight: Option<f64>,
    change: impl FnOnce(&mut Medicine),
) -> Result<WorkedDose, DoseRefusal> {
    let values: Vec<(Vital, f64)> = weight.map(|kg| (Vital::Weight, kg)).into_iter().collect();
    let mut medicine = base().medicines["penin"].clone();
    change(&mut medicine);
    work_out_dose(&measured(patient, &[], &values), &medicine, Some(&"lung".into()), RoutesAllowed::Any)
}

fn form(name: &str, mg: f64, ml: Option<f64>, step: f64) -> MedicineForm {
    MedicineForm { form: name.into(), strength: mg, unit: DoseUnit::Mg, ml, step }
}

fn units(worked: &WorkedDose) -> (String, f64, f64) {
    let give = worked.give.as_ref().unwrap();
    (give.form.clone(), give.amount, give.strength)
}

fn last_step(worked: &WorkedDose) -> &str {
    worked.steps.last().map(|s| s.text.as_str()).unwrap()
}

#[test]
fn a_daily_maximum_for_each_kilogram_holds() {
    let capped = |most| dose_of(&child(2), Some(12.0), |m| m.doses[0].max_day_per_kg = Some(most)).unwrap();
    // 12 kg × 40 mg/kg = 480 mg twice a day; 50 mg/kg a day leaves 300 mg at once
    let worked = capped(50.0);
    assert_eq!((worked.single, last_step(&worked)), (300.0, "600 mg ≤ 600 mg"));
    assert!(worked.steps.iter().any(|s| s.text == "≤ 300 mg"));
    // a maximum that is not reached changes nothing and is not named
    let worked = capped(90.0);
    assert_eq!((worked.single, last_step(&worked)), (475.0, "950 mg ≤ 1080 mg"));
    assert!(!worked.steps.iter().any(|s| s.kind == "capped-single"));
    // without a weight only the maximum in milligrams is left
    let mut man = adult();
    man.pregnancy = Pregnancy::No;
    let worked = dose_of(&man, None, |m| m.doses[1].max_day_per_kg = Some(1.0)).unwrap();
    assert_eq!(worked.single, 375.0);
}

#[test]
fn a_single_maximum_holds_as_well_as_a_daily_one() {
    let single = |most: f64, day: f64| {
        let worked = dose_of(&child(2), Some(12.0), |m| {
            (m.doses[0].max_single, m.doses[0].max_day) = (most, day);
        });
        worked.map(|w| w.single)
    };
    assert_eq!(single(300.0, 2000.0), Ok(300.0));
    assert_eq!(single(1000.0, 500.0), Ok(250.0), "two doses a day share the daily maximum");
    assert_eq!(single(480.0, 960.0), Ok(475.0), "exactly reached is not passed");
    let worked = dose_of(&child(2), Some(12.0), |m| m.doses[0].max_single = 480.0).unwrap();
    assert!(!worked.steps.iter().any(|s| s.kind == "capped-single"), "nor is a maximum named that took nothing away");
}

#[test]
fn without_a_form_the_amount_stands_as_it_was_worked_out() {
    let worked = dose_of(&child(2), Some(12.0), |m| m.forms.clear()).unwrap();
    assert_eq!((worked.single, &worked.give), (480.0, &None));
    assert!(!worked.steps.iter().any(|s| s.kind == "rounded"));
}

#[test]
fn a_syringe_is_read_as_finely_as_it_can_be() {
    // an exact amount by needle, from an ampoule of 10 mg in 2 mL
    let drawn = |mg: f64, kind: &str, route: &str| {
        let change = |m: &mut Medicine| {
            m.forms = vec![form(kind, 10.0, Some(2.0), 1.0)];
            m.doses[0].route = route.into();
            m.doses[0].amount = DoseAmount::Fixed { low: mg, high: mg };
        };
        dose_of(&child(2), Some(12.0), change).map(|w| w.give.map(|g| g.amount))
    };
    assert_eq!(drawn(2.4, "injection", "im"), Ok(Some(0.48)), "hundredths of a millilitre");
    assert_eq!(
        drawn(2.4, "syrup", "oral"),
        Ok(Some(0.5)),
        "a spoon has none: a twentieth more, for 0.4 mL is too little"
    );
    assert_eq!(drawn(2.5, "injection", "im"), Ok(Some(0.5)), "tenths where they suffice");
    assert_eq!(drawn(12.0, "injection", "im"), Ok(Some(2.4)), "tenths, where 2 mL were too little");
    assert_eq!(drawn(12.2, "injection", "im"), Ok(Some(2.4)), "no hundredths of larger amounts");
    assert_eq!(drawn(17.5, "injection", "im"), Ok(Some(3.5)), "halves of larger amounts");
    assert_eq!(drawn(5.8, "injection", "im"), Ok(Some(1.1)), "1.16 mL: tenths between one and two");
    assert_eq!(drawn(8.0, "syrup", "oral"), Ok(Some(1.6)), "tenths of a spoon below 2 mL");
}

#[test]
fn what_no_form_can_give_near_the_dose_is_refused() {
    let by = |mg: f64, step: f64| {
        dose_of(&child(2), Some(12.0), |m| m.forms = vec![form("tablet", mg, None, step)]).map(|w| w.single)
    };
    assert_eq!(by(1000.0, 1.0), Err(DoseRefusal::CannotBeGiven), "half a tablet that cannot be halved");
    assert_eq!(by(1010.0, 0.5), Err(DoseRefusal::CannotBeGiven), "505 mg passes 480 mg by more than a twentieth");
    assert_eq!(by(1000.0, 0.5), Ok(500.0), "an exact amount may be a twentieth more");
    let held = |most: f64| {
        let change = |m: &mut Medicine| {
            m.forms = vec![form("tablet", 1000.0, None, 0.5)];
            m.doses[0].max_single = most;
        };
        dose_of(&child(2), Some(12.0), change).map(|w| w.single)
    };
    assert_eq!((held(500.0), held(499.0)), (Ok(500.0), Err(DoseRefusal::CannotBeGiven)), "but not above the maximum");
    assert_eq!(by(900.0, 0.5), Ok(450.0));
    // 85 % of 480 mg are 408 mg
    assert_eq!(by(408.0, 1.0), Ok(408.0));
    assert_eq!(by(407.0, 1.0), Err(DoseRefusal::CannotBeGiven));
    assert_eq!(by(480.0, 1.0), Ok(480.0));
    // of a range never above, however near
    let of_range = |mg: f64| {
        let change = |m: &mut Medicine| {
            m.forms = vec![form("tablet", mg, None, 1.0)];
            m.doses[0].amount = DoseAmount::PerKg { low: 39.0, high: 40.0 };
        };
        dose_of(&child(2), Some(12.0), change).map(|w| w.single)
    };
    assert_eq!((of_range(480.0), of_range(481.0)), (Ok(480.0), Err(DoseRefusal::CannotBeGiven)));
}

#[test]
fn small_volumes_are_measured_in_tenths_and_others_in_halves() {
    let ml = |per_kg: f64| {
        let worked = dose_of(&child(2), Some(10.0), |m| {
            m.doses[0].amount = DoseAmount::PerKg { low: per_kg, high: per_kg };
            m.forms = vec![form("syrup", 125.0, Some(5.0), 1.0)];
        });
        units(&worked.unwrap()).1
    };
    assert_eq!(ml(4.9), 1.9, "49 mg are 1.96 mL");
    assert_eq!(ml(5.0), 2.0);
    assert_eq!(ml(5.7), 2.0, "57 mg are 2.28 mL: from 2 mL on in halves");
    assert_eq!(ml(6.3), 2.5);
    let worked = dose_of(&child(2), Some(10.0), |m| {
        m.doses[0].amount = DoseAmount::PerKg { low: 4.5, high: 5.0 };
        m.forms = vec![form("syrup", 125.0, Some(5.0), 1.0)];
    });
    assert_eq!(units(&worked.unwrap()).1, 2.0, "a range that reaches 2 mL is measured in halves");
}

#[test]
fn the_form_suits_the_age_and_can_be_counted() {
    let choose = |patient: &PatientFacts, kg: f64, low: f64, high: f64, forms: &[MedicineForm]| {
        let worked = dose_of(patient, Some(kg), |m| {
            for dose in &mut m.doses {
                dose.amount = DoseAmount::Fixed { low, high };
                (dose.max_single, dose.max_day) = (5000.0, 20_000.0);
                dose.when = Rule::Always;
            }
            m.forms = forms.to_vec();
        });
        units(&worked.unwrap())
    };
    let (tablet, syrup) = (form("tablet", 250.0, None, 1.0), form("syrup", 125.0, Some(5.0), 1.0));
    let (sachet, melting) = (form("sachet", 250.0, None, 1.0), form("dispersible-tablet", 250.0, None, 1.0));
    let forms = [tablet.clone(), syrup.clone()];
    assert_eq!(choose(&child(5), 18.0, 250.0, 250.0, &forms).0, "syrup");
    assert_eq!(choose(&child(6), 20.0, 250.0, 250.0, &forms).0, "tablet");
    let nobody_says_how_old = person(None, None);
    assert_eq!(choose(&nobody_says_how_old, 20.0, 250.0, 250.0, &forms).0, "tablet");
    // what melts or is stirred in counts as a liquid for a small child
    assert_eq!(choose(&child(3), 14.0, 250.0, 250.0, &[tablet.clone(), melting]).0, "dispersible-tablet");
    assert_eq!(choose(&child(3), 14.0, 250.0, 250.0, &[tablet.clone(), sachet]).0, "sachet");
    // five of a small tablet are more to swallow than one large one a little further from the middle
    let large = form("tablet", 1000.0, None, 1.0);
    let man = child(30);
    assert_eq!(choose(&man, 70.0, 1000.0, 1500.0, &[tablet.clone(), large.clone()]), ("tablet".into(), 1.0, 1000.0));
    assert_eq!(choose(&man, 70.0, 1000.0, 1000.0, std::slice::from_ref(&tablet)), ("tablet".into(), 4.0, 250.0));
    // four are not too many to count
    let larger = form("tablet", 1100.0, None, 1.0);
    assert_eq!(choose(&man, 70.0, 800.0, 1200.0, &[tablet.clone(), larger]), ("tablet".into(), 4.0, 250.0));
    // one a little off the middle is better than two at it
    let (half, nearly) = (form("tablet", 500.0, None, 1.0), form("tablet", 1005.0, None, 1.0));
    assert_eq!(choose(&man, 70.0, 900.0, 1100.0, &[half.clone(), nearly]), ("tablet".into(), 1.0, 1005.0));
    let farther = form("tablet", 1030.0, None, 1.0);
    assert_eq!(choose(&man, 70.0, 900.0, 1100.0, &[farther, half]), ("tablet".into(), 2.0, 500.0));
    // halves of a tablet count up to the middle of a wide range, not to its top
    let scored = form("tablet", 250.0, None, 0.5);
    assert_eq!(choose(&man, 70.0, 250.0, 1000.0, &[scored]), ("tablet".into(), 2.5, 250.0));
    // of two that are as near, the fewer
    let middling = form("tablet", 500.0, None, 1.0);
    assert_eq!(choose(&man, 70.0, 500.0, 500.0, &[tablet.clone(), middling]), ("tablet".into(), 1.0, 500.0));
    // nearest the middle, from above or below
    let odd = form("tablet", 300.0, None, 1.0);
    assert_eq!(choose(&man, 70.0, 500.0, 700.0, &[tablet, odd]), ("tablet".into(), 2.0, 300.0));
}

#[test]
fn what_is_hard_to_measure_or_to_count_comes_last() {
    let choose = |route: &str, (low, high): (f64, f64), forms: &[MedicineForm]| {
        let worked = dose_of(&child(30), Some(70.0), |m| {
            for dose in &mut m.doses {
                dose.amount = DoseAmount::Fixed { low, high };
                (dose.max_single, dose.max_day) = (5000.0, 20_000.0);
                (dose.when, dose.route) = (Rule::Always, route.into());
            }
            m.forms = forms.to_vec();
        });
        worked.map(|w| units(&w).2).unwrap()
    };
    let syrup = |mg: f64| form("syrup", mg, Some(1.0), 1.0);
    // a tenth of a millilitre is too little, a fifth is not; else what is nearer the middle would win
    assert_eq!(choose("oral", (90.0, 110.0), &[syrup(1000.0), syrup(91.0)]), 91.0, "0.1 mL at the middle");
    assert_eq!(choose("oral", (180.0, 220.0), &[syrup(1000.0), syrup(181.0)]), 1000.0, "0.2 mL at the middle");
    assert_eq!(choose("oral", (400.0, 600.0), &[syrup(1000.0), syrup(430.0)]), 1000.0, "0.5 mL at the middle");
    // twelve puffs can be counted, thirteen cannot
    let puffs = |mg: f64| form("inhaler", mg, None, 1.0);
    assert_eq!(choose("inhaled", (117.0, 143.0), &[puffs(10.0), puffs(118.0)]), 118.0, "13 puffs at the middle");
    assert_eq!(choose("inhaled", (90.0, 150.0), &[puffs(10.0), puffs(92.0)]), 10.0, "12 puffs at the middle");
    assert_eq!(choose("inhaled", (60.0, 100.0), &[puffs(10.0), puffs(61.0)]), 10.0, "8 puffs, more than 4 tablets");
    // a quarter of a vial can be drawn up, less cannot; of tablets it is the number
    let vial = |kind: &str, mg: f64, step: f64| form(kind, mg, None, step);
    let vials = |mg: f64, other: f64, (low, high): (f64, f64)| {
        choose("iv", (low, high), &[vial("injection", mg, 0.05), vial("injection", other, 1.0)])
    };
    assert_eq!(vials(500.0, 91.0, (90.0, 110.0)), 91.0, "a fifth of a vial at the middle");
    assert_eq!(vials(400.0, 91.0, (90.0, 110.0)), 400.0, "a quarter of a vial at the middle");
    assert_eq!(vials(200.0, 91.0, (90.0, 110.0)), 200.0, "half a vial at the middle");
    assert_eq!(vials(20.0, 91.0, (90.0, 110.0)), 91.0, "five vials at the middle");
    let tablets = [vial("tablet", 500.0, 0.1), vial("tablet", 91.0, 1.0)];
    assert_eq!(choose("oral", (90.0, 110.0), &tablets), 500.0, "a fifth of a tablet that can be cut so");
}

#[test]
fn a_form_is_given_by_its_own_routes_only() {
    let suiting: &[(&str, &[&str])] = &[
        ("oral", &["tablet", "dispersible-tablet", "capsule", "syrup", "sachet"]),
        ("im", &["injection"]),
        ("iv", &["injection"]),
        ("sc", &["injection"]),
        ("id", &["injection"]),
        ("wound", &["injection"]),
        ("mouth", &["syrup", "drops", "spray", "cream", "ointment", "lotion"]),
        ("ear", &["drops"]),
        ("inhaled", &["inhaler", "nebuliser-solution", "gas"]),
        ("topical", &["cream", "ointment", "lotion"]),
        ("eye", &["drops", "ointment"]),
        ("nasal", &["spray", "drops"]),
        ("rectal", &["suppository", "rectal-solution"]),
        ("vaginal", &["tablet", "cream"]),
        ("sublingual", &["tablet", "spray"]),
        ("by-thought", &[]),
    ];
    let all: Vec<&str> = suiting.iter().flat_map(|(_, forms)| forms.iter().copied()).collect();
    for (route, forms) in suiting {
        for name in &all {
            let worked = dose_of(&child(2), Some(12.0), |m| {
                m.doses[0].route = (*route).into();
                m.forms = vec![form(name, 120.0, None, 1.0)];
            });
            assert_eq!(worked.is_ok(), forms.contains(name), "{name} by {route}");
        }
    }
}

#[test]
fn a_weight_is_refused_just_outside_what_its_age_can_have() {
    let refused = |age: Option<Age>, kg: f64| {
        let patient = person(age, None);
        let values = [(Vital::Weight, kg)];
        let penin = &base().medicines["penin"];
        let dose = work_out_dose(&measured(&patient, &[], &values), penin, Some(&"lung".into()), RoutesAllowed::Any);
        matches!(dose, Err(DoseRefusal::Implausible { .. }))
    };
    for (age, low, high) in [
        (Age::from_days(29), 0.4, 7.0),
        (Age::from_days(31), 0.8, 13.0),
        (Age::from_months(5), 0.8, 13.0),
        (Age::from_months(6), 2.0, 16.0),
        (Age::from_months(11), 2.0, 16.0),
        (Age::from_months(12), 4.0, 22.0),
        (Age::from_months(23), 4.0, 22.0),
        (Age::from_months(24), 5.0, 35.0),
        (Age::from_months(59), 5.0, 35.0),
        (Age::from_years(5), 8.0, 70.0),
        (Age::from_months(95), 8.0, 70.0),
        (Age::from_years(8), 10.0, 110.0),
        (Age::from_months(143), 10.0, 110.0),
        (Age::from_years(12), 15.0, 200.0),
        (Age::from_months(215), 15.0, 200.0),
        (Age::from_years(18), 22.0, 350.0),
    ] {
        let years = age.years();
        assert!(!refused(Some(age), low) && !refused(Some(age), high), "the limits of {years} years belong to it");
        // less than 0.4 kg is refused before any dose
        assert!(low < 0.5 || refused(Some(age), low - 0.1), "{low} at {years}");
        assert!(high >= 350.0 || refused(Some(age), high + 0.1), "{high} at {years}");
    }
    assert!(!refused(None, 4.0), "without an age no weight is impossible");
}

#[test]
fn where_only_an_injection_will_do_no_dose_by_mouth_is_offered() {
    let by = |route: &str| {
        let mut medicine = base().medicines["penin"].clone();
        medicine.forms = vec![form("injection", 100.0, Some(1.0), 1.0), form("tablet", 120.0, None, 0.5)];
        medicine.doses[0].route = route.into();
        // general and by mouth
        medicine.doses[1].when = Rule::Always;
        let patient = child(2);
        let case = measured(&patient, &[], &[(Vital::Weight, 12.0)]);
        work_out_dose(&case, &medicine, Some(&"lung".into()), RoutesAllowed::Injection).map(|w| w.route)
    };
    for route in ["iv", "im", "sc"] {
        assert_eq!(by(route), Ok(route.into()));
    }
    for route in ["oral", "rectal", "inhaled", "topical"] {
        assert_eq!(by(route), Err(DoseRefusal::NoRule), "{route}");
    }
}

#[test]
fn a_rule_of_the_condition_goes_before_a_general_one() {
    let labels = |change: &dyn Fn(&mut Medicine)| {
        dose_of(&child(2), Some(12.0), change).map(|w| w.label.get(Lang::En).to_owned())
    };
    let general_too = |m: &mut Medicine| m.doses[1].when = Rule::Always;
    assert_eq!(labels(&general_too), Ok("child".into()));
    let general_first = |m: &mut Medicine| {
        m.doses[1].when = Rule::Always;
        m.doses.reverse();
    };
    assert_eq!(labels(&general_first), Ok("child".into()));
    // a rule for another illness is nobody's rule
    let of_another = |m: &mut Medicine| m.doses[0].conditions = vec!["rash-fever".into()];
    assert_eq!(labels(&of_another), Err(DoseRefusal::NoRule));
}

#[test]
fn what_a_dose_rule_needs_is_asked_for() {
    let asked = |when: &str| {
        let refused = dose_of(&child(2), None, |m| m.doses[0].when = rule(when)).unwrap_err();
        match refused {
            DoseRefusal::Missing { what } => what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(asked("vital.weight >= 10"), "weight");
    assert_eq!(asked("age.years < 12 and not vital.weight < 10"), "weight");
    let refused = dose_of(&child(2), None, |m| m.doses[0].when = rule("vital.pulse >= 100"));
    assert_eq!(refused, Err(DoseRefusal::NoRule), "what a dose does not hang on is not asked for");
}

#[test]
fn place_season_and_counts_are_judged() {
    let here = |season| PatientFacts { place: Place { region: Region::SouthAsia, season }, ..adult() };
    let judged = |text: &str, season| judge(&rule(text), &case(&here(season), &[]));
    assert_eq!(judged("region.south_asia", Season::Unknown), Truth::True);
    assert_eq!(judged("region.east_africa", Season::Unknown), Truth::False);
    assert_eq!(judged("season.rainy", Season::Unknown), Truth::Unknown);
    assert_eq!(judged("season.rainy", Season::Rainy), Truth::True);
    assert_eq!(judged("season.dry", Season::Rainy), Truth::False);
    let man = adult();
    let enough =
        |findings: &[&str]| fits(&rule("atleast(2, cough, headache, koplik)"), &case(&man, &present(findings)));
    assert!(enough(&["cough", "koplik"]) && enough(&["cough", "koplik", "headache"]) && !enough(&["koplik"]));
    let mut observed = present(&["cough"]);
    observed[0].days = Some(5.0);
    assert_eq!(judge(&rule("days.cough >= 5"), &case(&man, &observed)), Truth::True);
    assert_eq!(judge(&rule("days.cough > 5"), &case(&man, &observed)), Truth::False);
    observed[0].presence = Presence::Unknown;
    assert_eq!(judge(&rule("days.cough >= 5"), &case(&man, &observed)), Truth::Unknown);
}

const PENIN: &str = "penin";

fn checked(base: &KnowledgeBase, observed: &[Observed], takes: Vec<Taken>, allergies: &[Taken]) -> Vec<Warning> {
    let man = adult();
    let case = Case::new(base, &man, observed, &[], takes).unwrap();
    check_medicines(&case, &[Entity::Medicine(PENIN.into())], allergies)
}

fn named(typed: &str, entities: &[Entity]) -> Taken {
    Taken { typed: typed.into(), entities: entities.to_vec(), read: NameRead::Known }
}

fn medicine(id: &str) -> Entity {
    Entity::Medicine(id.into())
}

fn class(id: &str) -> Entity {
    Entity::Class(id.into())
}

#[test]
fn an_allergy_reaches_as_far_as_its_class_says() {
    let with = |change: &dyn Fn(&mut KnowledgeBase)| {
        let mut base = base().clone();
        let mut other = base.medicines[PENIN].clone();
        other.id = "cefin".into();
        other.classes = vec!["cephalosporin".into()];
        base.medicines.insert("cefin".into(), other);
        let mut sister = base.medicines[PENIN].clone();
        sister.id = "amin".into();
        base.medicines.insert("amin".into(), sister);
        let evidence = base.classes[&MedicineClass::new("penicillin")].evidence.clone().unwrap();
        let cross = CrossAllergy {
            class: "penicillin".into(),
            level: WarningLevel::Caution,
            text: Text::english("some react to both"),
            evidence,
        };
        let names = Names::default();
        let info = ClassInfo { names, shared_allergy: true, cross: vec![cross], evidence: None, cautions: vec![] };
        base.classes.insert("cephalosporin".into(), info);
        change(&mut base);
        base
    };
    let levels = |base: &KnowledgeBase, to: Taken| -> Vec<WarningLevel> {
        checked(base, &[], vec![], &[to]).iter().map(|w| w.level).collect()
    };
    let base = with(&|_| {});
    let stop = vec![WarningLevel::Stop];
    assert_eq!(levels(&base, named("penin", &[medicine(PENIN)])), stop);
    assert_eq!(levels(&base, named("penicillin", &[class("penicillin")])), stop, "a class that it belongs to");
    assert_eq!(levels(&base, named("amin", &[medicine("amin")])), stop, "a sister of a class that shares allergies");
    assert_eq!(
        levels(&base, named("cefin", &[medicine("cefin")])),
        [WarningLevel::Caution],
        "another class, reached across"
    );
    assert_eq!(levels(&base, named("thinner", &[medicine("thinner")])), [], "a class that nothing is known of");
    assert_eq!(levels(&base, named("statins", &[class("statin")])), [], "a class that it does not belong to");
    let apart = with(&|b| b.classes.get_mut(&MedicineClass::new("penicillin")).unwrap().shared_allergy = false);
    assert_eq!(levels(&apart, named("amin", &[medicine("amin")])), [], "a class that shares no allergies");
    let away =
        with(&|b| b.classes.get_mut(&MedicineClass::new("cephalosporin")).unwrap().cross[0].class = "sulfa".into());
    assert_eq!(levels(&away, named("cefin", &[medicine("cefin")])), [], "across to a class that it is not of");
    // what shares no allergies with anything is still itself, and of its class
    let man = adult();
    let case = Case::new(&base, &man, &[], &[], vec![]).unwrap();
    let of_thinner = |to: Taken| -> Vec<WarningLevel> {
        check_medicines(&case, &[medicine("thinner")], &[to]).iter().map(|w| w.level).collect()
    };
    assert_eq!(of_thinner(named("thinner", &[medicine("thinner")])), stop);
    assert_eq!(of_thinner(named("anticoagulant", &[class("anticoagulant")])), stop);
    assert_eq!(levels(&base, named("house dust", &[])), []);
    // what is not read for certain is told of, whatever is taken
    let told = |allergy: Taken| -> Vec<(WarningKind, WarningLevel)> {
        hakim_reasoning::check_taken(&case, &[allergy]).iter().map(|w| (w.kind, w.level)).collect()
    };
    assert_eq!(told(named("xyz", &[])), [(WarningKind::UnknownAllergy, WarningLevel::Caution)]);
    let guessed = |read| Taken { read, ..named("penim", &[medicine(PENIN)]) };
    assert_eq!(told(guessed(NameRead::Guessed)), [(WarningKind::NameGuessed, WarningLevel::Caution)]);
    for sure in [NameRead::Known, NameRead::InPart, NameRead::Either] {
        assert_eq!(told(guessed(sure)), []);
    }
}

#[test]
fn a_caution_about_pregnancy_waits_for_nobody_unless_it_is_a_note() {
    let warned = |level| {
        let mut base = base().clone();
        let penin = base.medicines.get_mut(&MedicineId::new(PENIN)).unwrap();
        penin.cautions[0].level = level;
        penin.cautions[0].when = rule("pregnant");
        let woman = person(Some(Age::from_years(30)), Some(Sex::Female));
        let case = Case::new(&base, &woman, &[], &[], vec![]).unwrap();
        let found = check_medicines(&case, &[medicine(PENIN)], &[]);
        found.iter().map(|w| (w.kind, w.level)).collect::<Vec<_>>()
    };
    assert_eq!(warned(WarningLevel::Stop), [(WarningKind::Pregnancy, WarningLevel::Caution)]);
    assert_eq!(warned(WarningLevel::Caution), [(WarningKind::Pregnancy, WarningLevel::Note)]);
    assert_eq!(warned(WarningLevel::Note), []);
}

#[test]
fn a_caution_is_told_under_what_its_rule_looks_at() {
    let kind = |text: &str, who: &PatientFacts| {
        let mut base = base().clone();
        let penin = base.medicines.get_mut(&MedicineId::new(PENIN)).unwrap();
        penin.cautions.truncate(1);
        penin.cautions[0].when = rule(text);
        let case = Case::new(&base, who, &present(&["diabetes.history"]), &[], vec![]).unwrap();
        check_medicines(&case, &[medicine(PENIN)], &[]).first().map(|w| w.kind)
    };
    let mut mother = person(Some(Age::from_years(30)), Some(Sex::Female));
    (mother.pregnancy, mother.lactating) = (Pregnancy::Yes { weeks: Some(30) }, true);
    for (text, expected) in [
        ("pregnant", WarningKind::Pregnancy),
        ("maybe_pregnant", WarningKind::Pregnancy),
        ("pregnancy.weeks >= 28", WarningKind::Pregnancy),
        ("lactating", WarningKind::Lactation),
        ("age.years >= 18", WarningKind::Age),
        ("age.months >= 18", WarningKind::Age),
        ("age.days >= 18", WarningKind::Age),
        ("diabetes.history", WarningKind::Disease),
        ("diabetes.history and lactating", WarningKind::Lactation),
        ("any(diabetes.history, pregnant)", WarningKind::Pregnancy),
        ("atleast(1, diabetes.history, age.years > 2)", WarningKind::Age),
        ("diabetes.history and sex.female", WarningKind::Disease),
    ] {
        assert_eq!(kind(text, &mother), Some(expected), "{text}");
    }
}

#[test]
fn two_of_a_class_that_adds_harm_are_told_and_two_of_another_are_not() {
    let mut base = base().clone();
    for id in ["first", "second"] {
        let mut pill = base.medicines[PENIN].clone();
        (pill.id, pill.interactions) = (id.into(), vec![]);
        pill.classes = vec!["pain-killer".into(), "nsaid".into()];
        base.medicines.insert(id.into(), pill);
    }
    let kinds = |proposed: Entity, takes: Vec<Taken>| -> Vec<WarningKind> {
        let man = adult();
        let case = Case::new(&base, &man, &[], &[], takes).unwrap();
        check_medicines(&case, &[proposed], &[]).iter().map(|w| w.kind).collect()
    };
    let first = || named("first", &[medicine("first")]);
    assert_eq!(kinds(medicine("second"), vec![first()]), [WarningKind::Duplicate]);
    assert_eq!(kinds(medicine("first"), vec![first()]), [WarningKind::Duplicate]);
    assert_eq!(kinds(medicine("second"), vec![named("nsaid", &[class("nsaid")])]), [WarningKind::Duplicate]);
    assert_eq!(kinds(medicine("second"), vec![named("pain-killer", &[class("pain-killer")])]), []);
    assert_eq!(kinds(class("nsaid"), vec![first()]), [], "a class is no medicine to be given twice");
    // in what the patient brings, each pair once
    let man = adult();
    let brings = |names: &[&str]| {
        let takes = names.iter().map(|n| named(n, &[medicine(n)])).collect();
        let case = Case::new(&base, &man, &[], &[], takes).unwrap();
        check_taken(&case, &[]).into_iter().map(|w| (w.kind, w.about)).collect::<Vec<_>>()
    };
    let both = vec!["first".to_owned(), "second".to_owned()];
    assert_eq!(brings(&["first", "second"]), [(WarningKind::Duplicate, both)]);
    assert_eq!(brings(&["first"]), []);
}

#[test]
fn a_pair_of_the_outside_table_counts_when_nothing_was_written() {
    let mut base = base().clone();
    let evidence = base.medicines[PENIN].cautions[0].evidence.clone();
    let mut quiet = base.medicines["thinner"].clone();
    quiet.id = "zinc".into();
    base.medicines.insert("zinc".into(), quiet);
    let pair = InteractionPair { level: WarningLevel::Caution, table_level: "precaution".into(), evidence };
    base.pairs.insert((PENIN.into(), "zinc".into()), pair.clone());
    base.pairs.insert((PENIN.into(), "thinner".into()), pair);
    let found = |takes: &str| {
        let warnings = checked(&base, &[], vec![named(takes, &[medicine(takes)])], &[]);
        warnings.iter().map(|w| (w.level, w.because.get(Lang::En).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(found("zinc"), [(WarningLevel::Caution, "table:precaution".to_owned())]);
    assert_eq!(
        found("thinner"),
        [(WarningLevel::Stop, "Bleeding".to_owned())],
        "what was written goes before the table"
    );
    // the other way round: the ids of a pair are in order
    let man = adult();
    let case = Case::new(&base, &man, &[], &[], vec![named("penin", &[medicine(PENIN)])]).unwrap();
    let warnings = check_medicines(&case, &[medicine("zinc")], &[]);
    assert_eq!(warnings.iter().map(|w| w.level).collect::<Vec<_>>(), [WarningLevel::Caution]);
    // a class has no pair
    let case = Case::new(&base, &man, &[], &[], vec![named("zinc", &[class("zinc")])]).unwrap();
    assert_eq!(check_medicines(&case, &[medicine(PENIN)], &[]), []);
}

#[test]
fn an_interaction_with_a_class_or_an_ingredient_counts() {
    let mut base = base().clone();
    let written = base.medicines[PENIN].interactions[0].clone();
    let penin = base.medicines.get_mut(&MedicineId::new(PENIN)).unwrap();
    penin.interactions = vec![
        Interaction {
            with: InteractsWith::Class("anticoagulant".into()),
            level: WarningLevel::Caution,
            ..written.clone()
        },
        Interaction {
            with: InteractsWith::Traditional("unani.leaf".into()),
            level: WarningLevel::Note,
            ..written.clone()
        },
        Interaction { with: InteractsWith::Medicine("other".into()), ..written },
    ];
    let found = |entity: Entity| {
        let warnings = checked(&base, &[], vec![named("x", &[entity])], &[]);
        warnings.iter().map(|w| (w.kind, w.level)).collect::<Vec<_>>()
    };
    assert_eq!(found(medicine("thinner")), [(WarningKind::Interaction, WarningLevel::Caution)]);
    assert_eq!(found(class("anticoagulant")), [(WarningKind::Interaction, WarningLevel::Caution)]);
    assert_eq!(found(class("statin")), []);
    assert_eq!(found(Entity::Remedy("unani.leaf".into())), [(WarningKind::HerbDrug, WarningLevel::Note)]);
    assert_eq!(
        found(Entity::Remedy("unani.syrup".into())),
        [(WarningKind::HerbDrug, WarningLevel::Note)],
        "made of leaf"
    );
    assert_eq!(found(Entity::Remedy("unani.seed".into())), []);
}

/// The tests' base with further danger rules.
fn with_dangers(rules: &[(&str, &str, TriageLevel, Option<&str>)]) -> KnowledgeBase {
    let mut base = base().clone();
    let like = base.conditions["lung"].dangers[0].clone();
    base.dangers = rules
        .iter()
        .map(|(id, when, level, condition)| DangerRule {
            id: DangerId::new(*id),
            when: rule(when),
            level: *level,
            condition: condition.map(Into::into),
            ..like.clone()
        })
        .collect();
    base
}

fn fired(base: &KnowledgeBase, patient: &PatientFacts, findings: &[&str], values: &[(Vital, f64)]) -> Vec<String> {
    let values: Vec<Measurement> =
        values.iter().map(|(vital, value)| Measurement { vital: *vital, value: *value }).collect();
    let case = Case::new(base, patient, &present(findings), &values, vec![]).unwrap();
    triage(&case).dangers.iter().map(|d| d.rule.to_string()).collect()
}

#[test]
fn a_danger_does_not_wait_for_a_question_that_nobody_asked() {
    let base = with_dangers(&[("d", "headache and not pain.chest", TriageLevel::Urgent, None)]);
    let man = adult();
    assert_eq!(fired(&base, &man, &["headache"], &[]), ["d"]);
    assert!(fired(&base, &man, &["headache", "pain.chest"], &[]).is_empty());
    assert!(fired(&base, &man, &["pain.chest"], &[]).is_empty());
}

#[test]
fn what_a_graver_danger_makes_pointless_is_left_out() {
    use TriageLevel::{Emergency, Routine, Urgent};
    let man = adult();
    // another condition, but nothing that the graver one does not rest on
    let base = with_dangers(&[
        ("grave", "headache and pain.chest", Emergency, None),
        ("mild", "headache", Routine, None),
        ("mild.other", "headache and koplik", Routine, None),
    ]);
    assert_eq!(fired(&base, &man, &["headache", "pain.chest"], &[]), ["grave"]);
    assert_eq!(fired(&base, &man, &["headache", "pain.chest", "koplik"], &[]), ["grave", "mild.other"]);
    // as grave is not graver
    let base = with_dangers(&[("a", "headache and pain.chest", Urgent, None), ("b", "headache", Urgent, None)]);
    assert_eq!(fired(&base, &man, &["headache", "pain.chest"], &[]), ["a", "b"]);
    // the same condition on other grounds
    let base = with_dangers(&[
        ("grave", "headache", Emergency, Some("lung")),
        ("mild", "koplik", Routine, Some("lung")),
        ("mild.other", "pain.chest", Routine, Some("rash-fever")),
        ("mild.nobody", "bowel.change", Routine, None),
    ]);
    let boy = child(9);
    let all = ["headache", "koplik", "pain.chest", "bowel.change"];
    assert_eq!(fired(&base, &boy, &all, &[]), ["grave", "mild.nobody", "mild.other"]);
    // values are grounds too
    let base = with_dangers(&[
        ("grave", "headache and vital.pulse >= 130", Emergency, None),
        ("mild", "vital.pulse >= 100", Routine, None),
        ("mild.other", "vital.systolic < 100", Routine, None),
    ]);
    let values = [(Vital::Pulse, 140.0), (Vital::Systolic, 90.0)];
    assert_eq!(fired(&base, &man, &["headache"], &values), ["grave", "mild.other"]);
    assert_eq!(fired(&base, &man, &["headache"], &values[..1]), ["grave"]);
    // what rests on the patient alone is never pointless
    let base = with_dangers(&[("grave", "headache", Emergency, None), ("who", "age.years >= 30", Routine, None)]);
    assert_eq!(fired(&base, &man, &["headache"], &[]), ["grave", "who"]);
}

#[test]
fn a_danger_names_only_what_it_rests_on() {
    let base = with_dangers(&[("d", "any(headache, pain.chest) and vital.pulse >= 100", TriageLevel::Urgent, None)]);
    let man = adult();
    let values = [Measurement { vital: Vital::Pulse, value: 120.0 }];
    let case = Case::new(&base, &man, &present(&["headache", "koplik"]), &values, vec![]).unwrap();
    let danger = triage(&case).dangers.remove(0);
    assert_eq!(danger.because.iter().map(FindingId::as_str).collect::<Vec<_>>(), ["headache"]);
    assert_eq!(danger.values.len(), 1);
    assert!(danger.values[0].starts_with("pulse 120"), "{:?}", danger.values);
}

#[test]
fn the_gravest_danger_with_the_most_grounds_goes_first() {
    use TriageLevel::Urgent;
    let base = with_dangers(&[
        ("a.one", "headache", Urgent, None),
        ("b.two", "pain.chest and koplik", Urgent, None),
        ("c.value", "bowel.change and vital.pulse >= 100", Urgent, None),
    ]);
    let all = ["headache", "pain.chest", "koplik", "bowel.change"];
    assert_eq!(fired(&base, &adult(), &all, &[(Vital::Pulse, 120.0)]), ["b.two", "c.value", "a.one"]);
}

#[test]
fn a_danger_of_a_condition_that_the_patient_cannot_have_is_silent() {
    let danger = [("d", "headache", TriageLevel::Urgent, Some("lung"))];
    let with = |change: &dyn Fn(&mut Condition)| {
        let mut base = with_dangers(&danger);
        change(base.conditions.get_mut(&ConditionId::new("lung")).unwrap());
        base
    };
    let fires = |base: &KnowledgeBase, patient: &PatientFacts| !fired(base, patient, &["headache"], &[]).is_empty();
    let grown = with(&|c| c.from_years = Some(18.0));
    assert!(fires(&grown, &child(18)) && !fires(&grown, &child(17)) && fires(&grown, &person(None, None)));
    // four years are a whole number of days
    let small = with(&|c| c.to_years = Some(4.0));
    assert!(fires(&small, &child(3)) && !fires(&small, &child(4)) && fires(&small, &person(None, None)));
    let women = with(&|c| c.only_sex = Some(Sex::Female));
    assert!(!fires(&women, &child(30)) && fires(&women, &person(Some(Age::from_years(30)), Some(Sex::Female))));
    assert!(fires(&women, &person(Some(Age::from_years(30)), None)));
    let both = with(&|c| (c.only_sex, c.from_years) = (Some(Sex::Male), Some(18.0)));
    assert!(fires(&both, &child(30)) && !fires(&both, &child(3)));
    let nobodys = with_dangers(&[("d", "headache", TriageLevel::Urgent, Some("unknown"))]);
    assert!(fires(&nobodys, &child(3)), "a condition that is not there excludes nobody");
}

#[test]
fn what_is_severe_must_be_said_to_be_and_to_be_there() {
    let base = with_dangers(&[("d", "severe.headache", TriageLevel::Urgent, None)]);
    let man = adult();
    let fires = |presence, severity| {
        let mut observed = present(&["headache"]);
        (observed[0].presence, observed[0].severity) = (presence, severity);
        let case = Case::new(&base, &man, &observed, &[], vec![]).unwrap();
        !triage(&case).dangers.is_empty()
    };
    assert!(fires(Presence::Present, Some(Severity::Severe)));
    assert!(!fires(Presence::Present, Some(Severity::Mild)));
    assert!(!fires(Presence::Present, None));
    assert!(!fires(Presence::Absent, Some(Severity::Severe)));
    assert!(!fires(Presence::Unknown, Some(Severity::Severe)));
    // of two things said under one finding only the one that is there counts
    let base = with_dangers(&[("d", "severe.cough", TriageLevel::Urgent, None)]);
    let mut observed = present(&["cough", "cough.dry"]);
    (observed[1].presence, observed[1].severity) = (Presence::Absent, Some(Severity::Severe));
    let case = Case::new(&base, &man, &observed, &[], vec![]).unwrap();
    assert!(triage(&case).dangers.is_empty());
}

/// The level when the first candidate has this harm and probability and the complaint has lasted so long.
fn level(harm: Harm, share: f64, days: Option<f64>, change: impl FnOnce(&mut Differential)) -> (TriageLevel, bool) {
    let man = adult();
    let mut observed = present(&["headache"]);
    observed[0].days = days;
    let found = {
        let case = Case::new(base(), &man, &observed, &[], vec![]).unwrap();
        let mut found = differential(&case);
        let first = found.candidates[0].condition.clone();
        for other in &mut found.candidates {
            other.probability = Probability::clamped(if other.condition == first { share } else { 0.001 });
        }
        found.not_enough = false;
        change(&mut found);
        found
    };
    let mut base = base().clone();
    for condition in base.conditions.values_mut() {
        condition.harm = if condition.id == found.candidates[0].condition { harm } else { Harm::Moderate };
    }
    let case = Case::new(&base, &man, &observed, &[], vec![]).unwrap();
    let weighed = weighed_by(triage(&case), &case, &found);
    (weighed.level, weighed.likely.is_some())
}

#[test]
fn what_has_lasted_for_weeks_is_not_decided_by_today_and_not_left_at_home() {
    use TriageLevel::{Routine, SelfCare, Soon, Urgent};
    let plain = |harm, share, days| level(harm, share, days, |_| {});
    assert_eq!(plain(Harm::High, 0.6, None), (Urgent, true));
    assert_eq!(plain(Harm::High, 0.6, Some(20.0)), (Urgent, true));
    assert_eq!(plain(Harm::High, 0.6, Some(21.0)), (Soon, true));
    assert_eq!(
        plain(Harm::Critical, 0.6, Some(100.0)),
        (Urgent, true),
        "minutes and hours matter however long it has lasted"
    );
    assert_eq!(plain(Harm::Low, 0.7, Some(20.0)), (SelfCare, true));
    assert_eq!(plain(Harm::Low, 0.7, Some(21.0)), (Routine, false));
}

#[test]
fn nothing_is_concluded_from_too_little_or_beside_something_grave() {
    use TriageLevel::{Routine, SelfCare};
    assert_eq!(level(Harm::Critical, 0.9, None, |d| d.not_enough = true), (Routine, false));
    assert_eq!(level(Harm::Low, 0.7, None, |_| {}), (SelfCare, true));
    let grave_beside = |share: f64| {
        let man = adult();
        let observed = present(&["headache"]);
        let mut base = base().clone();
        let mut found = differential(&Case::new(&base, &man, &observed, &[], vec![]).unwrap());
        found.not_enough = false;
        let ids: Vec<ConditionId> = base.conditions.keys().cloned().collect();
        let like = found.candidates[0].clone();
        let candidate = |id: &ConditionId, p| Candidate {
            condition: id.clone(),
            probability: Probability::clamped(p),
            ..like.clone()
        };
        base.conditions.get_mut(&ids[0]).unwrap().harm = Harm::Low;
        base.conditions.get_mut(&ids[1]).unwrap().harm = Harm::High;
        base.conditions.values_mut().for_each(|c| c.treatments.clear());
        found.candidates = vec![candidate(&ids[0], 0.7), candidate(&ids[1], share)];
        let case = Case::new(&base, &man, &observed, &[], vec![]).unwrap();
        weighed_by(triage(&case), &case, &found).level
    };
    assert_eq!(grave_beside(0.12), SelfCare);
    assert_eq!(grave_beside(0.13), Routine);
}

#[test]
fn only_what_is_felt_or_seen_counts_as_lasting() {
    let man = adult();
    let mut observed = present(&["headache", "diabetes.history"]);
    observed[1].days = Some(3000.0);
    let mut base = base().clone();
    base.conditions.values_mut().for_each(|c| c.harm = Harm::High);
    let case = Case::new(&base, &man, &observed, &[], vec![]).unwrap();
    let mut found = differential(&case);
    found.not_enough = false;
    found.candidates[0].probability = Probability::clamped(0.9);
    assert_eq!(
        weighed_by(triage(&case), &case, &found).level,
        TriageLevel::Urgent,
        "diabetes for years, a headache of today"
    );
    observed[0].days = Some(30.0);
    observed[0].presence = Presence::Absent;
    let case = Case::new(&base, &man, &observed, &[], vec![]).unwrap();
    assert_eq!(weighed_by(triage(&case), &case, &found).level, TriageLevel::Urgent, "what is denied has not lasted");
}

#[test]
fn what_a_class_says_counts_where_its_member_is_silent() {
    let warned = |own: Option<(&str, WarningLevel)>, of_class: &[(&str, WarningLevel)]| {
        let mut base = base().clone();
        let like = base.medicines[PENIN].cautions[0].clone();
        let caution = |(when, level): (&str, WarningLevel), text: &str| Caution {
            when: rule(when),
            level,
            text: Text::english(text),
            ..like.clone()
        };
        let info = base.classes.get_mut(&MedicineClass::new("penicillin")).unwrap();
        info.cautions = of_class.iter().map(|c| caution(*c, "class")).collect();
        base.medicines.get_mut(PENIN).unwrap().cautions = own.into_iter().map(|c| caution(c, "own")).collect();
        let found = checked(&base, &present(&["diabetes.history"]), vec![], &[]);
        found.iter().map(|w| (w.because.get(Lang::En).to_owned(), w.level)).collect::<Vec<_>>()
    };
    let (class, own) = (|level| ("class".to_owned(), level), |level| ("own".to_owned(), level));
    use WarningLevel::{Caution as Mind, Note, Stop};
    assert_eq!(warned(None, &[("age.years >= 18", Mind)]), [class(Mind)]);
    assert_eq!(warned(None, &[("age.years < 18", Mind)]), []);
    assert_eq!(warned(Some(("age.years >= 18", Mind)), &[("age.years >= 20", Mind)]), [own(Mind)]);
    assert_eq!(
        warned(Some(("age.years >= 18", Note)), &[("age.years >= 20", Stop)]),
        [class(Stop), own(Note)],
        "graver"
    );
    assert_eq!(
        warned(Some(("age.years < 18", Stop)), &[("age.years >= 20", Note)]),
        [class(Note)],
        "its own does not hold"
    );
    assert_eq!(
        warned(Some(("diabetes.history", Mind)), &[("diabetes.history", Mind)]),
        [class(Mind), own(Mind)],
        "of illness there is more than one thing to say"
    );
    assert_eq!(warned(None, &[]), []);
    let (of_age, of_illness) = (("age.years >= 18", Mind), ("diabetes.history", Mind));
    assert_eq!(warned(Some(of_age), &[of_illness]), [class(Mind), own(Mind)], "age is another matter than illness");
    // the very words are told once
    let mut base = base().clone();
    let like = base.medicines[PENIN].cautions[0].clone();
    let same = Caution { when: rule("diabetes.history"), level: Mind, text: Text::english("said"), ..like };
    base.classes.get_mut(&MedicineClass::new("penicillin")).unwrap().cautions = vec![same.clone()];
    base.medicines.get_mut(PENIN).unwrap().cautions = vec![same];
    assert_eq!(checked(&base, &present(&["diabetes.history"]), vec![], &[]).len(), 1);
}
