//! Whose and of when the values of a note are: those with which the patient came go before those of other days, and those of
//! other people are none.

use super::person::is_other;
use hakim_clinical::{Sex, Token};

/// Of when a passage speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// when the patient came
    Now,
    /// nothing is said
    Unsaid,
    /// earlier, or in the course of the illness
    Other,
}

/// A statement of a note, from one full stop, semicolon or line to the next.
#[derive(Debug, Clone)]
struct Statement {
    /// bytes
    start: usize,
    end: usize,
    /// what the statements before it say
    carried: Moment,
    /// it begins with another time
    of_another_time: bool,
    /// its subject is not the patient
    of_another: bool,
    /// it tells the limits of the healthy
    limits: bool,
    /// statements of one paragraph, and of one list or sentence, share it: values measured together
    block: (usize, usize),
}

/// The statements of a note.
#[derive(Debug, Clone, Default)]
pub(super) struct Moments(Vec<Statement>);

const NOW: &[&str] = &[
    "admission",
    "admitted",
    "presentation",
    "presented",
    "presents",
    "arrival",
    "initial",
    "initially",
    "examination",
    "exam",
    "current",
    "currently",
    "today",
    "now",
    "admitting",
    "presenting",
    "present",
];

/// What makes an admission another one: "the second admission", "three days before admission".
const NOT_THIS: &[&str] = &[
    "second",
    "third",
    "fourth",
    "fifth",
    "previous",
    "prior",
    "earlier",
    "last",
    "next",
    "before",
    "since",
    "until",
    "another",
    "past",
    "recent",
    "following",
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
    "normalised",
    "afterwards",
    "subsequently",
    "peak",
    "highest",
    "heaviest",
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
    "remembers",
    "peaked",
    "climbed",
    "rose",
    "fell",
    "fallen",
    "risen",
    "declined",
];

const UNITS_OF_TIME: &[&str] = &[
    "minute", "minutes", "min", "hour", "hours", "h", "hr", "hrs", "day", "days", "night", "nights", "week", "weeks",
    "month", "months", "year", "years", "decade", "decades",
];

const COUNTED: &[&str] = &[
    "a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "several",
    "few", "some", "couple", "half",
];

/// Words of persons beside the patient who need a word of belonging: "her child", not "the child".
const THEIRS: &[&str] =
    &["child", "baby", "infant", "newborn", "boy", "girl", "colleague", "friend", "neighbour", "neighbor"];
const BELONGS: &[&str] = &["his", "her", "their", "patient's", "mother's", "whose"];

/// Words after which a relative is beside the patient, not the subject: "brought in by his daughter".
const BESIDE: &[&str] = &["by", "with", "and", "from", "to", "of", "whose", "for", "as"];

impl Moments {
    /// Cuts a note into statements. `sex` is the patient's.
    pub(super) fn new(text: &str, words: &[Token], sex: Option<Sex>) -> Self {
        let mut list: Vec<Statement> = vec![];
        /// Words of an opening that the statements behind it share.
        const OPENING: usize = 5;
        let (mut from, mut carried, mut block) = (0, Moment::Unsaid, (0, 0));
        while from < words.len() {
            let gap = |at: usize| text.get(words[at].span.1..words.get(at + 1).map_or(text.len(), |w| w.span.0));
            let to = (from..words.len()).find(|&at| gap(at).is_some_and(ends)).unwrap_or(words.len() - 1) + 1;
            let own = &words[from..to];
            let after = gap(to - 1).unwrap_or("");
            let of_another_time = begins_elsewhen(own);
            list.push(Statement {
                start: own.first().map_or(0, |w| w.span.0),
                end: own.last().map_or(0, |w| w.span.1),
                carried,
                of_another_time,
                of_another: is_of_another(own, sex),
                limits: tells_limits(own),
                block,
            });
            // "Three days ago, at a clinic, ..." goes on; "she had an operation ten weeks ago" does not.
            let goes_on = begins_elsewhen(&own[..own.len().min(OPENING)]);
            carried = match (goes_on, says_now(own)) {
                (true, _) => Moment::Other,
                (false, true) => Moment::Now,
                (false, false) => carried,
            };
            // A new paragraph leaves the other day behind.
            if after.contains("\n\n") && carried == Moment::Other {
                carried = Moment::Unsaid;
            }
            let listed = after.contains(['\n', ';']) && !after.contains("\n\n") && !after.contains(". ");
            block = (block.0 + usize::from(after.contains("\n\n")), block.1 + usize::from(!listed));
            from = to;
        }
        Self(list)
    }

