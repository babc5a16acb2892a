//! The dose for this patient: which rule, how much, rounded to what can be given, never above a maximum, every step shown.

use crate::Case;
use crate::judge::{Truth, asks_for, judge};
use crate::kidney::kidney_change;
use crate::portion::{countable, measured};
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
    let (place, rule) = choose_rule(case, medicine, condition, routes)?;
    let kidney = kidney_change(case, &medicine.id, rule)?;
    let mut steps = vec![];
    let mut course = in_health(rule, weight, &mut steps)?;
    let mut first_amount = None;
    if let Some(kidney) = &kidney {
        steps.extend(kidney.lines.iter().cloned());
        if kidney.note.first == FirstDose::FullFirst {
            first_amount = countable(case, medicine, rule, &course).ok().map(|(amount, _)| amount);
        }
        if let Some(change) = kidney.step {
            course.change(change, &mut steps);
        }
    }
    let only_first = kidney.as_ref().is_some_and(|k| k.note.first == FirstDose::OnlyFirst);
    if only_first {
        (course.times, course.every_days) = (1.0, None);
    }
    let (single, give) = countable(case, medicine, rule, &course)?;
    let unit = rule.unit.symbol();
    if let Some(give) = &give {
        let counted = match give.ml {
            Some(_) => format!("{} mL", decimal(give.amount)),
            None => format!("{} × {} {unit}", decimal(give.amount), decimal(give.strength)),
        };
        steps.push(line("rounded", format!("{counted} = {} {unit}", decimal(single))));
    } else if single != course.high {
        steps.push(line("rounded", format!("{} {unit}", decimal(single))));
    }
    steps.extend(rate(rule.unit, single, rule.over_minutes));
    let then = second_part(rule, weight, course.most_day / course.times - single, &mut steps)?;
    let first_amount = first_amount.filter(|first| *first > single + 1e-9);
    let whole = single + then.map_or(0.0, |part| part.amount * hours(part.each_hour));
    let day = whole * course.times;
    if rule.unit != DoseUnit::LitresPerMinute {
        let product = format!("{} × {} {unit} = {} {unit}", decimal(course.times), decimal(whole), decimal(day));
        steps.push(line("per-day", product));
        steps.push(line("within", format!("{} {unit} ≤ {} {unit}", decimal(day), decimal(course.most_day))));
    }
    Ok(WorkedDose {
        medicine: medicine.id.clone(),
        label: rule.label.clone(),
        single,
        unit: rule.unit,
        over_minutes: rule.over_minutes,
        then,
        give,
        times_per_day: course.times,
        every_days: course.every_days,
        days: if only_first { Some(1.0) } else { rule.days },
        route: rule.route.clone(),
        note: rule.note.clone(),
        steps,
        evidence: rule.evidence.clone(),
        rule: Some(place),
        most: Some(DoseLimits { single: course.most_single, day: course.most_day }),
        kidney: kidney.map(|k| KidneyNote { first_amount, ..k.note }),
    })
}

/// One dose and how often, before it is rounded to a form.
pub(crate) struct Course {
    pub(crate) unit: DoseUnit,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) most_single: f64,
    pub(crate) most_day: f64,
    pub(crate) times: f64,
    pub(crate) every_days: Option<f64>,
}

/// From and to for this patient, with the sum.
fn worked_out(amount: DoseAmount, unit: DoseUnit, weight: Option<f64>) -> Result<(f64, f64, DoseStep), DoseRefusal> {
    let (low, high) = amount.of(weight).ok_or_else(|| missing("weight"))?;
    let total = format!("{} {}", decimal_range(low, high), unit.symbol());
    let sum = match (amount, weight) {
        (DoseAmount::PerKg { .. }, Some(kg)) => {
            line("weight-times", format!("{} kg × {} = {total}", decimal(kg), amount.written(unit)))
        }
        _ => line("fixed", total),
    };
    Ok((low, high, sum))
}

/// The dose of somebody with sound kidneys, held to its maxima.
fn in_health(rule: &DoseRule, weight: Option<f64>, steps: &mut Vec<DoseStep>) -> Result<Course, DoseRefusal> {
    let (low, high, sum) = worked_out(rule.amount, rule.unit, weight)?;
    steps.push(sum);
    let by_weight = rule.max_day_per_kg.zip(weight).map_or(f64::INFINITY, |(per_kg, kg)| per_kg * kg);
    let most_day = rule.max_day.min(by_weight);
    let most_single = rule.max_single.min(most_day / rule.times_per_day);
    if high > most_single + 1e-9 {
        steps.push(line("capped-single", format!("≤ {} {}", decimal(most_single), rule.unit.symbol())));
    }
    Ok(Course {
        unit: rule.unit,
        low: low.min(most_single),
        high: high.min(most_single),
        most_single,
        most_day,
        times: rule.times_per_day,
        every_days: rule.every_days,
    })
}

/// What follows the first part: the most of it, in what is `left` of the day's maximum.
fn second_part(
    rule: &DoseRule,
    weight: Option<f64>,
    left: f64,
    steps: &mut Vec<DoseStep>,
) -> Result<Option<WorkedPart>, DoseRefusal> {
    let Some(part) = rule.then else { return Ok(None) };
    let (_, most, sum) = worked_out(part.amount, rule.unit, weight)?;
    let most = most.min(left / hours(part.each_hour));
    let Some(amount) = measured(most, most, rule.unit) else { return Ok(None) };
    steps.push(line("then", sum.text));
    steps.extend(rate(rule.unit, amount, part.over_minutes.or(part.each_hour.then_some(60.0))));
    Ok(Some(WorkedPart { amount, over_minutes: part.over_minutes, each_hour: part.each_hour }))
}

