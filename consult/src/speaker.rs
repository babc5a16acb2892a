//! The language model that puts facts into words: the one the user chose, loaded when first needed, always optional.

use crate::Folders;
use crate::core::EventSink;
use crate::library::Knowledge;
use crate::meaning::Meaning;
use hakim_clinical::{KnowledgeBase, Lang, Names};
use hakim_contract::{Event, Failure, ModelState};
use hakim_models::Cancel;
use hakim_models::error::ModelError;
use hakim_models::grounding::{self, Fact, TermKind, Vocabulary};
use hakim_models::lm::{LanguageModel, LoadOptions};
use hakim_models::registry::Registry;
use hakim_models::write::{self, CheckedSentence, Grounds, Task, Together, explain};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest answer, tokens: about six short sentences.
const MAX_TOKENS: usize = 200;

/// What came of writing.
pub(crate) struct Written {
    /// sentences shown
    pub(crate) sentences: usize,
    /// sentences withheld
    pub(crate) dropped: usize,
}

/// A sentence and the facts behind it, by index.
type OnSentence<'a> = dyn FnMut(String, &[usize]) + 'a;

enum Model {
    Unloaded,
    Loaded(Box<LanguageModel>),
    /// refused once: not tried again until another is chosen or the program starts anew
    Refused(Failure),
}

pub(crate) struct Speaker {
    assets: PathBuf,
    registry: Registry,
    vocabulary: Vocabulary,
    meaning: Arc<Meaning>,
    /// taken as long as it reads or writes
    model: Mutex<Model>,
    /// stops what it reads ahead: whoever waits for words comes first
    ahead: Mutex<Cancel>,
}

/// Every English name of a finding, condition or medicine: a sentence may use one only if its facts do.
pub fn terms(base: &KnowledgeBase) -> Vocabulary {
    let of = |names: &Names, kind: TermKind| {
        let english = names.0.get(&Lang::En).cloned().unwrap_or_default();
        (kind, std::iter::once(english.term).chain(english.lay))
    };
    let findings = base.findings.values().map(|f| of(&f.names, TermKind::Finding));
    let conditions = base.conditions.values().map(|c| of(&c.names, TermKind::Condition));
    let medicines = base.medicines.values().map(|m| of(&m.names, TermKind::Medicine));
    Vocabulary::of_things(findings.chain(conditions).chain(medicines))
}

impl Speaker {
    pub(crate) fn new(knowledge: &Knowledge, folders: &Folders, meaning: &Arc<Meaning>) -> Self {
        Self {
            assets: folders.assets.clone(),
            registry: Registry::at(folders.models()),
            vocabulary: terms(&knowledge.base),
            meaning: Arc::clone(meaning),
            model: Mutex::new(Model::Unloaded),
            ahead: Mutex::default(),
        }
    }

    /// The list of models that were brought, and which is in use.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Where the catalogue's files lie.
    pub(crate) fn assets(&self) -> &Path {
        &self.assets
    }

    /// How the model stands; while it works the lock is taken, which means that it is loaded or about to be.
    pub(crate) fn state(&self) -> ModelState {
        match self.model.try_lock() {
            Ok(model) => self.state_of(&model),
            Err(_) => ModelState::Loading { name: self.registry.chosen() },
        }
    }

    fn state_of(&self, model: &Model) -> ModelState {
        let name = self.registry.chosen();
        let refused = |f: &Failure| ModelState::Failed { key: f.key.clone(), detail: f.detail.clone() };
        match model {
            Model::Loaded(_) => ModelState::Loaded { name },
            Model::Refused(failure) => refused(failure),
            Model::Unloaded => match self.file() {
                Ok(_) => ModelState::Ready { name },
                Err(ModelError::Missing { .. }) => ModelState::Absent,
                Err(error) => refused(&failure(&error)),
            },
        }
    }

    /// Forgets the loaded model: another was chosen, or its file is gone. Waits for what it is writing.
    pub(crate) fn forget(&self) {
        *self.held() = Model::Unloaded;
    }

    fn held(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self) -> Result<PathBuf, ModelError> {
        self.registry.chat_file(&self.assets)
    }

    /// Does something with the model, which is loaded where it is not yet.
    ///
    /// # Errors
    /// The model's refusal, or that of `act`; a cancelled `act` is `None`.
    pub(crate) fn with_model<T>(
        &self,
        events: &EventSink,
        act: impl FnOnce(&mut LanguageModel, &Vocabulary) -> Result<T, ModelError>,
    ) -> Result<Option<T>, Failure> {
        self.ahead().raise();
        self.with(&mut self.held(), events, act)
    }

