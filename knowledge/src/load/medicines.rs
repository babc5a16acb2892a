//! Medicines and their dose rules.

use super::shared::{cautions, interactions};
use crate::fields::{Fields, Page};
use hakim_clinical::*;
use std::collections::BTreeMap;
use toml::{Table, Value};

const ROUTES: &[&str] = &[
    "oral",
    "im",
    "iv",
    "sc",
    "id",
    "wound",
    "mouth",
    "inhaled",
    "topical",
    "rectal",
    "nasal",
    "eye",
    "ear",
    "vaginal",
    "sublingual",
];

const FORMS: &[&str] = &[
    "tablet",
    "dispersible-tablet",
    "capsule",
    "syrup",
    "injection",
    "sachet",
    "inhaler",
    "nebuliser-solution",
    "cream",
    "ointment",
    "lotion",
    "drops",
    "spray",
    "suppository",
    "rectal-solution",
    "gas",
];

pub(super) fn medicine(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("medicine").to_owned();
    let mut fields = Fields::new(page, id.clone(), table);
    fields.need_string("id");
    let atc = fields.strings("atc");
    let names = fields.names(&[Lang::En, Lang::Ur, Lang::Ar, Lang::Hi]);
    let brands = brands(&mut fields);
    let classes = fields.strings("classes").into_iter().map(MedicineClass::from).collect();
    let form_tables = fields.tables("forms");
    let dose_tables = fields.tables("dose");
    let cautions = cautions(&mut fields);
    let interactions = interactions(&mut fields);
    fields.finish();
    let medicine = Medicine {
        id: id.as_str().into(),
        atc,
        names,
        brands,
        classes,
        forms: form_tables.into_iter().filter_map(|t| form(page, &id, t)).collect(),
        doses: dose_tables.into_iter().filter_map(|t| dose(page, &id, t)).collect(),
        cautions,
        interactions,
        pack: pack.to_owned(),
    };
    if base.medicines.insert(medicine.id.clone(), medicine).is_some() {
        page.problem(&id, "this medicine is defined twice");
    }
}

