//! A document in the words of the language model. It writes each statement that may be worded several times, from the
//! template's line alone; what it says stays when that line supports it, says all of it, and enough of the samples agree;
//! otherwise the template's line stands. So the document says what the template says, whatever the model does.

use super::{Draft, Part};
use crate::core::EventSink;
use crate::explain::unique;
use crate::jobs::Jobs;
use crate::speaker::Speaker;
use hakim_clinical::{Lang, Sex};
use hakim_contract::*;
use hakim_models::Cancel;
use hakim_models::grounding::Fact;
use hakim_models::grounding::risk::Risk;
use hakim_models::write::{Task, Together};
use std::sync::Arc;

/// How often each statement is written: the fewest that have a majority.
const SAMPLES: usize = 3;
/// Most tokens of a sentence, beside one for each three letters of what it says: about twice what it takes.
const TOKENS: usize = 24;

/// Puts a document into words in the background.
pub(crate) fn start(speaker: &Arc<Speaker>, jobs: &Jobs, kind: DocumentKind, draft: Draft) -> JobRef {
    let speaker = Arc::clone(speaker);
    jobs.start(move |job, cancel, events| {
        let step = match write(&speaker, kind, &draft, cancel, events, job) {
            Ok(Some(worded)) => PaperStep::Written { worded: Box::new(worded) },
            Ok(None) => PaperStep::Stopped,
            Err(failure) => PaperStep::WithoutModel { why: failure.key },
        };
        Event::Paper { job, step }
    })
}

fn write(
    speaker: &Speaker,
    kind: DocumentKind,
    draft: &Draft,
    cancel: &Cancel,
    events: &EventSink,
    job: u64,
) -> Result<Option<WordedDocument>, Failure> {
    if draft.language != Lang::En {
        return Err(Failure::new("model-english-only"));
    }
    let from = draft.document();
    let mut document = from.clone();
    let mut wording = Wording { samples: SAMPLES, risk: 1, risk_written: 1, ..Wording::default() };
    let mut shares = vec![];
    let of = draft.parts.iter().map(|part| statements(part).len()).sum();
    let mut done = 0;
    for (part, section) in draft.parts.iter().zip(&mut document.sections) {
        let Some(asked) = part.asked else { continue };
        let mut lines = vec![];
        for told in statements(part) {
            events(Event::Paper { job, step: PaperStep::Writing { done, of } });
            let fact = fact_of(told);
            let task = Task { instructions: asked.instructions, max_tokens: TOKENS + fact.text.len() / 3 };
            let Some(together) = speaker.write_together(&task, &fact, SAMPLES, cancel, events)? else {
                return Ok(None);
            };
            count(&mut wording, &together);
            shares.push(together.disagreement);
            let said: Vec<&str> = together.sentences.iter().map(|voted| voted.sentence.text.as_str()).collect();
            let names_person = told.len() < 2 || said.iter().any(|text| names_sex(text, draft.sex));
            let fits = said.iter().all(|text| calls_rightly(text, draft.sex)) && names_person;
            if !said.is_empty() && fits && speaker.say_all(&fact, &said) {
                lines.push(worded(told, &said));
            } else {
                wording.dropped += said.len();
                wording.restored += told.len();
                lines.extend_from_slice(told);
            }
            done += 1;
        }
        section.lines = lines;
    }
    wording.disagreement = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
    Ok(Some(WordedDocument { kind, from, document, wording }))
}

/// What is said in one sentence: each line, but who the patient is together with what comes first.
fn statements(part: &Part) -> Vec<&[DocumentLine]> {
    let Some(asked) = part.asked else { return vec![] };
    let lines = part.section.lines.as_slice();
    let (first, rest) = lines.split_at(asked.first.min(lines.len()));
    std::iter::once(first).filter(|first| !first.is_empty()).chain(rest.chunks(1)).collect()
}

/// The lines as one fact.
fn fact_of(told: &[DocumentLine]) -> Fact {
    let ended = |text: &str| if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") };
    let text: Vec<String> = told.iter().map(|line| ended(&plain(&line.text))).collect();
    Fact { id: 1, text: text.join(" ") }
}

