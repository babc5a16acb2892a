//! Calculators for the window: the list, a form filled in from the visit, and the result in words.

use crate::library::Knowledge;
use crate::note::{NoteReading, read_note};
use crate::views::citation;
use hakim_clinical::*;
use hakim_contract::*;
use hakim_reasoning::calculate::{Calculated, Refusal, calculate, day_text};
use hakim_reasoning::reading::Said;
use std::collections::BTreeMap;

/// Every calculator, by group, then by name.
pub(crate) fn list(base: &KnowledgeBase) -> CalculatorList {
    let mut calculators: Vec<CalculatorHead> = base.calculators.values().map(head).collect();
    calculators.sort_by(|a, b| (&a.group, a.name.get(Lang::En)).cmp(&(&b.group, b.name.get(Lang::En))));
    CalculatorList { calculators }
}

fn head(calculator: &Calculator) -> CalculatorHead {
    let all = calculator.names.0.values().flat_map(|name| std::iter::once(&name.term).chain(&name.lay));
    CalculatorHead {
        id: calculator.id.clone(),
        group: calculator.group.clone(),
        name: calculator.names.terms(),
        about: calculator.about.clone(),
        also: all.cloned().collect(),
    }
}

fn find<'a>(base: &'a KnowledgeBase, id: &CalculatorId) -> Result<&'a Calculator, Failure> {
    base.calculators.get(id).ok_or_else(|| Failure::new("calculator-unknown").with("calculator", id))
}

/// What a calculator asks, with what the visit and a note already tell. A day that counts where none is told is the formula's own
/// and is not asked.
///
/// # Errors
/// `calculator-unknown`, `text-too-long`, `text-not-text`.
pub(crate) fn view(knowledge: &Knowledge, request: &CalculatorRequest) -> Result<CalculatorView, Failure> {
    let base = &knowledge.base;
    let calculator = find(base, &request.id)?;
    let asked = |input: &&CalculatorInput| !(input.kind == InputKind::Date && input.unless_told.is_some());
    let asks = calculator.inputs.iter().filter(asked).map(|input| CalculatorAsks {
        id: input.id.clone(),
        kind: input.kind.clone(),
        ask: ask_of(input),
        optional: input.optional,
        usual: input.unless_told.clone(),
    });
    let mut filled = request.intake.as_ref().map(|intake| filled(calculator, intake)).unwrap_or_default();
    let (mut quotes, mut also, mut off_subject) = (BTreeMap::new(), BTreeMap::new(), false);
    let story = request.intake.as_ref().map(|intake| intake.text.as_str());
    // A note that was given for this very purpose goes before what the visit knows; the story of the visit after it.
    for (text, over) in [(request.note.as_deref(), true), (story, false)] {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { continue };
        let NoteReading { answers, about, .. } = read_note(knowledge, calculator, text, None)?;
        off_subject |= over && !about;
        for (id, answer) in answers {
            // What nobody said is for the user to say.
            let Said::At(from, to) = answer.said else { continue };
            if over || !filled.contains_key(&id) {
                quotes.insert(id.clone(), quote(text, from, to));
                also.insert(id.clone(), answer.also);
                filled.insert(id, answer.told);
            }
        }
    }
    also.retain(|_, others: &mut Vec<String>| !others.is_empty());
    Ok(CalculatorView {
        head: head(calculator),
        not_for: calculator.not_for.clone(),
        asks: asks.collect(),
        filled,
        quotes,
        also,
        off_subject,
        citation: citation(base, &calculator.evidence, None),
    })
}

