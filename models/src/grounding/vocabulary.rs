//! The names a sentence may only use when a fact uses them: medicines, findings, conditions.

use super::words::{Token, stem, tokens};
use std::collections::HashMap;

/// What a name is a name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// A medicine.
    Medicine,
    /// A symptom, sign or test result.
    Finding,
    /// A disease or syndrome.
    Condition,
}

/// Names with their kinds, found in a text by their longest match, whatever their ending.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// By first stem: the stems of the whole name, longest first.
    names: HashMap<String, Vec<(Vec<String>, TermKind)>>,
}

/// A name found in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mention {
    pub(crate) stems: Vec<String>,
    pub(crate) kind: TermKind,
    pub(crate) denied: bool,
    /// First token.
    pub(crate) at: usize,
}

impl Mention {
    /// Whether this says what another mention says. A kind of it (`chest pain`) also backs the general name (`pain`)
    /// where that is affirmed.
    pub(crate) fn backs(&self, said: &Self) -> bool {
        let kind_of = || !said.denied && self.stems.ends_with(&said.stems);
        self.denied == said.denied && (self.stems == said.stems || kind_of())
    }
}

impl Vocabulary {
    /// A vocabulary of these names; case and word endings do not matter.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = (S, TermKind)>) -> Self {
        let mut vocabulary = Self::default();
        for (name, kind) in names {
            let stems: Vec<String> = tokens(name.as_ref()).iter().filter_map(Token::word).map(stem).collect();
            if let Some(first) = stems.first() {
                vocabulary.names.entry(first.clone()).or_default().push((stems, kind));
            }
        }
        for names in vocabulary.names.values_mut() {
            names.sort_by_key(|(stems, _)| std::cmp::Reverse(stems.len()));
        }
        vocabulary
    }

    /// The names among the stems of a text's words, which stand with their places.
    pub(crate) fn mentions(&self, words: &[(usize, String)], denied: &[bool]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut next = 0;
        while let Some((at, first)) = words.get(next) {
            let fits = |stems: &[String]| {
                let there = words[next..].iter().map(|(_, stem)| stem);
                words.len() - next >= stems.len() && stems.iter().zip(there).all(|(name, word)| name == word)
            };
            let longest = self.names.get(first).and_then(|names| names.iter().find(|(stems, _)| fits(stems)));
            if let Some((stems, kind)) = longest {
                let last = words[next + stems.len() - 1].0;
                found.push(Mention { stems: stems.clone(), kind: *kind, denied: denied[last], at: *at });
            }
            next += longest.map_or(1, |(stems, _)| stems.len());
        }
        found
    }
}
