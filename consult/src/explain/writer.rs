//! The language model behind explanations: found by the catalogue, loaded when first needed, always optional.

use super::CitedFact;
use crate::core::EventSink;
use crate::library::Knowledge;
use hakim_contract::{Event, Failure, ModelState};
use hakim_models::Cancel;
use std::path::PathBuf;

/// Catalogue id of the chat model.
pub(super) const CHAT_MODEL: &str = "qwen2.5-coder-1.5b-instruct";

/// What came of writing.
pub(super) struct Written {
    /// sentences shown
    pub(super) sentences: usize,
    /// sentences withheld
    pub(super) dropped: usize,
}

/// A sentence and the facts behind it, by index.
type OnSentence<'a> = dyn FnMut(String, &[usize]) + 'a;

pub(super) struct ModelWriter {
    assets: PathBuf,
}

impl ModelWriter {
    pub(super) fn new(_knowledge: &Knowledge, assets: PathBuf) -> Self {
        Self { assets }
    }

    pub(super) fn state(&mut self) -> ModelState {
        let _ = &self.assets;
        ModelState::Absent
    }

    pub(super) fn write(
        &mut self,
        _facts: &[CitedFact],
        _cancel: &Cancel,
        _events: &EventSink,
        _on_sentence: &mut OnSentence<'_>,
    ) -> Result<Written, Failure> {
        let _ = Event::Model { state: ModelState::Absent };
        Err(Failure::new("model-missing"))
    }
}
