//! Finds the findings of the vocabulary in free text: phrases of every language in one trie over folded words, longest first.
//!
//! Between the words of a phrase up to two modifiers may stand ("pain in my *left* chest"). What the text means by the
//! mention (present, denied, past, whose) is judged afterwards by `reasoning::context`.

use crate::prepared::kept_or_made;
use crate::scattered::Scattered;
use crate::text::{one_letter_apart, stem, tokens};
use hakim_clinical::{FindingId, KnowledgeBase, Lang, Mention, Token};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Words that carry no meaning for a match; dropped from phrases and skipped in texts.
pub(crate) const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "my",
    "his",
    "her",
    "their",
    "your",
    "our",
    "of",
    "in",
    "on",
    "at",
    "to",
    "is",
    "are",
    "was",
    "were",
    "been",
    "be",
    "being",
    "has",
    "have",
    "had",
    "having",
    "some",
    "any",
    "it",
    "its",
    "feel",
    "feeling",
    "felt",
    "get",
    "getting",
    "got",
    "le",
    "la",
    "les",
    "du",
    "de",
    "des",
    "au",
    "aux",
    "ہے",
    "ہیں",
    "है",
    "हैं",
];

/// Words that may stand inside a phrase without changing what it names.
const MODIFIERS: &[&str] = &[
    "very",
    "severe",
    "bad",
    "mild",
    "moderate",
    "slight",
    "left",
    "right",
    "both",
    "upper",
    "lower",
    "whole",
    "sudden",
    "acute",
    "chronic",
    "constant",
    "intermittent",
    "sharp",
    "dull",
    "and",
    "new",
    "recent",
    "more",
    "really",
    "quite",
    "also",
    "again",
    "bilateral",
    "marked",
    "significant",
    "increas",
    "persistent",
    "generaliz",
    "generalis",
    "so",
    "much",
    "lot",
    "all",
    "over",
    "شدید",
    "بہت",
    "تیز",
    "ہلکا",
    "ہلکی",
    "باییں",
    "داییں",
    "شدید",
    "قوی",
    "बहुत",
    "तेज",
    "हल्का",
    "हल्की",
    "बाएं",
    "दाएं",
];

/// Most modifiers inside one phrase.
const MAX_GAP: usize = 2;

/// "Out of breath" must not be found in "breathing out": words whose place in a phrase carries its meaning.
pub(crate) const ORDERED: &[&str] =
    &["out", "up", "down", "off", "over", "not", "no", "cannot", "can't", "without", "after", "before"];

/// Longest abbreviation that notes write in capitals.
const MAX_ABBREVIATION: usize = 5;

/// Marks a word that must stand in the text as it is: "SOB" is not "sobbing".
const AS_IT_IS: char = '=';

/// Shorter words are never taken for misspelt ones: too many words differ by one letter.
const MIN_LETTERS_FOR_LIKENESS: usize = 5;
/// Most misspelt words asked back: a text with more of them is in another language.
const MAX_LIKELY: usize = 6;

/// Changes with the way phrases are taken apart: an older kept lexicon is made anew.
const VERSION: u32 = 1;

/// All phrases of the vocabulary.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Lexicon {
    /// every word of a phrase by number
    numbers: HashMap<String, u32>,
    /// trie over the numbers: (node, word) -> node
    edges: HashMap<(u32, u32), u32>,
    /// finding that ends at a node; node 0 is the root
    ends: Vec<Option<FindingId>>,
    /// words of the phrases by first letter and length, for likeness
    words: BTreeMap<(char, usize), BTreeSet<String>>,
    scattered: Scattered,
}

impl Lexicon {
    /// The lexicon kept in `cache` for the packs that `key` names, or a new one, which is then kept.
    pub fn kept(base: &KnowledgeBase, cache: &Path, key: &str) -> Self {
        let file = cache.join(format!("lexicon-{VERSION}-{key}.bin"));
        kept_or_made(&file, Self::sound, || Self::new(base))
    }

    /// Every node that an edge leads to is there.
    fn sound(&self) -> bool {
        !self.ends.is_empty() && self.edges.values().all(|node| (*node as usize) < self.ends.len())
    }

    /// Builds the trie from the names of all findings in all languages.
    pub fn new(base: &KnowledgeBase) -> Self {
        let mut lexicon = Self { ends: vec![None], ..Self::default() };
        for finding in base.findings.values() {
            for (lang, name) in &finding.names.0 {
                for phrase in std::iter::once(&name.term).chain(&name.lay) {
                    lexicon.add(phrase, *lang, &finding.id);
                }
            }
        }
        lexicon.scattered.finish();
        lexicon
    }