/// How many times a day counts what is given every hour.
fn hours(each_hour: bool) -> f64 {
    if each_hour { 24.0 } else { 1.0 }
}

/// How fast a volume runs, with the drops of an ordinary giving set.
fn rate(unit: DoseUnit, ml: f64, over_minutes: Option<f64>) -> Option<DoseStep> {
    /// Of an ordinary giving set; ISO 8536-4.
    const DROPS_PER_ML: f64 = 20.0;
    let minutes = over_minutes.filter(|_| unit == DoseUnit::Ml)?;
    let (hour, drops) = ((ml / minutes * 60.0).round(), (ml / minutes * DROPS_PER_ML).round());
    Some(line("rate", format!("{} mL ÷ {} min = {hour} mL/h = {drops} drops/min", decimal(ml), decimal(minutes))))
}

impl Course {
    /// Changed for weak kidneys: less at once, then less often, then no more than so much a day. Never more than in health.
    fn change(&mut self, step: &KidneyStep, steps: &mut Vec<DoseStep>) {
        let unit = self.unit.symbol();
        if let Some(share) = step.share {
            let (low, high) = (self.low * share, self.high * share);
            let text = format!(
                "{} {unit} × {} = {} {unit}",
                decimal_range(self.low, self.high),
                decimal(share),
                decimal_range(low, high)
            );
            steps.push(line("kidney-share", text));
            (self.low, self.high, self.most_single) = (low, high, self.most_single * share);
        }
        let rate = self.times / self.every_days.unwrap_or(1.0);
        if let Some(fewer) = step.times_per_day.filter(|times| *times < rate) {
            steps.push(line("kidney-times", format!("{} → {}", rate_text(rate), rate_text(fewer))));
            (self.times, self.every_days) = if fewer < 1.0 { (1.0, Some(1.0 / fewer)) } else { (fewer, None) };
        }
        if let Some(most) = step.max_day_mg.filter(|_| self.unit == DoseUnit::Mg) {
            self.most_day = self.most_day.min(most);
            let cap = self.most_day / self.times;
            if self.high > cap + 1e-9 {
                steps.push(line("kidney-cap", format!("≤ {} {unit}", decimal(cap))));
            }
            (self.low, self.high, self.most_single) =
                (self.low.min(cap), self.high.min(cap), self.most_single.min(cap));
        }
    }
}

/// `3 / 24 h`, `1 / 48 h`.
fn rate_text(times_per_day: f64) -> String {
    if times_per_day < 1.0 {
        format!("1 / {} h", decimal(24.0 / times_per_day))
    } else {
        format!("{} / 24 h", decimal(times_per_day))
    }
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
        y if y < 1.0 / 12.0 => 0.4..=7.0,
        y if y < 0.5 => 0.8..=13.0,
        y if y < 1.0 => 2.0..=16.0,
        y if y < 2.0 => 4.0..=22.0,
        y if y < 5.0 => 5.0..=35.0,
        y if y < 8.0 => 8.0..=70.0,
        y if y < 12.0 => 10.0..=110.0,
        y if y < 18.0 => 15.0..=200.0,
        _ => 22.0..=350.0,
    };
    if limits.contains(&kg) { Ok(Some(kg)) } else { Err(DoseRefusal::Implausible { weight: decimal(kg) }) }
}

/// A rule for this very condition before one for any; the first that holds, with its place.
fn choose_rule<'m>(
    case: &Case<'_>,
    medicine: &'m Medicine,
    condition: Option<&ConditionId>,
    routes: RoutesAllowed,
) -> Result<(usize, &'m DoseRule), DoseRefusal> {
    let weighed = case.value(Vital::Weight).is_some();
    let rules = || medicine.doses.iter().enumerate().filter(|(_, d)| routes.allow(&d.route));
    let own = rules().filter(|(_, d)| condition.is_some_and(|c| d.conditions.contains(c)));
    let general = rules().filter(|(_, d)| d.conditions.is_empty());
    let (unweighed, usual): (Vec<_>, Vec<_>) = own.chain(general).partition(|(_, rule)| rule.unweighed);
    let holds = |(_, rule): &(usize, &DoseRule)| judge(&rule.when, case) == Truth::True;
    let mut open = None;
    for (place, rule) in usual {
        match judge(&rule.when, case) {
            // Whoever was not weighed may have a rule of their own.
            Truth::True if !weighed && matches!(rule.amount, DoseAmount::PerKg { .. }) => {
                return Ok(unweighed.into_iter().find(holds).unwrap_or((place, rule)));
            }
            Truth::True => return Ok((place, rule)),
            Truth::Unknown => open = open.or(Some(rule)),
            Truth::False => {}
        }
    }
    // So may whoever must be weighed before it is known which rule holds.
    let by_weight = !weighed && open.is_some_and(|rule| asks_for(&rule.when, case) == Some("weight"));
    if by_weight && let Some(found) = unweighed.into_iter().find(holds) {
        return Ok(found);
    }
    Err(open.and_then(|rule| asks_for(&rule.when, case)).map_or(DoseRefusal::NoRule, missing))
}
