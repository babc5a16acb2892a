//! The direction of dependencies (docs/architecture.md): arrows point inwards, heavy crates stay in their rooms.
#![allow(clippy::unwrap_used, reason = "test code")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Our own packages that each room may use. A room that is not here may not exist.
const ALLOWED: &[(&str, &[&str])] = &[
    ("hakim-clinical", &[]),
    ("hakim-contract", &["hakim-clinical"]),
    ("hakim-i18n", &["hakim-clinical"]),
    ("hakim-reasoning", &["hakim-clinical"]),
    ("hakim-knowledge", &["hakim-clinical"]),
    ("hakim-rare", &[]),
    ("hakim-documents", &[]),
    ("hakim-models", &[]),
    ("hakim-imaging", &[]),
    ("hakim-records", &["hakim-clinical"]),
    (
        "hakim-consult",
        &[
            "hakim-clinical",
            "hakim-contract",
            "hakim-documents",
            "hakim-i18n",
            "hakim-imaging",
            "hakim-knowledge",
            "hakim-models",
            "hakim-rare",
            "hakim-reasoning",
            "hakim-records",
        ],
    ),
    ("hakim-app", &["hakim-consult", "hakim-contract"]),
    ("hakim-ui", &["hakim-clinical", "hakim-contract", "hakim-i18n"]),
    (
        "hakim-cli",
        &[
            "hakim-clinical",
            "hakim-consult",
            "hakim-contract",
            "hakim-i18n",
            "hakim-knowledge",
            "hakim-models",
            "hakim-rare",
        ],
    ),
    ("hakim-tests", &[]),
    ("hakim-bundler", &[]),
    ("xtask", &[]),
];

/// Crates that only one room may name.
const AT_HOME: &[(&str, &str)] = &[
    ("tauri", "hakim-app"),
    ("leptos", "hakim-ui"),
    ("rusqlite", "hakim-records"),
    ("tantivy", "hakim-knowledge"),
    ("pdf-extract", "hakim-documents"),
    ("html5gum", "hakim-documents"),
    ("candle-core", "hakim-models"),
    ("candle-nn", "hakim-models"),
    ("tokenizers", "hakim-models"),
    ("fluent-bundle", "hakim-i18n"),
    ("wasm-bindgen-cli-support", "hakim-bundler"),
];

/// Room -> what it names as an ordinary dependency.
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|p| {
            let ordinary = p["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null());
            (text(&p["name"]), ordinary.map(|d| text(&d["name"])).collect())
        })
        .collect()
}

#[test]
fn a_room_uses_only_the_rooms_further_in() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let rooms = rooms();
    for (room, uses) in &rooms {
        let may =
            allowed.get(room.as_str()).unwrap_or_else(|| panic!("the room {room} is not in the plan of the house"));
        for used in uses.iter().filter(|u| rooms.contains_key(*u)) {
            assert!(may.contains(&used.as_str()), "{room} must not use {used}");
        }
    }
    assert_eq!(rooms.len(), ALLOWED.len(), "a room of the plan is missing");
}

#[test]
fn heavy_crates_stay_in_their_rooms() {
    for (room, uses) in rooms() {
        for (heavy, home) in AT_HOME {
            assert!(room == *home || !uses.contains(*heavy), "{heavy} belongs into {home}, not into {room}");
        }
    }
}

#[test]
fn no_crate_under_the_gpl_is_linked() {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("");
        // A choice ("MIT OR GPL-2.0") leaves us the other half.
        let forced = licence.contains("GPL") && !licence.contains(" OR ") && !licence.contains("/MIT");
        assert!(!forced, "{} is under {licence}", package["name"]);
    }
}
