//! Settings: a small file beside the log, readable before it is unlocked; holds no patient data.

use hakim_contract::{Failure, Settings};
use std::io::Write;
use std::path::{Path, PathBuf};

fn file(data: &Path) -> PathBuf {
    data.join("settings.json")
}

/// Reads the settings; a missing or damaged file means the defaults, since nothing in it is precious.
pub(crate) fn read(data: &Path) -> Settings {
    std::fs::read(file(data)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Writes the settings whole or not at all.
///
/// # Errors
/// `settings-io` when the disk is full or the folder cannot be written.
pub(crate) fn write(data: &Path, settings: &Settings) -> Result<(), Failure> {
    let io = |e: std::io::Error| Failure::new("settings-io").because(e);
    std::fs::create_dir_all(data).map_err(io)?;
    let text = serde_json::to_vec_pretty(settings).map_err(|e| Failure::new("internal").because(e))?;
    let draft = file(data).with_extension("json.new");
    let mut out = std::fs::File::create(&draft).map_err(io)?;
    out.write_all(&text).and_then(|()| out.sync_all()).map_err(io)?;
    std::fs::rename(&draft, file(data)).map_err(io)
}
