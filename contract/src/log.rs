//! The patient log: unlocking, patients, timeline.

use hakim_clinical::{Lang, Patient, PatientId, Sex, TriageLevel, VisitId};
use serde::{Deserialize, Serialize};

/// A passphrase on its way to the core. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// the passphrase
    pub passphrase: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Opens the log without the old passphrase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recover {
    /// printed recovery key
    pub recovery_key: String,
    /// new passphrase
    pub passphrase: String,
}

impl std::fmt::Debug for Recover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recover(..)")
    }
}

/// Shown once, to be printed or written down.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryKey {
    /// groups of characters
    pub key: String,
}

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryKey(..)")
    }
}

/// A search for patients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientQuery {
    /// part of name or contact; empty for the most recent
    #[serde(default)]
    pub query: String,
}

/// One patient by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientRef {
    /// id
    pub patient: PatientId,
}

/// One visit by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRef {
    /// id
    pub visit: VisitId,
}

/// Age as a form gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "unit", content = "value")]
pub enum AgeInput {
    /// years, 0 to 130
    Years(u32),
    /// months
    Months(u32),
    /// days
    Days(u32),
}

/// A patient as the form gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientDraft {
    /// `None`: a new patient
    pub id: Option<PatientId>,
    /// name, any script
    pub name: String,
    /// sex
    pub sex: Option<Sex>,
    /// age today; kept as an estimated date of birth
    pub age: Option<AgeInput>,
    /// date of birth `YYYY-MM-DD`, stronger than `age`
    pub born: Option<String>,
    /// village, phone, number
    #[serde(default)]
    pub contact: String,
    /// allergies, one an entry
    #[serde(default)]
    pub allergies: Vec<String>,
    /// medicines taken regularly
    #[serde(default)]
    pub medicines: Vec<String>,
    /// language the patient reads
    #[serde(default)]
    pub language: Option<Lang>,
}

/// A patient with the age worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientView {
    /// stored patient
    pub patient: Patient,
    /// age today, in the unit that suits it
    pub age: Option<AgeInput>,
}

/// A visit in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitHead {
    /// id
    pub visit: VisitId,
    /// when it began, RFC 3339
    pub started: String,
    /// when it was finished; `None`: still open
    pub finished: Option<String>,
    /// complaint in a few words
    pub title: String,
    /// triage level of the assessment
    pub triage: Option<TriageLevel>,
}

/// A patient in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientRow {
    /// the patient
    pub patient: PatientView,
    /// last visit
    pub last_visit: Option<VisitHead>,
}

/// Patients found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientList {
    /// rows, best first
    pub rows: Vec<PatientRow>,
}

/// One patient with all visits, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// the patient
    pub patient: PatientView,
    /// visits, newest first
    pub visits: Vec<VisitHead>,
}
