//! Cross-checks over loaded packs: everything that is referred to exists, and figures do not contradict each other.

use crate::Problem;
use crate::lexicon::phrase_words;
use crate::stats::all_evidence;
use hakim_clinical::*;
use std::collections::{BTreeMap, BTreeSet};

/// What does not fit together. Empty: the base can be used.
pub fn check(base: &KnowledgeBase) -> Vec<Problem> {
    let mut checker = Checker::over(base);
    checker.problems.sort();
    checker.problems
}

/// What an author has to mend before a pack is sealed: all of [`check`], and what would not make a pack unsafe to use but
/// poorer than promised.
pub fn check_authored(base: &KnowledgeBase) -> Vec<Problem> {
    let mut checker = Checker::over(base);
    checker.orphans();
    checker.languages();
    checker.problems.sort();
    checker.problems
}

impl<'a> Checker<'a> {
    fn over(base: &'a KnowledgeBase) -> Self {
        let mut checker = Checker { base, used: BTreeSet::new(), problems: vec![] };
        checker.sources();
        checker.vocabulary();
        checker.conditions();
        checker.medicines();
        checker.traditional();
        checker.effects();
        checker.mechanisms();
        for vaccine in base.schedules.values().flat_map(|s| &s.vaccines) {
            checker.rule(vaccine.id.as_str(), &vaccine.who);
        }
        checker.kidneys();
        checker.readings();
        for danger in base.all_dangers() {
            checker.rule(danger.id.as_str(), &danger.when);
        }
        checker
    }
}

