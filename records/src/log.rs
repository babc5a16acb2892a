//! Making, opening and locking the log, and its settings.

use crate::audit::{self, Action};
use crate::database::{self, Open};
use crate::disk::{Held, private_folder, sync_folder_of, with_suffix};
use crate::keys::{KeyFile, Which};
use crate::secret::DataKey;
use crate::{Passphrase, RecordsError, RecoveryKey};
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, TransactionBehavior};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const DATABASE: &str = "log.db";
/// Name of the database until the key file is written.
pub(crate) const BUILDING: &str = "log.db.new";
/// Longest a wrong passphrase is answered late.
const LONGEST_DELAY: Duration = Duration::from_secs(5);
/// Wrong tries in a row that are answered at once.
const FREE_TRIES: u32 = 2;
/// How much later each further wrong try is answered.
const DELAY_STEP: Duration = Duration::from_millis(500);

/// Wrong tries in a row in this process, by folder.
static WRONG_TRIES: Mutex<BTreeMap<PathBuf, u32>> = Mutex::new(BTreeMap::new());

/// Where the log lives: `$HAKIM_DATA/records`, else `records` in the system's folder for application data.
///
/// # Errors
/// [`RecordsError::NoPlace`] when the system names no home folder.
pub fn default_dir() -> Result<PathBuf, RecordsError> {
    if let Some(data) = std::env::var_os("HAKIM_DATA").filter(|d| !d.is_empty()) {
        return Ok(PathBuf::from(data).join("records"));
    }
    let places = directories::ProjectDirs::from("", "", "hakim").ok_or(RecordsError::NoPlace)?;
    // Local, not roaming: the log must not travel to a server with the Windows profile.
    Ok(places.data_local_dir().join("records"))
}

/// Whether `dir` holds a log, whole or damaged.
pub fn log_exists(dir: &Path) -> bool {
    [KeyFile::NAME, "keys.json.old", DATABASE].iter().any(|name| dir.join(name).exists())
}

