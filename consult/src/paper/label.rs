//! One medicine in the words of a pharmacist's label, in any of the five languages: form and strength, how much, how often,
//! for how long, how many to dispense. Numbers come from the worked dose alone.

use super::lines::BLANK;
use super::quantity::to_dispense;
use hakim_clinical::{DoseUnit, GiveUnits, Lang, WorkedDose, decimal, is_right_to_left};
use hakim_i18n::{Value, Words};

/// Speaks one language.
#[derive(Clone, Copy)]
pub(super) struct Label {
    words: Words,
    pub(super) lang: Lang,
}

impl Label {
    pub(super) fn new(lang: Lang) -> Self {
        Self { words: Words::paper(lang), lang }
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.words.say(key, &[])
    }

    /// A message around text that may run the other way.
    pub(super) fn say_of(&self, key: &str, what: &str) -> String {
        self.words.say(key, &[("what", Value::from(self.apart(what)))])
    }

    /// A message that goes by a number.
    pub(super) fn counted(&self, key: &str, n: f64) -> String {
        // Below one the singular is said: `½ sachet`.
        let chosen = if n > 0.0 && n < 1.0 { 1.0 } else { n };
        self.words.say(key, &[("n", Value::from(chosen)), ("count", Value::from(self.count(n)))])
    }

    pub(super) fn list(&self, parts: impl IntoIterator<Item = String>) -> String {
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(&self.say("comma"))
    }

    /// A message of a kind, or the word of the pack where there is no message for it.
    fn known(&self, kind: &str, word: &str) -> String {
        let key = format!("{kind}-{word}");
        if self.words.has(&key) { self.say(&key) } else { word.to_owned() }
    }

