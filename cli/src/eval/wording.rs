//! The language model at its work: an explanation, the note and the referral letter of each case, and how much of what it writes
//! is withheld. JSONL `id`, `who`, `text` by language, of which the English one is read.

use super::case::{intake, read_lines};
use super::figures::percentile;
use anyhow::{bail, ensure};
use hakim_clinical::{Decision, Lang};
use hakim_contract::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

#[derive(serde::Deserialize)]
struct Told {
    id: String,
    who: String,
    text: BTreeMap<String, String>,
}

/// What one document, or all of a kind, came to.
#[derive(Default)]
struct Tally {
    /// seconds to the first sentence of the model's, where one was shown
    first: Vec<f64>,
    /// seconds to the end
    whole: Vec<f64>,
    shown: usize,
    withheld: usize,
    outvoted: usize,
    restored: usize,
}

impl Tally {
    fn print(&self, name: &str) {
        let written = self.shown + self.withheld + self.outvoted;
        let first = match self.first.as_slice() {
            [] => "-".to_owned(),
            first => format!("{:.1} / {:.1}", percentile(first, 0.5), percentile(first, 0.95)),
        };
        println!(
            "{name:<24} {:>4} {first:>12} {:>7.1} / {:<5.1} {:>6} {:>9} {:>8.1}% {:>9} {:>9}",
            self.whole.len(),
            percentile(&self.whole, 0.5),
            percentile(&self.whole, 0.95),
            self.shown,
            self.withheld,
            100.0 * self.withheld as f64 / written.max(1) as f64,
            self.outvoted,
            self.restored
        );
    }

    fn json(&self) -> Value {
        json!({
            "documents": self.whole.len(), "first_s": self.first, "whole_s": self.whole, "shown": self.shown,
            "withheld": self.withheld, "outvoted": self.outvoted, "restored": self.restored,
        })
    }
}

/// `looking`: how long the user looks at a condition before asking for its explanation.
pub(crate) fn run(cases: &Path, limit: Option<usize>, looking: Duration, verbose: bool) -> anyhow::Result<Value> {
    let (core, events) = crate::open_listening()?;
    let told: Vec<Told> = read_lines(cases, "case")?.into_iter().map(|(_, case)| case).collect();
    ensure!(!told.is_empty(), "{} holds no case", cases.display());
    let step = told.len().div_ceil(limit.unwrap_or(told.len()).max(1));
    let mut tallies: [(&str, Tally); 4] =
        ["explained at once", "explained after a look", "note", "letter"].map(|name| (name, Tally::default()));
    for case in told.iter().step_by(step) {
        let Some(story) = case.text.get("en") else { continue };
        let intake = intake(core, &case.who, story.clone())?;
        let assessment = core.assess(intake.clone())?;
        let Some(leading) = assessment.candidates.first() else { continue };
        let working = vec![leading.condition.clone()];
        if verbose {
            println!("{}: {}", case.id, leading.name.get(Lang::En));
        }
        let request =
            ExplainRequest { intake: intake.clone(), condition: leading.condition.clone(), language: Lang::En };
        explain(core, &events, &request, &mut tallies[0].1, verbose)?;
        core.explain_prepare(another(&request, &assessment))?;
        std::thread::sleep(looking);
        explain(core, &events, &another(&request, &assessment), &mut tallies[1].1, verbose)?;
        let plan = core.plan(PlanRequest { intake: intake.clone(), working: working.clone() })?;
        let decisions = plan.lines.iter().map(|line| (line.id.clone(), Decision::Accepted)).collect();
        let record: VisitRecord = serde_json::from_value(json!({
            "visit": "eval", "patient": "eval", "started": "2026-11-27T08:00:00Z", "finished": null, "intake": intake,
        }))?;
        let record = VisitRecord { assessment: Some(assessment), working, plan: Some(plan), decisions, ..record };
        for (place, kind) in [(2, DocumentKind::Note), (3, DocumentKind::Referral)] {
            let request = DocumentRequest { record: record.clone(), kind, language: Lang::En, beside: None };
            paper(core, &events, request, &mut tallies[place].1, verbose)?;
        }
    }
    println!(
        "{:<24} {:>4} {:>12} {:>15} {:>6} {:>9} {:>9} {:>9} {:>9}",
        "", "n", "first, s", "whole, s", "shown", "withheld", "", "outvoted", "restored"
    );
    tallies.iter().for_each(|(name, tally)| tally.print(name));
    println!("seconds: p50 / p95; restored: statements that stand in the template's words");
    Ok(tallies
        .into_iter()
        .map(|(name, tally)| (name.to_owned(), tally.json()))
        .collect::<serde_json::Map<_, _>>()
        .into())
}

/// The second candidate, or the first where there is no other: what was just read does not help it.
fn another(request: &ExplainRequest, assessment: &Assessment) -> ExplainRequest {
    let condition = assessment.candidates.get(1).map_or(&request.condition, |second| &second.condition).clone();
    ExplainRequest { condition, ..request.clone() }
}

fn explain(
    core: &dyn Core,
    events: &Receiver<Event>,
    request: &ExplainRequest,
    tally: &mut Tally,
    verbose: bool,
) -> anyhow::Result<()> {
    let start = Instant::now();
    let started = core.explain_start(request.clone())?;
    let mut sentences = 0;
    for event in events {
        match event {
            // The danger signs before the model's sentences come at once.
            Event::Sentence { job, text, .. } if job == started.job => {
                if verbose {
                    println!("    {:.1} s {text}", start.elapsed().as_secs_f64());
                }
                if start.elapsed() > AT_ONCE {
                    sentences += 1;
                    if sentences == 1 {
                        tally.first.push(start.elapsed().as_secs_f64());
                    }
                }
            }
            Event::ExplainDone { job, dropped, without_model, .. } if job == started.job => {
                if let Some(why) = without_model {
                    bail!("the model does not speak: {why}");
                }
                tally.whole.push(start.elapsed().as_secs_f64());
                tally.shown += sentences;
                tally.withheld += dropped;
                return Ok(());
            }
            _ => {}
        }
    }
    bail!("the explanation did not end")
}

/// What the model says takes longer.
const AT_ONCE: Duration = Duration::from_millis(100);

fn paper(
    core: &dyn Core,
    events: &Receiver<Event>,
    request: DocumentRequest,
    tally: &mut Tally,
    verbose: bool,
) -> anyhow::Result<()> {
    let start = Instant::now();
    let started = core.paper_start(request)?;
    for event in events {
        match event {
            Event::Paper { job, step: PaperStep::Written { worded } } if job == started.job => {
                tally.whole.push(start.elapsed().as_secs_f64());
                let lines = worded.document.sections.iter().flat_map(|section| &section.lines);
                for line in lines.filter(|line| line.worded) {
                    tally.shown += 1;
                    if verbose {
                        println!("    {}", line.text);
                    }
                }
                let Wording { dropped, outvoted, restored, .. } = worded.wording;
                tally.withheld += dropped;
                tally.outvoted += outvoted;
                tally.restored += restored;
                return Ok(());
            }
            Event::Paper { job, step: PaperStep::WithoutModel { why } } if job == started.job => {
                bail!("the model does not speak: {why}")
            }
            Event::Paper { job, step: PaperStep::Stopped } if job == started.job => bail!("it was stopped"),
            _ => {}
        }
    }
    bail!("the document did not end")
}
