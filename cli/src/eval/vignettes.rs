//! Vignettes: free text in, ranked ICD-10 codes out, scored by accepted prefixes.

use super::figures::{calibration_error, percentile, wilson, write_json};
use anyhow::{Context, ensure};
use hakim_clinical::*;
use hakim_contract::*;
use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

#[derive(serde::Deserialize)]
struct Vignette {
    correct_diagnosis: String,
    #[serde(default)]
    demographics: String,
    #[serde(default)]
    chief_complaints: String,
    #[serde(default)]
    presentation: String,
    #[serde(default)]
    absent_findings: String,
    #[serde(default)]
    physical_history: String,
    #[serde(default)]
    family_history: String,
    #[serde(default)]
    social_history: String,
}

/// One case after it was run.
struct Ran {
    diagnosis: String,
    /// 1 is first; `None`: not among the candidates
    rank: Option<usize>,
    /// probability stated for the first candidate, and whether it was right
    stated: (f64, bool),
    ms: f64,
    leading: String,
}

pub(crate) fn run(cases: &Path, gold: &Path, json: Option<&Path>, verbose: bool) -> anyhow::Result<ExitCode> {
    let gold = read_gold(gold)?;
    let text = std::fs::read_to_string(cases).with_context(|| format!("{} cannot be read", cases.display()))?;
    let core = crate::open()?;
    let mut ran = vec![];
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let vignette: Vignette =
            serde_json::from_str(line).with_context(|| format!("{}:{} is no vignette", cases.display(), i + 1))?;
        let accepted = gold.get(&vignette.correct_diagnosis).with_context(|| {
            format!("no gold row for \"{}\" ({}:{})", vignette.correct_diagnosis, cases.display(), i + 1)
        })?;
        ran.push(one(core, &vignette, accepted)?);
    }
    ensure!(!ran.is_empty(), "{} holds no case", cases.display());
    if verbose {
        for r in &ran {
            println!("{:>4}  {:40}  first: {}", r.rank.map_or("-".into(), |n| n.to_string()), r.diagnosis, r.leading);
        }
    }
    report(&ran, json)
}

/// What the user would type: the story, without the answer.
fn one(core: &dyn Core, v: &Vignette, accepted: &[String]) -> anyhow::Result<Ran> {
    let said = |s: &str| s.trim().trim_matches('-').trim().to_owned();
    let parts = [&v.chief_complaints, &v.presentation, &v.absent_findings, &v.physical_history, &v.social_history];
    let mut text: String =
        parts.iter().map(|p| said(p)).filter(|p| !p.is_empty() && p != "None").collect::<Vec<_>>().join(".\n");
    let family = said(&v.family_history);
    if !family.is_empty() && family != "None" {
        text = format!("{text}.\nFamily history: {family}.");
    }
    let (age, sex) = demographics(&v.demographics);
    let patient = PatientFacts {
        age,
        sex,
        pregnancy: Pregnancy::Unknown,
        lactating: false,
        allergies: vec![],
        medicines: vec![],
        // the vignettes name no place; nothing in them is endemic to one region
        place: Place { region: Region::Elsewhere, season: Season::Unknown },
    };
    let start = Instant::now();
    let understood = core.understand(UnderstandRequest { text: text.clone(), patient: patient.clone() })?;
    let intake = Intake {
        patient,
        text,
        observed: understood.chips.into_iter().map(|c| c.observed).collect(),
        measurements: understood.measurements,
        traditional: false,
        traditions: Traditions::default(),
    };
    let assessment = core.assess(intake)?;
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    let fits = |c: &CandidateView| c.icd10.iter().any(|code| accepted.iter().any(|a| code.starts_with(a.as_str())));
    let first = assessment.candidates.first();
    Ok(Ran {
        diagnosis: v.correct_diagnosis.clone(),
        rank: assessment.candidates.iter().position(fits).map(|i| i + 1),
        stated: first.map_or((0.0, false), |c| (c.probability.p, fits(c))),
        ms,
        leading: first.map(|c| format!("{} {:.0}%", c.condition, c.probability.p * 100.0)).unwrap_or_default(),
    })
}

/// `25 year old Female`, `3 month old Male`.
fn demographics(text: &str) -> (Option<Age>, Option<Sex>) {
    let lower = text.to_lowercase();
    let sex = match () {
        () if lower.contains("female") || lower.contains("woman") || lower.contains("girl") => Some(Sex::Female),
        () if lower.contains("male") || lower.contains("man") || lower.contains("boy") => Some(Sex::Male),
        () => None,
    };
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let age = words.iter().enumerate().find_map(|(i, w)| {
        let n: u32 = w.parse().ok()?;
        match words.get(i + 1).copied().unwrap_or("year") {
            u if u.starts_with("month") => Some(Age::from_months(n)),
            u if u.starts_with("week") => Some(Age::from_days(n * 7)),
            u if u.starts_with("day") => Some(Age::from_days(n)),
            _ => Some(Age::from_years(n)),
        }
    });
    (age, sex)
}

fn read_gold(path: &Path) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let rows = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).map(|l| {
        let (name, codes) = l.split_once('\t').with_context(|| format!("\"{l}\" has no tab"))?;
        Ok((name.to_owned(), codes.split(',').map(|c| c.trim().to_owned()).collect()))
    });
    rows.collect()
}

fn report(ran: &[Ran], json: Option<&Path>) -> anyhow::Result<ExitCode> {
    let n = ran.len();
    let within = |k: usize| ran.iter().filter(|r| r.rank.is_some_and(|rank| rank <= k)).count();
    let mrr = ran.iter().filter_map(|r| r.rank).map(|rank| 1.0 / rank as f64).sum::<f64>() / n as f64;
    let ms: Vec<f64> = ran.iter().map(|r| r.ms).collect();
    let ece = calibration_error(&ran.iter().map(|r| r.stated).collect::<Vec<_>>());
    println!("n        {n}");
    for k in [1, 3, 5, 10] {
        let (low, high) = wilson(within(k), n);
        let share = within(k) as f64 / n as f64;
        println!("top-{k:<4} {:.1} %  (95 % interval {:.1} to {:.1})", share * 100.0, low * 100.0, high * 100.0);
    }
    println!("MRR      {mrr:.3}");
    println!("ECE      {ece:.3}");
    println!("time     p50 {:.1} ms, p95 {:.1} ms", percentile(&ms, 0.5), percentile(&ms, 0.95));
    if let Some(path) = json {
        let share = |k: usize| within(k) as f64 / n as f64;
        let object = serde_json::json!({
            "n": n, "top1": share(1), "top3": share(3), "top5": share(5), "top10": share(10), "mrr": mrr, "ece": ece,
            "p50_ms": percentile(&ms, 0.5), "p95_ms": percentile(&ms, 0.95),
        });
        write_json(path, &object)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_sexes_are_read() {
        assert_eq!(demographics("25 year old Female"), (Some(Age::from_years(25)), Some(Sex::Female)));
        assert_eq!(demographics("18-month-old Male"), (Some(Age::from_months(18)), Some(Sex::Male)));
        assert_eq!(demographics(""), (None, None));
    }
}
