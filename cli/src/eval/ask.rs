//! Ask: judged questions, some of which the packs do not answer.
//!
//! JSONL `{"id", "language", "text", "accepted": [...], "key": [...], "follows"}`: `accepted` holds every passage and entry that
//! gives (part of) the answer, `key` those that give it fully; both empty where nothing answers. `follows` names the question
//! that this one goes on from.

use super::case::read_lines;
use super::figures::{percentile, wilson};
use anyhow::ensure;
use hakim_clinical::Lang;
use hakim_contract::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Instant;

#[derive(serde::Deserialize)]
struct Question {
    id: String,
    language: String,
    text: String,
    #[serde(default)]
    accepted: Vec<String>,
    #[serde(default)]
    key: Vec<String>,
    #[serde(default)]
    follows: Option<String>,
}

impl Question {
    fn answerable(&self) -> bool {
        !self.accepted.is_empty()
    }
}

/// What one question came to.
#[derive(Default, Clone)]
struct Tally {
    questions: usize,
    answerable: usize,
    answered: usize,
    /// answerable questions of which a key document is cited
    found: usize,
    cited: usize,
    cited_rightly: usize,
    unanswerable: usize,
    refused: usize,
    sentences: usize,
    dropped: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.questions += other.questions;
        self.answerable += other.answerable;
        self.answered += other.answered;
        self.found += other.found;
        self.cited += other.cited;
        self.cited_rightly += other.cited_rightly;
        self.unanswerable += other.unanswerable;
        self.refused += other.refused;
        self.sentences += other.sentences;
        self.dropped += other.dropped;
    }

    fn json(&self) -> Value {
        json!({
            "questions": self.questions, "answerable": self.answerable, "answered": self.answered, "key_cited": self.found,
            "cited": self.cited, "cited_rightly": self.cited_rightly, "unanswerable": self.unanswerable,
            "nothing_found": self.refused, "sentences": self.sentences, "dropped": self.dropped,
        })
    }
}

pub(crate) fn run(cases: &Path, worded: bool, verbose: bool) -> anyhow::Result<Value> {
    let (core, events) = crate::open_listening()?;
    let mut turns: HashMap<String, AskTurn> = HashMap::new();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut times = vec![];
    for (_, question) in read_lines::<Question>(cases, "question")? {
        let language = Lang::from_code(&question.language).unwrap_or(Lang::En);
        let earlier = question.follows.as_ref().and_then(|id| turns.get(id)).cloned().into_iter().collect();
        let request = AskRequest { question: question.text.clone(), language, earlier, intake: None, worded };
        let start = Instant::now();
        let (found, signals) = core.ask_find(&request)?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        let about = found.about.iter().map(|s| s.id.clone()).collect();
        turns.insert(question.id.clone(), AskTurn { question: question.text.clone(), about });
        let mut tally = scored(&question, &found, &(0..found.facts.len()).collect::<Vec<_>>());
        if worded && language == Lang::En && !found.facts.is_empty() {
            let started = core.ask_start(request)?;
            tally = said(&question, &started, &events, verbose);
        }
        if verbose {
            let right = |fact: &AskFact| if question.accepted.iter().any(|a| a == fact.document()) { "+" } else { "-" };
            let cited: Vec<String> = found.facts.iter().map(|f| format!("{}{}", right(f), f.document())).collect();
            println!(
                "{}\t{}\t{:?}\t{:.3}\t{:.3}\t{}\t{}",
                question.id,
                if question.answerable() { "answerable" } else { "none" },
                found.confidence,
                signals.coverage,
                signals.cosine,
                question.text,
                cited.join(" ")
            );
        }
        tallies.entry(question.language.clone()).or_default().add(&tally);
    }
    ensure!(!times.is_empty(), "{} holds no question", cases.display());
    Ok(report(&tallies, &times, worded))
}

/// The question scored by the facts that were cited, by place.
fn scored(question: &Question, found: &AskFound, cited: &[usize]) -> Tally {
    let mut documents: Vec<&str> = cited.iter().filter_map(|i| found.facts.get(*i)).map(AskFact::document).collect();
    documents.sort_unstable();
    documents.dedup();
    let among = |list: &[String], document: &str| list.iter().any(|known| known == document);
    let answered = !documents.is_empty();
    let mut tally = Tally { questions: 1, cited: documents.len(), ..Tally::default() };
    tally.cited_rightly = documents.iter().filter(|d| among(&question.accepted, d)).count();
    if question.answerable() {
        tally.answerable = 1;
        tally.answered = usize::from(answered);
        tally.found = usize::from(documents.iter().any(|d| among(&question.key, d)));
    } else {
        tally.unanswerable = 1;
        tally.refused = usize::from(!answered);
    }
    tally
}

/// The question scored by what the language model said.
fn said(question: &Question, started: &AskStarted, events: &Receiver<Event>, verbose: bool) -> Tally {
    let (mut cited, mut sentences) = (vec![], 0);
    for event in events {
        match event {
            Event::AskSentence { job, text, facts } if job == started.job.job => {
                sentences += 1;
                if verbose {
                    println!("    {text} {facts:?}");
                }
                cited.extend(facts);
            }
            Event::AskDone { job, dropped, .. } if job == started.job.job => {
                return Tally { sentences, dropped, ..scored(question, &started.found, &cited) };
            }
            _ => {}
        }
    }
    Tally::default()
}

fn report(tallies: &BTreeMap<String, Tally>, times: &[f64], worded: bool) -> Value {
    let mut all = Tally::default();
    tallies.values().for_each(|tally| all.add(tally));
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    println!(
        "{:<9} {:>9} {:>9} {:>10} {:>11} {:>14}",
        "language", "questions", "answered", "key cited", "precision", "nothing found"
    );
    for (language, t) in tallies.iter().map(|(l, t)| (l.as_str(), t)).chain([("together", &all)]) {
        println!(
            "{language:<9} {:>9} {:>8.1}% {:>9.1}% {:>10.1}% {:>6} of {:>3}",
            t.questions,
            share(t.answered, t.answerable),
            share(t.found, t.answerable),
            share(t.cited_rightly, t.cited),
            t.refused,
            t.unanswerable
        );
    }
    for (what, part, of) in [("precision", all.cited_rightly, all.cited), ("recall", all.found, all.answerable)] {
        let (low, high) = wilson(part, of);
        println!("citation {what} {:.1} % (95 % {:.1} to {:.1})", share(part, of), 100.0 * low, 100.0 * high);
    }
    if worded {
        println!(
            "worded by the model: {} sentences shown, {} withheld ({:.1} %)",
            all.sentences,
            all.dropped,
            share(all.dropped, all.sentences + all.dropped)
        );
    }
    println!("time p50 {:.0} ms, p95 {:.0} ms", percentile(times, 0.5), percentile(times, 0.95));
    let by_language: serde_json::Map<String, Value> = tallies.iter().map(|(l, t)| (l.clone(), t.json())).collect();
    json!({ "together": all.json(), "languages": by_language })
}
