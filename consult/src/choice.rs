//! Questions with lettered answers, put to the language model alone or with passages of the packs: how much medicine a model
//! knows, for whoever chooses one. The window never asks a model what it knows.

use crate::core::EventSink;
use crate::library::Knowledge;
use crate::meaning::Meaning;
use crate::search::search;
use crate::shelf::Shelf;
use crate::speaker::Speaker;
use hakim_clinical::Lang;
use hakim_contract::*;
use hakim_models::Cancel;
use hakim_models::lm::{Form, Message, Role, Sampling};

/// Passages that are read before answering.
const PASSAGES: usize = 3;
/// A letter in quotation marks takes at most so many tokens.
const MAX_TOKENS: usize = 4;

const RULES: &str = "You answer medical multiple-choice questions with the letter of the one best answer.";

/// A question with its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// question
    pub question: String,
    /// letter and answer, in order
    pub answers: Vec<(char, String)>,
}

impl Choice {
    fn told(&self, passages: &[String]) -> String {
        let answers: Vec<String> = self.answers.iter().map(|(letter, answer)| format!("{letter}. {answer}")).collect();
        let read = match passages {
            [] => String::new(),
            passages => format!("Passages that may help:\n{}\n\n", passages.join("\n")),
        };
        format!("{read}Question: {}\n{}\n\nThe letter of the best answer:", self.question, answers.join("\n"))
    }
}

/// The passages of the packs that search finds for a question.
pub(crate) fn passages(
    knowledge: &Knowledge,
    shelf: &Shelf,
    meaning: &Meaning,
    choice: &Choice,
) -> Result<Vec<String>, Failure> {
    let found =
        search(knowledge, shelf, meaning, &SearchRequest::everywhere(choice.question.clone(), Lang::En, PASSAGES))?;
    Ok(found.hits.iter().map(|hit| hit.passage.text.get(Lang::En).to_owned()).collect())
}

/// The letter that the model finds likeliest; it can write nothing but one of the letters.
///
/// # Errors
/// The model's refusals; a question longer than the model can read.
pub(crate) fn letter(
    speaker: &Speaker,
    choice: &Choice,
    passages: &[String],
    events: &EventSink,
) -> Result<Option<char>, Failure> {
    let letters: Vec<String> = choice.answers.iter().map(|(letter, _)| letter.to_string()).collect();
    let form = Form::one_of(letters.iter().map(String::as_str));
    let messages = [Message::new(Role::System, RULES), Message::new(Role::User, choice.told(passages))];
    let sampling = Sampling { max_tokens: MAX_TOKENS, ..Sampling::default() };
    let answer =
        speaker.with_model(events, |model, _| model.answer_in_form(&messages, &form, &sampling, &Cancel::default()))?;
    Ok(answer.and_then(|a| serde_json::from_str::<String>(&a.text).ok()?.chars().next()))
}
