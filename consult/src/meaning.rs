//! Search by meaning: vectors of passages and entries from the multilingual sentence encoder, kept on disk by the hash of
//! model and text, and fused with the words' ranking (reciprocal rank fusion, Cormack 2009).
//!
//! Vectors are made in the background the first time; until they are there, and where the encoder is absent, the words alone
//! decide.

use crate::library::{Knowledge, find_asset};
use hakim_knowledge::{Found, Hit, texts_to_encode};
use hakim_models::catalogue;
use hakim_models::embed::kept::Kept;
use hakim_models::embed::{Encoder, Kind, cosine};
use hakim_models::grounding::Fact;
use hakim_models::grounding::subject::Subject;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

const MODEL: &str = "e5-small-q4.bin";
const TOKENIZER: &str = "e5-small-tokenizer.json";
/// In the background a batch is followed by a rest this many times as long: what the user does comes first.
const REST: u32 = 2;
/// The encoder in the catalogue of models, whose sum stands in the keys of the vectors.
const IN_CATALOGUE: &str = "multilingual-e5-small";
/// Texts encoded together.
const BATCH: usize = 32;
/// Longest text that is encoded, characters: the names and the first sentences say what it is about.
const MAX_CHARS: usize = 600;
/// The same where somebody waits for it.
const COMPARED_CHARS: usize = 240;
/// Ranks matter from here on: the constant of reciprocal rank fusion.
const RRF: f32 = 60.0;
/// Hits of each side that are fused.
const DEPTH: usize = 60;
/// Farther texts are no answer. Cosines of e5 lie between .7 and 1.
const LEAST_COSINE: f32 = 0.80;

/// Only of packs, which are no secret: what is asked and what is told of patients is never kept.
const FILE: &str = "passages.vectors";

fn texts_of(knowledge: &Knowledge) -> Vec<(Found, String)> {
    let cut = |text: String| text.chars().take(MAX_CHARS).collect();
    texts_to_encode(&knowledge.base).map(|(found, text)| (found, cut(text))).collect()
}

/// Vectors in the order of the texts, when all of them are there; two entries with the same text share one.
fn placed(texts: &[(Found, String)], kept: &Kept) -> Option<Vec<(Found, Vec<f32>)>> {
    texts.iter().map(|(found, text)| Some((found.clone(), kept.get(text, Kind::Passage)?.to_vec()))).collect()
}

/// The encoder with the vectors of all packs.
pub struct Meaning {
    files: Option<(PathBuf, PathBuf)>,
    /// loaded when it is first needed
    encoder: OnceLock<Option<Encoder>>,
    vectors: OnceLock<Vec<(Found, Vec<f32>)>>,
    cache: PathBuf,
}

impl Meaning {
    /// Looks for the encoder; loads nothing yet.
    pub(crate) fn new(assets: &Path, cache: PathBuf) -> Self {
        let files = find_asset(assets, MODEL).zip(find_asset(assets, TOKENIZER));
        Self { files, encoder: OnceLock::new(), vectors: OnceLock::new(), cache }
    }

    /// The encoder is on this computer.
    pub fn present(&self) -> bool {
        self.files.is_some()
    }

    fn encoder(&self) -> Option<&Encoder> {
        let load = || self.files.as_ref().and_then(|(model, tokenizer)| Encoder::load(model, tokenizer).ok());
        self.encoder.get_or_init(load).as_ref()
    }

    /// Opens the vectors kept on disk when all of them are there.
    pub(crate) fn open_kept(&self, knowledge: &Knowledge) {
        let _ = self.unfinished(knowledge);
    }

    /// The texts and what of their vectors is kept on disk, as long as some are lacking; opens them when none is.
    fn unfinished(&self, knowledge: &Knowledge) -> Option<(Vec<(Found, String)>, Kept)> {
        if self.files.is_none() || self.ready() {
            return None;
        }
        let (texts, kept) = (texts_of(knowledge), self.kept());
        match placed(&texts, &kept) {
            Some(vectors) => {
                let _ = self.vectors.set(vectors);
                None
            }
            None => Some((texts, kept)),
        }
    }

    fn kept(&self) -> Kept {
        let model = catalogue::entry(IN_CATALOGUE).map(|entry| entry.sha256).unwrap_or_default();
        Kept::open(&self.cache.join(FILE), &model, Kept::USUAL_MOST)
    }

    /// All vectors are there.
    pub fn ready(&self) -> bool {
        self.vectors.get().is_some()
    }

