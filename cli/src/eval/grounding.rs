//! Planted errors: sentences of the packs with one number, medicine, denial or side changed must not pass as supported by what they
//! were taken from; the same sentences unchanged must.
//!
//! The sentences are taken evenly over all passages and dose rules, the same ones each time.

use super::figures::wilson;
use hakim_clinical::{DoseAmount, KnowledgeBase, Lang, decimal};
use hakim_consult::terms;
use hakim_knowledge::{builtin_packs, load};
use hakim_models::grounding::{Fact, Verdict, check_sentence, sentences::split};
use serde_json::{Value, json};

/// Sentences of each kind.
const OF_EACH: usize = 50;
const KINDS: [&str; 4] = ["number", "medicine", "denial", "side"];

/// Words of which one is put for the other.
const SIDES: [(&str, &str); 8] = [
    ("left", "right"),
    ("upper", "lower"),
    ("high", "low"),
    ("before", "after"),
    ("acute", "chronic"),
    ("first", "second"),
    ("dry", "wet"),
    ("mild", "severe"),
];

/// A sentence beside the others it came with.
struct Told {
    sentence: String,
    facts: Vec<Fact>,
}

pub(crate) fn run(verbose: bool) -> anyhow::Result<Value> {
    let base = load(&builtin_packs()).base;
    let vocabulary = terms(&base);
    let medicines: Vec<String> = base.medicines.values().map(|m| m.names.term(Lang::En).to_lowercase()).collect();
    let told: Vec<Told> = doses(&base).into_iter().chain(passages(&base)).collect();
    let supported = |told: &Told, sentence: &str| {
        matches!(check_sentence(sentence, &told.facts, &vocabulary), Verdict::Supported { .. })
    };
    let mut figures = serde_json::Map::new();
    let (mut all_caught, mut all_planted, mut all_true, mut all_kept) = (0, 0, 0, 0);
    println!("{:<10} {:>8} {:>8}   {:<18} true sentences kept", "planted", "errors", "caught", "95 % interval");
    for kind in KINDS {
        let candidates: Vec<(&Told, String)> =
            told.iter().filter_map(|t| Some((t, plant(kind, &t.sentence, &medicines)?))).collect();
        let step = (candidates.len() / OF_EACH).max(1);
        let chosen: Vec<&(&Told, String)> = candidates.iter().step_by(step).take(OF_EACH).collect();
        let passed: Vec<_> = chosen.iter().filter(|(told, planted)| supported(told, planted)).collect();
        let lost: Vec<_> = chosen.iter().filter(|(told, _)| !supported(told, &told.sentence)).collect();
        let (caught, kept) = (chosen.len() - passed.len(), chosen.len() - lost.len());
        let (low, high) = wilson(caught, chosen.len());
        println!(
            "{kind:<10} {:>8} {caught:>8}   {:<18} {kept} of {}",
            chosen.len(),
            format!("{:.1} to {:.1} %", low * 100.0, high * 100.0),
            chosen.len()
        );
        if verbose {
            for (told, planted) in passed {
                println!("  passed: {planted}\n     was: {}", told.sentence);
            }
            for (told, _) in lost {
                println!("  lost: {}", told.sentence);
            }
        }
        figures.insert(kind.into(), json!({ "planted": chosen.len(), "caught": caught, "true_kept": kept }));
        (all_caught, all_planted) = (all_caught + caught, all_planted + chosen.len());
        (all_true, all_kept) = (all_true + chosen.len(), all_kept + kept);
    }
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    println!(
        "together: {all_caught} of {all_planted} caught ({:.1} %), {all_kept} of {all_true} true sentences kept ({:.1} %)",
        share(all_caught, all_planted),
        share(all_kept, all_true)
    );
    Ok(Value::Object(figures))
}

/// Sentences of the packs' passages, each with all of its passage as facts.
fn passages(base: &KnowledgeBase) -> Vec<Told> {
    let mut told = vec![];
    for passage in base.passages.values() {
        let sentences = split(passage.text.get(Lang::En));
        let facts: Vec<Fact> = (1..).zip(&sentences).map(|(id, text)| Fact { id, text: text.clone() }).collect();
        told.extend(sentences.into_iter().map(|sentence| Told { sentence, facts: facts.clone() }));
    }
    told
}

