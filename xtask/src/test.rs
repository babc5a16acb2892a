//! Everything CI runs, in the order in which it fails soonest.

use crate::shell::{has, must, step};
use crate::wasm::{self, TARGET};
use crate::{assets, host, places, system, ui};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

/// Rooms that the window is built from: they must compile for wasm.
const FOR_WASM: &[&str] = &["hakim-clinical", "hakim-contract", "hakim-reasoning", "hakim-i18n"];

/// Formatting and lints.
pub(crate) fn check() -> Result<()> {
    step("formatting", formatting)?;
    step("lints", lints)
}

fn formatting() -> Result<()> {
    must(host::cargo()?.args(["fmt", "--all", "--check"]))
}

/// Sets up what `run` does, and runs every test.
pub(crate) fn test(args: Vec<String>) -> Result<()> {
    let mut times = vec![];
    let mut timed = |what: &'static str, act: &dyn Fn() -> Result<()>| -> Result<()> {
        let began = Instant::now();
        step(what, act)?;
        times.push((what, began.elapsed().as_secs_f64()));
        Ok(())
    };
    timed("system libraries", &|| system::ready(true))?;
    timed("formatting", &formatting)?;
    timed("fonts, encoder and data", &assets::fetch_small)?;
    timed("test model", &assets::fetch_test)?;
    timed("window (wasm)", &ui::build)?;
    timed("rooms of the window for wasm", &wasm_rooms)?;
    timed("programs", &|| host::build(&["hakim-app", "hakim-cli"]))?;
    timed("packs", &|| {
        must(
            Command::new(places::program("hakim")?).args(["pack", "check"]).arg(places::root().join("knowledge/packs")),
        )
    })?;
    timed("lints", &lints)?;
    timed("tests", &|| tests(&args))?;
    println!("\nAll passed.");
    for (what, seconds) in times {
        println!("{seconds:>7.0} s  {what}");
    }
    Ok(())
}

fn lints() -> Result<()> {
    must(host::cargo()?.args([
        "clippy",
        "--release",
        "--quiet",
        "--workspace",
        "--exclude",
        "hakim-ui",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn wasm_rooms() -> Result<()> {
    let mut command = ui::cargo(&wasm::ready()?)?;
    command.args(["check", "--quiet", "--locked", "--profile", "wasm", "--target", TARGET]);
    for room in FOR_WASM {
        command.args(["--package", room]);
    }
    must(&mut command)
}

fn tests(args: &[String]) -> Result<()> {
    let shots = places::root().join("tests/screenshots");
    let mut command = with_display(has("cargo-nextest"))?;
    command
        .args(["--release", "--workspace", "--exclude", "hakim-ui"])
        .args(args)
        .current_dir(places::root())
        .env("CARGO_TARGET_DIR", places::target()?)
        .env("HAKIM_APP", places::program("hakim-app")?)
        .env("HAKIM_CLI", places::program("hakim")?)
        .env("HAKIM_ASSETS", places::assets()?)
        .env("HAKIM_SHOTS", &shots);
    must(&mut command)?;
    println!("    screenshots: {}", shots.display());
    Ok(())
}

/// The test runner inside a session bus and a display of its own, where the system has them.
fn with_display(nextest: bool) -> Result<Command> {
    let runner: &[&str] = if nextest { &["cargo", "nextest", "run"] } else { &["cargo", "test"] };
    if !cfg!(target_os = "linux") {
        let mut command = Command::new("cargo");
        command.args(runner.iter().skip(1));
        return Ok(command);
    }
    for program in ["dbus-run-session", "xvfb-run"] {
        if !has(program) && crate::shell::said("which", &[program]).is_none() {
            bail!("{program} is missing: Debian's packages dbus and xvfb have it");
        }
    }
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "xvfb-run", "-a", "-s", "-screen 0 1280x900x24"]).args(runner);
    Ok(command)
}
