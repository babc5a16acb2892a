//! What a mention means: there, denied, somebody else's, since when, how bad.
#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::Case;

fn says(text: &str) -> Vec<(String, Presence)> {
    read(text).into_iter().map(|o| (o.finding.to_string(), o.presence)).collect()
}

fn days(text: &str) -> Option<f64> {
    read(text).into_iter().find(|o| o.presence == Presence::Present).and_then(|o| o.days)
}

#[test]
fn what_is_denied_is_absent() {
    for text in [
        "no fever",
        "denies fever",
        "no cough, fever or headache",
        "without any fever",
        "fever: negative",
        "بخار نہیں ہے",
        "no chest pain and no fever",
        "fever neg",
        "no cough or change in bowel habits",
        "no change in bowel habit",
        "fever resolved",
        "fever has resolved",
        "fever: none",
        "-ve for fever and cough",
        "did not have any fever",
    ] {
        let said = says(text);
        assert!(!said.is_empty() && said.iter().all(|(_, p)| *p == Presence::Absent), "{text}: {said:?}");
    }
}

#[test]
fn what_only_looks_like_a_denial_is_present() {
    for text in [
        "fever not improving",
        "no doubt he has fever",
        "cough but no relief",
        "not only fever",
        "no longer sleeps because of cough",
        "we do not know why he has fever",
        "seen without contrast, fever",
        "complications: none, now fever",
    ] {
        assert_eq!(says(text).first().map(|s| s.1), Some(Presence::Present), "{text}");
    }
}

#[test]
fn a_denial_ends_with_its_clause() {
    assert_eq!(
        says("no fever but cough for 3 days"),
        [("fever".into(), Presence::Absent), ("cough".into(), Presence::Present)]
    );
    assert_eq!(
        says("No fever. Cough since yesterday"),
        [("fever".into(), Presence::Absent), ("cough".into(), Presence::Present)]
    );
    assert_eq!(
        says("no fever and positive for cough"),
        [("fever".into(), Presence::Absent), ("cough".into(), Presence::Present)]
    );
    assert_eq!(says("could not walk due to fever"), [("fever".into(), Presence::Present)]);
    assert_eq!(says("کھانسی ہے، بخار نہیں"), [("cough".into(), Presence::Present), ("fever".into(), Presence::Absent)]);
}

#[test]
fn what_others_have_or_what_might_come_is_left_out() {
    for text in ["mother had fever last week", "family history of headache", "come back if fever", "اگر بخار ہو تو"]
    {
        assert!(says(text).is_empty(), "{text}: {:?}", says(text));
    }
    assert_eq!(says("mother says he has fever").len(), 1, "a relative who tells the story is not the one who is ill");
}

#[test]
fn a_negative_result_denies_and_a_positive_one_does_not() {
    for text in ["fever -ve", "fever: non-reactive", "fever nonreactive", "fever (-ve)", "fever neg"] {
        assert_eq!(says(text), [("fever".into(), Presence::Absent)], "{text}");
    }
    for text in ["fever +ve", "fever reactive", "not healing, fever"] {
        assert_eq!(says(text), [("fever".into(), Presence::Present)], "{text}");
    }
}

#[test]
fn the_past_ends_at_a_comma() {
    assert!(says("previously had fever").is_empty());
    assert_eq!(says("previously well, fever today"), [("fever".into(), Presence::Present)]);
}

#[test]
fn words_without_a_space_between_are_read() {
    assert_eq!(
        says("no fever.cough since yesterday"),
        [("fever".into(), Presence::Absent), ("cough".into(), Presence::Present)]
    );
}

#[test]
fn doubt_is_neither() {
    assert_eq!(says("possible fever"), [("fever".into(), Presence::Unknown)]);
}

#[test]
fn spans_of_time_are_read_as_people_write_them() {
    for (text, expected) in [
        ("fever for 3 days", 3.0),
        ("fever x 5/7", 5.0),
        ("fever x 2/52", 14.0),
        ("fever 3d", 3.0),
        ("fever since yesterday", 1.0),
        ("fever for a week", 7.0),
        ("fever for two weeks", 14.0),
        ("fever since one hour", 1.0 / 24.0),
        ("تین دن سے بخار ہے", 3.0),
        ("دو ہفتے سے بخار", 14.0),
    ] {
        let got = days(text);
        assert!(got.is_some_and(|d| (d - expected).abs() < 0.01), "{text}: {got:?}");
    }
}

#[test]
fn ages_and_rates_are_no_spans() {
    for text in [
        "30 year old man with fever",
        "fever 3 times a day",
        "boy 4 years with fever",
        "takes tablets every 8 hours, fever",
    ] {
        assert_eq!(days(text), None, "{text}");
    }
}

#[test]
fn how_bad_it_is_belongs_to_the_nearest_complaint() {
    let said = read("severe headache, mild cough, chest pain 8/10");
    let severity = |id: &str| said.iter().find(|o| o.finding.as_str() == id).and_then(|o| o.severity);
    assert_eq!(severity("headache"), Some(Severity::Severe));
    assert_eq!(severity("cough"), Some(Severity::Mild));
    assert_eq!(severity("pain.chest"), Some(Severity::Severe));
}

