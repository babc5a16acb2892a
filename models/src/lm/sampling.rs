//! Choosing the next token from the model's scores.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How tokens are chosen. The default is greedy: the same prompt gives the same text.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// 0 takes the most likely token; higher is more varied (0 to 2).
    pub temperature: f32,
    /// Keep only so many of the likeliest tokens (0 is off).
    pub top_k: usize,
    /// Keep the likeliest tokens whose probabilities add up to this (0 to 1).
    pub top_p: f32,
    /// Keep tokens at least so likely as this share of the likeliest (0 to 1; 0 is off).
    pub min_p: f32,
    /// Scores of the last tokens are divided by this (1 is off; 1.1 avoids loops).
    pub repetition_penalty: f32,
    /// The same seed gives the same text.
    pub seed: u64,
    /// At most so many new tokens.
    pub max_tokens: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_k: 0, top_p: 0.95, min_p: 0.0, repetition_penalty: 1.0, seed: 0, max_tokens: 256 }
    }
}

/// How far back the repetition penalty looks, tokens.
const PENALTY_WINDOW: usize = 64;

/// Draws tokens by the rules of a [`Sampling`].
#[derive(Debug)]
pub(crate) struct Sampler {
    rules: Sampling,
    random: StdRng,
}

impl Sampler {
    pub(crate) fn new(rules: &Sampling) -> Self {
        Self { rules: rules.clone(), random: StdRng::seed_from_u64(rules.seed) }
    }

    /// The next token after `written`; none when no score is a number.
    pub(crate) fn choose(&mut self, scores: &mut [f32], written: &[u32]) -> Option<u32> {
        self.penalise(scores, written);
        if self.rules.temperature <= 0.0 { likeliest(scores) } else { self.draw(scores) }
    }

    fn penalise(&self, scores: &mut [f32], written: &[u32]) {
        let penalty = self.rules.repetition_penalty;
        if penalty == 1.0 {
            return;
        }
        let mut recent = written[written.len().saturating_sub(PENALTY_WINDOW)..].to_vec();
        recent.sort_unstable();
        recent.dedup();
        for token in recent {
            if let Some(score) = scores.get_mut(token as usize) {
                *score = if *score > 0.0 { *score / penalty } else { *score * penalty };
            }
        }
    }

    fn draw(&mut self, scores: &[f32]) -> Option<u32> {
        let highest = scores[likeliest(scores)? as usize];
        let mut weights: Vec<(u32, f32)> = (0..)
            .zip(scores)
            .map(|(token, score)| (token, ((score - highest) / self.rules.temperature).exp()))
            // the likeliest weighs 1
            .filter(|(_, weight)| *weight > self.rules.min_p.clamp(1e-6, 1.0 - f32::EPSILON))
            .collect();
        weights.sort_by(|a, b| b.1.total_cmp(&a.1));
        if self.rules.top_k > 0 {
            weights.truncate(self.rules.top_k);
        }
        let total: f32 = weights.iter().map(|(_, weight)| weight).sum();
        let mut kept = 0.0;
        let enough = weights.iter().position(|(_, weight)| {
            kept += weight;
            kept >= self.rules.top_p * total
        });
        weights.truncate(enough.map_or(weights.len(), |last| last + 1));
        let mut left = self.random.random::<f32>() * weights.iter().map(|(_, weight)| weight).sum::<f32>();
        for (token, weight) in &weights {
            left -= weight;
            if left <= 0.0 {
                return Some(*token);
            }
        }
        weights.last().map(|(token, _)| *token)
    }
}

fn likeliest(scores: &[f32]) -> Option<u32> {
    (0..).zip(scores).filter(|(_, score)| score.is_finite()).max_by(|a, b| a.1.total_cmp(b.1)).map(|(token, _)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_highest_score_and_passes_over_what_is_no_number() {
        let mut sampler = Sampler::new(&Sampling::default());
        assert_eq!(sampler.choose(&mut [0.1, f32::NAN, 3.0, 2.0], &[]), Some(2));
        assert_eq!(sampler.choose(&mut [f32::NAN, f32::NAN], &[]), None);
    }

    #[test]
    fn a_repeated_token_loses_to_the_next_best_under_a_penalty() {
        let mut sampler = Sampler::new(&Sampling { repetition_penalty: 1.5, ..Sampling::default() });
        assert_eq!(sampler.choose(&mut [1.0, 1.2], &[1]), Some(0));
    }

    #[test]
    fn the_same_seed_draws_the_same_tokens_and_a_small_top_p_only_the_best() {
        let scores = [1.0, 1.1, 0.9, 1.05];
        let run = |seed, top_p| {
            let mut sampler = Sampler::new(&Sampling { temperature: 1.0, top_p, seed, ..Sampling::default() });
            (0..20).map(|_| sampler.choose(&mut scores.clone(), &[])).collect::<Vec<_>>()
        };
        assert_eq!(run(7, 1.0), run(7, 1.0));
        assert_ne!(run(7, 1.0), run(8, 1.0));
        assert!(run(7, 0.2).iter().all(|token| *token == Some(1)));
    }

    #[test]
    fn only_the_few_likeliest_and_only_those_near_the_likeliest_are_drawn() {
        let scores = [1.0, 1.1, 0.9, -2.0];
        let drawn = |top_k, min_p| {
            let mut tokens: Vec<_> = (0..200)
                .filter_map(|seed| {
                    let rules = Sampling { temperature: 1.0, top_p: 1.0, top_k, min_p, seed, ..Sampling::default() };
                    Sampler::new(&rules).choose(&mut scores.clone(), &[])
                })
                .collect();
            tokens.sort_unstable();
            tokens.dedup();
            tokens
        };
        assert_eq!(drawn(0, 0.0), [0, 1, 2, 3]);
        assert_eq!(drawn(2, 0.0), [0, 1]);
        assert_eq!(drawn(0, 0.5), [0, 1, 2]);
        assert_eq!(drawn(0, 1.0), [1]);
    }
}
