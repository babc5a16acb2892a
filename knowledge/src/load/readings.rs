//! How notes say what calculators ask: `reading/*.toml` of a pack.

use crate::expression::parse_expression;
use crate::fields::{Fields, Page};
use crate::text::tokens;
use hakim_clinical::*;
use toml::{Table, Value};

pub(super) fn file(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "reading", table);
    let readings = fields.tables("reading");
    let subjects = fields.tables("subject");
    fields.finish();
    for table in readings {
        base.readings.list.extend(reading(page, table));
    }
    for table in subjects {
        let mut fields = Fields::new(page, "subject", table);
        let calculator = CalculatorId::new(fields.need_string("calculator"));
        let subject = Subject {
            needs: phrases(&fields.strings("needs")),
            refuses: phrases(&fields.strings("refuses")),
            strict: fields.flag("strict"),
            one_time: fields.flag("one_time"),
        };
        if subject.needs.is_empty() && subject.refuses.is_empty() && !subject.one_time {
            fields.problem("a subject needs `needs = [...]`, `refuses = [...]` or `one_time = true`");
        }
        fields.finish();
        if base.readings.subjects.insert(calculator.clone(), subject).is_some() {
            page.problem(calculator.as_str(), "has two subjects");
        }
    }
}

fn phrases(written: &[String]) -> Vec<Phrase> {
    written.iter().map(|phrase| words(phrase)).filter(|phrase| !phrase.is_empty()).collect()
}

/// Folded words; `...` lets a few words stand between.
fn words(phrase: &str) -> Phrase {
    let parts = phrase.split(GAP).map(|part| tokens(part).into_iter().map(|token| token.word).collect::<Phrase>());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(&GAP.to_owned())
}

fn reading(page: &mut Page<'_>, table: Table) -> Option<Reading> {
    const NUMBER: [&str; 11] =
        ["units", "say", "pair", "part", "alone", "means", "dose", "not_with", "named_by", "unit_of", "of_coming"];
    let inputs: Vec<String> = table
        .get("input")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let mut fields = Fields::new(page, inputs.first().cloned().unwrap_or_else(|| "reading".into()), table);
    fields.strings("input");
    let words = if fields.has("options") {
        choice(&mut fields)
    } else if fields.has("times_a_day") {
        ReadingWords::TimesADay(phrases(&fields.strings("times_a_day")))
    } else if fields.has("day") {
        ReadingWords::Day { names: phrases(&fields.strings("day")), of_coming: fields.flag("of_coming") }
    } else if NUMBER.iter().any(|key| fields.has(key)) {
        number(&mut fields)
    } else {
        yes(&mut fields)
    };
    fields.finish();
    let inputs = inputs.iter().map(|input| input.replace('-', "_")).collect();
    Some(Reading { inputs, words })
}

fn number(fields: &mut Fields<'_, '_>) -> ReadingWords {
    let means = fields.table("means").unwrap_or_default();
    let units = fields.table("unit_of").unwrap_or_default();
    ReadingWords::Number(NumberWords {
        say: phrases(&fields.strings("say")),
        pair: phrases(&fields.strings("pair")),
        part: u8::from(fields.number("part") == Some(2.0)),
        alone: fields.strings("alone"),
        means: means.into_iter().filter_map(|(said, value)| Some((words(&said), number_of(&value)?))).collect(),
        dose: fields.flag("dose"),
        units: fields.strings("units"),
        named_by: fields.string("named_by").map(|input| input.replace('-', "_")),
        not_with: phrases(&fields.strings("not_with")),
        unit_of: units.into_iter().filter_map(|(said, unit)| Some((words(&said), unit.as_str()?.to_owned()))).collect(),
        of_coming: fields.flag("of_coming"),
    })
}

fn choice(fields: &mut Fields<'_, '_>) -> ReadingWords {
    let written = fields.table("options").unwrap_or_default();
    let mut options = vec![];
    for (id, said) in written {
        let Some(list) = said.as_array() else {
            fields.problem(format!("`options.{id}` must be a list of phrases"));
            continue;
        };
        let said: Vec<String> = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        options.push((id, phrases(&said)));
    }
    let silent = fields.string("silent").filter(|silent| silent != "ask");
    let limit = fields.table("limit").map(|table| limit(fields, table));
    ReadingWords::Choice { options, silent, first: fields.flag("first"), limit }
}

/// `limit = { say = ["troponin"], within = "trop-normal", above = { trop-1-3 = 1, trop-over-3 = 3 } }`
fn limit(fields: &mut Fields<'_, '_>, table: Table) -> LimitWords {
    let mut own = Fields::new(fields.page, format!("{}.limit", fields.id), table);
    let say = own.strings("say");
    let within = own.need_string("within");
    let above = own.table("above").unwrap_or_default();
    let mut above: Vec<(f64, String)> =
        above.into_iter().filter_map(|(id, times)| Some((number_of(&times)?, id))).collect();
    above.sort_by(|a, b| a.0.total_cmp(&b.0));
    if say.is_empty() || above.is_empty() {
        own.problem("needs `say = [...]` and `above = { OPTION = TIMES }`");
    }
    own.finish();
    LimitWords { say: phrases(&say), within, above }
}

/// `sides = { say = ["calf"], differ_by = 3, side_from = 15 }`
fn sides(fields: &mut Fields<'_, '_>, table: Table) -> SidesWords {
    let mut own = Fields::new(fields.page, format!("{}.sides", fields.id), table);
    let say = own.strings("say");
    if say.is_empty() {
        own.problem("needs `say = [...]`");
    }
    let (differ_by, side_from) = (own.need_number("differ_by"), own.need_number("side_from"));
    own.finish();
    SidesWords { say: phrases(&say), differ_by, side_from }
}

fn number_of(value: &Value) -> Option<f64> {
    value.as_float().or(value.as_integer().map(|n| n as f64))
}

fn yes(fields: &mut Fields<'_, '_>) -> ReadingWords {
    let mut read = YesWords {
        yes: phrases(&fields.strings("yes")),
        no: phrases(&fields.strings("no")),
        denied: phrases(&fields.strings("denied")),
        no_first: fields.flag("no_first"),
        first: fields.flag("first"),
        recent: phrases(&fields.strings("recent")),
        within_days: fields.number("within_days"),
        old_after_days: fields.number("old_after_days"),
        past: phrases(&fields.strings("past")),
        kin: phrases(&fields.strings("kin")),
        kin_before_age: fields.number("kin_before_age"),
        except: phrases(&fields.strings("except")),
        family: fields.flag("family"),
        suspected: fields.flag("suspected"),
        silent: fields
            .word("silent", &[("no", Silence::No), ("yes", Silence::Yes), ("ask", Silence::Asks)])
            .unwrap_or_default(),
        ..YesWords::default()
    };
    read.sides = fields.table("sides").map(|table| sides(fields, table));
    for id in fields.strings("takes") {
        match id.strip_prefix("class:") {
            Some(class) => read.classes.push(class.into()),
            None => read.medicines.push(id.as_str().into()),
        }
    }
    if let Some(written) = fields.string("or_when") {
        match parse_expression(&written) {
            Ok(expression) => read.or_when = Some(expression),
            Err(e) => fields.problem(format!("`or_when = \"{written}\"`: {e}")),
        }
    }
    ReadingWords::Yes(read)
}
