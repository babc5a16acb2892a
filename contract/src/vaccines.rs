//! Vaccinations: schedules, doses given, what is due.

use crate::{AgeInput, CitationView};
use hakim_clinical::{GivenDose, PatientId, Pregnancy, ScheduleId, Sex, Text, VaccineCard, VaccineId};
use serde::{Deserialize, Serialize};

/// A schedule in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleHead {
    /// id
    pub id: ScheduleId,
    /// name
    pub name: Text,
    /// where it comes from
    pub citation: CitationView,
}

/// All schedules of the packs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScheduleList {
    /// by name
    pub schedules: Vec<ScheduleHead>,
}

/// Asks what is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaccinesRequest {
    /// by which schedule
    pub schedule: ScheduleId,
    /// birthday, `2025-03-01`, stronger than `age`
    #[serde(default)]
    pub born: Option<String>,
    /// age, where the birthday is not known: days are then approximate
    #[serde(default)]
    pub age: Option<AgeInput>,
    /// the birthday is an estimate
    #[serde(default)]
    pub estimated: bool,
    /// sex
    #[serde(default)]
    pub sex: Option<Sex>,
    /// pregnancy
    #[serde(default)]
    pub pregnancy: Pregnancy,
    /// severe immune deficiency
    #[serde(default)]
    pub immune_deficient: bool,
    /// doses given
    #[serde(default)]
    pub given: Vec<GivenDose>,
    /// the day that is asked about; left out: today
    #[serde(default)]
    pub on: Option<String>,
}

/// Keeps the card of a patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaccinesSave {
    /// whose
    pub patient: PatientId,
    /// the card as it is now
    pub card: VaccineCard,
    /// birthday as the card tells it; `None`: as it was
    #[serde(default)]
    pub born: Option<String>,
}

/// A dose that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenDoseView {
    /// as written
    pub on: String,
    /// its place in the list, from 1; `None`: it does not count
    pub counts_as: Option<usize>,
    /// message key behind `vaccine-fault-`: `no-day`, `before-birth`, `later`, `too-young`, `too-soon`, `extra`
    pub fault: Option<String>,
    /// the day from which it would have counted
    pub not_before: Option<String>,
    /// another live vaccine was given less than four weeks before
    pub near_live: Option<Text>,
}

/// How a vaccine stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum VaccineState {
    /// to be given now
    Due {
        /// which dose, from 1
        dose: usize,
        /// since when; `None`: the schedule names no day
        since: Option<String>,
        /// four weeks late or more
        overdue: bool,
        /// when the next dose could follow, if this one is given on that day
        then: Option<String>,
    },
    /// not yet
    Next {
        /// which dose, from 1
        dose: usize,
        /// when; `None`: it depends on another vaccine
        on: Option<String>,
        /// message key behind `vaccine-wait-`: `age`, `gap`, `live`, `after`
        wait: String,
        /// the other vaccine, for `live` and `after`
        other: Option<Text>,
    },
    /// all doses given
    Complete,
    /// the age limit has passed
    TooLate {
        /// which dose, from 1
        dose: usize,
    },
    /// not for this patient
    NotFor {
        /// message key behind `vaccine-not-`: `who`, `not-known`, `pregnancy`, `immune-deficiency`
        why: String,
    },
}

/// A vaccine for this patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaccineRow {
    /// id
    pub id: VaccineId,
    /// name
    pub name: Text,
    /// what it protects from
    pub against: Text,
    /// how it stands
    pub state: VaccineState,
    /// doses of the list that holds
    pub doses: usize,
    /// doses given
    pub given: Vec<GivenDoseView>,
    /// only in some districts
    pub local: bool,
    /// what forbids it or puts it off
    pub not_when: Text,
    /// what to do when it is late
    pub catch_up: Text,
    /// where it comes from
    pub citation: CitationView,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaccinesReply {
    /// the schedule
    pub schedule: ScheduleHead,
    /// the day that was asked about
    pub on: String,
    /// the birthday used
    pub born: String,
    /// the birthday is an estimate: so are all days
    pub approximate: bool,
    /// age in days
    pub age_days: u32,
    /// vaccines: what is due first, then by day
    pub rows: Vec<VaccineRow>,
}
