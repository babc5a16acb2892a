//! Creatinine clearance, what it changes about a dose, and what a clinic's shelf changes; each limit from both sides.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::{Case, NoClearance, Taken, check_taken, work_out_dose};

const PENIN: &str = "penin";

/// The base of the tests with the findings of weak kidneys, a kidney rule for the medicine, and the medicine by one rule: 400 mg
/// three times a day by mouth, tablets of 50 mg.
fn kidney_base(steps: Vec<KidneyStep>, change: impl FnOnce(&mut Medicine)) -> KnowledgeBase {
    let mut base = base().clone();
    for id in ["kidney_disease.history", "creatinine.high", "egfr.low", "dialysis"] {
        let finding = Finding { id: id.into(), ..base.findings["diabetes.history"].clone() };
        base.findings.insert(id.into(), finding);
    }
    base.findings.get_mut("dialysis").unwrap().parent = Some("kidney_disease.history".into());
    let evidence = base.medicines[PENIN].doses[0].evidence.clone();
    let rule = KidneyRule {
        of: PENIN.into(),
        routes: vec![],
        conditions: vec![],
        steps,
        none_needed: Text::default(),
        evidence,
    };
    base.kidney.insert(PENIN.into(), vec![rule]);
    let medicine = base.medicines.get_mut(PENIN).unwrap();
    medicine.doses.truncate(1);
    medicine.forms =
        vec![MedicineForm { form: "tablet".into(), strength: 50.0, unit: DoseUnit::Mg, ml: None, step: 1.0 }];
    let rule = &mut medicine.doses[0];
    rule.conditions.clear();
    rule.when = Rule::Always;
    rule.amount = DoseAmount::Fixed { low: 400.0, high: 400.0 };
    (rule.times_per_day, rule.max_single, rule.max_day) = (3.0, 400.0, 1200.0);
    change(medicine);
    base
}

fn step(below: f64) -> KidneyStep {
    let text = Text::english(format!("below {below}"));
    KidneyStep { below, share: None, max_day_mg: None, times_per_day: None, avoid: false, first_too: false, text }
}

fn rule(text: &str) -> Rule {
    hakim_knowledge::parse_rule(text).unwrap()
}

fn halved(below: f64) -> KidneyStep {
    KidneyStep { share: Some(0.5), ..step(below) }
}

fn man(years: u32) -> PatientFacts {
    person(Some(Age::from_years(years)), Some(Sex::Male))
}

fn case_in<'k>(
    base: &'k KnowledgeBase,
    patient: &'k PatientFacts,
    findings: &[&str],
    values: &[(Vital, f64)],
) -> Case<'k> {
    let values: Vec<Measurement> =
        values.iter().map(|(vital, value)| Measurement { vital: *vital, value: *value }).collect();
    Case::new(base, patient, &present(findings), &values, vec![]).unwrap()
}

fn dose(case: &Case<'_>) -> Result<WorkedDose, DoseRefusal> {
    work_out_dose(case, &case.base.medicines[PENIN], None, RoutesAllowed::Any)
}

/// What a man of 60 years weighs and has in his blood who clears so much: his weight times 80, by 72 times 2 mg/dL.
fn clearing(ml_min: f64) -> [(Vital, f64); 2] {
    [(Vital::Weight, ml_min * 0.9 * 2.0), (Vital::Creatinine, 2.0 * CREATININE_PER_MG_DL)]
}

fn lines(worked: &WorkedDose, kind: &str) -> Vec<String> {
    worked.steps.iter().filter(|s| s.kind == kind).map(|s| s.text.clone()).collect()
}

/// The dose of a man of 60 years who clears so much.
fn cleared(ml_min: f64, steps: Vec<KidneyStep>, change: impl FnOnce(&mut Medicine)) -> Result<WorkedDose, DoseRefusal> {
    let (base, patient) = (kidney_base(steps, change), man(60));
    dose(&case_in(&base, &patient, &[], &clearing(ml_min)))
}

