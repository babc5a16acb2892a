//! Answers to a calculator out of a note: values with their units, ages, days, what is said and what is denied. Nothing is
//! guessed: what the note does not say stays open, or counts as the pack says silence counts, and is marked so.

mod compared;
mod day;
mod earlier;
mod given;
mod measured;
mod moment;
mod names;
mod numbers;
mod person;
mod said;

use crate::safety::Taken;
use day::{day_after, end_of};
use hakim_clinical::*;
use measured::{Together, Wanted};
use moment::Moments;
use names::{NameAt, all_at, any_at, names_in};
use numbers::Number;
use std::cell::OnceCell;
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
    moments: Moments,
    month_first: Option<bool>,
    /// in years, with where it is said
    age: Option<(f64, (usize, usize))>,
    /// its values by input, once a statement of the packs has asked for them
    values: OnceCell<BTreeMap<String, f64>>,
}

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
        Self {
            base,
            text,
            words,
            numbers,
            names: names_in(words, &named),
            taken,
            moments: Moments::new(text, words, person::sex(words).map(|(sex, _)| sex)),
            month_first,
            age,
            values: OnceCell::new(),
        }
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
        let together = self.together(calculator);
        let answer = |input: &CalculatorInput| Some((input.id.clone(), self.answer(calculator, input, &together)?));
        let mut answers: BTreeMap<String, NoteAnswer> = calculator.inputs.iter().filter_map(answer).collect();
        if self.base.readings.subjects.get(&calculator.id).is_some_and(|s| s.one_time) {
            self.keep_one_time(&mut answers);
        }
        self.leave_out_later(calculator, &mut answers);
        answers
    }

    /// Of values of different times those of the later one stay; the others are asked for.
    fn keep_one_time(&self, answers: &mut BTreeMap<String, NoteAnswer>) {
        if answers.values().any(|a| self.is_of_another_day(a) == Some(true)) {
            answers.retain(|_, a| self.is_of_another_day(a) != Some(false));
        }
    }

    /// What is given on a later day is left out where other values are of the patient's coming.
    fn leave_out_later(&self, calculator: &Calculator, answers: &mut BTreeMap<String, NoteAnswer>) {
        if !answers.values().any(|a| self.is_of_another_day(a) == Some(false)) {
            return;
        }
        for input in &calculator.inputs {
            let of_coming = matches!(self.words_of(calculator, input), Some(ReadingWords::Number(n)) if n.of_coming);
            if of_coming && answers.get(&input.id).is_some_and(|a| self.is_of_another_day(a) == Some(true)) {
                answers.remove(&input.id);
            }
        }
    }

    /// Whether a value is of another time than the patient's coming; `None`: it is no value.
    fn is_of_another_day(&self, answer: &NoteAnswer) -> Option<bool> {
        match (&answer.told, &answer.said) {
            (Told::Number { .. }, Said::At(at, _)) if self.age.is_none_or(|(_, span)| span.0 != *at) => {
                Some(self.moments.rank(self.text, self.words, None, *at).is_none_or(|rank| rank >= 2))
            }
            _ => None,
        }
    }

    fn answer(&self, calculator: &Calculator, input: &CalculatorInput, together: &Together) -> Option<NoteAnswer> {
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
            kind @ (InputKind::Quantity { .. } | InputKind::Count { .. }) => {
                self.number(calculator, input, &Wanted::of(kind)?, together)
            }
            InputKind::Date => {
                let ReadingWords::Day { names, of_coming } = self.words_of(calculator, input)? else { return None };
                let (day, span) = self.day_of_coming().filter(|_| *of_coming).or_else(|| self.day(names))?;
                Some(at(Told::Word(day), span))
            }
            InputKind::Yes => self.yes(calculator, input),
            InputKind::Choice { options } => self.choice(calculator, input, options),
        }
    }

    /// The day behind the first of the names that has one.
    fn day(&self, names: &[Phrase]) -> Option<(String, (usize, usize))> {
        let mut ends = all_at(self.words, names).map(|(_, end)| end_of(self.words, end));
        ends.find_map(|end| day_after(self.text, end, self.month_first))
    }

    /// "On the third of February 2021, a woman was admitted": the day with which a note begins.
    fn day_of_coming(&self) -> Option<(String, (usize, usize))> {
        /// Words before the day.
        const BEFORE: usize = 2;
        let mut starts = self.words.iter().take(BEFORE + 1);
        let start = starts.find(|w| !matches!(w.word.as_str(), "on" | "the"))?.span.0;
        day_after(self.text, start, self.month_first)
            .filter(|(_, span)| span.0 == start && self.moments.is_of_coming(self.words, start))
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
}
