//! Words of one language told in English, learnt from the packs themselves: every finding, condition, medicine, remedy, title
//! and summary that is named in both is a pair of bags of words, and IBM model 1 (Brown 1993) finds which word stands for
//! which. A question in Arabic or Hindi so reaches passages that are written in English.
//!
//! Learning takes some ten milliseconds a language and is done when the first question in it comes.

use crate::text::{is_stop_word, search_form, tokens};
use hakim_clinical::{KnowledgeBase, Lang, Names, Text};
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// Rounds of expectation maximisation; later ones change no ranking.
const ROUNDS: usize = 6;
/// A word stands for another from this share on.
const LEAST_SHARE: f32 = 0.06;
/// Words that one word is told by, at most.
const MOST: usize = 4;
/// A word told in another language weighs so much beside a word as it was asked.
const WEIGHT: f32 = 1.0;
/// Longest bag: of a long text the first words.
const LONGEST: usize = 40;

type Table = HashMap<String, Vec<(String, f32)>>;

/// Word tables from each language into English.
#[derive(Default)]
pub struct Across {
    urdu: OnceLock<Table>,
    arabic: OnceLock<Table>,
    hindi: OnceLock<Table>,
    french: OnceLock<Table>,
}

impl Across {
    /// English search words with weights (0..=1) that stand for the words of a question in `language`; nothing for English.
    pub fn told(&self, base: &KnowledgeBase, question: &str, language: Lang) -> Vec<(String, f32)> {
        let Some(table) = self.table(base, language) else { return vec![] };
        let mut told: HashMap<&str, f32> = HashMap::new();
        for word in words(question) {
            for (english, share) in table.get(&word).into_iter().flatten() {
                let weight = told.entry(english).or_default();
                *weight = weight.max(share * WEIGHT);
            }
        }
        let mut told: Vec<(String, f32)> = told.into_iter().map(|(w, s)| (w.to_owned(), s)).collect();
        told.sort_by(|a, b| a.0.cmp(&b.0));
        told
    }

    fn table(&self, base: &KnowledgeBase, language: Lang) -> Option<&Table> {
        let slot = match language {
            Lang::En => return None,
            Lang::Ur => &self.urdu,
            Lang::Ar => &self.arabic,
            Lang::Hi => &self.hindi,
            Lang::Fr => &self.french,
        };
        Some(slot.get_or_init(|| learnt(&pairs(base, language))))
    }
}

/// Words as the index holds them, without the small ones.
fn words(text: &str) -> BTreeSet<String> {
    let folded = tokens(text).into_iter().map(|t| search_form(&t.word));
    folded.filter(|w| !is_stop_word(w) && w.chars().count() > 1).take(LONGEST).collect()
}

type Bags = Vec<(BTreeSet<String>, BTreeSet<String>)>;

/// Everything that is named or told both in `language` and in English.
fn pairs(base: &KnowledgeBase, language: Lang) -> Bags {
    let bag = |names: &Names, lang| -> BTreeSet<String> {
        let name = names.0.get(&lang);
        name.into_iter().flat_map(|n| std::iter::once(&n.term).chain(&n.lay)).flat_map(|t| words(t)).collect()
    };
    let named = base
        .findings
        .values()
        .map(|f| &f.names)
        .chain(base.conditions.values().map(|c| &c.names))
        .chain(base.medicines.values().map(|m| &m.names))
        .chain(base.traditional.values().map(|c| &c.names))
        .chain(base.remedies.values().map(|r| &r.names));
    // A term is told twice: alone, which says more, and with all that people say instead.
    let terms = named.clone().map(|n| (words(n.term(language)), words(n.term(Lang::En))));
    let all = named.map(|n| (bag(n, language), bag(n, Lang::En)));
    let told =
        base.passages.values().flat_map(|p| [&p.title, &p.text]).chain(base.conditions.values().map(|c| &c.summary));
    let both =
        |text: &Text| text.0.contains_key(&language).then(|| (words(text.get(language)), words(text.get(Lang::En))));
    terms.chain(all).chain(told.filter_map(both)).filter(|(a, b)| !a.is_empty() && !b.is_empty()).collect()
}

/// Numbers words in the order they come.
#[derive(Default)]
struct Numbered {
    of: HashMap<String, u32>,
    words: Vec<String>,
}

impl Numbered {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(n) = self.of.get(word) {
            return *n;
        }
        let n = self.words.len() as u32;
        self.of.insert(word.to_owned(), n);
        self.words.push(word.to_owned());
        n
    }
}

/// IBM model 1: for every foreign word the English words it stands for, with their shares.
fn learnt(bags: &Bags) -> Table {
    let (mut foreign, mut english) = (Numbered::default(), Numbered::default());
    let numbered: Vec<(Vec<u32>, Vec<u32>)> = bags
        .iter()
        .map(|(f, e)| (f.iter().map(|w| foreign.number(w)).collect(), e.iter().map(|w| english.number(w)).collect()))
        .collect();
    // Every pair of words that ever met, in one sorted list; shares lie beside it.
    let mut met: Vec<u64> = numbered
        .iter()
        .flat_map(|(f, e)| f.iter().flat_map(|f| e.iter().map(|e| (u64::from(*f) << 32) | u64::from(*e))))
        .collect();
    met.sort_unstable();
    met.dedup();
    let place = |f: u32, e: u32| met.binary_search(&((u64::from(f) << 32) | u64::from(e))).unwrap_or_default();
    let places: Vec<Vec<usize>> =
        numbered.iter().map(|(f, e)| e.iter().flat_map(|e| f.iter().map(|f| place(*f, *e))).collect()).collect();
    let mut shares = vec![1.0_f32; met.len()];
    for _ in 0..ROUNDS {
        let mut counts = vec![0.0_f32; met.len()];
        for ((f, _), places) in numbered.iter().zip(&places) {
            for row in places.chunks(f.len()) {
                let sum: f32 = row.iter().map(|p| shares[*p]).sum();
                row.iter().for_each(|p| counts[*p] += shares[*p] / sum);
            }
        }
        let mut totals = vec![0.0_f32; foreign.words.len()];
        met.iter().zip(&counts).for_each(|(pair, count)| totals[(pair >> 32) as usize] += count);
        met.iter().zip(counts).zip(&mut shares).for_each(|((pair, count), share)| {
            *share = count / totals[(pair >> 32) as usize].max(f32::MIN_POSITIVE);
        });
    }
    let mut table = Table::new();
    for (pair, share) in met.iter().zip(shares).filter(|(_, s)| *s >= LEAST_SHARE) {
        let (f, e) = (&foreign.words[(pair >> 32) as usize], &english.words[*pair as u32 as usize]);
        table.entry(f.clone()).or_default().push((e.clone(), share));
    }
    for told in table.values_mut() {
        told.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        told.truncate(MOST);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_keep_meeting_stand_for_each_other() {
        let bag = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        let bags: Bags = [
            ("حمی شدیدہ", "high fever"),
            ("حمی خفیفہ", "mild fever"),
            ("الم شدید", "severe pain"),
            ("الم خفیف", "mild pain"),
            ("حمی", "fever"),
        ]
        .map(|(f, e)| (bag(f), bag(e)))
        .to_vec();
        let table = learnt(&bags);
        assert_eq!(table["حمی"][0].0, "fever");
        assert_eq!(table["الم"][0].0, "pain");
    }
}
