//! The compiled file: written once at set-up, read in some tens of milliseconds.

use crate::base::{RareBase, Stored};
use crate::{CompileError, compile};
use std::path::Path;

const MAGIC: &[u8; 8] = b"HAKIMRAR";
/// Form of the file; another number means: compile anew.
const VERSION: u8 = 2;
/// Name of the compiled file.
const NAME: &str = "rare.bin";
/// What it is compiled from.
const SOURCES: [&str; 3] = ["hp.obo", "phenotype.hpoa", "phenotype_to_genes.txt"];

/// Holds diseases newer than the annotations; may be absent.
const NEWER: &str = "hpo3.bin";

/// The compiled file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// neither it nor its sources are there
    #[error("{0} is not there")]
    Absent(String),
    /// of another version or damaged
    #[error("{0} is damaged or of another version")]
    Broken(String),
    /// reading or writing failed
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// the sources are not what they should be
    #[error(transparent)]
    Compile(#[from] CompileError),
}

/// Writes the compiled file; it is there whole or not at all.
///
/// # Errors
/// [`FileError::Io`].
pub fn write(base: &RareBase, file: &Path) -> Result<(), FileError> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    let body = postcard::to_allocvec(&base.stored).map_err(|_| FileError::Broken(file.display().to_string()))?;
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&body);
    let draft = file.with_extension("draft");
    std::fs::write(&draft, bytes)?;
    Ok(std::fs::rename(&draft, file)?)
}

/// Reads the compiled file.
///
/// # Errors
/// [`FileError::Io`], [`FileError::Broken`].
pub fn read(file: &Path) -> Result<RareBase, FileError> {
    let broken = || FileError::Broken(file.display().to_string());
    let bytes = std::fs::read(file)?;
    let rest = bytes.strip_prefix(MAGIC.as_slice()).and_then(|r| r.strip_prefix(&[VERSION])).ok_or_else(broken)?;
    let (length, body) = rest.split_at_checked(8).ok_or_else(broken)?;
    if length != (body.len() as u64).to_le_bytes() {
        return Err(broken());
    }
    let stored: Stored = postcard::from_bytes(body).map_err(|_| broken())?;
    sound(&stored).then(|| RareBase::new(stored)).ok_or_else(broken)
}

/// Every number points at something, parents before children: a damaged file must not reach past an end.
fn sound(stored: &Stored) -> bool {
    let terms = stored.terms.len();
    let known = |t: u16| usize::from(t) < terms;
    let ordered = stored.terms.iter().enumerate().all(|(i, t)| t.parents.iter().all(|p| usize::from(*p) < i));
    let bands = crate::base::ONSET_EDGES.len() + 1;
    ordered
        && terms > 1
        && stored.aliases.iter().all(|(_, t)| known(*t))
        && stored
            .diseases
            .iter()
            .all(|d| d.rows.iter().all(|r| known(r.term)) && (d.onset.is_empty() || d.onset.len() == bands))
}

/// The compiled base of `folder`; compiled from its sources when it is not there yet or of an older form.
///
/// # Errors
/// [`FileError::Absent`] when the sources are not there either.
pub fn compiled(folder: &Path) -> Result<RareBase, FileError> {
    let file = folder.join(NAME);
    let changed = |name: &str| std::fs::metadata(folder.join(name)).and_then(|m| m.modified()).ok();
    // The newest diseases may have come after the file was compiled.
    let current = changed(NEWER).is_none_or(|newer| changed(NAME).is_some_and(|ours| ours >= newer));
    if current && let Ok(base) = read(&file) {
        return Ok(base);
    }
    let mut texts = vec![];
    for name in SOURCES {
        let source = folder.join(name);
        if !source.is_file() {
            return Err(FileError::Absent(source.display().to_string()));
        }
        texts.push(std::fs::read_to_string(source)?);
    }
    let [obo, annotations, genes] = texts.as_slice() else { return Err(FileError::Absent(NAME.into())) };
    // Without it the newest diseases are missing, nothing else.
    let newer = std::fs::read(folder.join(NEWER)).ok();
    let base = compile(obo, annotations, genes, newer.as_deref())?;
    // Without a place to keep it, it is compiled again next time: slower, not wrong.
    let _ = write(&base, &file);
    Ok(base)
}