    fn at(&self, at: usize) -> Option<&Statement> {
        let after = self.0.partition_point(|s| s.start <= at);
        self.0.get(after.checked_sub(1)?).filter(|s| at <= s.end)
    }

    /// The paragraph, and the list or sentence, that a byte stands in.
    pub(super) fn block(&self, at: usize) -> (usize, usize) {
        self.at(at).map_or((usize::MAX, usize::MAX), |s| s.block)
    }

    /// Where the statement around a byte begins and ends, in bytes.
    pub(super) fn around(&self, at: usize) -> Option<(usize, usize)> {
        self.at(at).map(|s| (s.start, s.end))
    }

    /// Whether the statement around a byte says that it tells of the patient's coming.
    pub(super) fn is_of_coming(&self, words: &[Token], at: usize) -> bool {
        let inside = |s: &Statement| {
            let own = |w: &&Token| s.start <= w.span.0 && w.span.1 <= s.end;
            let own: Vec<Token> = words.iter().filter(own).cloned().collect();
            says_now(&own)
        };
        self.at(at).is_some_and(inside)
    }

    /// Whether the byte stands where limits of the healthy are told.
    pub(super) fn tells_limits(&self, at: usize) -> bool {
        self.at(at).is_some_and(|s| s.limits)
    }

    /// How near a value is to what the patient came with: 0 then, 1 not said, 2 another day, 3 perhaps somebody else's;
    /// `None`: somebody else's. Words are looked at from byte `from` on, else from the beginning of the statement.
    pub(super) fn rank(&self, text: &str, words: &[Token], from: Option<usize>, at: usize) -> Option<u8> {
        /// Words before a value that speak of it.
        const NEAR: usize = 8;
        let statement = self.at(at)?;
        if statement.of_another {
            return None;
        }
        let here = words.partition_point(|w| w.span.0 < at);
        let start = words.partition_point(|w| w.span.0 < from.unwrap_or(0).max(statement.start));
        let before: Vec<Token> = outside_brackets(text, words.get(start..here).unwrap_or_default(), at);
        let before = before.as_slice();
        let near = before.get(before.len().saturating_sub(NEAR)..).unwrap_or_default();
        if near.iter().enumerate().any(|(i, w)| is_relative(near, i, w) && !beside(near, i)) {
            return Some(3);
        }
        // "... because his son got penicillin for tonsillitis (39.5)"
        let whole = words.get(words.partition_point(|w| w.span.0 < statement.start)..here).unwrap_or_default();
        if relative_goes_on(whole) {
            return Some(3);
        }
        if takes_now(before) {
            return Some(0);
        }
        let other =
            says_other_time(near) || at_an_age(near) || is_told_after(text, words, at) || statement.of_another_time;
        // What is said of now counts from the beginning of the statement to the value.
        Some(match (other, says_now(before) || says_now(whole), statement.carried) {
            (true, ..) => 2,
            (false, true, _) => 0,
            (false, false, _) if says_ago(whole) || says_later_day(whole) || had_been(whole) => 2,
            (false, false, Moment::Now) => 0,
            (false, false, Moment::Unsaid) => 1,
            (false, false, Moment::Other) => 2,
        })
    }
}

