//! Puts one condition's standing into words: the engine's facts and the packs' passages, by the model where there is one,
//! by templates otherwise. A sentence of the model reaches the window only when facts support it.

use crate::core::EventSink;
use crate::jobs::Jobs;
use crate::paper::percent;
use crate::speaker::Speaker;
use hakim_clinical::{Lang, Presence};
use hakim_contract::*;
use hakim_i18n::{Value, Words};
use hakim_models::grounding::subject::COSINE_OF_CLAUSES;
use std::sync::Arc;

/// Danger signs that an explanation begins with.
const DANGERS: usize = 2;
/// Findings that an explanation names on each side.
const NAMED: usize = 5;
/// Findings that change the odds by less than this are left out of the words.
pub(crate) const LEAST_DECIBANS: f64 = 0.8;
/// Passages quoted where the template speaks.
const PASSAGES: usize = 2;

/// What to explain.
pub(crate) struct ExplainTask {
    pub(crate) candidate: CandidateView,
    pub(crate) triage: TriageView,
    pub(crate) language: Lang,
}

/// One fact in words with what backs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CitedFact {
    pub(crate) text: String,
    pub(crate) citation: Option<CitationView>,
    /// names a finding in favour
    pub(crate) favours: bool,
}

impl CitedFact {
    /// A fact that names no finding in favour.
    fn new(text: String, citation: Option<CitationView>) -> Self {
        Self { text, citation, favours: false }
    }
}

/// Passages among the facts that the model reads: it likes to copy them and then says little else.
const PASSAGES_READ: usize = 1;

/// What is asked of the model. Asked for what the facts do not hold it invents, or echoes the request.
struct Wanted<'a> {
    /// name of the condition
    condition: &'a str,
    /// there are findings in favour
    favour: bool,
    /// there are findings against
    against: bool,
    /// there is a test
    test: bool,
}

impl<'a> Wanted<'a> {
    /// What the facts of this condition can answer.
    fn of(candidate: &'a CandidateView) -> Self {
        let argues = |way: f64| candidate.contributions.iter().any(|c| c.decibans * way >= LEAST_DECIBANS);
        Self {
            condition: candidate.name.get(Lang::En),
            favour: argues(1.0),
            against: argues(-1.0),
            test: !candidate.tests.is_empty(),
        }
    }

