//! What the file holds, and what is worked out when it is opened.

use crate::newer::UNNAMED_PAPER;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A term of the ontology by its place in the file.
pub(crate) type TermIndex = u16;

/// A term as stored. Parents stand before their children.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Term {
    /// the number of `HP:0001250`
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) parents: Vec<TermIndex>,
}

/// Which collection a disease comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Database {
    /// Online Mendelian Inheritance in Man
    Omim,
    /// Orphanet
    Orpha,
    /// DECIPHER
    Decipher,
}

/// One annotation: of how many patients that a paper describes, how many had the feature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub(crate) term: TermIndex,
    /// patients with it; a frequency word counts as three patients
    pub(crate) with: f32,
    /// patients looked at; 0: the row gives no frequency
    pub(crate) of: f32,
    /// PubMed number of the paper, 0 when it is none
    pub(crate) paper: u32,
}

impl Row {
    /// This paper contributed it, or may have: a paper that is not named can be any.
    pub(crate) fn may_rest_on(&self, paper: u32) -> bool {
        self.paper == paper || self.paper == UNNAMED_PAPER
    }
}

/// A disease with its annotations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disease {
    /// `OMIM:107970`
    pub id: String,
    /// name as annotated
    pub name: String,
    /// collection
    pub database: Database,
    /// symbols of genes known to cause it
    pub genes: Vec<String>,
    /// share of patients whose illness began in each age band of [`ONSET_EDGES`]; empty when nothing is known
    pub(crate) onset: Vec<f32>,
    pub(crate) rows: Vec<Row>,
}

/// Upper ends of the bands of age at onset, years: birth, newborn, infant, child, youth, young adult, middle age, then late.
pub(crate) const ONSET_EDGES: [f32; 7] = [0.003, 0.08, 1.0, 5.0, 16.0, 40.0, 60.0];

/// The stored part.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) release: String,
    pub(crate) terms: Vec<Term>,
    /// other numbers that mean a term
    pub(crate) aliases: Vec<(u32, TermIndex)>,
    pub(crate) diseases: Vec<Disease>,
    pub(crate) annotations: u32,
}

/// Features of a patient, known to the ontology.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    pub(crate) present: Vec<TermIndex>,
    pub(crate) absent: Vec<TermIndex>,
    /// ids that the ontology does not have
    pub unknown: Vec<String>,
}

/// Frequencies of one collection and how often each term is annotated in it.
#[derive(Debug)]
pub(crate) struct Collection {
    /// places in `diseases`
    pub(crate) members: Vec<usize>,
    /// per term: share of its diseases annotated with the term or a more particular one
    pub(crate) background: Vec<f32>,
    /// per term: information content, natural logarithm
    pub(crate) information: Vec<f32>,
    /// mean share of onset per band
    pub(crate) onset: Vec<f32>,
}

/// All rare diseases, ready to rank.
#[derive(Debug)]
pub struct RareBase {
    pub(crate) stored: Stored,
    /// per disease: term and frequency
    pub(crate) frequencies: Vec<Vec<(TermIndex, f32)>>,
    /// OMIM and DECIPHER
    pub(crate) genetic: Collection,
    /// Orphanet
    pub(crate) orpha: Collection,
    by_number: HashMap<u32, TermIndex>,
}

impl RareBase {
    pub(crate) fn new(stored: Stored) -> Self {
        let frequencies: Vec<Vec<(TermIndex, f32)>> = stored.diseases.iter().map(|d| frequencies(&d.rows, 0)).collect();
        let collection = |wanted: &[Database]| {
            let members: Vec<usize> =
                (0..stored.diseases.len()).filter(|d| wanted.contains(&stored.diseases[*d].database)).collect();
            Collection::new(&stored, &frequencies, members)
        };
        let (genetic, orpha) = (collection(&[Database::Omim, Database::Decipher]), collection(&[Database::Orpha]));
        let mut by_number: HashMap<u32, TermIndex> = stored.aliases.iter().copied().collect();
        by_number.extend(stored.terms.iter().enumerate().map(|(i, t)| (t.number, i as TermIndex)));
        Self { frequencies, genetic, orpha, by_number, stored }
    }

