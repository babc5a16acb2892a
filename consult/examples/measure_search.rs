//! Search over documents beside SQLite FTS5 on the same text, in one run, and the rate of taking documents in.
//!
//! `cargo xtask bench search` runs it on MedQuAD (11,274 XML files of `../shared/data`), or on the folder given.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops at the first fault")]

use hakim_consult::Shelf;
use hakim_contract::ImportRequest;
use hakim_documents::read;
use hakim_knowledge::telling_words;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Questions asked of both.
const QUESTIONS: usize = 400;
/// Hits asked for.
const HITS: u32 = 10;

fn main() {
    let work = tempfile::tempdir().unwrap();
    let given = std::env::args().nth(1).map(PathBuf::from);
    let folder = match given {
        Some(path) if path.is_dir() => path,
        Some(archive) => unpacked(&archive, work.path()),
        None => {
            println!("give a folder of documents, or an archive of them");
            return;
        }
    };

    let shelf = Shelf::at(work.path().join("shelf"));
    let request = ImportRequest { paths: vec![folder.display().to_string()], files: vec![] };
    let start = Instant::now();
    let state = shelf.import(1, request.clone(), &AtomicBool::new(false), &|_| {}).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "taken in: {} of {} files in {seconds:.1} s, {:.0} files/s; {} the same as another, {} not readable",
        state.added,
        state.total,
        state.done as f64 / seconds,
        state.known,
        state.failed.len() + state.more_failed
    );
    let start = Instant::now();
    let again = shelf.import(2, request, &AtomicBool::new(false), &|_| {}).unwrap();
    println!("again:    {} known in {:.1} s, {} added", again.known, start.elapsed().as_secs_f64(), again.added);

    let (database, questions, passages) = fts5(&folder, work.path());
    println!(
        "passages: {passages}; index {:.1} MB on disk, FTS5 {:.1} MB",
        size_of(&work.path().join("shelf")) as f64 / 1e6,
        size_of(&work.path().join("fts5.db")) as f64 / 1e6
    );
    println!("questions: {}", questions.len());

    let mut select = database.prepare("SELECT rowid FROM p WHERE p MATCH ?1 ORDER BY rank LIMIT ?2").unwrap();
    let mut ask_fts = |question: &str| {
        let words: Vec<String> =
            telling_words(question).iter().map(|w| format!("\"{}\"", w.replace('"', ""))).collect();
        select.query_map((words.join(" OR "), HITS), |row| row.get::<_, i64>(0)).unwrap().count()
    };
    let mut ask_ours = |question: &str| shelf.search_words(question, HITS as usize).unwrap().len();
    // Both read their files once before anything is counted.
    questions.iter().take(50).for_each(|q| {
        ask_fts(q);
        ask_ours(q);
    });
    let fts = timed(&questions, &mut ask_fts);
    let ours = timed(&questions, &mut ask_ours);
    for (name, p) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let (f, o) = (at(&fts, p), at(&ours, p));
        println!("{name}: ours {o:.3} ms, FTS5 {f:.3} ms, {:.1} times as fast", f / o);
    }
}

fn timed(questions: &[String], ask: &mut dyn FnMut(&str) -> usize) -> Vec<f64> {
    let mut ms: Vec<f64> = questions
        .iter()
        .map(|q| {
            let start = Instant::now();
            assert!(ask(q) > 0, "nothing found for {q}");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    ms.sort_by(f64::total_cmp);
    ms
}

fn at(sorted: &[f64], p: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * p).round() as usize]
}

fn unpacked(archive: &Path, work: &Path) -> PathBuf {
    let folder = work.join("documents");
    std::fs::create_dir(&folder).unwrap();
    let done = std::process::Command::new("tar").arg("xf").arg(archive).arg("-C").arg(&folder).status();
    assert!(done.is_ok_and(|s| s.success()), "{} cannot be unpacked", archive.display());
    folder
}

/// The same paragraphs in FTS5 with its own stemmer, and questions out of their headings.
fn fts5(folder: &Path, work: &Path) -> (Connection, Vec<String>, usize) {
    let database = Connection::open(work.join("fts5.db")).unwrap();
    database
        .execute_batch("CREATE VIRTUAL TABLE p USING fts5(title, heading, body, tokenize='porter unicode61'); BEGIN;")
        .unwrap();
    let mut files = vec![];
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for path in std::fs::read_dir(dir).unwrap().flatten().map(|e| e.path()) {
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut seen = std::collections::HashSet::new();
    let (mut headings, mut passages) = (vec![], 0);
    let mut insert = database.prepare("INSERT INTO p VALUES (?1, ?2, ?3)").unwrap();
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        if !seen.insert(blake3::hash(&bytes)) {
            continue;
        }
        let Ok(reading) = read(&file.to_string_lossy(), &bytes) else { continue };
        for block in &reading.blocks {
            insert.execute((&reading.title, &block.heading, &block.text)).unwrap();
            passages += 1;
        }
        headings.extend(reading.blocks.iter().map(|b| b.heading.clone()).filter(|h| telling_words(h).len() >= 2));
    }
    drop(insert);
    database.execute_batch("COMMIT; INSERT INTO p(p) VALUES('optimize');").unwrap();
    headings.sort();
    headings.dedup();
    let step = (headings.len() / QUESTIONS).max(1);
    (database, headings.into_iter().step_by(step).take(QUESTIONS).collect(), passages)
}

fn size_of(path: &Path) -> u64 {
    match path.metadata() {
        Ok(m) if m.is_file() => m.len(),
        _ => std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| size_of(&e.path())).sum(),
    }
}
