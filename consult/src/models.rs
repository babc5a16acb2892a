//! Models on this computer: their cards, bringing one, checking, choosing and removing; comparing a picture with texts.

use crate::folders::Folders;
use crate::jobs::Jobs;
use crate::pictures::refused;
use crate::speaker::Speaker;
use hakim_contract::*;
use hakim_models::catalogue::{Entry, Purpose, Thoroughness, entries};
use hakim_models::error::ModelError;
use hakim_models::inspect::{Trial, can_be_tried, try_out};
use hakim_models::picture::{PictureEncoder, Pixels};
use hakim_models::registry::{Brought, Registry, Step};
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
    let pictures = speaker.registry().chosen_pictures().map_err(|e| failure(&e))?.map(|model| model.id);
    let used = |model: &Brought| model.id == chosen || Some(&model.id) == pictures.as_ref();
    let brought = brought.into_iter().map(|model| of_user(used(&model), model));
    Ok(ModelList { models: catalogue.chain(brought).collect() })
}

fn of_catalogue(entry: Entry, assets: &Path, chosen: &str) -> Option<ModelView> {
    let role = match entry.purpose {
        Purpose::Chat => ModelRole::Chat,
        Purpose::Embed => ModelRole::Embed,
        Purpose::Vision => ModelRole::Vision,
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

fn of_user(used: bool, model: Brought) -> ModelView {
    ModelView {
        role: match model.purpose {
            Purpose::Vision => ModelRole::Vision,
            Purpose::Embed => ModelRole::Embed,
            Purpose::Chat | Purpose::Test => ModelRole::Chat,
        },
        present: model.is_present(),
        used,
        speed: Some(speed_of(model.trial())),
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
    }
}

fn speed_of(trial: Trial) -> ModelSpeed {
    match trial {
        Trial::Words { reading, writing } => ModelSpeed::Words { reading, writing },
        Trial::Pictures { pictures, texts } => ModelSpeed::Pictures { pictures, texts },
    }
}

/// Takes a file or a folder in.
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
        ended(job, added.map(|model| (model.id.clone(), Some(speed_of(model.trial())))))
    })
}

/// Checks every byte, and runs what writes or looks at pictures.
pub(crate) fn check(speaker: &Arc<Speaker>, jobs: &Jobs, request: ModelRef) -> JobRef {
    let speaker = Arc::clone(speaker);
    jobs.start(move |job, cancel, events| {
        let checked = || {
            let file = speaker.registry().check(&request.id, speaker.assets(), Thoroughness::Full, cancel)?;
            if !can_be_tried(&file) {
                return Ok((request.id.clone(), None));
            }
            events(Event::ModelWork { job, step: ModelStep::Trying });
            Ok((request.id.clone(), Some(speed_of(try_out(&file, cancel)?))))
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

/// Uses another model from now on for its purpose.
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

/// How well each text fits a picture, 0 to 1, by the encoder of pictures in use: shares that add up to 1 (CLIP), or each text by
/// itself (SigLIP). Only what was brought is used; nothing in Hakim rests on it.
///
/// # Errors
/// `model-file-missing` when no encoder of pictures was brought or the picture is not there, those of reading the picture, and
/// those of the model.
pub fn compare_picture(folders: &Folders, picture: &Path, texts: &[String]) -> Result<Vec<f32>, Failure> {
    let registry = Registry::at(folders.models());
    let chosen = registry.chosen_pictures().map_err(|e| failure(&e))?;
    let model = chosen.ok_or_else(|| Failure::new("model-pictures-missing"))?;
    let cancel = hakim_models::Cancel::default();
    let folder = registry.check(&model.id, &folders.assets, Thoroughness::Quick, &cancel).map_err(|e| failure(&e))?;
    let bytes = std::fs::read(picture).map_err(|e| Failure::new("model-file-missing").because(&e))?;
    let name = picture.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let picture = hakim_imaging::read(&bytes, &name).map_err(|e| refused(&e))?;
    let pixels = Pixels::new(picture.width() as usize, picture.height() as usize, picture.pixels().as_raw());
    let pixels = pixels.ok_or_else(|| Failure::new("model-file-failed"))?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let compare = || {
        let encoder = PictureEncoder::load(&folder)?;
        let (seen, read) = (encoder.pictures(&[pixels])?, encoder.texts(&texts)?);
        Ok(seen.first().map(|seen| encoder.likeness(seen, &read)).unwrap_or_default())
    };
    compare().map_err(|e| failure(&e))
}
