//! Planted errors must be caught, and true sentences must pass.

use hakim_models::grounding::{Fact, TermKind, Unsupported, Verdict, Vocabulary, check_sentence};

fn vocabulary() -> Vocabulary {
    use TermKind::{Condition, Finding, Medicine};
    let medicines = "amoxicillin|paracetamol|ibuprofen|aspirin|metformin|ceftriaxone|artemether lumefantrine|oral rehydration solution|penicillin";
    let findings = "fever|cough|chest pain|pain|sweating|nausea|vomiting|headache|neck stiffness|rash|fast breathing|\
        chest indrawing|loin pain|swelling|bleeding|dry cough|productive cough|weight loss|photophobia";
    let conditions = "pneumonia|malaria|dengue|diabetes|type 2 diabetes|hypertension|asthma|meningitis|tuberculosis|\
        appendicitis|myocardial infarction|heart failure";
    let of = |names: &'static str, kind| names.split('|').map(move |name| (name, kind));
    Vocabulary::new(of(medicines, Medicine).chain(of(findings, Finding)).chain(of(conditions, Condition)))
}

fn facts() -> Vec<Fact> {
    [
        "The patient is a 54-year-old man.",
        "Fever for 3 days, temperature 38.5 °C.",
        "No cough.",
        "Crushing chest pain radiating to the left arm for 2 hours.",
        "Blood pressure 150/95 mmHg, heart rate 102 per minute.",
        "Swelling of the right leg and a rash on the left leg.",
        "Give amoxicillin 500 mg three times daily for 5 days.",
        "Give paracetamol 1 g every 6 hours, at most 4 g a day.",
        "Avoid ibuprofen because of penicillin allergy.",
        "History of type 2 diabetes; hypertension: absent.",
        "Fever with fast breathing raises the probability of pneumonia from 5 % to 30 %.",
        "Neck stiffness is not present, so meningitis is unlikely.",
        "Refer urgently when oxygen saturation is below 90 %.",
    ]
    .iter()
    .zip(1..)
    .map(|(text, id)| Fact { id, text: (*text).to_owned() })
    .collect()
}

fn check(sentence: &str) -> Verdict {
    check_sentence(sentence, &facts(), &vocabulary())
}

#[test]
fn true_sentences_pass_and_name_their_facts() {
    let cases: &[(&str, &[usize])] = &[
        ("The patient has had a fever for three days [2].", &[2]),
        ("The temperature is 38.5 °C.", &[2]),
        ("There is no cough [3].", &[3]),
        ("He denies cough.", &[3]),
        ("The crushing chest pain radiates to the left arm [4].", &[4]),
        ("The pain has been crushing for two hours [4].", &[4]),
        ("Blood pressure is 150/95 mmHg and the heart rate is 102 per minute [5].", &[5]),
        ("There is swelling of the right leg [6].", &[6]),
        ("The rash is on the left leg.", &[6]),
        ("Amoxicillin 500 mg should be given three times daily for five days [7].", &[7]),
        ("Paracetamol 1 g can be given every 6 hours [8].", &[8]),
        ("No more than 4 g of paracetamol a day.", &[8]),
        ("Ibuprofen should be avoided because of the penicillin allergy [9].", &[9]),
        ("The patient is a 54-year-old man with type 2 diabetes [1, 10].", &[1, 10]),
        ("Hypertension is absent.", &[10]),
        ("The probability of pneumonia rises from 5 % to 30 % with fever and fast breathing [11].", &[11]),
        ("Meningitis is unlikely because there is no neck stiffness [12].", &[12]),
        ("Refer urgently if the oxygen saturation is below 90 % [13].", &[13]),
        ("Fever and fast breathing support pneumonia [11].", &[11]),
        ("Fever for 3 days without cough [2, 3].", &[2, 3]),
    ];
    for (sentence, expected) in cases {
        match check(sentence) {
            Verdict::Supported { by } => {
                assert!(expected.iter().all(|id| by.contains(id)), "{sentence}: {by:?}");
            }
            Verdict::Unsupported { why } => panic!("{sentence}: {why}"),
        }
    }
}

