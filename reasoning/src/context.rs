//! What a text means by a mention: there, denied, doubtful, somebody else's, only possible; since when and how bad.
//!
//! The ConText method (Chapman 2001; Harkema 2009): trigger words open a scope that runs to the end of the sentence or to
//! a word that ends it. In Urdu and Hindi the negation follows the finding, so its scope runs backward.

mod words;

use crate::values::number_at;
use hakim_clinical::*;
use words::*;

pub use words::{is_trigger, trigger_words};

/// What was looked for and is not there: "was not confirmed".
const NOT_FOUND: &[&str] = &[
    "confirmed",
    "seen",
    "found",
    "palpable",
    "palpated",
    "detected",
    "detectable",
    "identified",
    "present",
    "noted",
    "observed",
    "demonstrated",
    "visible",
    "visualized",
    "visualised",
    "elicited",
    "reported",
];

/// How far before a mention a word of degree or doubt is looked for, in words.
const NEAR: usize = 3;

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Comma,
    Stop,
}

struct Reader<'a> {
    text: &'a str,
    words: &'a [Token],
    gaps: Vec<Gap>,
    inside: Vec<bool>,
}

/// Judges every mention of a text. Mentions of other people and of mere possibilities are left out.
pub fn read(text: &str, words: &[Token], mentions: &[Mention], base: &KnowledgeBase) -> Vec<Observed> {
    let reader = Reader::new(text, words, mentions);
    let kind = |m: &Mention| base.findings.get(&m.finding).map_or(FindingKind::Symptom, |f| f.kind);
    mentions.iter().filter_map(|m| reader.judge(m, mentions, kind(m))).collect()
}

/// What each mention says, past or present; `None`: somebody else's, or a mere possibility.
pub(crate) fn presences(text: &str, words: &[Token], mentions: &[Mention]) -> Vec<Option<Presence>> {
    if mentions.is_empty() {
        return vec![];
    }
    let reader = Reader::new(text, words, mentions);
    mentions.iter().map(|m| reader.judge(m, mentions, FindingKind::History).map(|o| o.presence)).collect()
}

/// Whether each mention is said of somebody else, and not denied.
pub(crate) fn of_others(text: &str, words: &[Token], mentions: &[Mention]) -> Vec<bool> {
    if mentions.is_empty() {
        return vec![];
    }
    let reader = Reader::new(text, words, mentions);
    mentions.iter().map(|m| reader.is_of_another(m)).collect()
}

