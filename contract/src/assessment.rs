//! The answers: danger, differential, next step, plan, warnings, with names and citations resolved for the screen.

use crate::{FindingLabel, Intake};
use hakim_clinical::{
    AlternativeFrom, ConditionId, Cost, DangerId, Decision, DoseRefusal, DoseUnit, Grade, Harm, Humour, Lang, Match,
    MedicineId, PassageId, Presence, Review, Seen, Side, SourceId, Temperament, TestId, Text, TraditionalId,
    TriageLevel, WarningKind, WarningLevel, WorkedDose,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A citation ready to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitationView {
    /// source id
    pub source: SourceId,
    /// title
    pub title: String,
    /// publisher
    pub publisher: String,
    /// edition or year
    pub edition: String,
    /// section
    pub section: Option<String>,
    /// whether the passage was read, and where
    pub seen: Seen,
    /// strength
    pub grade: Grade,
    /// how far checked
    pub review: Review,
    /// passage of ours that restates it, to open
    pub passage: Option<PassageId>,
}

/// A share with its range, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// best estimate
    pub p: f64,
    /// lower end
    pub low: f64,
    /// upper end
    pub high: f64,
}

/// A danger rule that fired.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DangerView {
    /// rule
    pub rule: DangerId,
    /// level
    pub level: TriageLevel,
    /// what it means
    pub say: Text,
    /// what to do at once
    pub act: Text,
    /// findings behind it
    pub because: Vec<FindingLabel>,
    /// values behind it
    pub values: Vec<String>,
    /// citation
    pub citation: CitationView,
}

/// Triage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriageView {
    /// level
    pub level: TriageLevel,
    /// rules that fired, gravest first
    pub dangers: Vec<DangerView>,
    /// the likely condition that set the level where no rule did
    #[serde(default)]
    pub likely: Option<LikelyView>,
}

/// A condition that is likely enough to set the level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LikelyView {
    /// which
    pub condition: ConditionId,
    /// name
    pub name: Text,
    /// 0..=1
    pub probability: f64,
}

/// What one finding did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContributionView {
    /// finding
    pub label: FindingLabel,
    /// present or absent
    pub presence: Presence,
    /// how it counted
    pub matched: Match,
    /// factor on the odds
    pub ratio: f64,
    /// ten times log10 of the factor
    pub decibans: f64,
    /// share of patients with the condition who have it
    pub in_condition: Option<Range>,
    /// share of clinic attenders who have it
    pub in_clinic: Range,
    /// counted together with a stronger finding of this group
    pub group: Option<String>,
    /// mechanism
    pub because: Option<Text>,
    /// citation
    pub citation: Option<CitationView>,
}

/// What set the odds before any finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorView {
    /// before factors
    pub base: Range,
    /// after factors
    pub adjusted: f64,
    /// rule as written and its factor
    pub factors: Vec<(String, f64)>,
    /// citation
    pub citation: CitationView,
}

/// A test of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestView {
    /// id
    pub test: TestId,
    /// name
    pub name: Text,
    /// sensitivity
    pub sensitivity: Option<Range>,
    /// specificity
    pub specificity: Option<Range>,
    /// cost class
    pub cost: Cost,
    /// citation
    pub citation: CitationView,
}

/// A passage in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PassageView {
    /// id
    pub passage: PassageId,
    /// title
    pub title: Text,
    /// text
    pub text: Text,
    /// citation
    pub citation: CitationView,
    /// traditional content
    pub traditional: bool,
    /// ids of what it is about
    pub about: Vec<String>,
}

