//! The language model behind explanations: found by the catalogue, loaded when first needed, always optional.

use super::CitedFact;
use crate::core::EventSink;
use crate::library::Knowledge;
use hakim_contract::{Event, Failure, ModelState};
use hakim_models::Cancel;
use hakim_models::error::ModelError;
use hakim_models::grounding::{Fact, Vocabulary};
use hakim_models::lm::{LanguageModel, LoadOptions};
use hakim_models::registry::Registry;
use hakim_models::write::{CheckedSentence, Task, explain};
use std::path::PathBuf;

/// Longest answer, tokens: about six short sentences.
const MAX_TOKENS: usize = 200;
/// Passages among the facts that the model reads: it likes to copy them and then says little else.
pub(super) const PASSAGES_READ: usize = 1;

/// What is asked of the model. Asked for what the facts do not hold it invents, or echoes the request.
pub(super) struct Wanted<'a> {
    /// name of the condition
    pub(super) condition: &'a str,
    /// there are findings in favour
    pub(super) favour: bool,
    /// there are findings against
    pub(super) against: bool,
    /// there is a test
    pub(super) test: bool,
}

impl Wanted<'_> {
    fn instructions(&self) -> String {
        let parts = [
            (true, "how likely it is"),
            (self.favour, "the findings in favour of it"),
            (self.against, "what is against it"),
            (self.test, "the test that would help"),
            (true, "one thing to watch"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter_map(|(wanted, part)| wanted.then_some(part)).collect();
        format!("Explain {} to a clinician, one short sentence each: {}.", self.condition, parts.join("; "))
    }
}

/// What came of writing.
pub(super) struct Written {
    /// sentences shown
    pub(super) sentences: usize,
    /// sentences withheld
    pub(super) dropped: usize,
}

/// A sentence and the facts behind it, by index.
type OnSentence<'a> = dyn FnMut(String, &[usize]) + 'a;

enum Model {
    Unloaded,
    Loaded(Box<LanguageModel>),
    /// refused once: not tried again until the program starts anew
    Refused(Failure),
}

pub(super) struct ModelWriter {
    assets: PathBuf,
    registry: Registry,
    vocabulary: Vocabulary,
    model: Model,
}

impl ModelWriter {
    pub(super) fn new(knowledge: &Knowledge, assets: PathBuf, registry: Registry) -> Self {
        Self { assets, registry, vocabulary: super::terms(&knowledge.base), model: Model::Unloaded }
    }

    pub(super) fn state(&self) -> ModelState {
        let name = self.registry.chosen();
        let refused = |f: &Failure| ModelState::Failed { key: f.key.clone(), detail: f.detail.clone() };
        match &self.model {
            Model::Loaded(_) => ModelState::Loaded { name },
            Model::Refused(failure) => refused(failure),
            Model::Unloaded => match self.file() {
                Ok(_) => ModelState::Ready { name },
                Err(ModelError::Missing { .. }) => ModelState::Absent,
                Err(error) => refused(&failure(&error)),
            },
        }
    }

    fn file(&self) -> Result<PathBuf, ModelError> {
        self.registry.chat_file(&self.assets)
    }

    fn loaded(&mut self, events: &EventSink) -> Result<&mut LanguageModel, Failure> {
        if matches!(self.model, Model::Unloaded) {
            // A file that is only missing may come while the program runs: that is no refusal.
            let path = self.file().map_err(|e| failure(&e))?;
            events(Event::Model { state: ModelState::Loading { name: self.registry.chosen() } });
            self.model = match LanguageModel::load(&path, &LoadOptions::default()) {
                Ok(model) => Model::Loaded(Box::new(model)),
                Err(error) => Model::Refused(failure(&error)),
            };
            events(Event::Model { state: self.state() });
        }
        match &mut self.model {
            Model::Loaded(model) => Ok(model),
            Model::Refused(failure) => Err(failure.clone()),
            Model::Unloaded => Err(Failure::new("model-missing")),
        }
    }

    /// Has the model put the facts into words; every sentence passed on rests on the facts it comes with.
    pub(super) fn write(
        &mut self,
        wanted: &Wanted<'_>,
        facts: &[CitedFact],
        cancel: &Cancel,
        events: &EventSink,
        on_sentence: &mut OnSentence<'_>,
    ) -> Result<Written, Failure> {
        self.loaded(events)?;
        let Model::Loaded(model) = &mut self.model else { return Err(Failure::new("model-missing")) };
        // Numbered from 1, as the prompt shows them.
        let numbered: Vec<Fact> =
            facts.iter().enumerate().map(|(i, f)| Fact { id: i + 1, text: f.text.clone() }).collect();
        let mut shown = 0;
        let instructions = wanted.instructions();
        let task = Task { instructions: &instructions, max_tokens: MAX_TOKENS };
        let result = explain(model, &numbered, &self.vocabulary, &task, cancel, |s: &CheckedSentence| {
            shown += 1;
            let backing: Vec<usize> = s.facts.iter().map(|id| id.saturating_sub(1)).collect();
            on_sentence(s.text.clone(), &backing);
        });
        match result {
            Ok(written) => Ok(Written { sentences: shown, dropped: written.dropped.len() }),
            Err(ModelError::Cancelled) => Ok(Written { sentences: shown, dropped: 0 }),
            Err(error) => Err(failure(&error)),
        }
    }
}

fn failure(error: &ModelError) -> Failure {
    let key = match error {
        ModelError::Missing { .. } | ModelError::Unknown { .. } => "model-missing",
        ModelError::Corrupt { .. } | ModelError::Read { .. } => "model-corrupt",
        ModelError::Unsupported { .. } => "model-unsupported",
        ModelError::TooLarge { .. } => "model-too-large",
        ModelError::PromptTooLong { .. }
        | ModelError::Cancelled
        | ModelError::Catalogue(_)
        | ModelError::Failed { .. } => "model-failed",
    };
    Failure::new(key).because(error)
}
