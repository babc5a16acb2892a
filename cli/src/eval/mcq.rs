//! Multiple-choice questions: how often the language model gives the exact letter. For choosing a model, not for the knowledge
//! base: exam questions stay outside the house.
//!
//! JSONL, one question a line, in the shape of MedQA (`question`, `options` by letter, `answer_idx`) or of MedMCQA (`question`,
//! `opa` to `opd`, `cop` counted from 0); or CSV without a heading in the shape of MMLU (question, four answers, letter).

use super::figures::{percentile, wilson};
use anyhow::{Context, bail, ensure};
use hakim_consult::Choice;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// A question and the letter of its answer.
#[derive(Debug, PartialEq)]
struct Question {
    choice: Choice,
    right: char,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Line {
    ByLetter { question: String, options: BTreeMap<String, String>, answer_idx: String },
    Numbered { question: String, opa: String, opb: String, opc: String, opd: String, cop: usize },
}

pub(crate) fn run(cases: &Path, limit: Option<usize>, retrieved: bool, verbose: bool) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(cases).with_context(|| format!("{} cannot be read", cases.display()))?;
    let questions = match cases.extension().and_then(|e| e.to_str()) {
        Some("csv") => from_csv(&text)?,
        _ => from_jsonl(&text)?,
    };
    let asked = evenly(questions, limit);
    ensure!(!asked.is_empty(), "{} holds no question", cases.display());
    let core = crate::open()?;
    let (mut right, mut times) = (0, vec![]);
    let mut given: BTreeMap<char, usize> = BTreeMap::new();
    let mut keys: BTreeMap<char, usize> = BTreeMap::new();
    for (number, question) in asked.iter().enumerate() {
        let began = Instant::now();
        let letter = core.choose(&question.choice, retrieved)?;
        times.push(began.elapsed().as_secs_f64());
        right += usize::from(letter == Some(question.right));
        letter.into_iter().for_each(|l| *given.entry(l).or_default() += 1);
        *keys.entry(question.right).or_default() += 1;
        if verbose {
            println!("{}: {} (right: {})", number + 1, letter.unwrap_or('-'), question.right);
        }
    }
    let n = asked.len();
    let (low, high) = wilson(right, n);
    let most = keys.values().copied().max().unwrap_or_default();
    println!("exact letter {right} of {n}: {:.1} % ({:.1} to {:.1})", share(right, n), low * 100.0, high * 100.0);
    println!("always the commonest right letter: {:.1} %", share(most, n));
    println!("letters given: {}", given.iter().map(|(l, n)| format!("{l} {n}")).collect::<Vec<_>>().join(", "));
    println!("seconds a question: p50 {:.1}, p95 {:.1}", percentile(&times, 0.5), percentile(&times, 0.95));
    Ok(json!({
        "questions": n, "right": right, "low": low, "high": high, "commonest": most, "retrieved": retrieved,
        "seconds_p50": percentile(&times, 0.5), "seconds_p95": percentile(&times, 0.95),
    }))
}

fn share(k: usize, n: usize) -> f64 {
    k as f64 * 100.0 / n.max(1) as f64
}

/// At most so many, taken evenly over the file.
fn evenly(questions: Vec<Question>, limit: Option<usize>) -> Vec<Question> {
    let step = limit.map_or(1, |limit| questions.len().div_ceil(limit.max(1)).max(1));
    questions.into_iter().step_by(step).collect()
}

fn from_jsonl(text: &str) -> anyhow::Result<Vec<Question>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| from_line(line).with_context(|| format!("line {}", at + 1))).collect()
}

fn from_line(line: &str) -> anyhow::Result<Question> {
    let shape = "no question in the shape of MedQA or MedMCQA";
    match serde_json::from_str(line).context(shape)? {
        Line::ByLetter { question, options, answer_idx } => {
            let answers = options.into_iter().map(|(letter, answer)| Ok((one_letter(&letter)?, answer)));
            made(question, answers.collect::<anyhow::Result<_>>()?, one_letter(&answer_idx)?)
        }
        Line::Numbered { question, opa, opb, opc, opd, cop } => {
            let right = *['A', 'B', 'C', 'D'].get(cop).context("`cop` is none of 0 to 3")?;
            made(question, ('A'..='D').zip([opa, opb, opc, opd]).collect(), right)
        }
    }
}

fn from_csv(text: &str) -> anyhow::Result<Vec<Question>> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let of = |row: csv::Result<csv::StringRecord>| {
        let row = row?;
        let fields: Vec<&str> = row.iter().collect();
        let [question, a, b, c, d, right] = fields[..] else { bail!("a row has {} fields and not 6", fields.len()) };
        made((*question).into(), ('A'..='D').zip([a, b, c, d].map(str::to_owned)).collect(), one_letter(right)?)
    };
    rows.records().enumerate().map(|(at, row)| of(row).with_context(|| format!("row {}", at + 1))).collect()
}

fn made(question: String, answers: Vec<(char, String)>, right: char) -> anyhow::Result<Question> {
    ensure!(answers.iter().any(|(letter, _)| *letter == right), "no answer has the letter {right}");
    Ok(Question { choice: Choice { question, answers }, right })
}

fn one_letter(text: &str) -> anyhow::Result<char> {
    match text.trim().chars().collect::<Vec<_>>()[..] {
        [letter] if letter.is_ascii_alphabetic() => Ok(letter.to_ascii_uppercase()),
        _ => bail!("`{text}` is no letter"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_shapes_of_file_are_the_same_question() {
        let answers = [('A', "one"), ('B', "two"), ('C', "three"), ('D', "four")].map(|(l, a)| (l, a.to_owned()));
        let same = Question { choice: Choice { question: "How many?".into(), answers: answers.into() }, right: 'C' };
        let by_letter =
            r#"{"question":"How many?","options":{"A":"one","B":"two","C":"three","D":"four"},"answer_idx":"c"}"#;
        let numbered = r#"{"question":"How many?","opa":"one","opb":"two","opc":"three","opd":"four","cop":2}"#;
        for found in [from_jsonl(by_letter), from_jsonl(numbered), from_csv("How many?,one,two,three,four,C\n")] {
            assert_eq!(found.ok().as_deref(), Some(std::slice::from_ref(&same)));
        }
    }

    #[test]
    fn what_is_no_question_is_named_by_its_line() {
        for (text, line) in [("{}", "line 1"), ("\n{\"question\": 3}", "line 2")] {
            assert!(from_jsonl(text).unwrap_err().to_string().contains(line));
        }
        assert!(from_csv("only,three,fields").is_err());
        assert!(from_csv("q,a,b,c,d,E").is_err());
    }

    #[test]
    fn a_limit_takes_evenly() {
        let many: Vec<Question> = (0..10)
            .map(|i| Question { choice: Choice { question: i.to_string(), answers: vec![] }, right: 'A' })
            .collect();
        let taken: Vec<String> = evenly(many, Some(4)).into_iter().map(|q| q.choice.question).collect();
        assert_eq!(taken, ["0", "3", "6", "9"]);
    }
}
