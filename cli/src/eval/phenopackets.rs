//! Phenopackets: HPO terms in, ranked OMIM diseases out; with and without what the case's own paper contributed.

use super::figures::percentile;
use anyhow::{Context, ensure};
use hakim_consult::Folders;
use hakim_rare::{Database, Query, RareBase, rank};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::time::Instant;

#[derive(Deserialize)]
struct Line {
    path: String,
    phenopacket: Phenopacket,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Phenopacket {
    #[serde(default)]
    phenotypic_features: Vec<Feature>,
    #[serde(default)]
    interpretations: Vec<Interpretation>,
    #[serde(default)]
    diseases: Vec<DiseaseEntry>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: Class,
    #[serde(default)]
    excluded: bool,
    onset: Option<TimeElement>,
}

#[derive(Deserialize)]
struct Class {
    id: String,
}

#[derive(Deserialize)]
struct Interpretation {
    diagnosis: Option<Diagnosis>,
}

#[derive(Deserialize)]
struct Diagnosis {
    disease: Class,
}

#[derive(Deserialize)]
struct DiseaseEntry {
    #[serde(default)]
    excluded: bool,
    onset: Option<TimeElement>,
}

#[derive(Deserialize)]
struct TimeElement {
    age: Option<Duration>,
}

#[derive(Deserialize)]
struct Duration {
    iso8601duration: String,
}

/// One case after it was run.
struct Ran {
    disease: String,
    /// middle of equal scores; `None`: not among the candidates
    own_paper_removed: Option<usize>,
    all: Option<usize>,
    ms: f64,
}

pub(crate) fn run(cases: &Path, verbose: bool) -> anyhow::Result<Value> {
    let folders = Folders::of_this_machine()?;
    let start = Instant::now();
    let base = hakim_rare::compiled(&folders.assets.join("hpo"))?;
    let load_ms = start.elapsed().as_secs_f64() * 1000.0;
    let mut ran = vec![];
    for (i, line) in read_text(cases)?.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let case: Line =
            serde_json::from_str(line).with_context(|| format!("{}:{} is no phenopacket", cases.display(), i + 1))?;
        ran.push(one(&base, &case));
    }
    ensure!(!ran.is_empty(), "{} holds no case", cases.display());
    if verbose {
        for r in &ran {
            println!("{:>5} {}", r.own_paper_removed.map_or("-".into(), |n| n.to_string()), r.disease);
        }
    }
    report(&base, &ran, load_ms)
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display()));
    }
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .with_context(|| format!("{} is damaged", path.display()))?;
    Ok(text)
}

fn one(base: &RareBase, case: &Line) -> Ran {
    let packet = &case.phenopacket;
    let ids = |excluded: bool| {
        packet.phenotypic_features.iter().filter(move |f| f.excluded == excluded).map(|f| f.kind.id.as_str())
    };
    let gold: BTreeSet<&str> =
        packet.interpretations.iter().filter_map(|i| i.diagnosis.as_ref()).map(|d| d.disease.id.as_str()).collect();
    let query = Query {
        features: base.features(ids(false), ids(true)),
        onset: onset(packet),
        genes: vec![],
        without_paper: paper(&case.path),
    };
    let place = |query: &Query| {
        let ranked = rank(base, query, Database::Omim);
        let is_gold = |r: &hakim_rare::Ranked| base.disease(r.disease).is_some_and(|d| gold.contains(d.id.as_str()));
        let best = ranked.iter().find(|r| is_gold(r))?.score;
        let better = ranked.iter().filter(|r| r.score > best).count();
        let equal = ranked.iter().filter(|r| r.score == best).count();
        Some(better + 1 + (equal - 1) / 2)
    };
    let start = Instant::now();
    let own_paper_removed = place(&query);
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    let all = place(&Query { without_paper: None, ..query });
    Ran { disease: gold.iter().next().map(|d| (*d).to_owned()).unwrap_or_default(), own_paper_removed, all, ms }
}