    /// Diseases, terms and annotations.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.stored.diseases.len(), self.stored.terms.len(), self.stored.annotations as usize)
    }

    /// Release of the annotations.
    pub fn release(&self) -> &str {
        &self.stored.release
    }

    /// A disease by its place.
    pub fn disease(&self, at: usize) -> Option<&Disease> {
        self.stored.diseases.get(at)
    }

    /// Features by their ids (`HP:0001250`); old ids count as what replaced them.
    pub fn features<'a>(
        &self,
        present: impl IntoIterator<Item = &'a str>,
        absent: impl IntoIterator<Item = &'a str>,
    ) -> Features {
        let mut features = Features::default();
        let mut unknown = vec![];
        let mut find = |ids: &mut Vec<TermIndex>, id: &str| match self.term(id) {
            Some(term) if term != 0 => ids.push(term),
            Some(_) => {}
            None => unknown.push(id.to_owned()),
        };
        present.into_iter().for_each(|id| find(&mut features.present, id));
        absent.into_iter().for_each(|id| find(&mut features.absent, id));
        for ids in [&mut features.present, &mut features.absent] {
            ids.sort_unstable();
            ids.dedup();
        }
        features.unknown = unknown;
        features
    }

    fn term(&self, id: &str) -> Option<TermIndex> {
        let number: u32 = id.strip_prefix("HP:")?.parse().ok()?;
        self.by_number.get(&number).copied()
    }

    /// Name of a term.
    pub fn term_name(&self, id: &str) -> Option<&str> {
        self.term(id).and_then(|t| self.stored.terms.get(usize::from(t))).map(|t| t.name.as_str())
    }
}

impl Collection {
    fn new(stored: &Stored, frequencies: &[Vec<(TermIndex, f32)>], members: Vec<usize>) -> Self {
        let terms = stored.terms.len();
        let mut annotated = vec![0_u32; terms];
        let mut last_seen = vec![usize::MAX; terms];
        let mut open: Vec<TermIndex> = vec![];
        for (order, disease) in members.iter().enumerate() {
            open.extend(frequencies[*disease].iter().filter(|(_, f)| *f > 0.0).map(|(t, _)| *t));
            while let Some(term) = open.pop() {
                let at = usize::from(term);
                if last_seen[at] != order {
                    last_seen[at] = order;
                    annotated[at] += 1;
                    open.extend(&stored.terms[at].parents);
                }
            }
        }
        let size = members.len() as f32;
        let bands = ONSET_EDGES.len() + 1;
        let mut onset = vec![1.0 / bands as f32; bands];
        for disease in &members {
            for (sum, share) in onset.iter_mut().zip(&stored.diseases[*disease].onset) {
                *sum += share;
            }
        }
        let total: f32 = onset.iter().sum();
        onset.iter_mut().for_each(|s| *s /= total);
        Self {
            background: annotated.iter().map(|n| (*n as f32 + 0.5) / (size + 1.0)).collect(),
            information: annotated.iter().map(|n| (-((*n as f32 + 1.0) / (size + 1.0)).ln()).max(0.0)).collect(),
            members,
            onset,
        }
    }
}

/// Pseudo-patients behind every frequency, and how many of them have the feature: small counts are held back.
const PRIOR_OF: f32 = 16.0;
const PRIOR_WITH: f32 = 4.8;
/// A feature that is annotated without any frequency.
const FREQUENCY_UNKNOWN: f32 = 0.6;
/// No feature is certain.
const MOST: f32 = 0.98;

/// Frequency of each annotated term; rows of the paper `without` are left out (0: none).
pub(crate) fn frequencies(rows: &[Row], without: u32) -> Vec<(TermIndex, f32)> {
    let mut pooled: Vec<(TermIndex, f32, f32, bool)> = vec![];
    for row in rows.iter().filter(|r| without == 0 || !r.may_rest_on(without)) {
        let unknown = row.of == 0.0;
        match pooled.last_mut() {
            Some((term, with, of, none)) if *term == row.term => {
                *with += row.with;
                *of += row.of;
                *none |= unknown;
            }
            _ => pooled.push((row.term, row.with, row.of, unknown)),
        }
    }
    pooled
        .into_iter()
        .map(|(term, with, of, none)| {
            let frequency = if of == 0.0 {
                FREQUENCY_UNKNOWN
            } else if with == 0.0 && !none {
                0.0
            } else {
                ((with + PRIOR_WITH) / (of + PRIOR_OF)).min(MOST)
            };
            (term, frequency)
        })
        .collect()
}
