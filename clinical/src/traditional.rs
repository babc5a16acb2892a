//! The traditional layer: temperament, humours, conditions, single drugs, formulations. Parallel to medicine, never above danger.

use crate::{Caution, ConditionId, Evidence, FindingId, Interaction, Names, Passage, Rule, Text, TraditionalId};
use serde::{Deserialize, Serialize};

/// The four humours (akhlat).
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
}

impl Humour {
    /// The word in ids and files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Dam => "dam",
            Self::Balgham => "balgham",
            Self::Safra => "safra",
            Self::Sauda => "sauda",
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
    /// term in Arabic script
    pub arabic: String,
    /// transliteration
    pub translit: String,
    /// NUMC code
    pub numc: Option<String>,
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
    /// term in Arabic script
    pub arabic: String,
    /// transliteration
    pub translit: String,
    /// NUMC code
    pub numc: Option<String>,
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
    /// term in Arabic script
    pub arabic: String,
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
