//! Logs written by released formats, kept as files, open for ever after. Made by `examples/make_old_log.rs`.
#![allow(clippy::unwrap_used, reason = "test code outside test functions")]

mod common;

use common::all_files;
use hakim_clinical::{PatientId, TriageLevel, VisitId};
use hakim_records::{Log, Passphrase};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Printed when `fixtures/v1` was made.
const V1_RECOVERY_KEY: &str = "EP77-5MA7-7SPJ-PXTC-FDMP-0BBF-0BVF-0YVC";

fn copy_of(fixture: &str) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture);
    let to = tempfile::tempdir().unwrap();
    for file in all_files(&from) {
        let target = to.path().join(file.strip_prefix(&from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
    to
}

#[test]
fn a_log_of_format_1_opens_whole() {
    let dir = copy_of("v1");
    let mut log = Log::unlock(dir.path(), &Passphrase::new("an old passphrase").unwrap()).unwrap();
    let verified = log.verify().unwrap();
    assert_eq!((verified.patients, verified.visits, verified.attachments), (1, 1, 1));
    let patient = log.patient(&PatientId::from("0193b000-0000-7000-8000-000000000001")).unwrap().unwrap();
    assert_eq!(patient.name, "فاطمہ بی بی");
    assert_eq!(patient.allergies, ["penicillin"]);
    let visit = log.visit(&VisitId::from("0193b000-0000-7000-8000-000000000002")).unwrap().unwrap();
    assert_eq!((visit.title.as_str(), visit.triage), ("fever", Some(TriageLevel::Urgent)));
    assert_eq!(visit.finished.as_deref(), Some("2026-11-23T09:20:00Z"));
    let picture = &log.attachments_of(&visit.id).unwrap()[0];
    assert_eq!(log.attachment_bytes(&picture.id).unwrap(), b"the bytes of an old picture");
    log.save_patient(&patient).unwrap();
    assert_eq!(log.find_patients("fatima", 5).unwrap().len(), 0);
    assert_eq!(log.find_patients("فاطمه", 5).unwrap().len(), 1);
}

#[test]
fn the_recovery_key_of_a_log_of_format_1_opens_it() {
    let dir = copy_of("v1");
    Log::unlock_with_recovery(dir.path(), V1_RECOVERY_KEY).unwrap().verify().unwrap();
}
