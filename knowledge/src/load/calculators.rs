//! Calculators: `calculators/*.toml` of a pack.

use crate::expression::{names, parse_expression};
use crate::fields::{Fields, Page};
use hakim_clinical::*;
use std::collections::BTreeSet;
use toml::{Table, Value};

const GROUPS: &[&str] = &[
    "kidney",
    "heart",
    "lungs",
    "liver",
    "blood",
    "bleeding",
    "infection",
    "emergency",
    "child",
    "pregnancy",
    "body",
    "metabolism",
    "medicine",
    "nerves",
];

pub(super) fn file(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "calculators", table);
    let tables = fields.tables("calculator");
    fields.finish();
    for table in tables {
        let Some(calculator) = calculator(page, table, pack) else { continue };
        let id = calculator.id.clone();
        if base.calculators.insert(id.clone(), calculator).is_some() {
            page.problem(id.as_str(), "this calculator id is used twice");
        }
    }
}

fn calculator(page: &mut Page<'_>, table: Table, pack: &str) -> Option<Calculator> {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("calculator").to_owned();
    let mut fields = Fields::new(page, id, table);
    let id = CalculatorId::new(fields.need_string("id"));
    let group = fields.need_string("group");
    if !GROUPS.contains(&group.as_str()) {
        fields.problem(format!("`group = \"{group}\"` is not one of: {}", GROUPS.join(", ")));
    }
    let names = fields.names(&[Lang::En, Lang::Ur]);
    let about = fields.need_text("about");
    let not_for = if fields.has("not_for") { fields.need_text("not_for") } else { Text::default() };
    let evidence = fields.evidence();
    let mut known = Known::default();
    let inputs: Vec<CalculatorInput> =
        fields.tables("inputs").into_iter().filter_map(|table| input(&mut fields, table, &mut known)).collect();
    let who = fields.has("who").then(|| fields.need_string("who"));
    let who = who.and_then(|written| known.expression(&mut fields, "who", &written));
    let mut steps = vec![];
    for table in fields.tables("steps") {
        steps.extend(step(&mut fields, table, &mut known));
    }
    let mut items = vec![];
    for table in fields.tables("items") {
        items.extend(item(&mut fields, table, &known));
    }
    known.0.insert("score".into());
    let id_text = fields.id.clone();
    let table = fields.table("result").unwrap_or_default();
    let mut inner = Fields::new(fields.page, id_text, table);
    let written = inner.need_string("value");
    let unit = inner.need_string("unit");
    let decimals = inner.need_number("decimals");
    inner.finish();
    let result = known.expression(&mut fields, "result", &written);
    known.0.insert("result".into());
    let mut bands = vec![];
    for table in fields.tables("bands") {
        bands.extend(band(&mut fields, table, &known));
    }
    fields.finish();
    let decimals = decimals.clamp(0.0, 6.0) as u8;
    let result = result?;
    let pack = pack.to_owned();
    Some(Calculator {
        id,
        group,
        names,
        about,
        not_for,
        evidence,
        who,
        inputs,
        steps,
        items,
        result,
        unit,
        decimals,
        bands,
        pack,
    })
}

/// What an expression may name.
#[derive(Default)]
struct Known(BTreeSet<String>);

impl Known {
    fn expression(&self, fields: &mut Fields<'_, '_>, key: &str, written: &str) -> Option<Expression> {
        match parse_expression(written) {
            Ok(expression) => {
                let mut used = vec![];
                names(&expression, &mut used);
                let lost = used.into_iter().find(|name| !self.0.contains(*name) && !["male", "female"].contains(name));
                if let Some(lost) = lost {
                    fields.problem(format!(
                        "`{key} = \"{written}\"` uses `{lost}`, which is no input and no earlier step"
                    ));
                }
                Some(expression)
            }
            Err(e) => {
                fields.problem(format!("`{key} = \"{written}\"`: {e}"));
                None
            }
        }
    }

    fn add(&mut self, fields: &mut Fields<'_, '_>, id: &str) {
        if !self.0.insert(in_formulas(id)) {
            fields.problem(format!("`{id}` is used twice in this calculator"));
        }
    }
}

/// How an id is written in formulas, where `-` is minus.
fn in_formulas(id: &str) -> String {
    id.replace('-', "_")
}

