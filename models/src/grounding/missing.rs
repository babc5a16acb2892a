//! What had to be said and was not.

use super::{Fact, Verdict, Vocabulary, check_sentence};

/// Which of these facts the sentences do not say, in the order asked: a caller says them by template.
///
/// It is the same check turned round: a fact is said when the sentences together support it, with its numbers, names and
/// denials. That a sentence rests on it is not enough, for the sentence may leave out its dose.
pub fn missing(must_say: &[usize], facts: &[Fact], sentences: &[&str], vocabulary: &Vocabulary) -> Vec<usize> {
    let said: Vec<Fact> = (1..).zip(sentences).map(|(id, text)| Fact { id, text: (*text).to_owned() }).collect();
    let is_said = |id: &usize| {
        let fact = facts.iter().find(|fact| fact.id == *id);
        fact.is_some_and(|fact| matches!(check_sentence(&fact.text, &said, vocabulary), Verdict::Supported { .. }))
    };
    must_say.iter().copied().filter(|id| !is_said(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grounding::TermKind;

    #[test]
    fn a_fact_is_said_only_with_its_numbers_and_denials() {
        let facts: Vec<Fact> = (1..)
            .zip(["Danger: stiff neck.", "Give amoxicillin 500 mg three times daily.", "No rash.", "Fever for 3 days."])
            .map(|(id, text)| Fact { id, text: text.to_owned() })
            .collect();
        let vocabulary = Vocabulary::new([
            ("stiff neck", TermKind::Finding),
            ("rash", TermKind::Finding),
            ("fever", TermKind::Finding),
            ("amoxicillin", TermKind::Medicine),
        ]);
        let lacks = |sentences: &[&str]| missing(&[4, 1, 2, 3], &facts, sentences, &vocabulary);
        assert_eq!(lacks(&[]), [4, 1, 2, 3]);
        let whole = ["A stiff neck is a danger.", "There is no rash.", "Fever has lasted for 3 days."];
        assert_eq!(lacks(&whole), [2]);
        assert_eq!(lacks(&["Give amoxicillin three times daily.", "There is a rash.", whole[0], whole[2]]), [2, 3]);
        assert_eq!(missing(&[9], &facts, &whole, &vocabulary), [9], "a fact that is not there is not said");
    }
}