#[test]
fn the_clearance_is_that_of_cockcroft_and_gault() {
    let values = [(Vital::Weight, 72.0), (Vital::Creatinine, CREATININE_PER_MG_DL)];
    let of = |sex: Sex| {
        let patient = person(Some(Age::from_years(60)), Some(sex));
        measured(&patient, &[], &values).creatinine_clearance().unwrap()
    };
    let his = of(Sex::Male);
    assert!((his.ml_min - 80.0).abs() < 1e-9, "{his:?}");
    assert_eq!(his.step.text, "(140 − 60) × 72 kg ÷ (72 × 1 mg/dL) = 80 mL/min");
    let hers = of(Sex::Female);
    assert!((hers.ml_min - 68.0).abs() < 1e-9, "{hers:?}");
    assert_eq!(hers.step.text, "(140 − 60) × 72 kg × 0.85 ÷ (72 × 1 mg/dL) = 68 mL/min");
    assert_eq!(his.step.kind, "clearance");
    // Half a year more is still sixty.
    let patient = person(Some(Age::from_days(60 * 365 + 200)), Some(Sex::Male));
    assert!((measured(&patient, &[], &values).creatinine_clearance().unwrap().ml_min - 80.0).abs() < 1e-9);
}

#[test]
fn a_clearance_says_what_it_lacks() {
    let of = |patient: &PatientFacts, values: &[(Vital, f64)]| {
        measured(patient, &[], values).creatinine_clearance().map(|c| c.ml_min)
    };
    let (kg, creatinine) = ((Vital::Weight, 70.0), (Vital::Creatinine, 90.0));
    let lacks = |what| Err(NoClearance::Lacks(what));
    assert_eq!(of(&man(40), &[kg]), lacks("creatinine"));
    assert_eq!(of(&person(None, Some(Sex::Male)), &[kg, creatinine]), lacks("age"));
    assert_eq!(of(&person(Some(Age::from_years(40)), None), &[kg, creatinine]), lacks("sex"));
    assert_eq!(of(&man(40), &[creatinine]), lacks("weight"));
    assert!(of(&man(18), &[kg, creatinine]).is_ok());
    assert_eq!(of(&person(Some(Age::from_months(215)), Some(Sex::Male)), &[kg, creatinine]), Err(NoClearance::Child));
}

#[test]
fn on_dialysis_nothing_is_cleared() {
    let (base, patient) = (kidney_base(vec![step(10.0)], |_| ()), man(60));
    let case = case_in(&base, &patient, &["dialysis"], &clearing(90.0));
    let clearance = case.creatinine_clearance().unwrap();
    assert_eq!((clearance.ml_min, clearance.step.kind.as_str()), (0.0, "dialysis"));
    assert_eq!(case_in(&base, &patient, &["dialysis"], &[]).creatinine_clearance().unwrap().ml_min, 0.0);
    assert_eq!(dose(&case).unwrap().kidney.unwrap().below, Some(10.0));
    // known not to be on dialysis
    let absent = [Observed::absent("dialysis", Origin::Picked)];
    let case = Case::new(&base, &patient, &absent, &[], vec![]).unwrap();
    assert_eq!(case.creatinine_clearance(), Err(NoClearance::Lacks("creatinine")));
}

#[test]
fn a_step_begins_just_below_its_limit() {
    let below = |ml_min| {
        let steps = vec![step(15.0), KidneyStep { share: Some(0.5), ..step(30.0) }];
        let worked = cleared(ml_min, steps, |_| ()).unwrap();
        (worked.kidney.clone().unwrap().below, worked.single, lines(&worked, "kidney-same"))
    };
    assert_eq!(below(30.0).0, None, "exactly reached is not below");
    assert_eq!(below(29.95), (Some(30.0), 200.0, vec![]));
    assert_eq!(below(90.0), (None, 400.0, vec!["90 mL/min ≥ 30 mL/min".to_owned()]));
    let note = cleared(29.0, vec![step(30.0)], |_| ()).unwrap().kidney.unwrap();
    assert_eq!(note.text.get(Lang::En), "below 30");
    assert!(note.evidence.is_some() && note.clearance.is_some_and(|c| (c - 29.0).abs() < 1e-9));
    let note = cleared(31.0, vec![step(30.0)], |_| ()).unwrap().kidney.unwrap();
    assert!(note.text.is_empty() && note.evidence.is_some());
}

