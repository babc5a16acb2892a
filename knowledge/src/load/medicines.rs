//! Medicines and their dose rules.

use super::doses::dose;
use super::shared::{cautions, interactions};
use crate::fields::{Fields, Page};
use hakim_clinical::*;
use std::collections::BTreeMap;
use toml::{Table, Value};

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
