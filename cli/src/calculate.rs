//! `hakim calculate [ID] [INPUT=VALUE ...]`: the calculators of the packs.

use anyhow::{Context, bail};
use hakim_clinical::{InputKind, Lang, Told};
use hakim_contract::*;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Id of the calculator; left out, all are listed
    id: Option<String>,
    /// Answers: `age=71`, `creatinine=1.2mg/dL`, `dialysis=yes`; left out, what it asks is listed
    answers: Vec<String>,
    /// A note to read the answers from
    #[arg(long)]
    note: Option<std::path::PathBuf>,
    /// Language of the answer: en, ur
    #[arg(long, default_value = "en", value_parser = crate::consult::parse_lang)]
    lang: Lang,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let core = crate::open()?;
    let lang = arguments.lang;
    let Some(id) = &arguments.id else {
        for head in core.calculators_list(Nothing {})?.calculators {
            println!("{:<36} {:<12} {}", head.id.as_str(), head.group, head.name.get(lang));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let note = match &arguments.note {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read as UTF-8 text", file.display()))?,
        ),
        None => None,
    };
    let from_note = note.is_some();
    let view = core.calculator(CalculatorRequest { id: id.as_str().into(), intake: None, note })?;
    if arguments.answers.is_empty() && !from_note {
        println!("{}: {}", view.head.name.get(lang), view.head.about.get(lang));
        for asks in &view.asks {
            let left = if asks.optional || asks.usual.is_some() { " (may be left out)" } else { "" };
            println!("  {:<28} {}{left}", format!("{}={}", asks.id, kind(&asks.kind)), asks.ask.get(lang));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut told = view.filled.clone();
    for (input, quote) in &view.quotes {
        println!("  {input}: {quote}");
    }
    for answer in &arguments.answers {
        let (input, value) = answer.split_once('=').with_context(|| format!("`{answer}` is not INPUT=VALUE"))?;
        let Some(asks) = view.asks.iter().find(|asks| asks.id == input) else {
            bail!("`{input}` is nothing this calculator asks: `hakim calculate {id}` lists what it does");
        };
        told.insert(input.to_owned(), read(&asks.kind, value).with_context(|| format!("`{answer}` cannot be read"))?);
    }
    match core.calculate(CalculateRequest { id: id.as_str().into(), told })? {
        Calculation::Worked { value, unit, means, steps, points, assumed, .. } => {
            for step in steps {
                println!("  {} = {} = {}", step.say.get(lang), step.written, step.value);
            }
            for (say, points) in points {
                println!("  {points:+} {}", say.get(lang));
            }
            println!("{} {unit}", value);
            if let Some(means) = means {
                println!("{}", means.get(lang));
            }
            if !assumed.is_empty() {
                let assumed: Vec<&str> = assumed.iter().map(|ask| ask.get(lang)).collect();
                println!("not told, taken as usual: {}", assumed.join("; "));
            }
            println!("{} ({}, {})", view.citation.title, view.citation.publisher, view.citation.edition);
            Ok(ExitCode::SUCCESS)
        }
        Calculation::Refused { why, asks, possible } => {
            let asks: Vec<&str> = asks.iter().map(|ask| ask.get(lang)).collect();
            println!("no result: {why} {}", asks.join("; "));
            if let Some((low, high, unit)) = possible {
                println!("possible: {low} to {high} {unit}");
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn kind(kind: &InputKind) -> String {
    match kind {
        InputKind::Years => "YEARS".into(),
        InputKind::Sex => "male|female".into(),
        InputKind::Quantity { unit, .. } => unit.clone(),
        InputKind::Yes => "yes|no".into(),
        InputKind::Choice { options } => options.iter().map(|o| o.id.as_str()).collect::<Vec<_>>().join("|"),
        InputKind::Date => "2026-11-27".into(),
        InputKind::Count { .. } => "NUMBER".into(),
    }
}

/// An answer as typed: a number may be followed by its unit.
fn read(kind: &InputKind, value: &str) -> anyhow::Result<Told> {
    Ok(match kind {
        InputKind::Years | InputKind::Quantity { .. } | InputKind::Count { .. } => {
            let end = value.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(value.len());
            let unit = value[end..].trim();
            Told::Number { value: value[..end].parse()?, unit: (!unit.is_empty()).then(|| unit.to_owned()) }
        }
        InputKind::Yes => Told::Yes(match value {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            _ => bail!("write yes or no"),
        }),
        InputKind::Sex | InputKind::Choice { .. } | InputKind::Date => Told::Word(value.to_owned()),
    })
}
