//! Doses that are not in milligrams: units of activity, drips in two parts, whole vials and drops, oxygen.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::work_out_dose;

/// The child's rule of the tests' own medicine, measured otherwise: 40 of the unit for each kg, twice a day.
fn dose_in(unit: DoseUnit, change: impl FnOnce(&mut DoseRule)) -> Result<WorkedDose, DoseRefusal> {
    let child = person(Some(Age::from_years(4)), Some(Sex::Male));
    let mut medicine = base().medicines["penin"].clone();
    let rule = &mut medicine.doses[0];
    (rule.unit, rule.max_single, rule.max_day) = (unit, 5000.0, 20_000.0);
    change(rule);
    work_out_dose(&measured(&child, &[], &[(Vital::Weight, 15.0)]), &medicine, Some(&"lung".into()), RoutesAllowed::Any)
}

fn fixed(low: f64, high: f64) -> impl Fn(&mut DoseRule) {
    move |rule| rule.amount = DoseAmount::Fixed { low, high }
}

fn sums<'w>(worked: &'w WorkedDose, kind: &str) -> Vec<&'w str> {
    worked.steps.iter().filter(|s| s.kind == kind).map(|s| s.text.as_str()).collect()
}

#[test]
fn units_of_activity_are_drawn_into_a_syringe() {
    let child = person(Some(Age::from_years(4)), Some(Sex::Male));
    let mut medicine = base().medicines["penin"].clone();
    let form = |units: f64| MedicineForm {
        form: "injection".into(),
        strength: units,
        unit: DoseUnit::Units,
        ml: Some(1.0),
        step: 1.0,
    };
    medicine.forms = vec![form(100.0)];
    let rule = &mut medicine.doses[0];
    (rule.unit, rule.route, rule.times_per_day) = (DoseUnit::Units, "iv".into(), 24.0);
    rule.amount = DoseAmount::PerKg { low: 1.0, high: 1.0 };
    let case = measured(&child, &[], &[(Vital::Weight, 15.0)]);
    let dose = |medicine: &Medicine| work_out_dose(&case, medicine, Some(&"lung".into()), RoutesAllowed::Any);
    let worked = dose(&medicine).unwrap();
    let give = worked.give.clone().unwrap();
    assert_eq!((worked.single, give.amount, give.unit), (15.0, 0.15, DoseUnit::Units));
    assert_eq!(sums(&worked, "weight-times"), ["15 kg × 1 units/kg = 15 units"]);
    assert_eq!(sums(&worked, "rounded"), ["0.15 mL = 15 units"]);
    assert_eq!(sums(&worked, "within"), ["360 units ≤ 2000 units"]);
    assert_eq!(worked.frequency(), ("dose-every-hours", 1.0));
    // A strength in milligrams says nothing about units: the amount stands as it is, and no tablet is counted.
    medicine.forms = base().medicines["penin"].forms.clone();
    let worked = dose(&medicine).unwrap();
    assert_eq!((worked.single, worked.give), (15.0, None));
    // nor does one in units about milligrams
    medicine.forms = vec![form(100.0)];
    medicine.doses[0].unit = DoseUnit::Mg;
    let worked = dose(&medicine).unwrap();
    assert_eq!((worked.single, worked.unit, &worked.give), (15.0, DoseUnit::Mg, &None));
    assert!(sums(&worked, "rounded").is_empty());
    // an amount without a form stays as exact as it is
    medicine.doses[0].amount = DoseAmount::PerKg { low: 0.021, high: 0.021 };
    assert_eq!(dose(&medicine).map(|w| (w.single * 1000.0).round()), Ok(315.0));
    medicine.doses[0].amount = DoseAmount::PerKg { low: 1.0, high: 1.0 };
    // of both kinds only that of the dose is drawn
    let mg = MedicineForm { unit: DoseUnit::Mg, strength: 5.0, ..form(5.0) };
    medicine.forms = vec![form(100.0), mg];
    let give = dose(&medicine).unwrap().give.unwrap();
    assert_eq!((give.amount, give.strength, give.unit), (3.0, 5.0, DoseUnit::Mg));
}

