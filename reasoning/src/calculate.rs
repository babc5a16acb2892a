//! Calculators worked out: answers checked and converted, each step kept, a refusal that names what is missing or impossible.

mod day;
mod units;

pub use day::{add_months, day_number, day_text, months_between};
pub use units::convert;

use hakim_clinical::*;
use std::collections::BTreeMap;

/// Oldest age, years.
const OLDEST: f64 = 125.0;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// These inputs must be told.
    Missing(Vec<String>),
    /// No living person has this.
    Impossible {
        /// input
        input: String,
        /// as told, in `unit`
        value: f64,
        /// least
        low: f64,
        /// most
        high: f64,
        /// UCUM
        unit: String,
    },
    /// Not an answer to this question, or in a unit that does not measure it.
    NoAnswer {
        /// input
        input: String,
    },
    /// The calculator is not for this patient.
    NotForThem,
    /// The formula has no value here, as where it divides by nothing.
    Undefined,
}

/// A named value on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct StepValue {
    /// place in the calculator's steps
    pub step: usize,
    /// its value
    pub value: f64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Calculated {
    /// in the calculator's unit; a day as its number
    pub value: f64,
    /// values on the way, in order; those that are no numbers are left out
    pub steps: Vec<StepValue>,
    /// places of the items that gave points
    pub scored: Vec<usize>,
    /// place of what it means
    pub band: Option<usize>,
    /// inputs that were not told and taken as usual
    pub assumed: Vec<String>,
    /// what the formula took, in its own units, by input
    pub taken: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Truth(bool),
    Word(String),
    /// an optional input that was not told
    Untold(String),
}

/// What can go wrong inside a formula.
enum Lack {
    Untold(String),
    Undefined,
}

impl From<Lack> for Refusal {
    fn from(lack: Lack) -> Self {
        match lack {
            Lack::Untold(input) => Self::Missing(vec![input]),
            Lack::Undefined => Self::Undefined,
        }
    }
}

/// Works a calculator out.
///
/// # Errors
/// [`Refusal`]: nothing is guessed.
pub fn calculate(calculator: &Calculator, told: &BTreeMap<String, Told>) -> Result<Calculated, Refusal> {
    let mut scope = Scope::default();
    let (mut missing, mut assumed) = (vec![], vec![]);
    for input in &calculator.inputs {
        if let InputKind::Choice { options } = &input.kind {
            for option in options {
                scope.set(&option.id, Value::Word(option.id.clone()));
            }
        }
    }
    for input in &calculator.inputs {
        let value = match (told.get(&input.id), &input.unless_told) {
            (Some(told), _) => read(input, told)?,
            (None, Some(usual)) => {
                assumed.push(input.id.clone());
                read(input, usual)?
            }
            (None, None) if input.optional => Value::Untold(input.id.clone()),
            (None, None) => {
                missing.push(input.id.clone());
                continue;
            }
        };
        scope.set(&input.id, value);
    }
    if !missing.is_empty() {
        return Err(Refusal::Missing(missing));
    }
    let taken = calculator.inputs.iter().filter_map(|input| match scope.get(&input.id) {
        Some(Value::Number(n)) => Some((input.id.clone(), *n)),
        _ => None,
    });
    let taken = taken.collect();
    if let Some(who) = &calculator.who
        && !scope.truth(who)?
    {
        return Err(Refusal::NotForThem);
    }
    let mut steps = vec![];
    for (place, step) in calculator.steps.iter().enumerate() {
        let value = scope.value(&step.value)?;
        if let Value::Number(value) = value {
            steps.push(StepValue { step: place, value });
        }
        scope.set(&step.id, value);
    }
    let mut scored = vec![];
    for (place, item) in calculator.items.iter().enumerate() {
        if scope.truth(&item.when)? {
            scored.push(place);
        }
    }
    let points = scored.iter().filter_map(|place| calculator.items.get(*place)).map(|item| item.points);
    // From zero: the sum of nothing is minus zero.
    let score = points.fold(0.0, |sum, points| sum + points);
    scope.set("score", Value::Number(score));
    let value = scope.number(&calculator.result)?;
    // What is shown decides what it means: .904 shown as .90 is .90.
    let places = 10_f64.powi(i32::from(calculator.decimals));
    scope.set("result", Value::Number((value * places).round() / places));
    let mut band = None;
    for (place, one) in calculator.bands.iter().enumerate() {
        if band.is_none() && scope.truth(&one.when)? {
            band = Some(place);
        }
    }
    Ok(Calculated { value, steps, scored, band, assumed, taken })
}

/// Whether these values make a statement true; `None` where one of them is missing.
pub(crate) fn holds(statement: &Expression, values: &BTreeMap<String, f64>) -> Option<bool> {
    let mut scope = Scope::default();
    for (name, value) in values {
        scope.set(name, Value::Number(*value));
    }
    scope.truth(statement).ok()
}

