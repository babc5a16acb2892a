//! Which way a text argues: for something or against it.

use super::Unsupported;
use super::reading::Reading;
use super::vocabulary::{Mention, TermKind};

/// Which way a text argues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stance {
    For,
    Against,
    /// both in one sentence: what argues which way cannot be told
    Mixed,
}

impl Stance {
    /// Of a text that argues. `Against 1 of 100` compares and argues nothing.
    fn of(text: &Reading) -> Option<Self> {
        let number = |at: usize| text.word(at).starts_with(|c: char| c.is_ascii_digit());
        let places = 0..text.tokens.len();
        let against = places.clone().any(|at| text.word(at) == "against" && !number(at + 1));
        let favour = ["favour", "favours", "favor", "favors", "favouring", "support", "supports", "supporting"];
        let favours = places.into_iter().any(|at| favour.contains(&text.word(at)));
        match (favours, against) {
            (true, true) => Some(Self::Mixed),
            (true, false) => Some(Self::For),
            (false, true) => Some(Self::Against),
            (false, false) => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::For => "in favour:",
            Self::Against => "against:",
            Self::Mixed => "for and against at once:",
        }
    }
}

/// Where facts argue for or against, a sentence that does so must rest on those that argue the same way: every finding it
/// names stands in one of them, or else its words do.
pub(super) fn check(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let Some(stance) = Stance::of(said) else { return Ok(()) };
    if facts.iter().all(|(_, fact)| Stance::of(fact).is_none()) {
        return Ok(());
    }
    let same: Vec<&Reading> = facts.iter().map(|(_, fact)| fact).filter(|f| Stance::of(f) == Some(stance)).collect();
    let refused = |what: &str| Err(Unsupported::Argument(format!("{} {what}", stance.word()).trim_end().to_owned()));
    let findings: Vec<&Mention> = said.mentions.iter().filter(|m| m.kind == TermKind::Finding).collect();
    let argued = |mention: &Mention| same.iter().any(|fact| fact.mentions.iter().any(|m| m.backs(mention)));
    if let Some(mention) = findings.iter().find(|mention| !argued(mention)) {
        return refused(&mention.stems.join(" "));
    }
    let unargued = said.stems.iter().find(|(_, word)| !same.iter().any(|fact| fact.has_stem(word)));
    match unargued {
        Some((_, word)) if findings.is_empty() => refused(word),
        _ => Ok(()),
    }
}
