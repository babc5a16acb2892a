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

#[test]
fn a_troponin_is_read_against_the_limit_beside_it() {
    let troponin = |text: &str| word("heart-score", "troponin", text);
    let normal = Some("trop-normal".to_owned());
    assert_eq!(troponin("Troponin I 0.02 ng/mL (N ≤0.04)"), normal);
    assert_eq!(troponin("hs-TnT 9 ng/L (<14)."), normal);
    assert_eq!(troponin("hs-troponin T on arrival <3 ng/L and <3 ng/L at 3 h (99th centile 14)."), normal);
    assert_eq!(troponin("Troponin T 20 ng/L (normal < 14)").as_deref(), Some("trop-1-3"));
    assert_eq!(troponin("Troponin T (upper limit 14 ng/L) was 42 ng/L.").as_deref(), Some("trop-over-3"));
    assert_eq!(troponin("Troponin I 0.9 ng/mL (reference 0-0.04 ng/mL)").as_deref(), Some("trop-over-3"));
    assert_eq!(troponin("Troponin I 0.9 ng/mL."), None);
    assert_eq!(troponin("Troponin was five times the upper limit of normal.").as_deref(), Some("trop-over-3"));
    assert_eq!(troponin("The troponin was twice the 99th centile.").as_deref(), Some("trop-1-3"));
    assert_eq!(troponin("Troponin elevated, less than three times the limit.").as_deref(), Some("trop-1-3"));
    assert_eq!(troponin("Troponin I 0.9 ng/mL, creatinine 1.2 mg/dL (normal < 1.1)."), None);
    assert_eq!(
        troponin("The first troponin was normal. Three hours later troponin T was 88 ng/L (< 14)."),
        Some("trop-normal".to_owned())
    );
}

#[test]
fn one_calf_is_measured_against_the_other() {
    let thicker = |text: &str| yes("wells-deep-vein-thrombosis", "calf-swelling", text);
    assert_eq!(
        thicker(
            "The circumference of the right calf is 38 cm, and that of the left calf is 36 cm, measured 10 cm below the knee."
        ),
        Some(false)
    );
    assert_eq!(thicker("The right calf measures 39 cm and the left 35.5 cm."), Some(true));
    assert_eq!(thicker("Calf circumference 41 vs 37 cm."), Some(true));
    assert_eq!(thicker("The left calf was 3.5 cm larger than the right."), Some(true));
    assert_eq!(thicker("The left calf was 1.5 cm larger than the right."), Some(false));
    assert_eq!(
        thicker("He had surgery ten weeks ago. Calf circumference: R 38 cm, L 36 cm, thigh R 52 cm, L 51 cm."),
        Some(false)
    );
    assert_eq!(thicker("Both calves measure 35 cm."), Some(false));
}

#[test]
fn a_cancer_of_long_ago_is_not_active_and_a_clot_of_long_ago_is_one() {
    let cancer = |text: &str| yes("wells-pulmonary-embolism", "cancer", text);
    assert_eq!(
        cancer("Eight years before, at the age of 39, a carcinoma of the breast had been treated."),
        Some(false)
    );
    assert_eq!(cancer("Breast cancer (mastectomy 12 years ago)."), Some(false));
    assert_eq!(cancer("Breast cancer 12 years ago, now with metastases."), Some(true));
    assert_eq!(cancer("Lung cancer was found three months ago."), Some(true));
    let clot = |text: &str| yes("wells-deep-vein-thrombosis", "previous-dvt", text);
    assert_eq!(clot("She had a left leg DVT, proven by ultrasound, in 2012."), Some(true));
    assert_eq!(clot("A 35-year-old man. At the age of 28 he developed a deep vein thrombosis."), Some(true));
    assert_eq!(clot("A deep vein thrombosis was found on ultrasound."), Some(false));
    assert_eq!(clot("His brother had a DVT in 2012."), Some(false));
}

