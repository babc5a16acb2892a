//! Retrieval: judged questions against the packs in use, or against a corpus of its own.
//!
//! Questions: JSONL `{"id", "language", "text"}`. Judgments: TSV `question, document, grade, grade ...`, one grade a judge (0 no
//! answer, 1 helps, 2 answers); their mean counts. Documents of the packs are passages and entries by id.

use super::case::read_lines;
use super::figures::percentile;
use anyhow::{Context, ensure};
use hakim_clinical::Lang;
use hakim_contract::{Core, SearchRequest};
use hakim_knowledge::{Piece, Search, TextIndex};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Depth of the ranking that is scored.
const DEPTH: usize = 10;

#[derive(serde::Deserialize)]
struct Question {
    id: String,
    #[serde(default)]
    language: Option<String>,
    text: String,
}

#[derive(serde::Deserialize)]
struct CorpusLine {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

/// What one question came to.
struct Scored {
    language: String,
    ndcg: f64,
    reciprocal_rank: f64,
    first_right: bool,
    agreement: Vec<(f64, f64)>,
    ms: f64,
}

type Grades = BTreeMap<String, Vec<f64>>;

pub(crate) fn run(
    corpus: Option<&Path>,
    questions: &Path,
    judgments: &Path,
    listed: Option<&Path>,
    verbose: bool,
) -> anyhow::Result<Value> {
    let judged = read_judgments(judgments)?;
    let ask = searcher(corpus)?;
    let (mut scored, mut list) = (vec![], String::new());
    for (_, question) in read_lines::<Question>(questions, "question")? {
        let start = Instant::now();
        let found = ask(&question)?;
        let ranked = found.iter().take(DEPTH).enumerate();
        list.extend(ranked.map(|(rank, document)| format!("{}\t{}\t{document}\n", question.id, rank + 1)));
        let Some(grades) = judged.get(&question.id) else { continue };
        let one = score(&question, &found, grades, start.elapsed().as_secs_f64() * 1000.0);
        if verbose {
            println!("{:.2}  {:10} {}", one.ndcg, question.id, question.text);
        }
        scored.push(one);
    }
    if let Some(path) = listed {
        std::fs::write(path, list).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    ensure!(!scored.is_empty(), "no question of {} is judged in {}", questions.display(), judgments.display());
    report(&scored)
}

type Ask = Box<dyn Fn(&Question) -> anyhow::Result<Vec<String>>>;

fn searcher(corpus: Option<&Path>) -> anyhow::Result<Ask> {
    let Some(corpus) = corpus else {
        let core = crate::open()?;
        return Ok(Box::new(move |question| {
            let language = question.language.as_deref().and_then(Lang::from_code).unwrap_or(Lang::En);
            let reply = core.search(SearchRequest::everywhere(question.text.clone(), language, DEPTH))?;
            let mut hits: Vec<(f32, String)> =
                reply.hits.into_iter().map(|h| (h.score, h.passage.passage.to_string())).collect();
            hits.extend(reply.entries.into_iter().map(|e| (e.score, e.id)));
            hits.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            Ok(hits.into_iter().map(|(_, id)| id).collect())
        }));
    };
    let text = std::fs::read_to_string(corpus).with_context(|| format!("{} cannot be read", corpus.display()))?;
    let lines: Vec<CorpusLine> = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{} is no corpus", corpus.display()))?;
    let index = TextIndex::in_memory(lines.iter().map(|l| Piece {
        id: l.id.clone(),
        collection: "corpus",
        titles: vec![l.title.as_str()],
        bodies: vec![l.text.as_str()],
        ..Piece::default()
    }))?;
    Ok(Box::new(move |question| {
        Ok(index.search(&Search::words(&question.text, DEPTH))?.into_iter().map(|h| h.id).collect())
    }))
}

fn read_judgments(path: &Path) -> anyhow::Result<BTreeMap<String, Grades>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut judged: BTreeMap<String, Grades> = BTreeMap::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [question, document, grades @ ..] = cells.as_slice() else {
            anyhow::bail!("{}:{} has too few columns", path.display(), i + 1)
        };
        let grades: Vec<f64> = grades
            .iter()
            .map(|g| g.parse())
            .collect::<Result<_, _>>()
            .with_context(|| format!("{}:{} has a grade that is no number", path.display(), i + 1))?;
        ensure!(!grades.is_empty(), "{}:{} has no grade", path.display(), i + 1);
        judged.entry((*question).to_owned()).or_default().insert((*document).to_owned(), grades);
    }
    Ok(judged)
}

