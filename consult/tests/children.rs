//! Growth and vaccinations through the front door: a child's values of earlier visits stand in the chart, doses stay with the
//! patient whatever else of the patient is changed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "test code")]

use hakim_clinical::*;
use hakim_consult::{Folders, Hakim};
use hakim_contract::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn core(home: &Path, assets: &Path) -> Hakim {
    let folders = Folders { data: home.to_owned(), assets: assets.to_owned(), packs: None };
    Hakim::open(folders, Arc::new(|_| {})).unwrap()
}

fn assets() -> Option<PathBuf> {
    let assets = std::env::var_os("HAKIM_ASSETS").map(PathBuf::from).filter(|a| a.join("growth").is_dir());
    if assets.is_none() {
        eprintln!("skipped: the growth tables are not there");
    }
    assets
}

fn days_ago(days: i64) -> String {
    jiff::Zoned::now().date().checked_sub(jiff::Span::new().days(days)).unwrap().to_string()
}

fn draft(id: Option<PatientId>, born: &str) -> PatientDraft {
    PatientDraft {
        id,
        name: "Zainab".into(),
        sex: Some(Sex::Female),
        age: None,
        born: Some(born.to_owned()),
        contact: String::new(),
        allergies: vec![],
        medicines: vec![],
        language: None,
    }
}

fn with_log(core: &Hakim) {
    core.log_create(Secret { passphrase: "a long enough passphrase".into() }).unwrap();
}

#[test]
fn the_chart_holds_the_childs_own_line_and_what_was_measured_is_there_next_time() {
    let Some(assets) = assets() else { return };
    let home = tempfile::tempdir().unwrap();
    let core = core(home.path(), &assets);
    with_log(&core);
    let patient = core.patient_save(draft(None, &days_ago(400))).unwrap().patient.id;
    let of = |patient: &PatientId| PatientRef { patient: patient.clone() };
    let mut first = core.visit_start(of(&patient)).unwrap();
    // The visit took place a hundred days ago.
    first.started = format!("{}T09:00:00Z", days_ago(100));
    first.intake.measurements = vec![Measurement { vital: Vital::Weight, value: 7.5 }];
    first.growth = GrowthMeasures { head: Some(43.0), ..GrowthMeasures::default() };
    core.visit_finish(first).unwrap();
    let second = core.visit_start(of(&patient)).unwrap();
    let reply = core
        .growth(GrowthRequest {
            weight: Some(8.9),
            more: GrowthMeasures { head: Some(45.0), ..GrowthMeasures::default() },
            patient: Some(patient),
            visit: Some(second.visit),
            ..GrowthRequest::default()
        })
        .unwrap();
    assert_eq!(reply.refused, None);
    assert_eq!(reply.age_days, Some(400));
    for indicator in [GrowthIndicator::WeightForAge, GrowthIndicator::HeadForAge] {
        let chart = reply.charts.iter().find(|c| c.indicator == indicator).unwrap();
        assert_eq!(chart.lines.len(), 7);
        let [before, now] = chart.points.as_slice() else { panic!("{:?}", chart.points) };
        assert_eq!((before.on.clone(), now.on.clone()), (Some(days_ago(100)), None));
        assert!(before.at < now.at && before.value < now.value);
    }
}

#[test]
fn without_the_tables_it_is_said_and_arm_and_oedema_still_count() {
    let home = tempfile::tempdir().unwrap();
    let core = core(home.path(), home.path());
    let request = GrowthRequest {
        sex: Some(Sex::Male),
        age_days: Some(400),
        weight: Some(8.0),
        arm: Some(110.0),
        ..GrowthRequest::default()
    };
    let reply = core.growth(request).unwrap();
    assert_eq!(reply.missing.len(), 12);
    assert!(reply.rows.is_empty());
    assert_eq!(reply.acute.unwrap().acute, AcuteMalnutrition::Severe);
}

