//! Measuring: each room's own example, in release, on this machine.

use crate::shell::must;
use crate::{assets, host, places};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// Room, package and example.
const ROOMS: &[(&str, &str, &str)] = &[
    ("reasoning", "hakim-consult", "measure_case"),
    ("records", "hakim-records", "measure_log"),
    ("models", "hakim-models", "bench_models"),
    ("search", "hakim-consult", "measure_search"),
];

/// Patients in the log that is measured: some years of a clinic.
const PATIENTS: &str = "2000";

/// Documents that search is measured on; they lie beside the project.
const DOCUMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/medquad/MedQuAD-11274-xml.tar.xz");

/// One room, or all.
pub(crate) fn bench(room: Option<&str>) -> Result<()> {
    let chosen: Vec<_> = ROOMS.iter().filter(|(name, _, _)| room.is_none_or(|r| r == *name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = ROOMS.iter().map(|(name, _, _)| *name).collect();
        bail!("there is no bench of that name; there are: {}", names.join(", "));
    }
    assets::fetch_small()?;
    for (name, package, example) in chosen {
        println!("==> {name}");
        let mut command = host::cargo()?;
        command.args(["run", "--release", "--quiet", "--package", package, "--example", example]);
        match *name {
            "models" => command.arg("--").args(language_models()?),
            "records" => command.args(["--", PATIENTS]),
            "search" => command.arg("--").arg(DOCUMENTS),
            _ => &mut command,
        };
        must(command.env("HAKIM_ASSETS", places::assets()?))?;
    }
    Ok(())
}

/// The language model files that are there; a single run of `cargo xtask assets` fetches them.
fn language_models() -> Result<Vec<PathBuf>> {
    assets::fetch_test()?;
    let files = std::fs::read_dir(places::assets()?.join("models"))?;
    let mut files: Vec<PathBuf> = files.flatten().map(|e| e.path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "gguf"));
    files.sort();
    Ok(files)
}