#[test]
fn a_share_is_taken_of_what_health_would_allow() {
    let half = || vec![KidneyStep { share: Some(0.5), ..step(30.0) }];
    let worked = cleared(20.0, half(), |_| ()).unwrap();
    assert_eq!(worked.single, 200.0);
    assert_eq!(lines(&worked, "kidney-share"), ["400 mg × 0.5 = 200 mg"]);
    assert_eq!(worked.most, Some(DoseLimits { single: 200.0, day: 1200.0 }));
    assert_eq!(lines(&worked, "clearance").len(), 1);
    // 400 mg are above 300 mg at once: half of 300, not of 400
    let worked = cleared(20.0, half(), |m| m.doses[0].max_single = 300.0).unwrap();
    assert_eq!((worked.single, lines(&worked, "kidney-share")), (150.0, vec!["300 mg × 0.5 = 150 mg".to_owned()]));
    let range = |m: &mut Medicine| m.doses[0].amount = DoseAmount::Fixed { low: 200.0, high: 400.0 };
    assert_eq!(lines(&cleared(20.0, half(), range).unwrap(), "kidney-share"), ["200–400 mg × 0.5 = 100–200 mg"]);
    let whole = |m: &mut Medicine| m.forms[0].strength = 400.0;
    assert_eq!(cleared(20.0, half(), whole), Err(DoseRefusal::CannotBeGiven), "half of a tablet that has no half");
}

#[test]
fn doses_are_given_less_often_and_never_more_often() {
    let times = |per_day: f64, every_days: Option<f64>, allowed: f64| {
        let change = |m: &mut Medicine| {
            let rule = &mut m.doses[0];
            (rule.times_per_day, rule.every_days) = (per_day, every_days);
        };
        let steps = vec![KidneyStep { times_per_day: Some(allowed), ..step(30.0) }];
        let worked = cleared(20.0, steps, change).unwrap();
        assert_eq!(worked.single, 400.0, "the dose itself stays");
        (worked.times_per_day, worked.every_days, lines(&worked, "kidney-times").join(""))
    };
    assert_eq!(times(3.0, None, 2.0), (2.0, None, "3 / 24 h → 2 / 24 h".into()));
    assert_eq!(times(3.0, None, 3.0), (3.0, None, String::new()));
    assert_eq!(times(2.0, None, 4.0), (2.0, None, String::new()));
    assert_eq!(times(2.0, None, 1.0), (1.0, None, "2 / 24 h → 1 / 24 h".into()));
    assert_eq!(times(1.0, None, 0.5), (1.0, Some(2.0), "1 / 24 h → 1 / 48 h".into()));
    // once a week is less often than every second day already
    assert_eq!(times(1.0, Some(7.0), 0.5), (1.0, Some(7.0), String::new()));
    assert_eq!(times(1.0, Some(7.0), 0.1), (1.0, Some(10.0), "1 / 168 h → 1 / 240 h".into()));
}

#[test]
fn a_daily_limit_of_the_kidneys_holds() {
    let capped = |most: f64, change: &dyn Fn(&mut Medicine)| {
        cleared(20.0, vec![KidneyStep { max_day_mg: Some(most), ..step(30.0) }], change).unwrap()
    };
    let worked = capped(600.0, &|_| ());
    assert_eq!((worked.single, worked.most.unwrap().day, worked.most.unwrap().single), (200.0, 600.0, 200.0));
    assert_eq!(lines(&worked, "kidney-cap"), ["≤ 200 mg"]);
    assert_eq!(lines(&worked, "within"), ["600 mg ≤ 600 mg"]);
    assert_eq!(lines(&worked, "per-day"), ["3 × 200 mg = 600 mg"]);
    // not below what health allows: nothing is taken away
    let worked = capped(1200.0, &|_| ());
    assert_eq!((worked.single, lines(&worked, "kidney-cap")), (400.0, vec![]));
    assert_eq!(worked.most.unwrap().day, 1200.0);
    assert_eq!(capped(5000.0, &|_| ()).most.unwrap().day, 1200.0);
    // a limit above the dose is kept in mind and not named
    let small = |m: &mut Medicine| m.doses[0].amount = DoseAmount::Fixed { low: 100.0, high: 100.0 };
    let worked = capped(600.0, &small);
    assert_eq!((worked.single, lines(&worked, "kidney-cap")), (100.0, vec![]));
    assert_eq!(worked.most.unwrap().single, 200.0);
    let exactly = |m: &mut Medicine| m.doses[0].amount = DoseAmount::Fixed { low: 200.0, high: 200.0 };
    assert!(lines(&capped(600.0, &exactly), "kidney-cap").is_empty(), "exactly reached is not passed");
    // a range is held at both ends
    let wide = |m: &mut Medicine| m.doses[0].amount = DoseAmount::Fixed { low: 300.0, high: 400.0 };
    assert_eq!(capped(600.0, &wide).single, 200.0);
    // fewer doses a day may each be larger
    // a limit in milligrams says nothing about units
    assert_eq!(capped(600.0, &|m| m.doses[0].unit = DoseUnit::Units).most.unwrap().day, 1200.0);
    let both = KidneyStep { max_day_mg: Some(400.0), times_per_day: Some(1.0), ..step(30.0) };
    assert_eq!(cleared(20.0, vec![both], |_| ()).unwrap().single, 400.0);
}

