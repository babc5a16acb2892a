//! Calculators: the list, what one asks, and what comes out.

use crate::{CitationView, Intake};
use hakim_clinical::{CalculatorId, InputKind, Text, Told};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A calculator in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalculatorHead {
    /// id
    pub id: CalculatorId,
    /// where it stands: `kidney`, `heart` ...
    pub group: String,
    /// name
    pub name: Text,
    /// what it tells
    pub about: Text,
    /// every name in every language, to be searched
    pub also: Vec<String>,
}

/// All calculators of the packs, by group and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalculatorList {
    /// the calculators
    pub calculators: Vec<CalculatorHead>,
}

/// Asks for a calculator, filled in from a visit where one is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculatorRequest {
    /// which
    pub id: CalculatorId,
    /// the open visit
    #[serde(default)]
    pub intake: Option<Intake>,
    /// a note to read the answers from, beside the story of the visit
    #[serde(default)]
    pub note: Option<String>,
}

/// Something a calculator asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculatorAsks {
    /// id
    pub id: String,
    /// what kind of answer
    pub kind: InputKind,
    /// the question
    pub ask: Text,
    /// it may be left open
    pub optional: bool,
    /// what counts when it is left open
    pub usual: Option<Told>,
}

/// A calculator as a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculatorView {
    /// name and what it tells
    pub head: CalculatorHead,
    /// where it does not hold; may be empty
    pub not_for: Text,
    /// what is asked
    pub asks: Vec<CalculatorAsks>,
    /// what the visit already tells, by input
    pub filled: BTreeMap<String, Told>,
    /// where the story or a note said it, by input
    pub quotes: BTreeMap<String, String>,
    /// what else the note gives for the same, by input
    pub also: BTreeMap<String, Vec<String>>,
    /// a note was read and it is not about what the calculator is for
    pub off_subject: bool,
    /// where it comes from
    pub citation: CitationView,
}

/// Asks for a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculateRequest {
    /// which calculator
    pub id: CalculatorId,
    /// answers by input; what is left out was not told
    pub told: BTreeMap<String, Told>,
}

/// A value on the way to a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalculatedStep {
    /// what it is
    pub say: Text,
    /// how it is worked out, as the pack writes it
    pub written: String,
    /// value with its unit
    pub value: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Calculation {
    /// a result
    Worked {
        /// value, rounded as the calculator says; a day as `2026-11-27`
        value: String,
        /// UCUM; empty for a score or a day
        unit: String,
        /// the value before rounding; a day as its number from 1970-01-01
        exact: f64,
        /// what it means
        means: Option<Text>,
        /// values on the way
        steps: Vec<CalculatedStep>,
        /// what gave points, and how many
        points: Vec<(Text, f64)>,
        /// questions that were left open and taken as usual
        assumed: Vec<Text>,
    },
    /// no result
    Refused {
        /// message key: `missing`, `impossible`, `no-answer`, `not-for-them`, `undefined`
        why: String,
        /// the questions it is about
        asks: Vec<Text>,
        /// for `impossible`: least and most that is possible, with the unit
        possible: Option<(String, String, String)>,
    },
}
