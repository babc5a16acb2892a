//! What a question is about: the conditions, medicines and remedies whose names stand in it.

use hakim_clinical::{KnowledgeBase, Lang, Name, Names};
use hakim_knowledge::{search_form, telling_words, tokens};
use std::collections::HashMap;

/// Words that a name may have.
const LONGEST: usize = 6;
/// Shorter names are also ordinary words.
const LEAST_LETTERS: usize = 3;
/// Things that a question is about, at most.
const MOST: usize = 4;

/// Ids by name, as the search folds words.
pub(super) struct Subjects {
    ids: HashMap<String, Vec<String>>,
}

/// The search forms of a text's words.
pub(super) fn forms(text: &str) -> Vec<String> {
    tokens(text).iter().map(|t| search_form(&t.word)).collect()
}

impl Subjects {
    /// Collects the names of every language.
    pub(super) fn new(base: &KnowledgeBase) -> Self {
        let mut subjects = Self { ids: HashMap::new() };
        base.conditions.values().for_each(|c| subjects.add_names(c.id.as_str(), &c.names));
        for medicine in base.medicines.values() {
            subjects.add_names(medicine.id.as_str(), &medicine.names);
            medicine.brands.values().flatten().for_each(|brand| subjects.add(medicine.id.as_str(), brand));
        }
        for condition in base.traditional.values() {
            subjects.add_names(condition.id.as_str(), &condition.names);
            [&condition.original, &condition.translit].into_iter().for_each(|n| subjects.add(condition.id.as_str(), n));
        }
        for remedy in base.remedies.values() {
            subjects.add_names(remedy.id.as_str(), &remedy.names);
            let own = [Some(&remedy.original), Some(&remedy.translit), remedy.scientific.as_ref()];
            own.into_iter().flatten().for_each(|n| subjects.add(remedy.id.as_str(), n));
        }
        subjects
    }

    fn add_names(&mut self, id: &str, names: &Names) {
        let all = names.0.values().flat_map(|Name { term, lay, .. }| std::iter::once(term).chain(lay));
        all.for_each(|name| self.add(id, name));
    }

    fn add(&mut self, id: &str, name: &str) {
        let words = forms(name);
        let key = words.join(" ");
        if words.len() > LONGEST || key.chars().count() < LEAST_LETTERS {
            return;
        }
        let ids = self.ids.entry(key).or_default();
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }

    /// The longest names in the text from left to right.
    pub(super) fn of(&self, text: &str) -> Vec<String> {
        let words = forms(text);
        let telling: Vec<String> = telling_words(text).iter().map(|w| search_form(w)).collect();
        let (mut at, mut found): (usize, Vec<String>) = (0, vec![]);
        while at < words.len() {
            let named = (1..=LONGEST.min(words.len() - at)).rev().find_map(|length| {
                let phrase = words.get(at..at + length)?;
                // A name of nothing but small words is one of those words.
                let tells = phrase.iter().any(|word| telling.contains(word));
                Some((length, self.ids.get(&phrase.join(" ")).filter(|_| tells)?))
            });
            match named {
                Some((length, ids)) => {
                    for id in ids {
                        if !found.contains(id) {
                            found.push(id.clone());
                        }
                    }
                    at += length;
                }
                None => at += 1,
            }
        }
        found.truncate(MOST);
        found
    }
}

/// The name of an entry as a text of the packs.
pub(super) fn term(base: &KnowledgeBase, id: &str, lang: Lang) -> String {
    base.names_of(id).map(|names| names.term(lang).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_counts_and_small_words_are_no_names() {
        let mut subjects = Subjects { ids: HashMap::new() };
        for (id, name) in [("heart", "heart failure"), ("acute", "acute heart failure"), ("who", "the")] {
            subjects.add(id, name);
        }
        assert_eq!(subjects.of("What helps in acute heart failure?"), ["acute"]);
        assert_eq!(subjects.of("Chronic heart failure, and the rest"), ["heart"]);
        assert!(subjects.of("What is the fever?").is_empty());
    }
}
