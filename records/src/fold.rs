//! The form in which names are compared: without case, accents, vowel marks, letter variants and kinds of digits.
//!
//! `Fāṭima`, `fatima`; `أحمد`, `احمد`; Arabic and Urdu kaf and yeh; `०३००` and `0300` are each the same after folding.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folded words, each with a space before it; punctuation separates words.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 1);
    let mut between = true;
    for c in text.nfkd().flat_map(char::to_lowercase) {
        if dropped(c) {
            continue;
        }
        if !c.is_alphanumeric() && !is_combining_mark(c) {
            between = true;
            continue;
        }
        if between {
            folded.push(' ');
            between = false;
        }
        folded.push(plain(c));
    }
    folded
}

/// What `patients.search` holds: folded name and contact, then runs of digits joined, so that a telephone number is
/// found however it was grouped.
pub(crate) fn searchable(name: &str, contact: &str) -> String {
    let mut text = fold(name);
    let contact = fold(contact);
    let joined: String = contact.chars().filter(char::is_ascii_digit).collect();
    text.push_str(&contact);
    if !joined.is_empty() {
        text.push(' ');
        text.push_str(&joined);
    }
    text
}

/// Marks that people leave out or that nobody sees. Vowel signs of Indic scripts stay: they are letters there.
fn dropped(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}'                                   // accents
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}'       // Arabic vowel marks, hamza and madda above
        | '\u{0670}' | '\u{06D6}'..='\u{06ED}' | '\u{0640}'       // dagger alif, Quranic marks, tatweel
        | '\u{093C}'                                              // nukta
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' // invisible
        | '\'' | '\u{2019}' | '\u{02BC}') // N'Diaye
}

fn plain(c: char) -> char {
    match c {
        'ي' | 'ى' | 'ې' => 'ی',
        'ك' => 'ک',
        'ه' | 'ة' | 'ھ' | 'ە' => 'ہ',
        'ں' => 'ن',
        'ٱ' => 'ا',
        'ß' => 's',
        'ø' => 'o',
        'ı' => 'i',
        c => digit(c).unwrap_or(c),
    }
}

/// The ASCII digit for an Arabic, Persian, Devanagari or Bengali one.
fn digit(c: char) -> Option<char> {
    ['\u{0660}', '\u{06F0}', '\u{0966}', '\u{09E6}'].into_iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(zero)).filter(|v| *v < 10)?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_several_spellings_folds_to_one() {
        for (a, b) in [
            ("Fāṭima BIBI", "fatima bibi"),
            ("أحمد", "احمد"),
            ("كريم علي", "کریم علی"),
            ("مُحَمَّد", "محمد"),
            ("N’Diaye", "ndiaye"),
            ("फ़ातिमा", "फातिमा"),
            ("٠٣٠٠", "0300"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn different_hindi_names_stay_different() {
        assert_ne!(fold("राम"), fold("रमा"));
    }

    #[test]
    fn a_telephone_number_is_found_however_grouped() {
        assert!(searchable("x", "+92 300-123 45 67").contains("923001234567"));
    }
}
