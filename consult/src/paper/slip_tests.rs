//! The prescription and the handout of a visit with one line of every kind.
#![allow(clippy::unwrap_used, reason = "a failing test should stop at once")]

use super::super::draft;
use hakim_clinical::{Decision, Lang, Patient};
use hakim_contract::*;
use serde_json::{Value, json};

fn citation() -> Value {
    json!({ "source": "s", "title": "T", "publisher": "P", "edition": "2024", "section": null, "seen": "NotSeen",
            "grade": "traditional-use", "review": "draft", "passage": null })
}

fn evidence() -> Value {
    json!({ "source": "s", "section": null, "seen": "NotSeen", "grade": "expert", "review": "draft" })
}

fn line(id: &str, group: &str, title: Value, text: Value) -> Value {
    json!({ "id": id, "group": group, "title": title, "text": text, "medicine": null, "dose": null,
            "indication": null, "warnings": [], "citation": citation() })
}

fn names() -> Value {
    json!({ "en": "amoxicillin", "ur": "اموکسیسلن", "ar": "أموكسيسيلين", "hi": "एमोक्सिसिलिन", "fr": "amoxicilline" })
}

fn amoxicillin() -> Value {
    let mut amoxicillin = line("give", "give", names(), json!({ "en": "Why it is given", "ur": "کیوں" }));
    amoxicillin["medicine"] = json!("amoxicillin");
    amoxicillin["indication"] = json!({ "en": "pneumonia", "ur": "نمونیا" });
    amoxicillin["dose"] = json!({ "result": "worked", "name": names(), "citation": citation(), "dose": {
        "medicine": "amoxicillin", "label": { "en": "adult" }, "single_mg": 500.0,
        "give": { "amount": 0.5, "form": "tablet", "mg": 1000.0, "ml": null },
        "times_per_day": 3.0, "days": 5.0, "route": "oral",
        "note": { "en": "With food; finish the course", "ur": "کھانے کے ساتھ" }, "steps": [], "evidence": evidence(),
    } });
    amoxicillin
}

fn record() -> VisitRecord {
    let mut refused = line("no-dose", "give", json!({ "en": "zinc", "ur": "زنک" }), json!({ "en": "20 mg a day" }));
    refused["medicine"] = json!("zinc");
    refused["dose"] =
        json!({ "result": "refused", "name": { "en": "zinc" }, "why": { "kind": "missing", "what": "weight" } });
    let lines = json!([
        amoxicillin(),
        refused,
        line("tell", "tell", json!({ "en": "Tell" }), json!({ "en": "drink much", "ur": "پانی زیادہ پئیں" })),
        line("back", "return", json!({ "en": "Come back" }), json!({ "en": "after 2 days", "ur": "2 دن بعد" })),
        line("test", "test", json!({ "en": "chest picture" }), json!({})),
    ]);
    let remedy = json!({ "id": "remedy", "part": "remedy", "remedy": null, "name": { "en": "ginger", "ur": "ادرک" },
        "text": { "en": "in water", "ur": "پانی میں" }, "warnings": [], "citation": citation() });
    let traditional = json!({ "withheld": false, "temperament": null, "matches": [{
        "id": "unani.suda", "name": { "en": "x" }, "original": "", "translit": "", "code": null, "tm2": null,
        "fit": 0.5, "findings": [], "reads_as": [], "humour": null, "temperament": null, "refer_text": { "en": "" },
        "refer_now": false, "lines": [remedy], "citation": citation(),
    }] });
    let record = json!({
        "visit": "v", "patient": "p", "started": "2026-11-27T08:00:00Z", "finished": null,
        "intake": {
            "patient": { "age": 10958, "sex": "female", "allergies": ["sulfa"] },
            "measurements": [{ "vital": "weight", "value": 62.5 }],
        },
        "plan": {
            "triage": { "level": "routine", "dangers": [], "likely": null },
            "working": [["pneumonia", { "en": "pneumonia", "ur": "نمونیا" }]],
            "lines": lines, "warnings": [], "missing": [], "traditional": traditional,
        },
    });
    serde_json::from_value(record).unwrap()
}