#[test]
fn every_planted_error_is_caught() {
    let planted = [
        // Numbers, units and bounds.
        "The patient has had a fever for four days [2].",
        "The patient has had a fever for 3 weeks [2].",
        "The temperature is 39.5 °C.",
        "The temperature is 38.6 °C [2].",
        "The crushing chest pain has lasted 12 hours [4].",
        "Blood pressure is 95/150 mmHg [5].",
        "Blood pressure is 105/95 mmHg.",
        "The heart rate is 120 per minute [5].",
        "The patient is a 45-year-old man [1].",
        "Amoxicillin 250 mg should be given three times daily [7].",
        "Amoxicillin 500 g should be given three times daily [7].",
        "Amoxicillin 500 mg should be given twice daily [7].",
        "Amoxicillin 500 mg three times daily for 7 days.",
        "Paracetamol 1 g every 4 hours [8].",
        "At least 4 g of paracetamol a day [8].",
        "The probability of pneumonia rises from 5 % to 50 % [11].",
        "Refer urgently when oxygen saturation is above 90 % [13].",
        "Refer urgently when oxygen saturation is below 95 %.",
        // One medicine's number given to another, one finding's to another.
        "Give paracetamol 500 mg.",
        "Give amoxicillin 1 g every 6 hours.",
        "The fever has lasted 2 days.",
        // Medicines, findings and conditions that no fact names.
        "Give ceftriaxone 1 g.",
        "Aspirin 500 mg should be given three times daily for 5 days.",
        "Start metformin for type 2 diabetes.",
        "Give artemether lumefantrine for fever.",
        "The patient has a headache [2].",
        "The fever and vomiting have lasted 3 days [2].",
        "Fever for 3 days suggests malaria [2].",
        "The patient has a history of asthma [10].",
        "Chest pain radiating to the left arm suggests myocardial infarction [4].",
        // Denials turned round.
        "The patient has a cough [3].",
        "Fever and cough for 3 days [2, 3].",
        "There is no fever [2].",
        "The patient denies chest pain [4].",
        "Fever is absent.",
        "The patient has hypertension [10].",
        "There is no history of type 2 diabetes [10].",
        "Neck stiffness is present [12].",
        "Meningitis is likely because of neck stiffness [12].",
        "Give ibuprofen [9].",
        "Ibuprofen is not to be avoided despite penicillin allergy; ibuprofen is given [9].",
        "Do not give amoxicillin [7].",
        "Amoxicillin 500 mg should not be given three times daily for 5 days [7].",
        "Amoxicillin 500 mg three times daily for 5 days cannot be recommended [7].",
        "Stop amoxicillin 500 mg three times daily for 5 days [7].",
        "Hypertension cannot be ruled out [10].",
        "There is no penicillin allergy [9].",
        "Fever with fast breathing does not raise the probability of pneumonia [11].",
        // Sides and other opposites.
        "The chest pain radiates to the right arm [4].",
        "There is swelling of the left leg [6].",
        "The rash is on the right leg [6].",
        "There is bilateral swelling of the legs [6].",
        "The patient is a 54-year-old woman [1].",
        "Fever with fast breathing lowers the probability of pneumonia [11].",
        "The chest pain radiates to the left leg [4].",
        // Citations and inventions without a name or number.
        "The patient has a fever [99].",
        "The patient has a fever [3].",
        "Surgery is recommended as soon as a theatre becomes available.",
        "The family should be told that recovery takes long.",
        "Yes.",
    ];
    assert!(planted.len() >= 40);
    let passed: Vec<_> =
        planted.iter().filter(|sentence| matches!(check(sentence), Verdict::Supported { .. })).collect();
    assert!(passed.is_empty(), "{} of {} went through: {passed:#?}", passed.len(), planted.len());
}

