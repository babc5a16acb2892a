//! Calculators read from notes: values by their names, traps that must not be taken for values, what is said and what is denied.

#![expect(clippy::panic, reason = "a test that cannot go on should fail")]

use hakim_clinical::*;
use hakim_knowledge::{builtin_packs, load, tokens};
use hakim_reasoning::calculate::{Refusal, calculate};
use hakim_reasoning::reading::{Note, Said};
use std::collections::BTreeMap;
use std::sync::OnceLock;

fn base() -> &'static KnowledgeBase {
    static BASE: OnceLock<KnowledgeBase> = OnceLock::new();
    BASE.get_or_init(|| {
        let loaded = load(&builtin_packs());
        assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        loaded.base
    })
}

fn calculator(id: &str) -> &'static Calculator {
    base().calculators.get(id).unwrap_or_else(|| panic!("no calculator {id}"))
}

fn told(id: &str, text: &str) -> BTreeMap<String, Told> {
    let words = tokens(text);
    let note = Note::new(base(), text, &words, &[], Some(false));
    note.answers(calculator(id)).into_iter().map(|(input, answer)| (input, answer.told)).collect()
}

fn number(id: &str, input: &str, text: &str) -> Option<(f64, Option<String>)> {
    match told(id, text).remove(input) {
        Some(Told::Number { value, unit }) => Some((value, unit)),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn yes(id: &str, input: &str, text: &str) -> Option<bool> {
    match told(id, text).remove(input) {
        Some(Told::Yes(yes)) => Some(yes),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn word(id: &str, input: &str, text: &str) -> Option<String> {
    match told(id, text).remove(input) {
        Some(Told::Word(word)) => Some(word),
        None => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_value_is_read_by_its_name_with_its_unit() {
    let creatinine = |text| number("mdrd-gfr", "creatinine", text);
    let mg = |value| Some((value, Some("mg/dL".to_owned())));
    assert_eq!(creatinine("Serum creatinine 1.4 mg/dL."), mg(1.4));
    assert_eq!(creatinine("creatinine 4.90mg/dL(0.6-1.2mg/dL)"), mg(4.9));
    assert_eq!(creatinine("Cr: 88 µmol/L"), Some((88.0, Some("umol/L".into()))));
    assert_eq!(creatinine("creatinine was 132"), Some((132.0, Some("umol/L".into()))), "impossible in mg/dL");
    assert_eq!(creatinine("Creatinine (normal 0.6-1.2 mg/dL) was not measured"), None);
    assert_eq!(creatinine("creatinine clearance 40 mL/min, urine creatinine 37 mg/dL"), None);
    assert_eq!(creatinine("urine electrolytes were sodium 179 mmol/L, creatinine 37 mg/dL"), None);
    assert_eq!(creatinine("creatinine rose from 0.9 to 2.1 mg/dL"), mg(2.1));
}

#[test]
fn what_was_found_on_arrival_goes_before_other_times() {
    let text = "Two months earlier creatinine was 0.8 mg/dL. On admission creatinine was 2.3 mg/dL.";
    assert_eq!(number("mdrd-gfr", "creatinine", text).map(|(value, _)| value), Some(2.3));
}

#[test]
fn lists_of_names_and_of_values_are_matched_in_order() {
    let text = "sodium, potassium and chloride were 137, 4.2 and 100 mmol/L, respectively";
    assert_eq!(number("anion-gap", "sodium", text).map(|(value, _)| value), Some(137.0));
    assert_eq!(number("anion-gap", "chloride", text).map(|(value, _)| value), Some(100.0));
    let text = "Na/K 127/2.6 mEq/L, weight and height of 52 kg and 164 cm, respectively; later the patient lost 6 kg of weight";
    assert_eq!(number("free-water-deficit", "sodium", text).map(|(value, _)| value), Some(127.0));
    assert_eq!(number("body-mass-index", "weight", text).map(|(value, _)| value), Some(52.0));
    assert_eq!(number("body-mass-index", "height", text).map(|(value, _)| value), Some(164.0));
    let text = "systolic and diastolic blood pressure readings of 120 and 76 mm Hg";
    assert_eq!(number("mean-arterial-pressure", "systolic", text).map(|(value, _)| value), Some(120.0));
    assert_eq!(number("mean-arterial-pressure", "diastolic", text).map(|(value, _)| value), Some(76.0));
}

#[test]
fn pressures_doses_and_feet_have_their_own_forms() {
    let text = "BP 128/74 mmHg";
    assert_eq!(number("mean-arterial-pressure", "diastolic", text).map(|(value, _)| value), Some(74.0));
    let text = "She takes 60 mg of Codeine 3 times a day and morphine 15 mg every 6 hours.";
    assert_eq!(number("morphine-equivalents", "codeine-dose", text), Some((60.0, Some("mg".into()))));
    assert_eq!(number("morphine-equivalents", "codeine-times", text), Some((3.0, None)));
    assert_eq!(number("morphine-equivalents", "morphine-dose", text), Some((15.0, Some("mg".into()))));
    assert_eq!(number("morphine-equivalents", "morphine-times", text), Some((4.0, None)));
    let text = "A 5'6\" man of 150 lbs";
    assert_eq!(number("body-mass-index", "height", text), Some((66.0, Some("[in_i]".into()))));
    assert_eq!(number("body-mass-index", "weight", text), Some((150.0, Some("[lb_av]".into()))));
}

#[test]
fn a_change_is_no_value() {
    assert_eq!(number("homa-ir", "insulin", "insulin (−26uIU/ml)"), None);
    assert_eq!(number("maintenance-fluids", "weight", "she had lost 4 kg in weight"), None);
}

#[test]
fn said_denied_and_silent_are_three_things() {
    let text = "Known case of hypertension. No history of diabetes.";
    assert_eq!(yes("cha2ds2-vasc", "hypertension", text), Some(true));
    assert_eq!(yes("cha2ds2-vasc", "diabetes", text), Some(false));
    let words = tokens(text);
    let note = Note::new(base(), text, &words, &[], None);
    let answers = note.answers(calculator("cha2ds2-vasc"));
    assert_eq!(answers["stroke"].said, Said::Nowhere);
    assert!(matches!(answers["hypertension"].said, Said::At(from, to) if &text[from..to] == "hypertension"));
    assert_eq!(yes("cha2ds2-vasc", "diabetes", "His mother has diabetes."), Some(false), "somebody else's");
    let text = "Prothrombin 20210A, lupus anticoagulant, and factor V Leiden mutation are negative.";
    assert_eq!(yes("caprini-2005", "prothrombin", text), Some(false), "one verb denies the whole list");
    assert_eq!(yes("glasgow-blatchford", "syncope", "He had presyncope."), Some(false), "the longer word counts");
    let text = "On arrival alert and oriented to person, place and time. Two days later he became confused.";
    assert_eq!(yes("curb-65", "confusion", text), Some(false), "how the patient came counts");
}

#[test]
fn cough_that_nobody_asked_about_is_asked() {
    assert_eq!(yes("centor-mcisaac", "cough_absent", "Sore throat and fever."), None);
    assert_eq!(yes("centor-mcisaac", "cough_absent", "Sore throat without cough."), Some(true));
    assert_eq!(yes("centor-mcisaac", "cough_absent", "Sore throat and cough."), Some(false));
    let refused =
        calculate(calculator("centor-mcisaac"), &told("centor-mcisaac", "A 20-year-old with sore throat, 38.5 °C."));
    assert!(matches!(refused, Err(Refusal::Missing(ids)) if ids == ["cough_absent"]));
}

#[test]
fn one_of_several_is_read_and_a_denied_grade_of_silence_is_not() {
    assert_eq!(word("child-pugh", "ascites", "There was no ascites.").as_deref(), Some("ascites-absent"));
    let motor = |text| word("glasgow-coma-scale", "motor", text);
    assert_eq!(motor("localizes to pain").as_deref(), Some("motor_localizes"));
    assert_eq!(motor("does not obey commands"), None);
    let text = "The patient takes 186 mg of Hydrocortisone IV.";
    assert_eq!(word("steroid-conversion", "from-steroid", text).as_deref(), Some("hydrocortisone"));
}

#[test]
fn a_day_that_can_be_read_two_ways_needs_to_be_told_which() {
    let text = "Last menstrual period 04/06/2001";
    let words = tokens(text);
    let read = |month_first| {
        let note = Note::new(base(), text, &words, &[], month_first);
        note.answers(calculator("due-date-naegele")).remove("lmp").map(|a| a.told)
    };
    assert_eq!(read(None), None);
    assert_eq!(read(Some(true)), Some(Told::Word("2001-04-06".into())));
    assert_eq!(read(Some(false)), Some(Told::Word("2001-06-04".into())));
}

#[test]
fn a_note_about_something_else_is_said_to_be() {
    let about = |id: &str, text: &str, strictly: bool| {
        let words = tokens(text);
        Note::new(base(), text, &words, &[], None).is_about(&id.into(), strictly)
    };
    assert!(!about("feverpain", "A 69-year-old man with bleeding from his stoma.", true));
    assert!(about("feverpain", "Sore throat for two days.", true));
    // fibrillation is not named: a hint, not a refusal
    assert!(!about("cha2ds2-vasc", "A man of 76 with strokes.", false));
    assert!(about("cha2ds2-vasc", "A man of 76 with strokes.", true));
    assert!(!about("framingham-hard-chd", "Anterior myocardial infarction in a man of 57.", true));
}

#[test]
fn no_note_breaks_the_reader() {
    let odd = [
        "",
        "\u{0}",
        "5",
        "BP /",
        "((((",
        "۱۲۰/۸۰ بلڈ پریشر",
        "नाड़ी ८८",
        "sodium sodium sodium 140 140",
        "1e309 mg/dL creatinine",
        "é°′″−×⁹",
    ];
    for text in odd {
        let words = tokens(text);
        let note = Note::new(base(), text, &words, &[], None);
        for calculator in base().calculators.values() {
            note.answers(calculator);
        }
    }
}
