//! The whole log as one file, and back.
//!
//! Everything in it is as encrypted as on disk: the database under the data key, the attachments, and `keys.json`, so
//! that passphrase and recovery key of the day of the backup open it.
//!
//! File: `HKB1`; then per entry the length of its name (u16), its name, the length of its content (u64) and the
//! content; a name of length 0 ends them; then blake3 of all before. Numbers are little-endian.

use crate::audit::{self, Action};
use crate::database::{self, Open};
use crate::disk::{private_file, private_folder, sync_folder_of, with_suffix};
use crate::keys::KeyFile;
use crate::log::BUILDING;
use crate::{Log, Part, RecordsError, log_exists};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

const MAGIC: &[u8; 4] = b"HKB1";
const HASH: u64 = 32;
/// Name of the database inside a backup.
const DATABASE: &str = "log.db";

impl Log {
    /// Writes the whole log to `file`, which is replaced only when the new one is complete.
    ///
    /// # Errors
    /// `Corrupt` when an attachment does not read well, `DiskFull`, `Io`, `Database`. The log itself stays as it is.
    pub fn backup_to(&mut self, file: &Path) -> Result<(), RecordsError> {
        self.change(|change| audit::append(change, Action::Backup, "", b""))?;
        let snapshot = self.dir.join("backup.db");
        let partial = with_suffix(file, ".part");
        let done = self.snapshot_to(&snapshot).and_then(|()| self.write_backup(&snapshot, &partial));
        let cleaned = fs::remove_file(&snapshot).map_err(|e| RecordsError::io(&snapshot, e));
        if let Err(error) = done.and(cleaned) {
            // Ours and incomplete.
            let _ = fs::remove_file(&partial);
            return Err(error);
        }
        fs::rename(&partial, file).map_err(|e| RecordsError::io(file, e))?;
        sync_folder_of(file)
    }

    fn snapshot_to(&self, path: &Path) -> Result<(), RecordsError> {
        let sql = |e| RecordsError::sql(path, e);
        let mut copy = database::open(path, &self.key, Open::New)?;
        rusqlite::backup::Backup::new(&self.connection, &mut copy)
            .and_then(|backup| backup.run_to_completion(1000, std::time::Duration::ZERO, None))
            .map_err(sql)?;
        copy.close().map_err(|(_, e)| sql(e))
    }

    fn write_backup(&self, snapshot: &Path, partial: &Path) -> Result<(), RecordsError> {
        let files: Vec<String> =
            self.rows("SELECT DISTINCT file FROM attachments ORDER BY file", [], |row| row.get(0))?;
        let fail = |e| RecordsError::io(partial, e);
        let mut out = Hashing { inner: private_file(partial).map_err(fail)?, hasher: blake3::Hasher::new() };
        out.write_all(MAGIC).map_err(fail)?;
        for file in &files {
            // Read through the check: a damaged picture must not silently end up in the backup.
            self.read_content(file)?;
            write_entry(&mut out, &entry_name(file), &self.content_path(file), partial)?;
        }
        write_entry(&mut out, DATABASE, snapshot, partial)?;
        write_entry(&mut out, KeyFile::NAME, &self.dir.join(KeyFile::NAME), partial)?;
        out.write_all(&0_u16.to_le_bytes()).map_err(fail)?;
        let hash = out.hasher.finalize();
        out.inner.write_all(hash.as_bytes()).and_then(|()| out.inner.sync_all()).map_err(fail)
    }
}

