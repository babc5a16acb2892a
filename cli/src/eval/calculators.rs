//! Calculators on the cases of MedCalc-Bench: JSONL `Calculator Name`, `Relevant Entities`, `Ground Truth Answer`, `Lower Limit`,
//! `Upper Limit`; an answer of `N/A` cannot be worked out and must be refused.

use super::case::read_lines;
use super::figures::wilson;
use anyhow::{Context, ensure};
use hakim_clinical::{Calculator, CalculatorInput, InputKind, Told};
use hakim_consult::Said;
use hakim_contract::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Where published tables differ, the one that the benchmark took throughout: calculator, input, option.
const CONVENTIONS: &[(&str, &str, &str)] = &[("morphine-equivalents", "table", "table-2017")];

/// Findings with degrees that a case leaves out where there are none.
const ABSENT: [&str; 2] = ["ascites", "encephalopathy"];

/// What the calculator gets of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Given {
    /// the values listed with the case
    Entities,
    /// its note, and what the question itself says
    Note,
}

#[derive(serde::Deserialize)]
struct Case {
    #[serde(rename = "Unique ID")]
    id: Value,
    #[serde(rename = "Calculator Name")]
    name: String,
    #[serde(rename = "Question", default)]
    question: String,
    #[serde(rename = "Patient Note", default)]
    note: String,
    #[serde(rename = "Relevant Entities", default)]
    entities: Value,
    #[serde(rename = "Ground Truth Answer")]
    answer: Value,
    #[serde(rename = "Lower Limit")]
    low: Value,
    #[serde(rename = "Upper Limit")]
    high: Value,
}

#[derive(Default)]
struct Tally {
    asked: usize,
    right: usize,
    unanswerable: usize,
    refused: usize,
}

pub(crate) fn run(cases: &Path, given: Given, verbose: bool) -> anyhow::Result<Value> {
    let core = crate::open()?;
    let base = &core.knowledge().base;
    let (mut tally, mut unknown) = (Tally::default(), vec![]);
    for (line, case) in read_lines::<Case>(cases, "case")? {
        let named = |c: &&Calculator| c.names.0.values().any(|n| n.lay.contains(&case.name) || n.term == case.name);
        let Some(calculator) = base.calculators.values().find(named) else {
            unknown.push(case.name);
            tally.asked += 1;
            continue;
        };
        let told = match given {
            Given::Entities => {
                let entities = entities(&case.entities)
                    .with_context(|| format!("{}:{}: its entities cannot be read", cases.display(), line))?;
                Some(told(calculator, &entities))
            }
            Given::Note => told_by_note(core.knowledge(), calculator, &case)?,
        };
        let refused = || Calculation::Refused { why: "not-for-them".into(), asks: vec![], possible: None };
        let outcome = match told.clone() {
            Some(told) => core.calculate(CalculateRequest { id: calculator.id.clone(), told })?,
            None => refused(),
        };
        let right = is_right(&case, &outcome);
        if text_of(&case.answer) == "N/A" {
            tally.unanswerable += 1;
            tally.refused += usize::from(right);
        } else {
            tally.asked += 1;
            tally.right += usize::from(right);
        }
        if verbose && !right {
            println!("{} {}: due {}, came {outcome:?}\n   from {told:?}", case.id, case.name, case.answer);
        }
    }
    let all = tally.asked + tally.unanswerable;
    ensure!(all > 0, "{} holds no case", cases.display());
    unknown.sort();
    unknown.dedup();
    if !unknown.is_empty() {
        println!("no such calculator: {}", unknown.join("; "));
    }
    let (low, high) = wilson(tally.right, tally.asked);
    println!(
        "right {} of {} ({:.1} %, 95 % {:.1} to {:.1}); refused {} of {} that cannot be worked out",
        tally.right,
        tally.asked,
        100.0 * tally.right as f64 / tally.asked.max(1) as f64,
        100.0 * low,
        100.0 * high,
        tally.refused,
        tally.unanswerable
    );
    Ok(json!({
        "n": all,
        "accuracy": tally.right as f64 / tally.asked.max(1) as f64,
        "abstain_recall": tally.refused as f64 / tally.unanswerable.max(1) as f64,
    }))
}

