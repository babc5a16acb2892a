//! Words of the window and of documents in every language, as fluent messages.
//!
//! [`Words::say`] is for the screen and keeps fluent's isolation marks; [`Words::say_plain`] is for files and tests.

mod dose;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use hakim_clinical::{Lang, is_right_to_left};
use std::sync::OnceLock;

/// Message files per language: window, errors, what the core says.
const EN: &[&str] = &[
    include_str!("../locales/en/window.ftl"),
    include_str!("../locales/en/errors.ftl"),
    include_str!("../locales/en/core.ftl"),
];
const UR: &[&str] = &[
    include_str!("../locales/ur/window.ftl"),
    include_str!("../locales/ur/errors.ftl"),
    include_str!("../locales/ur/core.ftl"),
];

/// Words of the papers for the patient, in the order of [`Lang::ALL`].
const PAPER: [&str; 5] = [
    include_str!("../locales/en/paper.ftl"),
    include_str!("../locales/ur/paper.ftl"),
    include_str!("../locales/ar/paper.ftl"),
    include_str!("../locales/hi/paper.ftl"),
    include_str!("../locales/fr/paper.ftl"),
];

/// Languages the window exists in.
pub const COMPLETE: [Lang; 2] = [Lang::En, Lang::Ur];

/// An argument of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// text as it is
    Text(String),
    /// a number, for plural forms
    Number(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<usize> for Value {
    fn from(n: usize) -> Self {
        Self::Number(n as f64)
    }
}

type Bundle = FluentBundle<FluentResource>;

/// The messages of one language; English where a language is not complete.
#[derive(Clone, Copy)]
pub struct Words {
    lang: Lang,
    bundle: &'static Bundle,
}

impl Words {
    /// Messages in `lang`, parsed once per run.
    pub fn new(lang: Lang) -> Self {
        static ENGLISH: OnceLock<Bundle> = OnceLock::new();
        static URDU: OnceLock<Bundle> = OnceLock::new();
        let bundle = match lang {
            Lang::Ur => URDU.get_or_init(|| bundle("ur", UR)),
            _ => ENGLISH.get_or_init(|| bundle("en", EN)),
        };
        Self { lang, bundle }
    }

    /// Words of the papers for the patient (handout, prescription), which exist in every language. They carry no isolation
    /// marks: who puts in text of the other direction marks it.
    pub fn paper(lang: Lang) -> Self {
        static PAPERS: [OnceLock<Bundle>; 5] = [const { OnceLock::new() }; 5];
        let [en, ur, ar, hi, fr] = &PAPERS;
        let [en_text, ur_text, ar_text, hi_text, fr_text] = PAPER;
        let (place, text) = match lang {
            Lang::En => (en, en_text),
            Lang::Ur => (ur, ur_text),
            Lang::Ar => (ar, ar_text),
            Lang::Hi => (hi, hi_text),
            Lang::Fr => (fr, fr_text),
        };
        let bundle = place.get_or_init(|| {
            let mut bundle = bundle(lang.code(), &[text]);
            bundle.set_use_isolating(false);
            bundle
        });
        Self { lang, bundle }
    }

    /// The language asked for.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether a message exists.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The message for the screen; a key nobody wrote shows as itself, and a test finds it.
    pub fn say(&self, key: &str, args: &[(&str, Value)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else { return key.to_owned() };
        let mut given = FluentArgs::new();
        for (name, value) in args {
            given.set(
                (*name).to_owned(),
                match value {
                    Value::Text(text) => FluentValue::from(text.clone()),
                    Value::Number(n) => FluentValue::from(*n),
                },
            );
        }
        let said = self.bundle.format_pattern(pattern, Some(&given), &mut vec![]);
        without_idle_marks(&said, self.lang.dir() == "rtl")
    }

    /// The same without isolation marks.
    pub fn say_plain(&self, key: &str, args: &[(&str, Value)]) -> String {
        self.say(key, args).replace([ISOLATE, END], "")
    }
}

/// Takes the isolation marks off what runs the way of the message anyway: WebKitGTK loses the space after them.
fn without_idle_marks(said: &str, right_to_left: bool) -> String {
    let mut out = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, after)) = rest.split_once(ISOLATE) {
        let (inside, behind) = after.split_once(END).unwrap_or((after, ""));
        let arabic = inside.chars().any(is_right_to_left);
        let other = inside.chars().any(|c| c.is_ascii_alphanumeric());
        out.push_str(before);
        if right_to_left && arabic && !other || !right_to_left && !arabic {
            out.push_str(inside);
        } else {
            out.push(ISOLATE);
            out.push_str(inside);
            out.push(END);
        }
        rest = behind;
    }
    out + rest
}

/// Marks that fluent puts around arguments: first-strong isolate, and its end.
const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';

fn bundle(code: &str, files: &[&str]) -> Bundle {
    let language = code.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    for text in files {
        // A file with a syntax error still yields its other messages; a test refuses such files.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(partly, _)| partly);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Names of the messages of a file, which must be sound and name each once.
    fn keys(text: &str) -> BTreeSet<String> {
        assert!(FluentResource::try_new(text.to_owned()).is_ok(), "{text}");
        let begins = |l: &&str| l.starts_with(|c: char| c.is_ascii_alphabetic());
        let names: Vec<&str> = text.lines().filter(begins).filter_map(|l| l.split(" =").next()).collect();
        let keys: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(names.len(), keys.len(), "a message stands twice");
        keys
    }

    #[test]
    fn the_words_of_papers_are_the_same_in_all_five_languages() {
        let [en, others @ ..] = PAPER;
        for other in others {
            assert_eq!(keys(en), keys(other));
        }
    }

    #[test]
    fn no_message_of_a_paper_fails_or_leaves_a_hole() {
        let args: Vec<(&str, Value)> = vec![
            ("n", Value::from(3.0)),
            ("count", Value::from("3")),
            ("amount", Value::from("3 mL")),
            ("first", Value::from("3 mL")),
            ("second", Value::from("9 mL")),
            ("what", Value::from("x")),
            ("days", Value::from("y")),
        ];
        for lang in Lang::ALL {
            let words = Words::paper(lang);
            for key in keys(PAPER[0]) {
                let said = words.say(&key, &args);
                assert!(said != key && !said.contains('{') && !said.is_empty(), "{lang:?} {key}: {said}");
            }
        }
    }

    #[test]
    fn arabic_counts_have_their_own_forms() {
        let tablets = |n: f64| {
            Words::paper(Lang::Ar).say("unit-tablet", &[("n", Value::from(n)), ("count", Value::from(n.to_string()))])
        };
        assert_eq!(
            [1.0, 2.0, 3.0, 10.0, 11.0, 100.0].map(tablets),
            ["1 قرص", "قرصان", "3 أقراص", "10 أقراص", "11 قرصًا", "100 قرص"]
        );
    }
}
