//! Numbers with their units and bounds, as a text states them.

use super::words::{Token, carries_meaning, stem};

/// Which way a number bounds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

/// A number as stated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    /// Digits in one form: `38.5`, `150/95`.
    pub(crate) number: String,
    /// The unit in one form; empty without one.
    pub(crate) unit: &'static str,
    pub(crate) bound: Bound,
    /// The other end of a range: 7 for the 5 of `5 to 7 days`.
    pub(crate) range: Option<String>,
    /// What it is for each of, as in `10 mg per kg per day`: units in one form.
    pub(crate) per: Vec<&'static str>,
    /// Stems of the words near it.
    pub(crate) context: Vec<String>,
    /// Where it stands among the tokens.
    pub(crate) at: usize,
}

impl Quantity {
    /// Whether a fact that states the other says this. A unit may be left out, but not what weight the number is for:
    /// `10 mg` is not `10 mg per kg`.
    pub(crate) fn is_said_by(&self, stated: &Self) -> bool {
        let same_unit = self.unit.is_empty() || self.unit == stated.unit;
        let weighs = |quantity: &Self| quantity.per.contains(&"kg");
        let same_share = weighs(self) == weighs(stated) && self.per.iter().all(|unit| stated.per.contains(unit));
        let same_range = self.range.is_none() || self.range == stated.range;
        self.number == stated.number && same_unit && same_share && same_range && self.bound == stated.bound
    }
}

/// Unit words by the one form they are compared in.
const UNITS: &[(&str, &[&str])] = &[
    ("mg", &["mg", "mgs", "milligram", "milligrams"]),
    ("g", &["g", "gm", "gram", "grams"]),
    ("ug", &["mcg", "ug", "µg", "μg", "microgram", "micrograms"]),
    ("kg", &["kg", "kgs", "kilogram", "kilograms"]),
    ("ml", &["ml", "mls", "millilitre", "millilitres", "milliliter", "milliliters"]),
    ("l", &["l", "litre", "litres", "liter", "liters"]),
    ("iu", &["iu", "unit", "units"]),
    ("mmol", &["mmol"]),
    ("mmhg", &["mmhg"]),
    ("c", &["c", "°c", "celsius", "degrees", "degree"]),
    ("f", &["f", "fahrenheit"]),
    ("%", &["%", "percent"]),
    ("cm", &["cm", "centimetre", "centimetres"]),
    ("mm", &["mm", "millimetre", "millimetres"]),
    ("second", &["s", "sec", "second", "seconds"]),
    ("minute", &["min", "mins", "minute", "minutes", "bpm"]),
    ("hour", &["h", "hr", "hrs", "hour", "hours", "hourly"]),
    ("day", &["d", "day", "days"]),
    ("week", &["week", "weeks", "wk", "wks"]),
    ("month", &["month", "months"]),
    ("year", &["y", "yr", "yrs", "year", "years"]),
    ("time", &["time", "times", "dose", "doses"]),
    ("tablet", &["tablet", "tablets", "capsule", "capsules", "pill", "pills"]),
    ("drop", &["drop", "drops"]),
    ("fold", &["fold"]),
];

const NUMBER_WORDS: &[(&str, &str)] = &[
    ("zero", "0"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("hundred", "100"),
];

/// Said in one word: a number of times.
const TIMES: &[(&str, &str)] = &[("once", "1"), ("twice", "2"), ("thrice", "3")];

/// Words this far on either side are what a number is about.
const CONTEXT: usize = 4;

/// The unit of a number stands at most so far behind it: `5 to 7 days`.
const UNIT_REACH: usize = 4;

/// Whether a number stands here, in digits or as a word.
pub(crate) fn is_number(token: &Token) -> bool {
    match token {
        Token::Number(_) => true,
        Token::Word(word) => word == "one" || lookup(NUMBER_WORDS, word).is_some(),
        Token::Sign(_) => false,
    }
}

/// Every quantity of a text.
pub(crate) fn quantities(tokens: &[Token]) -> Vec<Quantity> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (number, unit) = match token {
            Token::Number(number) => (normal(number), unit_after(tokens, at)),
            Token::Word(word) => match (lookup(NUMBER_WORDS, word), lookup(TIMES, word)) {
                (Some(number), _) => (number.to_owned(), unit_after(tokens, at)),
                // `one` alone is mostly no count: `one of the`, `one may`.
                _ if word == "one" && !unit_after(tokens, at).is_empty() => ("1".to_owned(), unit_after(tokens, at)),
                (_, Some(number)) => (number.to_owned(), "time"),
                _ => continue,
            },
            Token::Sign(_) => continue,
        };
        let unit = if unit.is_empty() && said_as_age(tokens, at) { "year" } else { unit };
        let (per, bound, context) = (per(tokens, at), bound(tokens, at), context(tokens, at));
        found.push(Quantity { number, unit, bound, range: range(tokens, at), per, context, at });
    }
    found
}

