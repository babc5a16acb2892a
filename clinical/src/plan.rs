//! What the engine answers: danger, differential with its explanation, next step, plan lines, warnings.
//!
//! Every value carries what explains it; a number without its reasons cannot be built.

use crate::{
    ConditionId, Cost, DangerId, DoseUnit, Evidence, FindingId, LikelihoodRatio, MedicineId, Presence, Probability,
    Share, TestId, Text, TraditionalId, TriageLevel, WarningLevel,
};
use serde::{Deserialize, Serialize};

/// A danger rule that fired.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Danger {
    /// which rule
    pub rule: DangerId,
    /// level it sets
    pub level: TriageLevel,
    /// what it means
    pub say: Text,
    /// what to do at once
    pub act: Text,
    /// findings that made it fire
    pub because: Vec<FindingId>,
    /// values that made it fire, as `SpO2 84 %`
    pub values: Vec<String>,
    /// origin
    pub evidence: Evidence,
    /// condition the rule belongs to
    pub condition: Option<ConditionId>,
}

/// Triage level and the rules behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// the level
    pub level: TriageLevel,
    /// rules that fired, gravest first
    pub dangers: Vec<Danger>,
    /// the likely condition that set the level where no rule did
    pub likely: Option<Likely>,
}

/// A condition that is likely enough to set how soon the patient needs care.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likely {
    /// which
    pub condition: ConditionId,
    /// how likely it is
    pub probability: Probability,
}

/// How a finding came to count for a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// the condition lists this finding
    Listed,
    /// the condition lists a more general finding
    ListedParent,
    /// the condition does not list it: counted as unexplained
    Unexplained,
    /// the condition lists it and the patient does not have it
    ListedAbsent,
    /// needed and absent: all but excludes
    NeededAbsent,
    /// all but proves
    Pathognomonic,
}

/// What one finding did to the odds of one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// observed finding
    pub finding: FindingId,
    /// present or absent
    pub presence: Presence,
    /// how it counted
    pub matched: Match,
    /// factor on the odds, after shrinkage and group discount
    pub ratio: LikelihoodRatio,
    /// share of patients with the condition who have the finding, if listed
    pub in_condition: Option<Share>,
    /// share of clinic attenders who have it
    pub in_clinic: Share,
    /// counted at a discount because a stronger finding of this group already counts
    pub group: Option<String>,
    /// path from finding through mechanism to condition
    pub because: Option<Text>,
    /// origin
    pub evidence: Option<Evidence>,
}

/// What set the odds before any finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorTrace {
    /// share before factors
    pub base: Share,
    /// share after factors
    pub adjusted: Probability,
    /// factors that applied, as written, with their size
    pub factors: Vec<(String, f64)>,
    /// origin
    pub evidence: Evidence,
}

/// One condition of the differential with everything that explains its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// the condition
    pub condition: ConditionId,
    /// probability among the conditions considered and "none of these"
    pub probability: Probability,
    /// plausible lower end
    pub low: Probability,
    /// plausible upper end
    pub high: Probability,
    /// before any finding
    pub prior: PriorTrace,
    /// what the words of the story add beyond the findings read from them
    pub wording: LikelihoodRatio,
    /// finding by finding, strongest first
    pub contributions: Vec<Contribution>,
    /// expected harm if missed: probability times weight of delay
    pub expected_harm: f64,
}

/// The whole answer to "what could this be".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Differential {
    /// most probable first
    pub candidates: Vec<Candidate>,
    /// probability that it is none of the conditions known here
    pub none_of_these: Probability,
    /// by expected harm, gravest first
    pub must_not_miss: Vec<ConditionId>,
    /// too little to go on
    pub not_enough: bool,
}

/// What is asked next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepSubject {
    /// a finding to ask or look for
    Finding(FindingId),
    /// a test to do
    Test(TestId),
}

/// A next step with what it would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextStep {
    /// what
    pub subject: StepSubject,
    /// cost class
    pub cost: Cost,
    /// expected gain per cost, only to rank
    pub value: f64,
    /// the condition it moves most
    pub about: ConditionId,
    /// probability now
    pub now: Probability,
    /// probability if yes or positive
    pub if_yes: Probability,
    /// probability if no or negative
    pub if_no: Probability,
    /// origin of the figures, if cited
    pub evidence: Option<Evidence>,
}