    fn add(&mut self, phrase: &str, lang: Lang, finding: &FindingId) {
        if is_abbreviation(phrase) {
            let word = tokens(phrase).into_iter().map(|t| format!("{AS_IT_IS}{}", t.word));
            return self.insert(&word.collect::<Vec<_>>(), finding);
        }
        let words = phrase_words(phrase);
        self.insert(&words, finding);
        self.scattered.add(&words, finding);
        // "chest pain" is also said "pain in the chest"
        if let [first, second] = words.as_slice()
            && lang == Lang::En
            && first.len() > 2
            && second.len() > 2
            && !words.iter().any(|w| ORDERED.contains(&w.as_str()) || FILLERS.contains(&w.as_str()))
        {
            self.insert(&[second.clone(), first.clone()], finding);
        }
    }

    fn insert(&mut self, words: &[String], finding: &FindingId) {
        if words.is_empty() {
            return;
        }
        let mut at = 0_u32;
        for word in words {
            if let Some(place) = likeness_place(word) {
                self.words.entry(place).or_default().insert(word.clone());
            }
            let number = match self.numbers.get(word) {
                Some(&number) => number,
                None => {
                    let number = self.numbers.len() as u32;
                    self.numbers.insert(word.clone(), number);
                    number
                }
            };
            let ends = &mut self.ends;
            at = *self.edges.entry((at, number)).or_insert_with(|| {
                ends.push(None);
                ends.len() as u32 - 1
            });
        }
        // The first finding in id order keeps a phrase that two share; the checker names such phrases.
        self.ends[at as usize].get_or_insert_with(|| finding.clone());
    }

    fn edge(&self, node: u32, word: &str) -> Option<u32> {
        let number = self.numbers.get(word)?;
        self.edges.get(&(node, *number)).copied()
    }

    /// Mentions in the order of the text, not overlapping, longest first where several fit.
    pub fn find(&self, text: &[Token]) -> Vec<Mention> {
        let stems: Vec<String> = text.iter().map(|t| stem(&t.word)).collect();
        let mut mentions = vec![];
        let mut at = 0;
        while at < text.len() {
            match self.longest(&stems, text, at) {
                Some((end, finding)) => {
                    mentions.push(Mention {
                        finding: finding.clone(),
                        tokens: (at, end),
                        span: (text[at].span.0, text[end - 1].span.1),
                    });
                    at = end;
                }
                None => at += 1,
            }
        }
        mentions
    }

    /// Phrases whose words stand near each other but not together, or in another order: "the elbow and the forearm are
    /// painful", "sweats a lot at night". At least one telling word of them stands outside all other mentions; the mention
    /// covers that word alone.
    pub fn find_scattered(&self, text: &[Token], mentions: &[Mention]) -> Vec<Mention> {
        let stems: Vec<String> = text.iter().map(|t| stem(&t.word)).collect();
        self.scattered.find(text, &stems, mentions)
    }

    /// What misspelt words outside all mentions may mean: one letter off a word of the vocabulary, in a phrase that then
    /// stands there whole. `known` says which words are no mistake. For the user to confirm, never taken as said.
    pub fn likely(&self, text: &[Token], mentions: &[Mention], known: impl Fn(&str) -> bool) -> Vec<Mention> {
        let mut free = vec![true; text.len()];
        for mention in mentions {
            free[mention.tokens.0..mention.tokens.1].fill(false);
        }
        let mut stems: Vec<String> = text.iter().map(|t| stem(&t.word)).collect();
        let mut found: Vec<Mention> = vec![];
        for at in (0..text.len()).filter(|&i| free[i]) {
            if known(&text[at].word) {
                continue;
            }
            let written = stems[at].clone();
            for meant in self.alike(&written) {
                stems[at] = meant.to_owned();
                // the corrected word may stand anywhere in its phrase
                let phrase = (at.saturating_sub(3)..=at).filter(|&i| free[i]).find_map(|start| {
                    self.longest(&stems, text, start).filter(|(end, _)| *end > at).map(|(end, id)| (start, end, id))
                });
                if let Some((start, end, finding)) = phrase
                    && !mentions.iter().chain(&found).any(|m| m.finding == *finding)
                {
                    let span = (text[start].span.0, text[end - 1].span.1);
                    found.push(Mention { finding: finding.clone(), tokens: (start, end), span });
                    break;
                }
            }
            stems[at] = written;
            if found.len() == MAX_LIKELY {
                break;
            }
        }
        found
    }