#[test]
fn the_reason_names_what_is_wrong() {
    let why = |sentence| match check(sentence) {
        Verdict::Unsupported { why } => why,
        Verdict::Supported { by } => panic!("{sentence}: supported by {by:?}"),
    };
    assert_eq!(why("The temperature is 39.5 °C."), Unsupported::Number("39.5 c".into()));
    assert_eq!(
        why("Fever for 3 days suggests malaria."),
        Unsupported::Term { name: "malaria".into(), kind: TermKind::Condition }
    );
    assert_eq!(why("There is no fever."), Unsupported::Denial("fever".into()));
    assert_eq!(why("The patient has a fever [99]."), Unsupported::Citation(99));
    assert_eq!(why("مریض کو بخار ہے۔"), Unsupported::Script);
    assert_eq!(why("..."), Unsupported::Empty);
    assert!(matches!(why("Surgery is recommended."), Unsupported::Words(share) if share == 0.0));
}

#[test]
fn nothing_is_supported_by_no_facts() {
    let verdict = check_sentence("The patient has a fever.", &[], &vocabulary());
    assert!(matches!(verdict, Verdict::Unsupported { .. }));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_at_all_is_checked_without_a_crash(sentence in "\\PC{0,80}", fact in "\\PC{0,80}") {
        let facts = [Fact { id: 1, text: fact }];
        check_sentence(&sentence, &facts, &vocabulary());
        hakim_models::grounding::sentences::split(&sentence);
    }

    #[test]
    fn a_changed_number_is_always_caught(said in 1_u32..999, stated in 1_u32..999) {
        proptest::prop_assume!(said != stated);
        let facts = [Fact { id: 1, text: format!("Give paracetamol {stated} mg.") }];
        let verdict = check_sentence(&format!("Give paracetamol {said} mg."), &facts, &vocabulary());
        let caught = matches!(verdict, Verdict::Unsupported { why: Unsupported::Dose(_) });
        proptest::prop_assert!(caught);
    }
}

