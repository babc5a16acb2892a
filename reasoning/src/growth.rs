//! Growth of a child against the WHO standards of 2006 (birth to 5 years) and the reference of 2007 (5 to 19 years).
//!
//! A measurement becomes a z-score by the LMS method (Cole and Green, Stat Med 1992). For indicators that hold weight, arm or
//! skinfold WHO uses it between -3 and +3 only; beyond, the distance between the second and the third line is carried on
//! (WHO, "Computation of centiles and z-scores", 2006 and 2007). Rows by month and by 0.1 cm are joined by straight lines, as
//! WHO's own macros do (igrowup, who2007); length and height are 0.7 cm apart.

use hakim_clinical::*;

/// Days in a month, as WHO counts.
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Last day of the standards of 2006 (WHO, igrowup: below 61 months).
pub const LAST_DAY_2006: u32 = 1856;
/// From this day on children are measured standing (WHO, igrowup: 731 days).
pub const STANDING_FROM: u32 = 731;
/// Lying length is so much more than standing height, cm (WHO standards 2006).
pub const LYING_MORE: f64 = 0.7;
/// Months that have a row in the reference of 2007: from, below; weight ends earlier.
const MONTHS_2007: (f64, f64) = (61.0, 229.0);
const MONTHS_2007_WEIGHT: f64 = 121.0;
/// Head circumference that is possible in a living child, cm.
pub const HEAD_POSSIBLE: (f64, f64) = (20.0, 75.0);
/// Skinfold that is possible, mm.
pub const SKINFOLD_POSSIBLE: (f64, f64) = (1.0, 80.0);

/// A child as measured on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Child {
    /// sex
    pub sex: Sex,
    /// age, days
    pub age_days: u32,
    /// kg
    pub weight: Option<f64>,
    /// length or height as measured, cm
    pub height: Option<f64>,
    /// mid-upper-arm circumference, mm
    pub arm: Option<f64>,
    /// what else was measured
    pub more: GrowthMeasures,
}

/// Length or height as it was used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UsedHeight {
    /// cm
    pub cm: f64,
    /// what was added to the measured value, cm
    pub added: f64,
    /// compared as lying length
    pub lying: bool,
}

/// One indicator worked out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// which
    pub indicator: GrowthIndicator,
    /// value in the indicator's unit
    pub value: f64,
    /// age in months, or length or height in cm
    pub at: f64,
    /// the median there
    pub median: f64,
    /// z-score, to two places as WHO's programs round it
    pub z: f64,
    /// share of healthy children below, 0..=100
    pub percentile: f64,
}

/// Why an indicator has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// nothing was measured for it
    NotMeasured,
    /// the reference has none at this age
    NotAtThisAge,
    /// length or height outside the table
    OutsideTable,
    /// oedema makes the weight untrue
    Oedema,
    /// the table is not on this computer
    NoTable,
}

/// What is impossible in a living child.
#[derive(Debug, Clone, PartialEq)]
pub struct Impossible {
    /// `weight`, `height`, `arm`, `head`, `triceps`, `subscapular`
    pub field: &'static str,
    /// least that is possible
    pub low: f64,
    /// most
    pub high: f64,
}

/// All that came of one day's measurements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Growth {
    /// length or height as used
    pub height: Option<UsedHeight>,
    /// kg/m2
    pub bmi: Option<f64>,
    /// indicators
    pub readings: Vec<Reading>,
    /// indicators without a value, and why
    pub unread: Vec<(GrowthIndicator, Unread)>,
}

/// Works every indicator out.
///
/// # Errors
/// The first measurement that no living child has.
pub fn growth(tables: &GrowthTables, child: &Child) -> Result<Growth, Impossible> {
    possible(child)?;
    let height = child.height.map(|cm| used_height(cm, child.age_days, child.more.lying));
    let bmi = child.weight.zip(height).map(|(kg, height)| kg / (height.cm / 100.0).powi(2));
    let mut growth = Growth { height, bmi, ..Growth::default() };
    for indicator in GrowthIndicator::ALL {
        match read(tables, child, indicator, height, bmi) {
            Ok(reading) => growth.readings.push(reading),
            Err(why) => growth.unread.push((indicator, why)),
        }
    }
    Ok(growth)
}

