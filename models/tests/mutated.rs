//! Ten thousand damaged copies of small models of every family: no panic, no hang, no memory beyond what such a file may take.

use hakim_models::lm::{LanguageModel, LoadOptions};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::path::Path;

const COPIES: usize = 10_000;
/// A header may claim a long context or a wide layer before the weights show that it lies.
const MEMORY_MB: u64 = 300;

const FAMILIES: [&str; 7] = ["llama", "qwen2", "qwen2-yarn", "qwen3", "gemma3", "phi3-short", "phi3-long"];

/// Largest size of the process's memory so far, in MB; Linux only.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb / 1000)
}

#[test]
fn ten_thousand_damaged_files_do_no_harm() {
    let whole: Vec<Vec<u8>> = FAMILIES
        .iter()
        .map(|name| {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/agreement/tiny-{name}.gguf"));
            std::fs::read(file).expect("stands beside the tests")
        })
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    let mut random = StdRng::seed_from_u64(5);
    let options = LoadOptions { context: 64, ..LoadOptions::default() };
    let load = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("writes");
        LanguageModel::load(&path, &options)
    };
    // What a sound file takes, and the threads, come before the measuring.
    load(&whole[0]).expect("is sound").scores(&[1, 2, 3]).expect("scores");
    let before = peak();
    let (mut refused, mut taken) = (0, 0);
    for round in 0..COPIES {
        let mut bytes = whole[round % whole.len()].clone();
        // Sizes and names stand in the first part, the lists of tokens after it, then the places of the weights.
        let reach = if round % 2 == 0 { 1_500 } else { 14_000 };
        for _ in 0..random.random_range(1..5) {
            let at = random.random_range(4..reach);
            bytes[at] = match random.random_range(0..4) {
                0 => 0,
                1 => 0xff,
                2 => bytes[at] ^ 1 << random.random_range(0..8),
                _ => random.random(),
            };
        }
        if random.random_range(0..10) == 0 {
            bytes.truncate(random.random_range(0..bytes.len()));
        }
        match load(&bytes) {
            Err(_) => refused += 1,
            // Some damage makes another model that can be read: it must run or say why not.
            Ok(mut model) => {
                taken += 1;
                let _ = model.scores(&[1, 2, 3]);
                let _ = model.tokens().encode("fever بخار 38.5");
            }
        }
    }
    println!("{refused} refused, {taken} still sound; memory {before:?} then {:?} MB", peak());
    assert!(refused > COPIES / 4, "{refused}");
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(after < before + MEMORY_MB, "{before} MB before, {after} after");
    }
}
