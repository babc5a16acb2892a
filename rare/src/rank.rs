//! Ranking by phenotype: likelihood ratios with closeness in the ontology (after LIRICAL, Robinson 2020), and what the disease
//! would have that the patient lacks.
//!
//! For an observed feature q and a disease d: `LR = .2 + .8 · max over ancestors a of q: F_d(a) · (bg(q)/bg(a))^.7 / bg(q) · k`,
//! where `F_d(a)` is the highest frequency of a or anything below it in d, and k falls with the steps from q to a. The constants
//! were chosen on open cases of phenopacket-store (`docs/evaluation.md`).

use crate::base::{Collection, ONSET_EDGES, RareBase, TermIndex, frequencies};
use crate::compile::onset_band;
use crate::{Database, Features};

const NOISE: f32 = 0.2;
const CLOSENESS: f32 = 0.7;
const THROUGH_ANCESTOR: f32 = 0.4;
const EACH_STEP: f32 = 0.9;
/// Weight of what the disease has and the patient does not, per unit of information.
const MISSING: f32 = 0.03;
const MATCHED: f32 = 4.0;
const MATCHED_AT: f32 = 3.0;
const EXPLAINED: f32 = 2.0;
/// Features said to be absent: a little, since what was not looked for is often recorded as absent.
const ABSENT: f32 = 0.05;
/// Weight of the age at onset.
const ONSET: f32 = 0.5;
/// Pseudo-diseases behind an onset profile.
const ONSET_PRIOR: f32 = 1.0;

/// What is known of the patient.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// features
    pub features: Features,
    /// age when it began, years
    pub onset: Option<f32>,
    /// symbols of genes in question: their diseases come first
    pub genes: Vec<String>,
    /// leave out what this paper contributed (PubMed number): for measuring with the case's own paper
    pub without_paper: Option<u32>,
}

/// A disease with its standing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// place in the base
    pub disease: usize,
    /// natural logarithm of the joint ratio and the terms for fit; only to compare
    pub score: f32,
    /// share of the patient's features that the disease is known to have
    pub explained: f32,
    /// one of the genes in question causes it
    pub gene: bool,
}

/// Diseases of a collection, best first. Empty when no feature is known.
pub fn rank(base: &RareBase, query: &Query, database: Database) -> Vec<Ranked> {
    let observed = most_particular(base, &query.features.present);
    if observed.is_empty() {
        return vec![];
    }
    let collection = match database {
        Database::Orpha => &base.orpha,
        Database::Omim | Database::Decipher => &base.genetic,
    };
    let patient = Patient::new(base, collection, &observed, &query.features.absent);
    let band = query.onset.map(onset_band);
    let mut best = vec![0.0_f32; patient.slots.len()];
    let mut ranked: Vec<Ranked> = vec![];
    for &at in &collection.members {
        let disease = &base.stored.diseases[at];
        let without = query.without_paper.unwrap_or(0);
        let own = without != 0 && disease.rows.iter().any(|r| r.may_rest_on(without));
        let fewer: Vec<(TermIndex, f32)>;
        let annotated = if own {
            fewer = frequencies(&disease.rows, without);
            &fewer
        } else {
            &base.frequencies[at]
        };
        if annotated.iter().all(|(_, f)| *f == 0.0) {
            continue;
        }
        let (mut score, explained) = patient.fit(annotated, &collection.information, &mut best);
        if let Some(band) = band
            && !disease.onset.is_empty()
        {
            score += ONSET * onset_ratio(&disease.onset, &collection.onset, band).ln();
        }
        let gene = query.genes.iter().any(|g| disease.genes.iter().any(|d| d.eq_ignore_ascii_case(g)));
        ranked.push(Ranked { disease: at, score, explained, gene });
    }
    ranked.sort_by(|a, b| b.gene.cmp(&a.gene).then(b.score.total_cmp(&a.score)).then(a.disease.cmp(&b.disease)));
    ranked
}

impl RareBase {
    /// Whether a disease is annotated with a feature or a more particular one.
    pub fn has(&self, disease: usize, id: &str) -> bool {
        let Some(term) = self.features([id], []).present.first().copied() else { return false };
        let annotated = self.frequencies.get(disease).into_iter().flatten();
        annotated.filter(|(_, f)| *f > 0.0).any(|(t, _)| ancestors(self, *t).iter().any(|(a, _)| *a == term))
    }
}

/// A feature that another one implies adds nothing.
fn most_particular(base: &RareBase, terms: &[TermIndex]) -> Vec<TermIndex> {
    let implied =
        |t: TermIndex| terms.iter().any(|other| *other != t && ancestors(base, *other).iter().any(|(a, _)| *a == t));
    terms.iter().copied().filter(|t| !implied(*t)).collect()
}

/// Ancestors of a term, itself too, with the least number of steps to them.
fn ancestors(base: &RareBase, term: TermIndex) -> Vec<(TermIndex, u8)> {
    let mut found: Vec<(TermIndex, u8)> = vec![(term, 0)];
    let mut at = 0;
    while let Some(&(here, steps)) = found.get(at) {
        for parent in &base.stored.terms[usize::from(here)].parents {
            if !found.iter().any(|(t, _)| t == parent) {
                found.push((*parent, steps.saturating_add(1)));
            }
        }
        at += 1;
    }
    found
}