#[test]
fn whole_ones_are_given_near_the_middle_and_never_above() {
    let whole = [DoseUnit::Vials, DoseUnit::Drops, DoseUnit::Puffs, DoseUnit::Tablets, DoseUnit::Applications];
    for unit in DoseUnit::ALL {
        assert_eq!(unit.is_counted(), whole.contains(&unit));
    }
    for unit in whole {
        let given = |low, high| dose_in(unit, fixed(low, high)).map(|w| w.single);
        assert_eq!(given(1.0, 1.0), Ok(1.0));
        assert_eq!(given(2.0, 4.0), Ok(3.0));
        assert_eq!(given(2.0, 2.9), Ok(2.0), "2.45 is nearer 2; 3 would be too many");
        assert_eq!(given(2.6, 2.9), Ok(2.0), "never above");
        assert_eq!(given(0.2, 0.9), Err(DoseRefusal::CannotBeGiven), "less than a whole one cannot be counted");
    }
    assert_eq!(sums(&dose_in(DoseUnit::Drops, fixed(1.0, 2.9)).unwrap(), "rounded"), ["2 drops"]);
    assert!(sums(&dose_in(DoseUnit::Drops, fixed(1.0, 2.0)).unwrap(), "rounded").is_empty());
}

#[test]
fn volumes_are_read_off_as_they_can_be() {
    let given = |ml| dose_in(DoseUnit::Ml, fixed(ml, ml)).map(|w| w.single).unwrap();
    for (exact, read) in [
        (0.1, 0.1),
        (0.55, 0.55),
        (0.99, 0.95),
        (1.05, 1.0),
        (5.1, 5.0),
        (1.0, 1.0),
        (4.99, 4.9),
        (5.0, 5.0),
        (5.4, 5.0),
        (19.9, 19.5),
        (20.0, 20.0),
        (20.6, 20.0),
        (99.9, 99.0),
        (100.0, 100.0),
        (104.0, 100.0),
        (499.0, 495.0),
        (500.0, 500.0),
        (508.0, 500.0),
    ] {
        assert_eq!(given(exact), read, "{exact}");
    }
    // a range that reaches the next larger measure is read off by that
    for (low, high, read) in
        [(0.88, 1.0, 0.9), (4.6, 5.0, 5.0), (18.6, 20.0, 19.0), (92.0, 100.0, 95.0), (488.0, 500.0, 490.0)]
    {
        assert_eq!(dose_in(DoseUnit::Ml, fixed(low, high)).map(|w| w.single), Ok(read), "{low} to {high}");
    }
}

