//! What to ask, look for or test next: the step that most reduces harm-weighted uncertainty for its cost.
//!
//! Value of information with `U = Σ harm(d) · p(d) · (1 - p(d))`: expected fall of U over the answers, divided by the cost of
//! the step. U is concave, so no step has a negative value.

use crate::Case;
use crate::differential::harm_weight;
use hakim_clinical::*;
use std::collections::BTreeSet;

/// Conditions that the step may be about.
const FIELD: usize = 12;
/// Steps returned.
const STEPS: usize = 6;
/// A step that gains less would change nothing that is done.
const LEAST_VALUE: f64 = 0.001;
/// Less probable conditions do not drive questions.
const LEAST_PROBABILITY: f64 = 0.003;

/// Relative cost of a step: patience and risk of the patient, time and money of the clinic.
fn price(cost: Cost) -> f64 {
    match cost {
        Cost::Ask => 1.0,
        Cost::Examine => 1.3,
        Cost::Bedside => 2.5,
        Cost::Lab => 5.0,
        Cost::Imaging => 8.0,
        Cost::Refer => 15.0,
    }
}

fn cost_of(kind: FindingKind) -> Cost {
    match kind {
        FindingKind::Symptom | FindingKind::History | FindingKind::Exposure => Cost::Ask,
        FindingKind::Sign | FindingKind::Vital => Cost::Examine,
        FindingKind::Lab => Cost::Bedside,
        FindingKind::Imaging => Cost::Imaging,
    }
}

/// Best steps first; empty when no answer would change anything.
pub fn next_steps(case: &Case<'_>, differential: &Differential) -> Vec<NextStep> {
    let field: Vec<(&Condition, f64)> = differential
        .candidates
        .iter()
        .take(FIELD)
        .filter(|c| c.probability.value() >= LEAST_PROBABILITY)
        .filter_map(|c| Some((case.base.conditions.get(&c.condition)?, c.probability.value())))
        .collect();
    let mut steps: Vec<NextStep> = askable(case, &field).into_iter().filter_map(|f| ask(f, &field)).collect();
    steps.extend(
        field
            .iter()
            .enumerate()
            .flat_map(|(i, (c, _))| c.tests.iter().map(move |t| (i, t)))
            .filter_map(|(i, test)| run(test, i, &field)),
    );
    steps.sort_by(|a, b| {
        b.value.total_cmp(&a.value).then_with(|| format!("{:?}", a.subject).cmp(&format!("{:?}", b.subject)))
    });
    different(case, steps)
}

/// Findings that the field lists and nobody has said anything about.
fn askable<'k>(case: &Case<'k>, field: &[(&Condition, f64)]) -> Vec<&'k Finding> {
    let ids: BTreeSet<&FindingId> = field.iter().flat_map(|(c, _)| c.findings.iter().map(|l| &l.finding)).collect();
    ids.into_iter()
        .filter(|id| case.presence(id) == Presence::Unknown && case.observed(id).is_none())
        .filter_map(|id| case.base.findings.get(id))
        .filter(|f| f.fits(case.patient.sex))
        // pregnancy has its own field on the form
        .filter(|f| f.id.as_str() != "pregnant.known")
        .collect()
}

fn ask(finding: &Finding, field: &[(&Condition, f64)]) -> Option<NextStep> {
    let background = finding.background.p.value().clamp(0.002, 0.98);
    let likelihood = |c: &Condition| {
        c.findings.iter().find(|l| l.finding == finding.id).map_or(background, |l| l.share.p.value().clamp(0.01, 0.985))
    };
    let given: Vec<f64> = field.iter().map(|(c, _)| likelihood(c)).collect();
    let cost = cost_of(finding.kind);
    let evidence = |i: usize| {
        let condition: &Condition = field.get(i)?.0;
        Some(condition.findings.iter().find(|l| l.finding == finding.id)?.evidence.clone())
    };
    let outcome = weigh(&given, background, field)?;
    step(StepSubject::Finding(finding.id.clone()), cost, outcome, field, evidence(outcome.moved))
}

fn run(test: &Test, about: usize, field: &[(&Condition, f64)]) -> Option<NextStep> {
    let (sensitivity, specificity) = (test.sensitivity?.p.value(), test.specificity?.p.value());
    let false_positive = (1.0 - specificity).clamp(0.002, 0.98);
    let given: Vec<f64> =
        (0..field.len()).map(|i| if i == about { sensitivity.clamp(0.02, 0.995) } else { false_positive }).collect();
    let mut outcome = weigh(&given, false_positive, field)?;
    outcome.moved = about;
    step(StepSubject::Test(test.id.clone()), test.cost, outcome, field, Some(test.evidence.clone()))
}

#[derive(Clone, Copy)]
struct Outcome {
    gain: f64,
    /// index of the condition that moves most
    moved: usize,
    if_yes: f64,
    if_no: f64,
}

/// Posterior over the field for both answers, and what they gain.
fn weigh(given: &[f64], background: f64, field: &[(&Condition, f64)]) -> Option<Outcome> {
    let rest = (1.0 - field.iter().map(|(_, p)| p).sum::<f64>()).max(0.0);
    let yes = field.iter().zip(given).map(|((_, p), g)| p * g).sum::<f64>() + rest * background;
    if !(0.0..1.0).contains(&yes) || yes <= 1e-9 {
        return None;
    }
    let posterior = |i: usize, answer: bool| {
        let p = field[i].1;
        if answer { p * given[i] / yes } else { p * (1.0 - given[i]) / (1.0 - yes) }
    };
    let unsure = |c: &Condition, p: f64| harm_weight(c.harm).sqrt() * p * (1.0 - p);
    let (mut gain, mut moved, mut most) = (0.0, 0, 0.0);
    for (i, (condition, p)) in field.iter().enumerate() {
        let (y, n) = (posterior(i, true), posterior(i, false));
        gain += unsure(condition, *p) - yes * unsure(condition, y) - (1.0 - yes) * unsure(condition, n);
        let shift = harm_weight(condition.harm).sqrt() * (y - n).abs();
        if shift > most {
            (moved, most) = (i, shift);
        }
    }
    Some(Outcome { gain, moved, if_yes: posterior(moved, true), if_no: posterior(moved, false) })
}

fn step(
    subject: StepSubject,
    cost: Cost,
    outcome: Outcome,
    field: &[(&Condition, f64)],
    evidence: Option<Evidence>,
) -> Option<NextStep> {
    let value = outcome.gain / price(cost);
    let (about, now) = field.get(outcome.moved)?;
    (value >= LEAST_VALUE).then(|| NextStep {
        subject,
        cost,
        value,
        about: about.id.clone(),
        now: Probability::clamped(*now),
        if_yes: Probability::clamped(outcome.if_yes),
        if_no: Probability::clamped(outcome.if_no),
        evidence,
    })
}

/// Of questions that tell much the same (one group, or parent and child) only the best.
fn different(case: &Case<'_>, steps: Vec<NextStep>) -> Vec<NextStep> {
    let mut kept: Vec<NextStep> = vec![];
    let mut groups: BTreeSet<String> = BTreeSet::new();
    for step in steps {
        if let StepSubject::Finding(id) = &step.subject
            && let Some(group) = case.base.findings.get(id).and_then(|f| f.group.clone())
            && !groups.insert(group)
        {
            continue;
        }
        kept.push(step);
        if kept.len() == STEPS {
            break;
        }
    }
    kept
}