/// The patient's features worked out against a collection, once for all its diseases.
struct Patient {
    /// ancestors of observed or absent features
    slots: Vec<TermIndex>,
    /// per term: slots that it implies, as bits
    implied: Vec<u64>,
    /// words of bits per term
    words: usize,
    /// per term: information of its closest ancestor that the patient has
    matched: Vec<f32>,
    /// per observed feature: slot of itself, then slots of its ancestors with their weight
    observed: Vec<(usize, Vec<(usize, f32)>)>,
    /// per absent feature: slot and background
    absent: Vec<(usize, f32)>,
}

impl Patient {
    fn new(base: &RareBase, collection: &Collection, observed: &[TermIndex], absent: &[TermIndex]) -> Self {
        let mut slots: Vec<TermIndex> = observed.iter().flat_map(|q| ancestors(base, *q)).map(|(t, _)| t).collect();
        let has: std::collections::HashSet<TermIndex> = slots.iter().copied().collect();
        slots.extend(absent);
        slots.sort_unstable();
        slots.dedup();
        let slot = |t: TermIndex| slots.binary_search(&t).unwrap_or(0);
        let words = slots.len().div_ceil(64);
        let terms = &base.stored.terms;
        let mut implied = vec![0_u64; words * terms.len()];
        let mut matched = vec![0.0_f32; terms.len()];
        for (i, term) in terms.iter().enumerate() {
            for parent in &term.parents {
                let p = usize::from(*parent);
                matched[i] = matched[i].max(matched[p]);
                let (before, here) = implied.split_at_mut(i * words);
                for (to, from) in here[..words].iter_mut().zip(&before[p * words..(p + 1) * words]) {
                    *to |= from;
                }
            }
            let own = i as TermIndex;
            if has.contains(&own) {
                matched[i] = matched[i].max(collection.information[i]);
            }
            if let Ok(s) = slots.binary_search(&own) {
                implied[i * words + s / 64] |= 1 << (s % 64);
            }
        }
        let background = |t: TermIndex| collection.background[usize::from(t)];
        let weights = |q: TermIndex| {
            let ways = ancestors(base, q).into_iter().map(|(a, steps)| {
                let k = if a == q { 1.0 } else { THROUGH_ANCESTOR * EACH_STEP.powi(i32::from(steps)) };
                (slot(a), (background(q) / background(a)).powf(CLOSENESS) / background(q) * k)
            });
            (slot(q), ways.collect())
        };
        Self {
            observed: observed.iter().map(|q| weights(*q)).collect(),
            absent: absent.iter().map(|q| (slot(*q), background(*q).min(0.95))).collect(),
            slots,
            implied,
            words,
            matched,
        }
    }

    /// Score of a disease, and the share of features it explains. `best` is room for one number a slot.
    fn fit(&self, annotated: &[(TermIndex, f32)], information: &[f32], best: &mut [f32]) -> (f32, f32) {
        best.fill(0.0);
        let (mut total, mut matched) = (0.0_f32, 0.0_f32);
        for &(term, frequency) in annotated {
            let t = usize::from(term);
            total += frequency * information[t];
            matched += frequency * self.matched[t];
            for (word, bits) in self.implied[t * self.words..(t + 1) * self.words].iter().enumerate() {
                let mut bits = *bits;
                while bits != 0 {
                    let s = word * 64 + bits.trailing_zeros() as usize;
                    best[s] = best[s].max(frequency);
                    bits &= bits - 1;
                }
            }
        }
        let mut score = 0.0;
        let mut explained = 0.0;
        for (own, ways) in &self.observed {
            let ratio = ways.iter().map(|(s, w)| best[*s] * w).fold(0.0, f32::max);
            score += (NOISE + (1.0 - NOISE) * ratio).ln();
            explained += f32::from(u8::from(best[*own] > 0.0));
        }
        for (s, background) in &self.absent {
            score += ABSENT * ((1.0 - best[*s].min(0.95)).ln() - (1.0 - background).ln());
        }
        let explained = explained / self.observed.len() as f32;
        score += -MISSING * (total - matched) + MATCHED * matched / (total + MATCHED_AT) + EXPLAINED * explained;
        (score, explained)
    }
}

/// How much likelier this onset is in the disease than in all; neighbouring bands share, since words of age are blurred.
fn onset_ratio(profile: &[f32], all: &[f32], band: usize) -> f32 {
    let smoothed = |shares: &dyn Fn(usize) -> f32| {
        let last = ONSET_EDGES.len();
        let near = [band.checked_sub(1), (band < last).then_some(band + 1)];
        near.into_iter().flatten().map(|b| 0.35 * shares(b)).sum::<f32>() + shares(band)
    };
    let posterior = |b: usize| (profile[b] + ONSET_PRIOR * all[b]) / (1.0 + ONSET_PRIOR);
    smoothed(&posterior) / smoothed(&|b| all[b])
}
