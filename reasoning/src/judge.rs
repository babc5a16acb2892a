//! Judges rules over a case in three values: what is not known is neither true nor false (Kleene's logic).

use crate::Case;
use hakim_clinical::*;

/// Outcome of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// known to be false
    False,
    /// cannot be said
    Unknown,
    /// known to be true
    True,
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Judges a rule.
pub fn judge(rule: &Rule, case: &Case<'_>) -> Truth {
    match rule {
        Rule::Always => Truth::True,
        Rule::All(rules) => rules.iter().map(|r| judge(r, case)).min().unwrap_or(Truth::True),
        Rule::Any(rules) => rules.iter().map(|r| judge(r, case)).max().unwrap_or(Truth::False),
        Rule::AtLeast(count, rules) => {
            let judged: Vec<Truth> = rules.iter().map(|r| judge(r, case)).collect();
            let true_now = judged.iter().filter(|t| **t == Truth::True).count();
            let possible = judged.iter().filter(|t| **t != Truth::False).count();
            match (true_now >= *count, possible >= *count) {
                (true, _) => Truth::True,
                (false, true) => Truth::Unknown,
                (false, false) => Truth::False,
            }
        }
        Rule::Not(rule) => judge(rule, case).not(),
        Rule::Finding(finding) => presence(case, finding),
        Rule::Severe(finding) => match presence(case, finding) {
            Truth::True => {
                let severe_child = case.stated().any(|o| {
                    o.presence == Presence::Present
                        && o.severity == Some(Severity::Severe)
                        && case.base.with_ancestors(&o.finding).any(|a| a.id == *finding)
                });
                if severe_child { Truth::True } else { Truth::Unknown }
            }
            other => other,
        },
        // No week of a pregnancy that is not there, no day of a complaint that is denied.
        Rule::Compare(Quantity::PregnancyWeeks, ..) if !may_be_pregnant(case.patient) => Truth::False,
        Rule::Compare(Quantity::Days(finding), ..) if case.presence(finding) == Presence::Absent => Truth::False,
        Rule::Compare(quantity, compare, limit) => {
            quantity_of(quantity, case).map_or(Truth::Unknown, |v| Truth::of(compare.holds(v, *limit)))
        }
        Rule::Sex(sex) => case.patient.sex.map_or(Truth::Unknown, |s| Truth::of(s == *sex)),
        Rule::Pregnant => match case.patient.pregnancy {
            Pregnancy::Yes { .. } => Truth::True,
            Pregnancy::No => Truth::False,
            Pregnancy::Unknown if may_be_pregnant(case.patient) => Truth::Unknown,
            Pregnancy::Unknown => Truth::False,
        },
        Rule::MaybePregnant => Truth::of(may_be_pregnant(case.patient)),
        Rule::Lactating => Truth::of(case.patient.lactating),
        Rule::Region(region) => Truth::of(case.patient.place.region == *region),
        Rule::Season(season) => match case.patient.place.season {
            Season::Unknown => Truth::Unknown,
            now => Truth::of(now == *season),
        },
        Rule::Takes(medicine) => Truth::of(case.taken.iter().any(|t| t.is_medicine(medicine))),
        Rule::TakesClass(class) => Truth::of(case.taken.iter().any(|t| t.has_class(case.base, class))),
    }
}

/// Whether a treatment line or a danger fits: what has to be there must be known to be there, but a finding that forbids it must
/// only not be known. "Amoxicillin, not with a drug allergy" is shown to a patient of whom no allergy is told, and the checks of
/// the medicine itself still apply; "weak on one side, not passing" is a danger as long as nobody has said that it passed. A
/// pregnancy that is not excluded forbids as before.
pub fn fits(rule: &Rule, case: &Case<'_>) -> bool {
    match rule {
        Rule::All(rules) => rules.iter().all(|r| fits(r, case)),
        Rule::Any(rules) => rules.iter().any(|r| fits(r, case)),
        Rule::AtLeast(count, rules) => rules.iter().filter(|r| fits(r, case)).count() >= *count,
        Rule::Not(inner) if only_findings(inner) => judge(inner, case) != Truth::True,
        other => judge(other, case) == Truth::True,
    }
}

