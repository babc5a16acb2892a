//! Medicine safety: allergy, interactions, pregnancy, illness, age, duplicates, unknown names.
//!
//! Where a warning has no text of its own (`because` and `act` empty) the caller words it from its kind.

use crate::Case;
use crate::judge::{Truth, judge};
use crate::mechanism::{BurdenSum, Profile, burden_sums, rules_met};
use hakim_clinical::*;
use std::collections::{BTreeMap, BTreeSet};

/// A name on the patient's list, recognised or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// as typed
    pub typed: String,
    /// what it stands for; empty: nobody here knows it
    pub entities: Vec<Entity>,
    /// how sure that is
    pub read: NameRead,
}

impl Taken {
    /// Whether this is the medicine.
    pub fn is_medicine(&self, medicine: &MedicineId) -> bool {
        self.entities.iter().any(|e| matches!(e, Entity::Medicine(m) if m == medicine))
    }
    /// Whether this is, or belongs to, the class.
    pub fn has_class(&self, base: &KnowledgeBase, class: &MedicineClass) -> bool {
        self.entities.iter().any(|e| match e {
            Entity::Class(c) => c == class,
            Entity::Medicine(m) => base.medicines.get(m).is_some_and(|m| m.classes.contains(class)),
            Entity::Remedy(_) => false,
        })
    }
}

/// Everything to be warned of when `proposed` is added to what the patient takes; gravest first.
pub fn check_medicines(case: &Case<'_>, proposed: &[Entity], allergies: &[Taken]) -> Vec<Warning> {
    let mut warnings = vec![];
    for entity in proposed {
        warnings.extend(allergies.iter().flat_map(|a| allergy(case, entity, a)));
        warnings.extend(cautions(case, entity));
        warnings.extend(case.taken.iter().filter_map(|t| duplicate(case, entity, t)));
    }
    let taken = case.taken.iter().flat_map(|t| &t.entities);
    let list: Vec<&Entity> = proposed.iter().chain(taken).collect();
    warnings.extend(together(case, &list, proposed.len()));
    sort_unique(warnings)
}

/// Warnings among what the patient already takes, unknown names included.
pub fn check_taken(case: &Case<'_>, allergies: &[Taken]) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = case.taken.iter().filter_map(not_sure).collect();
    warnings.extend(allergies.iter().filter_map(allergy_not_sure));
    for (i, taken) in case.taken.iter().enumerate() {
        let later = case.taken.iter().skip(i + 1);
        let of = |entity| later.clone().filter_map(move |other| duplicate(case, entity, other));
        warnings.extend(taken.entities.iter().flat_map(of));
    }
    let entities: Vec<&Entity> = case.taken.iter().flat_map(|t| &t.entities).collect();
    for a in &entities {
        warnings.extend(allergies.iter().flat_map(|al| allergy(case, a, al)));
        warnings.extend(cautions(case, a));
        warnings.extend(of_the_kidneys(case, a));
    }
    warnings.extend(together(case, &entities, entities.len()));
    sort_unique(told_once(case, warnings))
}

/// Entities that one typed name stands for and that are one thing: a herb that two traditions and the pharmacy know. A brand that
/// holds two medicines is not one thing.
fn one_thing(case: &Case<'_>) -> BTreeMap<Entity, Entity> {
    let is_medicine = |e: &&Entity| matches!(e, Entity::Medicine(_));
    let one = case.taken.iter().filter(|t| t.entities.iter().filter(is_medicine).count() < 2);
    let pairs = one.filter_map(|t| Some((t, t.entities.first()?)));
    pairs.flat_map(|(t, first)| t.entities.iter().map(move |e| (e.clone(), first.clone()))).collect()
}

