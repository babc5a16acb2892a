//! Times the sentence encoder on this computer, one text after the other beside all together: `bench_embed MODEL TOKENIZER`.
//!
//! The texts are questions and passages of mixed length. The two ways take turns, and of each the best turn counts: others use
//! the machine too. The processor's time of the whole process stands beside the clock's. `--vectors` prints the vectors of the
//! first texts as JSON instead, for `tests/encoder/vectors.json`.

use hakim_models::embed::{Encoder, Kind, cosine};
use hakim_models::error::ModelError;
use hakim_models::threads;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

const TURNS: usize = 5;
/// Texts of each kind.
const COUNT: usize = 120;
/// Texts whose vectors are printed.
const PRINTED: usize = 12;

const SENTENCES: [&str; 12] = [
    "Fever for three days with a dry cough and no appetite.",
    "بخار اور کھانسی تین دن سے ہے، سانس نہیں پھولتا۔",
    "Pain in the chest that spreads to the left arm, with sweating.",
    "दिल्ली में तीन दिन से बुख़ार और खाँसी है।",
    "Give oral rehydration solution after each loose stool; go on with feeding.",
    "ألم في الصدر وضيق النفس منذ ساعتين.",
    "The child breathes fifty times a minute and the lower chest wall goes in.",
    "Douleur abdominale à droite, fièvre à 38,5 °C et nausées.",
    "Itchy skin between the fingers at night; others in the house itch too.",
    "Stiff neck and headache with a rash that does not fade under a glass.",
    "سینے میں درد جو بائیں بازو تک جاتا ہے",
    "Blood pressure of 160/100 measured twice, no symptoms.",
];

fn main() -> ExitCode {
    threads::set(None);
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--vectors", model, tokenizer] => print_vectors(Path::new(model), Path::new(tokenizer)),
        [model, tokenizer] => measure(Path::new(model), Path::new(tokenizer)),
        _ => {
            eprintln!("usage: bench_embed [--vectors] e5-small-q4.bin e5-small-tokenizer.json");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Questions of a few words.
fn questions() -> Vec<String> {
    (0..COUNT)
        .map(|n| SENTENCES[n % 12].split_whitespace().skip(n / 12 % 3).take(3 + n % 5).collect::<Vec<_>>().join(" "))
        .collect()
}

/// Passages of one to six sentences.
fn passages() -> Vec<String> {
    let passage = |n: usize| (0..=n % 6).map(|k| SENTENCES[(n * 5 + k * 7) % 12]).collect::<Vec<_>>().join(" ");
    (0..COUNT).map(passage).collect()
}

fn print_vectors(model: &Path, tokenizer: &Path) -> Result<(), ModelError> {
    let encoder = Encoder::load(model, tokenizer)?;
    let texts: Vec<String> =
        questions().into_iter().take(PRINTED / 2).chain(passages().into_iter().take(PRINTED / 2)).collect();
    println!("[");
    for (index, text) in texts.iter().enumerate() {
        let (kind, name) = if index < PRINTED / 2 { (Kind::Query, "query") } else { (Kind::Passage, "passage") };
        let vector: Vec<String> = encoder.encode(text, kind)?.iter().map(|x| format!("{x:.5}")).collect();
        let comma = if index + 1 < texts.len() { "," } else { "" };
        println!(
            "{{\"kind\": \"{name}\", \"text\": {}, \"vector\": [{}]}}{comma}",
            serde_json::json!(text),
            vector.join(",")
        );
    }
    println!("]");
    Ok(())
}

/// Seconds by the clock and of the processor.
#[derive(Debug, Clone, Copy)]
struct Spent {
    clock: f64,
    processor: f64,
}

impl Spent {
    fn less(self, other: Self) -> Self {
        Self { clock: self.clock.min(other.clock), processor: self.processor.min(other.processor) }
    }
}

fn measure(model: &Path, tokenizer: &Path) -> Result<(), ModelError> {
    let started = Instant::now();
    let encoder = Encoder::load(model, tokenizer)?;
    println!("loaded in {:.2} s; {TURNS} turns, the best of each counts", started.elapsed().as_secs_f64());
    let (questions, passages) = (questions(), passages());
    let mut mixed = questions.clone();
    mixed.extend(passages.iter().cloned());
    println!(
        "{:<12} {:>6} {:>22} {:>22} {:>7} {:>10}",
        "", "texts", "one by one, texts/s", "together, texts/s", "ratio", "ratio, CPU"
    );
    for (what, texts, kind) in [
        ("questions", &questions, Kind::Query),
        ("passages", &passages, Kind::Passage),
        ("mixed", &mixed, Kind::Passage),
    ] {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut alone = Spent { clock: f64::INFINITY, processor: f64::INFINITY };
        let mut together = alone;
        let mut least: f32 = 1.0;
        for _ in 0..TURNS {
            let mut singles = vec![];
            alone = alone.less(timed(|| {
                singles = texts.iter().map(|text| encoder.encode(text, kind)).collect::<Result<_, _>>()?;
                Ok(())
            })?);
            let mut batch = vec![];
            together = together.less(timed(|| {
                batch = encoder.encode_batch(&texts, kind)?;
                Ok(())
            })?);
            least = singles.iter().zip(&batch).map(|(a, b)| cosine(a, b)).fold(least, f32::min);
        }
        let speed = |spent: Spent| texts.len() as f64 / spent.clock;
        println!(
            "{what:<12} {:>6} {:>22.1} {:>22.1} {:>7.2} {:>10.2}   (least cosine of the two {least:.5})",
            texts.len(),
            speed(alone),
            speed(together),
            alone.clock / together.clock,
            alone.processor / together.processor,
        );
    }
    Ok(())
}

fn timed(act: impl FnOnce() -> Result<(), ModelError>) -> Result<Spent, ModelError> {
    let (clock, processor) = (Instant::now(), processor_seconds());
    act()?;
    Ok(Spent { clock: clock.elapsed().as_secs_f64(), processor: processor_seconds() - processor })
}

/// Time of the processor that this process took so far (Linux; elsewhere not a number).
fn processor_seconds() -> f64 {
    let read = || {
        let tasks = std::fs::read_dir("/proc/self/task").ok()?;
        let nanoseconds = |task: std::fs::DirEntry| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<f64>().ok()
        };
        Some(tasks.flatten().filter_map(nanoseconds).sum::<f64>() / 1e9)
    };
    read().unwrap_or(f64::NAN)
}
