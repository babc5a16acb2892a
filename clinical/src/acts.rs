//! What medicines do in the body, so that what they do to each other follows: the paths that clear them, and the burdens that
//! add up over a whole list.

use crate::{
    BurdenId, Entity, Evidence, FindingId, MedicineClass, MedicineId, Names, Text, TraditionalId, WarningLevel,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A path that clears or carries medicines, by its usual name in lower case: `cyp3a4`, `pgp`, `mao`.
pub type Path = String;

/// The paths a pack may name, with how they are written.
pub const PATHS: &[(&str, &str)] = &[
    ("cyp1a2", "CYP1A2"),
    ("cyp2b6", "CYP2B6"),
    ("cyp2c8", "CYP2C8"),
    ("cyp2c9", "CYP2C9"),
    ("cyp2c19", "CYP2C19"),
    ("cyp2d6", "CYP2D6"),
    ("cyp2e1", "CYP2E1"),
    ("cyp3a4", "CYP3A4"),
    ("pgp", "P-gp"),
    ("bcrp", "BCRP"),
    ("oatp1b1", "OATP1B1"),
    ("oct2", "OCT2"),
    ("mate", "MATE"),
    ("oat", "OAT"),
    ("ugt", "UGT"),
    ("mao", "MAO"),
    ("xanthine_oxidase", "xanthine oxidase"),
    ("comt", "COMT"),
    ("dpd", "DPD"),
];

/// How much: `weak` or `minor`, `moderate`, `strong` or `sensitive`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Degree {
    /// a weak inhibitor or inducer; a path of little weight for what it clears
    Weak,
    /// in between
    Moderate,
    /// a strong inhibitor or inducer; what is cleared by this path above all, or has a narrow margin
    Strong,
}

/// What one medicine or class does, as one source says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Acts {
    /// paths that clear it
    pub substrate: BTreeMap<Path, Degree>,
    /// paths it slows
    pub inhibits: BTreeMap<Path, Degree>,
    /// paths it speeds up
    pub induces: BTreeMap<Path, Degree>,
    /// what it adds to, with a weight of 1 to 3
    pub burden: BTreeMap<BurdenId, u8>,
}

/// What a medicine or class does, with where it is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActFact {
    /// whose
    pub of: Entity,
    /// what
    pub acts: Acts,
    /// origin
    pub evidence: Evidence,
}

/// From where on a burden is spoken of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BurdenBand {
    /// at least so many medicines of at least such a weight
    pub count: Option<(u8, u8)>,
    /// or the weights add up to at least this
    pub total: Option<u32>,
    /// or one medicine of at least such a weight, in a patient who has what makes it worse
    #[serde(default)]
    pub alone: Option<u8>,
    /// how strongly
    pub level: WarningLevel,
    /// what it means
    pub say: Text,
    /// what to do
    pub act: Text,
}

/// Something that adds up over a list of medicines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Burden {
    /// id
    pub id: BurdenId,
    /// names
    pub names: Names,
    /// what it means for the patient
    pub about: Text,
    /// findings that make it worse
    pub more_if: Vec<FindingId>,
    /// gravest first; the first that fits counts
    pub bands: Vec<BurdenBand>,
    /// origin of the bands
    pub evidence: Evidence,
}

/// One side of a rule for pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairSide {
    /// this medicine
    Medicine(MedicineId),
    /// this class
    Class(MedicineClass),
    /// this drug of a tradition
    Remedy(TraditionalId),
    /// cleared by a path, at least so much
    Substrate(Path, Degree),
    /// slows a path, at least so much
    Inhibits(Path, Degree),
    /// speeds a path up, at least so much
    Induces(Path, Degree),
    /// adds to a burden, at least so much
    Bears(BurdenId, u8),
}

/// What happens where a medicine of one side meets one of the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairRule {
    /// any of these
    pub a: Vec<PairSide>,
    /// with any of these
    pub b: Vec<PairSide>,
    /// medicines for which it does not hold
    pub except: Vec<MedicineId>,
    /// how strongly
    pub level: WarningLevel,
    /// mechanism
    pub because: Text,
    /// what to do
    pub act: Text,
    /// origin
    pub evidence: Evidence,
}

/// What medicines do in the body, and what follows for two or many of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mechanisms {
    /// by medicine or class
    pub facts: BTreeMap<Entity, Vec<ActFact>>,
    /// burdens in the order of the packs
    pub burdens: Vec<Burden>,
    /// rules for pairs
    pub pairs: Vec<PairRule>,
}
