//! Dose rules of a medicine. The key of an amount says what it is measured in.

use crate::fields::{Fields, Page};
use hakim_clinical::*;
use toml::Table;

const ROUTES: &[&str] = &[
    "oral",
    "im",
    "iv",
    "sc",
    "id",
    "wound",
    "mouth",
    "inhaled",
    "topical",
    "rectal",
    "nasal",
    "eye",
    "ear",
    "vaginal",
    "sublingual",
];

/// The one amount of a table: its key ends in the unit, after which `_per_kg` may stand.
fn amount(fields: &mut Fields<'_, '_>) -> Option<(DoseUnit, DoseAmount)> {
    let mut found = vec![];
    let sound = |(low, high): &(f64, f64)| 0.0 < *low && low <= high;
    for unit in DoseUnit::ALL {
        let fixed = fields.pair(unit.key()).map(|pair| (pair, DoseAmount::Fixed { low: pair.0, high: pair.1 }));
        let per_kg = fields.pair(&format!("{}_per_kg", unit.key()));
        let per_kg = per_kg.map(|pair| (pair, DoseAmount::PerKg { low: pair.0, high: pair.1 }));
        found.extend([fixed, per_kg].into_iter().flatten().map(|(pair, amount)| (unit, pair, amount)));
    }
    match found[..] {
        [(unit, pair, amount)] if sound(&pair) => Some((unit, amount)),
        _ => {
            let keys: Vec<&str> = DoseUnit::ALL.into_iter().map(DoseUnit::key).collect();
            fields.problem(format!(
                "a dose needs exactly one amount, `UNIT = [low, high]` or `UNIT_per_kg = [low, high]`, above zero; UNIT is one of: {}",
                keys.join(", ")
            ));
            None
        }
    }
}

/// Minutes in which an amount is given.
fn over_minutes(fields: &mut Fields<'_, '_>) -> Option<f64> {
    let minutes = fields.number("over_minutes");
    if minutes.is_some_and(|n| !(1.0..=1440.0).contains(&n)) {
        fields.problem("`over_minutes` is from 1 to 1440");
    }
    minutes
}

/// The second part of a dose in the unit of the first.
fn second_part(page: &mut Page<'_>, id: &str, table: Table, first: DoseUnit) -> Option<SecondPart> {
    let mut fields = Fields::new(page, id, table);
    let found = amount(&mut fields);
    let (over_minutes, each_hour) = (over_minutes(&mut fields), fields.flag("each_hour"));
    if over_minutes.is_some() && each_hour {
        fields.problem("`then` has `over_minutes` or `each_hour`, not both");
    }
    let part = found.map(|(_, amount)| SecondPart { amount, over_minutes, each_hour });
    if found.is_some_and(|(unit, _)| unit != first) {
        fields.problem("`then` has the unit of the first part");
    }
    fields.finish();
    part
}

