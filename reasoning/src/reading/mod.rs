//! Answers to a calculator out of a note: values with their units, ages, days, what is said and what is denied. Nothing is
//! guessed: what the note does not say stays open, or counts as the pack says silence counts, and is marked so.

mod day;
mod names;
mod numbers;
mod person;

use crate::calculate::{convert, holds};
use crate::context::presences;
use crate::safety::Taken;
use day::{day_after, end_of};
use hakim_clinical::*;
use names::{NameAt, any_at, names_in, numbers_of, phrase_at};
use numbers::Number;
use std::collections::BTreeMap;

/// Where an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// these bytes of the note
    At(usize, usize),
    /// the note says nothing of it, which counts as no
    Nowhere,
    /// other values of the note
    Worked,
}

/// An answer read from a note.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteAnswer {
    /// the answer
    pub told: Told,
    /// where it was said
    pub said: Said,
    /// other values the note gives for the same, as written
    pub also: Vec<String>,
}

/// A note, ready to be asked.
pub struct Note<'a> {
    base: &'a KnowledgeBase,
    text: &'a str,
    words: &'a [Token],
    numbers: Vec<Number>,
    names: Vec<NameAt>,
    taken: &'a [Taken],
    month_first: Option<bool>,
    /// in years, with where it is said
    age: Option<(f64, (usize, usize))>,
}

/// What a value must be to be the answer.
struct Wanted<'i> {
    unit: &'i str,
    low: f64,
    high: f64,
    molar: Option<f64>,
    /// what is counted, not measured
    count: bool,
    /// what a count may be counted in
    units: &'i [String],
}

/// A value with its unit as told.
type Measured = (f64, Option<String>);

impl<'a> Note<'a> {
    /// Reads a note. `words` are its words, `taken` the medicines it names as taken. `month_first` says how `04/06/2001` is meant;
    /// without it such a day is not read.
    pub fn new(
        base: &'a KnowledgeBase,
        text: &'a str,
        words: &'a [Token],
        taken: &'a [Taken],
        month_first: Option<bool>,
    ) -> Self {
        let named = base.readings.list.iter().enumerate().filter_map(|(place, reading)| match &reading.words {
            ReadingWords::Number(number) => Some((place, number)),
            _ => None,
        });
        let named: Vec<_> = named.collect();
        let numbers = numbers::numbers(text);
        let age = person::age(text, &numbers);
        Self { base, text, words, numbers, names: names_in(words, &named), taken, month_first, age }
    }

    /// Whether the note is about what the calculator is for. With `strictly`, only where a result would mislead.
    pub fn is_about(&self, calculator: &CalculatorId, strictly: bool) -> bool {
        let Some(subject) = self.base.readings.subjects.get(calculator) else { return true };
        if strictly && !subject.strict {
            return true;
        }
        let needed = subject.needs.is_empty() || any_at(self.words, &subject.needs).is_some();
        let refused = || self.mentions(&subject.refuses).iter().any(|(_, said)| *said == Some(Presence::Present));
        needed && !refused()
    }

    /// What the note answers of a calculator's inputs, by input.
    pub fn answers(&self, calculator: &Calculator) -> BTreeMap<String, NoteAnswer> {
        let answer = |input: &CalculatorInput| Some((input.id.clone(), self.answer(calculator, input)?));
        calculator.inputs.iter().filter_map(answer).collect()
    }

