//! Packs on a stick and the user's own documents, as somebody at a terminal meets them.

use anyhow::{Context, Result};
use hakim_tests::{Ran, hakim};
use serde_json::Value;
use std::path::Path;

fn done(ran: Ran) -> Result<String> {
    anyhow::ensure!(ran.code == Some(0), "{ran:?}");
    Ok(ran.out)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[test]
fn a_pack_is_written_checked_sealed_signed_installed_and_rolled_back() -> Result<()> {
    let home = tempfile::tempdir()?;
    let run = |args: &[&str]| hakim(args, home.path(), &[]);
    let (folder, key) = (text(home.path()), text(&home.path().join("my.key")));
    done(run(&["pack", "new", "our-pack", "--folder", &folder])?)?;
    let pack = home.path().join("our-pack");
    let checked = done(run(&["pack", "check", &text(&pack)])?)?;
    assert!(checked.starts_with("0 problems"), "{checked}");
    let file = home.path().join("our.hakimpack");
    done(run(&["pack", "build", &text(&pack), "--out", &text(&file)])?)?;

    let refused = |args: &[&str], words: &str| -> Result<()> {
        let ran = run(args)?;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(words), "{words:?} is not in {}", ran.err);
        Ok(())
    };
    refused(&["pack", "install", &text(&file)], "is not signed")?;
    let public = done(run(&["pack", "keygen", &key])?)?;
    let public = public.trim().rsplit(' ').next().context("no key")?.to_owned();
    done(run(&["pack", "sign", &text(&file), "--key", &key])?)?;
    refused(&["pack", "install", &text(&file)], &public)?;
    done(run(&["pack", "trust", "us", &public])?)?;
    done(run(&["pack", "install", &text(&file)])?)?;
    let consulted = done(run(&["consult", "touched nettles and now itching wheals, a rash"])?)?;
    assert!(consulted.contains("Nettle rash"), "{consulted}");

    let whole = std::fs::read(&file)?;
    let bad = home.path().join("bad.hakimpack");
    let middle = whole.len() / 2;
    let mut changed = whole.clone();
    changed[middle] ^= 1;
    for (bytes, words) in
        [(whole[..middle].to_vec(), "cut off"), (changed, "signature"), (b"not a pack".to_vec(), "not a Hakim pack")]
    {
        std::fs::write(&bad, bytes)?;
        refused(&["pack", "install", &text(&bad)], words)?;
        assert!(done(run(&["pack", "list"])?)?.contains("our-pack 0.1.0"), "the one before is no longer in use");
    }

    let manifest = pack.join("pack.toml");
    let newer = std::fs::read_to_string(&manifest)?.replace("0.1.0", "0.2.0").replace("format = 1", "format = 9");
    std::fs::write(&manifest, &newer)?;
    refused(&["pack", "build", &text(&pack), "--out", &text(&file)], "format 9")?;
    std::fs::write(&manifest, newer.replace("format = 9", "format = 1"))?;
    done(run(&["pack", "build", &text(&pack), "--out", &text(&file)])?)?;
    done(run(&["pack", "sign", &text(&file), "--key", &key])?)?;
    done(run(&["pack", "install", &text(&file)])?)?;
    let first = home.path().join("first.hakimpack");
    std::fs::write(&first, whole)?;
    assert!(done(run(&["pack", "diff", &text(&first), &text(&file), "--lines"])?)?.contains("+ version = \"0.2.0\""));
    done(run(&["pack", "rollback", "our-pack"])?)?;
    assert!(done(run(&["pack", "list"])?)?.contains("our-pack 0.1.0"));
    done(run(&["pack", "rollback", "our-pack"])?)?;
    assert!(!done(run(&["pack", "list"])?)?.contains("our-pack"));
    refused(&["pack", "rollback", "our-pack"], "nothing to go back to")?;
    Ok(())
}

#[test]
fn an_installed_pack_that_is_damaged_later_is_passed_over() -> Result<()> {
    let home = tempfile::tempdir()?;
    std::fs::create_dir_all(home.path().join("data/packs/our-pack"))?;
    let packs = ["data/packs", "packs"].iter().map(|p| home.path().join(p)).collect::<Vec<_>>();
    for folder in packs {
        std::fs::create_dir_all(folder.join("our-pack"))?;
        std::fs::write(folder.join("in-use.toml"), "[pack]\nour-pack = [\"1.0.0\"]\n")?;
        std::fs::write(folder.join("our-pack/1.0.0.hakimpack"), b"HAKIMPCK")?;
    }
    let ran = hakim(&["consult", "fever for 3 days, cough"], home.path(), &[])?;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("1.0.0.hakimpack"), "{}", ran.err);
    assert!(ran.out.contains('%'), "{}", ran.out);
    Ok(())
}

#[test]
fn own_documents_are_searched_and_opened_at_their_paragraph() -> Result<()> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join("books");
    std::fs::create_dir(&folder)?;
    std::fs::write(
        folder.join("ward.md"),
        "# Ward book\n\n## Scorpion sting\n\nPrazosin for sweating and high pressure.\n",
    )?;
    std::fs::write(folder.join("bad.txt"), [0xff, 0x80, 0xfd, 0x81])?;
    let run = |args: &[&str]| hakim(args, home.path(), &[]);
    let imported = done(run(&["documents", "import", &text(&folder)])?)?;
    assert!(imported.starts_with("1 added, 0 known already, 1 not readable"), "{imported}");
    assert!(imported.contains("bad.txt") && imported.contains("UTF-8"), "{imported}");
    assert!(done(run(&["documents", "import", &text(&folder)])?)?.starts_with("0 added, 1 known"));
    let found = run(&["call", "search", r#"{"query":"prazosin scorpion","language":"en","limit":5,"scope":"own"}"#])?;
    let reply: Value = serde_json::from_str(&found.out)?;
    let hit = &reply["own"][0];
    assert_eq!((&hit["title"], &hit["heading"]), (&"Ward book".into(), &"Scorpion sting".into()), "{reply}");
    let place = format!(r#"{{"id":{},"paragraph":{}}}"#, hit["document"], hit["paragraph"]);
    let page: Value = serde_json::from_str(&run(&["call", "document_open", &place])?.out)?;
    assert!(page["blocks"][0]["text"].as_str().is_some_and(|t| t.contains("Prazosin")), "{page}");
    let id = hit["document"].as_str().unwrap_or_default().to_owned();
    done(run(&["documents", "remove", &id])?)?;
    assert!(done(run(&["documents", "list"])?)?.contains("0 documents"));
    Ok(())
}

#[test]
fn rare_diseases_are_absent_without_their_annotations_and_nothing_else_changes() -> Result<()> {
    let home = tempfile::tempdir()?;
    let prepared = done(hakim(&["prepare"], home.path(), &[])?)?;
    assert!(prepared.contains("rare diseases: not on this computer"), "{prepared}");
    assert!(prepared.contains("search by meaning: not on this computer"), "{prepared}");
    let intake = r#"{"patient":{"age":null,"sex":null,"pregnancy":{"state":"unknown"},"lactating":false,"allergies":[],"medicines":[],"place":{"region":"elsewhere","season":"unknown"}},"text":"x","observed":[],"measurements":[],"traditional":false}"#;
    let ran = hakim(&["call", "also_consider", intake], home.path(), &[])?;
    let reply: Value = serde_json::from_str(&ran.out)?;
    assert_eq!(reply["present"], false, "{reply}");
    Ok(())
}
