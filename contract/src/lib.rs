//! What crosses between window and core: commands, requests, replies, events. Serde types only.
//!
//! [`with_commands!`] holds the one list of commands. From it come the [`Core`] trait that `consult` implements,
//! [`dispatch`] for the command line's JSON mode, the Tauri handlers in `src-tauri` and the client in `ui`:
//! a command that is missing or misspelt anywhere does not compile.

mod ask;
mod assessment;
mod calculators;
mod commands;
mod documents;
mod evaluation;
mod events;
mod failure;
mod formulary;
mod growth;
mod knowledge;
mod log;
mod medicines;
mod models;
mod paper;
mod rare;
mod setup;
mod vaccines;
mod visit;

pub use ask::*;
pub use assessment::*;
pub use calculators::*;
pub use commands::*;
pub use documents::*;
pub use evaluation::*;
pub use events::*;
pub use failure::*;
pub use formulary::*;
pub use growth::*;
pub use knowledge::*;
pub use log::*;
pub use medicines::*;
pub use models::*;
pub use paper::*;
pub use rare::*;
pub use setup::*;
pub use vaccines::*;
pub use visit::*;

/// A request that needs nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Nothing {}
