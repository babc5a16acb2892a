//! How well the kidneys clear, and what that changes about a dose.
//!
//! Creatinine clearance after Cockcroft and Gault (Nephron 1976;16:31-41), with actual weight, from 18 years on: what medicine
//! leaflets grade their doses by. On dialysis the clearance counts as none.

use crate::Case;
use hakim_clinical::*;

/// The equation was made on adults.
const FROM_YEARS: f64 = 18.0;

/// Findings that say the kidneys are weak.
const WEAK: [&str; 3] = ["kidney_disease.history", "creatinine.high", "egfr.low"];

/// A clearance from which no leaflet in the packs changes a dose; below it, a medicine without a rule is worth a word, mL/min
/// (KDIGO: reduced kidney function).
const REDUCED: f64 = 60.0;

/// A clearance with its arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub struct Clearance {
    /// mL/min
    pub ml_min: f64,
    /// how it came about
    pub step: DoseStep,
}

/// Why no clearance is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoClearance {
    /// this is not known: `creatinine`, `age`, `sex`, `weight`
    Lacks(&'static str),
    /// below 18 years
    Child,
}

impl Case<'_> {
    /// A finding says that the kidneys are weak.
    pub fn has_weak_kidneys(&self) -> bool {
        WEAK.into_iter().any(|id| self.presence(&id.into()) == Presence::Present)
    }

    /// Creatinine clearance by Cockcroft and Gault.
    ///
    /// # Errors
    /// What is not known, in the order in which it is asked for; a child.
    pub fn creatinine_clearance(&self) -> Result<Clearance, NoClearance> {
        let child = self.patient.age.is_some_and(|age| age.years() < FROM_YEARS);
        if child {
            return Err(NoClearance::Child);
        }
        if self.presence(&"dialysis".into()) == Presence::Present {
            return Ok(Clearance { ml_min: 0.0, step: step("dialysis", "0 mL/min".into()) });
        }
        let creatinine = self.value(Vital::Creatinine).ok_or(NoClearance::Lacks("creatinine"))?;
        let years = self.patient.age.ok_or(NoClearance::Lacks("age"))?.years().floor();
        let sex = self.patient.sex.ok_or(NoClearance::Lacks("sex"))?;
        let weight = self.value(Vital::Weight).ok_or(NoClearance::Lacks("weight"))?;
        let (factor, written) = match sex {
            Sex::Female => (0.85, " × 0.85"),
            Sex::Male => (1.0, ""),
        };
        let mg_dl = creatinine / CREATININE_PER_MG_DL;
        let ml_min = (140.0 - years) * weight * factor / (72.0 * mg_dl);
        let text = format!(
            "(140 − {}) × {} kg{written} ÷ (72 × {} mg/dL) = {} mL/min",
            decimal(years),
            decimal(weight),
            decimal(mg_dl),
            decimal(ml_min),
        );
        Ok(Clearance { ml_min, step: step("clearance", text) })
    }
}

/// How a dose is changed for the kidneys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KidneyChange<'k> {
    /// of the dose
    pub(crate) step: Option<&'k KidneyStep>,
    /// arithmetic of the clearance
    pub(crate) lines: Vec<DoseStep>,
    /// for the card
    pub(crate) note: KidneyNote,
}

impl KidneyChange<'_> {
    fn only(note: KidneyNote) -> Self {
        Self { step: None, lines: vec![], note }
    }
}

