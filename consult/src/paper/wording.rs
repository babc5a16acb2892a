//! A document in the words of the language model. It writes each part that may be worded several times from the lines of the
//! template; a sentence stays when those lines support it and enough of the samples say it; and what no sentence says stands
//! in the template's words. So the document says what the template says, whatever the model does.

use super::{Draft, Part};
use crate::core::EventSink;
use crate::explain::unique;
use crate::jobs::Jobs;
use crate::meaning::Meaning;
use crate::speaker::Speaker;
use hakim_clinical::Lang;
use hakim_contract::*;
use hakim_models::Cancel;
use hakim_models::grounding::Fact;
use hakim_models::grounding::risk::Risk;
use hakim_models::write::Together;
use std::sync::Arc;

/// How often each part is written: the fewest that have a majority.
const SAMPLES: usize = 3;
/// Fewer lines are no text.
const LINES_NEEDED: usize = 2;

/// Puts a document into words in the background.
pub(crate) fn start(
    speaker: &Arc<Speaker>,
    meaning: &Arc<Meaning>,
    jobs: &Jobs,
    kind: DocumentKind,
    draft: Draft,
) -> JobRef {
    let (speaker, meaning) = (Arc::clone(speaker), Arc::clone(meaning));
    jobs.start(move |job, cancel, events| {
        let step = match write(&speaker, &meaning, kind, &draft, cancel, events, job) {
            Ok(Some(worded)) => PaperStep::Written { worded: Box::new(worded) },
            Ok(None) => PaperStep::Stopped,
            Err(failure) => PaperStep::WithoutModel { why: failure.key },
        };
        Event::Paper { job, step }
    })
}

fn write(
    speaker: &Speaker,
    meaning: &Meaning,
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
    let asked = |part: &&Part| part.asked.is_some() && part.section.lines.len() >= LINES_NEEDED;
    let of = draft.parts.iter().filter(asked).count();
    let mut done = 0;
    for (part, section) in draft.parts.iter().zip(&mut document.sections) {
        let Some(instructions) = part.asked.filter(|_| asked(&part)) else { continue };
        events(Event::Paper { job, step: PaperStep::Writing { done, of } });
        let facts = facts_of(&part.section);
        let Some(together) = speaker.write_together(instructions, &facts, SAMPLES, cancel, events)? else {
            return Ok(None);
        };
        let together = meaning.keep_to_subject(together, &facts);
        count(&mut wording, &together);
        shares.push(together.disagreement);
        let said: Vec<&str> = together.sentences.iter().map(|voted| voted.sentence.text.as_str()).collect();
        let missing = speaker.missing(&facts, &said);
        wording.restored += missing.len();
        section.lines = lines_of(&part.section.lines, &together, &missing);
        done += 1;
    }
    wording.disagreement = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
    Ok(Some(WordedDocument { kind, from, document, wording }))
}

/// The lines as facts, numbered from 1.
fn facts_of(section: &DocumentSection) -> Vec<Fact> {
    let ended = |text: &str| if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") };
    (1..).zip(&section.lines).map(|(id, line)| Fact { id, text: ended(&plain(&line.text)) }).collect()
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

/// The model's sentences and, in the template's words, the lines that none of them says, by number.
fn lines_of(template: &[DocumentLine], together: &Together, missing: &[usize]) -> Vec<DocumentLine> {
    let line = |id: &usize| template.get(id - 1);
    let worded = together.sentences.iter().map(|voted| {
        let behind = voted.sentence.facts.iter().filter_map(line).flat_map(|l| &l.citations);
        let citations = unique(behind.cloned().collect());
        DocumentLine { text: voted.sentence.text.clone(), citations, worded: true }
    });
    worded.chain(missing.iter().filter_map(line).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakim_models::write::{CheckedSentence, VotedSentence};

    fn section(lines: &[&str]) -> DocumentSection {
        DocumentSection { heading: String::new(), lines: lines.iter().map(|l| DocumentLine::plain(*l)).collect() }
    }

    #[test]
    fn lines_are_facts_with_plain_numbers_and_an_end() {
        let facts = facts_of(&section(&["Temperature: \u{2066}39 °C\u{2069}", "No cough."]));
        let texts: Vec<(usize, &str)> = facts.iter().map(|f| (f.id, f.text.as_str())).collect();
        assert_eq!(texts, [(1, "Temperature: 39 °C."), (2, "No cough.")]);
    }

    #[test]
    fn what_the_model_leaves_out_stands_in_the_words_of_the_template() {
        let template = section(&["Fever, for 3 days", "No cough", "Headache"]).lines;
        let said = |text: &str, facts: &[usize]| VotedSentence {
            sentence: CheckedSentence { text: text.into(), facts: facts.to_vec() },
            votes: 3,
            of: 3,
        };
        let together = Together { sentences: vec![said("Fever for 3 days.", &[1])], ..Together::default() };
        let lines = lines_of(&template, &together, &[2, 3]);
        let told: Vec<(&str, bool)> = lines.iter().map(|l| (l.text.as_str(), l.worded)).collect();
        assert_eq!(told, [("Fever for 3 days.", true), ("No cough", false), ("Headache", false)]);
        // A model that says nothing leaves the template's part as it was.
        assert_eq!(lines_of(&template, &Together::default(), &[1, 2, 3]), template);
    }
}
