//! How well the tests hold the code that patients' safety hangs on: every branch taken, and no change of the code unnoticed.

use crate::shell::{has, must, said};
use crate::{host, places, system};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Danger signs, level, doses and checks of medicines.
const DANGER: &[&str] = &[
    "reasoning/src/judge.rs",
    "reasoning/src/triage.rs",
    "reasoning/src/dose.rs",
    "reasoning/src/portion.rs",
    "reasoning/src/kidney.rs",
    "reasoning/src/alternatives.rs",
    "reasoning/src/safety.rs",
    "reasoning/src/mechanism.rs",
];
const PACKAGE: &str = "hakim-reasoning";
/// The tests that hold it on a small base of their own; the others load all packs and take longer.
const HOLDING: &[&str] = &["danger", "limits", "medicines", "mechanisms", "kidneys", "instead", "units"];

/// Changes that change nothing, so that no test can notice them; the patterns know no lines, and so leave out some that tests do
/// notice.
const EQUIVALENT: &[&str] = &[
    // what is compared leaves a tolerance of 1e-9
    "replace > with >= in (work_out_dose|in_health)",
    "replace > with >= in Course::change",
    "replace < with <= in nearest",
    // once a day is written the same either way; one millilitre is one millilitre in any step
    "replace < with <= in (rate_text|syringe_step)",
    // whole days never make exactly 1, 5, 6 or 18 years of 365.25 days
    "replace < with <= in plausible_weight",
    r"replace < with <= in .*creatinine_clearance",
    // a thing beside itself is passed over, and of two equal warnings one stays
    r"replace \+ with \* in (check_medicines|check_taken|together)",
];

/// Pinned, so that the same mutants are made everywhere.
const MUTANTS: &str = "27.1.0";

/// Changes the danger code in every way cargo-mutants knows; a change that no test notices is printed and fails.
pub(crate) fn mutants(args: &[String]) -> Result<()> {
    if said("cargo-mutants", &["mutants", "--version"]).is_none() {
        must(host::cargo()?.args(["install", "--locked", "--version", MUTANTS, "cargo-mutants"]))?;
    }
    let mut command = host::cargo()?;
    let folder = places::target()?.join("mutants");
    // A debug build is made anew fastest, in a folder of its own since the flags are others.
    command.env("CARGO_TARGET_DIR", &folder).env("RUSTFLAGS", "-Cdebuginfo=0");
    command.args(["mutants", "--package", PACKAGE, "--no-shuffle", "--output"]).arg(&folder);
    for file in DANGER {
        command.args(["--file", file]);
    }
    for pattern in EQUIVALENT {
        command.args(["--exclude-re", pattern]);
    }
    command.args(args).arg("--");
    for test in HOLDING {
        command.args(["--test", test]);
    }
    must(&mut command)
}

/// Runs the tests of the danger code and prints every branch of it that none of them takes.
pub(crate) fn coverage() -> Result<()> {
    let tools = Llvm::of_this_compiler()?;
    let folder = places::target()?.join("coverage");
    let _ = std::fs::remove_dir_all(folder.join("raw"));
    let instrumented = |command: &mut Command| {
        command
            // branches are counted by an option that is not stable yet
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cinstrument-coverage -Zcoverage-options=branch")
            .env("CARGO_TARGET_DIR", &folder)
            .env("LLVM_PROFILE_FILE", folder.join("raw").join("%p-%m.profraw"));
    };
    let mut run = host::cargo()?;
    instrumented(&mut run);
    must(run.args(["test", "--release", "--package", PACKAGE]))?;
    let mut list = host::cargo()?;
    instrumented(&mut list);
    list.args(["test", "--release", "--package", PACKAGE, "--no-run", "--message-format=json", "--quiet"]);
    let programs = programs(&mut list)?;
    let merged = folder.join("merged.profdata");
    let raw: Vec<PathBuf> = std::fs::read_dir(folder.join("raw"))?.flatten().map(|e| e.path()).collect();
    must(Command::new(&tools.profdata).args(["merge", "--sparse", "-o"]).arg(&merged).args(raw))?;
    let mut export = Command::new(&tools.cov);
    export.args(["export", "--format=lcov", "--instr-profile"]).arg(&merged);
    for (i, program) in programs.iter().enumerate() {
        export.args((i > 0).then_some("--object")).arg(program);
    }
    export.args(DANGER.iter().map(|file| places::root().join(file)));
    let output = export.stderr(Stdio::inherit()).output().context("llvm-cov cannot be started")?;
    report(&String::from_utf8_lossy(&output.stdout))
}

