//! Vignettes: free text in, ranked ICD-10 codes out, scored by accepted prefixes. As a dialogue the engine is told the chief
//! complaint only and asks; the answers come from the text of the case, and what the text does not say is not known.

use super::case::{age_band, demographics, intake, read_lines, sex_name};
use super::ranking::{Outcome, report};
use anyhow::{Context, ensure};
use hakim_clinical::{FindingId, Observed, Origin, Presence};
use hakim_consult::{Hakim, Method};
use hakim_contract::*;
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
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

/// A vignette with the prefixes that count as right.
type Scorable = (Vignette, Vec<String>);

fn read(cases: &Path, gold: &Path) -> anyhow::Result<Vec<Scorable>> {
    let gold = read_gold(gold)?;
    let mut read = vec![];
    for (line, vignette) in read_lines::<Vignette>(cases, "vignette")? {
        let accepted = gold.get(&vignette.correct_diagnosis).with_context(|| {
            format!("no gold row for \"{}\" ({}:{})", vignette.correct_diagnosis, cases.display(), line)
        })?;
        read.push((vignette, accepted.clone()));
    }
    ensure!(!read.is_empty(), "{} holds no case", cases.display());
    Ok(read)
}

pub(crate) fn run(cases: &Path, gold: &Path, telling: Telling, verbose: bool) -> anyhow::Result<Value> {
    let vignettes = read(cases, gold)?;
    let core = crate::open()?;
    let (mut ran, mut before) = (vec![], vec![]);
    for (vignette, accepted) in &vignettes {
        match telling {
            Telling::Whole => ran.push(one(core, vignette, accepted, &Method::default())?),
            Telling::Dialogue => {
                let (start, end) = dialogue(core, vignette, accepted)?;
                before.push(start);
                ran.push(end);
            }
        }
    }
    if verbose {
        list(&ran);
    }
    if telling == Telling::Dialogue {
        println!("the chief complaint alone:");
        report(&before)?;
        let mean = ran.iter().map(|r| r.questions as f64).sum::<f64>() / ran.len() as f64;
        println!("\nafter {mean:.1} questions on average, {MOST_QUESTIONS} at most:");
    }
    report(&ran)
}

fn list(ran: &[Outcome]) {
    for r in ran {
        println!("{:>4}  {:40}  first: {}", r.rank.map_or("-".into(), |n| n.to_string()), r.case, r.leading);
    }
}

/// The same cases by the shipped method, with each part left out, and by the baselines.
pub(crate) fn ablations(cases: &Path, gold: &Path, verbose: bool) -> anyhow::Result<Value> {
    let vignettes = read(cases, gold)?;
    let core = crate::open()?;
    let mut compared: Vec<(&str, Vec<Outcome>)> = vec![];
    for (name, method) in Method::compared() {
        let ran = vignettes.iter().map(|(v, accepted)| one(core, v, accepted, &method));
        compared.push((name, ran.collect::<anyhow::Result<_>>()?));
    }
    if verbose {
        for (name, ran) in &compared {
            println!("{name}:");
            list(ran);
        }
    }
    super::ranking::compare(&compared)
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

fn one(core: &Hakim, v: &Vignette, accepted: &[String], method: &Method) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let assessment = core.assess_by(&intake(core, &v.demographics, whole(v))?, method)?;
    Ok(scored(&assessment, v, accepted, start.elapsed().as_secs_f64() * 1000.0, 0))
}

/// The state after the chief complaint, and after the answers.
fn dialogue(core: &Hakim, v: &Vignette, accepted: &[String]) -> anyhow::Result<(Outcome, Outcome)> {
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

fn scored(assessment: &Assessment, v: &Vignette, accepted: &[String], ms: f64, questions: usize) -> Outcome {
    let (age, sex) = demographics(&v.demographics);
    let groups = vec![("age", age_band(age).to_owned()), ("sex", sex_name(sex).to_owned())];
    Outcome { questions, groups, ..Outcome::of(&v.correct_diagnosis, assessment, accepted, ms) }
}

fn read_gold(path: &Path) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let rows = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).map(|l| {
        let (name, codes) = l.split_once('\t').with_context(|| format!("\"{l}\" has no tab"))?;
        Ok((name.to_owned(), codes.split(',').map(|c| c.trim().to_owned()).collect()))
    });
    rows.collect()
}
