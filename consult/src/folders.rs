//! Where things lie on this machine. Each place can be moved by an environment variable, for tests and USB sticks.

use directories::{BaseDirs, ProjectDirs};
use hakim_contract::Failure;
use std::path::PathBuf;

/// Folders of the program.
#[derive(Debug, Clone)]
pub struct Folders {
    /// patient log and settings; `HAKIM_DATA`
    pub data: PathBuf,
    /// models and data files fetched at set-up; `HAKIM_ASSETS`
    pub assets: PathBuf,
    /// a folder of packs as text, used instead of all others when sound, for authors; `HAKIM_PACKS`
    pub packs: Option<PathBuf>,
}

impl Folders {
    /// The usual places of this system.
    ///
    /// # Errors
    /// `settings-io` when the system names no home folder.
    pub fn of_this_machine() -> Result<Self, Failure> {
        let none = || Failure::new("settings-io").because("this system names no home folder: set HAKIM_DATA");
        let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let project = || ProjectDirs::from("org", "hakim", "Hakim");
        let data = match set("HAKIM_DATA") {
            Some(dir) => dir,
            None => project().ok_or_else(none)?.data_dir().to_path_buf(),
        };
        let assets = match set("HAKIM_ASSETS") {
            Some(dir) => dir,
            None => BaseDirs::new().ok_or_else(none)?.cache_dir().join("hakim").join("assets"),
        };
        Ok(Self { data, assets, packs: set("HAKIM_PACKS") })
    }

    /// Where models that the user brought are kept, and the list of them.
    pub fn models(&self) -> PathBuf {
        self.data.join("models")
    }

    /// Where installed packs are kept.
    pub fn store(&self) -> PathBuf {
        self.data.join("packs")
    }
}
