//! Medicines checked as a list: what was recognised, warnings, what adds up, who changes the level of whom.

use crate::{CitationView, FindingLabel, Intake, WarningView};
use hakim_clinical::{BurdenId, Degree, NameRead, Text, WarningLevel};
use serde::{Deserialize, Serialize};

/// Asks to check medicines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MedicinesRequest {
    /// the case
    pub intake: Intake,
    /// names as typed
    pub names: Vec<String>,
}

/// A name that was recognised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecognisedName {
    /// as typed
    pub typed: String,
    /// the medicine or remedy; `None`: not known
    pub name: Option<Text>,
    /// how sure that is
    #[serde(default)]
    pub read: NameRead,
}

/// Result of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MedicinesReply {
    /// names in the order typed
    pub names: Vec<RecognisedName>,
    /// warnings, gravest first
    pub warnings: Vec<WarningView>,
    /// what adds up over the list
    pub burdens: Vec<BurdenView>,
    /// who changes the level of whom
    pub map: MedicineMap,
}

/// What a burden comes to over a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BurdenView {
    /// id
    pub id: BurdenId,
    /// name
    pub name: Text,
    /// what it means for the patient
    pub about: Text,
    /// medicines that bear it with their weights of 1 to 3, heaviest first, and where each is said
    pub parts: Vec<(Text, u8, CitationView)>,
    /// sum of the weights
    pub total: u32,
    /// how strongly it is spoken of; `None`: it does not add up to anything
    pub level: Option<WarningLevel>,
    /// what it means here
    pub say: Text,
    /// what to do
    pub act: Text,
    /// findings of the patient that make it worse
    pub worse: Vec<FindingLabel>,
    /// origin of the limits
    pub citation: CitationView,
}

/// The list as a small graph.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MedicineMap {
    /// names of those that act or are acted on
    pub nodes: Vec<Text>,
    /// strongest first
    pub edges: Vec<MapEdge>,
}

/// One medicine slows or speeds up the path that clears another, or both do something together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapEdge {
    /// place of the one that acts
    pub from: usize,
    /// place of the one whose level changes
    pub to: usize,
    /// the path as it is usually written: `CYP3A4`, `P-gp`
    pub path: String,
    /// it speeds the path up, so that the other falls; else it slows it, and the other rises
    pub induces: bool,
    /// how strongly it acts
    pub acts: Degree,
    /// how much the other depends on the path
    pub depends: Degree,
    /// where each is said
    pub citations: (CitationView, CitationView),
}
