//! Cut-offs of growth: `growth/*.toml` of a pack.

use crate::fields::{Fields, Page};
use hakim_clinical::*;
use toml::Table;

const TONES: &[(&str, GrowthTone)] = &[
    ("ok", GrowthTone::Ok),
    ("note", GrowthTone::Note),
    ("warning", GrowthTone::Warning),
    ("danger", GrowthTone::Danger),
];

const ACUTE: &[(&str, AcuteMalnutrition)] =
    &[("moderate", AcuteMalnutrition::Moderate), ("severe", AcuteMalnutrition::Severe)];

pub(super) fn file(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "growth", table);
    let bands = fields.tables("band");
    let advice = fields.tables("advice");
    let limits = fields.tables("limit");
    fields.finish();
    for table in bands {
        base.growth.bands.extend(band(page, table));
    }
    for table in advice {
        let mut fields = Fields::new(page, "advice", table);
        let acute = fields.word("acute", ACUTE);
        let (say, act) = (fields.need_text("say"), fields.need_text("act"));
        let evidence = fields.evidence();
        fields.finish();
        base.growth.advice.extend(acute.map(|acute| MalnutritionAdvice { acute, say, act, evidence }));
    }
    for table in limits {
        let mut fields = Fields::new(page, "limit", table);
        let written = fields.need_string("of");
        let indicator = indicator(&mut fields, &written);
        let range = fields.pair("range");
        let evidence = fields.evidence();
        fields.finish();
        if let (Some(indicator), Some((low, high))) = (indicator, range) {
            base.growth.limits.push(GrowthLimit { indicator, low, high, evidence });
        }
    }
}

fn band(page: &mut Page<'_>, table: Table) -> Option<GrowthBand> {
    let mut fields = Fields::new(page, "band", table);
    let written = fields.need_string("of");
    let sign = match written.as_str() {
        "arm" => Some(GrowthSign::Arm),
        "oedema" => Some(GrowthSign::Oedema),
        other => indicator(&mut fields, other).map(GrowthSign::Z),
    };
    let (from, until) = fields.pair("months").unwrap_or((0.0, 229.0));
    let (below, above) = (fields.number("below"), fields.number("above"));
    let say = fields.need_text("say");
    let tone = fields.word("tone", TONES);
    let acute = if fields.has("acute") { fields.word("acute", ACUTE) } else { None };
    if tone.is_none() {
        fields.problem("`tone` is missing");
    }
    let evidence = fields.evidence();
    fields.finish();
    Some(GrowthBand {
        sign: sign?,
        from_months: from.clamp(0.0, 1e4) as u32,
        below_months: until.clamp(0.0, 1e4) as u32,
        below,
        above,
        say,
        tone: tone?,
        acute,
        evidence,
    })
}

fn indicator(fields: &mut Fields<'_, '_>, written: &str) -> Option<GrowthIndicator> {
    let found = GrowthIndicator::ALL.into_iter().find(|i| i.key() == written);
    if found.is_none() {
        let known: Vec<&str> = GrowthIndicator::ALL.iter().map(|i| i.key()).collect();
        fields.problem(format!("`of = \"{written}\"` is not one of: {}", known.join(", ")));
    }
    found
}
