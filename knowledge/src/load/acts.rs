//! What medicines do in the body (`acts/*.toml`), rules for pairs (`pairs/*.toml`), and medicines known by name (`named/*.toml`).

use super::medicines::brands;
use super::shared::WARNINGS;
use crate::fields::{Fields, Page};
use hakim_clinical::*;
use std::collections::BTreeMap;
use toml::{Table, Value};

const MUCH: &[(&str, Degree)] = &[("weak", Degree::Weak), ("moderate", Degree::Moderate), ("strong", Degree::Strong)];
const CLEARED: &[(&str, Degree)] =
    &[("minor", Degree::Weak), ("moderate", Degree::Moderate), ("sensitive", Degree::Strong)];

pub(super) fn acts(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "acts", table);
    let (facts, burdens) = (fields.tables("act"), fields.tables("burden"));
    fields.finish();
    for table in facts {
        if let Some(fact) = fact(page, table) {
            base.mechanisms.facts.entry(fact.of.clone()).or_default().push(fact);
        }
    }
    for table in burdens {
        let burden = burden(page, table);
        if base.mechanisms.burdens.iter().any(|b| b.id == burden.id) {
            page.problem(burden.id.as_str(), "this burden is defined twice");
        }
        base.mechanisms.burdens.push(burden);
    }
}

fn fact(page: &mut Page<'_>, table: Table) -> Option<ActFact> {
    let named = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let (medicine, class, remedy) = (named("of"), named("of_class"), named("of_remedy"));
    let id = medicine.clone().or(class.clone()).or(remedy.clone()).unwrap_or_else(|| "act".into());
    let mut fields = Fields::new(page, id, table);
    for key in ["of", "of_class", "of_remedy"] {
        fields.string(key);
    }
    let of = match (medicine, class, remedy) {
        (Some(id), None, None) => Some(Entity::Medicine(id.into())),
        (None, Some(id), None) => Some(Entity::Class(id.into())),
        (None, None, Some(id)) => Some(Entity::Remedy(id.into())),
        _ => {
            fields.problem("an act needs exactly one of `of`, `of_class` and `of_remedy`");
            None
        }
    };
    let acts = Acts {
        substrate: paths(&mut fields, "substrate", CLEARED),
        inhibits: paths(&mut fields, "inhibits", MUCH),
        induces: paths(&mut fields, "induces", MUCH),
        burden: weights(&mut fields),
    };
    if acts == Acts::default() {
        fields.problem("an act needs `substrate`, `inhibits`, `induces` or `burden`");
    }
    let evidence = fields.evidence();
    fields.finish();
    Some(ActFact { of: of?, acts, evidence })
}

fn paths(fields: &mut Fields<'_, '_>, key: &str, words: &[(&str, Degree)]) -> BTreeMap<Path, Degree> {
    let mut found = BTreeMap::new();
    for (path, value) in fields.table(key).unwrap_or_default() {
        let known = PATHS.iter().any(|(known, _)| *known == path);
        let degree = words.iter().find(|(word, _)| value.as_str() == Some(word)).map(|(_, degree)| *degree);
        match degree.filter(|_| known) {
            Some(degree) => {
                found.insert(path, degree);
            }
            None => fields.problem(format!("`{key} = {{ {path} = {value} }}` is no path or no degree: see FORMAT.md")),
        }
    }
    found
}

fn weights(fields: &mut Fields<'_, '_>) -> BTreeMap<BurdenId, u8> {
    let mut found = BTreeMap::new();
    for (burden, value) in fields.table("burden").unwrap_or_default() {
        match value.as_integer().filter(|weight| (1..=3).contains(weight)) {
            Some(weight) => {
                found.insert(burden.into(), weight as u8);
            }
            None => fields.problem(format!("the weight of `{burden}` is 1, 2 or 3")),
        }
    }
    found
}

fn burden(page: &mut Page<'_>, table: Table) -> Burden {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("burden").to_owned();
    let mut fields = Fields::new(page, id, table);
    let id = BurdenId::new(fields.need_string("id"));
    let names = fields.names(&[Lang::En, Lang::Ur]);
    let about = fields.need_text("about");
    let more_if = fields.strings("more_if").into_iter().map(FindingId::from).collect();
    let tables = fields.tables("band");
    let evidence = fields.evidence();
    fields.finish();
    let mut bands = vec![];
    for table in tables {
        let mut inner = Fields::new(page, id.as_str(), table);
        let whole = |n: f64| n as u8;
        let count = inner.number("count").map(whole);
        let weight = inner.number("weight").map(whole);
        let total = inner.number("total").map(|n| n as u32);
        let alone = inner.number("alone").map(whole);
        let ways = usize::from(count.is_some()) + usize::from(total.is_some()) + usize::from(alone.is_some());
        if ways != 1 || count.is_some() != weight.is_some() {
            inner.problem("a band needs `count` with `weight`, or `total`, or `alone`");
        }
        let level = inner.word("level", WARNINGS);
        let (say, act) = (inner.need_text("say"), inner.need_text("act"));
        inner.finish();
        if let Some(level) = level {
            bands.push(BurdenBand { count: count.zip(weight), total, alone, level, say, act });
        }
    }
    Burden { id, names, about, more_if, bands, evidence }
}

