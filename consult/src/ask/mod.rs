//! Questions answered from the packs and the user's own documents, or not at all.
//!
//! A question is looked for as search does, and in the entries that it names. Each passage and each fact is weighed by how much
//! of the question it holds; what holds too little is no answer, and then nothing is said. Where that is in doubt it is looked
//! for once more, with what tells the likely conditions apart.

mod asked;
mod subjects;

use crate::entry::{entry, heading};
use crate::jobs::Jobs;
use crate::library::Knowledge;
use crate::meaning::Meaning;
use crate::medicines;
use crate::search::search;
use crate::shelf::Shelf;
use crate::speaker::Speaker;
use crate::views::subject_name;
use crate::{assess, understand};
use asked::{Asked, Held, Rarity};
use hakim_clinical::*;
use hakim_contract::*;
use hakim_knowledge::guess_language;
use hakim_models::grounding::subject::COSINE_NEEDED;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use subjects::{Subjects, term};

/// Longest question, bytes.
const LONGEST_QUESTION: usize = 2_000;
/// Hits of the search that are weighed.
const HITS: usize = 10;
/// Entries opened because search found them, beside those that the question names.
const OPENED: usize = 3;
/// Facts whose meaning is compared with the question's.
const COMPARED: usize = 8;
/// Facts of an answer.
const SHOWN: usize = 5;
/// What holds less than this share of the best is left out.
const NEAR_BEST: f64 = 0.8;
/// A fact about something else than what the question names counts so much.
const OFF_SUBJECT: f64 = 0.7;
/// Place in the search's ranking beside the words: the first hit gains this much.
const RANK_GAIN: f64 = 0.1;
/// Meaning beside the words.
const MEANING_GAIN: f64 = 0.5;
/// e5 gives unrelated texts about this cosine.
const UNRELATED: f64 = 0.80;
/// A condition of the case is taken along from this probability on.
const LIKELY: f64 = 0.3;
/// Findings that tell likely conditions apart, added when looking once more.
const TELLING: usize = 4;
/// Questions this short that begin with a word of joining go on from the one before.
const SHORT: usize = 7;
/// Folded words that a question begins with when it goes on from the one before.
const JOINING: &[&str] = &["and", "what about", "how about", "اور", "و", "ماذا عن", "और", "et"];

/// What tells whether the best fact answers, for calibration.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AskSignals {
    /// share of the question's weight that the best fact holds, 0 to 1
    pub coverage: f64,
    /// cosine of question and best fact, 0 without an encoder
    pub cosine: f64,
}

impl AskSignals {
    /// Fitted on the judged questions and on questions that the packs do not answer (docs/decisions/025).
    fn confidence(self) -> AskConfidence {
        const GOOD: f64 = 0.58;
        const WEAK: f64 = 0.40;
        match self.coverage {
            c if c >= GOOD => AskConfidence::Good,
            c if c >= WEAK => AskConfidence::Weak,
            _ => AskConfidence::None,
        }
    }
}

/// Finds answers. What it needs of the packs is made when the first question comes.
#[derive(Default)]
pub(crate) struct Asker {
    subjects: OnceLock<Subjects>,
    rarity: [OnceLock<Rarity>; Lang::ALL.len()],
}

/// A passage or fact that may answer.
struct Candidate {
    fact: AskFact,
    coverage: f64,
    score: f64,
    cosine: f64,
}

/// A question with what it goes on from.
struct Question<'a> {
    text: &'a str,
    asked: Asked,
    /// what it names, or goes on from
    about: Vec<String>,
    /// those of them that it does not name itself
    carried: Vec<String>,
    /// what the case suggests
    likely: Vec<String>,
}

impl Asker {
    fn subjects(&self, base: &KnowledgeBase) -> &Subjects {
        self.subjects.get_or_init(|| Subjects::new(base))
    }

    fn rarity(&self, base: &KnowledgeBase, lang: Lang) -> Option<&Rarity> {
        let at = Lang::ALL.iter().position(|l| *l == lang)?;
        Some(self.rarity.get(at)?.get_or_init(|| Rarity::new(base, lang)))
    }

    /// What answers a question, best first.
    ///
    /// # Errors
    /// `ask-empty`, `ask-too-long`; those of the search.
    pub(crate) fn find(
        &self,
        knowledge: &Knowledge,
        shelf: &Shelf,
        meaning: &Meaning,
        request: &AskRequest,
    ) -> Result<AskFound, Failure> {
        Ok(self.find_telling(knowledge, shelf, meaning, request)?.0)
    }

