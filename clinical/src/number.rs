//! Numbers with a meaning: probabilities, odds, likelihood ratios. Construction checks the range.

use serde::{Deserialize, Serialize};

/// What is wrong with a number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NumberError {
    /// Not between 0 and 1.
    #[error("{0} is not a probability between 0 and 1")]
    NotAProbability(f64),
    /// A range that does not hold its estimate.
    #[error("the range {low} to {high} does not contain {p}")]
    RangeMissesEstimate {
        /// the estimate
        p: f64,
        /// lower end
        low: f64,
        /// upper end
        high: f64,
    },
}

/// A share between 0 and 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Never.
    pub const ZERO: Self = Self(0.0);
    /// Always.
    pub const ONE: Self = Self(1.0);
    /// Errors: `p` outside 0..=1 or not a number.
    pub fn new(p: f64) -> Result<Self, NumberError> {
        if (0.0..=1.0).contains(&p) { Ok(Self(p)) } else { Err(NumberError::NotAProbability(p)) }
    }
    /// The nearest probability; NaN becomes 0.
    pub fn clamped(p: f64) -> Self {
        Self(if p.is_nan() { 0.0 } else { p.clamp(0.0, 1.0) })
    }
    /// As a number between 0 and 1.
    pub fn value(self) -> f64 {
        self.0
    }
    /// Natural logarithm of the odds; kept finite by holding p within 1e-9 of the ends.
    pub fn log_odds(self) -> f64 {
        let p = self.0.clamp(1e-9, 1.0 - 1e-9);
        (p / (1.0 - p)).ln()
    }
}

impl TryFrom<f64> for Probability {
    type Error = NumberError;
    fn try_from(p: f64) -> Result<Self, NumberError> {
        Self::new(p)
    }
}

impl From<Probability> for f64 {
    fn from(p: Probability) -> f64 {
        p.0
    }
}

/// An estimate with the range in which the true share plausibly lies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// best estimate
    pub p: Probability,
    /// plausible lower end
    pub low: Probability,
    /// plausible upper end
    pub high: Probability,
}

impl Share {
    /// Errors: an end outside 0..=1, or a range that does not hold `p`.
    pub fn new(p: f64, low: f64, high: f64) -> Result<Self, NumberError> {
        if !(low <= p && p <= high) {
            return Err(NumberError::RangeMissesEstimate { p, low, high });
        }
        Ok(Self { p: Probability::new(p)?, low: Probability::new(low)?, high: Probability::new(high)? })
    }
}

/// How much a finding changes the odds of a condition. Finite and above zero.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct LikelihoodRatio(f64);

impl LikelihoodRatio {
    /// Changes nothing.
    pub const NEUTRAL: Self = Self(1.0);
    /// From its natural logarithm, held within e^-12..e^12.
    pub fn from_ln(ln: f64) -> Self {
        Self(if ln.is_nan() { 1.0 } else { ln.clamp(-12.0, 12.0).exp() })
    }
    /// Factor on the odds.
    pub fn value(self) -> f64 {
        self.0
    }
    /// Natural logarithm.
    pub fn ln(self) -> f64 {
        self.0.ln()
    }
    /// Ten times the base-10 logarithm: the additive unit of the explanation.
    pub fn decibans(self) -> f64 {
        10.0 * self.0.log10()
    }
}

/// A number as it is written beside a unit: two decimals, four below one, no tail of zeros. Small amounts must not be
/// rounded to others: 0.0625 mg is not 0.06 mg, 1.25 mg is not 1.3 mg.
pub fn decimal(n: f64) -> String {
    let places = if n.abs() < 1.0 { 10_000.0 } else { 100.0 };
    format!("{}", (n * places).round() / places)
}

/// A range of such numbers; one number where both ends are the same.
pub fn decimal_range(low: f64, high: f64) -> String {
    if (high - low).abs() < 1e-9 { decimal(low) } else { format!("{}–{}", decimal(low), decimal(high)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_amounts_keep_their_digits() {
        for (n, text) in [
            (0.0625, "0.0625"),
            (0.125, "0.125"),
            (1.25, "1.25"),
            (12.5, "12.5"),
            (500.0, "500"),
            (333.333_333, "333.33"),
            (0.1 + 0.2, "0.3"),
            (0.0, "0"),
        ] {
            assert_eq!(decimal(n), text);
        }
    }
}
