//! Text made comparable: one spelling of letters, digits and spaces over English, Urdu, Arabic, Hindi and French.
//!
//! Words are cut at Unicode word boundaries (UAX #29) with joiners kept inside, so that `می‌شود`, `बुख़ार` stay whole.

use hakim_clinical::{Lang, Token};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Folds one string: NFKD without marks, lower case, one form of digits, alef, yeh, kaf, heh; no tatweel, no joiners.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd() {
        fold_char(c, &mut out);
    }
    out
}

fn fold_char(c: char, out: &mut String) {
    match c {
        // Latin accents, Arabic short vowels and hamza signs, nukta, tatweel, joiners, direction marks
        '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{0640}' | '\u{093c}' => {}
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {}
        '\u{0660}'..='\u{0669}' => out.push(digit(c, 0x0660)),
        '\u{06f0}'..='\u{06f9}' => out.push(digit(c, 0x06f0)),
        '\u{0966}'..='\u{096f}' => out.push(digit(c, 0x0966)),
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ي' | 'ى' | 'ئ' | 'ې' => out.push('ی'),
        'ؤ' => out.push('و'),
        'ك' => out.push('ک'),
        'ة' | 'ۃ' | 'ه' | 'ھ' | 'ۀ' | 'ە' => out.push('ہ'),
        // Hindi writes the nasal either way
        'ँ' => out.push('ं'),
        '\u{2018}' | '\u{2019}' => out.push('\''),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        '٫' => out.push('.'),
        _ => out.extend(c.to_lowercase()),
    }
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).saturating_sub(zero), 10).unwrap_or('0')
}

/// Folded words with their places. Punctuation is left out; `.` and `,` inside numbers stay, `fever.cough` is two words.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut parted = false;
    let mut all = vec![];
    for (start, piece) in text.split_word_bound_indices() {
        if !piece.chars().any(char::is_alphanumeric) {
            parted |= piece.contains(PARTING);
            continue;
        }
        for (at, word) in unglued(piece) {
            let folded = fold(word);
            let span = (start + at, start + at + word.len());
            if !folded.is_empty() {
                all.push(Token { word: folded, span, parted });
            }
            // a sign that glued two words together parts them
            parted = true;
        }
        parted = false;
    }
    all
}

/// Signs that end a phrase.
const PARTING: [char; 13] = ['.', ',', ';', '!', '?', '\n', '(', ')', '۔', '،', '؟', '؛', '।'];

/// Words and numbers before a new sentence that lost its full stop: "a dry coughShe also has".
const GLUED_SMALL: usize = 3;

/// The words of a piece in which a full stop or colon without a space glues them ("fever.cough", "fever:yes"), or a sentence
/// that begins without any space ("coughShe"). Each with its place in the piece.
fn unglued(piece: &str) -> Vec<(usize, &str)> {
    let chars: Vec<(usize, char)> = piece.char_indices().collect();
    let mut parts = vec![];
    let mut from = 0;
    for (i, window) in chars.windows(3).enumerate() {
        let [(_, before), (at, sign), (_, after)] = window else { continue };
        if matches!(sign, '.' | ':') && before.is_alphabetic() && after.is_alphabetic() {
            parts.push((from, *at));
            from = at + 1;
        } else if before.is_lowercase() && sign.is_uppercase() && after.is_lowercase() && i + 1 >= GLUED_SMALL {
            parts.push((from, *at));
            from = *at;
        }
    }
    parts.push((from, piece.len()));
    parts.into_iter().filter_map(|(from, to)| Some((from, piece.get(from..to)?))).collect()
}

