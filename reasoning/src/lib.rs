//! The thinking: pure functions over a case and a loaded knowledge base. No clock, no files, no chance: same in, same out.
//!
//! [`Case`] gathers what is known; [`triage`] looks for danger first; [`differential`] weighs every condition and
//! explains each number as it makes it; [`next_steps`] asks what would change most; [`plan_lines`] and [`check_medicines`]
//! say what to do and what not to give.

mod adverse;
mod alternatives;
pub mod calculate;
mod case;
pub mod context;
mod differential;
mod dose;
pub mod growth;
mod judge;
mod kidney;
mod mechanism;
mod method;
mod next_step;
mod plan;
mod portion;
pub mod reading;
mod safety;
mod temperament;
mod traditional;
mod triage;
pub mod vaccination;
pub mod values;

pub use adverse::{MedicineCause, medicine_causes};
pub use alternatives::alternatives;
pub use case::{Case, CaseError};
pub use differential::{MIN_PRIOR_OF_NONE, differential, differential_by, why};
pub use dose::work_out_dose;
pub use judge::{Truth, fits, judge};
pub use kidney::{Clearance, NoClearance};
pub use mechanism::{BurdenSum, PathEdge, path_edges};
pub use method::{Calibration, Method};
pub use next_step::next_steps;
pub use plan::plan_lines;
pub use safety::{Taken, burdens, check_medicines, check_taken};
pub use temperament::{AxisReading, as_temperament, read_temperament};
pub use traditional::{TraditionalFit, condition_terms, traditional_fits};
pub use triage::{triage, weighed_by};
