//! The traditional layer: conditions, single drugs, formulations.

use super::shared::{cautions, insert_passage, interactions, passage};
use crate::fields::{Fields, Page};
use hakim_clinical::*;
use toml::{Table, Value};

const HUMOURS: &[(&str, Humour)] = &[
    ("dam", Humour::Dam),
    ("balgham", Humour::Balgham),
    ("safra", Humour::Safra),
    ("sauda", Humour::Sauda),
    ("vata", Humour::Vata),
    ("pitta", Humour::Pitta),
    ("kapha", Humour::Kapha),
];

/// Whether a condition file belongs to a tradition: its id says so.
pub(super) fn is_traditional(table: &Table) -> bool {
    let id = table.get("id").and_then(Value::as_str).unwrap_or_default();
    TraditionalId::from(id).tradition().is_some()
}

/// The tradition of an id, with a problem when it names none.
fn tradition(fields: &mut Fields<'_, '_>) -> Tradition {
    TraditionalId::from(fields.id.as_str()).tradition().unwrap_or_else(|| {
        let known: Vec<String> = Tradition::ALL.iter().map(|t| format!("`{}.`", t.key())).collect();
        fields.problem(format!("an id of the traditional layer begins with {}", known.join(", ")));
        Tradition::Unani
    })
}

const TERM_KINDS: &[(&str, TermKind)] = &[
    ("humour", TermKind::Humour),
    ("temperament", TermKind::Temperament),
    ("imbalance", TermKind::Imbalance),
    ("pulse", TermKind::Pulse),
    ("quality", TermKind::Quality),
];

/// `terms*.toml`: each term is a name with codes and, under the same id, a passage that explains it.
pub(super) fn terms(page: &mut Page<'_>, mut table: Table, pack: &str, base: &mut KnowledgeBase) {
    let Some(Value::Table(list)) = table.remove("term") else {
        page.problem("term", "a terms file holds [term.\"ID\"] tables");
        return;
    };
    for (id, value) in list {
        let Value::Table(entry) = value else { continue };
        let mut fields = Fields::new(page, id.clone(), entry);
        if !fields.has("kind") {
            fields.problem("`kind` is missing: humour, temperament, imbalance, pulse or quality");
        }
        let kind = fields.word("kind", TERM_KINDS).unwrap_or(TermKind::Quality);
        let text = fields.need_text("text");
        let tradition = tradition(&mut fields);
        let term = TraditionalTerm {
            id: id.as_str().into(),
            kind,
            names: fields.names(&[Lang::En, Lang::Ur]),
            original: fields.need_string(tradition.script_key()),
            translit: fields.need_string("translit"),
            code: fields.string(tradition.code_key()),
            tm2: fields.string("tm2"),
            temperament: temperament(&mut fields),
            evidence: fields.evidence(),
            pack: pack.to_owned(),
        };
        fields.finish();
        let passage = Passage {
            id: PassageId::new(id.clone()),
            title: term.names.terms(),
            text,
            evidence: term.evidence.clone(),
            about: vec![id.clone()],
            pack: pack.to_owned(),
        };
        insert_passage(page, passage, base);
        base.terms.insert(term.id.clone(), term);
    }
    if !table.is_empty() {
        page.problem("term", "a terms file holds only [term.\"ID\"] tables");
    }
}

pub(super) fn condition(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("condition").to_owned();
    let mut fields = Fields::new(page, id.clone(), table);
    fields.need_string("id");
    let tradition = tradition(&mut fields);
    let original = fields.need_string(tradition.script_key());
    let translit = fields.need_string("translit");
    let code = fields.string(tradition.code_key());
    let tm2 = fields.string("tm2");
    let names = fields.names(&[Lang::En, Lang::Ur]);
    let crosswalk_tables = fields.tables("reads_as");
    let humour = fields.word("humour", HUMOURS);
    let temperament = temperament(&mut fields);
    let findings = fields.strings("findings").into_iter().map(FindingId::from).collect();
    let evidence = fields.evidence();
    let refer_if = fields.rule("refer_if");
    if refer_if.is_none() {
        fields.problem("`refer_if` is missing: when must this patient be sent on?");
    }
    let refer_text = fields.need_text("refer_text");
    let principles = lines(&mut fields, "principle");
    let regimen = lines(&mut fields, "regimen");
    let diet = lines(&mut fields, "diet");
    let remedies = lines(&mut fields, "remedy");
    let passage_tables = fields.tables("passage");
    fields.finish();
    let reads_as = crosswalk_tables.into_iter().map(|t| crosswalk(page, &id, t)).collect();
    let passages: Vec<Passage> = passage_tables.into_iter().map(|t| passage(page, t, pack, &id)).collect();
    for passage in &passages {
        insert_passage(page, passage.clone(), base);
    }
    let Some((refer_if, _)) = refer_if else { return };
    let condition = TraditionalCondition {
        id: id.as_str().into(),
        names,
        original,
        translit,
        code,
        tm2,
        reads_as,
        humour,
        temperament,
        findings,
        evidence,
        principles,
        regimen,
        diet,
        remedies,
        refer_if,
        refer_text,
        passages,
        pack: pack.to_owned(),
    };
    if base.traditional.insert(condition.id.clone(), condition).is_some() {
        page.problem(&id, "this condition is defined twice");
    }
}

fn crosswalk(page: &mut Page<'_>, id: &str, table: Table) -> Crosswalk {
    let mut fields = Fields::new(page, id, table);
    let crosswalk =
        Crosswalk { condition: ConditionId::new(fields.need_string("condition")), how: fields.need_string("how") };
    if !["close", "overlaps", "broader", "narrower"].contains(&crosswalk.how.as_str()) {
        fields.problem("`how` is one of close, overlaps, broader, narrower");
    }
    fields.finish();
    crosswalk
}

