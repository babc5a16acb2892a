//! Vignettes: free text in, ranked ICD-10 codes out, scored by accepted prefixes. As a dialogue the engine is told the chief
//! complaint only and asks; the answers come from the text of the case, and what the text does not say is not known.

use super::case::{assessed, intake};
use super::figures::{calibration_error, percentile, wilson, write_json};
use anyhow::{Context, ensure};
use hakim_clinical::{FindingId, Observed, Origin, Presence};
use hakim_consult::Hakim;
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
    /// questions asked
    questions: usize,
}

/// Questions of a dialogue, at most.
const MOST_QUESTIONS: usize = 8;

/// How a case is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// the whole story at once
    Whole,
    /// the chief complaint, then answers
    Dialogue,
}

pub(crate) fn run(
    cases: &Path,
    gold: &Path,
    telling: Telling,
    json: Option<&Path>,
    verbose: bool,
) -> anyhow::Result<ExitCode> {
    let gold = read_gold(gold)?;
    let text = std::fs::read_to_string(cases).with_context(|| format!("{} cannot be read", cases.display()))?;
    let core = crate::open()?;
    let (mut ran, mut before) = (vec![], vec![]);
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let vignette: Vignette =
            serde_json::from_str(line).with_context(|| format!("{}:{} is no vignette", cases.display(), i + 1))?;
        let accepted = gold.get(&vignette.correct_diagnosis).with_context(|| {
            format!("no gold row for \"{}\" ({}:{})", vignette.correct_diagnosis, cases.display(), i + 1)
        })?;
        match telling {
            Telling::Whole => ran.push(one(core, &vignette, accepted)?),
            Telling::Dialogue => {
                let (start, end) = dialogue(core, &vignette, accepted)?;
                before.push(start);
                ran.push(end);
            }
        }
    }
    ensure!(!ran.is_empty(), "{} holds no case", cases.display());
    if verbose {
        for r in &ran {
            println!("{:>4}  {:40}  first: {}", r.rank.map_or("-".into(), |n| n.to_string()), r.diagnosis, r.leading);
        }
    }
    if telling == Telling::Dialogue {
        println!("the chief complaint alone:");
        report(&before, None)?;
        let mean = ran.iter().map(|r| r.questions as f64).sum::<f64>() / ran.len() as f64;
        println!("\nafter {mean:.1} questions on average, {MOST_QUESTIONS} at most:");
    }
    report(&ran, json)
}

/// What the user would type: the story, without the answer.
fn whole(v: &Vignette) -> String {
    let said = |s: &str| s.trim().trim_matches('-').trim().to_owned();
    let parts = [&v.chief_complaints, &v.presentation, &v.absent_findings, &v.physical_history, &v.social_history];
    let mut text: String =
        parts.iter().map(|p| said(p)).filter(|p| !p.is_empty() && p != "None").collect::<Vec<_>>().join(".\n");
    let family = said(&v.family_history);
    if !family.is_empty() && family != "None" {
        text = format!("{text}.\nFamily history: {family}.");
    }
    text
}

fn one(core: &dyn Core, v: &Vignette, accepted: &[String]) -> anyhow::Result<Ran> {
    let start = Instant::now();
    let assessment = assessed(core, &v.demographics, whole(v))?;
    Ok(scored(&assessment, v, accepted, start.elapsed().as_secs_f64() * 1000.0, 0))
}

/// The state after the chief complaint, and after the answers.
fn dialogue(core: &Hakim, v: &Vignette, accepted: &[String]) -> anyhow::Result<(Ran, Ran)> {
    let base = &core.knowledge().base;
    let told = intake(core, &v.demographics, whole(v))?.observed;
    let answer = |asked: &FindingId| {
        let said = told.iter().find(|o| o.finding == *asked).cloned();
        // who has a dry cough has a cough
        let implied = || {
            let above = |o: &&Observed| base.with_ancestors(&o.finding).any(|f| f.id == *asked);
            told.iter().filter(|o| o.presence == Presence::Present).find(above).map(|_| Presence::Present)
        };
        said.unwrap_or_else(|| Observed {
            finding: asked.clone(),
            presence: implied().unwrap_or(Presence::Unknown),
            origin: Origin::Answered,
            days: None,
            severity: None,
            span: None,
        })
    };
    let mut now = intake(core, &v.demographics, v.chief_complaints.clone())?;
    let (mut questions, mut begun, mut ms) = (0, None, 0.0);
    loop {
        let start = Instant::now();
        let assessment = core.assess(now.clone())?;
        ms = f64::max(ms, start.elapsed().as_secs_f64() * 1000.0);
        let state = scored(&assessment, v, accepted, ms, questions);
        let known = |id: &FindingId| now.observed.iter().any(|o| o.finding == *id);
        let next = assessment.next.iter().filter_map(|s| s.finding.as_ref()).map(|l| &l.finding).find(|f| !known(f));
        let asked = next.filter(|_| questions < MOST_QUESTIONS).cloned();
        match (asked, begun.take()) {
            (Some(asked), first) => {
                begun = Some(first.unwrap_or(state));
                now.observed.push(answer(&asked));
                questions += 1;
            }
            (None, Some(first)) => return Ok((first, state)),
            (None, None) => return Ok((scored(&assessment, v, accepted, ms, 0), state)),
        }
    }
}

fn scored(assessment: &Assessment, v: &Vignette, accepted: &[String], ms: f64, questions: usize) -> Ran {
    let fits = |c: &CandidateView| c.icd10.iter().any(|code| accepted.iter().any(|a| code.starts_with(a.as_str())));
    let first = assessment.candidates.first();
    Ran {
        diagnosis: v.correct_diagnosis.clone(),
        rank: assessment.candidates.iter().position(fits).map(|i| i + 1),
        stated: first.map_or((0.0, false), |c| (c.probability.p, fits(c))),
        ms,
        leading: first.map(|c| format!("{} {:.0}%", c.condition, c.probability.p * 100.0)).unwrap_or_default(),
        questions,
    }
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
            "questions_mean": ran.iter().map(|r| r.questions as f64).sum::<f64>() / n as f64,
            "p50_ms": percentile(&ms, 0.5), "p95_ms": percentile(&ms, 0.95),
        });
        write_json(path, &object)?;
    }
    Ok(ExitCode::SUCCESS)
}
