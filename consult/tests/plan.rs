//! The plan over the program's own packs: what is asked, what is refused, and the clearance against the packs' own calculator.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use hakim_clinical::*;
use hakim_consult::{Folders, Hakim};
use hakim_contract::*;
use hakim_knowledge::{builtin_packs, load};
use hakim_reasoning::{Case, calculate::calculate};
use std::collections::BTreeMap;
use std::sync::Arc;

fn core(home: &std::path::Path) -> Hakim {
    let folders = Folders { data: home.join("data"), assets: home.join("assets"), packs: None };
    Hakim::open(folders, Arc::new(|_| ())).unwrap_or_else(|e| panic!("{e:?}"))
}

fn asks(years: u32, sex: Sex, values: &[(Vital, f64)], findings: &[&str], working: &str) -> PlanRequest {
    let patient = PatientFacts { age: Some(Age::from_years(years)), sex: Some(sex), ..PatientFacts::default() };
    let measurements = values.iter().map(|(vital, value)| Measurement { vital: *vital, value: *value }).collect();
    let observed = findings.iter().map(|f| Observed::present(*f, Origin::Picked)).collect();
    let intake = Intake { patient, observed, measurements, ..Intake::default() };
    PlanRequest { intake, working: vec![working.into()] }
}

#[test]
fn a_plan_asks_once_refuses_the_impossible_and_knows_the_shelf() {
    let home = tempfile::tempdir().unwrap();
    let core = core(home.path());
    // a child without a weight is asked for it once, whatever the number of lines
    let child = core.plan(asks(3, Sex::Male, &[], &["cough", "fever"], "pneumonia")).unwrap();
    assert_eq!(child.missing.iter().filter(|m| *m == "weight").count(), 1, "{:?}", child.missing);
    assert_eq!(child.odd_weight, None);
    // an adult of 4 kg is told so
    let light = core.plan(asks(40, Sex::Male, &[(Vital::Weight, 4.0)], &["cough", "fever"], "pneumonia")).unwrap();
    assert_eq!(light.odd_weight.as_deref(), Some("4"));
    assert_eq!(light.diagnoses.first().map(|d| d.condition.as_str()), Some("pneumonia"));
    assert!(light.diagnoses.iter().all(|d| d.probability.is_some_and(|p| p.low <= p.p && p.p <= p.high)));
    // a pregnant man, a pregnant child
    let mut wrong = asks(40, Sex::Male, &[], &["cough"], "pneumonia");
    wrong.intake.patient.pregnancy = Pregnancy::Yes { weeks: None };
    assert_eq!(core.plan(wrong.clone()).unwrap_err().key, "pregnant-man");
    wrong.intake.patient.sex = Some(Sex::Female);
    wrong.intake.patient.age = Some(Age::from_years(4));
    assert_eq!(core.assess(wrong.intake).unwrap_err().key, "pregnant-age");

    // what the clinic lacks is marked and keeps its dose; others are offered and none of them is forbidden or missing too
    let asked = || asks(40, Sex::Male, &[(Vital::Weight, 60.0)], &["cough", "fever"], "pneumonia");
    let before = core.plan(asked()).unwrap();
    let given = before.lines.iter().find(|l| matches!(l.dose, Some(DoseView::Worked { .. }))).unwrap();
    assert!(!given.not_held);
    let medicine = given.medicine.clone().unwrap();
    let mut settings = core.app_status(Nothing {}).unwrap().settings;
    settings.formulary.set(&medicine, false);
    core.settings_save(settings).unwrap();
    let after = core.plan(asked()).unwrap();
    for line in after.lines.iter().filter(|l| l.medicine.as_ref() == Some(&medicine)) {
        assert!(line.not_held && matches!(line.dose, Some(DoseView::Worked { .. })), "{line:?}");
    }
    let mut offered = 0;
    for a in after.lines.iter().flat_map(|l| &l.alternatives) {
        offered += 1;
        assert!(a.medicine != medicine && a.warnings.iter().all(|w| w.level < WarningLevel::Stop), "{a:?}");
        assert!(matches!(&a.dose, DoseView::Worked { .. }), "{a:?}");
    }
    assert!(offered > 0, "there is something else for lungs than {medicine}");
    // the rules shown beside a dose name the one that applies
    for line in &after.lines {
        if let Some(DoseView::Worked { rules, .. }) = &line.dose {
            assert_eq!(rules.iter().filter(|r| r.applies).count(), 1, "{line:?}");
        }
    }
    let list = core.formulary_list(Nothing {}).unwrap();
    let row = list.medicines.iter().find(|row| row.medicine == medicine).unwrap();
    assert!(!row.forms.is_empty() && row.also.len() > 2);
    assert!(list.medicines.iter().all(|row| {
        let mut keys: Vec<&str> = row.forms.iter().map(|f| f.key.as_str()).collect();
        keys.sort_unstable();
        keys.windows(2).all(|two| two[0] != two[1])
    }));
}

