//! An installer for this system, by Tauri's own bundler from npm.

use crate::shell::{must, step};
use crate::{assets, host, places, system, ui};
use anyhow::{Context as _, Result};
use std::process::Command;

/// The bundler that goes with the Tauri we build with.
const BUNDLER: &str = "@tauri-apps/cli@2.12.5";

/// Builds the program, as tests run it, and the installer around it.
pub(crate) fn package() -> Result<()> {
    step("system libraries", || system::ready(false))?;
    step("fonts, encoder and data", assets::fetch_small)?;
    step("window (wasm)", ui::build)?;
    step("program", || host::build(&["hakim-app"]))?;
    step("installer", || {
        let mut command = Command::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
        command
            .args(["--yes", BUNDLER, "bundle"])
            .current_dir(places::root().join("src-tauri"))
            .env("CARGO_TARGET_DIR", places::target()?);
        must(&mut command).context("the installer could not be built: is npm installed, and the registry reachable?")
    })?;
    println!("    see {}", places::target()?.join("release/bundle").display());
    Ok(())
}