/// The note's answers, completed by what the question says; `None`: the note is not about what the calculator is for.
fn told_by_note(
    knowledge: &hakim_consult::Knowledge,
    calculator: &Calculator,
    case: &Case,
) -> anyhow::Result<Option<BTreeMap<String, Told>>> {
    // The benchmark writes its days month first.
    let read = |text: &str| hakim_consult::read_note(knowledge, calculator, text, Some(true));
    // "Based on the patient's dose of X, what ...": what is asked about stands first.
    let asked = case.question.split_once("dose of ").and_then(|(_, rest)| rest.split_once(',')).map(|(given, _)| given);
    let note = match asked {
        Some(given) => read(&format!("{given}.\n\n{}", case.note))?,
        None => read(&case.note)?,
    };
    if !note.applies {
        return Ok(None);
    }
    let mut told = conventions(calculator);
    for (id, answer) in note.answers {
        // Silence does not go before what the benchmark takes throughout.
        if answer.said != Said::Nowhere || !told.contains_key(&id) {
            told.insert(id, answer.told);
        }
    }
    // "What is the equivalent dosage in mg of PredniSONE PO?": what is wanted stands last.
    let wanted = case.question.rsplit_once(" of ").map_or("", |(_, last)| last);
    for (id, answer) in read(&format!("to {wanted}"))?.answers {
        let choice =
            |i: &CalculatorInput| i.id == id && id.starts_with("to-") && matches!(i.kind, InputKind::Choice { .. });
        if calculator.inputs.iter().any(choice) {
            told.insert(id, answer.told);
        }
    }
    Ok(Some(told))
}

/// What the benchmark takes throughout.
fn conventions(calculator: &Calculator) -> BTreeMap<String, Told> {
    let own = CONVENTIONS.iter().filter(|(id, _, _)| *id == calculator.id.as_str());
    own.map(|(_, input, option)| ((*input).to_owned(), Told::Word((*option).to_owned()))).collect()
}

/// Within the limits; the same day; or refused where nothing can be worked out.
fn is_right(case: &Case, outcome: &Calculation) -> bool {
    let due = text_of(&case.answer);
    match outcome {
        Calculation::Refused { .. } => due == "N/A",
        Calculation::Worked { value, .. } if due.contains('/') => american(&due).is_some_and(|day| day == *value),
        Calculation::Worked { exact, .. } if due.contains("weeks") => weeks_and_days(&due) == Some(*exact),
        Calculation::Worked { exact, .. } => {
            let limits = text_of(&case.low).parse::<f64>().ok().zip(text_of(&case.high).parse::<f64>().ok());
            // The limits of negative answers stand the other way round in some rows.
            limits.is_some_and(|(a, b)| (a.min(b) - 1e-9..=a.max(b) + 1e-9).contains(exact))
        }
    }
}

