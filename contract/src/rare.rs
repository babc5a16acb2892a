//! Rare diseases beside the common list.

use hakim_clinical::Text;
use serde::{Deserialize, Serialize};

/// Rare diseases that the findings of a case fit. The order says which fits better, not how likely it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RareReply {
    /// the annotations are on this computer
    pub present: bool,
    /// findings of the case that have a term of the ontology
    pub used: usize,
    /// release of the annotations
    pub release: String,
    /// diseases, best first, one line a series
    pub diseases: Vec<RareView>,
}

/// A rare disease.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RareView {
    /// `OMIM:107970`
    pub id: String,
    /// name as annotated, English
    pub name: String,
    /// other members of its series that fit nearly as well
    pub others: usize,
    /// genes known to cause it
    pub genes: Vec<String>,
    /// findings of the case that it is known to have
    pub fits: Vec<Text>,
    /// share of the findings used that it is known to have
    pub explained: f64,
}
