//! Prints how long the log takes: `cargo run --release -p hakim-records --example measure_log -- PATIENTS`.

use hakim_clinical::{Patient, PatientId, VisitId};
use hakim_records::{Log, NewAttachment, Passphrase, Visit, new_id};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let patients: usize = std::env::args().nth(1).ok_or("say how many patients")?.parse()?;
    let dir = std::env::temp_dir().join(format!("hakim-measure-{}", new_id()));
    let pass = Passphrase::new("a passphrase to measure with")?;
    let mut clock = Instant::now();
    let mut lap = move |what: &str| {
        println!("{what}: {:.1} ms", clock.elapsed().as_secs_f64() * 1000.0);
        clock = Instant::now();
    };
    let (mut log, _) = Log::create(&dir, &pass)?;
    lap("create");
    let mut last = None;
    for number in 0..patients {
        let patient = Patient {
            id: PatientId::new(new_id()),
            name: format!("Patient {number} Bibi"),
            sex: None,
            born: None,
            born_estimated: false,
            contact: format!("Chak {}", number % 97),
            allergies: Vec::new(),
            medicines: Vec::new(),
            language: None,
            vaccines: Default::default(),
        };
        log.save_patient(&patient)?;
        last = Some(patient);
    }
    lap("save all patients");
    let patient = last.ok_or("at least one patient")?;
    let mut visit = Visit {
        id: VisitId::new(new_id()),
        patient: patient.id,
        started: "2026-11-23T09:00:00Z".to_owned(),
        finished: None,
        title: "fever".to_owned(),
        triage: None,
        body: "x".repeat(100_000),
    };
    for _ in 0..100 {
        visit.body.push('x');
        log.save_visit(&visit)?;
    }
    lap("save a visit of 100 kB 100 times");
    let picture = NewAttachment {
        name: "arm.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: (0..5_000_000_u32).map(|i| (i % 251) as u8).collect(),
        thumbnail: vec![1; 20_000],
        verdict_json: "{}".to_owned(),
    };
    log.add_attachment(&visit.id, &picture)?;
    lap("attach 5 MB");
    log.find_patients("", 30)?;
    lap("30 recent patients");
    log.find_patients("bibi 9999", 30)?;
    lap("find a patient");
    println!("{:?}", log.verify()?);
    lap("verify");
    log.backup_to(&dir.join("backup"))?;
    lap("back up");
    log.lock()?;
    lap("lock");
    drop(Log::unlock(&dir, &pass)?);
    lap("unlock and lock");
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
