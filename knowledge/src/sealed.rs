//! A pack as one signed file that travels on a stick.
//!
//! `HAKIMPCK`, container version (u16), length of the header (u32), header as JSON, length of the body (u64), body (deflate
//! over the pack's text files), public key (32 bytes), ed25519 signature over all before the key (64 bytes; zeros: not
//! signed). All numbers little-endian. The header is readable without unpacking, so that a file from the future can say so.

use crate::{PackFiles, Problem};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

const MAGIC: &[u8; 8] = b"HAKIMPCK";
/// Version of the container, not of the pack format inside.
const CONTAINER: u16 = 1;
const KEY_LEN: usize = 32;
const SIGNATURE_LEN: usize = 64;
/// No honest header comes near this.
const MAX_HEADER: usize = 1 << 20;
/// Unpacked text beyond this is refused: a small file must not fill the memory.
const MAX_BODY: u64 = 256 << 20;
/// Ending of the file name.
pub const PACK_ENDING: &str = "hakimpack";

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// stable id, the name of its folder
    pub id: String,
    /// version, numbers with dots
    pub version: String,
    /// pack format it is written in
    pub format: u32,
    /// title
    pub title: String,
    /// licence of its texts
    pub licence: String,
    /// what changed since the version before
    pub changes: String,
    /// languages of its texts
    #[serde(default)]
    pub languages: Vec<String>,
    /// ids of packs it refers to
    #[serde(default)]
    pub needs: Vec<String>,
    /// counts at the time it was sealed, checked without a problem
    #[serde(default)]
    pub report: std::collections::BTreeMap<String, usize>,
    /// files inside
    #[serde(default)]
    pub files: usize,
    /// BLAKE3 of the unpacked text, hex
    #[serde(default)]
    pub content: String,
}

/// A pack taken out of its file. Only [`open_pack`] makes one, so its content is whole and as signed.
#[derive(Debug, Clone)]
pub struct SealedPack {
    /// what it says of itself
    pub manifest: Manifest,
    /// its text files
    pub files: PackFiles,
    /// who signed it
    pub signer: VerifyingKey,
}

/// Why a pack file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// some other kind of file
    #[error("this is not a Hakim pack")]
    NotAPack,
    /// the end is missing
    #[error("the file of pack `{pack}` is cut off: {missing} bytes are missing")]
    Truncated {
        /// id as far as known
        pack: String,
        /// how much is missing
        missing: u64,
    },
    /// made by a newer program
    #[error("pack `{pack}` is written in format {format}; this program reads up to {known}")]
    Future {
        /// id
        pack: String,
        /// its format
        format: u32,
        /// ours
        known: u32,
    },
    /// content and its sum differ
    #[error("pack `{pack}` was changed or damaged on the way")]
    Damaged {
        /// id
        pack: String,
    },
    /// signature does not fit
    #[error("the signature of pack `{pack}` does not fit: it was changed after it was signed")]
    WrongSignature {
        /// id
        pack: String,
    },
    /// nobody signed
    #[error("pack `{pack}` is not signed")]
    Unsigned {
        /// id
        pack: String,
    },
    /// signed by someone this machine does not trust
    #[error("pack `{pack}` is signed by {signer}, whom this machine does not know")]
    UnknownSigner {
        /// id
        pack: String,
        /// public key, hex
        signer: String,
    },
    /// content has problems
    #[error("pack `{pack}` has {count} problems; the first: {first}")]
    Broken {
        /// id
        pack: String,
        /// how many
        count: usize,
        /// the first
        first: String,
    },
    /// the manifest cannot be read
    #[error("the manifest of the pack cannot be used: {0}")]
    Manifest(String),
    /// reading or writing failed
    #[error("the pack store cannot be read or written: {0}")]
    Io(String),
    /// no such pack or version
    #[error("there is nothing to go back to for pack `{pack}`")]
    NothingBefore {
        /// id
        pack: String,
    },
}

impl From<std::io::Error> for SealError {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e.to_string())
    }
}

/// Reads `pack.toml` of a pack on disk.
///
/// # Errors
/// [`SealError::Manifest`] when it is missing or incomplete.
pub fn manifest_of(pack: &PackFiles) -> Result<Manifest, SealError> {
    let wanted = format!("{}/pack.toml", pack.name);
    let text = pack.files.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text.as_str());
    let text = text.ok_or_else(|| SealError::Manifest(format!("{wanted} is missing")))?;
    toml::from_str(text).map_err(|e| SealError::Manifest(format!("{wanted}: {}", e.message())))
}

