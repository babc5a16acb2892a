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
    /// By first stem, the longest name first.
    names: HashMap<String, Vec<Name>>,
}

#[derive(Debug, Clone)]
struct Name {
    stems: Vec<String>,
    kind: TermKind,
    things: Vec<u32>,
}

/// A name found in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mention {
    pub(crate) stems: Vec<String>,
    pub(crate) kind: TermKind,
    /// What it may name: two names of one thing say the same.
    things: Vec<u32>,
    pub(crate) denied: bool,
    /// First token.
    pub(crate) at: usize,
    /// Last token.
    pub(crate) to: usize,
}

impl Mention {
    /// Whether this says what another mention says. A kind of it (`chest pain`) also backs the general name (`pain`)
    /// where that is affirmed.
    pub(crate) fn backs(&self, said: &Self) -> bool {
        let kind_of = || !said.denied && self.stems.ends_with(&said.stems);
        self.denied == said.denied && (self.names_the_same(said) || kind_of())
    }

    /// Whether both are names of one thing.
    pub(crate) fn names_the_same(&self, other: &Self) -> bool {
        self.stems == other.stems || self.things.iter().any(|thing| other.things.contains(thing))
    }
}

impl Vocabulary {
    /// A vocabulary of these names, each of a thing of its own; case and word endings do not matter.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = (S, TermKind)>) -> Self {
        Self::of_things(names.into_iter().map(|(name, kind)| (kind, [name])))
    }

    /// A vocabulary of things, each with all its names.
    pub fn of_things<S: AsRef<str>, N: IntoIterator<Item = S>>(
        things: impl IntoIterator<Item = (TermKind, N)>,
    ) -> Self {
        let mut vocabulary = Self::default();
        for (thing, (kind, names)) in (0..).zip(things) {
            for name in names {
                let stems: Vec<String> = tokens(name.as_ref()).iter().filter_map(Token::word).map(stem).collect();
                vocabulary.add(stems, kind, thing);
            }
        }
        for names in vocabulary.names.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.stems.len()));
        }
        vocabulary
    }

    fn add(&mut self, stems: Vec<String>, kind: TermKind, thing: u32) {
        let Some(first) = stems.first() else { return };
        let names = self.names.entry(first.clone()).or_default();
        match names.iter_mut().find(|name| name.stems == stems && name.kind == kind) {
            Some(known) => known.things.push(thing),
            None => names.push(Name { stems, kind, things: vec![thing] }),
        }
    }

    /// The names among the stems of a text's words, which stand with their places. A number between two words parts them:
    /// `fever for 4 days` does not name what is called `fever for days`.
    pub(crate) fn mentions(&self, words: &[(usize, String)], tokens: &[Token], denied: &[bool]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut next = 0;
        while let Some((at, first)) = words.get(next) {
            let fits = |name: &&Name| {
                let Some(here) = words.get(next..next + name.stems.len()) else { return false };
                let to = here.last().map_or(*at, |(to, _)| *to);
                let whole = !tokens[*at..=to].iter().any(|token| matches!(token, Token::Number(_)));
                whole && name.stems.iter().zip(here).all(|(stem, (_, word))| stem == word)
            };
            let longest = self.names.get(first).and_then(|names| names.iter().find(fits));
            if let Some(Name { stems, kind, things }) = longest {
                let to = words[next + stems.len() - 1].0;
                let (stems, things) = (stems.clone(), things.clone());
                found.push(Mention { stems, kind: *kind, things, denied: denied[to], at: *at, to });
            }
            next += longest.map_or(1, |name| name.stems.len());
        }
        found
    }
}