/// True sentences and what to change in each: the changed sentence must not pass.
#[test]
fn a_true_sentence_with_one_thing_changed_is_caught() {
    let facts = [
        "A 7-month-old girl with diarrhoea for 6 days and vomiting since yesterday.",
        "No blood in the stool.",
        "Skin pinch goes back very slowly; eyes are sunken.",
        "Weight 6.2 kg, temperature 37.4 °C, pulse 160 per minute.",
        "Oral zinc 20 mg once daily for 14 days.",
        "Ringer lactate 30 ml/kg in 1 hour, then 70 ml/kg in 5 hours.",
        "Ear discharge from the left ear for 10 days.",
        "Measles vaccination: not given.",
        "Persistent diarrhoea means diarrhoea for at least 14 days.",
        "Malaria test negative.",
    ];
    let facts: Vec<Fact> = (1..).zip(facts).map(|(id, text)| Fact { id, text: text.to_owned() }).collect();
    use TermKind::{Condition, Finding, Medicine};
    let vocabulary = Vocabulary::new([
        ("zinc", Medicine),
        ("ringer lactate", Medicine),
        ("ciprofloxacin", Medicine),
        ("diarrhoea", Finding),
        ("vomiting", Finding),
        ("blood in the stool", Finding),
        ("sunken eyes", Finding),
        ("ear discharge", Finding),
        ("convulsions", Finding),
        ("measles", Condition),
        ("malaria", Condition),
        ("persistent diarrhoea", Condition),
        ("cholera", Condition),
    ]);
    let changes: &[(&str, &[(&str, &str)])] = &[
        (
            "The girl has had diarrhoea for 6 days and vomiting since yesterday [1].",
            &[
                ("girl", "boy"),
                ("6 days", "7 days"),
                ("6 days", "6 weeks"),
                ("vomiting", "convulsions"),
                ("has had", "has not had"),
            ],
        ),
        ("There is no blood in the stool [2].", &[("no blood", "blood"), ("[2]", "[3]")]),
        ("The eyes are sunken [3].", &[("are sunken", "are not sunken")]),
        ("The weight is 6.2 kg [4].", &[("6.2", "62"), ("6.2", "2.6"), ("kg", "g"), ("6.2 kg", "160 kg")]),
        ("The pulse is 160 per minute [4].", &[("160", "116"), ("160 per minute", "37.4 °C"), ("is", "is not")]),
        (
            "Give oral zinc 20 mg once daily for 14 days [5].",
            &[
                ("zinc", "ciprofloxacin"),
                ("20 mg", "200 mg"),
                ("20 mg", "20 g"),
                ("once", "twice"),
                ("14", "10"),
                ("oral", "intravenous"),
                ("Give", "Do not give"),
                ("daily", "weekly"),
                ("zinc", "Ringer lactate"),
            ],
        ),
        (
            "Ringer lactate is given as 30 ml/kg in 1 hour [6].",
            &[("1 hour", "1 day"), ("30", "300"), ("30 ml", "30 l"), ("1 hour", "3 hours"), ("Ringer lactate", "Zinc")],
        ),
        (
            "Ear discharge comes from the left ear [7].",
            &[("left", "right"), ("Ear discharge comes", "No ear discharge comes")],
        ),
        ("Measles vaccination was not given [8].", &[("not ", ""), ("Measles", "Malaria"), ("Measles", "Cholera")]),
        (
            "Persistent diarrhoea is diarrhoea for at least 14 days [9].",
            &[("at least", "at most"), ("14", "4"), ("Persistent diarrhoea", "Cholera"), ("at least", "less than")],
        ),
        ("The malaria test is negative [10].", &[("negative", "positive"), ("malaria", "measles")]),
    ];
    let mut lost = Vec::new();
    let mut through = Vec::new();
    let mut planted = 0;
    for (sentence, swaps) in changes {
        if let Verdict::Unsupported { why } = check_sentence(sentence, &facts, &vocabulary) {
            lost.push(format!("{sentence}: {why}"));
        }
        for (from, to) in *swaps {
            let changed = sentence.replacen(from, to, 1);
            assert_ne!(&changed, sentence, "{from} is in the sentence");
            planted += 1;
            if let Verdict::Supported { by } = check_sentence(&changed, &facts, &vocabulary) {
                through.push(format!("{changed} by {by:?}"));
            }
        }
    }
    assert!(lost.is_empty(), "true, and refused: {lost:#?}");
    assert!(through.is_empty(), "{} of {planted} false ones went through: {through:#?}", through.len());
}

#[test]
fn what_argues_for_or_against_rests_on_facts_that_argue_the_same_way() {
    let facts: Vec<Fact> = [
        "Dengue is at 94 %, likely between 61 % and 99 %.",
        "In favour of dengue: headache. About 40 of 100 patients with it have this, compared with 3 of 100.",
        "In favour of dengue: rash.",
        "Against dengue: no fever. This changes the odds by 0.4 times.",
        "The danger comes on days 3 to 7, when small vessels leak.",
    ]
    .iter()
    .zip(1..)
    .map(|(text, id)| Fact { id, text: (*text).to_owned() })
    .collect();
    let supported =
        |sentence: &str| matches!(check_sentence(sentence, &facts, &vocabulary()), Verdict::Supported { .. });
    for sentence in [
        "Headache and rash are in favour of dengue.",
        "Against dengue there is no fever.",
        "In favour of it: headache, which 40 of 100 patients have.",
        "The danger comes when small vessels leak.",
    ] {
        assert!(supported(sentence), "{sentence}");
    }
    for sentence in [
        "In favour of dengue: none.",
        "Nothing is against dengue.",
        "Against dengue: headache.",
        "Against it: vessels leak, on days 3 to 7.",
        "In favour of dengue: no fever.",
        "Cough supports dengue.",
        "Rash is in favour and headache against it.",
    ] {
        assert!(!supported(sentence), "{sentence}");
    }
}
