//! Negation: a concept in a sentence, is it denied? (Chapman 2001; Harkema 2009.)
//!
//! TSV `Report No., Concept, Sentence, Negation` with `Affirmed` or `Negated`; the first line is a heading.

use super::figures::{percentile, wilson};
use anyhow::{Context, ensure};
use hakim_clinical::{KnowledgeBase, Presence, Token};
use hakim_consult::presence_at;
use hakim_knowledge::{Lexicon, builtin_packs, load, tokens};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// What counts: denied and said so, said wrongly, missed, rightly not said.
#[derive(Default)]
struct Counts {
    right: usize,
    wrong: usize,
    missed: usize,
    rest: usize,
}

pub(crate) fn run(cases: &Path, verbose: bool) -> anyhow::Result<Value> {
    let bytes = std::fs::read(cases).with_context(|| format!("{} cannot be read", cases.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let base = load(&builtin_packs()).base;
    let lexicon = Lexicon::new(&base);
    let mut counts = Counts::default();
    let (mut ms, mut not_found) = (vec![], 0_usize);
    for (i, line) in text.lines().enumerate().skip(1).filter(|(_, l)| !l.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, concept, sentence, gold, ..] = cells.as_slice() else {
            anyhow::bail!("{}:{} has too few columns", cases.display(), i + 1)
        };
        let gold = gold.trim().eq_ignore_ascii_case("negated");
        let start = Instant::now();
        let presence = presence(sentence, concept, &base, &lexicon);
        ms.push(start.elapsed().as_secs_f64() * 1000.0);
        not_found += usize::from(presence.is_none());
        let said = presence == Some(Presence::Absent);
        match (gold, said) {
            (true, true) => counts.right += 1,
            (false, true) => counts.wrong += 1,
            (true, false) => counts.missed += 1,
            (false, false) => counts.rest += 1,
        }
        if verbose && gold != said {
            println!("{}  {concept} | {}", if gold { "missed" } else { "wrong " }, sentence.trim());
        }
    }
    ensure!(!ms.is_empty(), "{} holds no case", cases.display());
    report(&counts, not_found, &ms)
}

/// What the sentence says of the concept; `None` where it does not stand in it.
fn presence(sentence: &str, concept: &str, base: &KnowledgeBase, lexicon: &Lexicon) -> Option<Presence> {
    let words = tokens(sentence);
    let wanted: Vec<Token> = tokens(concept);
    let at = place(sentence, &words, &wanted)?;
    Some(presence_at(base, lexicon, sentence, (at, at + wanted.len())))
}

/// Where the words of a concept stand in a row, where it is written in capitals if it stands there more than once; its last
/// word may have another ending.
fn place(sentence: &str, words: &[Token], wanted: &[Token]) -> Option<usize> {
    let same = |a: &str, b: &str| a == b || a.trim_end_matches('s') == b.trim_end_matches('s');
    let fits = |row: &[Token]| row.iter().zip(wanted).all(|(a, b)| same(&a.word, &b.word));
    if wanted.is_empty() {
        return None;
    }
    let marked = |row: &[Token]| {
        let said = sentence.get(row[0].span.0..row[row.len() - 1].span.1).unwrap_or_default();
        !said.chars().any(char::is_lowercase)
    };
    let mut rows = words.windows(wanted.len());
    let in_capitals = rows.clone().position(|row| fits(row) && marked(row));
    in_capitals.or_else(|| rows.position(fits))
}

fn report(c: &Counts, not_found: usize, ms: &[f64]) -> anyhow::Result<Value> {
    let share = |a: usize, b: usize| a as f64 / (a + b).max(1) as f64;
    let (precision, recall) = (share(c.right, c.wrong), share(c.right, c.missed));
    let f1 = 2.0 * c.right as f64 / (2 * c.right + c.wrong + c.missed).max(1) as f64;
    let interval = |k, n| {
        let (low, high) = wilson(k, n);
        format!("(95 % interval {:.1} to {:.1})", low * 100.0, high * 100.0)
    };
    println!("n          {} ({not_found} whose concept does not stand in the sentence)", ms.len());
    println!("negated    {}", c.right + c.missed);
    println!("precision  {:.1} %  {}", precision * 100.0, interval(c.right, c.right + c.wrong));
    println!("recall     {:.1} %  {}", recall * 100.0, interval(c.right, c.right + c.missed));
    println!("F1         {f1:.3}");
    let all = c.right + c.rest;
    println!("accuracy   {:.1} %  {}", share(all, c.wrong + c.missed) * 100.0, interval(all, ms.len()));
    println!("time       p50 {:.2} ms, p95 {:.2} ms", percentile(ms, 0.5), percentile(ms, 0.95));
    Ok(json!({
        "n": ms.len(), "negated": c.right + c.missed, "precision": precision, "recall": recall, "f1": f1,
        "accuracy": share(all, c.wrong + c.missed), "p50_ms": percentile(ms, 0.5), "p95_ms": percentile(ms, 0.95),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concept_is_found_and_its_denial_read() {
        let base = KnowledgeBase::default();
        let lexicon = Lexicon::new(&base);
        let said = |sentence, concept| presence(sentence, concept, &base, &lexicon);
        assert_eq!(said("The patient denies chest pains.", "Chest pain"), Some(Presence::Absent));
        assert_eq!(said("He has chest pain but no cough.", "chest pain"), Some(Presence::Present));
        assert_eq!(said("He has a cough.", "chest pain"), None);
    }
}
