//! `keys.json`: the data key, wrapped once by the passphrase and once by the printed recovery key.
//!
//! Each wrap is Argon2id (RFC 9106) over the secret, then XChaCha20-Poly1305 over the data key, with the format
//! version and the role of the wrap as associated data. Changing the passphrase rewrites one wrap, not the database.

use crate::disk::{sync_folder_of, with_suffix, write_atomically};
use crate::secret::DataKey;
use crate::{Part, Passphrase, RecordsError, RecoveryKey};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use zeroize::Zeroizing;

/// Newest format of `keys.json` this program writes and reads.
const FORMAT: u32 = 1;
/// Memory of Argon2id, KiB. OWASP's least is 19 MiB with 2 passes; 64 MiB with 3 takes about a fifth of a second
/// on the 2-core machine this was set on and stays bearable on a clinic laptop.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes of Argon2id.
const PASSES: u32 = 3;
/// Lanes of Argon2id.
const LANES: u32 = 1;
/// Bounds for what a key file may ask of us, so that a damaged one cannot eat the memory.
const MOST_MEMORY_KIB: u32 = 2 * 1024 * 1024;

/// The file as it is on disk.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeyFile {
    format: u32,
    passphrase: Wrap,
    recovery: Wrap,
}

#[derive(Clone, Serialize, Deserialize)]
struct Wrap {
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    nonce: String,
    wrapped: String,
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

/// Which of the two files was read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// `keys.json`
    Present,
    /// `keys.json.old`
    Previous,
}

#[derive(Clone, Copy)]
enum Role {
    Passphrase,
    Recovery,
}

impl Role {
    fn associated(self) -> &'static [u8] {
        match self {
            Self::Passphrase => b"hakim keys 1 passphrase",
            Self::Recovery => b"hakim keys 1 recovery",
        }
    }
}

impl KeyFile {
    pub(crate) const NAME: &'static str = "keys.json";

    /// Wraps `key` for both secrets.
    pub(crate) fn wrap(key: &DataKey, pass: &Passphrase, recovery: &RecoveryKey) -> Result<Self, RecordsError> {
        Ok(Self {
            format: FORMAT,
            passphrase: Wrap::new(key, pass.bytes(), Role::Passphrase)?,
            recovery: Wrap::new(key, recovery.bytes(), Role::Recovery)?,
        })
    }
    /// Wraps `key` anew for a passphrase; the recovery key stays.
    pub(crate) fn set_passphrase(&mut self, key: &DataKey, pass: &Passphrase) -> Result<(), RecordsError> {
        self.passphrase = Wrap::new(key, pass.bytes(), Role::Passphrase)?;
        Ok(())
    }
    /// Wraps `key` anew for a recovery key; the printed one stops working.
    pub(crate) fn set_recovery(&mut self, key: &DataKey, recovery: &RecoveryKey) -> Result<(), RecordsError> {
        self.recovery = Wrap::new(key, recovery.bytes(), Role::Recovery)?;
        Ok(())
    }
    /// The data key, or `None` when the passphrase is not the one.
    pub(crate) fn open(&self, pass: &Passphrase) -> Result<Option<DataKey>, RecordsError> {
        self.passphrase.open(pass.bytes(), Role::Passphrase)
    }
    /// The data key, or `None` when the recovery key is not the one.
    pub(crate) fn open_with_recovery(&self, recovery: &RecoveryKey) -> Result<Option<DataKey>, RecordsError> {
        self.recovery.open(recovery.bytes(), Role::Recovery)
    }

    /// Reads the file of the log in `dir`. When it is damaged and the previous one is still there, in the middle of a
    /// change, that one is read.
    pub(crate) fn load(dir: &Path) -> Result<(Self, Which), RecordsError> {
        let path = dir.join(Self::NAME);
        match Self::read(&path) {
            Ok(keys) => Ok((keys, Which::Present)),
            Err(first @ RecordsError::Corrupt { .. }) => {
                Self::read(&with_suffix(&path, ".old")).map(|keys| (keys, Which::Previous)).map_err(|_| first)
            }
            Err(other) => Err(other),
        }
    }