/// Nothing acts on itself, and what is one thing is warned of once, as gravely as any of its entries says.
fn told_once(case: &Case<'_>, mut warnings: Vec<Warning>) -> Vec<Warning> {
    let same: BTreeMap<String, String> =
        one_thing(case).into_iter().map(|(entity, first)| (id_of(&entity), id_of(&first))).collect();
    let pair = |w: &Warning| matches!(w.kind, WarningKind::Interaction | WarningKind::HerbDrug);
    warnings.sort_by_key(|w| std::cmp::Reverse(w.level));
    let mut told: BTreeSet<Vec<String>> = BTreeSet::new();
    warnings.retain(|w| {
        let mut about: Vec<String> = w.about.iter().map(|id| same.get(id).unwrap_or(id).clone()).collect();
        about.sort();
        let itself = matches!(about.as_slice(), [a, b] if a == b);
        !pair(w) || !itself && told.insert(about)
    });
    warnings
}

/// What this clearance changes about a medicine that is taken, whatever its dose.
fn of_the_kidneys(case: &Case<'_>, entity: &Entity) -> Option<Warning> {
    let Entity::Medicine(id) = entity else { return None };
    // The rules for a route or an illness stand first, the general one last.
    let rule = case.base.kidney.get(id)?.last()?;
    let step = rule.step(case.creatinine_clearance().ok()?.ml_min)?;
    Some(Warning {
        kind: WarningKind::Disease,
        level: if step.avoid { WarningLevel::Stop } else { WarningLevel::Caution },
        about: vec![id.to_string()],
        because: step.text.clone(),
        act: Text::default(),
        evidence: Some(rule.evidence.clone()),
    })
}

/// What adds up over the medicines and remedies given.
pub fn burdens(case: &Case<'_>, entities: &[Entity]) -> Vec<BurdenSum> {
    let list: Vec<Profile<'_>> = entities.iter().map(|e| Profile::new(case.base, e)).collect();
    burdens_of(case, &list)
}

fn burdens_of(case: &Case<'_>, list: &[Profile<'_>]) -> Vec<BurdenSum> {
    let same = one_thing(case);
    let same = |e: &Entity| same.get(e).unwrap_or(e).clone();
    burden_sums(case.base, list, &|f| case.presence(f) == Presence::Present, &same)
}

/// Warnings of a list as a whole: pairs with one of the first `of`, and burdens to which one of these adds.
fn together(case: &Case<'_>, entities: &[&Entity], of: usize) -> Vec<Warning> {
    let list: Vec<Profile<'_>> = entities.iter().map(|e| Profile::new(case.base, e)).collect();
    let rules = rules_met(case.base, &list);
    let mut warnings = vec![];
    for (i, a) in entities.iter().enumerate().take(of) {
        let others = entities.iter().enumerate().skip(i + 1).filter(|(_, b)| *b != a);
        warnings.extend(others.filter_map(|(j, b)| interaction(case.base, a, b, rules.get(&(i, j)).copied())));
    }
    for sum in burdens_of(case, &list) {
        let adds = sum.parts.iter().any(|(entity, ..)| entities.iter().take(of).any(|own| *own == entity));
        let Some(warning) = burden_warning(case.base, &sum).filter(|_| adds) else { continue };
        let mut pair = warning.about.clone();
        pair.sort();
        // Two medicines whose interaction has been told of already need not hear it twice.
        let told = warnings.iter().any(|w: &Warning| w.level >= warning.level && w.about == pair);
        if !told {
            warnings.push(warning);
        }
    }
    warnings
}

/// What two medicines or remedies have against each other.
pub(crate) fn pair_warning(case: &Case<'_>, a: &Entity, b: &Entity) -> Option<Warning> {
    let list = [Profile::new(case.base, a), Profile::new(case.base, b)];
    let rules = rules_met(case.base, &list);
    interaction(case.base, a, b, rules.get(&(0, 1)).copied())
}

