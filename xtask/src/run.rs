//! From a bare machine to the open window.

use crate::shell::{self, step};
use crate::{assets, host, places, system, ui};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::process::Command;

/// Sets everything up, builds, opens the app, and fetches the chat model while it is open.
pub(crate) fn run(chat: bool) -> Result<()> {
    let app = build_all()?;
    println!("==> opening Hakim");
    let mut command = Command::new(&app);
    if cfg!(target_os = "linux") && std::env::var_os("TAURI_AUTOMATION").is_none() {
        // Without it the window stays blank on some NVIDIA drivers.
        command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
    let mut window = command.spawn().with_context(|| format!("cannot open {}", app.display()))?;
    if chat && let Err(error) = step("chat model, 1.1 GB; the window can be used meanwhile", assets::fetch_chat) {
        println!("    {error:#}");
    }
    let status = window.wait()?;
    anyhow::ensure!(status.success(), "Hakim ended with {status}");
    Ok(())
}

/// Everything before the window opens; the path of the app.
pub(crate) fn build_all() -> Result<PathBuf> {
    step("system libraries", || system::ready(false))?;
    step("fonts, encoder and data", assets::fetch_small)?;
    step("window (wasm)", ui::build)?;
    step("programs", || host::build(&["hakim-app", "hakim-cli"]))?;
    // What cannot be prepared now is prepared while the app is open: nothing here may keep it from opening.
    if let Err(error) = step("index, vectors and rare diseases", prepare) {
        println!("    {error:#}");
    }
    places::program("hakim-app")
}

fn prepare() -> Result<()> {
    let mut command = Command::new(places::program("hakim")?);
    shell::must(command.arg("prepare").env("HAKIM_ASSETS", places::assets()?))
}
