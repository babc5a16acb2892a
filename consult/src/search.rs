//! Search over packs and the user's own documents. Four rankings are fused: by words (those of another language also told in
//! English), by meaning, by the conditions whose own words are closest, and, when the question tells what a patient has, by the
//! conditions that its findings point to.

use crate::entry::heading;
use crate::library::Knowledge;
use crate::meaning::{Meaning, depth, fused};
use crate::shelf::Shelf;
use crate::understand::understand;
use crate::views::{passage_view, subject_name};
use hakim_clinical::*;
use hakim_contract::*;
use hakim_knowledge::{Found, Hit, Layer, Search, guess_language};
use hakim_reasoning::{Case, differential};

/// Weights of the rankings, chosen on the judged questions (docs/measured.md).
const WORDS: f32 = 1.0;
const MEANING: f32 = 0.3;
const FINDINGS: f32 = 0.1;
const WORDING: f32 = 0.3;
/// Conditions that the findings of a question point to, at most.
const POINTED_AT: usize = 8;

/// Searches passages and entries; of each kind at most `limit`.
///
/// # Errors
/// `index-broken` when the index cannot be read.
pub(crate) fn search(
    knowledge: &Knowledge,
    shelf: &Shelf,
    meaning: &Meaning,
    request: &SearchRequest,
) -> Result<SearchReply, Failure> {
    let base = &knowledge.base;
    let limit = request.limit.clamp(1, 50);
    let guessed = guess_language(&request.query);
    // Latin letters alone do not tell French from English: then the language of the window does.
    let asked_in = match guessed {
        Some(Lang::En) if request.language == Lang::Fr => Some(Lang::Fr),
        other => other,
    };
    let wanted = Search {
        words: &request.query,
        also: asked_in.map(|l| knowledge.across.told(base, &request.query, l)).unwrap_or_default(),
        limit: limit * 2,
        collection: request.only_in.as_deref(),
        layer: match request.scope {
            SearchScope::Clinical => Some(Layer::Clinical),
            SearchScope::Traditional => Some(Layer::Traditional),
            SearchScope::All | SearchScope::Own => None,
        },
        language: request.only_language,
        children: request.children,
    };
    let mut reply = SearchReply::default();
    if matches!(request.scope, SearchScope::All | SearchScope::Own) {
        reply.own = shelf.search(&Search { limit, ..wanted.clone() })?;
    }
    if request.scope == SearchScope::Own {
        return Ok(reply);
    }
    let words = Search { limit: depth(wanted.limit), ..wanted.clone() };
    let words = knowledge.library.search(&words).map_err(|e| Failure::new("index-broken").because(e))?;
    // What is limited to a part is found by its words: the vectors do not know the parts.
    let limited =
        wanted.collection.is_some() || wanted.layer.is_some() || wanted.language.is_some() || wanted.children.is_some();
    meaning.open_kept(knowledge);
    let near = if limited { vec![] } else { meaning.nearest(&request.query, depth(wanted.limit)) };
    let pointed = if limited { vec![] } else { by_findings(knowledge, &request.query) };
    let worded = if limited { vec![] } else { by_wording(knowledge, &request.query, asked_in) };
    let hits = fused([(words, WORDS), (near, MEANING), (pointed, FINDINGS), (worded, WORDING)], wanted.limit);
    for hit in hits {
        match hit.found {
            Found::Passage(id) => {
                let Some(passage) = base.passages.get(&id) else { continue };
                let passage = passage_view(base, passage);
                let about = passage.about.iter().map(|id| subject_name(base, id)).collect();
                reply.hits.push(SearchHit { about, passage, score: hit.score });
            }
            Found::Entry(id) => {
                reply.entries.extend(heading(base, &id).map(|e| EntryHit { score: hit.score, ..e }));
            }
        }
    }
    reply.entries.truncate(limit);
    reply.hits.truncate(limit);
    Ok(reply)
}

/// What is written about the conditions that the findings of a question point to, likeliest first; a question about something
/// else than a patient holds no findings and points nowhere.
fn by_findings(knowledge: &Knowledge, question: &str) -> Vec<Hit> {
    let base = &knowledge.base;
    let observed: Vec<Observed> = match understand(knowledge, question, None) {
        Ok(understood) => understood.chips.into_iter().map(|c| c.observed).collect(),
        Err(_) => return vec![],
    };
    if !observed.iter().any(|o| o.presence == Presence::Present) {
        return vec![];
    }
    let nobody = PatientFacts::default();
    let Ok(case) = Case::new(base, &nobody, &observed, &[], vec![]) else { return vec![] };
    let mut hits = vec![];
    for candidate in differential(&case).candidates.iter().take(POINTED_AT) {
        hits.extend(written_of(base, candidate.condition.as_str(), candidate.probability.value() as f32));
    }
    hits
}

/// What is written about the conditions whose texts are closest to the question's words in its own language.
fn by_wording(knowledge: &Knowledge, question: &str, lang: Option<Lang>) -> Vec<Hit> {
    let base = &knowledge.base;
    let Some(lang) = lang else { return vec![] };
    let closeness = knowledge.wording.closeness(base, lang, question);
    let mut closest: Vec<(&ConditionId, f64)> = closeness.iter().map(|(id, c)| (id, *c)).collect();
    closest.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let about = |(id, close): &(&ConditionId, f64)| written_of(base, id.as_str(), *close as f32);
    closest.iter().take(POINTED_AT).flat_map(about).collect()
}

/// Passages and entry of a condition.
fn written_of(base: &KnowledgeBase, id: &str, score: f32) -> Vec<Hit> {
    let about = base.passages.values().filter(|p| p.about.iter().any(|a| a.as_str() == id));
    let found = about.map(|p| Found::Passage(p.id.clone())).chain([Found::Entry(id.to_owned())]);
    found.map(|found| Hit { found, score }).collect()
}
