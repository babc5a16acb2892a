//! Vaccinations for the window: schedules, what is due, the card kept with the patient.

use crate::views::citation;
use hakim_clinical::*;
use hakim_contract::*;
use hakim_reasoning::calculate::{day_number, day_text};
use hakim_reasoning::vaccination::*;
use hakim_records::Log;
use std::collections::BTreeSet;

/// Most doses on one card.
const MAX_DOSES: usize = 200;

/// Every schedule, by name.
pub(crate) fn schedules(base: &KnowledgeBase) -> ScheduleList {
    let mut schedules: Vec<ScheduleHead> = base.schedules.values().map(|s| head(base, s)).collect();
    schedules.sort_by(|a, b| a.name.get(Lang::En).cmp(b.name.get(Lang::En)));
    ScheduleList { schedules }
}

fn head(base: &KnowledgeBase, schedule: &VaccineSchedule) -> ScheduleHead {
    ScheduleHead {
        id: schedule.id.clone(),
        name: schedule.names.terms(),
        citation: citation(base, &schedule.evidence, None),
    }
}

/// What is due.
///
/// # Errors
/// `schedule-unknown`, `vaccine-unknown`, `vaccines-born-missing`, `age-impossible`, `day-unreadable`; as
/// [`crate::understand::possible_patient`].
pub(crate) fn due(base: &KnowledgeBase, request: &VaccinesRequest, place: Place) -> Result<VaccinesReply, Failure> {
    let schedule = base
        .schedules
        .get(&request.schedule)
        .ok_or_else(|| Failure::new("schedule-unknown").with("schedule", &request.schedule))?;
    let day = |written: &str| day_number(written).ok_or_else(|| Failure::new("day-unreadable").with("day", written));
    let on = request.on.clone().filter(|d| !d.trim().is_empty()).unwrap_or_else(|| crate::log::today().to_string());
    let on = day(&on)?;
    let given_born = request.born.as_deref().filter(|b| !b.trim().is_empty());
    let (born, approximate) = match (given_born, request.age) {
        (Some(born), _) => (day(born)?, request.estimated),
        (None, Some(age)) => (day(&crate::log::born_from(&day_text(on), age)?)?, true),
        (None, None) => return Err(Failure::new("vaccines-born-missing")),
    };
    let age_days = u32::try_from(on - born).ok().filter(|days| *days <= 130 * 366);
    let age_days = age_days.ok_or_else(|| Failure::new("age-impossible"))?;
    let facts = PatientFacts { sex: request.sex, pregnancy: request.pregnancy, place, ..PatientFacts::default() };
    crate::understand::possible_patient(&PatientFacts { age: Some(Age::from_days(age_days)), ..facts.clone() })?;
    let who = Vaccinee { born, on, facts, immune_deficient: request.immune_deficient, given: &request.given };
    let mut rows: Vec<VaccineRow> =
        vaccinations(base, schedule, &who).into_iter().map(|standing| row(base, schedule, on, standing)).collect();
    rows.sort_by_key(|row| rank(&row.state, row.local));
    Ok(VaccinesReply {
        schedule: head(base, schedule),
        on: day_text(on),
        born: day_text(born),
        approximate,
        age_days,
        rows,
    })
}

/// Due first, then what comes next by day; what needs nothing last. Days written as `2026-11-27` sort as they follow.
fn rank(state: &VaccineState, local: bool) -> (u8, bool, String) {
    match state {
        VaccineState::Due { overdue, since, .. } => {
            (0, local, format!("{}{}", u8::from(!overdue), since.clone().unwrap_or_default()))
        }
        VaccineState::Next { on, .. } => (1, on.is_none(), on.clone().unwrap_or_default()),
        VaccineState::Complete => (2, local, String::new()),
        VaccineState::TooLate { .. } => (3, local, String::new()),
        VaccineState::NotFor { .. } => (4, local, String::new()),
    }
}

