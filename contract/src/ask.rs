//! Questions answered from the passages and facts on this computer, or not at all.

use crate::{CitationView, Intake, JobRef, PassageView, ShelfBlock};
use hakim_clinical::{Lang, Text};
use serde::{Deserialize, Serialize};

/// An earlier question of the same talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskTurn {
    /// as it was asked
    pub question: String,
    /// ids of the entries it was about, as [`AskFound::about`] named them
    pub about: Vec<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskRequest {
    /// in any language, at most 2,000 bytes
    pub question: String,
    /// language of the answer where the packs have it
    pub language: Lang,
    /// what was asked before, oldest first
    #[serde(default)]
    pub earlier: Vec<AskTurn>,
    /// the case it is about
    #[serde(default)]
    pub intake: Option<Intake>,
    /// the language model may word the answer; otherwise the packs' own sentences are shown
    #[serde(default)]
    pub worded: bool,
}

/// How sure the search is that what it found answers the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AskConfidence {
    /// it was found at once
    Good,
    /// it was found when looked for once more with what the question or the case tells
    Weak,
    /// nothing found answers it
    None,
}

/// An entry that a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskSubject {
    /// id
    pub id: String,
    /// name
    pub name: Text,
}

/// Where a fact of an answer stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "in")]
pub enum AskSource {
    /// a passage of the packs, to be opened
    Passage {
        /// the passage
        passage: Box<PassageView>,
    },
    /// a fact of a condition, medicine or remedy
    Entry {
        /// the entry
        entry: AskSubject,
        /// where the fact comes from
        citation: Box<CitationView>,
    },
    /// a paragraph of the user's own documents, to be opened
    Own {
        /// the paragraph
        block: Box<ShelfBlock>,
    },
}

/// What an answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskFact {
    /// in words
    pub text: Text,
    /// where it stands
    pub source: AskSource,
}

impl AskFact {
    /// Id of the passage, entry or document.
    pub fn document(&self) -> &str {
        match &self.source {
            AskSource::Passage { passage } => passage.passage.as_str(),
            AskSource::Entry { entry, .. } => &entry.id,
            AskSource::Own { block } => &block.document,
        }
    }
}

/// What was found before anything is worded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskFound {
    /// how sure
    pub confidence: AskConfidence,
    /// what the question is about, with what earlier questions were about where it goes on from them
    pub about: Vec<AskSubject>,
    /// best first; empty when nothing was found
    pub facts: Vec<AskFact>,
}

/// A question that was taken up: sentences arrive as [`crate::Event::AskSentence`], the end as [`crate::Event::AskDone`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskStarted {
    /// what was found
    pub found: AskFound,
    /// which job words it
    pub job: JobRef,
}