/// Seals a checked pack into one file, not yet signed. The same pack gives the same bytes.
///
/// # Errors
/// [`SealError::Manifest`], or [`SealError::Broken`] with the first of `problems`.
pub fn build_pack(
    pack: &PackFiles,
    report: std::collections::BTreeMap<String, usize>,
    problems: &[Problem],
) -> Result<Vec<u8>, SealError> {
    let mut manifest = manifest_of(pack)?;
    if let Some(first) = problems.first() {
        return Err(SealError::Broken { pack: manifest.id, count: problems.len(), first: first.to_string() });
    }
    let text = serde_json::to_vec(&pack.files).map_err(|e| SealError::Io(e.to_string()))?;
    manifest.report = report;
    manifest.files = pack.files.len();
    manifest.content = blake3::hash(&text).to_hex().to_string();
    let header = serde_json::to_vec(&manifest).map_err(|e| SealError::Manifest(e.to_string()))?;
    let mut encoder = DeflateEncoder::new(vec![], Compression::best());
    encoder.write_all(&text)?;
    let body = encoder.finish()?;
    let mut out = Vec::with_capacity(header.len() + body.len() + 128);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&CONTAINER.to_le_bytes());
    out.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&header);
    out.extend_from_slice(&(body.len() as u64).to_le_bytes());
    out.extend_from_slice(&body);
    out.extend_from_slice(&[0; KEY_LEN + SIGNATURE_LEN]);
    Ok(out)
}

/// Signs a sealed pack; an earlier signature is replaced.
///
/// # Errors
/// As [`read_manifest`] when the file is no whole pack.
pub fn sign_pack(mut bytes: Vec<u8>, key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let layout = Layout::of(&bytes)?;
    bytes.truncate(layout.body.end);
    let signature = key.sign(&bytes);
    bytes.extend_from_slice(key.verifying_key().as_bytes());
    bytes.extend_from_slice(&signature.to_bytes());
    Ok(bytes)
}

/// What a pack file says of itself, without judging its content.
///
/// # Errors
/// [`SealError::NotAPack`], [`SealError::Truncated`], [`SealError::Future`] or [`SealError::Manifest`].
pub fn read_manifest(bytes: &[u8]) -> Result<Manifest, SealError> {
    Layout::of(bytes).map(|l| l.manifest)
}

/// Takes a pack out of its file: whole, unchanged, and signed by one of `trusted`.
///
/// # Errors
/// Any [`SealError`] but `Broken`: the content is judged by [`crate::load()`] and [`crate::check()`].
pub fn open_pack(bytes: &[u8], trusted: &[VerifyingKey]) -> Result<SealedPack, SealError> {
    let layout = Layout::of(bytes)?;
    let manifest = layout.manifest;
    let pack = manifest.id.clone();
    let (key, signature) = layout.trailer.split_at(KEY_LEN);
    if key.iter().all(|b| *b == 0) {
        return Err(SealError::Unsigned { pack });
    }
    let wrong = || SealError::WrongSignature { pack: pack.clone() };
    let signer = VerifyingKey::from_bytes(key.try_into().map_err(|_| wrong())?).map_err(|_| wrong())?;
    let signature = Signature::from_slice(signature).map_err(|_| wrong())?;
    let signed = bytes.get(..layout.body.end).ok_or_else(wrong)?;
    signer.verify_strict(signed, &signature).map_err(|_| wrong())?;
    if !trusted.contains(&signer) {
        return Err(SealError::UnknownSigner { pack, signer: hex(signer.as_bytes()) });
    }
    let damaged = || SealError::Damaged { pack: pack.clone() };
    let mut text = vec![];
    DeflateDecoder::new(bytes.get(layout.body).ok_or_else(damaged)?)
        .take(MAX_BODY)
        .read_to_end(&mut text)
        .map_err(|_| damaged())?;
    if blake3::hash(&text).to_hex().as_str() != manifest.content {
        return Err(damaged());
    }
    let files: Vec<(String, String)> = serde_json::from_slice(&text).map_err(|_| damaged())?;
    // The folder in every name must be the pack itself: a pack cannot write into another one's place.
    let own = format!("{}/", manifest.id);
    if files.iter().any(|(name, _)| !name.starts_with(&own)) {
        return Err(damaged());
    }
    let files = PackFiles { name: manifest.id.clone(), files };
    Ok(SealedPack { manifest, files, signer })
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A public key from 64 hexadecimal digits.
pub fn key_from_hex(digits: &str) -> Option<VerifyingKey> {
    let bytes = bytes_from_hex(digits)?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// A signing key from the 64 hexadecimal digits of its seed.
pub fn signing_key_from_hex(digits: &str) -> Option<SigningKey> {
    bytes_from_hex(digits).map(|seed| SigningKey::from_bytes(&seed))
}

fn bytes_from_hex(digits: &str) -> Option<[u8; KEY_LEN]> {
    let digits = digits.trim();
    if digits.len() != KEY_LEN * 2 || !digits.is_ascii() {
        return None;
    }
    let mut bytes = [0; KEY_LEN];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Where the parts of a pack file lie.
struct Layout<'a> {
    manifest: Manifest,
    body: std::ops::Range<usize>,
    trailer: &'a [u8],
}

impl<'a> Layout<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, SealError> {
        if !bytes.starts_with(MAGIC) {
            return Err(SealError::NotAPack);
        }
        let cut = |pack: &str, need: u64| SealError::Truncated {
            pack: pack.to_owned(),
            missing: need.saturating_sub(bytes.len() as u64).max(1),
        };
        let container = bytes.get(8..10).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes);
        let container = container.ok_or_else(|| cut("?", 14))?;
        if container > CONTAINER {
            return Err(SealError::Future { pack: "?".into(), format: container.into(), known: CONTAINER.into() });
        }
        let header_len = bytes.get(10..14).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
        let header_len = header_len.ok_or_else(|| cut("?", 14))? as usize;
        if header_len > MAX_HEADER {
            return Err(SealError::NotAPack);
        }
        let header_end = 14 + header_len;
        let header = bytes.get(14..header_end).ok_or_else(|| cut("?", header_end as u64))?;
        let manifest: Manifest = serde_json::from_slice(header).map_err(|e| SealError::Manifest(e.to_string()))?;
        if !sound_id(&manifest.id) || !sound_id(&manifest.version) {
            return Err(SealError::Manifest("id and version may hold only letters, digits, dots and dashes".into()));
        }
        if manifest.format > crate::load::FORMAT {
            return Err(SealError::Future { pack: manifest.id, format: manifest.format, known: crate::load::FORMAT });
        }
        let body_len = bytes.get(header_end..header_end + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
        let body_len = body_len.ok_or_else(|| cut(&manifest.id, header_end as u64 + 8))?;
        let start = header_end + 8;
        let whole = (start as u64).saturating_add(body_len).saturating_add((KEY_LEN + SIGNATURE_LEN) as u64);
        if (bytes.len() as u64) < whole {
            return Err(cut(&manifest.id, whole));
        }
        if (bytes.len() as u64) > whole {
            return Err(SealError::Damaged { pack: manifest.id });
        }
        let end = start + body_len as usize;
        Ok(Self { manifest, body: start..end, trailer: bytes.get(end..).unwrap_or_default() })
    }
}