struct Checker<'a> {
    base: &'a KnowledgeBase,
    /// findings that a rule or condition uses
    used: BTreeSet<FindingId>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn say(&mut self, id: &str, what: impl Into<String>) {
        self.problems.push(Problem { file: "packs".into(), line: 0, id: id.to_owned(), what: what.into() });
    }

    /// Words for an option that no calculator offers would never be read.
    fn readings(&mut self) {
        let mut unknown: Vec<(String, String)> = vec![];
        for reading in &self.base.readings.list {
            let ReadingWords::Choice { options, silent, limit, .. } = &reading.words else { continue };
            let mut offered: BTreeSet<&str> = BTreeSet::new();
            for calculator in self.base.calculators.values() {
                let own = calculator.id.as_str().replace('-', "_");
                for input in &calculator.inputs {
                    let bare = input.id.replace('-', "_");
                    let meant = |read: &String| *read == bare || *read == format!("{own}/{bare}");
                    if let InputKind::Choice { options } = &input.kind
                        && reading.inputs.iter().any(|read| meant(&read.replace('-', "_")))
                    {
                        offered.extend(options.iter().map(|option| option.id.as_str()));
                    }
                }
            }
            let by_limit = limit.iter().flat_map(|l| l.above.iter().map(|(_, id)| id).chain([&l.within]));
            let told = options.iter().map(|(id, _)| id).chain(silent).chain(by_limit);
            let wrong = told.filter(|id| !offered.contains(id.as_str()));
            unknown.extend(wrong.map(|id| (reading.inputs.join(", "), id.clone())));
        }
        for (input, option) in unknown {
            self.say(&input, format!("has words for `{option}`, which no calculator offers"));
        }
    }

    fn sources(&mut self) {
        let missing: BTreeSet<(String, String)> = all_evidence(self.base)
            .filter(|(_, e)| !self.base.sources.contains_key(&e.source))
            .map(|(id, e)| (id.to_owned(), e.source.to_string()))
            .collect();
        for (id, source) in missing {
            self.say(&id, format!("cites `{source}`, which no sources file defines"));
        }
    }

    fn vocabulary(&mut self) {
        let mut owners: BTreeMap<Vec<String>, BTreeSet<&FindingId>> = BTreeMap::new();
        for finding in self.base.findings.values() {
            if let Some(parent) = &finding.parent
                && !self.base.findings.contains_key(parent)
            {
                self.say(finding.id.as_str(), format!("has the parent `{parent}`, which does not exist"));
            }
            if self.base.with_ancestors(&finding.id).skip(1).any(|a| a.id == finding.id) {
                self.say(finding.id.as_str(), "is its own ancestor");
            }
            for name in finding.names.0.values() {
                for phrase in std::iter::once(&name.term).chain(&name.lay) {
                    owners.entry(phrase_words(phrase)).or_default().insert(&finding.id);
                }
            }
        }
        for (phrase, ids) in owners.into_iter().filter(|(p, ids)| ids.len() > 1 && !p.is_empty()) {
            let list: Vec<&str> = ids.iter().map(|i| i.as_str()).collect();
            self.say(
                list[0],
                format!("the words \"{}\" name {}: leave them to one", phrase.join(" "), list.join(" and ")),
            );
        }
    }

    fn finding(&mut self, id: &str, finding: &FindingId) {
        self.used.insert(finding.clone());
        if !self.base.findings.contains_key(finding) {
            self.say(id, format!("uses the finding `{finding}`, which the vocabulary does not have"));
        }
    }

    /// A finding that nothing uses, nor anything it implies, is a question asked for nothing.
    fn orphans(&mut self) {
        let idle: Vec<FindingId> = self
            .base
            .findings
            .keys()
            .filter(|id| !self.base.with_ancestors(id).any(|f| self.used.contains(&f.id)))
            .cloned()
            .collect();
        for id in idle {
            self.say(
                id.as_str(),
                "no condition or rule uses this finding, nor a more general one: use it or take it out",
            );
        }
    }

    /// Names in every language.
    fn languages(&mut self) {
        let names = (self.base.findings.values().map(|f| (f.id.as_str(), &f.names)))
            .chain(self.base.conditions.values().map(|c| (c.id.as_str(), &c.names)))
            .chain(self.base.medicines.values().map(|m| (m.id.as_str(), &m.names)));
        let missing: Vec<String> =
            names.filter(|(_, names)| !names.0.contains_key(&Lang::Fr)).map(|(id, _)| id.to_owned()).collect();
        for id in missing {
            self.say(&id, "`names.fr` is missing");
        }
    }

    fn medicine(&mut self, id: &str, medicine: &MedicineId) {
        if !self.base.medicines.contains_key(medicine) {
            self.say(id, format!("uses the medicine `{medicine}`, which no file describes"));
        }
    }

    fn class(&mut self, id: &str, class: &MedicineClass) {
        let known =
            self.base.classes.contains_key(class) || self.base.medicines.values().any(|m| m.classes.contains(class));
        if !known {
            self.say(
                id,
                format!("uses the class `{class}`, which no medicine belongs to and classes.toml does not name"),
            );
        }
    }

    fn rule(&mut self, id: &str, rule: &Rule) {
        match rule {
            Rule::All(rules) | Rule::Any(rules) | Rule::AtLeast(_, rules) => {
                rules.iter().for_each(|r| self.rule(id, r))
            }
            Rule::Not(rule) => self.rule(id, rule),
            Rule::Finding(f) | Rule::Severe(f) | Rule::Compare(Quantity::Days(f), ..) => self.finding(id, f),
            Rule::Takes(m) => self.medicine(id, m),
            Rule::TakesClass(c) => self.class(id, c),
            Rule::Compare(..)
            | Rule::Always
            | Rule::Sex(_)
            | Rule::Pregnant
            | Rule::MaybePregnant
            | Rule::Lactating
            | Rule::Region(_)
            | Rule::Season(_) => {}
        }
    }

    fn conditions(&mut self) {
        let mut tests: BTreeMap<&TestId, &ConditionId> = BTreeMap::new();
        let mut dangers: BTreeSet<&DangerId> = BTreeSet::new();
        for danger in self.base.all_dangers() {
            if !dangers.insert(&danger.id) {
                self.say(danger.id.as_str(), "this danger id is used twice");
            }
        }
        for condition in self.base.conditions.values() {
            let id = condition.id.as_str();
            let shares: BTreeMap<&FindingId, f64> =
                condition.findings.iter().map(|l| (&l.finding, l.share.p.value())).collect();
            if shares.len() != condition.findings.len() {
                self.say(id, "lists a finding twice");
            }
            for link in &condition.findings {
                self.finding(id, &link.finding);
                let parent = self.base.findings.get(&link.finding).and_then(|f| f.parent.as_ref());
                if let Some(parent) = parent
                    && let Some(&p) = shares.get(parent)
                    && p + 1e-9 < link.share.p.value()
                {
                    self.say(id, format!("says `{}` is more frequent than `{parent}`, which it implies", link.finding));
                }
            }
            for factor in &condition.prior.factors {
                self.rule(id, &factor.when);
            }
            for test in &condition.tests {
                if let Some(other) = tests.insert(&test.id, &condition.id) {
                    self.say(id, format!("the test id `{}` is also used in `{other}`", test.id));
                }
            }
            for treatment in &condition.treatments {
                self.rule(id, &treatment.when);
                for own in &treatment.instead_of {
                    let named = |t: &Treatment| matches!(&t.action, TreatmentAction::Medicine(m) if m == own);
                    if !condition.treatments.iter().any(named) {
                        self.say(id, format!("a line stands instead of `{own}`, which this care does not give"));
                    }
                }
                match &treatment.action {
                    TreatmentAction::Medicine(m) | TreatmentAction::Avoid(m) => self.medicine(id, m),
                    TreatmentAction::AvoidClass(c) => self.class(id, c),
                    _ => {}
                }
            }
        }
    }

    fn caution_and_interactions(&mut self, id: &str, cautions: &[Caution], interactions: &[Interaction]) {
        for caution in cautions {
            self.rule(id, &caution.when);
        }
        for interaction in interactions {
            match &interaction.with {
                InteractsWith::Medicine(m) => self.medicine(id, m),
                InteractsWith::Class(c) => self.class(id, c),
                InteractsWith::Traditional(r) => self.remedy(id, r),
            }
        }
    }

    fn medicines(&mut self) {
        for medicine in self.base.medicines.values() {
            let id = medicine.id.as_str();
            self.caution_and_interactions(id, &medicine.cautions, &medicine.interactions);
            for dose in &medicine.doses {
                self.rule(id, &dose.when);
                for condition in &dose.conditions {
                    if !self.base.conditions.contains_key(condition) {
                        self.say(id, format!("has a dose for `{condition}`, which no file describes"));
                    }
                }
            }
        }
    }

    fn entity(&mut self, id: &str, entity: &Entity) {
        match entity {
            Entity::Medicine(m) => self.medicine(id, m),
            Entity::Class(c) => self.class(id, c),
            Entity::Remedy(r) => self.remedy(id, r),
        }
    }

    /// What medicines do, what adds up, which pairs meet: everything named exists.
    fn mechanisms(&mut self) {
        let base = self.base;
        let burdens: BTreeSet<&BurdenId> = base.mechanisms.burdens.iter().map(|b| &b.id).collect();
        for fact in base.mechanisms.facts.values().flatten() {
            self.entity("acts", &fact.of);
            for burden in fact.acts.burden.keys().filter(|b| !burdens.contains(b)) {
                self.say("acts", format!("`{burden}` is a burden that no file describes"));
            }
        }
        for burden in &base.mechanisms.burdens {
            burden.more_if.iter().for_each(|f| self.finding(burden.id.as_str(), f));
        }
        for rule in &base.mechanisms.pairs {
            for side in rule.a.iter().chain(&rule.b) {
                match side {
                    PairSide::Medicine(m) => self.medicine("pairs", m),
                    PairSide::Class(c) => self.class("pairs", c),
                    PairSide::Remedy(r) => self.remedy("pairs", r),
                    PairSide::Bears(b, _) if !burdens.contains(b) => {
                        self.say("pairs", format!("`{b}` is a burden that no file describes"));
                    }
                    _ => {}
                }
            }
            rule.except.iter().for_each(|m| self.medicine("pairs", m));
        }
        for id in base.more_names.by_medicine.keys().chain(base.more_names.combinations.values().flatten()) {
            self.medicine("brands", id);
        }
    }

    /// A kidney rule is about a medicine that can be dosed; a first dose is exempt only from a rule that has steps.
    fn kidneys(&mut self) {
        self.base.kidney.keys().for_each(|id| self.medicine("kidney", id));
        for id in self.base.first_dose_as_usual.keys() {
            self.medicine("first_dose_as_usual", id);
            if self.base.kidney.get(id).is_none_or(|rules| rules.iter().all(|k| k.steps.is_empty())) {
                self.say(id.as_str(), "its first dose is as usual, but weak kidneys change nothing about it");
            }
        }
    }

    fn effects(&mut self) {
        for effect in &self.base.effects {
            self.entity("effects", &effect.of);
            self.finding("effects", &effect.finding);
        }
    }

    fn remedy(&mut self, id: &str, remedy: &TraditionalId) {
        if !self.base.remedies.contains_key(remedy) {
            self.say(id, format!("uses the remedy `{remedy}`, which no file describes"));
        }
    }

    fn traditional(&mut self) {
        for condition in self.base.traditional.values() {
            let id = condition.id.as_str();
            self.rule(id, &condition.refer_if);
            condition.findings.iter().for_each(|f| self.finding(id, f));
            for crosswalk in &condition.reads_as {
                if !self.base.conditions.contains_key(&crosswalk.condition) {
                    self.say(id, format!("reads as `{}`, which no file describes", crosswalk.condition));
                }
            }
            condition.remedies.iter().filter_map(|l| l.remedy.as_ref()).for_each(|r| self.remedy(id, r));
        }
        for remedy in self.base.remedies.values() {
            let id = remedy.id.as_str();
            remedy.ingredients.iter().for_each(|r| self.remedy(id, r));
            self.caution_and_interactions(id, &remedy.cautions, &remedy.interactions);
        }
    }
}