/// A new UUIDv7 as text, for the ids of patients and visits: sorts by time of making.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The log, unlocked. Dropping it locks it. `Send`; meant to live behind a `Mutex`.
pub struct Log {
    // First, so that it is closed before the lock is let go.
    pub(crate) connection: Connection,
    pub(crate) key: DataKey,
    pub(crate) dir: PathBuf,
    keys: KeyFile,
    _held: Held,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Log {
    /// Makes an empty log in `dir` (made if need be) and opens it. The recovery key exists only in what is returned:
    /// show it once, to be printed.
    ///
    /// # Errors
    /// [`RecordsError::AlreadyExists`]; `InUse`, `DiskFull`, `Io`.
    pub fn create(dir: &Path, passphrase: &Passphrase) -> Result<(Self, RecoveryKey), RecordsError> {
        private_folder(dir)?;
        let held = Held::take(dir)?;
        if log_exists(dir) {
            return Err(RecordsError::AlreadyExists { dir: dir.to_owned() });
        }
        let (key, recovery) = (DataKey::random(), RecoveryKey::random());
        let keys = KeyFile::wrap(&key, passphrase, &recovery)?;
        // The database is built under another name; a crash before `keys.json` leaves no log, a crash after it is
        // finished by the next unlocking.
        let building = dir.join(BUILDING);
        remove_unborn(&building)?;
        {
            let mut connection = database::open(&building, &key, Open::New)?;
            database::migrate(&mut connection, &building)?;
            let sql = |e| RecordsError::sql(&building, e);
            let change = connection.transaction().map_err(sql)?;
            audit::append(&change, Action::Create, "", b"").map_err(sql)?;
            change.commit().map_err(sql)?;
            close(connection, &building)?;
        }
        sync_folder_of(&building)?;
        keys.store(dir, |read| Ok(opens(read.open(passphrase)?.as_ref(), &key)))?;
        let log = Self::open(dir, key, keys, held)?;
        Ok((log, recovery))
    }

    /// Opens the log in `dir`.
    ///
    /// # Errors
    /// [`RecordsError::WrongPassphrase`] (after a few wrong tries in a row answered later and later, up to 5 s);
    /// `NoLog`, `InUse`, `Corrupt`, `Newer`, `DiskFull`, `Io`. Nothing is deleted whatever is found.
    pub fn unlock(dir: &Path, passphrase: &Passphrase) -> Result<Self, RecordsError> {
        Self::unlock_by(dir, Action::Unlock, RecordsError::WrongPassphrase, |keys| keys.open(passphrase))
    }

    /// Opens the log with the printed recovery key; then [`Log::change_passphrase`] sets a new passphrase.
    ///
    /// # Errors
    /// [`RecordsError::RecoveryKeyMistyped`], [`RecordsError::WrongRecoveryKey`], and as [`Log::unlock`].
    pub fn unlock_with_recovery(dir: &Path, typed: &str) -> Result<Self, RecordsError> {
        let recovery = RecoveryKey::read(typed)?;
        Self::unlock_by(dir, Action::UnlockWithRecovery, RecordsError::WrongRecoveryKey, |keys| {
            keys.open_with_recovery(&recovery)
        })
    }

    fn unlock_by(
        dir: &Path,
        action: Action,
        wrong: RecordsError,
        open_keys: impl FnOnce(&KeyFile) -> Result<Option<DataKey>, RecordsError>,
    ) -> Result<Self, RecordsError> {
        if !log_exists(dir) {
            return Err(RecordsError::NoLog { dir: dir.to_owned() });
        }
        let held = Held::take(dir)?;
        let (keys, which) = KeyFile::load(dir)?;
        let Some(key) = open_keys(&keys)? else {
            std::thread::sleep(delay_after_wrong_try(dir));
            return Err(wrong);
        };
        WRONG_TRIES.lock().unwrap_or_else(PoisonError::into_inner).remove(dir);
        let mut log = Self::open(dir, key, keys, held)?;
        match log.change(|change| audit::append(change, action, "", b"")) {
            // Without room for the entry the patients must still be readable; every later write says the disk is full.
            Ok(()) | Err(RecordsError::DiskFull { .. }) => {}
            Err(error) => return Err(error),
        }
        if which == Which::Present {
            KeyFile::forget_old(dir)?;
        }
        Ok(log)
    }

    fn open(dir: &Path, key: DataKey, keys: KeyFile, held: Held) -> Result<Self, RecordsError> {
        let path = dir.join(DATABASE);
        let building = dir.join(BUILDING);
        if !path.exists() && building.exists() {
            fs::rename(&building, &path).map_err(|e| RecordsError::io(&path, e))?;
            sync_folder_of(&path)?;
        }
        let mut connection = database::open(&path, &key, Open::Existing)?;
        database::migrate(&mut connection, &path)?;
        Ok(Self { connection, key, dir: dir.to_owned(), keys, _held: held })
    }

    /// Sets a new passphrase. The data key, and so everything stored, stays; the recovery key stays too.
    ///
    /// # Errors
    /// `DiskFull`, `Io`: the old passphrase goes on working.
    pub fn change_passphrase(&mut self, passphrase: &Passphrase) -> Result<(), RecordsError> {
        self.change(|change| audit::append(change, Action::ChangePassphrase, "", b""))?;
        let mut keys = self.keys.clone();
        keys.set_passphrase(&self.key, passphrase)?;
        keys.store(&self.dir, |read| Ok(opens(read.open(passphrase)?.as_ref(), &self.key)))?;
        self.keys = keys;
        Ok(())
    }

    /// Makes a new recovery key, to be printed; the old sheet stops working.
    ///
    /// # Errors
    /// `DiskFull`, `Io`: the old recovery key goes on working.
    pub fn renew_recovery_key(&mut self) -> Result<RecoveryKey, RecordsError> {
        let recovery = RecoveryKey::random();
        self.change(|change| audit::append(change, Action::RenewRecoveryKey, "", b""))?;
        let mut keys = self.keys.clone();
        keys.set_recovery(&self.key, &recovery)?;
        keys.store(&self.dir, |read| Ok(opens(read.open_with_recovery(&recovery)?.as_ref(), &self.key)))?;
        self.keys = keys;
        Ok(recovery)
    }

    /// Locks the log. Dropping it does the same but cannot say what went wrong.
    ///
    /// # Errors
    /// `DiskFull`, `Io`, `Database`; what was saved is safe in the write-ahead log all the same.
    pub fn lock(self) -> Result<(), RecordsError> {
        let Self { connection, dir, .. } = self;
        close(connection, &dir.join(DATABASE))
    }

    /// The value of a setting.
    ///
    /// # Errors
    /// `Corrupt`, `Database`.
    pub fn setting(&self, key: &str) -> Result<Option<String>, RecordsError> {
        self.connection
            .query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| row.get(0))
            .optional()
            .map_err(|e| self.sql(e))
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// `DiskFull`, `Database`.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), RecordsError> {
        self.change(|change| {
            change.execute(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [key, value],
            )?;
            audit::append(change, Action::Set, key, audit::digest(&[value.as_bytes()]).as_bytes())
        })
    }

    /// One transaction: all of `work`, its audit entry among it, or nothing.
    pub(crate) fn change<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, RecordsError> {
        let path = self.dir.join(DATABASE);
        let sql = |e| RecordsError::sql(&path, e);
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let done = work(&change).map_err(sql)?;
        change.commit().map_err(sql)?;
        Ok(done)
    }

    /// All rows of a query.
    pub(crate) fn rows<T>(
        &self,
        query: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, RecordsError> {
        let all = || -> rusqlite::Result<Vec<T>> { self.connection.prepare(query)?.query_map(params, read)?.collect() };
        all().map_err(|e| self.sql(e))
    }
    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join(DATABASE)
    }
    pub(crate) fn sql(&self, error: rusqlite::Error) -> RecordsError {
        RecordsError::sql(&self.database(), error)
    }
}

fn opens(opened: Option<&DataKey>, key: &DataKey) -> bool {
    opened.is_some_and(|o| o.0 == key.0)
}

/// Removes what a creation left that never got a key file: nobody could ever open it.
fn remove_unborn(building: &Path) -> Result<(), RecordsError> {
    for path in [building.to_owned(), with_suffix(building, "-wal"), with_suffix(building, "-journal")] {
        match fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(RecordsError::io(&path, e)),
            _ => {}
        }
    }
    Ok(())
}

fn close(connection: Connection, path: &Path) -> Result<(), RecordsError> {
    connection.close().map_err(|(_, e)| RecordsError::sql(path, e))
}

fn delay_after_wrong_try(dir: &Path) -> Duration {
    let mut tries = WRONG_TRIES.lock().unwrap_or_else(PoisonError::into_inner);
    let wrong = tries.entry(dir.to_owned()).or_insert(0);
    *wrong = wrong.saturating_add(1);
    (DELAY_STEP * wrong.saturating_sub(FREE_TRIES).min(100)).min(LONGEST_DELAY)
}
