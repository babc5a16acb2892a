//! Reads the formulas of calculators: `(140 - age) * weight / (72 * creatinine)`, `age >= 65 and not dialysis`.

use crate::cursor::Cursor;
use hakim_clinical::{Expression, Function, Operator};

/// Formulas nested deeper than this are refused, so that no file can exhaust the stack.
const MAX_DEPTH: usize = 64;

const FUNCTIONS: &[(&str, Function, std::ops::RangeInclusive<usize>)] = &[
    ("min", Function::Min, 1..=16),
    ("max", Function::Max, 1..=16),
    ("abs", Function::Abs, 1..=1),
    ("ln", Function::Ln, 1..=1),
    ("log10", Function::Log10, 1..=1),
    ("exp", Function::Exp, 1..=1),
    ("sqrt", Function::Sqrt, 1..=1),
    ("round", Function::Round, 1..=1),
    ("floor", Function::Floor, 1..=1),
    ("trunc", Function::Trunc, 1..=1),
    ("clamp", Function::Clamp, 3..=3),
    ("known", Function::Known, 1..=1),
];

/// Loosest first; `^` binds from the right and is read apart.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("==", Operator::Is),
        ("!=", Operator::IsNot),
        ("<", Operator::Below),
        (">", Operator::Above),
    ],
    &[("+", Operator::Plus), ("-", Operator::Minus)],
    &[("*", Operator::Times), ("/", Operator::Over)],
];

/// Parses a formula.
///
/// # Errors
/// What is wrong, in plain words.
pub fn parse_expression(written: &str) -> Result<Expression, String> {
    let mut parser = Parser(Cursor::new(split(written)?));
    let whole = parser.level(0, 0)?;
    parser.0.end()?;
    Ok(whole)
}

fn split(written: &str) -> Result<Vec<String>, String> {
    let mut tokens = vec![];
    let mut rest = written.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '0'..='9' => {
                let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                // `1.2e-3`
                let exponent = rest[digits..].strip_prefix(['e', 'E']).map(|after| {
                    let signed = after.strip_prefix(['-', '+']).unwrap_or(after);
                    let end = signed.find(|c: char| !c.is_ascii_digit()).unwrap_or(signed.len());
                    1 + after.len() - signed.len() + end
                });
                digits + exponent.unwrap_or_default()
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            '<' | '>' | '=' | '!' if rest[1..].starts_with('=') => 2,
            '<' | '>' | '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' => 1,
            other => return Err(format!("the sign `{other}` does not belong into a formula")),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser(Cursor);

impl Parser {
    fn level(&mut self, level: usize, depth: usize) -> Result<Expression, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".into());
        }
        let Some(operators) = LEVELS.get(level) else { return self.signed(depth + 1) };
        let mut left = self.operand(level, depth)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.0.peek() == Some(sign)) {
            self.0.take();
            let right = self.operand(level, depth + 1)?;
            left = Expression::Both(*operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    /// What stands on either side of an operator. `not` binds looser than comparisons, tighter than `and`.
    fn operand(&mut self, level: usize, depth: usize) -> Result<Expression, String> {
        if level == 1 && self.0.accept("not") {
            return Ok(Expression::Not(Box::new(self.operand(level, depth + 1)?)));
        }
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".into());
        }
        self.level(level + 1, depth)
    }

    fn signed(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".into());
        }
        if self.0.accept("-") {
            return Ok(Expression::Negative(Box::new(self.signed(depth + 1)?)));
        }
        if self.0.accept("not") {
            return Ok(Expression::Not(Box::new(self.signed(depth + 1)?)));
        }
        let base = self.value(depth)?;
        if self.0.accept("^") {
            let power = self.signed(depth + 1)?;
            return Ok(Expression::Both(Operator::Power, Box::new(base), Box::new(power)));
        }
        Ok(base)
    }

    fn value(&mut self, depth: usize) -> Result<Expression, String> {
        let Some(token) = self.0.take() else { return Err("a value is missing at the end".into()) };
        if token == "(" {
            let inner = self.level(0, depth + 1)?;
            self.0.expect(")")?;
            return Ok(inner);
        }
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            return token.parse().map(Expression::Number).map_err(|_| format!("`{token}` is no number"));
        }
        if !token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Err(format!("`{token}` is not expected here"));
        }
        if !self.0.accept("(") {
            return Ok(Expression::Name(token));
        }
        let mut values = vec![];
        while !self.0.accept(")") {
            if !values.is_empty() {
                self.0.expect(",")?;
            }
            values.push(self.level(0, depth + 1)?);
        }
        if token == "if" {
            let three: [Expression; 3] = values.try_into().map_err(|_| "`if` takes three values".to_owned())?;
            return Ok(Expression::If(Box::new(three)));
        }
        let Some((_, function, counts)) = FUNCTIONS.iter().find(|(name, _, _)| *name == token) else {
            return Err(format!("there is no function `{token}`"));
        };
        if !counts.contains(&values.len()) {
            return Err(format!("`{token}` does not take {} values", values.len()));
        }
        Ok(Expression::Of(*function, values))
    }
}

/// Every name an expression uses.
pub(crate) fn names<'a>(expression: &'a Expression, to: &mut Vec<&'a str>) {
    match expression {
        Expression::Number(_) => (),
        Expression::Name(name) => to.push(name),
        Expression::Negative(inner) | Expression::Not(inner) => names(inner, to),
        Expression::Both(_, left, right) => {
            names(left, to);
            names(right, to);
        }
        Expression::If(three) => three.iter().for_each(|e| names(e, to)),
        Expression::Of(_, values) => values.iter().for_each(|e| names(e, to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_binds_stronger_is_worked_out_first() {
        let same = |one: &str, other: &str| {
            assert_eq!(parse_expression(one).unwrap(), parse_expression(other).unwrap(), "{one}");
        };
        same("1 + 2 * 3", "1 + (2 * 3)");
        same("2 * 3 ^ 2", "2 * (3 ^ 2)");
        same("-x ^ 2", "-(x ^ 2)");
        same("1 - 2 - 3", "(1 - 2) - 3");
        same("2 ^ 3 ^ 2", "2 ^ (3 ^ 2)");
        same("a or b and c", "a or (b and c)");
        same("not a == b", "not (a == b)");
        same("not a and b", "(not a) and b");
        same("(not a and b) or not not c", "((not a) and b) or (not (not c))");
        same("a < 1 + 2", "a < (1 + 2)");
        same("x ^ -0.302", "x ^ (-0.302)");
        same("1.5e-3", "0.0015");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (written, word) in [
            ("", "missing at the end"),
            ("1 +", "missing at the end"),
            ("(1", "`)` is missing"),
            ("1 2", "`2` is not expected"),
            ("sin(1)", "no function `sin`"),
            ("if(a, b)", "three"),
            ("clamp(1)", "does not take 1"),
            ("a ; b", "`;`"),
            ("1.2.3", "no number"),
            ("a = b", "`=`"),
            (")", "not expected"),
        ] {
            let error = parse_expression(written).unwrap_err();
            assert!(error.contains(word), "{written}: {error}");
        }
        assert!(parse_expression(&"(".repeat(5000)).is_err());
        assert!(parse_expression(&"-".repeat(5000)).is_err());
        assert!(parse_expression(&"not ".repeat(5000)).is_err());
    }
}
