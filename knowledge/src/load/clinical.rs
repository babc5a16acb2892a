//! Findings, conditions and general danger rules.

use super::shared::{danger, insert_passage, passage};
use super::shares::Shares;
use crate::fields::{Fields, Page, our_estimate};
use crate::rule::parse_rule;
use hakim_clinical::*;
use toml::{Table, Value};

const KINDS: &[(&str, FindingKind)] = &[
    ("symptom", FindingKind::Symptom),
    ("sign", FindingKind::Sign),
    ("history", FindingKind::History),
    ("exposure", FindingKind::Exposure),
    ("vital", FindingKind::Vital),
    ("lab", FindingKind::Lab),
    ("imaging", FindingKind::Imaging),
];

const HARMS: &[(&str, Harm)] =
    &[("low", Harm::Low), ("moderate", Harm::Moderate), ("high", Harm::High), ("critical", Harm::Critical)];

const COSTS: &[(&str, Cost)] = &[
    ("ask", Cost::Ask),
    ("examine", Cost::Examine),
    ("bedside", Cost::Bedside),
    ("lab", Cost::Lab),
    ("imaging", Cost::Imaging),
    ("refer", Cost::Refer),
];

pub(super) fn findings(page: &mut Page<'_>, mut table: Table, base: &mut KnowledgeBase) {
    let Some(Value::Table(list)) = table.remove("finding") else {
        page.problem(
            "finding",
            "a findings file holds [finding.ID] tables; quote an id with dots: [finding.\"cough.dry\"]",
        );
        return;
    };
    for (id, value) in list {
        let Value::Table(entry) = value else { continue };
        if !entry.contains_key("kind") {
            page.problem(&id, "has no `kind`; an id with dots must be quoted: [finding.\"cough.dry\"]");
            continue;
        }
        let finding = finding(page, &id, entry);
        if let Some(finding) = finding
            && base.findings.insert(finding.id.clone(), finding).is_some()
        {
            page.problem(&id, "this finding is defined twice");
        }
    }
}

fn finding(page: &mut Page<'_>, id: &str, table: Table) -> Option<Finding> {
    let mut fields = Fields::new(page, id, table);
    let kind = fields.word("kind", KINDS);
    let parent = fields.string("parent").map(FindingId::from);
    let group = fields.string("group");
    let hpo = fields.string("hpo");
    let symp = fields.string("symp");
    let loinc = fields.strings("loinc");
    let odd = (hpo.iter().filter(|id| !is_id(id, "HP:")))
        .chain(symp.iter().filter(|id| !is_id(id, "SYMP:")))
        .chain(loinc.iter().filter(|code| !is_loinc(code)));
    for code in odd.cloned().collect::<Vec<_>>() {
        fields.problem(format!("`{code}` is not a code: HP:0002018, SYMP:0000458, 718-7 with its right last digit"));
    }
    let alarming = fields.flag("alarming");
    let only_sex = fields.word("only_sex", SEXES);
    let names = fields.names(&[Lang::En, Lang::Ur, Lang::Ar, Lang::Hi]);
    for lang in [Lang::En, Lang::Ur] {
        if names.ask(lang).is_none() {
            fields.problem(format!("`names.{}.ask` is missing: the question that asks for it", lang.code()));
        }
    }
    let background = match fields.value("background") {
        None => {
            fields.problem("`background` is missing: how many clinic attenders have it");
            None
        }
        Some(short @ Value::Array(_)) => fields.short_share(&short).map(|share| (share, our_estimate())),
        Some(Value::Table(table)) => {
            let mut inner = Fields::new(fields.page, id, table);
            let share = inner.share("p");
            let evidence = inner.evidence();
            inner.finish();
            share.map(|share| (share, evidence))
        }
        Some(_) => {
            fields.problem("`background` is a table with `p`, or short [p, low, high]");
            None
        }
    };
    let measures = fields.tables("measured_by");
    let lasts_days = fields.number("lasts_days");
    if lasts_days.is_some_and(|days| days <= 0.0) {
        fields.problem("`lasts_days` must be above zero");
    }
    if lasts_days.is_some() && parent.is_none() {
        fields.problem("`lasts_days` needs a `parent`: the finding that lasts");
    }
    let measured_by = measures.into_iter().filter_map(|t| measured_by(fields.page, id, t)).collect();
    fields.finish();
    let (background, evidence) = background?;
    Some(Finding {
        id: id.into(),
        kind: kind?,
        parent,
        group,
        names,
        hpo,
        symp,
        loinc,
        background,
        evidence,
        measured_by,
        lasts_days,
        alarming,
        only_sex,
    })
}

/// An id of an OBO ontology: its prefix and seven digits.
fn is_id(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|n| n.len() == 7 && n.bytes().all(|b| b.is_ascii_digit()))
}

