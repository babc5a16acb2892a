//! A dose in words: how much, in what time, how often, for how long.

use crate::{Value, Words};
use hakim_clinical::{DoseUnit, KidneyNote, WorkedDose, decimal};

impl Words {
    /// `500 mg`, `10 units`
    pub fn amount(&self, n: f64, unit: DoseUnit) -> String {
        if unit.is_international() {
            let written = format!("{} {}", decimal(n), unit.symbol());
            return if self.lang().rtl() { format!("\u{2066}{written}\u{2069}") } else { written };
        }
        let args = [("n", Value::from(n)), ("count", Value::from(decimal(n)))];
        self.say(&format!("amount-{}", unit.key()), &args)
    }

    /// One dose: `360 mL in 30 minutes, then 840 mL in 150 minutes`.
    pub fn one_dose(&self, dose: &WorkedDose) -> String {
        let amount = |n| self.amount(n, dose.unit);
        self.parts_of(dose, amount(dose.single), amount)
    }

    /// The same around a first part in words of its own, with amounts as `amount` writes them.
    pub fn parts_of(&self, dose: &WorkedDose, first: String, amount: impl Fn(f64) -> String) -> String {
        let over = |amount: String, minutes: Option<f64>| match minutes {
            Some(n) => self.say("over-minutes", &[("amount", Value::from(amount)), ("n", Value::from(n))]),
            None => amount,
        };
        let first = over(first, dose.over_minutes);
        let Some(then) = dose.then else { return first };
        let mut second = over(amount(then.amount), then.over_minutes);
        if then.each_hour {
            second = format!("{second} {}", self.say("dose-every-hours", &[("n", Value::from(1.0))]));
        }
        self.say("dose-first-then", &[("first", Value::from(first)), ("second", Value::from(second))])
    }

    /// `500 mg in one`, `100 units / 1 mL`: the strength of a form.
    pub fn strength(&self, strength: f64, unit: DoseUnit, ml: Option<f64>) -> String {
        let strength = self.amount(strength, unit);
        match ml {
            Some(ml) => format!("{strength} / {}", self.amount(ml, DoseUnit::Ml)),
            None => strength,
        }
    }

    /// How often: `3 times a day`.
    pub fn how_often(&self, (key, n): (&str, f64)) -> String {
        self.say(key, &[("n", Value::from(n))])
    }

    /// How long, where that is to be said.
    pub fn how_long(&self, dose: &WorkedDose) -> Option<String> {
        dose.days_to_say().map(|days| self.say("doc-days-course", &[("days", Value::from(days))]))
    }

    /// What comes before a kidney note's own words.
    pub fn of_kidneys(&self, note: &KidneyNote, unit: DoseUnit) -> Option<String> {
        let (key, n) = note.message()?;
        Some(self.say(key, &[("n", Value::from(decimal(n))), ("amount", Value::from(self.amount(n, unit)))]))
    }

    /// Arithmetic with its unit in this language.
    pub fn in_own_words(&self, sum: &str, unit: DoseUnit) -> String {
        if unit.is_international() {
            return sum.to_owned();
        }
        sum.replace(unit.symbol(), &self.say(&format!("word-{}", unit.key()), &[]))
    }
}
