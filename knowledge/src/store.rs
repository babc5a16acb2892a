//! Packs installed on this machine: every version kept, one of each pack in use, and a way back.

use crate::sealed::{PACK_ENDING, SealError, SealedPack, key_from_hex, open_pack};
use crate::{PackFiles, prepare};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

const IN_USE: &str = "in-use.toml";
const SIGNERS: &str = "signers.toml";

/// The folder of installed packs: `ID/VERSION.hakimpack`, `in-use.toml`, `signers.toml`.
#[derive(Debug, Clone)]
pub struct PackStore {
    folder: PathBuf,
}

/// Which version of each pack is in use, and what was in use before it, newest last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct InUse {
    #[serde(default)]
    pack: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Signers {
    /// name -> public key, hex
    #[serde(default)]
    signer: BTreeMap<String, String>,
}

/// Packs in use with what is wrong with those that had to be passed over.
#[derive(Debug, Default)]
pub struct InstalledPacks {
    /// sound packs
    pub packs: Vec<SealedPack>,
    /// why a version was passed over; the one before it is used
    pub problems: Vec<String>,
}

impl PackStore {
    /// A store at `folder`, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keys whose packs are accepted.
    ///
    /// # Errors
    /// When the list exists and cannot be read.
    pub fn trusted(&self) -> Result<Vec<VerifyingKey>, SealError> {
        let signers: Signers = self.read(SIGNERS)?;
        Ok(signers.signer.values().filter_map(|k| key_from_hex(k)).collect())
    }

    /// Accepts packs signed by this key from now on.
    ///
    /// # Errors
    /// [`SealError::Manifest`] when it is no key, [`SealError::Io`].
    pub fn trust(&self, name: &str, key: &str) -> Result<(), SealError> {
        if key_from_hex(key).is_none() {
            return Err(SealError::Manifest("a key is written with 64 hexadecimal digits".into()));
        }
        let mut signers: Signers = self.read(SIGNERS)?;
        signers.signer.insert(name.to_owned(), key.trim().to_lowercase());
        self.write(SIGNERS, &signers)
    }

    /// Puts a pack into use. Nothing changes unless the whole knowledge, this pack taking the place of the one in use, is
    /// without a problem.
    ///
    /// # Errors
    /// Any [`SealError`]; the pack before stays in use.
    pub fn install(&self, bytes: &[u8], builtin: &[PackFiles]) -> Result<SealedPack, SealError> {
        let pack = open_pack(bytes, &self.trusted()?)?;
        let id = pack.manifest.id.clone();
        let mut others: Vec<SealedPack> = self.in_use()?.packs;
        others.retain(|p| p.manifest.id != id);
        others.push(pack.clone());
        prepare(&together(builtin, &others), None).map_err(|problems| SealError::Broken {
            pack: id.clone(),
            count: problems.len(),
            first: problems.first().map(ToString::to_string).unwrap_or_default(),
        })?;
        let file = self.file(&id, &pack.manifest.version);
        write_whole(&file, bytes)?;
        let mut in_use: InUse = self.read(IN_USE)?;
        let history = in_use.pack.entry(id).or_default();
        history.retain(|v| *v != pack.manifest.version);
        history.push(pack.manifest.version.clone());
        self.write(IN_USE, &in_use)?;
        Ok(pack)
    }

    /// Goes back to the version before; the one that the program brings along counts as the first. Its file stays.
    /// Returns the version now in use, `None` for the program's own.
    ///
    /// # Errors
    /// [`SealError::NothingBefore`] when none is installed.
    pub fn roll_back(&self, id: &str) -> Result<Option<String>, SealError> {
        let mut in_use: InUse = self.read(IN_USE)?;
        let nothing = || SealError::NothingBefore { pack: id.to_owned() };
        let history = in_use.pack.get_mut(id).ok_or_else(nothing)?;
        history.pop().ok_or_else(nothing)?;
        let now = history.last().cloned();
        in_use.pack.retain(|_, versions| !versions.is_empty());
        self.write(IN_USE, &in_use)?;
        Ok(now)
    }

