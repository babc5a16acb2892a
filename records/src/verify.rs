//! Checking the whole log: pages, tables, the audit chain, what the chain says of each record, every attachment.

use crate::attachments::attachment_digest;
use crate::visits::visit_digest;
use crate::{Log, Part, RecordsError, audit};
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;

/// What was found whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// patients
    pub patients: u64,
    /// visits
    pub visits: u64,
    /// attachments, their content read and checked
    pub attachments: u64,
    /// entries of the audit trail
    pub audit_entries: u64,
}

impl Log {
    /// Reads everything and checks it. Takes as long as reading the whole log from the disk.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`] with the part and the place of the first damage.
    pub fn verify(&self) -> Result<Verified, RecordsError> {
        self.verify_pages()?;
        let audit_entries = audit::verify_chain(&self.connection).map_err(|e| self.sql(e))??;
        Ok(Verified {
            patients: self.verify_patients()?,
            visits: self.verify_visits()?,
            attachments: self.verify_attachments()?,
            audit_entries,
        })
    }

    fn verify_pages(&self) -> Result<(), RecordsError> {
        for check in ["cipher_integrity_check", "integrity_check(1)", "foreign_key_check"] {
            let first: Option<Option<String>> = self
                .connection
                .query_row(&format!("PRAGMA {check}"), [], |row| row.get(0))
                .optional()
                .map_err(|e| self.sql(e))?;
            if let Some(finding) = first.map(|f| f.unwrap_or_else(|| "found an error".to_owned()))
                && finding != "ok"
            {
                let detail = format!("{check}: {finding}");
                return Err(RecordsError::corrupt(Part::Database, self.database().display(), detail));
            }
        }
        Ok(())
    }

    fn verify_patients(&self) -> Result<u64, RecordsError> {
        let ids = self.texts("SELECT id FROM patients")?;
        for id in &ids {
            let digest = self.digest_of(id, "SELECT body FROM patients WHERE id = ?1", |row| {
                Ok(audit::digest(&[row.get::<_, String>(0)?.as_bytes()]))
            })?;
            self.must_be_as_audited("patient", id, digest)?;
        }
        self.none_may_be_missing("patient", "'save-patient'", &ids)?;
        Ok(ids.len() as u64)
    }

    fn verify_visits(&self) -> Result<u64, RecordsError> {
        let ids = self.texts("SELECT id FROM visits")?;
        let fields = "SELECT patient, started, title, body, finished, triage FROM visits WHERE id = ?1";
        for id in &ids {
            let digest = self.digest_of(id, fields, |row| {
                let [patient, started, title, body]: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                let [finished, triage]: [Option<String>; 2] = [row.get(4)?, row.get(5)?];
                Ok(visit_digest([id, &patient, &started, &title, &body], finished.as_deref(), triage.as_deref()))
            })?;
            self.must_be_as_audited("visit", id, digest)?;
        }
        self.none_may_be_missing("visit", "'save-visit', 'finish-visit'", &ids)?;
        Ok(ids.len() as u64)
    }

    fn verify_attachments(&self) -> Result<u64, RecordsError> {
        let ids = self.texts("SELECT id FROM attachments")?;
        let fields = "SELECT visit, file, name, media_type, verdict, thumbnail FROM attachments WHERE id = ?1";
        for id in &ids {
            let digest = self.digest_of(id, fields, |row| {
                let [visit, file, name]: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
                let [media_type, verdict]: [String; 2] = [row.get(3)?, row.get(4)?];
                Ok(attachment_digest([&visit, &file, &name, &media_type, &verdict], &row.get::<_, Vec<u8>>(5)?))
            })?;
            self.must_be_as_audited("attachment", id, digest)?;
        }
        let files: BTreeSet<String> = self.texts("SELECT DISTINCT file FROM attachments")?.into_iter().collect();
        for file in &files {
            self.read_content(file)?;
        }
        Ok(ids.len() as u64)
    }

    /// One record at a time: a log may be larger than memory.
    fn digest_of(
        &self,
        id: &str,
        statement: &str,
        digest: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<blake3::Hash>,
    ) -> Result<blake3::Hash, RecordsError> {
        self.connection.query_row(statement, [id], digest).map_err(|e| self.sql(e))
    }

    /// The record must be what its last audit entry says was written.
    fn must_be_as_audited(&self, what: &str, id: &str, found: blake3::Hash) -> Result<(), RecordsError> {
        let written: Option<Vec<u8>> = self
            .connection
            .query_row("SELECT digest FROM audit WHERE subject = ?1 ORDER BY seq DESC LIMIT 1", [id], |row| row.get(0))
            .optional()
            .map_err(|e| self.sql(e))?;
        if written.as_deref() == Some(found.as_bytes().as_slice()) {
            return Ok(());
        }
        Err(RecordsError::corrupt(Part::Audit, format!("{what} {id}"), "the record is not what was saved"))
    }

    /// Every patient and visit the trail speaks of must be there: they are never deleted.
    fn none_may_be_missing(&self, what: &str, actions: &str, ids: &[String]) -> Result<(), RecordsError> {
        let there: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let saved = self.texts(&format!("SELECT DISTINCT subject FROM audit WHERE action IN ({actions})"))?;
        match saved.iter().find(|id| !there.contains(id.as_str())) {
            None => Ok(()),
            Some(id) => Err(RecordsError::corrupt(Part::Audit, format!("{what} {id}"), "the record is missing")),
        }
    }

    fn texts(&self, statement: &str) -> Result<Vec<String>, RecordsError> {
        self.rows(statement, [], |row| row.get(0))
    }
}
