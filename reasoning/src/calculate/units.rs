//! Units by UCUM, with the spellings people use, and what one is in another.

/// Powers of what is measured, and the factor to the base: gram, litre, mole, metre, second, international unit, count.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Unit {
    factor: f64,
    powers: [i8; 6],
}

const GRAM: usize = 0;
const LITRE: usize = 1;
const MOLE: usize = 2;
const METRE: usize = 3;
const SECOND: usize = 4;
const ACTIVITY: usize = 5;

const NONE: Unit = Unit { factor: 1.0, powers: [0; 6] };

/// One kilopascal in millimetres of mercury, by definition 101.325 / 760.
const KILOPASCAL: f64 = 760.0 / 101.325;

/// A value in another unit. `molar`, in g/mol, goes between masses and amounts of substance; an equivalent counts as a mole, which
/// is right for ions of one charge. `None` where one does not measure what the other does, or a unit is not known.
pub fn convert(value: f64, from: &str, to: &str, molar: Option<f64>) -> Option<f64> {
    let (from, to) = (usual(from), usual(to));
    if from == to {
        return Some(value);
    }
    match (from.as_str(), to.as_str()) {
        ("[degF]", "Cel") => return Some((value - 32.0) / 1.8),
        ("Cel", "[degF]") => return Some(value * 1.8 + 32.0),
        ("K", "Cel") => return Some(value - 273.15),
        _ => (),
    }
    let (from, to) = (parse(&from)?, parse(&to)?);
    let ratio = from.factor / to.factor;
    if from.powers == to.powers {
        return Some(value * ratio);
    }
    let molar = molar.filter(|m| *m > 0.0)?;
    let difference: Vec<i8> = from.powers.iter().zip(&to.powers).map(|(a, b)| a - b).collect();
    let mut amounts = [0; 6];
    amounts[MOLE] = 1;
    amounts[GRAM] = -1;
    if difference == amounts {
        return Some(value * ratio * molar);
    }
    if difference == amounts.map(|n| -n) {
        return Some(value * ratio / molar);
    }
    None
}

/// One spelling for each unit.
fn usual(written: &str) -> String {
    let plain: String = written.trim().replace(['µ', 'μ'], "u").replace('²', "2").replace('³', "3");
    let lower = plain.to_lowercase();
    let said = lower.trim_end_matches('.');
    match said {
        "°c" | "c" | "cel" | "celsius" | "degc" | "degrees celsius" | "degrees celsisus" | "degree celsius" => {
            "Cel".into()
        }
        "°f" | "f" | "[degf]" | "fahrenheit" | "degf" | "degrees fahrenheit" | "degrees fahreinheit" => {
            "[degF]".into()
        }
        "k" | "kelvin" => "K".into(),
        "mmhg" | "mm hg" | "mm[hg]" | "torr" => "mm[Hg]".into(),
        "bpm" | "beats per minute" | "breaths per minute" | "beats/min" | "breaths/min" | "per minute" | "/minute" => {
            "/min".into()
        }
        "year" | "years" | "yr" | "yrs" | "y" => "a".into(),
        "month" | "months" => "mo".into(),
        "week" | "weeks" => "wk".into(),
        "day" | "days" => "d".into(),
        "hour" | "hours" | "hr" | "hrs" => "h".into(),
        "minute" | "minutes" => "min".into(),
        "msec" | "millisecond" | "milliseconds" => "ms".into(),
        "second" | "seconds" | "sec" => "s".into(),
        "percent" => "%".into(),
        "inch" | "inches" | "in" => "[in_i]".into(),
        "foot" | "feet" | "ft" => "[ft_i]".into(),
        "lb" | "lbs" | "pound" | "pounds" => "[lb_av]".into(),
        "per day" | "/day" => "/d".into(),
        "" => "1".into(),
        _ => plain
            .replace("mcg", "ug")
            .replace(' ', "")
            .replace("x10^", "10*")
            .replace("10^", "10*")
            .replace('^', "")
            .replace("day", "d"),
    }
}

fn parse(written: &str) -> Option<Unit> {
    let mut whole = NONE;
    for (place, part) in written.split('/').enumerate() {
        if part.is_empty() && place == 0 {
            continue;
        }
        let unit = part.split('.').try_fold(NONE, |all, factor| Some(times(all, atom(factor)?, 1)))?;
        whole = times(whole, unit, if place == 0 { 1 } else { -1 });
    }
    Some(whole)
}

fn times(a: Unit, b: Unit, way: i8) -> Unit {
    let mut powers = a.powers;
    powers.iter_mut().zip(b.powers).for_each(|(power, other)| *power += way * other);
    Unit { factor: if way > 0 { a.factor * b.factor } else { a.factor / b.factor }, powers }
}

fn of(kind: usize, power: i8, factor: f64) -> Unit {
    let mut powers = [0; 6];
    powers[kind] = power;
    Unit { factor, powers }
}