fn burden_warning(base: &KnowledgeBase, sum: &BurdenSum) -> Option<Warning> {
    let burden = base.mechanisms.burdens.iter().find(|b| b.id == sum.burden)?;
    let band = burden.bands.get(sum.band?)?;
    Some(Warning {
        kind: WarningKind::Burden,
        level: sum.level?,
        about: sum.parts.iter().map(|(entity, ..)| id_of(entity)).collect(),
        because: band.say.clone(),
        act: band.act.clone(),
        evidence: Some(burden.evidence.clone()),
    })
}

fn sort_unique(mut warnings: Vec<Warning>) -> Vec<Warning> {
    warnings.sort_by(|a, b| {
        (b.level, a.kind, &a.about, a.because.get(Lang::En)).cmp(&(a.level, b.kind, &b.about, b.because.get(Lang::En)))
    });
    warnings.dedup();
    warnings
}

/// What must be told about a name that was not read for certain.
fn not_sure(taken: &Taken) -> Option<Warning> {
    let (kind, level) = match (taken.entities.is_empty(), taken.read) {
        (true, _) => (WarningKind::Unknown, WarningLevel::Note),
        (_, NameRead::Known) => return None,
        (_, NameRead::InPart) => (WarningKind::NameInPart, WarningLevel::Note),
        (_, NameRead::Either) => (WarningKind::NameEither, WarningLevel::Caution),
        (_, NameRead::Guessed) => (WarningKind::NameGuessed, WarningLevel::Caution),
    };
    Some(about_name(taken, kind, level))
}

/// An allergy that nothing is checked against, or perhaps the wrong thing, must not pass for one that was looked at.
fn allergy_not_sure(allergy: &Taken) -> Option<Warning> {
    match (allergy.entities.is_empty(), allergy.read) {
        (true, _) => Some(about_name(allergy, WarningKind::UnknownAllergy, WarningLevel::Caution)),
        (_, NameRead::Guessed) => Some(about_name(allergy, WarningKind::NameGuessed, WarningLevel::Caution)),
        _ => None,
    }
}

fn about_name(taken: &Taken, kind: WarningKind, level: WarningLevel) -> Warning {
    let read = taken.entities.iter().map(id_of);
    Warning {
        kind,
        level,
        about: std::iter::once(taken.typed.clone()).chain(read).collect(),
        because: Text::default(),
        act: Text::default(),
        evidence: None,
    }
}

fn id_of(entity: &Entity) -> String {
    match entity {
        Entity::Medicine(m) => m.to_string(),
        Entity::Class(c) => c.to_string(),
        Entity::Remedy(r) => r.to_string(),
    }
}

fn classes<'k>(base: &'k KnowledgeBase, entity: &'k Entity) -> Vec<&'k MedicineClass> {
    match entity {
        Entity::Medicine(m) => base.medicines.get(m).map(|m| m.classes.iter().collect()).unwrap_or_default(),
        Entity::Class(c) => vec![c],
        Entity::Remedy(_) => vec![],
    }
}

fn allergy(case: &Case<'_>, entity: &Entity, allergy: &Taken) -> Vec<Warning> {
    let warn = |level, because: Text, evidence: Option<Evidence>| Warning {
        kind: WarningKind::Allergy,
        level,
        about: vec![id_of(entity), allergy.typed.clone()],
        because,
        act: Text::default(),
        evidence,
    };
    let mine = classes(case.base, entity);
    for to in &allergy.entities {
        if to == entity || matches!(to, Entity::Class(c) if mine.contains(&c)) {
            return vec![warn(WarningLevel::Stop, Text::default(), None)];
        }
        for class in classes(case.base, to) {
            let Some(info) = case.base.classes.get(class) else { continue };
            if info.shared_allergy && mine.contains(&class) {
                return vec![warn(WarningLevel::Stop, Text::default(), info.evidence.clone())];
            }
            if let Some(cross) = info.cross.iter().find(|c| mine.contains(&&c.class)) {
                return vec![warn(cross.level, cross.text.clone(), Some(cross.evidence.clone()))];
            }
        }
    }
    vec![]
}

