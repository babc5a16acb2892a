//! Writing so that a cut of power leaves either the old file or the new one, and holding the log for one process.

use crate::RecordsError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`: a temporary file beside it, fsync, rename, fsync of the folder.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), RecordsError> {
    let temporary = with_suffix(path, ".part");
    let written = (|| {
        let mut file = private_file(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if let Err(error) = written {
        // Ours and incomplete; leaving it would only take room.
        let _ = fs::remove_file(&temporary);
        return Err(RecordsError::io(path, error));
    }
    sync_folder_of(path)
}

/// Makes a rename or a new name in the folder of `path` last.
pub(crate) fn sync_folder_of(path: &Path) -> Result<(), RecordsError> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|f| f.sync_all()).map_err(|e| RecordsError::io(folder, e))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Creates a folder and its parents, readable by this user only.
pub(crate) fn private_folder(path: &Path) -> Result<(), RecordsError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| RecordsError::io(path, e))
}

/// Creates or empties a file, readable by this user only.
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(true)).open(path)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// `path` with `suffix` after its whole name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Held as long as the log is open; the system lets go of it when the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Held {
    /// Takes the log in `dir` for this process.
    pub(crate) fn take(dir: &Path) -> Result<Self, RecordsError> {
        let path = dir.join("lock");
        // Never truncated: Windows refuses that while another process holds the lock, with another error.
        let file = private(OpenOptions::new().write(true).create(true).truncate(false))
            .open(&path)
            .map_err(|e| RecordsError::io(&path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(RecordsError::InUse { dir: dir.to_owned() }),
            Err(TryLockError::Error(e)) => Err(RecordsError::io(&path, e)),
        }
    }
}