    /// As [`Asker::find`], with what the confidence rests on.
    ///
    /// # Errors
    /// The same.
    pub(crate) fn find_telling(
        &self,
        knowledge: &Knowledge,
        shelf: &Shelf,
        meaning: &Meaning,
        request: &AskRequest,
    ) -> Result<(AskFound, AskSignals), Failure> {
        let base = &knowledge.base;
        let text = request.question.trim();
        if !text.chars().any(char::is_alphanumeric) {
            return Err(Failure::new("ask-empty"));
        }
        if text.len() > LONGEST_QUESTION {
            return Err(Failure::new("ask-too-long").with("limit", LONGEST_QUESTION));
        }
        let question = self.question(knowledge, request, text)?;
        let mut query = text.to_owned();
        let unnamed = question.carried.iter().chain(&question.likely);
        for name in unnamed.flat_map(|id| [term(base, id, question.asked.lang), term(base, id, Lang::En)]) {
            query.push(' ');
            query.push_str(&name);
        }
        let places = (knowledge, shelf, meaning);
        let mut candidates = self.weighed(places, request, &question, &query)?;
        let mut signals = signals_of(&candidates);
        let mut confidence = signals.confidence();
        if confidence != AskConfidence::Good
            && let Some(more) = telling_findings(knowledge, request, text)
        {
            let again = self.weighed(places, request, &question, &format!("{query} {more}"))?;
            if signals_of(&again).coverage > signals.coverage {
                candidates = again;
                signals = signals_of(&candidates);
                // What was only found when looked for once more is never told as found at once.
                confidence = match signals.confidence() {
                    AskConfidence::None => AskConfidence::None,
                    _ => AskConfidence::Weak,
                };
            }
        }
        let about =
            question.about.iter().map(|id| AskSubject { id: id.clone(), name: subject_name(base, id) }).collect();
        let mut facts = match confidence {
            AskConfidence::None => vec![],
            _ => answer(candidates),
        };
        let warned = warnings(knowledge, request, &question)?;
        let confidence = if warned.is_empty() { confidence } else { AskConfidence::Good };
        facts.splice(0..0, warned);
        Ok((AskFound { confidence, about, facts }, signals))
    }

    /// The question in its context.
    fn question<'a>(
        &self,
        knowledge: &Knowledge,
        request: &AskRequest,
        text: &'a str,
    ) -> Result<Question<'a>, Failure> {
        let base = &knowledge.base;
        let lang = match guess_language(text) {
            Some(Lang::En) | None if request.language == Lang::Fr => Lang::Fr,
            Some(lang) => lang,
            None => request.language,
        };
        let mut about = self.subjects(base).of(text);
        let before = request.earlier.last().filter(|_| about.is_empty() || joins(text));
        let added = |id: &&String| heading(base, id).is_some() && !about.contains(id);
        let carried: Vec<String> = before.into_iter().flat_map(|turn| &turn.about).filter(added).cloned().collect();
        about.extend(carried.iter().cloned());
        let told: String = carried.iter().map(|id| format!(" {}", term(base, id, lang))).collect();
        let (own, english) = match (self.rarity(base, lang), self.rarity(base, Lang::En)) {
            (Some(own), Some(english)) => (own, english),
            _ => return Err(Failure::new("internal").because("no such language")),
        };
        let asked = Asked::new(base, &knowledge.across, &format!("{text}{told}"), lang, (own, english));
        let names_illness = about.iter().any(|id| base.conditions.contains_key(id.as_str()));
        let likely = match &request.intake {
            Some(intake) if !names_illness => likely(knowledge, intake),
            _ => vec![],
        };
        Ok(Question { text, asked, about, carried, likely })
    }

    fn weighed(
        &self,
        (knowledge, shelf, meaning): (&Knowledge, &Shelf, &Meaning),
        request: &AskRequest,
        question: &Question<'_>,
        query: &str,
    ) -> Result<Vec<Candidate>, Failure> {
        let base = &knowledge.base;
        let lang = question.asked.lang;
        let found =
            search(knowledge, shelf, meaning, &SearchRequest::everywhere(query.to_owned(), request.language, HITS))?;
        let mut candidates: Vec<Candidate> = vec![];
        let of_rank = |rank: usize| RANK_GAIN / (1.0 + rank as f64);
        for (rank, hit) in found.hits.into_iter().enumerate() {
            let mut held = Held::default();
            held.add(&hit.passage.title, lang);
            held.add(&hit.passage.text, lang);
            hit.passage.about.iter().for_each(|id| held.add_names(base, id, lang));
            let text = hit.passage.text.clone();
            let about = hit.passage.about.clone();
            let fact = AskFact { text, source: AskSource::Passage { passage: Box::new(hit.passage) } };
            candidates.push(candidate(question, fact, &about, &held, None, of_rank(rank)));
        }
        for (rank, block) in found.own.into_iter().take(HITS).enumerate() {
            let mut held = Held::default();
            [&block.title, &block.heading, &block.text].into_iter().for_each(|t| held.add_plain(t));
            let text = Text([(guess_language(&block.text).unwrap_or(Lang::En), block.text.clone())].into());
            let fact = AskFact { text, source: AskSource::Own { block: Box::new(block) } };
            candidates.push(candidate(question, fact, &[], &held, None, of_rank(rank)));
        }
        let found_entries = found.entries.iter().take(OPENED).map(|e| &e.id);
        let mut opened: Vec<&String> = vec![];
        for id in question.about.iter().chain(&question.likely).chain(found_entries) {
            if !opened.contains(&id) {
                opened.push(id);
                candidates.extend(facts_of(base, question, id));
            }
        }
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
        candidates.truncate(COMPARED);
        compare(meaning, question.text, &mut candidates);
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(candidates)
    }
}

