//! What the tests of the log share: a passphrase, patients, visits, pictures, looking at the files.
#![allow(dead_code, clippy::unwrap_used, reason = "test code; each test file uses a part of it")]

use hakim_clinical::{Patient, PatientId, VisitId};
use hakim_records::{Log, NewAttachment, Passphrase, Visit, new_id};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) fn pass() -> Passphrase {
    Passphrase::new("correct horse battery").unwrap()
}

pub(crate) fn patient(name: &str, contact: &str) -> Patient {
    Patient {
        id: PatientId::new(new_id()),
        name: name.to_owned(),
        sex: None,
        born: Some("1990-01-01".to_owned()),
        born_estimated: true,
        contact: contact.to_owned(),
        allergies: vec!["penicillin".to_owned()],
        medicines: Vec::new(),
        language: None,
        vaccines: Default::default(),
    }
}

pub(crate) fn visit(of: &Patient, title: &str) -> Visit {
    Visit {
        id: VisitId::new(new_id()),
        patient: of.id.clone(),
        started: "2026-11-23T09:00:00Z".to_owned(),
        finished: None,
        title: title.to_owned(),
        triage: None,
        body: format!(r#"{{"text":"{title}"}}"#),
    }
}

/// 50,000 bytes that differ with `seed`.
pub(crate) fn picture(seed: u8) -> NewAttachment {
    NewAttachment {
        name: format!("arm {seed}.jpg"),
        media_type: "image/jpeg".to_owned(),
        bytes: (0..50_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed).collect(),
        thumbnail: vec![seed; 400],
        verdict_json: r#"{"verdict":"good"}"#.to_owned(),
    }
}

/// A log with one patient, locked.
pub(crate) fn new_log() -> (TempDir, Passphrase, Patient) {
    let (dir, log, amina) = new_log_open();
    log.lock().unwrap();
    (dir, pass(), amina)
}

/// A log with one patient, open.
pub(crate) fn new_log_open() -> (TempDir, Log, Patient) {
    let dir = tempfile::tempdir().unwrap();
    let (mut log, _) = Log::create(dir.path(), &pass()).unwrap();
    let amina = patient("Amina Bibi", "Chak 22");
    log.save_patient(&amina).unwrap();
    (dir, log, amina)
}

pub(crate) fn all_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(all_files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

pub(crate) fn attachment_files(dir: &Path) -> Vec<PathBuf> {
    all_files(&dir.join("attachments"))
}
