//! Cutting a text into words, numbers and signs, and bringing words to a form that can be compared.

/// One piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A word, lower case.
    Word(String),
    /// A number as its digits, `38.5`, or two joined by a slash, `150/95`.
    Number(String),
    /// Anything else that is not a space.
    Sign(char),
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn is_sign(&self, signs: &[char]) -> bool {
        matches!(self, Self::Sign(sign) if signs.contains(sign))
    }
}

/// The pieces of a text in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        if digit(characters[at]).is_some() {
            at = end_of_number(&characters, at);
            tokens.push(Token::Number(characters[start..at].iter().map(|c| digit(*c).unwrap_or(*c)).collect()));
        } else if is_letter(characters[at]) {
            while at < characters.len() && (is_letter(characters[at]) || is_inner_apostrophe(&characters, at)) {
                at += 1;
            }
            tokens.push(Token::Word(characters[start..at].iter().flat_map(|c| c.to_lowercase()).collect()));
        } else {
            if !characters[at].is_whitespace() {
                tokens.push(Token::Sign(characters[at]));
            }
            at += 1;
        }
    }
    tokens
}

/// Letters, with the marks that stand inside words of Arabic and Indic scripts.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{93c}' | '\u{94d}' | '\u{200c}' | '\u{200d}')
}

fn is_inner_apostrophe(characters: &[char], at: usize) -> bool {
    matches!(characters[at], '\'' | '’') && characters.get(at + 1).is_some_and(|c| is_letter(*c))
}

/// The ASCII digit of a digit in Latin, Arabic, Urdu or Devanagari writing.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

fn end_of_number(characters: &[char], start: usize) -> usize {
    let is_digit = |at: usize| characters.get(at).is_some_and(|c| digit(*c).is_some());
    let mut at = start;
    while is_digit(at) || (matches!(characters.get(at), Some('.' | '/')) && is_digit(at + 1)) {
        at += 1;
    }
    at
}

/// A word without its ending, so that `radiates` meets `radiating` and `headaches` meets `headache`.
pub(crate) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    // Who is discharged has no discharge.
    if !word.is_ascii() || word.len() < 4 || word == "discharged" {
        return word.to_owned();
    }
    let without = |ending: &str| word.strip_suffix(ending).filter(|rest| rest.len() >= 4);
    if let Some(rest) = word.strip_suffix("ies").filter(|rest| rest.len() >= 3) {
        return format!("{rest}y");
    }
    let stem = if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        word
    } else {
        without("ing").or_else(|| without("ed")).or_else(|| word.strip_suffix('s')).unwrap_or(word)
    };
    stem.strip_suffix('e').unwrap_or(stem).to_owned()
}

/// Words that carry no fact of their own: grammar, and what an explanation is framed with.
const FRAME: &str = "a an the this that these those it its he his him she her they their them there here who which \
    what as at by for from in into of on onto to with and or but if then than so such is are was were be been being \
    has have had do does did will would can could may might should must i we you your our also both because due \
    therefore thus hence since while when where how all any each other some very more most about after before during \
    patient patients case fact facts finding findings suggest suggests suggesting support supports supported \
    supporting consistent indicate indicates indicating likely probable possible probably possibly explain explains \
    include includes including make makes given based together overall present presents presented presenting \
    presence not no nor never without report reports reported show shows shown state states stated according \
    note noted well known along year years old aged age people person \
    denies denied deny denying absent absence";

/// Whether a word says something that a fact must back.
pub(crate) fn carries_meaning(word: &str) -> bool {
    word.chars().count() > 1 && !FRAME.split_whitespace().any(|frame| frame == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_point_and_their_slash_and_come_out_in_latin_digits() {
        let numbers = |text: &str| {
            let numbers = tokens(text).into_iter().filter_map(|token| match token {
                Token::Number(number) => Some(number),
                _ => None,
            });
            numbers.collect::<Vec<_>>()
        };
        assert_eq!(numbers("38.5 °C, BP 150/95, for 3."), ["38.5", "150/95", "3"]);
        assert_eq!(numbers("۳۸.۵ اور ३ और ٤"), ["38.5", "3", "4"]);
    }

    #[test]
    fn words_of_every_script_stay_whole() {
        let words = |text: &str| tokens(text).iter().filter_map(|t| t.word().map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(words("दिल्ली, बुख़ार!"), ["दिल्ली", "बुख़ार"]);
        assert_eq!(words("Doesn't می‌شود"), ["doesn't", "می‌شود"]);
    }

    #[test]
    fn endings_are_taken_off_alike() {
        for (one, other) in [("radiates", "radiating"), ("headaches", "headache"), ("allergies", "allergy")] {
            assert_eq!(stem(one), stem(other));
        }
        assert_ne!(stem("pus"), stem("pu"));
        assert_ne!(stem("discharged"), stem("discharge"));
    }
}
