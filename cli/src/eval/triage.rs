//! Triage: free text in, how soon the patient needs care out (after Semigran 2015).
//!
//! JSONL `{case_description, urgency_level, correct_diagnosis}` with `em` (emergency), `ne` (a doctor, not now) or `sc` (care at
//! home). Emergency and "today" count as `em`, "within days" and an ordinary visit as `ne`.

use super::case::{assessed, read_lines};
use super::figures::{percentile, wilson};
use anyhow::{Context, ensure};
use hakim_clinical::TriageLevel;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

#[derive(serde::Deserialize)]
struct TriageCase {
    case_description: String,
    urgency_level: String,
    #[serde(default)]
    correct_diagnosis: String,
}

const LEVELS: [&str; 3] = ["em", "ne", "sc"];

pub(crate) fn run(cases: &Path, verbose: bool) -> anyhow::Result<Value> {
    let core = crate::open()?;
    // rows: gold, columns: said
    let mut table = [[0_usize; 3]; 3];
    let mut ms = vec![];
    for (line, case) in read_lines::<TriageCase>(cases, "case")? {
        let gold = LEVELS.iter().position(|l| *l == case.urgency_level.trim());
        let gold = gold.with_context(|| format!("{}:{}: urgency is em, ne or sc", cases.display(), line))?;
        let start = Instant::now();
        let assessment = assessed(core, first_sentence(&case.case_description), case.case_description.clone())?;
        ms.push(start.elapsed().as_secs_f64() * 1000.0);
        let said = match assessment.triage.level {
            TriageLevel::Emergency | TriageLevel::Urgent => 0,
            TriageLevel::Soon | TriageLevel::Routine => 1,
            TriageLevel::SelfCare => 2,
        };
        table[gold][said] += 1;
        if verbose && gold != said {
            let likely = assessment.triage.likely.map(|l| l.condition.to_string());
            let set_by = assessment.triage.dangers.first().map(|d| d.rule.to_string()).or(likely).unwrap_or_default();
            println!("{} -> {}  {:30} {set_by}", LEVELS[gold], LEVELS[said], case.correct_diagnosis);
        }
    }
    ensure!(!ms.is_empty(), "{} holds no case", cases.display());
    report(&table, &ms)
}

/// Age and sex stand in the first sentence.
fn first_sentence(text: &str) -> &str {
    text.split(['.', '\n']).next().unwrap_or_default()
}

fn report(table: &[[usize; 3]; 3], ms: &[f64]) -> anyhow::Result<Value> {
    let n = ms.len();
    let right: usize = (0..3).map(|i| table[i][i]).sum();
    let emergencies: usize = table[0].iter().sum();
    let too_low: usize = table[0][1] + table[0][2] + table[1][2];
    let interval = |k, n| {
        let (low, high) = wilson(k, n);
        format!("(95 % interval {:.1} to {:.1})", low * 100.0, high * 100.0)
    };
    let share = |k: usize, n: usize| k as f64 / n.max(1) as f64;
    println!("n                   {n}");
    println!("right level         {:.1} %  {}", share(right, n) * 100.0, interval(right, n));
    println!("emergencies caught  {} of {emergencies}  {}", table[0][0], interval(table[0][0], emergencies));
    println!("too low             {too_low}, too high {}", n - right - too_low);
    println!("\n{:8}{:>6}{:>6}{:>6}   (row: gold, column: said)", "", LEVELS[0], LEVELS[1], LEVELS[2]);
    for (name, row) in LEVELS.iter().zip(table) {
        println!("{name:8}{:>6}{:>6}{:>6}", row[0], row[1], row[2]);
    }
    println!("time                p50 {:.1} ms, p95 {:.1} ms", percentile(ms, 0.5), percentile(ms, 0.95));
    Ok(json!({
        "n": n, "accuracy": share(right, n), "emergency_recall": share(table[0][0], emergencies),
        "safe": share(n - too_low, n),
        "under": too_low, "over": n - right - too_low, "table": table,
        "p50_ms": percentile(ms, 0.5), "p95_ms": percentile(ms, 0.95),
    }))
}
