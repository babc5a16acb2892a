//! What follows from what medicines do: who slows or speeds whose path, what adds up over a list, which rules two of them meet.

use hakim_clinical::*;
use std::collections::{BTreeMap, BTreeSet};

/// A medicine with all it does, gathered once for a whole list.
pub(crate) struct Profile<'k> {
    entity: &'k Entity,
    /// what a remedy is made of: it does what they do
    ingredients: Vec<&'k TraditionalId>,
    classes: BTreeSet<&'k MedicineClass>,
    facts: Vec<&'k ActFact>,
}

impl<'k> Profile<'k> {
    pub(crate) fn new(base: &'k KnowledgeBase, entity: &'k Entity) -> Self {
        let classes: BTreeSet<&MedicineClass> = match entity {
            Entity::Medicine(m) => base.medicines.get(m).map(|m| m.classes.iter().collect()).unwrap_or_default(),
            Entity::Class(c) => BTreeSet::from([c]),
            Entity::Remedy(_) => BTreeSet::new(),
        };
        let ingredients: Vec<&TraditionalId> = match entity {
            Entity::Remedy(r) => base.remedies.get(r).map(|r| r.ingredients.iter().collect()).unwrap_or_default(),
            _ => vec![],
        };
        let of_parts =
            ingredients.iter().filter_map(|i| base.mechanisms.facts.get(&Entity::Remedy((*i).clone()))).flatten();
        let own = base.mechanisms.facts.get(entity).into_iter().flatten().chain(of_parts);
        // A class that was typed as such has said its own already.
        let of_class = classes.iter().filter(|_| !matches!(entity, Entity::Class(_)));
        let of_class = of_class.filter_map(|c| base.mechanisms.facts.get(&Entity::Class((*c).clone()))).flatten();
        Self { entity, facts: own.chain(of_class).collect(), ingredients, classes }
    }

    /// The strongest degree that any fact gives, with its origin.
    fn strongest(&self, of: impl Fn(&Acts) -> &BTreeMap<Path, Degree>, path: &str) -> Option<(Degree, &'k Evidence)> {
        let all = self.facts.iter().filter_map(|f| Some((*of(&f.acts).get(path)?, &f.evidence)));
        all.max_by_key(|(degree, _)| *degree)
    }

    fn reaches(&self, of: impl Fn(&Acts) -> &BTreeMap<Path, Degree>, path: &str, least: Degree) -> bool {
        self.strongest(of, path).is_some_and(|(degree, _)| degree >= least)
    }

    fn weight(&self, burden: &BurdenId) -> Option<(u8, &'k Evidence)> {
        let weighed = self.facts.iter().filter_map(|f| Some((*f.acts.burden.get(burden)?, &f.evidence)));
        weighed.max_by_key(|(weight, _)| *weight)
    }

    fn is(&self, side: &PairSide) -> bool {
        match side {
            PairSide::Medicine(id) => matches!(self.entity, Entity::Medicine(own) if own == id),
            PairSide::Class(class) => self.classes.contains(class),
            PairSide::Remedy(id) => {
                matches!(self.entity, Entity::Remedy(own) if own == id) || self.ingredients.contains(&id)
            }
            PairSide::Substrate(path, least) => self.reaches(|a| &a.substrate, path, *least),
            PairSide::Inhibits(path, least) => self.reaches(|a| &a.inhibits, path, *least),
            PairSide::Induces(path, least) => self.reaches(|a| &a.induces, path, *least),
            PairSide::Bears(burden, least) => self.weight(burden).is_some_and(|(weight, _)| weight >= *least),
        }
    }
}