fn mean(grades: &[f64]) -> f64 {
    grades.iter().sum::<f64>() / grades.len().max(1) as f64
}

fn score(question: &Question, found: &[String], grades: &Grades, ms: f64) -> Scored {
    let gain = |g: f64| 2_f64.powf(g) - 1.0;
    let discounted = |gains: &[f64]| -> f64 {
        gains.iter().take(DEPTH).enumerate().map(|(i, g)| gain(*g) / (i as f64 + 2.0).log2()).sum()
    };
    let got: Vec<f64> = found.iter().map(|id| grades.get(id).map_or(0.0, |g| mean(g))).collect();
    let mut best: Vec<f64> = grades.values().map(|g| mean(g)).collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let ideal = discounted(&best);
    let right = got.iter().position(|g| *g >= 1.0);
    Scored {
        language: question.language.clone().unwrap_or_else(|| "?".into()),
        ndcg: if ideal > 0.0 { discounted(&got) / ideal } else { 0.0 },
        reciprocal_rank: right.map_or(0.0, |i| 1.0 / (i as f64 + 1.0)),
        first_right: right == Some(0),
        agreement: grades.values().filter_map(|g| Some((*g.first()?, *g.get(1)?))).collect(),
        ms,
    }
}

fn report(scored: &[Scored]) -> anyhow::Result<Value> {
    let average =
        |of: &[&Scored], value: fn(&Scored) -> f64| of.iter().map(|s| value(s)).sum::<f64>() / of.len() as f64;
    let all: Vec<&Scored> = scored.iter().collect();
    let mut languages: BTreeMap<&str, Vec<&Scored>> = BTreeMap::new();
    scored.iter().for_each(|s| languages.entry(&s.language).or_default().push(s));
    let ms: Vec<f64> = scored.iter().map(|s| s.ms).collect();
    println!("{:8} {:>4} {:>8} {:>8} {:>8}", "", "n", "nDCG@10", "MRR", "P@1");
    let mut object = json!({ "n": scored.len() });
    for (name, group) in std::iter::once(("all", all)).chain(languages) {
        let ndcg = average(&group, |s| s.ndcg);
        let mrr = average(&group, |s| s.reciprocal_rank);
        let first = average(&group, |s| f64::from(u8::from(s.first_right)));
        println!("{name:8} {:>4} {ndcg:>8.3} {mrr:>8.3} {first:>8.3}", group.len());
        if name == "all" {
            object["ndcg10"] = ndcg.into();
            object["mrr"] = mrr.into();
            object["p1"] = first.into();
        } else {
            object[format!("ndcg10_{name}")] = ndcg.into();
        }
    }
    let pairs: Vec<(f64, f64)> = scored.iter().flat_map(|s| s.agreement.iter().copied()).collect();
    if !pairs.is_empty() {
        let same = pairs.iter().filter(|(a, b)| a == b).count() as f64 / pairs.len() as f64;
        println!("two judges gave the same grade to {:.0} % of {} documents", same * 100.0, pairs.len());
    }
    println!("time     p50 {:.1} ms, p95 {:.1} ms", percentile(&ms, 0.5), percentile(&ms, 0.95));
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ideal_order_scores_one_and_nothing_found_scores_nothing() {
        let grades =
            Grades::from([("a".into(), vec![2.0, 2.0]), ("b".into(), vec![1.0, 1.0]), ("c".into(), vec![0.0, 0.0])]);
        let question = Question { id: "q".into(), language: None, text: "x".into() };
        let ranked =
            |ids: &[&str]| score(&question, &ids.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>(), &grades, 0.0);
        assert!((ranked(&["a", "b", "c"]).ndcg - 1.0).abs() < 1e-12);
        assert!(ranked(&["c", "b", "a"]).ndcg < 0.8);
        assert_eq!(ranked(&["c", "b"]).reciprocal_rank, 0.5);
        assert_eq!(ranked(&[]).ndcg, 0.0);
    }
}