    fn instructions(&self) -> String {
        let parts = [
            (true, "how likely it is"),
            (self.favour, "the findings in favour of it"),
            (self.against, "what is against it"),
            (self.test, "the test that would help"),
            (true, "one thing to watch"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter_map(|(wanted, part)| wanted.then_some(part)).collect();
        format!("Explain {} to a clinician, one short sentence each: {}.", self.condition, parts.join("; "))
    }
}

/// Has the model read what an explanation in English would be written from.
pub(crate) fn prepare(speaker: &Arc<Speaker>, candidate: &CandidateView, events: &EventSink) {
    let english = facts(candidate, Lang::En, PASSAGES_READ);
    speaker.read_ahead(Wanted::of(candidate).instructions(), texts(&english), events);
}

fn texts(facts: &[CitedFact]) -> Vec<String> {
    facts.iter().map(|fact| fact.text.clone()).collect()
}

/// Explains in the background.
pub(crate) fn start(speaker: &Arc<Speaker>, jobs: &Jobs, task: ExplainTask) -> JobRef {
    let speaker = Arc::clone(speaker);
    jobs.start(move |job, cancel, events| run(job, &task, &speaker, cancel, events))
}

fn run(job: u64, task: &ExplainTask, speaker: &Speaker, cancel: &hakim_models::Cancel, events: &EventSink) -> Event {
    let say = |text: String, citations: Vec<CitationView>| events(Event::Sentence { job, text, citations });
    for fact in dangers(task, task.language) {
        say(fact.text, fact.citation.into_iter().collect());
    }
    let mut without_model = None;
    if task.language == Lang::En {
        let english = facts(&task.candidate, Lang::En, PASSAGES_READ);
        let mut favoured = false;
        match speaker.write(
            &Wanted::of(&task.candidate).instructions(),
            &texts(&english),
            COSINE_OF_CLAUSES,
            cancel,
            events,
            &mut |sentence, backing| {
                favoured |= backing.iter().any(|i| english.get(*i).is_some_and(|f| f.favours));
                let citations = backing.iter().filter_map(|i| english.get(*i)?.citation.clone()).collect();
                say(sentence, unique(citations));
            },
        ) {
            Ok(written) if written.sentences > 0 || cancel.is_raised() => {
                // A small model may leave out what matters most: the findings.
                if !cancel.is_raised() && !favoured {
                    for fact in english.into_iter().filter(|f| f.favours) {
                        say(fact.text, fact.citation.into_iter().collect());
                    }
                }
                return Event::ExplainDone {
                    job,
                    dropped: written.dropped,
                    cancelled: cancel.is_raised(),
                    without_model: None,
                };
            }
            // The model said nothing that its facts support: the template says it instead.
            Ok(written) => {
                template(task, cancel, &say);
                return Event::ExplainDone {
                    job,
                    dropped: written.dropped,
                    cancelled: cancel.is_raised(),
                    without_model: Some("model-nothing-supported".into()),
                };
            }
            Err(why) => without_model = Some(why.key),
        }
    }
    template(task, cancel, &say);
    let without_model = without_model.or_else(|| (task.language != Lang::En).then(|| "model-english-only".into()));
    Event::ExplainDone { job, dropped: 0, cancelled: cancel.is_raised(), without_model }
}

/// Each citation once, in the order of the first.
pub(crate) fn unique(citations: Vec<CitationView>) -> Vec<CitationView> {
    let mut kept: Vec<CitationView> = vec![];
    for c in citations {
        if !kept.contains(&c) {
            kept.push(c);
        }
    }
    kept
}

fn template(task: &ExplainTask, cancel: &hakim_models::Cancel, say: &dyn Fn(String, Vec<CitationView>)) {
    for fact in facts(&task.candidate, task.language, PASSAGES) {
        if cancel.is_raised() {
            return;
        }
        say(fact.text, fact.citation.into_iter().collect());
    }
}

/// The gravest danger signs as cited sentences. They come before everything else and are never left to the model.
fn dangers(task: &ExplainTask, lang: Lang) -> Vec<CitedFact> {
    let words = Words::new(lang);
    let dangers = task.triage.dangers.iter().take(DANGERS);
    dangers
        .map(|d| {
            CitedFact::new(
                words.say_plain("fact-danger", &[("say", Value::from(d.say.get(lang)))]),
                Some(d.citation.clone()),
            )
        })
        .collect()
}

/// The engine's result and the packs' passages as cited sentences.
fn facts(c: &CandidateView, lang: Lang, passages: usize) -> Vec<CitedFact> {
    let words = Words::new(lang);
    let name = Value::from(c.name.get(lang));
    let say = |key: &str, args: &[(&str, Value)]| words.say_plain(key, args);
    let text = |p: f64| Value::from(percent(p));
    let mut facts: Vec<CitedFact> = vec![];
    facts.push(CitedFact::new(
        say(
            "fact-probability",
            &[
                ("condition", name.clone()),
                ("percent", text(c.probability.p)),
                ("low", text(c.probability.low)),
                ("high", text(c.probability.high)),
            ],
        ),
        None,
    ));
    facts.push(CitedFact::new(c.summary.get(lang).to_owned(), None));
    let strong: Vec<&ContributionView> =
        c.contributions.iter().filter(|c| c.decibans.abs() >= LEAST_DECIBANS).collect();
    for contribution in strong.iter().filter(|c| c.decibans > 0.0).take(NAMED) {
        facts.push(contribution_fact(&words, contribution, &name, lang));
        if let Some(because) = &contribution.because {
            facts.push(CitedFact::new(sentence(because.get(lang)), contribution.citation.clone()));
        }
    }
    for contribution in strong.iter().filter(|c| c.decibans < 0.0).take(NAMED) {
        facts.push(contribution_fact(&words, contribution, &name, lang));
    }
    if let Some(test) = c.tests.first() {
        facts.push(CitedFact::new(
            say("fact-test", &[("test", Value::from(test.name.get(lang)))]),
            Some(test.citation.clone()),
        ));
    }
    for passage in c.passages.iter().filter(|p| p.text.has(lang)).take(passages) {
        facts.push(CitedFact::new(passage.text.get(lang).to_owned(), Some(passage.citation.clone())));
    }
    facts.retain(|f| !f.text.trim().is_empty());
    facts
}

pub(crate) fn contribution_fact(words: &Words, c: &ContributionView, condition: &Value, lang: Lang) -> CitedFact {
    let key = match (c.presence, c.decibans > 0.0) {
        (Presence::Absent, true) => "fact-absent-for",
        (Presence::Absent, false) => "fact-absent-against",
        (_, true) if c.in_condition.is_some() => "fact-for-shares",
        (_, true) => "fact-for",
        (_, false) => "fact-against",
    };
    let ratio = format!("{:.1}", c.ratio);
    let args = [
        ("finding", Value::from(capital(c.label.name.get(lang)))),
        ("condition", condition.clone()),
        ("ratio", Value::from(ratio)),
        ("inside", Value::from(percent(c.in_condition.map_or(0.0, |r| r.p)))),
        ("outside", Value::from(percent(c.in_clinic.p))),
    ];
    let args = if c.presence == Presence::Absent {
        let [_, rest @ ..] = args;
        std::iter::once(("finding", Value::from(c.label.name.get(lang)))).chain(rest).collect::<Vec<_>>()
    } else {
        args.to_vec()
    };
    CitedFact { text: words.say_plain(key, &args), citation: c.citation.clone(), favours: c.decibans > 0.0 }
}

pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn sentence(clause: &str) -> String {
    let clause = clause.trim();
    let ended = clause.ends_with(['.', '۔', '।', '!', '?']);
    if ended || clause.is_empty() { capital(clause) } else { format!("{}.", capital(clause)) }
}
