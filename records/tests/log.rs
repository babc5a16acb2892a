//! The log through its front door: making, opening, saving, finding, attachments, settings, backup.

mod common;

use common::*;
use hakim_clinical::TriageLevel;
use hakim_records::{Log, Passphrase, RecordsError, log_exists, restore_backup};
use std::fs;
use std::time::Instant;

#[test]
fn what_was_saved_is_there_after_locking_and_unlocking() {
    let dir = tempfile::tempdir().unwrap();
    assert!(!log_exists(dir.path()));
    let (mut log, _) = Log::create(dir.path(), &pass()).unwrap();
    let amina = patient("Amina Bibi", "Chak 22, 0300-1234567");
    log.save_patient(&amina).unwrap();
    let mut visit = visit(&amina, "fever");
    visit.triage = Some(TriageLevel::Urgent);
    log.save_visit(&visit).unwrap();
    log.set_setting("language", "ur").unwrap();
    log.lock().unwrap();

    assert!(log_exists(dir.path()));
    let log = Log::unlock(dir.path(), &pass()).unwrap();
    assert_eq!(log.patient(&amina.id).unwrap(), Some(amina.clone()));
    assert_eq!(log.visit(&visit.id).unwrap(), Some(visit.clone()));
    let heads = log.visits_of(&amina.id).unwrap();
    assert_eq!((heads.len(), heads[0].triage), (1, Some(TriageLevel::Urgent)));
    assert_eq!(log.setting("language").unwrap().as_deref(), Some("ur"));
    assert_eq!(log.setting("absent").unwrap(), None);
    let verified = log.verify().unwrap();
    assert_eq!((verified.patients, verified.visits, verified.attachments), (1, 1, 0));
    let actions: Vec<String> = log.audit(100).unwrap().into_iter().map(|e| e.action).collect();
    assert_eq!(actions, ["unlock", "set", "save-visit", "save-patient", "create"]);
    assert_eq!(verified.audit_entries, 5);
}

#[test]
fn a_wrong_passphrase_is_refused_and_answered_later_each_time() {
    let (dir, _, _) = new_log();
    let wrong = Passphrase::new("not the passphrase").unwrap();
    let mut took = Vec::new();
    for _ in 0..4 {
        let start = Instant::now();
        let error = Log::unlock(dir.path(), &wrong).unwrap_err();
        took.push(start.elapsed());
        assert!(matches!(error, RecordsError::WrongPassphrase), "{error}");
        assert_eq!(error.key(), "records-wrong-passphrase");
    }
    assert!(took[3].as_millis() >= 1000 && took[3] > took[0], "{took:?}");
    Log::unlock(dir.path(), &pass()).unwrap();
}

#[test]
fn a_passphrase_has_at_least_eight_characters_in_any_script() {
    assert!(matches!(Passphrase::new("seven77"), Err(RecordsError::PassphraseTooShort { least: 8 })));
    assert!(Passphrase::new("آبپتٹثجچ").is_ok());
    assert!(!format!("{:?}", pass()).contains("correct"));
}

#[test]
fn a_passphrase_typed_in_another_unicode_form_opens_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::create(dir.path(), &Passphrase::new("caf\u{e9} au lait").unwrap()).unwrap();
    drop(log);
    Log::unlock(dir.path(), &Passphrase::new("cafe\u{301} au lait").unwrap()).unwrap();
}