/// Brand names by country.
pub(super) fn brands(fields: &mut Fields<'_, '_>) -> BTreeMap<String, Vec<String>> {
    let list = |value: Value| {
        let names = value.as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    fields.table("brands").unwrap_or_default().into_iter().map(|(country, value)| (country, list(value))).collect()
}

/// `classes.toml`: what people call a class, so that the allergy "sulfa" is understood.
pub(super) fn classes(page: &mut Page<'_>, mut table: Table, base: &mut KnowledgeBase) {
    let Some(Value::Table(list)) = table.remove("class") else {
        page.problem("class", "classes.toml holds [class.ID] tables");
        return;
    };
    for (id, value) in list {
        let Value::Table(entry) = value else { continue };
        let mut fields = Fields::new(page, id.clone(), entry);
        let names = fields.names(&[Lang::En, Lang::Ur]);
        let shared_allergy = fields.flag("shared_allergy");
        let evidence = shared_allergy.then(|| fields.evidence());
        let cautions = cautions(&mut fields);
        let cross_tables = fields.tables("cross");
        fields.finish();
        let cross = cross_tables.into_iter().filter_map(|t| cross_allergy(page, &id, t)).collect();
        base.classes.insert(id.into(), ClassInfo { names, shared_allergy, cross, evidence, cautions });
    }
}

/// `effects*.toml`: which findings a medicine or class brings about, and how often.
pub(super) fn effects(page: &mut Page<'_>, mut table: Table, base: &mut KnowledgeBase) {
    let Some(Value::Array(list)) = table.remove("effect") else {
        page.problem("effect", "an effects file holds [[effect]] tables");
        return;
    };
    for value in list {
        let Value::Table(entry) = value else { continue };
        let [medicine, class] = ["of", "of_class"].map(|key| entry.get(key).and_then(Value::as_str).map(str::to_owned));
        let mut fields =
            Fields::new(page, medicine.clone().or(class.clone()).unwrap_or_else(|| "effect".into()), entry);
        let (_, _) = (fields.string("of"), fields.string("of_class"));
        let of = match (medicine, class) {
            (Some(id), None) => Some(Entity::Medicine(id.into())),
            (None, Some(id)) => Some(Entity::Class(id.into())),
            _ => {
                fields.problem("an effect needs exactly one of `of = medicine` and `of_class = class`");
                None
            }
        };
        let shares = fields.table("share").unwrap_or_default();
        if shares.is_empty() {
            fields.problem("an effect needs `share = { finding = [p, low, high] }`");
        }
        let act = fields.text("act");
        let evidence = fields.evidence();
        for (finding, value) in shares {
            if let (Some(of), Some(share)) = (&of, fields.short_share(&value)) {
                let (of, act, evidence) = (of.clone(), act.clone(), evidence.clone());
                base.effects.push(AdverseEffect { of, finding: finding.into(), share, act, evidence });
            }
        }
        fields.finish();
    }
}

fn cross_allergy(page: &mut Page<'_>, id: &str, table: Table) -> Option<CrossAllergy> {
    let mut fields = Fields::new(page, id, table);
    let class = fields.need_string("class");
    let level = fields.word("level", super::shared::WARNINGS);
    let text = fields.need_text("text");
    let evidence = fields.evidence();
    fields.finish();
    Some(CrossAllergy { class: class.into(), level: level?, text, evidence })
}

fn form(page: &mut Page<'_>, id: &str, table: Table) -> Option<MedicineForm> {
    let mut fields = Fields::new(page, id, table);
    let (mg, units) = (fields.number("mg"), fields.number("units"));
    let (unit, strength) = match (mg, units) {
        (None, Some(units)) => (DoseUnit::Units, units),
        (Some(mg), None) => (DoseUnit::Mg, mg),
        _ => (DoseUnit::Mg, 0.0),
    };
    let form = MedicineForm {
        form: fields.need_string("form"),
        strength,
        unit,
        ml: fields.number("ml"),
        step: fields.number("step").unwrap_or(1.0),
    };
    if !FORMS.contains(&form.form.as_str()) {
        fields.problem(format!("form `{}` is not one of: {}", form.form, FORMS.join(", ")));
    }
    let sound = form.strength > 0.0 && form.ml.is_none_or(|v| v > 0.0) && form.step > 0.0;
    if !sound {
        fields.problem("a form needs exactly one of `mg` and `units`; it, `ml` and `step` must be above zero");
    }
    fields.finish();
    sound.then_some(form)
}

/// The one amount of a table: its key ends in the unit, after which `_per_kg` may stand.
fn amount(fields: &mut Fields<'_, '_>) -> Option<(DoseUnit, DoseAmount)> {
    let mut found = vec![];
    for unit in DoseUnit::ALL {
        let fixed = fields.pair(unit.key()).map(|(low, high)| (low, DoseAmount::Fixed { low, high }));
        let per_kg =
            fields.pair(&format!("{}_per_kg", unit.key())).map(|(low, high)| (low, DoseAmount::PerKg { low, high }));
        found.extend([fixed, per_kg].into_iter().flatten().map(|(low, amount)| (unit, low, amount)));
    }
    match found[..] {
        [(unit, low, amount)] if low > 0.0 => Some((unit, amount)),
        _ => {
            let keys: Vec<&str> = DoseUnit::ALL.into_iter().map(DoseUnit::key).collect();
            fields.problem(format!(
                "a dose needs exactly one amount, `UNIT = [low, high]` or `UNIT_per_kg = [low, high]`, above zero; UNIT is one of: {}",
                keys.join(", ")
            ));
            None
        }
    }
}

/// Minutes in which an amount is given.
fn over_minutes(fields: &mut Fields<'_, '_>) -> Option<f64> {
    let minutes = fields.number("over_minutes");
    if minutes.is_some_and(|n| !(1.0..=1440.0).contains(&n)) {
        fields.problem("`over_minutes` is from 1 to 1440");
    }
    minutes
}

/// The second part of a dose in the unit of the first.
fn second_part(page: &mut Page<'_>, id: &str, table: Table, first: DoseUnit) -> Option<SecondPart> {
    let mut fields = Fields::new(page, id, table);
    let found = amount(&mut fields);
    let (over_minutes, each_hour) = (over_minutes(&mut fields), fields.flag("each_hour"));
    if over_minutes.is_some() && each_hour {
        fields.problem("`then` has `over_minutes` or `each_hour`, not both");
    }
    let part = found.map(|(_, amount)| SecondPart { amount, over_minutes, each_hour });
    if found.is_some_and(|(unit, _)| unit != first) {
        fields.problem("`then` has the unit of the first part");
    }
    fields.finish();
    part
}

fn dose(page: &mut Page<'_>, id: &str, table: Table) -> Option<DoseRule> {
    let mut fields = Fields::new(page, id, table);
    let conditions = fields.strings("for").into_iter().map(ConditionId::from).collect();
    let when = fields.rule("when");
    if when.is_none() {
        fields.problem("a dose needs `when`: who it is for");
    }
    let found = amount(&mut fields);
    let unit = found.map_or_else(DoseUnit::default, |(unit, _)| unit);
    let over_minutes = over_minutes(&mut fields);
    let then = fields.table("then");
    let label = fields.need_text("label");
    let times_per_day = fields.need_number("times_per_day");
    let every_days = fields.number("every_days");
    if every_days.is_some_and(|n| n < 2.0 || times_per_day > 1.0) {
        fields.problem(
            "`every_days` is for one dose a day with at least one free day after it: 2 or more, with times_per_day = 1",
        );
    }
    let days = fields.number("days");
    let route = fields.need_string("route");
    if !ROUTES.contains(&route.as_str()) {
        fields.problem(format!("route `{route}` is not one of: {}", ROUTES.join(", ")));
    }
    let max_single = fields.need_number(&format!("max_single_{}", unit.key()));
    let max_day = fields.need_number(&format!("max_day_{}", unit.key()));
    let max_day_per_kg = fields.number(&format!("max_day_{}_per_kg", unit.key()));
    let unweighed = fields.flag("unweighed");
    if !(max_single > 0.0 && max_day >= max_single && times_per_day > 0.0 && times_per_day <= 24.0) {
        fields.problem("a dose needs 0 < max_single <= max_day and 0 < times_per_day <= 24");
    }
    if let Some((_, DoseAmount::Fixed { low, high })) = found
        && (high > max_single || low * times_per_day > max_day * 1.0001)
    {
        fields.problem("the dose itself is above its own maximum");
    }
    let note = fields.text("note");
    let evidence = fields.evidence();
    fields.finish();
    let then = match then {
        Some(table) => Some(second_part(page, id, table, unit)?),
        None => None,
    };
    Some(DoseRule {
        conditions,
        when: when?.0,
        label,
        unit,
        amount: found?.1,
        over_minutes,
        then,
        times_per_day,
        every_days,
        unweighed,
        days,
        route,
        max_single,
        max_day,
        max_day_per_kg,
        note,
        evidence,
    })
}
