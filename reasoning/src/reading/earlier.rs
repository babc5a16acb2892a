//! How long ago what a note says was: "eight years before", "in 2010", "at the age of 28", and illnesses of earlier and of relatives.

use super::Note;
use super::numbers::Number;
use super::person::is_kin;
use crate::context::of_others;
use hakim_clinical::*;

const A_YEAR: f64 = 365.25;
/// "Years ago", without a number, in days.
const YEARS_AGO: f64 = 5.0 * A_YEAR;

impl Note<'_> {
    /// Whether a mention is told as longer ago than so many days, and nothing in its statement says that it goes on.
    pub(super) fn is_old(&self, mention: &Mention, days: f64) -> bool {
        const GOES_ON: &[&str] = &[
            "now",
            "currently",
            "current",
            "undergoing",
            "receiving",
            "receives",
            "ongoing",
            "palliative",
            "progressive",
            "progression",
            "progressed",
            "recurrence",
            "recurred",
            "recurrent",
            "relapse",
            "relapsed",
            "metastatic",
            "metastases",
            "still",
            "since",
            "under",
            "today",
        ];
        let Some((from, to)) = self.moments.around(mention.span.0) else { return false };
        let own = self.between(from, to);
        // "With no recurrence" goes on with nothing.
        let goes_on = own.iter().enumerate().any(|(at, w)| {
            let denied = at > 0 && matches!(own[at - 1].word.as_str(), "no" | "without" | "not" | "of");
            GOES_ON.contains(&w.word.as_str()) && !denied
        });
        // What was found two years ago may still be treated.
        let least = if own.iter().any(|w| w.word == "diagnosed") { days.max(3.0 * A_YEAR) } else { days };
        !goes_on && self.ago(mention).is_some_and(|ago| ago > least)
    }

    /// An illness told as one of earlier.
    pub(super) fn past(&self, phrases: &[Phrase]) -> Option<Mention> {
        /// What was found last month may be what is asked about.
        const EARLIER: f64 = 28.0;
        let mentions = self.mentions(phrases).into_iter().filter(|(_, p)| *p == Some(Presence::Present));
        mentions.map(|(m, _)| m).find(|m| self.ago(m).is_some_and(|ago| ago >= EARLIER))
    }

    /// An illness of a blood relative, before an age if one is asked for.
    pub(super) fn of_kin(&self, phrases: &[Phrase], before_age: Option<f64>) -> Option<Mention> {
        let mentions: Vec<Mention> = self.mentions(phrases).into_iter().map(|(m, _)| m).collect();
        let theirs = of_others(self.text, self.words, &mentions);
        mentions.into_iter().zip(theirs).filter(|(_, theirs)| *theirs).map(|(m, _)| m).find(|m| {
            let Some((from, to)) = self.moments.around(m.span.0) else { return false };
            let nearest = self.between(from, m.span.0).iter().rev().find(|w| is_person(&w.word));
            let kin = nearest.is_some_and(|w| is_kin(w.word.trim_end_matches("'s")));
            let in_time = before_age.is_none_or(|limit| self.age_behind(m, to).is_some_and(|age| age < limit));
            kin && in_time
        })
    }

    /// A relative's illness that is told to have come at this age or later.
    pub(super) fn came_late(&self, mention: &Mention, age: f64) -> bool {
        let to = self.moments.around(mention.span.0).map_or(0, |(_, to)| to);
        self.age_behind(mention, to).is_some_and(|told| told >= age)
    }

    /// The age that is told behind a mention: "at 68", "aged 71", "in her fifties" is none.
    fn age_behind(&self, mention: &Mention, to: usize) -> Option<f64> {
        let mut numbers = self.numbers.iter().filter(|n| n.span.0 >= mention.span.1 && n.span.0 < to);
        numbers.find(|n| matches!(self.word_before(n.span.0).as_str(), "at" | "aged" | "age" | "of")).map(|n| n.value)
    }

    /// How long ago a mention was, in days, if its part of the statement says so.
    fn ago(&self, mention: &Mention) -> Option<f64> {
        let (from, to) = self.moments.around(mention.span.0)?;
        let numbers = self.numbers.iter().filter(|n| n.span.0 >= from && n.span.0 < to);
        let said = numbers.filter_map(|n| Some((n.span, self.ago_of(n)?)));
        let loose = self.loosely_ago(from, to);
        said.chain(loose).filter(|(span, _)| self.dates(*span, mention.span, from)).map(|(_, days)| days).next()
    }

    /// The days that a number tells of: "8 years before", "in 2010", "at the age of 28".
    fn ago_of(&self, n: &Number) -> Option<f64> {
        const AGO: &[&str] = &["ago", "earlier", "before", "previously", "prior", "back"];
        let rest = self.text.get(n.end.max(n.span.1)..)?;
        let next = rest.split_whitespace().next().unwrap_or("").trim_matches(|c: char| !c.is_alphabetic());
        let next = next.to_lowercase();
        let before = self.word_before(n.span.0);
        let days = n.days().or_else(|| (n.unit == Some("a")).then_some(n.value * A_YEAR));
        if let Some(days) = days.filter(|_| AGO.contains(&next.as_str())) {
            return Some(days);
        }
        let whole = n.value.fract() == 0.0 && n.second.is_none();
        if n.unit.is_none() && whole && (1930.0..2100.0).contains(&n.value) {
            return (!is_month(&before)).then(|| self.since_year(n.value));
        }
        let of_age = before == "age" || before == "aged" || before == "at" && n.unit.is_none_or(|unit| unit == "a");
        let of_age = of_age || before == "of" && self.words_before(n.span.0, 2).first().is_some_and(|w| w == "age");
        let years = n.unit.is_none_or(|unit| unit == "a") && whole;
        let (now, _) = self.age?;
        (of_age && years && n.value < now && n.value > 1.0).then_some((now - n.value) * A_YEAR)
    }

    /// From the last year that the note names; the only one is long ago.
    fn since_year(&self, year: f64) -> f64 {
        let years = self.numbers.iter().filter(|n| n.unit.is_none() && n.value.fract() == 0.0);
        let last = years.map(|n| n.value).filter(|v| (1930.0..2100.0).contains(v)).fold(year, f64::max);
        if last > year { (last - year) * A_YEAR } else { YEARS_AGO }
    }

    /// "Years ago", "decades ago", "in childhood", "in her thirties".
    fn loosely_ago(&self, from: usize, to: usize) -> Vec<((usize, usize), f64)> {
        const LIFE: &[&str] = &[
            "childhood",
            "adolescence",
            "youth",
            "infancy",
            "teens",
            "twenties",
            "thirties",
            "forties",
            "fifties",
            "sixties",
        ];
        let words = self.between(from, to);
        let loose = words.windows(2).filter(|two| {
            let [a, b] = two else { return false };
            matches!(a.word.as_str(), "years" | "decades") && matches!(b.word.as_str(), "ago" | "earlier" | "before")
                || matches!(a.word.as_str(), "in" | "his" | "her" | "their") && LIFE.contains(&b.word.as_str())
        });
        loose.filter_map(|two| Some(((two.first()?.span.0, two.last()?.span.1), YEARS_AGO))).collect()
    }

    /// Whether a time dates a mention: it opens the statement, or stands in the same part of it, or up to two short parts behind.
    fn dates(&self, time: (usize, usize), mention: (usize, usize), from: usize) -> bool {
        /// Words before a time that opens its statement.
        const OPENS: usize = 4;
        const PARTS: [char; 4] = [',', '(', ')', ':'];
        if time.0 < mention.0 {
            let opens = self.between(from, time.0).len() < OPENS;
            return opens || self.text.get(time.1..mention.0).is_some_and(|gap| !gap.contains(PARTS));
        }
        let gap = self.text.get(mention.1..time.0).unwrap_or("");
        let verb = |w: &Token| matches!(w.word.as_str(), "has" | "is" | "are" | "and" | "but" | "he" | "she" | "who");
        let parts = gap.matches(PARTS).count();
        parts == 0 && !gap.contains(" but ") || parts <= 2 && !self.between(mention.1, time.0).iter().any(verb)
    }

    /// The words between two bytes.
    pub(super) fn between(&self, from: usize, to: usize) -> &[Token] {
        let first = self.words.partition_point(|w| w.span.0 < from);
        let last = self.words.partition_point(|w| w.span.0 < to);
        self.words.get(first..last.max(first)).unwrap_or_default()
    }

    fn words_before(&self, at: usize, many: usize) -> Vec<String> {
        let here = self.words.partition_point(|w| w.span.0 < at);
        self.words.get(here.saturating_sub(many)..here).unwrap_or_default().iter().map(|w| w.word.clone()).collect()
    }

    fn word_before(&self, at: usize) -> String {
        self.words_before(at, 1).pop().unwrap_or_default()
    }
}

/// "March 2021" may be the month of coming.
fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    word.get(..3).is_some_and(|three| MONTHS.contains(&three)) || word.starts_with(|c: char| c.is_ascii_digit())
}

/// Somebody who is named as such.
fn is_person(word: &str) -> bool {
    const OTHERS: &[&str] = &[
        "he",
        "she",
        "patient",
        "wife",
        "husband",
        "neighbour",
        "neighbor",
        "friend",
        "girlfriend",
        "boyfriend",
        "colleague",
        "roommate",
        "partner",
    ];
    let word = word.trim_end_matches("'s");
    is_kin(word) || OTHERS.contains(&word)
}
