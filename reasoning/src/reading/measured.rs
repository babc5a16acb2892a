//! Values of a note: which number is whose, in which unit, of when.

use super::day::end_of;
use super::names::{any_at, ends, numbers_of};
use super::numbers::Number;
use super::{Note, NoteAnswer, Said};
use crate::calculate::convert;
use hakim_clinical::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a value must be to be the answer.
pub(super) struct Wanted<'i> {
    pub(super) unit: &'i str,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) molar: Option<f64>,
    /// what is counted, not measured
    pub(super) count: bool,
    /// what a count may be counted in
    pub(super) units: &'i [String],
}

/// A value with its unit as told.
type Measured = (f64, Option<String>);

/// How many values of a calculator each paragraph, and each list or sentence, of a note gives: what was measured together is
/// taken together.
#[derive(Debug, Default)]
pub(super) struct Together {
    paragraphs: BTreeMap<usize, usize>,
    lists: BTreeMap<(usize, usize), usize>,
}

/// A value that may be the answer.
#[derive(Debug, Clone)]
struct Candidate {
    /// of when and whose, the least first
    rank: u8,
    /// no unit is written
    unclear: bool,
    value: Measured,
    /// bytes
    span: (usize, usize),
}

impl<'i> Wanted<'i> {
    /// What an input wants, if it is a number.
    pub(super) fn of(kind: &'i InputKind) -> Option<Self> {
        match kind {
            InputKind::Quantity { unit, low, high, molar } => {
                Some(Wanted { unit, low: *low, high: *high, molar: *molar, count: false, units: &[] })
            }
            InputKind::Count { low, high } => {
                Some(Wanted { unit: "1", low: *low, high: *high, molar: None, count: true, units: &[] })
            }
            _ => None,
        }
    }
}

