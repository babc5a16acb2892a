//! Cutting streamed text into sentences, as soon as each is complete.

/// Words whose full stop does not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "st", "vs", "approx", "e.g", "i.e", "eg", "ie", "fig", "cf", "ca", "al", "resp",
    "no", "vol", "b.d", "t.d.s", "q.d", "p.o", "i.v", "i.m", "a.m", "p.m",
];

/// Collects pieces of text and gives back whole sentences.
#[derive(Debug, Clone, Default)]
pub struct Sentences {
    waiting: String,
}

impl Sentences {
    /// Adds a piece and returns the sentences it completes. A sentence counts as complete when what follows its end
    /// shows that it is one (`38.` may go on with `5`), or at the end of a line.
    pub fn push(&mut self, piece: &str) -> Vec<String> {
        self.waiting.push_str(piece);
        let mut complete = Vec::new();
        while let Some(end) = end_of_first(&self.waiting) {
            let rest = self.waiting.split_off(end);
            complete.extend(tidy(&std::mem::replace(&mut self.waiting, rest)));
        }
        complete
    }

    /// The text that is left when no more comes: a last sentence, perhaps unfinished.
    pub fn finish(&mut self) -> Option<String> {
        tidy(&std::mem::take(&mut self.waiting))
    }
}

/// Every sentence of a whole text.
pub fn split(text: &str) -> Vec<String> {
    let mut sentences = Sentences::default();
    let mut all = sentences.push(text);
    all.extend(sentences.finish());
    all
}

/// Whether a sentence has its end mark: a model cut off in the middle leaves one without.
pub fn is_whole(sentence: &str) -> bool {
    let end = sentence.trim_end().trim_end_matches(|c: char| c == ']' || c == '[' || c == ',' || c.is_ascii_digit());
    end.trim_end().trim_end_matches(['"', '\'', '”', '’', ')']).ends_with(is_end_mark)
}

fn is_end_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '۔' | '।' | '؟' | '…')
}

/// Byte just after the first sentence, when it is certain to have ended.
fn end_of_first(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\n' {
            return Some(at + 1);
        }
        if !is_end_mark(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, mark)) = characters.peek().copied()
            && (is_end_mark(mark) || matches!(mark, '"' | '\'' | '”' | '’' | ')'))
        {
            end = next + mark.len_utf8();
            characters.next();
        }
        let citations = end_of_citations(&text[end..])?;
        end += citations;
        if c == '.' && citations == 0 && !stop_ends(text, at, &text[end..])? {
            continue;
        }
        // The other marks end a sentence whatever follows, but something must: `?` may be followed by `!`.
        text[end..].chars().next()?;
        return Some(end);
    }
    None
}

/// Length of `[2]`, ` [1, 3]` and the like at the start; none while one may still be coming.
fn end_of_citations(text: &str) -> Option<usize> {
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let inside = rest.trim_start_matches(' ');
        let Some(bracket) = inside.strip_prefix('[') else {
            return if inside.is_empty() && !rest.is_empty() { None } else { Some(length) };
        };
        let number = bracket.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | ' '));
        match number.chars().next() {
            None => return None,
            Some(']') if number.len() < bracket.len() => length += rest.len() - number.len() + 1,
            Some(_) => return Some(length),
        }
    }
}

/// Whether the full stop at byte `at` ends a sentence, given what follows; none while that is open.
fn stop_ends(text: &str, at: usize, after: &str) -> Option<bool> {
    let next = after.chars().next()?;
    if !next.is_whitespace() {
        return Some(false);
    }
    let before = text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("").to_lowercase();
    let is_initial = before.chars().count() == 1 && before.chars().all(char::is_alphabetic);
    // `2. Give fluids`: the number of a list item.
    let is_list_number = text[..at].trim().chars().all(|c| c.is_ascii_digit());
    if is_initial || is_list_number || ABBREVIATIONS.contains(&before.as_str()) {
        return Some(false);
    }
    let start = after.trim_start().chars().next();
    if start.is_none() && !after.contains('\n') {
        return None;
    }
    Some(!start.is_some_and(char::is_lowercase))
}

/// A sentence without list marks and surrounding space; nothing when nothing is left.
fn tidy(sentence: &str) -> Option<String> {
    let sentence = sentence.trim().trim_start_matches(['-', '*', '•', '#']).trim_start();
    let after_number = sentence.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = after_number.len() < sentence.len() && after_number.starts_with(". ");
    let sentence = if numbered { after_number[2..].trim_start() } else { sentence };
    let sentence = sentence.replace("**", "");
    if sentence.chars().any(char::is_alphanumeric) { Some(sentence) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_abbreviations_and_initials_do_not_end_a_sentence() {
        let text = "Fever of 38.5 °C was seen by Dr. A. Khan, e.g. today. Give 2.5 mL. Done";
        let expected = ["Fever of 38.5 °C was seen by Dr. A. Khan, e.g. today.", "Give 2.5 mL.", "Done"];
        assert_eq!(split(text), expected);
    }

    #[test]
    fn urdu_hindi_and_arabic_marks_end_sentences() {
        assert_eq!(split("بخار ہے۔ کھانسی نہیں۔"), ["بخار ہے۔", "کھانسی نہیں۔"]);
        assert_eq!(split("बुख़ार है। खांसी नहीं।"), ["बुख़ार है।", "खांसी नहीं।"]);
        assert_eq!(split("هل لديك حمى؟ نعم!"), ["هل لديك حمى؟", "نعم!"]);
    }

    #[test]
    fn a_citation_after_the_full_stop_belongs_to_the_sentence_before() {
        assert_eq!(
            split("Fever. [1] Cough [2]. Pain.[1, 3] End."),
            ["Fever. [1]", "Cough [2].", "Pain.[1, 3]", "End."]
        );
    }

    #[test]
    fn lists_lose_their_marks_and_lines_end_sentences() {
        assert_eq!(split("1. Fever\n2. Cough.\n- **Rest**\n\n***\n"), ["Fever", "Cough.", "Rest"]);
    }

    #[test]
    fn cutting_the_stream_anywhere_changes_nothing() {
        let text = "Temp. 38.5 °C [1]. Is it flu? No! بخار ہے۔ Give 2.5 mL, e.g. now. [2]\n1. Rest. End";
        let whole = split(text);
        for cut in text.char_indices().map(|(at, _)| at) {
            let mut sentences = Sentences::default();
            let mut parts = sentences.push(&text[..cut]);
            parts.extend(sentences.push(&text[cut..]));
            parts.extend(sentences.finish());
            assert_eq!(parts, whole, "cut at {cut}");
        }
        let mut sentences = Sentences::default();
        let mut parts: Vec<String> = text.chars().flat_map(|c| sentences.push(&c.to_string())).collect();
        parts.extend(sentences.finish());
        assert_eq!(parts, whole);
    }

    #[test]
    fn a_sentence_comes_out_as_soon_as_the_next_begins() {
        let mut sentences = Sentences::default();
        assert!(sentences.push("Fever.").is_empty());
        assert_eq!(sentences.push(" C"), ["Fever."]);
    }

    #[test]
    fn a_sentence_cut_off_is_told_from_a_whole_one() {
        assert!(is_whole("Fever is present [1]."));
        assert!(is_whole("Fever is present. [1]"));
        assert!(!is_whole("Fever is"));
        assert!(!is_whole("Fever is [1]"));
    }
}
