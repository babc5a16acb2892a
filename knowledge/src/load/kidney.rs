//! What weak kidneys change about a medicine, and whose first dose they do not change (`kidney/*.toml`).

use crate::fields::{Fields, Page};
use hakim_clinical::*;
use toml::{Table, Value};

pub(super) fn file(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "kidney", table);
    let (tables, first) = (fields.tables("kidney"), fields.tables("first_dose_as_usual"));
    if tables.is_empty() && first.is_empty() {
        fields.problem("a kidney file holds [[kidney]] or [[first_dose_as_usual]] tables");
    }
    fields.finish();
    first.into_iter().for_each(|table| first_dose(page, table, base));
    for table in tables {
        let rule = rule(page, table);
        let rules = base.kidney.entry(rule.of.clone()).or_default();
        if rules.iter().any(|r| r.routes == rule.routes && r.conditions == rule.conditions) {
            page.problem(rule.of.as_str(), "this medicine has two kidney rules for the same use: leave one");
        }
        rules.push(rule);
        rules.sort_by_key(|r| (r.conditions.is_empty(), r.routes.is_empty()));
    }
}

fn first_dose(page: &mut Page<'_>, table: Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "first_dose_as_usual", table);
    let of = fields.strings("of");
    if of.is_empty() {
        fields.problem("`of` names the medicines");
    }
    let evidence = fields.evidence();
    fields.finish();
    for id in of {
        if base.first_dose_as_usual.insert(MedicineId::new(&id), evidence.clone()).is_some() {
            page.problem(&id, "this medicine's first dose stands twice: leave one");
        }
    }
}

fn rule(page: &mut Page<'_>, table: Table) -> KidneyRule {
    let id = table.get("of").and_then(Value::as_str).unwrap_or("kidney").to_owned();
    let mut fields = Fields::new(page, id.clone(), table);
    let of = MedicineId::new(fields.need_string("of"));
    let routes = fields.strings("routes");
    let conditions = fields.strings("for").iter().map(ConditionId::new).collect();
    let tables = fields.tables("steps");
    let none_needed = if fields.has("none_needed") { fields.need_text("none_needed") } else { Text::default() };
    if tables.is_empty() && none_needed.is_empty() {
        fields.problem("a kidney rule needs `steps`, or `none_needed` to say that nothing changes");
    }
    let evidence = fields.evidence();
    fields.finish();
    let mut steps: Vec<KidneyStep> = tables.into_iter().map(|t| step(page, &id, t)).collect();
    steps.sort_by(|a, b| a.below.total_cmp(&b.below));
    if steps.windows(2).any(|two| matches!(two, [a, b] if (a.below - b.below).abs() < 1e-9)) {
        page.problem(&id, "two steps of a kidney rule have the same `below`");
    }
    KidneyRule { of, routes, conditions, steps, none_needed, evidence }
}

fn step(page: &mut Page<'_>, id: &str, table: Table) -> KidneyStep {
    /// No adult's clearance is above this, mL/min.
    const HIGHEST: f64 = 200.0;
    let mut fields = Fields::new(page, id, table);
    let step = KidneyStep {
        below: fields.need_number("below"),
        share: fields.number("share"),
        max_day_mg: fields.number("max_day_mg"),
        times_per_day: fields.number("times_per_day"),
        avoid: fields.flag("avoid"),
        first_too: fields.flag("first_too"),
        text: fields.need_text("text"),
    };
    if !(step.below > 0.0 && step.below <= HIGHEST) {
        fields
            .problem(format!("`below = {}` is no creatinine clearance: above 0, at most {HIGHEST} mL/min", step.below));
    }
    if let Some(share) = step.share.filter(|share| !(*share > 0.0 && *share <= 1.0)) {
        fields.problem(format!("`share = {share}` is not a share of a dose: above 0, at most 1"));
    }
    if let Some(most) = step.max_day_mg.filter(|most| *most <= 0.0) {
        fields.problem(format!("`max_day_mg = {most}` must be above 0"));
    }
    if let Some(times) = step.times_per_day.filter(|times| !(*times > 0.0 && *times <= 24.0)) {
        fields.problem(format!("`times_per_day = {times}` must be above 0, at most 24"));
    }
    if step.avoid && (step.share.is_some() || step.max_day_mg.is_some() || step.times_per_day.is_some()) {
        fields.problem("what is to be avoided has no share, no maximum and no times");
    }
    fields.finish();
    step
}

#[cfg(test)]
mod tests {
    use crate::{PackFiles, load};

    fn read(kidney: &str) -> (Vec<String>, hakim_clinical::KnowledgeBase) {
        let manifest = "id = \"p\"\nversion = \"1\"\nformat = 1\nlicence = \"x\"\ntitle = \"t\"\nchanges = \"c\"";
        let file = |name: &str, text: &str| (format!("p/{name}"), text.to_owned());
        let pack =
            PackFiles { name: "p".into(), files: vec![file("kidney/a.toml", kidney), file("pack.toml", manifest)] };
        let loaded = load(&[pack]);
        (loaded.problems.iter().map(ToString::to_string).collect(), loaded.base)
    }

