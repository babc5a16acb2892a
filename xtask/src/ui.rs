//! The window: compiled to wasm, bound to JavaScript, laid beside its styles and fonts in `ui/dist`.

use crate::shell::must;
use crate::wasm::{self, TARGET, Toolchain};
use crate::{fonts, host, places, stamp};
use anyhow::Result;
use std::fs;
use std::path::Path;

/// What the window is made of.
const INPUTS: &[&str] = &[
    "ui/src",
    "ui/style",
    "ui/index.html",
    "ui/boot.js",
    "ui/Cargo.toml",
    "contract/src",
    "clinical/src",
    "i18n/src",
    "i18n/locales",
    "xtask/bundler",
    "xtask/src/fonts.rs",
    "Cargo.toml",
    "Cargo.lock",
];

/// Builds `ui/dist`, unless it is up to date.
pub(crate) fn build() -> Result<()> {
    let root = places::root();
    let inputs: Vec<_> = INPUTS.iter().map(|p| root.join(p)).collect();
    let hash = stamp::of(&inputs.iter().map(|p| p.as_path()).collect::<Vec<_>>())?;
    let dist = places::dist();
    let mark = dist.join(".stamp");
    if stamp::fresh(&mark, &hash) && dist.join("fonts/fonts.css").is_file() {
        return Ok(());
    }
    let toolchain = wasm::ready()?;
    must(cargo(&toolchain)?.args([
        "build",
        "--quiet",
        "--locked",
        "--profile",
        "wasm",
        "--package",
        "hakim-ui",
        "--target",
        TARGET,
    ]))?;
    host::build(&["hakim-bundler"])?;
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    let wasm = places::wasm_target()?.join(TARGET).join("wasm/hakim-ui.wasm");
    must(std::process::Command::new(places::program("hakim-bundler")?).arg(wasm).arg(&dist))?;
    for file in ["index.html", "boot.js"] {
        fs::copy(root.join("ui").join(file), dist.join(file))?;
    }
    copy_all(&root.join("ui/style"), &dist.join("style"))?;
    copy_all(&fonts::folder()?, &dist.join("fonts"))?;
    Ok(fs::write(mark, hash)?)
}

/// `cargo` of the window's compiler, in the clone.
pub(crate) fn cargo(toolchain: &Toolchain) -> Result<std::process::Command> {
    host::claim(&places::wasm_target()?)?;
    let mut command = toolchain.cargo();
    command.current_dir(places::root()).env("CARGO_TARGET_DIR", places::wasm_target()?);
    Ok(command)
}

/// The plain files of a folder; a folder that is not there is an empty one.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.path().is_file() {
                fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
    }
    Ok(())
}
