//! The command line as a user meets it: sense in, sense out; nonsense in, a clear message and a failing exit code.

use anyhow::{Result, ensure};
use hakim_tests::{Ran, hakim, hakim_with_input};
use serde_json::Value;
use std::path::Path;

fn consult(args: &[&str]) -> Result<Value> {
    let home = tempfile::tempdir()?;
    let all: Vec<&str> = ["consult", "--json"].iter().chain(args).copied().collect();
    let ran = hakim(&all, home.path(), &[])?;
    ensure!(ran.code == Some(0), "{ran:?}");
    Ok(serde_json::from_str(&ran.out)?)
}

fn chips(answer: &Value, state: &str) -> Vec<String> {
    let all = answer["understood"]["chips"].as_array().cloned().unwrap_or_default();
    let mine = all.iter().filter(|c| c["observed"]["presence"] == state);
    mine.filter_map(|c| c["observed"]["finding"].as_str().map(str::to_owned)).collect()
}

/// Exit code 1 and these words on standard error, without a panic.
fn refused(ran: &Ran, words: &str) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains(words), "{words:?} is not in {:?}", ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    assert!(ran.out.is_empty(), "{}", ran.out);
}

#[test]
fn the_example_of_the_readme_gives_an_explained_answer() -> Result<()> {
    let answer = consult(&["--age", "30", "--sex", "f", "fever for 3 days, cough, no chest pain"])?;
    assert_eq!(chips(&answer, "present"), ["fever", "cough"]);
    assert_eq!(chips(&answer, "absent"), ["pain.chest"]);
    let first = &answer["assessment"]["candidates"][0];
    assert!(first["contributions"].as_array().is_some_and(|c| !c.is_empty()), "no explanation");
    assert!(
        first["contributions"][0]["citation"]["title"].is_string() || first["prior"]["citation"]["title"].is_string()
    );
    let total: f64 = answer["assessment"]["none_of_these"].as_f64().unwrap_or(0.0)
        + answer["assessment"]["candidates"]
            .as_array()
            .iter()
            .flat_map(|c| c.iter())
            .filter_map(|c| c["probability"]["p"].as_f64())
            .sum::<f64>();
    assert!(total <= 1.000_001, "probabilities add up to {total}");
    Ok(())
}

#[test]
fn the_same_case_gives_the_same_answer_to_the_last_bit() -> Result<()> {
    let args =
        ["--age", "8m", "--sex", "m", "--plan", "diarrhoea and vomiting since yesterday, sunken eyes, drinks eagerly"];
    assert_eq!(consult(&args)?.to_string(), consult(&args)?.to_string());
    Ok(())
}

#[test]
fn plain_text_names_danger_first() -> Result<()> {
    let home = tempfile::tempdir()?;
    let ran = hakim(
        &["consult", "--age", "3", "--sex", "m", "child with cough, convulsions, unconscious, cannot drink"],
        home.path(),
        &[],
    )?;
    ensure!(ran.code == Some(0), "{ran:?}");
    let danger =
        ran.out.to_lowercase().find("emergency").ok_or_else(|| anyhow::anyhow!("no emergency in {}", ran.out))?;
    let ranking = ran.out.find('%').unwrap_or(usize::MAX);
    assert!(danger < ranking, "the danger stands below the ranking:\n{}", ran.out);
    Ok(())
}

#[test]
fn a_question_is_answered_with_its_source_or_not_at_all() -> Result<()> {
    let home = tempfile::tempdir()?;
    let ran = hakim(&["ask", "--passages", "Can aspirin be given in dengue?", "And in pregnancy?"], home.path(), &[])?;
    ensure!(ran.code == Some(0), "{ran:?}");
    ensure!(ran.out.contains("[1]") && ran.out.to_lowercase().contains("aspirin"), "{}", ran.out);
    let ran = hakim(&["ask", "--passages", "Who won the cricket world cup in 1996?"], home.path(), &[])?;
    ensure!(ran.out.contains("Nothing here answers this") && !ran.out.contains("[1]"), "{}", ran.out);
    let ran = hakim(&["ask", "?"], home.path(), &[])?;
    ensure!(ran.code == Some(1) && ran.err.contains("Write a question"), "{ran:?}");
    Ok(())
}

