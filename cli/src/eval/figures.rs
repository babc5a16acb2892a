//! Figures of an evaluation: shares with 95 % intervals, percentiles, calibration.

use anyhow::Context;
use std::path::Path;

/// Writes a suite's figures for other programs.
pub(crate) fn write_json(path: &Path, object: &serde_json::Value) -> anyhow::Result<()> {
    std::fs::write(path, serde_json::to_string_pretty(object)?)
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// Wilson score interval at 95 % for `k` of `n` (Wilson 1927).
pub(crate) fn wilson(k: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    const Z: f64 = 1.959_964;
    let (n, p) = (n as f64, k as f64 / n as f64);
    let center = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((center - half).max(0.0), (center + half).min(1.0))
}

/// The value below which `share` of the sorted values lie (nearest rank).
pub(crate) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Probabilities stated within a tenth, and how often they came true.
pub(crate) struct Bin {
    /// mean of what was stated, 0 to 1
    pub stated: f64,
    /// share that was right, 0 to 1
    pub right: f64,
    pub n: usize,
}

/// Ten equal bins of stated probability; empty ones are left out.
pub(crate) fn bins(stated: &[(f64, bool)]) -> Vec<Bin> {
    let mut bins = [(0_usize, 0.0_f64, 0_usize); 10];
    for (p, right) in stated {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += p;
        bin.2 += usize::from(*right);
    }
    let filled = bins.into_iter().filter(|b| b.0 > 0);
    filled.map(|(n, sum, right)| Bin { stated: sum / n as f64, right: right as f64 / n as f64, n }).collect()
}

/// Expected calibration error over ten equal bins of stated probability (Naeini 2015).
pub(crate) fn calibration_error(stated: &[(f64, bool)]) -> f64 {
    bins(stated).iter().map(|b| (b.stated - b.right).abs() * b.n as f64).sum::<f64>() / stated.len().max(1) as f64
}

/// The median error of a forecaster whose every probability is true, on cases with the same probabilities: what the number of
/// cases alone makes of the figure. Same in, same out: the chance is a fixed sequence.
pub(crate) fn calibration_by_chance(stated: &[(f64, bool)]) -> f64 {
    const ROUNDS: usize = 501;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    // splitmix64 (Steele 2014)
    let mut uniform = move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut errors: Vec<f64> = (0..ROUNDS)
        .map(|_| calibration_error(&stated.iter().map(|(p, _)| (*p, uniform() < *p)).collect::<Vec<_>>()))
        .collect();
    errors.sort_by(f64::total_cmp);
    errors[ROUNDS / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_a_published_example() {
        // Newcombe 1998, table I: 81 of 263
        let (low, high) = wilson(81, 263);
        assert!((low - 0.2553).abs() < 5e-4 && (high - 0.3662).abs() < 5e-4, "{low} {high}");
    }

    #[test]
    fn a_forecaster_who_is_right_as_often_as_said_has_no_error() {
        let stated: Vec<(f64, bool)> = (0..10).map(|i| (0.3, i < 3)).collect();
        assert!(calibration_error(&stated) < 1e-9);
        assert!((calibration_error(&[(1.0, false)]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn few_cases_show_an_error_by_chance_alone_and_many_hardly_any() {
        let of = |n: usize| calibration_by_chance(&vec![(0.5, true); n]);
        assert!(of(10) > 0.08 && of(10_000) < 0.01, "{} {}", of(10), of(10_000));
    }

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(&values, 0.95) - 95.0).abs() < 1e-9);
        assert!((percentile(&[7.0], 0.5) - 7.0).abs() < 1e-9);
    }
}