fn candidate(
    question: &Question<'_>,
    fact: AskFact,
    about: &[String],
    held: &Held,
    part: Option<&str>,
    gain: f64,
) -> Candidate {
    let coverage = question.asked.covered(held, part);
    let on_subject =
        question.about.is_empty() || question.about.iter().chain(&question.likely).any(|id| about.contains(id));
    let coverage = if on_subject { coverage } else { coverage * OFF_SUBJECT };
    Candidate { fact, coverage, score: coverage + gain, cosine: 0.0 }
}

/// The facts of an entry; passages about it are found by the search.
fn facts_of(base: &KnowledgeBase, question: &Question<'_>, id: &str) -> Vec<Candidate> {
    let Ok(view) = entry(base, id) else { return vec![] };
    let lang = question.asked.lang;
    let kinds = question.asked.kinds();
    let subject = AskSubject { id: view.id.clone(), name: view.name.clone() };
    let own = [view.id.clone()];
    let mut named = Held::default();
    named.add_names(base, id, lang);
    let mut candidates = vec![];
    for section in &view.sections {
        // What nobody asked for by kind may still be asked for by its words.
        let gain = if kinds.contains(section.key.as_str()) { RANK_GAIN } else { 0.0 };
        for line in &section.lines {
            let mut held = named.clone();
            held.add(&line.title, lang);
            held.add(&line.text, lang);
            let source = AskSource::Entry { entry: subject.clone(), citation: Box::new(line.citation.clone()) };
            let fact = AskFact { text: in_words(&subject.name, line), source };
            candidates.push(candidate(question, fact, &own, &held, Some(&section.key), gain));
        }
    }
    candidates
}

/// `Dengue. Avoid: ibuprofen. It makes bleeding worse.`
fn in_words(name: &Text, line: &EntryLine) -> Text {
    let langs = name.0.keys().filter(|lang| {
        let whole = |text: &Text| text.is_empty() || text.has(**lang);
        whole(&line.title) && whole(&line.text)
    });
    let told = |lang: &Lang| {
        let parts = [name.get(*lang), line.title.get(*lang), line.text.get(*lang)];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
        (*lang, parts.join(": "))
    };
    Text(langs.map(told).collect())
}

/// Adds the likeness in meaning, where the encoder is.
fn compare(meaning: &Meaning, question: &str, candidates: &mut [Candidate]) {
    let texts: Vec<&str> = candidates.iter().map(|c| c.fact.text.get(Lang::En)).collect();
    let Some(cosines) = meaning.likeness(question, &texts) else { return };
    for (candidate, cosine) in candidates.iter_mut().zip(cosines) {
        candidate.cosine = f64::from(cosine);
        candidate.score += MEANING_GAIN * (candidate.cosine - UNRELATED).max(0.0);
    }
}

fn signals_of(candidates: &[Candidate]) -> AskSignals {
    let best = |value: fn(&Candidate) -> f64| candidates.iter().take(SHOWN).map(value).fold(0.0, f64::max);
    AskSignals { coverage: best(|c| c.coverage), cosine: best(|c| c.cosine) }
}

/// The facts that come near the best, each text once.
fn answer(candidates: Vec<Candidate>) -> Vec<AskFact> {
    let best = candidates.first().map_or(0.0, |c| c.score);
    let mut facts: Vec<AskFact> = vec![];
    for candidate in candidates.into_iter().filter(|c| c.score >= best * NEAR_BEST) {
        if !facts.iter().any(|known| known.text == candidate.fact.text) && !candidate.fact.text.is_empty() {
            facts.push(candidate.fact);
        }
    }
    facts.truncate(SHOWN);
    facts
}

/// The question is short and begins with a word of joining.
fn joins(text: &str) -> bool {
    let words = subjects::forms(text);
    let begins = |joining: &&str| words.starts_with(&subjects::forms(joining));
    words.len() <= SHORT && JOINING.iter().any(begins)
}

