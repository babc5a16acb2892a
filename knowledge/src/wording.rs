//! How close the words of a story are to what the packs write of each condition: what no finding covers is not lost.
//!
//! Tf-idf with cosine (Salton 1975), one index a language: names of the condition and of its findings, its summary, its passages.

use crate::prepared::kept_or_made;
use crate::text::tokens;
use hakim_clinical::*;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Closeness of a story to every condition, 0..=1; a condition that shares no word is left out.
pub type Closeness = BTreeMap<ConditionId, f64>;

/// The words of all conditions, by language; an index is made when a story in its language first comes, and kept beside the
/// prepared knowledge.
#[derive(Debug, Default)]
pub struct Wording {
    indexes: BTreeMap<Lang, OnceLock<Index>>,
    /// folder of the cache and key of the packs
    place: Option<(PathBuf, String)>,
}

/// Changes with the way words are taken apart and weighed: an older kept index is made anew.
const VERSION: u32 = 1;

#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Index {
    conditions: Vec<ConditionId>,
    /// word: its inverse document frequency, and its weight in each condition by position
    words: HashMap<String, (f64, Vec<(usize, f64)>)>,
}

impl Wording {
    /// Prepares one index for each language, empty yet. `key` names the packs, as [`crate::Prepared::key`].
    pub fn new(cache: Option<&Path>, key: &str) -> Self {
        Self {
            indexes: Lang::ALL.into_iter().map(|lang| (lang, OnceLock::new())).collect(),
            place: cache.map(|dir| (dir.to_owned(), key.to_owned())),
        }
    }

    fn open(&self, base: &KnowledgeBase, lang: Lang) -> Index {
        let Some((dir, key)) = &self.place else { return Index::new(base, lang) };
        let file = dir.join(format!("wording-{VERSION}-{key}-{}.bin", lang.code()));
        kept_or_made(&file, |_| true, || Index::new(base, lang))
    }

    /// Compares a story with every condition.
    pub fn closeness(&self, base: &KnowledgeBase, lang: Lang, text: &str) -> Closeness {
        let Some(index) = self.indexes.get(&lang) else { return Closeness::new() };
        let index = index.get_or_init(|| self.open(base, lang));
        index.closeness(stems(text).into_iter())
    }
}

impl Index {
    fn new(base: &KnowledgeBase, lang: Lang) -> Self {
        let mut index = Self::default();
        let mut writing = Writing::of(base, lang);
        let documents: Vec<BTreeMap<String, f64>> = base
            .conditions
            .values()
            .map(|c| {
                index.conditions.push(c.id.clone());
                writing.words(c)
            })
            .collect();
        let mut seen_in: BTreeMap<&str, usize> = BTreeMap::new();
        for word in documents.iter().flat_map(BTreeMap::keys) {
            *seen_in.entry(word).or_default() += 1;
        }
        let n = documents.len() as f64;
        let idf = |word: &str| seen_in.get(word).map_or(0.0, |df| (n / *df as f64).ln());
        for (place, document) in documents.iter().enumerate() {
            let length = norm(document, idf);
            for (word, tf) in document {
                let entry = index.words.entry(word.clone()).or_insert_with(|| (idf(word), vec![]));
                entry.1.push((place, weight(*tf, entry.0) / length));
            }
        }
        index
    }

    fn closeness(&self, words: impl Iterator<Item = String>) -> Closeness {
        let asked = counted(words);
        let idf = |word: &str| self.words.get(word).map_or(0.0, |(idf, _)| *idf);
        let length = norm(&asked, idf);
        // in the order of the words: the same story gives the same last bit
        let mut sums = vec![0.0; self.conditions.len()];
        for (word, tf) in &asked {
            let Some((idf, places)) = self.words.get(word) else { continue };
            let x = weight(*tf, *idf) / length;
            for (place, y) in places {
                sums[*place] += x * y;
            }
        }
        self.conditions.iter().cloned().zip(sums).filter(|(_, s)| *s > 0.0).collect()
    }
}