/// A LOINC code: one to seven digits, a dash, and the check digit (modulus 10, every second digit doubled from the right;
/// LOINC Users' Guide, "LOINC code check digit").
fn is_loinc(code: &str) -> bool {
    let Some((number, check)) = code.split_once('-') else { return false };
    let digits =
        |s: &str| s.bytes().map(|b| b.is_ascii_digit().then(|| u32::from(b - b'0'))).collect::<Option<Vec<_>>>();
    let (Some(number), Some(&[check])) = (digits(number), digits(check).as_deref()) else { return false };
    if number.is_empty() || number.len() > 7 {
        return false;
    }
    let sum: u32 =
        number.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    (sum + check).is_multiple_of(10)
}

const SEXES: &[(&str, Sex)] = &[("female", Sex::Female), ("male", Sex::Male)];

fn measured_by(page: &mut Page<'_>, id: &str, table: Table) -> Option<MeasuredBy> {
    let mut fields = Fields::new(page, id, table);
    let key = fields.need_string("vital");
    let vital = Vital::from_key(&key);
    if vital.is_none() {
        fields.problem(format!("`vital = \"{key}\"` is not a vital sign"));
    }
    let measured = MeasuredBy {
        vital: vital?,
        at_least: fields.number("at_least"),
        below: fields.number("below"),
        from_years: fields.number("from_years"),
        to_years: fields.number("to_years"),
    };
    if measured.at_least.is_none() && measured.below.is_none() {
        fields.problem("`measured_by` needs `at_least` or `below`");
    }
    fields.finish();
    Some(measured)
}

pub(super) fn dangers(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "dangers", table);
    let tables = fields.tables("danger");
    fields.finish();
    base.dangers.extend(tables.into_iter().filter_map(|t| danger(page, t, None)));
}

pub(super) fn condition(page: &mut Page<'_>, table: Table, pack: &str, base: &mut KnowledgeBase) {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("condition").to_owned();
    let condition_id = ConditionId::new(id.clone());
    let mut fields = Fields::new(page, id.clone(), table);
    fields.need_string("id");
    let names = fields.names(&[Lang::En, Lang::Ur, Lang::Ar, Lang::Hi]);
    let icd10 = fields.strings("icd10");
    let icd11 = fields.strings("icd11");
    if icd10.is_empty() {
        fields.problem("`icd10` is missing");
    }
    let summary = fields.need_text("summary");
    let harm = fields.word("harm", HARMS);
    let only_sex = fields.word("only_sex", SEXES);
    let from_years = fields.number("from_years");
    let to_years = fields.number("to_years");
    let prior = fields.table("prior");
    if prior.is_none() {
        fields.problem("[prior] is missing: how common the condition is in the clinic");
    }
    let prior = prior.and_then(|t| read_prior(fields.page, &id, t));
    let shares = Shares::of(&mut fields);
    let danger_tables = fields.tables("danger");
    let test_tables = fields.tables("test");
    let treatment_tables = fields.tables("treatment");
    let passage_tables = fields.tables("passage");
    if shares.is_empty() {
        fields.problem("lists no finding: [estimates], [[findings]] or [[finding]]");
    }
    fields.finish();
    let mut findings = shares.read(page, &id);
    // In order, so that one can be found without looking at all.
    findings.sort_by(|a, b| a.finding.cmp(&b.finding));
    let dangers = danger_tables.into_iter().filter_map(|t| danger(page, t, Some(&condition_id))).collect();
    let tests = test_tables.into_iter().filter_map(|t| test(page, t)).collect();
    let treatments = treatment_tables.into_iter().filter_map(|t| treatment(page, &id, t)).collect();
    let passages: Vec<Passage> = passage_tables.into_iter().map(|t| passage(page, t, pack, &id)).collect();
    for passage in &passages {
        insert_passage(page, passage.clone(), base);
    }
    let (Some(harm), Some(prior)) = (harm, prior) else {
        if harm.is_none() {
            page.problem(&id, "`harm` is missing");
        }
        return;
    };
    let condition = Condition {
        id: condition_id.clone(),
        names,
        icd10,
        icd11,
        summary,
        harm,
        only_sex,
        from_years,
        to_years,
        prior,
        findings,
        dangers,
        tests,
        treatments,
        passages,
        pack: pack.to_owned(),
    };
    if base.conditions.insert(condition_id, condition).is_some() {
        page.problem(&id, "this condition is defined twice");
    }
}

fn read_prior(page: &mut Page<'_>, id: &str, table: Table) -> Option<Prior> {
    let mut fields = Fields::new(page, id, table);
    let per_1000 = fields.need_number("per_1000");
    let range = fields.pair("range");
    if range.is_none() {
        fields.problem("[prior] needs `range`");
    }
    let (low, high) = range?;
    let share = fields.make_share(per_1000 / 1000.0, low / 1000.0, high / 1000.0);
    let evidence = fields.evidence();
    let tables = fields.tables("factor");
    let times = fields.table("times").unwrap_or_default();
    let mut factors: Vec<PriorFactor> =
        times.iter().filter_map(|(rule, value)| short_factor(&mut fields, rule, value, &evidence)).collect();
    fields.finish();
    for table in tables {
        let mut fields = Fields::new(page, id, table);
        let when = fields.rule("when");
        let times = fields.need_number("times");
        possible_factor(&mut fields, times);
        let evidence = fields.evidence();
        fields.finish();
        if let Some((when, text)) = when {
            factors.push(PriorFactor { when, text, times, evidence });
        }
    }
    Some(Prior { share: share?, evidence, factors })
}

