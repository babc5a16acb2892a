//! Names of values in a text, the longest first, and the number that belongs to each.

use super::numbers::Number;
use hakim_clinical::{GAP, NumberWords, Phrase, Token};

/// Little words that may stand inside a phrase.
const SMALL: &[&str] =
    &["of", "the", "in", "his", "her", "left", "right", "a", "an", "to", "at", "on", "r", "l", "rt", "lt"];

/// Where a phrase begins at a word: one past its last word. Hyphens part words already; a plural s is tolerated, and up to two
/// small words between.
pub(super) fn phrase_at(words: &[Token], at: usize, phrase: &[String]) -> Option<usize> {
    let mut here = at;
    for (place, due) in phrase.iter().enumerate() {
        if due == GAP {
            let next = phrase.get(place + 1)?;
            let near = (here..words.len().min(here + WIDE + 1)).take_while(|&i| i == at || !words[i].parted);
            here = near.into_iter().find(|&i| same(&words[i].word, next))?;
            continue;
        }
        let mut skipped = 0;
        loop {
            let word = words.get(here)?;
            if place > 0
                && !same(&word.word, due)
                && let Some(end) = measure_at(words, here)
            {
                here = end;
                continue;
            }
            if same(&word.word, due) && !(place > 0 && word.parted && skipped > 0) {
                break;
            }
            if place == 0 || skipped == 2 || !SMALL.contains(&word.word.as_str()) {
                return None;
            }
            skipped += 1;
            here += 1;
        }
        here += 1;
    }
    Some(here)
}

/// Words that a gap in a phrase may hold.
const WIDE: usize = 5;

/// A measure inside a name: "repair of a 6.1 cm aneurysm". Where it ends.
fn measure_at(words: &[Token], at: usize) -> Option<usize> {
    let number = words.get(at)?.word.starts_with(|c: char| c.is_ascii_digit());
    let unit = words.get(at + 1).is_some_and(|w| matches!(w.word.as_str(), "cm" | "mm" | "mg" | "mcg" | "micrograms"));
    (number && unit).then_some(at + 2)
}

fn same(word: &str, due: &str) -> bool {
    word == due
        || word.strip_prefix(due).is_some_and(|rest| rest == "s" || rest == "es" || rest == "'s") && due.len() > 2
        || due.strip_suffix('y').is_some_and(|stem| word.strip_prefix(stem) == Some("ies"))
        || due.len() >= LONG && one_slip(word, due)
}

/// From so many letters on one slip of the pen is forgiven: `creatinin`, `haemoglobine`.
const LONG: usize = 8;