/// A dose worked out for this patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkedDose {
    /// medicine
    pub medicine: MedicineId,
    /// whom the rule is for
    pub label: Text,
    /// one dose (or its first part), after rounding to what can be given
    #[serde(alias = "single_mg")]
    pub single: f64,
    /// what the amounts are measured in
    #[serde(default)]
    pub unit: DoseUnit,
    /// given evenly in so many minutes
    #[serde(default)]
    pub over_minutes: Option<f64>,
    /// what follows right after
    #[serde(default)]
    pub then: Option<WorkedPart>,
    /// what to give: `1 tablet of 500 mg`
    pub give: Option<GiveUnits>,
    /// doses a day
    pub times_per_day: f64,
    /// a day with doses is followed by days without: 7 is once a week; `None`: every day
    #[serde(default)]
    pub every_days: Option<f64>,
    /// days
    pub days: Option<f64>,
    /// route
    pub route: String,
    /// how to take it
    pub note: Text,
    /// the arithmetic, line by line
    pub steps: Vec<DoseStep>,
    /// origin
    pub evidence: Evidence,
    /// place of the rule among the medicine's own
    #[serde(default)]
    pub rule: Option<usize>,
    /// most allowed for this patient
    #[serde(default)]
    pub most: Option<DoseLimits>,
    /// what the kidneys have to do with it; `None`: nothing known speaks of them
    #[serde(default)]
    pub kidney: Option<KidneyNote>,
}

/// The second part of a dose, worked out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WorkedPart {
    /// in the unit of the dose
    pub amount: f64,
    /// given evenly in so many minutes
    pub over_minutes: Option<f64>,
    /// given every hour from then on, without a break
    #[serde(default)]
    pub each_hour: bool,
}

/// Most allowed for this patient, in the unit of the dose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DoseLimits {
    /// at once
    #[serde(alias = "single_mg")]
    pub single: f64,
    /// in 24 hours
    #[serde(alias = "day_mg")]
    pub day: f64,
}

/// What the kidneys have to do with a dose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KidneyNote {
    /// creatinine clearance, mL/min; `None`: nothing here depends on it
    pub clearance: Option<f64>,
    /// limit of the step that was applied, mL/min; `None`: the dose is as in health
    pub below: Option<f64>,
    /// in words; empty: the packs say nothing of it
    pub text: Text,
    /// origin; `None`: the packs hold no rule for this medicine and the kidneys, though these are weak
    pub evidence: Option<Evidence>,
    /// whether this is a first dose, which the kidneys do not change
    #[serde(default)]
    pub first: FirstDose,
    /// the first dose where it is larger than those after it, in the unit of the dose
    #[serde(default, alias = "first_mg")]
    pub first_amount: Option<f64>,
}

impl KidneyNote {
    /// What comes before its own words, as a message of `window.ftl` and its `n`.
    pub fn message(&self) -> Option<(&'static str, f64)> {
        if let Some(mg) = self.first_amount {
            return Some(("kidney-first", mg));
        }
        let key = match (self.first, &self.evidence, self.clearance, self.below) {
            (FirstDose::Once, ..) => "kidney-once",
            (FirstDose::OnlyFirst, ..) => "kidney-only-first",
            (_, None, ..) => "kidney-no-rule",
            (_, _, None, Some(below)) => return Some(("kidney-unknown", below)),
            (_, _, _, None) if self.text.is_empty() => "kidney-same",
            _ => return None,
        };
        Some((key, 0.0))
    }
    /// Whether something is to be heeded.
    pub fn is_caution(&self) -> bool {
        self.below.is_some() || self.evidence.is_none() || self.first == FirstDose::OnlyFirst
    }
}

/// A first dose fills the body, whatever the kidneys clear later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstDose {
    /// what is worked out is the whole course, changed for the kidneys where they ask for it
    #[default]
    WholeCourse,
    /// it is given once, so nothing is changed
    Once,
    /// the first dose is as in health, those after it are changed
    FullFirst,
    /// only the first dose is worked out: the rest waits for what is not known, or for the hospital
    OnlyFirst,
}

impl WorkedDose {
    /// How often, as a message of `core.ftl` and its `n`.
    pub fn frequency(&self) -> (&'static str, f64) {
        let by_the_hour = self.then.is_some_and(|part| part.each_hour);
        frequency(self.unit, by_the_hour, self.times_per_day, self.every_days, self.days)
    }
    /// The days to name beside the frequency: none for what is given once.
    pub fn days_to_say(&self) -> Option<f64> {
        self.days.filter(|_| self.frequency().0 != "dose-once")
    }
}

/// How often, as a message of `core.ftl` and its `n`. `by_the_hour`: its second part is given every hour.
pub(crate) fn frequency(
    unit: DoseUnit,
    by_the_hour: bool,
    times: f64,
    every_days: Option<f64>,
    days: Option<f64>,
) -> (&'static str, f64) {
    /// From so many times a day on people count by the hour.
    const HOURLY: f64 = 12.0;
    match every_days {
        _ if by_the_hour || unit == DoseUnit::LitresPerMinute => ("dose-without-break", 0.0),
        Some(every) => ("dose-every-days", every),
        None if times <= 1.0 && days.is_some_and(|days| days <= 1.0) => ("dose-once", 0.0),
        None if times >= HOURLY => ("dose-every-hours", 24.0 / times),
        None => ("dose-times-a-day", times),
    }
}

