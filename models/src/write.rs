//! Letting a model put facts into words, and passing on only the sentences that the facts support.

mod ensemble;

pub use ensemble::{Together, VotedSentence, write_together};

use crate::Cancel;
use crate::error::ModelError;
use crate::grounding::risk::Risk;
use crate::grounding::sentences::is_whole;
use crate::grounding::subject::Subject;
use crate::grounding::{
    Fact, Sentences, Unsupported, Verdict, Vocabulary, check_sentence, citations, without_citations,
};
use crate::lm::{LanguageModel, Message, Role, Sampling};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// A sentence that the facts support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedSentence {
    /// The sentence, without the model's citation marks.
    pub text: String,
    /// The facts it rests on, by id, ascending.
    pub facts: Vec<usize>,
}

/// A sentence that was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// What the model wrote.
    pub text: String,
    /// Why it was left out.
    pub why: Unsupported,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// The sentences that were passed on, in order.
    pub sentences: Vec<CheckedSentence>,
    /// The sentences that were left out.
    pub dropped: Vec<Dropped>,
}

impl Written {
    /// The risk of the text, and of what the model wrote.
    pub fn risk(&self) -> Risk {
        Risk::withholding(self.dropped.iter().map(|dropped| &dropped.why))
    }
}

/// What a text is written from and checked against.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// The facts, which a sentence cites by id.
    pub facts: &'a [Fact],
    /// The names that a sentence may use only when a fact does.
    pub vocabulary: &'a Vocabulary,
    /// The facts by meaning, where there is an encoder: keeps out what is spliced from several or about something else.
    pub subject: Option<&'a Subject<'a>>,
}

/// What to write and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<'a> {
    /// What is wanted, such as `Explain in three sentences why pneumonia is likely.`
    pub instructions: &'a str,
    /// At most so many tokens.
    pub max_tokens: usize,
}

/// The standing part of the prompt: the same each time, so that it is read only once.
const RULES: &str = "You are a careful clinical assistant. Use only the facts given, with their exact words and \
    numbers. Add nothing. Write short plain sentences in English and end each with the number of its fact, like [2].";

/// A model that repeats itself this often has nothing more to say.
const REPEATS_ALLOWED: usize = 2;

/// Text without a sentence end beyond this many bytes is no prose.
const SENTENCE_LIMIT: usize = 600;

/// Has the model write from the facts, and calls `on_sentence` with each sentence that they support, as it is written.
/// Ends when the model does, repeats itself, or writes on without end.
///
/// # Errors
/// Those of [`LanguageModel::chat`]; `Cancelled` leaves what was already passed on standing.
pub fn explain(
    model: &mut LanguageModel,
    grounds: &Grounds<'_>,
    task: &Task,
    cancel: &Cancel,
    on_sentence: impl FnMut(&CheckedSentence),
) -> Result<Written, ModelError> {
    write_once(model, grounds, task, &Sampling::default(), cancel, on_sentence)
}

/// One text, with its tokens chosen as `sampling` says.
fn write_once(
    model: &mut LanguageModel,
    grounds: &Grounds<'_>,
    task: &Task,
    sampling: &Sampling,
    cancel: &Cancel,
    on_sentence: impl FnMut(&CheckedSentence),
) -> Result<Written, ModelError> {
    let mut check = Check::new(*grounds, on_sentence);
    if grounds.facts.is_empty() {
        return Ok(check.written);
    }
    let sampling = Sampling { max_tokens: task.max_tokens, repetition_penalty: 1.05, ..sampling.clone() };
    model.chat(&messages(grounds.facts, task), &sampling, cancel, |piece| check.push(piece))?;
    check.finish();
    Ok(check.written)
}

/// Reads the prompt and keeps it, so that a text written from the same facts begins at once.
///
/// # Errors
/// Those of [`LanguageModel::prepare`].
pub fn prepare(model: &mut LanguageModel, facts: &[Fact], task: &Task, cancel: &Cancel) -> Result<(), ModelError> {
    if facts.is_empty() { Ok(()) } else { model.prepare(&messages(facts, task), cancel) }
}

fn messages(facts: &[Fact], task: &Task) -> [Message; 2] {
    [Message::new(Role::System, RULES), Message::new(Role::User, request(facts, task.instructions))]
}

fn request(facts: &[Fact], instructions: &str) -> String {
    let lines: Vec<String> = facts.iter().map(|fact| format!("[{}] {}", fact.id, fact.text)).collect();
    format!("Facts:\n{}\n\n{instructions}", lines.join("\n"))
}

struct Check<'a, F> {
    grounds: Grounds<'a>,
    on_sentence: F,
    sentences: Sentences,
    seen: HashSet<String>,
    repeats: usize,
    /// Bytes since the last sentence ended.
    unended: usize,
    written: Written,
}

impl<'a, F: FnMut(&CheckedSentence)> Check<'a, F> {
    fn new(grounds: Grounds<'a>, on_sentence: F) -> Self {
        let (sentences, seen, written) = Default::default();
        Self { grounds, on_sentence, sentences, seen, repeats: 0, unended: 0, written }
    }