/// The words with a little of what stands around them.
fn quote(text: &str, from: usize, to: usize) -> String {
    /// Characters on each side.
    const AROUND: usize = 24;
    let start = text[..from].char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
    let end = text[to..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| to + at);
    let words = text.get(start..end).unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The question; where a pack has none, the id stands for it.
fn ask_of(input: &CalculatorInput) -> Text {
    if input.ask.has(Lang::En) { input.ask.clone() } else { Text::english(input.id.replace(['-', '_'], " ")) }
}

/// What the visit tells of a calculator's inputs: age, sex and measured values.
fn filled(calculator: &Calculator, intake: &Intake) -> BTreeMap<String, Told> {
    let value = |vital: Vital| intake.measurements.iter().find(|m| m.vital == vital).map(|m| (m.value, vital.unit()));
    let number = |(value, unit): (f64, &str)| Told::Number { value, unit: Some(unit.to_owned()) };
    let of = |input: &CalculatorInput| -> Option<Told> {
        Some(match (&input.kind, input.id.replace('-', "_").as_str()) {
            (InputKind::Years, _) => {
                let years = (intake.patient.age?.years() * 100.0).floor() / 100.0;
                Told::Number { value: if years >= 2.0 { years.floor() } else { years }, unit: None }
            }
            (InputKind::Sex, _) => {
                Told::Word(if intake.patient.sex? == Sex::Female { "female" } else { "male" }.into())
            }
            (InputKind::Quantity { .. }, "weight") => number(value(Vital::Weight)?),
            (InputKind::Quantity { .. }, "height") => number(value(Vital::Height)?),
            (InputKind::Quantity { .. }, "temperature") => number(value(Vital::Temperature)?),
            (InputKind::Quantity { .. }, "heart_rate") => number(value(Vital::Pulse)?),
            (InputKind::Quantity { .. }, "respiratory_rate") => number(value(Vital::Breathing)?),
            (InputKind::Quantity { .. }, "systolic") => number(value(Vital::Systolic)?),
            (InputKind::Quantity { .. }, "diastolic") => number(value(Vital::Diastolic)?),
            (InputKind::Quantity { .. }, "spo2") => number(value(Vital::Spo2)?),
            (InputKind::Quantity { .. }, "glucose") => number(value(Vital::Glucose)?),
            (InputKind::Quantity { .. }, "haemoglobin" | "hemoglobin") => number(value(Vital::Haemoglobin)?),
            (InputKind::Quantity { .. }, "creatinine") => number(value(Vital::Creatinine)?),
            (InputKind::Quantity { .. }, "muac") => number(value(Vital::Muac)?),
            _ => return None,
        })
    };
    calculator.inputs.iter().filter_map(|input| Some((input.id.clone(), of(input)?))).collect()
}

/// Works a calculator out.
///
/// # Errors
/// `calculator-unknown`; what cannot be worked out is a [`Calculation::Refused`].
pub(crate) fn work(base: &KnowledgeBase, request: &CalculateRequest) -> Result<Calculation, Failure> {
    let calculator = find(base, &request.id)?;
    Ok(match calculate(calculator, &request.told) {
        Ok(worked) => told(calculator, &worked),
        Err(refusal) => refused(calculator, refusal),
    })
}

fn told(calculator: &Calculator, worked: &Calculated) -> Calculation {
    let is_day = calculator.unit == "date";
    let value = if is_day {
        day_text(worked.value.floor() as i64)
    } else {
        format!("{:.*}", usize::from(calculator.decimals), worked.value)
    };
    // A count needs no unit in words, and neither does a day.
    let unit = if is_day || calculator.unit.starts_with('{') || calculator.unit == "1" { "" } else { &calculator.unit };
    let steps = worked.steps.iter().filter_map(|step| {
        let written = calculator.steps.get(step.step)?;
        let unit = if written.unit == "1" || written.unit.starts_with('{') { "" } else { &written.unit };
        let value = if unit == "date" {
            day_text(step.value.floor() as i64)
        } else {
            format!("{} {unit}", decimal(step.value)).trim_end().to_owned()
        };
        Some(CalculatedStep { say: written.say.clone(), written: written.written.clone(), value })
    });
    let points = worked.scored.iter().filter_map(|place| calculator.items.get(*place));
    let hidden = |input: &&CalculatorInput| input.kind != InputKind::Date;
    let assumed = calculator.inputs.iter().filter(hidden).filter(|input| worked.assumed.contains(&input.id));
    Calculation::Worked {
        value,
        unit: unit.to_owned(),
        exact: worked.value,
        means: worked.band.and_then(|place| calculator.bands.get(place)).map(|band| band.say.clone()),
        steps: steps.collect(),
        points: points.map(|item| (item.say.clone(), item.points)).collect(),
        assumed: assumed.map(ask_of).collect(),
    }
}

fn refused(calculator: &Calculator, refusal: Refusal) -> Calculation {
    let ask = |id: &str| calculator.inputs.iter().find(|input| input.id == id).map(ask_of);
    let (why, asks, possible) = match refusal {
        Refusal::Missing(ids) => ("missing", ids.iter().filter_map(|id| ask(id)).collect(), None),
        Refusal::Impossible { input, low, high, unit, .. } => {
            ("impossible", ask(&input).into_iter().collect(), Some((decimal(low), decimal(high), unit)))
        }
        Refusal::NoAnswer { input } => ("no-answer", ask(&input).into_iter().collect(), None),
        Refusal::NotForThem => ("not-for-them", vec![], None),
        Refusal::Undefined => ("undefined", vec![], None),
    };
    Calculation::Refused { why: why.to_owned(), asks, possible }
}
