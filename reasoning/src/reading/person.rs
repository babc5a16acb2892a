//! Age and sex of the patient in a note: `a 33-year-old woman`, `aged 5 months`, `67M`.

use super::numbers::Number;
use hakim_clinical::{Sex, Token};

/// Relatives by blood.
const BLOOD: &[&str] = &[
    "mother",
    "father",
    "brother",
    "sister",
    "son",
    "daughter",
    "uncle",
    "aunt",
    "niece",
    "nephew",
    "cousin",
    "grandfather",
    "grandmother",
    "mum",
    "mom",
    "dad",
    "twin",
    "parents",
];

/// Whether it is somebody whose values and ages are not the patient's.
pub(super) fn is_other(word: &str) -> bool {
    BLOOD.contains(&word) || matches!(word, "wife" | "husband" | "roommate" | "partner" | "donor")
}

/// Whether it is a relative by blood, several of them, or the family as a whole.
pub(super) fn is_kin(word: &str) -> bool {
    const SEVERAL: &[&str] = &["brothers", "sisters", "sons", "daughters", "siblings", "parent", "sibling", "family"];
    BLOOD.contains(&word) || SEVERAL.contains(&word)
}

/// Age in years, with where it stands: the first that is not a relative's.
pub(super) fn age(text: &str, numbers: &[Number]) -> Option<(f64, (usize, usize))> {
    numbers
        .iter()
        .find_map(|n| age_at(text, n).filter(|years| (0.0..=125.0).contains(years)).map(|years| (years, n.span)))
}

fn age_at(text: &str, n: &Number) -> Option<f64> {
    const A_YEAR: f64 = 365.25;
    if n.second.is_some() || n.reference {
        return None;
    }
    let years = match n.unit {
        Some("a") => Some(n.value),
        Some("mo") => Some(n.value / 12.0),
        Some("wk") => Some(n.value * 7.0 / A_YEAR),
        Some("d") => Some(n.value / A_YEAR),
        _ => None,
    };
    let words = |part: &str| -> Vec<String> {
        part.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    };
    let sentence = text[..n.span.0].rfind(['.', '\n', ';']).map_or(0, |at| at + 1);
    let before = words(&text[sentence..n.span.0]);
    let rest: String = text.get(n.end.max(n.span.1)..)?.chars().take(48).collect();
    let after = words(&rest);
    let relative = |list: &[String]| list.iter().any(|w| is_other(w));
    // "his 46-year-old daughter", "mother (81)"
    let whose = before.get(before.len().saturating_sub(3)..).is_some_and(relative);
    // "A forty-six-year-old mother of two" is the patient.
    let mother_of =
        after.windows(2).take(3).any(|two| matches!(two, [a, of] if relative(std::slice::from_ref(a)) && of == "of"));
    if whose || !mother_of && after.get(..after.len().min(3)).is_some_and(relative) {
        return None;
    }
    let bare = n.unit.is_none() && n.value.fract() == 0.0 && !n.change;
    let said = |list: &[&str]| list.contains(&after.first().map_or("", String::as_str));
    if said(&["old", "aged"]) || said(&["of"]) && after.get(1).is_some_and(|w| w == "age") {
        return years;
    }
    let last = before.last().map_or("", String::as_str);
    if ["aged", "age", "ages"].contains(&last) || last == "of" && before.iter().rev().nth(1).is_some_and(|w| w == "age")
    {
        return years.or(bare.then_some(n.value));
    }
    // `a man of 49 years`, `the patient, 66,`, `woman, 36 y`
    const PERSONS: &[&str] =
        &["man", "woman", "boy", "girl", "male", "female", "patient", "lady", "gentleman", "child", "infant"];
    let person = PERSONS.contains(&last)
        || last == "of" && before.iter().rev().nth(1).is_some_and(|w| PERSONS.contains(&w.as_str()));
    // `Mrs. K., 61,`
    let called: String = text[..n.span.0].chars().rev().take(14).collect::<Vec<_>>().into_iter().rev().collect();
    let called = called.to_lowercase();
    let title = ["mr.", "mrs.", "ms.", "mr ", "mrs ", "ms "].iter().any(|title| {
        called
            .rfind(title)
            .is_some_and(|at| called[at + title.len()..].trim_matches([' ', ',', '.', '(']).chars().count() == 1)
    });
    if title && called.trim_end().ends_with([',', '(']) && bare && rest.starts_with([',', ')', ';', '.']) {
        return Some(n.value);
    }
    let joined = text[sentence..n.span.0].trim_end();
    let beside = joined.ends_with(',') || joined.ends_with('(') || last == "of" || n.unit == Some("a");
    if person
        && beside
        && (n.unit == Some("a")
            || last == "of" && years.is_some()
            || n.unit.is_none() && rest.starts_with([',', ')', ' ', '.']))
    {
        let weeks_ill = n.unit.is_none()
            && after.first().is_some_and(|w| ["days", "weeks", "hours", "mg", "kg"].contains(&w.as_str()));
        return if weeks_ill { None } else { years.or(bare.then_some(n.value)) };
    }
    // `67M`, `81 M`, `58F`, `54 y/o`, `45 yo`, `60 year male`
    let tail = text.get(n.span.1..)?;
    let tail = tail.trim_start_matches([' ', '-']);
    let letter = tail.starts_with(['M', 'F']) && !tail[1..].starts_with(|c: char| c.is_alphanumeric() || c == '/');
    let opening = before.is_empty()
        || before.len() <= 6 && !before.iter().any(|w| ["t", "temp", "temperature", "fever"].contains(&w.as_str()));
    let lower = tail.to_lowercase();
    let short = ["yo ", "yo,", "y/o", "y.o", "yo.", "yom", "yof"].iter().any(|w| lower.starts_with(w));
    let named =
        lower.starts_with("male") || lower.starts_with("female") || n.unit == Some("a") && said_person(&after, PERSONS);
    let whole = n.value.fract() == 0.0 && n.value >= 1.0;
    (whole && (letter && opening || short || named)).then_some(n.value)
}

