//! What a note answers of a calculator.

use crate::library::Knowledge;
use crate::taken;
use crate::understand::{readable, recognise};
use hakim_clinical::*;
use hakim_contract::Failure;
use hakim_knowledge::tokens;
use hakim_reasoning::reading::{Note, NoteAnswer};
use std::collections::BTreeMap;

/// What a note says to a calculator.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteReading {
    /// answers by input
    pub answers: BTreeMap<String, NoteAnswer>,
    /// the note is about what the calculator is for
    pub about: bool,
    /// a result would not mislead
    pub applies: bool,
}

/// Reads a note for a calculator. `month_first` says how `04/06/2001` is meant; without it such a day is not read.
///
/// # Errors
/// `text-too-long`, `text-not-text`.
pub fn read_note(
    knowledge: &Knowledge,
    calculator: &Calculator,
    text: &str,
    month_first: Option<bool>,
) -> Result<NoteReading, Failure> {
    readable(text)?;
    let words = tokens(text);
    let named = taken::told(text, &words, &knowledge.names, &knowledge.base).takes;
    let taken = recognise(knowledge, &named);
    let note = Note::new(&knowledge.base, text, &words, &taken, month_first);
    Ok(NoteReading {
        answers: note.answers(calculator),
        about: note.is_about(&calculator.id, false),
        applies: note.is_about(&calculator.id, true),
    })
}
