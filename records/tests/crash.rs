//! Killed processes and full disks: each test runs itself again as the process that suffers.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code outside test functions")]

mod common;

use common::*;
use hakim_records::{Log, RecordsError};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set in the process that suffers: where its log is.
const SUFFER: &str = "HAKIM_TEST_SUFFER_IN";

#[test]
fn every_visit_reported_as_saved_survives_kill_9() {
    if let Some(dir) = std::env::var_os(SUFFER) {
        return save_visits_until_killed(Path::new(&dir));
    }
    let (dir, _, amina) = new_log();
    let mut saved = BTreeSet::new();
    for round in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "every_visit_reported_as_saved_survives_kill_9", "--nocapture"])
            .env(SUFFER, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = saved.len() + 20 + round * 17;
        while saved.len() < wanted {
            let line = lines.next().expect("the writing process ended by itself").unwrap();
            if let Some(id) = line.strip_prefix("saved ") {
                saved.insert(id.to_owned());
            }
        }
        child.kill().unwrap();
        // What it managed to print before the kill was committed too.
        saved.extend(lines.map_while(Result::ok).filter_map(|l| Some(l.strip_prefix("saved ")?.to_owned())));
        child.wait().unwrap();

        let log = Log::unlock(dir.path(), &pass()).unwrap();
        let there: BTreeSet<String> =
            log.visits_of(&amina.id).unwrap().into_iter().map(|v| v.id.as_str().to_owned()).collect();
        assert!(saved.is_subset(&there), "lost: {:?}", saved.difference(&there));
        // At most the visit being saved when the kill came is there without having been reported.
        assert!(there.len() <= saved.len() + round + 1);
        let verified = log.verify().unwrap();
        assert_eq!(verified.visits, there.len() as u64);
    }
}

fn save_visits_until_killed(dir: &Path) {
    let mut log = Log::unlock(dir, &pass()).unwrap();
    let amina = log.find_patients("", 1).unwrap().remove(0).patient;
    for number in 0_u8.. {
        let visit = visit(&amina, &"fever and cough ".repeat(usize::from(number)));
        log.save_visit(&visit).unwrap();
        log.add_attachment(&visit.id, &picture(number)).unwrap();
        println!("saved {}", visit.id);
        std::io::stdout().flush().unwrap();
    }
}

/// Size of the disk that gets full, KiB.
const SMALL_DISK_KIB: u32 = 2048;

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    if let Some(dir) = std::env::var_os(SUFFER) {
        return fill_the_disk(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let me = std::env::current_exe().unwrap();
    // A small file system of its own where that is allowed; else a limit on the size of a file.
    let mount = format!("mount -t tmpfs -o size={SMALL_DISK_KIB}k none \"$1\" && exec \"$0\" \"$2\" \"$3\" \"$4\"");
    let limit = format!("trap '' XFSZ; ulimit -f {SMALL_DISK_KIB}; exec \"$0\" \"$2\" \"$3\" \"$4\"");
    let ways: [Vec<&str>; 3] = [
        vec!["unshare", "-m", "sh", "-c", &mount],
        vec!["unshare", "-Urm", "sh", "-c", &mount],
        vec!["sh", "-c", &limit],
    ];
    let mut tried = Vec::new();
    for way in ways {
        let outcome = Command::new(way[0])
            .args(&way[1..])
            .arg(&me)
            .arg(dir.path())
            .args(["--exact", "a_full_disk_is_told_and_loses_nothing", "--nocapture"])
            .env(SUFFER, dir.path())
            .output();
        let Ok(outcome) = outcome else { continue };
        let (out, err) = (String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
        if out.contains("the disk is being filled") {
            println!("{out}");
            assert!(outcome.status.success() && out.contains("nothing was lost"), "{way:?}\n{out}\n{err}");
            return;
        }
        tried.push(format!("{way:?}: {err}"));
    }
    panic!("no way to make a full disk: {tried:?}");
}

fn fill_the_disk(dir: &Path) {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
    let on_small_disk = mounts.lines().any(|line| line.split(' ').nth(1) == dir.to_str());
    let dir: PathBuf = dir.join("records");
    let (mut log, _) = Log::create(&dir, &pass()).unwrap();
    let amina = patient("Amina Bibi", "Chak 22");
    log.save_patient(&amina).unwrap();
    let with_picture = visit(&amina, "rash");
    log.save_visit(&with_picture).unwrap();
    let kept = log.add_attachment(&with_picture.id, &picture(1)).unwrap();
    std::fs::write(dir.join("make room"), vec![1; 400_000]).unwrap();
    println!("the disk is being filled");

    let mut saved = Vec::new();
    let full = loop {
        let mut visit = visit(&amina, "fever");
        visit.body = "x".repeat(100_000);
        match log.save_visit(&visit) {
            Ok(()) => saved.push(visit),
            Err(error) => break error,
        }
        assert!(saved.len() < 100, "the disk never got full");
    };
    assert!(matches!(full, RecordsError::DiskFull { .. }), "{full:?}");
    assert_eq!(full.key(), "records-disk-full");
    assert!(saved.len() > 3);
    let mut large = picture(2);
    large.bytes = vec![7; 3_000_000];
    let refused = log.add_attachment(&with_picture.id, &large).unwrap_err();
    assert!(matches!(refused, RecordsError::DiskFull { .. }), "{refused:?}");
    let backup = log.backup_to(&dir.join("hakim.backup")).unwrap_err();
    assert!(matches!(backup, RecordsError::DiskFull { .. }), "{backup:?}");
    assert!(!dir.join("hakim.backup").exists() && !dir.join("backup.db").exists());
    let changed = log.change_passphrase(&hakim_records::Passphrase::new("another passphrase").unwrap());
    println!("changing the passphrase on a full disk: {changed:?}");

    for visit in &saved {
        assert_eq!(log.visit(&visit.id).unwrap().as_ref(), Some(visit));
    }
    assert_eq!(log.attachment_bytes(&kept).unwrap(), picture(1).bytes);
    assert_eq!(log.verify().unwrap().visits, saved.len() as u64 + 1);
    // Without locking in order, as when the window is closed in anger.
    drop(log);
    let fresh = if changed.is_ok() { "another passphrase" } else { "correct horse battery" };
    let mut log = Log::unlock(&dir, &hakim_records::Passphrase::new(fresh).unwrap()).expect("reading needs no room");
    assert_eq!(log.verify().unwrap().visits, saved.len() as u64 + 1);
    if on_small_disk {
        std::fs::remove_file(dir.join("make room")).unwrap();
        log.save_visit(&visit(&amina, "after room was made")).unwrap();
        log.verify().unwrap();
    }
    println!("nothing was lost");
}