fn with(decisions: &[(&str, Decision)]) -> VisitRecord {
    let decisions = decisions.iter().map(|(id, d)| ((*id).to_owned(), d.clone())).collect();
    VisitRecord { decisions, ..record() }
}

fn accepted(ids: &[&str]) -> VisitRecord {
    with(&ids.iter().map(|id| (*id, Decision::Accepted)).collect::<Vec<_>>())
}

fn paper(record: VisitRecord, kind: DocumentKind, language: Lang, beside: Option<Lang>) -> Document {
    let patient: Patient = serde_json::from_value(json!({
        "id": "p", "name": "Amina Bibi", "sex": "female", "born": null, "born_estimated": false, "language": null,
    }))
    .unwrap();
    draft(&DocumentRequest { record, kind, language, beside }, Some(&patient), "Basic Health Unit 7").document()
}

fn prescription(record: VisitRecord, language: Lang) -> Document {
    paper(record, DocumentKind::Prescription, language, None)
}

/// All that is on paper, without the marks of direction.
fn all(d: &Document) -> String {
    let mut text = vec![d.title.clone()];
    for section in &d.sections {
        text.push(section.heading.clone());
        text.extend(section.lines.iter().flat_map(|l| std::iter::once(&l.text).chain(&l.under)).cloned());
    }
    text.extend(d.foot.iter().cloned());
    text.join("\n").replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "")
}

