//! Our own words: no run of eight words of a pack may stand in somebody else's text.

use crate::tokens;
use hakim_clinical::{KnowledgeBase, Text};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Words in a row that count as repeating.
pub const RUN: usize = 8;

/// Every run of [`RUN`] words in the packs' texts, to be looked for elsewhere.
pub struct OwnWords {
    /// hash of a run -> where it stands, and the run
    runs: HashMap<u64, (String, String)>,
}

impl OwnWords {
    /// Gathers the texts of a base: all that is written in sentences.
    pub fn of(base: &KnowledgeBase) -> Self {
        let mut own = Self { runs: HashMap::new() };
        for p in base.passages.values() {
            own.add(p.id.as_str(), &p.text);
        }
        for danger in base.all_dangers() {
            own.add(danger.id.as_str(), &danger.say);
            own.add(danger.id.as_str(), &danger.act);
        }
        for c in base.conditions.values() {
            own.add(c.id.as_str(), &c.summary);
            c.treatments.iter().for_each(|t| own.add(c.id.as_str(), &t.text));
            c.findings.iter().filter_map(|l| l.because.as_ref()).for_each(|t| own.add(c.id.as_str(), t));
        }
        for m in base.medicines.values() {
            m.cautions.iter().for_each(|t| own.add(m.id.as_str(), &t.text));
            m.interactions.iter().for_each(|i| {
                own.add(m.id.as_str(), &i.because);
                own.add(m.id.as_str(), &i.act);
            });
        }
        for r in base.remedies.values() {
            own.add(r.id.as_str(), &r.uses);
            r.cautions.iter().for_each(|t| own.add(r.id.as_str(), &t.text));
        }
        own
    }

    fn add(&mut self, id: &str, text: &Text) {
        for words in text.0.values() {
            for_each_run(words, |hash, run| {
                self.runs.entry(hash).or_insert_with(|| (id.to_owned(), run.join(" ")));
            });
        }
    }

    /// Runs of ours that stand in `text`: where in the packs, and the words.
    pub fn repeated_in(&self, text: &str) -> Vec<(&str, &str)> {
        let mut found = vec![];
        for_each_run(text, |hash, _| {
            if let Some((id, run)) = self.runs.get(&hash) {
                found.push((id.as_str(), run.as_str()));
            }
        });
        found.dedup();
        found
    }
}

fn for_each_run(text: &str, mut act: impl FnMut(u64, &[&str])) {
    let tokens = tokens(text);
    let words: Vec<&str> = tokens.iter().map(|t| t.word.as_str()).collect();
    for run in words.windows(RUN) {
        // Rows of numbers are tables, not sentences.
        if run.iter().filter(|w| w.chars().any(char::is_alphabetic)).count() < RUN - 1 {
            continue;
        }
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        act(hasher.finish(), run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_words_are_found_and_seven_are_not() {
        let mut own = OwnWords { runs: HashMap::new() };
        own.add("x", &Text::english("Give fluids by mouth in small sips all day long."));
        assert_eq!(own.repeated_in("we GIVE fluids, by mouth in small sips all the time").len(), 1);
        assert!(own.repeated_in("give fluids by mouth in small sips each hour").is_empty());
    }
}