fn lookup<'a>(table: &[(&str, &'a str)], word: &str) -> Option<&'a str> {
    table.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
}

/// `038.50` and `38.5` are one number.
fn normal(number: &str) -> String {
    let part = |part: &str| part.parse::<f64>().map_or_else(|_| part.to_owned(), |value| value.to_string());
    number.split('/').map(part).collect::<Vec<_>>().join("/")
}

pub(crate) fn unit(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(_, words)| words.contains(&word)).map(|(unit, _)| *unit)
}

fn unit_after(tokens: &[Token], at: usize) -> &'static str {
    let mut next = at + 1;
    // `5-7 days`, `5 to 7 days`: the unit stands after the second number.
    let joins = |token: Option<&Token>| match token {
        Some(Token::Sign('-' | '–' | '°')) => true,
        Some(Token::Word(word)) => word == "to",
        _ => false,
    };
    while joins(tokens.get(next)) {
        next += 1;
        if matches!(tokens.get(next), Some(Token::Number(_))) {
            return unit_after(tokens, next);
        }
    }
    match tokens.get(next) {
        Some(Token::Word(word)) => unit(word).unwrap_or(""),
        Some(Token::Sign('%')) => "%",
        _ => "",
    }
}

/// The number that `to` or a dash joins to this one, before or behind; a unit may stand between: `5 % to 7 %`. So does the
/// `and` of `between 5 and 7`.
fn range(tokens: &[Token], at: usize) -> Option<String> {
    let number = |at: usize| match tokens.get(at) {
        Some(Token::Number(number)) => Some(normal(number)),
        Some(Token::Word(word)) => lookup(NUMBER_WORDS, word).map(str::to_owned),
        _ => None,
    };
    // Where a unit stands, the place beyond it.
    let is_unit = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => unit(word).is_some(),
        Some(token) => token.is_sign(&['%']),
        None => false,
    };
    let word = |at: usize| tokens.get(at).and_then(Token::word);
    // Whether what stands here joins a number that begins at `first`.
    let joins = |place: usize, first: usize| {
        let between = || word(place) == Some("and") && first > 0 && word(first - 1) == Some("between");
        tokens.get(place).is_some_and(|token| token.is_sign(&['-', '–'])) || word(place) == Some("to") || between()
    };
    let behind = if is_unit(at + 1) { at + 2 } else { at + 1 };
    if joins(behind, at) {
        return number(behind + 1);
    }
    let before = at.checked_sub(1)?;
    let first = before.checked_sub(1)?;
    let first = if is_unit(first) { first.checked_sub(1)? } else { first };
    if joins(before, first) { number(first) } else { None }
}

/// The units after a number's own, joined by `per`, `a` or `/`.
fn per(tokens: &[Token], at: usize) -> Vec<&'static str> {
    let joins = |token: &Token| token.is_sign(&['/']) || matches!(token.word(), Some("per" | "a" | "every"));
    let unit_at = |at: usize| tokens.get(at).and_then(Token::word).and_then(unit);
    let Some(own) = (at + 1..tokens.len().min(at + UNIT_REACH)).find(|place| unit_at(*place).is_some()) else {
        return Vec::new();
    };
    let mut per = Vec::new();
    let mut next = own + 1;
    while tokens.get(next).is_some_and(joins)
        && let Some(unit) = unit_at(next + 1)
    {
        per.push(unit);
        next += 2;
    }
    per
}

/// `age 54`, `aged 54`, `age: 54`.
fn said_as_age(tokens: &[Token], at: usize) -> bool {
    let before = tokens[..at].iter().rev().find(|token| !token.is_sign(&[':', ',']));
    before.and_then(Token::word).is_some_and(|word| matches!(word, "age" | "aged"))
}

