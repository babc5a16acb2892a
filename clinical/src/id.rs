//! Identifiers: one new-type each, so that a finding can never be passed where a condition is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);
        impl $name {
            /// Wraps a stable id as written in a pack or the log.
            pub fn new(id: impl Into<String>) -> Self { Self(id.into()) }
            /// The id as written.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) } }
        impl fmt::Debug for $name { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) } }
        impl From<&str> for $name { fn from(id: &str) -> Self { Self(id.to_owned()) } }
        impl From<String> for $name { fn from(id: String) -> Self { Self(id) } }
        impl std::borrow::Borrow<str> for $name { fn borrow(&self) -> &str { &self.0 } }
    )+};
}

id! {
    /// A finding of the vocabulary, dotted from general to particular: `fever`, `pain.chest`.
    FindingId,
    /// A biomedical condition: `dengue`.
    ConditionId,
    /// A medicine by its international name: `paracetamol`.
    MedicineId,
    /// A group of medicines that behave alike: `nsaid`, `penicillin`.
    MedicineClass,
    /// Something that adds up over a list of medicines: `qt`, `bleeding`.
    BurdenId,
    /// A traditional condition, single drug or formulation: `unani.nazla`.
    TraditionalId,
    /// A document that facts cite: `who-dengue-2009`.
    SourceId,
    /// A passage of guideline text in our own words: `dengue.fluids`.
    PassageId,
    /// A danger rule: `dengue.warning-signs`.
    DangerId,
    /// A calculator: `ckd-epi-2021`.
    CalculatorId,
    /// A vaccination schedule: `pakistan-epi`.
    ScheduleId,
    /// A vaccine: `mr`.
    VaccineId,
    /// A diagnostic test: `malaria-rdt`.
    TestId,
    /// A patient of the local log (UUIDv7).
    PatientId,
    /// A visit of the local log (UUIDv7).
    VisitId,
    /// A stored picture or document (UUIDv7).
    AttachmentId,
}
