//! Patients: saving, reading and finding them by name or contact in any script.

use crate::audit::{self, Action};
use crate::fold::{fold, searchable};
use crate::visits::{self, VisitHead};
use crate::{Log, Part, RecordsError};
use hakim_clinical::{Patient, PatientId};
use rusqlite::{OptionalExtension, params_from_iter};

/// Largest patient as JSON, bytes.
const MAX_PATIENT_BYTES: usize = 256 * 1024;

/// A patient in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientRow {
    /// the patient
    pub patient: Patient,
    /// the visit that began last
    pub last_visit: Option<VisitHead>,
}

impl Log {
    /// Stores a patient, new or changed.
    ///
    /// # Errors
    /// `TooLarge`, `DiskFull`, `Database`.
    pub fn save_patient(&mut self, patient: &Patient) -> Result<(), RecordsError> {
        let body = serde_json::to_string(patient).map_err(|e| RecordsError::Internal(e.to_string()))?;
        if body.len() > MAX_PATIENT_BYTES {
            return Err(RecordsError::TooLarge { what: "patient", bytes: body.len(), limit: MAX_PATIENT_BYTES });
        }
        let search = searchable(&patient.name, &patient.contact);
        self.change(|change| {
            change.execute(
                "INSERT INTO patients (id, body, search, touched) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body, search = excluded.search,
                                                touched = excluded.touched",
                (patient.id.as_str(), &body, &search, jiff::Timestamp::now().as_millisecond()),
            )?;
            audit::append(
                change,
                Action::SavePatient,
                patient.id.as_str(),
                audit::digest(&[body.as_bytes()]).as_bytes(),
            )
        })
    }

    /// One patient; `None` when the log has no such id.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn patient(&self, id: &PatientId) -> Result<Option<Patient>, RecordsError> {
        let body: Option<String> = self
            .connection
            .query_row("SELECT body FROM patients WHERE id = ?1", [id.as_str()], |row| row.get(0))
            .optional()
            .map_err(|e| self.sql(e))?;
        body.map(|body| self.read_patient(&body)).transpose()
    }

    /// Patients whose name or contact contains every word of `query`, whatever the case, the accents, the Arabic
    /// letter variants or the kind of digits; those with a word that begins so come first, then the most recent.
    /// An empty query gives the most recent.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn find_patients(&self, query: &str, limit: usize) -> Result<Vec<PatientRow>, RecordsError> {
        let folded = fold(query);
        // More words than a name has would only make the statement long.
        let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).take(8).collect();
        let contains: Vec<String> = (1..=words.len()).map(|i| format!("instr(search, ?{i}) > 0")).collect();
        let begins: Vec<String> = (1..=words.len()).map(|i| format!("(instr(search, ' ' || ?{i}) > 0)")).collect();
        let statement = format!(
            "SELECT body FROM patients {} {} ORDER BY {} touched DESC, id DESC LIMIT {limit}",
            if words.is_empty() { "" } else { "WHERE" },
            contains.join(" AND "),
            if words.is_empty() { String::new() } else { format!("{} DESC,", begins.join(" + ")) },
        );
        let bodies: Vec<String> = self.rows(&statement, params_from_iter(&words), |row| row.get(0))?;
        bodies
            .iter()
            .map(|body| {
                let patient = self.read_patient(body)?;
                let last_visit = visits::last_of(&self.connection, &patient.id).map_err(|e| self.sql(e))?;
                Ok(PatientRow { patient, last_visit })
            })
            .collect()
    }

    fn read_patient(&self, body: &str) -> Result<Patient, RecordsError> {
        serde_json::from_str(body).map_err(|e| {
            // The position only: the message of serde may quote the content.
            let at = format!("patient record, column {}", e.column());
            RecordsError::corrupt(Part::Database, self.database().display(), at)
        })
    }
}
