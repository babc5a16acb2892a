//! Vaccination schedules: `vaccines/*.toml` of a pack, one schedule a file.

use crate::fields::{Fields, Page};
use hakim_clinical::*;
use std::collections::BTreeSet;
use toml::{Table, Value};

pub(super) fn file(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "schedule", table);
    let head = fields.table("schedule").unwrap_or_default();
    let tables = fields.tables("vaccine");
    fields.finish();
    let id = head.get("id").and_then(Value::as_str).unwrap_or("schedule").to_owned();
    let mut fields = Fields::new(page, id, head);
    let id = ScheduleId::new(fields.need_string("id"));
    let names = fields.names(&[Lang::En, Lang::Ur]);
    let evidence = fields.evidence();
    fields.finish();
    let vaccines: Vec<Vaccine> = tables.into_iter().filter_map(|table| vaccine(page, table)).collect();
    let mut seen = BTreeSet::new();
    for vaccine in &vaccines {
        if !seen.insert(&vaccine.id) {
            page.problem(vaccine.id.as_str(), "this vaccine stands twice in the schedule");
        }
    }
    let lost = vaccines.iter().filter_map(|v| v.after.as_ref()).find(|a| !seen.contains(&a.vaccine));
    if let Some(lost) = lost {
        page.problem(lost.vaccine.as_str(), "goes before another vaccine, but the schedule does not have it");
    }
    let schedule = VaccineSchedule { id: id.clone(), names, evidence, vaccines, pack: pack.to_owned() };
    if base.schedules.insert(id.clone(), schedule).is_some() {
        page.problem(id.as_str(), "this schedule id is used twice");
    }
}

fn vaccine(page: &mut Page<'_>, table: Table) -> Option<Vaccine> {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("vaccine").to_owned();
    let mut fields = Fields::new(page, id, table);
    let id = VaccineId::new(fields.need_string("id"));
    let names = fields.names(&[Lang::En, Lang::Ur]);
    let against = fields.need_text("against");
    let (live, no_live_gap, local) = (fields.flag("live"), fields.flag("no_live_gap"), fields.flag("local"));
    let who = if fields.has("who") { fields.rule("who").map(|(rule, _)| rule) } else { Some(Rule::Always) };
    let never = bars(&mut fields);
    let not_when = fields.need_text("not_when");
    let catch_up = fields.need_text("catch_up");
    let evidence = fields.evidence();
    let doses = dose_tables(&mut fields, "doses");
    if doses.is_empty() {
        fields.problem("`doses` is missing: a vaccine has at least one");
    }
    let mut late = vec![];
    for table in fields.tables("late") {
        let id = fields.id.clone();
        let mut inner = Fields::new(fields.page, id, table);
        let started = span(&mut inner, "started");
        let doses = dose_tables(&mut inner, "doses");
        inner.finish();
        late.extend(started.map(|started| LateStart { started, doses }));
    }
    let after = fields.table("after").and_then(|table| {
        let id = fields.id.clone();
        let mut inner = Fields::new(fields.page, id, table);
        let vaccine = VaccineId::new(inner.need_string("vaccine"));
        let gap = span(&mut inner, "gap");
        inner.finish();
        Some(AfterVaccine { vaccine, gap: gap? })
    });
    fields.finish();
    Some(Vaccine {
        id,
        names,
        against,
        live,
        no_live_gap,
        local,
        who: who?,
        never,
        not_when,
        doses,
        late,
        after,
        catch_up,
        evidence,
    })
}

fn bars(fields: &mut Fields<'_, '_>) -> Vec<VaccineBar> {
    let mut bars = vec![];
    for word in fields.strings("never") {
        match word.as_str() {
            "pregnancy" => bars.push(VaccineBar::Pregnancy),
            "immune-deficiency" => bars.push(VaccineBar::ImmuneDeficiency),
            other => fields.problem(format!("`never` knows pregnancy and immune-deficiency, not `{other}`")),
        }
    }
    bars
}

fn dose_tables(fields: &mut Fields<'_, '_>, key: &str) -> Vec<VaccineDose> {
    let tables = fields.tables(key);
    let mut doses = vec![];
    for table in tables {
        let id = fields.id.clone();
        let mut inner = Fields::new(fields.page, id, table);
        doses.push(VaccineDose {
            due: span(&mut inner, "due"),
            earliest: span(&mut inner, "earliest"),
            latest: span(&mut inner, "latest"),
            gap: span(&mut inner, "gap"),
        });
        inner.finish();
    }
    doses
}

fn span(fields: &mut Fields<'_, '_>, key: &str) -> Option<Span> {
    if !fields.has(key) {
        return None;
    }
    let written = fields.string(key)?;
    written.parse().map_err(|wrong: String| fields.problem(format!("`{key}`: {wrong}"))).ok()
}

#[cfg(test)]
mod tests {
    use crate::{PackFiles, load};

    fn said(vaccine: &str) -> Vec<String> {
        let head = "[schedule]\nid = \"s\"\nnames.en = { term = \"S\" }\nnames.ur = { term = \"س\" }\nsource = \"hakim-estimate\"\nseen = false\n[[vaccine]]\nid = \"v\"\nnames.en = { term = \"V\" }\nnames.ur = { term = \"و\" }\nagainst = { en = \"a\", ur = \"ا\" }\nnot_when = { en = \"a\", ur = \"ا\" }\ncatch_up = { en = \"a\", ur = \"ا\" }\nsource = \"hakim-estimate\"\nseen = false\n";
        let manifest = "id = \"p\"\nversion = \"1\"\nformat = 1\nlicence = \"x\"\ntitle = \"t\"\nchanges = \"c\"";
        let files =
            vec![("p/pack.toml".into(), manifest.into()), ("p/vaccines/a.toml".into(), format!("{head}{vaccine}"))];
        load(&[PackFiles { name: "p".into(), files }]).problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_schedule_is_read_and_mistakes_are_named() {
        assert!(said("doses = [{ due = \"6 w\" }, { gap = \"4 w\", latest = \"2 y\" }]\n").is_empty());
        for (written, part) in [
            ("doses = []\n", "at least one"),
            ("doses = [{ due = \"6 weeks\" }]\n", "6 weeks"),
            ("doses = [{ given = \"6 w\" }]\n", "unknown key `given`"),
            ("doses = [{}]\nnever = [\"fever\"]\n", "`fever`"),
            ("doses = [{}]\nafter = { vaccine = \"x\", gap = \"6 mo\" }\n", "does not have it"),
        ] {
            let said = said(written);
            assert!(said.iter().any(|s| s.contains(part)), "{written}: {said:?}");
        }
    }
}