    /// Words of the vocabulary one letter off this one; none if it is itself one of them.
    fn alike(&self, word: &str) -> Vec<&str> {
        let Some((first, letters)) = likeness_place(word) else { return vec![] };
        let near = (letters - 1..=letters + 1).filter_map(|n| self.words.get(&(first, n)));
        if near.clone().any(|words| words.contains(word)) {
            return vec![];
        }
        near.flatten().filter(|w| one_letter_apart(w, word)).map(String::as_str).collect()
    }

    /// The longest phrase that starts exactly here: (one past its last token, finding).
    fn longest(&self, stems: &[String], text: &[Token], start: usize) -> Option<(usize, &FindingId)> {
        let mut best: Option<(usize, usize, &FindingId)> = None;
        // (node, next token, words matched, modifiers skipped)
        let mut open = vec![(0u32, start, 0usize, 0usize)];
        while let Some((node, at, matched, gap)) = open.pop() {
            if let Some(finding) = &self.ends[node as usize]
                && best.as_ref().is_none_or(|(words, end, _)| (matched, usize::MAX - at) > (*words, usize::MAX - *end))
            {
                best = Some((matched, at, finding));
            }
            // No phrase reaches over a comma: "drank water, broke out in a rash" is not "water broke".
            let Some(word) = stems.get(at).filter(|_| matched == 0 || !text[at].parted) else { continue };
            let exact = || self.edge(node, &format!("{AS_IT_IS}{}", text[at].word));
            // Arabic writes "and" joined to the word that follows.
            let after_and = || without_and(word).filter(|_| matched == 0).and_then(|w| self.edge(node, w));
            for next in [self.edge(node, word), exact(), after_and()].into_iter().flatten() {
                open.push((next, at + 1, matched + 1, gap));
            }
            if matched > 0 {
                if FILLERS.contains(&text[at].word.as_str()) {
                    open.push((node, at + 1, matched, gap));
                } else if gap < MAX_GAP && MODIFIERS.contains(&word.as_str()) {
                    open.push((node, at + 1, matched, gap + 1));
                }
            }
        }
        best.map(|(_, end, finding)| (end, finding))
    }
}

/// First letter and number of letters of a word long enough to be known by likeness.
fn likeness_place(word: &str) -> Option<(char, usize)> {
    let letters = word.chars().count();
    let first = word.chars().next().filter(|c| c.is_alphabetic())?;
    (letters >= MIN_LETTERS_FOR_LIKENESS).then_some((first, letters))
}

/// Folded, stemmed words of a phrase without fillers. An English phrase of which a single word would be left keeps all
/// of them: "feeling low" is not "low", "on edge" is not "edge".
pub(crate) fn phrase_words(phrase: &str) -> Vec<String> {
    let words = tokens(phrase);
    let kept: Vec<String> =
        words.iter().filter(|t| !FILLERS.contains(&t.word.as_str())).map(|t| stem(&t.word)).collect();
    let bare = kept.len() == 1 && words.len() > 1 && phrase.is_ascii();
    if kept.is_empty() || bare { words.iter().map(|t| stem(&t.word)).collect() } else { kept }
}

/// One short word in capitals, as notes write it.
fn is_abbreviation(phrase: &str) -> bool {
    let letters = phrase.trim();
    letters.len() >= 2 && letters.len() <= MAX_ABBREVIATION && letters.chars().all(|c| c.is_ascii_uppercase())
}

