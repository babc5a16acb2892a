//! How much of a medicine to dispense: units of one dose, times the doses of the course, rounded up to whole units (whole mL
//! of a liquid). Worked out only where the course has an end and is the same on all its days; elsewhere a line to fill in
//! stands in its place, since a wrong figure is worse than none.

use hakim_clinical::{DoseUnit, Lang, WorkedDose};

/// What a sum of halves and tenths may miss a whole number by.
const SLIP: f64 = 1e-6;

/// Units, or mL of a liquid; `None`: nothing that could be counted from this dose.
pub(super) fn to_dispense(dose: &WorkedDose) -> Option<f64> {
    let days = dose.days?;
    let doses = rounded_up(match dose.every_days {
        Some(every) => days / every,
        None => dose.times_per_day * days,
    });
    let Some(give) = &dose.give else {
        let counted = matches!(dose.unit, DoseUnit::Vials | DoseUnit::Tablets) && dose.then.is_none();
        return (counted && same_all_days(dose.note.get(Lang::En), doses)).then(|| rounded_up(dose.single * doses));
    };
    let counted = match give.form.as_str() {
        // What is left in an opened vial is not kept, and how much an ampoule holds is not known here.
        "injection" => give.ml.is_none() && (give.amount - give.amount.round()).abs() < SLIP,
        // A strip of ointment and a flow of gas are no units of a shop.
        "ointment" | "gas" => false,
        _ => true,
    };
    (counted && same_all_days(dose.note.get(Lang::En), doses)).then(|| rounded_up(give.amount * doses))
}

fn rounded_up(n: f64) -> f64 {
    (n - SLIP).ceil()
}

/// Words of a note by which the course is not the same on all days, or is taken only when needed.
const CHANGES: [&str; 21] = [
    "need",
    "needed",
    "necessary",
    "then",
    "until",
    "raise",
    "raised",
    "lower",
    "lowered",
    "again",
    "repeat",
    "repeated",
    "double",
    "doubled",
    "doubles",
    "more",
    "longer",
    "fewer",
    "up",
    "seldom",
    "afterwards",
];

/// Whether nothing in the (English) note speaks against `doses` equal doses. A note that names this very number is believed.
fn same_all_days(note: &str, doses: f64) -> bool {
    let note = note.to_lowercase();
    if note
        .split(|c: char| !c.is_alphanumeric())
        .collect::<Vec<_>>()
        .windows(2)
        .any(|pair| matches!(pair, [n, "doses"] if n.parse().is_ok_and(|n: f64| (n - doses).abs() < SLIP)))
    {
        return true;
    }
    // A dose that was vomited is given anew, whatever the course.
    let clauses = note.split(['.', ';', ',', ':']).filter(|clause| !clause.contains("vomit"));
    clauses.map(words).all(|clause| !changes(&clause))
}

