//! The use cases, one call each. The window, the command line and the tests all call [`Hakim`] and nothing below it.
//!
//! [`Hakim`] implements the contract's `Core`: it loads the packs once, holds the unlocked log, and turns what the engine
//! answers into views with names and citations resolved.

mod ask;
mod assess;
mod calculators;
mod choice;
mod core;
mod entry;
mod explain;
mod folders;
mod formulary;
mod growth;
mod jobs;
mod library;
mod log;
mod meaning;
mod medicines;
mod models;
mod note;
mod packs;
mod paper;
mod phenotypes;
mod pictures;
mod plan;
mod propose;
mod rare;
mod search;
mod settings;
mod shelf;
mod speaker;
mod taken;
mod understand;
mod vaccines;
mod views;

pub use ask::AskSignals;
pub use choice::Choice;
pub use core::{EventSink, Hakim};
pub use folders::Folders;
pub use hakim_reasoning::reading::Said;
pub use hakim_reasoning::{Calibration, Method};
pub use library::Knowledge;
pub use meaning::Meaning;
pub use models::compare_picture;
pub use note::{NoteReading, read_note};
pub use phenotypes::{Phenotype, Phenotypes};
pub use shelf::Shelf;
pub use speaker::terms;
pub use understand::{MAX_TEXT_BYTES, presence_at};

/// Sets how many threads models use. Call it first thing in `main`, before any thread exists.
pub fn prepare_process() {
    // A number that cannot be set any more only makes the model slower.
    let _ = hakim_models::threads::set(None);
}