fn possible(child: &Child) -> Result<(), Impossible> {
    let vital = |vital: Vital| (*vital.possible().start(), *vital.possible().end());
    let values = [
        ("weight", child.weight, vital(Vital::Weight)),
        ("height", child.height, vital(Vital::Height)),
        ("arm", child.arm, vital(Vital::Muac)),
        ("head", child.more.head, HEAD_POSSIBLE),
        ("triceps", child.more.triceps, SKINFOLD_POSSIBLE),
        ("subscapular", child.more.subscapular, SKINFOLD_POSSIBLE),
    ];
    for (field, value, (low, high)) in values {
        if value.is_some_and(|v| !(low..=high).contains(&v)) {
            return Err(Impossible { field, low, high });
        }
    }
    Ok(())
}

/// Lying below two years and standing from then on; a measurement taken the other way is moved by 0.7 cm.
fn used_height(cm: f64, age_days: u32, lying: Option<bool>) -> UsedHeight {
    let usual = age_days < STANDING_FROM;
    let added = match (usual, lying.unwrap_or(usual)) {
        (true, false) => LYING_MORE,
        // After five years nobody is measured lying for the reference.
        (false, true) if age_days <= LAST_DAY_2006 => -LYING_MORE,
        _ => 0.0,
    };
    UsedHeight { cm: cm + added, added, lying: usual }
}

fn read(
    tables: &GrowthTables,
    child: &Child,
    indicator: GrowthIndicator,
    height: Option<UsedHeight>,
    bmi: Option<f64>,
) -> Result<Reading, Unread> {
    use GrowthIndicator as I;
    let value = match indicator {
        I::WeightForAge | I::WeightForHeight => child.weight,
        I::HeightForAge => height.map(|h| h.cm),
        I::BmiForAge => bmi,
        I::HeadForAge => child.more.head,
        I::ArmForAge => child.arm.map(|mm| mm / 10.0),
        I::TricepsForAge => child.more.triceps,
        I::SubscapularForAge => child.more.subscapular,
    };
    let value = value.ok_or(Unread::NotMeasured)?;
    if child.more.oedema && matches!(indicator, I::WeightForAge | I::WeightForHeight | I::BmiForAge) {
        return Err(Unread::Oedema);
    }
    let months = f64::from(child.age_days) / DAYS_PER_MONTH;
    let (table, place, at) = match indicator {
        I::WeightForHeight => {
            let cm = height.ok_or(Unread::NotMeasured)?.cm;
            (table_of(indicator, child.age_days).ok_or(Unread::NotAtThisAge)?, cm, cm)
        }
        _ => match table_of(indicator, child.age_days).ok_or(Unread::NotAtThisAge)? {
            table @ GrowthTable::ByMonth(_) => (table, months, months),
            table => (table, f64::from(child.age_days), months),
        },
    };
    let rows = tables.get(table, child.sex).ok_or(Unread::NoTable)?;
    let outside = if indicator == I::WeightForHeight { Unread::OutsideTable } else { Unread::NotAtThisAge };
    let lms = lms_at(rows, place).ok_or(outside)?;
    let z = (z_score(lms, value, restricted(indicator)) * 100.0).round() / 100.0;
    Ok(Reading { indicator, value, at, median: lms.m, z, percentile: percentile(z) })
}

/// The table of an indicator at an age; `None` where WHO has none.
pub fn table_of(indicator: GrowthIndicator, age_days: u32) -> Option<GrowthTable> {
    use GrowthIndicator as I;
    if age_days <= LAST_DAY_2006 {
        return Some(match indicator {
            I::WeightForHeight if age_days < STANDING_FROM => GrowthTable::WeightForLength,
            I::WeightForHeight => GrowthTable::WeightForHeight,
            _ => GrowthTable::ByDay(indicator),
        });
    }
    let months = f64::from(age_days) / DAYS_PER_MONTH;
    let until = match indicator {
        I::WeightForAge => MONTHS_2007_WEIGHT,
        I::HeightForAge | I::BmiForAge => MONTHS_2007.1,
        _ => return None,
    };
    (MONTHS_2007.0..until).contains(&months).then_some(GrowthTable::ByMonth(indicator))
}

/// Whether WHO carries the last distance on beyond -3 and +3.
pub fn restricted(indicator: GrowthIndicator) -> bool {
    !matches!(indicator, GrowthIndicator::HeightForAge | GrowthIndicator::HeadForAge)
}

