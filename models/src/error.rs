//! What can go wrong with a local model, one variant for each thing a caller does differently.

use std::path::{Path, PathBuf};

/// Why a model could not be found, read, loaded or run. Every message names the file where there is one.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file is not there: offer to fetch it or to point at a copy.
    #[error("the model file {} is missing: run `cargo xtask assets`, or choose a copy of it on this computer", path.display())]
    Missing {
        /// Where it was expected.
        path: PathBuf,
    },
    /// The file is there but is not what it should be: offer to fetch it again.
    #[error("the model file {} is damaged ({what}): delete it and fetch it again", path.display())]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// What was found wrong, with the place in the file where known.
        what: String,
    },
    /// A sound file of a kind this program does not run: offer another model.
    #[error("the model in {} is of a kind this program cannot run ({architecture}): choose a GGUF file of the Llama, Mistral, Qwen, Gemma 3 or Phi-3 family, or the folder of a CLIP or SigLIP model", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The architecture, tokenizer or number format that is not supported.
        architecture: String,
    },
    /// The model does not fit: offer a smaller one, or to close other programs.
    #[error("the model needs about {} MB of memory and {} MB are free: close other programs or choose a smaller model", needed / 1_000_000, available / 1_000_000)]
    TooLarge {
        /// Estimated need in bytes.
        needed: u64,
        /// Free memory in bytes.
        available: u64,
    },
    /// The prompt does not fit the context: shorten it.
    #[error("the text is too long for the model ({tokens} tokens, at most {limit}): shorten it")]
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens the model can take.
        limit: usize,
    },
    /// The caller raised the cancel flag.
    #[error("the model was stopped on request")]
    Cancelled,
    /// The operating system refused to read or write the file.
    #[error("cannot use {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No model has this id.
    #[error("there is no model `{id}`: `hakim model list` names those there are")]
    Unknown {
        /// what was asked for
        id: String,
    },
    /// The text of the catalogue or of the list of brought models is wrong.
    #[error("the model catalogue is wrong: {0}")]
    Catalogue(String),
    /// Arithmetic or tokenizing failed: a fault of ours or an odd file.
    #[error("the model failed while {during}: {message}")]
    Failed {
        /// The step.
        during: &'static str,
        /// What the library below said.
        message: String,
    },
}

impl ModelError {
    pub(crate) fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), what: what.into() }
    }

    pub(crate) fn unsupported(path: &Path, architecture: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), architecture: architecture.into() }
    }

    /// Turns a read error into `Missing`, `Corrupt` (file ends early) or `Read`.
    pub(crate) fn reading(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            std::io::ErrorKind::UnexpectedEof => Self::corrupt(path, "the file ends too early"),
            _ => Self::Read { path: path.to_owned(), source },
        }
    }

    /// For `map_err`: a failure of a library below, with the step it happened in.
    pub(crate) fn failed<E: std::fmt::Display>(during: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Failed { during, message: error.to_string() }
    }
}

impl From<candle_core::Error> for ModelError {
    fn from(error: candle_core::Error) -> Self {
        Self::Failed { during: "computing", message: error.to_string() }
    }
}
