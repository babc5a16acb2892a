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

fn words(phrase: &str) -> Phrase {
    tokens(phrase).into_iter().map(|token| token.word).collect()
}

fn reading(page: &mut Page<'_>, table: Table) -> Option<Reading> {
    const NUMBER: [&str; 9] = ["units", "say", "pair", "part", "alone", "means", "dose", "not_with", "named_by"];
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
        ReadingWords::Day(phrases(&fields.strings("day")))
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
    ReadingWords::Number(NumberWords {
        say: phrases(&fields.strings("say")),
        pair: phrases(&fields.strings("pair")),
        part: u8::from(fields.number("part") == Some(2.0)),
        alone: fields.strings("alone"),
        means: means
            .into_iter()
            .filter_map(|(said, value)| {
                Some((words(&said), value.as_float().or(value.as_integer().map(|n| n as f64))?))
            })
            .collect(),
        dose: fields.flag("dose"),
        units: fields.strings("units"),
        named_by: fields.string("named_by").map(|input| input.replace('-', "_")),
        not_with: phrases(&fields.strings("not_with")),
    })
}

fn choice(fields: &mut Fields<'_, '_>) -> ReadingWords {
    let options = fields.table("options").unwrap_or_default();
    let options = options.into_iter().map(|(id, said)| {
        let said: Vec<String> = said
            .as_array()
            .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            .unwrap_or_default();
        (id, phrases(&said))
    });
    let options = options.collect();
    let silent = fields.string("silent").filter(|silent| silent != "ask");
    ReadingWords::Choice { options, silent, first: fields.flag("first") }
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
        except: phrases(&fields.strings("except")),
        family: fields.flag("family"),
        suspected: fields.flag("suspected"),
        silent: fields
            .word("silent", &[("no", Silence::No), ("yes", Silence::Yes), ("ask", Silence::Asks)])
            .unwrap_or_default(),
        ..YesWords::default()
    };
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