/// One condition of the differential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateView {
    /// id
    pub condition: ConditionId,
    /// name
    pub name: Text,
    /// one plain sentence
    pub summary: Text,
    /// ICD-10 codes
    pub icd10: Vec<String>,
    /// ICD-11 codes
    pub icd11: Vec<String>,
    /// what waiting costs
    pub harm: Harm,
    /// probability with range
    pub probability: Range,
    /// before any finding
    pub prior: PriorView,
    /// factor on the odds from the words of the story, beyond the findings read from them
    #[serde(default = "neutral")]
    pub wording: f64,
    /// finding by finding, strongest first
    pub contributions: Vec<ContributionView>,
    /// tests
    pub tests: Vec<TestView>,
    /// passages
    pub passages: Vec<PassageView>,
}

/// A factor that changes nothing: records of before there was one.
fn neutral() -> f64 {
    1.0
}

/// A condition that must not be missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MustNotMissView {
    /// id
    pub condition: ConditionId,
    /// name
    pub name: Text,
    /// probability
    pub probability: f64,
    /// what waiting costs
    pub harm: Harm,
    /// a finding or test that would settle it, if there is one
    pub settle: Option<Text>,
}

/// A finding that something the patient takes may have brought about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MedicineCauseView {
    /// as the patient's list names it
    pub typed: String,
    /// the medicine or class that the fact is about
    pub name: Text,
    /// the finding
    pub label: FindingLabel,
    /// of those who take it
    pub share: Range,
    /// times as frequent as in all who come to a clinic
    pub ratio: f64,
    /// what to do; may be empty
    pub act: Text,
    /// citation
    pub citation: CitationView,
}

/// The next step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextStepView {
    /// the finding to ask for; `None`: it is a test
    pub finding: Option<FindingLabel>,
    /// the test
    pub test: Option<TestId>,
    /// question or name of the test
    pub ask: Text,
    /// cost class
    pub cost: Cost,
    /// condition it moves most
    pub about: Text,
    /// probability of it now
    pub now: f64,
    /// if yes or positive
    pub if_yes: f64,
    /// if no or negative
    pub if_no: f64,
    /// citation
    pub citation: Option<CitationView>,
}

/// The whole assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// danger first
    pub triage: TriageView,
    /// most probable first; at most ten
    pub candidates: Vec<CandidateView>,
    /// probability of none of the known conditions
    pub none_of_these: f64,
    /// by expected harm
    pub must_not_miss: Vec<MustNotMissView>,
    /// findings that what the patient takes may have brought about, most telling first
    #[serde(default)]
    pub medicine_causes: Vec<MedicineCauseView>,
    /// too little to go on: show the questions instead of a ranking
    pub not_enough: bool,
    /// best first
    pub next: Vec<NextStepView>,
    /// findings that were used
    pub findings_used: Vec<FindingLabel>,
    /// values that were used
    pub values_used: usize,
    /// what would help to know: `age`, `sex`, `pregnancy`, `weight`
    pub missing: Vec<String>,
    /// traditional reading
    pub traditional: Option<TraditionalReading>,
    /// program and pack versions behind this answer
    pub versions: Vec<String>,
}

/// Asks how one condition stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhyRequest {
    /// the case
    pub intake: Intake,
    /// the condition
    pub condition: ConditionId,
}

/// Asks for a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// the case
    pub intake: Intake,
    /// conditions the practitioner works with; empty: the leading one and what must be treated before it is certain
    #[serde(default)]
    pub working: Vec<ConditionId>,
}

/// A warning ready to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WarningView {
    /// kind
    pub kind: WarningKind,
    /// how strongly
    pub level: WarningLevel,
    /// what it is about
    pub about: Vec<Text>,
    /// why
    pub because: Text,
    /// what to do
    pub act: Text,
    /// citation; `None` for an unknown name
    pub citation: Option<CitationView>,
}

/// Group of a plan line, in the order of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanGroup {
    /// send to a better place
    Send,
    /// stop or avoid
    Stop,
    /// tests
    Test,
    /// medicines and fluids
    Give,
    /// procedures, examinations
    Do,
    /// tell the patient
    Tell,
    /// come back
    Return,
}

