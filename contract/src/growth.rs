//! Growth of a child: what was measured, what comes out, the lines of the chart.

use crate::CitationView;
use hakim_clinical::{AcuteMalnutrition, GrowthIndicator, GrowthMeasures, GrowthTone, PatientId, Sex, Text, VisitId};
use serde::{Deserialize, Serialize};

/// A child as measured today.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GrowthRequest {
    /// sex
    #[serde(default)]
    pub sex: Option<Sex>,
    /// age, days; left out, it is worked out from the patient's birthday
    #[serde(default)]
    pub age_days: Option<u32>,
    /// kg
    #[serde(default)]
    pub weight: Option<f64>,
    /// length or height, cm
    #[serde(default)]
    pub height: Option<f64>,
    /// mid-upper-arm circumference, mm
    #[serde(default)]
    pub arm: Option<f64>,
    /// what else was measured
    #[serde(default)]
    pub more: GrowthMeasures,
    /// the patient of the log, for birthday and earlier visits
    #[serde(default)]
    pub patient: Option<PatientId>,
    /// the visit these values belong to; it is not counted among the earlier ones
    #[serde(default)]
    pub visit: Option<VisitId>,
}

/// What a value means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthMeaning {
    /// in words
    pub say: Text,
    /// how it is shown
    pub tone: GrowthTone,
    /// where the cut-off comes from
    pub citation: CitationView,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthRow {
    /// which
    pub indicator: GrowthIndicator,
    /// value in the indicator's unit
    pub value: f64,
    /// the median there
    pub median: f64,
    /// z-score, two places
    pub z: f64,
    /// share of healthy children below, 0..=100
    pub percentile: f64,
    /// so far out that the measurement has to be looked at again
    pub check: bool,
    /// what it means
    pub means: Option<GrowthMeaning>,
}

/// An indicator without a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrowthGap {
    /// which
    pub indicator: GrowthIndicator,
    /// message key behind `growth-none-`: `measure`, `age`, `table`, `oedema`, `file`
    pub why: String,
}

/// Why nothing is worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthRefusal {
    /// message key behind `growth-`: `needs-sex`, `needs-age`, `too-old`, `impossible`
    pub why: String,
    /// for `impossible`: which measurement, message key behind `growth-field-`
    pub field: String,
    /// for `impossible`: least that is possible
    pub low: f64,
    /// most
    pub high: f64,
}

/// Acute malnutrition with what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AcuteView {
    /// which
    pub acute: AcuteMalnutrition,
    /// what it is
    pub say: Text,
    /// what to do
    pub act: Text,
    /// where it comes from
    pub citation: CitationView,
}

/// A measurement of the child in the chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// age in months, or length or height in cm
    pub at: f64,
    /// value
    pub value: f64,
    /// z-score
    pub z: f64,
    /// day, `2026-11-27`; `None`: today's
    pub on: Option<String>,
}

/// A line of the reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthLine {
    /// -3 to 3
    pub z: i8,
    /// age in months (or cm) and value
    pub points: Vec<(f64, f64)>,
}

/// A chart: seven lines and the child's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthChart {
    /// which
    pub indicator: GrowthIndicator,
    /// -3 to 3, in order
    pub lines: Vec<GrowthLine>,
    /// the child, oldest first
    pub points: Vec<GrowthPoint>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GrowthReply {
    /// files of the reference that are not on this computer
    pub missing: Vec<String>,
    /// nothing could be worked out
    pub refused: Option<GrowthRefusal>,
    /// the age used, days
    pub age_days: Option<u32>,
    /// the birthday was estimated from an age
    pub approximate: bool,
    /// kg/m2
    pub bmi: Option<f64>,
    /// length or height as used, cm, and what was added to the measured value
    pub height: Option<(f64, f64)>,
    /// indicators
    pub rows: Vec<GrowthRow>,
    /// indicators without a value
    pub gaps: Vec<GrowthGap>,
    /// what arm circumference and oedema mean
    pub signs: Vec<GrowthMeaning>,
    /// acute malnutrition
    pub acute: Option<AcuteView>,
    /// charts, one for each indicator with a value
    pub charts: Vec<GrowthChart>,
}
