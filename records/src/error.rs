//! What can go wrong with the log: one variant for each thing a caller or a user can act on.

use std::io;
use std::path::{Path, PathBuf};

/// A part of the log on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `keys.json`
    Keys,
    /// `log.db`
    Database,
    /// an encrypted picture or document
    Attachment,
    /// the audit trail inside the database
    Audit,
    /// a backup file
    Backup,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Keys => "key file",
            Self::Database => "database",
            Self::Attachment => "attachment",
            Self::Audit => "audit trail",
            Self::Backup => "backup",
        }
    }
}

/// Everything that can go wrong with the patient log. No message holds patient data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// The system names no place for application data.
    #[error("no place for data: the system names no home folder; set HAKIM_DATA to a folder")]
    NoPlace,
    /// There is a log already: creating would hide it.
    #[error("{} holds a patient log already; unlock it instead", .dir.display())]
    AlreadyExists {
        /// folder of the log
        dir: PathBuf,
    },
    /// There is no log here.
    #[error("{} holds no patient log; create one first", .dir.display())]
    NoLog {
        /// folder looked in
        dir: PathBuf,
    },
    /// Passphrase under the shortest allowed length.
    #[error("the passphrase has fewer than {least} characters; choose a longer one")]
    PassphraseTooShort {
        /// least number of characters
        least: usize,
    },
    /// The passphrase does not open this log.
    #[error("the passphrase does not open this log; type it again or use the recovery key")]
    WrongPassphrase,
    /// The check characters of a recovery key do not fit: a typing error.
    #[error("the recovery key has a typing error; compare each group with the printed sheet")]
    RecoveryKeyMistyped,
    /// A well-formed recovery key of another log.
    #[error("the recovery key belongs to another log; look for the sheet printed with this one")]
    WrongRecoveryKey,
    /// Something on disk is damaged. Nothing was deleted or changed.
    #[error("the {} is damaged at {at}: {detail}; nothing was deleted, restore a backup copy", .part.word())]
    Corrupt {
        /// which part
        part: Part,
        /// path or entry
        at: String,
        /// what was found
        detail: String,
    },
    /// Written by a newer Hakim.
    #[error("the {} has format {found}, this version knows up to {known}; update Hakim", .part.word())]
    Newer {
        /// which part
        part: Part,
        /// format found
        found: u32,
        /// newest format known
        known: u32,
    },
    /// Another process holds the log.
    #[error("{} is open in another window or program; close it there first", .dir.display())]
    InUse {
        /// folder of the log
        dir: PathBuf,
    },
    /// No room left. What was stored before is untouched; the last write was not done.
    #[error("no room left on the disk of {}; free some space and save again", .at.display())]
    DiskFull {
        /// file being written
        at: PathBuf,
    },
    /// No such patient, visit or attachment.
    #[error("no {what} with id {id} in the log")]
    Unknown {
        /// `patient`, `visit` or `attachment`
        what: &'static str,
        /// the id
        id: String,
    },
    /// A finished visit cannot change; an amendment is a new visit.
    #[error("visit {visit} is finished and cannot change; write a new visit to amend it")]
    VisitFinished {
        /// the visit
        visit: String,
    },
    /// A visit cannot move to another patient.
    #[error("visit {visit} belongs to another patient; start a new visit")]
    VisitOfAnother {
        /// the visit
        visit: String,
    },
    /// More bytes than one entry may have.
    #[error("{what} has {bytes} bytes, the most is {limit}; make it smaller")]
    TooLarge {
        /// what
        what: &'static str,
        /// size found
        bytes: usize,
        /// largest size
        limit: usize,
    },
    /// A time that is not RFC 3339.
    #[error("`{text}` is no RFC 3339 time; write it as 2026-11-23T09:30:00Z")]
    BadTime {
        /// as given
        text: String,
    },
    /// Reading or writing failed for another reason.
    #[error("cannot read or write {}: {source}", .at.display())]
    Io {
        /// file or folder
        at: PathBuf,
        /// what the system said
        source: io::Error,
    },
    /// The database refused for another reason.
    #[error("the database {} failed: {source}", .at.display())]
    Database {
        /// the database file
        at: PathBuf,
        /// what SQLite said
        source: rusqlite::Error,
    },
    /// A setting of the key derivation or a value that cannot be written; points to a fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl RecordsError {
    /// Message key for translation: `records-wrong-passphrase`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoPlace => "records-no-place",
            Self::AlreadyExists { .. } => "records-already-exists",
            Self::NoLog { .. } => "records-no-log",
            Self::PassphraseTooShort { .. } => "records-passphrase-short",
            Self::WrongPassphrase => "records-wrong-passphrase",
            Self::RecoveryKeyMistyped => "records-recovery-key-mistyped",
            Self::WrongRecoveryKey => "records-wrong-recovery-key",
            Self::Corrupt { part, .. } => match part {
                Part::Keys => "records-corrupt-keys",
                Part::Database => "records-corrupt-database",
                Part::Attachment => "records-corrupt-attachment",
                Part::Audit => "records-corrupt-audit",
                Part::Backup => "records-corrupt-backup",
            },
            Self::Newer { .. } => "records-newer",
            Self::InUse { .. } => "records-in-use",
            Self::DiskFull { .. } => "records-disk-full",
            Self::Unknown { .. } => "records-unknown",
            Self::VisitFinished { .. } => "records-visit-finished",
            Self::VisitOfAnother { .. } => "records-visit-of-another",
            Self::TooLarge { .. } => "records-too-large",
            Self::BadTime { .. } => "records-bad-time",
            Self::Io { .. } => "records-io",
            Self::Database { .. } => "records-database",
            Self::Internal(_) => "records-internal",
        }
    }

    /// Arguments of the message, by name.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::AlreadyExists { dir } | Self::NoLog { dir } | Self::InUse { dir } => {
                vec![("path", dir.display().to_string())]
            }
            Self::PassphraseTooShort { least } => vec![("least", least.to_string())],
            Self::Corrupt { at, .. } => vec![("path", at.clone())],
            Self::Newer { found, known, .. } => vec![("found", found.to_string()), ("known", known.to_string())],
            Self::DiskFull { at } | Self::Io { at, .. } | Self::Database { at, .. } => {
                vec![("path", at.display().to_string())]
            }
            Self::Unknown { id, .. } => vec![("id", id.clone())],
            Self::TooLarge { bytes, limit, .. } => vec![("bytes", bytes.to_string()), ("limit", limit.to_string())],
            Self::BadTime { text } => vec![("text", text.clone())],
            _ => Vec::new(),
        }
    }

    pub(crate) fn corrupt(part: Part, at: impl ToString, detail: impl ToString) -> Self {
        Self::Corrupt { part, at: at.to_string(), detail: detail.to_string() }
    }

    /// From an error of the file system.
    pub(crate) fn io(at: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match source.kind() {
            // A file-size limit (FAT32, quota) leaves the user the same thing to do.
            StorageFull | QuotaExceeded | FileTooLarge => Self::DiskFull { at: at.to_owned() },
            _ => Self::Io { at: at.to_owned(), source },
        }
    }

    /// From an error of SQLite on the database file `at`.
    pub(crate) fn sql(at: &Path, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        use rusqlite::ffi::SQLITE_IOERR_WRITE;
        let Some(code) = source.sqlite_error() else { return Self::Database { at: at.to_owned(), source } };
        match code.code {
            ErrorCode::DiskFull => Self::DiskFull { at: at.to_owned() },
            // SQLite reports a quota or a file-size limit (EDQUOT, EFBIG) as a failed write.
            ErrorCode::SystemIoFailure if code.extended_code == SQLITE_IOERR_WRITE => {
                Self::DiskFull { at: at.to_owned() }
            }
            // The key was proven right before: a page that does not decrypt is damaged.
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::corrupt(Part::Database, at.display(), source),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                Self::InUse { dir: at.parent().unwrap_or(at).to_owned() }
            }
            _ => Self::Database { at: at.to_owned(), source },
        }
    }
}