/// A worked dose or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum DoseView {
    /// worked out
    Worked {
        /// medicine name
        name: Text,
        /// the dose
        dose: Box<WorkedDose>,
        /// citation
        citation: CitationView,
        /// where what is said of the kidneys comes from
        #[serde(default)]
        kidney: Option<CitationView>,
        /// rules of the same medicine for other people
        #[serde(default)]
        rules: Vec<DoseRuleView>,
    },
    /// refused
    Refused {
        /// medicine name
        name: Text,
        /// why
        why: DoseRefusal,
        /// where the reason comes from
        #[serde(default)]
        citation: Option<CitationView>,
    },
}

/// A dose rule of a medicine in a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoseRuleView {
    /// who
    pub label: Text,
    /// one dose, `40 mg/kg`
    pub amount: String,
    /// how often, as a message of `core.ftl` and its `n`
    pub often: (String, f64),
    /// route
    pub route: String,
    /// most in 24 hours, in `unit`
    #[serde(alias = "most_day_mg")]
    pub most_day: f64,
    /// what it is measured in
    #[serde(default)]
    pub unit: DoseUnit,
    /// the one that applies to this patient
    pub applies: bool,
}

/// A medicine that may be given instead: dosed for this patient, checked, and not forbidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlternativeView {
    /// which
    pub medicine: MedicineId,
    /// name
    pub name: Text,
    /// where it comes from
    pub from: AlternativeFrom,
    /// its dose
    pub dose: DoseView,
    /// warnings; none forbids it
    pub warnings: Vec<WarningView>,
}

/// One line of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanLineView {
    /// stable within a visit
    pub id: String,
    /// group on the screen
    pub group: PlanGroup,
    /// title
    pub title: Text,
    /// why and how
    pub text: Text,
    /// medicine id, for a medicine line
    pub medicine: Option<MedicineId>,
    /// dose
    pub dose: Option<DoseView>,
    /// for which condition
    pub indication: Option<Text>,
    /// warnings on this line; a `Stop` forbids accepting a medicine
    pub warnings: Vec<WarningView>,
    /// citation
    pub citation: CitationView,
    /// of an emergency: done before it is certain
    #[serde(default)]
    pub before_certain: bool,
    /// a medicine that the clinic does not hold
    #[serde(default)]
    pub not_held: bool,
    /// what may be given instead, safest first
    #[serde(default)]
    pub alternatives: Vec<AlternativeView>,
}

impl PlanLineView {
    /// A warning forbids accepting this line; it may still be changed or rejected.
    pub fn is_barred(&self) -> bool {
        self.medicine.is_some() && self.warnings.iter().any(|w| w.level == WarningLevel::Stop)
    }
}

/// A line of traditional care.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraditionalLineView {
    /// stable within a visit
    pub id: String,
    /// `principle`, `regimen`, `diet`, `remedy`
    pub part: String,
    /// remedy
    pub remedy: Option<TraditionalId>,
    /// its name
    pub name: Option<Text>,
    /// in words
    pub text: Text,
    /// warnings; a `Stop` forbids accepting
    pub warnings: Vec<WarningView>,
    /// citation
    pub citation: CitationView,
}

/// A word of temperament or humour with its codes; its citation opens the passage that explains it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermView {
    /// id
    pub id: TraditionalId,
    /// name
    pub name: Text,
    /// in the tradition's own script
    #[serde(alias = "arabic")]
    pub original: String,
    /// transliteration
    pub translit: String,
    /// code in the tradition's own list
    #[serde(alias = "numc", default)]
    pub code: Option<String>,
    /// ICD-11 TM2 code
    pub tm2: Option<String>,
    /// citation
    pub citation: CitationView,
}