#[test]
fn what_must_be_avoided_is_refused_with_its_reason() {
    let refused = cleared(20.0, vec![KidneyStep { avoid: true, ..step(30.0) }], |_| ()).unwrap_err();
    let DoseRefusal::Kidney { clearance, reason, evidence } = refused else { panic!("{refused:?}") };
    assert_eq!((clearance.as_str(), reason.get(Lang::En)), ("20", "below 30"));
    assert_eq!(evidence.source.as_str(), "hakim-estimate");
    assert!(cleared(30.1, vec![KidneyStep { avoid: true, ..step(30.0) }], |_| ()).is_ok());
}

#[test]
fn a_creatinine_is_asked_for_where_the_kidneys_are_weak() {
    let (base, patient) = (kidney_base(vec![halved(30.0)], |_| ()), man(60));
    let missing = |what: &str| Err(DoseRefusal::Missing { what: what.into() });
    let kg = [(Vital::Weight, 70.0)];
    for weak in ["kidney_disease.history", "creatinine.high", "egfr.low"] {
        assert_eq!(dose(&case_in(&base, &patient, &[weak], &kg)), missing("creatinine"), "{weak}");
    }
    assert_eq!(dose(&case_in(&base, &patient, &["diabetes.history"], &kg)).unwrap().kidney, None);
    // who has a creatinine is asked for the rest, weak or not
    assert_eq!(dose(&case_in(&base, &patient, &[], &[(Vital::Creatinine, 90.0)])), missing("weight"));
    let nobody = person(Some(Age::from_years(60)), None);
    assert_eq!(dose(&case_in(&base, &nobody, &[], &clearing(90.0))), missing("sex"));
    let ageless = person(None, Some(Sex::Male));
    assert_eq!(dose(&case_in(&base, &ageless, &[], &clearing(90.0))), missing("age"));
}

#[test]
fn a_child_with_weak_kidneys_is_for_a_specialist() {
    let (base, child) = (kidney_base(vec![halved(30.0)], |_| ()), man(10));
    let kg = [(Vital::Weight, 30.0), (Vital::Creatinine, 400.0)];
    assert_eq!(dose(&case_in(&base, &child, &["kidney_disease.history"], &kg)), Err(DoseRefusal::KidneyInChild));
    let worked = dose(&case_in(&base, &child, &[], &kg)).unwrap();
    assert_eq!((worked.single, worked.kidney), (400.0, None));
}

#[test]
fn steps_that_only_tell_what_to_watch_wait_for_no_laboratory() {
    let (base, patient) = (kidney_base(vec![step(10.0), step(30.0)], |_| ()), man(60));
    let kg = [(Vital::Weight, 70.0)];
    let of = |patient: &PatientFacts, findings: &[&str], values: &[(Vital, f64)]| {
        let worked = dose(&case_in(&base, patient, findings, values)).unwrap();
        assert_eq!((worked.single, worked.times_per_day), (400.0, 3.0));
        worked.kidney.map(|k| (k.message(), k.is_caution(), k.text.get(Lang::En).to_owned()))
    };
    let told = Some((Some(("kidney-unknown", 30.0)), true, "below 30".to_owned()));
    assert_eq!(of(&patient, &["creatinine.high"], &kg), told);
    assert_eq!(of(&man(10), &["creatinine.high"], &kg), told);
    assert_eq!(of(&patient, &[], &[(Vital::Creatinine, 90.0)]), told, "a creatinine, but no weight");
    assert_eq!(of(&patient, &[], &kg), None);
    assert_eq!(of(&man(10), &[], &kg), None);
    assert_eq!(of(&patient, &[], &clearing(20.0)), Some((None, true, "below 30".to_owned())));
    assert_eq!(of(&patient, &[], &clearing(90.0)), Some((Some(("kidney-same", 0.0)), false, String::new())));
    // one step that changes a number, and the number is asked for
    let changes: [fn(KidneyStep) -> KidneyStep; 4] = [
        |s| KidneyStep { share: Some(0.5), ..s },
        |s| KidneyStep { max_day_mg: Some(400.0), ..s },
        |s| KidneyStep { times_per_day: Some(1.0), ..s },
        |s| KidneyStep { avoid: true, ..s },
    ];
    for change in changes {
        let base = kidney_base(vec![change(step(10.0)), step(30.0)], |_| ());
        let refused = dose(&case_in(&base, &patient, &["creatinine.high"], &kg));
        assert_eq!(refused, Err(DoseRefusal::Missing { what: "creatinine".into() }));
    }
}

