//! Models that a user brought, and which are in use: a list in a folder of its own, beside the built-in catalogue. A language
//! model is a file, an encoder of pictures a folder.

use crate::Cancel;
use crate::catalogue::{self, Purpose, Thoroughness, digest};
use crate::error::ModelError;
use crate::inspect::{Trial, inspect, try_out};
use crate::picture;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A model that was brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// Made from its name; another than any in the catalogue.
    pub id: String,
    /// As the file names itself; of a folder its name.
    pub name: String,
    /// What it is used for; lists of earlier versions do not say, and hold chat models only.
    #[serde(default)]
    pub purpose: Purpose,
    /// `llama`, `qwen2`, `clip` and so on.
    pub architecture: String,
    /// Where the file or the folder lies.
    pub file: PathBuf,
    /// It is our copy, and goes when the model is removed.
    pub copied: bool,
    /// Bytes of the file or of the files.
    pub size: u64,
    /// Estimated bytes of memory.
    pub memory: u64,
    /// SHA-256 when it was brought; of a folder that over the names and sums of its files.
    pub sha256: String,
    /// As the file says; empty when it says nothing.
    #[serde(default)]
    pub licence: String,
    /// As the file says.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Tokens, or texts, read in a second when it was tried.
    reading: f64,
    /// Tokens written, or pictures looked at, in a second when it was tried.
    writing: f64,
}

impl Brought {
    /// How it ran when it was tried.
    pub fn trial(&self) -> Trial {
        let (reading, writing) = (self.reading, self.writing);
        match self.purpose {
            Purpose::Vision => Trial::Pictures { pictures: writing, texts: reading },
            Purpose::Chat | Purpose::Embed | Purpose::Test => Trial::Words { reading, writing },
        }
    }

    /// What it consists of is where it was.
    pub fn is_present(&self) -> bool {
        self.file.exists()
    }
}

/// What is being done to a file that is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// header and tokenizer
    Inspecting,
    /// sum, and copy where one is made: bytes done, of so many
    Copying(u64, u64),
    /// a short run
    Trying,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// id of the chat model in use; `None`: the catalogue's
    chosen: Option<String>,
    /// id of the encoder of pictures in use; `None`: the first that was brought
    #[serde(default)]
    pictures: Option<String>,
    #[serde(default, rename = "model")]
    models: Vec<Brought>,
}

/// The catalogue's chat model that is used when none was chosen.
pub const DEFAULT_CHAT: &str = "qwen2.5-coder-1.5b-instruct";

const LIST: &str = "models.toml";

/// The list in its folder.
#[derive(Debug, Clone)]
pub struct Registry {
    folder: PathBuf,
}

impl Registry {
    /// The list in this folder, which need not exist yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// All that were brought.
    ///
    /// # Errors
    /// `Catalogue` when the list is damaged, `Read`.
    pub fn brought(&self) -> Result<Vec<Brought>, ModelError> {
        Ok(self.read()?.models)
    }

    /// Takes a GGUF file, or the folder of an encoder of pictures, in: looks it over, copies it (or leaves it where it is), runs
    /// it, and notes it down. A file that is already known by its sum is not taken twice.
    ///
    /// # Errors
    /// As [`inspect`] and [`try_out`]; `Read` when the disk is full, after which nothing is left behind; `Cancelled`.
    pub fn add(
        &self,
        path: &Path,
        copy: bool,
        cancel: &Cancel,
        mut on_step: impl FnMut(Step),
    ) -> Result<Brought, ModelError> {
        on_step(Step::Inspecting);
        let mut path = std::path::absolute(path).map_err(|e| ModelError::reading(path, e))?;
        // Who points at a file of a folder means the folder.
        if picture::FILES.iter().any(|name| path.ends_with(name)) {
            path.pop();
        }
        let inspection = inspect(&path)?;
        std::fs::create_dir_all(&self.folder).map_err(|e| ModelError::reading(&self.folder, e))?;
        let draft = copy.then(|| Draft(self.folder.join(format!("draft-{}.part", std::process::id()))));
        let copied = draft.as_ref().map(|d| d.0.as_path());
        let sha256 = sum(&path, copied, cancel, |done| on_step(Step::Copying(done, inspection.size)))?;
        let mut kept = self.read()?;
        if let Some(known) = kept.models.iter().find(|model| model.sha256 == sha256 && model.is_present()) {
            return Ok(known.clone());
        }
        kept.models.retain(|model| model.sha256 != sha256);
        on_step(Step::Trying);
        let (reading, writing) = match try_out(copied.unwrap_or(&path), cancel)? {
            Trial::Words { reading, writing } => (reading, writing),
            Trial::Pictures { pictures, texts } => (texts, pictures),
        };
        let id = free_id(&inspection.name, &kept.models)?;
        let file = match &draft {
            Some(draft) => {
                let ending = if inspection.purpose == Purpose::Vision { "" } else { ".gguf" };
                let file = self.folder.join(format!("{id}{ending}"));
                std::fs::rename(&draft.0, &file).map_err(|e| ModelError::reading(&file, e))?;
                file
            }
            None => path,
        };
        let model = Brought {
            id,
            name: inspection.name,
            purpose: inspection.purpose,
            architecture: inspection.architecture,
            file,
            copied: copy,
            size: inspection.size,
            memory: inspection.memory,
            sha256,
            licence: inspection.licence,
            languages: inspection.languages,
            reading,
            writing,
        };
        kept.models.push(model.clone());
        self.write(&kept)?;
        Ok(model)
    }

