//! Growth of children: what is measured, the reference tables of the World Health Organization, and what a result means.

use crate::{Evidence, Sex, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a measurement of a child is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrowthIndicator {
    /// kg at an age
    WeightForAge,
    /// cm at an age: lying below two years, standing from then on
    HeightForAge,
    /// kg at a length or height
    WeightForHeight,
    /// kg/m2 at an age
    BmiForAge,
    /// head circumference at an age, cm
    HeadForAge,
    /// mid-upper-arm circumference at an age, cm
    ArmForAge,
    /// skinfold over the triceps at an age, mm
    TricepsForAge,
    /// skinfold below the shoulder blade at an age, mm
    SubscapularForAge,
}

impl GrowthIndicator {
    /// Every indicator, in the order shown.
    pub const ALL: [Self; 8] = [
        Self::WeightForHeight,
        Self::WeightForAge,
        Self::HeightForAge,
        Self::BmiForAge,
        Self::HeadForAge,
        Self::ArmForAge,
        Self::TricepsForAge,
        Self::SubscapularForAge,
    ];
    /// Name used in packs and translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::WeightForAge => "weight-for-age",
            Self::HeightForAge => "height-for-age",
            Self::WeightForHeight => "weight-for-height",
            Self::BmiForAge => "bmi-for-age",
            Self::HeadForAge => "head-for-age",
            Self::ArmForAge => "arm-for-age",
            Self::TricepsForAge => "triceps-for-age",
            Self::SubscapularForAge => "subscapular-for-age",
        }
    }
    /// Unit of the measured value.
    pub fn unit(self) -> &'static str {
        match self {
            Self::WeightForAge | Self::WeightForHeight => "kg",
            Self::BmiForAge => "kg/m²",
            Self::HeightForAge | Self::HeadForAge | Self::ArmForAge => "cm",
            Self::TricepsForAge | Self::SubscapularForAge => "mm",
        }
    }
}

/// A table of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GrowthTable {
    /// WHO 2006, by day of age: birth to 1856 days
    ByDay(GrowthIndicator),
    /// WHO 2006, weight by length lying, 45 to 110 cm
    WeightForLength,
    /// WHO 2006, weight by height standing, 65 to 120 cm
    WeightForHeight,
    /// WHO 2007, by month of age: 61 to 228 months, weight to 120
    ByMonth(GrowthIndicator),
}

/// Box-Cox power, median and coefficient of variation of a measurement at one age or length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lms {
    /// power
    pub l: f64,
    /// median, in the unit of the measurement
    pub m: f64,
    /// coefficient of variation
    pub s: f64,
}

/// Rows at even steps of age or length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LmsRows {
    /// age (days or months) or length (cm) of the first row
    pub first: f64,
    /// from row to row
    pub step: f64,
    /// the rows
    pub rows: Vec<Lms>,
}

/// The tables that are on this computer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GrowthTables {
    /// girls
    pub girls: BTreeMap<GrowthTable, LmsRows>,
    /// boys
    pub boys: BTreeMap<GrowthTable, LmsRows>,
}

impl GrowthTables {
    /// A table, if it is there.
    pub fn get(&self, table: GrowthTable, sex: Sex) -> Option<&LmsRows> {
        match sex {
            Sex::Female => self.girls.get(&table),
            Sex::Male => self.boys.get(&table),
        }
    }
}

/// What is measured of a child beside the vital signs of a visit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GrowthMeasures {
    /// lying or standing; `None`: as is usual at the age
    pub lying: Option<bool>,
    /// head circumference, cm
    pub head: Option<f64>,
    /// skinfold over the triceps, mm
    pub triceps: Option<f64>,
    /// skinfold below the shoulder blade, mm
    pub subscapular: Option<f64>,
    /// pits of both feet when pressed
    pub oedema: bool,
}

/// What a band of the cut-offs looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrowthSign {
    /// the z-score of an indicator
    Z(GrowthIndicator),
    /// mid-upper-arm circumference, mm
    Arm,
    /// oedema of both feet
    Oedema,
}

/// How a band is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrowthTone {
    /// nothing to do
    Ok,
    /// worth knowing
    Note,
    /// something to act on
    Warning,
    /// something grave
    Danger,
}

/// Acute malnutrition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcuteMalnutrition {
    /// moderate
    Moderate,
    /// severe
    Severe,
}

/// A cut-off with its meaning. Of the bands of one sign the first that fits counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthBand {
    /// what it looks at
    pub sign: GrowthSign,
    /// from this age on, completed months
    pub from_months: u32,
    /// below this age
    pub below_months: u32,
    /// fits below this value
    pub below: Option<f64>,
    /// fits above this value
    pub above: Option<f64>,
    /// what it means
    pub say: Text,
    /// how it is shown
    pub tone: GrowthTone,
    /// counts as acute malnutrition
    pub acute: Option<AcuteMalnutrition>,
    /// where it comes from
    pub evidence: Evidence,
}

/// What to do in acute malnutrition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MalnutritionAdvice {
    /// which
    pub acute: AcuteMalnutrition,
    /// what it is
    pub say: Text,
    /// what to do
    pub act: Text,
    /// where it comes from
    pub evidence: Evidence,
}

/// Beyond these z-scores a measurement is looked at again before it is believed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthLimit {
    /// of which indicator
    pub indicator: GrowthIndicator,
    /// least
    pub low: f64,
    /// most
    pub high: f64,
    /// where it comes from
    pub evidence: Evidence,
}

/// What packs say of growth.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GrowthRules {
    /// cut-offs, in order
    pub bands: Vec<GrowthBand>,
    /// what to do
    pub advice: Vec<MalnutritionAdvice>,
    /// limits of the believable
    pub limits: Vec<GrowthLimit>,
}
