//! The dose for this patient: which rule, how much, rounded to what can be given, never above a maximum, every step shown.

use crate::Case;
use crate::judge::{Truth, asks_for, judge};
use hakim_clinical::*;

/// Works out a dose of a medicine for a condition, by a route that the line of care allows.
///
/// # Errors
/// What is missing or why nothing can be given; nothing is guessed.
pub fn work_out_dose(
    case: &Case<'_>,
    medicine: &Medicine,
    condition: Option<&ConditionId>,
    routes: RoutesAllowed,
) -> Result<WorkedDose, DoseRefusal> {
    let weight = plausible_weight(case)?;
    let rule = choose_rule(case, medicine, condition, routes)?;
    let mut steps = vec![];
    let (low, high) = match rule.amount {
        DoseAmount::PerKg { low, high } => {
            let kg = weight.ok_or_else(|| missing("weight"))?;
            let (range, total) = (decimal_range(low, high), decimal_range(low * kg, high * kg));
            steps.push(line("weight-times", format!("{} kg × {range} mg/kg = {total} mg", decimal(kg))));
            (low * kg, high * kg)
        }
        DoseAmount::Fixed { low, high } => {
            steps.push(line("fixed", format!("{} mg", decimal_range(low, high))));
            (low, high)
        }
    };
    let mut cap = rule.max_single_mg.min(rule.max_day_mg / rule.times_per_day);
    if let (Some(per_kg), Some(kg)) = (rule.max_day_mg_per_kg, weight) {
        cap = cap.min(per_kg * kg / rule.times_per_day);
    }
    if high > cap + 1e-9 {
        steps.push(line("capped-single", format!("≤ {} mg", decimal(cap))));
    }
    let (low, high) = (low.min(cap), high.min(cap));
    let given = round_to_form(case, medicine, &rule.route, low, high);
    let (single, give) = match given {
        Some((mg, give)) => (mg, Some(give)),
        None if medicine.forms.is_empty() => (high, None),
        None => return Err(DoseRefusal::CannotBeGiven),
    };
    if let Some(give) = &give {
        let unit = match give.ml {
            Some(_) => format!("{} mL", decimal(give.amount)),
            None => format!("{} × {} mg", decimal(give.amount), decimal(give.mg)),
        };
        steps.push(line("rounded", format!("{unit} = {} mg", decimal(single))));
    }
    let day = single * rule.times_per_day;
    steps.push(line(
        "per-day",
        format!("{} × {} mg = {} mg", decimal(rule.times_per_day), decimal(single), decimal(day)),
    ));
    let most = rule.max_day_mg.min(match (rule.max_day_mg_per_kg, weight) {
        (Some(per_kg), Some(kg)) => per_kg * kg,
        _ => f64::INFINITY,
    });
    steps.push(line("within", format!("{} mg ≤ {} mg", decimal(day), decimal(most))));
    Ok(WorkedDose {
        medicine: medicine.id.clone(),
        label: rule.label.clone(),
        single_mg: single,
        give,
        times_per_day: rule.times_per_day,
        every_days: rule.every_days,
        days: rule.days,
        route: rule.route.clone(),
        note: rule.note.clone(),
        steps,
        evidence: rule.evidence.clone(),
    })
}

fn missing(what: &str) -> DoseRefusal {
    DoseRefusal::Missing { what: what.to_owned() }
}

fn line(kind: &str, text: String) -> DoseStep {
    DoseStep { kind: kind.to_owned(), text }
}

/// The weight, refused when nobody of that age weighs so. Limits are far outside the WHO growth curves: they catch slips of
/// the finger (a 4 kg adult, a 40 kg infant), nothing finer.
fn plausible_weight(case: &Case<'_>) -> Result<Option<f64>, DoseRefusal> {
    let Some(kg) = case.value(Vital::Weight) else { return Ok(None) };
    let Some(age) = case.patient.age else { return Ok(Some(kg)) };
    let limits = match age.years() {
        y if y < 1.0 => 0.4..=16.0,
        y if y < 5.0 => 4.0..=40.0,
        y if y < 12.0 => 8.0..=100.0,
        y if y < 18.0 => 15.0..=200.0,
        _ => 22.0..=350.0,
    };
    if limits.contains(&kg) { Ok(Some(kg)) } else { Err(DoseRefusal::Implausible { weight: decimal(kg) }) }
}

