//! Times language models on this computer, beside llama.cpp on the same files: `bench_models MODEL.gguf ...`.
//!
//! The two take turns, each time in a new process, and of each figure the best turn counts: others use the machine too.
//! llama.cpp runs through the Python that `HAKIM_LLAMA_PYTHON` names, by `tests/agreement/speed.py`. Environment:
//!
//! - `HAKIM_BENCH_THREADS`, 2 unless set. One thread is timed by the processor's time it took, not by the clock, so that a busy
//!   machine can be measured on;
//! - `HAKIM_BENCH_TURNS`, 3 unless set: 1 for a short run;
//! - `HAKIM_KERNELS=avx2` or `avx512` leaves instructions unused that the processor has (ours only).
//!
//! `--once` measures ours once and prints the figures as JSON.

use hakim_models::Cancel;
use hakim_models::error::ModelError;
use hakim_models::lm::{LanguageModel, LoadOptions};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Turns of each program.
const TURNS: (&str, usize) = ("HAKIM_BENCH_TURNS", 3);
const THREADS: (&str, usize) = ("HAKIM_BENCH_THREADS", 2);
const SPEED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agreement/speed.py");
const PYTHON: &str = "HAKIM_LLAMA_PYTHON";
const SHORT_PROMPT: usize = 128;
const LONG_PROMPT: usize = 512;
/// Tokens in the cache when writing deep in a text is measured.
const DEPTH: usize = 1536;
const NEW_TOKENS: usize = 32;

/// What one turn measured; speeds in tokens a second. `speed.py` prints the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Times {
    said_by: String,
    load_seconds: f64,
    read_short: f64,
    read_long: f64,
    /// after the short prompt
    write: f64,
    /// with [`DEPTH`] tokens before
    write_deep: f64,
    peak_megabytes: Option<u64>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Err("usage: bench_models MODEL.gguf ...".to_owned()),
        ["--once", path] => measure(Path::new(path)).map_err(|e| e.to_string()).and_then(|times| print_json(&times)),
        paths => paths.iter().try_for_each(|path| compare(path)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print_json(times: &Times) -> Result<(), String> {
    println!("{}", serde_json::to_string(times).map_err(|e| e.to_string())?);
    Ok(())
}

fn compare(path: &str) -> Result<(), String> {
    let python = std::env::var_os(PYTHON);
    let myself = std::env::current_exe().map_err(|e| e.to_string())?;
    let (turns, threads) = (setting(TURNS), setting(THREADS));
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..turns {
        ours.push(turn(Command::new(&myself).args(["--once", path]), threads)?);
        if let Some(python) = &python {
            theirs.push(turn(Command::new(python).args([SPEED, path, &threads.to_string()]), threads)?);
        }
    }
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
    let clock = if threads == 1 { ", the processor's time" } else { "" };
    println!("{name}, best of {turns}, threads: {threads}{clock}");
    let (Some(ours), theirs) = (Times::best(&ours), Times::best(&theirs)) else { return Ok(()) };
    if theirs.is_none() {
        println!(
            "(llama.cpp left out: set {PYTHON} to the python of a venv with `pip install llama-cpp-python==0.3.36`)"
        );
    }
    table(&ours, theirs.as_ref());
    Ok(())
}

/// A number from the environment, at least 1.
fn setting((name, usual): (&str, usize)) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual).max(1)
}

