//! Where things lie: the clone, the target folder outside it, the cache of fetched files.

use anyhow::{Context as _, Result};
use directories::BaseDirs;
use std::path::{Path, PathBuf};

/// The folder of the clone.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn cache() -> Result<PathBuf> {
    let base = BaseDirs::new().context("this system names no home folder: set HOME")?;
    Ok(base.cache_dir().join("hakim"))
}

fn set(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// Build output, shared by all clones so that a second one builds in minutes.
pub(crate) fn target() -> Result<PathBuf> {
    set("CARGO_TARGET_DIR").map_or_else(|| Ok(cache()?.join("target")), Ok)
}

/// The window's build output: another compiler, so another folder.
pub(crate) fn wasm_target() -> Result<PathBuf> {
    Ok(target()?.join("wasm"))
}

/// Fetched models and data, where the app looks for them too.
pub(crate) fn assets() -> Result<PathBuf> {
    set("HAKIM_ASSETS").map_or_else(|| Ok(cache()?.join("assets")), Ok)
}

/// Archives as the registries gave them, kept until what they hold is unpacked.
pub(crate) fn downloads() -> Result<PathBuf> {
    Ok(cache()?.join("downloads"))
}

/// A program of the host build.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    Ok(target()?.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// The window as the app embeds it.
pub(crate) fn dist() -> PathBuf {
    root().join("ui/dist")
}
