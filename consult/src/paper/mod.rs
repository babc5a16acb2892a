//! The visit on paper: note for the record and referral letter for colleagues ([`lines`]), handout and prescription for the
//! patient in the patient's language ([`slip`]). Templates over what was known and chosen make them; the language model may put
//! parts of the English ones into words ([`wording`]), never of a prescription.
//!
//! A template generates nothing: every line restates a stored finding, value, decision or pack text.

mod label;
mod lines;
mod quantity;
mod slip;
pub(crate) mod wording;

pub(crate) use lines::percent;

use hakim_clinical::{Decision, FindingKind, Lang, Patient, Sex};
use hakim_contract::*;
use lines::{BLANK, Lines};
use slip::{Slip, put_beside};

/// A document before it is read or put into words.
pub(crate) struct Draft {
    language: Lang,
    title: String,
    parts: Vec<Part>,
    foot: Vec<String>,
    /// of the patient, as far as it is known
    sex: Option<Sex>,
}

/// A section, and what to ask of the model where it may put it into words. Doses, danger signs, decisions and the user's own
/// words stand as they are, and so do the reasons: they are sentences with a number each, which a small model only loses.
pub(crate) struct Part {
    section: DocumentSection,
    asked: Option<Asked>,
}

/// What is asked of the model.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    instructions: &'static str,
    /// lines that its first sentence says
    first: usize,
}

impl Part {
    fn worded_as(mut self, instructions: &'static str, first: usize) -> Self {
        self.asked = Some(Asked { instructions, first });
        self
    }
}

impl Draft {
    /// The document as the template says it.
    pub(crate) fn document(&self) -> Document {
        let sections = self.parts.iter().map(|part| part.section.clone()).collect();
        Document { language: self.language, title: self.title.clone(), sections, foot: self.foot.clone() }
    }
}

/// Drafts a document. `patient` is as the log knows them: only letter and prescription name anybody. `clinic` heads the
/// prescription.
pub(crate) fn draft(request: &DocumentRequest, patient: Option<&Patient>, clinic: &str) -> Draft {
    let sex = request.record.intake.patient.sex;
    let language = request.language;
    if request.kind.for_patient() {
        let (title, mut parts, foot) = for_patient(request, patient, clinic, language);
        if let Some(other) = request.beside.filter(|other| *other != language) {
            put_beside(&mut parts, &for_patient(request, patient, clinic, other).1);
        }
        return Draft { language, title, parts, foot, sex };
    }
    let lines = Lines::of(&request.record, patient, language);
    let (title, parts) = match request.kind {
        DocumentKind::Referral => ("doc-letter-title", referral(&lines)),
        _ => ("doc-note-title", note(&lines)),
    };
    Draft { language, title: lines.say(title), parts: parts.into_iter().flatten().collect(), foot: vec![], sex }
}

/// Title, parts and foot of a paper for the patient.
fn for_patient(
    request: &DocumentRequest,
    patient: Option<&Patient>,
    clinic: &str,
    language: Lang,
) -> (String, Vec<Part>, Vec<String>) {
    let slip = Slip::of(&request.record, patient, clinic, language);
    let (title, parts) = match request.kind {
        DocumentKind::Prescription => ("title-prescription", slip.prescription()),
        _ => ("title-handout", slip.handout(|part| part.worded_as(ASK_WHAT, 1))),
    };
    (slip.say(title), parts.into_iter().flatten().collect(), slip.foot())
}

/// What the patient tells, whoever asked.
fn told(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::Symptom | FindingKind::History | FindingKind::Exposure)
}

/// What the examiner finds.
fn examined(kind: FindingKind) -> bool {
    !told(kind)
}

const ASK_HISTORY: &str =
    "Write this for a colleague as one plain sentence about the patient. Keep every finding and number.";
const ASK_EXAMINED: &str = "Write this finding on examination as one plain sentence. Keep every finding and number.";
const ASK_WHAT: &str = "Tell the patient in one or two short plain sentences what this illness is. Leave nothing out.";

/// Subjective, objective, assessment, plan.
fn note(lines: &Lines<'_>) -> Vec<Option<Part>> {
    let decided = |d: &Decision| matches!(d, Decision::Accepted | Decision::Changed { .. });
    let history = std::iter::once(lines.person()).chain(lines.findings(told)).collect();
    vec![
        lines.part("doc-story", lines.story()),
        lines.part("doc-history", history).map(|p| p.worded_as(ASK_HISTORY, 2)),
        lines.part("doc-medicines", lines.medicines()),
        lines.part("doc-allergies", lines.allergies()),
        lines.part("doc-values", lines.values()),
        lines.part("doc-examined", lines.findings(examined)).map(|p| p.worded_as(ASK_EXAMINED, 1)),
        lines.part("doc-pictures", lines.pictures()),
        lines.part("doc-danger", lines.dangers()),
        lines.part("doc-assessment", lines.differential()),
        lines.part("doc-reasons", lines.reasons()),
        lines.part("doc-plan", lines.decided(decided)),
        lines.part("doc-traditional", lines.traditional()),
        lines.part("doc-refused", lines.decided(|d| matches!(d, Decision::Rejected { .. }))),
        lines.part("doc-undecided", lines.undecided()),
        lines.part("doc-remark", lines.remark()),
        lines.part("doc-limits", lines.limits()),
    ]
}

