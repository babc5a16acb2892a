//! How notes say what calculators ask: the words of values, of yes and no, of the answers of a choice. Parsed by `knowledge`,
//! used by `reasoning`.

use crate::{CalculatorId, Expression, MedicineClass, MedicineId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Folded words in a row; [`GAP`] among them lets a few words stand between.
pub type Phrase = Vec<String>;

/// In a phrase: a few words of the same part of a sentence.
pub const GAP: &str = "...";

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
    Day {
        /// what stands before it
        names: Vec<Phrase>,
        /// without a name: the day that the statement of coming gives, as in `On 3 May 2021 she was admitted`
        of_coming: bool,
    },
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
        /// a value with its own limit beside it answers
        limit: Option<LimitWords>,
    },
}

/// A value that is read against the limit of the healthy that the note prints beside it: `troponin 45 ng/L (< 14)`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LimitWords {
    /// names of the value
    pub say: Vec<Phrase>,
    /// the option up to the limit
    pub within: String,
    /// above so many times the limit, or from so many on where it is more than once: the option
    pub above: Vec<(f64, String)>,
}

/// Two sides that are measured: `right calf 38 cm, left 36 cm`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SidesWords {
    /// what is measured
    pub say: Vec<Phrase>,
    /// a difference of so many cm or more is yes
    pub differ_by: f64,
    /// a value of so many cm or more is that of one side, a smaller one is the difference
    pub side_from: f64,
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
    /// names that say the unit, as `BUN` is always in mg/dL
    pub unit_of: Vec<(Phrase, String)>,
    /// what is given on a later day than the other values does not count
    pub of_coming: bool,
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
    /// what was said to be longer ago, in days, does not count
    pub old_after_days: Option<f64>,
    /// an illness that counts when it is told as one of earlier: `a DVT in 2012`
    pub past: Vec<Phrase>,
    /// an illness that counts when it is that of a blood relative
    pub kin: Vec<Phrase>,
    /// the relative's illness counts only when it came before this age
    pub kin_before_age: Option<f64>,
    /// two sides that are measured decide
    pub sides: Option<SidesWords>,
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