/// The base of the tests whose medicine's first dose is as usual.
fn first_as_usual(steps: Vec<KidneyStep>, route: &str, times: f64, days: Option<f64>) -> KnowledgeBase {
    let mut base = kidney_base(steps, |m| {
        m.forms =
            vec![MedicineForm { form: "injection".into(), strength: 50.0, unit: DoseUnit::Mg, ml: None, step: 1.0 }];
        if route == "oral" {
            m.forms[0].form = "tablet".into();
        }
        let rule = &mut m.doses[0];
        (rule.route, rule.times_per_day, rule.days, rule.max_day) = (route.into(), times, days, 400.0 * times);
    });
    let evidence = Evidence { section: Some("first".into()), ..base.kidney[PENIN][0].evidence.clone() };
    base.first_dose_as_usual.insert(PENIN.into(), evidence);
    base
}

#[test]
fn a_dose_given_once_is_as_usual_where_the_packs_say_so() {
    let (patient, kg) = (man(60), [(Vital::Weight, 70.0)]);
    let avoided = KidneyStep { avoid: true, ..step(30.0) };
    let given = |base: &KnowledgeBase, patient: &PatientFacts, findings: &[&str], values: &[(Vital, f64)]| {
        let worked = dose(&case_in(base, patient, findings, values)).unwrap();
        assert_eq!((worked.single, worked.times_per_day, worked.days), (400.0, 1.0, Some(1.0)));
        worked.kidney
    };
    for route in ["oral", "iv"] {
        for steps in [vec![halved(30.0)], vec![avoided.clone()]] {
            let base = first_as_usual(steps, route, 1.0, Some(1.0));
            let note = given(&base, &patient, &[], &clearing(20.0)).unwrap();
            assert_eq!((note.first, note.message()), (FirstDose::Once, Some(("kidney-once", 0.0))));
            assert_eq!((note.clearance.map(f64::round), note.below, note.is_caution()), (Some(20.0), None, false));
            assert_eq!((note.evidence.unwrap().section.as_deref(), note.text.is_empty()), (Some("first"), true));
            let unknown = given(&base, &patient, &["creatinine.high"], &kg).unwrap();
            assert_eq!((unknown.first, unknown.clearance), (FirstDose::Once, None));
            assert_eq!(given(&base, &man(10), &["creatinine.high"], &kg).unwrap().first, FirstDose::Once);
            // who clears well, or is not known to be ill, hears nothing of first doses
            assert_eq!(given(&base, &patient, &[], &clearing(90.0)).unwrap().first, FirstDose::WholeCourse);
            assert_eq!(given(&base, &patient, &[], &kg), None);
        }
    }
    // what is to be watched is still told
    let base = first_as_usual(vec![step(10.0), step(30.0)], "iv", 1.0, Some(1.0));
    let note = given(&base, &patient, &[], &clearing(20.0)).unwrap();
    assert_eq!((note.first, note.text.get(Lang::En)), (FirstDose::Once, "below 30"));
    // the packs do not say so
    let mut base = first_as_usual(vec![halved(30.0)], "iv", 1.0, Some(1.0));
    base.first_dose_as_usual.clear();
    assert_eq!(dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap().single, 200.0);
}

