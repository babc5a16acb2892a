//! How findings are weighed: the shipped way, and what evaluation compares it with.

/// Settings of the differential. [`Method::default`] is what every user gets; the others exist to show what each part is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Method {
    /// Exponent of the prior, 0 to 1. Priors are our own orders of magnitude with ranges of ten and more: an error in one of
    /// them must not outweigh what the patient tells.
    pub prior_weight: f64,
    /// Evidence is held back by this factor because findings depend on each other beyond their groups.
    pub temperature: f64,
    /// How strongly a wide range shrinks a ratio toward 1, per unit of log-odds width.
    pub shrink: f64,
    /// Correlated findings of one group count once and a little more.
    pub grouping: bool,
    /// A finding also speaks for what lists its parent or its child.
    pub hierarchy: bool,
    /// Findings count at all.
    pub evidence: bool,
    /// What a closeness of 1 between the story's words and a condition's texts adds to the log-odds. Closeness rarely passes .3.
    pub wording: f64,
    /// The first candidate's probability is mapped to how often it was right.
    pub calibration: Option<Calibration>,
}

/// `logit p' = offset + slope · logit p` for the first candidate (Platt 1999).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// added log-odds
    pub offset: f64,
    /// below 1: stated probabilities were too sure on both sides
    pub slope: f64,
}

impl Default for Method {
    fn default() -> Self {
        Self {
            prior_weight: 0.8,
            temperature: 0.9,
            shrink: 0.05,
            grouping: true,
            hierarchy: true,
            evidence: true,
            wording: 32.0,
            calibration: Some(Calibration { offset: 0.15, slope: 0.7 }),
        }
    }
}

impl Method {
    /// The shipped method, then each part left out, then the baselines; with a name a reader understands.
    pub fn compared() -> Vec<(&'static str, Self)> {
        let shipped = Self::default;
        vec![
            ("shipped", shipped()),
            ("without calibration", Self { calibration: None, ..shipped() }),
            ("without wording", Self { wording: 0.0, ..shipped() }),
            ("wording and priors only", Self { evidence: false, ..shipped() }),
            ("without grouping", Self { grouping: false, ..shipped() }),
            ("without hierarchy", Self { hierarchy: false, ..shipped() }),
            ("without priors", Self { prior_weight: 0.0, ..shipped() }),
            ("without shrinkage", Self { shrink: 0.0, ..shipped() }),
            ("plain naive Bayes", Self::plain()),
            (
                "closeness of words only",
                Self { evidence: false, prior_weight: 0.0, wording: shipped().wording, ..Self::plain() },
            ),
            ("prevalence only", Self { evidence: false, ..Self::plain() }),
        ]
    }

    fn plain() -> Self {
        Self {
            prior_weight: 1.0,
            temperature: 1.0,
            shrink: 0.0,
            grouping: false,
            hierarchy: false,
            evidence: true,
            wording: 0.0,
            calibration: None,
        }
    }
}