/// The gravest rule that each two of a list meet, by their places, lower first; of rules as grave the first.
pub(crate) fn rules_met<'k>(base: &'k KnowledgeBase, list: &[Profile<'k>]) -> BTreeMap<(usize, usize), &'k PairRule> {
    let mut met: BTreeMap<(usize, usize), &PairRule> = BTreeMap::new();
    for rule in &base.mechanisms.pairs {
        let excepted = |p: &Profile<'_>| matches!(p.entity, Entity::Medicine(m) if rule.except.contains(m));
        let on = |side: &[PairSide]| -> Vec<usize> {
            let fits = |p: &Profile<'_>| !excepted(p) && side.iter().any(|s| p.is(s));
            list.iter().enumerate().filter(|(_, p)| fits(p)).map(|(at, _)| at).collect()
        };
        let a = on(&rule.a);
        if a.is_empty() {
            continue;
        }
        let b = on(&rule.b);
        for &x in &a {
            for &y in b.iter().filter(|y| **y != x) {
                let pair = (x.min(y), x.max(y));
                if met.get(&pair).is_none_or(|other| other.level < rule.level) {
                    met.insert(pair, rule);
                }
            }
        }
    }
    met
}

/// What one burden comes to over a list.
#[derive(Debug, Clone, PartialEq)]
pub struct BurdenSum {
    /// which
    pub burden: BurdenId,
    /// medicines that bear it, heaviest first, with their weights and origin
    pub parts: Vec<(Entity, u8, Evidence)>,
    /// the sum of the weights
    pub total: u32,
    /// the band it falls in, by its place
    pub band: Option<usize>,
    /// how strongly it is spoken of; raised by one where a finding of the patient makes it worse
    pub level: Option<WarningLevel>,
    /// findings that make it worse
    pub worse: Vec<FindingId>,
}

/// Burdens that at least one medicine of a list bears. `has` says whether the patient has a finding.
pub(crate) fn burden_sums(
    base: &KnowledgeBase,
    list: &[Profile<'_>],
    has: &dyn Fn(&FindingId) -> bool,
    same: &dyn Fn(&Entity) -> Entity,
) -> Vec<BurdenSum> {
    let sum = |burden: &Burden| {
        let mut parts: Vec<(Entity, u8, Evidence)> = vec![];
        for profile in list {
            if let Some((weight, evidence)) = profile.weight(&burden.id)
                && !parts.iter().any(|(entity, ..)| entity == profile.entity)
            {
                parts.push((profile.entity.clone(), weight, evidence.clone()));
            }
        }
        parts.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        // A herb that two traditions know is one herb; the heavier weight counts.
        let mut seen: BTreeSet<Entity> = BTreeSet::new();
        parts.retain(|(entity, ..)| seen.insert(same(entity)));
        let worse: Vec<FindingId> = burden.more_if.iter().filter(|f| has(f)).cloned().collect();
        let total: u32 = parts.iter().map(|(_, weight, _)| u32::from(*weight)).sum();
        let of_weight = |least: u8| parts.iter().filter(|(_, w, _)| *w >= least).count();
        let fits = |band: &BurdenBand| match (band.count, band.total, band.alone) {
            (Some((count, least)), ..) => of_weight(least) >= usize::from(count),
            (_, Some(least), _) => parts.len() > 1 && total >= least,
            (.., Some(least)) => !worse.is_empty() && of_weight(least) > 0,
            (None, None, None) => false,
        };
        let band = burden.bands.iter().position(fits);
        let level = band.and_then(|at| burden.bands.get(at)).map(|band| match band.level {
            WarningLevel::Note if !worse.is_empty() => WarningLevel::Caution,
            level => level,
        });
        (!parts.is_empty()).then(|| BurdenSum { burden: burden.id.clone(), parts, total, band, level, worse })
    };
    base.mechanisms.burdens.iter().filter_map(sum).collect()
}

/// How one medicine changes the level of another.
#[derive(Debug, Clone, PartialEq)]
pub struct PathEdge {
    /// the one that acts
    pub from: Entity,
    /// the one that is cleared
    pub to: Entity,
    /// the path
    pub path: Path,
    /// it speeds the path up, so that the other falls; else it slows it, and the other rises
    pub induces: bool,
    /// how strongly it acts
    pub acts: Degree,
    /// how much the other depends on the path
    pub depends: Degree,
    /// origin of both
    pub evidence: (Evidence, Evidence),
}

/// All such edges of a list, strongest first. Weak on weak is left out: it changes nothing.
pub fn path_edges(base: &KnowledgeBase, entities: &[Entity]) -> Vec<PathEdge> {
    let list: Vec<Profile<'_>> = entities.iter().map(|e| Profile::new(base, e)).collect();
    let mut edges: Vec<PathEdge> = vec![];
    for from in &list {
        for to in list.iter().filter(|to| to.entity != from.entity) {
            for (path, _) in PATHS {
                for induces in [false, true] {
                    let acting = from.strongest(|a| if induces { &a.induces } else { &a.inhibits }, path);
                    let cleared = to.strongest(|a| &a.substrate, path);
                    if let (Some((acts, by)), Some((depends, on))) = (acting, cleared)
                        && acts.max(depends) > Degree::Weak
                    {
                        edges.push(PathEdge {
                            from: from.entity.clone(),
                            to: to.entity.clone(),
                            path: (*path).to_owned(),
                            induces,
                            acts,
                            depends,
                            evidence: (by.clone(), on.clone()),
                        });
                    }
                }
            }
        }
    }
    edges.sort_by_key(|e| std::cmp::Reverse((e.acts.min(e.depends), e.acts.max(e.depends))));
    edges
}
