//! Vaccination schedules as packs write them, and doses that were given.

use crate::{Evidence, Names, Rule, ScheduleId, Text, VaccineId};
use serde::{Deserialize, Serialize};

/// Unit of an age or a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpanUnit {
    /// `d`
    Days,
    /// `w`, 7 days
    Weeks,
    /// `mo`, of the calendar
    Months,
    /// `y`, of the calendar
    Years,
}

/// An age or a gap: `6 w`, `9 mo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// how many
    pub count: u16,
    /// of what
    pub unit: SpanUnit,
}

impl std::str::FromStr for Span {
    type Err = String;

    /// Reads `6 w`.
    ///
    /// # Errors
    /// What is wrong.
    fn from_str(written: &str) -> Result<Self, String> {
        let wrong = || format!("`{written}` is no age or gap: write it as 5 d, 6 w, 9 mo or 7 y");
        let (count, unit) = written.trim().split_once(' ').ok_or_else(wrong)?;
        let unit = match unit {
            "d" => SpanUnit::Days,
            "w" => SpanUnit::Weeks,
            "mo" => SpanUnit::Months,
            "y" => SpanUnit::Years,
            _ => return Err(wrong()),
        };
        Ok(Self { count: count.parse().map_err(|_| wrong())?, unit })
    }
}

/// One dose of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaccineDose {
    /// age at which the schedule gives it; `None`: as soon as the gap has passed
    pub due: Option<Span>,
    /// a dose given before this age does not count
    pub earliest: Option<Span>,
    /// given only while younger
    pub latest: Option<Span>,
    /// least time after the dose before it
    pub gap: Option<Span>,
}

/// Another list for who has the first dose late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateStart {
    /// the first dose at this age or later
    pub started: Span,
    /// the doses
    pub doses: Vec<VaccineDose>,
}

/// What forbids a vaccine and can be told by a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaccineBar {
    /// pregnancy
    Pregnancy,
    /// severe immune deficiency
    ImmuneDeficiency,
}

/// The whole list of another vaccine goes before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterVaccine {
    /// which
    pub vaccine: VaccineId,
    /// least time after its last dose
    pub gap: Span,
}

/// A vaccine of a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vaccine {
    /// id, the same in every schedule
    pub id: VaccineId,
    /// names
    pub names: Names,
    /// what it protects from
    pub against: Text,
    /// a live vaccine
    pub live: bool,
    /// a live vaccine that needs no distance from other live ones
    pub no_live_gap: bool,
    /// only in some districts
    pub local: bool,
    /// for whom
    pub who: Rule,
    /// what forbids it and can be told by a tick
    pub never: Vec<VaccineBar>,
    /// what forbids it or puts it off, in words
    pub not_when: Text,
    /// doses in order
    pub doses: Vec<VaccineDose>,
    /// other lists for who starts late
    pub late: Vec<LateStart>,
    /// another vaccine that goes before
    pub after: Option<AfterVaccine>,
    /// what to do when it is late
    pub catch_up: Text,
    /// where it comes from
    pub evidence: Evidence,
}

/// A national or general plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaccineSchedule {
    /// id
    pub id: ScheduleId,
    /// names
    pub names: Names,
    /// where it comes from
    pub evidence: Evidence,
    /// its vaccines, in order
    pub vaccines: Vec<Vaccine>,
    /// pack it came from
    pub pack: String,
}

/// A dose that was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GivenDose {
    /// which vaccine
    pub vaccine: VaccineId,
    /// when, `2026-11-27`
    pub on: String,
}

/// A card of vaccinations, kept with the patient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VaccineCard {
    /// the schedule last looked at
    pub schedule: Option<ScheduleId>,
    /// doses, by day
    pub given: Vec<GivenDose>,
    /// severe immune deficiency was told
    pub immune_deficient: bool,
}
