//! Times language models on this computer: `bench_models [--json] MODEL.gguf ...`.
//!
//! For each file: time to load, tokens a second when reading a prompt of 128 tokens and when writing 64, peak memory.
//! One file a run gives a true peak; with several, the peak is the largest so far.

use hakim_models::Cancel;
use hakim_models::error::ModelError;
use hakim_models::lm::{LanguageModel, LoadOptions};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const PROMPT_TOKENS: usize = 128;
const NEW_TOKENS: usize = 64;
/// The best of so many runs counts: others use the machine too.
const RUNS: usize = 3;

struct Times {
    model: String,
    load: Duration,
    prefill: f64,
    decode: f64,
    peak_megabytes: Option<u64>,
}

fn main() -> ExitCode {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let json = flags.iter().any(|flag| flag == "--json");
    if paths.is_empty() || flags.iter().any(|flag| flag != "--json") {
        eprintln!("usage: bench_models [--json] MODEL.gguf ...");
        return ExitCode::FAILURE;
    }
    if !json {
        println!("{:<36} {:>8} {:>14} {:>14} {:>9}", "model", "load s", "prefill tok/s", "decode tok/s", "peak MB");
    }
    let mut failed = false;
    for path in paths {
        match measure(Path::new(&path)) {
            Ok(times) => print(&times, json),
            Err(error) => {
                eprintln!("{error}");
                failed = true;
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn measure(path: &Path) -> Result<Times, ModelError> {
    let started = Instant::now();
    let mut model = LanguageModel::load(path, &LoadOptions::default())?;
    let load = started.elapsed();
    // Spread over the vocabulary, as real text is.
    let tokens: Vec<u32> = (0..PROMPT_TOKENS as u32).map(|n| 1000 + n * 7919 % 20_000).collect();
    model.scores(&tokens)?;
    let mut prefill = Duration::MAX;
    let mut decode = Duration::MAX;
    for _ in 0..RUNS {
        let started = Instant::now();
        model.scores(&tokens)?;
        prefill = prefill.min(started.elapsed());
        let started = Instant::now();
        for token in &tokens[..NEW_TOKENS] {
            model.advance(*token, &Cancel::default())?;
        }
        decode = decode.min(started.elapsed());
    }
    Ok(Times {
        model: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        load,
        prefill: PROMPT_TOKENS as f64 / prefill.as_secs_f64(),
        decode: NEW_TOKENS as f64 / decode.as_secs_f64(),
        peak_megabytes: peak_megabytes(),
    })
}

fn print(times: &Times, json: bool) {
    let load = times.load.as_secs_f64();
    if json {
        let line = serde_json::json!({
            "model": times.model, "load_seconds": load, "prefill_tokens_per_second": times.prefill,
            "decode_tokens_per_second": times.decode, "peak_megabytes": times.peak_megabytes,
        });
        println!("{line}");
    } else {
        let peak = times.peak_megabytes.map_or("?".to_owned(), |megabytes| megabytes.to_string());
        println!("{:<36} {load:>8.2} {:>14.1} {:>14.1} {peak:>9}", times.model, times.prefill, times.decode);
    }
}

/// Linux keeps the largest resident size of the process.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kilobytes.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes / 1000)
}
