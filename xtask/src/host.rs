//! Building with the host's compiler: one profile and one target folder for everything, so that each crate is compiled
//! once.

use crate::places;
use crate::shell::must;
use anyhow::Result;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

/// `cargo` in the clone, writing to the shared target folder.
pub(crate) fn cargo() -> Result<Command> {
    claim(&places::target()?)?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(places::root()).env("CARGO_TARGET_DIR", places::target()?);
    Ok(command)
}

/// Builds packages in release.
pub(crate) fn build(packages: &[&str]) -> Result<()> {
    let mut command = cargo()?;
    command.args(["build", "--release", "--quiet"]);
    for package in packages {
        command.args(["--package", package]);
    }
    must(&mut command)
}

/// Makes the target folder this clone's. Cargo tells the rooms of two clones apart by the times of their files alone, so
/// what another clone built last would pass for ours: then all files here count as just changed.
pub(crate) fn claim(target: &Path) -> Result<()> {
    let owner = target.join("clone");
    let here = fs::canonicalize(places::root())?.to_string_lossy().into_owned();
    let before = fs::read_to_string(&owner).ok();
    if before.as_deref() == Some(&here) {
        return Ok(());
    }
    touch(places::root(), SystemTime::now())?;
    fs::create_dir_all(target)?;
    Ok(fs::write(owner, here)?)
}

fn touch(dir: &Path, now: SystemTime) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_symlink() || name.starts_with('.') || ["target", "dist", "screenshots"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            touch(&path, now)?;
        } else {
            // A file that may not be written was not changed by anyone either.
            let _ = File::options().append(true).open(&path).and_then(|f| f.set_modified(now));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_another_clone_built_counts_as_old() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.rs");
        fs::write(&file, "one").unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(3600);
        File::options().append(true).open(&file).unwrap().set_modified(long_ago).unwrap();
        touch(dir.path(), SystemTime::now()).unwrap();
        assert!(fs::metadata(&file).unwrap().modified().unwrap() > long_ago + Duration::from_secs(60));
    }
}
