//! Days in a note: `04/26/2001`, `2001-04-26`, `26 April 2001`, `March 3rd, 2020`.

use hakim_clinical::Token;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day as `2001-04-26` at or soon after a byte. Where day and month could change places, `month_first` decides; `None` of it
/// leaves such a day unread.
pub(super) fn day_after(text: &str, from: usize, month_first: Option<bool>) -> Option<(String, (usize, usize))> {
    /// How far a day may stand from its name, bytes.
    const FAR: usize = 60;
    let end = text[from..].char_indices().nth(FAR).map_or(text.len(), |(at, _)| from + at);
    let near = text.get(from..end)?;
    let near = near.find(['\n', ';']).map_or(near, |stop| &near[..stop]);
    let mut at = 0;
    while at < near.len() {
        let rest = &near[at..];
        if rest.starts_with(|c: char| c.is_alphanumeric())
            && let Some((day, length)) = day_at(&text[from + at..], month_first)
        {
            return Some((day, (from + at, from + at + length)));
        }
        // on to the next word
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let gap = rest[word..].chars().next().map_or(0, char::len_utf8);
        at += (word + gap).max(1);
    }
    None
}

fn day_at(text: &str, month_first: Option<bool>) -> Option<(String, usize)> {
    let head: String = text.chars().take(32).collect();
    // "the tenth of December"
    let parts: Vec<(usize, &str)> = split(&head).filter(|(_, word)| !matches!(*word, "of" | "the")).collect();
    let number = |at: usize| parts.get(at).and_then(|(_, word)| digits(word));
    let length = |last: usize| parts.get(last).map_or(0, |(start, word)| start + word.len());
    let month = |at: usize| {
        let word = parts.get(at)?.1.to_lowercase();
        let name = word.get(..3)?;
        MONTHS.iter().position(|m| *m == name).filter(|_| word.chars().all(char::is_alphabetic)).map(|m| m as u32 + 1)
    };
    if let (Some(day), Some(month), Some(year)) = (number(0), month(1), number(2)) {
        return written(year, month, day).map(|day| (day, length(2)));
    }
    if let (Some(month), Some(day), Some(year)) = (month(0), number(1), number(2)) {
        return written(year, month, day).map(|day| (day, length(2)));
    }
    let (a, b, c) = (number(0)?, number(1)?, number(2)?);
    // Only signs between: "3 4 2020" is no day.
    let sign =
        |at: usize| head.get(length(at)..parts.get(at + 1)?.0).filter(|gap| gap.len() == 1 && "/-.".contains(*gap));
    sign(0).zip(sign(1))?;
    if a > 31 {
        return written(a, b, c).map(|day| (day, length(2)));
    }
    let (month, day) = match (a > 12, b > 12, month_first) {
        (false, true, _) => (a, b),
        (true, false, _) => (b, a),
        (_, _, Some(true)) => (a, b),
        (_, _, Some(false)) => (b, a),
        (_, _, None) if a == b => (a, b),
        (_, _, None) => return None,
    };
    written(c, month, day).map(|day| (day, length(2)))
}

/// Words and numbers with their places.
fn split(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = from + rest.find(char::is_alphanumeric)?;
        let rest = &text[start..];
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        from = start + length;
        Some((start, &rest[..length]))
    })
}

/// `3`, `3rd` and `third`.
fn digits(word: &str) -> Option<u32> {
    const ORDINALS: [&str; 31] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
        "twenty-first",
        "twenty-second",
        "twenty-third",
        "twenty-fourth",
        "twenty-fifth",
        "twenty-sixth",
        "twenty-seventh",
        "twenty-eighth",
        "twenty-ninth",
        "thirtieth",
        "thirty-first",
    ];
    if let Some(day) = ORDINALS.iter().position(|ordinal| word.eq_ignore_ascii_case(ordinal)) {
        return Some(day as u32 + 1);
    }
    let bare = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    ["", "st", "nd", "rd", "th"].contains(&&word[bare.len()..]).then_some(())?;
    bare.parse().ok()
}

fn written(year: u32, month: u32, day: u32) -> Option<String> {
    let year = if year < 100 { year + 2000 } else { year };
    let sound = (1900..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let text = format!("{year:04}-{month:02}-{day:02}");
    (sound && crate::calculate::day_number(&text).is_some()).then_some(text)
}

/// Where the words end, in bytes.
pub(super) fn end_of(words: &[Token], at: usize) -> usize {
    at.checked_sub(1).and_then(|last| words.get(last)).map_or(0, |w| w.span.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, month_first: Option<bool>) -> Option<String> {
        day_after(text, 0, month_first).map(|(day, _)| day)
    }

    #[test]
    fn days_are_read_in_their_usual_forms() {
        assert_eq!(read("was on 04/26/2001.", None).as_deref(), Some("2001-04-26"));
        assert_eq!(read("was on 04/06/2001", None), None);
        assert_eq!(read("was on 04/06/2001", Some(true)).as_deref(), Some("2001-04-06"));
        assert_eq!(read("was on 04/06/2001", Some(false)).as_deref(), Some("2001-06-04"));
        assert_eq!(read(": 2001-04-06", None).as_deref(), Some("2001-04-06"));
        assert_eq!(read("on March 3rd, 2020", None).as_deref(), Some("2020-03-03"));
        assert_eq!(read("3 March 2020", None).as_deref(), Some("2020-03-03"));
        assert_eq!(read("31/02/2020", None), None);
        assert_eq!(read("2 weeks ago, 14 days", None), None);
    }
}