    fn answer(&self, calculator: &Calculator, input: &CalculatorInput) -> Option<NoteAnswer> {
        let at = |told: Told, (from, to): (usize, usize)| NoteAnswer { told, said: Said::At(from, to), also: vec![] };
        match &input.kind {
            InputKind::Years => {
                let (years, span) = self.age?;
                Some(at(Told::Number { value: years, unit: None }, span))
            }
            InputKind::Sex => {
                let (sex, span) = person::sex(self.words)?;
                let word = if sex == Sex::Female { "female" } else { "male" };
                Some(at(Told::Word(word.into()), span))
            }
            InputKind::Quantity { unit, low, high, molar } => {
                let wanted = Wanted { unit, low: *low, high: *high, molar: *molar, count: false, units: &[] };
                self.number(calculator, input, &wanted)
            }
            InputKind::Count { low, high } => {
                let wanted = Wanted { unit: "1", low: *low, high: *high, molar: None, count: true, units: &[] };
                self.number(calculator, input, &wanted)
            }
            InputKind::Date => {
                let ReadingWords::Day(names) = self.words_of(calculator, input)? else { return None };
                let (_, end) = any_at(self.words, names)?;
                let (day, span) = day_after(self.text, end_of(self.words, end), self.month_first)?;
                Some(at(Told::Word(day), span))
            }
            InputKind::Yes => self.yes(calculator, input),
            InputKind::Choice { options } => self.choice(calculator, input, options),
        }
    }

