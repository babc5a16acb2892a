//! Skipping steps whose inputs have not changed.

use anyhow::Result;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// Hash of names and contents of files and folders, in order.
pub(crate) fn of(paths: &[&Path]) -> Result<String> {
    let mut hash = Sha256::new();
    for path in paths {
        add(&mut hash, path)?;
    }
    Ok(hex(&hash.finalize()))
}

fn add(hash: &mut Sha256, path: &Path) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path)?.collect::<std::io::Result<_>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            add(hash, &entry.path())?;
        }
    } else if path.is_file() {
        hash.update(path.to_string_lossy().as_bytes());
        hash.update(std::fs::read(path)?);
    }
    Ok(())
}

/// Whether the stamp file says the same.
pub(crate) fn fresh(stamp: &Path, hash: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|kept| kept == hash)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_fresh_until_a_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.rs");
        std::fs::write(&file, "one").unwrap();
        let before = of(&[dir.path()]).unwrap();
        let stamp = dir.path().with_extension("stamp");
        assert!(!fresh(&stamp, &before));
        std::fs::write(&stamp, &before).unwrap();
        assert!(fresh(&stamp, &of(&[dir.path()]).unwrap()));
        std::fs::write(&file, "two").unwrap();
        assert!(!fresh(&stamp, &of(&[dir.path()]).unwrap()));
        std::fs::remove_file(stamp).unwrap();
    }
}