#[test]
fn of_a_course_by_needle_that_must_wait_the_first_dose_does_not() {
    let (patient, kg) = (man(60), [(Vital::Weight, 70.0)]);
    let avoided = KidneyStep { avoid: true, ..step(30.0) };
    for route in ["iv", "im", "sc"] {
        for days in [None, Some(5.0), Some(1.0)] {
            let base = first_as_usual(vec![avoided.clone()], route, 3.0, days);
            let only = |patient: &PatientFacts, findings: &[&str], values: &[(Vital, f64)]| {
                let worked = dose(&case_in(&base, patient, findings, values)).unwrap();
                let note = worked.kidney.unwrap();
                assert_eq!((worked.single, worked.times_per_day, worked.days), (400.0, 1.0, Some(1.0)));
                assert_eq!(note.message(), Some(("kidney-only-first", 0.0)));
                assert!(note.is_caution());
            };
            only(&patient, &["creatinine.high"], &kg);
            only(&man(10), &["creatinine.high"], &kg);
            only(&patient, &[], &clearing(20.0));
            let whole = dose(&case_in(&base, &patient, &[], &clearing(90.0))).unwrap();
            assert_eq!((whole.times_per_day, whole.days), (3.0, days));
        }
    }
    // once in many days is a course too
    let mut base = first_as_usual(vec![avoided.clone()], "im", 1.0, None);
    base.medicines.get_mut(PENIN).unwrap().doses[0].every_days = Some(7.0);
    let worked = dose(&case_in(&base, &patient, &["creatinine.high"], &kg)).unwrap();
    assert_eq!((worked.every_days, worked.days), (None, Some(1.0)));
    // a step that can be worked out is worked out
    let base = first_as_usual(vec![halved(30.0)], "iv", 3.0, None);
    let worked = dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap();
    assert_eq!((worked.single, worked.times_per_day, worked.days), (200.0, 3.0, None));
    let note = worked.kidney.unwrap();
    assert_eq!((note.first, note.message()), (FirstDose::FullFirst, Some(("kidney-first", 400.0))));
    assert!(note.is_caution());
    let first_too = KidneyStep { first_too: true, ..halved(30.0) };
    let base = first_as_usual(vec![first_too], "iv", 3.0, None);
    let note = dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap().kidney.unwrap();
    assert_eq!((note.first, note.first_amount), (FirstDose::WholeCourse, None));
    // what is only given less often begins no larger
    let rarer = KidneyStep { times_per_day: Some(1.0), ..step(30.0) };
    let base = first_as_usual(vec![rarer], "iv", 3.0, None);
    let note = dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap().kidney.unwrap();
    assert_eq!((note.first, note.first_amount), (FirstDose::WholeCourse, None));
    let most = KidneyStep { max_day_mg: Some(600.0), ..step(30.0) };
    let base = first_as_usual(vec![most], "iv", 3.0, None);
    let note = dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap().kidney.unwrap();
    assert_eq!((note.first, note.first_amount), (FirstDose::FullFirst, Some(400.0)));
    let enough = KidneyStep { max_day_mg: Some(5000.0), ..step(30.0) };
    let base = first_as_usual(vec![enough], "iv", 3.0, None);
    let note = dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap().kidney.unwrap();
    assert_eq!(note.first_amount, None, "a limit that takes nothing away");
    // tablets can wait
    let base = first_as_usual(vec![halved(30.0)], "oral", 3.0, None);
    let refused = dose(&case_in(&base, &patient, &["creatinine.high"], &kg));
    assert_eq!(refused, Err(DoseRefusal::Missing { what: "creatinine".into() }));
}

#[test]
fn the_rule_for_a_route_or_an_illness_goes_before_the_one_for_any() {
    let base = |special: &dyn Fn(&mut KidneyRule)| {
        let mut base = kidney_base(vec![step(30.0)], |_| ());
        let mut rule = KidneyRule { steps: vec![halved(30.0)], ..base.kidney[PENIN][0].clone() };
        special(&mut rule);
        base.kidney.get_mut(PENIN).unwrap().insert(0, rule);
        base
    };
    let patient = man(60);
    let given = |base: &KnowledgeBase| dose(&case_in(base, &patient, &[], &clearing(20.0))).unwrap().single;
    assert_eq!(given(&base(&|r| r.routes = vec!["oral".into()])), 200.0);
    assert_eq!(given(&base(&|r| r.routes = vec!["iv".into()])), 400.0);
    assert_eq!(given(&base(&|r| r.conditions = vec!["lung".into()])), 400.0, "the dose rule is for any illness");
    let mut for_lung = base(&|r| r.conditions = vec!["lung".into()]);
    for_lung.medicines.get_mut(PENIN).unwrap().doses[0].conditions = vec!["lung".into()];
    let case = case_in(&for_lung, &patient, &[], &clearing(20.0));
    let worked = work_out_dose(&case, &for_lung.medicines[PENIN], Some(&"lung".into()), RoutesAllowed::Any).unwrap();
    assert_eq!(worked.single, 200.0);
}

