//! Medicines: names, forms, dose rules, cautions, interactions.

use crate::{DoseUnit, Evidence, FindingId, MedicineClass, MedicineId, Rule, Share, Text, TraditionalId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How strongly a warning speaks. Only `Stop` interrupts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WarningLevel {
    /// good to know
    Note,
    /// think, watch or change
    Caution,
    /// do not give
    Stop,
}

/// A form and strength a clinic may hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MedicineForm {
    /// `tablet`, `capsule`, `syrup`, `injection`, `sachet`, `inhaler`, `cream`, `drops`
    pub form: String,
    /// what is in one of it, in `unit`
    pub strength: f64,
    /// what the strength is measured in
    #[serde(default)]
    pub unit: DoseUnit,
    /// for liquids: volume that holds the strength, mL
    #[serde(default)]
    pub ml: Option<f64>,
    /// smallest share of a unit that can be given: 0.5 for a scored tablet
    #[serde(default = "whole")]
    pub step: f64,
}

impl MedicineForm {
    /// Names a form and strength of a medicine over changes of the packs: `tablet 500`, `syrup 125/5`, `injection 10units/1`.
    pub fn key(&self) -> String {
        let unit = if self.unit == DoseUnit::Mg { "" } else { self.unit.key() };
        let strength = format!("{}{unit}", crate::decimal(self.strength));
        match self.ml {
            Some(ml) => format!("{} {strength}/{}", self.form, crate::decimal(ml)),
            None => format!("{} {strength}", self.form),
        }
    }
}

fn whole() -> f64 {
    1.0
}

/// The amount of one dose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum DoseAmount {
    /// for every kg of body weight, from and to
    PerKg {
        /// for each kg
        low: f64,
        /// for each kg
        high: f64,
    },
    /// the same for everybody, from and to
    Fixed {
        /// at least
        low: f64,
        /// at most
        high: f64,
    },
}

impl DoseAmount {
    /// From and to, for somebody of this weight; `None`: the weight is needed.
    pub fn of(self, kg: Option<f64>) -> Option<(f64, f64)> {
        match (self, kg) {
            (Self::Fixed { low, high }, _) => Some((low, high)),
            (Self::PerKg { low, high }, Some(kg)) => Some((low * kg, high * kg)),
            (Self::PerKg { .. }, None) => None,
        }
    }
    /// `10-15 mg/kg`, `500 mg`
    pub fn written(self, unit: DoseUnit) -> String {
        let unit = unit.symbol();
        match self {
            Self::PerKg { low, high } => format!("{} {unit}/kg", crate::decimal_range(low, high)),
            Self::Fixed { low, high } => format!("{} {unit}", crate::decimal_range(low, high)),
        }
    }
}

/// What follows right after the first part of a dose: the slower part of a drip.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SecondPart {
    /// in the unit of the dose
    pub amount: DoseAmount,
    /// given evenly in so many minutes
    pub over_minutes: Option<f64>,
    /// given every hour from then on, without a break
    #[serde(default)]
    pub each_hour: bool,
}

/// Who gets how much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoseRule {
    /// conditions it is for; empty: any
    pub conditions: Vec<crate::ConditionId>,
    /// who
    pub when: Rule,
    /// who, in words
    pub label: Text,
    /// what all amounts of this rule are measured in
    #[serde(default)]
    pub unit: DoseUnit,
    /// amount of one dose
    pub amount: DoseAmount,
    /// one dose is given evenly in so many minutes
    #[serde(default)]
    pub over_minutes: Option<f64>,
    /// what belongs to the same dose and follows
    #[serde(default)]
    pub then: Option<SecondPart>,
    /// doses a day
    pub times_per_day: f64,
    /// a day with doses is followed by days without: 7 is once a week; `None`: every day
    #[serde(default)]
    pub every_days: Option<f64>,
    /// days; `None`: as needed or lasting
    pub days: Option<f64>,
    /// `oral`, `im`, `iv`, `id`, `wound`, `inhaled`, `topical`, `rectal`
    pub route: String,
    /// for who was not weighed: it counts only where a dose by weight cannot be worked out
    #[serde(default)]
    pub unweighed: bool,
    /// most allowed at once
    pub max_single: f64,
    /// most allowed in 24 hours
    pub max_day: f64,
    /// most allowed in 24 hours for each kg
    pub max_day_per_kg: Option<f64>,
    /// how to take it
    pub note: Text,
    /// origin
    pub evidence: Evidence,
}

impl DoseRule {
    /// How often, as a message of `core.ftl` and its `n`.
    pub fn frequency(&self) -> (&'static str, f64) {
        let by_the_hour = self.then.is_some_and(|part| part.each_hour);
        crate::frequency(self.unit, by_the_hour, self.times_per_day, self.every_days, self.days)
    }
    /// Whether it is given one time and not again.
    pub fn is_once(&self) -> bool {
        self.times_per_day <= 1.0 && self.days.is_some_and(|days| days <= 1.0)
    }
    /// Whether it is given by needle, by whoever is with the patient.
    pub fn is_by_needle(&self) -> bool {
        crate::RoutesAllowed::Injection.allow(&self.route)
    }
    /// Whether what is given so reaches the blood in amounts that the kidneys have to clear.
    pub fn is_systemic(&self) -> bool {
        !matches!(self.route.as_str(), "topical" | "eye" | "ear" | "mouth" | "nasal" | "inhaled" | "vaginal")
    }
}