#[test]
fn every_trigger_word_is_folded_as_texts_are() {
    for word in hakim_reasoning::context::trigger_words() {
        assert_eq!(hakim_knowledge::fold(word), word, "{word}");
    }
}

#[test]
fn a_duration_decides_what_is_a_matter_of_time() {
    let patient = adult();
    let long = |text: &str| {
        let case = Case::new(base(), &patient, &read(text), &[], vec![]).unwrap();
        case.presence(&FindingId::new("cough.long"))
    };
    assert_eq!(long("cough for 3 weeks"), Presence::Present);
    assert_eq!(long("dry cough for 20 days"), Presence::Present, "a dry cough is a cough");
    assert_eq!(long("cough for 3 days"), Presence::Absent);
    assert_eq!(long("cough"), Presence::Unknown);
    assert_eq!(long("long cough"), Presence::Present, "what was said stands");
}

#[test]
fn values_are_read_in_every_language_and_changes_of_weight_are_none() {
    let vitals = |text: &str| -> Vec<(Vital, f64)> {
        hakim_reasoning::values::read_values(text, &hakim_knowledge::tokens(text))
            .into_iter()
            .map(|m| (m.vital, m.value))
            .collect()
    };
    use Vital::{Breathing, Diastolic, Pulse, Systolic, Temperature, Weight};
    let common = vec![(Systolic, 88.0), (Diastolic, 56.0), (Pulse, 122.0), (Temperature, 39.1), (Breathing, 24.0)];
    assert_eq!(vitals("بی پی 88/56، نبض 122، بخار 39.1 سینٹی گریڈ، سانس 24 فی منٹ"), common);
    assert_eq!(vitals("बीपी 88/56, नब्ज़ 122, बुखार 39.1 सेल्सियस, साँस 24"), common);
    assert_eq!(vitals("الضغط 88/56، النبض 122، الحرارة 39.1 مئوية، التنفس 24"), common);
    assert_eq!(vitals("Lost 4 kg in two months"), vec![]);
    assert_eq!(vitals("وزن 8 کلو کم ہوا، وزن 51 کلو"), vec![(Weight, 51.0)]);
    assert_eq!(vitals("वज़न 8 किलो घटा"), vec![]);
    assert_eq!(vitals("Weight 51 kg, three days of fever"), vec![(Weight, 51.0)]);
}

#[test]
fn creatinine_is_read_in_both_units_and_never_from_a_lasting_tablet() {
    let read = |text: &str| -> Option<f64> {
        let values = hakim_reasoning::values::read_values(text, &hakim_knowledge::tokens(text));
        values.into_iter().find(|m| m.vital == Vital::Creatinine).map(|m| m.value)
    };
    for (text, value) in [
        ("creatinine 2 mg/dL", 176.8),
        ("Serum creatinine is 2.0mg/dl", 176.8),
        ("creatinine 2 mg%", 176.8),
        ("creatinine 120 µmol/L", 120.0),
        ("creatinine 120 umol/l", 120.0),
        ("creatinine 25 micromol/L", 25.0),
        ("creatinine 2", 176.8),
        ("creatinine 19.9", 1759.6),
        ("creatinine 20", 20.0),
        ("creatinine 180", 180.0),
        ("creat 2", 176.8),
        ("Na 138, K 4.5, Cr 2", 176.8),
        ("BUN 20 Cr 2", 176.8),
        ("Labs\nCr 2", 176.8),
        ("serum cr 2", 176.8),
        ("cr 2", 176.8),
        ("his cr 2 mg/dl", 176.8),
        ("his cr 150 umol/L", 150.0),
        ("کریٹینین 2", 176.8),
        ("کریٹینن 2 ہے", 176.8),
        ("क्रिएटिनिन 2", 176.8),
        ("الكرياتينين 2", 176.8),
        ("كرياتينين 150", 150.0),
        ("albumin 3.1 creatinine 2", 176.8),
    ] {
        assert_eq!(read(text), Some(value), "{text}");
    }
    for text in [
        "urine creatinine 90",
        "urinary creatinine 90",
        "albumin creatinine 30",
        "protein creatinine 30",
        "creatinine clearance 45 mL/min",
        "albumin creatinine ratio 30",
        "zolpidem CR 12.5",
        "diclofenac CR 75 mg",
        "diclofenac, CR 75 mg",
        "creatinine 0.12 mmol/L",
        "creatinine 4000",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_new_clause_with_its_own_verb_ends_a_denial() {
    let last = |text: &str| says(text).last().map(|s| s.1);
    assert_eq!(last("He came without cough, and fever of 39 was measured"), Some(Presence::Present));
    assert_eq!(last("There was no cough, and fever was noted"), Some(Presence::Present));
    assert_eq!(last("No cough, headache, and fever were noted"), Some(Presence::Absent));
    assert_eq!(last("He had no headache, cough, and fever"), Some(Presence::Absent));
}

#[test]
fn what_was_looked_for_and_excluded_is_absent() {
    let first = |text: &str| says(text).first().map(|s| s.1);
    assert_eq!(first("Fever, another sign, was sought and excluded"), Some(Presence::Absent));
    assert_eq!(first("Fever was considered to have been excluded"), Some(Presence::Absent));
    assert_eq!(first("suspicion of fever"), None);
}
