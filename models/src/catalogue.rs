//! The list of model files this program knows (`catalogue.toml`), which of them are here, and whether they are sound.

use crate::Cancel;
use crate::error::ModelError;
use crate::gguf::MAGIC;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Puts facts into words for the user.
    #[default]
    Chat,
    /// Turns texts into vectors.
    Embed,
    /// Turns pictures and texts into vectors of one space.
    Vision,
    /// Exercises the runtime in tests; never shown to a user.
    Test,
}

/// One file of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name that stays the same between versions of the program.
    pub id: String,
    /// What it is for.
    #[serde(rename = "role")]
    pub purpose: Purpose,
    /// `llama`, `qwen2`, `qwen3`, `gemma3`, `phi3`, `bert` or `tokenizer`.
    pub architecture: String,
    /// Where it lies below the assets folder.
    pub path: PathBuf,
    /// Bytes of the file.
    pub size: u64,
    /// Estimated bytes of memory to run it.
    pub memory: u64,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// SPDX name of the licence.
    pub licence: String,
    /// Languages it is good for, as BCP 47 tags.
    pub languages: Vec<String>,
    /// Where the file comes from and what is not certain about that.
    pub provenance: String,
    /// What it is good and not good for, in a sentence or two for the user.
    pub limits: String,
}

/// How thoroughly to check a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thoroughness {
    /// Size and first bytes: instant.
    Quick,
    /// Also the SHA-256 of every byte: seconds for a large file.
    Full,
}

/// Bytes read at once.
const PIECE: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    model: Vec<Entry>,
}

/// Every entry of the catalogue that was built into the program.
///
/// # Errors
/// `Catalogue` when the text is wrong, which a test rules out.
pub fn entries() -> Result<Vec<Entry>, ModelError> {
    parse(include_str!("../catalogue.toml"))
}

/// The entry of this id.
///
/// # Errors
/// `Unknown` when there is none.
pub fn entry(id: &str) -> Result<Entry, ModelError> {
    let found = entries()?.into_iter().find(|entry| entry.id == id);
    found.ok_or_else(|| ModelError::Unknown { id: id.to_owned() })
}

/// The entries whose files lie below `assets`; presence only, see [`Entry::check`] for soundness.
pub fn present(assets: &Path) -> Result<Vec<Entry>, ModelError> {
    Ok(entries()?.into_iter().filter(|entry| entry.file(assets).is_file()).collect())
}

fn parse(text: &str) -> Result<Vec<Entry>, ModelError> {
    let catalogue: Catalogue = toml::from_str(text).map_err(|e| ModelError::Catalogue(e.to_string()))?;
    for entry in &catalogue.model {
        if entry.sha256.len() != 64 || !entry.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(ModelError::Catalogue(format!("`{}` has no SHA-256 of 64 lower-case digits", entry.id)));
        }
        if !entry.path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
            return Err(ModelError::Catalogue(format!("`{}` has a path that leaves the assets folder", entry.id)));
        }
    }
    Ok(catalogue.model)
}

impl Entry {
    /// Where the file lies below this assets folder.
    pub fn file(&self, assets: &Path) -> PathBuf {
        assets.join(&self.path)
    }

