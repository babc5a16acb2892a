//! Every danger rule of the built-in packs on both sides: a case made to fit it fires it, and the same case without any one of
//! the things it rests on does not. A rule that no patient can fit, or that one thing alone does not hold up, is found here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use hakim_clinical::*;
use hakim_knowledge::{builtin_packs, load};
use hakim_reasoning::{Case, Taken, fits};
use std::collections::BTreeMap;

/// Ways of fitting a rule that are tried.
const TRIES: usize = 400;

/// What a case is made of. Each part can be taken away by itself.
#[derive(Debug, Clone, Default)]
struct Facts {
    findings: BTreeMap<FindingId, Presence>,
    severe: Vec<FindingId>,
    days: BTreeMap<FindingId, f64>,
    vitals: BTreeMap<Vital, f64>,
    age_days: Option<f64>,
    sex: Option<Sex>,
    pregnancy: Option<Pregnancy>,
    lactating: bool,
    region: Option<Region>,
    season: Option<Season>,
    takes: Vec<Entity>,
}

/// A way through the alternatives of a rule: the n-th try takes other branches.
struct Way {
    number: usize,
    choices: usize,
}

impl Way {
    fn choose(&mut self, among: usize) -> usize {
        let choice = self.number / 7_usize.pow(self.choices.min(6) as u32) % among.max(1);
        self.choices += 1;
        choice
    }
}

fn years(value: f64) -> f64 {
    (value * 365.25).ceil()
}

impl Facts {
    /// Adds what makes the rule true (or false); `false` when that contradicts what is there.
    fn make(&mut self, rule: &Rule, truth: bool, way: &mut Way) -> bool {
        match (rule, truth) {
            (Rule::Always, t) => t,
            (Rule::Not(inner), t) => self.make(inner, !t, way),
            (Rule::All(rules), true) | (Rule::Any(rules), false) => rules.iter().all(|r| self.make(r, truth, way)),
            (Rule::All(rules), false) | (Rule::Any(rules), true) => {
                let at = way.choose(rules.len());
                self.make(&rules[at], truth, way)
            }
            (Rule::AtLeast(count, rules), true) => {
                let first = way.choose(rules.len());
                (0..*count).all(|i| self.make(&rules[(first + i) % rules.len()], true, way))
            }
            (Rule::AtLeast(_, rules), false) => rules.iter().all(|r| self.make(r, false, way)),
            (Rule::Finding(f), t) => self.say(f, t),
            (Rule::Severe(f), true) => {
                self.severe.push(f.clone());
                self.say(f, true)
            }
            (Rule::Severe(f), false) => self.say(f, false),
            (Rule::Compare(quantity, compare, limit), t) => self.measure(quantity, *compare, *limit, t),
            (Rule::Sex(sex), t) => {
                let wanted = if t == (*sex == Sex::Female) { Sex::Female } else { Sex::Male };
                self.sex.get_or_insert(wanted) == &wanted
            }
            (Rule::Pregnant | Rule::MaybePregnant, true) => {
                let weeks = self.pregnancy.unwrap_or(Pregnancy::Yes { weeks: None });
                self.pregnancy = Some(weeks);
                matches!(weeks, Pregnancy::Yes { .. }) && self.sex.get_or_insert(Sex::Female) == &Sex::Female
            }
            (Rule::Pregnant | Rule::MaybePregnant, false) => {
                self.pregnancy.get_or_insert(Pregnancy::No) == &Pregnancy::No
            }
            (Rule::Lactating, t) => {
                self.lactating = t;
                true
            }
            (Rule::Region(r), true) => self.region.get_or_insert(*r) == r,
            (Rule::Season(s), true) => self.season.get_or_insert(*s) == s,
            (Rule::Region(_) | Rule::Season(_) | Rule::Takes(_) | Rule::TakesClass(_), false) => false,
            (Rule::Takes(m), true) => {
                self.takes.push(Entity::Medicine(m.clone()));
                true
            }
            (Rule::TakesClass(c), true) => {
                self.takes.push(Entity::Class(c.clone()));
                true
            }
        }
    }

    fn say(&mut self, finding: &FindingId, there: bool) -> bool {
        let presence = if there { Presence::Present } else { Presence::Absent };
        *self.findings.entry(finding.clone()).or_insert(presence) == presence
    }

