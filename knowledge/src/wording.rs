//! How close the words of a story are to what the packs write of each condition: what no finding covers is not lost.
//!
//! Tf-idf with cosine (Salton 1975), one index a language: names of the condition and of its findings, its summary, its passages.

use crate::text::tokens;
use hakim_clinical::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// Closeness of a story to every condition, 0..=1; a condition that shares no word is left out.
pub type Closeness = BTreeMap<ConditionId, f64>;

/// The words of all conditions, by language; an index is made when a story in its language first comes.
#[derive(Debug, Default)]
pub struct Wording {
    indexes: BTreeMap<Lang, OnceLock<Index>>,
}

#[derive(Debug, Default)]
struct Index {
    conditions: Vec<ConditionId>,
    /// word: its inverse document frequency, and its weight in each condition by position
    words: HashMap<String, (f64, Vec<(usize, f64)>)>,
}

impl Wording {
    /// Prepares one index for each language, empty yet.
    pub fn new() -> Self {
        Self { indexes: Lang::ALL.into_iter().map(|lang| (lang, OnceLock::new())).collect() }
    }

    /// Compares a story with every condition.
    pub fn closeness(&self, base: &KnowledgeBase, lang: Lang, text: &str) -> Closeness {
        let Some(index) = self.indexes.get(&lang) else { return Closeness::new() };
        let index = index.get_or_init(|| Index::new(base, lang));
        let words = tokens(text).into_iter().map(|t| stem(&t.word).to_owned());
        index.closeness(words)
    }
}

impl Index {
    fn new(base: &KnowledgeBase, lang: Lang) -> Self {
        let mut index = Self::default();
        let documents: Vec<BTreeMap<String, f64>> = base
            .conditions
            .values()
            .map(|c| {
                index.conditions.push(c.id.clone());
                counted(tokens(&written(base, c, lang)).iter().map(|t| stem(&t.word).to_owned()))
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

/// All that the packs write of a condition in one language.
fn written(base: &KnowledgeBase, condition: &Condition, lang: Lang) -> String {
    let mut text = String::new();
    let mut add = |words: &str| {
        text.push_str(words);
        text.push_str(". ");
    };
    let all = |names: &Names| -> Vec<String> {
        names.0.get(&lang).into_iter().flat_map(|n| std::iter::once(&n.term).chain(&n.lay)).cloned().collect()
    };
    all(&condition.names).iter().for_each(|n| add(n));
    for link in &condition.findings {
        base.findings.get(&link.finding).into_iter().flat_map(|f| all(&f.names)).for_each(|n| add(&n));
    }
    if condition.summary.has(lang) {
        add(condition.summary.get(lang));
    }
    let about = |p: &&Passage| p.about.iter().any(|a| a.as_str() == condition.id.as_str());
    for passage in base.passages.values().filter(about).filter(|p| p.text.has(lang)) {
        add(passage.text.get(lang));
    }
    text
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
    fn nothing_is_close_to_an_empty_base_or_story() {
        let base = KnowledgeBase::default();
        assert!(Wording::new().closeness(&base, Lang::En, "cough and fever").is_empty());
        assert!(Wording::new().closeness(&base, Lang::Ur, "").is_empty());
    }
}