/// All that the packs write of each condition in one language. A finding is taken apart once, however many list it.
struct Writing<'k> {
    base: &'k KnowledgeBase,
    lang: Lang,
    findings: HashMap<&'k FindingId, Vec<String>>,
    passages: HashMap<&'k str, Vec<&'k Text>>,
}

impl<'k> Writing<'k> {
    fn of(base: &'k KnowledgeBase, lang: Lang) -> Self {
        let mut passages: HashMap<&str, Vec<&Text>> = HashMap::new();
        for passage in base.passages.values().filter(|p| p.text.has(lang)) {
            for about in &passage.about {
                passages.entry(about.as_str()).or_default().push(&passage.text);
            }
        }
        Self { base, lang, findings: HashMap::new(), passages }
    }

    fn words(&mut self, condition: &'k Condition) -> BTreeMap<String, f64> {
        let lang = self.lang;
        let mut words = named(&condition.names, lang);
        for link in &condition.findings {
            let Some(finding) = self.base.findings.get(&link.finding) else { continue };
            let known = self.findings.entry(&link.finding).or_insert_with(|| named(&finding.names, lang));
            words.extend(known.iter().cloned());
        }
        if condition.summary.has(lang) {
            words.extend(stems(condition.summary.get(lang)));
        }
        for text in self.passages.get(condition.id.as_str()).into_iter().flatten() {
            words.extend(stems(text.get(lang)));
        }
        counted(words.into_iter())
    }
}

fn stems(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|t| stem(&t.word).to_owned()).collect()
}

fn named(names: &Names, lang: Lang) -> Vec<String> {
    let all = names.0.get(&lang).into_iter().flat_map(|n| std::iter::once(&n.term).chain(&n.lay));
    all.flat_map(|name| stems(name)).collect()
}

/// Plural and singular are one word.
fn stem(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(rest) if rest.len() > 3 && !rest.ends_with(['s', 'u', 'i']) => rest,
        _ => word,
    }
}

fn counted(words: impl Iterator<Item = String>) -> BTreeMap<String, f64> {
    let mut counts = BTreeMap::new();
    words.for_each(|w| *counts.entry(w).or_insert(0.0) += 1.0);
    counts
}

fn weight(tf: f64, idf: f64) -> f64 {
    (1.0 + tf.ln()) * idf
}

fn norm(counts: &BTreeMap<String, f64>, idf: impl Fn(&str) -> f64) -> f64 {
    counts.iter().map(|(w, tf)| weight(*tf, idf(w)).powi(2)).sum::<f64>().sqrt().max(1e-9)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    #[test]
    fn a_plural_is_its_singular_and_short_or_latin_words_stay() {
        assert_eq!(stem("rashes"), "rashe");
        assert_eq!(stem("headaches"), "headache");
        assert_eq!(stem("virus"), "virus");
        assert_eq!(stem("meningitis"), "meningitis");
        assert_eq!(stem("gas"), "gas");
    }

    #[test]
    fn a_kept_index_says_the_same_and_a_damaged_one_is_made_anew() {
        let base = crate::load(&crate::builtin_packs()).base;
        let dir = tempfile::tempdir().unwrap();
        let story = "burning when passing urine, goes to the toilet often";
        let closeness = |w: Wording| w.closeness(&base, Lang::En, story);
        let first = closeness(Wording::new(Some(dir.path()), "k"));
        assert!(first.contains_key(&ConditionId::new("cystitis")));
        assert_eq!(first, closeness(Wording::new(Some(dir.path()), "k")));
        let file = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
        std::fs::write(&file, b"cut").unwrap();
        assert_eq!(first, closeness(Wording::new(Some(dir.path()), "k")));
    }

    #[test]
    fn nothing_is_close_to_an_empty_base_or_story() {
        let base = KnowledgeBase::default();
        assert!(Wording::new(None, "").closeness(&base, Lang::En, "cough and fever").is_empty());
        assert!(Wording::new(None, "").closeness(&base, Lang::Ur, "").is_empty());
    }
}
