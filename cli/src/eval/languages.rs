//! The same cases told in several languages: how much is lost against English.

use super::case::{age_band, demographics, intake, read_lines, sex_name};
use super::figures::percentile;
use super::ranking::{Outcome, within};
use anyhow::ensure;
use hakim_clinical::Lang;
use hakim_contract::Core;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

#[derive(serde::Deserialize)]
struct Told {
    id: String,
    diagnosis: String,
    accepted: Vec<String>,
    who: String,
    text: BTreeMap<String, String>,
}

pub(crate) fn run(cases: &Path, verbose: bool) -> anyhow::Result<Value> {
    let core = crate::open()?;
    let mut by_language: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for (line, case) in read_lines::<Told>(cases, "case")? {
        for (code, story) in &case.text {
            ensure!(Lang::from_code(code).is_some(), "{}:{}: `{code}` is no language here", cases.display(), line);
            let start = Instant::now();
            let assessment = core.assess(intake(core, &case.who, story.clone())?)?;
            let ms = start.elapsed().as_secs_f64() * 1000.0;
            let (age, sex) = demographics(&case.who);
            let groups = vec![("age", age_band(age).to_owned()), ("sex", sex_name(sex).to_owned())];
            let name = format!("{} {}", case.id, case.diagnosis);
            let outcome = Outcome { groups, ..Outcome::of(&name, &assessment, &case.accepted, ms) };
            if verbose {
                let rank = outcome.rank.map_or("-".into(), |n| n.to_string());
                println!("{code} {rank:>4}  {name:40}  first: {}", outcome.leading);
            }
            by_language.entry(code.clone()).or_default().push(outcome);
        }
    }
    report(&by_language)
}

fn report(by_language: &BTreeMap<String, Vec<Outcome>>) -> anyhow::Result<Value> {
    let share = |code: &str, k: usize| -> Option<f64> {
        let ran: Vec<&Outcome> = by_language.get(code)?.iter().collect();
        Some(within(&ran, k) as f64 / ran.len() as f64)
    };
    let mut object = serde_json::Map::new();
    println!("{:10}{:>5}{:>8}{:>8}{:>8}{:>22}", "", "n", "top-1", "top-3", "top-5", "top-3 against English");
    for (code, ran) in by_language {
        let [one, three, five] = [1, 3, 5].map(|k| share(code, k).unwrap_or_default());
        let of_english = share("en", 3).filter(|e| *e > 0.0).map(|e| three / e);
        let told = of_english.map_or("-".into(), |r| format!("{r:.2}"));
        println!("{code:10}{:>5}{:>8.1}{:>8.1}{:>8.1}{told:>22}", ran.len(), one * 100.0, three * 100.0, five * 100.0);
        let row = json!({ "n": ran.len(), "top1": one, "top3": three, "top5": five, "of_english": of_english });
        object.insert(code.clone(), row);
    }
    let ms: Vec<f64> = by_language.values().flatten().map(|r| r.ms).collect();
    println!("time      p50 {:.1} ms, p95 {:.1} ms", percentile(&ms, 0.5), percentile(&ms, 0.95));
    Ok(object.into())
}