#[test]
fn the_printed_recovery_key_opens_the_log_and_sets_a_new_passphrase() {
    let dir = tempfile::tempdir().unwrap();
    let (log, recovery) = Log::create(dir.path(), &pass()).unwrap();
    drop(log);
    let printed = recovery.printed();
    assert_eq!(printed.split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
    let sloppy = printed.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    let mut log = Log::unlock_with_recovery(dir.path(), &sloppy).unwrap();
    let fresh = Passphrase::new("a new passphrase").unwrap();
    log.change_passphrase(&fresh).unwrap();
    drop(log);
    assert!(matches!(Log::unlock(dir.path(), &pass()), Err(RecordsError::WrongPassphrase)));
    drop(Log::unlock(dir.path(), &fresh).unwrap());
    drop(Log::unlock_with_recovery(dir.path(), &printed).unwrap());
    assert!(!dir.path().join("keys.json.old").exists());
}

#[test]
fn a_mistyped_recovery_key_is_told_from_a_wrong_one() {
    let (dir, _, _) = new_log();
    let other = tempfile::tempdir().unwrap();
    let (_log, of_other) = Log::create(other.path(), &pass()).unwrap();
    let key = of_other.printed();
    assert!(matches!(Log::unlock_with_recovery(dir.path(), &key), Err(RecordsError::WrongRecoveryKey)));
    let first = if key.starts_with('A') { "B" } else { "A" };
    for typed in [format!("{first}{}", &key[1..]), key[..20].to_owned(), "ü".repeat(32), String::new()] {
        let error = Log::unlock_with_recovery(dir.path(), &typed).unwrap_err();
        assert!(matches!(error, RecordsError::RecoveryKeyMistyped), "{typed}: {error}");
    }
}

#[test]
fn a_renewed_recovery_key_replaces_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut log, old) = Log::create(dir.path(), &pass()).unwrap();
    let new = log.renew_recovery_key().unwrap();
    drop(log);
    assert!(matches!(Log::unlock_with_recovery(dir.path(), &old.printed()), Err(RecordsError::WrongRecoveryKey)));
    Log::unlock_with_recovery(dir.path(), &new.printed()).unwrap();
}

#[test]
fn a_log_open_elsewhere_is_in_use() {
    let (dir, log, _) = new_log_open();
    assert!(matches!(Log::unlock(dir.path(), &pass()), Err(RecordsError::InUse { .. })));
    drop(log);
    Log::unlock(dir.path(), &pass()).unwrap();
}

#[test]
fn a_second_log_is_never_made_over_the_first() {
    let (dir, _, _) = new_log();
    assert!(matches!(Log::create(dir.path(), &pass()), Err(RecordsError::AlreadyExists { .. })));
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Log::unlock(empty.path(), &pass()), Err(RecordsError::NoLog { .. })));
}

#[test]
fn a_creation_cut_off_before_its_key_file_can_be_done_again_and_after_it_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("log.db.new"), b"half a database").unwrap();
    assert!(!log_exists(dir.path()));
    let (log, _) = Log::create(dir.path(), &pass()).unwrap();
    log.lock().unwrap();
    fs::rename(dir.path().join("log.db"), dir.path().join("log.db.new")).unwrap();
    Log::unlock(dir.path(), &pass()).unwrap().verify().unwrap();
}

#[test]
fn an_open_visit_is_overwritten_and_a_finished_one_never() {
    let (_dir, mut log, amina) = new_log_open();
    let mut visit = visit(&amina, "cough");
    log.save_visit(&visit).unwrap();
    visit.body = r#"{"text":"cough for 3 weeks"}"#.to_owned();
    log.save_visit(&visit).unwrap();
    visit.finished = Some("2026-11-23T10:00:00Z".to_owned());
    log.save_visit(&visit).unwrap();

    let mut later = visit.clone();
    later.body = "{}".to_owned();
    assert!(matches!(log.save_visit(&later), Err(RecordsError::VisitFinished { .. })));
    later.finished = None;
    assert!(matches!(log.save_visit(&later), Err(RecordsError::VisitFinished { .. })));
    assert!(matches!(log.add_attachment(&visit.id, &picture(1)), Err(RecordsError::VisitFinished { .. })));
    assert_eq!(log.visit(&visit.id).unwrap(), Some(visit));
    log.verify().unwrap();
}