    /// Versions on this machine by pack, the one in use last.
    ///
    /// # Errors
    /// [`SealError::Io`].
    pub fn versions(&self) -> Result<BTreeMap<String, Vec<String>>, SealError> {
        self.read::<InUse>(IN_USE).map(|u| u.pack)
    }

    /// The packs in use. A version whose file is gone or damaged is passed over for the one before it.
    ///
    /// # Errors
    /// [`SealError::Io`] when the lists cannot be read.
    pub fn in_use(&self) -> Result<InstalledPacks, SealError> {
        let mut installed = InstalledPacks::default();
        let trusted = self.trusted()?;
        for (id, versions) in self.versions()? {
            for version in versions.iter().rev() {
                let file = self.file(&id, version);
                let opened = std::fs::read(&file)
                    .map_err(SealError::from)
                    .and_then(|bytes| open_pack(&bytes, &trusted))
                    .and_then(|pack| match pack.manifest.id == id {
                        true => Ok(pack),
                        false => Err(SealError::Damaged { pack: id.clone() }),
                    });
                match opened {
                    Ok(pack) => {
                        installed.packs.push(pack);
                        break;
                    }
                    Err(e) => installed.problems.push(format!("{}: {e}", file.display())),
                }
            }
        }
        Ok(installed)
    }

    fn file(&self, id: &str, version: &str) -> PathBuf {
        self.folder.join(id).join(format!("{version}.{PACK_ENDING}"))
    }

    fn read<T: Default + serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, SealError> {
        match std::fs::read_to_string(self.folder.join(name)) {
            Ok(text) => toml::from_str(&text).map_err(|e| SealError::Io(format!("{name}: {}", e.message()))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(T::default()),
            Err(e) => Err(e.into()),
        }
    }

    fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), SealError> {
        let text = toml::to_string(value).map_err(|e| SealError::Io(e.to_string()))?;
        write_whole(&self.folder.join(name), text.as_bytes())
    }
}

/// The program's own packs and the installed ones, an installed pack in the place of one with the same id.
pub fn together(builtin: &[PackFiles], installed: &[SealedPack]) -> Vec<PackFiles> {
    let replaced = |name: &str| installed.iter().find(|p| p.manifest.id == name);
    let mut packs: Vec<PackFiles> =
        builtin.iter().map(|b| replaced(&b.name).map_or_else(|| b.clone(), |p| p.files.clone())).collect();
    let new = installed.iter().filter(|p| builtin.iter().all(|b| b.name != p.manifest.id));
    packs.extend(new.map(|p| p.files.clone()));
    packs
}

/// A file is there whole or not at all, also after a power cut.
fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), SealError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let draft = file.with_extension("draft");
    let mut out = std::fs::File::create(&draft)?;
    out.write_all(bytes).and_then(|()| out.sync_all())?;
    std::fs::rename(&draft, file)?;
    Ok(())
}

/// Two versions of a pack, file by file.
pub fn differing_files(before: &PackFiles, after: &PackFiles) -> Vec<(String, FileChange)> {
    let old: BTreeMap<&str, &str> = before.files.iter().map(|(n, t)| (inside(n), t.as_str())).collect();
    let new: BTreeMap<&str, &str> = after.files.iter().map(|(n, t)| (inside(n), t.as_str())).collect();
    let names: std::collections::BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    names
        .into_iter()
        .filter_map(|name| {
            let change = match (old.get(name), new.get(name)) {
                (None, Some(_)) => FileChange::Added,
                (Some(_), None) => FileChange::Removed,
                (Some(a), Some(b)) if a != b => FileChange::Changed(changed_lines(a, b)),
                _ => return None,
            };
            Some((name.to_owned(), change))
        })
        .collect()
}

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// only in the later version
    Added,
    /// only in the earlier version
    Removed,
    /// lines that only one of the two has: `-` before, `+` after
    Changed(Vec<String>),
}

fn inside(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, rest)| rest)
}

