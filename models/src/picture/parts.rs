//! What a model consists of, wherever it lies: a folder or one file.

use super::config::{Config, Family};
use super::prepare::Preparation;
use super::weights::{Safetensors, Weights};
use super::{CONFIG, FILES, PREPARATION, TOKENIZER, WEIGHTS, bundle};
use crate::error::ModelError;
use std::path::{Path, PathBuf};

/// An opened model; no weights are read yet.
pub(super) struct Parts {
    pub(super) config: Config,
    pub(super) preparation: Preparation,
    /// `tokenizer.json`
    pub(super) tokenizer: Vec<u8>,
    pub(super) tokenizer_path: PathBuf,
    pub(super) weights: Weights,
    /// bytes of all files
    pub(super) size: u64,
}

impl Parts {
    /// # Errors
    /// `Missing`, `Read`, `Corrupt`, `Unsupported`.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        if path.is_dir() { Self::in_folder(path) } else { bundle::open(path) }
    }

    fn in_folder(folder: &Path) -> Result<Self, ModelError> {
        let config = Config::read(&folder.join(CONFIG))?;
        let mut size = 0;
        for name in FILES {
            let path = folder.join(name);
            size += std::fs::metadata(&path).map_err(|e| missing_part(folder, &path, e))?.len();
        }
        let tokenizer_path = folder.join(TOKENIZER);
        Ok(Self {
            weights: Weights::Folder(Safetensors::open(&folder.join(WEIGHTS))?),
            preparation: Preparation::read(&folder.join(PREPARATION), config.picture_side)?,
            tokenizer: std::fs::read(&tokenizer_path).map_err(|e| ModelError::reading(&tokenizer_path, e))?,
            tokenizer_path,
            config,
            size,
        })
    }

    pub(super) fn family(&self) -> Family {
        self.config.family
    }
}

/// A folder that has its weights elsewhere says so.
fn missing_part(folder: &Path, path: &Path, error: std::io::Error) -> ModelError {
    let others = ["model.safetensors.index.json", "pytorch_model.bin"];
    match others.into_iter().find(|other| path.ends_with(WEIGHTS) && folder.join(other).exists()) {
        Some(other) => ModelError::unsupported(path, format!("a picture encoder whose weights lie in `{other}`")),
        None => ModelError::reading(path, error),
    }
}