/// Ids and versions become file names: nothing that could leave the folder.
fn sound_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && !id.starts_with('.')
        && id.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    fn pack(format: u32) -> PackFiles {
        let manifest = format!(
            "id=\"p\"\nversion=\"1.2.0\"\nformat={format}\nlicence=\"x\"\ntitle=\"t\"\nchanges=\"c\"\nlanguages=[\"en\"]"
        );
        PackFiles { name: "p".into(), files: vec![("p/pack.toml".into(), manifest), ("p/a.toml".into(), "é".into())] }
    }
    fn key(n: u8) -> SigningKey {
        SigningKey::from_bytes(&[n; 32])
    }
    fn sealed() -> Vec<u8> {
        sign_pack(build_pack(&pack(1), Default::default(), &[]).unwrap(), &key(7)).unwrap()
    }

    #[test]
    fn what_goes_in_comes_out() {
        let opened = open_pack(&sealed(), &[key(7).verifying_key()]).unwrap();
        assert_eq!(opened.files.files, pack(1).files);
        assert_eq!(opened.manifest.version, "1.2.0");
        assert_eq!(sealed(), sealed(), "the same pack gives the same bytes");
    }

    #[test]
    fn every_cut_is_refused_and_says_so() {
        let whole = sealed();
        for len in 0..whole.len() {
            let error = open_pack(&whole[..len], &[key(7).verifying_key()]).unwrap_err();
            let named = matches!(error, SealError::NotAPack | SealError::Truncated { .. });
            assert!(named, "cut at {len}: {error}");
        }
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let whole = sealed();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            assert!(open_pack(&bytes, &[key(7).verifying_key()]).is_err(), "byte {at} was changed");
        }
    }

    #[test]
    fn only_a_trusted_signature_counts() {
        let unsigned = build_pack(&pack(1), Default::default(), &[]).unwrap();
        assert!(matches!(open_pack(&unsigned, &[]), Err(SealError::Unsigned { .. })));
        let other = open_pack(&sealed(), &[key(8).verifying_key()]);
        assert!(matches!(other, Err(SealError::UnknownSigner { signer, .. }) if signer.len() == 64));
    }

    #[test]
    fn a_pack_from_the_future_says_so() {
        let bytes = sign_pack(build_pack(&pack(1), Default::default(), &[]).unwrap(), &key(7));
        assert!(bytes.is_ok());
        let future = build_pack(&pack(9), Default::default(), &[]).unwrap();
        let said = read_manifest(&future).unwrap_err();
        assert_eq!(said, SealError::Future { pack: "p".into(), format: 9, known: 1 });
    }

    #[test]
    fn a_pack_with_problems_is_not_sealed() {
        let problem = Problem { file: "p/a.toml".into(), line: 3, id: "x".into(), what: "is wrong".into() };
        let error = build_pack(&pack(1), Default::default(), &[problem]).unwrap_err();
        assert!(error.to_string().contains("p/a.toml"), "{error}");
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        for bad in ["", "..", "a/b", "a\\b", ".hidden"] {
            assert!(!sound_id(bad), "{bad}");
        }
        assert!(sound_id("primary-care") && sound_id("1.2.0"));
    }
}