fn words(clause: &str) -> Vec<&str> {
    clause.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn changes(clause: &[&str]) -> bool {
    let number = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    let single = clause.iter().any(|word| CHANGES.contains(word));
    let pair = clause.windows(2).any(|pair| match pair {
        ["day" | "days", n] => number(n),
        ["first", "day" | "days" | "dose" | "time" | "week" | "two"] | ["second", "day" | "week"] => true,
        ["at", "first"] | ["twice", "on" | "this"] | ["half", "of"] => true,
        ["first", n] => number(n),
        _ => false,
    });
    // `5 to 7 days`, `3 to 4 times`
    let range = clause.windows(4).any(|four| match four {
        [from, "to" | "or", to, "day" | "days" | "week" | "weeks" | "month" | "months" | "times"] => {
            number(from) && number(to)
        }
        _ => false,
    });
    single || pair || range
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    /// A dose of `amount` units of `form`.
    fn dose(form: &str, amount: f64, ml: Option<f64>, times: f64, days: Option<f64>, note: &str) -> WorkedDose {
        serde_json::from_value(serde_json::json!({
            "medicine": "m", "label": { "en": "adult" }, "single_mg": 250.0,
            "give": { "amount": amount, "form": form, "mg": 500.0, "ml": ml },
            "times_per_day": times, "days": days, "route": "oral", "note": { "en": note }, "steps": [],
            "evidence": { "source": "s", "section": null, "seen": "NotSeen", "grade": "expert", "review": "draft" },
        }))
        .unwrap()
    }

    fn tablets(amount: f64, times: f64, days: f64) -> Option<f64> {
        to_dispense(&dose("tablet", amount, None, times, Some(days), ""))
    }

    #[test]
    fn whole_tablets_are_multiplied() {
        assert_eq!(tablets(1.0, 3.0, 5.0), Some(15.0));
        assert_eq!(tablets(2.0, 4.0, 7.0), Some(56.0));
        assert_eq!(tablets(1.0, 1.0, 1.0), Some(1.0));
    }

    #[test]
    fn what_is_not_whole_is_rounded_up_and_what_is_stays() {
        // on both sides of a whole number, and on it
        assert_eq!(tablets(0.5, 2.0, 5.0), Some(5.0));
        assert_eq!(tablets(0.5, 1.0, 5.0), Some(3.0));
        assert_eq!(tablets(0.5, 3.0, 5.0), Some(8.0));
        assert_eq!(tablets(0.25, 1.0, 4.0), Some(1.0));
        assert_eq!(tablets(0.25, 1.0, 5.0), Some(2.0));
        assert_eq!(tablets(0.25, 1.0, 3.0), Some(1.0));
    }

    #[test]
    fn millilitres_are_rounded_up_too_and_tenths_do_not_slip() {
        let syrup = |amount, times, days| to_dispense(&dose("syrup", amount, Some(5.0), times, Some(days), ""));
        assert_eq!(syrup(6.5, 3.0, 5.0), Some(98.0));
        assert_eq!(syrup(6.5, 2.0, 5.0), Some(65.0));
        // 0.1 × 3 is a little above 0.3 in floating point: it must not become one more
        assert_eq!(syrup(0.1, 3.0, 10.0), Some(3.0));
        assert_eq!(syrup(0.1, 3.0, 11.0), Some(4.0));
    }

    #[test]
    fn a_dose_that_is_not_daily_is_counted_by_its_days() {
        let weekly = |days| {
            let daily = dose("tablet", 2.0, None, 1.0, Some(days), "");
            to_dispense(&WorkedDose { every_days: Some(7.0), ..daily })
        };
        assert_eq!(weekly(84.0), Some(24.0));
        assert_eq!(weekly(85.0), Some(26.0));
        assert_eq!(weekly(1.0), Some(2.0));
    }

    #[test]
    fn nothing_is_counted_as_needed_or_without_an_end() {
        assert_eq!(to_dispense(&dose("tablet", 1.0, None, 3.0, None, "")), None);
        let with = |note| to_dispense(&dose("tablet", 1.0, None, 3.0, Some(5.0), note));
        assert_eq!(with("with food"), Some(15.0));
        assert_eq!(with("only if needed"), None);
        assert_eq!(with("Twice on the first day, then once a day"), None);
        assert_eq!(with("5 to 7 days"), None);
        assert_eq!(with("Day 2: 50 mg"), None);
        assert_eq!(with("5 days. Again if vomited within 30 minutes"), Some(15.0));
        assert_eq!(with("then morning and evening (15 doses)"), Some(15.0));
        assert_eq!(with("then morning and evening (6 doses)"), None);
    }

    #[test]
    fn opened_vials_and_strips_of_ointment_are_not_counted() {
        let one = |form, amount, ml| to_dispense(&dose(form, amount, ml, 1.0, Some(3.0), ""));
        assert_eq!(one("injection", 1.0, None), Some(3.0));
        assert_eq!(one("injection", 0.5, None), None);
        assert_eq!(one("injection", 2.0, Some(1.0)), None);
        assert_eq!(one("ointment", 1.0, None), None);
        assert_eq!(one("gas", 1.0, None), None);
    }
}
