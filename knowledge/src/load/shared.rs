//! Tables that several kinds of file share: passages, danger rules, cautions, interactions.

use crate::fields::{Fields, Page};
use hakim_clinical::*;
use toml::Table;

pub(super) const LEVELS: &[(&str, TriageLevel)] = &[
    ("emergency", TriageLevel::Emergency),
    ("urgent", TriageLevel::Urgent),
    ("soon", TriageLevel::Soon),
    ("routine", TriageLevel::Routine),
    ("self-care", TriageLevel::SelfCare),
];

pub(super) const WARNINGS: &[(&str, WarningLevel)] =
    &[("stop", WarningLevel::Stop), ("caution", WarningLevel::Caution), ("note", WarningLevel::Note)];

pub(super) fn passage(page: &mut Page<'_>, table: Table, pack: &str, about: &str) -> Passage {
    let id = table.get("id").and_then(|v| v.as_str()).unwrap_or(about).to_owned();
    let mut fields = Fields::new(page, id, table);
    let mut subjects = fields.strings("about");
    if !about.is_empty() {
        subjects.push(about.to_owned());
    }
    let passage = Passage {
        id: PassageId::new(fields.need_string("id")),
        title: fields.text("title"),
        text: fields.text("text"),
        evidence: fields.evidence(),
        about: subjects,
        pack: pack.to_owned(),
    };
    if !passage.text.has(Lang::En) || !passage.title.has(Lang::En) {
        fields.problem("a passage needs title.en and text.en");
    }
    fields.finish();
    passage
}

pub(super) fn passages_file(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "passages", table);
    let tables = fields.tables("passage");
    fields.finish();
    for table in tables {
        let passage = passage(page, table, pack, "");
        insert_passage(page, passage, base);
    }
}

pub(super) fn insert_passage(page: &mut Page<'_>, passage: Passage, base: &mut KnowledgeBase) {
    let id = passage.id.clone();
    if base.passages.insert(id.clone(), passage).is_some() {
        page.problem(id.as_str(), "this passage id is used twice");
    }
}

pub(super) fn danger(page: &mut Page<'_>, table: Table, condition: Option<&ConditionId>) -> Option<DangerRule> {
    let id = table.get("id").and_then(|v| v.as_str()).unwrap_or("danger").to_owned();
    let mut fields = Fields::new(page, id, table);
    let id = DangerId::new(fields.need_string("id"));
    if !fields.has("when") {
        fields.problem("`when` is missing: a danger sign without a rule never fires");
    }
    let when = fields.rule("when");
    if !fields.has("level") {
        fields.problem("`level` is missing");
    }
    let level = fields.word("level", LEVELS);
    let say = fields.need_text("say");
    let act = fields.need_text("act");
    let evidence = fields.evidence();
    fields.finish();
    Some(DangerRule { id, when: when?.0, level: level?, say, act, evidence, condition: condition.cloned() })
}

pub(super) fn cautions(fields: &mut Fields<'_, '_>) -> Vec<Caution> {
    let tables = fields.tables("caution");
    let id = fields.id.clone();
    let mut out = vec![];
    for table in tables {
        let mut inner = Fields::new(fields.page, id.clone(), table);
        if !inner.has("when") || !inner.has("level") {
            inner.problem("a caution needs `when` and `level`");
        }
        let when = inner.rule("when");
        let level = inner.word("level", WARNINGS);
        let text = inner.need_text("text");
        let evidence = inner.evidence();
        inner.finish();
        if let (Some((when, _)), Some(level)) = (when, level) {
            out.push(Caution { when, level, text, evidence });
        }
    }
    out
}

pub(super) fn interactions(fields: &mut Fields<'_, '_>) -> Vec<Interaction> {
    let tables = fields.tables("interaction");
    let id = fields.id.clone();
    let mut out = vec![];
    for table in tables {
        let mut inner = Fields::new(fields.page, id.clone(), table);
        let with = match (inner.string("with"), inner.string("with_class"), inner.string("with_remedy")) {
            (Some(m), None, None) => Some(InteractsWith::Medicine(m.into())),
            (None, Some(c), None) => Some(InteractsWith::Class(c.into())),
            (None, None, Some(r)) => Some(InteractsWith::Traditional(r.into())),
            _ => {
                inner.problem("an interaction needs exactly one of `with`, `with_class`, `with_remedy`");
                None
            }
        };
        let level = inner.word("level", WARNINGS);
        if level.is_none() {
            inner.problem("an interaction needs a `level`");
        }
        let because = inner.need_text("because");
        let act = inner.need_text("act");
        let evidence = inner.evidence();
        inner.finish();
        if let (Some(with), Some(level)) = (with, level) {
            out.push(Interaction { with, level, because, act, evidence });
        }
    }
    out
}
