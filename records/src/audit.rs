//! The audit trail: who cannot be told from the machine, but what, when, and that nothing was taken out since.
//!
//! Each entry carries a blake3 hash over the hash before it and its own fields, so that a changed, removed or
//! inserted entry breaks the chain from there on. Triggers refuse UPDATE and DELETE besides.

use crate::{Log, Part, RecordsError};
use rusqlite::{Connection, OptionalExtension, Transaction};

/// One change of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// running number from 1
    pub number: i64,
    /// when, RFC 3339 in UTC
    pub at: String,
    /// what was done: `create`, `unlock`, `save-patient`, `save-visit`, `finish-visit`, `add-attachment` ...
    pub action: String,
    /// id of the patient, visit or attachment, key of the setting; empty for the log itself
    pub subject: String,
}

/// What is worth an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Create,
    Unlock,
    UnlockWithRecovery,
    ChangePassphrase,
    RenewRecoveryKey,
    Backup,
    Set,
    SavePatient,
    SaveVisit,
    FinishVisit,
    AddAttachment,
    RemoveAttachment,
}

impl Action {
    fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Unlock => "unlock",
            Self::UnlockWithRecovery => "unlock-with-recovery",
            Self::ChangePassphrase => "change-passphrase",
            Self::RenewRecoveryKey => "renew-recovery-key",
            Self::Backup => "backup",
            Self::Set => "set",
            Self::SavePatient => "save-patient",
            Self::SaveVisit => "save-visit",
            Self::FinishVisit => "finish-visit",
            Self::AddAttachment => "add-attachment",
            Self::RemoveAttachment => "remove-attachment",
        }
    }
}

impl Log {
    /// The latest `limit` entries, newest first.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn audit(&self, limit: usize) -> Result<Vec<AuditEntry>, RecordsError> {
        let newest_first = "SELECT seq, at, action, subject FROM audit ORDER BY seq DESC LIMIT ?1";
        self.rows(newest_first, [i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(AuditEntry { number: row.get(0)?, at: row.get(1)?, action: row.get(2)?, subject: row.get(3)? })
        })
    }
}

/// Adds an entry inside the transaction it speaks of.
pub(crate) fn append(
    change: &Transaction<'_>,
    action: Action,
    subject: &str,
    content_digest: &[u8],
) -> rusqlite::Result<()> {
    let last: Option<(i64, Vec<u8>)> = change
        .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, before) = last.map_or((1, Vec::new()), |(seq, hash)| (seq + 1, hash));
    let at = jiff::Timestamp::now().to_string();
    let hash = entry_hash(&before, seq, &at, action.word(), subject, content_digest);
    change.execute(
        "INSERT INTO audit (seq, at, action, subject, digest, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (seq, at, action.word(), subject, content_digest, hash.as_bytes().as_slice()),
    )?;
    Ok(())
}

/// Checks the whole chain; returns the number of entries.
pub(crate) fn verify_chain(connection: &Connection) -> rusqlite::Result<Result<u64, RecordsError>> {
    let broken = |seq: i64, detail: &str| Ok(Err(RecordsError::corrupt(Part::Audit, format!("entry {seq}"), detail)));
    let mut statement = connection.prepare("SELECT seq, at, action, subject, digest, hash FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let (mut expected, mut before) = (1, Vec::new());
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq != expected {
            return broken(expected, "the entry is missing");
        }
        let (at, action, subject): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let (content, hash): (Vec<u8>, Vec<u8>) = (row.get(4)?, row.get(5)?);
        if entry_hash(&before, seq, &at, &action, &subject, &content).as_bytes().as_slice() != hash {
            return broken(seq, "the entry or one before it was changed");
        }
        before = hash;
        expected += 1;
    }
    let highest: i64 = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'audit'", [], |row| row.get(0))
        .optional()?
        .unwrap_or(0);
    if highest != expected - 1 {
        return broken(expected, "the end of the trail is missing");
    }
    Ok(Ok(highest.unsigned_abs()))
}

/// Hash of some content, each part with its length before it.
pub(crate) fn digest(parts: &[&[u8]]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize()
}

fn entry_hash(before: &[u8], seq: i64, at: &str, action: &str, subject: &str, content: &[u8]) -> blake3::Hash {
    digest(&[before, &seq.to_le_bytes(), at.as_bytes(), action.as_bytes(), subject.as_bytes(), content])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Passphrase;
    use hakim_clinical::{Patient, PatientId};
    use tempfile::TempDir;

    /// A log whose triggers someone with the key has taken away.
    fn log_without_triggers() -> (TempDir, Log) {
        let dir = tempfile::tempdir().unwrap();
        let (mut log, _) = Log::create(dir.path(), &Passphrase::new("correct horse battery").unwrap()).unwrap();
        for name in ["Amina", "Karim", "Sita"] {
            let patient = Patient {
                id: PatientId::from(name),
                name: name.to_owned(),
                sex: None,
                born: None,
                born_estimated: false,
                contact: String::new(),
                allergies: Vec::new(),
                medicines: Vec::new(),
                language: None,
                vaccines: Default::default(),
            };
            log.save_patient(&patient).unwrap();
        }
        for statement in ["UPDATE audit SET at = ''", "DELETE FROM audit"] {
            let refused = log.connection.execute(statement, []).unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        log.verify().unwrap();
        log.connection
            .execute_batch("DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted;")
            .unwrap();
        (dir, log)
    }

    fn found_after(tampering: &str) -> String {
        let (_dir, log) = log_without_triggers();
        log.connection.execute_batch(tampering).unwrap();
        match log.verify().unwrap_err() {
            RecordsError::Corrupt { part: Part::Audit, at, .. } => at,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_changed_entry_is_found() {
        assert_eq!(found_after("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE seq = 2"), "entry 2");
    }

    #[test]
    fn a_removed_entry_is_found() {
        assert_eq!(found_after("DELETE FROM audit WHERE seq = 3"), "entry 3");
    }

    #[test]
    fn a_cut_tail_is_found() {
        assert_eq!(found_after("DELETE FROM audit WHERE seq = 4"), "entry 4");
    }

    #[test]
    fn an_added_entry_is_found() {
        let added = "INSERT INTO audit (at, action, subject, digest, hash)
                     SELECT at, action, subject, digest, hash FROM audit WHERE seq = 4";
        assert_eq!(found_after(added), "entry 5");
    }

    #[test]
    fn a_record_changed_behind_the_trail_is_found() {
        assert_eq!(found_after("UPDATE patients SET body = replace(body, 'Karim', 'Kamil')"), "patient Karim");
    }

    #[test]
    fn a_record_removed_behind_the_trail_is_found() {
        assert_eq!(found_after("DELETE FROM patients WHERE id = 'Sita'"), "patient Sita");
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused() {
        let (dir, log) = log_without_triggers();
        log.connection.pragma_update(None, "user_version", 99).unwrap();
        log.lock().unwrap();
        let error = Log::unlock(dir.path(), &Passphrase::new("correct horse battery").unwrap()).unwrap_err();
        assert!(matches!(error, RecordsError::Newer { part: Part::Database, found: 99, .. }), "{error}");
        assert_eq!(error.key(), "records-newer");
    }
}
