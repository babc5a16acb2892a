//! Models on this computer: what they are, what they are good for, bringing one, choosing one.

use crate::Failure;
use serde::{Deserialize, Serialize};

/// What a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelRole {
    /// puts facts into words
    Chat,
    /// finds texts of like meaning
    Embed,
    /// compares pictures with texts
    Vision,
}

/// How fast the model was when it was tried on this computer; each figure for a second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum ModelSpeed {
    /// of what puts facts into words
    Words {
        /// tokens read
        reading: f64,
        /// tokens written
        writing: f64,
    },
    /// of what compares pictures with texts
    Pictures {
        /// pictures looked at
        pictures: f64,
        /// short texts read
        texts: f64,
    },
}

/// The card of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelView {
    /// id
    pub id: String,
    /// as it names itself
    pub name: String,
    /// what it does
    pub role: ModelRole,
    /// family, such as `qwen2`
    pub architecture: String,
    /// bytes of the file
    pub size: u64,
    /// estimated bytes of memory
    pub memory: u64,
    /// SPDX name, or as the file says; empty when nothing says
    pub licence: String,
    /// BCP 47 tags; empty when nothing says
    pub languages: Vec<String>,
    /// SHA-256, hexadecimal
    pub sha256: String,
    /// where the file comes from, or where it lies
    pub provenance: String,
    /// what it is good and not good for, in English; `None`: nobody has measured it
    pub limits: Option<String>,
    /// the file is on this computer
    pub present: bool,
    /// it is the one in use for its role
    pub used: bool,
    /// the user brought it
    pub brought: bool,
    /// how fast it was when it was tried
    pub speed: Option<ModelSpeed>,
}

/// All models.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ModelList {
    /// those of the catalogue first
    pub models: Vec<ModelView>,
}

/// A model by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRef {
    /// id
    pub id: String,
}

/// A model file, or the folder of an encoder of pictures, to take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFile {
    /// where it lies
    pub path: String,
    /// copy it to this computer; otherwise it is used where it lies
    pub copy: bool,
}

/// How the work on a model file stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum ModelStep {
    /// header and tokenizer are looked over
    Inspecting,
    /// every byte is read, and copied where a copy is made
    Reading {
        /// bytes so far
        done: u64,
        /// of so many
        of: u64,
    },
    /// a short run
    Trying,
    /// it was taken in, or is as it was
    Done {
        /// id
        id: String,
        /// how fast it was; `None` for what does not write
        speed: Option<ModelSpeed>,
    },
    /// it was refused
    Failed {
        /// why
        failure: Failure,
    },
}
