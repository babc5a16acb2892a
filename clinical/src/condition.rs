//! Conditions as the packs describe them.

use crate::{
    ConditionId, DangerId, Evidence, FindingId, MedicineClass, MedicineId, Names, Passage, Rule, Sex, Share, TestId,
    Text,
};
use serde::{Deserialize, Serialize};

/// What waiting would cost; the weight in must-not-miss and next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Harm {
    /// days to weeks do no harm
    Low,
    /// days matter
    Moderate,
    /// a day matters
    High,
    /// hours or minutes matter
    Critical,
}

/// How soon someone must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriageLevel {
    /// can be looked after at home
    SelfCare,
    /// an ordinary visit
    Routine,
    /// a visit or referral within days, two weeks at most
    Soon,
    /// the same day
    Urgent,
    /// now
    Emergency,
}

/// How often a condition is met among people who come to a clinic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// share of clinic visits
    pub share: Share,
    /// origin
    pub evidence: Evidence,
    /// what makes it likelier or rarer
    pub factors: Vec<PriorFactor>,
}

/// A factor on the prior odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorFactor {
    /// when it applies
    pub when: Rule,
    /// the rule as written, for the explanation
    pub text: String,
    /// factor on the odds
    pub times: f64,
    /// origin
    pub evidence: Evidence,
}

/// How often people with the condition have a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingLink {
    /// the finding
    pub finding: FindingId,
    /// share of patients with the condition who have it
    pub share: Share,
    /// origin
    pub evidence: Evidence,
    /// without it the condition is all but excluded
    pub needed: bool,
    /// all but proves the condition
    pub pathognomonic: bool,
    /// finding, mechanism, condition: one clause
    pub because: Option<Text>,
}

/// A danger rule. Emergency and urgent rules stand above every other content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DangerRule {
    /// id
    pub id: DangerId,
    /// when it fires
    pub when: Rule,
    /// level it sets
    pub level: TriageLevel,
    /// what it means, for the banner
    pub say: Text,
    /// what to do at once
    pub act: Text,
    /// origin
    pub evidence: Evidence,
    /// the condition it belongs to, if any
    pub condition: Option<ConditionId>,
}

/// What a question, examination or test costs the patient and the clinic, cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cost {
    /// a question
    Ask,
    /// an examination
    Examine,
    /// a test at the bedside
    Bedside,
    /// a laboratory test
    Lab,
    /// X-ray, ultrasound
    Imaging,
    /// only elsewhere
    Refer,
}

/// A test that helps to decide about the condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// id
    pub id: TestId,
    /// name
    pub name: Text,
    /// share of patients with the condition in whom it is positive; `None`: not known well enough to say
    pub sensitivity: Option<Share>,
    /// share of patients without it in whom it is negative
    pub specificity: Option<Share>,
    /// cost class
    pub cost: Cost,
    /// origin
    pub evidence: Evidence,
}

/// What a line of treatment is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TreatmentAction {
    /// give this medicine (dose from its dose rules)
    Medicine(MedicineId),
    /// do not give this medicine
    Avoid(MedicineId),
    /// do not give medicines of this class
    AvoidClass(MedicineClass),
    /// do this procedure or examination
    Procedure,
    /// fluids
    Fluids,
    /// tell the patient
    Advice,
    /// come back
    FollowUp,
    /// send elsewhere
    Refer,
}

/// Ways into the body that a line of care allows for its medicine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoutesAllowed {
    /// any: what the dose rules say
    #[default]
    Any,
    /// only by needle, into a vein or muscle, the skin or a wound: the illness is too grave for a dose by mouth
    Injection,
}

impl RoutesAllowed {
    /// Whether a dose rule of this route may serve.
    pub fn allow(self, route: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Injection => matches!(route, "iv" | "im" | "sc" | "id" | "wound"),
        }
    }
}

/// One line of a treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Treatment {
    /// 1 comes first
    pub step: u8,
    /// what to do
    pub action: TreatmentAction,
    /// ways its medicine may be given
    pub routes: RoutesAllowed,
    /// medicines of the same care in whose place it may stand
    #[serde(default)]
    pub instead_of: Vec<crate::MedicineId>,
    /// the line in words: what and why
    pub text: Text,
    /// only when
    pub when: Rule,
    /// origin
    pub evidence: Evidence,
}

/// A biomedical condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// stable id
    pub id: ConditionId,
    /// names per language
    pub names: Names,
    /// ICD-10 (WHO) codes, most particular first
    pub icd10: Vec<String>,
    /// ICD-11 MMS codes
    pub icd11: Vec<String>,
    /// one plain sentence
    pub summary: Text,
    /// what waiting costs
    pub harm: Harm,
    /// only this sex
    pub only_sex: Option<Sex>,
    /// only from this age on, years
    pub from_years: Option<f64>,
    /// only below this age, years
    pub to_years: Option<f64>,
    /// how common
    pub prior: Prior,
    /// findings with frequency, in the order of their ids
    pub findings: Vec<FindingLink>,
    /// danger rules of its own
    pub dangers: Vec<DangerRule>,
    /// tests
    pub tests: Vec<Test>,
    /// treatment lines
    pub treatments: Vec<Treatment>,
    /// passages in our own words
    pub passages: Vec<Passage>,
    /// pack it came from
    pub pack: String,
}

impl Condition {
    /// What it says of a finding. Its findings are kept in the order of their ids.
    pub fn link(&self, finding: &FindingId) -> Option<&FindingLink> {
        let at = self.findings.binary_search_by(|l| l.finding.cmp(finding)).ok()?;
        self.findings.get(at)
    }
}