/// As a map, or as Python writes one: `{'sex': 'Male', 'weight': [59.0, 'kg'], 'dialysis': True}`.
fn entities(written: &Value) -> anyhow::Result<Map<String, Value>> {
    let text = match written {
        Value::Object(map) => return Ok(map.clone()),
        Value::String(text) => text,
        _ => anyhow::bail!("neither a map nor a text"),
    };
    let mut json = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut word = String::new();
    let end_word = |word: &mut String, json: &mut String| {
        json.push_str(match word.as_str() {
            "True" => "true",
            "False" => "false",
            "None" => "null",
            other => other,
        });
        word.clear();
    };
    while let Some(c) = chars.next() {
        if c != '\'' && c != '"' {
            if c.is_alphabetic() {
                word.push(c);
            } else {
                end_word(&mut word, &mut json);
                json.push(c);
            }
            continue;
        }
        end_word(&mut word, &mut json);
        let mut inside = String::new();
        while let Some(next) = chars.next() {
            match next {
                '\\' => inside.extend(chars.next()),
                _ if next == c => break,
                _ => inside.push(next),
            }
        }
        json.push_str(&Value::String(inside).to_string());
    }
    Ok(serde_json::from_str(&json)?)
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `04/26/2001` as `2001-04-26`.
fn american(day: &str) -> Option<String> {
    let parts: Vec<u32> = day.split('/').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [month, day, year] = parts.as_slice() else { return None };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// `('27 weeks', '5 days')` in days.
fn weeks_and_days(written: &str) -> Option<f64> {
    let mut numbers = written.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<f64>().ok());
    Some(numbers.next()? * 7.0 + numbers.next()?)
}

/// The case's entities as answers to what the calculator asks.
fn told(calculator: &Calculator, entities: &Map<String, Value>) -> BTreeMap<String, Told> {
    let mut told = conventions(calculator);
    for input in &calculator.inputs {
        // `Race=Black` is a yes where `Race` is `Black`, and a no where it is something else.
        let answers = entities.iter().filter_map(|(name, value)| {
            let known = |e: &String| e.eq_ignore_ascii_case(name);
            let is =
                input.entities.iter().filter_map(|e| e.split_once('=')).find(|(of, _)| of.eq_ignore_ascii_case(name));
            match is {
                Some((_, due)) => Some(Told::Yes(text_of(value).eq_ignore_ascii_case(due))),
                None => input.entities.iter().any(known).then(|| answer(input, value)).flatten(),
            }
        });
        for answer in answers.collect::<Vec<_>>() {
            // Several entities of one question: any yes is a yes.
            if told.get(&input.id) != Some(&Told::Yes(true)) {
                told.insert(input.id.clone(), answer);
            }
        }
    }
    // What a case does not list is not so; the window asks where silence must not reassure.
    for input in calculator.inputs.iter().filter(|i| i.unless_told.is_none() && !i.optional) {
        let absent = match &input.kind {
            InputKind::Yes => Some(Told::Yes(false)),
            // The first answer is the one of the healthy.
            InputKind::Choice { options } if ABSENT.contains(&input.id.as_str()) => {
                options.first().map(|option| Told::Word(option.id.clone()))
            }
            _ => None,
        };
        if let Some(absent) = absent {
            told.entry(input.id.clone()).or_insert(absent);
        }
    }
    told
}

fn answer(input: &CalculatorInput, value: &Value) -> Option<Told> {
    let word = || value.as_str().map(|w| w.trim().to_lowercase());
    match &input.kind {
        InputKind::Years | InputKind::Quantity { .. } | InputKind::Count { .. } => number(input, value),
        InputKind::Sex => word().map(Told::Word),
        InputKind::Yes => match value {
            Value::Bool(yes) => Some(Told::Yes(*yes)),
            _ => {
                let word = word()?;
                let no = ["none", "no", "absent", "not mentinoed", "not mentioned", "normal", "n/a"]
                    .contains(&word.as_str());
                Some(Told::Yes(!no))
            }
        },
        InputKind::Choice { options } => {
            // `input steroid` is written [name, dose, unit].
            let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
            let word = match value {
                Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                Value::String(word) => word.trim().to_lowercase(),
                other => other.to_string(),
            };
            // `Hydrocortisone IV`: the first word, without the route.
            let first = word.split_whitespace().next().unwrap_or_default().to_owned();
            let fits = |o: &&hakim_clinical::ChoiceOption| {
                o.id == word
                    || o.id == first
                    || o.entities.iter().any(|e| e.to_lowercase() == word)
                    || o.say.0.values().any(|say| say.to_lowercase() == word)
            };
            options.iter().find(fits).map(|option| Told::Word(option.id.clone()))
        }
        InputKind::Date => american(value.as_str()?).map(Told::Word),
    }
}

/// `[70.0, "kg"]`, `1.4`, or `["Hydrocortisone IV", 186.7, "mg"]`.
fn number(input: &CalculatorInput, value: &Value) -> Option<Told> {
    let list = value.as_array().map(Vec::as_slice);
    let (value, unit) = match list {
        Some([value, unit]) => (value.as_f64()?, unit.as_str()),
        Some([_, value, unit]) => (value.as_f64()?, unit.as_str()),
        _ => (value.as_f64()?, None),
    };
    let InputKind::Quantity { unit: wanted, .. } = &input.kind else {
        let unit = unit.filter(|_| input.kind == InputKind::Years).map(str::to_owned);
        return Some(Told::Number { value, unit });
    };
    // The file names the volume alone where it means a count in it (`µL`, and by mistake `L` or `m^3`).
    let counted = wanted.ends_with("/uL") || wanted.ends_with("*9/L");
    let unit = match unit {
        Some("µL" | "uL" | "L" | "m^3" | "mm^3") if counted => Some("/uL"),
        other => other,
    };
    Some(Told::Number { value, unit: unit.map(str::to_owned) })
}