#[test]
fn a_misspelt_word_is_asked_back_and_not_taken_as_said() -> Result<()> {
    let answer = consult(&["--age", "30", "--sex", "f", "feverr for 3 days and vomitting, no couhg"])?;
    let maybe = answer["understood"]["maybe"].as_array().cloned().unwrap_or_default();
    let asked = |finding: &str| maybe.iter().find(|m| m["label"]["finding"] == finding).map(|m| m["presence"].clone());
    assert_eq!(asked("fever"), Some("present".into()));
    assert_eq!(asked("cough"), Some("absent".into()), "what is denied stays denied");
    assert!(!chips(&answer, "present").contains(&"fever".to_owned()));
    Ok(())
}

#[test]
fn an_entry_holds_every_fact_with_its_source_and_an_unknown_one_is_refused() -> Result<()> {
    let home = tempfile::tempdir()?;
    for id in ["dengue", "paracetamol", "unani.nazla", "unani.asl-us-soos"] {
        let ran = hakim(&["call", "entry", &format!(r#"{{"id":"{id}"}}"#)], home.path(), &[])?;
        ensure!(ran.code == Some(0), "{ran:?}");
        let entry: Value = serde_json::from_str(&ran.out)?;
        let sections = entry["sections"].as_array().cloned().unwrap_or_default();
        assert!(!sections.is_empty(), "{id} has no facts");
        for line in sections.iter().flat_map(|s| s["lines"].as_array()).flatten() {
            assert!(line["citation"]["title"].as_str().is_some_and(|t| !t.is_empty()), "{id}: {line}");
        }
    }
    let unknown = hakim(&["call", "entry", r#"{"id":"nothing"}"#], home.path(), &[])?;
    assert!(unknown.out.contains("entry-unknown"), "{}", unknown.out);
    Ok(())
}

#[test]
fn empty_text_is_refused() -> Result<()> {
    let home = tempfile::tempdir()?;
    refused(&hakim(&["consult", "  \n "], home.path(), &[])?, "There is no text");
    Ok(())
}

#[test]
fn a_megabyte_of_text_is_refused() -> Result<()> {
    let home = tempfile::tempdir()?;
    let long = "fever and cough ".repeat(65_536);
    refused(&hakim_with_input(&["consult", "-"], home.path(), &[], long.as_bytes())?, "The text is too long");
    Ok(())
}

#[test]
fn binary_junk_is_refused() -> Result<()> {
    let home = tempfile::tempdir()?;
    let not_utf8 = hakim_with_input(&["consult", "-"], home.path(), &[], &[0xff, 0xfe, 0x00, 0x80, 0xc3])?;
    refused(&not_utf8, "does not look like text");
    let controls: Vec<u8> = (0..4000_u32).map(|i| (i % 27) as u8).collect();
    refused(&hakim_with_input(&["consult", "-"], home.path(), &[], &controls)?, "does not look like text");
    Ok(())
}

#[test]
fn an_unknown_language_is_said_and_ranks_nothing() -> Result<()> {
    let answer = consult(&["ฉันปวดหัวและมีไข้สามวันแล้ว"])?;
    assert_eq!(answer["understood"]["notices"].to_string(), r#"["understood-nothing","language-unknown"]"#);
    assert_eq!(answer["assessment"]["not_enough"], true);
    let home = tempfile::tempdir()?;
    let ran = hakim(&["consult", "ฉันปวดหัวและมีไข้สามวันแล้ว"], home.path(), &[])?;
    assert!(ran.out.contains("Nothing in this text was understood"), "{}", ran.out);
    Ok(())
}

#[test]
fn an_impossible_value_is_refused_with_its_name() -> Result<()> {
    let home = tempfile::tempdir()?;
    let ran = hakim(&["consult", "--weight", "900", "fever"], home.path(), &[])?;
    refused(&ran, "900");
    assert!(ran.err.contains("weight"), "{}", ran.err);
    Ok(())
}

/// A folder with one pack that holds this file.
fn pack_with(dir: &Path, file: &str, text: &[u8]) -> Result<()> {
    let pack = dir.join("packs/broken");
    std::fs::create_dir_all(pack.join("conditions"))?;
    std::fs::write(
        pack.join("pack.toml"),
        "id = \"broken\"\nversion = \"1.0.0\"\nformat = 1\nlicence = \"Apache-2.0\"\nlanguages = [\"en\"]\ntitle = \"Broken\"\nchanges = \"\"\n",
    )?;
    std::fs::write(pack.join(file), text)?;
    Ok(())
}

#[test]
fn a_corrupted_pack_is_named_with_file_and_line_and_the_built_in_ones_are_used() -> Result<()> {
    for (file, text, told) in [
        ("conditions/x.toml", &b"id = \"x\"\nicd10 = [\"A90\"\n"[..], "conditions/x.toml"),
        ("conditions/y.toml", &b"id = \"y\"\nharm = \"enormous\"\n"[..], "conditions/y.toml"),
        ("conditions/z.toml", &[0xff, 0x00, 0xfe][..], "conditions/z.toml"),
    ] {
        let home = tempfile::tempdir()?;
        pack_with(home.path(), file, text)?;
        let packs = home.path().join("packs");
        let packs = packs.to_string_lossy();
        let ran = hakim(&["consult", "fever for 3 days, cough"], home.path(), &[("HAKIM_PACKS", &packs)])?;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.err.contains("pack refused") && ran.err.contains(told), "{told} is not in {}", ran.err);
        assert!(ran.out.contains('%'), "no ranking from the built-in packs: {}", ran.out);
        let check = hakim(&["pack", "check", &packs], home.path(), &[])?;
        assert_eq!(check.code, Some(1), "{check:?}");
        assert!(check.out.contains(told), "{}", check.out);
    }
    Ok(())
}

#[test]
fn a_missing_or_damaged_model_is_said_in_the_status_and_nothing_else_changes() -> Result<()> {
    let home = tempfile::tempdir()?;
    let status =
        |home: &Path| -> Result<Value> { Ok(serde_json::from_str(&hakim(&["call", "app_status"], home, &[])?.out)?) };
    assert_eq!(status(home.path())?["model"]["state"], "absent");
    let models = home.path().join("assets/models");
    std::fs::create_dir_all(&models)?;
    std::fs::write(models.join("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"), b"GGUF, and then nothing")?;
    let damaged = status(home.path())?;
    assert_eq!(damaged["model"]["state"], "failed");
    assert_eq!(damaged["model"]["key"], "model-corrupt");
    let ran = hakim(&["consult", "fever for 3 days, cough"], home.path(), &[])?;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    Ok(())
}

#[test]
fn every_command_of_the_contract_is_listed_and_a_wrong_one_is_refused() -> Result<()> {
    let home = tempfile::tempdir()?;
    let listed = hakim(&["call"], home.path(), &[])?;
    for name in ["app_status", "log_unlock", "visit_finish", "assess", "job_cancel"] {
        assert!(listed.out.contains(name), "{name}");
    }
    let unknown = hakim(&["call", "drop_everything"], home.path(), &[])?;
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.out.contains("unknown-command"), "{}", unknown.out);
    let locked = hakim(&["call", "patients_find", r#"{"query":""}"#], home.path(), &[])?;
    assert!(locked.out.contains("log-locked"), "{}", locked.out);
    let bad = hakim(&["call", "assess", r#"{"patient":7}"#], home.path(), &[])?;
    assert!(bad.out.contains("bad-request"), "{}", bad.out);
    Ok(())
}

#[test]
fn the_evaluation_prints_its_figures() -> Result<()> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/vignettes"));
    let (cases, gold) = (data.join("avey_open.jsonl"), data.join("avey_open_gold.tsv"));
    if !cases.is_file() || !gold.is_file() {
        eprintln!("skipped: {} is not on this computer", cases.display());
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let out = home.path().join("figures.json");
    let (cases, gold, file) = (cases.to_string_lossy(), gold.to_string_lossy(), out.to_string_lossy());
    let ran = hakim(&["eval", "vignettes", "--cases", &cases, "--gold", &gold, "--json", &file], home.path(), &[])?;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let figures: Value = serde_json::from_str(&std::fs::read_to_string(out)?)?;
    for key in ["n", "top1", "top3", "top5", "top10", "mrr"] {
        assert!(figures[key].is_number(), "{key} is missing in {figures}");
    }
    Ok(())
}

#[test]
fn a_calculator_gives_its_steps_and_source_and_names_what_is_missing() -> Result<()> {
    let home = tempfile::tempdir()?;
    let run = |args: &[&str]| hakim(args, home.path(), &[]);
    let ran = run(&[
        "calculate",
        "creatinine-clearance-actual-weight",
        "age=60",
        "sex=male",
        "weight=72",
        "creatinine=88.4umol/L",
    ])?;
    // (140 - 60) * 72 / (72 * 1)
    assert!(ran.code == Some(0) && ran.out.contains("80 mL/min"), "{ran:?}");
    let ran = run(&["calculate", "creatinine-clearance-actual-weight", "age=60", "sex=male"])?;
    assert!(ran.code == Some(1) && ran.out.contains("missing Weight; Creatinine"), "{ran:?}");
    let ran = run(&["calculate", "body-mass-index", "weight=4g", "height=180"])?;
    assert!(ran.code == Some(1) && ran.out.contains("possible: 1 to 300 kg"), "{ran:?}");
    refused(&run(&["calculate", "no-such", "a=1"])?, "no-such");
    refused(&run(&["calculate", "body-mass-index", "girth=1"])?, "girth");
    Ok(())
}

#[test]
fn pairs_of_medicines_are_counted_and_unknown_names_told() -> Result<()> {
    let home = tempfile::tempdir()?;
    let file = home.path().join("pairs.csv");
    std::fs::write(&file, "drug_a,drug_b\nwarfarin,ibuprofen\nparacetamol,amoxicillin\nwarfarin,nonsensium\n")?;
    let ran = hakim(&["eval", "interactions", "--pairs", &file.to_string_lossy()], home.path(), &[])?;
    assert!(ran.code == Some(0) && ran.out.contains("3 pairs, both names known in 2"), "{ran:?}");
    assert!(ran.out.contains("found 1 of 2") && ran.out.contains("unknown names: nonsensium"), "{ran:?}");
    std::fs::write(&file, "one name only\n")?;
    refused(
        &hakim(&["eval", "interactions", "--pairs", &file.to_string_lossy()], home.path(), &[])?,
        "has not two names",
    );
    Ok(())
}

/// Notes of our own, answered by somebody who had not seen the program; the second file is one that nothing was mended by.
#[test]
fn calculators_are_read_from_notes() -> Result<()> {
    let home = tempfile::tempdir()?;
    for (file, least) in [("own.jsonl", 0.85), ("heldout.jsonl", 0.8)] {
        let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/notes/").to_owned() + file;
        let out = home.path().join("figures.json").to_string_lossy().into_owned();
        let ran =
            hakim(&["eval", "calculators", "--cases", &cases, "--given", "note", "--json", &out], home.path(), &[])?;
        ensure!(ran.code == Some(0), "{ran:?}");
        let figures: Value = serde_json::from_str(&std::fs::read_to_string(&out)?)?;
        let (accuracy, refused) = (figures["accuracy"].as_f64(), figures["abstain_recall"].as_f64());
        ensure!(accuracy.is_some_and(|share| share >= least), "{file}: {figures}");
        ensure!(refused == Some(1.0), "{file}: {figures}");
    }
    Ok(())
}