/// L, M and S at an age or length, between two rows on the straight line; the last row holds until the next would begin.
pub fn lms_at(rows: &LmsRows, at: f64) -> Option<Lms> {
    let place = (at - rows.first) / rows.step;
    // A length typed as 65.1 must not fall between rows by the last bit.
    let place = if (place - place.round()).abs() < 1e-6 { place.round() } else { place };
    if place < 0.0 || place >= rows.rows.len() as f64 {
        return None;
    }
    let low = rows.rows.get(place as usize)?;
    let share = place.fract();
    let Some(high) = rows.rows.get(place as usize + 1).filter(|_| share > 0.0) else { return Some(*low) };
    let between = |a: f64, b: f64| a + (b - a) * share;
    Some(Lms { l: between(low.l, high.l), m: between(low.m, high.m), s: between(low.s, high.s) })
}

/// The z-score of a value.
pub fn z_score(lms: Lms, value: f64, restricted: bool) -> f64 {
    let z = if lms.l.abs() < 1e-9 {
        (value / lms.m).ln() / lms.s
    } else {
        ((value / lms.m).powf(lms.l) - 1.0) / (lms.l * lms.s)
    };
    if !restricted || z.abs() <= 3.0 {
        return z;
    }
    let sign = z.signum();
    let third = line(lms, 3.0 * sign);
    let step = (third - line(lms, 2.0 * sign)).abs();
    3.0 * sign + (value - third) / step
}

/// The value at a z-score: the reverse of [`z_score`].
pub fn value_at(lms: Lms, z: f64, restricted: bool) -> f64 {
    if !restricted || z.abs() <= 3.0 {
        return line(lms, z);
    }
    let sign = z.signum();
    let third = line(lms, 3.0 * sign);
    third + (z - 3.0 * sign) * (third - line(lms, 2.0 * sign)).abs()
}

fn line(lms: Lms, z: f64) -> f64 {
    if lms.l.abs() < 1e-9 { lms.m * (lms.s * z).exp() } else { lms.m * (1.0 + lms.l * lms.s * z).powf(1.0 / lms.l) }
}

/// Share of a normal distribution below z, percent. Abramowitz and Stegun 26.2.17, off by 7.5e-8 at most.
pub fn percentile(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let [b1, b2, b3, b4, b5] = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let above = density * t * (b1 + t * (b2 + t * (b3 + t * (b4 + t * b5))));
    100.0 * if z >= 0.0 { 1.0 - above } else { above }
}

/// What a z-score means: the first band that fits.
pub fn meaning(rules: &GrowthRules, sign: GrowthSign, value: f64, age_days: u32) -> Option<&GrowthBand> {
    let months = (f64::from(age_days) / DAYS_PER_MONTH).floor() as u32;
    // Between the sixtieth month and the last day of 2006 the younger standards still hold.
    let months = if age_days <= LAST_DAY_2006 { months.min(60) } else { months };
    rules.bands.iter().find(|band| {
        band.sign == sign
            && (band.from_months..band.below_months).contains(&months)
            && band.below.is_none_or(|limit| value < limit)
            && band.above.is_none_or(|limit| value > limit)
    })
}

/// Whether a z-score is beyond what WHO believes without a second look.
pub fn look_again(rules: &GrowthRules, indicator: GrowthIndicator, z: f64) -> bool {
    rules.limits.iter().any(|limit| limit.indicator == indicator && !(limit.low..=limit.high).contains(&z))
}

/// One line of the chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// -3 to 3
    pub z: i8,
    /// age in months or cm, and value
    pub points: Vec<(f64, f64)>,
}