#[test]
fn a_visit_needs_a_known_patient_a_time_and_a_bearable_size() {
    let (_dir, mut log, amina) = new_log_open();
    let stranger = patient("Nobody", "");
    assert!(matches!(log.save_visit(&visit(&stranger, "x")), Err(RecordsError::Unknown { what: "patient", .. })));
    let mut bad = visit(&amina, "x");
    bad.started = "yesterday".to_owned();
    assert!(matches!(log.save_visit(&bad), Err(RecordsError::BadTime { .. })));
    let mut large = visit(&amina, "x");
    large.body = "x".repeat(8 * 1024 * 1024 + 1);
    assert!(matches!(log.save_visit(&large), Err(RecordsError::TooLarge { .. })));
    large.body.pop();
    log.save_visit(&large).unwrap();
    let karim = patient("Karim", "");
    log.save_patient(&karim).unwrap();
    large.patient = karim.id;
    assert!(matches!(log.save_visit(&large), Err(RecordsError::VisitOfAnother { .. })));
}

#[test]
fn visits_are_ordered_by_time_whatever_the_time_zone() {
    let (_dir, mut log, amina) = new_log_open();
    for (title, started) in
        [("second", "2026-11-23T09:00:00+05:00"), ("third", "2026-11-23T05:00:00Z"), ("first", "2026-11-22T23:00:00Z")]
    {
        let mut visit = visit(&amina, title);
        visit.started = started.to_owned();
        log.save_visit(&visit).unwrap();
    }
    let titles: Vec<String> = log.visits_of(&amina.id).unwrap().into_iter().map(|v| v.title).collect();
    assert_eq!(titles, ["third", "second", "first"]);
    let row = &log.find_patients("", 10).unwrap()[0];
    assert_eq!(row.last_visit.as_ref().unwrap().title, "third");
}

#[test]
fn patients_are_found_in_any_script_by_name_or_contact() {
    let (_dir, mut log, _) = new_log_open();
    for (name, contact) in [
        ("Fāṭima Noor", "Village Kasur"),
        ("محمد كريم", "۰۳۰۰-۱۲۳۴۵۶۷"),
        ("राम प्रसाद", ""),
        ("José N'Diaye", "clinic 12% _ x"),
    ] {
        log.save_patient(&patient(name, contact)).unwrap();
    }
    let found = |query: &str| -> Vec<String> {
        log.find_patients(query, 10).unwrap().into_iter().map(|row| row.patient.name).collect()
    };
    assert_eq!(found("fatima"), ["Fāṭima Noor"]);
    assert_eq!(found("noor kas"), ["Fāṭima Noor"]);
    assert_eq!(found("کریم"), ["محمد كريم"]);
    assert_eq!(found("03001234567"), ["محمد كريم"]);
    assert_eq!(found("राम"), ["राम प्रसाद"]);
    assert_eq!(found("jose ndiaye"), ["José N'Diaye"]);
    assert_eq!(found("' OR 1=1 --"), Vec::<String>::new());
    assert_eq!(found("zz"), Vec::<String>::new());
    assert_eq!(found("%").len(), 5, "only punctuation is no word: the recent ones");
    assert_eq!(found("")[0], "José N'Diaye", "the most recent first");
    assert_eq!(log.find_patients("", 2).unwrap().len(), 2);
}

#[test]
fn attachments_come_back_whole_and_are_stored_once() {
    let (dir, mut log, amina) = new_log_open();
    let visit = visit(&amina, "rash");
    log.save_visit(&visit).unwrap();
    let first = log.add_attachment(&visit.id, &picture(1)).unwrap();
    let same = log.add_attachment(&visit.id, &picture(1)).unwrap();
    log.add_attachment(&visit.id, &picture(2)).unwrap();
    assert_eq!(attachment_files(dir.path()).len(), 2);
    assert_eq!(log.attachment_bytes(&first).unwrap(), picture(1).bytes);
    let heads = log.attachments_of(&visit.id).unwrap();
    assert_eq!(heads.len(), 3);
    assert_eq!((heads[0].name.as_str(), heads[0].size), ("arm 1.jpg", 50_000));
    assert_eq!(heads[0].thumbnail, picture(1).thumbnail);
    assert_eq!(log.verify().unwrap().attachments, 3);

    log.remove_attachment(&first).unwrap();
    assert_eq!(log.attachment_bytes(&same).unwrap(), picture(1).bytes, "still attached a second time");
    log.remove_attachment(&same).unwrap();
    assert_eq!(attachment_files(dir.path()).len(), 1);
    assert!(matches!(log.attachment_bytes(&same), Err(RecordsError::Unknown { .. })));
    log.verify().unwrap();
}

