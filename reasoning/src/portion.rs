//! What of a medicine can be given: tablets and their halves, what a syringe can measure, whole vials and drops; never above the
//! most allowed.

use crate::Case;
use crate::dose::Course;
use hakim_clinical::*;

/// What can be counted out of a form on the shelf. Of a medicine that is not held every form counts: the patient may buy it.
pub(crate) fn countable(
    case: &Case<'_>,
    medicine: &Medicine,
    rule: &DoseRule,
    course: &Course,
) -> Result<(f64, Option<GiveUnits>), DoseRefusal> {
    if medicine.forms.iter().all(|form| form.unit != course.unit) {
        let amount = measured(course.low, course.high, course.unit).ok_or(DoseRefusal::CannotBeGiven)?;
        return Ok((amount, None));
    }
    let any = |_: &MedicineForm| true;
    let on_shelf = |form: &MedicineForm| case.formulary.holds_form(&medicine.id, form);
    let all = round_to_form(case, medicine, &rule.route, course, &any);
    let held = match case.formulary.holds(medicine) {
        true => round_to_form(case, medicine, &rule.route, course, &on_shelf),
        false => all.clone(),
    };
    match (held, all) {
        (Some((single, give)), _) => Ok((single, Some(give))),
        (None, Some(_)) => Err(DoseRefusal::NoFormHeld),
        (None, None) => Err(DoseRefusal::CannotBeGiven),
    }
}

/// Forms that suit a route.
fn suits(form: &MedicineForm, route: &str) -> bool {
    let forms: &[&str] = match route {
        "oral" => &["tablet", "dispersible-tablet", "capsule", "syrup", "sachet"],
        "im" | "iv" | "sc" | "id" | "wound" => &["injection"],
        "mouth" => &["syrup", "drops", "spray", "cream", "ointment", "lotion"],
        "inhaled" => &["inhaler", "nebuliser-solution", "gas"],
        "topical" => &["cream", "ointment", "lotion"],
        "eye" => &["drops", "ointment"],
        "ear" => &["drops"],
        "nasal" => &["spray", "drops"],
        "rectal" => &["suppository", "rectal-solution"],
        "vaginal" => &["tablet", "cream"],
        "sublingual" => &["tablet", "spray"],
        _ => &[],
    };
    forms.contains(&form.form.as_str())
}

/// The countable amount nearest the middle of `low..=high`, inside it if any is, never above `high`; where nothing that is easily
/// measured lies near, what a finer syringe measures; of an exact amount then also a twentieth more, held to the maximum at once.
fn round_to_form(
    case: &Case<'_>,
    medicine: &Medicine,
    route: &str,
    course: &Course,
    usable: &dyn Fn(&MedicineForm) -> bool,
) -> Option<(f64, GiveUnits)> {
    /// So much more than an exact amount is still that amount: 250 mg for 240 mg.
    const A_LITTLE: f64 = 1.05;
    /// A range narrower than this share is an exact amount.
    const EXACT: f64 = 0.01;
    let (low, high) = (course.low, course.high);
    let found = |high: f64, fine: bool| nearest(case, medicine, route, course.unit, (low, high), fine, usable);
    found(high, false).or_else(|| found(high, true)).or_else(|| {
        let exact = high - low <= high * EXACT;
        exact.then(|| found((high * A_LITTLE).min(course.most_single), false)).flatten()
    })
}

/// Steps in which a liquid is measured: a syringe of 1 mL has hundredths, larger ones tenths and halves. `fine`: the finest that
/// can be read.
fn syringe_step(ml: f64, injected: bool, fine: bool) -> f64 {
    match (ml, injected, fine) {
        (ml, true, true) if ml < 1.0 => 0.01,
        (_, _, true) => 0.1,
        (ml, ..) if ml < 2.0 => 0.1,
        _ => 0.5,
    }
}