/// A statement ends inside a gap.
fn ends(gap: &str) -> bool {
    gap.contains(['\n', ';', '!', '?']) || gap.contains(". ") || gap.contains(".\t")
}

fn word(words: &[Token], at: usize) -> &str {
    words.get(at).map_or("", |w| w.word.as_str())
}

/// The words before a value but those of a bracket that is closed by then: "creatinine 2.7 (baseline 1.2), sodium 131".
fn outside_brackets(text: &str, words: &[Token], at: usize) -> Vec<Token> {
    let Some(first) = words.first() else { return vec![] };
    let closed = |w: &Token| {
        let rest = text.get(w.span.1..at).unwrap_or("");
        let before = text.get(first.span.0..w.span.0).unwrap_or("");
        let opened = before.rfind('(').is_some_and(|open| !before[open..].contains(')'));
        opened && rest.contains(')')
    };
    words.iter().filter(|w| !closed(w)).cloned().collect()
}

/// A relative does or has something, and nothing since speaks of the patient.
fn relative_goes_on(words: &[Token]) -> bool {
    const VERBS: &[&str] =
        &["had", "has", "got", "was", "is", "weighs", "weighed", "received", "takes", "took", "went"];
    const PATIENT: &[&str] = &[
        "he",
        "she",
        "patient",
        "patient's",
        "herself",
        "himself",
        "infant",
        "baby",
        "newborn",
        "child",
        "boy",
        "girl",
    ];
    let does = |i: usize| words.iter().skip(i + 1).take(2).any(|w| VERBS.contains(&w.word.as_str()));
    let relative = (0..words.len()).rev().find(|&i| is_relative(words, i, &words[i]) && !beside(words, i) && does(i));
    relative.is_some_and(|i| !words[i..].iter().any(|w| PATIENT.contains(&w.word.as_str())))
}

/// "Has been taking", "is on", "takes": what goes on is of now.
fn takes_now(words: &[Token]) -> bool {
    let last = words.iter().rev().take(5).rev().map(|w| w.word.as_str()).collect::<Vec<_>>();
    last.windows(3).any(|three| matches!(three, ["has", "been", "taking" | "receiving" | "on"]))
        || last
            .windows(2)
            .any(|two| matches!(two, ["is", "taking" | "on" | "receiving"] | ["now" | "currently", "takes"]))
}

/// Another time is named; "before fluids", "before the first dose" is the time of coming.
fn says_other_time(near: &[Token]) -> bool {
    const TREATMENT: &[&str] = &[
        "treatment",
        "therapy",
        "fluid",
        "fluids",
        "diuretic",
        "diuretics",
        "dose",
        "antibiotics",
        "transfusion",
        "resuscitation",
        "intubation",
        "induction",
        "infusion",
    ];
    near.iter().enumerate().any(|(i, w)| {
        let untreated =
            w.word == "before" && near.iter().skip(i + 1).take(4).any(|w| TREATMENT.contains(&w.word.as_str()));
        OTHER_TIME.contains(&w.word.as_str()) && !untreated
    })
}

/// "On day 3", "by hospital day 4": in the course of the illness, unlike "three times a day, 60 mg".
fn says_later_day(words: &[Token]) -> bool {
    (1..words.len()).any(|at| {
        let counted =
            matches!(word(words, at - 1), "on" | "by" | "until" | "hospital" | "postoperative" | "icu" | "from");
        let number = words.get(at + 1).filter(|w| !w.parted).and_then(|w| w.word.parse::<u32>().ok());
        word(words, at) == "day" && counted && number.is_some_and(|n| (2..1000).contains(&n))
    })
}