fn cautions(case: &Case<'_>, entity: &Entity) -> Vec<Warning> {
    let list: Vec<&Caution> = match entity {
        Entity::Medicine(m) => case.base.medicines.get(m).into_iter().flat_map(|m| &m.cautions).collect(),
        Entity::Remedy(r) => with_ingredients(case.base, r).flat_map(|r| &r.cautions).collect(),
        Entity::Class(_) => vec![],
    };
    let mut warnings: Vec<Warning> = vec![];
    // What a class says counts where the medicine itself says nothing as grave of that kind.
    let of_classes = match entity {
        Entity::Medicine(_) => classes(case.base, entity),
        _ => vec![],
    };
    let of_classes = of_classes.into_iter().filter_map(|c| case.base.classes.get(c)).flat_map(|info| &info.cautions);
    let own = list.len();
    for (at, caution) in list.into_iter().chain(of_classes).enumerate() {
        let kind = kind_of(&caution.when);
        let level = match judge(&caution.when, case) {
            Truth::True => caution.level,
            // Pregnancy that nobody asked about is not "not pregnant".
            Truth::Unknown if kind == WarningKind::Pregnancy && caution.level == WarningLevel::Stop => {
                WarningLevel::Caution
            }
            Truth::Unknown if kind == WarningKind::Pregnancy && caution.level == WarningLevel::Caution => {
                WarningLevel::Note
            }
            _ => continue,
        };
        let said = |w: &Warning| {
            w.kind == kind && w.level >= level && (kind != WarningKind::Disease || w.because == caution.text)
        };
        if at >= own && warnings.iter().any(said) {
            continue;
        }
        warnings.push(Warning {
            kind,
            level,
            about: vec![id_of(entity)],
            because: caution.text.clone(),
            act: Text::default(),
            evidence: Some(caution.evidence.clone()),
        });
    }
    warnings
}

/// What a caution is about, from what its rule looks at.
fn kind_of(rule: &Rule) -> WarningKind {
    match rule {
        Rule::Pregnant | Rule::MaybePregnant | Rule::Compare(Quantity::PregnancyWeeks, ..) => WarningKind::Pregnancy,
        Rule::Lactating => WarningKind::Lactation,
        Rule::Compare(Quantity::AgeDays | Quantity::AgeMonths | Quantity::AgeYears, ..) => WarningKind::Age,
        Rule::All(rules) | Rule::Any(rules) | Rule::AtLeast(_, rules) => {
            rules.iter().map(kind_of).find(|k| *k != WarningKind::Disease).unwrap_or(WarningKind::Disease)
        }
        _ => WarningKind::Disease,
    }
}

fn duplicate(case: &Case<'_>, entity: &Entity, taken: &Taken) -> Option<Warning> {
    /// Two of one class add harm and not effect.
    const NOT_TWICE: [&str; 26] = [
        "angiotensin-receptor-blocker",
        "antithyroid",
        "benzodiazepine",
        "bisphosphonate",
        "dpp4-inhibitor",
        "h2-blocker",
        "iron",
        "loop-diuretic",
        "nitroimidazole",
        "phosphodiesterase-5-inhibitor",
        "sglt2-inhibitor",
        "snri",
        "tetracycline",
        "thiazide",
        "nsaid",
        "ace-inhibitor",
        "beta-blocker",
        "statin",
        "ssri",
        "sulfonylurea",
        "calcium-channel-blocker",
        "anticoagulant",
        "macrolide",
        "fluoroquinolone",
        "triptan",
        "proton-pump-inhibitor",
    ];
    let Entity::Medicine(medicine) = entity else { return None };
    let same = taken.is_medicine(medicine);
    let class = classes(case.base, entity)
        .into_iter()
        .find(|c| NOT_TWICE.contains(&c.as_str()) && taken.has_class(case.base, c));
    (same || class.is_some()).then(|| Warning {
        kind: WarningKind::Duplicate,
        level: WarningLevel::Caution,
        about: vec![id_of(entity), taken.typed.clone()],
        because: Text::default(),
        act: Text::default(),
        evidence: None,
    })
}

