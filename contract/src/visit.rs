//! One visit: intake, what was understood, pictures, the stored record, documents.

use crate::{Assessment, Plan, WordedDocument};
use hakim_clinical::{
    AttachmentId, ConditionId, Decision, FindingId, FindingKind, Lang, Measurement, Observed, PatientFacts, PatientId,
    Presence, Text, Traditions, VisitId,
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
    /// language of the papers for the patient; `None`: not chosen in this visit
    #[serde(default)]
    pub patient_language: Option<Lang>,
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
