//! A compiler for wasm32: the one at hand if it has the target; Debian's own where only package registries can be
//! reached; rustup's target elsewhere.

use crate::shell::{must, said};
use crate::system;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// What rustup calls Debian's compiler once it is linked.
const DEBIAN: &str = "debian-web";
/// Where Debian's compiler keeps its targets.
const DEBIAN_RUSTLIB: &str = "/usr/lib/rustlib";

/// A compiler that can build the window.
pub(crate) enum Toolchain {
    /// the one that builds everything else
    Active,
    /// Debian's
    Debian,
}

impl Toolchain {
    /// `cargo` of this compiler.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = match self {
            Self::Active => Command::new("cargo"),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command.env("RUSTC", "/usr/bin/rustc");
                command
            }
        };
        // Set by the cargo that started us, and meant for its own compiler.
        for variable in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC", "RUSTC_WRAPPER"] {
            command.env_remove(variable);
        }
        command
    }
}

/// Finds a compiler with the target, or makes one.
pub(crate) fn ready() -> Result<Toolchain> {
    if has_target(Path::new(
        &said("rustc", &["--print", "sysroot"]).context("rustc is missing: see https://rustup.rs")?,
    )) {
        return Ok(Toolchain::Active);
    }
    if Path::new("/etc/debian_version").exists() {
        return debian().map(|()| Toolchain::Debian);
    }
    if said("rustup", &["target", "add", TARGET]).is_some() {
        return Ok(Toolchain::Active);
    }
    bail!("the compiler cannot build for {TARGET}. With a connection:  rustup target add {TARGET}")
}

fn has_target(sysroot: &Path) -> bool {
    let lib = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    let Ok(entries) = fs::read_dir(lib) else { return false };
    entries.flatten().any(|e| e.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Debian's compiler with std built once for wasm and put into its sysroot.
fn debian() -> Result<()> {
    system::debian(system::FOR_WASM)?;
    let version = said("/usr/bin/rustc", &["--version"]).context("Debian's rustc does not start")?;
    let built_by = Path::new(DEBIAN_RUSTLIB).join(TARGET).join("built-by");
    if has_target(Path::new("/usr")) && fs::read_to_string(&built_by).is_ok_and(|by| by.trim() == version) {
        return Ok(());
    }
    link_linker()?;
    println!("    building the standard library for {TARGET}, once, about a minute");
    build_std(&version, &built_by).with_context(|| {
        format!("building std for {DEBIAN} failed; run this as root, or use a Rust of rustup with `rustup target add {TARGET}`")
    })
}

/// Debian's package has no linker for wasm; the other compiler ships one.
fn link_linker() -> Result<()> {
    let verbose = said("/usr/bin/rustc", &["-vV"]).context("Debian's rustc does not start")?;
    let host = verbose.lines().find_map(|l| l.strip_prefix("host: ")).context("rustc -vV names no host")?;
    let sysroot = said("rustc", &["--print", "sysroot"]).unwrap_or_default();
    let shipped = PathBuf::from(sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
    let linker = if shipped.exists() {
        shipped
    } else {
        system::debian(&["lld"])?;
        PathBuf::from("/usr/bin/wasm-ld")
    };
    let dir = Path::new(DEBIAN_RUSTLIB).join(host).join("bin");
    let link = dir.join("rust-lld");
    must(Command::new("mkdir").arg("-p").arg(dir))?;
    must(Command::new("ln").arg("-sf").arg(linker).arg(link))
}

fn build_std(version: &str, built_by: &Path) -> Result<()> {
    let work = std::env::temp_dir().join(format!("hakim-std-{}", std::process::id()));
    fs::create_dir_all(work.join("src"))?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        work.join("Cargo.toml"),
        "[package]\nname = \"std-probe\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    let mut cargo = Toolchain::Debian.cargo();
    cargo
        .args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", TARGET])
        .current_dir(&work)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", work.join("target"))
        // With bitcode, or a profile with lto stops at it.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    must(&mut cargo)?;
    let lib = Path::new(DEBIAN_RUSTLIB).join(TARGET).join("lib");
    if lib.exists() {
        fs::remove_dir_all(&lib)?;
    }
    fs::create_dir_all(&lib)?;
    for entry in fs::read_dir(work.join("target").join(TARGET).join("release/deps"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.contains("std_probe") {
            fs::copy(entry.path(), lib.join(name))?;
        }
    }
    fs::write(built_by, version)?;
    fs::remove_dir_all(&work)?;
    Ok(())
}
