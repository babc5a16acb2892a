//! Words that turn a statement into another when one is put for the other: left and right, before and after.
//!
//! Such a word must stand in a fact where it stands in the sentence: among the same words, and more so than its
//! opposite does. That it stands anywhere is not enough, because a passage often says both.

use super::Unsupported;
use super::reading::{Likeness, Reading};
use super::words::stem;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What saying a word for its opposite does to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// It is put on another side or place of the body.
    Side,
    /// It is told as graver or more urgent.
    Overstated,
    /// It is told as milder or less urgent.
    Understated,
    /// It comes at another time or takes another course.
    Time,
    /// It changes or compares the other way.
    Change,
    /// Something else is done: stopped for given.
    Action,
    /// It is another kind: a woman for a man, a wet cough for a dry one.
    Kind,
}

/// One side of a pair: what saying it wrongly does, and its words with their inflections.
type Pole = (Turn, &'static str);

use Turn::{Action, Change, Kind, Overstated, Side, Time, Understated};

const PAIRS: &[(Pole, Pole)] = &[
    ((Side, "left"), (Side, "right bilateral")),
    ((Side, "right"), (Side, "left bilateral")),
    ((Side, "unilateral"), (Side, "bilateral")),
    // `both` also joins words: unlike a side it may be added.
    ((Side, "left right unilateral"), (Kind, "both")),
    ((Side, "upper"), (Side, "lower")),
    ((Side, "proximal"), (Side, "distal")),
    ((Side, "anterior"), (Side, "posterior")),
    ((Side, "medial"), (Side, "lateral")),
    ((Understated, "mild milder mildly"), (Overstated, "severe severely")),
    ((Understated, "slight slightly"), (Overstated, "marked markedly")),
    ((Understated, "routine routinely"), (Overstated, "urgent urgently immediate immediately")),
    ((Understated, "safe safely"), (Overstated, "unsafe dangerous dangerously")),
    ((Understated, "benign"), (Overstated, "malignant")),
    ((Time, "before"), (Time, "after")),
    ((Time, "first"), (Time, "second")),
    ((Time, "early earlier"), (Time, "late later")),
    ((Time, "day daytime"), (Time, "night overnight")),
    ((Time, "morning"), (Time, "evening night")),
    ((Time, "acute acutely"), (Time, "chronic chronically")),
    ((Time, "sudden suddenly"), (Time, "gradual gradually")),
    ((Time, "constant constantly continuous"), (Time, "intermittent intermittently")),
    ((Time, "daily"), (Time, "weekly hourly monthly")),
    (
        (Change, "increase increased increasing raise raised raising rise rising rose"),
        (
            Change,
            "decrease decreased decreasing reduce reduced reducing lower lowered lowering fall falling fell drop dropped",
        ),
    ),
    ((Change, "high higher highest"), (Change, "low lower lowest")),
    ((Change, "more"), (Change, "less fewer")),
    ((Change, "above"), (Change, "below")),
    ((Change, "maximum"), (Change, "minimum")),
    ((Change, "large larger big bigger"), (Change, "small smaller")),
    ((Change, "longer"), (Change, "shorter")),
    ((Change, "older"), (Change, "younger")),
    ((Change, "fast faster rapid rapidly"), (Change, "slow slower slowly")),
    ((Change, "common commonly often frequent frequently"), (Change, "rare rarely uncommon seldom")),
    (
        (Change, "worse worsen worsened worsening provoke provoked provoking"),
        (Change, "better improve improved improving relieve relieved relieving"),
    ),
    ((Action, "start started starting"), (Action, "stop stopped stopping")),
    ((Action, "give given giving"), (Action, "stop stopped stopping withhold withheld discontinue discontinued")),
    ((Action, "continue continued continuing"), (Action, "stop stopped stopping discontinue discontinued")),
    ((Kind, "male man men boy"), (Kind, "female woman women girl")),
    ((Kind, "adult"), (Kind, "child children infant")),
    ((Kind, "inside inner internal"), (Kind, "outside outer external")),
    ((Kind, "dry"), (Kind, "wet productive")),
    ((Kind, "hot warm"), (Kind, "cold cool")),
    ((Kind, "oral orally"), (Kind, "intravenous intravenously intramuscular intramuscularly")),
    ((Kind, "positive"), (Kind, "negative")),
    ((Kind, "bacterial"), (Kind, "viral")),
    ((Kind, "sensitive"), (Kind, "resistant")),
    ((Kind, "systolic"), (Kind, "diastolic")),
    ((Kind, "hypertension"), (Kind, "hypotension")),
    ((Kind, "tachycardia"), (Kind, "bradycardia")),
    ((Kind, "hyperglycaemia"), (Kind, "hypoglycaemia")),
    ((Kind, "hyperkalaemia"), (Kind, "hypokalaemia")),
];

/// A side of a pair, by the number of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sense {
    pair: usize,
    first: bool,
    turn: Turn,
}