#[test]
fn a_clot_of_a_blood_relative_is_one_of_the_family() {
    let family = |text: &str| yes("caprini-2005", "family-clot", text);
    assert_eq!(family("Her older sister, however, developed a thrombosis of the iliac vein."), Some(true));
    assert_eq!(family("Neither her parents nor her brothers have had a thrombosis."), Some(false));
    assert_eq!(family("Her husband had a thrombosis."), Some(false));
    assert_eq!(family("She had a thrombosis."), Some(false));
}

#[test]
fn heart_disease_of_the_family_counts_when_it_came_early() {
    let family = |text: &str| yes("heart-score", "family-history", text);
    assert_eq!(family("His brother had a myocardial infarction at the age of 52."), Some(true));
    assert_eq!(family("His father had a myocardial infarction at 68."), Some(false));
}

#[test]
fn an_opening_day_is_the_day_of_coming() {
    let today = |text: &str| word("gestational-age", "today", text);
    assert_eq!(today("On the third of February 2021, a woman was admitted."), Some("2021-02-03".into()));
    assert_eq!(today("OB TRIAGE\n\nDate/time: 19/05/2023, 22:40"), Some("2023-05-19".into()));
}

#[test]
fn a_patch_is_one_a_day_and_a_total_dose_goes_before_a_single_one() {
    let dose = |input: &str, text: &str| number("morphine-equivalents", input, text).map(|(n, _)| n);
    let patch = "She uses one 50 mcg/h fentanyl patch, morphine 15 mg four times daily.";
    assert_eq!((dose("fentanyl-patch-times", patch), dose("morphine-times", patch)), (Some(1.0), Some(4.0)));
    let after = "She had a knee replacement two weeks ago. Morphine 15 mg four times daily.";
    assert_eq!(dose("morphine-dose", after), Some(15.0));
    let inside = "Fentanyl 25 micrograms/hour transdermal patch, changed every 72 hours";
    assert_eq!(dose("fentanyl-patch-dose", inside), Some(25.0));
    let total = "He received hydrocortisone 100 mg four times a day (400 mg/day) and is changed to prednisolone.";
    assert_eq!(number("steroid-conversion", "dose", total).map(|(n, _)| n), Some(400.0));
}

#[test]
fn a_medicine_that_was_stopped_is_not_taken() {
    let bleeds = |text: &str| yes("has-bled", "medicines", text);
    assert_eq!(bleeds("The aspirin he used to take was withdrawn."), Some(false));
    assert_eq!(bleeds("Aspirin and naproxen were stopped."), Some(false));
    assert_eq!(bleeds("He stopped smoking and takes aspirin."), Some(true));
    assert_eq!(bleeds("Warfarin was stopped; aspirin 75 mg was continued."), Some(true));
    assert_eq!(bleeds("He is allergic to ibuprofen."), Some(false));
    assert_eq!(bleeds("He plans to take aspirin."), Some(false));
}

#[test]
fn the_time_of_a_value_is_heard() {
    let sodium = |text: &str| number("fractional-excretion-sodium", "urine-sodium", text).map(|(n, _)| n);
    assert_eq!(
        sodium("A sample obtained before fluids showed urine sodium 14 mmol/L. On day 2 urine sodium was 58 mmol/L."),
        Some(14.0)
    );
    let breaths = |text: &str| number("curb-65", "respiratory-rate", text).map(|(n, _)| n);
    assert_eq!(
        breaths("Respiratory rate 32/min. After treatment she was well on day 3, with a respiratory rate of 18/min."),
        Some(32.0)
    );
    let drug = |text: &str| number("sofa", "norepinephrine", text).map(|(n, _)| n);
    assert_eq!(drug("Platelets were 212. On day 17 she was septic with norepinephrine at 0.08 µg/kg/min."), None);
    assert_eq!(drug("On day 17 she was septic with norepinephrine at 0.08 µg/kg/min and platelets of 90."), Some(0.08));
    assert_eq!(drug("She is given norepinephrine at 0.08 µg/kg/min."), Some(0.08));
}

#[test]
fn a_name_may_say_its_unit() {
    assert_eq!(number("curb-65", "urea", "BUN = 15"), Some((15.0, Some("mg/dL".into()))));
    assert_eq!(number("curb-65", "urea", "Urea 15"), Some((15.0, None)));
}
