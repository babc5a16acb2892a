//! Phrases whose words are scattered over a clause.

use crate::lexicon::{FILLERS, ORDERED};
use hakim_clinical::{FindingId, Mention, Token};
use std::collections::{HashMap, HashSet};

/// Other words that may stand among those of a phrase.
const MAX_BETWEEN: usize = 3;
/// A word that more phrases than this hold tells too little to start from: "pain", "left", "child".
const MAX_PHRASES_OF_A_WORD: usize = 120;
/// Longer phrases are sentences; nobody says them in another order.
const MAX_WORDS: usize = 5;
/// Words that change what the words around them mean: no phrase reaches over one.
const BARRIERS: &[&str] = &[
    "no",
    "not",
    "without",
    "but",
    "except",
    "denies",
    "denied",
    "deny",
    "never",
    "nor",
    "or",
    "than",
    "then",
    "like",
    "because",
    "due",
    "if",
    "نہیں",
    "نہ",
    "مگر",
    "لیکن",
    "नहीं",
    "लेकिन",
    "لا",
    "بدون",
    "لیس",
    "pas",
    "sans",
    "mais",
];

/// Words that describe: a comma between two of them ("dry, itchy skin") parts no phrase.
const DESCRIBING: &[&str] = &[
    "dry",
    "itchy",
    "itching",
    "red",
    "reddish",
    "scaly",
    "scaling",
    "flaky",
    "rough",
    "thick",
    "thickened",
    "cracked",
    "painful",
    "painless",
    "tender",
    "swollen",
    "warm",
    "hot",
    "cold",
    "pale",
    "dark",
    "hard",
    "soft",
    "firm",
    "raised",
    "flat",
    "round",
    "small",
    "large",
    "big",
    "sore",
    "stiff",
    "weak",
    "numb",
    "watery",
    "thin",
    "sticky",
    "white",
    "yellow",
    "green",
    "greenish",
    "yellowish",
    "bloody",
    "foul",
    "smelly",
    "loose",
    "sharp",
    "dull",
    "severe",
    "mild",
    "intermittent",
    "constant",
    "continuous",
    "sudden",
    "chronic",
    "persistent",
    "progressive",
    "unilateral",
    "bilateral",
    "burning",
    "throbbing",
    "crusty",
    "oozing",
    "weepy",
    "shiny",
    "smooth",
];

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Phrase {
    words: Vec<String>,
    finding: FindingId,
}

/// Phrases by each of their telling words.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Scattered {
    phrases: Vec<Phrase>,
    by_word: HashMap<String, Vec<usize>>,
}

impl Scattered {
    pub(crate) fn add(&mut self, words: &[String], finding: &FindingId) {
        let fits = (2..=MAX_WORDS).contains(&words.len())
            && words.iter().all(|w| w.chars().count() >= 3 && w.chars().all(char::is_alphabetic))
            && !words.iter().any(|w| {
                let w = w.as_str();
                ORDERED.contains(&w) || FILLERS.contains(&w) || BARRIERS.contains(&w)
            })
            && words.iter().collect::<HashSet<_>>().len() == words.len();
        if fits {
            self.phrases.push(Phrase { words: words.to_vec(), finding: finding.clone() });
        }
    }

    /// Words that start too many phrases are no place to start from.
    pub(crate) fn finish(&mut self) {
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, phrase) in self.phrases.iter().enumerate() {
            for word in &phrase.words {
                by_word.entry(word.clone()).or_default().push(at);
            }
        }
        by_word.retain(|_, phrases| phrases.len() <= MAX_PHRASES_OF_A_WORD);
        self.by_word = by_word;
    }

    pub(crate) fn find(&self, text: &[Token], stems: &[String], mentions: &[Mention]) -> Vec<Mention> {
        let mut free = vec![true; text.len()];
        for mention in mentions {
            free[mention.tokens.0..mention.tokens.1].fill(false);
        }
        let mut found: Vec<Mention> = vec![];
        for at in 0..text.len() {
            if !free[at] {
                continue;
            }
            let best = self
                .by_word
                .get(&stems[at])
                .into_iter()
                .flatten()
                .filter_map(|p| self.phrases.get(*p))
                .filter_map(|phrase| Some((phrase.words.len(), span_of(phrase, at, text, stems)?, phrase)))
                .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(b.2.finding.cmp(&a.2.finding)));
            if let Some((_, _, phrase)) = best
                && !mentions.iter().chain(&found).any(|m| m.finding == phrase.finding)
            {
                found.push(Mention { finding: phrase.finding.clone(), tokens: (at, at + 1), span: text[at].span });
            }
        }
        found
    }
}

/// How many words lie from the first to the last word of the phrase around `at`; `None` where it does not stand.
fn span_of(phrase: &Phrase, at: usize, text: &[Token], stems: &[String]) -> Option<usize> {
    let reach = phrase.words.len() + MAX_BETWEEN;
    let mut from = at;
    while from > 0 && at - from < reach && !parts(text, from) && !barrier(text, from - 1) {
        from -= 1;
    }
    let mut to = at;
    while to + 1 < text.len() && to - at < reach && !parts(text, to + 1) && !barrier(text, to + 1) {
        to += 1;
    }
    let (mut first, mut last) = (at, at);
    for word in &phrase.words {
        let near = (from..=to).filter(|i| stems[*i] == *word).min_by_key(|i| i.abs_diff(at))?;
        first = first.min(near);
        last = last.max(near);
    }
    // Fillers do not count as words between.
    let counted = (first..=last).filter(|i| !FILLERS.contains(&text[*i].word.as_str())).count();
    (counted <= reach).then_some(last - first)
}

/// A sign before this word ends the clause.
fn parts(text: &[Token], at: usize) -> bool {
    let describes = |at: usize| DESCRIBING.contains(&text[at].word.as_str());
    text[at].parted && !(describes(at) && describes(at - 1))
}

fn barrier(text: &[Token], at: usize) -> bool {
    BARRIERS.contains(&text[at].word.as_str())
}