#[test]
fn the_clearance_of_a_dose_is_that_of_the_calculator() {
    let base = load(&builtin_packs()).base;
    let calculator = &base.calculators["creatinine-clearance-actual-weight"];
    let mut state = 7_u64;
    let mut next = |low: f64, high: f64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (state >> 11) as f64 / (1_u64 << 53) as f64 * (high - low)
    };
    for _ in 0..1000 {
        let (years, kg, mg_dl) = (next(18.0, 100.0).floor(), next(30.0, 150.0), next(0.3, 15.0));
        let sex = if next(0.0, 1.0) < 0.5 { Sex::Female } else { Sex::Male };
        let patient =
            PatientFacts { age: Some(Age::from_years(years as u32)), sex: Some(sex), ..PatientFacts::default() };
        let values = [(Vital::Weight, kg), (Vital::Creatinine, mg_dl * CREATININE_PER_MG_DL)];
        let values = values.map(|(vital, value)| Measurement { vital, value });
        let case = Case::new(&base, &patient, &[], &values, vec![]).unwrap();
        let ours = case.creatinine_clearance().unwrap().ml_min;
        let number = |value: f64| Told::Number { value, unit: None };
        let word = if sex == Sex::Female { "female" } else { "male" };
        let told = BTreeMap::from([
            ("age".to_owned(), number(years)),
            ("sex".to_owned(), Told::Word(word.into())),
            ("weight".to_owned(), number(kg)),
            ("creatinine".to_owned(), number(mg_dl)),
        ]);
        let theirs = calculate(calculator, &told).unwrap_or_else(|e| panic!("{e:?}")).value;
        assert!((ours - theirs).abs() < 1e-6 * theirs, "{ours} and {theirs}: {years} years, {kg} kg, {mg_dl} mg/dL");
    }
}

/// Doses of a plan by medicine.
fn doses(core: &Hakim, request: PlanRequest) -> BTreeMap<String, WorkedDose> {
    let lines = core.plan(request).unwrap().lines;
    let worked = |line: PlanLineView| match line.dose {
        Some(DoseView::Worked { dose, .. }) => Some((line.medicine?.to_string(), *dose)),
        _ => None,
    };
    lines.into_iter().filter_map(worked).collect()
}