#[test]
fn a_drip_runs_in_two_parts() {
    let drip = |rule: &mut DoseRule| {
        (rule.route, rule.times_per_day, rule.days) = ("iv".into(), 1.0, Some(1.0));
        rule.amount = DoseAmount::PerKg { low: 30.0, high: 30.0 };
        rule.over_minutes = Some(30.0);
        rule.then = Some(SecondPart {
            amount: DoseAmount::PerKg { low: 70.0, high: 70.0 },
            over_minutes: Some(150.0),
            each_hour: false,
        });
    };
    let worked = dose_in(DoseUnit::Ml, drip).unwrap();
    assert_eq!((worked.single, worked.over_minutes), (450.0, Some(30.0)));
    assert_eq!(worked.then, Some(WorkedPart { amount: 1050.0, over_minutes: Some(150.0), each_hour: false }));
    assert_eq!(
        sums(&worked, "rate"),
        ["450 mL ÷ 30 min = 900 mL/h = 300 drops/min", "1050 mL ÷ 150 min = 420 mL/h = 140 drops/min"]
    );
    assert_eq!(sums(&worked, "then"), ["15 kg × 70 mL/kg = 1050 mL"]);
    assert_eq!(sums(&worked, "within"), ["1500 mL ≤ 20000 mL"]);
    assert_eq!((worked.frequency().0, worked.days_to_say()), ("dose-once", None));
    // the day's maximum holds for both parts, each time
    let capped = |day: f64, times: f64| {
        dose_in(DoseUnit::Ml, |rule| {
            drip(rule);
            (rule.times_per_day, rule.max_day) = (times, day);
        })
        .unwrap()
    };
    assert_eq!(capped(1000.0, 1.0).then.unwrap().amount, 550.0);
    assert_eq!(capped(2000.0, 2.0).then.unwrap().amount, 550.0);
    assert_eq!(sums(&capped(2000.0, 2.0), "within"), ["2000 mL ≤ 2000 mL"]);
    // where the first part is all that a day allows, nothing follows
    assert_eq!((capped(450.0, 1.0).single, capped(450.0, 1.0).then), (450.0, None));
    // what is no volume has no drops
    let slowly = dose_in(DoseUnit::Mg, |rule| rule.over_minutes = Some(20.0)).unwrap();
    assert_eq!((slowly.over_minutes, sums(&slowly, "rate")), (Some(20.0), vec![]));
    // a part by weight of a dose that is the same for all is left to whoever weighs
    let child = person(Some(Age::from_years(4)), Some(Sex::Male));
    let mut medicine = base().medicines["penin"].clone();
    drip(&mut medicine.doses[0]);
    medicine.doses[0].unit = DoseUnit::Ml;
    let unweighed = measured(&child, &[], &[]);
    let dose = |medicine: &Medicine| work_out_dose(&unweighed, medicine, Some(&"lung".into()), RoutesAllowed::Any);
    assert_eq!(dose(&medicine), Err(DoseRefusal::Missing { what: "weight".into() }));
    medicine.doses[0].amount = DoseAmount::Fixed { low: 100.0, high: 100.0 };
    assert_eq!(dose(&medicine), Err(DoseRefusal::Missing { what: "weight".into() }));
}

#[test]
fn what_is_given_every_hour_counts_for_the_whole_day() {
    let pump = |most: f64| {
        dose_in(DoseUnit::Units, |rule| {
            fixed(1000.0, 1000.0)(rule);
            (rule.route, rule.times_per_day, rule.days, rule.max_day) = ("iv".into(), 1.0, Some(1.0), most);
            let amount = DoseAmount::PerKg { low: 10.0, high: 10.0 };
            rule.then = Some(SecondPart { amount, over_minutes: None, each_hour: true });
        })
        .unwrap()
    };
    let worked = pump(10_000.0);
    assert_eq!(worked.then, Some(WorkedPart { amount: 150.0, over_minutes: None, each_hour: true }));
    assert_eq!(sums(&worked, "within"), ["4600 units ≤ 10000 units"]);
    assert_eq!(worked.frequency().0, "dose-without-break");
    assert_eq!(pump(2200.0).then.unwrap().amount, 50.0);
    let drip = dose_in(DoseUnit::Ml, |rule| {
        fixed(100.0, 100.0)(rule);
        rule.times_per_day = 1.0;
        let amount = DoseAmount::Fixed { low: 60.0, high: 60.0 };
        rule.then = Some(SecondPart { amount, over_minutes: None, each_hour: true });
    })
    .unwrap();
    assert_eq!(sums(&drip, "rate"), ["60 mL ÷ 60 min = 60 mL/h = 20 drops/min"]);
}

#[test]
fn oxygen_flows_without_a_break() {
    let worked = dose_in(DoseUnit::LitresPerMinute, |rule| {
        fixed(1.0, 2.2)(rule);
        (rule.route, rule.times_per_day, rule.days) = ("inhaled".into(), 1.0, None);
    })
    .unwrap();
    assert_eq!((worked.single, worked.frequency().0), (1.5, "dose-without-break"));
    assert!(sums(&worked, "per-day").is_empty() && sums(&worked, "within").is_empty());
}