#[test]
fn nothing_readable_is_on_the_disk_while_open_or_after() {
    let dir = tempfile::tempdir().unwrap();
    let (mut log, recovery) = Log::create(dir.path(), &pass()).unwrap();
    let secret = patient("Zubaida Qureshi", "Mohalla Gulshan");
    log.save_patient(&secret).unwrap();
    let mut visit = visit(&secret, "haemoptysis");
    visit.body = r#"{"text":"haemoptysis for two weeks"}"#.to_owned();
    log.save_visit(&visit).unwrap();
    log.add_attachment(&visit.id, &picture(7)).unwrap();
    log.set_setting("practitioner", "Dr Haleem").unwrap();
    let content = &picture(7).bytes[..16];
    let recovery_key = recovery.printed();
    let words: Vec<&[u8]> = ["Zubaida", "zubaida", "Gulshan", "haemoptysis", "Haleem", "arm 7", "CREATE TABLE"]
        .iter()
        .map(|w| w.as_bytes())
        .chain([content, b"SQLite format", b"correct horse", recovery_key.as_bytes()])
        .collect();
    let search = |when: &str| {
        let files = all_files(dir.path());
        assert!(files.len() >= 4, "{files:?}");
        for file in files {
            let bytes = fs::read(&file).unwrap();
            for word in &words {
                assert!(
                    !bytes.windows(word.len()).any(|w| w == *word),
                    "{when}: {} holds {:?}",
                    file.display(),
                    String::from_utf8_lossy(word)
                );
            }
        }
    };
    assert!(dir.path().join("log.db-wal").metadata().unwrap().len() > 0);
    search("open");
    log.lock().unwrap();
    search("locked");
}

#[cfg(unix)]
#[test]
fn the_files_are_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("hakim").join("records");
    let (mut log, _) = Log::create(&dir, &pass()).unwrap();
    let amina = patient("Amina", "");
    log.save_patient(&amina).unwrap();
    assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o077, 0);
    for file in all_files(&dir) {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "{}", file.display());
    }
}

#[test]
fn a_backup_restores_to_the_same_log_and_a_damaged_one_restores_nothing() {
    let (dir, mut log, amina) = new_log_open();
    let visit = visit(&amina, "rash");
    log.save_visit(&visit).unwrap();
    let attachment = log.add_attachment(&visit.id, &picture(3)).unwrap();
    let file = dir.path().join("hakim.backup");
    log.backup_to(&file).unwrap();
    log.save_patient(&patient("After the backup", "")).unwrap();
    drop(log);

    let target = tempfile::tempdir().unwrap();
    let place = target.path().join("restored");
    restore_backup(&file, &place).unwrap();
    let restored = Log::unlock(&place, &pass()).unwrap();
    let verified = restored.verify().unwrap();
    assert_eq!((verified.patients, verified.visits, verified.attachments), (1, 1, 1));
    assert_eq!(restored.attachment_bytes(&attachment).unwrap(), picture(3).bytes);
    drop(restored);
    assert!(matches!(restore_backup(&file, &place), Err(RecordsError::AlreadyExists { .. })));

    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for (name, bytes) in [("cut", &whole[..whole.len() - 7]), ("flipped", &flipped[..]), ("empty", b"" as &[u8])] {
        let bad = target.path().join(name);
        fs::write(&bad, bytes).unwrap();
        let nowhere = target.path().join("nowhere");
        let error = restore_backup(&bad, &nowhere).unwrap_err();
        assert_eq!(error.key(), "records-corrupt-backup", "{name}");
        assert!(!nowhere.exists());
    }
}
