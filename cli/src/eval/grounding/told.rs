//! Sentences of the packs, each beside the facts it came with.

use hakim_clinical::{DoseAmount, KnowledgeBase, Lang, decimal};
use hakim_models::grounding::{Fact, sentences::split};

/// A sentence beside the others it came with.
pub(super) struct Told {
    pub(super) sentence: String,
    pub(super) facts: Vec<Fact>,
}

/// Sentences of the packs' passages, each with all of its passage as facts.
pub(super) fn passages(base: &KnowledgeBase) -> Vec<Told> {
    let mut told = vec![];
    for passage in base.passages.values() {
        let sentences = split(passage.text.get(Lang::En));
        let facts: Vec<Fact> = (1..).zip(&sentences).map(|(id, text)| Fact { id, text: text.clone() }).collect();
        told.extend(sentences.into_iter().map(|sentence| Told { sentence, facts: facts.clone() }));
    }
    told
}

/// Doses as a plan says them, each with the other doses of its medicine and one of the next.
pub(super) fn doses(base: &KnowledgeBase) -> Vec<Told> {
    let lines: Vec<Vec<String>> = base
        .medicines
        .values()
        .map(|medicine| {
            let name = medicine.names.term(Lang::En).to_lowercase();
            let line = |rule: &hakim_clinical::DoseRule| {
                let unit = rule.unit.symbol();
                let amount = match rule.amount {
                    DoseAmount::Fixed { low, .. } => format!("{} {unit}", decimal(low)),
                    DoseAmount::PerKg { low, .. } => format!("{} {unit} per kg", decimal(low)),
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