    /// Text of the other direction, kept together; what is kept together already stays as it is.
    pub(super) fn apart(&self, text: &str) -> String {
        if text.starts_with(['\u{2066}', '\u{2068}']) && text.ends_with('\u{2069}') {
            return text.to_owned();
        }
        let arabic = text.chars().any(is_right_to_left);
        let other = if self.lang.rtl() { text.chars().any(|c| c.is_ascii_alphanumeric()) } else { arabic };
        if other { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
    }

    /// What runs left to right in every language: numbers with their unit, dates.
    pub(super) fn left_to_right(&self, text: &str) -> String {
        if self.lang.rtl() { format!("\u{2066}{text}\u{2069}") } else { text.to_owned() }
    }

    fn number(&self, n: f64) -> String {
        let number = decimal(n);
        if self.lang == Lang::Fr { number.replace('.', ",") } else { number }
    }

    /// `62 kg`
    pub(super) fn measure(&self, n: f64, unit: &str) -> String {
        self.left_to_right(&format!("{} {unit}", self.number(n)))
    }

    /// A number of things: `1½`, since `1.5` has been read as 15.
    fn count(&self, n: f64) -> String {
        let share = match ((n.fract() * 1000.0).round(), n.trunc()) {
            (500.0, whole) => Some((whole, "½")),
            (250.0, whole) => Some((whole, "¼")),
            (750.0, whole) => Some((whole, "¾")),
            (125.0, 0.0) => Some((0.0, "1/8")),
            (375.0, 0.0) => Some((0.0, "3/8")),
            _ => None,
        };
        match share {
            Some((0.0, share)) => self.left_to_right(share),
            Some((whole, share)) => self.left_to_right(&format!("{whole}{share}")),
            None => self.number(n),
        }
    }

    /// `tablet 500 mg`, `syrup 120 mg / 5 mL`
    pub(super) fn form(&self, give: &GiveUnits) -> String {
        let strength = self.amount(give.strength, give.unit);
        let strength = match give.ml {
            None => strength,
            Some(ml) => format!("{strength} / {}", self.measure(ml, "mL")),
        };
        format!("{} {strength}", self.known("form", &give.form))
    }

    /// So many units of a form, or mL of a liquid.
    fn units(&self, give: &GiveUnits, n: f64) -> String {
        if give.ml.is_some() {
            let count = Value::from(self.left_to_right(&self.number(n)));
            return self.words.say("amount-ml", &[("count", count)]);
        }
        let unit = match give.form.as_str() {
            "tablet" | "dispersible-tablet" => "tablet",
            "capsule" => "capsule",
            "sachet" => "sachet",
            "injection" => "vial",
            "inhaler" => "puff",
            "spray" => "spray",
            "suppository" => "suppository",
            "nebuliser-solution" => "nebule",
            "cream" => "tube",
            _ => "dose",
        };
        match (unit, (n * 100.0).round()) {
            ("tablet", 50.0) => self.say("half-tablet"),
            ("tablet", 25.0) => self.say("quarter-tablet"),
            ("tablet", 75.0) => self.say("three-quarter-tablet"),
            _ => self.counted(&format!("unit-{unit}"), n),
        }
    }

    /// `500 mg`, `10 units`
    fn amount(&self, n: f64, unit: DoseUnit) -> String {
        let counted = match unit {
            DoseUnit::Mg | DoseUnit::Ml | DoseUnit::LitresPerMinute => return self.measure(n, unit.symbol()),
            DoseUnit::Units => "iu",
            DoseUnit::Vials => "vial",
            DoseUnit::Drops => "drop",
            DoseUnit::Puffs => "puff",
            DoseUnit::Tablets => "tablet",
            DoseUnit::Applications => "application",
        };
        self.counted(&format!("unit-{counted}"), n)
    }

    /// How much, by which way, how often, for how long.
    pub(super) fn dose(&self, dose: &WorkedDose) -> String {
        let single = self.amount(dose.single, dose.unit);
        let first = match &dose.give {
            Some(give) => format!("{} ({single})", self.units(give, give.amount)),
            None => single,
        };
        let amount = self.words.parts_of(dose, first, |n| self.amount(n, dose.unit));
        let often = match dose.frequency() {
            ("dose-every-days", every) => self.counted("often-every", every),
            ("dose-once", _) => self.say("often-once"),
            ("dose-every-hours", hours) => self.counted("dose-every-hours", hours),
            ("dose-without-break", _) => self.say("often-without-break"),
            (_, times) => self.counted("often-times", times),
        };
        let days = match dose.every_days {
            Some(_) => dose.days,
            None => dose.days_to_say(),
        };
        let days = days.map(|days| self.counted("for-days", days)).unwrap_or_default();
        self.list([amount, self.route(dose), often, days])
    }

    fn route(&self, dose: &WorkedDose) -> String {
        self.known("route", &dose.route)
    }

    /// How many to dispense; a line to fill in where that cannot be worked out.
    pub(super) fn dispense(&self, dose: Option<&WorkedDose>) -> String {
        let worked = dose.and_then(|d| Some((d, d.days?, to_dispense(d)?)));
        match worked {
            None => self.words.say("dispense", &[("what", Value::from(BLANK))]),
            Some((dose, days, n)) => {
                let days = Value::from(self.counted("days", days));
                let what = match &dose.give {
                    Some(give) => self.units(give, n),
                    None => self.amount(n, dose.unit),
                };
                self.words.say("dispense-days", &[("what", Value::from(what)), ("days", days)])
            }
        }
    }

    /// A dose to be filled in by hand.
    pub(super) fn by_hand(&self) -> String {
        ["fill-dose", "fill-often", "fill-days"].map(|key| format!("{}: {BLANK}", self.say(key))).join("  ")
    }

    /// What the pack's note says of taking it, as far as it says what a label often says; the flag: that is all of it.
    pub(super) fn often_said(&self, note: &str) -> (String, bool) {
        let mut all = true;
        let mut said = vec![];
        for sentence in note.split(['.', ';']).map(str::trim).filter(|s| !s.is_empty()) {
            // A part of a sentence may hang on another: it counts only where all of them are known.
            let parts: Option<Vec<&str>> = sentence.split(',').map(|part| take(part.trim())).collect();
            match parts {
                Some(keys) => said.extend(keys.into_iter().map(|key| self.say(key))),
                None => all = false,
            }
        }
        (self.list(said), all)
    }
}

/// The message for what packs often say, word for word.
fn take(said: &str) -> Option<&'static str> {
    Some(match said.to_lowercase().as_str() {
        "with food" | "with meals" | "with a meal" => "take-with-food",
        "after food" => "take-after-food",
        "empty stomach" | "on an empty stomach" => "take-empty-stomach",
        "between meals" => "take-between-meals",
        "with water" => "take-with-water",
        "with food and a full glass of water" => "take-food-water",
        "sitting up" => "take-sitting-up",
        "swallowed whole" | "swallow whole" => "take-whole",
        "at bedtime" => "take-bedtime",
        "in the morning" | "each morning" | "every morning" => "take-morning",
        "in the morning with food" | "each morning with food" => "take-morning-food",
        "plenty to drink" => "take-drink",
        _ => return None,
    })
}