/// By stem: a word may stand in several pairs.
static SENSES: LazyLock<HashMap<String, Vec<Sense>>> = LazyLock::new(|| {
    let mut senses: HashMap<String, Vec<Sense>> = HashMap::new();
    for (pair, (one, other)) in PAIRS.iter().enumerate() {
        for ((turn, words), first) in [(one, true), (other, false)] {
            for word in words.split_whitespace() {
                let sense = Sense { pair, first, turn: *turn };
                let of_word = senses.entry(stem(word)).or_default();
                if !of_word.contains(&sense) {
                    of_word.push(sense);
                }
            }
        }
    }
    senses
});

fn senses(stem: &str) -> &'static [Sense] {
    SENSES.get(stem).map_or(&[], Vec::as_slice)
}

/// Refuses a word that stands elsewhere in the facts, or whose opposite stands there in its place.
pub(super) fn check(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    for (at, word) in said.words.iter().filter(|(at, _)| !said.is_a_unit(*at)) {
        if let Some(sense) = senses(word).iter().find(|sense| !is_backed(said, *at, word, **sense, facts)) {
            let of = said.beside(*at).unwrap_or_default();
            let what = format!("{word} {of}").trim_end().to_owned();
            return Err(Unsupported::Opposite { what, turn: sense.turn });
        }
    }
    Ok(())
}

fn is_backed(said: &Reading, at: usize, word: &str, sense: Sense, facts: &[(usize, Reading)]) -> bool {
    // The likest place of either side of the pair.
    let (mut same, mut rival): (Option<Likeness>, Option<Likeness>) = (None, None);
    let (mut belongs, mut near) = (false, false);
    for (_, fact) in facts {
        for (place, stated) in &fact.words {
            let Some(other) = senses(stated).iter().find(|other| other.pair == sense.pair) else { continue };
            let place = *place;
            if fact.is_a_unit(place) {
                continue;
            }
            let likeness = Some(said.likeness(at, fact, place));
            if other.first != sense.first {
                rival = if likeness > rival { likeness } else { rival };
                continue;
            }
            same = if likeness > same { likeness } else { same };
            // `right` and `bilateral` are both not `left`, and yet not the same.
            let alike = stated == word || sense.turn != Turn::Side;
            belongs |= alike && (fact.is_beside(place, said.beside(at)) || said.is_beside(at, fact.beside(place)));
            near |= said.stands_like(at, fact, place);
        }
    }
    let placed = if is_strict(sense.turn) { belongs } else { rival.is_none() || near };
    match (same, rival) {
        (Some(same), Some(rival)) => same > rival && placed,
        (Some(_), None) => placed,
        (None, Some(_)) => false,
        // Neither is in the facts: a side or a degree may not be added.
        (None, None) => !is_strict(sense.turn),
    }
}

/// Whether the word must belong to the very word it belongs to in the facts, whatever else they say.
fn is_strict(turn: Turn) -> bool {
    matches!(turn, Turn::Side | Turn::Overstated | Turn::Understated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grounding::{Fact, Verdict, Vocabulary, check_sentence};

    fn supported(sentence: &str, facts: &[&str]) -> bool {
        let facts: Vec<Fact> = (1..).zip(facts).map(|(id, text)| Fact { id, text: (*text).to_owned() }).collect();
        matches!(check_sentence(sentence, &facts, &Vocabulary::default()), Verdict::Supported { .. })
    }

    #[test]
    fn a_word_must_stand_where_it_stands_in_the_facts_even_if_they_say_both() {
        let facts = [
            "Take the tablet before meals.",
            "The rash appears after the fever.",
            "Pressure in the eye is high and sugar in the blood is low.",
            "Pain is worse at night than by day.",
            "Increase the dose of insulin slowly and decrease the dose of glibenclamide.",
        ];
        for (right, wrong) in [
            ("Take the tablet before meals.", "Take the tablet after meals."),
            ("The rash appears after the fever.", "The rash appears before the fever."),
            ("Sugar in the blood is low.", "Sugar in the blood is high."),
            ("Pressure in the eye is high.", "Pressure in the eye is low."),
            ("Decrease the dose of glibenclamide.", "Increase the dose of glibenclamide."),
            ("Increase the dose of insulin slowly.", "Decrease the dose of insulin slowly."),
        ] {
            assert!(supported(right, &facts), "{right}");
            assert!(!supported(wrong, &facts), "{wrong}");
        }
    }

    #[test]
    fn every_ending_of_a_word_has_the_same_opposite() {
        for word in ["before", "more", "male", "rises", "increasing", "severely", "given"] {
            assert!(!senses(&stem(word)).is_empty(), "{word}");
        }
        assert!(!supported("Rising pressure is usual.", &["Falling pressure is usual."]));
    }

    #[test]
    fn a_side_or_a_degree_is_not_added() {
        let facts = ["Pneumonia with chest indrawing.", "Severe dehydration of the child."];
        assert!(supported("The child has severe dehydration.", &facts));
        assert!(!supported("There is severe pneumonia with chest indrawing.", &facts));
        assert!(!supported("There is pneumonia of the left chest with indrawing.", &facts));
    }

    #[test]
    fn no_word_is_its_own_opposite() {
        for (stem, senses) in SENSES.iter() {
            for one in senses {
                let both = senses.iter().any(|other| other.pair == one.pair && other.first != one.first);
                assert!(!both, "{stem}");
            }
        }
    }
}