/// Unpacks a backup into `dir`, which must not hold a log; then [`Log::unlock`] opens it. The file is checked as a
/// whole before anything is written.
///
/// # Errors
/// [`RecordsError::AlreadyExists`], [`RecordsError::Corrupt`], `InUse`, `DiskFull`, `Io`.
pub fn restore_backup(file: &Path, dir: &Path) -> Result<(), RecordsError> {
    check_whole(file)?;
    private_folder(dir)?;
    let _held = crate::disk::Held::take(dir)?;
    if log_exists(dir) {
        return Err(RecordsError::AlreadyExists { dir: dir.to_owned() });
    }
    let fail = |e| RecordsError::io(file, e);
    let mut input = BufReader::new(File::open(file).map_err(fail)?);
    input.read_exact(&mut [0; MAGIC.len()]).map_err(fail)?;
    loop {
        let mut length = [0; 2];
        input.read_exact(&mut length).map_err(fail)?;
        if length == [0; 2] {
            return Ok(());
        }
        let mut name = vec![0; usize::from(u16::from_le_bytes(length))];
        input.read_exact(&mut name).map_err(fail)?;
        let mut size = [0; 8];
        input.read_exact(&mut size).map_err(fail)?;
        let name = String::from_utf8_lossy(&name).into_owned();
        // The key file comes last and makes it a log; the database waits under the name of an unfinished one.
        let place = match name.as_str() {
            DATABASE => dir.join(BUILDING),
            KeyFile::NAME => dir.join(KeyFile::NAME),
            _ if is_attachment_name(&name) => dir.join(&name),
            _ => return Err(RecordsError::corrupt(Part::Backup, file.display(), "unknown entry")),
        };
        unpack(&mut input, u64::from_le_bytes(size), &place)?;
    }
}

fn unpack(input: &mut impl Read, size: u64, place: &Path) -> Result<(), RecordsError> {
    let fail = |e| RecordsError::io(place, e);
    if let Some(folder) = place.parent() {
        private_folder(folder)?;
    }
    let mut out = private_file(place).map_err(fail)?;
    let copied = io::copy(&mut input.take(size), &mut out).map_err(fail)?;
    if copied != size {
        return Err(RecordsError::corrupt(Part::Backup, place.display(), "the entry is cut"));
    }
    out.sync_all().map_err(fail)?;
    sync_folder_of(place)
}

/// The hash at the end must be that of everything before it.
fn check_whole(file: &Path) -> Result<(), RecordsError> {
    let fail = |e| RecordsError::io(file, e);
    let damaged = |detail| Err(RecordsError::corrupt(Part::Backup, file.display(), detail));
    let size = fs::metadata(file).map_err(fail)?.len();
    let mut input = BufReader::new(File::open(file).map_err(fail)?);
    let mut magic = [0; MAGIC.len()];
    if size < HASH + MAGIC.len() as u64 || input.read_exact(&mut magic).is_err() || &magic != MAGIC {
        return damaged("this is no backup of a patient log");
    }
    let mut hashing = Hashing { inner: io::sink(), hasher: blake3::Hasher::new() };
    hashing.hasher.update(&magic);
    io::copy(&mut input.by_ref().take(size - HASH - MAGIC.len() as u64), &mut hashing).map_err(fail)?;
    let mut stored = [0; HASH as usize];
    input.read_exact(&mut stored).map_err(fail)?;
    if hashing.hasher.finalize() == blake3::Hash::from_bytes(stored) {
        Ok(())
    } else {
        damaged("the file was changed or cut")
    }
}

fn write_entry<W: Write>(out: &mut Hashing<W>, name: &str, source: &Path, partial: &Path) -> Result<(), RecordsError> {
    let read = |e| RecordsError::io(source, e);
    let mut input = File::open(source).map_err(read)?;
    let size = input.metadata().map_err(read)?.len();
    let written = (|| {
        out.write_all(&(name.len() as u16).to_le_bytes())?;
        out.write_all(name.as_bytes())?;
        out.write_all(&size.to_le_bytes())?;
        io::copy(&mut input, out)
    })();
    written.map(drop).map_err(|e| RecordsError::io(partial, e))
}

fn entry_name(file: &str) -> String {
    format!("attachments/{}/{}/{file}", file.get(0..2).unwrap_or("__"), file.get(2..4).unwrap_or("__"))
}

/// Exactly the names that [`entry_name`] makes: nothing in a backup can be written elsewhere.
fn is_attachment_name(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|file| {
        file.len() == 64
            && file.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && entry_name(file) == name
    })
}

/// Hashes what passes through.
struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..taken]);
        Ok(taken)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