/// Takes plain English endings off, so that `coughing`, `coughs` and `cough` meet. Other scripts stay as they are.
pub(crate) fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 || word.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let undouble = |s: &str| {
        let b = s.as_bytes();
        let n = b.len();
        if n > 3 && b[n - 1] == b[n - 2] && !b"lsz".contains(&b[n - 1]) { s[..n - 1].to_owned() } else { s.to_owned() }
    };
    let word = word.strip_suffix("'s").unwrap_or(word);
    if let Some(s) = word.strip_suffix("ies").filter(|s| s.len() > 2) {
        return format!("{s}y");
    }
    for suffix in ["ing", "ed"] {
        if let Some(s) = word.strip_suffix(suffix).filter(|s| s.len() > 2 && s.contains(['a', 'e', 'i', 'o', 'u', 'y']))
        {
            return undouble(s).trim_end_matches('e').to_owned();
        }
    }
    if let Some(s) = word
        .strip_suffix("es")
        .filter(|s| s.ends_with(['s', 'x', 'z']) || s.ends_with("sh") || s.len() > 3 && s.ends_with("ch"))
    {
        return s.to_owned();
    }
    let s = match word.strip_suffix('s') {
        Some(s) if s.len() > 2 && !s.ends_with(['s', 'u', 'i']) => s,
        _ => word,
    };
    s.strip_suffix('e').filter(|s| s.len() > 3).unwrap_or(s).to_owned()
}

/// The form in which a folded word is indexed and looked for: the endings and joined words off that a language puts on freely.
/// Light on purpose (Larkey 2002 for Arabic, Ramanathan and Rao 2003 for Hindi): what is cut is cut on both sides.
pub fn search_form(word: &str) -> String {
    match word.chars().next() {
        Some('\u{0600}'..='\u{06ff}') => light(word, &ARABIC_BEFORE, &ARABIC_AFTER, 3),
        Some('\u{0900}'..='\u{097f}') => light(word, &[], &HINDI_AFTER, 2),
        _ => stem(word),
    }
}

/// Joined words of Arabic, longest first; folded.
const ARABIC_BEFORE: [&str; 6] = ["وال", "بال", "کال", "فال", "لل", "ال"];
/// Endings of Urdu and Arabic, longest first; folded.
const ARABIC_AFTER: [&str; 10] = ["یوں", "یاں", "وں", "یں", "ات", "ون", "ین", "ہ", "ے", "ا"];
/// Endings of Hindi, longest first; folded.
const HINDI_AFTER: [&str; 16] = ["ियों", "ियां", "ाओं", "ाएं", "ुओं", "ों", "ें", "ीं", "ां", "ी", "ा", "े", "ि", "ो", "ु", "ू"];

fn light(word: &str, before: &[&str], after: &[&str], least: usize) -> String {
    let long = |rest: &&str| rest.chars().count() >= least;
    let word = before.iter().find_map(|b| word.strip_prefix(b).filter(long)).unwrap_or(word);
    after.iter().find_map(|a| word.strip_suffix(a).filter(long)).unwrap_or(word).to_owned()
}

/// Words too common to tell one passage from another, in search form.
pub(crate) fn is_stop_word(word: &str) -> bool {
    use std::collections::HashSet;
    use std::sync::OnceLock;
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| STOP_WORDS.split_whitespace().map(|w| search_form(&fold(w))).collect());
    words.contains(word)
}

const STOP_WORDS: &str = "a an the of in on at to for from with by and or is are was were be been being do does did \
    has have had can could should would will may might must it its this that these those there what which who whom \
    when where why how i me my we our you your he she they them their as if than then so not no any some about into \
    le la les un une des du de d l et ou en dans sur pour par avec est sont que quel quelle quels quelles qui comment \
    quoi ce cette ces son sa ses il elle on ne pas plus au aux \
    کا کی کے کو میں سے پر ہے ہیں تھا تھی تھے ہو ہوں اور یا یہ وہ کیا کون کب کیوں کیسے کیسا کیسی جو تو بھی نہیں کر کرنا کریں \
    کرے کرتے جا جاتا جاتی جائے دیں ایک اس ان ہونا ہوتا ہوتی ہوتے لیے ساتھ \
    का की के को में से पर है हैं था थी थे हो और या यह वह क्या कौन कब क्यों कैसे जो तो भी नहीं कर करना करें एक इस उस होना \
    होता होती होते लिए साथ जाता जाती जाए \
    في من على الى إلى عن مع هل ما ماذا متى كيف لماذا هذا هذه ذلك التي الذي هو هي أو و ان أن إن كان كانت لا لم قد عند بعد";

/// Equal but for one letter added, left out, changed, or two neighbours swapped.
pub(crate) fn one_letter_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let room = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(x, y)| x == y).count();
    let (left_a, left_b) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    match (left_a, left_b) {
        (x, y) if x.len().max(y.len()) <= 1 => true,
        ([x1, x2], [y1, y2]) => x1 == y2 && x2 == y1,
        _ => false,
    }
}

