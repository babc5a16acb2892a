//! What the window says, in the language that is set.

use hakim_clinical::{Lang, Text};
use hakim_i18n::{Value, Words};

/// The words of one language. A page is built anew when the language changes, so this is plain data.
#[derive(Clone, Copy)]
pub(crate) struct Say(Words);

impl Say {
    pub(crate) fn in_lang(lang: Lang) -> Self {
        Self(Words::new(lang))
    }
    pub(crate) fn lang(self) -> Lang {
        self.0.lang()
    }
    /// A message without arguments.
    pub(crate) fn t(self, key: &str) -> String {
        self.0.say(key, &[])
    }
    /// A message with arguments.
    pub(crate) fn f(self, key: &str, args: &[(&str, Value)]) -> String {
        self.0.say(key, args)
    }
    /// A message whose key is put together, such as `triage-` and `urgent`.
    pub(crate) fn of(self, prefix: &str, rest: &str) -> String {
        self.0.say(&format!("{prefix}-{rest}"), &[])
    }
    /// The messages themselves, for what is put together of several.
    pub(crate) fn words(self) -> Words {
        self.0
    }
    /// Content of a pack.
    pub(crate) fn text(self, text: &Text) -> String {
        text.get(self.lang()).to_owned()
    }
}

/// A share as a whole percent, `<1` and `>99` near the ends.
pub(crate) fn percent(p: f64) -> String {
    match p * 100.0 {
        x if x < 0.5 => "<1%".to_owned(),
        x if x > 99.5 => ">99%".to_owned(),
        x => format!("{x:.0}%"),
    }
}

/// First letter large, for the start of a line.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The serde name of a unit variant (`Urgent` -> `urgent`), which is also its message key.
pub(crate) fn key_of<T: serde::Serialize>(value: &T) -> String {
    serde_wasm_bindgen::to_value(value).ok().and_then(|v| v.as_string()).unwrap_or_default()
}
