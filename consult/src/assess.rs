//! Danger signs, differential, must-not-miss and next step of a case, ready for the screen.

use crate::library::Knowledge;
use crate::plan::{entity_id, traditional_reading};
use crate::understand::told_case_of;
use crate::views::{candidate_view, citation, condition_name, label, range, subject_name, triage_view};
use hakim_clinical::*;
use hakim_contract::*;
use hakim_reasoning::{
    Case, MedicineCause, Method, differential_by, medicine_causes, next_steps, triage, weighed_by, why,
};

/// Candidates shown.
const SHOWN: usize = 10;

/// Assesses an intake.
///
/// # Errors
/// `value-impossible`, `text-too-long`, `text-not-text`.
pub(crate) fn assess(knowledge: &Knowledge, intake: &Intake) -> Result<Assessment, Failure> {
    assess_by(knowledge, intake, &Method::default())
}

/// The same by another method, for evaluation.
pub(crate) fn assess_by(knowledge: &Knowledge, intake: &Intake, method: &Method) -> Result<Assessment, Failure> {
    let base = &knowledge.base;
    let case = told_case_of(knowledge, intake)?;
    let differential = differential_by(&case, method);
    let triage = weighed_by(triage(&case), &case, &differential);
    let steps = next_steps(&case, &differential);
    let mut findings_used: Vec<FindingLabel> = case.stated().map(|o| label(base, &o.finding)).collect();
    findings_used.dedup_by(|a, b| a.finding == b.finding);
    Ok(Assessment {
        triage: triage_view(base, &triage),
        candidates: differential.candidates.iter().take(SHOWN).filter_map(|c| candidate_view(base, c)).collect(),
        none_of_these: differential.none_of_these.value(),
        must_not_miss: differential
            .must_not_miss
            .iter()
            .filter_map(|id| must_not_miss(base, id, &differential, &steps))
            .collect(),
        medicine_causes: medicine_causes(&case).iter().map(|c| cause_view(base, c)).collect(),
        not_enough: differential.not_enough,
        next: steps.iter().map(|s| step_view(base, s)).collect(),
        findings_used,
        values_used: case.values().len(),
        missing: missing(intake, &case),
        traditional: intake.traditional.then(|| traditional_reading(knowledge, &case, &triage, intake)),
        versions: versions(base),
    })
}

/// How one condition stands.
///
/// # Errors
/// `condition-unknown` when no pack has it or this patient cannot have it.
pub(crate) fn why_condition(knowledge: &Knowledge, request: &WhyRequest) -> Result<CandidateView, Failure> {
    let case = told_case_of(knowledge, &request.intake)?;
    why(&case, &request.condition)
        .and_then(|c| candidate_view(&knowledge.base, &c))
        .ok_or_else(|| Failure::new("condition-unknown").with("condition", &request.condition))
}

fn must_not_miss(
    base: &KnowledgeBase,
    id: &ConditionId,
    differential: &Differential,
    steps: &[NextStep],
) -> Option<MustNotMissView> {
    let condition = base.conditions.get(id)?;
    let probability = differential.candidates.iter().find(|c| c.condition == *id)?.probability.value();
    let asked = steps.iter().find(|s| s.about == *id).map(|s| step_view(base, s).ask);
    let tested = condition.tests.iter().min_by_key(|t| t.cost).map(|t| t.name.clone());
    Some(MustNotMissView {
        condition: id.clone(),
        name: condition_name(base, id),
        probability,
        harm: condition.harm,
        settle: asked.or(tested),
    })
}

fn cause_view(base: &KnowledgeBase, cause: &MedicineCause) -> MedicineCauseView {
    let id = entity_id(&cause.of);
    let medicine = matches!(cause.of, Entity::Medicine(_)).then_some(id.as_str());
    MedicineCauseView {
        typed: cause.typed.clone(),
        name: subject_name(base, &id),
        label: label(base, &cause.finding),
        share: range(&cause.share),
        ratio: cause.ratio,
        act: cause.act.clone(),
        citation: citation(base, &cause.evidence, medicine),
    }
}

fn step_view(base: &KnowledgeBase, step: &NextStep) -> NextStepView {
    let (finding, test, ask) = match &step.subject {
        StepSubject::Finding(id) => {
            let label = label(base, id);
            let ask = if label.ask.is_empty() { label.name.clone() } else { label.ask.clone() };
            (Some(label), None, ask)
        }
        StepSubject::Test(id) => {
            let name = base.conditions.values().flat_map(|c| &c.tests).find(|t| t.id == *id).map(|t| t.name.clone());
            (None, Some(id.clone()), name.unwrap_or_else(|| Text::english(id.as_str())))
        }
    };
    NextStepView {
        finding,
        test,
        ask,
        cost: step.cost,
        about: condition_name(base, &step.about),
        now: step.now.value(),
        if_yes: step.if_yes.value(),
        if_no: step.if_no.value(),
        citation: step.evidence.as_ref().map(|e| citation(base, e, Some(step.about.as_str()))),
    }
}

/// What would sharpen the answer and nobody has said.
fn missing(intake: &Intake, case: &Case<'_>) -> Vec<String> {
    let patient = &intake.patient;
    let fertile = patient.sex != Some(Sex::Male) && patient.age.is_none_or(|a| (12.0..=50.0).contains(&a.years()));
    let mut missing = vec![];
    for (name, lacks) in [
        ("age", patient.age.is_none()),
        ("sex", patient.sex.is_none()),
        ("pregnancy", fertile && patient.pregnancy == Pregnancy::Unknown),
        ("weight", case.value(Vital::Weight).is_none()),
    ] {
        if lacks {
            missing.push(name.to_owned());
        }
    }
    missing
}

fn versions(base: &KnowledgeBase) -> Vec<String> {
    let packs = base.packs.iter().map(|p| format!("{} {}", p.id, p.version));
    std::iter::once(format!("hakim {}", env!("CARGO_PKG_VERSION"))).chain(packs).collect()
}