/// One line of `[prior.times]`: a rule and its factor, with the evidence of the prior.
fn short_factor(fields: &mut Fields<'_, '_>, rule: &str, value: &Value, evidence: &Evidence) -> Option<PriorFactor> {
    let times = match value {
        Value::Float(n) => *n,
        Value::Integer(n) => *n as f64,
        _ => {
            fields.problem(format!("[prior.times] \"{rule}\" needs a number"));
            return None;
        }
    };
    possible_factor(fields, times);
    match parse_rule(rule) {
        Ok(when) => Some(PriorFactor { when, text: rule.to_owned(), times, evidence: evidence.clone() }),
        Err(e) => {
            fields.problem(format!("[prior.times] \"{rule}\": {e}"));
            None
        }
    }
}

fn possible_factor(fields: &mut Fields<'_, '_>, times: f64) {
    if !(0.0001..=10_000.0).contains(&times) {
        fields.problem(format!("`times = {times}` must lie between 0.0001 and 10000"));
    }
}

fn test(page: &mut Page<'_>, table: Table) -> Option<Test> {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("test").to_owned();
    let mut fields = Fields::new(page, id, table);
    let id = TestId::new(fields.need_string("id"));
    let name = fields.need_text("name");
    let sensitivity = fields.inner_share("sensitivity");
    let specificity = fields.inner_share("specificity");
    let cost = fields.word("cost", COSTS);
    if cost.is_none() {
        fields.problem("a test needs a `cost`");
    }
    let evidence = fields.evidence();
    fields.finish();
    Some(Test { id, name, sensitivity, specificity, cost: cost?, evidence })
}

fn treatment(page: &mut Page<'_>, id: &str, table: Table) -> Option<Treatment> {
    let mut fields = Fields::new(page, id, table);
    let step = fields.need_number("step");
    let medicine = fields.string("medicine").map(|m| TreatmentAction::Medicine(m.into()));
    let avoid = fields.string("avoid").map(|m| TreatmentAction::Avoid(m.into()));
    let avoid_class = fields.string("avoid_class").map(|c| TreatmentAction::AvoidClass(c.into()));
    let kind = fields.word("kind", &[("procedure", 0), ("fluids", 1), ("advice", 2), ("follow_up", 3), ("refer", 4)]);
    let kind = kind.map(|k| match k {
        0 => TreatmentAction::Procedure,
        1 => TreatmentAction::Fluids,
        2 => TreatmentAction::Advice,
        3 => TreatmentAction::FollowUp,
        _ => TreatmentAction::Refer,
    });
    let mut actions: Vec<TreatmentAction> = [medicine, avoid, avoid_class, kind].into_iter().flatten().collect();
    if actions.len() != 1 {
        fields.problem("a treatment needs exactly one of `medicine`, `avoid`, `avoid_class`, `kind`");
    }
    let routes = if fields.flag("by_injection") { RoutesAllowed::Injection } else { RoutesAllowed::Any };
    if routes == RoutesAllowed::Injection && !matches!(actions[..], [TreatmentAction::Medicine(_)]) {
        fields.problem("`by_injection` belongs to a line with a `medicine`");
    }
    let instead_of: Vec<MedicineId> = fields.strings("instead_of").iter().map(MedicineId::new).collect();
    if !instead_of.is_empty() && !matches!(actions[..], [TreatmentAction::Medicine(_)]) {
        fields.problem("`instead_of` belongs to a line with a `medicine`");
    }
    let when = if fields.has("when") { fields.rule("when").map(|(r, _)| r) } else { Some(Rule::Always) };
    let text = fields.need_text("text");
    let evidence = fields.evidence();
    fields.finish();
    let (step, action) = (step.clamp(0.0, 99.0) as u8, actions.pop()?);
    Some(Treatment { step, action, routes, instead_of, text, when: when?, evidence })
}

#[cfg(test)]
mod tests {
    use super::{is_id, is_loinc};

    #[test]
    fn a_mistyped_code_is_not_taken() {
        for code in ["718-7", "8480-6", "8462-4", "29463-7", "2160-0"] {
            assert!(is_loinc(code), "{code}");
        }
        for code in ["718-8", "781-7", "8480", "-7", "718-", "718-77", "71a-7", "12345678-1", ""] {
            assert!(!is_loinc(code), "{code}");
        }
        assert!(is_id("SYMP:0000458", "SYMP:"));
        assert!(!is_id("SYMP:458", "SYMP:"));
        assert!(!is_id("HP:0000458", "SYMP:"));
    }
}
