//! Pictures and documents: one encrypted file each, named by a keyed hash of its content.
//!
//! File: `HKA1`, 24 bytes of nonce, then XChaCha20-Poly1305 over the content with the file's name as associated data,
//! so that two files cannot be exchanged. The same picture attached twice is stored once.

use crate::audit::{self, Action};
use crate::disk::{private_folder, write_atomically};
use crate::{Log, Part, RecordsError, new_id};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hakim_clinical::{AttachmentId, VisitId};
use rusqlite::{OptionalExtension, Row};
use std::fs;
use std::path::PathBuf;

/// Largest attachment, bytes.
pub const MAX_ATTACHMENT_BYTES: usize = 32 * 1024 * 1024;
/// Largest thumbnail, bytes.
const MAX_THUMBNAIL_BYTES: usize = 512 * 1024;

const MAGIC: &[u8; 4] = b"HKA1";
const NONCE: usize = 24;
/// Constants of the key derivation; changing one makes every stored attachment unreadable.
const CONTENT_KEY: &str = "hakim 2026-11-23 attachment content v1";
const NAME_KEY: &str = "hakim 2026-11-23 attachment name v1";

/// A picture or document to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// file name as the user knows it
    pub name: String,
    /// `image/jpeg`, `image/png`
    pub media_type: String,
    /// content; at most [`MAX_ATTACHMENT_BYTES`]
    pub bytes: Vec<u8>,
    /// small JPEG
    pub thumbnail: Vec<u8>,
    /// quality verdict as JSON; not looked into here
    pub verdict_json: String,
}

/// A stored picture or document without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentHead {
    /// id
    pub id: AttachmentId,
    /// visit it belongs to
    pub visit: VisitId,
    /// file name as the user knows it
    pub name: String,
    /// media type
    pub media_type: String,
    /// bytes of the content
    pub size: u64,
    /// when it was added, RFC 3339 in UTC
    pub added: String,
    /// small JPEG
    pub thumbnail: Vec<u8>,
    /// quality verdict as JSON
    pub verdict_json: String,
}

