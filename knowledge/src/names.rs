//! What medicines, classes and remedies are called: finds the entity behind a name as typed, brands and misspellings included.

use crate::text::{fold, one_letter_apart};
use hakim_clinical::{Entity, KnowledgeBase};
use std::collections::HashMap;

/// Shorter names are never matched by likeness: too many drugs differ by one letter.
const MIN_LETTERS_FOR_LIKENESS: usize = 6;

/// All names.
#[derive(Debug, Default)]
pub struct NameBook {
    names: HashMap<String, Vec<Entity>>,
}

impl NameBook {
    /// Collects names, other names and brands of every language.
    pub fn new(base: &KnowledgeBase) -> Self {
        let mut book = Self::default();
        for medicine in base.medicines.values() {
            let entity = Entity::Medicine(medicine.id.clone());
            book.add(medicine.id.as_str(), &entity);
            for name in medicine.names.0.values() {
                book.add(&name.term, &entity);
                name.lay.iter().for_each(|n| book.add(n, &entity));
            }
            medicine.brands.values().flatten().for_each(|n| book.add(n, &entity));
        }
        for (id, names) in &base.more_names.by_medicine {
            let entity = Entity::Medicine(id.clone());
            names.iter().for_each(|n| book.add(n, &entity));
        }
        for (brand, ids) in &base.more_names.combinations {
            ids.iter().for_each(|id| book.add(brand, &Entity::Medicine(id.clone())));
        }
        for medicine in base.medicines.values() {
            for class in &medicine.classes {
                book.add_if_free(class.as_str(), &Entity::Class(class.clone()));
            }
        }
        for (class, info) in &base.classes {
            for name in info.names.0.values() {
                book.add_if_free(&name.term, &Entity::Class(class.clone()));
                name.lay.iter().for_each(|n| book.add_if_free(n, &Entity::Class(class.clone())));
            }
        }
        for remedy in base.remedies.values() {
            let entity = Entity::Remedy(remedy.id.clone());
            for name in [&remedy.original, &remedy.translit] {
                book.add(name, &entity);
            }
            if let Some(name) = &remedy.scientific {
                book.add(name, &entity);
            }
            for name in remedy.names.0.values() {
                book.add(&name.term, &entity);
                name.lay.iter().for_each(|n| book.add(n, &entity));
            }
        }
        book
    }

    fn add(&mut self, name: &str, entity: &Entity) {
        let key = key(name);
        if key.is_empty() {
            return;
        }
        let list = self.names.entry(key).or_default();
        if !list.contains(entity) {
            list.push(entity.clone());
            list.sort();
        }
    }

    fn add_if_free(&mut self, name: &str, entity: &Entity) {
        let free = self.names.get(&key(name)).is_none_or(|l| l.contains(entity));
        if free {
            self.add(name, entity);
        }
    }

    /// What a typed name stands for: amounts ("500 mg bd") are ignored; one wrong letter is forgiven in long names.
    /// Empty when nobody here knows the name, which never means that it is safe.
    pub fn find(&self, typed: &str) -> Vec<Entity> {
        let typed = key(&without_amount(typed));
        if typed.is_empty() {
            return vec![];
        }
        if let Some(found) =
            self.names.get(&typed).or_else(|| self.names.get(typed.strip_suffix('s').unwrap_or(&typed)))
        {
            return found.clone();
        }
        let mut near: Vec<&Vec<Entity>> = vec![];
        if typed.chars().count() >= MIN_LETTERS_FOR_LIKENESS {
            near = self.names.iter().filter(|(name, _)| one_letter_apart(name, &typed)).map(|(_, e)| e).collect();
            near.sort();
            near.dedup();
        }
        match near.as_slice() {
            // Likeness to two different things decides nothing.
            [one] => (*one).clone(),
            _ => vec![],
        }
    }

    /// What these very words stand for; no likeness, no amounts.
    pub fn exact(&self, words: &str) -> &[Entity] {
        self.names.get(&key(words)).map_or(&[], Vec::as_slice)
    }

    /// Every name with its entities, for vocabularies.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[Entity])> {
        self.names.iter().map(|(n, e)| (n.as_str(), e.as_slice()))
    }
}

fn key(name: &str) -> String {
    fold(name)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The name up to the first number: `metformin 500 mg bd` is `metformin`.
fn without_amount(typed: &str) -> String {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let end = words.iter().skip(1).position(|w| w.starts_with(|c: char| c.is_numeric())).map_or(words.len(), |i| i + 1);
    words[..end].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_do_not_hide_the_name() {
        assert_eq!(without_amount("Metformin 500 mg bd"), "Metformin");
        assert_eq!(without_amount("vitamin a 200000"), "vitamin a");
    }
}
