//! What the log says of damaged, cut, newer and foreign files, and that it deletes none of them.
#![allow(clippy::unwrap_used, reason = "test code outside test functions")]

mod common;

use common::*;
use hakim_records::{Log, Part, RecordsError};
use std::fs;
use std::path::Path;

/// Damages a copy of a log in one way; checks the error, and that no file went away or changed.
fn refused(damage: impl FnOnce(&Path)) -> RecordsError {
    let (dir, _, _) = new_log();
    damage(dir.path());
    let before: Vec<_> = all_files(dir.path()).into_iter().map(|f| (fs::read(&f).unwrap(), f)).collect();
    let error = Log::unlock(dir.path(), &pass()).unwrap_err();
    let after: Vec<_> = all_files(dir.path()).into_iter().map(|f| (fs::read(&f).unwrap(), f)).collect();
    for old in &before {
        assert!(after.contains(old), "{} was changed or deleted", old.1.display());
    }
    assert!(Log::create(dir.path(), &pass()).is_err(), "a new log over a damaged one");
    error
}

fn assert_corrupt(error: &RecordsError, part: Part) {
    assert!(matches!(error, RecordsError::Corrupt { part: p, .. } if *p == part), "{error:?}");
    assert!(error.to_string().contains("nothing was deleted"), "{error}");
}

#[test]
fn a_damaged_beginning_of_the_database_is_told() {
    let error = refused(|dir| {
        let path = dir.join("log.db");
        let mut bytes = fs::read(&path).unwrap();
        bytes[100..600].fill(0xAA);
        fs::write(path, bytes).unwrap();
    });
    assert_corrupt(&error, Part::Database);
}

#[test]
fn a_cut_database_is_told_at_every_length() {
    for keep in [0, 100, 4096, 8192, 20_000] {
        let error = refused(|dir| {
            let path = dir.join("log.db");
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.len() > keep);
            fs::write(path, &bytes[..keep]).unwrap();
        });
        assert_corrupt(&error, Part::Database);
    }
}

#[test]
fn a_missing_database_is_told() {
    let error = refused(|dir| fs::rename(dir.join("log.db"), dir.join("elsewhere")).unwrap());
    assert_corrupt(&error, Part::Database);
}

#[test]
fn a_key_file_that_is_cut_empty_missing_or_junk_is_told() {
    for damage in ["cut", "empty", "junk", "field"] {
        let error = refused(|dir| {
            let path = dir.join("keys.json");
            let text = fs::read_to_string(&path).unwrap();
            let bytes = match damage {
                "cut" => text.as_bytes()[..text.len() / 2].to_vec(),
                "empty" => Vec::new(),
                "junk" => vec![0xFF; 300],
                _ => text.replace("\"salt\": \"", "\"salt\": \"AAAA").into_bytes(),
            };
            fs::write(path, bytes).unwrap();
        });
        assert_corrupt(&error, Part::Keys);
    }
    let error = refused(|dir| fs::rename(dir.join("keys.json"), dir.join("elsewhere")).unwrap());
    assert_corrupt(&error, Part::Keys);
}

#[test]
fn a_change_of_passphrase_cut_off_in_the_middle_leaves_the_old_one_working() {
    let (dir, _, amina) = new_log();
    let keys = dir.path().join("keys.json");
    let text = fs::read(&keys).unwrap();
    fs::write(dir.path().join("keys.json.old"), &text).unwrap();
    fs::write(&keys, &text[..40]).unwrap();
    let log = Log::unlock(dir.path(), &pass()).unwrap();
    assert_eq!(log.patient(&amina.id).unwrap(), Some(amina));
    assert!(dir.path().join("keys.json.old").exists(), "the only good key file must stay");
}

#[test]
fn a_key_file_of_a_newer_format_is_refused() {
    let error = refused(|dir| {
        let path = dir.join("keys.json");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace("\"format\": 1", "\"format\": 9")).unwrap();
    });
    assert!(matches!(error, RecordsError::Newer { part: Part::Keys, found: 9, known: 1 }), "{error:?}");
}

#[test]
fn a_key_file_cannot_ask_for_all_the_memory() {
    let error = refused(|dir| {
        let path = dir.join("keys.json");
        let text = fs::read_to_string(&path).unwrap();
        let asked = text.replace("\"memory_kib\": 65536", "\"memory_kib\": 4000000000");
        assert_ne!(asked, text);
        fs::write(path, asked).unwrap();
    });
    assert_corrupt(&error, Part::Keys);
}

#[test]
fn a_flipped_bit_in_an_attachment_is_told_and_saving_it_again_heals_it() {
    let (dir, mut log, amina) = new_log_open();
    let visit = visit(&amina, "rash");
    log.save_visit(&visit).unwrap();
    let id = log.add_attachment(&visit.id, &picture(1)).unwrap();
    let file = attachment_files(dir.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    for at in [0, 5, 30, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&file, &bytes).unwrap();
        assert_corrupt(&log.attachment_bytes(&id).unwrap_err(), Part::Attachment);
        assert_corrupt(&log.verify().unwrap_err(), Part::Attachment);
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
    for cut in [0, 3, 20, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).unwrap();
        assert_corrupt(&log.attachment_bytes(&id).unwrap_err(), Part::Attachment);
    }
    fs::remove_file(&file).unwrap();
    assert_corrupt(&log.attachment_bytes(&id).unwrap_err(), Part::Attachment);
    log.add_attachment(&visit.id, &picture(1)).unwrap();
    assert_eq!(log.attachment_bytes(&id).unwrap(), picture(1).bytes);
    log.verify().unwrap();
}

#[test]
fn two_attachment_files_cannot_be_exchanged() {
    let (dir, mut log, amina) = new_log_open();
    let visit = visit(&amina, "rash");
    log.save_visit(&visit).unwrap();
    let id = log.add_attachment(&visit.id, &picture(1)).unwrap();
    log.add_attachment(&visit.id, &picture(2)).unwrap();
    let files = attachment_files(dir.path());
    let (a, b) = (fs::read(&files[0]).unwrap(), fs::read(&files[1]).unwrap());
    fs::write(&files[0], b).unwrap();
    fs::write(&files[1], a).unwrap();
    assert_corrupt(&log.attachment_bytes(&id).unwrap_err(), Part::Attachment);
}

#[test]
fn a_flipped_bit_anywhere_in_the_database_is_told_by_opening_or_verifying() {
    let (dir, _, _) = new_log();
    let path = dir.path().join("log.db");
    let whole = fs::read(&path).unwrap();
    for page in 0..whole.len() / 4096 {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 1000] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        let error = match Log::unlock(dir.path(), &pass()) {
            Err(error) => error,
            Ok(log) => log.verify().expect_err(&format!("page {page} was changed unseen")),
        };
        assert_corrupt(&error, Part::Database);
        let _ = fs::remove_file(dir.path().join("log.db-wal"));
    }
}
