//! The pages outside a visit.

pub(crate) mod about;
pub(crate) mod ask;
pub(crate) mod calculators;
pub(crate) mod door;
pub(crate) mod entry;
mod evaluation;
mod formulary;
pub(crate) mod growth;
pub(crate) mod knowledge;
pub(crate) mod models;
mod packs;
pub(crate) mod palette;
pub(crate) mod patient_form;
pub(crate) mod patients;
pub(crate) mod settings;
pub(crate) mod shelf;
pub(crate) mod timeline;
pub(crate) mod vaccines;
