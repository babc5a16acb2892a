//! Pairs of medicines that are known to interact: are they found, how gravely, and how often would the user be stopped? CSV, two
//! names a row; a heading is passed over where its names are no medicines.

use super::figures::wilson;
use anyhow::{Context, ensure};
use hakim_clinical::{WarningKind, WarningLevel};
use hakim_contract::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(crate) fn run(pairs: &Path, verbose: bool) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(pairs).with_context(|| format!("{} cannot be read", pairs.display()))?;
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let core = crate::open()?;
    let intake: Intake = serde_json::from_value(json!({ "patient": { "age": 40 * 365 } }))?;
    let (mut n, mut known, mut found, mut stopping) = (0, 0, 0, 0);
    let mut unknown = BTreeSet::new();
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, row) in rows.records().enumerate() {
        let row = row.with_context(|| format!("{}: row {} cannot be read", pairs.display(), at + 1))?;
        let names: Vec<String> = row.iter().take(2).map(|name| name.trim().to_owned()).collect();
        ensure!(names.len() == 2, "{}: row {} has not two names", pairs.display(), at + 1);
        let reply = core.medicines_check(MedicinesRequest { intake: intake.clone(), names: names.clone() })?;
        let lost: Vec<&str> = reply.names.iter().filter(|n| n.name.is_none()).map(|n| n.typed.as_str()).collect();
        if at == 0 && lost.len() == 2 {
            continue;
        }
        n += 1;
        unknown.extend(lost.iter().map(|name| (*name).to_owned()));
        if !lost.is_empty() {
            continue;
        }
        known += 1;
        let of_both =
            |w: &&WarningView| matches!(w.kind, WarningKind::Interaction | WarningKind::HerbDrug | WarningKind::Burden);
        let together = reply.warnings.iter().filter(of_both);
        // The gravest comes first.
        let gravest = together.map(|w| w.level).next();
        *levels.entry(gravest.map_or("none", name)).or_default() += 1;
        found += usize::from(gravest.is_some());
        stopping += usize::from(gravest == Some(WarningLevel::Stop));
        if verbose {
            println!("{}\t{}", gravest.map_or("none", name), names.join(" + "));
        }
    }
    ensure!(n > 0, "{} holds no pair", pairs.display());
    let share = |part: usize| part as f64 / known.max(1) as f64;
    let told = |part: usize| {
        let (low, high) = wilson(part, known);
        format!("{part} of {known} ({:.1} %, 95 % {:.1} to {:.1})", 100.0 * share(part), 100.0 * low, 100.0 * high)
    };
    println!("{n} pairs, both names known in {known}");
    println!("found {}", told(found));
    println!("interruptive {}", told(stopping));
    let spread: Vec<String> = levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
    println!("severity: {}", spread.join(", "));
    if !unknown.is_empty() {
        println!("unknown names: {}", unknown.iter().cloned().collect::<Vec<_>>().join("; "));
    }
    Ok(json!({
        "n": n, "known": known, "recall": share(found), "interruptive_rate": share(stopping), "severity": levels,
        "unknown": unknown,
    }))
}

fn name(level: WarningLevel) -> &'static str {
    match level {
        WarningLevel::Stop => "stop",
        WarningLevel::Caution => "caution",
        WarningLevel::Note => "note",
    }
}
