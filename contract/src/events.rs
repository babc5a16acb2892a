//! What the core tells the window without being asked.

use crate::{CitationView, Failure, ImportState, ModelState};
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
