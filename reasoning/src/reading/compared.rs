//! Values that answer only beside another: a troponin beside its own limit, one calf beside the other.

use super::Note;
use super::names::{all_at, ends};
use super::numbers::Number;
use crate::calculate::convert;
use hakim_clinical::*;

/// How far behind its value a limit stands, bytes.
const FAR: usize = 90;

impl Note<'_> {
    /// The option that a value beside its own limit gives, with where it stands: the one with which the patient came goes first.
    pub(super) fn against_limit<'w>(&self, words: &'w LimitWords) -> Option<(&'w str, (usize, usize))> {
        let told = all_at(self.words, &words.say).filter_map(|(from, to)| {
            let name = (self.words[from].span.0, self.words[to - 1].span.1);
            let (times, span) = self.times_its_limit(name).or_else(|| self.said_in_times(name))?;
            let rank = self.moments.rank(self.text, self.words, None, span.0)?;
            Some((rank, span, times))
        });
        let (_, span, times) = told.min_by_key(|(rank, span, _)| (*rank, span.0))?;
        // Above the limit is above 1; from three times on is 3 or more.
        let reached = |least: f64| if least > 1.0 { times >= least } else { times > least };
        let above = words.above.iter().rev().find(|(least, _)| reached(*least));
        Some((above.map_or(words.within.as_str(), |(_, option)| option.as_str()), span))
    }

    /// How many times its limit the value of a name is, with where the value stands.
    fn times_its_limit(&self, name: (usize, usize)) -> Option<(f64, (usize, usize))> {
        let (_, stop) = self.moments.around(name.0)?;
        let inside = |n: &&Number| n.span.0 >= name.1 && n.span.0 < stop;
        let mut values = self.numbers.iter().filter(inside).filter(|n| !n.reference && !n.in_words && is_amount(n));
        // What stands before a number, from the number before it on.
        let since = |n: &Number| {
            let earlier = self.numbers.iter().rev().find(|o| o.span.1 <= n.span.0 && o.span.0 < n.span.0);
            earlier.map_or(name.1, |o| o.end.max(o.span.1).max(name.1).min(n.span.0))
        };
        let value = values.find(|n| !self.is_centile(n) && !self.is_limit(n, since(n)))?;
        let gap = self.text.get(name.1..value.span.0)?;
        if gap.len() > FAR {
            return None;
        }
        // Behind another name it is the limit of another value.
        let other = |n: &Number| self.names.iter().any(|name| value.end <= name.span.0 && name.span.1 <= n.span.0);
        let behind =
            |n: &&Number| value.span.1 < n.span.0 && n.span.0 < stop && n.span.0 - value.span.1 <= FAR && !other(n);
        let before = |n: &&Number| n.span.0 >= name.1 && n.span.0 < value.span.0;
        let limits = self.numbers.iter().filter(behind).filter(|n| self.is_limit(n, value.end));
        let told_before = self.numbers.iter().filter(before).filter(|n| self.is_limit(n, name.1));
        let limit = limits.chain(told_before).find(|n| !self.is_centile(n))?;
        let limit = self.upper_of(limit);
        let in_unit = match (limit.unit, value.unit) {
            (Some(from), Some(to)) if from != to => convert(limit.value, from, to, None)?,
            _ => limit.value,
        };
        (in_unit > 0.0).then(|| (value.value / in_unit, value.span))
    }

    /// "Five times the upper limit of normal", "twice the 99th centile", "less than three times the limit".
    fn said_in_times(&self, name: (usize, usize)) -> Option<(f64, (usize, usize))> {
        const TWICE: &[(&str, f64)] = &[("twice", 2.0), ("double", 2.0), ("triple", 3.0), ("thrice", 3.0)];
        const LIMITS: &[&str] = &["limit", "normal", "uln", "url", "reference", "centile", "percentile", "cut"];
        const LESS: &[&str] = &["less", "under", "below", "between", "to", "up", "not"];
        /// Words between the number and its limit, and before the number.
        const NEAR: usize = 4;
        let (from, stop) = self.moments.around(name.0)?;
        let own = self.between(from, stop);
        let limit_behind = |at: usize| {
            own.iter().skip(at + 1).take(NEAR + 1).any(|w| LIMITS.iter().any(|limit| w.word.contains(limit)))
        };
        let counted = |at: usize| {
            let number = self.numbers.iter().find(|n| n.span.0 == own[at].span.0)?;
            let times = matches!(own.get(at + 1)?.word.as_str(), "times" | "fold" | "x");
            (times && number.second.is_none()).then_some(number.value)
        };
        (0..own.len()).find_map(|at| {
            let word = own[at].word.as_str();
            let times = TWICE.iter().find(|(said, _)| *said == word).map(|(_, n)| *n).or_else(|| counted(at))?;
            let less = own[at.saturating_sub(NEAR)..at].iter().any(|w| LESS.contains(&w.word.as_str()));
            limit_behind(at).then_some((if less { times - 0.5 } else { times }, own[at].span))
        })
    }

    /// The limit of the healthy: `(< 14)`, `(N 0-0.04)`, `(99th centile 14)`, "upper limit 14". `from`: where the value ends.
    fn is_limit(&self, number: &Number, from: usize) -> bool {
        const SAYS: &[&str] = &[
            "normal",
            "reference",
            "ref",
            "limit",
            "centile",
            "percentile",
            "cut-off",
            "cutoff",
            "cut off",
            "threshold",
            "uln",
            "url",
            "upper",
            "range",
            "(n ",
            "(n:",
            "(<",
            "(≤",
            "[<",
            "[≤",
            "(0",
            "[0",
        ];
        let before = self.text.get(from..number.span.0).unwrap_or("").to_lowercase();
        let beginning: String = before.chars().filter(|c| *c != ' ').collect();
        number.reference
            || SAYS.iter().any(|said| before.contains(said))
            || beginning.ends_with("(<")
            || beginning.ends_with("(≤")
    }

    /// `99th`: no limit but how it was found.
    fn is_centile(&self, number: &Number) -> bool {
        let rest = self.text.get(number.span.1..).unwrap_or("").trim_start();
        rest.starts_with("th ") || rest.starts_with("percentile") || rest.starts_with("centile")
    }

    /// The second number of a range.
    fn upper_of<'n>(&'n self, limit: &'n Number) -> &'n Number {
        let next = self.numbers.iter().find(|n| n.span.0 >= limit.span.1);
        let joined = |n: &&Number| {
            let gap = self.text.get(limit.span.1..n.span.0).unwrap_or("").trim();
            matches!(gap, "-" | "–" | "−" | "—" | "to")
        };
        next.filter(joined).unwrap_or(limit)
    }

    /// Whether two sides that are measured differ by what is asked for, with where that is said.
    pub(super) fn sides_differ(&self, words: &SidesWords) -> Option<(bool, (usize, usize))> {
        const MORE: &[&str] = &[
            "larger",
            "greater",
            "more",
            "bigger",
            "thicker",
            "wider",
            "difference",
            "exceeds",
            "exceeded",
            "exceeding",
            "differ",
            "differed",
            "discrepancy",
            "asymmetry",
            "increase",
            "increased",
            "swelling",
        ];
        const BOTH: &[&str] = &["both", "each", "bilaterally"];
        let statements: Vec<(usize, usize)> =
            all_at(self.words, &words.say).filter_map(|(at, _)| self.moments.around(self.words[at].span.0)).collect();
        let measured = self.numbers.iter().filter(|n| !self.is_a_place(n)).filter_map(|n| {
            let statement = *statements.iter().find(|(from, to)| *from <= n.span.0 && n.span.0 < *to)?;
            let rank = self.moments.rank(self.text, self.words, None, n.span.0).filter(|rank| *rank < 3)?;
            Some((rank, n, self.in_cm(n)?, statement))
        });
        let measured: Vec<_> = measured.collect();
        // Those of the patient's coming, else those of another day.
        let first = measured.iter().map(|(rank, ..)| *rank / 2).min()?;
        let mut sides: Vec<(f64, (usize, usize))> = vec![];
        for (_, number, value, (from, to)) in measured.into_iter().filter(|(rank, ..)| *rank / 2 == first) {
            let near = |list: &[&str]| self.between(from, to).iter().any(|w| list.contains(&w.word.as_str()));
            if value < words.side_from && near(MORE) {
                return Some((value >= words.differ_by, number.span));
            }
            if value >= words.side_from {
                sides.push((value, number.span));
                sides.extend(number.second.filter(|_| number.unit.is_some()).map(|second| (second, number.span)));
                if near(BOTH) {
                    sides.push((value, number.span));
                }
            }
        }
        let [(one, _), (other, span), ..] = sides.as_slice() else { return None };
        Some(((one - other).abs() >= words.differ_by, *span))
    }

    /// In cm; without a unit, where the next number has one: `38 versus 36 cm`.
    fn in_cm(&self, number: &Number) -> Option<f64> {
        let unit = number.unit.or_else(|| {
            let next = self.numbers.iter().find(|n| n.span.0 > number.span.1)?;
            let gap = self.text.get(number.span.1..next.span.0)?;
            next.unit.filter(|_| gap.len() < 40 && !ends(gap))
        })?;
        matches!(unit, "cm" | "mm").then(|| convert(number.value, unit, "cm", None)).flatten()
    }

    /// "Measured 10 cm below the tibial tuberosity".
    fn is_a_place(&self, number: &Number) -> bool {
        let next = self.text.get(number.end..).and_then(|rest| rest.split_whitespace().next()).unwrap_or("");
        matches!(next, "below" | "above" | "distal" | "proximal" | "from" | "under" | "beneath")
    }
}

/// What may be a concentration, and is no time.
fn is_amount(number: &Number) -> bool {
    number.unit.is_none_or(|unit| unit.contains('/') && unit != "/min")
}
