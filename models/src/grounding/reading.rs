//! A text taken apart: its words and their places, what is denied, the numbers and the names.

use super::polarity;
use super::quantity::{self, Quantity};
use super::vocabulary::{Mention, TermKind, Vocabulary};
use super::words::{Token, carries_meaning, stem, tokens};

/// A text taken apart.
pub(super) struct Reading {
    pub(super) tokens: Vec<Token>,
    pub(super) denied: Vec<bool>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) mentions: Vec<Mention>,
    /// Stems of all words, with their places.
    pub(super) words: Vec<(usize, String)>,
    /// Those of the words that carry meaning.
    pub(super) stems: Vec<(usize, String)>,
}

/// How alike the surroundings of two words are; what stands first counts first.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Likeness {
    /// Words that both clauses hold.
    shared: usize,
    /// Their share of the words of either clause.
    of_clause: f64,
    /// The same of the whole sentences.
    of_sentence: f64,
    /// Neighbours that are the same: of `before or just after` each word has its own.
    beside: usize,
}

impl Reading {
    pub(super) fn of(text: &str, vocabulary: &Vocabulary) -> Self {
        let tokens = tokens(text);
        let denied = polarity::denied(&tokens);
        let all = || tokens.iter().enumerate().filter_map(|(at, token)| token.word().map(|word| (at, word)));
        let words: Vec<(usize, String)> = all().map(|(at, word)| (at, stem(word))).collect();
        let stems = all().filter(|(_, word)| carries_meaning(word)).map(|(at, word)| (at, stem(word))).collect();
        let mentions = vocabulary.mentions(&words, &tokens, &denied);
        Self { quantities: quantity::quantities(&tokens), mentions, words, stems, denied, tokens }
    }

    /// Whether a word is part of a name.
    pub(super) fn is_in_a_name(&self, at: usize) -> bool {
        self.mentions.iter().any(|mention| (mention.at..=mention.to).contains(&at))
    }

    /// The word at a place; empty where there is none.
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(Token::word).unwrap_or_default()
    }

    pub(super) fn has_word(&self, word: &str) -> bool {
        self.tokens.iter().any(|token| token.word() == Some(word))
    }

    /// Whether a word that carries meaning is here, by its stem.
    pub(super) fn has_stem(&self, stem: &str) -> bool {
        self.stems.iter().any(|(_, own)| own == stem)
    }

    /// Whether the word is a unit, as `day` in `3 days` and `twice a day` is: it then says no time of day.
    pub(super) fn is_a_unit(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|before| self.tokens.get(before)) else { return false };
        let each = before.is_sign(&['/']) || matches!(before.word(), Some("a" | "per" | "every" | "each"));
        quantity::unit(self.word(at)).is_some() && (each || quantity::is_number(before))
    }

    /// First and last place (exclusive) of the clause a word stands in.
    fn clause(&self, at: usize) -> (usize, usize) {
        let ends = |at: &usize| polarity::ends_clause(&self.tokens[*at]);
        let start = (0..at).rev().find(ends).unwrap_or(0);
        (start, (at..self.tokens.len()).find(ends).unwrap_or(self.tokens.len()))
    }

    /// The words that carry meaning in the clause, other than the word itself.
    fn around(&self, at: usize) -> Vec<&str> {
        let (start, end) = self.clause(at);
        let near = self.stems.iter().filter(|(place, _)| *place != at && (start..end).contains(place));
        near.map(|(_, stem)| stem.as_str()).collect()
    }

    /// The words of the sentence that carry meaning, other than the word itself.
    fn all_but(&self, at: usize) -> Vec<&str> {
        self.stems.iter().filter(|(place, _)| *place != at).map(|(_, stem)| stem.as_str()).collect()
    }

    /// How alike the surroundings of a word here and of a word there are.
    pub(super) fn likeness(&self, at: usize, other: &Self, place: usize) -> Likeness {
        let (own, its) = (self.around(at), other.around(place));
        let (whole, its_whole) = (self.all_but(at), other.all_but(place));
        Likeness {
            shared: own.iter().filter(|word| its.contains(word)).count(),
            of_clause: overlap(&own, &its),
            of_sentence: overlap(&whole, &its_whole),
            beside: usize::from(self.following(at) == other.following(place))
                + usize::from(self.preceding(at) == other.preceding(place)),
        }
    }

    /// The word a side belongs to: the next in the clause that carries meaning, else the one before.
    pub(super) fn beside(&self, at: usize) -> Option<&str> {
        self.following(at).or_else(|| self.preceding(at))
    }

    /// Whether this word stands on either side of a place; that of nothing, when nothing stands there.
    pub(super) fn is_beside(&self, at: usize, word: Option<&str>) -> bool {
        match word {
            Some(word) => self.neighbours(at).any(|own| own == word),
            None => self.beside(at).is_none(),
        }
    }

    /// Whether two words share a neighbour, or neither has any.
    pub(super) fn stands_like(&self, at: usize, other: &Self, place: usize) -> bool {
        let alone = self.beside(at).is_none() && other.beside(place).is_none();
        alone || self.neighbours(at).any(|own| other.neighbours(place).any(|its| its == own))
    }

    /// The words on either side that carry meaning.
    fn neighbours(&self, at: usize) -> impl Iterator<Item = &str> {
        self.following(at).into_iter().chain(self.preceding(at))
    }

    fn following(&self, at: usize) -> Option<&str> {
        let end = self.clause(at).1.min(at + 3);
        self.stems.iter().find(|(place, _)| (at + 1..end).contains(place)).map(|(_, stem)| stem.as_str())
    }

    fn preceding(&self, at: usize) -> Option<&str> {
        self.stems.iter().rev().find(|(place, _)| *place < at).map(|(_, stem)| stem.as_str())
    }

    /// The medicine a place in the text belongs to: the nearest named before it, else after it.
    pub(super) fn medicine_at(&self, at: usize) -> Option<&[String]> {
        let medicines = || self.mentions.iter().filter(|mention| mention.kind == TermKind::Medicine);
        let before = medicines().rev().find(|mention| mention.at < at);
        before.or_else(|| medicines().next()).map(|mention| mention.stems.as_slice())
    }
}

/// Words in both as a share of the words in either; two empty lists are alike.
fn overlap<S: PartialEq>(one: &[S], other: &[S]) -> f64 {
    let shared = one.iter().filter(|word| other.contains(word)).count();
    let either = one.len() + other.iter().filter(|word| !one.contains(word)).count();
    if either == 0 { 1.0 } else { shared as f64 / either as f64 }
}