fn within<'p, 'a>(fields: &'p mut Fields<'_, 'a>, table: Table) -> Fields<'p, 'a> {
    let id = fields.id.clone();
    Fields::new(fields.page, id, table)
}

fn input(fields: &mut Fields<'_, '_>, table: Table, known: &mut Known) -> Option<CalculatorInput> {
    let mut inner = within(fields, table);
    let id = inner.need_string("id");
    let is = inner.need_string("is");
    let ask = if inner.has("ask") { inner.need_text("ask") } else { Text::default() };
    let entities = inner.strings("entity");
    let optional = inner.flag("optional");
    let unless_told = inner.value("unless_told");
    let molar = inner.number("molar");
    let range = inner.pair("range");
    let unit = inner.string("unit");
    let tables = inner.tables("options");
    inner.finish();
    let mut options = vec![];
    for table in tables {
        let mut inner = within(fields, table);
        let option = ChoiceOption {
            id: inner.need_string("id"),
            say: inner.need_text("say"),
            entities: inner.strings("entity"),
        };
        inner.finish();
        // Inputs may share answers, such as `none`.
        known.0.insert(in_formulas(&option.id));
        options.push(option);
    }
    let kind = match is.as_str() {
        "years" => InputKind::Years,
        "sex" => InputKind::Sex,
        "yes" => InputKind::Yes,
        "date" => InputKind::Date,
        "choice" if options.len() > 1 => InputKind::Choice { options },
        "count" => {
            let (low, high) = range.unwrap_or((0.0, 1000.0));
            InputKind::Count { low, high }
        }
        "quantity" => match (unit, range) {
            (Some(unit), Some((low, high))) if low < high => InputKind::Quantity { unit, low, high, molar },
            _ => {
                fields.problem(format!("`{id}` needs a unit and the range of what is possible"));
                return None;
            }
        },
        other => {
            fields.problem(format!("`{id}` is `{other}`, which is no kind of input, or has no options"));
            return None;
        }
    };
    let needs_words = !matches!(kind, InputKind::Years | InputKind::Sex | InputKind::Quantity { .. });
    if needs_words && unless_told.is_none() && !ask.has(Lang::En) {
        fields.problem(format!("`{id}` needs `ask.en` and `ask.ur`"));
    }
    let unless_told = match unless_told {
        None => None,
        Some(Value::Boolean(yes)) => Some(Told::Yes(yes)),
        Some(Value::Integer(n)) => Some(Told::Number { value: n as f64, unit: None }),
        Some(Value::Float(value)) => Some(Told::Number { value, unit: None }),
        Some(Value::String(word)) => Some(Told::Word(word)),
        Some(Value::Datetime(day)) => Some(Told::Word(day.to_string())),
        Some(_) => {
            fields.problem(format!("`unless_told` of `{id}` is no answer"));
            None
        }
    };
    known.add(fields, &id);
    Some(CalculatorInput { id, kind, ask, entities, optional, unless_told })
}

fn step(fields: &mut Fields<'_, '_>, table: Table, known: &mut Known) -> Option<CalculatorStep> {
    let mut inner = within(fields, table);
    let id = inner.need_string("id");
    let say = inner.need_text("say");
    let written = inner.need_string("value");
    let unit = inner.need_string("unit");
    inner.finish();
    let value = known.expression(fields, &id, &written);
    known.add(fields, &id);
    Some(CalculatorStep { id, say, value: value?, written, unit })
}

fn item(fields: &mut Fields<'_, '_>, table: Table, known: &Known) -> Option<ScoreItem> {
    let mut inner = within(fields, table);
    let id = inner.need_string("id");
    let say = inner.need_text("say");
    let written = inner.need_string("when");
    let points = inner.need_number("points");
    inner.finish();
    Some(ScoreItem { say, when: known.expression(fields, &id, &written)?, points })
}

fn band(fields: &mut Fields<'_, '_>, table: Table, known: &Known) -> Option<ResultBand> {
    let mut inner = within(fields, table);
    let say = inner.need_text("say");
    let written = inner.need_string("when");
    inner.finish();
    Some(ResultBand { say, when: known.expression(fields, "when", &written)? })
}
