//! The traditional layer: temperament, humours, conditions, single drugs, formulations. Parallel to medicine, never above danger.

use crate::{Caution, ConditionId, Evidence, FindingId, Interaction, Names, Passage, Rule, Text, TraditionalId};
use serde::{Deserialize, Serialize};

/// A tradition of medicine. The id of everything in its layer begins with its key: `unani.nazla`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tradition {
    /// Unani medicine (Greco-Arabic)
    Unani,
    /// Ayurveda
    Ayurveda,
    /// traditional Chinese medicine
    Tcm,
}

impl Tradition {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Unani, Self::Ayurveda, Self::Tcm];

    /// The first part of ids.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unani => "unani",
            Self::Ayurveda => "ayurveda",
            Self::Tcm => "tcm",
        }
    }

    /// The key in pack files under which the term stands in the tradition's own script.
    pub fn script_key(self) -> &'static str {
        match self {
            Self::Unani => "arabic",
            Self::Ayurveda => "devanagari",
            Self::Tcm => "chinese",
        }
    }

    /// Language of the term in its own script, for fonts and direction (BCP 47).
    pub fn script_language(self) -> &'static str {
        match self {
            Self::Unani => "ur",
            Self::Ayurveda => "sa",
            Self::Tcm => "zh",
        }
    }

    /// The code list of its conditions as key of pack files: NUMC and NAMC of the Ministry of Ayush, or ICD-11 chapter 26
    /// module 1.
    pub fn code_key(self) -> &'static str {
        match self {
            Self::Unani => "numc",
            Self::Ayurveda => "namc",
            Self::Tcm => "tm1",
        }
    }

    /// The code list's name before a code on the screen.
    pub fn code_list(self) -> &'static str {
        match self {
            Self::Unani => "NUMC",
            Self::Ayurveda => "NAMC",
            Self::Tcm => "ICD-11 TM1",
        }
    }
}

/// Which traditions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traditions {
    /// Unani
    pub unani: bool,
    /// Ayurveda
    pub ayurveda: bool,
    /// traditional Chinese medicine
    pub tcm: bool,
}

impl Default for Traditions {
    fn default() -> Self {
        Self { unani: true, ayurveda: true, tcm: true }
    }
}

impl Traditions {
    /// Whether this one is shown.
    pub fn shows(self, tradition: Tradition) -> bool {
        match tradition {
            Tradition::Unani => self.unani,
            Tradition::Ayurveda => self.ayurveda,
            Tradition::Tcm => self.tcm,
        }
    }

    /// Shows one or hides it.
    pub fn set(&mut self, tradition: Tradition, shown: bool) {
        match tradition {
            Tradition::Unani => self.unani = shown,
            Tradition::Ayurveda => self.ayurveda = shown,
            Tradition::Tcm => self.tcm = shown,
        }
    }
}

impl TraditionalId {
    /// The tradition that an id names, or nothing when it names none.
    pub fn tradition(&self) -> Option<Tradition> {
        let (first, _) = self.as_str().split_once('.')?;
        Tradition::ALL.into_iter().find(|t| t.key() == first)
    }
}

/// The four humours (akhlat) of Unani and the three doshas of Ayurveda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Humour {
    /// blood: hot and moist
    Dam,
    /// phlegm: cold and moist
    Balgham,
    /// yellow bile: hot and dry
    Safra,
    /// black bile: cold and dry
    Sauda,
    /// dosha of movement
    Vata,
    /// dosha of transformation
    Pitta,
    /// dosha of cohesion
    Kapha,
}

impl Humour {
    /// The word in ids and files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Dam => "dam",
            Self::Balgham => "balgham",
            Self::Safra => "safra",
            Self::Sauda => "sauda",
            Self::Vata => "vata",
            Self::Pitta => "pitta",
            Self::Kapha => "kapha",
        }
    }
}

