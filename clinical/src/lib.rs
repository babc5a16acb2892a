//! The words of the domain: findings, conditions, patients, medicines, units, citations. Types only, no I/O.
//!
//! Everything the other rooms exchange is spelled here once. Numbers are new-types with their unit and range;
//! every clinical fact carries an [`Evidence`] that says where it comes from and whether the passage was really read.

pub mod acts;
pub mod amount;
pub mod calculator;
pub mod condition;
pub mod evidence;
pub mod finding;
pub mod formulary;
pub mod growth;
pub mod id;
pub mod knowledge;
pub mod language;
pub mod medicine;
pub mod number;
pub mod patient;
pub mod plan;
pub mod questionnaire;
pub mod reading;
pub mod rule;
pub mod token;
pub mod traditional;
pub mod vaccination;

pub use acts::*;
pub use amount::*;
pub use calculator::*;
pub use condition::*;
pub use evidence::*;
pub use finding::*;
pub use formulary::*;
pub use growth::*;
pub use id::*;
pub use knowledge::*;
pub use language::*;
pub use medicine::*;
pub use number::*;
pub use patient::*;
pub use plan::*;
pub use questionnaire::*;
pub use reading::*;
pub use rule::*;
pub use token::*;
pub use traditional::*;
pub use vaccination::*;
