//! Languages of the content and the window, and text that exists in several of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A language of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English
    En,
    /// Urdu
    Ur,
    /// Arabic
    Ar,
    /// Hindi
    Hi,
    /// French
    Fr,
}

impl Lang {
    /// Every language, English first.
    pub const ALL: [Self; 5] = [Self::En, Self::Ur, Self::Ar, Self::Hi, Self::Fr];
    /// BCP 47 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ur => "ur",
            Self::Ar => "ar",
            Self::Hi => "hi",
            Self::Fr => "fr",
        }
    }
    /// From a BCP 47 code; the region is ignored.
    pub fn from_code(code: &str) -> Option<Self> {
        let head = code.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|l| l.code().eq_ignore_ascii_case(head))
    }
    /// Written from right to left.
    pub fn rtl(self) -> bool {
        matches!(self, Self::Ur | Self::Ar)
    }
    /// Value of the `dir` attribute.
    pub fn dir(self) -> &'static str {
        if self.rtl() { "rtl" } else { "ltr" }
    }
}

/// Whether a letter belongs to a script that runs from right to left, such as the Arabic.
pub fn is_right_to_left(letter: char) -> bool {
    ('\u{0590}'..='\u{08ff}').contains(&letter)
}

/// One text in several languages. English is the fallback and should always be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<Lang, String>);

impl Text {
    /// Text that exists only in English.
    pub fn english(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(Lang::En, text.into())]))
    }
    /// In `lang`, else English, else whatever exists, else empty.
    pub fn get(&self, lang: Lang) -> &str {
        self.0
            .get(&lang)
            .or_else(|| self.0.get(&Lang::En))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
    /// Whether this language itself is there.
    pub fn has(&self, lang: Lang) -> bool {
        self.0.contains_key(&lang)
    }
    /// No language at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a thing is called: the term for the screen and the words people say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// shown on the screen
    pub term: String,
    /// other words for it, as patients and notes say them
    #[serde(default)]
    pub lay: Vec<String>,
    /// a question that asks for it; findings only
    #[serde(default)]
    pub ask: Option<String>,
}

/// Names per language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(pub BTreeMap<Lang, Name>);

impl Names {
    /// The term in `lang`, else English, else empty.
    pub fn term(&self, lang: Lang) -> &str {
        self.0.get(&lang).or_else(|| self.0.get(&Lang::En)).map_or("", |n| n.term.as_str())
    }
    /// The terms of all languages as one text.
    pub fn terms(&self) -> Text {
        Text(self.0.iter().map(|(lang, name)| (*lang, name.term.clone())).collect())
    }
    /// The question in `lang`, if one is written in it.
    pub fn ask(&self, lang: Lang) -> Option<&str> {
        self.0.get(&lang).and_then(|n| n.ask.as_deref())
    }
}
