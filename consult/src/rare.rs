//! Rare diseases to keep in mind: the case's findings as terms of the Human Phenotype Ontology, ranked over its annotations.

use crate::library::Knowledge;
use crate::phenotypes::Phenotypes;
use crate::understand::case_of;
use hakim_clinical::{Lang, Presence, Text};
use hakim_contract::*;
use hakim_rare::{Database, FileError, Query, RareBase, rank, series};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Diseases shown.
const SHOWN: usize = 8;
/// Fewer findings than this fit thousands of diseases.
const LEAST_FINDINGS: usize = 2;
/// A disease has to explain at least this share of the findings.
const LEAST_EXPLAINED: f32 = 0.5;
/// Ranked diseases looked at for members of a series.
const LOOKED_AT: usize = 60;

/// The annotations, opened when they are first asked for.
pub(crate) struct Rare {
    folder: PathBuf,
    base: Mutex<Option<RareBase>>,
    /// names of the ontology, read when a story is first looked through
    phenotypes: OnceLock<Option<Phenotypes>>,
}

impl Rare {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, base: Mutex::new(None), phenotypes: OnceLock::new() }
    }

    /// Opens or compiles the annotations; `false` when they are not there.
    ///
    /// # Errors
    /// `rare-broken`.
    pub(crate) fn prepare(&self) -> Result<bool, Failure> {
        match hakim_rare::compiled(&self.folder) {
            Ok(_) => Ok(true),
            Err(FileError::Absent(_)) => Ok(false),
            Err(e) => Err(Failure::new("rare-broken").because(e)),
        }
    }

    /// Diseases that fit; says so when the annotations are not there.
    ///
    /// # Errors
    /// `value-impossible` and what else a case may have; `rare-broken` when the annotations are damaged.
    pub(crate) fn also_consider(&self, knowledge: &Knowledge, intake: &Intake) -> Result<RareReply, Failure> {
        let case = case_of(knowledge, intake)?;
        let mut slot = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            match hakim_rare::compiled(&self.folder) {
                Ok(base) => *slot = Some(base),
                Err(FileError::Absent(_)) => return Ok(RareReply::default()),
                Err(e) => return Err(Failure::new("rare-broken").because(e)),
            }
        }
        let Some(base) = slot.as_ref() else { return Ok(RareReply::default()) };
        let term = |o: &hakim_clinical::Observed| {
            let finding = knowledge.base.findings.get(&o.finding)?;
            Some((o.presence, finding.hpo.clone()?, finding.names.terms()))
        };
        let mut terms: Vec<(Presence, String, Text)> = case.stated().filter_map(term).collect();
        // What the vocabulary of the clinic does not know, the story may still call by its name.
        let names = self.phenotypes.get_or_init(|| Phenotypes::open(&self.folder.join("hp.obo")).ok());
        for found in names.iter().flat_map(|n| n.find(&intake.text, &knowledge.base)) {
            if found.presence != Presence::Unknown && !terms.iter().any(|(_, id, _)| *id == found.id) {
                terms.push((found.presence, found.id, Text([(Lang::En, found.name)].into_iter().collect())));
            }
        }
        let of = |wanted: Presence| terms.iter().filter(move |(p, ..)| *p == wanted);
        let features = base.features(
            of(Presence::Present).map(|(_, id, _)| id.as_str()),
            of(Presence::Absent).map(|(_, id, _)| id.as_str()),
        );
        let used = of(Presence::Present).count();
        let mut reply = RareReply { present: true, used, release: base.release().to_owned(), diseases: vec![] };
        if used < LEAST_FINDINGS {
            return Ok(reply);
        }
        let query = Query { features, ..Query::default() };
        let ranked = rank(base, &query, Database::Omim);
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for r in ranked.iter().take(LOOKED_AT).filter(|r| r.explained >= LEAST_EXPLAINED) {
            let Some(disease) = base.disease(r.disease) else { continue };
            let stem = series(&disease.name).to_lowercase();
            if let Some(place) = places.get(&stem) {
                if let Some(first) = reply.diseases.get_mut(*place) {
                    first.others += 1;
                }
                continue;
            }
            if reply.diseases.len() == SHOWN {
                continue;
            }
            places.insert(stem, reply.diseases.len());
            let fits =
                of(Presence::Present).filter(|(_, id, _)| base.has(r.disease, id)).map(|(.., name)| name.clone());
            reply.diseases.push(RareView {
                id: disease.id.clone(),
                name: disease.name.clone(),
                others: 0,
                genes: disease.genes.iter().take(6).cloned().collect(),
                fits: fits.collect(),
                explained: f64::from(r.explained),
            });
        }
        Ok(reply)
    }
}
