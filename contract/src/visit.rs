//! One visit: intake, what was understood, pictures, the stored record, documents.

use crate::{Assessment, Plan, WordedDocument};
use hakim_clinical::{
    AttachmentId, ConditionId, Decision, FindingId, FindingKind, GrowthMeasures, Lang, Measurement, Observed,
    PatientFacts, PatientId, Presence, Text, Traditions, VisitId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What goes into an assessment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    /// who
    pub patient: PatientFacts,
    /// the story as typed
    #[serde(default)]
    pub text: String,
    /// findings as understood, picked and corrected
    #[serde(default)]
    pub observed: Vec<Observed>,
    /// measured values
    #[serde(default)]
    pub measurements: Vec<Measurement>,
    /// show the traditional layer
    #[serde(default)]
    pub traditional: bool,
    /// which traditions of it
    #[serde(default)]
    pub traditions: Traditions,
    /// answers to the questionnaire of temperament: the place of the chosen one for each question
    #[serde(default)]
    pub temperament: Vec<Option<u8>>,
}

/// Free text to be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnderstandRequest {
    /// the story, at most 200,000 bytes
    pub text: String,
    /// who, for age and sex limits of values
    pub patient: PatientFacts,
}

/// A finding with its names, for chips and lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingLabel {
    /// id
    pub finding: FindingId,
    /// term per language
    pub name: Text,
    /// question per language
    pub ask: Text,
    /// kind
    pub kind: FindingKind,
    /// a danger sign in its own right
    pub alarming: bool,
}

/// A finding read from the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chip {
    /// what was observed
    pub observed: Observed,
    /// names
    pub label: FindingLabel,
    /// the words it was read from
    pub quote: String,
}

/// Words that may mean a finding: the user decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DidYouMean {
    /// the words
    pub quote: String,
    /// the finding they may mean
    pub label: FindingLabel,
    /// present, or denied by the words around
    pub presence: Presence,
}

/// What was read from the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Understood {
    /// findings, in the order of the text
    pub chips: Vec<Chip>,
    /// values found in the text
    pub measurements: Vec<Measurement>,
    /// medicines the patient is said to take, as the story names them
    #[serde(default)]
    pub medicines: Vec<String>,
    /// medicines the patient is said not to tolerate
    #[serde(default)]
    pub allergies: Vec<String>,
    /// what may be meant
    pub maybe: Vec<DidYouMean>,
    /// language that most of the text is in
    pub language: Option<Lang>,
    /// message keys: `understood-nothing`, `text-cut` ...
    pub notices: Vec<String>,
}

/// A search in the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VocabularyQuery {
    /// part of a name in any language; empty: the most useful ones
    #[serde(default)]
    pub query: String,
    /// most rows
    pub limit: usize,
}

/// Findings found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingList {
    /// rows, best first
    pub findings: Vec<FindingLabel>,
}

/// Where the user is in a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// telling
    #[default]
    Intake,
    /// thinking
    Assessment,
    /// planning
    Plan,
    /// writing
    Record,
}

/// A visit as stored: what was known, shown and chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// id
    pub visit: VisitId,
    /// whose
    pub patient: PatientId,
    /// RFC 3339
    pub started: String,
    /// RFC 3339; `None`: open
    pub finished: Option<String>,
    /// where the user is
    #[serde(default)]
    pub stage: Stage,
    /// what was known
    pub intake: Intake,
    /// what was shown
    #[serde(default)]
    pub assessment: Option<Assessment>,
    /// conditions the practitioner works with
    #[serde(default)]
    pub working: Vec<ConditionId>,
    /// what was proposed
    #[serde(default)]
    pub plan: Option<Plan>,
    /// what was chosen, by plan line id
    #[serde(default)]
    pub decisions: BTreeMap<String, Decision>,
    /// the practitioner's own words
    #[serde(default)]
    pub remark: String,
    /// pictures
    #[serde(default)]
    pub pictures: Vec<PictureView>,
    /// documents that the language model put into words, the latest of each kind
    #[serde(default)]
    pub worded: Vec<WordedDocument>,
    /// what was measured for growth beside the vital signs
    #[serde(default)]
    pub growth: GrowthMeasures,
}