/// One letter more, less or other, beginning alike.
fn one_slip(word: &str, due: &str) -> bool {
    let (a, b) = (word.as_bytes(), due.as_bytes());
    if a.len().abs_diff(b.len()) > 1 || !word.is_ascii() || a.first() != b.first() {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    start + end + 1 >= a.len().max(b.len())
}

/// A name of a value where it stands.
#[derive(Debug, Clone)]
pub(super) struct NameAt {
    /// readings it is a name of, with whether it names two values
    pub(super) of: Vec<(usize, bool)>,
    /// bytes
    pub(super) span: (usize, usize),
    /// it stands in a list of what was found in the urine
    pub(super) in_urine: bool,
}

/// "Urine electrolytes were sodium 179, creatinine 37": what a sample holds, up to the end of the sentence.
fn in_urine(words: &[Token], at: usize) -> bool {
    const SAMPLE: &[&str] = &[
        "electrolytes",
        "studies",
        "study",
        "analysis",
        "chemistry",
        "chemistries",
        "sample",
        "labs",
        "tests",
        "test",
        "indices",
    ];
    /// Words of a sentence that are looked back over.
    const BACK: usize = 30;
    let from = at.saturating_sub(BACK);
    /// What a list headed by "Urine" begins with.
    const FOUND: &[&str] = &[
        "sodium",
        "na",
        "potassium",
        "k",
        "chloride",
        "cl",
        "creatinine",
        "creat",
        "cr",
        "urea",
        "protein",
        "osmolality",
        "ph",
        "glucose",
        "specific",
        "calcium",
    ];
    let sample = (from..at).rev().find(|&i| {
        let next = words.get(i + 1).map_or("", |w| w.word.as_str());
        let headed = (words[i].parted || i == 0) && i + 1 < at && FOUND.contains(&next);
        matches!(words[i].word.as_str(), "urine" | "urinary") && (SAMPLE.contains(&next) || headed)
    });
    let serum = |from: usize| {
        words.get(from..at).is_some_and(|near| {
            near.iter().any(|w| matches!(w.word.as_str(), "serum" | "plasma" | "blood" | "he" | "she" | "patient"))
        })
    };
    sample.is_some_and(|i| !serum(i))
}

/// All names of a text; a longer name hides the shorter ones inside it.
pub(super) fn names_in(words: &[Token], list: &[(usize, &NumberWords)]) -> Vec<NameAt> {
    let mut found = vec![];
    let mut at = 0;
    while at < words.len() {
        let mut longest = 0;
        let mut of: Vec<(usize, bool)> = vec![];
        for (reading, number) in list {
            for (phrase, pair) in number.say.iter().map(|p| (p, false)).chain(number.pair.iter().map(|p| (p, true))) {
                if phrase.first().is_some_and(|first| !same(&words[at].word, first)) {
                    continue;
                }
                let Some(end) = phrase_at(words, at, phrase) else { continue };
                if end > longest {
                    longest = end;
                    of.clear();
                }
                if end == longest && !of.contains(&(*reading, pair)) {
                    of.push((*reading, pair));
                }
            }
        }
        if of.is_empty() {
            at += 1;
            continue;
        }
        let span = (words[at].span.0, words[longest - 1].span.1);
        found.push(NameAt { of, span, in_urine: in_urine(words, at) });
        at = longest;
    }
    found
}

/// Longest way from a name to its number, bytes.
const FAR: usize = 90;
/// Most words between them.
const MANY: usize = 12;

/// Whether a statement ends inside a gap.
pub(super) fn ends(gap: &str) -> bool {
    gap.contains([';', '\n']) || gap.contains(". ") || gap.ends_with('.')
}

/// The numbers that a name at `place` announces, as in `weight 86 kg, now 78 kg`. `dose`: what stands before the name goes
/// first, as in `60 mg of morphine`.
pub(super) fn numbers_of(
    text: &str,
    names: &[NameAt],
    place: usize,
    numbers: &[Number],
    dose: bool,
    fits: &dyn Fn(&Number) -> bool,
) -> Vec<Number> {
    let Some(name) = names.get(place) else { return vec![] };
    // "Fentanyl 25 micrograms/hour transdermal patch": inside the name
    let inside = |n: &&Number| name.span.0 < n.span.0 && n.end <= name.span.1 && fits(n);
    if let Some(inside) = numbers.iter().find(inside).filter(|_| dose) {
        return vec![inside.clone()];
    }
    let after = after_name(text, names, place, numbers, fits).unwrap_or_default();
    let before = before_name(text, name, numbers, fits);
    let near = |n: &Number| n.span.0.saturating_sub(name.span.1);
    match (after.first(), before) {
        // `60 % FiO2, PaO2 75`: what touches the name is its own
        (Some(a), Some(b)) if dose || near(a) > 12 && name.span.0 - b.end <= 1 => vec![b],
        (None, Some(b)) => vec![b],
        _ => after,
    }
}

fn after_name(
    text: &str,
    names: &[NameAt],
    place: usize,
    numbers: &[Number],
    fits: &dyn Fn(&Number) -> bool,
) -> Option<Vec<Number>> {
    let name = names.get(place)?;
    let first = numbers.iter().position(|n| n.span.0 >= name.span.1 && !n.reference)?;
    let number = numbers.get(first)?;
    let gap = text.get(name.span.1..number.span.0)?;
    if gap.len() > FAR || ends(gap) || gap.split_whitespace().count() > MANY {
        return None;
    }
    // "K", "Na", "Cr" are names only right before a number.
    const PLAIN: [&str; 6] = ["qt", "bp", "hr", "rr", "hb", "ph"];
    let written = text.get(name.span.0..name.span.1)?.to_lowercase();
    let short = written.len() <= 2 && !PLAIN.contains(&written.as_str());
    let between: Vec<&NameAt> = names.iter().skip(place + 1).take_while(|n| n.span.0 < number.span.0).collect();
    let earlier = listed_before(text, names, place);
    if !between.is_empty() || earlier > 0 {
        let own = in_row(text, numbers, first, earlier, between.len() + 1 + earlier);
        if let Some(own) = own.filter(|own| fits(own)) {
            return Some(vec![own]);
        }
        if !between.is_empty() {
            return None;
        }
    }
    if short && gap.trim_matches([' ', ':', '=', '+', '-', '(', '~', '\t', ',']).len() > 3 {
        return None;
    }
    // The first that fits, as long as no other name parts them.
    let near = |n: &&Number| {
        let other = |other: &NameAt| other.span.0 >= name.span.1 && other.span.0 < n.span.0;
        text.get(name.span.1..n.span.0).is_some_and(|gap| gap.len() <= FAR && !ends(gap)) && !names.iter().any(other)
    };
    let candidates = numbers.iter().skip(first).take(4).take_while(near).filter(|n| !n.reference);
    let mut fitting = candidates.filter(|n| fits(n));
    let own = fitting.next()?;
    // `rose from 23 to 179`: what it came to
    if text.get(name.span.1..own.span.0).is_some_and(|gap| gap.trim_end().to_lowercase().ends_with("from"))
        && let Some(to) = fitting.next()
        && text.get(own.span.1..to.span.0).is_some_and(|gap| gap.split_whitespace().any(|w| w == "to"))
    {
        return Some(vec![to.clone()]);
    }
    // Later values of the same name say their unit again.
    let later = fitting.filter(|n| n.unit.is_some() && n.unit == own.unit);
    Some(std::iter::once(own).chain(later).cloned().collect())
}

/// How many names are listed right before this one, as `sodium and` before `potassium`.
fn listed_before(text: &str, names: &[NameAt], place: usize) -> usize {
    let mut start = names.get(place).map_or(0, |name| name.span.0);
    let mut earlier = 0;
    for other in names.iter().take(place).rev() {
        let gap = text.get(other.span.1..start).unwrap_or("x");
        if gap.chars().any(|c| c.is_ascii_digit()) || ends(gap) || !joins(gap) {
            break;
        }
        earlier += 1;
        start = other.span.0;
    }
    earlier
}

/// The number at a place of a row of so many, as `127/2.6` or `137, 4.2 and 100`; a unit at the end is that of all.
fn in_row(text: &str, numbers: &[Number], first: usize, at: usize, listed: usize) -> Option<Number> {
    let mut row: Vec<&Number> = vec![numbers.get(first)?];
    for next in numbers.iter().skip(first + 1).filter(|n| !n.reference) {
        let last = row.last()?;
        let from = if last.second.is_some() { last.span.1 } else { last.end };
        if row.len() == listed || !joins(text.get(from..next.span.0)?) {
            break;
        }
        row.push(next);
    }
    if row.len() != listed {
        return None;
    }
    let mut own = (*row.get(at)?).clone();
    own.second = None;
    own.unit = own.unit.filter(|_| at + 1 == listed || row.iter().all(|n| n.unit.is_some()));
    Some(own)
}

/// Commas, slashes and "and" only.
fn joins(gap: &str) -> bool {
    let words = gap.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '(' | ')' | '&' | '-' | '–' | ':'));
    words.filter(|w| !w.is_empty()).all(|w| ["and", "then", "to", "or"].contains(&w.to_lowercase().as_str()))
}