fn turn(command: &mut Command, threads: usize) -> Result<Times, String> {
    for name in ["CANDLE_NUM_THREADS", "RAYON_NUM_THREADS"] {
        command.env(name, threads.to_string());
    }
    let output = command.output().map_err(|e| format!("cannot start {command:?}: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = |what: &dyn std::fmt::Display| {
        format!("{command:?}: {what}\n{said}{}", String::from_utf8_lossy(&output.stderr))
    };
    if !output.status.success() {
        return Err(wrong(&output.status));
    }
    serde_json::from_str(said.lines().last().unwrap_or_default()).map_err(|e| wrong(&e))
}

impl Times {
    fn best(turns: &[Self]) -> Option<Self> {
        let most = |of: fn(&Self) -> f64| turns.iter().map(of).fold(0.0, f64::max);
        Some(Self {
            said_by: turns.first()?.said_by.clone(),
            load_seconds: turns.iter().map(|t| t.load_seconds).fold(f64::INFINITY, f64::min),
            read_short: most(|t| t.read_short),
            read_long: most(|t| t.read_long),
            write: most(|t| t.write),
            write_deep: most(|t| t.write_deep),
            peak_megabytes: turns.iter().filter_map(|t| t.peak_megabytes).max(),
        })
    }

    fn rows(&self) -> [(String, Option<f64>); 6] {
        [
            (format!("reading {SHORT_PROMPT} tokens, tokens/s"), Some(self.read_short)),
            (format!("reading {LONG_PROMPT} tokens, tokens/s"), Some(self.read_long)),
            (format!("writing after {SHORT_PROMPT}, tokens/s"), Some(self.write)),
            (format!("writing after {DEPTH}, tokens/s"), Some(self.write_deep)),
            ("load, s".into(), Some(self.load_seconds)),
            ("peak memory, MB".into(), self.peak_megabytes.map(|megabytes| megabytes as f64)),
        ]
    }
}

fn table(ours: &Times, theirs: Option<&Times>) {
    let told = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.2}"));
    let their_rows = theirs.map(Times::rows);
    println!("{:<32} {:>10} {:>24} {:>6}", "", ours.said_by, theirs.map_or("-", |theirs| &theirs.said_by), "ratio");
    for (index, (what, ours)) in ours.rows().into_iter().enumerate() {
        let theirs = their_rows.as_ref().and_then(|rows| rows[index].1);
        let ratio = ours.zip(theirs).map(|(ours, theirs)| ours / theirs);
        println!("{what:<32} {:>10} {:>24} {:>6}", told(ours), told(theirs), told(ratio));
    }
    println!();
}

fn measure(path: &Path) -> Result<Times, ModelError> {
    let started = Instant::now();
    let mut model = LanguageModel::load(path, &LoadOptions::default())?;
    let load_seconds = started.elapsed().as_secs_f64();
    // Spread over the vocabulary, as real text is.
    let tokens: Vec<u32> = (0..DEPTH as u32).map(|n| 1000 + n * 7919 % 20_000).collect();
    model.scores(&tokens[..SHORT_PROMPT])?;
    let read_short = speed(SHORT_PROMPT, || model.scores(&tokens[..SHORT_PROMPT]).map(drop))?;
    let write = |model: &mut LanguageModel| {
        speed(NEW_TOKENS, || {
            tokens[..NEW_TOKENS].iter().try_for_each(|t| model.advance(*t, &Cancel::default()).map(drop))
        })
    };
    let write_short = write(&mut model)?;
    let read_long = speed(LONG_PROMPT, || model.scores(&tokens[..LONG_PROMPT]).map(drop))?;
    model.scores(&tokens)?;
    Ok(Times {
        said_by: "hakim".into(),
        load_seconds,
        read_short,
        read_long,
        write: write_short,
        write_deep: write(&mut model)?,
        peak_megabytes: peak_megabytes(),
    })
}

fn speed(tokens: usize, mut act: impl FnMut() -> Result<(), ModelError>) -> Result<f64, ModelError> {
    let (started, worked) = (Instant::now(), processor_seconds());
    act()?;
    let passed = started.elapsed().as_secs_f64();
    let worked = processor_seconds().zip(worked).map(|(after, before)| after - before);
    let counted = if setting(THREADS) == 1 { worked.unwrap_or(passed) } else { passed };
    Ok(tokens as f64 / counted)
}

/// Processor's time of this thread, where Linux keeps it.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// Linux keeps the largest resident size of the process.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kilobytes.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes / 1000)
}