/// The seven lines around a child of this age; empty where there is no table.
pub fn curves(tables: &GrowthTables, indicator: GrowthIndicator, sex: Sex, age_days: u32) -> Vec<Curve> {
    let Some(rows) = table_of(indicator, age_days).and_then(|table| Some((table, tables.get(table, sex)?))) else {
        return vec![];
    };
    let (table, rows) = rows;
    let (stride, until, scale) = match table {
        GrowthTable::ByDay(_) if age_days < STANDING_FROM => (14, f64::from(STANDING_FROM), DAYS_PER_MONTH),
        GrowthTable::ByDay(_) => (30, f64::from(LAST_DAY_2006), DAYS_PER_MONTH),
        GrowthTable::WeightForLength | GrowthTable::WeightForHeight => (10, f64::INFINITY, 1.0),
        GrowthTable::ByMonth(_) => (3, f64::INFINITY, 1.0),
    };
    let last = rows.rows.len().saturating_sub(1);
    let places: Vec<(f64, Lms)> = (rows.rows.iter().enumerate())
        .filter(|(place, _)| place % stride == 0 || *place == last)
        .map(|(place, lms)| (rows.first + rows.step * place as f64, *lms))
        .filter(|(at, _)| *at < until)
        .collect();
    let curve = |z: i8| Curve {
        z,
        points: places
            .iter()
            .map(|(at, lms)| (at / scale, value_at(*lms, f64::from(z), restricted(indicator))))
            .collect(),
    };
    (-3..=3).map(curve).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIRL_365: Lms = Lms { l: -0.2022, m: 8.9462, s: 0.12267 };

    /// Worked case of E. Grellety's deposit (figshare 4294085): a girl of 365 days and 9 kg has 0.04885.
    #[test]
    fn a_published_worked_case_comes_out() {
        assert!((z_score(GIRL_365, 9.0, true) - 0.048_847_178).abs() < 1e-6);
    }

    /// WHO, "Computation of centiles and z-scores" (2006), the rule beyond 3: linear in the value, step of the last two lines.
    #[test]
    fn beyond_three_the_last_distance_is_carried_on() {
        let (two, three) = (line(GIRL_365, 2.0), line(GIRL_365, 3.0));
        let four = three + (three - two);
        assert!((z_score(GIRL_365, four, true) - 4.0).abs() < 1e-9);
        assert!((z_score(GIRL_365, four, false) - 4.0).abs() > 0.05, "without the rule it is another");
        let (two, three) = (line(GIRL_365, -2.0), line(GIRL_365, -3.0));
        assert!((z_score(GIRL_365, three - (two - three), true) + 4.0).abs() < 1e-9);
    }

    #[test]
    fn percentiles_are_those_of_the_normal_table() {
        for (z, p) in [(0.0, 50.0), (1.0, 84.134_47), (-2.0, 2.275_01), (1.96, 97.500_21), (-3.0, 0.134_99)] {
            assert!((percentile(z) - p).abs() < 1e-4, "{z}: {}", percentile(z));
        }
    }

    #[test]
    fn length_and_height_are_told_apart_at_two_years() {
        assert_eq!(used_height(80.0, 700, Some(false)), UsedHeight { cm: 80.7, added: 0.7, lying: true });
        assert_eq!(used_height(90.0, 731, Some(true)).cm, 89.3);
        assert_eq!(used_height(80.0, 730, None).added, 0.0);
        assert_eq!(used_height(90.0, 731, None).added, 0.0);
        assert_eq!(used_height(130.0, 3000, Some(true)).added, 0.0);
    }

    #[test]
    fn what_no_child_has_is_refused_by_name() {
        let child = Child {
            sex: Sex::Male,
            age_days: 100,
            weight: Some(6.0),
            height: Some(600.0),
            arm: None,
            more: GrowthMeasures::default(),
        };
        assert_eq!(growth(&GrowthTables::default(), &child).unwrap_err().field, "height");
    }

    #[test]
    fn every_age_has_one_reference_and_none_overlaps() {
        assert_eq!(table_of(GrowthIndicator::BmiForAge, 1856), Some(GrowthTable::ByDay(GrowthIndicator::BmiForAge)));
        assert_eq!(table_of(GrowthIndicator::BmiForAge, 1857), Some(GrowthTable::ByMonth(GrowthIndicator::BmiForAge)));
        assert_eq!(table_of(GrowthIndicator::WeightForAge, 3700), None, "weight-for-age ends at ten years");
        assert_eq!(table_of(GrowthIndicator::BmiForAge, 7100), None);
        assert_eq!(table_of(GrowthIndicator::WeightForHeight, 1857), None);
    }

    proptest::proptest! {
        #[test]
        fn a_z_score_gives_its_value_back(l in -2.5_f64..2.5, m in 1.0_f64..120.0, s in 0.02_f64..0.2, z in -6.0_f64..6.0, restrict: bool) {
            let lms = Lms { l, m, s };
            // The formula itself has no value where 1 + LSz is not positive.
            proptest::prop_assume!(1.0 + l * s * z > 0.05 && 1.0 + l * s * 3.0 * z.signum() > 0.05);
            let value = value_at(lms, z, restrict);
            proptest::prop_assert!((z_score(lms, value, restrict) - z).abs() < 1e-6);
        }
    }
}
