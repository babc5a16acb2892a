//! Visits: an open one is saved again and again, a finished one never changes.

use crate::audit::{self, Action};
use crate::{Log, RecordsError};
use hakim_clinical::{PatientId, TriageLevel, VisitId};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};

/// Largest record of a visit, bytes.
pub const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// Largest title of a visit, bytes.
const MAX_TITLE_BYTES: usize = 4 * 1024;

/// A visit with its whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// id, UUIDv7
    pub id: VisitId,
    /// whose
    pub patient: PatientId,
    /// when it began, RFC 3339
    pub started: String,
    /// when it was finished, RFC 3339; `None`: open
    pub finished: Option<String>,
    /// complaint in a few words
    pub title: String,
    /// triage level of the assessment
    pub triage: Option<TriageLevel>,
    /// the window's visit record, JSON; at most [`MAX_BODY_BYTES`]; not looked into here
    pub body: String,
}

/// A visit in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitHead {
    /// id
    pub id: VisitId,
    /// whose
    pub patient: PatientId,
    /// when it began, RFC 3339
    pub started: String,
    /// when it was finished, RFC 3339; `None`: open
    pub finished: Option<String>,
    /// complaint in a few words
    pub title: String,
    /// triage level of the assessment
    pub triage: Option<TriageLevel>,
}

impl Log {
    /// Stores a visit: new, open and changed, or just finished. On disk when this returns.
    ///
    /// # Errors
    /// [`RecordsError::VisitFinished`] when the stored one is finished; `VisitOfAnother` when it is another
    /// patient's; `Unknown` patient; `BadTime`; `TooLarge`; `DiskFull`; `Database`.
    pub fn save_visit(&mut self, visit: &Visit) -> Result<(), RecordsError> {
        let started = time(&visit.started)?;
        visit.finished.as_deref().map(time).transpose()?;
        not_larger("visit record", visit.body.len(), MAX_BODY_BYTES)?;
        not_larger("visit title", visit.title.len(), MAX_TITLE_BYTES)?;
        let triage = visit.triage.map(triage_word).transpose()?;
        match stored_state(&self.connection, &visit.id).map_err(|e| self.sql(e))? {
            Some((_, true)) => return Err(RecordsError::VisitFinished { visit: visit.id.to_string() }),
            Some((patient, _)) if patient != visit.patient.as_str() => {
                return Err(RecordsError::VisitOfAnother { visit: visit.id.to_string() });
            }
            Some(_) => {}
            None if self.patient(&visit.patient)?.is_none() => {
                return Err(RecordsError::Unknown { what: "patient", id: visit.patient.to_string() });
            }
            None => {}
        }
        let digest = visit_digest(
            [visit.id.as_str(), visit.patient.as_str(), &visit.started, &visit.title, &visit.body],
            visit.finished.as_deref(),
            triage.as_deref(),
        );
        let action = if visit.finished.is_some() { Action::FinishVisit } else { Action::SaveVisit };
        self.change(|change| {
            change.execute(
                "INSERT INTO visits (id, patient, started, started_ms, finished, title, triage, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (id) DO UPDATE SET started = excluded.started, started_ms = excluded.started_ms,
                     finished = excluded.finished, title = excluded.title, triage = excluded.triage,
                     body = excluded.body",
                (
                    visit.id.as_str(),
                    visit.patient.as_str(),
                    &visit.started,
                    started.as_millisecond(),
                    &visit.finished,
                    &visit.title,
                    &triage,
                    &visit.body,
                ),
            )?;
            change.execute(
                "UPDATE patients SET touched = ?2 WHERE id = ?1",
                (visit.patient.as_str(), jiff::Timestamp::now().as_millisecond()),
            )?;
            audit::append(change, action, visit.id.as_str(), digest.as_bytes())
        })
    }

    /// One visit; `None` when the log has no such id.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn visit(&self, id: &VisitId) -> Result<Option<Visit>, RecordsError> {
        let read = |row: &Row<'_>| {
            let VisitHead { id, patient, started, finished, title, triage } = head(row)?;
            Ok(Visit { id, patient, started, finished, title, triage, body: row.get(6)? })
        };
        self.connection
            .query_row(&format!("SELECT {HEAD}, body FROM visits WHERE id = ?1"), [id.as_str()], read)
            .optional()
            .map_err(|e| self.sql(e))
    }

    /// The visits of a patient, the one that began last first.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn visits_of(&self, patient: &PatientId) -> Result<Vec<VisitHead>, RecordsError> {
        let newest_first = format!("SELECT {HEAD} FROM visits WHERE patient = ?1 ORDER BY started_ms DESC, id DESC");
        self.rows(&newest_first, [patient.as_str()], head)
    }

    /// Refuses unless the visit is there and open.
    pub(crate) fn must_be_open(&self, id: &VisitId) -> Result<(), RecordsError> {
        match stored_state(&self.connection, id).map_err(|e| self.sql(e))? {
            Some((_, false)) => Ok(()),
            Some((_, true)) => Err(RecordsError::VisitFinished { visit: id.to_string() }),
            None => Err(RecordsError::Unknown { what: "visit", id: id.to_string() }),
        }
    }
}

const HEAD: &str = "id, patient, started, finished, title, triage";

fn head(row: &Row<'_>) -> rusqlite::Result<VisitHead> {
    let triage: Option<String> = row.get(5)?;
    let triage = triage.map(|word| serde_json::from_value(serde_json::Value::String(word))).transpose();
    Ok(VisitHead {
        id: VisitId::new(row.get::<_, String>(0)?),
        patient: PatientId::new(row.get::<_, String>(1)?),
        started: row.get(2)?,
        finished: row.get(3)?,
        title: row.get(4)?,
        triage: triage.map_err(|e| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, Box::new(e)))?,
    })
}

/// The visit of a patient that began last.
pub(crate) fn last_of(connection: &Connection, patient: &PatientId) -> rusqlite::Result<Option<VisitHead>> {
    let statement = format!("SELECT {HEAD} FROM visits WHERE patient = ?1 ORDER BY started_ms DESC, id DESC LIMIT 1");
    connection.query_row(&statement, [patient.as_str()], head).optional()
}

/// Digest of a visit as stored; `fields` are id, patient, started, title, body.
pub(crate) fn visit_digest(fields: [&str; 5], finished: Option<&str>, triage: Option<&str>) -> blake3::Hash {
    let [id, patient, started, title, body] = fields.map(str::as_bytes);
    let (finished, triage) = (finished.unwrap_or_default().as_bytes(), triage.unwrap_or_default().as_bytes());
    audit::digest(&[id, patient, started, title, body, finished, triage])
}

/// Patient of a stored visit and whether it is finished.
fn stored_state(connection: &Connection, id: &VisitId) -> rusqlite::Result<Option<(String, bool)>> {
    connection
        .query_row("SELECT patient, finished IS NOT NULL FROM visits WHERE id = ?1", [id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
}

fn triage_word(level: TriageLevel) -> Result<String, RecordsError> {
    match serde_json::to_value(level) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(RecordsError::Internal(format!("triage level serializes as {other:?}"))),
    }
}

fn time(text: &str) -> Result<jiff::Timestamp, RecordsError> {
    text.parse().map_err(|_| RecordsError::BadTime { text: text.chars().take(64).collect() })
}

fn not_larger(what: &'static str, bytes: usize, limit: usize) -> Result<(), RecordsError> {
    if bytes > limit { Err(RecordsError::TooLarge { what, bytes, limit }) } else { Ok(()) }
}