    fn with_step(step: &str) -> Vec<String> {
        let text = "text = { en = \"a\", ur = \"الف\" }";
        read(&format!(
            "[[kidney]]\nof = \"m\"\nsteps = [{{ {step}, {text} }}]\nsource = \"hakim-estimate\"\nseen = false"
        ))
        .0
    }

    fn sound(step: &str) -> bool {
        with_step(step).is_empty()
    }

    #[test]
    fn a_step_with_nonsense_is_refused() {
        for good in [
            "below = 30",
            "below = 200, share = 1",
            "below = 30, share = 0.5, times_per_day = 0.5, max_day_mg = 1",
            "below = 30, times_per_day = 24",
            "below = 0.1, avoid = true",
        ] {
            assert!(sound(good), "{good}: {:?}", with_step(good));
        }
        for (bad, said) in [
            ("share = 0.5", "`below` is missing"),
            ("below = 0", "`below = 0`"),
            ("below = -5", "`below = -5`"),
            ("below = 201", "`below = 201`"),
            ("below = 30, share = 0", "`share = 0`"),
            ("below = 30, share = 1.1", "`share = 1.1`"),
            ("below = 30, max_day_mg = 0", "`max_day_mg = 0`"),
            ("below = 30, times_per_day = 0", "`times_per_day = 0`"),
            ("below = 30, times_per_day = 25", "`times_per_day = 25`"),
            ("below = 30, avoid = true, share = 0.5", "to be avoided"),
            ("below = 30, avoid = true, max_day_mg = 5", "to be avoided"),
            ("below = 30, avoid = true, times_per_day = 1", "to be avoided"),
            ("below = 30, shares = 0.5", "unknown key `shares`"),
        ] {
            let problems = with_step(bad);
            assert!(problems.iter().any(|p| p.contains(said) && p.contains("p/kidney/a.toml")), "{bad}: {problems:?}");
        }
    }

    #[test]
    fn a_rule_says_something_and_once() {
        let end = "source = \"hakim-estimate\"\nseen = false\n";
        let none = "none_needed = { en = \"No change\", ur = \"الف\" }";
        let rule = |inside: &str| format!("[[kidney]]\nof = \"m\"\n{inside}\n{end}");
        assert!(read(&rule(none)).0.is_empty());
        assert!(read(&rule("")).0.iter().any(|p| p.contains("needs `steps`")));
        assert!(read(&format!("{}{}", rule(none), rule(none))).0.iter().any(|p| p.contains("two kidney rules")));
        assert!(read("a = 1").0.iter().any(|p| p.contains("[[kidney]]")));
        let text = "text = { en = \"a\", ur = \"الف\" }";
        let twice = rule(&format!("steps = [{{ below = 30, {text} }}, {{ below = 30, {text} }}]"));
        assert!(read(&twice).0.iter().any(|p| p.contains("same `below`")));
    }

    #[test]
    fn a_first_dose_names_medicines_and_its_source() {
        let end = "source = \"hakim-estimate\"\nsection = \"here\"\nseen = false\n";
        let first = |of: &str| format!("[[first_dose_as_usual]]\nof = [{of}]\n{end}");
        let (problems, base) = read(&first("\"a\", \"b\""));
        assert!(problems.is_empty(), "{problems:?}");
        let named: Vec<(&str, &str)> = base
            .first_dose_as_usual
            .iter()
            .map(|(id, e)| (id.as_str(), e.section.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(named, [("a", "here"), ("b", "here")]);
        let said = |text: &str, what: &str| {
            let (problems, _) = read(text);
            assert!(problems.iter().any(|p| p.contains(what)), "{what}: {problems:?}");
        };
        said(&first(""), "names the medicines");
        said(&format!("{}{}", first("\"a\""), first("\"a\"")), "stands twice");
        said("[[first_dose_as_usual]]\nof = [\"a\"]", "source");
    }

    #[test]
    fn the_lowest_step_above_a_clearance_holds() {
        let text = "text = { en = \"a\", ur = \"الف\" }";
        let written = format!(
            "[[kidney]]\nof = \"m\"\nsteps = [{{ below = 60, share = 0.5, {text} }}, {{ below = 30, share = 0.25, {text} }}]\n\
             source = \"hakim-estimate\"\nseen = false"
        );
        let (problems, base) = read(&written);
        assert!(problems.is_empty(), "{problems:?}");
        let rule = base.kidney.get("m").and_then(|rules| rules.first()).cloned();
        let share = |clearance: f64| rule.as_ref().and_then(|r| r.step(clearance)).and_then(|s| s.share);
        assert_eq!([share(29.9), share(30.0), share(59.9), share(60.0)], [Some(0.25), Some(0.5), Some(0.5), None]);
    }
}
