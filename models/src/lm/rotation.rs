//! How query and key are turned by their position (RoPE, Su et al. 2021, arXiv 2104.09864), and how that is stretched for
//! texts longer than the model was first trained on.

use crate::error::ModelError;
use crate::gguf::Gguf;
use candle_core::{Device, Tensor};
use candle_nn::rotary_emb::{rope_i, rope_thd};
use std::f64::consts::PI;

/// Which numbers of a head are one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// Neighbouring numbers (Llama files from llama.cpp's converter).
    Neighbours,
    /// Each number and the one half a head further on (the other families).
    Halves,
}

/// How far each position turns.
#[derive(Debug, Clone, PartialEq)]
pub struct Turning {
    /// Base of the frequencies.
    pub base: f64,
    /// Stretching.
    pub scaling: Scaling,
}

/// How positions are stretched.
#[derive(Debug, Clone, PartialEq)]
pub enum Scaling {
    /// Not; single frequencies may still be slowed by `rope_freqs.weight` (Llama 3.1).
    None,
    /// Positions are divided by this.
    Linear(f64),
    /// Low frequencies are divided, high ones kept (YaRN, Peng et al. 2023, arXiv 2309.00071).
    Yarn {
        /// Divisor.
        factor: f64,
        /// Tokens of the first training.
        original: usize,
        /// What the turned numbers are multiplied with, beside YaRN's own 1 + 0.1 ln(factor).
        attention: f64,
    },
    /// A divisor for each frequency, one set for short and one for long contexts (LongRoPE, Phi-3, arXiv 2402.13753).
    LongShort {
        /// Contexts longer than this take the long set, tokens.
        original: usize,
        /// What the turned numbers are multiplied with.
        attention: f64,
    },
}

impl Scaling {
    pub(super) fn from_gguf(gguf: &Gguf, architecture: &str, trained_context: usize) -> Result<Self, ModelError> {
        let key = |name: &str| format!("{architecture}.rope.scaling.{name}");
        let original = gguf.count(&key("original_context_length")).filter(|n| *n > 0).unwrap_or(trained_context);
        let attention = gguf.float(&key("attn_factor")).filter(|factor| *factor > 0.0).unwrap_or(1.0);
        if gguf.has(LONG) && gguf.has(SHORT) {
            return Ok(Self::LongShort { original, attention });
        }
        let factor = gguf.float(&key("factor")).filter(|factor| *factor > 0.0).unwrap_or(1.0);
        match gguf.text(&key("type")) {
            None | Some("none") => Ok(Self::None),
            Some("linear") => Ok(Self::Linear(factor)),
            Some("yarn") => Ok(Self::Yarn { factor, original, attention }),
            Some(other) => Err(ModelError::unsupported(gguf.path(), format!("{architecture} with {other} scaling"))),
        }
    }
}

const LONG: &str = "rope_factors_long.weight";
const SHORT: &str = "rope_factors_short.weight";
const SLOWED: &str = "rope_freqs.weight";
/// YaRN keeps frequencies that turn more often than this within the first context, and divides those that turn less than once.
const TURNS_KEPT: f64 = 32.0;
const TURNS_DIVIDED: f64 = 1.0;

/// Cosines and sines of every position: (context, head / 2) each.
#[derive(Debug, Clone)]
pub(super) struct Table {
    cosines: Tensor,
    sines: Tensor,
}

impl Table {
    /// For `context` positions of heads of `head` numbers.
    pub(super) fn read(gguf: &mut Gguf, turning: &Turning, head: usize, context: usize) -> Result<Self, ModelError> {
        let (divisors, magnitude) = divisors(gguf, turning, head, context)?;
        let frequencies: Vec<f64> = divisors
            .iter()
            .enumerate()
            .map(|(pair, divisor)| turning.base.powf(-2.0 * pair as f64 / head as f64) / divisor)
            .collect();
        let table = |function: fn(f64) -> f64| {
            let angles = (0..context).flat_map(|at| frequencies.iter().map(move |frequency| at as f64 * frequency));
            let numbers: Vec<f32> = angles.map(|angle| (magnitude * function(angle)) as f32).collect();
            Tensor::from_vec(numbers, (context, head / 2), &Device::Cpu)
        };
        Ok(Self { cosines: table(f64::cos)?, sines: table(f64::sin)? })
    }

    /// The rows of `count` tokens from `position` on.
    pub(super) fn at(&self, position: usize, count: usize) -> candle_core::Result<Self> {
        Ok(Self { cosines: self.cosines.narrow(0, position, count)?, sines: self.sines.narrow(0, position, count)? })
    }

    /// Turns (1, tokens, heads, head).
    pub(super) fn turn(&self, x: &Tensor, pairing: Pairing) -> candle_core::Result<Tensor> {
        match pairing {
            Pairing::Halves => rope_thd(&x.contiguous()?, &self.cosines, &self.sines),
            Pairing::Neighbours => {
                let by_head = x.transpose(1, 2)?.contiguous()?;
                rope_i(&by_head, &self.cosines, &self.sines)?.transpose(1, 2)?.contiguous()
            }
        }
    }
}

/// What each frequency is divided by, and what the turned numbers are multiplied with.
fn divisors(gguf: &mut Gguf, turning: &Turning, head: usize, context: usize) -> Result<(Vec<f64>, f64), ModelError> {
    let half = head / 2;
    let is_slowed = gguf.has(SLOWED);
    let mut from_file = |name: &str| -> Result<Vec<f64>, ModelError> {
        let numbers: Vec<f32> = gguf.floats(name, &[half])?.to_vec1()?;
        Ok(numbers.into_iter().map(|number| f64::from(number.max(f32::MIN_POSITIVE))).collect())
    };
    Ok(match &turning.scaling {
        Scaling::LongShort { original, attention } => {
            (from_file(if context > *original { LONG } else { SHORT })?, *attention)
        }
        Scaling::Linear(factor) => (vec![*factor; half], 1.0),
        Scaling::Yarn { factor, original, attention } => {
            let parts = (0..half).map(|pair| yarn(pair, half, turning.base, *factor, *original)).collect();
            (parts, attention * (1.0 + 0.1 * factor.max(1.0).ln()))
        }
        Scaling::None if is_slowed => (from_file(SLOWED)?, 1.0),
        Scaling::None => (vec![1.0; half], 1.0),
    })
}

/// The divisor of one frequency: 1 where it turns often, `factor` where it does not turn once, between in between.
fn yarn(pair: usize, half: usize, base: f64, factor: f64, original: usize) -> f64 {
    let dimensions = 2 * half;
    let pair_of = |turns: f64| dimensions as f64 * (original as f64 / (turns * 2.0 * PI)).ln() / (2.0 * base.ln());
    let low = pair_of(TURNS_KEPT).floor().max(0.0);
    let high = pair_of(TURNS_DIVIDED).ceil().min(dimensions as f64 - 1.0);
    let kept = 1.0 - ((pair as f64 - low) / (high - low).max(0.001)).clamp(0.0, 1.0);
    1.0 / (kept + (1.0 - kept) / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yarn_keeps_what_turns_often_and_divides_what_hardly_turns() {
        let divisor = |pair| yarn(pair, 64, 1_000_000.0, 4.0, 32_768);
        assert_eq!(divisor(0), 1.0);
        assert_eq!(divisor(63), 4.0);
        let all: Vec<f64> = (0..64).map(divisor).collect();
        assert!(all.is_sorted(), "{all:?}");
        assert!(all.iter().any(|d| *d > 1.0 && *d < 4.0));
    }
}