#[test]
fn what_cannot_be_worked_out_is_said_by_name() {
    let home = tempfile::tempdir().unwrap();
    let core = core(home.path(), home.path());
    let why = |request: GrowthRequest| core.growth(request).unwrap().refused.map(|r| (r.why, r.field));
    let child = GrowthRequest { sex: Some(Sex::Male), age_days: Some(400), ..GrowthRequest::default() };
    assert_eq!(why(GrowthRequest { sex: None, ..child.clone() }).unwrap().0, "needs-sex");
    assert_eq!(why(GrowthRequest { age_days: None, ..child.clone() }).unwrap().0, "needs-age");
    assert_eq!(why(GrowthRequest { age_days: Some(8000), ..child.clone() }).unwrap().0, "too-old");
    let impossible = why(GrowthRequest { height: Some(720.0), ..child }).unwrap();
    assert_eq!(impossible, ("impossible".into(), "height".into()));
}

#[test]
fn doses_stay_with_the_patient_through_other_changes_and_a_new_start() {
    let home = tempfile::tempdir().unwrap();
    let born = days_ago(70);
    let id = {
        let core = core(home.path(), home.path());
        with_log(&core);
        let id = core.patient_save(draft(None, &born)).unwrap().patient.id;
        let dose = |vaccine: &str, day: String| GivenDose { vaccine: vaccine.into(), on: day };
        let given = vec![dose("pentavalent", days_ago(28)), dose("bcg", born.clone()), dose("bcg", born.clone())];
        let card = VaccineCard { schedule: Some("pakistan-epi".into()), given, immune_deficient: false };
        let kept = core.vaccines_save(VaccinesSave { patient: id.clone(), card, born: None }).unwrap();
        assert_eq!(kept.patient.vaccines.given.len(), 2, "a dose written twice is one");
        core.patient_save(draft(Some(id.clone()), &born)).unwrap();
        let odd = VaccineCard { given: vec![dose("bcg", "soon".into())], ..VaccineCard::default() };
        let refused = core.vaccines_save(VaccinesSave { patient: id.clone(), card: odd, born: None }).unwrap_err();
        assert_eq!(refused.key, "day-unreadable");
        id
    };
    let core = core(home.path(), home.path());
    core.log_unlock(Secret { passphrase: "a long enough passphrase".into() }).unwrap();
    let patient = core.patient_timeline(PatientRef { patient: id }).unwrap().patient.patient;
    assert_eq!(patient.vaccines.given.first().unwrap().vaccine.as_str(), "bcg");
    let reply = core
        .vaccines(VaccinesRequest {
            schedule: patient.vaccines.schedule.unwrap(),
            born: patient.born,
            age: None,
            estimated: false,
            sex: patient.sex,
            pregnancy: Pregnancy::No,
            immune_deficient: false,
            given: patient.vaccines.given,
            on: None,
        })
        .unwrap();
    let state = |id: &str| reply.rows.iter().find(|r| r.id.as_str() == id).unwrap().state.clone();
    assert_eq!(state("bcg"), VaccineState::Complete);
    assert!(
        matches!(state("pentavalent"), VaccineState::Due { dose: 2, overdue: false, .. }),
        "{:?}",
        state("pentavalent")
    );
    assert!(matches!(reply.rows[0].state, VaccineState::Due { .. }), "what is due stands first");
}

#[test]
fn an_age_without_a_birthday_is_approximate_and_said_so() {
    let home = tempfile::tempdir().unwrap();
    let core = core(home.path(), home.path());
    let request = VaccinesRequest {
        schedule: "who-routine".into(),
        born: None,
        age: Some(AgeInput::Months(9)),
        estimated: false,
        sex: None,
        pregnancy: Pregnancy::Unknown,
        immune_deficient: false,
        given: vec![],
        on: Some("2026-03-15".into()),
    };
    let reply = core.vaccines(request.clone()).unwrap();
    assert!(reply.approximate);
    assert_eq!(reply.born, "2025-06-15");
    let failure = core.vaccines(VaccinesRequest { age: None, ..request }).unwrap_err();
    assert_eq!(failure.key, "vaccines-born-missing");
}
