//! Status of the program, settings, model.

use hakim_clinical::{Formulary, Lang, Place, Traditions};
use serde::{Deserialize, Serialize};

/// Colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// as the system says
    #[default]
    System,
    /// light
    Light,
    /// dark
    Dark,
}

/// What the user set. Holds no patient data, so it is kept outside the encrypted log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// language of the window
    pub language: Lang,
    /// place and season of the clinic
    #[serde(default)]
    pub place: Place,
    /// colour scheme
    #[serde(default)]
    pub theme: Theme,
    /// show the traditional layer
    #[serde(default = "yes")]
    pub traditional: bool,
    /// which traditions of it
    #[serde(default)]
    pub traditions: Traditions,
    /// what the clinic does not hold
    #[serde(default)]
    pub formulary: Formulary,
    /// what stands at the head of a prescription: name and place of the clinic; empty: left to be filled in
    #[serde(default)]
    pub clinic: String,
}

fn yes() -> bool {
    true
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Lang::En,
            place: Place::default(),
            theme: Theme::System,
            traditional: true,
            traditions: Traditions::default(),
            formulary: Formulary::default(),
            clinic: String::new(),
        }
    }
}

/// A loaded pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackView {
    /// id
    pub id: String,
    /// title
    pub title: String,
    /// version
    pub version: String,
    /// conditions in it, traditional ones included
    pub conditions: usize,
    /// passages in it
    pub passages: usize,
    /// public key of who signed it; `None` for what comes with the program
    #[serde(default)]
    pub signer: Option<String>,
}

/// A pack file to put into use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackUpload {
    /// the signed pack, base64
    pub base64: String,
    /// the user said yes to this unknown signer: public key as told by `pack-unknown-signer`
    #[serde(default)]
    pub trust: Option<String>,
}

/// A pack by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// id
    pub id: String,
}

/// What will be in use from the next start on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackChange {
    /// id
    pub id: String,
    /// version; `None`: what comes with the program
    pub version: Option<String>,
    /// what its authors say has changed
    pub changes: String,
}

/// The language model as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ModelState {
    /// no model file: templates write instead
    Absent,
    /// a file is there and not loaded yet
    Ready {
        /// name from the catalogue
        name: String,
    },
    /// loading
    Loading {
        /// name from the catalogue
        name: String,
    },
    /// in memory
    Loaded {
        /// name from the catalogue
        name: String,
    },
    /// refused
    Failed {
        /// message key
        key: String,
        /// technical detail
        detail: String,
    },
}

/// A data file fetched at set-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetView {
    /// name
    pub name: String,
    /// it is there
    pub present: bool,
}

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppStatus {
    /// version of the program
    pub version: String,
    /// settings
    pub settings: Settings,
    /// a log exists on this machine
    pub log_exists: bool,
    /// it is unlocked
    pub unlocked: bool,
    /// packs in use
    pub packs: Vec<PackView>,
    /// what is wrong with packs that were refused: file, line, id
    pub pack_problems: Vec<String>,
    /// the language model
    pub model: ModelState,
    /// data files
    pub assets: Vec<AssetView>,
    /// counts of facts whose passage was really read, and of all facts
    pub facts_seen: usize,
    /// all facts
    pub facts: usize,
    /// facts that are estimates of the authors
    #[serde(default)]
    pub facts_estimated: usize,
}