impl Log {
    /// Stores a picture or document with an open visit. Encrypted and on disk when this returns.
    ///
    /// # Errors
    /// `Unknown` visit, `VisitFinished`, `TooLarge`, `DiskFull`, `Io`, `Database`.
    pub fn add_attachment(&mut self, visit: &VisitId, new: &NewAttachment) -> Result<AttachmentId, RecordsError> {
        self.must_be_open(visit)?;
        for (what, bytes, limit) in [
            ("attachment", new.bytes.len(), MAX_ATTACHMENT_BYTES),
            ("thumbnail", new.thumbnail.len(), MAX_THUMBNAIL_BYTES),
        ] {
            if bytes > limit {
                return Err(RecordsError::TooLarge { what, bytes, limit });
            }
        }
        let file = self.content_name(&new.bytes);
        // A file that is there already is taken only if it still reads well.
        if self.read_content(&file).is_err() {
            self.write_content(&file, &new.bytes)?;
        }
        let id = AttachmentId::new(new_id());
        let digest =
            attachment_digest([visit.as_str(), &file, &new.name, &new.media_type, &new.verdict_json], &new.thumbnail);
        self.change(|change| {
            change.execute(
                "INSERT INTO attachments (id, visit, file, name, media_type, size, added, thumbnail, verdict)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                (
                    id.as_str(),
                    visit.as_str(),
                    &file,
                    &new.name,
                    &new.media_type,
                    new.bytes.len() as i64,
                    jiff::Timestamp::now().to_string(),
                    &new.thumbnail,
                    &new.verdict_json,
                ),
            )?;
            audit::append(change, Action::AddAttachment, id.as_str(), digest.as_bytes())
        })?;
        Ok(id)
    }

    /// The content of an attachment.
    ///
    /// # Errors
    /// `Unknown`, [`RecordsError::Corrupt`] when the file is damaged or missing, `Io`, `Database`.
    pub fn attachment_bytes(&self, id: &AttachmentId) -> Result<Vec<u8>, RecordsError> {
        self.read_content(&self.file_of(id)?.1)
    }

    /// The attachments of a visit in the order they were added.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn attachments_of(&self, visit: &VisitId) -> Result<Vec<AttachmentHead>, RecordsError> {
        self.rows(
            "SELECT id, visit, name, media_type, size, added, thumbnail, verdict FROM attachments
             WHERE visit = ?1 ORDER BY id",
            [visit.as_str()],
            head,
        )
    }

    /// Takes an attachment off an open visit; its content is deleted unless it is attached elsewhere too.
    ///
    /// # Errors
    /// `Unknown`, `VisitFinished`, `DiskFull`, `Io`, `Database`.
    pub fn remove_attachment(&mut self, id: &AttachmentId) -> Result<(), RecordsError> {
        let (visit, file) = self.file_of(id)?;
        self.must_be_open(&visit)?;
        let used: i64 = self.change(|change| {
            change.execute("DELETE FROM attachments WHERE id = ?1", [id.as_str()])?;
            audit::append(change, Action::RemoveAttachment, id.as_str(), b"")?;
            change.query_row("SELECT count(*) FROM attachments WHERE file = ?1", [&file], |row| row.get(0))
        })?;
        if used == 0 {
            let path = self.content_path(&file);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(RecordsError::io(&path, e)),
                _ => {}
            }
        }
        Ok(())
    }

    fn file_of(&self, id: &AttachmentId) -> Result<(VisitId, String), RecordsError> {
        self.connection
            .query_row("SELECT visit, file FROM attachments WHERE id = ?1", [id.as_str()], |row| {
                Ok((VisitId::new(row.get::<_, String>(0)?), row.get(1)?))
            })
            .optional()
            .map_err(|e| self.sql(e))?
            .ok_or_else(|| RecordsError::Unknown { what: "attachment", id: id.to_string() })
    }

    /// Name of the file for some content: without the data key nobody can tell whether a known picture is here.
    fn content_name(&self, bytes: &[u8]) -> String {
        blake3::keyed_hash(&self.key.for_purpose(NAME_KEY), bytes).to_hex().to_string()
    }

    /// `attachments/ab/cd/abcd...`
    pub(crate) fn content_path(&self, file: &str) -> PathBuf {
        let part = |range| file.get(range).unwrap_or("__");
        self.dir.join("attachments").join(part(0..2)).join(part(2..4)).join(file)
    }

    fn write_content(&self, file: &str, bytes: &[u8]) -> Result<(), RecordsError> {
        let nonce: [u8; NONCE] = rand::random();
        let cipher = XChaCha20Poly1305::new((&*self.key.for_purpose(CONTENT_KEY)).into());
        let sealed = cipher
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: bytes, aad: file.as_bytes() })
            .map_err(|e| RecordsError::Internal(format!("encrypting an attachment: {e}")))?;
        let path = self.content_path(file);
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        write_atomically(&path, &[MAGIC.as_slice(), &nonce, &sealed].concat())
    }

    /// Reads, decrypts and checks a file.
    pub(crate) fn read_content(&self, file: &str) -> Result<Vec<u8>, RecordsError> {
        let path = self.content_path(file);
        let damaged = |detail: &str| RecordsError::corrupt(Part::Attachment, path.display(), detail);
        let stored = match fs::read(&path) {
            Ok(stored) => stored,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(damaged("the file is missing")),
            Err(e) => return Err(RecordsError::io(&path, e)),
        };
        let Some((nonce, sealed)) = stored.strip_prefix(MAGIC).and_then(|rest| rest.split_at_checked(NONCE)) else {
            return Err(damaged("the beginning of the file is damaged"));
        };
        let cipher = XChaCha20Poly1305::new((&*self.key.for_purpose(CONTENT_KEY)).into());
        let bytes = cipher
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: file.as_bytes() })
            .map_err(|_| damaged("the content was changed or cut"))?;
        if self.content_name(&bytes) == file { Ok(bytes) } else { Err(damaged("the content is another one")) }
    }
}

/// Digest of an attachment as stored; `fields` are visit, file, name, media type, verdict.
pub(crate) fn attachment_digest(fields: [&str; 5], thumbnail: &[u8]) -> blake3::Hash {
    let [visit, file, name, media_type, verdict] = fields.map(str::as_bytes);
    audit::digest(&[visit, file, name, media_type, verdict, thumbnail])
}

fn head(row: &Row<'_>) -> rusqlite::Result<AttachmentHead> {
    Ok(AttachmentHead {
        id: AttachmentId::new(row.get::<_, String>(0)?),
        visit: VisitId::new(row.get::<_, String>(1)?),
        name: row.get(2)?,
        media_type: row.get(3)?,
        size: row.get::<_, i64>(4)?.unsigned_abs(),
        added: row.get(5)?,
        thumbnail: row.get(6)?,
        verdict_json: row.get(7)?,
    })
}