/// The language most letters of the text belong to; `None` without letters or in an unknown script.
pub fn guess_language(text: &str) -> Option<Lang> {
    let (mut latin, mut arabic, mut urdu, mut hindi, mut other) = (0usize, 0usize, 0usize, 0usize, 0usize);
    for c in text.chars().take(20_000) {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{00c0}'..='\u{024f}' => latin += 1,
            'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ۓ' | 'ہ' | 'ھ' | 'گ' | 'چ' | 'پ' | 'ی' | 'ک' => {
                urdu += 1;
                arabic += 1;
            }
            '\u{0600}'..='\u{06ff}' => arabic += 1,
            '\u{0900}'..='\u{097f}' => hindi += 1,
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    let most = latin.max(arabic).max(hindi).max(other);
    if most == 0 || most == other {
        return None;
    }
    if most == hindi {
        return Some(Lang::Hi);
    }
    if most == arabic {
        return Some(if urdu * 20 >= arabic { Lang::Ur } else { Lang::Ar });
    }
    const FRENCH: [&str; 14] =
        ["le", "la", "les", "des", "une", "et", "avec", "depuis", "pas", "est", "du", "dans", "fievre", "douleur"];
    let words = tokens(text);
    let french = words.iter().filter(|t| FRENCH.contains(&t.word.as_str())).count();
    Some(if french * 5 >= words.len().max(1) && french >= 2 { Lang::Fr } else { Lang::En })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_meet() {
        assert_eq!(fold("حُمَّى"), fold("حمي"));
        assert_eq!(fold("बुख़ार"), fold("बुखार"));
        assert_eq!(fold("Fièvre"), "fievre");
        assert_eq!(fold("٣٨٫٥"), "38.5");
        assert_eq!(fold("۱۲"), "12");
    }

    #[test]
    fn words_of_indic_and_arabic_script_stay_whole() {
        for word in ["दिल्ली", "बुख़ार", "खांसी", "می\u{200c}شود", "کھانسی"]
        {
            assert_eq!(tokens(word).len(), 1, "{word}");
        }
    }

    #[test]
    fn words_glued_by_a_full_stop_are_two_and_numbers_stay_whole() {
        let of = |text: &str| tokens(text).into_iter().map(|t| (t.word, t.parted)).collect::<Vec<_>>();
        assert_eq!(of("fever.cough"), [("fever".into(), false), ("cough".into(), true)]);
        assert_eq!(of("temp 38.5, cough"), [("temp".into(), false), ("38.5".into(), false), ("cough".into(), true)]);
        let text = "no fever.vomiting";
        let last = tokens(text).pop().unwrap();
        assert_eq!(&text[last.span.0..last.span.1], "vomiting");
    }

    #[test]
    fn english_endings_meet() {
        for (a, b) in [
            ("coughing", "cough"),
            ("coughs", "cough"),
            ("vomited", "vomiting"),
            ("headaches", "headache"),
            ("chills", "chill"),
            ("bodies", "body"),
            ("aches", "ache"),
            ("swelling", "swelled"),
        ] {
            assert_eq!(stem(a), stem(b), "{a} {b}");
        }
        assert_eq!(stem("pus"), "pus");
        assert_eq!(stem("this"), "this");
    }

    #[test]
    fn one_letter_is_forgiven_and_two_are_not() {
        assert!(one_letter_apart("metformin", "metfromin"));
        assert!(one_letter_apart("metformin", "metformn"));
        assert!(one_letter_apart("metformin", "metforrmin"));
        assert!(!one_letter_apart("metformin", "metphormin"));
        assert!(!one_letter_apart("prednisone", "prednisolone"));
    }

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(guess_language("fever and cough"), Some(Lang::En));
        assert_eq!(guess_language("تین دن سے بخار ہے"), Some(Lang::Ur));
        assert_eq!(guess_language("عندي حمى منذ ثلاثة أيام"), Some(Lang::Ar));
        assert_eq!(guess_language("तीन दिन से बुखार"), Some(Lang::Hi));
        assert_eq!(guess_language("fièvre depuis trois jours avec la toux"), Some(Lang::Fr));
        assert_eq!(guess_language("三天发烧"), None);
        assert_eq!(guess_language("123 !!"), None);
    }
}