    /// Takes a model off the list, and our copy of its file with it.
    ///
    /// # Errors
    /// `Unknown` when it is not on the list, `Read` when the copy cannot be deleted.
    pub fn remove(&self, id: &str) -> Result<(), ModelError> {
        let mut kept = self.read()?;
        let at = kept.models.iter().position(|model| model.id == id).ok_or_else(|| unknown(id))?;
        let model = kept.models.remove(at);
        if model.copied && model.is_present() {
            delete(&model.file).map_err(|e| ModelError::reading(&model.file, e))?;
        }
        for chosen in [&mut kept.chosen, &mut kept.pictures] {
            chosen.take_if(|chosen| chosen == id);
        }
        self.write(&kept)
    }

    /// Uses this model from now on for its purpose: one that was brought, or a chat model of the catalogue.
    ///
    /// # Errors
    /// `Unknown` when there is none.
    pub fn choose(&self, id: &str) -> Result<Purpose, ModelError> {
        let mut kept = self.read()?;
        let brought = kept.models.iter().find(|model| model.id == id).map(|model| model.purpose);
        let of_catalogue = || catalogue::entry(id).ok().map(|entry| entry.purpose);
        let purpose = brought.or_else(of_catalogue).ok_or_else(|| unknown(id))?;
        match purpose {
            Purpose::Chat => kept.chosen = Some(id.to_owned()).filter(|id| id != DEFAULT_CHAT),
            Purpose::Vision => kept.pictures = Some(id.to_owned()),
            Purpose::Embed | Purpose::Test => return Err(unknown(id)),
        }
        self.write(&kept)?;
        Ok(purpose)
    }

    /// The encoder of pictures in use, if one was brought.
    ///
    /// # Errors
    /// `Catalogue` when the list is damaged, `Read`.
    pub fn chosen_pictures(&self) -> Result<Option<Brought>, ModelError> {
        let Kept { pictures, models, .. } = self.read()?;
        let mut models: Vec<Brought> = models.into_iter().filter(|model| model.purpose == Purpose::Vision).collect();
        let at = models.iter().position(|model| Some(&model.id) == pictures.as_ref()).unwrap_or_default();
        Ok((at < models.len()).then(|| models.swap_remove(at)))
    }

    /// Id of the chat model in use.
    pub fn chosen(&self) -> String {
        self.read().ok().and_then(|kept| kept.chosen).unwrap_or_else(|| DEFAULT_CHAT.to_owned())
    }

    /// The file of the chat model in use, after a check of size and first bytes.
    ///
    /// # Errors
    /// `Missing`, `Corrupt`, `Read`, `Catalogue`.
    pub fn chat_file(&self, assets: &Path) -> Result<PathBuf, ModelError> {
        let chosen = self.chosen();
        self.check(&chosen, assets, Thoroughness::Quick, &Cancel::default())
    }