fn before_name(text: &str, name: &NameAt, numbers: &[Number], fits: &dyn Fn(&Number) -> bool) -> Option<Number> {
    let number = numbers.iter().rev().find(|n| n.end <= name.span.0)?;
    let gap = text.get(number.end..name.span.0)?.trim();
    // "125 mg of intravenous methylprednisolone"
    const ROUTES: &[&str] = &["oral", "intravenous", "iv", "po", "subcutaneous", "intramuscular", "sublingual"];
    let gap = gap.to_lowercase();
    let plain = ROUTES.iter().find_map(|route| gap.strip_suffix(route)).unwrap_or(&gap).trim();
    let touches = plain.is_empty() || ["of", "for", "in", "(", "on"].contains(&plain);
    (touches && number.unit.is_some() && !number.reference && fits(number)).then(|| number.clone())
}

/// Whether one of the phrases stands anywhere in the words.
pub(super) fn any_at(words: &[Token], phrases: &[Phrase]) -> Option<(usize, usize)> {
    all_at(words, phrases).next()
}

/// Everywhere that one of the phrases stands in the words: its first word, and one past its last.
pub(super) fn all_at(words: &[Token], phrases: &[Phrase]) -> impl Iterator<Item = (usize, usize)> {
    (0..words.len()).filter_map(move |at| Some((at, phrases.iter().filter_map(|p| phrase_at(words, at, p)).max()?)))
}