impl VisitRecord {
    /// Puts a plan in the place of the one before. What was accepted and is forbidden now is undecided again.
    pub fn take_plan(&mut self, plan: Plan) {
        self.decisions.retain(|line, decision| *decision != Decision::Accepted || !plan.is_barred(line));
        self.plan = Some(plan);
    }
}

/// The log has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// when, RFC 3339
    pub at: String,
}

/// A picture to attach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRequest {
    /// visit
    pub visit: VisitId,
    /// file name
    pub name: String,
    /// file content, base64
    pub base64: String,
    /// keep it although its verdict is bad
    #[serde(default)]
    pub keep_anyway: bool,
}

/// One picture of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRef {
    /// visit
    pub visit: VisitId,
    /// picture
    pub attachment: AttachmentId,
}

/// How good a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureVerdict {
    /// can be judged
    Good,
    /// can be judged with care
    Usable,
    /// cannot be judged: take it again
    Bad,
}

/// A reason for a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PictureReason {
    /// message key; `<key>-fix` says what to do
    pub key: String,
    /// measured value
    pub measured: f64,
    /// limit
    pub limit: f64,
}

/// A picture with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PictureView {
    /// id in the log; `None`: refused and not kept
    pub attachment: Option<AttachmentId>,
    /// file name
    pub name: String,
    /// `data:` address of the thumbnail
    pub thumbnail: String,
    /// width, px
    pub width: u32,
    /// height, px
    pub height: u32,
    /// verdict
    pub verdict: PictureVerdict,
    /// reasons
    pub reasons: Vec<PictureReason>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn line(id: &str, medicine: Option<&str>, level: &str) -> Value {
        let cited = json!({ "source": "s", "title": "t", "publisher": "p", "edition": "e", "section": null, "seen": "NotSeen",
            "grade": "expert", "review": "draft", "passage": null });
        let warning =
            json!({ "kind": "allergy", "level": level, "about": [], "because": {}, "act": {}, "citation": null });
        json!({ "id": id, "group": "give", "title": {}, "text": {}, "medicine": medicine, "dose": null, "indication": null,
            "warnings": [warning], "citation": cited })
    }

    /// A plan as it was kept before there were alternatives and diagnoses.
    fn plan(lines: &[Value]) -> Result<Plan, serde_json::Error> {
        serde_json::from_value(json!({ "triage": { "level": "routine", "dangers": [] }, "working": [], "lines": lines,
            "warnings": [], "missing": [], "traditional": null }))
    }

    fn record() -> Result<VisitRecord, serde_json::Error> {
        serde_json::from_value(json!({ "visit": "0", "patient": "0", "started": "", "finished": null,
            "intake": { "patient": { "age": null, "sex": null } } }))
    }

    #[test]
    fn what_was_accepted_and_is_forbidden_now_is_undecided_again() -> Result<(), serde_json::Error> {
        let mut record = record()?;
        let rejected = Decision::Rejected { why: "told".into() };
        for (id, decision) in [
            ("stop", Decision::Accepted),
            ("stop-2", rejected.clone()),
            ("caution", Decision::Accepted),
            ("no-medicine", Decision::Accepted),
            ("gone", Decision::Accepted),
        ] {
            record.decisions.insert(id.into(), decision);
        }
        let lines = [
            line("stop", Some("a"), "stop"),
            line("stop-2", Some("a"), "stop"),
            line("caution", Some("a"), "caution"),
            line("no-medicine", None, "stop"),
        ];
        record.take_plan(plan(&lines)?);
        let kept: Vec<&str> = record.decisions.keys().map(String::as_str).collect();
        assert_eq!(kept, ["caution", "gone", "no-medicine", "stop-2"]);
        assert_eq!(record.decisions.get("stop-2"), Some(&rejected));
        assert_eq!(record.plan.map(|p| p.lines.len()), Some(4));
        Ok(())
    }

    #[test]
    fn settings_without_a_shelf_hold_everything() -> Result<(), serde_json::Error> {
        let old: crate::Settings = serde_json::from_value(json!({ "language": "en" }))?;
        assert!(old.formulary.0.is_empty());
        let mut new = old;
        new.formulary.set(&"a".into(), false);
        new.formulary.set_form(&"b".into(), &["tablet 1".into(), "tablet 2".into()], "tablet 1", false);
        let again: crate::Settings = serde_json::from_value(serde_json::to_value(&new)?)?;
        assert_eq!(again, new);
        Ok(())
    }
}