    fn read(path: &Path) -> Result<Self, RecordsError> {
        let damaged = |detail: String| RecordsError::corrupt(Part::Keys, path.display(), detail);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Err(damaged("the file is missing".to_owned())),
            Err(e) if e.kind() == ErrorKind::InvalidData => return Err(damaged("the file is not text".to_owned())),
            Err(e) => return Err(RecordsError::io(path, e)),
        };
        let format: FormatOnly = serde_json::from_str(&text).map_err(|e| damaged(e.to_string()))?;
        if format.format > FORMAT {
            return Err(RecordsError::Newer { part: Part::Keys, found: format.format, known: FORMAT });
        }
        serde_json::from_str(&text).map_err(|e| damaged(e.to_string()))
    }

    /// Writes the file; what was there stays as `keys.json.old` until the new one was read back and `proves` true.
    pub(crate) fn store(
        &self,
        dir: &Path,
        proves: impl FnOnce(&Self) -> Result<bool, RecordsError>,
    ) -> Result<(), RecordsError> {
        let path = dir.join(Self::NAME);
        let old = with_suffix(&path, ".old");
        if path.exists() {
            let before = fs::read(&path).map_err(|e| RecordsError::io(&path, e))?;
            write_atomically(&old, &before)?;
        }
        let text = serde_json::to_vec_pretty(self).map_err(|e| RecordsError::Internal(e.to_string()))?;
        write_atomically(&path, &text)?;
        if !proves(&Self::read(&path)?)? {
            return Err(RecordsError::corrupt(Part::Keys, path.display(), "what was written does not open the log"));
        }
        Self::forget_old(dir)
    }

    /// Removes `keys.json.old`: the present file has proven itself.
    pub(crate) fn forget_old(dir: &Path) -> Result<(), RecordsError> {
        let old = with_suffix(&dir.join(Self::NAME), ".old");
        match fs::remove_file(&old) {
            Ok(()) => sync_folder_of(&old),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
            Err(e) => Err(RecordsError::io(&old, e)),
        }
    }
}

impl Wrap {
    fn new(key: &DataKey, secret: &[u8], role: Role) -> Result<Self, RecordsError> {
        let salt: [u8; 16] = rand::random();
        let nonce: [u8; 24] = rand::random();
        let mut wrap = Self {
            kdf: "argon2id".to_owned(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: BASE64.encode(salt),
            nonce: BASE64.encode(nonce),
            wrapped: String::new(),
        };
        let cipher = XChaCha20Poly1305::new((&*wrap.stretch(secret, &salt)?).into());
        let sealed = cipher
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: &key.0, aad: role.associated() })
            .map_err(|e| RecordsError::Internal(format!("wrapping the data key: {e}")))?;
        wrap.wrapped = BASE64.encode(sealed);
        Ok(wrap)
    }

    fn open(&self, secret: &[u8], role: Role) -> Result<Option<DataKey>, RecordsError> {
        let field = |name: &str, text: &str, length: usize| match BASE64.decode(text) {
            Ok(bytes) if bytes.len() == length => Ok(bytes),
            _ => Err(RecordsError::corrupt(Part::Keys, KeyFile::NAME, format!("`{name}` is not {length} bytes"))),
        };
        if self.kdf != "argon2id" {
            return Err(RecordsError::corrupt(Part::Keys, KeyFile::NAME, format!("unknown kdf `{}`", self.kdf)));
        }
        let salt = field("salt", &self.salt, 16)?;
        let nonce = field("nonce", &self.nonce, 24)?;
        let wrapped = field("wrapped", &self.wrapped, 48)?;
        let cipher = XChaCha20Poly1305::new((&*self.stretch(secret, &salt)?).into());
        let opened = cipher.decrypt(XNonce::from_slice(&nonce), Payload { msg: &wrapped, aad: role.associated() });
        let Ok(opened) = opened.map(Zeroizing::new) else { return Ok(None) };
        let mut key = DataKey([0; 32]);
        key.0.copy_from_slice(&opened);
        Ok(Some(key))
    }

    fn stretch(&self, secret: &[u8], salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, RecordsError> {
        let bad = |e: argon2::Error| RecordsError::corrupt(Part::Keys, KeyFile::NAME, format!("argon2id: {e}"));
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > 64 || self.lanes > 16 {
            return Err(RecordsError::corrupt(Part::Keys, KeyFile::NAME, "argon2id parameters out of bounds"));
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(bad)?;
        let mut out = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, salt, out.as_mut_slice())
            .map_err(bad)?;
        Ok(out)
    }
}
