//! Packs read and checked once, then kept in a form that opens in milliseconds.
//!
//! The key of the kept form is a hash over every pack file and over the program's own shape, so that a changed pack or a
//! changed program never meets an old form: it is simply made anew.

use crate::store::{InstalledPacks, together};
use crate::{PackFiles, Problem, SealedPack, check, load};
use hakim_clinical::KnowledgeBase;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const MAGIC: &[u8; 8] = b"HAKIMKB1";
/// Hexadecimal digits of a key.
const KEY_LENGTH: usize = 32;
/// Hash over the sources of the types that are kept; set by the build script.
const SHAPE: &str = env!("HAKIM_SHAPE");

/// A sound base with the key of its packs.
#[derive(Debug)]
pub struct Prepared {
    /// what the packs say
    pub base: KnowledgeBase,
    /// names this set of packs in this program: 32 hexadecimal digits
    pub key: String,
    /// installed packs that are part of it
    pub installed: Vec<SealedPack>,
    /// why installed packs were passed over
    pub problems: Vec<String>,
}

/// Reads and checks packs, or opens the form kept in `cache`.
///
/// # Errors
/// Every problem of the packs: half a pack is not safe.
pub fn prepare(packs: &[PackFiles], cache: Option<&Path>) -> Result<(KnowledgeBase, String), Vec<Problem>> {
    let key = key_of(packs);
    let file = cache.map(|dir| dir.join(format!("knowledge-{key}.bin")));
    if let Some(base) = file.as_deref().and_then(kept) {
        return Ok((base, key));
    }
    let loaded = load(packs);
    let mut problems = loaded.problems;
    if problems.is_empty() {
        problems = check(&loaded.base);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if let Some(file) = file {
        // Without a place to keep it, it is read again next time: slower, not wrong.
        let _ = keep(&loaded.base, &file);
        file.parent().into_iter().for_each(|dir| forget_old(dir, &key));
    }
    Ok((loaded.base, key))
}

/// So many sets of packs stay in the cache: the one in use, the one before (a rollback opens it), one for the command line.
const KEPT_SETS: usize = 3;

/// Clears what the cache holds for sets of packs that were replaced: each takes tens of MB. What cannot be removed (open in
/// another window on Windows) goes next time.
fn forget_old(cache: &Path, in_use: &str) {
    let Ok(entries) = std::fs::read_dir(cache) else { return };
    let mut sets: BTreeMap<String, (SystemTime, Vec<PathBuf>)> = BTreeMap::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_key = |part: &&str| part.len() == KEY_LENGTH && part.bytes().all(|b| b.is_ascii_hexdigit());
        let Some(key) = name.split(['-', '.']).find(is_key).filter(|key| *key != in_use) else { continue };
        let written = path.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let (newest, paths) = sets.entry(key.to_owned()).or_insert((written, vec![]));
        *newest = written.max(*newest);
        paths.push(path);
    }
    let mut sets: Vec<(SystemTime, Vec<PathBuf>)> = sets.into_values().collect();
    sets.sort_by_key(|(newest, _)| std::cmp::Reverse(*newest));
    for path in sets.into_iter().skip(KEPT_SETS - 1).flat_map(|(_, paths)| paths) {
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
}

/// The program's packs with the installed ones; an installed pack that does not fit is passed over.
///
/// # Errors
/// When not even the program's own packs are sound.
pub fn prepare_installed(
    builtin: &[PackFiles],
    installed: InstalledPacks,
    cache: Option<&Path>,
) -> Result<Prepared, Vec<Problem>> {
    let InstalledPacks { packs: mut kept, mut problems } = installed;
    loop {
        match prepare(&together(builtin, &kept), cache) {
            Ok((base, key)) => return Ok(Prepared { base, key, installed: kept, problems }),
            Err(found) => {
                // The last one goes first: it may lean on those before it.
                let Some(dropped) = kept.pop() else { return Err(found) };
                let first = found.first().map(ToString::to_string).unwrap_or_default();
                problems.push(format!("{} {}: {first}", dropped.manifest.id, dropped.manifest.version));
            }
        }
    }
}

fn key_of(packs: &[PackFiles]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(SHAPE.as_bytes());
    for (name, text) in packs.iter().flat_map(|p| &p.files) {
        for part in [name, text] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().chars().take(KEY_LENGTH).collect()
}

/// What a file of the cache holds; `None`: not there, damaged, or of another shape.
fn kept<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let bytes = std::fs::read(file).ok()?;
    let (sum, body) = bytes.strip_prefix(MAGIC.as_slice())?.split_at_checked(32)?;
    if blake3::hash(body).as_bytes() != sum {
        return None;
    }
    postcard::from_bytes(body).ok()
}

/// Writes a file of the cache; it is there whole or not at all.
fn keep<T: Serialize>(value: &T, file: &Path) -> std::io::Result<()> {
    let body = postcard::to_allocvec(value).map_err(std::io::Error::other)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(blake3::hash(&body).as_bytes());
    bytes.extend_from_slice(&body);
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let draft = draft_beside(file);
    std::fs::write(&draft, bytes)?;
    std::fs::rename(&draft, file)
}

/// What a file of the cache holds if it is `sound`, else what `make` makes, which is then kept. Without a place to keep it, it is
/// made again next time: slower, not wrong.
pub(crate) fn kept_or_made<T: Serialize + DeserializeOwned>(
    file: &Path,
    sound: impl Fn(&T) -> bool,
    make: impl FnOnce() -> T,
) -> T {
    kept(file).filter(sound).unwrap_or_else(|| {
        let made = make();
        let _ = keep(&made, file);
        made
    })
}

/// A name of its own for each process: two that start together must not write into each other's draft.
pub(crate) fn draft_beside(file: &Path) -> PathBuf {
    file.with_extension(format!("draft-{}", std::process::id()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;
    use crate::builtin_packs;

    #[test]
    fn the_kept_form_says_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let packs = builtin_packs();
        let (first, key) = prepare(&packs, Some(dir.path())).unwrap();
        let file = dir.path().join(format!("knowledge-{key}.bin"));
        let again: KnowledgeBase = kept(&file).unwrap();
        assert_eq!(first.conditions, again.conditions);
        assert_eq!(first.findings, again.findings);
        assert_eq!(first.medicines, again.medicines);
        assert_eq!(first.dangers, again.dangers);
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(kept::<KnowledgeBase>(&file).is_none(), "a damaged form is made anew");
        assert!(prepare(&packs, Some(dir.path())).is_ok());
    }

    #[test]
    fn what_replaced_packs_left_in_the_cache_is_cleared() {
        let dir = tempfile::tempdir().unwrap();
        let key = |digit: &str| digit.repeat(KEY_LENGTH);
        for (age, digit) in ["d", "c", "b", "a"].iter().enumerate() {
            let file = dir.path().join(format!("knowledge-{}.bin", key(digit)));
            std::fs::write(&file, "").unwrap();
            let written = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(age as u64);
            std::fs::File::options().write(true).open(&file).unwrap().set_modified(written).unwrap();
        }
        std::fs::create_dir(dir.path().join(format!("index-{}", key("e")))).unwrap();
        std::fs::write(dir.path().join("vectors.bin"), "").unwrap();
        forget_old(dir.path(), &key("d"));
        let left = |name: String| dir.path().join(name).exists();
        assert!(left(format!("knowledge-{}.bin", key("d"))), "in use, though the oldest");
        assert!(left(format!("index-{}", key("e"))) && left(format!("knowledge-{}.bin", key("a"))), "the two newest");
        assert!(!left(format!("knowledge-{}.bin", key("b"))) && !left(format!("knowledge-{}.bin", key("c"))));
        assert!(left("vectors.bin".into()), "belongs to no set of packs");
    }

    #[test]
    fn another_text_has_another_key() {
        let mut packs = builtin_packs();
        let before = key_of(&packs);
        packs[0].files[0].1.push('#');
        assert_ne!(before, key_of(&packs));
    }
}
