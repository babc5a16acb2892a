//! The patient log as the window needs it: patients with their age today, visits as records.

use hakim_clinical::{Age, GrowthMeasures, Patient, PatientFacts, PatientId, Place, TriageLevel, VisitId};
use hakim_contract::*;
use hakim_records::{Log, RecordsError, Visit, new_id};
use jiff::civil::Date;
use jiff::{Span, Timestamp, Zoned};

/// Longest name, letters.
const MAX_NAME: usize = 200;
/// Longest title of a visit, letters.
const MAX_TITLE: usize = 80;
/// Patients in a list.
const LISTED: usize = 60;

/// A records error as the window tells it.
pub(crate) fn failed(error: &RecordsError) -> Failure {
    error.args().into_iter().fold(Failure::new(error.key()), |f, (name, value)| f.with(name, value)).because(error)
}

pub(crate) fn now() -> String {
    Timestamp::now().to_string()
}

pub(crate) fn today() -> Date {
    Zoned::now().date()
}

/// Age on `today` in the unit that suits it: days below two months, months below two years, then years.
fn age_on(today: Date, born: &str) -> Option<(AgeInput, Age)> {
    let born: Date = born.parse().ok()?;
    let days = u32::try_from((today - born).get_days()).ok()?;
    let since = born.until((jiff::Unit::Year, today)).ok()?;
    let years = u32::try_from(since.get_years()).ok()?;
    let months = years * 12 + u32::try_from(since.get_months()).ok()?;
    let shown = match (months, years) {
        (0..=1, _) => AgeInput::Days(days),
        (2..=23, _) => AgeInput::Months(months),
        _ => AgeInput::Years(years),
    };
    // a birthday counts as the year it completes, whatever leap years lie between
    let completed = match shown {
        AgeInput::Days(n) => Age::from_days(n),
        AgeInput::Months(n) => Age::from_months(n),
        AgeInput::Years(n) => Age::from_years(n),
    };
    Some((shown, completed.max(Age::from_days(days))))
}

/// The birthday of who is so old on a day written `2026-11-27`.
///
/// # Errors
/// `age-impossible`, `day-unreadable`.
pub(crate) fn born_from(on: &str, age: AgeInput) -> Result<String, Failure> {
    let on = on.parse().map_err(|e| Failure::new("day-unreadable").with("day", on).because(e))?;
    born_before(on, age)
}

/// The day of a moment, on this computer's clock.
pub(crate) fn day_of(moment: &str) -> Option<Date> {
    let moment: Timestamp = moment.parse().ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::system()).date())
}

/// Refuses a birthday in the future or of more than 130 years ago.
///
/// # Errors
/// `age-impossible`.
pub(crate) fn possible_birthday(born: &str) -> Result<(), Failure> {
    let valid = age_on(today(), born).is_some_and(|(_, age)| age.years() <= 130.0);
    if valid { Ok(()) } else { Err(Failure::new("age-impossible")) }
}

fn born_before(today: Date, age: AgeInput) -> Result<String, Failure> {
    let span = match age {
        AgeInput::Years(n @ 0..=130) => Span::new().years(i64::from(n)),
        AgeInput::Months(n @ 0..=240) => Span::new().months(i64::from(n)),
        AgeInput::Days(n @ 0..=3660) => Span::new().days(i64::from(n)),
        _ => return Err(Failure::new("age-impossible")),
    };
    today.checked_sub(span).map(|d| d.to_string()).map_err(|e| Failure::new("age-impossible").because(e))
}

pub(crate) fn patient_view(patient: Patient) -> PatientView {
    let age = patient.born.as_deref().and_then(|b| age_on(today(), b)).map(|(shown, _)| shown);
    PatientView { patient, age }
}

/// The facts of a patient today.
pub(crate) fn facts(patient: &Patient, place: Place) -> PatientFacts {
    PatientFacts {
        age: patient.born.as_deref().and_then(|b| age_on(today(), b)).map(|(_, age)| age),
        sex: patient.sex,
        pregnancy: hakim_clinical::Pregnancy::default(),
        lactating: false,
        allergies: patient.allergies.clone(),
        medicines: patient.medicines.clone(),
        place,
    }
}