/// Lines that the other text lacks; a moved line is no change to a reader of facts.
fn changed_lines(before: &str, after: &str) -> Vec<String> {
    let old: std::collections::HashSet<&str> = before.lines().collect();
    let new: std::collections::HashSet<&str> = after.lines().collect();
    let gone = before.lines().filter(|l| !new.contains(l)).map(|l| format!("- {l}"));
    let come = after.lines().filter(|l| !old.contains(l)).map(|l| format!("+ {l}"));
    gone.chain(come).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;
    use crate::sealed::{build_pack, hex, sign_pack};
    use ed25519_dalek::SigningKey;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }
    fn pack(version: &str, more: &str) -> PackFiles {
        let manifest = format!(
            "id=\"p\"\nversion=\"{version}\"\nformat=1\nlicence=\"x\"\ntitle=\"t\"\nchanges=\"c\"\nlanguages=[\"en\"]"
        );
        let mut files = vec![("p/pack.toml".to_owned(), manifest)];
        if !more.is_empty() {
            files.push(("p/sources.toml".into(), more.into()));
        }
        PackFiles { name: "p".into(), files }
    }
    fn sealed(version: &str, more: &str) -> Vec<u8> {
        sign_pack(build_pack(&pack(version, more), BTreeMap::new(), &[]).unwrap(), &key()).unwrap()
    }
    fn store() -> (tempfile::TempDir, PackStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = PackStore::new(dir.path().join("packs"));
        store.trust("me", &hex(key().verifying_key().as_bytes())).unwrap();
        (dir, store)
    }
    fn version(store: &PackStore) -> Option<String> {
        store.in_use().unwrap().packs.first().map(|p| p.manifest.version.clone())
    }

    #[test]
    fn a_pack_is_installed_replaced_and_rolled_back() {
        let (_dir, store) = store();
        let builtin = [pack("0.1.0", "")];
        assert_eq!(version(&store), None);
        store.install(&sealed("1.0.0", ""), &builtin).unwrap();
        store.install(&sealed("1.1.0", ""), &builtin).unwrap();
        assert_eq!(version(&store).as_deref(), Some("1.1.0"));
        assert_eq!(store.roll_back("p").unwrap().as_deref(), Some("1.0.0"));
        assert_eq!(version(&store).as_deref(), Some("1.0.0"));
        assert_eq!(store.roll_back("p").unwrap(), None);
        assert_eq!(version(&store), None);
        assert_eq!(store.roll_back("p"), Err(SealError::NothingBefore { pack: "p".into() }));
    }

    #[test]
    fn a_refused_pack_leaves_the_one_before_in_use() {
        let (_dir, store) = store();
        let builtin = [pack("0.1.0", "")];
        store.install(&sealed("1.0.0", ""), &builtin).unwrap();
        let good = sealed("2.0.0", "");
        let mut tampered = good.clone();
        let middle = tampered.len() / 2;
        tampered[middle] ^= 0x55;
        let foreign = sign_pack(good.clone(), &SigningKey::from_bytes(&[9; 32])).unwrap();
        let broken = sealed("2.0.0", "[src.a]\ntitle = 3");
        for bad in [&good[..good.len() - 3], &tampered, &foreign, &broken, b"hello"] {
            assert!(store.install(bad, &builtin).is_err());
            assert_eq!(version(&store).as_deref(), Some("1.0.0"));
        }
    }

    #[test]
    fn a_file_damaged_on_disk_is_passed_over_for_the_one_before() {
        let (dir, store) = store();
        let builtin = [pack("0.1.0", "")];
        store.install(&sealed("1.0.0", ""), &builtin).unwrap();
        store.install(&sealed("1.1.0", ""), &builtin).unwrap();
        std::fs::write(dir.path().join("packs/p/1.1.0.hakimpack"), b"HAKIMPCK").unwrap();
        let installed = store.in_use().unwrap();
        assert_eq!(installed.packs[0].manifest.version, "1.0.0");
        assert!(installed.problems[0].contains("1.1.0"), "{:?}", installed.problems);
    }

    #[test]
    fn differences_are_named_by_file_and_line() {
        let changes = differing_files(&pack("1.0.0", ""), &pack("1.1.0", "[src.a]"));
        assert_eq!(changes.len(), 2);
        assert!(matches!(&changes[0], (name, FileChange::Changed(lines)) if name == "pack.toml" && lines.len() == 2));
        assert_eq!(changes[1], ("sources.toml".into(), FileChange::Added));
    }
}
