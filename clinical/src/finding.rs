//! Findings: what can be said of a patient, as vocabulary and as observed.

use crate::{Evidence, FindingId, Names, Sex, Share};
use serde::{Deserialize, Serialize};

/// What kind of thing a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// what the patient feels or tells
    Symptom,
    /// what the examiner sees, hears or feels
    Sign,
    /// past illness or family
    History,
    /// contact, travel, habit, place
    Exposure,
    /// a measured vital sign
    Vital,
    /// a laboratory result
    Lab,
    /// a picture result
    Imaging,
}

/// Limits on a vital sign that turn a value into a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasuredBy {
    /// which vital sign
    pub vital: Vital,
    /// inclusive lower limit, in the unit of the vital
    #[serde(default)]
    pub at_least: Option<f64>,
    /// exclusive upper limit, in the unit of the vital
    #[serde(default)]
    pub below: Option<f64>,
    /// only from this age on, in years
    #[serde(default)]
    pub from_years: Option<f64>,
    /// only below this age, in years
    #[serde(default)]
    pub to_years: Option<f64>,
}

/// A finding of the vocabulary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// stable id
    pub id: FindingId,
    /// kind
    pub kind: FindingKind,
    /// a more general finding that is present whenever this one is
    pub parent: Option<FindingId>,
    /// findings of one group tell much the same and are not counted twice
    pub group: Option<String>,
    /// names and questions per language
    pub names: Names,
    /// Human Phenotype Ontology id
    pub hpo: Option<String>,
    /// Symptom Ontology id
    pub symp: Option<String>,
    /// LOINC codes of the observations or tests that tell it
    pub loinc: Vec<String>,
    /// how often people who come to a clinic have it, whatever they have
    pub background: Share,
    /// origin of the background rate
    pub evidence: Evidence,
    /// values that make it present
    pub measured_by: Vec<MeasuredBy>,
    /// it is its parent lasting at least this long, in days
    pub lasts_days: Option<f64>,
    /// a danger sign in its own right: marked on its chip
    pub alarming: bool,
    /// only this sex can have it; the other is not asked and no story of the other is read so
    pub only_sex: Option<Sex>,
}

impl Finding {
    /// Whether a patient of this sex can have it; what is not known excludes nothing.
    pub fn fits(&self, sex: Option<Sex>) -> bool {
        self.only_sex.is_none_or(|only| sex.is_none_or(|s| s == only))
    }
}

/// A vital sign and its unit (UCUM in brackets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vital {
    /// body temperature [Cel]
    Temperature,
    /// heart rate [/min]
    Pulse,
    /// respiratory rate [/min]
    Breathing,
    /// systolic blood pressure [mm[Hg]]
    Systolic,
    /// diastolic blood pressure [mm[Hg]]
    Diastolic,
    /// oxygen saturation [%]
    Spo2,
    /// body weight [kg]
    Weight,
    /// height [cm]
    Height,
    /// blood glucose [mmol/L]
    Glucose,
    /// mid-upper-arm circumference [mm]
    Muac,
    /// haemoglobin [g/dL]
    Haemoglobin,
    /// creatinine in serum [umol/L]
    Creatinine,
}

/// µmol/L of creatinine in one mg/dL (molar mass 113.12 g/mol), as laboratories print it.
pub const CREATININE_PER_MG_DL: f64 = 88.42;

impl Vital {
    /// Every vital sign, in the order of the form.
    pub const ALL: [Self; 12] = [
        Self::Temperature,
        Self::Pulse,
        Self::Breathing,
        Self::Systolic,
        Self::Diastolic,
        Self::Spo2,
        Self::Weight,
        Self::Height,
        Self::Glucose,
        Self::Muac,
        Self::Haemoglobin,
        Self::Creatinine,
    ];
    /// Name used in rules, packs and translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Pulse => "pulse",
            Self::Breathing => "breathing",
            Self::Systolic => "systolic",
            Self::Diastolic => "diastolic",
            Self::Spo2 => "spo2",
            Self::Weight => "weight",
            Self::Height => "height",
            Self::Glucose => "glucose",
            Self::Muac => "muac",
            Self::Haemoglobin => "haemoglobin",
            Self::Creatinine => "creatinine",
        }
    }
    /// Unit as shown.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Temperature => "°C",
            Self::Pulse | Self::Breathing => "/min",
            Self::Systolic | Self::Diastolic => "mmHg",
            Self::Spo2 => "%",
            Self::Weight => "kg",
            Self::Height => "cm",
            Self::Glucose => "mmol/L",
            Self::Muac => "mm",
            Self::Haemoglobin => "g/dL",
            Self::Creatinine => "µmol/L",
        }
    }
    /// Values outside are refused as impossible in a living patient (typing errors).
    pub fn possible(self) -> std::ops::RangeInclusive<f64> {
        match self {
            Self::Temperature => 25.0..=45.0,
            Self::Pulse => 20.0..=300.0,
            Self::Breathing => 4.0..=120.0,
            Self::Systolic => 30.0..=300.0,
            Self::Diastolic => 10.0..=200.0,
            Self::Spo2 => 30.0..=100.0,
            Self::Weight => 0.4..=350.0,
            Self::Height => 25.0..=250.0,
            Self::Glucose => 0.3..=80.0,
            Self::Muac => 50.0..=600.0,
            Self::Haemoglobin => 1.0..=27.0,
            // No living person is below 20 µmol/L: what is smaller was meant in mg/dL (see `from_bare`).
            Self::Creatinine => 20.0..=3000.0,
        }
    }
    /// A number without a unit as people write it, in the vital's unit: a creatinine that is impossible in µmol/L is one in mg/dL.
    pub fn from_bare(self, number: f64) -> f64 {
        match self {
            Self::Creatinine if number < *self.possible().start() => {
                (number * CREATININE_PER_MG_DL * 10.0).round() / 10.0
            }
            _ => number,
        }
    }
    /// From its key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.key() == key)
    }
}