/// The test programs that cargo names.
fn programs(list: &mut Command) -> Result<Vec<PathBuf>> {
    let output = list.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let named = text.lines().filter_map(|line| line.split_once("\"executable\":\"")?.1.split('"').next());
    let programs: Vec<PathBuf> = named.map(PathBuf::from).collect();
    if programs.is_empty() {
        bail!("cargo named no test program");
    }
    Ok(programs)
}

/// Branches by file and line, out of lcov: `BRDA:line,block,branch,taken`.
fn branches(lcov: &str) -> BTreeMap<String, BTreeMap<(u32, String), u64>> {
    let mut files: BTreeMap<String, BTreeMap<(u32, String), u64>> = BTreeMap::new();
    let mut file = String::new();
    for line in lcov.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            file = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        } else if let Some(branch) = line.strip_prefix("BRDA:") {
            let mut parts = branch.splitn(2, ',');
            let (number, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let Some((which, taken)) = rest.rsplit_once(',') else { continue };
            let place = (number.parse().unwrap_or_default(), which.to_owned());
            // one function may stand in several programs: taken in any is taken
            *files.entry(file.clone()).or_default().entry(place).or_default() +=
                taken.parse::<u64>().unwrap_or_default();
        }
    }
    files
}

fn report(lcov: &str) -> Result<()> {
    let files = branches(lcov);
    if files.is_empty() {
        bail!("llvm-cov named no branch");
    }
    let mut missed = 0;
    for (file, branches) in &files {
        let never: Vec<&(u32, String)> =
            branches.iter().filter(|(_, taken)| **taken == 0).map(|(place, _)| place).collect();
        println!("{file:14} {} of {} branches taken", branches.len() - never.len(), branches.len());
        never.iter().for_each(|(line, which)| println!("    line {line}: branch {which} never"));
        missed += never.len();
    }
    if missed > 0 {
        bail!("{missed} branches are taken by no test");
    }
    Ok(())
}

/// Tools that read what this compiler's programs count: they must be of its LLVM.
struct Llvm {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Llvm {
    fn of_this_compiler() -> Result<Self> {
        let about = said("rustc", &["--version", "--verbose"]).context("rustc cannot be started")?;
        let version = about.lines().find_map(|l| l.strip_prefix("LLVM version: ")).unwrap_or_default();
        let major = version.split('.').next().unwrap_or_default();
        let sysroot = said("rustc", &["--print", "sysroot"]).unwrap_or_default();
        let host = about.lines().find_map(|l| l.strip_prefix("host: ")).unwrap_or_default();
        let own = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin");
        if own.join("llvm-cov").exists() {
            return Ok(Self { profdata: own.join("llvm-profdata"), cov: own.join("llvm-cov") });
        }
        let named = |tool: &str| format!("{tool}-{major}");
        if !has(&named("llvm-cov")) {
            println!("    (elsewhere than on Debian:  rustup component add llvm-tools)");
            system::debian(&[&named("llvm")])?;
        }
        Ok(Self { profdata: named("llvm-profdata").into(), cov: named("llvm-cov").into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_taken_in_one_program_is_taken() {
        let lcov = "SF:/x/a.rs\nBRDA:3,0,0,2\nBRDA:3,0,1,0\nSF:/x/a.rs\nBRDA:3,0,1,1\nBRDA:9,0,0,-\n";
        let files = branches(lcov);
        let taken: Vec<u64> = files["a.rs"].values().copied().collect();
        assert_eq!(taken, [2, 1, 0]);
        assert!(report(lcov).is_err(), "line 9 is never reached");
    }
}