fn atom(written: &str) -> Option<Unit> {
    // Annotations, such as `{1.73_m2}`, say what is counted and change nothing.
    let bare = match written.find('{') {
        Some(start) => &written[..start],
        None => written,
    };
    Some(match bare {
        "" | "1" | "cells" => NONE,
        "%" => Unit { factor: 0.01, ..NONE },
        "mm[Hg]" => pressure(1.0),
        "kPa" => pressure(KILOPASCAL),
        "cm[H2O]" => pressure(0.735_559),
        "a" => of(SECOND, 1, 365.25 * 86_400.0),
        "mo" => of(SECOND, 1, 365.25 / 12.0 * 86_400.0),
        "wk" => of(SECOND, 1, 7.0 * 86_400.0),
        "d" => of(SECOND, 1, 86_400.0),
        "h" => of(SECOND, 1, 3600.0),
        "min" => of(SECOND, 1, 60.0),
        "[in_i]" => of(METRE, 1, 0.0254),
        "[ft_i]" => of(METRE, 1, 0.3048),
        "[lb_av]" => of(GRAM, 1, 453.592_37),
        "K" | "k" => Unit { factor: 1e3, ..NONE },
        "M" => Unit { factor: 1e6, ..NONE },
        _ => {
            if let Some(power) = bare.strip_prefix("10*") {
                let power: i32 = power.parse().ok().filter(|p| (0..=15).contains(p))?;
                return Some(Unit { factor: 10_f64.powi(power), ..NONE });
            }
            return with_prefix(bare);
        }
    })
}

/// Of mercury: kept apart from lengths.
fn pressure(factor: f64) -> Unit {
    // Gram per metre and square second.
    Unit { factor, powers: [1, 0, 0, -1, -2, 0] }
}

fn with_prefix(bare: &str) -> Option<Unit> {
    // `m2`, `cm3`
    let (name, power) = match bare.chars().last().and_then(|c| c.to_digit(10)) {
        Some(power @ 1..=3) => (&bare[..bare.len() - 1], power as i8),
        Some(_) => return None,
        None => (bare, 1),
    };
    const BASES: &[(&str, usize, f64)] = &[
        ("mol", MOLE, 1.0),
        ("osm", MOLE, 1.0),
        ("Eq", MOLE, 1.0),
        ("eq", MOLE, 1.0),
        ("IU", ACTIVITY, 1.0),
        ("iu", ACTIVITY, 1.0),
        ("U", ACTIVITY, 1.0),
        ("g", GRAM, 1.0),
        ("L", LITRE, 1.0),
        ("l", LITRE, 1.0),
        ("m", METRE, 1.0),
        ("s", SECOND, 1.0),
    ];
    const PREFIXES: &[(&str, f64)] = &[
        ("", 1.0),
        ("k", 1e3),
        ("d", 0.1),
        ("c", 0.01),
        ("m", 1e-3),
        ("u", 1e-6),
        ("n", 1e-9),
        ("p", 1e-12),
        ("f", 1e-15),
    ];
    let (prefix, kind, base) =
        BASES.iter().find_map(|(base, kind, factor)| Some((name.strip_suffix(base)?, *kind, *factor)))?;
    let factor = PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, factor)| factor * base)?;
    // A cubic metre is a thousand litres.
    if kind == METRE && power == 3 {
        return Some(of(LITRE, 1, factor.powi(3) * 1e3));
    }
    Some(of(kind, power, factor.powi(i32::from(power))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, from: &str, to: &str, molar: Option<f64>, due: f64) {
        let got = convert(value, from, to, molar);
        assert!(got.is_some_and(|got| (got / due - 1.0).abs() < 1e-4), "{value} {from} in {to}: {got:?} for {due}");
    }

    #[test]
    fn values_are_the_same_in_another_unit() {
        near(1.0, "mg/dL", "umol/L", Some(113.12), 88.402);
        near(88.402, "µmol/L", "mg/dL", Some(113.12), 1.0);
        near(5.0, "mmol/L", "mg/dL", Some(180.156), 90.078);
        near(28.0, "g/L", "g/dL", None, 2.8);
        near(140.0, "mEq/L", "mmol/L", None, 140.0);
        near(100.8, "degrees fahreinheit", "Cel", None, 38.2222);
        near(175_000.0, "/uL", "10*9/L", None, 175.0);
        near(7.4, "K/uL", "/uL", None, 7400.0);
        near(10.0, "kPa", "mmHg", None, 75.006);
        near(6.0, "years", "a", None, 6.0);
        near(18.0, "months", "a", None, 1.5);
        near(70.0, "inches", "cm", None, 177.8);
        near(154.0, "lbs", "kg", None, 69.853);
        near(30.0, "kg/m^2", "kg/m2", None, 30.0);
        near(4.0, "mcg/kg/min", "ug/kg/min", None, 4.0);
        near(26.0, "µIU/mL", "mIU/L", None, 26.0);
        near(53.0, "%", "1", None, 0.53);
        near(1.0, "m3", "L", None, 1000.0);
        near(875.0, "mL/day", "mL/d", None, 875.0);
        near(330.0, "msec", "ms", None, 330.0);
    }

    #[test]
    fn what_does_not_measure_the_same_is_no_answer() {
        for (from, to, molar) in [
            ("kg", "cm", None),
            ("mmol/L", "mg/dL", None),
            ("cm", "mm[Hg]", None),
            ("kg", "pigs", None),
            ("U/L", "mg/L", Some(1.0)),
        ] {
            assert_eq!(convert(1.0, from, to, molar), None, "{from} in {to}");
        }
    }
}
