//! The patient log: patients, visits, pictures and the trail of who changed what when, encrypted on this machine.
//!
//! One folder is one log: `log.db` (SQLite under SQLCipher), `keys.json` (the random data key, wrapped by the
//! passphrase and by the printed recovery key), `attachments/` (one encrypted file each), `lock` (held while open).
//! Every change is one transaction together with its entry in the [audit trail](AuditEntry), on disk before the call
//! returns. Dropping [`Log`] locks it again.

mod attachments;
mod audit;
mod backup;
mod database;
mod disk;
mod error;
mod fold;
mod keys;
mod log;
mod patients;
mod secret;
mod verify;
mod visits;

pub use attachments::{AttachmentHead, MAX_ATTACHMENT_BYTES, NewAttachment};
pub use audit::AuditEntry;
pub use backup::restore_backup;
pub use error::{Part, RecordsError};
pub use log::{Log, default_dir, log_exists, new_id};
pub use patients::PatientRow;
pub use secret::{Passphrase, RecoveryKey};
pub use verify::Verified;
pub use visits::{MAX_BODY_BYTES, Visit, VisitHead};
