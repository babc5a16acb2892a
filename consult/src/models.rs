//! Models on this computer: their cards, bringing one, checking, choosing and removing.

use crate::jobs::Jobs;
use crate::speaker::Speaker;
use hakim_contract::*;
use hakim_models::catalogue::{Entry, Purpose, Thoroughness, entries};
use hakim_models::error::ModelError;
use hakim_models::inspect::{Trial, try_out};
use hakim_models::registry::{Brought, Step};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Progress is told so often.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Cards of all models that a user may see: those of the catalogue, then those that were brought.
///
/// # Errors
/// `model-file-failed` when the list is damaged.
pub(crate) fn list(speaker: &Speaker) -> Result<ModelList, Failure> {
    let chosen = speaker.registry().chosen();
    let known = entries().map_err(|e| failure(&e))?;
    let catalogue = known.into_iter().filter_map(|entry| of_catalogue(entry, speaker.assets(), &chosen));
    let brought = speaker.registry().brought().map_err(|e| failure(&e))?;
    let brought = brought.into_iter().map(|model| of_user(model, &chosen));
    Ok(ModelList { models: catalogue.chain(brought).collect() })
}

fn of_catalogue(entry: Entry, assets: &Path, chosen: &str) -> Option<ModelView> {
    let role = match entry.purpose {
        Purpose::Chat => ModelRole::Chat,
        Purpose::Embed => ModelRole::Embed,
        Purpose::Test => return None,
    };
    Some(ModelView {
        name: entry.id.clone(),
        role,
        present: entry.file(assets).is_file(),
        used: entry.id == chosen,
        id: entry.id,
        architecture: entry.architecture,
        size: entry.size,
        memory: entry.memory,
        licence: entry.licence,
        languages: entry.languages,
        sha256: entry.sha256,
        provenance: entry.provenance,
        limits: Some(entry.limits),
        brought: false,
        speed: None,
    })
}

fn of_user(model: Brought, chosen: &str) -> ModelView {
    ModelView {
        role: ModelRole::Chat,
        present: model.file.is_file(),
        used: model.id == chosen,
        provenance: model.file.display().to_string(),
        id: model.id,
        name: model.name,
        architecture: model.architecture,
        size: model.size,
        memory: model.memory,
        licence: model.licence,
        languages: model.languages,
        sha256: model.sha256,
        limits: None,
        brought: true,
        speed: Some(ModelSpeed { reading: model.reading, writing: model.writing }),
    }
}

/// Takes a file in.
pub(crate) fn add(speaker: &Arc<Speaker>, jobs: &Jobs, request: ModelFile) -> JobRef {
    let speaker = Arc::clone(speaker);
    jobs.start(move |job, cancel, events| {
        let path = PathBuf::from(request.path.trim());
        let mut told: Option<Instant> = None;
        let added = speaker.registry().add(&path, request.copy, cancel, |step| {
            let step = match step {
                Step::Inspecting => ModelStep::Inspecting,
                Step::Copying(done, of) => {
                    if told.is_some_and(|at| at.elapsed() < TELL_EVERY) && done < of {
                        return;
                    }
                    told = Some(Instant::now());
                    ModelStep::Reading { done, of }
                }
                Step::Trying => ModelStep::Trying,
            };
            events(Event::ModelWork { job, step });
        });
        let speed = |m: &Brought| ModelSpeed { reading: m.reading, writing: m.writing };
        ended(job, added.map(|model| (model.id.clone(), Some(speed(&model)))))
    })
}

/// Checks every byte, and runs what writes.
pub(crate) fn check(speaker: &Arc<Speaker>, jobs: &Jobs, request: ModelRef) -> JobRef {
    let speaker = Arc::clone(speaker);
    jobs.start(move |job, cancel, events| {
        let checked = || {
            let file = speaker.registry().check(&request.id, speaker.assets(), Thoroughness::Full, cancel)?;
            if file.extension().is_none_or(|e| e != "gguf") {
                return Ok((request.id.clone(), None));
            }
            events(Event::ModelWork { job, step: ModelStep::Trying });
            let Trial { reading, writing } = try_out(&file, cancel)?;
            Ok((request.id.clone(), Some(ModelSpeed { reading, writing })))
        };
        events(Event::ModelWork { job, step: ModelStep::Inspecting });
        ended(job, checked())
    })
}

fn ended(job: u64, result: Result<(String, Option<ModelSpeed>), ModelError>) -> Event {
    let step = match result {
        Ok((id, speed)) => ModelStep::Done { id, speed },
        Err(error) => ModelStep::Failed { failure: failure(&error) },
    };
    Event::ModelWork { job, step }
}

/// Why a file was not taken, or is not sound.
fn failure(error: &ModelError) -> Failure {
    let key = match error {
        ModelError::Missing { .. } | ModelError::Unknown { .. } => "model-file-missing",
        ModelError::Corrupt { .. } => "model-file-corrupt",
        ModelError::Read { .. } => "model-file-unreadable",
        ModelError::Unsupported { .. } => "model-file-unsupported",
        ModelError::TooLarge { .. } => "model-file-too-large",
        ModelError::Cancelled => "model-file-stopped",
        ModelError::PromptTooLong { .. } | ModelError::Catalogue(_) | ModelError::Failed { .. } => "model-file-failed",
    };
    Failure::new(key).because(error)
}

/// Uses another chat model from now on.
///
/// # Errors
/// `model-file-missing` when there is none of this id or its file is not there, `model-file-corrupt`.
pub(crate) fn choose(speaker: &Speaker, id: &str) -> Result<ModelList, Failure> {
    let registry = speaker.registry();
    let present = registry.check(id, speaker.assets(), Thoroughness::Quick, &hakim_models::Cancel::default());
    present.and_then(|_| registry.choose(id)).map_err(|e| failure(&e))?;
    speaker.forget();
    list(speaker)
}

/// Takes a model that was brought off the list.
///
/// # Errors
/// `model-file-missing`, `model-file-unreadable` when our copy cannot be deleted.
pub(crate) fn remove(speaker: &Speaker, id: &str) -> Result<ModelList, Failure> {
    let used = speaker.registry().chosen() == id;
    if used {
        speaker.forget();
    }
    speaker.registry().remove(id).map_err(|e| failure(&e))?;
    list(speaker)
}
