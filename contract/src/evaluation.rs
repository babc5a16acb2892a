//! How well the program does on cases that nobody here wrote, as it was last measured.

use serde::{Deserialize, Serialize};

/// All suites of one measurement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// day, `2026-11-26`
    pub measured: String,
    /// program and packs that were measured
    pub versions: Vec<String>,
    /// in the order of the screen
    pub suites: Vec<EvaluationSuite>,
}

/// One kind of cases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EvaluationSuite {
    /// `vignettes`, `dialogue`, `languages`, `triage`, `negation`, `phenopackets`
    pub id: String,
    /// cases
    pub n: usize,
    /// the command that measures it again
    pub command: String,
    /// figures
    pub figures: Vec<EvaluationFigure>,
    /// the same for groups of patients
    #[serde(default)]
    pub groups: Vec<EvaluationGroup>,
    /// probabilities stated, and how often they came true
    #[serde(default)]
    pub bins: Vec<EvaluationBin>,
    /// other ways on the same cases
    #[serde(default)]
    pub methods: Vec<EvaluationMethod>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationFigure {
    /// `top1`, `ece`, `p95_ms` ...
    pub id: String,
    /// a share 0..=1, or milliseconds where the id ends in `_ms`
    pub value: f64,
    /// 95 % interval
    pub interval: Option<(f64, f64)>,
    /// what we aim at
    pub target: Option<f64>,
}

/// How often the right answer came first, and among the first three, in one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationGroup {
    /// `age`, `sex`, `language`
    pub kind: String,
    /// `5-17`, `female`, `ur` ...
    pub name: String,
    /// cases
    pub n: usize,
    /// share, 0..=1
    pub top1: f64,
    /// share, 0..=1
    pub top3: f64,
}

/// Probabilities stated within a tenth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationBin {
    /// their mean, 0..=1
    pub stated: f64,
    /// share that came true, 0..=1
    pub right: f64,
    /// how many
    pub n: usize,
}

/// A method with a part left out, or a baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationMethod {
    /// in English, as the evaluation names it
    pub method: String,
    /// share, 0..=1
    pub top1: f64,
    /// share, 0..=1
    pub top3: f64,
    /// share, 0..=1
    pub top5: f64,
    /// mean reciprocal rank
    pub mrr: f64,
    /// calibration error of the first candidate; `None`: it states no probabilities
    pub ece: Option<f64>,
}