/// One measured value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// what was measured
    pub vital: Vital,
    /// value in the vital's unit
    pub value: f64,
}

/// Whether a finding is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// there
    Present,
    /// asked or looked for, and not there
    Absent,
    /// not known
    Unknown,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// mild
    Mild,
    /// moderate
    Moderate,
    /// severe
    Severe,
}

/// How an observation entered the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// read from free text
    Text,
    /// picked from the vocabulary
    Picked,
    /// from a measured value
    Measured,
    /// answer to a question of the program
    Answered,
    /// follows from a more particular finding
    Implied,
}

/// A finding as observed in this patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// which finding
    pub finding: FindingId,
    /// there or not
    pub presence: Presence,
    /// how it got here
    pub origin: Origin,
    /// for how long, in days
    #[serde(default)]
    pub days: Option<f64>,
    /// how bad
    #[serde(default)]
    pub severity: Option<Severity>,
    /// the words it was read from: byte offsets into the text
    #[serde(default)]
    pub span: Option<(usize, usize)>,
}

/// How long, in the unit in which people say it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lasted {
    /// How many: at most one decimal for hours and the first two days, whole otherwise.
    pub n: f64,
    /// `hours`, `days`, `weeks`, `months` or `years`.
    pub unit: &'static str,
}

impl Observed {
    /// How long, as people say it.
    pub fn lasted(&self) -> Option<Lasted> {
        let tenth = |n: f64| (n * 10.0).round() / 10.0;
        // Only what comes out whole is told in a larger unit; 5 months were read as 152 days.
        let whole = |days: f64, of: f64| ((days / of) / (days / of).round() - 1.0).abs() < 0.02;
        const MONTH: f64 = 365.25 / 12.0;
        self.days.map(|days| {
            let (n, unit) = match days {
                d if d < 1.0 => (tenth(d * 24.0), "hours"),
                d if d < 2.0 => (tenth(d), "days"),
                d if d >= 360.0 && whole(d, 12.0 * MONTH) => ((d / (12.0 * MONTH)).round(), "years"),
                d if d >= 29.0 && whole(d, MONTH) => ((d / MONTH).round(), "months"),
                d if d >= 14.0 && d % 7.0 == 0.0 => (d / 7.0, "weeks"),
                d => (d.round(), "days"),
            };
            Lasted { n, unit }
        })
    }
    /// How bad, unless the finding's own name says it.
    pub fn severity_beside_name(&self) -> Option<Severity> {
        self.severity.filter(|_| !self.finding.as_str().ends_with(".severe"))
    }
    /// A present finding with nothing else known.
    pub fn present(finding: impl Into<FindingId>, origin: Origin) -> Self {
        Self { finding: finding.into(), presence: Presence::Present, origin, days: None, severity: None, span: None }
    }
    /// An absent finding.
    pub fn absent(finding: impl Into<FindingId>, origin: Origin) -> Self {
        Self { presence: Presence::Absent, ..Self::present(finding, origin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_creatinine_below_what_is_possible_was_meant_in_the_other_unit() {
        assert!((Vital::Creatinine.from_bare(1.5) - 132.6).abs() < 1e-9);
        assert!((Vital::Creatinine.from_bare(19.9) - 1759.6).abs() < 1e-9);
        assert!((Vital::Creatinine.from_bare(20.0) - 20.0).abs() < 1e-9);
        assert!((Vital::Glucose.from_bare(0.1) - 0.1).abs() < 1e-9, "others are as they are");
        assert_eq!(Vital::ALL.map(Vital::key).map(Vital::from_key), Vital::ALL.map(Some));
    }
}
