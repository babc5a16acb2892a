//! Times one case on this computer: opening the knowledge, then reading, assessing and planning stories of our own.

use hakim_clinical::{Age, PatientFacts, Place, Pregnancy, Sex, Traditions};
use hakim_consult::{Folders, Hakim};
use hakim_contract::{Core, Failure, Intake, PlanRequest, UnderstandRequest};
use std::sync::Arc;
use std::time::{Duration, Instant};

const STORIES: [&str; 5] = [
    "Fever and chills for 4 days with severe headache, pain behind the eyes and body aches. No cough.",
    "تین دن سے پیشاب میں جلن ہے اور بار بار پیشاب آتا ہے۔ بخار نہیں ہے۔",
    "बच्ची को तीन दिन से बुखार है और कान में दर्द है, कान बह रहा है",
    "عندي عطش شديد وكثرة التبول منذ شهر، لا حمى",
    "c/o chest tightness x 2 hrs, sweating, nausea. h/o HTN, smoker. BP 100/60 HR 110",
];
/// Each story so often.
const ROUNDS: usize = 40;

fn main() -> Result<(), Failure> {
    let began = Instant::now();
    let core = Hakim::open(Folders::of_this_machine()?, Arc::new(|_| {}))?;
    println!("opening the knowledge: {:.0} ms", ms(began.elapsed()));
    let mut times: [Vec<Duration>; 3] = Default::default();
    for story in STORIES.iter().cycle().take(ROUNDS * STORIES.len()) {
        let patient = patient();
        let started = Instant::now();
        let read = core.understand(UnderstandRequest { text: (*story).to_owned(), patient: patient.clone() })?;
        let understood = started.elapsed();
        let intake = Intake {
            patient,
            text: (*story).to_owned(),
            observed: read.chips.into_iter().map(|c| c.observed).collect(),
            measurements: read.measurements,
            traditional: true,
            traditions: Traditions::default(),
            temperament: vec![],
        };
        core.assess(intake.clone())?;
        let assessed = started.elapsed();
        core.plan(PlanRequest { intake, working: vec![] })?;
        for (list, time) in times.iter_mut().zip([understood, assessed - understood, started.elapsed() - assessed]) {
            list.push(time);
        }
    }
    for (what, mut list) in ["reading a story", "assessing", "planning"].into_iter().zip(times) {
        list.sort();
        let at = |share: f64| ms(list[((list.len() - 1) as f64 * share) as usize]);
        println!("{what:<18} p50 {:.2} ms, p95 {:.2} ms", at(0.5), at(0.95));
    }
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn patient() -> PatientFacts {
    PatientFacts {
        age: Some(Age::from_years(34)),
        sex: Some(Sex::Female),
        pregnancy: Pregnancy::Unknown,
        lactating: false,
        allergies: vec!["penicillin".into()],
        medicines: vec!["warfarin".into()],
        place: Place::default(),
    }
}