/// PubMed number of the paper that the case was taken from, out of the file name.
fn paper(path: &str) -> Option<u32> {
    let (_, rest) = path.rsplit('/').next()?.split_once("PMID_")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Age at onset in years: of the disease, else of the earliest feature.
fn onset(packet: &Phenopacket) -> Option<f32> {
    let years = |t: &Option<TimeElement>| iso_years(&t.as_ref()?.age.as_ref()?.iso8601duration);
    let disease = packet.diseases.iter().filter(|d| !d.excluded).filter_map(|d| years(&d.onset)).next();
    disease.or_else(|| {
        let features = packet.phenotypic_features.iter().filter(|f| !f.excluded);
        features.filter_map(|f| years(&f.onset)).min_by(f32::total_cmp)
    })
}

/// `P3Y6M` as years.
fn iso_years(written: &str) -> Option<f32> {
    let mut years = 0.0;
    let mut number = String::new();
    for c in written.strip_prefix('P')?.chars() {
        match c {
            '0'..='9' | '.' => number.push(c),
            'T' => break,
            unit => {
                let n: f32 = std::mem::take(&mut number).parse().ok()?;
                years += match unit {
                    'Y' => n,
                    'M' => n / 12.0,
                    'W' => n / 52.0,
                    'D' => n / 365.0,
                    _ => return None,
                };
            }
        }
    }
    Some(years)
}

fn report(base: &RareBase, ran: &[Ran], load_ms: f64) -> anyhow::Result<Value> {
    let (diseases, terms, annotations) = base.counts();
    println!(
        "annotations {} of {diseases} diseases with {terms} terms ({}), opened in {load_ms:.0} ms",
        annotations,
        base.release()
    );
    println!("n        {}", ran.len());
    let mut object = json!({ "n": ran.len(), "load_ms": load_ms });
    for (name, suffix, place) in [
        ("own paper removed", "", (|r: &Ran| r.own_paper_removed) as fn(&Ran) -> Option<usize>),
        ("all annotations", "_all", |r: &Ran| r.all),
    ] {
        for k in [1, 3, 10] {
            let (share, low, high) = clustered(ran, |r| place(r).is_some_and(|n| n <= k));
            println!(
                "{name:18} top-{k:<3} {:.1} %  (95 % interval, clustered by disease, {:.1} to {:.1})",
                share * 100.0,
                low * 100.0,
                high * 100.0
            );
            object[format!("top{k}{suffix}")] = share.into();
            object["intervals"][format!("top{k}{suffix}")] = vec![low, high].into();
        }
        let mrr = ran.iter().filter_map(place).map(|n| 1.0 / n as f64).sum::<f64>() / ran.len() as f64;
        println!("{name:18} MRR     {mrr:.3}");
        object[format!("mrr{suffix}")] = mrr.into();
    }
    let ms: Vec<f64> = ran.iter().map(|r| r.ms).collect();
    let (p50, p95) = (percentile(&ms, 0.5), percentile(&ms, 0.95));
    println!("time     p50 {p50:.1} ms, p95 {p95:.1} ms");
    object["p50_ms"] = p50.into();
    object["p95_ms"] = p95.into();
    Ok(object)
}

/// A share with its 95 % interval; cases of one disease are not independent.
fn clustered(ran: &[Ran], hit: impl Fn(&Ran) -> bool) -> (f64, f64, f64) {
    let n = ran.len() as f64;
    let mut clusters: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for r in ran {
        let (hits, size) = clusters.entry(&r.disease).or_default();
        *hits += f64::from(u8::from(hit(r)));
        *size += 1.0;
    }
    let share = clusters.values().map(|(h, _)| h).sum::<f64>() / n;
    let groups = clusters.len() as f64;
    let spread: f64 = clusters.values().map(|(h, s)| (h - share * s).powi(2)).sum();
    let sd = (spread * groups / (groups - 1.0).max(1.0)).sqrt() / n;
    (share, (share - 1.96 * sd).max(0.0), (share + 1.96 * sd).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_and_ages_are_read() {
        assert_eq!(paper("notebooks/TGFB3/phenopackets/PMID_15639475_family_112.json"), Some(15_639_475));
        assert_eq!(paper("x/STX_1.json"), None);
        assert_eq!(iso_years("P1Y6M"), Some(1.5));
        assert_eq!(iso_years("P73D"), Some(0.2));
        assert_eq!(iso_years("soon"), None);
    }
}