fn row(base: &KnowledgeBase, schedule: &VaccineSchedule, on: i64, standing: VaccineStanding<'_>) -> VaccineRow {
    let vaccine = standing.vaccine;
    let name = |id: &VaccineId| schedule.vaccines.iter().find(|v| v.id == *id).map(|v| v.names.terms());
    let state = match standing.standing {
        Standing::Complete => VaccineState::Complete,
        Standing::Due { dose, since, then } => VaccineState::Due {
            dose,
            since: since.map(day_text),
            overdue: since.is_some_and(|since| since + OVERDUE_AFTER <= on),
            then: then.map(day_text),
        },
        Standing::Next { dose, on, wait } => {
            let (wait, other) = match wait {
                Wait::Age => ("age", None),
                Wait::Gap => ("gap", None),
                Wait::Live(id) => ("live", name(&id)),
                Wait::After(id) => ("after", name(&id)),
            };
            VaccineState::Next { dose, on: on.map(day_text), wait: wait.into(), other }
        }
        Standing::TooLate { dose } => VaccineState::TooLate { dose },
        Standing::NotFor(why) => VaccineState::NotFor {
            why: match why {
                NotFor::Who => "who",
                NotFor::NotKnown => "not-known",
                NotFor::Pregnancy => "pregnancy",
                NotFor::ImmuneDeficiency => "immune-deficiency",
            }
            .into(),
        },
    };
    let dose = |seen: SeenDose| {
        let (fault, not_before) = match seen.fault {
            None => (None, None),
            Some(DoseFault::NoDay) => (Some("no-day"), None),
            Some(DoseFault::BeforeBirth) => (Some("before-birth"), None),
            Some(DoseFault::Later) => (Some("later"), None),
            Some(DoseFault::TooYoung(day)) => (Some("too-young"), Some(day_text(day))),
            Some(DoseFault::TooSoon(day)) => (Some("too-soon"), Some(day_text(day))),
            Some(DoseFault::Extra) => (Some("extra"), None),
            Some(DoseFault::TooLate(day)) => (Some("too-late"), Some(day_text(day))),
            Some(DoseFault::BeforeOther(day)) => (Some("before-other"), day.map(day_text)),
        };
        GivenDoseView {
            on: seen.on,
            counts_as: seen.counts_as,
            fault: fault.map(str::to_owned),
            not_before,
            near_live: seen.near_live.as_ref().and_then(name),
        }
    };
    VaccineRow {
        id: vaccine.id.clone(),
        name: vaccine.names.terms(),
        against: vaccine.against.clone(),
        state,
        doses: standing.doses,
        given: standing.given.into_iter().map(dose).collect(),
        local: vaccine.local,
        not_when: vaccine.not_when.clone(),
        catch_up: vaccine.catch_up.clone(),
        citation: citation(base, &vaccine.evidence, None),
    }
}

/// Keeps the card with the patient. A day that is none is refused before it is kept.
///
/// # Errors
/// `day-unreadable`, `age-impossible`, `vaccines-too-many`; those of the log.
pub(crate) fn save(log: &mut Log, request: VaccinesSave) -> Result<PatientView, Failure> {
    let unreadable = request.card.given.iter().find(|dose| day_number(&dose.on).is_none());
    if let Some(dose) = unreadable {
        return Err(Failure::new("day-unreadable").with("day", &dose.on));
    }
    if request.card.given.len() > MAX_DOSES {
        return Err(Failure::new("vaccines-too-many").with("limit", MAX_DOSES));
    }
    let mut patient = crate::log::patient(log, &request.patient)?;
    if let Some(born) = request.born.as_deref().map(str::trim).filter(|b| !b.is_empty())
        && patient.born.as_deref() != Some(born)
    {
        crate::log::possible_birthday(born)?;
        (patient.born, patient.born_estimated) = (Some(born.to_owned()), false);
    }
    let once: BTreeSet<GivenDose> = request.card.given.into_iter().collect();
    let mut given: Vec<GivenDose> = once.into_iter().collect();
    given.sort_by(|a, b| (&a.on, &a.vaccine).cmp(&(&b.on, &b.vaccine)));
    patient.vaccines = VaccineCard { given, ..request.card };
    log.save_patient(&patient).map_err(|e| crate::log::failed(&e))?;
    Ok(crate::log::patient_view(patient))
}
