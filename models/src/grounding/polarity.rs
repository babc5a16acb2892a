//! Which words of a text are denied.
//!
//! The method of NegEx (Chapman et al. 2001, J Biomed Inform 34:301): words that deny what follows, words that deny
//! what came before, and words that end their reach.

use super::words::Token;

/// Deny what follows, up to a word or sign that ends their reach.
const DENY_AFTER: &[&str] = &[
    "no",
    "not",
    "without",
    "denies",
    "denied",
    "deny",
    "denying",
    "never",
    "neither",
    "nor",
    "none",
    "cannot",
    "lacks",
    "lack",
    "lacking",
    "absence",
    "excludes",
    "excluding",
    "unlikely",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "hasn't",
    "haven't",
    "hadn't",
    "doesn't",
    "don't",
    "didn't",
    "can't",
    "won't",
    "shouldn't",
    "avoid",
    "avoids",
    "avoiding",
];
/// Deny what came before in the same clause.
const DENY_BEFORE: &[&str] = &["absent", "denied", "negative", "excluded", "unlikely", "contraindicated", "avoided"];
/// After `not`, these deny what came before: `fever is not present`, `zinc should not be given`.
const SEEN: &[&str] = &[
    "present",
    "seen",
    "found",
    "noted",
    "reported",
    "observed",
    "detected",
    "there",
    "known",
    "given",
    "used",
    "done",
    "taken",
    "received",
    "needed",
    "required",
    "recommended",
    "indicated",
    "advised",
    "started",
];
/// End the reach of a denial.
const END: &[&str] = &[
    "but",
    "however",
    "although",
    "though",
    "except",
    "yet",
    "while",
    "whereas",
    "because",
    "since",
    "which",
    "who",
    "that",
    "has",
    "have",
    "had",
    "is",
    "are",
    "was",
    "were",
    "reports",
    "presents",
    "shows",
    "with",
    "so",
    "therefore",
    "suggests",
    "suggest",
    "supports",
    "support",
    "indicates",
    "makes",
];

/// For each token, whether it is denied.
pub(crate) fn denied(tokens: &[Token]) -> Vec<bool> {
    let mut denied = vec![false; tokens.len()];
    for at in 0..tokens.len() {
        let Some(word) = tokens[at].word() else { continue };
        if word == "non" {
            if let Some(next) = (at + 1..tokens.len()).find(|next| tokens[*next].word().is_some()) {
                denied[next] = true;
            }
        } else if denies_before(tokens, at) {
            let reach = (0..at).rev().take_while(|before| !ends_clause(&tokens[*before]));
            reach.for_each(|before| denied[before] = true);
            // `It is not found in boys`: where a pronoun stands before, only the verb tells.
            if let Some(verb) = seen_after(tokens, at) {
                denied[verb] = true;
            }
        } else if DENY_AFTER.contains(&word) && !is_no_denial(tokens, at) {
            let reach = (at + 1..tokens.len()).take_while(|after| !ends_reach(tokens, at, *after));
            reach.for_each(|after| denied[after] = true);
        } else if word == "negative" || word == "free" {
            // `negative for`, `free of`
            let next = tokens.get(at + 1).and_then(Token::word);
            if matches!(next, Some("for" | "of")) {
                let reach = (at + 2..tokens.len()).take_while(|after| !ends_reach(tokens, at, *after));
                reach.for_each(|after| denied[after] = true);
            }
        }
    }
    denied
}

fn denies_before(tokens: &[Token], at: usize) -> bool {
    let word_at = |at: usize| tokens.get(at).and_then(Token::word).unwrap_or("");
    let word = word_at(at);
    // `cannot be ruled out`, `is not to be avoided`
    let is_denied_itself =
        tokens[at.saturating_sub(3)..at].iter().any(|before| matches!(before.word(), Some("not" | "cannot" | "never")));
    let begins_clause = at == 0 || ends_clause(&tokens[at - 1]);
    let denies = if matches!(word, "not" | "cannot" | "never") || word.ends_with("n't") {
        seen_after(tokens, at).is_some()
    } else if word == "no" {
        // `Fever: no`
        at > 0 && tokens[at - 1].is_sign(&[':', '-', '–', '=']) && tokens.get(at + 1).is_none_or(ends_clause)
    } else if word == "ruled" {
        word_at(at + 1) == "out" && !is_denied_itself
    } else if word == "denied" || word == "negative" || word == "unlikely" {
        let is_last =
            tokens.get(at + 1).is_none_or(|next| ends_clause(next) || END.contains(&next.word().unwrap_or("")));
        is_last && !is_denied_itself
    } else {
        DENY_BEFORE.contains(&word) && !is_denied_itself
    };
    denies && !begins_clause
}

/// Where one of the verbs of [`SEEN`] stands after a denying word: `not seen`, `not be given`.
fn seen_after(tokens: &[Token], at: usize) -> Option<usize> {
    let word_at = |at: usize| tokens.get(at).and_then(Token::word).unwrap_or("");
    let verb = if matches!(word_at(at + 1), "be" | "been") { at + 2 } else { at + 1 };
    SEEN.contains(&word_at(verb)).then_some(verb)
}

/// `not only` denies nothing; `not ruled out` neither.
fn is_no_denial(tokens: &[Token], at: usize) -> bool {
    let word_at = |at: usize| tokens.get(at).and_then(Token::word).unwrap_or("");
    matches!(word_at(at + 1), "only" | "ruled" | "excluded" | "necessarily")
        || (word_at(at + 1) == "be" && matches!(word_at(at + 2), "ruled" | "excluded"))
        || matches!((word_at(at), word_at(at + 2)), ("no" | "not", "than"))
}

pub(crate) fn ends_clause(token: &Token) -> bool {
    token.is_sign(&['.', ';', ',', '!', '?'])
        || token.word().is_some_and(|word| matches!(word, "but" | "and" | "however"))
}

fn ends_reach(tokens: &[Token], from: usize, at: usize) -> bool {
    let next = &tokens[at];
    // `is not a sign of`: the verb right after the denying word does not end it.
    next.is_sign(&['.', ';', '!', '?', ':']) || (at > from + 1 && next.word().is_some_and(|word| END.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::super::words::tokens;
    use super::*;

    fn is_denied(text: &str, word: &str) -> bool {
        let tokens = tokens(text);
        let at = tokens.iter().position(|token| token.word() == Some(word)).expect("the word is there");
        denied(&tokens)[at]
    }

    #[test]
    fn what_is_denied_before_or_after_is_found() {
        for text in [
            "No fever.",
            "There is no cough or fever.",
            "The patient denies fever and cough.",
            "Fever: absent",
            "Fever is not present.",
            "Fever: no",
            "Without fever",
            "Negative for fever",
            "Fever was ruled out.",
            "He does not have a fever.",
            "Fever is absent, cough is present.",
            "neither cough nor fever",
            "non-fever",
        ] {
            assert!(is_denied(text, "fever"), "{text}");
        }
    }

    #[test]
    fn a_denied_verb_is_denied_itself() {
        assert!(is_denied("It is not found in boys.", "found"));
        assert!(!is_denied("It is found in boys.", "found"));
    }

    #[test]
    fn what_stands_outside_the_reach_of_a_denial_is_affirmed() {
        for text in [
            "Fever.",
            "No cough but fever.",
            "No cough; fever.",
            "There is no cough, and he has fever.",
            "Not only cough but fever",
            "Cough is absent and fever is present",
            "Fever cannot be ruled out.",
            "No cough. Fever for 3 days.",
            "Fever, no cough",
        ] {
            assert!(!is_denied(text, "fever"), "{text}");
        }
    }
}