#[test]
fn an_accepted_medicine_has_name_form_dose_days_quantity_and_how() {
    let d = prescription(accepted(&["give"]), Lang::En);
    let medicines = d.sections.iter().find(|s| s.numbered).unwrap();
    assert_eq!(medicines.lines[0].text, "Amoxicillin, tablet 1000 mg");
    assert_eq!(
        medicines.lines[0].under,
        [
            "half a tablet (500 mg), by mouth, 3 times a day, for 5 days",
            "To dispense for 5 days: 8 tablets",
            "How to take it: With food; finish the course"
        ]
    );
    let text = all(&d);
    for said in [
        "Clinic: Basic Health Unit 7",
        "Date: 2026-11-27",
        "Name: Amina Bibi",
        "Age: 30 years",
        "Sex: female",
        "Weight: 62.5 kg",
        "Allergies: sulfa",
        "Diagnosis\nPneumonia",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn nothing_undecided_or_rejected_ever_appears() {
    let ids = ["give", "no-dose", "tell", "back", "test", "remedy"];
    let words = ["Amoxicillin", "Zinc", "Drink much", "After 2", "Chest", "Ginger"];
    let rejected = Decision::Rejected { why: "zinc amoxicillin".into() };
    for not in [None, Some(Decision::Undecided), Some(rejected)] {
        for (at, id) in ids.iter().enumerate() {
            let others = ids.iter().filter(|other| *other != id).map(|other| (*other, Decision::Accepted));
            let record = with(&others.chain(not.clone().map(|d| (*id, d))).collect::<Vec<_>>());
            for kind in [DocumentKind::Prescription, DocumentKind::Handout] {
                let text = all(&paper(record.clone(), kind, Lang::En, None)).to_lowercase();
                for (other, word) in words.iter().enumerate() {
                    // The handout takes no tests home.
                    let there = other != at && (kind == DocumentKind::Prescription || *word != "Chest");
                    assert_eq!(text.contains(&word.to_lowercase()), there, "{word} without {id} in {text}");
                }
            }
        }
    }
    assert!(!all(&prescription(record(), Lang::En)).contains("Pneumonia"), "nobody chose what only leads");
}

#[test]
fn a_changed_line_says_the_practitioners_words_and_nothing_of_what_was_proposed() {
    let changed = |to: &str| prescription(with(&[("give", Decision::Changed { to: to.into() })]), Lang::Ur);
    let text = all(&changed("Azithromycin 500 mg od x 3"));
    assert!(text.contains("Azithromycin 500 mg od x 3"), "{text}");
    assert!(!text.contains("moxicillin") && !text.contains("اموکسیسلن") && !text.contains("گولیاں"), "{text}");
    let text = all(&changed(" "));
    assert!(text.contains("Amoxicillin): ____") && !text.contains("500"), "{text}");
}

#[test]
fn what_a_warning_bars_is_not_on_it_unless_changed() {
    let stopped = |decision| {
        let mut record = with(&[("give", decision)]);
        let warning =
            json!({ "kind": "allergy", "level": "stop", "about": [], "because": {}, "act": {}, "citation": null });
        record.plan.as_mut().unwrap().lines[0].warnings = vec![serde_json::from_value(warning).unwrap()];
        all(&prescription(record, Lang::En))
    };
    assert!(!stopped(Decision::Accepted).contains("moxicillin"));
    assert!(!stopped(Decision::Changed { to: String::new() }).contains("moxicillin"));
    assert!(stopped(Decision::Changed { to: "azithromycin".into() }).contains("azithromycin"));
}

#[test]
fn a_dose_that_could_not_be_worked_out_is_left_to_be_filled_in() {
    let d = prescription(accepted(&["no-dose"]), Lang::En);
    let line = &d.sections.iter().find(|s| s.numbered).unwrap().lines[0];
    assert_eq!(line.text, "Zinc");
    let under = line.under.join(" ");
    assert!(under.contains("Dose: ____") && under.contains("To dispense: ____"), "{under}");
    assert!(!under.chars().any(|c| c.is_ascii_digit()), "{under}");
}

#[test]
fn a_remedy_carries_its_label() {
    let text = all(&prescription(accepted(&["remedy"]), Lang::Hi));
    assert!(text.contains("पारंपरिक उपयोग, अध्ययनों से प्रमाणित नहीं"), "{text}");
}

#[test]
fn an_urdu_prescription_holds_the_urdu_name_and_the_international_one() {
    let text = all(&prescription(accepted(&["give"]), Lang::Ur));
    for said in [
        "اموکسیسلن (Amoxicillin)",
        "آدھی گولی (500 mg)، منہ سے، دن میں تین بار، 5 دن تک",
        "8 گولیاں",
        "لینے کا طریقہ: کھانے کے ساتھ",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains("انگریزی"), "all of it is Urdu: {text}");
}

#[test]
fn an_arabic_prescription_is_right_to_left_and_keeps_numbers_together() {
    let d = prescription(accepted(&["give"]), Lang::Ar);
    assert_eq!(d.language.dir(), "rtl");
    let arabic = |c: char| ('\u{0600}'..='\u{06ff}').contains(&c);
    for section in d.sections.iter().filter(|s| !s.heading.is_empty()) {
        assert!(section.heading.chars().all(|c| arabic(c) || c == ' '), "{}", section.heading);
    }
    let medicine = &d.sections.iter().find(|s| s.numbered).unwrap().lines[0];
    assert!(medicine.text.starts_with("أموكسيسيلين (\u{2068}Amoxicillin\u{2069})"), "{}", medicine.text);
    assert!(medicine.text.contains("\u{2066}1000 mg\u{2069}"), "{}", medicine.text);
    let text = all(&d);
    assert!(text.contains("لمدة 5 أيام") && text.contains("8 أقراص") && text.contains("ثلاث مرات يوميًا"), "{text}");
}

#[test]
fn what_a_language_lacks_stands_in_english_and_the_foot_says_so() {
    let d = prescription(accepted(&["give", "tell"]), Lang::Fr);
    let text = all(&d);
    assert!(text.contains("Mode d’emploi : avec de la nourriture, With food; finish the course"), "{text}");
    assert!(text.contains("Ce qu’il faut faire\nDrink much"), "{text}");
    assert_eq!(d.foot.len(), 1, "{text}");
    assert!(prescription(accepted(&["give", "tell"]), Lang::En).foot.is_empty());
}

#[test]
fn the_practitioners_language_stands_beside_the_patients() {
    let d = paper(accepted(&["give", "tell"]), DocumentKind::Prescription, Lang::Ur, Some(Lang::En));
    let medicines = d.sections.iter().find(|s| s.numbered).unwrap();
    assert_eq!(medicines.beside.as_deref(), Some("Medicines"));
    let beside = medicines.lines[0].beside.clone().unwrap();
    assert!(beside.starts_with("Amoxicillin, tablet 1000 mg · half a tablet (500 mg)"), "{beside}");
    let signed = d.sections.last().unwrap();
    assert_eq!(signed.lines[0].beside, None, "what reads the same is not said twice");
}
