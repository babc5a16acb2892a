//! Our decoder beside llama.cpp on the same files: tiny models of every family with random weights, which stand here, and the
//! models of the catalogue where they are on this computer. What llama.cpp said is kept in `agreement/*.json`, made by
//! `agreement/make.py`.

#![expect(clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

use hakim_models::Cancel;
use hakim_models::lm::{LanguageModel, LoadOptions};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What another program said of a model.
#[derive(Deserialize)]
struct Golden {
    said_by: String,
    context: usize,
    /// token ids of `MIXED`
    mixed: Vec<u32>,
    runs: Vec<Run>,
    whole: Whole,
}

#[derive(Deserialize)]
struct Run {
    tokens: Vec<u32>,
    /// the likeliest token after each
    likeliest: Vec<u32>,
    /// scores after the last token: the best fifty and a sample of all
    last: Vec<(usize, f32)>,
}

/// A whole text, read in windows.
#[derive(Deserialize)]
struct Whole {
    tokens: Vec<u32>,
    window: usize,
    /// sum of -ln p of every token but each window's first
    surprise: f64,
}

const MIXED: &str =
    "Fever 38.5 °C for 3 days, 1234 cells; بخار اور کھانسی ہے۔ दिल्ली में बुख़ार। ألم في الصدر\n\n  don't  stop\tnow 🫀";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement")
}

fn golden(name: &str) -> Golden {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).expect("kept beside the tests");
    serde_json::from_str(&text).expect("parses")
}

/// How near two programs are.
struct Nearness {
    /// largest difference of two scores after the last token, each set shifted to a mean of 0 over the sample
    largest: f32,
    /// share of places at which both think the same token likeliest, 0 to 1
    same: f64,
}

fn likeliest(scores: &[f32]) -> u32 {
    (0..).zip(scores).max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(token, _)| token)
}

impl std::fmt::Display for Nearness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "largest difference {:.4}, likeliest the same {:.4}", self.largest, self.same)
    }
}

fn compare(model: &mut LanguageModel, run: &Run) -> Nearness {
    let (mut same, mut last) = (0, vec![]);
    let each = |at: usize, scores: &[f32]| {
        same += usize::from(run.likeliest[at] == likeliest(scores));
        if at + 1 == run.tokens.len() {
            last = scores.to_vec();
        }
    };
    model.score_each(&run.tokens, &Cancel::default(), each).expect("reads");
    // A shift of all scores changes no probability.
    let shift = run.last.iter().map(|(id, theirs)| last[*id] - theirs).sum::<f32>() / run.last.len() as f32;
    let largest = run.last.iter().map(|(id, theirs)| (last[*id] - theirs - shift).abs()).fold(0.0, f32::max);
    Nearness { largest, same: same as f64 / run.tokens.len() as f64 }
}

/// Our surprise at the whole text over theirs, as a ratio of perplexities.
fn perplexities(model: &mut LanguageModel, whole: &Whole) -> (f64, f64) {
    let (mut surprise, mut count) = (0.0, 0_usize);
    for window in whole.tokens.chunks(whole.window).filter(|window| window.len() > 1) {
        let each = |at: usize, scores: &[f32]| {
            let Some(next) = window.get(at + 1) else { return };
            let highest = scores.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
            let all: f64 = scores.iter().map(|score| f64::from(score - highest).exp()).sum();
            surprise += all.ln() - f64::from(scores[*next as usize] - highest);
            count += 1;
        };
        model.score_each(window, &Cancel::default(), each).expect("reads");
    }
    ((surprise / count as f64).exp(), (whole.surprise / count as f64).exp())
}

fn load(path: &Path, golden: &Golden) -> LanguageModel {
    let options = LoadOptions { context: golden.context, ..LoadOptions::default() };
    LanguageModel::load(path, &options).expect("loads")
}