/// What the kidneys of this patient change about a medicine given by this rule; `None`: nothing, and nothing is worth saying.
///
/// A first dose fills the body, and what fills the body does not depend on how fast the kidneys clear it. Medicines that the
/// packs name for that are given once as in health; where a course by needle cannot be worked out, its first dose can: nobody
/// with sepsis waits for a laboratory.
///
/// # Errors
/// What must be known first; that it must not be given; a child with weak kidneys.
pub(crate) fn kidney_change<'k>(
    case: &Case<'k>,
    medicine: &MedicineId,
    rule: &DoseRule,
) -> Result<Option<KidneyChange<'k>>, DoseRefusal> {
    if !rule.is_systemic() {
        return Ok(None);
    }
    let kidney = case.base.kidney.get(medicine).and_then(|rules| rules.iter().find(|k| k.is_about(rule)));
    let Some(kidney) = kidney else { return Ok(without_rule(case)) };
    let course = course_change(case, kidney);
    let Some(evidence) = case.base.first_dose_as_usual.get(medicine) else { return course };
    let first = |first| {
        let text = kidney.steps.last().filter(|_| kidney.is_words_only()).map(|s| s.text.clone());
        let clearance = case.creatinine_clearance().ok().map(|c| c.ml_min);
        let (text, evidence) = (text.unwrap_or_default(), Some(evidence.clone()));
        let note = KidneyNote { clearance, below: None, text, evidence, first, first_amount: None };
        Ok(Some(KidneyChange::only(note)))
    };
    match &course {
        Ok(Some(change)) if change.note.below.is_some() && rule.is_once() => first(FirstDose::Once),
        Err(_) if rule.is_once() => first(FirstDose::Once),
        Err(_) if rule.is_by_needle() => first(FirstDose::OnlyFirst),
        Ok(Some(change))
            if change.step.is_some_and(|s| !s.first_too && (s.share.is_some() || s.max_day_mg.is_some())) =>
        {
            let note = KidneyNote { first: FirstDose::FullFirst, ..change.note.clone() };
            Ok(Some(KidneyChange { note, ..change.clone() }))
        }
        _ => course,
    }
}

/// Weak kidneys, and packs that do not say what they change.
fn without_rule<'k>(case: &Case<'_>) -> Option<KidneyChange<'k>> {
    let clearance = case.creatinine_clearance().ok();
    let reduced = clearance.as_ref().is_some_and(|c| c.ml_min < REDUCED);
    let note = KidneyNote {
        clearance: clearance.as_ref().map(|c| c.ml_min),
        below: None,
        text: Text::default(),
        evidence: None,
        first: FirstDose::WholeCourse,
        first_amount: None,
    };
    let lines = clearance.into_iter().map(|c| c.step).collect();
    (reduced || case.has_weak_kidneys()).then_some(KidneyChange { step: None, lines, note })
}

/// What the kidneys change about a whole course.
fn course_change<'k>(case: &Case<'_>, kidney: &'k KidneyRule) -> Result<Option<KidneyChange<'k>>, DoseRefusal> {
    let weak = case.has_weak_kidneys();
    let note = |clearance, below, text| KidneyNote {
        clearance,
        below,
        text,
        evidence: Some(kidney.evidence.clone()),
        first: FirstDose::WholeCourse,
        first_amount: None,
    };
    let Some(widest) = kidney.steps.last() else {
        return Ok(weak.then(|| KidneyChange::only(note(None, None, kidney.none_needed.clone()))));
    };
    let clearance = match case.creatinine_clearance() {
        Ok(clearance) => clearance,
        // A creatinine that nobody measured is only asked for where the kidneys are known to be weak.
        Err(NoClearance::Child | NoClearance::Lacks("creatinine")) if !weak => return Ok(None),
        // What only tells what to watch can be told without it.
        Err(_) if kidney.is_words_only() => {
            return Ok(Some(KidneyChange::only(note(None, Some(widest.below), widest.text.clone()))));
        }
        Err(NoClearance::Child) => return Err(DoseRefusal::KidneyInChild),
        Err(NoClearance::Lacks(what)) => return Err(DoseRefusal::Missing { what: what.to_owned() }),
    };
    let found = kidney.step(clearance.ml_min);
    if let Some(step) = found.filter(|s| s.avoid) {
        return Err(DoseRefusal::Kidney {
            clearance: decimal(clearance.ml_min),
            reason: step.text.clone(),
            evidence: Box::new(kidney.evidence.clone()),
        });
    }
    let text = found.map(|s| s.text.clone()).unwrap_or_default();
    let note = note(Some(clearance.ml_min), found.map(|s| s.below), text);
    let mut lines = vec![clearance.step];
    if found.is_none() {
        let known = format!("{} mL/min ≥ {} mL/min", decimal(clearance.ml_min), decimal(widest.below));
        lines.push(step("kidney-same", known));
    }
    Ok(Some(KidneyChange { step: found, lines, note }))
}

fn step(kind: &str, text: String) -> DoseStep {
    DoseStep { kind: kind.to_owned(), text }
}