fn without_and(word: &str) -> Option<&str> {
    word.strip_prefix('و').filter(|rest| rest.chars().count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(phrases: &[(&str, &str)]) -> Lexicon {
        let mut lexicon = Lexicon { ends: vec![None], ..Lexicon::default() };
        for (id, phrase) in phrases {
            lexicon.add(phrase, Lang::En, &FindingId::new(*id));
        }
        lexicon
    }

    fn found(lexicon: &Lexicon, text: &str) -> Vec<String> {
        lexicon
            .find(&tokens(text))
            .into_iter()
            .map(|m| format!("{}:{}", m.finding, &text[m.span.0..m.span.1]))
            .collect()
    }

    #[test]
    fn the_longest_phrase_wins() {
        let l = lexicon(&[("cough", "cough"), ("cough.dry", "dry cough")]);
        assert_eq!(found(&l, "a dry cough, then coughing"), ["cough.dry:dry cough", "cough:coughing"]);
    }

    #[test]
    fn fillers_and_modifiers_do_not_break_a_phrase() {
        let l = lexicon(&[("pain.chest", "chest pain")]);
        assert_eq!(found(&l, "severe pain in my left chest"), ["pain.chest:pain in my left chest"]);
        assert_eq!(found(&l, "chest is fine, pain elsewhere"), Vec::<String>::new());
    }

    #[test]
    fn a_phrase_does_not_reach_over_a_comma() {
        let l = lexicon(&[("waters", "water broke")]);
        assert_eq!(found(&l, "her water broke"), ["waters:water broke"]);
        assert_eq!(found(&l, "drank water, broke out in a rash"), Vec::<String>::new());
    }

    #[test]
    fn an_abbreviation_is_matched_as_it_is_and_a_particle_keeps_its_place() {
        let l = lexicon(&[("breathless", "SOB"), ("breathless", "out of breath"), ("mood.low", "feeling low")]);
        assert_eq!(found(&l, "c/o SOB, sobbing"), ["breathless:SOB"]);
        assert_eq!(found(&l, "breathing out hurts; out of breath"), ["breathless:out of breath"]);
        assert_eq!(found(&l, "low back; feeling low"), ["mood.low:feeling low"]);
    }

    #[test]
    fn a_misspelt_word_is_asked_back_and_a_right_one_is_not() {
        let l = lexicon(&[("diarrhoea", "diarrhea"), ("pain.chest", "chest pain"), ("fever", "fever")]);
        let likely = |text: &str| {
            let words = tokens(text);
            let found = l.find(&words);
            let asked = l.likely(&words, &found, |w| w == "month");
            asked.into_iter().map(|m| format!("{}:{}", m.finding, &text[m.span.0..m.span.1])).collect::<Vec<_>>()
        };
        assert_eq!(
            likely("diarhea for a month, pain in the chesst"),
            ["diarrhoea:diarhea", "pain.chest:pain in the chesst"]
        );
        assert_eq!(likely("fever and diarrhea"), Vec::<String>::new());
        assert_eq!(likely("a drive to the chess club"), Vec::<String>::new());
    }

    #[test]
    fn words_of_a_phrase_may_stand_scattered_in_a_clause() {
        let mut l = lexicon(&[
            ("pain.elbow", "elbow pain"),
            ("pain.forearm", "forearm pain"),
            ("sweat.night", "night sweats"),
            ("chest", "chest discomfort"),
        ]);
        l.scattered.finish();
        let scattered = |text: &str| {
            let words = tokens(text);
            let found = l.find(&words);
            let more = l.find_scattered(&words, &found);
            more.into_iter().map(|m| format!("{}:{}", m.finding, &text[m.span.0..m.span.1])).collect::<Vec<_>>()
        };
        assert_eq!(scattered("elbow and dorsal forearm pain"), ["pain.elbow:elbow"]);
        assert_eq!(scattered("he sweats a lot every night"), ["sweat.night:sweats"]);
        assert_eq!(scattered("elbow fine, forearm pain"), Vec::<String>::new(), "not over a comma");
        assert_eq!(scattered("elbow not swollen but forearm pain"), Vec::<String>::new(), "not over a denial");
        assert_eq!(scattered("central chest and abdominal discomfort"), ["chest:chest"]);
    }

    #[test]
    fn arabic_and_is_read_off_the_word_it_is_joined_to() {
        let l = lexicon(&[("fever", "حمى"), ("breathless", "ضيق تنفس")]);
        assert_eq!(found(&l, "حمى وضيق تنفس").len(), 2);
    }

    #[test]
    fn words_that_are_skipped_are_folded_as_texts_are() {
        for word in FILLERS.iter().chain(MODIFIERS) {
            assert_eq!(crate::text::fold(word), *word, "{word}");
        }
        let l = lexicon(&[("pain.chest", "سینے میں درد")]);
        assert_eq!(found(&l, "سینے میں بائیں درد").len(), 1);
    }

    #[test]
    fn urdu_and_hindi_phrases_match_over_spelling() {
        let l = lexicon(&[("fever", "بخار"), ("pain.chest", "سینے میں درد"), ("cough", "खाँसी")]);
        assert_eq!(found(&l, "مجھے بخار ہے اور سينے ميں درد").len(), 2);
        assert_eq!(found(&l, "खांसी है").len(), 1);
    }
}
