//! Reads the rule language of the packs: `any(a, b) and age.years < 5 and not pregnant`.

use crate::cursor::Cursor;
use hakim_clinical::{Compare, FindingId, MedicineClass, MedicineId, Quantity, Region, Rule, Season, Sex, Vital};

/// Rules nested deeper than this are refused, so that no file can exhaust the stack.
const MAX_DEPTH: usize = 32;

/// Parses a rule.
///
/// # Errors
/// What is wrong and where, in plain words.
pub fn parse_rule(written: &str) -> Result<Rule, String> {
    let mut parser = Parser(Cursor::new(split(written)?));
    let rule = parser.either(0)?;
    parser.0.end()?;
    Ok(rule)
}

fn split(written: &str) -> Result<Vec<String>, String> {
    let mut tokens = vec![];
    let mut chars = written.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            _ if c.is_whitespace() => {
                chars.next();
            }
            '(' | ')' | ',' => {
                tokens.push(c.to_string());
                chars.next();
            }
            '<' | '>' | '=' => {
                let mut op = String::from(c);
                chars.next();
                if chars.peek() == Some(&'=') {
                    op.push('=');
                    chars.next();
                }
                tokens.push(op);
            }
            _ if c.is_ascii_alphanumeric() || "._-".contains(c) => {
                let mut word = String::new();
                while let Some(&c) = chars.peek().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(**c)) {
                    word.push(c);
                    chars.next();
                }
                tokens.push(word);
            }
            _ => return Err(format!("the sign `{c}` does not belong into a rule")),
        }
    }
    Ok(tokens)
}

struct Parser(Cursor);

impl Parser {
    fn either(&mut self, depth: usize) -> Result<Rule, String> {
        let mut rules = vec![self.both(depth)?];
        while self.0.accept("or") {
            rules.push(self.both(depth)?);
        }
        Ok(one_or(rules, Rule::Any))
    }

    fn both(&mut self, depth: usize) -> Result<Rule, String> {
        let mut rules = vec![self.single(depth)?];
        while self.0.accept("and") {
            rules.push(self.single(depth)?);
        }
        Ok(one_or(rules, Rule::All))
    }