/// A countable amount of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiveUnits {
    /// how many units, or mL for liquids
    pub amount: f64,
    /// `tablet` ...
    pub form: String,
    /// what is in one of it, in `unit`
    #[serde(alias = "mg")]
    pub strength: f64,
    /// what the strength is measured in
    #[serde(default)]
    pub unit: DoseUnit,
    /// mL in one of it for liquids
    pub ml: Option<f64>,
}

/// One line of arithmetic; `kind` selects the translated label, `text` is the sum, always left to right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoseStep {
    /// `weight-times`, `fixed`, `capped-single`, `then`, `rate`, `clearance`, `dialysis`, `kidney-share`, `kidney-cap`, `kidney-times`,
    /// `kidney-same`, `rounded`, `per-day`, `within`
    pub kind: String,
    /// `58 kg × 10 mg/kg = 580 mg`
    pub text: String,
}

/// Why no dose can be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DoseRefusal {
    /// this must be known first: `weight`, `age`, `sex`, `pregnancy`, `creatinine`
    Missing {
        /// what is missing
        what: String,
    },
    /// no rule of the pack covers this patient
    NoRule,
    /// weight and age do not go together
    Implausible {
        /// kg
        weight: String,
    },
    /// even the smallest amount that can be given is above the maximum
    CannotBeGiven,
    /// no form that the clinic holds gives this dose; another would
    NoFormHeld,
    /// not with kidneys as weak as these
    Kidney {
        /// creatinine clearance, mL/min
        clearance: String,
        /// why, and what to do
        reason: Text,
        /// origin
        evidence: Box<Evidence>,
    },
    /// weak kidneys change this dose, and the clearance is only known from 18 years on
    KidneyInChild,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningKind {
    /// allergy or cross-allergy
    Allergy,
    /// two medicines
    Interaction,
    /// medicine and remedy
    HerbDrug,
    /// pregnancy
    Pregnancy,
    /// breast-feeding
    Lactation,
    /// illness or value
    Disease,
    /// age
    Age,
    /// the same medicine or class twice
    Duplicate,
    /// what adds up over the whole list: QT, bleeding, sleepiness
    Burden,
    /// a name the tables do not know
    Unknown,
    /// an allergy the tables do not know
    UnknownAllergy,
    /// only a part of what was typed is a name
    NameInPart,
    /// a name of several medicines
    NameEither,
    /// no name, but like one
    NameGuessed,
}

/// A safety warning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// kind
    pub kind: WarningKind,
    /// how strongly
    pub level: WarningLevel,
    /// what it is about, as the user or the pack names it
    pub about: Vec<String>,
    /// why
    pub because: Text,
    /// what to do
    pub act: Text,
    /// origin; `None` only where it is about a name
    pub evidence: Option<Evidence>,
}

/// What a plan line proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanAction {
    /// send to a better place
    Refer,
    /// stop or avoid a medicine or class (name for the screen)
    Stop(String),
    /// do a test
    Test(TestId),
    /// give a medicine; dose worked out or refused with the reason
    Medicine {
        /// which
        medicine: MedicineId,
        /// dose, if one can be worked out
        dose: Result<Box<WorkedDose>, DoseRefusal>,
    },
    /// fluids
    Fluids,
    /// procedure or examination
    Procedure,
    /// tell the patient
    Advice,
    /// come back
    FollowUp,
    /// traditional regimen, diet or remedy
    Traditional(Option<TraditionalId>),
}

/// One line of the plan. Lines start undecided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanLine {
    /// stable within a visit
    pub id: String,
    /// what
    pub action: PlanAction,
    /// in words
    pub text: Text,
    /// for which condition
    pub indication: Option<ConditionId>,
    /// warnings on this line
    pub warnings: Vec<Warning>,
    /// origin
    pub evidence: Evidence,
    /// of an emergency that is treated before it is certain
    pub before_certain: bool,
    /// of a medicine: the clinic does not hold it
    pub not_held: bool,
    /// of a medicine: what may be given instead, safest first
    pub alternatives: Vec<Alternative>,
}

/// Where an alternative comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlternativeFrom {
    /// the same condition's care names it for the same purpose
    SameCare,
    /// a medicine of the same class with a dose for this condition
    SameClassFor,
    /// a medicine of the same class with a dose for any condition
    SameClass,
}

/// A medicine that may be given instead. It is dosed and checked, and nothing forbids it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// which
    pub medicine: MedicineId,
    /// where it comes from
    pub from: AlternativeFrom,
    /// its dose
    pub dose: Box<WorkedDose>,
    /// warnings; none forbids it
    pub warnings: Vec<Warning>,
}

/// What the practitioner chose for a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "choice")]
pub enum Decision {
    /// nothing yet
    #[default]
    Undecided,
    /// as proposed
    Accepted,
    /// with a change
    Changed {
        /// what instead
        to: String,
    },
    /// not
    Rejected {
        /// why
        why: String,
    },
}