/// The likeliest condition of the case.
fn likely(knowledge: &Knowledge, intake: &Intake) -> Vec<String> {
    let Ok(assessed) = assess::assess(knowledge, intake) else { return vec![] };
    let first = assessed.candidates.first().filter(|c| c.probability.p >= LIKELY);
    first.map(|c| c.condition.to_string()).into_iter().collect()
}

/// English names of the findings that tell the conditions apart which the case, or the question itself, points to.
fn telling_findings(knowledge: &Knowledge, request: &AskRequest, text: &str) -> Option<String> {
    let intake = match &request.intake {
        Some(intake) => intake.clone(),
        None => {
            let understood = understand::understand(knowledge, text, None).ok()?;
            let observed: Vec<Observed> = understood.chips.into_iter().map(|chip| chip.observed).collect();
            if observed.is_empty() {
                return None;
            }
            Intake { observed, ..Intake::default() }
        }
    };
    let assessed = assess::assess(knowledge, &intake).ok()?;
    let mut strength: BTreeMap<String, f64> = BTreeMap::new();
    for candidate in assessed.candidates.iter().take(2) {
        strength.insert(candidate.name.get(Lang::En).to_owned(), f64::INFINITY);
        for contribution in candidate.contributions.iter().filter(|c| c.presence == Presence::Present) {
            let strongest = strength.entry(contribution.label.name.get(Lang::En).to_owned()).or_default();
            *strongest = strongest.max(contribution.decibans);
        }
    }
    let mut names: Vec<(String, f64)> = strength.into_iter().collect();
    names.sort_by(|a, b| b.1.total_cmp(&a.1));
    let names: Vec<String> = names.into_iter().take(TELLING).map(|(name, _)| name).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// What the engine has against a medicine or remedy that is asked about, for this patient: it comes first.
fn warnings(knowledge: &Knowledge, request: &AskRequest, question: &Question<'_>) -> Result<Vec<AskFact>, Failure> {
    let Some(intake) = &request.intake else { return Ok(vec![]) };
    let base = &knowledge.base;
    let given = |id: &&String| base.medicines.contains_key(id.as_str()) || base.remedies.contains_key(id.as_str());
    let mut facts = vec![];
    for id in question.about.iter().filter(given) {
        let mut names = intake.patient.medicines.clone();
        names.push(term(base, id, Lang::En));
        let own = subject_name(base, id);
        let reply = medicines::check(knowledge, &MedicinesRequest { intake: intake.clone(), names })?;
        for warning in reply.warnings.into_iter().filter(|w| w.about.contains(&own)) {
            let Some(citation) = warning.citation else { continue };
            let text = Text(
                own.0
                    .keys()
                    .filter(|l| warning.because.has(**l))
                    .map(|l| (*l, format!("{}: {} {}", own.get(*l), warning.because.get(*l), warning.act.get(*l))))
                    .collect(),
            );
            let entry = AskSubject { id: id.clone(), name: own.clone() };
            facts.push(AskFact { text, source: AskSource::Entry { entry, citation: Box::new(citation) } });
        }
    }
    Ok(facts)
}

/// Puts what was found into words, in the background.
pub(crate) fn start(speaker: &Arc<Speaker>, jobs: &Jobs, request: &AskRequest, found: AskFound) -> JobRef {
    let speaker = Arc::clone(speaker);
    let (question, language, worded) = (request.question.clone(), request.language, request.worded);
    jobs.start(move |job, cancel, events| {
        let say = |text: String, facts: Vec<usize>| events(Event::AskSentence { job, text, facts });
        let done = |dropped: usize, without_model: Option<String>| Event::AskDone {
            job,
            dropped,
            cancelled: cancel.is_raised(),
            without_model,
        };
        if found.facts.is_empty() {
            return done(0, None);
        }
        let mut dropped = 0;
        let mut why = Some("ask-passages".to_owned());
        if worded && language != Lang::En {
            why = Some("model-english-only".to_owned());
        } else if worded {
            let facts: Vec<String> = found.facts.iter().map(|f| f.text.get(Lang::En).to_owned()).collect();
            let instructions =
                format!("Answer this question of a clinician in one to three short sentences: {question}");
            match speaker.write(&instructions, &facts, COSINE_NEEDED, cancel, events, &mut |text, backing| {
                say(text, backing.to_vec())
            }) {
                Ok(written) if written.sentences > 0 || cancel.is_raised() => return done(written.dropped, None),
                Ok(written) => {
                    dropped = written.dropped;
                    why = Some("model-nothing-supported".to_owned());
                }
                Err(failure) => why = Some(failure.key),
            }
        }
        for (place, fact) in found.facts.iter().enumerate().take_while(|_| !cancel.is_raised()) {
            say(fact.text.get(language).to_owned(), vec![place]);
        }
        done(dropped, why)
    })
}
