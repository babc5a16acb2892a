//! One thing in a sentence changed, so that it is no longer true.

/// Words of which one is put for the other.
const SIDES: [(&str, &str); 8] = [
    ("left", "right"),
    ("upper", "lower"),
    ("high", "low"),
    ("before", "after"),
    ("acute", "chronic"),
    ("first", "second"),
    ("dry", "wet"),
    ("mild", "severe"),
];

/// What is changed in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Medicine,
    Denial,
    Side,
    Unit,
    Condition,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Medicine => "medicine",
            Self::Denial => "denial",
            Self::Side => "side",
            Self::Unit => "unit",
            Self::Condition => "condition",
        }
    }
}

/// Names that are put in the place of others, lower case.
pub(super) struct Names {
    pub(super) medicines: Vec<String>,
    pub(super) conditions: Vec<String>,
}

/// The sentence with one thing changed; none where it holds nothing of the kind.
pub(super) fn plant(kind: Kind, sentence: &str, names: &Names) -> Option<String> {
    match kind {
        Kind::Number => other_number(sentence),
        Kind::Medicine => other_name(sentence, &names.medicines),
        Kind::Denial => denied(sentence),
        Kind::Side => other_side(sentence),
        Kind::Unit => other_unit(sentence),
        Kind::Condition => other_name(sentence, &names.conditions),
    }
}

/// The first number doubled.
fn other_number(sentence: &str) -> Option<String> {
    let start = sentence.find(|c: char| c.is_ascii_digit())?;
    let rest = &sentence[start..];
    let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number: u64 = rest[..length].parse().ok()?;
    Some(format!("{}{}{}", &sentence[..start], number.max(1) * 2, &rest[length..]))
}

/// The first of these names in the sentence, put out by a later one of the list that is not in it.
fn other_name(sentence: &str, names: &[String]) -> Option<String> {
    let lower = sentence.to_lowercase();
    let whole = |name: &str| {
        let at = lower.find(name)?;
        let bounded = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        (bounded(lower[..at].chars().next_back()) && bounded(lower[at + name.len()..].chars().next())).then_some(at)
    };
    let (which, at) = names.iter().enumerate().find_map(|(which, name)| Some((which, whole(name)?)))?;
    if lower.len() != sentence.len() {
        return None;
    }
    let other = names.iter().cycle().skip(which + 7).take(names.len()).find(|name| !lower.contains(*name))?;
    Some(format!("{}{other}{}", &sentence[..at], &sentence[at + names[which].len()..]))
}

/// The first unit that stands behind a number, put out by the next of mg, mcg, g and mL.
fn other_unit(sentence: &str) -> Option<String> {
    const UNITS: [&str; 4] = ["mg", "mcg", "g", "mL"];
    let counted = |at: usize| sentence[..at].trim_end().ends_with(|c: char| c.is_ascii_digit());
    let whole = |at: usize, unit: &str| {
        let bounded = |c: Option<char>| c.is_none_or(|c| !c.is_alphabetic());
        bounded(sentence[..at].chars().next_back()) && bounded(sentence[at + unit.len()..].chars().next())
    };
    let found = (0..UNITS.len()).filter_map(|which| {
        let mut places = sentence.match_indices(UNITS[which]).map(|(at, _)| at);
        Some((places.find(|at| whole(*at, UNITS[which]) && counted(*at))?, which))
    });
    let (at, which) = found.min()?;
    let other = UNITS[(which + 1) % UNITS.len()];
    Some(format!("{}{other}{}", &sentence[..at], &sentence[at + UNITS[which].len()..]))
}

/// A denial taken away, or one put in.
fn denied(sentence: &str) -> Option<String> {
    for (from, to) in [(" is not ", " is "), (" are not ", " are "), (" does not ", " does "), (" without ", " with ")]
    {
        if sentence.contains(from) {
            return Some(sentence.replacen(from, to, 1));
        }
    }
    for (from, to) in
        [(" is ", " is not "), (" are ", " are not "), (" needs ", " does not need "), (" with ", " without ")]
    {
        if sentence.contains(from) {
            return Some(sentence.replacen(from, to, 1));
        }
    }
    None
}

fn other_side(sentence: &str) -> Option<String> {
    for (one, other) in SIDES {
        for (from, to) in [(one, other), (other, one)] {
            let spaced = format!(" {from} ");
            if sentence.contains(&spaced) {
                return Some(sentence.replacen(&spaced, &format!(" {to} "), 1));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_changed_and_the_rest_stands() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let names = Names { medicines: list(&["zinc", "aspirin"]), conditions: list(&["gout", "mumps"]) };
        for (kind, sentence, planted) in [
            (Kind::Number, "Give 20 mg.", Some("Give 40 mg.")),
            (Kind::Medicine, "Give zinc now.", Some("Give aspirin now.")),
            (Kind::Denial, "It is not urgent.", Some("It is urgent.")),
            (Kind::Side, "Take it before meals.", Some("Take it after meals.")),
            (Kind::Unit, "Give 20 mg of it in 5 mL.", Some("Give 20 mcg of it in 5 mL.")),
            (Kind::Unit, "Give 5mL.", Some("Give 5mg.")),
            (Kind::Unit, "The mg of 5 grams.", None),
            (Kind::Condition, "It is gout.", Some("It is mumps.")),
        ] {
            assert_eq!(plant(kind, sentence, &names).as_deref(), planted, "{sentence}");
        }
    }
}
