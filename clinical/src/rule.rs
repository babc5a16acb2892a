//! Rules as packs write them: `any(a, b) and age.years < 5 and not pregnant`. Parsed by `knowledge`, judged by `reasoning`.

use crate::{FindingId, MedicineClass, MedicineId, Region, Season, Sex, Vital};
use serde::{Deserialize, Serialize};

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compare {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Compare {
    /// Whether `left OP right` holds.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Below => left < right,
            Self::AtMost => left <= right,
            Self::Above => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// A quantity a rule may look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Quantity {
    /// `age.days`
    AgeDays,
    /// `age.months`
    AgeMonths,
    /// `age.years`
    AgeYears,
    /// `pregnancy.weeks`
    PregnancyWeeks,
    /// `vital.spo2`
    Vital(Vital),
    /// `days.fever`: how long a present finding has lasted
    Days(FindingId),
}

/// A condition on the patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// always true
    Always,
    /// all of these
    All(Vec<Rule>),
    /// any of these
    Any(Vec<Rule>),
    /// at least so many of these
    AtLeast(usize, Vec<Rule>),
    /// not this (unknown is not "not")
    Not(Box<Rule>),
    /// the finding is present
    Finding(FindingId),
    /// the finding is present and severe: `severe.headache`
    Severe(FindingId),
    /// a comparison; false when the quantity is not known
    Compare(Quantity, Compare, f64),
    /// `sex.female`
    Sex(Sex),
    /// `pregnant`
    Pregnant,
    /// `maybe_pregnant`: pregnant, or a woman of 12 to 50 years in whom it is not known
    MaybePregnant,
    /// `lactating`
    Lactating,
    /// `region.south_asia`
    Region(Region),
    /// `season.rainy`
    Season(Season),
    /// `takes.metformin`
    Takes(MedicineId),
    /// `takes_class.nsaid`
    TakesClass(MedicineClass),
}