pub(super) fn pairs(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "pairs", table);
    let tables = fields.tables("pair");
    fields.finish();
    for table in tables {
        let mut fields = Fields::new(page, "pair", table);
        let [a, b] = ["a", "b"].map(|side| fields.strings(side));
        let [a, b] = [a, b].map(|written| {
            let sides = written.iter().map(|one| (one, pair_side(one)));
            let mut read = vec![];
            for (one, side) in sides.collect::<Vec<_>>() {
                match side {
                    Some(side) => read.push(side),
                    None => fields.problem(format!("`{one}` is no side of a pair: see FORMAT.md")),
                }
            }
            read
        });
        if a.is_empty() || b.is_empty() {
            fields.problem("a pair needs `a` and `b`");
        }
        let except = fields.strings("except").into_iter().map(MedicineId::from).collect();
        let level = fields.word("level", WARNINGS);
        let (because, act) = (fields.need_text("because"), fields.need_text("act"));
        let evidence = fields.evidence();
        fields.finish();
        if let Some(level) = level {
            base.mechanisms.pairs.push(PairRule { a, b, except, level, because, act, evidence });
        }
    }
}

/// `fluoxetine`, `class:ssri`, `remedy:unani.x`, `inhibits.cyp3a4:strong`, `burden.qt:3`.
fn pair_side(written: &str) -> Option<PairSide> {
    if let Some(class) = written.strip_prefix("class:") {
        return Some(PairSide::Class(class.into()));
    }
    if let Some(remedy) = written.strip_prefix("remedy:") {
        return Some(PairSide::Remedy(remedy.into()));
    }
    let Some((what, much)) = written.split_once(':') else {
        return (!written.contains('.')).then(|| PairSide::Medicine(written.into()));
    };
    let (kind, of) = what.split_once('.')?;
    if kind == "burden" {
        let weight = much.parse().ok().filter(|weight| (1..=3).contains(weight))?;
        return Some(PairSide::Bears(of.into(), weight));
    }
    PATHS.iter().find(|(known, _)| *known == of)?;
    let degree = |words: &[(&str, Degree)]| words.iter().find(|(word, _)| *word == much).map(|(_, degree)| *degree);
    Some(match kind {
        "substrate" => PairSide::Substrate(of.into(), degree(CLEARED)?),
        "inhibits" => PairSide::Inhibits(of.into(), degree(MUCH)?),
        "induces" => PairSide::Induces(of.into(), degree(MUCH)?),
        _ => return None,
    })
}

/// Medicines that patients take and Hakim has no doses of: recognised and checked, never dosed.
pub(super) fn named(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "named", table);
    let tables = fields.tables("medicine");
    fields.finish();
    for table in tables {
        let id = table.get("id").and_then(Value::as_str).unwrap_or("medicine").to_owned();
        let mut fields = Fields::new(page, id.clone(), table);
        fields.need_string("id");
        let medicine = Medicine {
            id: id.as_str().into(),
            atc: fields.strings("atc"),
            names: fields.names(&[Lang::En, Lang::Ur, Lang::Ar, Lang::Hi]),
            brands: brands(&mut fields),
            classes: fields.strings("classes").into_iter().map(MedicineClass::from).collect(),
            forms: vec![],
            doses: vec![],
            cautions: vec![],
            interactions: vec![],
            pack: pack.to_owned(),
        };
        fields.finish();
        if base.medicines.insert(medicine.id.clone(), medicine).is_some() {
            page.problem(&id, "this medicine is defined twice");
        }
    }
}

/// More names of medicines that other files describe: `[ID] brands, misspelt, names by language`; `[combination]` names what
/// holds several.
pub(super) fn more_names(page: &mut Page<'_>, mut table: Table, base: &mut KnowledgeBase) {
    if let Some(Value::Table(combinations)) = table.remove("combination") {
        for (brand, of) in combinations {
            let ids: Vec<MedicineId> =
                of.as_array().into_iter().flatten().filter_map(Value::as_str).map(MedicineId::from).collect();
            if ids.len() < 2 {
                page.problem(&brand, "a combination names at least two medicines");
            }
            base.more_names.combinations.insert(brand, ids);
        }
    }
    for (id, value) in table {
        let Value::Table(entry) = value else {
            page.problem(&id, "is no table");
            continue;
        };
        let mut fields = Fields::new(page, id.clone(), entry);
        let mut names: Vec<String> = brands(&mut fields).into_values().flatten().collect();
        for key in ["misspelt", "en", "ur", "ar", "hi", "fr"] {
            names.extend(fields.strings(key));
        }
        fields.finish();
        base.more_names.by_medicine.entry(id.into()).or_default().extend(names);
    }
}
