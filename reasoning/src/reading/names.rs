//! Names of values in a text, the longest first, and the number that belongs to each.

use super::numbers::Number;
use hakim_clinical::{NumberWords, Phrase, Token};

/// Little words that may stand inside a phrase.
const SMALL: &[&str] = &["of", "the", "in", "his", "her", "left", "right", "a", "an", "to", "at", "on", "bilateral", "both"];

/// Where a phrase begins at a word: one past its last word. Hyphens part words already; a plural s is tolerated, and up to two
/// small words between.
pub(super) fn phrase_at(words: &[Token], at: usize, phrase: &[String]) -> Option<usize> {
    let mut here = at;
    for (place, due) in phrase.iter().enumerate() {
        let mut skipped = 0;
        loop {
            let word = words.get(here)?;
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

fn same(word: &str, due: &str) -> bool {
    word == due
        || word.strip_prefix(due).is_some_and(|rest| rest == "s" || rest == "es" || rest == "'s") && due.len() > 2
        // `y` for `ies` is rare in what notes say; `non-smoker` is cut into words by the caller
        || due.strip_suffix('y').is_some_and(|stem| word.strip_prefix(stem) == Some("ies"))
}

/// A name of a value where it stands.
#[derive(Debug, Clone)]
pub(super) struct NameAt {
    /// readings it is a name of, with whether it names two values
    pub(super) of: Vec<(usize, bool)>,
    /// words
    pub(super) tokens: (usize, usize),
    /// bytes
    pub(super) span: (usize, usize),
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
        found.push(NameAt { of, tokens: (at, longest), span });
        at = longest;
    }
    found
}

/// Longest way from a name to its number, bytes.
const FAR: usize = 90;
/// Most words between them.
const MANY: usize = 9;

/// Whether a statement ends inside a gap.
fn ends(gap: &str) -> bool {
    gap.contains([';', '\n']) || gap.contains(". ") || gap.ends_with('.')
}

/// The number that a name at `place` announces.
pub(super) fn number_of<'n>(
    text: &str,
    names: &[NameAt],
    place: usize,
    numbers: &'n [Number],
    fits: &dyn Fn(&Number) -> bool,
) -> Option<&'n Number> {
    let name = names.get(place)?;
    let after = after_name(text, names, place, numbers, fits);
    let before = before_name(text, name, numbers, fits);
    let near = |n: &Number| n.span.0.saturating_sub(name.span.1);
    match (after, before) {
        // `60 % FiO2, PaO2 75`: what touches the name is its own
        (Some(a), Some(b)) if near(a) > 12 && name.span.0 - b.end <= 1 => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}

fn after_name<'n>(
    text: &str,
    names: &[NameAt],
    place: usize,
    numbers: &'n [Number],
    fits: &dyn Fn(&Number) -> bool,
) -> Option<&'n Number> {
    let name = names.get(place)?;
    let first = numbers.iter().position(|n| n.span.0 >= name.span.1 && !n.reference)?;
    let number = numbers.get(first)?;
    let gap = text.get(name.span.1..number.span.0)?;
    if gap.len() > FAR || ends(gap) || gap.split_whitespace().count() > MANY {
        return None;
    }
    let short = name.span.1 - name.span.0 <= 2;
    if short && gap.trim_matches([' ', ':', '=', '+', '-', '(', '~', '\t', ',']).len() > 3 {
        return None;
    }
    // Names between: `sodium and potassium were 137 and 4.8`.
    let between: Vec<&NameAt> = names.iter().skip(place + 1).take_while(|n| n.span.0 < number.span.0).collect();
    if between.is_empty() {
        // The first that fits, as long as nothing but brackets and little words part them.
        return numbers.iter().skip(first).take(3).take_while(|n| {
            text.get(name.span.1..n.span.0).is_some_and(|gap| gap.len() <= FAR && !ends(gap)) && !names.iter().any(|other| other.span.0 >= name.span.1 && other.span.0 < n.span.0)
        }).find(|n| !n.reference && fits(n));
    }
    let behind = names.iter().take(place).rev();
    let mut earlier = 0;
    let mut start = name.span.0;
    for other in behind {
        let gap = text.get(other.span.1..start).unwrap_or("");
        if gap.chars().any(|c| c.is_ascii_digit()) || ends(gap) || !joins(gap) {
            break;
        }
        earlier += 1;
        start = other.span.0;
    }
    let listed = between.len() + 1 + earlier;
    let mut row: Vec<&Number> = vec![number];
    for next in numbers.iter().skip(first + 1).filter(|n| !n.reference) {
        let last = row.last()?;
        let gap = text.get(last.end..next.span.0)?;
        if row.len() == listed || !joins(gap) {
            break;
        }
        row.push(next);
    }
    if row.len() != listed {
        return None;
    }
    let own = *row.get(earlier)?;
    // The unit may stand once, at the end.
    fits(own).then_some(own)
}

/// Commas, slashes and "and" only.
fn joins(gap: &str) -> bool {
    let words = gap.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '(' | ')' | '&' | '-' | '–' | ':'));
    words.filter(|w| !w.is_empty()).all(|w| ["and", "then", "to", "or"].contains(&w.to_lowercase().as_str()))
}

fn before_name<'n>(
    text: &str,
    name: &NameAt,
    numbers: &'n [Number],
    fits: &dyn Fn(&Number) -> bool,
) -> Option<&'n Number> {
    let number = numbers.iter().rev().find(|n| n.end <= name.span.0)?;
    let gap = text.get(number.end..name.span.0)?.trim();
    let touches = gap.is_empty() || ["of", "for", "in", "(", "on"].contains(&gap.to_lowercase().as_str());
    (touches && number.unit.is_some() && !number.reference && fits(number)).then_some(number)
}

/// Whether one of the phrases stands anywhere in the words.
pub(super) fn any_at(words: &[Token], phrases: &[Phrase]) -> Option<(usize, usize)> {
    (0..words.len()).find_map(|at| phrases.iter().find_map(|p| phrase_at(words, at, p)).map(|end| (at, end)))
}