/// Doses as a plan says them, each with the other doses of its medicine and one of the next.
fn doses(base: &KnowledgeBase) -> Vec<Told> {
    let lines: Vec<Vec<String>> = base
        .medicines
        .values()
        .map(|medicine| {
            let name = medicine.names.term(Lang::En).to_lowercase();
            let line = |rule: &hakim_clinical::DoseRule| {
                let amount = match rule.amount {
                    DoseAmount::Fixed { low, .. } => format!("{} mg", decimal(low)),
                    DoseAmount::PerKg { low, .. } => format!("{} mg per kg", decimal(low)),
                };
                let days = rule.days.map(|d| format!(" for {} days", decimal(d))).unwrap_or_default();
                format!("Give {name} {amount} {} times daily{days}.", decimal(rule.times_per_day))
            };
            medicine.doses.iter().map(line).collect::<Vec<String>>()
        })
        .filter(|lines| !lines.is_empty())
        .collect();
    let mut told = vec![];
    for (at, own) in lines.iter().enumerate() {
        let next = lines[(at + 1) % lines.len()].iter().take(1);
        let facts: Vec<Fact> =
            (1..).zip(own.iter().take(1).chain(next)).map(|(id, text)| Fact { id, text: text.clone() }).collect();
        told.push(Told { sentence: own[0].clone(), facts });
    }
    told
}

/// The sentence with one thing changed; none where it holds nothing of the kind.
fn plant(kind: &str, sentence: &str, medicines: &[String]) -> Option<String> {
    match kind {
        "number" => other_number(sentence),
        "medicine" => other_medicine(sentence, medicines),
        "denial" => denied(sentence),
        _ => other_side(sentence),
    }
}

/// The first number doubled.
fn other_number(sentence: &str) -> Option<String> {
    let start = sentence.find(|c: char| c.is_ascii_digit())?;
    let rest = &sentence[start..];
    let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number: u64 = rest[..length].parse().ok()?;
    Some(format!("{}{}{}", &sentence[..start], number.max(1) * 2, &rest[length..]))
}

/// The first medicine named, put out by the next of the list that is not in the sentence.
fn other_medicine(sentence: &str, medicines: &[String]) -> Option<String> {
    let lower = sentence.to_lowercase();
    let whole = |name: &str| {
        let at = lower.find(name)?;
        let bounded = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        (bounded(lower[..at].chars().next_back()) && bounded(lower[at + name.len()..].chars().next())).then_some(at)
    };
    let (which, at) = medicines.iter().enumerate().find_map(|(which, name)| Some((which, whole(name)?)))?;
    if lower.len() != sentence.len() {
        return None;
    }
    let other = medicines.iter().cycle().skip(which + 7).take(medicines.len()).find(|name| !lower.contains(*name))?;
    Some(format!("{}{other}{}", &sentence[..at], &sentence[at + medicines[which].len()..]))
}

/// A denial taken away, or one put in.
fn denied(sentence: &str) -> Option<String> {
    for (from, to) in [(" is not ", " is "), (" are not ", " are "), (" does not ", " does "), (" without ", " with ")]
    {
        if sentence.contains(from) {
            return Some(sentence.replacen(from, to, 1));
        }
    }
    for (from, to) in
        [(" is ", " is not "), (" are ", " are not "), (" needs ", " does not need "), (" with ", " without ")]
    {
        if sentence.contains(from) {
            return Some(sentence.replacen(from, to, 1));
        }
    }
    None
}

fn other_side(sentence: &str) -> Option<String> {
    for (one, other) in SIDES {
        for (from, to) in [(one, other), (other, one)] {
            let spaced = format!(" {from} ");
            if sentence.contains(&spaced) {
                return Some(sentence.replacen(&spaced, &format!(" {to} "), 1));
            }
        }
    }
    None
}
