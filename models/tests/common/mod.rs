//! Where the tests look for model files.

use std::path::{Path, PathBuf};

/// A file of this name anywhere below `$HAKIM_ASSETS` (or the cache folder); says so when it is not there.
pub(crate) fn asset(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HAKIM_ASSETS").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME")?;
        Some(Path::new(&home).join(".cache/hakim/assets"))
    })?;
    let found = find(&root, name);
    if found.is_none() {
        println!("skipped: {name} is not below {}", root.display());
    }
    found
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            folders.push(path);
        } else if entry.file_name() == name {
            return Some(path);
        }
    }
    folders.iter().find_map(|folder| find(folder, name))
}