/// A remedy with what it is made of: a formulation is as dangerous as its ingredients.
fn with_ingredients<'k>(base: &'k KnowledgeBase, remedy: &'k TraditionalId) -> impl Iterator<Item = &'k Remedy> {
    let whole = base.remedies.get(remedy);
    let parts = whole.into_iter().flat_map(|r| &r.ingredients).filter_map(|i| base.remedies.get(i));
    whole.into_iter().chain(parts)
}

/// Interactions written for an entity, and for what it is made of.
fn acting<'k>(base: &'k KnowledgeBase, entity: &'k Entity) -> Box<dyn Iterator<Item = &'k Interaction> + 'k> {
    match entity {
        Entity::Medicine(m) => Box::new(base.medicines.get(m).into_iter().flat_map(|m| &m.interactions)),
        Entity::Remedy(r) => Box::new(with_ingredients(base, r).flat_map(|r| &r.interactions)),
        Entity::Class(_) => Box::new(std::iter::empty()),
    }
}

/// The interaction of two: what is authored for these very two; else the gravest of what is authored for their classes and of the
/// rule they meet; else the outside table, which also goes before a rule by mechanism alone where it forbids.
fn interaction(base: &KnowledgeBase, a: &Entity, b: &Entity, rule: Option<&PairRule>) -> Option<Warning> {
    let meets = |i: &Interaction, other: &Entity| match (&i.with, other) {
        (InteractsWith::Medicine(m), Entity::Medicine(o)) => m == o,
        (InteractsWith::Class(c), _) => classes(base, other).contains(&c),
        (InteractsWith::Traditional(r), Entity::Remedy(o)) => {
            r == o || base.remedies.get(o).is_some_and(|f| f.ingredients.contains(r))
        }
        _ => false,
    };
    let authored = || acting(base, a).filter(|i| meets(i, b)).chain(acting(base, b).filter(|i| meets(i, a)));
    let of_these = authored().filter(|i| !matches!(i.with, InteractsWith::Class(_))).max_by_key(|i| i.level);
    let of_class = authored().max_by_key(|i| i.level);
    let herb = matches!(a, Entity::Remedy(_)) || matches!(b, Entity::Remedy(_));
    let kind = if herb { WarningKind::HerbDrug } else { WarningKind::Interaction };
    let mut about = vec![id_of(a), id_of(b)];
    about.sort();
    let rule = rule.filter(|rule| of_class.is_none_or(|i| i.level < rule.level));
    if let Some(i) = of_these.or(of_class.filter(|_| rule.is_none())) {
        let (because, act) = (i.because.clone(), i.act.clone());
        return Some(Warning { kind, level: i.level, about, because, act, evidence: Some(i.evidence.clone()) });
    }
    let pair = match (a, b) {
        (Entity::Medicine(x), Entity::Medicine(y)) => base.pairs.get(&(x.min(y).clone(), x.max(y).clone())),
        _ => None,
    };
    if let Some(rule) = rule
        && !pair.is_some_and(|pair| pair.level > rule.level && by_mechanism(rule))
    {
        let (because, act) = (rule.because.clone(), rule.act.clone());
        return Some(Warning { kind, level: rule.level, about, because, act, evidence: Some(rule.evidence.clone()) });
    }
    let pair = pair?;
    Some(Warning {
        kind,
        level: pair.level,
        about,
        because: Text::english(format!("table:{}", pair.table_level)),
        act: Text::default(),
        evidence: Some(pair.evidence.clone()),
    })
}

/// The rule names no medicine or class on one of its sides, only what they do.
fn by_mechanism(rule: &PairRule) -> bool {
    let named = |side: &PairSide| matches!(side, PairSide::Medicine(_) | PairSide::Class(_) | PairSide::Remedy(_));
    !(rule.a.iter().any(named) && rule.b.iter().any(named))
}
