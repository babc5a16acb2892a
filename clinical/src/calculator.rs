//! Calculators as packs write them: what is asked, the formula or the points, what the result means. Parsed by `knowledge`,
//! worked out by `reasoning`.

use crate::{CalculatorId, Evidence, Names, Text};
use serde::{Deserialize, Serialize};

/// A formula or a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calculator {
    /// id
    pub id: CalculatorId,
    /// where it stands in the list: `kidney`, `heart` ...
    pub group: String,
    /// names
    pub names: Names,
    /// what it tells, in a sentence
    pub about: Text,
    /// where it does not hold
    pub not_for: Text,
    /// where the formula or the points come from
    pub evidence: Evidence,
    /// whom it is for; nobody else gets a result
    pub who: Option<Expression>,
    /// what is asked, in order
    pub inputs: Vec<CalculatorInput>,
    /// named values on the way
    pub steps: Vec<CalculatorStep>,
    /// points of a score
    pub items: Vec<ScoreItem>,
    /// the result; `score` in it is the sum of the points
    pub result: Expression,
    /// UCUM unit of the result; `date` for a day
    pub unit: String,
    /// places after the point
    pub decimals: u8,
    /// what the result means; the first that fits
    pub bands: Vec<ResultBand>,
    /// pack it came from
    pub pack: String,
}

/// Something that is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculatorInput {
    /// id, unique in its calculator
    pub id: String,
    /// what kind of answer
    pub kind: InputKind,
    /// the question; empty where the id has a name of its own
    pub ask: Text,
    /// what other programs call it
    pub entities: Vec<String>,
    /// the formula can do without it
    pub optional: bool,
    /// what counts when nothing is told; it is shown as assumed
    pub unless_told: Option<Told>,
}

/// What kind of answer an input takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// age in years
    Years,
    /// `male` or `female`
    Sex,
    /// a number with a unit
    Quantity {
        /// UCUM unit the formula wants
        unit: String,
        /// least that is possible in a living person, in that unit
        low: f64,
        /// most
        high: f64,
        /// g/mol, where an amount of substance may be told instead of a mass
        molar: Option<f64>,
    },
    /// yes or no
    Yes,
    /// one of several
    Choice {
        /// the answers
        options: Vec<ChoiceOption>,
    },
    /// a day
    Date,
    /// a plain number
    Count {
        /// least
        low: f64,
        /// most
        high: f64,
    },
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// id, unique in its calculator
    pub id: String,
    /// in words
    pub say: Text,
    /// what other programs call it
    pub entities: Vec<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// a number
    Number {
        /// as told
        value: f64,
        /// in this unit; `None`: in the one that is asked for
        #[serde(default)]
        unit: Option<String>,
    },
    /// yes or no
    Yes(bool),
    /// the id of an option, `male` or `female`, or a day as `2026-11-27`
    Word(String),
}

/// A named value on the way to the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculatorStep {
    /// id that later expressions use
    pub id: String,
    /// what it is
    pub say: Text,
    /// how it is worked out
    pub value: Expression,
    /// as it is written in the pack
    pub written: String,
    /// UCUM unit
    pub unit: String,
}

/// Points for something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreItem {
    /// what gives them
    pub say: Text,
    /// when
    pub when: Expression,
    /// how many
    pub points: f64,
}

/// What a result means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultBand {
    /// for these results
    pub when: Expression,
    /// in words
    pub say: Text,
}

/// A formula.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    /// a number
    Number(f64),
    /// an input, an earlier step, an option, `score`, `result`
    Name(String),
    /// two values and what is done with them
    Both(Operator, Box<Expression>, Box<Expression>),
    /// `-x`
    Negative(Box<Expression>),
    /// `not x`
    Not(Box<Expression>),
    /// `if(a, b, c)`
    If(Box<[Expression; 3]>),
    /// a function of values
    Of(Function, Vec<Expression>),
}

/// What is done with two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "they are named as they are read")]
pub enum Operator {
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Below,
    AtMost,
    Above,
    AtLeast,
    Is,
    IsNot,
    And,
    Or,
}

/// A function by its usual name; rounding is half away from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "they are named as they are read")]
pub enum Function {
    Min,
    Max,
    Abs,
    Ln,
    Log10,
    Exp,
    Sqrt,
    Round,
    Floor,
    Trunc,
    Clamp,
    /// whether an optional input was told
    Known,
}
