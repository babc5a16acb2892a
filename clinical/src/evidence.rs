//! Where a fact comes from, how good that is, and whether anyone here really read the passage.

use crate::{PassageId, SourceId};
use serde::{Deserialize, Serialize};

/// What kind of document a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// guideline of a health authority or society
    Guideline,
    /// systematic or narrative review
    Review,
    /// cohort, trial or surveillance data
    Cohort,
    /// textbook or reference work
    Textbook,
    /// pharmacopoeia, formulary or product information
    Pharmacopoeia,
    /// classification or terminology
    Terminology,
    /// data set
    Dataset,
    /// our own order-of-magnitude judgement
    Expert,
}

/// A document that facts cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// id used by citations
    pub id: SourceId,
    /// title as published
    pub title: String,
    /// who published it
    pub publisher: String,
    /// edition or year
    pub edition: String,
    /// kind of document
    pub kind: SourceKind,
    /// where it applies; "global" unless it says otherwise
    pub jurisdiction: String,
    /// address of the document, if it has one
    #[serde(default)]
    pub address: Option<String>,
}

/// Whether the passage a fact rests on was really read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// read at this address or file
    At(String),
    /// rests on general knowledge of the named source
    NotSeen,
}

/// Strength of the evidence as the source or we grade it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// strong recommendation or consistent high-quality data
    Strong,
    /// conditional recommendation or moderate data
    Moderate,
    /// weak or indirect data
    Weak,
    /// our own estimate
    Expert,
    /// used traditionally, not shown in trials
    TraditionalUse,
}

/// How far a fact has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Review {
    /// written by one
    Draft,
    /// read by a second reader against its source
    SecondRead,
    /// approved by a clinician
    Clinician,
}

/// The origin of one fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// cited document
    pub source: SourceId,
    /// section, table or page in it
    #[serde(default)]
    pub section: Option<String>,
    /// whether the passage was read
    pub seen: Seen,
    /// strength
    pub grade: Grade,
    /// how far it was checked
    pub review: Review,
}

/// A passage of guideline knowledge in our own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// id used by citations
    pub id: PassageId,
    /// short title
    pub title: crate::Text,
    /// the text
    pub text: crate::Text,
    /// which document and section it restates
    pub evidence: Evidence,
    /// conditions, medicines, findings or remedies it is about (ids as strings)
    pub about: Vec<String>,
    /// pack it came from
    pub pack: String,
}
