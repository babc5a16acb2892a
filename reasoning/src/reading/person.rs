//! Age and sex of the patient in a note: `a 33-year-old woman`, `aged 5 months`, `67M`.

use super::numbers::Number;
use hakim_clinical::{Sex, Token};

/// Age in years, with where it stands.
pub(super) fn age(text: &str, numbers: &[Number]) -> Option<(f64, (usize, usize))> {
    const A_YEAR: f64 = 365.25;
    let years = |n: &Number| match n.unit {
        Some("a") => Some(n.value),
        Some("mo") => Some(n.value / 12.0),
        Some("wk") => Some(n.value * 7.0 / A_YEAR),
        Some("d") => Some(n.value / A_YEAR),
        _ => None,
    };
    let possible = |years: f64| (0.0..=125.0).contains(&years).then_some(years);
    let old = numbers.iter().find_map(|n| {
        let after = text.get(n.end..)?.trim_start_matches([' ', '-', '–', '\u{a0}']).to_lowercase();
        let is_age = after.starts_with("old") || after.starts_with("of age") || after.starts_with("aged");
        is_age.then(|| years(n)).flatten().and_then(possible).map(|years| (years, n.span))
    });
    let aged = || {
        numbers.iter().find_map(|n| {
            let before = text.get(..n.span.0)?.trim_end_matches([' ', ':', '=', '(']).to_lowercase();
            let said = ["aged", "age", "age of", "age is", "patient's age", "ages"]
                .iter()
                .any(|w| before.strip_suffix(w).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)));
            let value = if n.unit.is_none() { Some(n.value) } else { years(n) };
            said.then_some(value).flatten().and_then(possible).map(|years| (years, n.span))
        })
    };
    // `67M`, `54 y/o`, `a 54 year male`
    let short = || {
        numbers.iter().take(3).find_map(|n| {
            let after = text.get(n.span.1..)?;
            let lower: String = after.chars().take(24).collect::<String>().to_lowercase();
            let lower = lower.trim_start_matches([' ', '-']);
            let sex =
                ["m ", "f ", "m,", "f,", "m.", "yo", "y/o", "y.o", "yr ", "year"].iter().any(|w| lower.starts_with(w));
            let person = ["male", "female", "man", "woman"].iter().any(|w| lower.contains(w));
            let sex_only = lower.starts_with("male") || lower.starts_with("female");
            let fits = lower.starts_with("yo")
                || lower.starts_with("y/o")
                || lower.starts_with("y.o")
                || sex_only
                || sex && (person || !lower.starts_with("y"));
            (fits && n.unit.is_none_or(|u| u == "a") && n.value.fract() == 0.0 && n.value >= 1.0)
                .then_some(n.value)
                .and_then(possible)
                .map(|y| (y, n.span))
        })
    };
    old.or_else(aged).or_else(short)
}

/// The sex that the note's first word of it says.
pub(super) fn sex(words: &[Token]) -> Option<(Sex, (usize, usize))> {
    const FEMALE: &[&str] = &["female", "woman", "girl", "lady", "females", "housewife", "f"];
    const MALE: &[&str] = &["male", "man", "boy", "gentleman", "males", "m"];
    const HERS: &[&str] =
        &["she", "her", "hers", "mrs", "ms", "herself", "gravida", "pregnant", "menopausal", "postmenopausal"];
    const HIS: &[&str] = &["he", "his", "him", "mr", "himself"];
    const OTHERS: &[&str] =
        &["wife", "husband", "mother", "father", "brother", "sister", "son", "daughter", "his", "her"];
    let named = |list: &'static [&'static str], sex: Sex| {
        words.iter().enumerate().find_map(move |(at, w)| {
            let after_number = |at: usize| at > 0 && words[at - 1].word.starts_with(|c: char| c.is_ascii_digit());
            let letter = w.word.len() == 1 && !after_number(at);
            // "his 60-year-old mother" is somebody else
            (list.contains(&w.word.as_str()) && !letter).then_some((at, sex, w.span))
        })
    };
    let first = |a: Option<(usize, Sex, (usize, usize))>, b: Option<(usize, Sex, (usize, usize))>| match (a, b) {
        (Some(a), Some(b)) => Some(if a.0 <= b.0 { a } else { b }),
        (a, b) => a.or(b),
    };
    // `67M` is one word
    let glued = words.iter().take(12).enumerate().find_map(|(at, w)| {
        let digits = w.word.trim_end_matches(['m', 'f']);
        let letter = w.word.strip_prefix(digits)?;
        let age = digits.parse::<u32>().is_ok_and(|age| age <= 120);
        let sex = match letter {
            "m" => Sex::Male,
            "f" => Sex::Female,
            _ => return None,
        };
        age.then_some((at, sex, w.span))
    });
    let nouns = first(named(FEMALE, Sex::Female), named(MALE, Sex::Male));
    let nouns = first(nouns, glued);
    let pronouns = first(named(HERS, Sex::Female), named(HIS, Sex::Male));
    // A noun far behind the first pronoun, with a relative near it, is somebody else.
    let noun = nouns.filter(|(at, ..)| {
        pronouns.is_none_or(|(p, ..)| {
            *at <= p + 40 || !words[at.saturating_sub(4)..*at].iter().any(|w| OTHERS.contains(&w.word.as_str()))
        })
    });
    noun.or(pronouns).map(|(_, sex, span)| (sex, span))
}

#[cfg(test)]
mod tests {
    use super::super::numbers::numbers;
    use super::*;

    fn age_of(text: &str) -> Option<f64> {
        age(text, &numbers(text)).map(|(years, _)| (years * 100.0).round() / 100.0)
    }

    #[test]
    fn ages_are_read() {
        assert_eq!(age_of("A 33-year-old woman"), Some(33.0));
        assert_eq!(age_of("an infant of 6 months of age"), Some(0.5));
        assert_eq!(age_of("aged 71, he"), Some(71.0));
        assert_eq!(age_of("54 y/o male"), Some(54.0));
        assert_eq!(age_of("67M with chest pain"), Some(67.0));
        assert_eq!(age_of("ill for 3 years"), None);
    }
}