pub(super) fn dose(page: &mut Page<'_>, id: &str, table: Table) -> Option<DoseRule> {
    let mut fields = Fields::new(page, id, table);
    let conditions = fields.strings("for").into_iter().map(ConditionId::from).collect();
    let when = fields.rule("when");
    if when.is_none() {
        fields.problem("a dose needs `when`: who it is for");
    }
    let found = amount(&mut fields);
    let unit = found.map_or_else(DoseUnit::default, |(unit, _)| unit);
    let over_minutes = over_minutes(&mut fields);
    let then = fields.table("then");
    let label = fields.need_text("label");
    let times_per_day = fields.need_number("times_per_day");
    let every_days = fields.number("every_days");
    if every_days.is_some_and(|n| n < 2.0 || times_per_day > 1.0) {
        fields.problem(
            "`every_days` is for one dose a day with at least one free day after it: 2 or more, with times_per_day = 1",
        );
    }
    let days = fields.number("days");
    let route = fields.need_string("route");
    if !ROUTES.contains(&route.as_str()) {
        fields.problem(format!("route `{route}` is not one of: {}", ROUTES.join(", ")));
    }
    let max_single = fields.need_number(&format!("max_single_{}", unit.key()));
    let max_day = fields.need_number(&format!("max_day_{}", unit.key()));
    let max_day_per_kg = fields.number(&format!("max_day_{}_per_kg", unit.key()));
    let unweighed = fields.flag("unweighed");
    if !(max_single > 0.0 && max_day >= max_single && times_per_day > 0.0 && times_per_day <= 24.0) {
        fields.problem("a dose needs 0 < max_single <= max_day and 0 < times_per_day <= 24");
    }
    if let Some((_, DoseAmount::Fixed { low, high })) = found
        && (high > max_single || low * times_per_day > max_day * 1.0001)
    {
        fields.problem("the dose itself is above its own maximum");
    }
    let note = fields.text("note");
    let evidence = fields.evidence();
    fields.finish();
    let then = match then {
        Some(table) => Some(second_part(page, id, table, unit)?),
        None => None,
    };
    Some(DoseRule {
        conditions,
        when: when?.0,
        label,
        unit,
        amount: found?.1,
        over_minutes,
        then,
        times_per_day,
        every_days,
        unweighed,
        days,
        route,
        max_single,
        max_day,
        max_day_per_kg,
        note,
        evidence,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    const REST: &str = "when = \"always\"\nlabel = { en = \"a\", ur = \"الف\" }\ntimes_per_day = 1\nroute = \"iv\"\n\
        source = \"hakim-estimate\"\nseen = false\n";

    fn read(amounts: &str) -> (Option<DoseRule>, Vec<String>) {
        let mut page = Page::new("p/a.toml", "");
        let rule = dose(&mut page, "m", toml::from_str(&format!("{REST}{amounts}")).unwrap());
        (rule, page.problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_key_says_the_unit() {
        for unit in DoseUnit::ALL {
            let key = unit.key();
            let (rule, problems) = read(&format!("{key} = [1, 2]\nmax_single_{key} = 2\nmax_day_{key} = 3"));
            assert_eq!(problems, Vec::<String>::new());
            let rule = rule.unwrap();
            assert_eq!((rule.unit, rule.amount), (unit, DoseAmount::Fixed { low: 1.0, high: 2.0 }));
            assert_eq!((rule.max_single, rule.max_day), (2.0, 3.0));
        }
        let (rule, problems) = read(
            "ml_per_kg = [30, 30]\nover_minutes = 30\nthen = { ml_per_kg = [70, 70], over_minutes = 150 }\n\
             max_single_ml = 2000\nmax_day_ml = 6000\nmax_day_ml_per_kg = 200",
        );
        assert_eq!(problems, Vec::<String>::new());
        let rule = rule.unwrap();
        assert_eq!((rule.over_minutes, rule.max_day_per_kg), (Some(30.0), Some(200.0)));
        let amount = DoseAmount::PerKg { low: 70.0, high: 70.0 };
        assert_eq!(rule.then, Some(SecondPart { amount, over_minutes: Some(150.0), each_hour: false }));
    }

    #[test]
    fn an_amount_that_can_be_taken_two_ways_is_refused() {
        for (amounts, said) in [
            ("max_single_mg = 1\nmax_day_mg = 1", "exactly one amount"),
            ("mg = [1, 1]\nunits = [1, 1]\nmax_single_mg = 1\nmax_day_mg = 1", "exactly one amount"),
            ("ml = [1, 1]\nml_per_kg = [1, 1]\nmax_single_ml = 1\nmax_day_ml = 1", "exactly one amount"),
            ("units = [0, 1]\nmax_single_units = 1\nmax_day_units = 1", "exactly one amount"),
            ("mg = [2, 1]\nmax_single_mg = 2\nmax_day_mg = 2", "exactly one amount"),
            ("units = [1, 1]\nmax_single_mg = 1\nmax_day_mg = 1", "`max_single_units` is missing"),
            ("units = [1, 2]\nmax_single_units = 1\nmax_day_units = 5", "above its own maximum"),
            ("units = [1, 1]\nmax_single_units = 2\nmax_day_units = 1", "max_single <= max_day"),
            ("ml = [1, 1]\nover_minutes = 0\nmax_single_ml = 1\nmax_day_ml = 1", "from 1 to 1440"),
            ("ml = [1, 1]\nover_minutes = 1441\nmax_single_ml = 1\nmax_day_ml = 1", "from 1 to 1440"),
            ("ml = [1, 1]\nthen = { mg = [1, 1] }\nmax_single_ml = 1\nmax_day_ml = 1", "unit of the first part"),
            (
                "ml = [1, 1]\nthen = { ml = [1, 1], over_minutes = 5, each_hour = true }\nmax_single_ml = 1\nmax_day_ml = 1",
                "not both",
            ),
            ("ml = [1, 1]\nthen = { ml = [1, 1], max = 2 }\nmax_single_ml = 1\nmax_day_ml = 1", "unknown key `max`"),
        ] {
            let (_, problems) = read(amounts);
            assert!(problems.iter().any(|p| p.contains(said)), "{amounts}: {problems:?}");
        }
    }
}