#[test]
fn what_is_not_measured_in_milligrams_has_a_dose_too() {
    let home = tempfile::tempdir().unwrap();
    let core = core(home.path());
    let given = |years, sex, kg, findings: &[&str], working| {
        doses(&core, asks(years, sex, &[(Vital::Weight, kg)], findings, working))
    };
    let mother = given(28, Sex::Female, 60.0, &["bleeding.postpartum"], "postpartum-haemorrhage");
    let oxytocin = &mother["oxytocin"];
    assert_eq!((oxytocin.single, oxytocin.unit), (10.0, DoseUnit::Units));
    assert_eq!(oxytocin.then.map(|part| (part.amount, part.over_minutes)), Some((20.0, Some(120.0))));
    // WHO plan C by age: the same amounts, slower in the first year
    let plan_c = [(7, 8.0, (240.0, 60.0), (560.0, 300.0)), (36, 12.0, (360.0, 30.0), (840.0, 150.0))];
    for (months, kg, first, then) in plan_c {
        let findings = ["diarrhoea.rice_water", "dehydration.severe"];
        let mut dry = asks(1, Sex::Male, &[(Vital::Weight, kg)], &findings, "cholera");
        dry.intake.patient.age = Some(Age::from_months(months));
        let drip = &doses(&core, dry)["ringer-lactate"];
        assert_eq!((drip.single, drip.over_minutes, drip.unit), (first.0, Some(first.1), DoseUnit::Ml), "{months}");
        assert_eq!(drip.then.map(|part| (part.amount, part.over_minutes)), Some((then.0, Some(then.1))), "{months}");
    }
    let bitten = given(30, Sex::Male, 60.0, &[], "snake-bite-envenoming");
    assert_eq!((bitten["antivenom-polyvalent"].single, bitten["antivenom-polyvalent"].unit), (10.0, DoseUnit::Vials));
    let adult = given(40, Sex::Male, 70.0, &["vomiting"], "diabetic-ketoacidosis");
    let insulin = &adult["insulin-human"];
    assert_eq!((insulin.single, insulin.unit), (7.0, DoseUnit::Units));
    assert_eq!(insulin.frequency(), ("dose-every-hours", 1.0));
}

#[test]
fn no_plan_floods_a_wasted_child_a_weak_heart_or_a_child_without_blood() {
    let base = load(&builtin_packs()).base;
    // mL for each kg in an hour, of whatever part runs faster
    let fastest = |dose: &WorkedDose, kg: f64| {
        let part = |ml: f64, minutes: Option<f64>| minutes.map_or(0.0, |minutes| ml / kg / minutes * 60.0);
        let then = dose.then.map_or(0.0, |p| part(p.amount, p.over_minutes));
        part(dose.single, dose.over_minutes).max(then)
    };
    let (mut drips, mut careful) = (0, 0);
    for (months, kg) in [(5, 6.0), (24, 9.0), (96, 22.0), (168, 40.0), (360, 60.0)] {
        let years = f64::from(months) / 12.0;
        let patient =
            PatientFacts { age: Some(Age::from_months(months)), sex: Some(Sex::Male), ..PatientFacts::default() };
        for (more, most) in [(&[][..], 61.0), (&["wasting.severe"][..], 16.0), (&["heart_failure.history"][..], 31.0)] {
            let findings = ["shock", "dehydration.severe", "dehydration.some", "bp.low"].iter().chain(more);
            let observed: Vec<Observed> = findings.map(|f| Observed::present(*f, Origin::Picked)).collect();
            let weighed = [Measurement { vital: Vital::Weight, value: kg }];
            let case = Case::new(&base, &patient, &observed, &weighed, vec![]).unwrap();
            for medicine in ["ringer-lactate", "sodium-chloride"] {
                let medicine = &base.medicines[&MedicineId::from(medicine)];
                for (id, condition) in &base.conditions {
                    let old_enough = condition.from_years.is_none_or(|from| years >= from);
                    let can_have_it = old_enough && condition.only_sex != Some(Sex::Female);
                    let dose = hakim_reasoning::work_out_dose(&case, medicine, Some(id), RoutesAllowed::Any);
                    let Some(dose) = dose.ok().filter(|_| can_have_it) else { continue };
                    // a wasted child's rules end with childhood, and adults with a weak heart and cholera keep plan C
                    let grown = years >= 14.0 && !more.is_empty();
                    let rate = fastest(&dose, kg);
                    drips += 1;
                    careful += u32::from(!more.is_empty());
                    assert!(grown || rate <= most, "{id} {} {years} y {more:?}: {rate} mL/kg/h", medicine.id);
                    assert!(rate <= 61.0 && dose.single <= 3000.0, "{id}: {rate}");
                }
            }
        }
    }
    assert!(drips > 200 && careful > 100, "{drips} {careful}");
}