fn bound(tokens: &[Token], at: usize) -> Bound {
    let sign = |back: usize| at.checked_sub(back).map(|index| &tokens[index]);
    match (sign(2), sign(1)) {
        (_, Some(Token::Sign('≥' | '>'))) | (Some(Token::Sign('>')), Some(Token::Sign('='))) => {
            return Bound::AtLeast;
        }
        (_, Some(Token::Sign('≤' | '<'))) | (Some(Token::Sign('<')), Some(Token::Sign('='))) => return Bound::AtMost,
        _ => {}
    }
    let word = |back: usize| sign(back).and_then(Token::word).unwrap_or("");
    let (third, second, first) = (word(3), word(2), word(1));
    let up = match (second, first) {
        ("at", "least") | ("more" | "greater" | "higher" | "older" | "longer", "than") => true,
        ("at", "most") | ("less" | "fewer" | "lower" | "younger" | "shorter", "than") | ("up", "to") => false,
        (_, "over" | "above" | "exceeding" | "minimum") => true,
        (_, "under" | "below" | "within" | "maximum") => false,
        _ => return Bound::Exactly,
    };
    let denied = matches!(third, "no" | "not" | "never") && first == "than";
    if up != denied { Bound::AtLeast } else { Bound::AtMost }
}

fn context(tokens: &[Token], at: usize) -> Vec<String> {
    let ends = |token: &&Token| !token.is_sign(&[',', ';', '.']);
    let before = tokens[..at].iter().rev().take_while(ends).take(CONTEXT);
    let after = tokens[at + 1..].iter().take_while(ends).take(CONTEXT);
    let words = before.chain(after).filter_map(Token::word);
    words.filter(|word| carries_meaning(word) && unit(word).is_none()).map(stem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::words::tokens;
    use super::*;

    fn read(text: &str) -> Vec<(String, &'static str, Bound)> {
        quantities(&tokens(text)).into_iter().map(|q| (q.number, q.unit, q.bound)).collect()
    }

    #[test]
    fn units_are_compared_in_one_form() {
        assert_eq!(read("three days"), read("3 d"));
        assert_eq!(read("a 54-year-old man"), read("age: 54"));
        assert_eq!(read("38.50 °C"), read("38.5 degrees"));
        assert_eq!(read("500 milligrams twice"), read("500 mg 2 times"));
        assert_eq!(read("5-7 days")[0].1, "day");
    }

    #[test]
    fn what_a_number_is_for_each_of_is_read_in_every_writing() {
        let per = |text: &str| quantities(&tokens(text)).swap_remove(0).per;
        assert_eq!(per("10 mg/kg/day"), ["kg", "day"]);
        assert_eq!(per("10 mg per kg a day"), ["kg", "day"]);
        assert_eq!(per("10 to 15 mg per kg"), ["kg"]);
        assert!(per("10 mg and 5 kg").is_empty());
    }

    #[test]
    fn both_ends_of_a_range_belong_together() {
        let ends = |text: &str| quantities(&tokens(text)).into_iter().map(|q| (q.number, q.range)).collect::<Vec<_>>();
        let range = [("5".to_owned(), Some("7".to_owned())), ("7".to_owned(), Some("5".to_owned()))];
        assert_eq!(ends("5-7 days"), range);
        assert_eq!(ends("five to seven days"), range);
        assert_eq!(ends("5 days"), [("5".to_owned(), None)]);
    }

    #[test]
    fn a_dose_by_weight_is_not_a_whole_dose() {
        let said = |one: &str, other: &str| {
            let first = |text: &str| quantities(&tokens(text)).swap_remove(0);
            first(one).is_said_by(&first(other))
        };
        assert!(said("10 mg per kg", "10 mg/kg a day"));
        assert!(said("102", "102 beats"));
        assert!(!said("10 mg", "10 mg/kg"));
        assert!(!said("10 mg/kg", "10 mg"));
        assert!(!said("10 mg a day", "10 mg per kg per dose"));
    }

    #[test]
    fn a_bound_is_part_of_a_quantity() {
        assert_eq!(read("at least 4 g")[0].2, Bound::AtLeast);
        assert_eq!(read("no more than 4 g")[0].2, Bound::AtMost);
        assert_eq!(read(">= 30")[0].2, Bound::AtLeast);
        assert_eq!(read("up to 4 g")[0].2, Bound::AtMost);
        assert_eq!(read("4 g")[0].2, Bound::Exactly);
    }
}
