//! Extraction: terms of the Human Phenotype Ontology in English abstracts, document by document.
//!
//! A folder with `Text/NAME` (or `Corpus`) and `Annotations/NAME`; every `HP_0000110` or `HP:0000110` in an annotation file is
//! one term of that text.

use super::figures::percentile;
use anyhow::{Context, ensure};
use hakim_consult::{Folders, Phenotypes};
use hakim_knowledge::{builtin_packs, load};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

const TEXTS: [&str; 5] = ["Text", "text", "Corpus", "corpus", "texts"];
const ANNOTATIONS: [&str; 4] = ["Annotations", "annotations", "Annotation", "ann"];

pub(crate) fn run(folder: &Path, verbose: bool) -> anyhow::Result<Value> {
    let below = |names: &[&str]| names.iter().map(|n| folder.join(n)).find(|p| p.is_dir());
    let texts = below(&TEXTS).with_context(|| format!("{} has no folder Text or Corpus", folder.display()))?;
    let annotations = below(&ANNOTATIONS).with_context(|| format!("{} has no folder Annotations", folder.display()))?;
    let ontology = Folders::of_this_machine()?.assets.join("hpo").join("hp.obo");
    let phenotypes = Phenotypes::open(&ontology)
        .with_context(|| format!("{} cannot be read: run `cargo xtask assets`", ontology.display()))?;
    let base = load(&builtin_packs()).base;
    let (mut right, mut wrong, mut missed, mut ms) = (0_usize, 0_usize, 0_usize, vec![]);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&annotations)?.flatten().map(|e| e.path()).collect();
    files.sort();
    for file in files.iter().filter(|f| f.is_file()) {
        let Some(text) = beside(&texts, file) else { continue };
        let text = String::from_utf8_lossy(&std::fs::read(text)?).into_owned();
        let gold = ids(&String::from_utf8_lossy(&std::fs::read(file)?));
        let start = Instant::now();
        let said: BTreeSet<String> = phenotypes.find(&text, &base).into_iter().map(|p| p.id).collect();
        ms.push(start.elapsed().as_secs_f64() * 1000.0);
        right += said.intersection(&gold).count();
        wrong += said.difference(&gold).count();
        missed += gold.difference(&said).count();
        if verbose {
            let list = |ids: &mut dyn Iterator<Item = &String>| ids.cloned().collect::<Vec<_>>().join(" ");
            let (w, m) = (list(&mut said.difference(&gold)), list(&mut gold.difference(&said)));
            println!("{}  wrong: {w}  missed: {m}", file.display());
        }
    }
    ensure!(!ms.is_empty(), "{} holds no annotated text", folder.display());
    let share = |a: usize, b: usize| a as f64 / (a + b).max(1) as f64;
    let (precision, recall) = (share(right, wrong), share(right, missed));
    let f1 = 2.0 * right as f64 / (2 * right + wrong + missed).max(1) as f64;
    println!("n          {} texts, {} terms in them", ms.len(), right + missed);
    println!("precision  {:.1} %", precision * 100.0);
    println!("recall     {:.1} %", recall * 100.0);
    println!("F1         {f1:.3}");
    println!("time       p50 {:.2} ms, p95 {:.2} ms", percentile(&ms, 0.5), percentile(&ms, 0.95));
    Ok(json!({
        "n": ms.len(), "precision": precision, "recall": recall, "f1": f1, "p95_ms": percentile(&ms, 0.95),
    }))
}

/// The text of an annotation file: the same name, with or without an ending.
fn beside(texts: &Path, annotation: &Path) -> Option<PathBuf> {
    let stem = annotation.file_stem()?;
    let names = [annotation.file_name()?.to_owned(), stem.to_owned(), {
        let mut name = stem.to_owned();
        name.push(".txt");
        name
    }];
    names.iter().map(|n| texts.join(n)).find(|p| p.is_file())
}

/// Every id in an annotation file.
fn ids(text: &str) -> BTreeSet<String> {
    let pieces = text.split("HP").skip(1).filter_map(|rest| rest.strip_prefix(['_', ':'])?.get(..7));
    pieces.filter(|n| n.chars().all(|c| c.is_ascii_digit())).map(|n| format!("HP:{n}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_either_spelling() {
        let found = ids("[27::42]\tHP_0000110 | renal dysplasia\n12 20 HP:0001250\nHPO HP_12");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["HP:0000110", "HP:0001250"]);
    }
}
