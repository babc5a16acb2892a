//! The shelf: documents the user brought, indexed on this computer.
//!
//! A document is known by the hash of its bytes, so that the same file is never taken twice and an import that was
//! interrupted goes on where it stopped. The list and the index are written after every [`BATCH`] of files.

use crate::core::EventSink;
use hakim_contract::*;
use hakim_documents::{Block, ReadError, Reading, kind_of, read};
use hakim_knowledge::{IndexError, Layer, Piece, Search, TextIndex, guess_language};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files written to the index together.
const BATCH: usize = 400;
/// Failures listed by name.
const LISTED_FAILURES: usize = 50;
/// Documents that a list shows.
const LISTED: usize = 200;
/// Paragraphs shown before and after the one asked for.
const AROUND: u32 = 12;
/// Folders below folders are followed this deep.
const MAX_DEPTH: usize = 12;

/// What the index keeps beside a paragraph.
#[derive(Serialize, Deserialize)]
struct Kept {
    h: String,
    t: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    p: Option<u32>,
    n: u32,
}

#[derive(Default, Serialize, Deserialize)]
struct Catalogue {
    documents: BTreeMap<String, DocumentView>,
    /// ids in the order they came
    order: Vec<String>,
}

/// Documents on this computer.
pub struct Shelf {
    folder: PathBuf,
    catalogue: Mutex<Catalogue>,
    index: Mutex<Option<Arc<TextIndex>>>,
    jobs: Mutex<BTreeMap<u64, Arc<AtomicBool>>>,
    next: AtomicU64,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shelf {
    /// The shelf at `folder`, which need not exist yet. A list that cannot be read counts as empty: the files themselves
    /// are still with the user.
    pub fn at(folder: PathBuf) -> Self {
        let text = std::fs::read_to_string(folder.join("catalogue.json")).unwrap_or_default();
        Self {
            catalogue: Mutex::new(serde_json::from_str(&text).unwrap_or_default()),
            folder,
            index: Mutex::new(None),
            jobs: Mutex::default(),
            next: AtomicU64::new(1),
        }
    }

    /// The index; one of another version is put aside with its list, so that the documents can be taken in again.
    fn index(&self) -> Result<Arc<TextIndex>, Failure> {
        let mut slot = held(&self.index);
        if let Some(index) = slot.as_ref() {
            return Ok(Arc::clone(index));
        }
        let folder = self.folder.join("index");
        let index = match TextIndex::open(&folder) {
            Err(IndexError::OtherForm { .. }) => {
                std::fs::remove_dir_all(&folder).map_err(io)?;
                *held(&self.catalogue) = Catalogue::default();
                self.save()?;
                return Err(Failure::new("shelf-old"));
            }
            other => Arc::new(other.map_err(broken)?),
        };
        *slot = Some(Arc::clone(&index));
        Ok(index)
    }

    fn save(&self) -> Result<(), Failure> {
        let text = serde_json::to_vec(&*held(&self.catalogue)).map_err(|e| Failure::new("internal").because(e))?;
        std::fs::create_dir_all(&self.folder).map_err(io)?;
        let draft = self.folder.join("catalogue.draft");
        std::fs::write(&draft, text).map_err(io)?;
        std::fs::rename(&draft, self.folder.join("catalogue.json")).map_err(io)
    }

    /// The latest documents.
    pub(crate) fn list(&self) -> DocumentList {
        let catalogue = held(&self.catalogue);
        let latest = catalogue.order.iter().rev().filter_map(|id| catalogue.documents.get(id)).take(LISTED);
        DocumentList { documents: latest.cloned().collect(), total: catalogue.documents.len() }
    }

    /// Takes a document off the shelf.
    ///
    /// # Errors
    /// `shelf-unknown`, `index-broken`, `shelf-io`.
    pub(crate) fn remove(&self, id: &str) -> Result<(), Failure> {
        if !held(&self.catalogue).documents.contains_key(id) {
            return Err(Failure::new("shelf-unknown"));
        }
        self.index()?.remove(id).map_err(broken)?;
        let mut catalogue = held(&self.catalogue);
        catalogue.documents.remove(id);
        catalogue.order.retain(|o| o != id);
        drop(catalogue);
        self.save()
    }

    /// Paragraphs that fit the words, best first.
    ///
    /// # Errors
    /// `index-broken`; an empty shelf finds nothing.
    pub(crate) fn search(&self, search: &Search<'_>) -> Result<Vec<ShelfBlock>, Failure> {
        if held(&self.catalogue).documents.is_empty() {
            return Ok(vec![]);
        }
        let hits = self.index()?.search(search).map_err(broken)?;
        let catalogue = held(&self.catalogue);
        Ok(hits.into_iter().filter_map(|hit| block(&catalogue, &hit.id, &hit.stored)).collect())
    }

    /// [`Self::search`] by words alone.
    ///
    /// # Errors
    /// `index-broken`.
    pub fn search_words(&self, words: &str, limit: usize) -> Result<Vec<ShelfBlock>, Failure> {
        self.search(&Search::words(words, limit))
    }

    /// A document around one of its paragraphs.
    ///
    /// # Errors
    /// `shelf-unknown`, `index-broken`.
    pub(crate) fn page(&self, place: &ShelfPlace) -> Result<ShelfPage, Failure> {
        let document = held(&self.catalogue).documents.get(&place.id).cloned();
        let document = document.ok_or_else(|| Failure::new("shelf-unknown"))?;
        let pieces = self.index()?.all_of(&place.id).map_err(broken)?;
        let catalogue = held(&self.catalogue);
        let near = place.paragraph.saturating_sub(AROUND)..=place.paragraph.saturating_add(AROUND);
        let mut blocks: Vec<ShelfBlock> = pieces
            .iter()
            .filter_map(|hit| block(&catalogue, &hit.id, &hit.stored))
            .filter(|b| near.contains(&b.paragraph))
            .collect();
        blocks.sort_by_key(|b| b.paragraph);
        Ok(ShelfPage { document, paragraph: place.paragraph, blocks })
    }

    /// Takes documents in, in the background; events tell how it goes.
    pub(crate) fn start(self: &Arc<Self>, request: ImportRequest, events: EventSink) -> JobRef {
        let job = self.next.fetch_add(1, Ordering::Relaxed);
        let cancel = Arc::new(AtomicBool::new(false));
        held(&self.jobs).insert(job, Arc::clone(&cancel));
        let shelf = Arc::clone(self);
        std::thread::spawn(move || {
            let state = shelf.import(job, request, &cancel, &|state| events(Event::Import { state: state.clone() }));
            held(&shelf.jobs).remove(&job);
            match state {
                Ok(state) => events(Event::Import { state }),
                Err(failure) => events(Event::ImportFailed { job, failure }),
            }
        });
        JobRef { job }
    }

    /// Stops an import after the file it is reading; what was read stays.
    pub(crate) fn cancel(&self, job: JobRef) {
        if let Some(cancel) = held(&self.jobs).get(&job.job) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Takes documents in and returns when done.
    ///
    /// # Errors
    /// `shelf-io`, `index-broken`, `shelf-old`. A file that cannot be read is no error: it is listed.
    pub fn import(
        &self,
        job: u64,
        request: ImportRequest,
        cancel: &AtomicBool,
        tell: &dyn Fn(&ImportState),
    ) -> Result<ImportState, Failure> {
        let index = self.index()?;
        let mut state = ImportState { job, ..ImportState::default() };
        let mut sources: Vec<Source> = request.files.into_iter().map(Source::Handed).collect();
        for path in &request.paths {
            let path = Path::new(path.trim());
            if !path.exists() {
                fail(&mut state, &path.display().to_string(), "shelf-no-such-path");
                continue;
            }
            let mut files = vec![];
            gather(path, 0, &mut files);
            files.sort();
            sources.extend(files.into_iter().map(Source::File));
        }
        state.total = sources.len();
        let mut batch: Vec<(DocumentView, Reading)> = vec![];
        for source in sources {
            if cancel.load(Ordering::Relaxed) {
                state.cancelled = true;
                break;
            }
            self.one(source, &mut state, &mut batch);
            state.done += 1;
            if batch.len() >= BATCH {
                self.keep(&index, &mut batch, &mut state)?;
            }
            if state.done.is_multiple_of(25) {
                tell(&state);
            }
        }
        self.keep(&index, &mut batch, &mut state)?;
        state.finished = true;
        Ok(state)
    }

    fn one(&self, source: Source, state: &mut ImportState, batch: &mut Vec<(DocumentView, Reading)>) {
        let (name, bytes) = match source.bytes() {
            Ok(read) => read,
            Err((name, key)) => return fail(state, &name, key),
        };
        let id: String = blake3::hash(&bytes).to_hex().chars().take(32).collect();
        if held(&self.catalogue).documents.contains_key(&id) || batch.iter().any(|(d, _)| d.id == id) {
            state.known += 1;
            return;
        }
        match read(&name, &bytes) {
            Ok(reading) => {
                let sample: String = reading.blocks.iter().take(20).map(|b| b.text.as_str()).collect();
                let view = DocumentView {
                    id,
                    title: reading.title.clone(),
                    name,
                    kind: reading.kind.label().into(),
                    blocks: reading.blocks.len(),
                    language: guess_language(&sample),
                };
                batch.push((view, reading));
            }
            Err(e) => fail(state, &name, key_of(&e)),
        }
    }

    /// Writes a batch: first the paragraphs, then the list. Killed between the two, the paragraphs are found without a
    /// document and left out; the next import of the file replaces them.
    fn keep(
        &self,
        index: &TextIndex,
        batch: &mut Vec<(DocumentView, Reading)>,
        state: &mut ImportState,
    ) -> Result<(), Failure> {
        if batch.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = batch.iter().map(|(d, _)| d.id.as_str()).collect();
        let pieces = batch.iter().flat_map(|(d, r)| r.blocks.iter().map(move |b| piece(d, b)));
        index.replace_all(&ids, pieces).map_err(broken)?;
        let mut catalogue = held(&self.catalogue);
        for (view, _) in batch.drain(..) {
            state.added += 1;
            catalogue.order.push(view.id.clone());
            catalogue.documents.insert(view.id.clone(), view);
        }
        drop(catalogue);
        self.save()
    }
}

/// Where bytes come from.
enum Source {
    File(PathBuf),
    Handed(UploadedFile),
}

impl Source {
    fn bytes(self) -> Result<(String, Vec<u8>), (String, &'static str)> {
        use base64::Engine;
        match self {
            Self::Handed(file) => base64::engine::general_purpose::STANDARD
                .decode(&file.base64)
                .map(|bytes| (file.name.clone(), bytes))
                .map_err(|_| (file.name, "shelf-damaged")),
            Self::File(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.metadata().is_ok_and(|m| m.len() > hakim_documents::MAX_BYTES as u64) {
                    return Err((name, "shelf-too-large"));
                }
                std::fs::read(&path).map(|bytes| (name.clone(), bytes)).map_err(|_| (name, "shelf-unreadable"))
            }
        }
    }
}

/// Files below a path, those of other kinds left out.
fn gather(path: &Path, depth: usize, into: &mut Vec<PathBuf>) {
    if path.is_file() {
        let name = path.to_string_lossy();
        // What was named itself is always looked at; in a folder only what is likely a document.
        if depth == 0 || kind_of(&name, b"").is_some() || name.ends_with(".pdf") || name.ends_with(".epub") {
            into.push(path.to_owned());
        }
    } else if depth < MAX_DEPTH {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|e| gather(&e.path(), depth + 1, into));
    }
}

fn piece<'a>(document: &'a DocumentView, block: &'a Block) -> Piece<'a> {
    let kept = Kept { h: block.heading.clone(), t: block.text.clone(), p: block.page, n: block.paragraph };
    Piece {
        id: format!("{}#{}", document.id, block.paragraph),
        collection: &document.id,
        layer: Some(Layer::Own),
        languages: guess_language(&block.text).into_iter().collect(),
        children: true,
        adults: true,
        names: vec![],
        titles: vec![&document.title, &block.heading],
        bodies: vec![&block.text],
        stored: serde_json::to_string(&kept).unwrap_or_default(),
    }
}

fn block(catalogue: &Catalogue, id: &str, stored: &str) -> Option<ShelfBlock> {
    let (document, _) = id.split_once('#')?;
    let view = catalogue.documents.get(document)?;
    let kept: Kept = serde_json::from_str(stored).ok()?;
    Some(ShelfBlock {
        document: document.to_owned(),
        title: view.title.clone(),
        heading: kept.h,
        text: kept.t,
        page: kept.p,
        paragraph: kept.n,
    })
}

fn fail(state: &mut ImportState, name: &str, key: &str) {
    if state.failed.len() < LISTED_FAILURES {
        state.failed.push((name.to_owned(), key.to_owned()));
    } else {
        state.more_failed += 1;
    }
}

fn key_of(error: &ReadError) -> &'static str {
    match error {
        ReadError::Empty => "shelf-empty",
        ReadError::TooLarge => "shelf-too-large",
        ReadError::UnknownKind => "shelf-unknown-kind",
        ReadError::Encoding => "shelf-encoding",
        ReadError::Damaged(_) => "shelf-damaged",
        ReadError::NoText => "shelf-no-text",
    }
}