    /// A value just inside the limit, so that the limit itself is tried.
    fn measure(&mut self, quantity: &Quantity, compare: Compare, limit: f64, truth: bool) -> bool {
        let fits = |v: f64| {
            truth
                == match compare {
                    Compare::Below => v < limit,
                    Compare::AtMost => v <= limit,
                    Compare::Above => v > limit,
                    Compare::AtLeast => v >= limit,
                }
        };
        let above = matches!(
            (compare, truth),
            (Compare::Above | Compare::AtLeast, true) | (Compare::Below | Compare::AtMost, false)
        );
        let step = if above { 1.0 } else { -1.0 };
        let near = |unit: f64| if fits(limit) { limit } else { limit + step * unit };
        match quantity {
            Quantity::AgeDays | Quantity::AgeMonths | Quantity::AgeYears => {
                let in_days = |v: f64| match quantity {
                    Quantity::AgeDays => v,
                    Quantity::AgeMonths => (v * 30.4375).ceil(),
                    _ => years(v),
                };
                let value = if above { in_days(near(1.0)) } else { in_days(limit) - 1.0 };
                match self.age_days {
                    None => self.age_days = Some(value),
                    // An age that another part of the rule asked for may do for this one too.
                    Some(now) if above && now < value || !above && now > value => self.age_days = Some(value),
                    Some(_) => {}
                }
                value >= 0.0
            }
            Quantity::PregnancyWeeks => {
                self.pregnancy = Some(Pregnancy::Yes { weeks: Some(near(1.0).max(1.0) as u8) });
                self.sex.get_or_insert(Sex::Female) == &Sex::Female
            }
            Quantity::Days(finding) => {
                self.days.insert(finding.clone(), near(1.0));
                self.say(finding, true)
            }
            Quantity::Vital(vital) => {
                let value = near(0.1);
                let known = *self.vitals.entry(*vital).or_insert(value);
                fits(known) && vital.possible().contains(&known)
            }
        }
    }

    fn holds(&self, base: &KnowledgeBase, rule: &Rule) -> bool {
        let patient = PatientFacts {
            age: self.age_days.map(|d| Age::from_days(d as u32)),
            sex: self.sex,
            pregnancy: self.pregnancy.unwrap_or(Pregnancy::Unknown),
            lactating: self.lactating,
            allergies: vec![],
            medicines: vec![],
            place: Place {
                region: self.region.unwrap_or(Region::Elsewhere),
                season: self.season.unwrap_or(Season::Unknown),
            },
        };
        let observed: Vec<Observed> = self
            .findings
            .iter()
            .map(|(f, presence)| Observed {
                presence: *presence,
                days: self.days.get(f).copied(),
                severity: self.severe.contains(f).then_some(Severity::Severe),
                ..Observed::present(f.clone(), Origin::Picked)
            })
            .collect();
        let values: Vec<Measurement> =
            self.vitals.iter().map(|(vital, value)| Measurement { vital: *vital, value: *value }).collect();
        let taken = self
            .takes
            .iter()
            .map(|e| Taken { typed: "x".into(), entities: vec![e.clone()], read: NameRead::Known })
            .collect();
        let case = Case::new(base, &patient, &observed, &values, taken).unwrap();
        fits(rule, &case)
    }

    /// The same facts with one part taken away, for every part.
    fn each_without_one(&self) -> Vec<(String, Self)> {
        let mut all = vec![];
        let mut push = |what: String, facts: Self| all.push((what, facts));
        for finding in self.findings.keys() {
            let mut facts = self.clone();
            facts.findings.remove(finding);
            push(finding.to_string(), facts);
        }
        for finding in self.days.keys() {
            let mut facts = self.clone();
            facts.days.remove(finding);
            push(format!("days.{finding}"), facts);
        }
        for vital in self.vitals.keys() {
            let mut facts = self.clone();
            facts.vitals.remove(vital);
            push(vital.key().into(), facts);
        }
        for (i, _) in self.takes.iter().enumerate() {
            let mut facts = self.clone();
            facts.takes.remove(i);
            push("medicine".into(), facts);
        }
        if self.age_days.is_some() {
            push("age".into(), Self { age_days: None, ..self.clone() });
        }
        if matches!(self.pregnancy, Some(Pregnancy::Yes { .. })) {
            push("pregnancy".into(), Self { pregnancy: Some(Pregnancy::No), ..self.clone() });
        }
        if self.lactating {
            push("lactating".into(), Self { lactating: false, ..self.clone() });
        }
        all
    }
}

#[test]
fn every_danger_rule_fires_on_a_case_that_fits_and_not_without_what_it_rests_on() {
    let base = load(&builtin_packs()).base;
    let (mut wrong, mut rules) = (vec![], 0);
    for danger in base.all_dangers() {
        rules += 1;
        let fitting = (0..TRIES).find_map(|number| {
            let mut facts = Facts::default();
            let made = facts.make(&danger.when, true, &mut Way { number, choices: 0 });
            (made && facts.holds(&base, &danger.when)).then_some(facts)
        });
        let Some(mut facts) = fitting else {
            wrong.push(format!("{}: no patient was found whom it fits", danger.id));
            continue;
        };
        if Facts::default().holds(&base, &danger.when) {
            wrong.push(format!("{}: fires on a patient of whom nothing is known", danger.id));
        }
        // Take away what is not needed: what is left is needed, each by itself.
        while let Some((_, fewer)) = facts.each_without_one().into_iter().find(|(_, f)| f.holds(&base, &danger.when)) {
            facts = fewer;
        }
        if facts.each_without_one().is_empty() && facts.sex.is_none() && facts.region.is_none() {
            wrong.push(format!("{}: rests on nothing", danger.id));
        }
    }
    assert!(rules > 200, "only {rules} rules were read");
    assert!(wrong.is_empty(), "{} of {rules}:\n{}", wrong.len(), wrong.join("\n"));
}
