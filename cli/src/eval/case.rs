//! A case in free text as the user would type it.

use anyhow::Context;
use hakim_clinical::*;
use hakim_contract::*;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The cases of a JSONL file with the numbers of their lines, from 1; empty lines are passed over. `what` a line should be is
/// said where it is not.
pub(super) fn read_lines<T: DeserializeOwned>(file: &Path, what: &str) -> anyhow::Result<Vec<(usize, T)>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (usize, &str)| {
        let case = serde_json::from_str(line);
        Ok((number, case.with_context(|| format!("{}:{number} is no {what}", file.display()))?))
    };
    lines.map(read).collect()
}

/// Reads and assesses a story; `who` holds age and sex in words.
pub(super) fn assessed(core: &dyn Core, who: &str, text: String) -> anyhow::Result<Assessment> {
    Ok(core.assess(intake(core, who, text)?)?)
}

/// A story as it is read.
pub(super) fn intake(core: &dyn Core, who: &str, text: String) -> anyhow::Result<Intake> {
    let (age, sex) = demographics(who);
    // the cases name no place; nothing in them is endemic to one region
    let place = Place { region: Region::Elsewhere, season: Season::Unknown };
    let patient = PatientFacts { age, sex, place, ..PatientFacts::default() };
    let understood = core.understand(UnderstandRequest { text: text.clone(), patient: patient.clone() })?;
    let patient = PatientFacts { medicines: understood.medicines, allergies: understood.allergies, ..patient };
    Ok(Intake {
        patient,
        text,
        observed: understood.chips.into_iter().map(|c| c.observed).collect(),
        measurements: understood.measurements,
        traditional: false,
        traditions: Traditions::default(),
        temperament: vec![],
    })
}

/// `25 year old Female`, `3 month old Male`.
pub(super) fn demographics(text: &str) -> (Option<Age>, Option<Sex>) {
    let lower = text.to_lowercase();
    let sex = match () {
        () if lower.contains("female") || lower.contains("woman") || lower.contains("girl") => Some(Sex::Female),
        () if lower.contains("male") || lower.contains("man") || lower.contains("boy") => Some(Sex::Male),
        () => None,
    };
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let age = words.iter().enumerate().find_map(|(i, w)| {
        let n: u32 = w.parse().ok()?;
        match words.get(i + 1).copied().unwrap_or("year") {
            u if u.starts_with("month") => Some(Age::from_months(n)),
            u if u.starts_with("week") => Some(Age::from_days(n * 7)),
            u if u.starts_with("day") => Some(Age::from_days(n)),
            _ => Some(Age::from_years(n)),
        }
    });
    (age, sex)
}

/// The name a sex is reported under.
pub(super) fn sex_name(sex: Option<Sex>) -> &'static str {
    match sex {
        None => "unknown",
        Some(Sex::Female) => "female",
        Some(Sex::Male) => "male",
    }
}

/// Bands in which ages are reported.
pub(super) fn age_band(age: Option<Age>) -> &'static str {
    match age.map(Age::years) {
        None => "unknown",
        Some(y) if y < 5.0 => "0-4",
        Some(y) if y < 18.0 => "5-17",
        Some(y) if y < 40.0 => "18-39",
        Some(y) if y < 65.0 => "40-64",
        Some(_) => "65+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_sexes_are_read() {
        assert_eq!(demographics("25 year old Female"), (Some(Age::from_years(25)), Some(Sex::Female)));
        assert_eq!(demographics("18-month-old Male"), (Some(Age::from_months(18)), Some(Sex::Male)));
        assert_eq!(demographics(""), (None, None));
    }
}
