//! Everything measured at once: the page "How well does it do?" of the window, and its twin in `docs/evaluation.md`.

use super::figures::{wilson, write_json};
use super::vignettes::Telling;
use super::{languages, negation, phenopackets, triage, vignettes};
use anyhow::Context;
use hakim_contract::*;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// What is shown of a suite: key in its JSON, aim, and whether it is a share of all cases (and so has a Wilson interval).
struct Shown(&'static str, Option<f64>, bool);

pub(crate) fn run(data: &Path, own: &Path, day: &str, json: &Path, markdown: &Path) -> anyhow::Result<()> {
    let core = crate::open()?;
    let versions = core.app_status(Nothing {})?;
    let (cases, gold) = (data.join("vignettes/avey_open.jsonl"), data.join("vignettes/avey_open_gold.tsv"));
    let shared = |file: &str| format!("../shared/data/{file}");
    let vignette_files =
        format!("--cases {} --gold {}", shared("vignettes/avey_open.jsonl"), shared("vignettes/avey_open_gold.tsv"));
    let ranked = |aims: [f64; 3]| {
        let [one, three, five] = aims.map(Some);
        vec![Shown("top1", one, true), Shown("top3", three, true), Shown("top5", five, true), Shown("mrr", None, false)]
    };
    let mut suites = vec![];

    let figures = vignettes::run(&cases, &gold, Telling::Whole, false)?;
    let mut shown = ranked([0.75, 0.90, 0.95]);
    shown.extend([
        Shown("ece", Some(0.05), false),
        Shown("ece_by_chance", None, false),
        Shown("ece_shown", None, false),
        Shown("p95_ms", None, false),
    ]);
    let mut suite = suite("vignettes", &figures, &shown, format!("hakim eval vignettes {vignette_files}"));
    suite.groups = serde_json::from_value(figures["groups"].clone())?;
    suite.bins = serde_json::from_value(figures["bins"].clone())?;
    let compared = vignettes::ablations(&cases, &gold, false)?;
    suite.methods = serde_json::from_value(compared)?;
    suites.push(suite);

    let figures = vignettes::run(&cases, &gold, Telling::Dialogue, false)?;
    let shown = [Shown("top1", None, true), Shown("top3", None, true), Shown("top5", None, true)];
    suites.push(self::suite("dialogue", &figures, &shown, format!("hakim eval dialogue {vignette_files}")));

    let told = own.join("languages.jsonl");
    if told.exists() {
        let figures = languages::run(&told, false)?;
        suites.push(told_in(&figures)?);
    }
    let urgent = own.join("triage.jsonl");
    if urgent.exists() {
        let figures = triage::run(&urgent, false)?;
        let shown = [
            Shown("accuracy", Some(0.85), true),
            Shown("emergency_recall", Some(1.0), false),
            Shown("safe", None, true),
        ];
        let command = "hakim eval triage --cases knowledge/cases/triage.jsonl".to_owned();
        suites.push(self::suite("triage", &figures, &shown, command));
    }
    let figures = negation::run(&data.join("negation/negex_open.tsv"), false)?;
    let shown = [Shown("f1", Some(0.96), false), Shown("precision", None, false), Shown("recall", None, false)];
    let command = format!("hakim eval negation --cases {}", shared("negation/negex_open.tsv"));
    suites.push(self::suite("negation", &figures, &shown, command));

    let figures = phenopackets::run(&data.join("phenopackets/cases.jsonl.gz"), false)?;
    let shown =
        [("top1", 0.33), ("top3", 0.44), ("top10", 0.55), ("top1_all", 0.55), ("top3_all", 0.65), ("top10_all", 0.75)]
            .map(|(id, aim)| Shown(id, Some(aim), false));
    let command = format!("hakim eval phenopackets --cases {}", shared("phenopackets/cases.jsonl.gz"));
    suites.push(self::suite("phenopackets", &figures, &shown, command));

    let packs = versions.packs.iter().map(|p| format!("{} {}", p.id, p.version));
    let versions = std::iter::once(format!("hakim {}", versions.version)).chain(packs).collect();
    let evaluation = Evaluation { measured: day.to_owned(), versions, suites };
    write_json(json, &serde_json::to_value(&evaluation)?)?;
    std::fs::write(markdown, tables(&evaluation))
        .with_context(|| format!("{} cannot be written", markdown.display()))?;
    Ok(())
}

fn suite(id: &str, figures: &Value, shown: &[Shown], command: String) -> EvaluationSuite {
    let n = figures["n"].as_u64().unwrap_or_default() as usize;
    let figure = |Shown(id, target, of_all): &Shown| {
        let value = figures[*id].as_f64()?;
        let own = figures["intervals"][*id].as_array().and_then(|i| Some((i.first()?.as_f64()?, i.get(1)?.as_f64()?)));
        let counted = || of_all.then(|| wilson((value * n as f64).round() as usize, n));
        Some(EvaluationFigure { id: (*id).to_owned(), value, interval: own.or_else(counted), target: *target })
    };
    EvaluationSuite {
        id: id.to_owned(),
        n,
        command,
        figures: shown.iter().filter_map(figure).collect(),
        ..EvaluationSuite::default()
    }
}

/// The suite of languages has one row for each.
fn told_in(figures: &Value) -> anyhow::Result<EvaluationSuite> {
    let rows = figures.as_object().context("the languages are no table")?;
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap_or_default();
    let groups = rows.iter().map(|(code, row)| EvaluationGroup {
        kind: "language".into(),
        name: code.clone(),
        n: row["n"].as_u64().unwrap_or_default() as usize,
        top1: number(row, "top1"),
        top3: number(row, "top3"),
    });
    let figures = rows.iter().filter(|(code, _)| *code != "en").map(|(code, row)| EvaluationFigure {
        id: format!("of_english_{code}"),
        value: number(row, "of_english"),
        interval: None,
        target: Some(0.9),
    });
    Ok(EvaluationSuite {
        id: "languages".into(),
        n: rows.get("en").and_then(|r| r["n"].as_u64()).unwrap_or_default() as usize,
        command: "hakim eval languages --cases knowledge/cases/languages.jsonl".into(),
        figures: figures.collect(),
        groups: groups.collect(),
        ..EvaluationSuite::default()
    })
}

/// The same figures for readers of the repository.
fn tables(evaluation: &Evaluation) -> String {
    let mut text = format!(
        "# How well does it do?\n\nMeasured {} with {}; written by `hakim eval page --data ../shared/data --day {} --json \
         consult/evaluation.json --markdown docs/evaluation.md`. The window shows the same under \"About\". What was tried and \
         what is in the way stands in `measured.md`.\n",
        evaluation.measured,
        evaluation.versions.join(", "),
        evaluation.measured
    );
    for suite in &evaluation.suites {
        let _ = writeln!(text, "\n## {}, n {}\n\n`{}`\n", suite.id, suite.n, suite.command);
        let _ = writeln!(text, "| figure | value | 95 % interval | aim |\n|---|---|---|---|");
        for f in &suite.figures {
            let interval =
                f.interval.map(|(l, h)| format!("{} to {}", told(&f.id, l), told(&f.id, h))).unwrap_or_default();
            let target = f.target.map(|t| told(&f.id, t)).unwrap_or_default();
            let _ = writeln!(text, "| {} | {} | {interval} | {target} |", f.id, told(&f.id, f.value));
        }
        if !suite.groups.is_empty() {
            let _ = writeln!(text, "\n| group | n | top-1 | top-3 |\n|---|---|---|---|");
        }
        for g in &suite.groups {
            let _ = writeln!(
                text,
                "| {} {} | {} | {:.1} % | {:.1} % |",
                g.kind,
                g.name,
                g.n,
                g.top1 * 100.0,
                g.top3 * 100.0
            );
        }
        if !suite.bins.is_empty() {
            let _ = writeln!(text, "\n| stated for the first candidate | right | n |\n|---|---|---|");
        }
        for b in &suite.bins {
            let _ = writeln!(text, "| {:.2} | {:.2} | {} |", b.stated, b.right, b.n);
        }
        if !suite.methods.is_empty() {
            let _ = writeln!(text, "\n| method | top-1 | top-3 | top-5 | MRR | ECE |\n|---|---|---|---|---|---|");
        }
        for m in &suite.methods {
            let ece = m.ece.map_or("-".into(), |e| format!("{e:.3}"));
            let [one, three, five] = [m.top1, m.top3, m.top5].map(|x| x * 100.0);
            let _ = writeln!(text, "| {} | {one:.1} % | {three:.1} % | {five:.1} % | {:.3} | {ece} |", m.method, m.mrr);
        }
    }
    text
}

/// A figure in the unit of its kind.
fn told(id: &str, value: f64) -> String {
    match id {
        _ if id.ends_with("_ms") => format!("{value:.1} ms"),
        "mrr" | "ece" | "ece_by_chance" | "ece_shown" | "f1" => format!("{value:.3}"),
        _ if id.starts_with("of_english") => format!("{value:.2}"),
        _ => format!("{:.1} %", value * 100.0),
    }
}
