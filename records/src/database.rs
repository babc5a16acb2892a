//! Opening `log.db` under its key and bringing it to the newest shape.

use crate::secret::DataKey;
use crate::{Part, RecordsError};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fmt::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// The steps from an empty database to the present one. A step is never edited once released.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001_first_log.sql")];

/// Whether the file may be made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    /// it must be there
    Existing,
    /// it is made
    New,
}

/// Opens `path` under `key`.
pub(crate) fn open(path: &Path, key: &DataKey, how: Open) -> Result<Connection, RecordsError> {
    let sql = |e| RecordsError::sql(path, e);
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if how == Open::New {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
        crate::disk::private_file(path).map_err(|e| RecordsError::io(path, e))?;
    } else {
        refuse_cut_file(path)?;
    }
    let connection = Connection::open_with_flags(path, flags).map_err(sql)?;
    set_key(&connection, key).map_err(sql)?;
    // One process holds the log: an exclusive lock also spares the shared-memory file.
    // Temporary tables stay in memory, so that nothing readable reaches the disk.
    connection
        .execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
        )
        .map_err(sql)?;
    Ok(connection)
}

/// A database is whole pages; fewer than one means the file was cut, and SQLite would take an empty one for new.
fn refuse_cut_file(path: &Path) -> Result<(), RecordsError> {
    match std::fs::metadata(path) {
        Ok(about) if about.len() >= 4096 => Ok(()),
        Ok(about) => Err(RecordsError::corrupt(
            Part::Database,
            path.display(),
            format!("only {} bytes are left of the file", about.len()),
        )),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            Err(RecordsError::corrupt(Part::Database, path.display(), "the file is missing"))
        }
        Err(e) => Err(RecordsError::io(path, e)),
    }
}

/// Hands SQLCipher the raw key: no derivation of its own, since [`crate::keys`] did that. SQLite wipes its memory on
/// freeing it, the text with the key among it; measured, that makes a save take 3 ms instead of 0.6 ms.
pub(crate) fn set_key(connection: &Connection, key: &DataKey) -> rusqlite::Result<()> {
    let mut pragma = Zeroizing::new(String::with_capacity(200));
    pragma.push_str("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON; PRAGMA key = \"x'");
    for byte in key.0 {
        // Writing to a string cannot fail.
        let _ = write!(pragma, "{byte:02x}");
    }
    pragma.push_str("'\";");
    connection.execute_batch(&pragma)
}

/// Brings the database to the newest shape; one transaction a step.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), RecordsError> {
    let sql = |e| RecordsError::sql(path, e);
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sql)?;
    let known = MIGRATIONS.len() as u32;
    if found > known {
        return Err(RecordsError::Newer { part: Part::Database, found, known });
    }
    for (step, version) in MIGRATIONS.iter().zip(1..).skip(found as usize) {
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        change.execute_batch(step).map_err(sql)?;
        change.pragma_update(None, "user_version", version).map_err(sql)?;
        change.commit().map_err(sql)?;
    }
    Ok(())
}