    fn push(&mut self, piece: &str) -> ControlFlow<()> {
        let complete = self.sentences.push(piece);
        self.unended = if complete.is_empty() { self.unended + piece.len() } else { 0 };
        for sentence in complete {
            self.judge(sentence);
        }
        if self.repeats >= REPEATS_ALLOWED || self.unended > SENTENCE_LIMIT {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// The last sentence counts only when it is whole: a cut one may lack its `not`.
    fn finish(&mut self) {
        if let Some(sentence) = self.sentences.finish().filter(|sentence| is_whole(sentence)) {
            self.judge(sentence);
        }
    }

    fn judge(&mut self, sentence: String) {
        let text = without_citations(&sentence).trim().to_owned();
        if !self.seen.insert(text.to_lowercase()) {
            self.repeats += 1;
            return;
        }
        match self.verdict(&sentence, &text) {
            Verdict::Supported { by } => {
                let facts = self.fewest(&text, by);
                // What the encoder cannot read the rules alone have judged.
                let refusal = |subject: &Subject<'_>| subject.refusal(&text, &facts).ok().flatten();
                match self.grounds.subject.and_then(refusal) {
                    Some(why) => self.written.dropped.push(Dropped { text, why }),
                    None => {
                        let checked = CheckedSentence { facts, text };
                        (self.on_sentence)(&checked);
                        self.written.sentences.push(checked);
                    }
                }
            }
            Verdict::Unsupported { why } => self.written.dropped.push(Dropped { text, why }),
        }
    }

    /// The one fact that supports the sentence alone, where there is one: a citation must lead to what backs it.
    fn fewest(&self, text: &str, by: Vec<usize>) -> Vec<usize> {
        let alone = |id: &usize| {
            let fact = self.grounds.facts.iter().find(|f| f.id == *id);
            fact.is_some_and(|f| {
                let verdict = check_sentence(text, std::slice::from_ref(f), self.grounds.vocabulary);
                matches!(verdict, Verdict::Supported { .. })
            })
        };
        match by.iter().copied().find(alone) {
            Some(one) => vec![one],
            None => by,
        }
    }

    /// By the facts it cites; a small model often cites the wrong one, so a sentence those do not support may still
    /// rest on others, which are then named in their place.
    fn verdict(&self, sentence: &str, text: &str) -> Verdict {
        let by_cited = check_sentence(sentence, self.grounds.facts, self.grounds.vocabulary);
        if matches!(by_cited, Verdict::Supported { .. }) || citations(sentence).is_empty() {
            return by_cited;
        }
        check_sentence(text, self.grounds.facts, self.grounds.vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grounding::TermKind;

    fn run(pieces: &[&str]) -> (Written, Vec<String>, usize) {
        let facts = [
            Fact { id: 1, text: "Fever for 3 days.".into() },
            Fact { id: 2, text: "No cough.".into() },
            Fact { id: 7, text: "Fever supports malaria.".into() },
        ];
        let vocabulary = Vocabulary::new([
            ("fever", TermKind::Finding),
            ("cough", TermKind::Finding),
            ("malaria", TermKind::Condition),
            ("pneumonia", TermKind::Condition),
        ]);
        let mut heard = Vec::new();
        let mut check =
            Check::new(Grounds { facts: &facts, vocabulary: &vocabulary, subject: None }, |s: &CheckedSentence| {
                heard.push(s.text.clone())
            });
        let taken = pieces.iter().take_while(|piece| check.push(piece).is_continue()).count();
        check.finish();
        (check.written, heard, taken)
    }

    #[test]
    fn supported_sentences_pass_with_their_facts_and_others_are_counted() {
        let (written, heard, _) =
            run(&["There is fever for 3 da", "ys [1]. There is a cough [2]. Fever supp", "orts malaria [7]."]);
        assert_eq!(heard, ["There is fever for 3 days.", "Fever supports malaria."]);
        assert!(written.sentences[0].facts.contains(&1));
        assert_eq!(written.sentences[1].facts, [7]);
        assert_eq!(written.dropped.len(), 1);
        assert_eq!(written.dropped[0].why, Unsupported::Denial("cough".into()));
    }

    #[test]
    fn a_wrong_citation_is_put_right_and_a_false_sentence_is_not_saved_by_it() {
        let (written, heard, _) = run(&["There is fever for 3 days [2]. The patient has pneumonia [1]. "]);
        assert_eq!(heard, ["There is fever for 3 days."]);
        assert!(written.sentences[0].facts.contains(&1) && !written.sentences[0].facts.contains(&2));
        assert_eq!(written.dropped.len(), 1);
    }

    #[test]
    fn a_model_that_repeats_itself_or_never_ends_a_sentence_is_stopped() {
        let (written, _, taken) = run(&["Fever for 3 days [1]. "; 20]);
        assert_eq!(written.sentences.len(), 1);
        assert!(taken < 6, "{taken}");
        let (written, _, taken) = run(&["and fever and cough "; 200]);
        assert!(taken < 40, "{taken}");
        assert!(written.sentences.is_empty());
    }

    #[test]
    fn a_sentence_cut_off_at_the_end_is_not_passed_on() {
        let (_, heard, _) = run(&["Fever for 3 days. There is no"]);
        assert_eq!(heard, ["Fever for 3 days."]);
    }
}