pub(crate) fn save_patient(log: &mut Log, draft: PatientDraft) -> Result<PatientView, Failure> {
    let name = draft.name.trim().to_owned();
    if name.is_empty() {
        return Err(Failure::new("name-empty"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Failure::new("name-too-long").with("limit", MAX_NAME));
    }
    let given = draft.born.filter(|b| !b.trim().is_empty());
    let (born, estimated) = match (given, draft.age) {
        (Some(born), _) => {
            possible_birthday(born.trim())?;
            (Some(born.trim().to_owned()), false)
        }
        (None, Some(age)) => (Some(born_before(today(), age)?), true),
        (None, None) => (None, false),
    };
    let clean = |list: Vec<String>| -> Vec<String> {
        list.into_iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
    };
    // The form knows nothing of vaccinations: they stay as they are.
    let before = draft.id.as_ref().map(|id| log.patient(id)).transpose().map_err(|e| failed(&e))?.flatten();
    let patient = Patient {
        id: draft.id.unwrap_or_else(|| PatientId::new(new_id())),
        name,
        sex: draft.sex,
        born,
        born_estimated: estimated,
        contact: draft.contact.trim().to_owned(),
        allergies: clean(draft.allergies),
        medicines: clean(draft.medicines),
        language: draft.language,
        vaccines: before.map(|b| b.vaccines).unwrap_or_default(),
    };
    log.save_patient(&patient).map_err(|e| failed(&e))?;
    Ok(patient_view(patient))
}

pub(crate) fn find_patients(log: &Log, query: &str) -> Result<PatientList, Failure> {
    let rows = log.find_patients(query, LISTED).map_err(|e| failed(&e))?;
    Ok(PatientList {
        rows: rows
            .into_iter()
            .map(|r| PatientRow { patient: patient_view(r.patient), last_visit: r.last_visit.map(head) })
            .collect(),
    })
}

fn head(h: hakim_records::VisitHead) -> VisitHead {
    VisitHead { visit: h.id, started: h.started, finished: h.finished, title: h.title, triage: h.triage }
}

pub(crate) fn patient(log: &Log, id: &PatientId) -> Result<Patient, Failure> {
    let found = log.patient(id).map_err(|e| failed(&e))?;
    found.ok_or_else(|| Failure::new("records-not-found"))
}

pub(crate) fn timeline(log: &Log, id: &PatientId) -> Result<Timeline, Failure> {
    let patient = patient(log, id)?;
    let visits = log.visits_of(id).map_err(|e| failed(&e))?;
    Ok(Timeline { patient: patient_view(patient), visits: visits.into_iter().map(head).collect() })
}

/// The open visit of a patient, or a new one.
pub(crate) fn start_visit(log: &mut Log, id: &PatientId, settings: &Settings) -> Result<VisitRecord, Failure> {
    let open = log.visits_of(id).map_err(|e| failed(&e))?.into_iter().find(|v| v.finished.is_none());
    if let Some(open) = open {
        return open_visit(log, &open.id);
    }
    let patient = patient(log, id)?;
    let record = VisitRecord {
        visit: VisitId::new(new_id()),
        patient: id.clone(),
        started: now(),
        finished: None,
        stage: Stage::Intake,
        intake: Intake {
            patient: facts(&patient, settings.place),
            text: String::new(),
            observed: vec![],
            measurements: vec![],
            traditional: settings.traditional,
            traditions: settings.traditions,
            temperament: vec![],
        },
        assessment: None,
        working: vec![],
        plan: None,
        decisions: Decisions::new(),
        remark: String::new(),
        pictures: vec![],
        worded: vec![],
        growth: GrowthMeasures::default(),
    };
    save_visit(log, &record)?;
    Ok(record)
}

pub(crate) fn open_visit(log: &Log, id: &VisitId) -> Result<VisitRecord, Failure> {
    let visit = log.visit(id).map_err(|e| failed(&e))?.ok_or_else(|| Failure::new("records-not-found"))?;
    serde_json::from_str(&visit.body).map_err(|e| Failure::new("records-corrupt").with("what", "visit").because(e))
}

pub(crate) fn save_visit(log: &mut Log, record: &VisitRecord) -> Result<Saved, Failure> {
    let visit = Visit {
        id: record.visit.clone(),
        patient: record.patient.clone(),
        started: record.started.clone(),
        finished: record.finished.clone(),
        title: title(record),
        triage: triage(record),
        body: serde_json::to_string(record).map_err(|e| Failure::new("internal").because(e))?,
    };
    log.save_visit(&visit).map_err(|e| failed(&e))?;
    Ok(Saved { at: now() })
}

/// The first words of the story.
fn title(record: &VisitRecord) -> String {
    let first = record.intake.text.trim().lines().next().unwrap_or_default();
    let mut title: String = first.chars().take(MAX_TITLE).collect();
    if first.chars().count() > MAX_TITLE {
        title.push('…');
    }
    title
}

fn triage(record: &VisitRecord) -> Option<TriageLevel> {
    record.assessment.as_ref().map(|a| a.triage.level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(born: &str) -> AgeInput {
        age_on("2026-11-23".parse().unwrap(), born).unwrap().0
    }

    #[test]
    fn a_patient_written_before_vaccinations_were_kept_is_read() {
        let old = r#"{"id":"p","name":"Zainab","sex":"female","born":"2025-01-10","born_estimated":false}"#;
        let patient: Patient = serde_json::from_str(old).unwrap();
        assert!(patient.vaccines.given.is_empty() && patient.vaccines.schedule.is_none());
    }

    #[test]
    fn ages_are_told_in_the_unit_that_suits_them() {
        assert_eq!(age("2026-11-13"), AgeInput::Days(10));
        assert_eq!(age("2026-02-23"), AgeInput::Months(9));
        assert_eq!(age("1992-11-24"), AgeInput::Years(33));
        assert!(age_on("2026-11-23".parse().unwrap(), "2030-01-01").is_none(), "not born yet");
    }

    #[test]
    fn on_a_birthday_the_year_is_complete() {
        for today in ["2026-11-23", "2027-03-01", "2028-02-29"] {
            let today: Date = today.parse().unwrap();
            for years in 2..=90_u32 {
                let born = born_before(today, AgeInput::Years(years)).unwrap();
                let (shown, age) = age_on(today, &born).unwrap();
                assert_eq!(shown, AgeInput::Years(years));
                assert!(
                    age.years() >= f64::from(years) && age.years() < f64::from(years) + 0.02,
                    "{years} are {}",
                    age.years()
                );
            }
        }
    }
}