fn only_findings(rule: &Rule) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) | Rule::AtLeast(_, rules) => rules.iter().all(only_findings),
        Rule::Finding(_) | Rule::Severe(_) => true,
        _ => false,
    }
}

/// Pregnant, or a woman of 12 to 50 years in whom it is not excluded.
fn may_be_pregnant(patient: &PatientFacts) -> bool {
    match patient.pregnancy {
        Pregnancy::Yes { .. } => true,
        Pregnancy::No => false,
        Pregnancy::Unknown => {
            patient.sex != Some(Sex::Male) && patient.age.is_none_or(|a| (12.0..=50.0).contains(&a.years()))
        }
    }
}

fn presence(case: &Case<'_>, finding: &FindingId) -> Truth {
    match case.presence(finding) {
        Presence::Present => Truth::True,
        Presence::Absent => Truth::False,
        Presence::Unknown => Truth::Unknown,
    }
}

fn quantity_of(quantity: &Quantity, case: &Case<'_>) -> Option<f64> {
    match quantity {
        Quantity::AgeDays => case.patient.age.map(|a| f64::from(a.days())),
        Quantity::AgeMonths => case.patient.age.map(Age::months),
        Quantity::AgeYears => case.patient.age.map(Age::years),
        Quantity::PregnancyWeeks => match case.patient.pregnancy {
            Pregnancy::Yes { weeks } => weeks.map(f64::from),
            _ => None,
        },
        Quantity::Vital(vital) => case.value(*vital),
        Quantity::Days(finding) => {
            case.observed(finding).filter(|o| o.presence == Presence::Present).and_then(|o| o.days)
        }
    }
}

/// What must be asked first before the rule can be judged: `age`, `weight` or `pregnancy`.
pub(crate) fn asks_for(rule: &Rule, case: &Case<'_>) -> Option<&'static str> {
    if judge(rule, case) != Truth::Unknown {
        return None;
    }
    match rule {
        Rule::All(rules) | Rule::Any(rules) | Rule::AtLeast(_, rules) => rules.iter().find_map(|r| asks_for(r, case)),
        Rule::Not(rule) => asks_for(rule, case),
        Rule::Compare(Quantity::AgeDays | Quantity::AgeMonths | Quantity::AgeYears, ..) => Some("age"),
        Rule::Compare(Quantity::Vital(Vital::Weight), ..) => Some("weight"),
        Rule::Compare(Quantity::PregnancyWeeks, ..) | Rule::Pregnant => Some("pregnancy"),
        _ => None,
    }
}

/// Findings and values that a rule that fits rests on, for its explanation.
pub(crate) fn reasons(rule: &Rule, case: &Case<'_>, findings: &mut Vec<FindingId>, values: &mut Vec<String>) {
    if !fits(rule, case) {
        return;
    }
    match rule {
        Rule::All(rules) | Rule::Any(rules) | Rule::AtLeast(_, rules) => {
            rules.iter().for_each(|r| reasons(r, case, findings, values));
        }
        Rule::Finding(f) | Rule::Severe(f) | Rule::Compare(Quantity::Days(f), ..) => {
            // name the most particular findings the patient has, not the general one the rule asks for
            let mut stated: Vec<FindingId> = case
                .stated()
                .filter(|o| o.presence == Presence::Present)
                .filter(|o| case.base.with_ancestors(&o.finding).any(|a| a.id == *f))
                .map(|o| o.finding.clone())
                .collect();
            findings.append(&mut stated);
        }
        Rule::Compare(Quantity::Vital(vital), ..) => {
            let told = |value| format!("{} {value} {}", vital.key(), vital.unit());
            values.extend(case.value(*vital).map(told));
        }
        _ => {}
    }
}
