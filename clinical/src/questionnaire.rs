//! A questionnaire of temperament: questions on two axes, and what published ones of its kind are worth.

use crate::{Evidence, Names, Text, TraditionalId};
use serde::{Deserialize, Serialize};

/// One of the two axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// hot (+) to cold (-)
    Heat,
    /// moist (+) to dry (-)
    Moisture,
}

/// One side of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// hot
    Hot,
    /// cold
    Cold,
    /// dry
    Dry,
    /// moist
    Moist,
    /// neither
    Balanced,
}

/// One answer that may be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// in words
    pub text: Text,
    /// -1, 0 or 1 along the axis
    pub score: i8,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// id, unique in its questionnaire
    pub id: String,
    /// which axis it speaks of
    pub axis: Axis,
    /// the question
    pub ask: Text,
    /// answers to choose from
    pub answers: Vec<Answer>,
}

/// How well a published questionnaire recognised one side, beside the judgement of experts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedAccuracy {
    /// the side
    pub side: Side,
    /// 0..=1
    pub sensitivity: f64,
    /// 0..=1
    pub specificity: f64,
    /// origin
    pub evidence: Evidence,
}

/// A questionnaire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// id
    pub id: TraditionalId,
    /// names
    pub names: Names,
    /// what it is and is not
    pub about: Text,
    /// questions in order
    pub questions: Vec<Question>,
    /// figures of published questionnaires of its kind
    pub published: Vec<PublishedAccuracy>,
    /// origin
    pub evidence: Evidence,
    /// pack it came from
    pub pack: String,
}
