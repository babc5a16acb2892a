//! The packs this program is built with: sound, as large as promised, and every code in them exists.
//! Code lists lie in `../shared/reference` or among the fetched assets; where one is absent its check is skipped, and says so.
#![allow(clippy::unwrap_used, reason = "test code")]

use hakim_clinical::*;
use hakim_knowledge::{Found, Library, OwnWords, Search, builtin_packs, check_authored, load, stats};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn base() -> KnowledgeBase {
    let loaded = load(&builtin_packs());
    let problems: Vec<String> =
        loaded.problems.iter().chain(&check_authored(&loaded.base)).map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    loaded.base
}

#[test]
fn the_packs_are_sound_and_as_large_as_promised() {
    let s = stats(&base());
    assert!(s.conditions >= 450, "{s:?}");
    assert!(s.findings >= 1300, "{s:?}");
    assert!(s.medicines >= 300, "{s:?}");
    let unani = s.traditions[&Tradition::Unani];
    assert!(unani.conditions >= 150 && unani.drugs >= 150 && unani.formulations >= 100, "{unani:?}");
    assert!(unani.terms >= 30 && unani.interactions >= 150, "{unani:?}");
    assert!(s.languages >= 5, "{s:?}");
}

fn reference(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference")).join(file)
}

/// A file that set-up fetches.
fn asset(file: &str) -> PathBuf {
    std::env::var_os("HAKIM_ASSETS").map_or_else(PathBuf::new, PathBuf::from).join(file)
}

/// The text of a list, or a word on standard error why its check is skipped.
fn list(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not on this computer", path.display());
    }
    text
}

/// One column of a table, header left out.
fn column(text: &str, separator: char, at: usize) -> BTreeSet<&str> {
    let cells = text.lines().skip(1).filter_map(|line| line.split(separator).nth(at));
    cells.map(|cell| cell.trim().trim_matches('"')).filter(|cell| !cell.is_empty()).collect()
}

fn unknown<'a>(codes: impl Iterator<Item = (&'a str, &'a String)>, known: &BTreeSet<&str>) -> Vec<String> {
    assert!(known.len() > 400, "the list of codes was not read: {} codes", known.len());
    codes.filter(|(_, code)| !known.contains(code.as_str())).map(|(id, code)| format!("{id}: {code}")).collect()
}

#[test]
fn every_icd_10_code_exists() {
    let Some(text) = list(&asset("icd/icd_10_v2019.xml")) else { return };
    let known: BTreeSet<&str> = text.split("<name>").skip(1).filter_map(|rest| rest.split("</name>").next()).collect();
    let base = base();
    let codes = base.conditions.values().flat_map(|c| c.icd10.iter().map(|code| (c.id.as_str(), code)));
    assert_eq!(unknown(codes, &known), Vec::<String>::new());
}

#[test]
fn every_icd_11_code_exists() {
    let Some(text) = list(&reference("icd11/icd11_mms_2025-01_all.tsv")) else { return };
    let known = column(&text, '\t', 0);
    let base = base();
    let codes = base.conditions.values().flat_map(|c| c.icd11.iter().map(|code| (c.id.as_str(), code)));
    assert_eq!(unknown(codes, &known), Vec::<String>::new());
}

/// Ids of an OBO file, without those that were given up.
fn terms(obo: &str) -> BTreeSet<&str> {
    let blocks = obo.split("\n[Term]\n").skip(1).filter(|block| !block.contains("\nis_obsolete: true"));
    blocks.filter_map(|block| block.lines().find_map(|line| line.strip_prefix("id: "))).collect()
}

#[test]
fn every_code_of_a_finding_exists() {
    let base = base();
    let none = Vec::<String>::new();
    let findings = || base.findings.values();
    if let Some(text) = list(&reference("symp/symp.obo")) {
        let codes = findings().filter_map(|f| Some((f.id.as_str(), f.symp.as_ref()?)));
        assert_eq!(unknown(codes, &terms(&text)), none);
    }
    if let Some(text) = list(&asset("hpo/hp.obo")) {
        let codes = findings().filter_map(|f| Some((f.id.as_str(), f.hpo.as_ref()?)));
        assert_eq!(unknown(codes, &terms(&text)), none);
    }
}