    /// The words of an input: those of this calculator before those of all.
    fn words_of(&self, calculator: &Calculator, input: &CalculatorInput) -> Option<&'a ReadingWords> {
        self.reading_of(calculator, input).map(|place| &self.base.readings.list[place].words)
    }

    fn reading_of(&self, calculator: &Calculator, input: &CalculatorInput) -> Option<usize> {
        let bare = input.id.replace('-', "_");
        let own = format!("{}/{bare}", calculator.id.as_str().replace('-', "_"));
        let list = &self.base.readings.list;
        let of = |id: &str| list.iter().position(|reading| reading.inputs.iter().any(|i| i == id));
        of(&own).or_else(|| of(&bare))
    }

    // --- numbers ---

    fn number(&self, calculator: &Calculator, input: &CalculatorInput, wanted: &Wanted<'_>) -> Option<NoteAnswer> {
        let place = self.reading_of(calculator, input)?;
        match &self.base.readings.list.get(place)?.words {
            ReadingWords::Number(words) => self.measured(place, words, wanted),
            ReadingWords::TimesADay(names) => self.times_a_day(names),
            _ => None,
        }
    }

    fn measured(&self, place: usize, words: &NumberWords, wanted: &Wanted<'_>) -> Option<NoteAnswer> {
        let wanted = &Wanted { units: &words.units, ..*wanted };
        let mut found: Vec<(u8, usize, Measured, (usize, usize))> = vec![];
        for (at, name) in self.names.iter().enumerate() {
            let named = name.of.iter().find(|(reading, _)| {
                *reading == place && !name.in_urine || name.in_urine && self.is_urine_of(place, *reading)
            });
            let Some((_, pair)) = named else { continue };
            let part = pair.then_some(words.part);
            let fits = |n: &Number| {
                let gained = wanted.unit == "kg"
                    && self.near_change(n, &["lost", "lose", "losing", "gained", "gain", "gaining"]);
                !gained && self.value_of(n, part, wanted, words.dose).is_some()
            };
            let mut from = None;
            for number in numbers_of(self.text, &self.names, at, &self.numbers, words.dose, &fits) {
                let rank = self.rank(from, number.span.0);
                // A dose that was taken once, or by somebody else, is none.
                if let Some(value) =
                    self.value_of(&number, part, wanted, words.dose).filter(|_| !words.dose || rank < 2)
                {
                    found.push((rank, number.span.0, value, number.span));
                }
                from = Some(number.end);
            }
        }
        let pairs = !words.pair.is_empty();
        if found.is_empty() || pairs {
            for number in self.numbers.iter().filter(|n| !pairs || n.second.is_some()) {
                let alone = number.unit.is_some_and(|unit| words.alone.iter().any(|a| a == unit));
                let alone = alone && self.age.is_none_or(|(_, span)| span != number.span);
                let part = (!words.pair.is_empty()).then_some(words.part);
                if alone
                    && !self.is_change(number)
                    && let Some(value) = self.value_of(number, part, wanted, words.dose)
                {
                    found.push((self.rank(None, number.span.0), number.span.0, value, number.span));
                }
            }
        }
        if found.is_empty() {
            let (value, span) = words.means.iter().find_map(|(phrase, value)| {
                let (from, to) = any_at(self.words, std::slice::from_ref(phrase))?;
                Some((*value, (self.words[from].span.0, self.words[to - 1].span.1)))
            })?;
            let told = Told::Number { value, unit: None };
            return Some(NoteAnswer { told, said: Said::At(span.0, span.1), also: vec![] });
        }
        found.sort_by_key(|(rank, at, ..)| (*rank, *at));
        let (_, _, (value, unit), span) = found.first().cloned()?;
        let mut also: Vec<String> = vec![];
        for (_, _, _, other) in found.iter().skip(1) {
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
        number.change || self.near_change(number, CHANGES)
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
            self.text.get(gap).is_some_and(|gap| !ends_sentence(gap))
        };
        before.iter().chain(after).filter(same).any(|w| changes.contains(&w.word.as_str()))
    }

    /// What was measured when the patient came, before what was measured at another time, before what is somebody else's. Words are
    /// looked at from `from` on, else from the beginning of the sentence.
    fn rank(&self, from: Option<usize>, at: usize) -> u8 {
        const NOW: &[&str] = &[
            "admission",
            "admitted",
            "presentation",
            "presented",
            "arrival",
            "initial",
            "initially",
            "examination",
            "current",
            "currently",
            "today",
            "now",
            "admitting",
            "presenting",
            "present",
        ];
        const OTHER_TIME: &[&str] = &[
            "previous",
            "previously",
            "prior",
            "earlier",
            "ago",
            "baseline",
            "usual",
            "before",
            "discharge",
            "discharged",
            "later",
            "postoperative",
            "postoperatively",
            "improved",
            "normalized",
            "afterwards",
            "subsequently",
            "peak",
            "highest",
            "maximum",
            "nadir",
            "stopped",
            "discontinued",
            "prev",
            "lowest",
            "last",
            "roadside",
            "been",
            "fourth",
            "third",
            "fifth",
            "follow",
        ];
        const OTHERS: &[&str] = &[
            "mother",
            "father",
            "brother",
            "sister",
            "son",
            "daughter",
            "wife",
            "husband",
            "uncle",
            "aunt",
            "niece",
            "nephew",
            "cousin",
            "grandfather",
            "grandmother",
            "roommate",
            "mum",
            "mom",
            "dad",
            "partner",
            "donor",
            "neighbour",
            "neighbor",
            "twin",
            "parents",
        ];
        let here = self.words.partition_point(|w| w.span.0 < at);
        let stop = |w: &Token, next: &Token| {
            self.text.get(w.span.1..next.span.0).is_some_and(|gap| gap.contains(['.', '\n', '!', '?', ';']))
        };
        let mut start = here.min(self.words.len().saturating_sub(1));
        while start > 0 && !stop(&self.words[start - 1], &self.words[start]) {
            start -= 1;
        }
        if let Some(from) = from {
            start = start.max(self.words.partition_point(|w| w.span.0 < from));
        }
        let before = self.words.get(start..here).unwrap_or_default();
        let has = |list: &[&str]| before.iter().any(|w| list.contains(&w.word.as_str()));
        // "Brought in by his daughter with a pulse of 90": a long way off
        let near = before.get(before.len().saturating_sub(10)..).unwrap_or_default();
        let subject = before.get(..before.len().min(3)).unwrap_or_default();
        if near.iter().chain(subject).any(|w| OTHERS.contains(&w.word.trim_end_matches("'s"))) {
            return 3;
        }
        match (has(NOW), has(OTHER_TIME)) {
            (_, true) => 2,
            (true, false) => 0,
            (false, false) => 1,
        }
    }

    fn times_a_day(&self, names: &[Phrase]) -> Option<NoteAnswer> {
        let (_, end) = any_at(self.words, names)?;
        let (value, span) = self.frequency(end)?;
        let told = Told::Number { value, unit: None };
        Some(NoteAnswer { told, said: Said::At(span.0, span.1), also: vec![] })
    }

    /// Doses a day, said within a few words.
    fn frequency(&self, from: usize) -> Option<(f64, (usize, usize))> {
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
        for at in from..(from + NEAR).min(self.words.len()) {
            if at > from
                && self.words[at].parted
                && self
                    .text
                    .get(self.words[at - 1].span.1..self.words[at].span.0)
                    .is_some_and(|gap| gap.contains(['.', ';', ',']))
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

    // --- yes, no, and one of several ---

    /// Mentions of phrases with what each says; those of other people and of mere possibilities are left out.
    fn mentions(&self, phrases: &[Phrase]) -> Vec<(Mention, Option<Presence>)> {
        let mut found: Vec<Mention> = vec![];
        for at in 0..self.words.len() {
            let longest = phrases.iter().filter_map(|p| phrase_at(self.words, at, p)).max();
            if let Some(end) = longest {
                let span = (self.words[at].span.0, self.words[end - 1].span.1);
                found.push(Mention { finding: "reading".into(), tokens: (at, end), span });
            }
        }
        let said = presences(self.text, self.words, &found);
        found.into_iter().zip(said).collect()
    }

    fn yes(&self, calculator: &Calculator, input: &CalculatorInput) -> Option<NoteAnswer> {
        let Some(ReadingWords::Yes(words)) = self.words_of(calculator, input) else { return None };
        let answer = |yes: bool, said: Said| Some(NoteAnswer { told: Told::Yes(yes), said, also: vec![] });
        let at = |m: &Mention| Said::At(m.span.0, m.span.1);
        let no = self.mentions(&words.no);
        // "Presyncope" is no syncope: the longer words count.
        let other = self.mentions(&words.except);
        let hidden = |m: &Mention| {
            let length = |m: &Mention| m.tokens.1 - m.tokens.0;
            let over = |n: &Mention| n.tokens.0 < m.tokens.1 && m.tokens.0 < n.tokens.1 && length(n) > length(m);
            no.iter().chain(&other).any(|(n, _)| over(n))
        };
        let said: Vec<_> = self.mentions(&words.yes).into_iter().filter(|(m, _)| !hidden(m)).collect();
        let against = no.iter().find(|(_, p)| *p == Some(Presence::Present));
        if words.no_first
            && let Some((mention, _)) = against
        {
            return answer(false, at(mention));
        }
        let counts = |p: &Option<Presence>| match p {
            Some(Presence::Present) => true,
            Some(Presence::Unknown) => words.suspected,
            // somebody else's, or a possibility
            None => words.family || words.suspected,
            Some(Presence::Absent) => false,
        };
        if let Some((mention, _)) = said.iter().find(|(_, p)| counts(p)) {
            // "Alert and oriented" on arrival, confused days later: how the patient came counts.
            return match against.filter(|(no, _)| words.first && no.span.0 < mention.span.0) {
                Some((no, _)) => answer(false, at(no)),
                None => answer(true, at(mention)),
            };
        }
        if let Some(mention) = words.within_days.and_then(|days| self.recent(&words.recent, days)) {
            return answer(true, at(&mention));
        }
        let denied = self.mentions(&words.denied);
        if let Some((mention, _)) = denied.iter().find(|(_, p)| *p == Some(Presence::Absent)) {
            return answer(true, at(mention));
        }
        if let Some(statement) = &words.or_when
            && holds(statement, &self.values()) == Some(true)
        {
            return answer(true, Said::Worked);
        }
        let takes = |t: &Taken| {
            words.medicines.iter().any(|m| t.is_medicine(m)) || words.classes.iter().any(|c| t.has_class(self.base, c))
        };
        if self.taken.iter().any(takes) {
            return answer(true, Said::Worked);
        }
        let mut nays = no.iter().chain(&denied);
        if let Some((mention, _)) = nays.find(|(_, p)| *p == Some(Presence::Present)) {
            return answer(false, at(mention));
        }
        if let Some((mention, _)) = said.iter().find(|(_, p)| *p == Some(Presence::Absent)) {
            return answer(false, at(mention));
        }
        match words.silent {
            Silence::Asks => None,
            Silence::No => answer(false, Said::Nowhere),
            Silence::Yes => answer(true, Said::Nowhere),
        }
    }

    /// A mention in a sentence that says how long ago, at most so many days.
    fn recent(&self, phrases: &[Phrase], days: f64) -> Option<Mention> {
        const AGO: &[&str] =
            &["ago", "earlier", "before", "previously", "prior", "back", "after", "post", "since", "postop"];
        const RECENTLY: &[&str] =
            &["last week", "this week", "yesterday", "recent", "last month", "this month", "days ago", "pod "];
        let mentions = self.mentions(phrases);
        mentions.into_iter().filter(|(_, p)| *p == Some(Presence::Present)).map(|(m, _)| m).find(|mention| {
            let (start, end) = self.sentence(mention.span);
            let ago = |n: &Number| {
                let length = match n.unit {
                    Some("d") => n.value,
                    Some("wk") => n.value * 7.0,
                    Some("mo") => n.value * 30.4,
                    _ => return false,
                };
                let next = self.text.get(n.end..end).and_then(|rest| rest.split_whitespace().next()).unwrap_or("");
                let next = next.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
                length <= days && AGO.contains(&next.as_str())
            };
            let inside = |n: &&Number| start <= n.span.0 && n.span.0 < end;
            let words = self.text.get(start..end).unwrap_or("").to_lowercase();
            self.numbers.iter().filter(inside).any(ago) || RECENTLY.iter().any(|said| words.contains(said))
        })
    }

    /// The bytes of the sentence around a place.
    fn sentence(&self, span: (usize, usize)) -> (usize, usize) {
        let before = self.text.get(..span.0).unwrap_or("");
        let start = before.rfind(". ").map(|at| at + 2).max(before.rfind(['\n', ';']).map(|at| at + 1)).unwrap_or(0);
        let after = self.text.get(span.1..).unwrap_or("");
        let stops = after.find(". ").into_iter().chain(after.find(['\n', ';']));
        (start, stops.min().map_or(self.text.len(), |at| span.1 + at))
    }

    fn choice(&self, calculator: &Calculator, input: &CalculatorInput, options: &[ChoiceOption]) -> Option<NoteAnswer> {
        let Some(ReadingWords::Choice { options: said, silent, first }) = self.words_of(calculator, input) else {
            return None;
        };
        let known = |id: &str| options.iter().any(|option| option.id == id);
        let mut best: Option<(usize, String, (usize, usize))> = None;
        let mut denied = None;
        for (id, phrases) in said.iter().filter(|(id, _)| known(id)) {
            for (mention, presence) in self.mentions(phrases) {
                // Where the first named counts, all are as long.
                let length = if *first { 0 } else { mention.tokens.1 - mention.tokens.0 };
                match presence {
                    Some(Presence::Present)
                        if best.as_ref().is_none_or(|(l, _, span)| {
                            (length, std::cmp::Reverse(mention.span.0)) > (*l, std::cmp::Reverse(span.0))
                        }) =>
                    {
                        best = Some((length, id.clone(), mention.span));
                    }
                    Some(Presence::Absent) => denied = denied.or(Some(mention.span)),
                    _ => {}
                }
            }
        }
        let answer = |id: String, said: Said| Some(NoteAnswer { told: Told::Word(id), said, also: vec![] });
        if let Some((_, id, span)) = best {
            return answer(id, Said::At(span.0, span.1));
        }
        // Where silence is no answer a denied grade is none either: "does not obey commands".
        if let Some(span) = denied.filter(|_| silent.is_some())
            && let Some(first) = options.first()
        {
            return answer(first.id.clone(), Said::At(span.0, span.1));
        }
        answer(silent.clone().filter(|id| known(id))?, Said::Nowhere)
    }

    /// The values of the note by input, in the units that statements of the packs are written in.
    fn values(&self) -> BTreeMap<String, f64> {
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
                self.measured(place, words, &wanted)
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

/// Whether a sentence ends in a gap between two words.
fn ends_sentence(gap: &str) -> bool {
    gap.contains(['\n', ';']) || gap.contains(". ") || gap.ends_with('.')
}
