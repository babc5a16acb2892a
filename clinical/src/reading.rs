//! How notes say what calculators ask: the words of values, of yes and no, of the answers of a choice. Parsed by `knowledge`,
//! used by `reasoning`.

use crate::{CalculatorId, Expression, MedicineClass, MedicineId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Folded words in a row.
pub type Phrase = Vec<String>;

/// How notes say the answer to an input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// input ids, or `calculator/input` where a calculator means something of its own; ids in formulas (`_` for `-`). None: the
    /// words are known only so that they are not taken for something else (`urine creatinine`).
    pub inputs: Vec<String>,
    /// the words
    pub words: ReadingWords,
}

/// The words by what kind of answer they give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingWords {
    /// a measured value
    Number(NumberWords),
    /// how often a day a medicine of this name is taken
    TimesADay(Vec<Phrase>),
    /// a day
    Day(Vec<Phrase>),
    /// yes or no
    Yes(YesWords),
    /// one of several
    Choice {
        /// options in the order of the pack with what notes say for each
        options: Vec<(String, Vec<Phrase>)>,
        /// the option that silence means; `None`: it must be said
        silent: Option<String>,
        /// the one that is named first counts, not the one with the longest words
        first: bool,
    },
}

/// How a note names a value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NumberWords {
    /// names
    pub say: Vec<Phrase>,
    /// names that are followed by two values, as `blood pressure 120/80`
    pub pair: Vec<Phrase>,
    /// which of the two, 0 or 1
    pub part: u8,
    /// UCUM units in which a value alone, without a name, is this
    pub alone: Vec<String>,
    /// what a count may be counted in, as UCUM: `d` for the days of a cycle
    pub units: Vec<String>,
    /// words that are a value, as `room air` is 21
    pub means: Vec<(Phrase, f64)>,
    /// the value is the dose of a medicine: `60 mg of morphine`
    pub dose: bool,
    /// the input whose chosen option names it: the dose of the steroid that was chosen
    pub named_by: Option<String>,
    /// a value in a sentence with one of these is another: `after oral glucose` for what is wanted fasting
    pub not_with: Vec<Phrase>,
}

/// How a note says yes or no.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct YesWords {
    /// said: yes; denied: no
    pub yes: Vec<Phrase>,
    /// said: no
    pub no: Vec<Phrase>,
    /// what says no goes before what says yes
    pub no_first: bool,
    /// what is said first counts
    pub first: bool,
    /// said of at most `within_days` ago: yes
    pub recent: Vec<Phrase>,
    /// days
    pub within_days: Option<f64>,
    /// denied: yes; said: no
    pub denied: Vec<Phrase>,
    /// yes when one of these is named
    pub medicines: Vec<MedicineId>,
    /// yes when a medicine of these is named
    pub classes: Vec<MedicineClass>,
    /// yes when the values of the note say so
    pub or_when: Option<Expression>,
    /// longer words that hold those of `yes` and are something else
    pub except: Vec<Phrase>,
    /// what is said of the family counts
    pub family: bool,
    /// what is only suspected counts
    pub suspected: bool,
    /// what it means when nothing is said
    pub silent: Silence,
}

/// What it means when a note says nothing of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Silence {
    /// it is not there
    #[default]
    No,
    /// it is
    Yes,
    /// it must be asked
    Asks,
}

/// What a note must be about for a calculator to mean anything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// one of these is named; none: anything
    pub needs: Vec<Phrase>,
    /// none of these is there
    pub refuses: Vec<Phrase>,
    /// a result would mislead: it is refused
    pub strict: bool,
    /// values of different days mean nothing together: urine of today with the blood of admission
    #[serde(default)]
    pub one_time: bool,
}

/// What all notes say, and what a note must be about for a calculator to mean anything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Readings {
    /// by the order of the packs
    pub list: Vec<Reading>,
    /// what notes must be about
    pub subjects: BTreeMap<CalculatorId, Subject>,
}