impl Note<'_> {
    pub(super) fn number(
        &self,
        calculator: &Calculator,
        input: &CalculatorInput,
        wanted: &Wanted<'_>,
        together: &Together,
    ) -> Option<NoteAnswer> {
        let place = self.reading_of(calculator, input)?;
        match &self.base.readings.list.get(place)?.words {
            ReadingWords::Number(words) if words.named_by.is_some() => {
                let chosen = self.chosen(calculator, words.named_by.as_deref()?)?;
                let mut found = self.candidates(place, words, &Wanted { units: &words.units, ..*wanted });
                found.retain(|c| chosen.iter().any(|name| self.stands_by(c.span, *name)));
                for dose in &mut found {
                    if let Some((total, span)) = self.total_behind(dose.span) {
                        (dose.value.0, dose.span) = (total, span);
                    }
                }
                self.best(found, together)
            }
            ReadingWords::Number(words) => self.measured(place, words, wanted, together),
            ReadingWords::TimesADay(names) => self.times_a_day(names),
            _ => None,
        }
    }

    /// How many of a calculator's values each block of the note gives.
    pub(super) fn together(&self, calculator: &Calculator) -> Together {
        let mut together = Together::default();
        for input in &calculator.inputs {
            let Some(wanted) = Wanted::of(&input.kind) else { continue };
            let Some(place) = self.reading_of(calculator, input) else { continue };
            let ReadingWords::Number(words) = &self.base.readings.list[place].words else { continue };
            let found = self.candidates(place, words, &Wanted { units: &words.units, ..wanted });
            let blocks: BTreeSet<(usize, usize)> = found.iter().map(|c| self.moments.block(c.span.0)).collect();
            let paragraphs: BTreeSet<usize> = blocks.iter().map(|block| block.0).collect();
            blocks.into_iter().for_each(|block| *together.lists.entry(block).or_default() += 1);
            paragraphs.into_iter().for_each(|place| *together.paragraphs.entry(place).or_default() += 1);
        }
        together
    }

    /// Every value of the note that may be the answer.
    fn candidates(&self, place: usize, words: &NumberWords, wanted: &Wanted<'_>) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = vec![];
        let add = |found: &mut Vec<Candidate>, number: &Number, rank: u8, value: Measured| {
            let unclear = wanted.unit != "1" && number.unit.is_none();
            found.push(Candidate { rank, unclear, value, span: number.span });
        };
        for (at, name) in self.names.iter().enumerate() {
            let named = name.of.iter().find(|(reading, _)| {
                *reading == place && !name.in_urine || name.in_urine && self.is_urine_of(place, *reading)
            });
            let Some((_, pair)) = named else { continue };
            let part = pair.then_some(words.part);
            let fits = |n: &Number| {
                let gained = wanted.unit == "kg"
                    && self.near_change(n, &["lost", "lose", "losing", "gained", "gain", "gaining"]);
                !gained && !self.is_elsewhere(words, n) && self.value_of(n, part, wanted, words.dose).is_some()
            };
            let mut from = None;
            for number in numbers_of(self.text, &self.names, at, &self.numbers, words.dose, &fits) {
                let rank = self.moments.rank(self.text, self.words, from, number.span.0);
                from = Some(number.end);
                // A dose that was taken once, or by somebody else, is none.
                let Some(rank) = rank.filter(|rank| !words.dose || *rank < 2) else { continue };
                let usual = self.usual_unit(words, name.span).filter(|_| number.unit.is_none());
                let usual = usual.and_then(|unit| self.within(number.value, Some(unit), wanted));
                if let Some(value) = usual.or_else(|| self.value_of(&number, part, wanted, words.dose)) {
                    add(&mut found, &number, rank, value);
                }
            }
        }
        let pairs = !words.pair.is_empty();
        if found.is_empty() || pairs {
            for number in self.numbers.iter().filter(|n| !pairs || n.second.is_some()) {
                let alone = number.unit.is_some_and(|unit| words.alone.iter().any(|a| a == unit));
                let alone = alone && self.age.is_none_or(|(_, span)| span != number.span);
                let part = pairs.then_some(words.part);
                if alone
                    && !self.is_change(number)
                    && !self.is_elsewhere(words, number)
                    && let Some(value) = self.value_of(number, part, wanted, words.dose)
                    && let Some(rank) = self.moments.rank(self.text, self.words, None, number.span.0)
                {
                    add(&mut found, number, rank, value);
                }
            }
        }
        found
    }

    /// The unit that a name itself says: `BUN` is in mg/dL everywhere.
    fn usual_unit<'w>(&self, words: &'w NumberWords, name: (usize, usize)) -> Option<&'w str> {
        let own = self.between(name.0, name.1);
        words
            .unit_of
            .iter()
            .find(|(said, _)| any_at(own, std::slice::from_ref(said)).is_some())
            .map(|(_, u)| u.as_str())
    }

    /// Whether a number stands where limits are told, or where a phrase says that it is something else.
    fn is_elsewhere(&self, words: &NumberWords, number: &Number) -> bool {
        // What stands behind the number speaks of the next one.
        let (start, end) = (self.sentence(number.span).0, number.span.0);
        let inside = |w: &Token| start <= w.span.0 && w.span.1 <= end;
        let from = self.words.partition_point(|w| w.span.0 < start);
        let own: Vec<Token> = self.words.iter().skip(from).take_while(|w| inside(w)).cloned().collect();
        self.moments.tells_limits(number.span.0) || any_at(&own, &words.not_with).is_some()
    }

    fn measured(
        &self,
        place: usize,
        words: &NumberWords,
        wanted: &Wanted<'_>,
        together: &Together,
    ) -> Option<NoteAnswer> {
        let wanted = &Wanted { units: &words.units, ..*wanted };
        let found = self.candidates(place, words, wanted);
        if found.is_empty() {
            let (value, span) = words.means.iter().find_map(|(phrase, value)| {
                let (from, to) = any_at(self.words, std::slice::from_ref(phrase))?;
                Some((*value, (self.words[from].span.0, self.words[to - 1].span.1)))
            })?;
            let told = Told::Number { value, unit: None };
            return Some(NoteAnswer { told, said: Said::At(span.0, span.1), also: vec![] });
        }
        self.best(found, together)
    }

    /// Where the note names the option that another input chooses.
    fn chosen(&self, calculator: &Calculator, input: &str) -> Option<Vec<(usize, usize)>> {
        let input = calculator.inputs.iter().find(|i| i.id.replace('-', "_") == input)?;
        let InputKind::Choice { options } = &input.kind else { return None };
        let Told::Word(id) = self.choice(calculator, input, options)?.told else { return None };
        let ReadingWords::Choice { options: said, .. } = self.words_of(calculator, input)? else { return None };
        let phrases = said.iter().find(|(option, _)| **option == id).map(|(_, phrases)| phrases)?;
        Some(self.mentions(phrases).into_iter().map(|(mention, _)| mention.span).collect())
    }

    /// "100 mg four times a day (400 mg/day)", "4 mg qid = 16 mg/day": the dose of a day behind a single one.
    fn total_behind(&self, dose: (usize, usize)) -> Option<(f64, (usize, usize))> {
        /// Bytes between them.
        const NEAR: usize = 50;
        let total = self.numbers.iter().find(|n| n.span.0 > dose.1 && n.unit == Some("mg/d"))?;
        let gap = self.text.get(dose.1..total.span.0)?;
        let said = gap.trim_end().ends_with(['(', '=']) || gap.trim_end().ends_with("total");
        (said && gap.len() <= NEAR && !ends(gap)).then_some((total.value, total.span))
    }

    /// A dose stands right before or after its medicine: "3 mg of dexamethasone", "dexamethasone 3 mg".
    fn stands_by(&self, dose: (usize, usize), name: (usize, usize)) -> bool {
        /// Bytes between them.
        const NEAR: usize = 40;
        let (from, to) = if dose.0 > name.1 { (name.1, dose.0) } else { (dose.1, name.0) };
        let other = |n: &Number| n.span.0 >= from && n.span.1 <= to;
        let names = |n: &super::NameAt| n.span.0 >= from && n.span.1 <= to;
        from <= to
            && to - from <= NEAR
            && self.text.get(from..to).is_some_and(|gap| !ends(gap))
            && !self.numbers.iter().any(other)
            && !self.names.iter().any(names)
    }

    /// The answer among what was found: nearest to how the patient came, clearly told, measured with the rest, first.
    fn best(&self, mut found: Vec<Candidate>, together: &Together) -> Option<NoteAnswer> {
        let values_beside = |c: &Candidate| {
            let block = self.moments.block(c.span.0);
            let of = |count: Option<&usize>| count.copied().unwrap_or(0);
            (of(together.paragraphs.get(&block.0)), of(together.lists.get(&block)))
        };
        found.sort_by_key(|c| (c.rank, c.unclear, std::cmp::Reverse(values_beside(c)), c.span.0));
        let Candidate { value: (value, unit), span, .. } = found.first().cloned()?;
        let mut also: Vec<String> = vec![];
        for other in found.iter().skip(1).map(|c| c.span) {
            let written = self.text.get(other.0..other.1).unwrap_or("").to_owned();
            if self.text.get(span.0..span.1) != Some(written.as_str()) && !also.contains(&written) {
                also.push(written);
            }
        }
        Some(NoteAnswer { told: Told::Number { value, unit }, said: Said::At(span.0, span.1), also })
    }

    /// Whether one reading is that of the urine for another: `urine_sodium` for `sodium`.
    fn is_urine_of(&self, place: usize, of: usize) -> bool {
        let list = &self.base.readings.list;
        let inputs = |at: usize| list.get(at).map(|r| r.inputs.as_slice()).unwrap_or_default();
        place == of && inputs(place).iter().any(|i| i.starts_with("urine_"))
            || inputs(place)
                .iter()
                .filter_map(|i| i.strip_prefix("urine_"))
                .any(|bare| inputs(of).iter().any(|i| i == bare))
    }

    /// The number as an answer: in its own unit, or in the likeliest where none is written.
    fn value_of(&self, number: &Number, part: Option<u8>, wanted: &Wanted<'_>, dose: bool) -> Option<Measured> {
        if number.reference || number.change || number.in_words && !wanted.count {
            return None;
        }
        let mut value = number.value;
        match (part, number.second) {
            (Some(0), Some(_)) | (None, None) => {}
            (Some(_), Some(second)) => value = second,
            // `Norco 7.5/325`: what is wanted stands first
            (None, Some(_)) if dose => return self.within(value, Some(number.unit.unwrap_or("mg")), wanted),
            // `GCS 11/15`
            (None, Some(of)) if wanted.count && of >= value => {}
            _ => return None,
        }
        if wanted.unit == "cm"
            && number.unit == Some("[ft_i]")
            && let Some(inches) = self.inches_after(number)
        {
            return self.within(value * 12.0 + inches, Some("[in_i]"), wanted);
        }
        match number.unit {
            Some(unit) if unit.starts_with('{') => (wanted.count).then(|| self.within(value, None, wanted)).flatten(),
            // An evident slip of the pen, as albumin in mg/dL: the number is possible only in the unit that is usual.
            Some(unit) => self.within(value, Some(unit), wanted).or_else(|| {
                let concentrations = unit.contains('/') && wanted.unit.contains('/');
                concentrations.then(|| self.within(value, None, wanted)).flatten()
            }),
            None if dose => None,
            None => self.in_likeliest_unit(value, wanted),
        }
    }

    fn within(&self, value: f64, unit: Option<&str>, wanted: &Wanted<'_>) -> Option<Measured> {
        // A count has no unit, and a share may be written without one.
        if wanted.count {
            let counted = unit.is_none_or(|unit| wanted.units.iter().any(|u| u == unit));
            return (counted && (wanted.low..=wanted.high).contains(&value)).then_some((value, None));
        }
        let own = convert(value, unit.unwrap_or(wanted.unit), wanted.unit, wanted.molar)?;
        (wanted.low..=wanted.high).contains(&own).then(|| (value, unit.map(str::to_owned)))
    }

    /// Without a unit: the one that is asked for, or else the first in which it is possible.
    fn in_likeliest_unit(&self, value: f64, wanted: &Wanted<'_>) -> Option<Measured> {
        const OTHERS: &[(&str, &[&str])] = &[
            ("mg/dL", &["umol/L", "mmol/L"]),
            ("mmol/L", &["mg/dL"]),
            ("g/dL", &["g/L"]),
            ("/uL", &["K/uL"]),
            ("10*9/L", &["/uL"]),
            ("Cel", &["[degF]"]),
            ("cm", &["m"]),
            ("%", &["1"]),
        ];
        if let Some(told) = self.within(value, None, wanted) {
            return Some(told);
        }
        let others = OTHERS.iter().find(|(unit, _)| *unit == wanted.unit).map_or(&[][..], |(_, others)| others);
        others.iter().find_map(|unit| self.within(value, Some(unit), wanted))
    }

    /// `5'6"`: the inches behind the feet.
    fn inches_after(&self, feet: &Number) -> Option<f64> {
        let next = self.numbers.iter().find(|n| n.span.0 >= feet.end)?;
        let gap = self.text.get(feet.end..next.span.0)?.trim();
        let beside = gap.is_empty() || gap == "," || gap == "and";
        (beside && (next.unit == Some("[in_i]") || next.unit.is_none()) && next.value < 12.0).then_some(next.value)
    }

    /// "Lost 4 kg" is no weight, "5 mg per kg" neither.
    fn is_change(&self, number: &Number) -> bool {
        const CHANGES: &[&str] = &[
            "lost", "lose", "losing", "loss", "gained", "gain", "gaining", "dropped", "dose", "per", "donor", "baby",
            "birth", "newborn", "infant", "fetus", "tumor", "tumour", "mass", "kidney", "placenta", "excess",
            "lifting",
        ];
        // "Ten drinks per week" is no dose.
        let counted = number.unit.is_some_and(|unit| unit.starts_with('{'));
        let changes: Vec<&str> = CHANGES.iter().copied().filter(|word| !counted || *word != "per").collect();
        number.change || self.near_change(number, &changes)
    }

    /// Whether one of these words stands a few words before or after a number, in its sentence.
    fn near_change(&self, number: &Number, changes: &[&str]) -> bool {
        let first = self.words.partition_point(|w| w.span.0 < number.span.0);
        let before = self.words.get(first.saturating_sub(5)..first).unwrap_or_default();
        let after =
            self.words.get((first + 1).min(self.words.len())..(first + 5).min(self.words.len())).unwrap_or_default();
        let same = |w: &&Token| {
            let (from, to) = (w.span.1.min(number.span.0), w.span.0.max(number.span.1));
            let gap = if w.span.0 < number.span.0 { from..number.span.0 } else { number.span.1..to };
            self.text.get(gap).is_some_and(|gap| !ends(gap))
        };
        before.iter().chain(after).filter(same).any(|w| changes.contains(&w.word.as_str()))
    }

    fn times_a_day(&self, names: &[Phrase]) -> Option<NoteAnswer> {
        let (start, end) = any_at(self.words, names)?;
        let span = (self.words[start].span.0, end_of(self.words, end));
        // One patch is on at a time.
        let patch = self.between(span.0, span.1).iter().any(|w| w.word.starts_with("patch"));
        let (value, span) = self.frequency(end, names).or_else(|| patch.then_some((1.0, span)))?;
        let told = Told::Number { value, unit: None };
        Some(NoteAnswer { told, said: Said::At(span.0, span.1), also: vec![] })
    }

    /// Whether the words at a place go on with how often: "30 mg, three times daily", "40 mg, one tablet every 12 hours".
    fn says_how_often(&self, at: usize) -> bool {
        const OFTEN: &[&str] = &[
            "once", "twice", "thrice", "one", "two", "three", "four", "1", "2", "3", "4", "every", "bd", "bid", "tds",
            "tid", "qid", "qds", "od", "daily", "changed", "nightly",
        ];
        self.words.get(at).is_some_and(|w| OFTEN.contains(&w.word.as_str()))
    }

    /// Doses a day, said within a few words.
    fn frequency(&self, from: usize, names: &[Phrase]) -> Option<(f64, (usize, usize))> {
        const ONCE: &[(&str, f64)] = &[
            ("once", 1.0),
            ("twice", 2.0),
            ("thrice", 3.0),
            ("bid", 2.0),
            ("bd", 2.0),
            ("tid", 3.0),
            ("tds", 3.0),
            ("qid", 4.0),
            ("qds", 4.0),
            ("qd", 1.0),
            ("od", 1.0),
            ("daily", 1.0),
            ("nightly", 1.0),
        ];
        /// Words between the name and how often.
        const NEAR: usize = 8;
        let word = |at: usize| self.words.get(at).map_or("", |w| w.word.as_str());
        let number = |at: usize| {
            let span = self.words.get(at)?.span;
            self.numbers.iter().find(|n| n.span.0 >= span.0 && n.span.0 < span.1).map(|n| n.value)
        };
        let start = self.words.get(from).map_or(usize::MAX, |w| w.span.0);
        for at in from..(from + NEAR).min(self.words.len()) {
            // "one fentanyl patch, morphine four times daily"
            let here = |name: &&super::NameAt| name.span.0 >= start && name.span.0 == self.words[at].span.0;
            let other = |name: &super::NameAt| any_at(self.between(name.span.0, name.span.1), names).is_none();
            if self.names.iter().find(here).is_some_and(other) {
                return None;
            }
            if at > from
                && self.words[at].parted
                && self
                    .text
                    .get(self.words[at - 1].span.1..self.words[at].span.0)
                    .is_some_and(|gap| gap.contains(['.', ';']) || gap.contains(',') && !self.says_how_often(at))
            {
                return None;
            }
            let span = (self.words[at].span.0, self.words.get(at + 1).map_or(self.words[at].span.1, |w| w.span.1));
            if let Some(times) = number(at).filter(|_| word(at + 1).starts_with("time")) {
                return Some((times, span));
            }
            let hours = match word(at) {
                "every" => number(at + 1).filter(|_| word(at + 2).starts_with('h')),
                "each" | "per" if word(at + 1) == "day" => return Some((1.0, span)),
                glued => glued.strip_prefix('q').and_then(|rest| rest.trim_end_matches(['h', 'r']).parse().ok()),
            };
            // Longer gaps are those of patches, of which one is on at a time.
            if let Some(hours) = hours.filter(|h| (1.0..=96.0).contains(h)) {
                return Some(((24.0 / hours).max(1.0), span));
            }
            if let Some((_, times)) = ONCE.iter().find(|(said, _)| *said == word(at)) {
                return Some((*times, span));
            }
        }
        None
    }

    /// The values of the note by input, in the units that statements of the packs are written in.
    pub(super) fn values(&self) -> &BTreeMap<String, f64> {
        self.values.get_or_init(|| self.all_values())
    }

    fn all_values(&self) -> BTreeMap<String, f64> {
        const UNITS: &[(&str, &str, f64, f64, Option<f64>)] = &[
            ("systolic", "mm[Hg]", 30.0, 300.0, None),
            ("diastolic", "mm[Hg]", 10.0, 200.0, None),
            ("heart_rate", "/min", 20.0, 300.0, None),
            ("respiratory_rate", "/min", 4.0, 90.0, None),
            ("temperature", "Cel", 25.0, 44.0, None),
            ("spo2", "%", 30.0, 100.0, None),
            ("bmi", "kg/m2", 8.0, 100.0, None),
            ("weight", "kg", 0.4, 350.0, None),
            ("height", "cm", 20.0, 250.0, None),
            ("creatinine", "mg/dL", 0.1, 25.0, Some(113.12)),
            ("bun", "mg/dL", 1.0, 300.0, Some(28.014)),
            ("glucose", "mg/dL", 10.0, 2000.0, Some(180.156)),
            ("bilirubin", "mg/dL", 0.05, 80.0, Some(584.66)),
            ("albumin", "g/dL", 0.5, 7.0, None),
            ("inr", "1", 0.5, 20.0, None),
            ("platelets", "10*9/L", 1.0, 2500.0, None),
            ("wbc", "/uL", 50.0, 500_000.0, None),
            ("haemoglobin", "g/dL", 1.0, 25.0, None),
            ("sodium", "mmol/L", 90.0, 200.0, None),
            ("potassium", "mmol/L", 1.0, 12.0, None),
            ("ph", "1", 6.5, 8.0, None),
            ("pao2", "mm[Hg]", 10.0, 700.0, None),
            ("fio2", "%", 21.0, 100.0, None),
            ("gcs", "1", 3.0, 15.0, None),
            ("total_cholesterol", "mg/dL", 30.0, 1500.0, Some(386.65)),
            ("hdl", "mg/dL", 3.0, 200.0, Some(386.65)),
            ("ttr", "%", 1.0, 100.0, None),
        ];
        let mut values = BTreeMap::new();
        if let Some((years, _)) = self.age {
            values.insert("age".to_owned(), years);
        }
        for (id, unit, low, high, molar) in UNITS {
            let wanted = Wanted { unit, low: *low, high: *high, molar: *molar, count: *id == "gcs", units: &[] };
            let place = self.base.readings.list.iter().position(|r| r.inputs.iter().any(|i| i == id));
            let Some(place) = place else { continue };
            let ReadingWords::Number(words) = &self.base.readings.list[place].words else { continue };
            let Some(NoteAnswer { told: Told::Number { value, unit: told }, .. }) =
                self.measured(place, words, &wanted, &Together::default())
            else {
                continue;
            };
            if let Some(value) = convert(value, told.as_deref().unwrap_or(unit), unit, *molar) {
                values.insert((*id).to_owned(), value);
            }
        }
        if !values.contains_key("bmi")
            && let (Some(kg), Some(cm)) = (values.get("weight"), values.get("height"))
        {
            values.insert("bmi".into(), kg / (cm / 100.0).powi(2));
        }
        values
    }
}