    /// Checks a model by id, brought or of the catalogue, and returns its file.
    ///
    /// # Errors
    /// `Missing`, `Corrupt`, `Read`, `Cancelled`, `Unknown`.
    pub fn check(&self, id: &str, assets: &Path, how: Thoroughness, cancel: &Cancel) -> Result<PathBuf, ModelError> {
        let brought = self.read()?.models.into_iter().find(|model| model.id == id);
        let Some(model) = brought else { return catalogue::entry(id)?.check(assets, how, cancel) };
        let mut size = 0;
        for part in parts(&model.file) {
            size += std::fs::metadata(&part).map_err(|e| ModelError::reading(&part, e))?.len();
        }
        if size != model.size {
            let what = format!("{size} bytes where it had {} when it was brought", model.size);
            return Err(ModelError::corrupt(&model.file, what));
        }
        if how == Thoroughness::Full && sum(&model.file, None, cancel, |_| ())? != model.sha256 {
            return Err(ModelError::corrupt(&model.file, "it is another than the one that was brought"));
        }
        Ok(model.file)
    }

    fn read(&self) -> Result<Kept, ModelError> {
        let file = self.folder.join(LIST);
        match std::fs::read_to_string(&file) {
            Ok(text) => toml::from_str(&text)
                .map_err(|e| ModelError::Catalogue(format!("{} does not parse: {}", file.display(), e.message()))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Kept::default()),
            Err(e) => Err(ModelError::reading(&file, e)),
        }
    }

    /// Whole or not at all.
    fn write(&self, kept: &Kept) -> Result<(), ModelError> {
        let file = self.folder.join(LIST);
        let text = toml::to_string_pretty(kept).map_err(|e| ModelError::Catalogue(e.to_string()))?;
        let draft = Draft(file.with_extension("toml.new"));
        let written = std::fs::create_dir_all(&self.folder)
            .and_then(|()| File::create(&draft.0))
            .and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.sync_all()))
            .and_then(|()| std::fs::rename(&draft.0, &file));
        written.map_err(|e| ModelError::reading(&file, e))
    }
}

fn unknown(id: &str) -> ModelError {
    ModelError::Unknown { id: id.to_owned() }
}

/// The files a model consists of.
fn parts(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() { picture::FILES.iter().map(|name| path.join(name)).collect() } else { vec![path.to_owned()] }
}

/// SHA-256 of a file as [`digest`] takes it; of a folder that over a line with name and sum for each of its files. Both are
/// copied where a copy is wanted.
fn sum(path: &Path, copy: Option<&Path>, cancel: &Cancel, mut on_bytes: impl FnMut(u64)) -> Result<String, ModelError> {
    if !path.is_dir() {
        return digest(path, copy, cancel, on_bytes);
    }
    if let Some(copy) = copy {
        std::fs::create_dir_all(copy).map_err(|e| ModelError::reading(copy, e))?;
    }
    let (mut lines, mut before) = (String::new(), 0);
    for name in picture::FILES {
        let copy = copy.map(|copy| copy.join(name));
        let mut own = 0;
        let sum = digest(&path.join(name), copy.as_deref(), cancel, |done| {
            own = done;
            on_bytes(before + done);
        })?;
        before += own;
        lines.push_str(&format!("{name} {sum}\n"));
    }
    Ok(Sha256::digest(lines).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Of a folder only the files of a model go, and it itself when nothing else lies in it.
fn delete(path: &Path) -> std::io::Result<()> {
    if !path.is_dir() {
        return std::fs::remove_file(path);
    }
    for part in parts(path) {
        match std::fs::remove_file(part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => (),
        }
    }
    std::fs::remove_dir(path)
}

/// A file or folder that is deleted unless it was renamed.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // It is gone when it was renamed.
        let _ = delete(&self.0);
    }
}

/// Letters, digits and dashes of a name, with a number where another model has them already.
fn free_id(name: &str, brought: &[Brought]) -> Result<String, ModelError> {
    const LONGEST: usize = 60;
    let dashed: String = name
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| word.chars().any(|c| c != '.')).collect();
    let base = if words.is_empty() { "model".to_owned() } else { words.join("-") };
    let catalogue = catalogue::entries()?;
    let taken = |id: &str| brought.iter().any(|m| m.id == id) || catalogue.iter().any(|entry| entry.id == id);
    let numbered = (2..).map(|n| format!("{base}-{n}"));
    std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).ok_or_else(|| unknown(name))
}