/// What changes below a clearance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KidneyStep {
    /// it holds where the creatinine clearance is below this, mL/min
    pub below: f64,
    /// share of each dose that is given, above 0 and at most 1
    #[serde(default)]
    pub share: Option<f64>,
    /// most allowed in 24 hours, mg; a rule in another unit it leaves alone
    #[serde(default)]
    pub max_day_mg: Option<f64>,
    /// doses a day at most; below 1: one dose in more than a day
    #[serde(default)]
    pub times_per_day: Option<f64>,
    /// not to be given at all
    #[serde(default)]
    pub avoid: bool,
    /// the share holds for the first dose too, though that of a course that must wait is given
    #[serde(default)]
    pub first_too: bool,
    /// in words: what to do and why
    pub text: Text,
}

/// What weak kidneys change about a medicine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KidneyRule {
    /// which medicine
    pub of: MedicineId,
    /// given so; empty: in any way
    #[serde(default)]
    pub routes: Vec<String>,
    /// by a dose rule for one of these; empty: for anything
    #[serde(default)]
    pub conditions: Vec<crate::ConditionId>,
    /// lowest clearance first
    pub steps: Vec<KidneyStep>,
    /// in words, where weak kidneys change nothing
    #[serde(default)]
    pub none_needed: Text,
    /// origin
    pub evidence: Evidence,
}

impl KidneyRule {
    /// Whether it is about a medicine given by this rule.
    pub fn is_about(&self, rule: &DoseRule) -> bool {
        let route = self.routes.is_empty() || self.routes.contains(&rule.route);
        route && (self.conditions.is_empty() || self.conditions.iter().any(|c| rule.conditions.contains(c)))
    }
    /// Whether the steps change no number: they only tell what to watch.
    pub fn is_words_only(&self) -> bool {
        let in_words = |s: &KidneyStep| s.share.is_none() && s.max_day_mg.is_none() && s.times_per_day.is_none();
        self.steps.iter().all(|s| in_words(s) && !s.avoid)
    }
    /// The step for a clearance in mL/min: that with the lowest limit above it.
    pub fn step(&self, clearance: f64) -> Option<&KidneyStep> {
        self.steps.iter().find(|s| clearance < s.below)
    }
}

/// A caution that depends on the patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Caution {
    /// when it applies; `Finding` atoms may also name a condition the visit holds likely
    pub when: Rule,
    /// how strongly
    pub level: WarningLevel,
    /// why and what to do
    pub text: Text,
    /// origin
    pub evidence: Evidence,
}

/// The other side of an interaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractsWith {
    /// one medicine
    Medicine(MedicineId),
    /// a class
    Class(MedicineClass),
    /// a traditional drug
    Traditional(TraditionalId),
}

/// An interaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// with what
    pub with: InteractsWith,
    /// how strongly
    pub level: WarningLevel,
    /// mechanism
    pub because: Text,
    /// what to do
    pub act: Text,
    /// origin
    pub evidence: Evidence,
}

/// A medicine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Medicine {
    /// stable id: the international name
    pub id: MedicineId,
    /// ATC codes
    pub atc: Vec<String>,
    /// names per language; `lay` holds other names and brands
    pub names: crate::Names,
    /// brand names by country code (`pk`, `in`, `ke`)
    pub brands: BTreeMap<String, Vec<String>>,
    /// classes, for cross-allergy and class interactions
    pub classes: Vec<MedicineClass>,
    /// forms and strengths
    pub forms: Vec<MedicineForm>,
    /// dose rules
    pub doses: Vec<DoseRule>,
    /// cautions
    pub cautions: Vec<Caution>,
    /// interactions
    pub interactions: Vec<Interaction>,
    /// pack it came from
    pub pack: String,
}

/// What a name as typed stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Entity {
    /// a medicine
    Medicine(MedicineId),
    /// a class of medicines
    Class(MedicineClass),
    /// a single drug or formulation of the traditional layer
    Remedy(TraditionalId),
}

/// What a medicine does to some of those who take it, beside what it is given for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdverseEffect {
    /// a medicine or a class
    pub of: Entity,
    /// what they get
    pub finding: FindingId,
    /// of those who take it
    pub share: Share,
    /// what to do about it; may be empty
    pub act: Text,
    /// origin
    pub evidence: Evidence,
}

/// A class of medicines: what people call it, and what an allergy to it reaches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassInfo {
    /// names
    pub names: crate::Names,
    /// an allergy to one member forbids the others
    pub shared_allergy: bool,
    /// other classes that an allergy to this one reaches
    pub cross: Vec<CrossAllergy>,
    /// origin of `shared_allergy`; present when that is set
    pub evidence: Option<Evidence>,
    /// cautions of every member that says nothing of its own on the matter
    #[serde(default)]
    pub cautions: Vec<Caution>,
}

/// An allergy that reaches another class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossAllergy {
    /// the class reached
    pub class: MedicineClass,
    /// how strongly
    pub level: WarningLevel,
    /// why and what to do
    pub text: Text,
    /// origin
    pub evidence: Evidence,
}

/// A pair of an outside interaction table, as a fact: which two, and how strongly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InteractionPair {
    /// how strongly
    pub level: WarningLevel,
    /// level in the words of the table: `contraindicated`, `not-recommended`, `precaution`, `note`
    pub table_level: String,
    /// origin
    pub evidence: Evidence,
}

/// Further names of medicines that other files describe: brands and the spellings people write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoreNames {
    /// by medicine
    pub by_medicine: BTreeMap<MedicineId, Vec<String>>,
    /// brands that hold several medicines
    pub combinations: BTreeMap<String, Vec<MedicineId>>,
}

/// How sure it is what a typed name stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameRead {
    /// these very words, amounts and forms aside; or nobody knows it
    #[default]
    Known,
    /// a name stands among words that are none: `rash after penicillin`
    InPart,
    /// one name, several medicines: brands differ from country to country
    Either,
    /// no name, but one letter from one
    Guessed,
}