/// An answer in the unit of the formula.
fn read(input: &CalculatorInput, told: &Told) -> Result<Value, Refusal> {
    let no_answer = || Refusal::NoAnswer { input: input.id.clone() };
    let within = |value: f64, low: f64, high: f64, unit: &str| {
        if (low..=high).contains(&value) {
            return Ok(Value::Number(value));
        }
        let (input, unit) = (input.id.clone(), unit.to_owned());
        Err(if value.is_finite() { Refusal::Impossible { input, value, low, high, unit } } else { no_answer() })
    };
    match (&input.kind, told) {
        (InputKind::Years, Told::Number { value, unit }) => {
            let years = convert(*value, unit.as_deref().unwrap_or("a"), "a", None).ok_or_else(no_answer)?;
            within(years, 0.0, OLDEST, "a")
        }
        (InputKind::Quantity { unit: wanted, low, high, molar }, Told::Number { value, unit }) => {
            let unit = unit.as_deref().unwrap_or(wanted);
            let value = convert(*value, unit, wanted, *molar).ok_or_else(no_answer)?;
            within(value, *low, *high, wanted)
        }
        (InputKind::Count { low, high }, Told::Number { value, .. }) => within(*value, *low, *high, "1"),
        (InputKind::Yes, Told::Yes(yes)) => Ok(Value::Truth(*yes)),
        (InputKind::Sex, Told::Word(word)) if ["male", "female"].contains(&word.as_str()) => {
            Ok(Value::Word(word.clone()))
        }
        (InputKind::Choice { options }, Told::Word(word)) if options.iter().any(|o| o.id == *word) => {
            Ok(Value::Word(word.clone()))
        }
        (InputKind::Date, Told::Word(day)) => day_number(day).map(|n| Value::Number(n as f64)).ok_or_else(no_answer),
        _ => Err(no_answer()),
    }
}

#[derive(Default)]
struct Scope(BTreeMap<String, Value>);

impl Scope {
    fn set(&mut self, id: &str, value: Value) {
        self.0.insert(id.replace('-', "_"), value);
    }

    fn get(&self, id: &str) -> Option<&Value> {
        self.0.get(&id.replace('-', "_"))
    }

    fn number(&self, expression: &Expression) -> Result<f64, Lack> {
        match self.value(expression)? {
            Value::Number(n) if n.is_finite() => Ok(n),
            Value::Untold(input) => Err(Lack::Untold(input)),
            _ => Err(Lack::Undefined),
        }
    }

    fn truth(&self, expression: &Expression) -> Result<bool, Lack> {
        match self.value(expression)? {
            Value::Truth(yes) => Ok(yes),
            Value::Untold(input) => Err(Lack::Untold(input)),
            _ => Err(Lack::Undefined),
        }
    }

    fn value(&self, expression: &Expression) -> Result<Value, Lack> {
        Ok(match expression {
            Expression::Number(n) => Value::Number(*n),
            Expression::Name(name) => match (self.get(name), name.as_str()) {
                (Some(value), _) => value.clone(),
                (None, "male" | "female") => Value::Word(name.clone()),
                (None, _) => Value::Untold(name.clone()),
            },
            Expression::Negative(inner) => Value::Number(-self.number(inner)?),
            Expression::Not(inner) => Value::Truth(!self.truth(inner)?),
            Expression::If(three) => {
                let [condition, then, otherwise] = &**three;
                self.value(if self.truth(condition)? { then } else { otherwise })?
            }
            Expression::Of(function, values) => self.function(*function, values)?,
            Expression::Both(operator, left, right) => self.both(*operator, left, right)?,
        })
    }

    fn both(&self, operator: Operator, left: &Expression, right: &Expression) -> Result<Value, Lack> {
        use Operator::*;
        let numbers = || Ok::<_, Lack>((self.number(left)?, self.number(right)?));
        let calculated = |of: fn(f64, f64) -> f64| {
            let (a, b) = numbers()?;
            let value = of(a, b);
            if value.is_finite() { Ok(Value::Number(value)) } else { Err(Lack::Undefined) }
        };
        let compared = |of: fn(&f64, &f64) -> bool| numbers().map(|(a, b)| Value::Truth(of(&a, &b)));
        match operator {
            Plus => calculated(|a, b| a + b),
            Minus => calculated(|a, b| a - b),
            Times => calculated(|a, b| a * b),
            Over => calculated(|a, b| a / b),
            Power => calculated(f64::powf),
            Below => compared(f64::lt),
            AtMost => compared(f64::le),
            Above => compared(f64::gt),
            AtLeast => compared(f64::ge),
            // What is settled by the left side does not need the right one.
            And => Ok(Value::Truth(self.truth(left)? && self.truth(right)?)),
            Or => Ok(Value::Truth(self.truth(left)? || self.truth(right)?)),
            Is | IsNot => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                if let Some(Value::Untold(input)) = [&left, &right].into_iter().find(|v| matches!(v, Value::Untold(_)))
                {
                    return Err(Lack::Untold(input.clone()));
                }
                Ok(Value::Truth((left == right) == (operator == Is)))
            }
        }
    }

    fn function(&self, function: Function, values: &[Expression]) -> Result<Value, Lack> {
        if function == Function::Known {
            let untold = values.iter().any(|v| matches!(self.value(v), Ok(Value::Untold(_)) | Err(Lack::Untold(_))));
            return Ok(Value::Truth(!untold));
        }
        let numbers = values.iter().map(|v| self.number(v)).collect::<Result<Vec<f64>, Lack>>()?;
        let first = numbers.first().copied().unwrap_or_default();
        let value = match (function, numbers.as_slice()) {
            (Function::Min, all) => all.iter().copied().fold(f64::INFINITY, f64::min),
            (Function::Max, all) => all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            (Function::Clamp, [x, low, high]) if low <= high => x.clamp(*low, *high),
            (Function::Abs, _) => first.abs(),
            (Function::Ln, _) => first.ln(),
            (Function::Log10, _) => first.log10(),
            (Function::Exp, _) => first.exp(),
            (Function::Sqrt, _) => first.sqrt(),
            (Function::Round, _) => first.round(),
            (Function::Floor, _) => first.floor(),
            (Function::Trunc, _) => first.trunc(),
            (Function::Clamp | Function::Known, _) => return Err(Lack::Undefined),
        };
        if value.is_finite() { Ok(Value::Number(value)) } else { Err(Lack::Undefined) }
    }
}