#[test]
fn who_was_not_weighed_has_a_rule_of_their_own() {
    let base = |unweighed_holds: bool| {
        kidney_base(vec![], |m| {
            m.doses[0].amount = DoseAmount::PerKg { low: 5.0, high: 5.0 };
            let fixed = DoseAmount::Fixed { low: 100.0, high: 100.0 };
            let when = if unweighed_holds { Rule::Always } else { Rule::Sex(Sex::Female) };
            m.doses.push(DoseRule { unweighed: true, amount: fixed, when, ..m.doses[0].clone() });
        })
    };
    let patient = man(60);
    let of =
        |base: &KnowledgeBase, values: &[(Vital, f64)]| dose(&case_in(base, &patient, &[], values)).map(|w| w.single);
    assert_eq!(of(&base(true), &[]), Ok(100.0));
    assert_eq!(of(&base(true), &[(Vital::Weight, 60.0)]), Ok(300.0), "by weight where it is known");
    assert_eq!(of(&base(false), &[]), Err(DoseRefusal::Missing { what: "weight".into() }));
    // who must be weighed before it is known which rule holds
    let mut split = base(true);
    split.medicines.get_mut(PENIN).unwrap().doses[0].when = rule("vital.weight < 20");
    assert_eq!(of(&split, &[]), Ok(100.0));
    split.medicines.get_mut(PENIN).unwrap().doses[1].when = Rule::Sex(Sex::Female);
    assert_eq!(of(&split, &[]), Err(DoseRefusal::Missing { what: "weight".into() }));
    split.medicines.get_mut(PENIN).unwrap().doses[1].when = Rule::Always;
    split.medicines.get_mut(PENIN).unwrap().doses[0].when = rule("vital.height < 20 or cough");
    assert_eq!(of(&split, &[]).map_err(|_| ()), Err(()), "what is not known is not the weight");
    // it is no rule for who needs none by weight
    let mut fixed = base(true);
    fixed.medicines.get_mut(PENIN).unwrap().doses[0].when = Rule::Sex(Sex::Female);
    assert_eq!(of(&fixed, &[]), Err(DoseRefusal::NoRule));
}

#[test]
fn a_list_is_checked_against_the_kidneys() {
    let taken = |steps: Vec<KidneyStep>, values: &[(Vital, f64)]| {
        let (base, patient) = (kidney_base(steps, |m| m.cautions.clear()), man(60));
        let taken = Taken { typed: "x".into(), entities: vec![Entity::Medicine(PENIN.into())], read: NameRead::Known };
        let values: Vec<Measurement> =
            values.iter().map(|(vital, value)| Measurement { vital: *vital, value: *value }).collect();
        let case = Case::new(&base, &patient, &[], &values, vec![taken]).unwrap();
        let warnings = check_taken(&case, &[]);
        warnings.iter().map(|w| (w.level, w.because.get(Lang::En).to_owned())).collect::<Vec<_>>()
    };
    let avoided = KidneyStep { avoid: true, ..step(30.0) };
    assert_eq!(taken(vec![avoided.clone()], &clearing(20.0)), [(WarningLevel::Stop, "below 30".to_owned())]);
    assert_eq!(taken(vec![halved(30.0)], &clearing(20.0)), [(WarningLevel::Caution, "below 30".to_owned())]);
    assert!(taken(vec![avoided.clone()], &clearing(30.0)).is_empty());
    assert!(taken(vec![avoided], &[]).is_empty());
    assert!(taken(vec![], &clearing(20.0)).is_empty());
}

#[test]
fn a_medicine_without_a_rule_says_so_only_where_it_matters() {
    let (mut base, patient) = (kidney_base(vec![], |_| ()), man(60));
    base.kidney.clear();
    let note = |findings: &[&str], values: &[(Vital, f64)]| {
        let worked = dose(&case_in(&base, &patient, findings, values)).unwrap();
        assert_eq!(worked.single, 400.0);
        worked.kidney.map(|k| (k.clearance.is_some(), k.below, k.text.is_empty(), k.evidence, lines_of(&worked.steps)))
    };
    assert_eq!(note(&[], &[]), None);
    assert_eq!(note(&["egfr.low"], &[]), Some((false, None, true, None, 0)));
    assert_eq!(note(&["egfr.low"], &clearing(90.0)), Some((true, None, true, None, 1)));
    assert_eq!(note(&[], &clearing(59.9)), Some((true, None, true, None, 1)));
    assert_eq!(note(&[], &clearing(60.0)), None, "60 is not below 60");
}

fn lines_of(steps: &[DoseStep]) -> usize {
    steps.iter().filter(|s| s.kind == "clearance").count()
}