fn nearest(
    case: &Case<'_>,
    medicine: &Medicine,
    route: &str,
    unit: DoseUnit,
    (low, high): (f64, f64),
    fine: bool,
    usable: &dyn Fn(&MedicineForm) -> bool,
) -> Option<(f64, GiveUnits)> {
    /// An amount may fall this far below the range when nothing countable lies inside it.
    const BELOW: f64 = 0.85;
    /// Below this age liquids and dispersible tablets come first.
    const SMALL_CHILD_YEARS: f64 = 6.0;
    /// Less of a liquid, mL, or of a vial is hard to measure; more units are hard to count.
    const TINY_ML: f64 = 0.2;
    const TINY_SHARE: f64 = 0.25;
    const MANY: f64 = 4.0;
    const MANY_PUFFS: f64 = 12.0;
    let small = case.patient.age.is_some_and(|a| a.years() < SMALL_CHILD_YEARS);
    let middle = f64::midpoint(low, high);
    let mut best: Option<((bool, bool, f64), f64, GiveUnits)> = None;
    let fitting = |f: &&MedicineForm| f.unit == unit && suits(f, route) && usable(f);
    for form in medicine.forms.iter().filter(fitting) {
        let injected = form.form == "injection";
        let (per_unit, step) = match form.ml {
            Some(ml) => (form.strength / ml, syringe_step(high * ml / form.strength, injected, fine)),
            None => (form.strength, form.step),
        };
        let most = (high / per_unit / step + 1e-9).floor() * step;
        let wanted = ((middle / per_unit / step).round() * step).min(most);
        let single = wanted * per_unit;
        if wanted <= 0.0 || single < low * BELOW - 1e-9 {
            continue;
        }
        let solid = form.ml.is_none() && form.form != "dispersible-tablet" && form.form != "sachet";
        let unsuited = route == "oral" && small == solid;
        let clumsy = match form.ml {
            Some(_) => wanted < TINY_ML - 1e-9,
            None if form.form == "inhaler" => wanted > MANY_PUFFS,
            None => wanted > MANY || injected && wanted < TINY_SHARE - 1e-9,
        };
        // smaller is better: suits the age, is countable, is near the middle, few units
        let rank = (unsuited, clumsy, (single - middle).abs() / middle + wanted * 0.01);
        let better = best.as_ref().is_none_or(|(r, ..)| {
            (rank.0, rank.1).cmp(&(r.0, r.1)).then(rank.2.total_cmp(&r.2)) == std::cmp::Ordering::Less
        });
        if better {
            let give = GiveUnits {
                amount: (wanted * 100.0).round() / 100.0,
                form: form.form.clone(),
                strength: form.strength,
                unit,
                ml: form.ml,
            };
            best = Some((rank, single, give));
        }
    }
    best.map(|(_, single, give)| (single, give))
}

/// An amount of what has no form: whole vials and drops, mL as they can be read from a syringe, a bottle or a drip, all else as it
/// is. Near the middle of `low..=high`, never above `high`; `None`: less than one.
pub(crate) fn measured(low: f64, high: f64, unit: DoseUnit) -> Option<f64> {
    let step = match unit {
        DoseUnit::Mg | DoseUnit::Units => return Some(high),
        _ if unit.is_counted() => 1.0,
        DoseUnit::LitresPerMinute => 0.5,
        _ => volume_step(high),
    };
    let most = (high / step + 1e-9).floor() * step;
    let near = ((f64::midpoint(low, high) / step).round() * step).min(most);
    (near > 0.0).then_some((near * 100.0).round() / 100.0)
}

/// Steps in which a volume is read off.
fn volume_step(ml: f64) -> f64 {
    match ml {
        ml if ml < 1.0 => 0.05,
        ml if ml < 5.0 => 0.1,
        ml if ml < 20.0 => 0.5,
        ml if ml < 100.0 => 1.0,
        ml if ml < 500.0 => 5.0,
        _ => 10.0,
    }
}