fn temperament(fields: &mut Fields<'_, '_>) -> Option<Temperament> {
    let table = fields.table("temperament")?;
    let id = fields.id.clone();
    let mut inner = Fields::new(fields.page, id, table);
    let temperament = Temperament { heat: inner.need_number("heat"), moisture: inner.need_number("moisture") };
    if temperament.heat.abs() > 4.0 || temperament.moisture.abs() > 4.0 {
        inner.problem("degrees of temperament run from -4 to 4");
    }
    inner.finish();
    Some(temperament)
}

fn lines(fields: &mut Fields<'_, '_>, key: &str) -> Vec<TraditionalLine> {
    let tables = fields.tables(key);
    let id = fields.id.clone();
    let mut out = vec![];
    for table in tables {
        let mut inner = Fields::new(fields.page, id.clone(), table);
        out.push(TraditionalLine {
            remedy: inner.string("drug").map(TraditionalId::from),
            text: inner.need_text("text"),
            evidence: inner.evidence(),
        });
        inner.finish();
    }
    out
}

pub(super) fn remedy(page: &mut Page<'_>, table: Table, formulation: bool, pack: &str, base: &mut KnowledgeBase) {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("remedy").to_owned();
    let mut fields = Fields::new(page, id.clone(), table);
    fields.need_string("id");
    let tradition = tradition(&mut fields);
    let remedy = Remedy {
        id: id.as_str().into(),
        ingredients: fields.strings("ingredients").into_iter().map(TraditionalId::from).collect(),
        formulation,
        scientific: fields.string("scientific"),
        original: fields.need_string(tradition.script_key()),
        translit: fields.need_string("translit"),
        names: fields.names(&[Lang::En, Lang::Ur]),
        temperament: temperament(&mut fields),
        uses: fields.need_text("uses"),
        dose: fields.text("dose"),
        evidence: fields.evidence(),
        cautions: cautions(&mut fields),
        interactions: interactions(&mut fields),
        pack: pack.to_owned(),
    };
    let passage_tables = fields.tables("passage");
    fields.finish();
    for table in passage_tables {
        let passage = passage(page, table, pack, &id);
        insert_passage(page, passage, base);
    }
    if base.remedies.insert(remedy.id.clone(), remedy).is_some() {
        page.problem(&id, "this remedy is defined twice");
    }
}

const AXES: &[(&str, Axis)] = &[("heat", Axis::Heat), ("moisture", Axis::Moisture)];
const SIDES: &[(&str, Side)] = &[
    ("hot", Side::Hot),
    ("cold", Side::Cold),
    ("dry", Side::Dry),
    ("moist", Side::Moist),
    ("balanced", Side::Balanced),
];

/// `questionnaires/ID.toml`.
pub(super) fn questionnaire(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("questionnaire").to_owned();
    let mut fields = Fields::new(page, id.clone(), table);
    fields.need_string("id");
    tradition(&mut fields);
    let names = fields.names(&[Lang::En, Lang::Ur]);
    let about = fields.need_text("about");
    let evidence = fields.evidence();
    let (question_tables, published_tables) = (fields.tables("question"), fields.tables("published"));
    if question_tables.is_empty() {
        fields.problem("has no [[question]]");
    }
    fields.finish();
    let questions = question_tables.into_iter().filter_map(|t| question(page, &id, t)).collect();
    let published = published_tables.into_iter().filter_map(|t| published(page, &id, t)).collect();
    let made =
        Questionnaire { id: id.as_str().into(), names, about, questions, published, evidence, pack: pack.to_owned() };
    if base.questionnaires.insert(made.id.clone(), made).is_some() {
        page.problem(&id, "this questionnaire is defined twice");
    }
}

fn question(page: &mut Page<'_>, id: &str, table: Table) -> Option<Question> {
    let mut fields = Fields::new(page, id, table);
    let name = fields.need_string("id");
    let axis = fields.word("axis", AXES);
    let ask = fields.need_text("ask");
    let answer_tables = fields.tables("answers");
    if axis.is_none() {
        fields.problem(format!("question `{name}`: `axis` is heat or moisture"));
    }
    if answer_tables.len() < 2 {
        fields.problem(format!("question `{name}` needs two `answers` or more"));
    }
    fields.finish();
    let answers = answer_tables.into_iter().map(|t| {
        let mut inner = Fields::new(page, id, t);
        let (text, score) = (inner.need_text("text"), inner.need_number("score"));
        if ![-1.0, 0.0, 1.0].contains(&score) {
            inner.problem(format!("question `{name}`: a score is -1, 0 or 1"));
        }
        inner.finish();
        Answer { text, score: score as i8 }
    });
    Some(Question { answers: answers.collect(), id: name, axis: axis?, ask })
}

fn published(page: &mut Page<'_>, id: &str, table: Table) -> Option<PublishedAccuracy> {
    let mut fields = Fields::new(page, id, table);
    let side = fields.word("side", SIDES);
    let (sensitivity, specificity) = (fields.need_number("sensitivity"), fields.need_number("specificity"));
    let evidence = fields.evidence();
    if side.is_none() {
        fields.problem("`side` is hot, cold, dry, moist or balanced");
    }
    if ![sensitivity, specificity].iter().all(|x| (0.0..=1.0).contains(x)) {
        fields.problem("`sensitivity` and `specificity` lie between 0 and 1");
    }
    fields.finish();
    Some(PublishedAccuracy { side: side?, sensitivity, specificity, evidence })
}