/// The gap before each word.
fn gaps(text: &str, words: &[Token]) -> Vec<Gap> {
    let mut end = 0;
    words
        .iter()
        .map(|w| {
            let between = text.get(end..w.span.0).unwrap_or("");
            end = w.span.1;
            if between.contains(['.', '!', '?', ';', '\n', '۔', '।', '؟', '؛']) {
                Gap::Stop
            } else if between.contains([',', '،', '(', ')', '–']) || between.contains(" - ") {
                Gap::Comma
            } else {
                Gap::None
            }
        })
        .collect()
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, words: &'a [Token], mentions: &[Mention]) -> Self {
        let mut inside = vec![false; words.len()];
        for mention in mentions {
            inside[mention.tokens.0..mention.tokens.1].fill(true);
        }
        Self { text, words, gaps: gaps(text, words), inside }
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |w| w.word.as_str())
    }

    fn is(&self, at: usize, list: &[&str]) -> bool {
        list.contains(&self.word(at))
    }

    /// First word of the sentence that holds `at`.
    fn sentence_start(&self, at: usize) -> usize {
        (0..=at).rev().find(|&i| self.gaps[i] == Gap::Stop).unwrap_or(0)
    }

    /// One past the last word of the sentence.
    fn sentence_end(&self, at: usize) -> usize {
        (at + 1..self.words.len()).find(|&i| self.gaps[i] == Gap::Stop).unwrap_or(self.words.len())
    }

    fn judge(&self, mention: &Mention, all: &[Mention], kind: FindingKind) -> Option<Observed> {
        let (first, end) = mention.tokens;
        let (start, stop) = (self.sentence_start(first), self.sentence_end(first));
        let symptom = matches!(kind, FindingKind::Symptom | FindingKind::Sign | FindingKind::Vital | FindingKind::Lab);
        let before = || (start..first).rev().take_while(|&i| !self.is(i, &["but", "however", "لیکن", "लेकिन"]));
        if before().any(|i| self.is(i, IF) && !self.inside[i]) {
            return None;
        }
        // "talking with her father when she felt dizzy": the new subject is the patient again
        let subject = || before().take_while(|&i| !self.is(i, ["he", "she", "i", "patient"].as_slice()));
        if subject().any(|i| self.is(i, FAMILY) && !self.inside[i] && !self.tells(i, first)) {
            return None;
        }
        // "at risk of A", "screening for A", "to rule out A"
        if before().take(NEAR + 1).any(|i| !self.inside[i] && self.is_only_thought_of(i)) {
            return None;
        }
        // "family history of A and B": the mention of A holds these words, and B is not the patient's either
        if before().any(|i| self.word(i) == "family" && self.is(i + 1, &["history", "hx", "h"])) {
            return None;
        }
        // "previously well, fever today": the past ends at the comma
        let beside = before().take(6).take_while(|&i| self.gaps[i + 1] == Gap::None);
        if symptom && beside.into_iter().any(|i| self.is(i, PAST)) {
            return None;
        }
        let days = self.days(mention, all, start, stop);
        let denied = self.denied_before(mention, start, days.is_some()) || self.denied_after(end, stop);
        let doubt = before().take(NEAR + 1).any(|i| self.is(i, DOUBT)) || self.doubted_after(end, stop);
        let presence = match (denied, doubt) {
            (true, _) => Presence::Absent,
            (false, true) => Presence::Unknown,
            (false, false) => Presence::Present,
        };
        let severity = if presence == Presence::Present { self.severity(mention, start, stop) } else { None };
        Some(Observed {
            finding: mention.finding.clone(),
            presence,
            origin: Origin::Text,
            days: if presence == Presence::Present { days } else { None },
            severity,
            span: Some(mention.span),
        })
    }

    /// "Her sister had A"; not "neither he nor his brothers had A".
    fn is_of_another(&self, mention: &Mention) -> bool {
        let (first, end) = mention.tokens;
        let (start, stop) = (self.sentence_start(first), self.sentence_end(first));
        let mut before = (start..first).filter(|&i| !self.inside[i]);
        let other = before.clone().any(|i| self.is(i, FAMILY) && !self.tells(i, first));
        other && !before.any(|i| self.is(i, DENY_BEFORE) || self.is(i, IF)) && !self.denied_after(end, stop)
    }

    /// The relative at `at` tells what follows: "her mother says he vomits".
    fn tells(&self, at: usize, until: usize) -> bool {
        // "brought by his parents for ear pain": they only stand beside the patient
        if at > 0 && (self.word(at - 1) == "by" || at > 1 && self.word(at - 2) == "by") {
            return true;
        }
        (at + 1..until.min(at + 5)).any(|i| self.is(i, TELLS))
    }

    /// Words that name what might be, not what is.
    fn is_only_thought_of(&self, at: usize) -> bool {
        match self.word(at) {
            "risk" | "risks" => self.is(at + 1, &["of", "for"]),
            "screening" | "screened" => self.is(at + 1, &["for"]),
            "suspicion" | "fear" | "possibility" => self.is(at + 1, &["of", "for"]),
            "rule" => self.word(at + 1) == "out" && at > 0 && self.is(at - 1, &["to", "and"]),
            _ => false,
        }
    }

    /// The gap before a word closes a bracket: the word before the bracket, if it was opened in the sentence.
    fn before_bracket(&self, at: usize, start: usize) -> Option<usize> {
        let gap = |i: usize| {
            let from = if i == 0 { 0 } else { self.words[i - 1].span.1 };
            self.text.get(from..self.words[i].span.0).unwrap_or("")
        };
        if at >= self.words.len() || !gap(at).contains(')') || gap(at).rfind('(') > gap(at).rfind(')') {
            return None;
        }
        (start + 1..at).rev().find(|&i| gap(i).contains('(')).map(|i| i - 1)
    }

    fn denied_before(&self, mention: &Mention, start: usize, dated: bool) -> bool {
        let mut commas = 0;
        let mut skip_to = usize::MAX;
        for i in (start..mention.tokens.0).rev() {
            // crossing from i + 1 back to i
            if self.gaps[i + 1] == Gap::Comma {
                commas += 1;
            }
            // "CVA (no weakness), RA": what a bracket denies ends with it
            if skip_to == usize::MAX || i <= skip_to {
                skip_to = self.before_bracket(i + 1, start).unwrap_or(usize::MAX);
            }
            if skip_to != usize::MAX && i > skip_to {
                continue;
            }
            if self.inside[i] {
                continue;
            }
            // "GI: -ve for bleeding"
            if self.is_minus_sign(i) {
                return true;
            }
            // "she had none of A, B and C"
            if self.word(i) == "none" && self.word(i + 1) == "of" {
                return true;
            }
            if self.is(i, DENY_BEFORE) {
                // "no change in the cough" denies no cough; "no change of bowel habit" denies the finding of that name
                let looks_only = !self.inside[i + 1]
                    && NOT_A_DENIAL.iter().any(|(a, b)| self.word(i) == *a && self.word(i + 1) == *b);
                // "no fever, cough for 3 days": a dated complaint after a comma is a new statement
                // "never had A, B or C" denies them all
                // "not had any A, B or C in the last month" too
                let verb = self.is(i + 1, &["had", "has", "have", "experienced", "suffered"]);
                let goes_on = self.is(i, &["never", "not"]) && verb;
                let too_far = commas > 0 && (dated || self.is(i, DENY_NEAR)) && !goes_on;
                // "non-smoker", but not "non-bilious vomiting"
                let loose = self.word(i) == "non" && i + 1 != mention.tokens.0;
                return !(looks_only || too_far || loose);
            }
            if self.is(i, ENDS) && !self.denied_verb(i) {
                return false;
            }
            // "without exudate, and tender nodes were felt"
            if self.word(i) == "and" && self.gaps[i] == Gap::Comma && self.has_its_own_verb(mention.tokens.1, start, i)
            {
                return false;
            }
            // "no infarct and the doctors called it a TIA": somebody else speaks
            if self.is(i, &["and"]) && self.is(i + 1, &["the", "he", "she", "they", "it", "there", "this"]) {
                return false;
            }
            // a new clause after a comma that says something of its own ends the denial
            if commas > 0 && self.says_something(i) {
                return false;
            }
        }
        false
    }

    /// "did not have any pain": the verb carries the denial on.
    fn denied_verb(&self, at: usize) -> bool {
        self.is(at, &["have", "has"]) && at > 0 && self.is(at - 1, DENY_BEFORE)
    }

    /// The clause from ", and" on has a verb behind the mention, and the denial before it is no subject of that verb: "no murmurs,
    /// rubs, and gallops were heard" is one clause, "showed no murmur, and gallops were heard" is two.
    fn has_its_own_verb(&self, end: usize, start: usize, and: usize) -> bool {
        /// Words of a name's details before its verb.
        const FAR: usize = 8;
        const VERBS: &[&str] = &["was", "were", "is", "are", "had", "showed", "revealed"];
        let verb = (end..(end + FAR).min(self.words.len())).take_while(|&i| self.gaps[i] == Gap::None);
        let denial = (start..and).rev().find(|&i| self.is(i, DENY_BEFORE));
        let starts = |i: usize| i == start || self.gaps[i] == Gap::Comma || self.is(i, &["nor", "neither"]);
        verb.into_iter().any(|i| self.is(i, VERBS)) && denial.is_some_and(|i| !starts(i))
    }

    /// A verb-like word that starts a statement of its own.
    fn says_something(&self, at: usize) -> bool {
        self.is(
            at,
            &[
                "is", "was", "are", "were", "became", "feels", "felt", "vomited", "came", "went", "wants", "want",
                "ہے", "है",
            ],
        )
    }

    fn denied_after(&self, end: usize, stop: usize) -> bool {
        for i in end..stop {
            if self.gaps[i] != Gap::None {
                // "HIV (-ve)", "allergies: none"; "A, B and C are negative"
                return self.list_is_negative(i, stop)
                    || i == end && (self.is_minus_sign(i) || self.is(i, &["none", "nil", "negative", "neg"]));
            }
            if self.inside[i] {
                continue;
            }
            let over = self.is(i, &["has", "have", "had"]) && i + 1 < stop && self.is(i + 1, &["resolved", "subsided"]);
            let not_so = self.word(i) == "not" && self.is(i + 1, NOT_FOUND) && i + 1 < stop;
            let out = self.is(i, &["ruled", "rules"]) && self.word(i + 1) == "out";
            // "considered to have been excluded"
            if self.is(i, &["has", "have"]) && self.word(i + 1) == "been" && i + 1 < stop {
                continue;
            }
            if over || not_so || out || self.is(i, DENY_AFTER) || self.is_negative_result(i, stop) {
                return true;
            }
            if self.is(i, CLAUSE_VERBS) || self.is(i, ENDS) || self.is(i, DENY_BEFORE) {
                return false;
            }
        }
        false
    }

    /// "A was considered unlikely", "A was suspected".
    fn doubted_after(&self, end: usize, stop: usize) -> bool {
        /// Words behind a name that speak of it.
        const BEHIND: usize = 5;
        let near = (end..stop.min(end + BEHIND)).take_while(|&i| self.gaps[i] == Gap::None && !self.is(i, ENDS));
        let mut near = near.take_while(|&i| !self.is(i, &["and", "with", "or"]));
        near.any(|i| self.is(i, &["unlikely", "improbable", "suspected"]) && !(i > 0 && self.word(i - 1) == "not"))
    }

    /// A list of names whose one verb denies them all.
    fn list_is_negative(&self, from: usize, stop: usize) -> bool {
        const NEGATIVE: &[&str] = &["negative", "absent", "denied", "excluded", "unremarkable"];
        let is = |i: &usize| self.is(*i, &["is", "are", "was", "were"]);
        let Some(verb) = (from..stop).find(is) else { return false };
        let says = (from..verb)
            .any(|i| self.is(i, ENDS) || self.is(i, DENY_BEFORE) || self.is(i, &["had", "showed", "with", "which"]));
        // "was sought and excluded", "have all been negative"
        let soon = (verb + 1..stop.min(verb + 5)).take_while(|&i| self.gaps[i] == Gap::None);
        let mut soon = soon.take_while(|&i| !self.is(i, DENY_BEFORE) && !self.is(i, &["with", "for", "in"]));
        !says && verb - from <= 16 && soon.any(|i| self.is(i, NEGATIVE))
    }

    /// A test result that denies: "HIV -ve", "HIV non-reactive".
    fn is_negative_result(&self, at: usize, stop: usize) -> bool {
        let not_reactive = self.is(at, &["non", "not"]) && at + 1 < stop && self.word(at + 1) == "reactive";
        not_reactive || self.is_minus_sign(at)
    }

    /// "-ve": the sign is not part of any word.
    fn is_minus_sign(&self, at: usize) -> bool {
        let start = self.words.get(at).map_or(0, |w| w.span.0);
        let minus = self.text.get(..start).is_some_and(|before| before.ends_with(['-', '−', '–']));
        self.word(at) == "ve" && minus
    }

    fn severity(&self, mention: &Mention, start: usize, stop: usize) -> Option<Severity> {
        let (first, end) = mention.tokens;
        let from = start.max(first.saturating_sub(NEAR));
        let near =
            (from..first).rev().take_while(|&i| self.gaps[i + 1] == Gap::None && !self.inside[i]).chain(first..end);
        for i in near {
            if self.is(i, SEVERE) {
                return Some(Severity::Severe);
            }
            if self.is(i, MILD) {
                return Some(Severity::Mild);
            }
        }
        // "pain 8/10", "8 out of 10"
        (end..stop.min(end + 6)).find_map(|i| {
            let score = number_at(self.words, i)?;
            let of_ten = (i + 1..stop.min(i + 4)).any(|j| self.word(j) == "10");
            (of_ten && score <= 10.0).then_some(match score {
                s if s >= 7.0 => Severity::Severe,
                s if s >= 4.0 => Severity::Moderate,
                _ => Severity::Mild,
            })
        })
    }

    /// How long, from a time span in the same part of the sentence; a part without a mention lends its span to the part before.
    fn days(&self, mention: &Mention, all: &[Mention], start: usize, stop: usize) -> Option<f64> {
        let (first, end) = mention.tokens;
        let part_start = (start..=first).rev().find(|&i| i == start || self.gaps[i] == Gap::Comma).unwrap_or(start);
        let part_end = (end..stop).find(|&i| self.gaps[i] == Gap::Comma).unwrap_or(stop);
        let nearest = |from: usize, to: usize| {
            (from..to)
                .filter_map(|i| {
                    self.span_at(i, to).map(|days| (if i < first { first - i } else { i + 1 - end.min(i) }, days))
                })
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, days)| days)
        };
        nearest(part_start, part_end).or_else(|| {
            let next_end = (part_end + 1..stop).find(|&i| self.gaps[i] == Gap::Comma).unwrap_or(stop);
            let lends = !all.iter().any(|m| m.tokens.0 >= part_end && m.tokens.0 < next_end);
            if part_end < stop && lends { nearest(part_end, next_end) } else { None }
        })
    }

    /// A span of time that starts at this word, in days: "3 days", "x 2/52", "since yesterday".
    fn span_at(&self, at: usize, stop: usize) -> Option<f64> {
        match self.word(at) {
            "yesterday" | "کل" | "कल" | "امس" => return Some(1.0),
            "today" | "اج" | "आज" | "الیوم" => return Some(0.5),
            "fortnight" => return Some(14.0),
            // the Arabic dual
            "یومین" => return Some(2.0),
            "اسبوعین" => return Some(14.0),
            "شہرین" => return Some(60.8),
            "سنتین" => return Some(730.5),
            // "since a month", where Arabic needs no number
            "منذ" => return self.unit(at + 1).filter(|_| at + 1 < stop),
            _ => {}
        }
        if let Some(days) = self.glued_span(at) {
            return Some(days);
        }
        if self.word(at) == "last" || self.word(at) == "past" {
            return self.unit(at + 1).filter(|_| at + 1 < stop);
        }
        let number = number_at(self.words, at)
            .or_else(|| NUMBER_WORDS.iter().find(|(words, _)| words.contains(&self.word(at))).map(|(_, n)| *n))?;
        let article = self.is(at, &["a", "an"]);
        // clinical shorthand: 3/7 days, 2/52 weeks, 4/12 months
        if let Some(of) = number_at(self.words, at + 1).filter(|_| at + 1 < stop) {
            return match of as u32 {
                7 => Some(number),
                52 => Some(number * 7.0),
                12 => Some(number * 30.4),
                _ => None,
            };
        }
        // "couple of days", "two more weeks", "5 to 6 days"
        let skip = usize::from(["of", "more", "or", "to", "-"].contains(&self.word(at + 1)));
        let unit_at = at + 1 + skip;
        let days = number * self.unit(unit_at).filter(|_| unit_at < stop)?;
        let beside =
            |list: &[&str]| at > 0 && self.is(at - 1, list) || unit_at + 1 < stop && self.is(unit_at + 1, list);
        let age = beside(&["pregnant"]) || days >= 28.0 && beside(PERSON);
        let a_rate = article && !(beside(SPANS) || beside(&["ago", "now", "back", "history"]));
        // "5 times a day" and "every 8 hours" are not durations
        let rate = at > 0 && self.is(at - 1, &["every", "times", "per", "time", "once", "twice", "ہر", "हर"]);
        (!age && !rate && !a_rate).then_some(days)
    }

    /// "3d", "2wks": number and unit in one word.
    fn glued_span(&self, at: usize) -> Option<f64> {
        let unit = self.word(at).trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let (days, _) = UNITS.iter().find(|(_, words)| unit.len() < self.word(at).len() && words.contains(&unit))?;
        let days = number_at(self.words, at)? * days;
        let person = at > 0 && self.is(at - 1, PERSON) || self.is(at + 1, PERSON);
        (days < 28.0 || !person).then_some(days)
    }

    fn unit(&self, at: usize) -> Option<f64> {
        UNITS.iter().find(|(_, words)| words.contains(&self.word(at))).map(|(days, _)| *days)
    }
}
