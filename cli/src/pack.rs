//! `hakim pack`: write, check, seal, sign, install and compare packs.

use anyhow::Context;
use hakim_consult::Folders;
use hakim_knowledge::{
    FileChange, PACK_ENDING, PackFiles, PackStore, Problem, Stats, build_pack, builtin_packs, check_authored,
    differing_files, hex, load, manifest_of, open_pack, packs_in, read_manifest, sign_pack, signing_key_from_hex,
    stats, together,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(crate) enum Tool {
    /// Start a pack of your own: a folder with a worked example to change
    New {
        /// Id of the pack: small letters, digits, dashes
        id: String,
        /// Where its folder is made
        #[arg(long, default_value = ".")]
        folder: PathBuf,
    },
    /// Read every file and say what is wrong, with file, line and id
    Check {
        /// Folder that holds the packs
        folder: PathBuf,
    },
    /// Count what the packs hold and how much of it was really read
    Stats {
        /// Folder that holds the packs; left out, the packs in use
        folder: Option<PathBuf>,
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Check one pack of a folder and seal it into one file
    Build {
        /// Folder of the pack, beside the packs it needs
        pack: PathBuf,
        /// File to write; left out, ID-VERSION.hakimpack
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Make a signing key: keep the file secret, give the printed public key to those who should trust your packs
    Keygen {
        /// File for the secret key
        out: PathBuf,
    },
    /// Sign a sealed pack
    Sign {
        /// Sealed pack
        file: PathBuf,
        /// File of the secret key
        #[arg(long)]
        key: PathBuf,
    },
    /// Accept packs signed with this public key on this machine
    Trust {
        /// Whose key it is
        name: String,
        /// Public key, 64 hexadecimal digits
        key: String,
    },
    /// Put a signed pack into use
    Install {
        /// Signed pack
        file: PathBuf,
    },
    /// Go back to the version that was in use before
    Rollback {
        /// Id of the pack
        id: String,
    },
    /// Packs in use on this machine, and older versions kept
    List,
    /// What a sealed pack says of itself
    Show {
        /// Sealed pack
        file: PathBuf,
    },
    /// What changed between two packs (folders or sealed files)
    Diff {
        /// Before
        before: PathBuf,
        /// After
        after: PathBuf,
        /// Also the lines that differ
        #[arg(long)]
        lines: bool,
    },
}

pub(crate) fn run(tool: &Tool) -> anyhow::Result<ExitCode> {
    match tool {
        Tool::New { id, folder } => new(id, folder),
        Tool::Check { folder } => check_all(folder),
        Tool::Stats { folder, json } => count(folder.as_deref(), *json),
        Tool::Build { pack, out } => build(pack, out.as_deref()),
        Tool::Keygen { out } => keygen(out),
        Tool::Sign { file, key } => sign(file, key),
        Tool::Trust { name, key } => {
            store()?.trust(name, key)?;
            println!("packs signed by {name} are accepted from now on");
            Ok(ExitCode::SUCCESS)
        }
        Tool::Install { file } => install(file),
        Tool::Rollback { id } => {
            match store()?.roll_back(id)? {
                Some(version) => println!("{id} {version} is in use again"),
                None => println!("{id}: what this program brings along is in use again"),
            }
            Ok(ExitCode::SUCCESS)
        }
        Tool::List => list(),
        Tool::Show { file } => {
            println!("{}", serde_json::to_string_pretty(&read_manifest(&read_file(file)?)?)?);
            Ok(ExitCode::SUCCESS)
        }
        Tool::Diff { before, after, lines } => diff(before, after, *lines),
    }
}

fn store() -> anyhow::Result<PackStore> {
    Ok(PackStore::new(Folders::of_this_machine()?.store()))
}

fn read_file(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// A worked example that passes the check, so that an author starts from something whole.
const EXAMPLE: [(&str, &str); 4] = [
    ("sources.toml", include_str!("../../knowledge/example/sources.toml")),
    ("findings/example.toml", include_str!("../../knowledge/example/findings/example.toml")),
    (
        "conditions/example-nettle-rash.toml",
        include_str!("../../knowledge/example/conditions/example-nettle-rash.toml"),
    ),
    ("README.md", include_str!("../../knowledge/example/README.md")),
];

fn new(id: &str, folder: &Path) -> anyhow::Result<ExitCode> {
    let sound = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    anyhow::ensure!(sound, "the id of a pack holds only small letters, digits and dashes: {id}");
    let root = folder.join(id);
    anyhow::ensure!(!root.exists(), "{} is already there: choose another id or folder", root.display());
    let manifest = include_str!("../../knowledge/example/pack.toml").replace("example-pack", id);
    for (name, text) in EXAMPLE.iter().copied().chain([("pack.toml", manifest.as_str())]) {
        let file = root.join(name);
        std::fs::create_dir_all(file.parent().unwrap_or(&root))?;
        std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    println!(
        "{} is ready: read README.md in it, change the example, then\n  hakim pack check {}",
        root.display(),
        folder.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn check_all(folder: &Path) -> anyhow::Result<ExitCode> {
    let (base, problems) = read(folder);
    for problem in &problems {
        println!("{problem}");
    }
    let counted = stats(&base);
    println!(
        "{} problems; {} conditions, {} findings, {} medicines, {} passages read",
        problems.len(),
        counted.conditions,
        counted.findings,
        counted.medicines,
        counted.passages
    );
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rows(s: &Stats) -> Vec<(String, usize)> {
    let mut rows: Vec<(String, usize)> = [
        ("conditions", s.conditions),
        ("findings", s.findings),
        ("findings_hpo", s.coded[0]),
        ("findings_symp", s.coded[1]),
        ("findings_loinc", s.coded[2]),
        ("medicines", s.medicines),
        ("interactions", s.interactions),
        ("passages", s.passages),
        ("facts", s.facts),
        ("facts_seen", s.facts_seen),
        ("facts_reviewed", s.facts_reviewed),
        ("doses", s.doses.0),
        ("doses_seen", s.doses.1),
        ("dangers", s.dangers.0),
        ("dangers_seen", s.dangers.1),
        ("interactions_seen", s.interactions_seen.1),
        ("languages", s.languages),
        ("facts_estimated", s.facts_estimated),
        ("medicines_with_doses", s.medicines_with_doses),
        ("treatments", s.treatments.0),
        ("treatments_seen", s.treatments.1),
        ("tests", s.tests.0),
        ("tests_seen", s.tests.1),
    ]
    .into_iter()
    .map(|(name, n)| (name.to_owned(), n))
    .collect();
    for (tradition, c) in &s.traditions {
        let parts = [
            ("conditions", c.conditions),
            ("drugs", c.drugs),
            ("formulations", c.formulations),
            ("terms", c.terms),
            ("interactions", c.interactions),
        ];
        rows.extend(parts.map(|(part, n)| (format!("{}_{part}", tradition.key()), n)));
    }
    for (kind, counts) in [("grade", &s.grades), ("review", &s.reviews), ("phrases", &s.phrases)] {
        rows.extend(counts.iter().map(|(name, n)| (format!("{kind}_{name}"), *n)));
    }
    rows
}

fn count(folder: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let base = match folder {
        Some(folder) => read(folder).0,
        None => load(&together(&builtin_packs(), &store()?.in_use()?.packs)).base,
    };
    let counted = rows(&stats(&base));
    if json {
        let object: serde_json::Map<String, serde_json::Value> =
            counted.iter().map(|(name, n)| (name.clone(), (*n).into())).collect();
        println!("{}", serde_json::to_string_pretty(&object)?);
    } else {
        for (name, n) in counted {
            println!("{name:22} {n:6}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn build(pack: &Path, out: Option<&Path>) -> anyhow::Result<ExitCode> {
    let (files, beside) = pack_of(pack)?;
    let loaded = load(&with_needed(&files, beside));
    let mut problems = loaded.problems;
    problems.extend(check_authored(&loaded.base));
    for problem in &problems {
        eprintln!("{problem}");
    }
    let report: BTreeMap<String, usize> = rows(&stats(&loaded.base)).into_iter().collect();
    let bytes = build_pack(&files, report, &problems)?;
    let manifest = read_manifest(&bytes)?;
    let out = out.map_or_else(|| format!("{}-{}.{PACK_ENDING}", manifest.id, manifest.version).into(), Path::to_owned);
    std::fs::write(&out, &bytes).with_context(|| format!("{} cannot be written", out.display()))?;
    println!("{}: {} files, {} bytes, not signed yet", out.display(), manifest.files, bytes.len());
    Ok(ExitCode::SUCCESS)
}

/// The pack in `folder` and the packs beside it.
fn pack_of(folder: &Path) -> anyhow::Result<(PackFiles, Vec<PackFiles>)> {
    let folder = folder.canonicalize().with_context(|| format!("{} is not there", folder.display()))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (packs, unreadable) = packs_in(folder.parent().unwrap_or(&folder));
    let unreadable: Vec<&Problem> = unreadable.iter().filter(|p| Path::new(&p.file).starts_with(&folder)).collect();
    anyhow::ensure!(
        unreadable.is_empty(),
        "{}",
        unreadable.iter().map(|p| p.to_string()).collect::<Vec<_>>().join("\n")
    );
    let (mine, beside): (Vec<PackFiles>, Vec<PackFiles>) = packs.into_iter().partition(|p| p.name == name);
    let mine = mine.into_iter().next().with_context(|| format!("{} holds no pack.toml", folder.display()))?;
    Ok((mine, beside))
}

/// The packs a pack refers to: from beside it, else the program's own.
fn with_needed(pack: &PackFiles, beside: Vec<PackFiles>) -> Vec<PackFiles> {
    let mut all: Vec<PackFiles> = vec![];
    for needed in manifest_of(pack).map(|m| m.needs).unwrap_or_default() {
        let found = beside.iter().cloned().chain(builtin_packs()).find(|p| p.name == needed);
        all.extend(found);
    }
    all.push(pack.clone());
    all
}

fn keygen(out: &Path) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(!out.exists(), "{} is already there: a key is never written over", out.display());
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| anyhow::anyhow!("this system gives no random numbers: {e}"))?;
    let digits = hex(&seed);
    let key = signing_key_from_hex(&digits).context("the key cannot be made")?;
    write_secret(out, &digits)?;
    println!("public key: {}", hex(key.verifying_key().as_bytes()));
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn write_secret(out: &Path, digits: &str) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(out)?;
    Ok(file.write_all(digits.as_bytes())?)
}

#[cfg(not(unix))]
fn write_secret(out: &Path, digits: &str) -> anyhow::Result<()> {
    Ok(std::fs::write(out, digits)?)
}

fn sign(file: &Path, key: &Path) -> anyhow::Result<ExitCode> {
    let digits = std::fs::read_to_string(key).with_context(|| format!("{} cannot be read", key.display()))?;
    let key =
        signing_key_from_hex(&digits).context("this file holds no signing key: 64 hexadecimal digits are expected")?;
    let signed = sign_pack(read_file(file)?, &key)?;
    std::fs::write(file, signed).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("{} is signed by {}", file.display(), hex(key.verifying_key().as_bytes()));
    Ok(ExitCode::SUCCESS)
}

fn install(file: &Path) -> anyhow::Result<ExitCode> {
    let pack = store()?.install(&read_file(file)?, &builtin_packs())?;
    println!("{} {} is in use: {}", pack.manifest.id, pack.manifest.version, pack.manifest.changes);
    Ok(ExitCode::SUCCESS)
}

fn list() -> anyhow::Result<ExitCode> {
    let store = store()?;
    let installed = store.in_use()?;
    for pack in builtin_packs() {
        if installed.packs.iter().all(|p| p.manifest.id != pack.name) {
            println!("{} {} (comes with the program)", pack.name, manifest_of(&pack)?.version);
        }
    }
    let kept = store.versions()?;
    for pack in &installed.packs {
        let m = &pack.manifest;
        let older: Vec<&str> =
            kept.get(&m.id).into_iter().flatten().map(String::as_str).filter(|v| *v != m.version).collect();
        println!(
            "{} {} signed by {}{}",
            m.id,
            m.version,
            hex(pack.signer.as_bytes()),
            if older.is_empty() { String::new() } else { format!("; kept: {}", older.join(", ")) }
        );
    }
    for problem in &installed.problems {
        println!("passed over: {problem}");
    }
    Ok(ExitCode::SUCCESS)
}

fn diff(before: &Path, after: &Path, lines: bool) -> anyhow::Result<ExitCode> {
    let changes = differing_files(&files_of(before)?, &files_of(after)?);
    for (name, change) in &changes {
        match change {
            FileChange::Added => println!("added    {name}"),
            FileChange::Removed => println!("removed  {name}"),
            FileChange::Changed(changed) => {
                println!("changed  {name} ({} lines)", changed.len());
                if lines {
                    changed.iter().for_each(|l| println!("  {l}"));
                }
            }
        }
    }
    println!("{} files differ", changes.len());
    Ok(ExitCode::SUCCESS)
}

/// The text files of a folder or of a sealed pack, whoever signed it: to compare is not to use.
fn files_of(path: &Path) -> anyhow::Result<PackFiles> {
    if path.is_dir() {
        return Ok(pack_of(path)?.0);
    }
    let bytes = read_file(path)?;
    let signer = bytes.len().checked_sub(96).and_then(|at| bytes.get(at..at + 32)).map(hex).unwrap_or_default();
    let trusted: Vec<_> = hakim_knowledge::key_from_hex(&signer).into_iter().collect();
    Ok(open_pack(&bytes, &trusted)?.files)
}

/// The packs of a folder (or the one pack that it is), and the program's own where they need one that is not there.
fn read(folder: &Path) -> (hakim_clinical::KnowledgeBase, Vec<Problem>) {
    let (packs, mut problems) = match pack_of(folder) {
        Ok((pack, beside)) => (with_needed(&pack, beside), vec![]),
        Err(_) => packs_in(folder),
    };
    let missing: Vec<String> = packs
        .iter()
        .filter_map(|p| manifest_of(p).ok())
        .flat_map(|m| m.needs)
        .filter(|needed| packs.iter().all(|p| p.name != *needed))
        .collect();
    let own = builtin_packs().into_iter().filter(|p| missing.contains(&p.name));
    let packs: Vec<PackFiles> = own.chain(packs).collect();
    let loaded = load(&packs);
    problems.extend(loaded.problems);
    // A pack with a fault of its own is refused whole: what others miss of it would only hide that fault.
    if problems.is_empty() {
        problems = check_authored(&loaded.base);
    }
    (loaded.base, problems)
}