/// Without the marks that keep numbers left to right: the model reads them as letters.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect()
}

fn count(wording: &mut Wording, together: &Together) {
    let Risk { shown, written } = together.risk;
    wording.dropped += together.dropped.len();
    wording.outvoted += together.outvoted.len();
    wording.risk = wording.risk.max(shown.number());
    wording.risk_written = wording.risk_written.max(written.number());
}

/// Whether a text calls nobody `he` who is no man or boy, and nobody `she` who is no woman or girl: the rules of grounding see
/// no fact in these words.
fn calls_rightly(text: &str, sex: Option<Sex>) -> bool {
    let text = text.to_lowercase();
    let has = |of: &[&str]| text.split(|c: char| !c.is_alphabetic()).any(|word| of.contains(&word));
    let male = has(&["he", "him", "his", "himself"]);
    let female = has(&["she", "her", "hers", "herself"]);
    (!male || sex == Some(Sex::Male)) && (!female || sex == Some(Sex::Female))
}

/// Whether a text says what the line about the person says of their sex; age and pregnancy are numbers and names, which the
/// rules of grounding see.
fn names_sex(text: &str, sex: Option<Sex>) -> bool {
    let text = text.to_lowercase();
    let names: &[&str] = match sex {
        Some(Sex::Female) => &["woman", "girl", "female"],
        Some(Sex::Male) => &["man", "boy", "male"],
        None => return true,
    };
    text.split(|c: char| !c.is_alphabetic()).any(|word| names.contains(&word))
}

/// One line in the model's words, with the sources of those it stands for.
fn worded(told: &[DocumentLine], said: &[&str]) -> DocumentLine {
    let citations = unique(told.iter().flat_map(|line| &line.citations).cloned().collect());
    DocumentLine { citations, worded: true, ..DocumentLine::plain(said.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Asked;

    fn part(first: usize, lines: &[&str]) -> Part {
        let lines = lines.iter().map(|l| DocumentLine::plain(*l)).collect();
        let section = DocumentSection { heading: String::new(), beside: None, numbered: false, lines };
        Part { section, asked: Some(Asked { instructions: "", first }) }
    }

    #[test]
    fn a_statement_is_a_line_but_who_it_is_goes_with_what_comes_first() {
        let told = |part: &Part| statements(part).into_iter().map(|told| fact_of(told).text).collect::<Vec<_>>();
        let history = part(2, &["Woman, 30 years", "Temperature: \u{2066}39 °C\u{2069}", "No cough."]);
        assert_eq!(told(&history), ["Woman, 30 years. Temperature: 39 °C.", "No cough."]);
        assert_eq!(told(&part(2, &["Woman, 30 years"])), ["Woman, 30 years."]);
        assert_eq!(told(&part(1, &["Pale", "No rash"])), ["Pale.", "No rash."]);
        assert!(told(&part(1, &[])).is_empty());
    }

    #[test]
    fn nobody_is_called_he_who_is_a_woman_or_of_whom_it_is_not_known() {
        assert!(calls_rightly("The patient denies fever.", None));
        assert!(calls_rightly("He denies fever.", Some(Sex::Male)));
        assert!(!calls_rightly("He denies fever.", Some(Sex::Female)));
        assert!(!calls_rightly("Her eye itches.", Some(Sex::Male)));
        assert!(!calls_rightly("Her eye itches.", None));
        assert!(calls_rightly("There is a rash on the head.", None), "`he` inside a word is none");
        assert!(names_sex("A 30-year-old woman coughs.", Some(Sex::Female)));
        assert!(!names_sex("A 30-year-old woman coughs.", Some(Sex::Male)));
        assert!(!names_sex("A 30-year-old patient coughs.", Some(Sex::Male)));
    }

    #[test]
    fn a_worded_line_keeps_the_sources_of_what_it_stands_for() {
        let history = part(2, &["Woman, 30 years", "Fever: for 3 days"]);
        let line = worded(statements(&history)[0], &["A woman of 30 years has had a fever for 3 days."]);
        assert!(line.worded && line.text.starts_with("A woman"));
    }
}