#[test]
fn where_nothing_changes_it_is_said_to_who_has_weak_kidneys() {
    let (mut base, patient) = (kidney_base(vec![], |_| ()), man(60));
    base.kidney.get_mut(PENIN).unwrap()[0].none_needed = Text::english("No change");
    let worked = dose(&case_in(&base, &patient, &["egfr.low"], &[])).unwrap();
    let note = worked.kidney.unwrap();
    assert_eq!((note.text.get(Lang::En), note.clearance, note.below), ("No change", None, None));
    assert!(note.evidence.is_some());
    assert_eq!(dose(&case_in(&base, &patient, &[], &clearing(20.0))).unwrap().kidney, None);
    // nor does a child need a specialist for it
    let child = man(10);
    assert!(dose(&case_in(&base, &child, &["egfr.low"], &[(Vital::Weight, 30.0)])).is_ok());
}

#[test]
fn what_stays_where_it_is_put_does_not_ask_the_kidneys() {
    for (route, form, asks) in [
        ("oral", "tablet", true),
        ("im", "injection", true),
        ("iv", "injection", true),
        ("sc", "injection", true),
        ("rectal", "suppository", true),
        ("sublingual", "tablet", true),
        ("topical", "cream", false),
        ("eye", "drops", false),
        ("nasal", "drops", false),
        ("inhaled", "inhaler", false),
        ("vaginal", "tablet", false),
    ] {
        let by = |m: &mut Medicine| {
            m.doses[0].route = route.into();
            m.forms[0].form = form.into();
        };
        let avoided = cleared(20.0, vec![KidneyStep { avoid: true, ..step(30.0) }], by);
        assert_eq!(avoided.is_err(), asks, "{route}");
    }
}

#[test]
fn a_dose_is_made_of_what_is_on_the_shelf() {
    let (mut base, patient) = (kidney_base(vec![], |_| ()), man(60));
    base.kidney.clear();
    let tablet =
        |mg: f64| MedicineForm { form: "tablet".into(), strength: mg, unit: DoseUnit::Mg, ml: None, step: 1.0 };
    base.medicines.get_mut(PENIN).unwrap().forms = vec![tablet(400.0), tablet(200.0), tablet(1000.0)];
    let held = |held: Option<Held>| {
        let shelf = Formulary(held.into_iter().map(|h| (PENIN.into(), h)).collect());
        let case = case_in(&base, &patient, &[], &[]).with_formulary(shelf);
        dose(&case).map(|w| w.give.map(|g| (g.amount, g.strength)))
    };
    let forms = |keys: &[&str]| Some(Held::Forms(keys.iter().map(|k| (*k).to_owned()).collect()));
    assert_eq!(held(None), Ok(Some((1.0, 400.0))));
    assert_eq!(held(forms(&["tablet 200"])), Ok(Some((2.0, 200.0))));
    assert_eq!(held(forms(&["tablet 200", "tablet 400"])), Ok(Some((1.0, 400.0))));
    assert_eq!(held(forms(&["tablet 1000"])), Err(DoseRefusal::NoFormHeld), "another strength would give it");
    // what is not held is worked out for the pharmacy
    assert_eq!(held(Some(Held::None)), Ok(Some((1.0, 400.0))));
    assert_eq!(held(forms(&["tablet 75"])), Ok(Some((1.0, 400.0))), "a strength that is no more");
    let mut only_large = base.clone();
    only_large.medicines.get_mut(PENIN).unwrap().forms = vec![tablet(1000.0)];
    let case = case_in(&only_large, &patient, &[], &[]);
    assert_eq!(dose(&case), Err(DoseRefusal::CannotBeGiven));
    let shelf = Formulary([(PENIN.into(), Held::None)].into());
    assert_eq!(dose(&case.with_formulary(shelf)), Err(DoseRefusal::CannotBeGiven));
}

#[test]
fn a_dose_names_its_rule_and_its_limits() {
    let (base, patient) = (base(), adult());
    let case = Case::new(base, &patient, &[], &[], vec![]).unwrap();
    let worked = dose(&case).unwrap();
    assert_eq!(worked.rule, Some(1), "the adult's rule stands second");
    assert_eq!(worked.most, Some(DoseLimits { single: 400.0, day: 1200.0 }));
    let child = man(2);
    let case = measured(&child, &[], &[(Vital::Weight, 12.0)]);
    let worked = work_out_dose(&case, &base.medicines[PENIN], Some(&"lung".into()), RoutesAllowed::Any).unwrap();
    assert_eq!((worked.rule, worked.most), (Some(0), Some(DoseLimits { single: 1000.0, day: 2000.0 })));
}