fn said_person(after: &[String], persons: &[&str]) -> bool {
    after.first().is_some_and(|w| persons.contains(&w.as_str()))
}

/// The sex that the note's first word of it says.
pub(super) fn sex(words: &[Token]) -> Option<(Sex, (usize, usize))> {
    const FEMALE: &[&str] = &[
        "female",
        "woman",
        "girl",
        "lady",
        "females",
        "housewife",
        "f",
        "primigravida",
        "multigravida",
        "gravida",
        "primipara",
        "primiparous",
        "multipara",
        "multiparous",
        "nulliparous",
        "parturient",
        "widow",
    ];
    const MALE: &[&str] = &["male", "man", "boy", "gentleman", "males", "m"];
    /// A noun among so many first words names the patient.
    const NEAR: usize = 12;
    const HERS: &[&str] = &["she", "her", "hers", "mrs", "ms", "herself", "pregnant", "menopausal", "postmenopausal"];
    const HIS: &[&str] = &["he", "his", "him", "mr", "himself"];
    let named = |list: &'static [&'static str], sex: Sex| {
        words.iter().enumerate().find_map(move |(at, w)| {
            // `67 M` early in the note, and not `1.67 m`
            let age = |w: &Token| w.word.parse::<u32>().is_ok_and(|age| age <= 120);
            let after_age = at > 0 && at < 16 && age(&words[at - 1]);
            let letter = w.word.len() == 1 && !after_age;
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
    // So is one that the pronouns about it contradict: "she was delivered of a boy".
    let count = |list: &[&str], to: usize| words.iter().take(to).filter(|w| list.contains(&w.word.as_str())).count();
    let contradicted = |at: usize, sex: Sex| {
        let (hers, his) = (count(HERS, at), count(HIS, at));
        at > NEAR && if sex == Sex::Male { hers > his } else { his > hers }
    };
    let noun = nouns.filter(|(at, sex, _)| !contradicted(*at, *sex)).filter(|(at, ..)| {
        pronouns
            .is_none_or(|(p, ..)| *at <= p + 40 || !words[at.saturating_sub(4)..*at].iter().any(|w| is_other(&w.word)))
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
        assert_eq!(age_of("58F, obese. Ht 5'4\""), Some(58.0));
        assert_eq!(age_of("AF clinic. 81 M. Permanent."), Some(81.0));
        assert_eq!(age_of("A man of 49 years came"), Some(49.0));
        assert_eq!(age_of("The patient, 66, is ill"), Some(66.0));
        assert_eq!(age_of("Woman, 36 y, lupus"), Some(36.0));
        assert_eq!(age_of("aged 79, escorted by his 46-year-old daughter"), Some(79.0));
        assert_eq!(age_of("His mother (81) is well. He is 55 years old."), Some(55.0));
        assert_eq!(age_of("ill for 3 years"), None);
        assert_eq!(age_of("T 100.2F, sodium 140"), None);
    }
}
