//! A loaded knowledge base: what all installed packs say together, ready for the engine.

use crate::{
    Condition, ConditionId, DangerRule, Finding, FindingId, Medicine, MedicineId, Names, Passage, PassageId,
    Questionnaire, Remedy, Source, SourceId, TraditionalCondition, TraditionalId, TraditionalTerm,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a loaded pack is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackInfo {
    /// stable id
    pub id: String,
    /// version
    pub version: String,
    /// title as its authors wrote it
    pub title: String,
}

/// Everything the packs say, by id. Ordered maps, so that every run is the same.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct KnowledgeBase {
    /// documents
    pub sources: BTreeMap<SourceId, Source>,
    /// vocabulary
    pub findings: BTreeMap<FindingId, Finding>,
    /// conditions
    pub conditions: BTreeMap<ConditionId, Condition>,
    /// danger rules that belong to no one condition
    pub dangers: Vec<DangerRule>,
    /// medicines
    pub medicines: BTreeMap<MedicineId, Medicine>,
    /// classes of medicines
    pub classes: BTreeMap<crate::MedicineClass, crate::ClassInfo>,
    /// what medicines do to those who take them
    #[serde(default)]
    pub effects: Vec<crate::AdverseEffect>,
    /// what weak kidneys change about a medicine: rules for a route or an illness before those for any
    #[serde(default)]
    pub kidney: BTreeMap<MedicineId, Vec<crate::KidneyRule>>,
    /// medicines whose first dose is the same with weak kidneys, and why
    #[serde(default)]
    pub first_dose_as_usual: BTreeMap<MedicineId, crate::Evidence>,
    /// pairs of an outside interaction table, ids in order; empty when that asset is absent
    pub pairs: BTreeMap<(MedicineId, MedicineId), crate::InteractionPair>,
    /// what medicines do in the body, and what follows for two or many of them
    #[serde(default)]
    pub mechanisms: crate::Mechanisms,
    /// further names of medicines
    #[serde(default)]
    pub more_names: crate::MoreNames,
    /// traditional conditions
    pub traditional: BTreeMap<TraditionalId, TraditionalCondition>,
    /// single drugs and formulations
    pub remedies: BTreeMap<TraditionalId, Remedy>,
    /// words of temperament and humour
    pub terms: BTreeMap<TraditionalId, TraditionalTerm>,
    /// questionnaires of temperament
    pub questionnaires: BTreeMap<TraditionalId, Questionnaire>,
    /// formulas and scores
    #[serde(default)]
    pub calculators: BTreeMap<crate::CalculatorId, crate::Calculator>,
    /// how notes say what calculators ask
    #[serde(default)]
    pub readings: crate::Readings,
    /// cut-offs of growth
    #[serde(default)]
    pub growth: crate::GrowthRules,
    /// vaccination schedules
    #[serde(default)]
    pub schedules: BTreeMap<crate::ScheduleId, crate::VaccineSchedule>,
    /// all passages, those of conditions and remedies too
    pub passages: BTreeMap<PassageId, Passage>,
    /// packs in the order they were read
    pub packs: Vec<PackInfo>,
}

impl KnowledgeBase {
    /// The finding and all it implies, nearest first: `cough.dry`, `cough`.
    pub fn with_ancestors<'a>(&'a self, id: &'a FindingId) -> impl Iterator<Item = &'a Finding> + 'a {
        let mut next = self.findings.get(id);
        // A chain longer than the vocabulary would be a loop; the checker refuses loops, this only bounds the walk.
        let mut left = self.findings.len();
        std::iter::from_fn(move || {
            let here = next?;
            left = left.checked_sub(1)?;
            next = here.parent.as_ref().and_then(|p| self.findings.get(p));
            Some(here)
        })
    }
    /// Names of whatever has this id: ids are unique over all kinds.
    pub fn names_of(&self, id: &str) -> Option<&Names> {
        let names = [
            self.medicines.get(id).map(|m| &m.names),
            self.classes.get(id).map(|c| &c.names),
            self.remedies.get(id).map(|r| &r.names),
            self.conditions.get(id).map(|c| &c.names),
            self.traditional.get(id).map(|c| &c.names),
            self.terms.get(id).map(|t| &t.names),
            self.questionnaires.get(id).map(|q| &q.names),
            self.findings.get(id).map(|f| &f.names),
        ];
        names.into_iter().flatten().next()
    }
    /// Danger rules of all conditions and the general ones.
    pub fn all_dangers(&self) -> impl Iterator<Item = &DangerRule> {
        self.dangers.iter().chain(self.conditions.values().flat_map(|c| c.dangers.iter()))
    }
}