#[test]
fn every_family_agrees_on_a_tiny_model() {
    for name in ["llama", "qwen2", "qwen2-yarn", "qwen3", "gemma3", "phi3-short", "phi3-long"] {
        let name = format!("tiny-{name}");
        let golden = golden(&name);
        let mut model = load(&folder().join(format!("{name}.gguf")), &golden);
        assert_eq!(model.tokens().encode_plain(MIXED).expect("encodes"), golden.mixed, "{name}: tokens");
        for run in &golden.runs {
            let near = compare(&mut model, run);
            println!("{name}, {} tokens: {near} ({})", run.tokens.len(), golden.said_by);
            // f16 weights, f32 arithmetic on both sides.
            assert!(near.largest < 0.02 && near.same > 0.98, "{name}: {near}");
        }
        let (ours, theirs) = perplexities(&mut model, &golden.whole);
        println!("{name}: perplexity {ours:.4}, theirs {theirs:.4}");
        assert!((ours / theirs - 1.0).abs() < 0.005, "{name}: {ours} against {theirs}");
    }
}

/// Texts longer than this take long.
const LONG: usize = 1000;

/// Compares a model of the catalogue, on texts up to `tokens` long; both programs round to 8 bits, each in its own way, which
/// leaves differences up to `LARGEST` and the same likeliest token at this share of places.
fn agrees(id: &str, tokens: usize) {
    const LARGEST: f32 = 1.0;
    const SAME: f64 = 0.9;
    let Some(path) = common::asset(id) else { return };
    let golden = golden(id);
    let mut model = load(&path, &golden);
    assert_eq!(model.tokens().encode_plain(MIXED).expect("encodes"), golden.mixed, "{id}: tokens");
    for run in golden.runs.iter().filter(|run| run.tokens.len() <= tokens) {
        let near = compare(&mut model, run);
        println!("{id}, {} tokens: {near} ({})", run.tokens.len(), golden.said_by);
        // The first words of a text can go on in many ways: a few of sixteen differ by nothing.
        let enough = run.tokens.len() < 100 || near.same > SAME;
        assert!(near.largest < LARGEST && enough, "{id}: {near}");
    }
}

/// Compares the perplexities of a model of the catalogue over 10 kB of our own text, `agreement/text.txt`.
fn is_as_surprised(id: &str) {
    /// Largest difference, as a share.
    const PERPLEXITY: f64 = 0.005;
    let Some(path) = common::asset(id) else { return };
    let golden = golden(id);
    let (ours, theirs) = perplexities(&mut load(&path, &golden), &golden.whole);
    println!("{id}: perplexity {ours:.4}, theirs {theirs:.4}, {:+.3} %", 100.0 * (ours / theirs - 1.0));
    assert!((ours / theirs - 1.0).abs() < PERPLEXITY, "{id}: {ours} against {theirs}");
}

#[test]
fn the_test_model_agrees() {
    agrees("smollm2-135m-instruct", LONG);
}

#[test]
fn the_chat_model_agrees() {
    agrees("qwen2.5-coder-1.5b-instruct", LONG);
}

#[test]
fn the_test_model_is_as_surprised_by_our_text() {
    is_as_surprised("smollm2-135m-instruct");
}

#[test]
#[ignore = "takes minutes: `cargo nextest run --release -p hakim-models --run-ignored all`"]
fn the_chat_model_is_as_surprised_by_our_text() {
    is_as_surprised("qwen2.5-coder-1.5b-instruct");
}

#[test]
#[ignore = "takes minutes: `cargo nextest run --release -p hakim-models --run-ignored all`"]
fn the_test_model_agrees_over_long_texts() {
    agrees("smollm2-135m-instruct", usize::MAX);
}

#[test]
#[ignore = "takes minutes: `cargo nextest run --release -p hakim-models --run-ignored all`"]
fn the_chat_model_agrees_over_long_texts() {
    agrees("qwen2.5-coder-1.5b-instruct", usize::MAX);
}
