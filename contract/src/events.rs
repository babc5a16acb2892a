//! What the core tells the window without being asked.

use crate::{CitationView, DidYouMean, Failure, ImportState, ModelState, ModelStep, PaperStep};
use serde::{Deserialize, Serialize};

/// Name of the event channel.
pub const EVENT_CHANNEL: &str = "hakim";

/// Something happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A sentence of an explanation that its facts support.
    Sentence {
        /// which job
        job: u64,
        /// the sentence
        text: String,
        /// what backs it
        citations: Vec<CitationView>,
    },
    /// An explanation ended.
    ExplainDone {
        /// which job
        job: u64,
        /// sentences withheld because nothing supported them
        dropped: usize,
        /// it was cancelled
        cancelled: bool,
        /// words came from the template because no model is there, or it failed (message key)
        without_model: Option<String>,
    },
    /// A sentence of an answer, with the facts that back it.
    AskSentence {
        /// which job
        job: u64,
        /// the sentence
        text: String,
        /// places in `AskFound::facts`
        facts: Vec<usize>,
    },
    /// An answer ended.
    AskDone {
        /// which job
        job: u64,
        /// sentences withheld because nothing supported them
        dropped: usize,
        /// it was cancelled
        cancelled: bool,
        /// the sentences are the packs' own: why the model did not word them (message key); `None`: the model did
        without_model: Option<String>,
    },
    /// Putting a document into words went on or ended.
    Paper {
        /// which job
        job: u64,
        /// how it stands
        step: PaperStep,
    },
    /// What the language model read in a story.
    Proposed {
        /// which job
        job: u64,
        /// what may be meant, for the user to decide; nothing that was understood or asked already
        maybe: Vec<DidYouMean>,
        /// it was cancelled
        cancelled: bool,
        /// why the model did not read it (message key)
        without_model: Option<String>,
    },
    /// Work on a model file went on or ended.
    ModelWork {
        /// which job
        job: u64,
        /// how it stands
        step: ModelStep,
    },
    /// An import of documents went on or ended.
    Import {
        /// how it stands
        state: ImportState,
    },
    /// An import could not go on; what was read before stays.
    ImportFailed {
        /// which job
        job: u64,
        /// why
        failure: Failure,
    },
    /// The language model came or went.
    Model {
        /// its state now
        state: ModelState,
    },
}
