//! Several texts from the same facts, and what most of them say.
//!
//! The idea is self-consistency (Wang et al. 2022, arXiv 2203.11171): what a model says only by chance, it seldom says
//! twice. Statements are told apart by the facts they rest on, not by their words.

use super::{CheckedSentence, Dropped, Grounds, Task, Written, write_once};
use crate::Cancel;
use crate::error::ModelError;
use crate::grounding::risk::Risk;
use crate::lm::{LanguageModel, Sampling};
use std::collections::HashSet;

/// How freely the samples after the first are drawn.
const TEMPERATURE: f32 = 0.7;

/// A supported sentence and how many samples make its statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotedSentence {
    /// In the words of the first sample that says it.
    pub sentence: CheckedSentence,
    /// Samples that state something from the same facts.
    pub votes: usize,
    /// Samples in all.
    pub of: usize,
}

/// What came of writing several times.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Together {
    /// What enough samples say, in the order of the first.
    pub sentences: Vec<VotedSentence>,
    /// What is supported but too few say.
    pub outvoted: Vec<VotedSentence>,
    /// What no facts support, from all samples, each once.
    pub dropped: Vec<Dropped>,
    /// Share of the supported statements that not all samples make, 0 to 1.
    pub disagreement: f64,
    /// The risk of the text, and of what the model wrote.
    pub risk: Risk,
}

/// Has the model write `samples` times, first what is likeliest and then by chance from fixed seeds, and keeps what most
/// samples say, or the likeliest text and another. The prompt is read once. For what is written in the background:
/// `on_sentence` hears the sentences after the vote.
///
/// # Errors
/// Those of [`LanguageModel::chat`]; nothing is passed on then.
pub fn write_together(
    model: &mut LanguageModel,
    grounds: &Grounds<'_>,
    task: &Task,
    samples: usize,
    cancel: &Cancel,
    on_sentence: impl FnMut(&VotedSentence),
) -> Result<Together, ModelError> {
    let write = |sampling: &Sampling| write_once(model, grounds, task, sampling, cancel, |_| ());
    let together = vote(&draw(samples, write)?);
    together.sentences.iter().for_each(on_sentence);
    Ok(together)
}

/// The samples, the likeliest first.
fn draw<E>(samples: usize, mut write: impl FnMut(&Sampling) -> Result<Written, E>) -> Result<Vec<Written>, E> {
    let by_chance = (1..samples as u64).map(|seed| Sampling { temperature: TEMPERATURE, seed, ..Sampling::default() });
    std::iter::once(Sampling::default()).chain(by_chance).map(|sampling| write(&sampling)).collect()
}

/// What rests on the same facts.
struct Statement<'a> {
    facts: &'a [usize],
    /// of the first sample that makes it
    wording: Vec<&'a CheckedSentence>,
    /// the samples that make it, ascending
    said_by: Vec<usize>,
}

