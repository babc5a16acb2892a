//! Where packs come from: built into the program, or a folder on disk or a stick.

use crate::Problem;
use include_dir::{Dir, include_dir};
use std::path::Path;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/packs");

/// A pack file larger than this is refused unread: no honest file comes near it.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// The text files of one pack, in a fixed order.
#[derive(Debug, Clone, Default)]
pub struct PackFiles {
    /// name of the pack's folder
    pub name: String,
    /// path inside the packs folder, and content
    pub files: Vec<(String, String)>,
}

/// The packs this program was built with.
pub fn builtin_packs() -> Vec<PackFiles> {
    let mut packs: Vec<_> = BUILTIN
        .dirs()
        .map(|dir| {
            let mut pack =
                PackFiles { name: dir.path().file_name().unwrap_or_default().to_string_lossy().into(), files: vec![] };
            collect_builtin(dir, &mut pack.files);
            pack.files.sort();
            pack
        })
        .collect();
    packs.sort_by(|a, b| a.name.cmp(&b.name));
    packs
}

fn collect_builtin(dir: &Dir<'_>, into: &mut Vec<(String, String)>) {
    for file in dir.files().filter(|f| f.path().extension().is_some_and(|e| e == "toml")) {
        // A non-UTF-8 file cannot get here: `hakim pack check` reads the same files from disk in every CI run.
        if let Some(text) = file.contents_utf8() {
            into.push((file.path().to_string_lossy().replace('\\', "/"), text.to_owned()));
        }
    }
    for sub in dir.dirs() {
        collect_builtin(sub, into);
    }
}

/// Reads every pack below `folder`. Files that cannot be read become problems, never a panic.
pub fn packs_in(folder: &Path) -> (Vec<PackFiles>, Vec<Problem>) {
    let mut problems = vec![];
    let mut packs = vec![];
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) => {
            problems
                .push(whole(folder, format!("cannot read the packs folder ({e}): check the path and its permissions")));
            return (packs, problems);
        }
    };
    let mut folders: Vec<_> = entries.flatten().map(|e| e.path()).filter(|p| p.join("pack.toml").is_file()).collect();
    folders.sort();
    for dir in folders {
        let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut pack = PackFiles { name: name.clone(), files: vec![] };
        collect_disk(&dir, &name, &mut pack.files, &mut problems);
        pack.files.sort();
        packs.push(pack);
    }
    (packs, problems)
}

fn collect_disk(dir: &Path, prefix: &str, into: &mut Vec<(String, String)>, problems: &mut Vec<Problem>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        problems.push(whole(dir, "cannot be listed: check its permissions".into()));
        return;
    };
    for path in entries.flatten().map(|e| e.path()) {
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect_disk(&path, &name, into, problems);
        } else if path.extension().is_some_and(|e| e == "toml") {
            if path.metadata().is_ok_and(|m| m.len() > MAX_FILE_BYTES) {
                problems.push(whole(&path, "is larger than 4 MiB: this is no pack file".into()));
                continue;
            }
            match std::fs::read(&path).map(String::from_utf8) {
                Ok(Ok(text)) => into.push((name, text)),
                Ok(Err(_)) => problems.push(whole(&path, "is not UTF-8 text: copy it again from its origin".into())),
                Err(e) => problems.push(whole(&path, format!("cannot be read ({e}): copy it again from its origin"))),
            }
        }
    }
}

fn whole(path: &Path, what: String) -> Problem {
    Problem { file: path.display().to_string(), line: 0, id: String::new(), what }
}
