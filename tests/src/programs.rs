//! The built programs: `cargo xtask test` names them in `HAKIM_APP` and `HAKIM_CLI`.

use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program by the variable that names it, or beside the test itself.
///
/// # Errors
/// When it was not built.
pub fn program(variable: &str, name: &str) -> Result<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let beside = || Some(std::env::current_exe().ok()?.parent()?.parent()?.join(name));
    match named.or_else(beside) {
        Some(path) if path.is_file() => Ok(path),
        other => bail!("{name} is not built ({other:?}): run `cargo xtask test`, or set {variable}"),
    }
}

/// The window's program.
///
/// # Errors
/// As [`program`].
pub fn app() -> Result<PathBuf> {
    program("HAKIM_APP", "hakim-app")
}

/// How a run of the command line ended.
#[derive(Debug)]
pub struct Ran {
    /// exit code; `None` when it was killed
    pub code: Option<i32>,
    /// standard output
    pub out: String,
    /// standard error
    pub err: String,
}

/// Runs the command line with its own empty data and assets folders, and these variables on top.
///
/// # Errors
/// When it cannot be started.
pub fn hakim(args: &[&str], home: &Path, variables: &[(&str, &str)]) -> Result<Ran> {
    hakim_with_input(args, home, variables, b"")
}

/// The same with something on standard input.
///
/// # Errors
/// When it cannot be started.
pub fn hakim_with_input(args: &[&str], home: &Path, variables: &[(&str, &str)], input: &[u8]) -> Result<Ran> {
    let mut child = Command::new(program("HAKIM_CLI", "hakim")?)
        .args(args)
        .env_remove("HAKIM_PACKS")
        .env("HAKIM_DATA", home.join("data"))
        .env("HAKIM_ASSETS", home.join("assets"))
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting hakim")?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that refuses its input may close it before all is written.
        let _ = stdin.write_all(input);
    }
    let output = child.wait_with_output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
}