fn vote(samples: &[Written]) -> Together {
    let mut statements: Vec<Statement<'_>> = Vec::new();
    for (number, sample) in samples.iter().enumerate() {
        for sentence in &sample.sentences {
            match statements.iter_mut().find(|statement| statement.facts == sentence.facts) {
                Some(known) => {
                    if known.said_by.first() == Some(&number) {
                        known.wording.push(sentence);
                    } else if known.said_by.last() != Some(&number) {
                        known.said_by.push(number);
                    }
                }
                None => {
                    let (facts, wording, said_by) = (sentence.facts.as_slice(), vec![sentence], vec![number]);
                    statements.push(Statement { facts, wording, said_by });
                }
            }
        }
    }
    let of = samples.len();
    let disputed = statements.iter().filter(|statement| statement.said_by.len() < of).count();
    let mut together =
        Together { disagreement: disputed as f64 / statements.len().max(1) as f64, ..Together::default() };
    for statement in &statements {
        let votes = statement.said_by.len();
        let by_the_likeliest = statement.said_by.first() == Some(&0);
        let kept = votes * 2 > of || (by_the_likeliest && votes > 1);
        let list = if kept { &mut together.sentences } else { &mut together.outvoted };
        let wording = statement.wording.iter();
        list.extend(wording.map(|sentence| VotedSentence { sentence: (*sentence).clone(), votes, of }));
    }
    let mut seen = HashSet::new();
    let dropped = samples.iter().flat_map(|sample| &sample.dropped);
    together.dropped = dropped.filter(|dropped| seen.insert(dropped.text.to_lowercase())).cloned().collect();
    together.risk = Risk::withholding(together.dropped.iter().map(|dropped| &dropped.why));
    together
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grounding::Unsupported;
    use crate::grounding::risk::RiskLevel;

    fn sample(sentences: &[(&str, &[usize])]) -> Written {
        let checked =
            |(text, facts): &(&str, &[usize])| CheckedSentence { text: (*text).into(), facts: facts.to_vec() };
        Written { sentences: sentences.iter().map(checked).collect(), dropped: vec![] }
    }

    fn texts(sentences: &[VotedSentence]) -> Vec<(&str, usize)> {
        sentences.iter().map(|voted| (voted.sentence.text.as_str(), voted.votes)).collect()
    }

    #[test]
    fn what_most_samples_say_is_kept_in_the_words_of_the_first() {
        let together = vote(&[
            sample(&[("Fever.", &[1]), ("It lasts 3 days.", &[1]), ("Rash and cough.", &[2, 3])]),
            sample(&[("There is fever.", &[1]), ("Pulse 80.", &[5]), ("A headache.", &[4])]),
            sample(&[("Pulse is 80.", &[5]), ("He has fever.", &[1]), ("There is a rash.", &[2])]),
        ]);
        assert_eq!(texts(&together.sentences), [("Fever.", 3), ("It lasts 3 days.", 3), ("Pulse 80.", 2)]);
        assert_eq!(texts(&together.outvoted), [("Rash and cough.", 1), ("A headache.", 1), ("There is a rash.", 1)]);
        // All say the fever; four other statements are not in every sample.
        assert!((together.disagreement - 0.8).abs() < 1e-9, "{}", together.disagreement);
    }

    #[test]
    fn the_likeliest_text_and_another_suffice_among_many_and_two_others_do_not() {
        let (first, second, none) = (sample(&[("Fever.", &[1])]), sample(&[("Cough.", &[2])]), sample(&[]));
        let of_five = |samples: [&Written; 5]| vote(&samples.map(Clone::clone));
        assert_eq!(texts(&of_five([&first, &first, &none, &none, &none]).sentences), [("Fever.", 2)]);
        assert_eq!(texts(&of_five([&none, &second, &second, &none, &none]).outvoted), [("Cough.", 2)]);
        assert_eq!(texts(&of_five([&none, &second, &second, &second, &none]).sentences), [("Cough.", 3)]);
    }

    #[test]
    fn one_sample_agrees_with_itself_and_none_say_nothing() {
        let alone = vote(&[sample(&[("Fever.", &[1])])]);
        assert_eq!((texts(&alone.sentences), alone.disagreement), (vec![("Fever.", 1)], 0.0));
        assert_eq!(vote(&[sample(&[]), sample(&[])]), Together::default());
    }

    #[test]
    fn what_was_dropped_is_counted_once_and_sets_the_risk() {
        let dropped = |text: &str| Dropped { text: text.into(), why: Unsupported::Denial("fever".into()) };
        let with = |text| Written { dropped: vec![dropped(text)], ..Written::default() };
        let together = vote(&[with("No fever."), with("no fever."), with("Fever is absent.")]);
        assert_eq!(together.dropped, [dropped("No fever."), dropped("Fever is absent.")]);
        assert_eq!(together.risk, Risk { shown: RiskLevel::Low, written: RiskLevel::High });
    }

    #[test]
    fn the_first_sample_is_the_likeliest_text_and_the_others_have_seeds_of_their_own() {
        let mut drawn = Vec::new();
        let samples = draw(3, |sampling| {
            drawn.push((sampling.temperature > 0.0, sampling.seed));
            Ok::<_, ()>(Written::default())
        });
        assert_eq!(samples.map(|samples| samples.len()), Ok(3));
        assert_eq!(drawn, [(false, 0), (true, 1), (true, 2)]);
        assert_eq!(draw(0, |_| Ok::<_, ()>(Written::default())).map(|samples| samples.len()), Ok(1));
        let stopped = draw(3, |sampling| if sampling.seed == 1 { Err("stopped") } else { Ok(Written::default()) });
        assert_eq!(stopped, Err("stopped"));
    }
}
