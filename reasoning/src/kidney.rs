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

/// What the kidneys of this patient change about a medicine given by this rule; `None`: nothing, and nothing is worth saying.
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
    let weak = case.has_weak_kidneys();
    let change = |step, lines, note| Ok(Some(KidneyChange { step, lines, note }));
    let Some(kidney) = case.base.kidney.get(medicine) else {
        let clearance = case.creatinine_clearance().ok();
        let worth_saying = weak || clearance.as_ref().is_some_and(|c| c.ml_min < REDUCED);
        let ml_min = clearance.as_ref().map(|c| c.ml_min);
        let note = KidneyNote { clearance: ml_min, below: None, text: Text::default(), evidence: None };
        return if worth_saying {
            change(None, clearance.into_iter().map(|c| c.step).collect(), note)
        } else {
            Ok(None)
        };
    };
    if kidney.steps.is_empty() {
        let (text, evidence) = (kidney.none_needed.clone(), Some(kidney.evidence.clone()));
        let note = KidneyNote { clearance: None, below: None, text, evidence };
        return if weak { change(None, vec![], note) } else { Ok(None) };
    }
    let clearance = match case.creatinine_clearance() {
        Ok(clearance) => clearance,
        Err(NoClearance::Child) if weak => return Err(DoseRefusal::KidneyInChild),
        // A creatinine that nobody measured is only asked for where the kidneys are known to be weak.
        Err(NoClearance::Child) => return Ok(None),
        Err(NoClearance::Lacks("creatinine")) if !weak => return Ok(None),
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
    let note = KidneyNote {
        clearance: Some(clearance.ml_min),
        below: found.map(|s| s.below),
        text: found.map(|s| s.text.clone()).unwrap_or_default(),
        evidence: Some(kidney.evidence.clone()),
    };
    let mut lines = vec![clearance.step];
    if found.is_none() {
        let highest = kidney.steps.iter().map(|s| s.below).fold(0.0, f64::max);
        lines.push(step("kidney-same", format!("{} mL/min ≥ {} mL/min", decimal(clearance.ml_min), decimal(highest))));
    }
    change(found, lines, note)
}

fn step(kind: &str, text: String) -> DoseStep {
    DoseStep { kind: kind.to_owned(), text }
}