/// "Her temperature had been 36.9": a number right behind tells of earlier.
fn had_been(words: &[Token]) -> bool {
    words.windows(3).any(|three| {
        let [had, been, number] = three else { return false };
        had.word == "had" && been.word == "been" && number.word.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// "Admission" of this illness, not "before admission" or "the second admission".
fn says_now(words: &[Token]) -> bool {
    words.iter().enumerate().any(|(i, w)| {
        let earlier = words.get(i.saturating_sub(2)..i).unwrap_or_default();
        NOW.contains(&w.word.as_str()) && !earlier.iter().any(|w| NOT_THIS.contains(&w.word.as_str()))
    })
}

/// The unit of a span of time at a word: "weeks" of "three weeks".
fn is_span(words: &[Token], at: usize) -> bool {
    let counted = |back: usize| at >= back && is_count(word(words, at - back));
    UNITS_OF_TIME.contains(&word(words, at)) && (counted(1) || counted(2))
}

/// "Three weeks earlier", somewhere.
fn says_ago(words: &[Token]) -> bool {
    (1..words.len()).any(|at| matches!(word(words, at), "ago" | "earlier" | "previously") && is_span(words, at - 1))
}

/// A statement that begins with another time than that of coming: "Three days ago", "After eight hours of therapy".
fn begins_elsewhen(words: &[Token]) -> bool {
    /// Words of a beginning.
    const BEGINNING: usize = 7;
    const ORDINALS: &[&str] = &[
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "tenth",
        "next",
        "following",
        "postoperative",
        "postpartum",
    ];
    let first = &words[..words.len().min(BEGINNING)];
    (0..first.len()).any(|at| {
        let this = word(first, at);
        let before = if at > 0 { word(first, at - 1) } else { "" };
        let next = word(first, at + 1);
        match this {
            "readmission" | "readmitted" | "rehospitalized" | "rehospitalised" => true,
            "ago" | "later" | "earlier" | "before" | "afterwards" | "previously" | "prior"
                if at > 0 && is_span(first, at - 1) =>
            {
                true
            }
            // A fast is how a value was taken, not when.
            "after" if first.iter().any(|w| matches!(w.word.as_str(), "fast" | "fasting")) => false,
            "after" | "at" => {
                let near = if this == "at" { 3 } else { first.len() };
                (at + 1..near.min(first.len())).any(|span| is_span(first, span)) && (this == "after" || at == 0)
            }
            "day" if ORDINALS.contains(&before) => true,
            "day" => next.parse::<u32>().is_ok_and(|n| (2..1000).contains(&n)),
            "days" | "week" | "month" | "visit" if ORDINALS.contains(&before) => true,
            "discharge" | "discharged" => at <= 3,
            "follow" => next == "up" && at <= 3,
            "repeat" | "repeated" | "recheck" | "rechecked" => at <= 1,
            "discontinued" | "stopped" | "previously" | "formerly" | "subsequently" | "postoperatively" | "old"
            | "addendum" => at == 0,
            _ => {
                is_span(first, at) && matches!(next, "after" | "following" | "into" | "postoperatively" | "postpartum")
            }
        }
    })
}

fn is_count(word: &str) -> bool {
    word.parse::<u32>().is_ok() || COUNTED.contains(&word)
}

/// "At 5 months of age", "at age 38", "at the age of 7".
fn at_an_age(near: &[Token]) -> bool {
    near.iter().enumerate().any(|(i, w)| {
        matches!(w.word.as_str(), "age" | "aged")
            && near.get(i.saturating_sub(4)..i).unwrap_or_default().iter().any(|w| w.word == "at")
    })
}

/// "128/84 ten days before referral", "110 after 1 month", "1.2 two weeks later".
fn is_told_after(text: &str, words: &[Token], at: usize) -> bool {
    /// Words after a value, its unit among them.
    const AFTER: usize = 8;
    let first = words.partition_point(|w| w.span.1 <= at);
    let mut last = first;
    while last < words.len() && last < first + AFTER {
        let next = words.get(last + 1).map_or(text.len(), |w| w.span.0);
        if text
            .get(words[last].span.1..next)
            .is_some_and(|gap| gap.contains([',', ';', '(', ')', '\n', '[']) || gap.contains(". "))
        {
            last += 1;
            break;
        }
        last += 1;
    }
    let after = words.get((first + 1).min(last)..last).unwrap_or_default();
    (0..after.len()).any(|i| {
        let span = UNITS_OF_TIME.contains(&word(after, i)) && i > 0 && is_count(word(after, i - 1));
        let told = matches!(
            word(after, i + 1),
            "ago"
                | "earlier"
                | "later"
                | "before"
                | "previously"
                | "prior"
                | "postpartum"
                | "after"
                | "postoperatively"
        );
        let behind = i > 1 && word(after, i - 2) == "after";
        let had_been = word(after, i) == "had" && word(after, i + 1) == "been";
        span && (told || behind) || had_been || matches!(word(after, i), "previously" | "discharge") && i > 0
    })
}

fn is_relative(words: &[Token], at: usize, w: &Token) -> bool {
    let bare = w.word.trim_end_matches("'s");
    let belongs = |at: usize| {
        words.get(at.saturating_sub(5)..at).unwrap_or_default().iter().any(|w| BELONGS.contains(&w.word.as_str()))
    };
    is_other(bare) || THEIRS.contains(&bare) && belongs(at)
}

/// The relative stands beside the patient, or only tells: "by his daughter", "her mother reports".
fn beside(words: &[Token], at: usize) -> bool {
    const TELLS: &[&str] = &[
        "reports",
        "reported",
        "says",
        "said",
        "states",
        "stated",
        "noticed",
        "notices",
        "noted",
        "describes",
        "described",
        "brought",
        "brings",
        "took",
        "measured",
        "gave",
        "gives",
        "thinks",
        "thought",
        "told",
        "called",
        "recorded",
        "denies",
        "denied",
        "found",
        "recalls",
        "felt",
        "feels",
        "quoted",
    ];
    let near = |from: usize, to: usize| words.get(from.min(words.len())..to.min(words.len())).unwrap_or_default();
    near(at.saturating_sub(3), at).iter().any(|w| BESIDE.contains(&w.word.as_str()))
        || near(at + 1, at + 4).iter().any(|w| TELLS.contains(&w.word.as_str()))
}

/// The statement is about somebody else: a relative is its subject, or a pronoun of the other sex.
fn is_of_another(words: &[Token], sex: Option<Sex>) -> bool {
    /// Words in which the subject stands.
    const SUBJECT: usize = 6;
    const PATIENT: &[&str] = &[
        "man",
        "woman",
        "patient",
        "she",
        "he",
        "lady",
        "gentleman",
        "male",
        "female",
        "boy",
        "girl",
        "infant",
        "mr",
        "mrs",
    ];
    let first = &words[..words.len().min(SUBJECT)];
    let relative = first.iter().enumerate().position(|(i, w)| is_relative(first, i, w) && !beside(first, i));
    let patient = first.iter().position(|w| PATIENT.contains(&w.word.as_str()) && !BELONGS.contains(&w.word.as_str()));
    if relative.is_some_and(|r| patient.is_none_or(|p| p > r)) {
        return true;
    }
    let others: &[&str] = match sex {
        Some(Sex::Female) => &["he", "his"],
        Some(Sex::Male) => &["she", "her"],
        None => &[],
    };
    first.first().is_some_and(|w| others.contains(&w.word.as_str()))
}

/// "The reference ranges of our laboratory are ..."
fn tells_limits(words: &[Token]) -> bool {
    let first = &words[..words.len().min(8)];
    !first.iter().any(|w| w.word == "within")
        && first.iter().enumerate().any(|(i, w)| {
            matches!(w.word.as_str(), "reference" | "normal")
                && matches!(word(words, i + 1), "range" | "ranges" | "values" | "limits" | "intervals")
        })
        && words.iter().any(|w| matches!(w.word.as_str(), "are" | "were"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut words = vec![];
        let mut from = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            let inside = c.is_alphanumeric()
                || c == '\''
                || c == '.' && text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
            match (inside, from) {
                (true, None) => from = Some(at),
                (false, Some(start)) => {
                    words.push(Token { word: text[start..at].to_lowercase(), span: (start, at), parted: false });
                    from = None;
                }
                _ => {}
            }
        }
        words
    }

    fn ranks(text: &str, sex: Sex) -> Vec<Option<u8>> {
        let words = tokens(text);
        let moments = Moments::new(text, &words, Some(sex));
        text.match_indices('#').map(|(at, _)| moments.rank(text, &words, None, at + 1)).collect()
    }

    #[test]
    fn what_the_patient_came_with_goes_before_other_days() {
        let man = |text: &str| ranks(text, Sex::Male);
        assert_eq!(man("On admission he was pale. Creatinine was #1.4 mg/dL."), [Some(0)]);
        assert_eq!(man("Creatinine was #1.4 mg/dL."), [Some(1)]);
        assert_eq!(
            man("Three days ago, at a clinic, sodium was #130. On arrival sodium was #120."),
            [Some(2), Some(0)]
        );
        assert_eq!(
            man("On arrival BP was #90. Two hours later it was #120. Pulse was #80."),
            [Some(0), Some(2), Some(2)]
        );
        assert_eq!(man("At this second admission creatinine was #102."), [Some(1)]);
        assert_eq!(man("It was #128 ten days before referral."), [Some(2)]);
        assert_eq!(man("Creatinine fell to #110 after 1 month."), [Some(2)]);
        assert_eq!(man("On the third day sodium was #140."), [Some(2)]);
        assert_eq!(man("It was repaired at 5 months of age, when he weighed #5.2 kg."), [Some(2)]);
        assert_eq!(man("Two days before, he fell.\n\nPulse is #100."), [Some(1)]);
        assert_eq!(man("Birth weight #3.3 kg, today #4.2 kg."), [Some(1), Some(0)]);
        assert_eq!(man("After a fast of 11 hours glucose was #6.3 mmol/L."), [Some(1)]);
        assert_eq!(man("At four months, sodium was #140."), [Some(2)]);
        assert_eq!(man("Over hospital day 2 the pulse was #140."), [Some(2)]);
        assert_eq!(man("He saw the doctor three weeks earlier for a paper, which gave a weight of #24 kg."), [Some(2)]);
        assert_eq!(man("Vital signs are within the normal range, with a pulse of #85."), [Some(1)]);
    }

    #[test]
    fn other_people_have_no_values_here() {
        let man = |text: &str| ranks(text, Sex::Male);
        assert_eq!(man("His mother had dialysis at 70, when her creatinine was #6.8."), [None]);
        assert_eq!(man("His 4-year-old brother, who weighs #17 kg, is well."), [None]);
        assert_eq!(man("His mother is well; her glucose was #132."), [None]);
        assert_eq!(man("He was brought by his daughter with a pulse of #90."), [Some(1)]);
        assert_eq!(man("The child weighs #12 kg."), [Some(1)]);
        assert_eq!(ranks("Her child, 3 years old, weighing #12.5 kg, is well.", Sex::Female), [None]);
        assert_eq!(ranks("He is #182 cm tall. She is #158 cm tall.", Sex::Female), [None, Some(1)]);
        assert_eq!(man("The patient and his wife came; weight #80 kg."), [Some(1)]);
        assert_eq!(man("His mother reports that his temperature was #39."), [Some(1)]);
    }

    #[test]
    fn limits_are_told_apart() {
        let text = "The reference ranges of our laboratory are 98 to 107 for chloride. Chloride 112.";
        let words = tokens(text);
        let moments = Moments::new(text, &words, None);
        assert!(moments.tells_limits(text.find("98").unwrap_or(0)));
        assert!(!moments.tells_limits(text.find("112").unwrap_or(0)));
    }
}