/// A traditional condition that fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraditionalMatch {
    /// id
    pub id: TraditionalId,
    /// name
    pub name: Text,
    /// in the tradition's own script
    #[serde(alias = "arabic")]
    pub original: String,
    /// transliteration
    pub translit: String,
    /// code in the tradition's own list
    #[serde(alias = "numc", default)]
    pub code: Option<String>,
    /// ICD-11 TM2 code
    pub tm2: Option<String>,
    /// share of its known findings that speak for it, 0..=1
    pub fit: f64,
    /// findings that point to it
    pub findings: Vec<FindingLabel>,
    /// biomedical reading: name, how
    pub reads_as: Vec<(Text, String)>,
    /// humour
    pub humour: Option<Humour>,
    /// temperament
    pub temperament: Option<Temperament>,
    /// the words of humour and temperament that apply, as the packs explain them
    #[serde(default)]
    pub terms: Vec<TermView>,
    /// refer when
    pub refer_text: Text,
    /// the referral rule holds now
    pub refer_now: bool,
    /// care
    pub lines: Vec<TraditionalLineView>,
    /// citation
    pub citation: CitationView,
}

/// A question of temperament.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemperamentQuestion {
    /// the question
    pub ask: Text,
    /// answers to choose from
    pub answers: Vec<Text>,
    /// the chosen one
    pub chosen: Option<u8>,
}

/// What the answers say on one axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemperamentSide {
    /// the side
    pub side: Side,
    /// questions answered, and asked
    pub answered: (usize, usize),
    /// how well a published questionnaire of the kind recognised this side: sensitivity, specificity, origin
    pub published: Option<(f64, f64, CitationView)>,
}

/// The person's own temperament.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonTemperament {
    /// name of the questionnaire
    pub name: Text,
    /// what it is and is not
    pub about: Text,
    /// questions in order
    pub questions: Vec<TemperamentQuestion>,
    /// what the answers say; an axis with too few answers is left out
    pub sides: Vec<TemperamentSide>,
    /// the place on both axes, when both are read
    pub temperament: Option<Temperament>,
    /// origin
    pub citation: CitationView,
}

/// The traditional reading of the same findings. Never above danger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraditionalReading {
    /// best fit first
    pub matches: Vec<TraditionalMatch>,
    /// heat and moisture together, if anything fits
    pub temperament: Option<Temperament>,
    /// the questionnaire of the person's own temperament, with what was answered
    #[serde(default)]
    pub person: Option<PersonTemperament>,
    /// withheld because of danger: only the referral is shown
    pub withheld: bool,
}

/// The plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// danger first
    pub triage: TriageView,
    /// conditions it is for
    pub working: Vec<(ConditionId, Text)>,
    /// lines in the order of the screen
    pub lines: Vec<PlanLineView>,
    /// warnings about the whole list
    pub warnings: Vec<WarningView>,
    /// what must be known for doses: `weight`, `age`, `sex`, `pregnancy`, `creatinine`
    pub missing: Vec<String>,
    /// a weight, kg, that nobody of this age has: no dose is worked out
    #[serde(default)]
    pub odd_weight: Option<String>,
    /// the conditions it is for with how likely they are
    #[serde(default)]
    pub diagnoses: Vec<DiagnosisView>,
    /// traditional layer
    pub traditional: Option<TraditionalReading>,
}

/// A condition worked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiagnosisView {
    /// which
    pub condition: ConditionId,
    /// name
    pub name: Text,
    /// how likely; `None`: this patient cannot have it
    pub probability: Option<Range>,
    /// what waiting costs
    pub harm: Harm,
}

impl Plan {
    /// Whether a warning forbids accepting a line.
    pub fn is_barred(&self, line: &str) -> bool {
        self.lines.iter().any(|l| l.id == line && l.is_barred())
    }
}

/// Asks for an explanation in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExplainRequest {
    /// the case
    pub intake: Intake,
    /// the condition to explain
    pub condition: ConditionId,
    /// language wanted; the model writes English, other languages come from templates
    pub language: Lang,
}

/// A running job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRef {
    /// number
    pub job: u64,
}

/// Decisions by line id.
pub type Decisions = BTreeMap<String, Decision>;