    fn single(&mut self, depth: usize) -> Result<Rule, String> {
        if depth > MAX_DEPTH {
            return Err("is nested too deeply".into());
        }
        let Some(word) = self.0.take() else { return Err("ends too early".into()) };
        match word.as_str() {
            "not" => Ok(Rule::Not(Box::new(self.single(depth + 1)?))),
            "(" => {
                let inner = self.either(depth + 1)?;
                self.0.expect(")")?;
                Ok(inner)
            }
            "any" => Ok(Rule::Any(self.list(depth + 1)?)),
            "all" => Ok(Rule::All(self.list(depth + 1)?)),
            "atleast" => {
                self.0.expect("(")?;
                let count = self.0.take().unwrap_or_default();
                let count: usize =
                    count.parse().map_err(|_| format!("`atleast` wants a count first, not `{count}`"))?;
                self.0.expect(",")?;
                let rules = self.rest_of_list(depth + 1)?;
                if count == 0 || count > rules.len() {
                    return Err(format!("`atleast({count}, ...)` can never work with {} items", rules.len()));
                }
                Ok(Rule::AtLeast(count, rules))
            }
            _ => self.atom(&word),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Rule>, String> {
        self.0.expect("(")?;
        self.rest_of_list(depth)
    }

    fn rest_of_list(&mut self, depth: usize) -> Result<Vec<Rule>, String> {
        let mut rules = vec![self.either(depth)?];
        while self.0.accept(",") {
            rules.push(self.either(depth)?);
        }
        self.0.expect(")")?;
        Ok(rules)
    }

    fn atom(&mut self, word: &str) -> Result<Rule, String> {
        if !word.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(format!("`{word}` is not a word of the rule language"));
        }
        let quantity = match word.split_once('.') {
            Some(("age", "days")) => Some(Quantity::AgeDays),
            Some(("age", "months")) => Some(Quantity::AgeMonths),
            Some(("age", "years")) => Some(Quantity::AgeYears),
            Some(("pregnancy", "weeks")) => Some(Quantity::PregnancyWeeks),
            Some(("days", finding)) => Some(Quantity::Days(FindingId::new(finding))),
            Some(("vital", key)) => {
                Some(Quantity::Vital(Vital::from_key(key).ok_or_else(|| format!("`{key}` is not a vital sign"))?))
            }
            _ => None,
        };
        if let Some(quantity) = quantity {
            return self.comparison(word, quantity);
        }
        Ok(match word.split_once('.') {
            Some(("sex", "female")) => Rule::Sex(Sex::Female),
            Some(("sex", "male")) => Rule::Sex(Sex::Male),
            Some(("region", "south_asia")) => Rule::Region(Region::SouthAsia),
            Some(("region", "east_africa")) => Rule::Region(Region::EastAfrica),
            Some(("region", "middle_east")) => Rule::Region(Region::MiddleEast),
            Some(("season", "rainy")) => Rule::Season(Season::Rainy),
            Some(("season", "dry")) => Rule::Season(Season::Dry),
            Some(("sex" | "region" | "season" | "age", other)) => {
                return Err(format!("`{other}` in `{word}` is not known"));
            }
            Some(("takes", medicine)) => Rule::Takes(MedicineId::new(medicine)),
            Some(("takes_class", class)) => Rule::TakesClass(MedicineClass::new(class)),
            Some(("severe", finding)) => Rule::Severe(FindingId::new(finding)),
            _ => match word {
                "always" => Rule::Always,
                "pregnant" => Rule::Pregnant,
                "maybe_pregnant" => Rule::MaybePregnant,
                "lactating" => Rule::Lactating,
                "and" | "or" => return Err(format!("`{word}` stands where a finding should")),
                finding => Rule::Finding(FindingId::new(finding)),
            },
        })
    }

    fn comparison(&mut self, word: &str, quantity: Quantity) -> Result<Rule, String> {
        let compare = match self.0.take().as_deref() {
            Some("<") => Compare::Below,
            Some("<=") => Compare::AtMost,
            Some(">") => Compare::Above,
            Some(">=") => Compare::AtLeast,
            other => {
                return Err(format!("`{word}` must be followed by < <= > or >=, not `{}`", other.unwrap_or("the end")));
            }
        };
        let limit = self.0.take().unwrap_or_default();
        let number: f64 = limit.parse().map_err(|_| format!("`{limit}` after `{word}` is not a number"))?;
        Ok(Rule::Compare(quantity, compare, number))
    }
}

fn one_or(mut rules: Vec<Rule>, many: fn(Vec<Rule>) -> Rule) -> Rule {
    if rules.len() == 1 { rules.remove(0) } else { many(rules) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter_than_or() {
        let rule = parse_rule("fever or cough and not pregnant").unwrap();
        let Rule::Any(parts) = rule else { panic!("{rule:?}") };
        assert_eq!(parts[0], Rule::Finding("fever".into()));
        assert_eq!(parts[1], Rule::All(vec![Rule::Finding("cough".into()), Rule::Not(Box::new(Rule::Pregnant))]));
    }

    #[test]
    fn quantities_are_compared() {
        assert_eq!(
            parse_rule("vital.spo2 < 90").unwrap(),
            Rule::Compare(Quantity::Vital(Vital::Spo2), Compare::Below, 90.0)
        );
        assert_eq!(
            parse_rule("days.cough.dry >= 14").unwrap(),
            Rule::Compare(Quantity::Days("cough.dry".into()), Compare::AtLeast, 14.0)
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (written, part) in [
            ("", "ends too early"),
            ("fever and", "ends too early"),
            ("any(fever", "is missing"),
            ("vital.bp < 90", "not a vital sign"),
            ("age.years", "must be followed"),
            ("age.years < old", "not a number"),
            ("atleast(3, a, b)", "can never work"),
            ("fever & cough", "does not belong"),
            ("fever cough", "not expected"),
            ("sex.other", "not known"),
        ] {
            let error = parse_rule(written).unwrap_err();
            assert!(error.contains(part), "{written}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_parses_or_is_refused_without_panic(text in "[a-z.()<>=, 0-9]{0,200}|\\(*") {
            let _ = parse_rule(&text);
        }
    }
}