fn io(e: std::io::Error) -> Failure {
    Failure::new("shelf-io").because(e)
}

fn broken(e: IndexError) -> Failure {
    Failure::new("index-broken").because(e)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    fn import(shelf: &Shelf, path: &Path, cancel: bool) -> ImportState {
        let request = ImportRequest { paths: vec![path.display().to_string()], files: vec![] };
        shelf.import(1, request, &AtomicBool::new(cancel), &|_| {}).unwrap()
    }

    #[test]
    fn documents_are_taken_once_found_cited_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let docs = dir.path().join("docs");
        std::fs::create_dir(&docs).unwrap();
        std::fs::write(docs.join("bite.md"), "# Bites\n\n## Snake\n\nKeep the limb still and go to hospital.").unwrap();
        std::fs::write(docs.join("copy.md"), "# Bites\n\n## Snake\n\nKeep the limb still and go to hospital.").unwrap();
        std::fs::write(docs.join("bad.html"), [0xff, 0x80]).unwrap();
        std::fs::write(docs.join("picture.png"), [1, 2, 3]).unwrap();
        let shelf = Shelf::at(dir.path().join("shelf"));
        assert_eq!(import(&shelf, &docs, true).done, 0, "cancelled before the first file");
        let state = import(&shelf, &docs, false);
        assert_eq!((state.total, state.added, state.known, state.failed.len()), (3, 1, 1, 1));
        assert_eq!(state.failed[0], ("bad.html".into(), "shelf-encoding".into()));
        assert_eq!(import(&shelf, &docs, false).known, 2, "the same folder again adds nothing");
        drop(shelf);

        let shelf = Shelf::at(dir.path().join("shelf"));
        let hits = shelf.search(&Search::words("snakes", 5)).unwrap();
        assert_eq!((hits[0].heading.as_str(), hits[0].paragraph), ("Snake", 1));
        let page = shelf.page(&ShelfPlace { id: hits[0].document.clone(), paragraph: 1 }).unwrap();
        assert!(page.blocks[0].text.contains("limb still"));
        shelf.remove(&hits[0].document).unwrap();
        assert!(shelf.search(&Search::words("snakes", 5)).unwrap().is_empty());
        assert_eq!(shelf.list().total, 0);
        assert_eq!(shelf.remove("x").unwrap_err().key, "shelf-unknown");
    }

    #[test]
    fn an_index_of_another_version_is_said_and_can_be_filled_again() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.txt");
        std::fs::write(&file, "Boil water before drinking.").unwrap();
        let shelf = Shelf::at(dir.path().join("shelf"));
        import(&shelf, &file, false);
        drop(shelf);
        std::fs::write(dir.path().join("shelf/index/FORMAT"), "hakim-index 0").unwrap();
        let shelf = Shelf::at(dir.path().join("shelf"));
        assert_eq!(shelf.search(&Search::words("water", 5)).unwrap_err().key, "shelf-old");
        assert_eq!(import(&shelf, &file, false).added, 1);
        assert_eq!(shelf.search(&Search::words("water", 5)).unwrap().len(), 1);
    }
}
