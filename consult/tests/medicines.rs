//! Lists of medicines, checked as a whole: by the packs that are built in, without the outside table.

#![expect(clippy::panic, reason = "a test that cannot go on should fail")]

use hakim_clinical::*;
use hakim_consult::{Folders, Hakim};
use hakim_contract::*;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

fn core() -> &'static Hakim {
    static CORE: OnceLock<(Hakim, tempfile::TempDir)> = OnceLock::new();
    let (core, _) = CORE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let folders = Folders { data: dir.path().join("data"), assets: dir.path().join("assets"), packs: None };
        let core = Hakim::open(folders, Arc::new(|_| ())).unwrap_or_else(|e| panic!("{e:?}"));
        (core, dir)
    });
    core
}

fn check(names: &[&str]) -> MedicinesReply {
    let patient = PatientFacts { age: Some(Age::from_years(40)), ..PatientFacts::default() };
    let intake = Intake { patient, ..Intake::default() };
    let names = names.iter().map(|n| (*n).to_owned()).collect();
    core().medicines_check(MedicinesRequest { intake, names }).unwrap_or_else(|e| panic!("{e:?}"))
}

fn gravest(names: &[&str]) -> Option<WarningLevel> {
    let of_both = |w: &&WarningView| matches!(w.kind, WarningKind::Interaction | WarningKind::Burden);
    check(names).warnings.iter().filter(of_both).map(|w| w.level).max()
}

#[test]
fn what_must_not_be_given_together_stops_from_either_side_and_by_any_name() {
    for pair in [
        ["phenelzine", "fluoxetine"],
        ["Prozac", "tranylcypromine"],
        ["tizanidine", "ciprofloxacin"],
        ["simvastatin", "clarithromycin"],
        ["atazanavir", "omeprazole"],
        ["azathioprine", "febuxostat"],
        ["sildenafil", "glyceryl-trinitrate"],
    ] {
        let [a, b] = pair;
        assert_eq!(gravest(&[a, b]), Some(WarningLevel::Stop), "{a} + {b}");
        assert_eq!(gravest(&[b, a]), Some(WarningLevel::Stop), "{b} + {a}");
        assert_eq!(gravest(&[a]), None, "{a} alone");
    }
}

#[test]
fn what_need_not_interrupt_is_quiet() {
    for pair in [
        ["metformin", "enalapril"],
        ["furosemide", "ibuprofen"],
        ["amlodipine", "atenolol"],
        ["insulin-human", "atenolol"],
    ] {
        assert!(gravest(&pair) < Some(WarningLevel::Stop), "{pair:?}: {:?}", gravest(&pair));
    }
}

#[test]
fn names_of_every_language_brands_and_misspellings_are_known_and_others_are_said_not_to_be() {
    let reply =
        check(&["पैरासिटामोल", "باراسيتامول", "پیراسیٹامول", "paracétamol", "paracitamol", "Panadol", "glorbinex"]);
    let named: Vec<bool> = reply.names.iter().map(|n| n.name.is_some()).collect();
    assert_eq!(named, [true, true, true, true, true, true, false], "{:?}", reply.names);
    assert!(reply.warnings.iter().any(|w| w.kind == WarningKind::Unknown), "unknown is said, never taken for safe");
}

#[test]
fn a_brand_of_two_medicines_is_read_as_both() {
    let reply = check(&["Arinac", "phenelzine"]);
    assert!(reply.names[0].name.as_ref().is_some_and(|n| n.get(Lang::En).contains('+')), "{:?}", reply.names);
    assert!(
        reply.warnings.iter().any(|w| w.level == WarningLevel::Stop),
        "its pseudoephedrine meets the MAO inhibitor"
    );
}

#[test]
fn burdens_add_up_over_the_list() {
    let sum = |names: &[&str]| {
        let reply = check(names);
        reply.burdens.into_iter().find(|b| b.id.as_str() == "bleeding").map(|b| (b.total, b.level))
    };
    let one = sum(&["warfarin"]);
    assert!(matches!(one, Some((3, None))), "{one:?}");
    let (three, level) = sum(&["warfarin", "aspirin", "sertraline"]).unwrap_or_default();
    assert!(three >= 6 && level >= Some(WarningLevel::Caution), "{three} {level:?}");
}

#[test]
fn the_map_shows_who_slows_whose_path() {
    let reply = check(&["clarithromycin", "simvastatin", "paracetamol"]);
    let named = |at: usize| reply.map.nodes[at].get(Lang::En).to_lowercase();
    let edge = reply.map.edges.iter().find(|e| e.path == "CYP3A4").unwrap_or_else(|| panic!("{:?}", reply.map));
    assert_eq!(
        (named(edge.from), named(edge.to), edge.induces),
        ("clarithromycin".into(), "simvastatin".into(), false)
    );
    assert!(reply.map.nodes.iter().all(|n| n.get(Lang::En).to_lowercase() != "paracetamol"), "nothing acts on it");
    let speeds = check(&["rifampicin", "simvastatin"]);
    assert!(speeds.map.edges.iter().any(|e| e.induces), "{:?}", speeds.map);
}

#[test]
fn a_list_of_twenty_is_checked_while_one_types() {
    let names = [
        "warfarin",
        "aspirin",
        "sertraline",
        "amiodarone",
        "digoxin",
        "furosemide",
        "spironolactone",
        "enalapril",
        "atenolol",
        "simvastatin",
        "clarithromycin",
        "metformin",
        "glibenclamide",
        "omeprazole",
        "ibuprofen",
        "tramadol",
        "amitriptyline",
        "diazepam",
        "prednisolone",
        "levothyroxine",
    ];
    check(&names);
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        let reply = check(&names);
        best = best.min(start.elapsed());
        assert!(reply.warnings.len() > 10);
    }
    println!("20 medicines: {best:?}");
    // 5 ms are asked for, 2.8 measured (docs/measured.md); a slow machine under load is given more.
    let most = if cfg!(debug_assertions) { 150 } else { 15 };
    assert!(best <= Duration::from_millis(most), "{best:?}");
}

#[test]
fn no_list_breaks_it() {
    let long = "x".repeat(200);
    for names in [vec![], vec![""], vec!["  "], vec![long.as_str()], vec!["\u{0}"], vec!["500 mg"], vec!["aspirin"; 60]]
    {
        check(&names);
    }
}