    /// Checks the file below `assets` and returns its path.
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt` (size, first bytes or SHA-256), `Cancelled`.
    pub fn check(&self, assets: &Path, how: Thoroughness, cancel: &Cancel) -> Result<PathBuf, ModelError> {
        let path = self.file(assets);
        let mut file = File::open(&path).map_err(|e| ModelError::reading(&path, e))?;
        let size = file.metadata().map_err(|e| ModelError::reading(&path, e))?.len();
        if size != self.size {
            return Err(ModelError::corrupt(&path, format!("{size} bytes where {} are due", self.size)));
        }
        if path.extension().is_some_and(|extension| extension == "gguf") {
            let mut magic = [0; 4];
            file.read_exact(&mut magic).map_err(|e| ModelError::reading(&path, e))?;
            if magic != MAGIC {
                return Err(ModelError::corrupt(&path, "it does not begin with `GGUF`"));
            }
        }
        if how == Thoroughness::Full && digest(&path, None, cancel, |_| ())? != self.sha256 {
            return Err(ModelError::corrupt(&path, "its SHA-256 is another than the catalogue's"));
        }
        Ok(path)
    }
}

/// SHA-256 of a file in hexadecimal digits; the file is copied on the way where a copy is wanted. `on_bytes` hears how many
/// were read so far.
///
/// # Errors
/// `Missing`, `Read` (a full disk too, after which part of the copy is there), `Cancelled`.
pub(crate) fn digest(
    path: &Path,
    copy: Option<&Path>,
    cancel: &Cancel,
    mut on_bytes: impl FnMut(u64),
) -> Result<String, ModelError> {
    let mut from = File::open(path).map_err(|e| ModelError::reading(path, e))?;
    let mut to = match copy {
        Some(copy) => Some((File::create(copy).map_err(|e| ModelError::reading(copy, e))?, copy)),
        None => None,
    };
    let (mut hash, mut piece, mut done) = (Sha256::new(), vec![0; PIECE], 0);
    loop {
        if cancel.is_raised() {
            return Err(ModelError::Cancelled);
        }
        let count = from.read(&mut piece).map_err(|e| ModelError::reading(path, e))?;
        if count == 0 {
            break;
        }
        hash.update(&piece[..count]);
        if let Some((to, copy)) = &mut to {
            to.write_all(&piece[..count]).map_err(|e| ModelError::reading(copy, e))?;
        }
        done += count as u64;
        on_bytes(done);
    }
    if let Some((to, copy)) = to {
        to.sync_all().map_err(|e| ModelError::reading(copy, e))?;
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_sound_and_has_one_of_each_role() {
        let entries = entries().expect("parses");
        for purpose in [Purpose::Chat, Purpose::Embed, Purpose::Test] {
            assert!(entries.iter().any(|entry| entry.purpose == purpose), "{purpose:?}");
        }
        let mut ids: Vec<_> = entries.iter().map(|entry| &entry.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), entries.len(), "ids are unique");
        assert!(entries.iter().all(|entry| entry.memory >= entry.size && !entry.limits.is_empty()));
    }

    #[test]
    fn an_entry_may_not_point_outside_the_assets_folder() {
        let text = include_str!("../catalogue.toml").replace("models/e5-small-q4.bin", "../e5-small-q4.bin");
        assert!(matches!(parse(&text), Err(ModelError::Catalogue(what)) if what.contains("leaves")));
    }

    fn small(folder: &Path, contents: &[u8]) -> Entry {
        let mut entry = entry("smollm2-135m-instruct").expect("is in the catalogue");
        entry.path = "a.gguf".into();
        entry.size = 8;
        entry.sha256 = Sha256::digest(b"GGUFabcd").iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(folder.join("a.gguf"), contents).expect("writes");
        entry
    }

    #[test]
    fn a_sound_file_passes_and_each_kind_of_damage_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = |contents: &[u8], how| small(folder.path(), contents).check(folder.path(), how, &Cancel::default());
        assert!(check(b"GGUFabcd", Thoroughness::Full).is_ok());
        let damaged = |result: Result<PathBuf, ModelError>, word: &str| match result {
            Err(ModelError::Corrupt { what, .. }) => assert!(what.contains(word), "{what}"),
            other => panic!("{other:?}"),
        };
        damaged(check(b"GGUFabc", Thoroughness::Quick), "7 bytes");
        damaged(check(b"GGMLabcd", Thoroughness::Quick), "GGUF");
        damaged(check(b"GGUFabcx", Thoroughness::Full), "SHA-256");
        assert!(check(b"GGUFabcx", Thoroughness::Quick).is_ok());
        let cancel = Cancel::default();
        cancel.raise();
        let stopped = small(folder.path(), b"GGUFabcd").check(folder.path(), Thoroughness::Full, &cancel);
        assert!(matches!(stopped, Err(ModelError::Cancelled)));
    }

    #[test]
    fn a_missing_file_is_missing_and_says_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(present(folder.path()).expect("reads").is_empty());
        let entry = entry("smollm2-135m-instruct").expect("is in the catalogue");
        let missing = entry.check(folder.path(), Thoroughness::Quick, &Cancel::default());
        let Err(error @ ModelError::Missing { .. }) = missing else { panic!("{missing:?}") };
        assert!(error.to_string().contains("cargo xtask assets"));
    }
}
