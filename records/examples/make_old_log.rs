//! Makes the log that `tests/old_files.rs` opens for ever after: `cargo run --example make_old_log -- FOLDER`.
//! Run once for each new format, into `tests/fixtures/vN`; what is there already is never made again.

use hakim_clinical::{Lang, Patient, PatientId, Sex, TriageLevel, VisitId};
use hakim_records::{Log, NewAttachment, Passphrase, Visit};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(std::env::args_os().nth(1).ok_or("name the folder to make")?);
    let (mut log, recovery) = Log::create(&dir, &Passphrase::new("an old passphrase")?)?;
    let patient = Patient {
        id: PatientId::from("0193b000-0000-7000-8000-000000000001"),
        name: "فاطمہ بی بی".to_owned(),
        sex: Some(Sex::Female),
        born: Some("1996-01-01".to_owned()),
        born_estimated: true,
        contact: "Chak 22".to_owned(),
        allergies: vec!["penicillin".to_owned()],
        medicines: Vec::new(),
        language: Some(Lang::Ur),
        vaccines: Default::default(),
    };
    log.save_patient(&patient)?;
    let mut visit = Visit {
        id: VisitId::from("0193b000-0000-7000-8000-000000000002"),
        patient: patient.id,
        started: "2026-11-23T09:00:00Z".to_owned(),
        finished: None,
        title: "fever".to_owned(),
        triage: Some(TriageLevel::Urgent),
        body: r#"{"text":"fever for three days"}"#.to_owned(),
    };
    log.save_visit(&visit)?;
    log.add_attachment(
        &visit.id,
        &NewAttachment {
            name: "arm.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            bytes: b"the bytes of an old picture".to_vec(),
            thumbnail: b"a small one".to_vec(),
            verdict_json: "{}".to_owned(),
        },
    )?;
    visit.finished = Some("2026-11-23T09:20:00Z".to_owned());
    log.save_visit(&visit)?;
    log.lock()?;
    println!("{}", recovery.printed());
    Ok(())
}