#[test]
fn every_atc_code_exists() {
    let Some(text) = list(&reference("atc_ddd/WHO_ATC-DDD_2026-04-25.csv")) else { return };
    let known = column(&text, ',', 0);
    let base = base();
    let codes = base.medicines.values().flat_map(|m| m.atc.iter().map(|code| (m.id.as_str(), code)));
    assert_eq!(unknown(codes, &known), Vec::<String>::new());
}

#[test]
fn every_code_of_the_traditional_layer_exists() {
    let base = base();
    let conditions = base.traditional.values().map(|c| (&c.id, &c.code, &c.tm2));
    let all: Vec<_> = conditions.chain(base.terms.values().map(|t| (&t.id, &t.code, &t.tm2))).collect();
    let own = |tradition: Tradition| {
        let of_it = all.iter().filter(move |(id, _, _)| id.tradition() == Some(tradition));
        of_it.filter_map(|(id, code, _)| Some((id.as_str(), code.as_ref()?)))
    };
    let none = Vec::<String>::new();
    if let Some(text) = list(&reference("namaste/NUMC_unani.tsv")) {
        assert_eq!(unknown(own(Tradition::Unani), &column(&text, '\t', 2)), none);
    }
    if let Some(text) = list(&reference("namaste/NAMC_ayurveda.tsv")) {
        assert_eq!(unknown(own(Tradition::Ayurveda), &column(&text, '\t', 2)), none);
    }
    if let Some(text) = list(&reference("icd11/icd11_ch26_TM1_TM2.tsv")) {
        let codes = all.iter().filter_map(|(id, _, tm2)| Some((id.as_str(), tm2.as_ref()?)));
        assert_eq!(unknown(codes.chain(own(Tradition::Tcm)), &column(&text, '\t', 0)), none);
    }
}

#[test]
fn what_is_said_in_any_language_is_found() {
    let library = Library::new(&base()).unwrap();
    for (query, wanted) in [
        ("paracetamol dose child", "paracetamol"),
        ("ڈینگی", "dengue"),
        ("मलेरिया", "malaria"),
        ("الملاريا", "malaria"),
        ("mulethi", "unani.asl-us-soos"),
        ("نزلہ", "unani.nazla"),
    ] {
        // as many as a page of results is chosen from
        let hits = library.search(&Search::words(query, 20)).unwrap();
        assert!(hits.iter().any(|h| h.found == Found::Entry(wanted.into())), "{query}: {hits:?}");
    }
    assert!(library.search(&Search::words("", 10)).unwrap().is_empty());
    assert!(library.search(&Search::words("!!! ...", 10)).unwrap().is_empty());
}

/// Facts carry over from what we read, sentences never do.
#[test]
fn no_text_repeats_eight_words_of_the_shared_files() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let own = OwnWords::of(&base());
    let (mut read, mut repeated) = (0, vec![]);
    for folder in ["reference", "data"] {
        let mut open = vec![shared.join(folder)];
        while let Some(dir) = open.pop() {
            let Ok(entries) = std::fs::read_dir(&dir) else { continue };
            for path in entries.flatten().map(|e| e.path()) {
                let kind = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
                if path.is_dir() {
                    open.push(path);
                } else if ["txt", "md", "tsv", "csv", "json", "jsonl", "obo", "xml"].contains(&kind)
                    && let Ok(text) = std::fs::read_to_string(&path)
                {
                    read += 1;
                    let found = own.repeated_in(&text);
                    repeated.extend(found.iter().map(|(id, run)| format!("{id}: \"{run}\" in {}", path.display())));
                }
            }
        }
    }
    if read == 0 {
        eprintln!("skipped: {} is not on this computer", shared.display());
    }
    assert!(repeated.is_empty(), "{}", repeated.join("\n"));
}