/// Who is sent, why and how soon, what was found, thought and done.
fn referral(lines: &Lines<'_>) -> Vec<Option<Part>> {
    let say = |key: &str| DocumentLine::plain(format!("{} {BLANK}", lines.say(key)));
    let why = lines.dangers().into_iter().chain(lines.accepted_of(&[PlanGroup::Send])).collect();
    let done = [PlanGroup::Do, PlanGroup::Give, PlanGroup::Stop, PlanGroup::Tell];
    let history = std::iter::once(lines.person()).chain(lines.findings(told)).collect();
    vec![
        lines.part("doc-letter-ends", vec![say("doc-letter-to"), say("doc-letter-from"), say("doc-letter-date")]),
        lines.part("doc-letter-patient", lines.identity()),
        lines.part("doc-letter-why", why),
        lines.part("doc-letter-history", history).map(|p| p.worded_as(ASK_HISTORY, 2)),
        lines.part("doc-letter-values", lines.values()),
        lines.part("doc-letter-examined", lines.findings(examined)).map(|p| p.worded_as(ASK_EXAMINED, 1)),
        lines.part("doc-letter-thought", lines.differential()),
        lines.part("doc-letter-reasons", lines.reasons()),
        lines.part("doc-letter-done", lines.accepted_of(&done)),
        lines.part("handout-traditional", lines.traditional()),
        lines.part("doc-letter-takes", lines.medicines()),
        lines.part("handout-allergies", lines.allergies()),
        lines.part("doc-letter-remark", lines.remark()),
        lines.part("doc-letter-asked", vec![DocumentLine::plain(lines.say("doc-letter-please"))]),
        lines.part("doc-letter-signed", vec![DocumentLine::plain(BLANK)]),
        lines.part("doc-limits", lines.limits()),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    fn request(kind: DocumentKind) -> DocumentRequest {
        let record = serde_json::json!({
            "visit": "v", "patient": "p", "started": "2026-11-27T08:00:00Z", "finished": null,
            "intake": {
                "patient": { "age": 10958, "sex": "female", "allergies": ["penicillin"] },
                "text": "Fever since yesterday",
                "observed": [
                    { "finding": "fever", "presence": "present", "origin": "text", "days": 3.0 },
                    { "finding": "cough", "presence": "absent", "origin": "text" },
                ],
                "measurements": [{ "vital": "temperature", "value": 39.0 }],
            },
            "remark": "Seen with her mother.",
        });
        DocumentRequest { record: serde_json::from_value(record).unwrap(), kind, language: Lang::En, beside: None }
    }

    fn told(kind: DocumentKind, patient: Option<&Patient>) -> Vec<(String, Vec<String>)> {
        let sections = draft(&request(kind), patient, "").document().sections;
        sections.into_iter().map(|s| (s.heading, s.lines.into_iter().map(|l| l.text).collect())).collect()
    }

    #[test]
    fn a_note_is_in_the_order_of_subjective_objective_assessment_plan() {
        let note = told(DocumentKind::Note, None);
        let places: Vec<usize> = note
            .iter()
            .filter_map(|(heading, _)| {
                ["Subjective", "Objective", "Assessment", "Plan"].iter().position(|p| heading.starts_with(p))
            })
            .collect();
        assert!(places.is_sorted() && places.contains(&0) && places.contains(&1), "{note:?}");
        let history = note.iter().find(|(heading, _)| heading == "Subjective: history").unwrap();
        assert_eq!(history.1, ["Woman, 30 years", "Fever: for 3 days", "No cough"]);
    }

    #[test]
    fn a_letter_names_the_patient_and_leaves_room_for_the_name_where_the_log_is_closed() {
        let patient: Patient = serde_json::from_value(serde_json::json!({
            "id": "p", "name": "Amina Bibi", "sex": "female", "born": null, "born_estimated": false,
            "contact": "Chak 12", "allergies": [], "medicines": [], "language": null,
        }))
        .unwrap();
        let of = |patient| {
            let letter = told(DocumentKind::Referral, patient);
            letter.into_iter().find(|(heading, _)| heading == "Patient").unwrap().1
        };
        assert_eq!(of(Some(&patient)), ["Name: Amina Bibi", "Woman, 30 years", "Chak 12"]);
        assert_eq!(of(None)[0], format!("Name: {BLANK}"));
    }

    #[test]
    fn every_document_is_whole_in_every_complete_language() {
        for kind in [DocumentKind::Note, DocumentKind::Handout, DocumentKind::Referral, DocumentKind::Prescription] {
            let count =
                |language| draft(&DocumentRequest { language, ..request(kind) }, None, "").document().sections.len();
            let languages = if kind.for_patient() { &Lang::ALL[..] } else { &hakim_i18n::COMPLETE[..] };
            for &language in languages {
                assert_eq!(count(language), count(Lang::En), "{kind:?} {language:?}");
            }
        }
    }

    #[test]
    fn doses_danger_signs_and_the_users_words_are_never_put_into_other_words() {
        for kind in [DocumentKind::Note, DocumentKind::Handout, DocumentKind::Referral, DocumentKind::Prescription] {
            let lines = draft(&request(kind), None, "");
            let worded = lines.parts.iter().filter(|p| p.asked.is_some()).map(|p| p.section.heading.as_str());
            for heading in worded {
                assert_ne!(kind, DocumentKind::Prescription, "{heading}");
                assert!(
                    ["history", "History", "found", "Found", "What we think"].iter().any(|h| heading.ends_with(h)),
                    "{heading}"
                );
            }
        }
    }
}
