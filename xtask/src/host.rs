//! Building with the host's compiler: one profile and one target folder for everything, so that each crate is compiled
//! once.

use crate::places;
use crate::shell::must;
use anyhow::Result;
use std::process::Command;

/// `cargo` in the clone, writing to the shared target folder.
pub(crate) fn cargo() -> Result<Command> {
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
