//! Days as numbers, in the Gregorian calendar carried back (Hinnant, <https://howardhinnant.github.io/date_algorithms.html>).

/// Days from 1970-01-01 to a day written `2026-11-27`; `None` when it is no day.
pub fn day_number(written: &str) -> Option<i64> {
    let mut parts = written.trim().splitn(3, '-');
    let year: i64 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok()?;
    let day: i64 = parts.next()?.parse().ok()?;
    let number = from_civil(year, month, day);
    // A day that the month does not have comes back as another.
    ((1..=12).contains(&month) && to_civil(number) == (year, month, day)).then_some(number)
}

/// The day of this number as `2026-11-27`.
pub fn day_text(number: i64) -> String {
    let (year, month, day) = to_civil(number);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day so many calendar months later; the last of the month where the day does not exist.
pub fn add_months(number: i64, months: i64) -> i64 {
    let (year, month, day) = to_civil(number);
    let all = year * 12 + (month - 1) + months;
    let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
    let next = if month == 12 { from_civil(year + 1, 1, 1) } else { from_civil(year, month + 1, 1) };
    (from_civil(year, month, 1) + day - 1).min(next - 1)
}

/// Completed calendar months from one day to a later one; 0 when it is not later.
pub fn months_between(from: i64, to: i64) -> i64 {
    let ((y1, m1, _), (y2, m2, _)) = (to_civil(from), to_civil(to));
    let months = (y2 - y1) * 12 + m2 - m1;
    (if add_months(from, months) > to { months - 1 } else { months }).max(0)
}

fn from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    // The year begins in March, so that the odd day comes last.
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn to_civil(number: i64) -> (i64, i64, i64) {
    let shifted = number + 719_468;
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let in_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, in_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_back_and_impossible_ones_are_none() {
        for number in (-200_000..200_000).step_by(37) {
            assert_eq!(day_number(&day_text(number)), Some(number));
        }
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2000-03-01"), Some(11_017));
        for none in ["2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1", "", "tomorrow", "2026-04-31"] {
            assert_eq!(day_number(none), None, "{none}");
        }
        assert!(day_number("2024-02-29").is_some());
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let later = |day: &str, months| day_text(add_months(day_number(day).unwrap(), months));
        assert_eq!(later("2025-01-31", 1), "2025-02-28");
        assert_eq!(later("2025-11-15", 14), "2027-01-15");
        assert_eq!(later("2024-02-29", 12), "2025-02-28");
        let between = |a: &str, b: &str| months_between(day_number(a).unwrap(), day_number(b).unwrap());
        assert_eq!(between("2025-01-15", "2025-10-14"), 8);
        assert_eq!(between("2025-01-15", "2025-10-15"), 9);
        assert_eq!(between("2025-01-15", "2024-10-15"), 0);
    }
}