    fn ahead(&self) -> MutexGuard<'_, Cancel> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        held: &mut Model,
        events: &EventSink,
        act: impl FnOnce(&mut LanguageModel, &Vocabulary) -> Result<T, ModelError>,
    ) -> Result<Option<T>, Failure> {
        if matches!(*held, Model::Unloaded) {
            // A file that is only missing may come while the program runs: that is no refusal.
            let path = self.file().map_err(|e| failure(&e))?;
            events(Event::Model { state: ModelState::Loading { name: self.registry.chosen() } });
            *held = match LanguageModel::load(&path, &LoadOptions::default()) {
                Ok(model) => Model::Loaded(Box::new(model)),
                Err(error) => Model::Refused(failure(&error)),
            };
            events(Event::Model { state: self.state_of(held) });
        }
        let model = match held {
            Model::Loaded(model) => model,
            Model::Refused(failure) => return Err(failure.clone()),
            Model::Unloaded => return Err(Failure::new("model-missing")),
        };
        match act(model, &self.vocabulary) {
            Ok(done) => Ok(Some(done)),
            Err(ModelError::Cancelled) => Ok(None),
            Err(error) => Err(failure(&error)),
        }
    }

    /// A model is here, loaded or not, and none was refused.
    pub(crate) fn has_model(&self) -> bool {
        !matches!(self.state(), ModelState::Absent | ModelState::Failed { .. })
    }

    /// Reads in the background what a text is to be written from, so that its first words come sooner. Only the latest wish
    /// counts, and whoever wants words stops it.
    pub(crate) fn read_ahead(self: &Arc<Self>, instructions: String, facts: Vec<String>, events: &EventSink) {
        let cancel = Cancel::default();
        let before = std::mem::replace(&mut *self.ahead(), cancel.clone());
        before.raise();
        let (speaker, events) = (Arc::clone(self), Arc::clone(events));
        std::thread::spawn(move || {
            let mut held = speaker.held();
            if cancel.is_raised() {
                return;
            }
            let task = Task { instructions: &instructions, max_tokens: MAX_TOKENS };
            // What cannot be read ahead is told when it is asked for.
            let _ =
                speaker.with(&mut held, &events, |model, _| write::prepare(model, &numbered(&facts), &task, &cancel));
        });
    }

    /// Has the model put one fact into words several times and keeps what most of them say; `None`: cancelled. Nothing can be
    /// spliced from a single fact, and with one as short as a line the encoder cannot tell: the rules alone judge.
    pub(crate) fn write_together(
        &self,
        task: &Task<'_>,
        fact: &Fact,
        samples: usize,
        cancel: &Cancel,
        events: &EventSink,
    ) -> Result<Option<Together>, Failure> {
        self.with_model(events, |model, vocabulary| {
            let grounds = Grounds { facts: std::slice::from_ref(fact), vocabulary, subject: None };
            write::write_together(model, &grounds, task, samples, cancel, |_| ())
        })
    }

    /// Whether the sentences say all of a fact.
    pub(crate) fn say_all(&self, fact: &Fact, sentences: &[&str]) -> bool {
        grounding::missing(&[fact.id], std::slice::from_ref(fact), sentences, &self.vocabulary).is_empty()
    }

    /// Has the model put facts into words; every sentence passed on rests on the facts it comes with. `near`: how near it
    /// must be to them in meaning, a cosine.
    pub(crate) fn write(
        &self,
        instructions: &str,
        facts: &[String],
        near: f32,
        cancel: &Cancel,
        events: &EventSink,
        on_sentence: &mut OnSentence<'_>,
    ) -> Result<Written, Failure> {
        let numbered = numbered(facts);
        let task = Task { instructions, max_tokens: MAX_TOKENS };
        let subject = self.meaning.subject(&numbered, near);
        let mut shown = 0;
        let written = self.with_model(events, |model, vocabulary| {
            let grounds = Grounds { facts: &numbered, vocabulary, subject: subject.as_ref() };
            explain(model, &grounds, &task, cancel, |s: &CheckedSentence| {
                shown += 1;
                let backing: Vec<usize> = s.facts.iter().map(|id| id.saturating_sub(1)).collect();
                on_sentence(s.text.clone(), &backing);
            })
        })?;
        Ok(Written { sentences: shown, dropped: written.map_or(0, |w| w.dropped.len()) })
    }
}

/// Facts numbered from 1, as the prompt shows them.
fn numbered(facts: &[String]) -> Vec<Fact> {
    (1..).zip(facts).map(|(id, text)| Fact { id, text: text.clone() }).collect()
}

/// A model's error as the window tells it.
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
