//! What a visit leaves on paper: note, handout, referral letter, prescription; by template in every complete language, papers
//! for the patient in the language of the patient, and in the words of the language model where it is there.

use crate::{CitationView, VisitRecord};
use hakim_clinical::Lang;
use serde::{Deserialize, Serialize};

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// note for the record: subjective, objective, assessment, plan
    Note,
    /// handout for the patient
    Handout,
    /// letter to whom the patient is sent
    Referral,
    /// what the patient takes to the pharmacy
    Prescription,
}

impl DocumentKind {
    /// Read by the patient: there are words for it in every language.
    pub fn for_patient(self) -> bool {
        matches!(self, Self::Handout | Self::Prescription)
    }
}

/// Asks for a document of a visit as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRequest {
    /// the visit
    pub record: VisitRecord,
    /// which
    pub kind: DocumentKind,
    /// in which language; the model writes English
    pub language: Lang,
    /// a second language beside it, on papers for the patient: that of the practitioner
    #[serde(default)]
    pub beside: Option<Lang>,
}

/// A line of a document with what backs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// the line
    pub text: String,
    /// sources of what it says; empty: it restates what was entered or decided
    #[serde(default)]
    pub citations: Vec<CitationView>,
    /// the language model's words, checked against the lines they stand for
    #[serde(default)]
    pub worded: bool,
    /// what belongs to it, in smaller lines below: dose, quantity, how to take it
    #[serde(default)]
    pub under: Vec<String>,
    /// the same in the second language; `None`: none asked for, or it reads the same
    #[serde(default)]
    pub beside: Option<String>,
}

impl DocumentLine {
    /// A line that restates what was entered or decided.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), citations: vec![], worded: false, under: vec![], beside: None }
    }

    /// A line that rests on a source.
    pub fn cited(text: impl Into<String>, citation: &CitationView) -> Self {
        Self { citations: vec![citation.clone()], ..Self::plain(text) }
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentSection {
    /// heading; empty: none
    pub heading: String,
    /// the heading in the second language
    #[serde(default)]
    pub beside: Option<String>,
    /// its lines are counted: 1, 2, 3
    #[serde(default)]
    pub numbered: bool,
    /// lines
    pub lines: Vec<DocumentLine>,
}

/// A readable document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// language it is in
    pub language: Lang,
    /// title
    pub title: String,
    /// parts
    pub sections: Vec<DocumentSection>,
    /// what must be said of the whole, at its foot
    #[serde(default)]
    pub foot: Vec<String>,
}

/// How the words of a document came about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    /// how often each part was written
    pub samples: usize,
    /// sentences withheld because nothing supported them
    pub dropped: usize,
    /// supported sentences that too few of the samples said
    pub outvoted: usize,
    /// statements that the model left out and that stand in the template's words
    pub restored: usize,
    /// share of the statements that not all samples made, 0 to 1
    pub disagreement: f64,
    /// risk of what is shown, MedVAL's levels 1 (none) to 4 (high)
    pub risk: u8,
    /// risk of what the model wrote, had nothing been withheld
    pub risk_written: u8,
}

/// A document in the model's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordedDocument {
    /// which
    pub kind: DocumentKind,
    /// the template's document that was put into words: when the visit changes this no longer fits
    pub from: Document,
    /// the same in the model's words
    pub document: Document,
    /// how it came about
    pub wording: Wording,
}

/// How far the model is with a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum PaperStep {
    /// parts done, of how many
    Writing {
        /// parts done
        done: usize,
        /// parts in all
        of: usize,
    },
    /// it is finished
    Written {
        /// the document in words
        worded: Box<WordedDocument>,
    },
    /// it was stopped: the template's document stands
    Stopped,
    /// the model cannot: the template's document stands
    WithoutModel {
        /// message key of why
        why: String,
    },
}