/// A rule for this very condition before one for any; the first that holds.
fn choose_rule<'m>(
    case: &Case<'_>,
    medicine: &'m Medicine,
    condition: Option<&ConditionId>,
    routes: RoutesAllowed,
) -> Result<&'m DoseRule, DoseRefusal> {
    let rules = || medicine.doses.iter().filter(|d| routes.allow(&d.route));
    let own = rules().filter(|d| condition.is_some_and(|c| d.conditions.contains(c)));
    let general = rules().filter(|d| d.conditions.is_empty());
    let mut open = None;
    for rule in own.chain(general) {
        match judge(&rule.when, case) {
            Truth::True => return Ok(rule),
            Truth::Unknown => open = open.or(Some(rule)),
            Truth::False => {}
        }
    }
    Err(open.and_then(|rule| asks_for(&rule.when, case)).map_or(DoseRefusal::NoRule, missing))
}

/// Forms that suit a route.
fn suits(form: &MedicineForm, route: &str) -> bool {
    let forms: &[&str] = match route {
        "oral" => &["tablet", "dispersible-tablet", "capsule", "syrup", "sachet"],
        "im" | "iv" | "sc" => &["injection"],
        "inhaled" => &["inhaler", "nebuliser-solution", "gas"],
        "topical" => &["cream", "ointment", "lotion"],
        "eye" => &["drops", "ointment"],
        "nasal" => &["spray", "drops"],
        "rectal" => &["suppository", "rectal-solution"],
        "vaginal" => &["tablet", "cream"],
        "sublingual" => &["tablet", "spray"],
        _ => &[],
    };
    forms.contains(&form.form.as_str())
}

/// The countable amount nearest the middle of `low..=high`, inside it if any is, never above `high`.
fn round_to_form(case: &Case<'_>, medicine: &Medicine, route: &str, low: f64, high: f64) -> Option<(f64, GiveUnits)> {
    /// An amount may fall this far below the range when nothing countable lies inside it.
    const BELOW: f64 = 0.85;
    /// Below this age liquids and dispersible tablets come first.
    const SMALL_CHILD_YEARS: f64 = 6.0;
    let small = case.patient.age.is_some_and(|a| a.years() < SMALL_CHILD_YEARS);
    let middle = f64::midpoint(low, high);
    let mut best: Option<((bool, bool, f64), f64, GiveUnits)> = None;
    for form in medicine.forms.iter().filter(|f| suits(f, route)) {
        // a liquid is measured in half millilitres, small amounts in tenths
        let (per_unit, step) = match form.ml {
            Some(ml) => (form.mg / ml, if high * ml / form.mg < 2.0 { 0.1 } else { 0.5 }),
            None => (form.mg, form.step),
        };
        let most = (high / per_unit / step + 1e-9).floor() * step;
        let wanted = ((middle / per_unit / step).round() * step).min(most);
        let mg = wanted * per_unit;
        if wanted <= 0.0 || mg < low * BELOW - 1e-9 {
            continue;
        }
        let solid = form.ml.is_none() && form.form != "dispersible-tablet" && form.form != "sachet";
        let clumsy = form.ml.is_none() && wanted > 4.0;
        // smaller is better: suits the age, is countable, is near the middle, few units
        let rank = (small == solid, clumsy, (mg - middle).abs() / middle + wanted * 0.01);
        let better = best.as_ref().is_none_or(|(r, ..)| {
            (rank.0, rank.1).cmp(&(r.0, r.1)).then(rank.2.total_cmp(&r.2)) == std::cmp::Ordering::Less
        });
        if better {
            let give = GiveUnits {
                amount: (wanted * 100.0).round() / 100.0,
                form: form.form.clone(),
                mg: form.mg,
                ml: form.ml,
            };
            best = Some((rank, mg, give));
        }
    }
    best.map(|(_, mg, give)| (mg, give))
}