/// Temperament on two axes, each -4..=4 degrees: positive is hot, positive is moist.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Temperament {
    /// hot (+) to cold (-), degrees
    pub heat: f64,
    /// moist (+) to dry (-), degrees
    pub moisture: f64,
}

/// What kind of word a term of the layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// one of the four humours
    Humour,
    /// a balanced or natural temperament
    Temperament,
    /// a temperament or humour out of balance
    Imbalance,
    /// a quality of the pulse
    Pulse,
    /// a quality or concept of the body
    Quality,
}

/// A word of temperament and humour, with its codes. Its explanation is also a passage of the same id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraditionalTerm {
    /// id; the term of a humour ends with the humour's key: `unani.term.balgham`
    pub id: TraditionalId,
    /// kind
    pub kind: TermKind,
    /// names
    pub names: Names,
    /// term in the tradition's own script
    pub original: String,
    /// transliteration
    pub translit: String,
    /// code in the tradition's own list, see [`Tradition::code_list`]
    pub code: Option<String>,
    /// ICD-11 TM2 code
    pub tm2: Option<String>,
    /// its place on the two axes
    pub temperament: Option<Temperament>,
    /// origin
    pub evidence: Evidence,
    /// pack it came from
    pub pack: String,
}

/// How a traditional condition reads in biomedical terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crosswalk {
    /// biomedical condition
    pub condition: ConditionId,
    /// `close`, `overlaps`, `broader`, `narrower`
    pub how: String,
}

/// A line of traditional care.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraditionalLine {
    /// what is used, if it is a drug or formulation of the pack
    pub remedy: Option<TraditionalId>,
    /// the line in words with amount and duration
    pub text: Text,
    /// origin and grade
    pub evidence: Evidence,
}

/// A traditional condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraditionalCondition {
    /// id
    pub id: TraditionalId,
    /// names
    pub names: Names,
    /// term in the tradition's own script
    pub original: String,
    /// transliteration
    pub translit: String,
    /// code in the tradition's own list, see [`Tradition::code_list`]
    pub code: Option<String>,
    /// ICD-11 TM2 code
    pub tm2: Option<String>,
    /// biomedical reading
    pub reads_as: Vec<Crosswalk>,
    /// the humour held to be at work
    pub humour: Option<Humour>,
    /// temperament of the disorder
    pub temperament: Option<Temperament>,
    /// findings of the vocabulary that point to it
    pub findings: Vec<FindingId>,
    /// origin of the description
    pub evidence: Evidence,
    /// principles of treatment
    pub principles: Vec<TraditionalLine>,
    /// regimen (ilaj bil tadbeer)
    pub regimen: Vec<TraditionalLine>,
    /// food to prefer and to avoid
    pub diet: Vec<TraditionalLine>,
    /// medicines
    pub remedies: Vec<TraditionalLine>,
    /// when to send the patient on
    pub refer_if: Rule,
    /// the same in words
    pub refer_text: Text,
    /// passages
    pub passages: Vec<Passage>,
    /// pack it came from
    pub pack: String,
}

/// A single drug or formulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// id
    pub id: TraditionalId,
    /// single drug, or formulation with its ingredients
    pub ingredients: Vec<TraditionalId>,
    /// whether it is a compound formulation
    pub formulation: bool,
    /// names; `lay` holds market names
    pub names: Names,
    /// botanical, zoological or mineral name
    pub scientific: Option<String>,
    /// term in the tradition's own script
    pub original: String,
    /// transliteration
    pub translit: String,
    /// temperament with degree
    pub temperament: Option<Temperament>,
    /// traditional uses
    pub uses: Text,
    /// traditional adult dose in words; empty when not seen
    pub dose: Text,
    /// origin
    pub evidence: Evidence,
    /// cautions
    pub cautions: Vec<Caution>,
    /// interactions
    pub interactions: Vec<Interaction>,
    /// pack it came from
    pub pack: String,
}