    /// Makes the vectors that the cache lacks. Takes minutes the first time; can be killed at any time and goes on there.
    pub fn prepare(&self, knowledge: &Knowledge, tell: &dyn Fn(usize, usize)) {
        let Some((texts, mut kept)) = self.unfinished(knowledge) else { return };
        let Some(encoder) = self.encoder() else { return };
        let words: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        if kept.fill(encoder, &words, Kind::Passage, BATCH, tell).is_ok()
            && let Some(vectors) = placed(&texts, &kept)
        {
            let _ = self.vectors.set(vectors);
        }
    }

    /// Cosine of a question with each text, in their order; `None` without an encoder.
    pub(crate) fn likeness(&self, question: &str, texts: &[&str]) -> Option<Vec<f32>> {
        let encoder = self.encoder()?;
        let asked = encoder.encode(question, Kind::Query).ok()?;
        let cut: Vec<String> = texts.iter().map(|t| t.chars().take(COMPARED_CHARS).collect()).collect();
        let cut: Vec<&str> = cut.iter().map(String::as_str).collect();
        let vectors = encoder.encode_batch(&cut, Kind::Passage).ok()?;
        Some(vectors.iter().map(|vector| cosine(&asked, vector)).collect())
    }

    /// Facts by meaning, to see what a sentence is about, which must be as near as `needed`; `None` without an encoder.
    pub(crate) fn subject<'a>(&'a self, facts: &'a [Fact], needed: f32) -> Option<Subject<'a>> {
        self.encoder().and_then(|encoder| Subject::of(facts, encoder, needed).ok())
    }

    /// What lies nearest in meaning, best first; empty while there are no vectors.
    pub(crate) fn nearest(&self, question: &str, limit: usize) -> Vec<Hit> {
        let Some(vectors) = self.vectors.get() else { return vec![] };
        let Some(encoder) = self.encoder() else { return vec![] };
        let Ok(asked) = encoder.encode(question, Kind::Query) else { return vec![] };
        let mut hits: Vec<Hit> = vectors
            .iter()
            .map(|(found, vector)| Hit { found: found.clone(), score: cosine(vector, &asked) })
            .filter(|h| h.score >= LEAST_COSINE)
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.found.cmp(&b.found)));
        hits.truncate(limit);
        hits
    }
}

/// Several rankings with their weights as one: what most of them put high comes first. The score of a lone ranking stays as it is.
pub(crate) fn fused<const N: usize>(rankings: [(Vec<Hit>, f32); N], limit: usize) -> Vec<Hit> {
    let told: Vec<(Vec<Hit>, f32)> = rankings.into_iter().filter(|(r, _)| !r.is_empty()).collect();
    if let [(alone, _)] = told.as_slice() {
        return alone.iter().take(limit).cloned().collect();
    }
    let mut scores: BTreeMap<Found, f32> = BTreeMap::new();
    for (ranking, weight) in told {
        for (rank, hit) in ranking.into_iter().take(DEPTH).enumerate() {
            *scores.entry(hit.found).or_default() += weight / (RRF + rank as f32 + 1.0);
        }
    }
    let mut hits: Vec<Hit> = scores.into_iter().map(|(found, score)| Hit { found, score }).collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.found.cmp(&b.found)));
    hits.truncate(limit);
    hits
}

/// Hits that each side should give for a list of this length.
pub(crate) fn depth(limit: usize) -> usize {
    limit.max(DEPTH)
}

/// Starts [`Meaning::prepare`] in the background.
pub(crate) fn prepare_in_background(meaning: &Arc<Meaning>, knowledge: &Arc<Knowledge>) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    if !meaning.present() {
        return;
    }
    let (meaning, knowledge) = (Arc::clone(meaning), Arc::clone(knowledge));
    std::thread::spawn(move || {
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let began = Mutex::new(Instant::now());
        meaning.prepare(&knowledge, &|_, _| {
            let mut began = began.lock().unwrap_or_else(PoisonError::into_inner);
            std::thread::sleep(began.elapsed().min(Duration::from_secs(5)) * REST);
            *began = Instant::now();
        });
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    fn hit(id: &str) -> Hit {
        Hit { found: Found::Entry(id.into()), score: 1.0 }
    }

    #[test]
    fn what_both_sides_find_comes_first() {
        let found = fused([(vec![hit("a"), hit("b")], 1.0), (vec![hit("b"), hit("c")], 1.0), (vec![], 1.0)], 3);
        assert_eq!(found[0].found, Found::Entry("b".into()));
        assert_eq!(found.len(), 3);
        let words_only = fused([(vec![hit("a"), hit("b")], 1.0), (vec![], 1.0), (vec![], 1.0)], 5);
        assert_eq!(words_only[0].found, Found::Entry("a".into()));
    }
}
