//! Findings that the language model reads in a story beside those of the lexicon. It can only answer with names of the vocabulary
//! and with words that stand in the story, and whatever it answers is asked, never taken: the user decides.

use crate::core::EventSink;
use crate::jobs::Jobs;
use crate::library::Knowledge;
use crate::meaning::Meaning;
use crate::speaker::Speaker;
use crate::understand::{presence_at, understand};
use crate::views::label;
use hakim_clinical::{FindingId, Lang, Presence, Sex};
use hakim_contract::*;
use hakim_knowledge::{guess_language, tokens};
use hakim_models::Cancel;
use hakim_models::lm::{Form, Message, Role, Sampling};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most findings proposed: more would be a list to read and not a help.
const MOST: usize = 6;
/// Most clauses of a story that are shown to the model: the first ones.
const CLAUSES: usize = 40;
/// Shortest clause that can say anything, words.
const WORDS_NEEDED: usize = 2;
/// Longest answer, tokens: the form allows no more than [`MOST`] short entries.
const MAX_TOKENS: usize = 400;
/// Least cosine between the words of the story and the name of a finding: what lies farther apart has nothing to do with it.
const LEAST_LIKENESS: f32 = 0.82;

const RULES: &str = "You read what a patient says and match it to a fixed list of findings. Report only what the words state. \
    When nothing in the list fits, answer with an empty list.";

/// An answer of the model: the place of a clause, and an English name of the vocabulary.
#[derive(serde::Deserialize)]
struct Answered {
    findings: Vec<Pair>,
}

#[derive(serde::Deserialize)]
struct Pair {
    words: String,
    finding: String,
}

/// Reads a story in the background.
pub(crate) fn start(
    speaker: &Arc<Speaker>,
    knowledge: &Arc<Knowledge>,
    meaning: &Arc<Meaning>,
    jobs: &Jobs,
    request: UnderstandRequest,
) -> JobRef {
    let (speaker, knowledge, meaning) = (Arc::clone(speaker), Arc::clone(knowledge), Arc::clone(meaning));
    jobs.start(move |job, cancel, events| {
        let (maybe, without_model) = match propose(&speaker, &knowledge, &meaning, &request, cancel, events) {
            Ok(maybe) => (maybe, None),
            Err(failure) => (vec![], Some(failure.key)),
        };
        Event::Proposed { job, maybe, cancelled: cancel.is_raised(), without_model }
    })
}

/// What the model reads and the lexicon does not.
///
/// # Errors
/// `model-english-only`, the model's refusals, those of reading a story.
pub(crate) fn propose(
    speaker: &Speaker,
    knowledge: &Knowledge,
    meaning: &Meaning,
    request: &UnderstandRequest,
    cancel: &Cancel,
    events: &EventSink,
) -> Result<Vec<DidYouMean>, Failure> {
    let text = &request.text;
    let read = understand(knowledge, text, request.patient.sex)?;
    if guess_language(text).is_some_and(|l| l != Lang::En) {
        return Err(Failure::new("model-english-only"));
    }
    let clauses = clauses(text);
    if clauses.is_empty() {
        return Ok(vec![]);
    }
    let names = names(knowledge, request.patient.sex);
    let form = Form::json_schema(schema(&clauses, &names));
    let messages = [Message::new(Role::System, RULES), Message::new(Role::User, asked(&clauses, &read))];
    let sampling = Sampling { max_tokens: MAX_TOKENS, ..Sampling::default() };
    let answer = speaker.with_model(events, |model, _| model.answer_in_form(&messages, &form, &sampling, cancel))?;
    // A cancelled or cut answer proposes nothing.
    let Some(answered) = answer.and_then(|a| serde_json::from_str::<Answered>(&a.text).ok()) else { return Ok(vec![]) };
    let mut known: BTreeSet<&FindingId> = read.chips.iter().map(|c| &c.observed.finding).collect();
    known.extend(read.maybe.iter().map(|m| &m.label.finding));
    let mut proposed = vec![];
    for pair in &answered.findings {
        let Some(id) = names.get(pair.finding.as_str()) else { continue };
        let Some(presence) = stands(knowledge, text, &pair.words) else { continue };
        if known.insert(id) && about(meaning, &pair.words, &pair.finding) {
            proposed.push(DidYouMean { quote: pair.words.clone(), label: label(&knowledge.base, id), presence });
        }
    }
    Ok(proposed)
}

/// English names of the findings that a patient of this sex can have.
fn names(knowledge: &Knowledge, sex: Option<Sex>) -> BTreeMap<&str, &FindingId> {
    let fitting = knowledge.base.findings.iter().filter(|(_, f)| f.fits(sex));
    fitting.map(|(id, f)| (f.names.term(Lang::En), id)).filter(|(name, _)| !name.is_empty()).collect()
}

/// The story cut where people pause, each piece as it stands there.
fn clauses(text: &str) -> Vec<&str> {
    let pieces = text.split(['.', ',', ';', ':', '!', '?', '\n', '(', ')']).map(str::trim);
    pieces.filter(|piece| piece.split_whitespace().count() >= WORDS_NEEDED).take(CLAUSES).collect()
}

/// A list of pairs: words of the story, name of the vocabulary. Nothing else can be written.
fn schema(clauses: &[&str], names: &BTreeMap<&str, &FindingId>) -> serde_json::Value {
    let words: BTreeSet<&&str> = clauses.iter().collect();
    serde_json::json!({
        "type": "object",
        "properties": { "findings": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "words": { "enum": words },
                    "finding": { "enum": names.keys().collect::<Vec<_>>() },
                },
                "required": ["words", "finding"],
                "additionalProperties": false,
            },
        } },
        "required": ["findings"],
        "additionalProperties": false,
    })
}

fn asked(clauses: &[&str], read: &Understood) -> String {
    let said: Vec<String> = clauses.iter().map(|clause| format!("- {clause}")).collect();
    let noted: Vec<&str> = read.chips.iter().map(|chip| chip.label.name.get(Lang::En)).collect();
    let noted = if noted.is_empty() { "nothing".to_owned() } else { noted.join(", ") };
    format!(
        "What the patient says, piece by piece:\n{}\n\nAlready noted: {noted}.\n\nWhich pieces state another finding? For \
         each such piece give its words and the finding. Leave out what is noted already.",
        said.join("\n")
    )
}

/// What the story says of the words, by the rules that read everything else; `None` where it says it of nobody or not surely.
fn stands(knowledge: &Knowledge, text: &str, words: &str) -> Option<Presence> {
    let from = text.find(words)?;
    let to = from + words.len();
    let all = tokens(text);
    let first = all.iter().position(|t| t.span.1 > from)?;
    let after = all.iter().position(|t| t.span.0 >= to).unwrap_or(all.len());
    // The denial may be inside the words: what the last of them says decides.
    let presence = presence_at(&knowledge.base, &knowledge.lexicon, text, (after.checked_sub(1)?.max(first), after));
    (presence != Presence::Unknown).then_some(presence)
}

fn about(meaning: &Meaning, words: &str, finding: &str) -> bool {
    let likeness = meaning.likeness(words, &[finding]);
    likeness.is_none_or(|l| l.first().is_some_and(|cosine| *cosine >= LEAST_LIKENESS))
}
