//! What medicines, classes and remedies are called: finds the entity behind a name as typed, brands and misspellings included.

use crate::text::{fold, one_letter_apart};
use hakim_clinical::{Entity, KnowledgeBase, NameRead};
use std::collections::{HashMap, HashSet};

/// Shorter names are never matched by likeness: too many drugs differ by one letter.
const MIN_LETTERS_FOR_LIKENESS: usize = 6;

/// Most words of a name that is looked for among other words.
const MOST_WORDS: usize = 4;
/// Shorter names are also ordinary words.
const MIN_LETTERS_AMONG_WORDS: usize = 4;

/// Words beside a name that belong to no name: forms, routes, how often. Folded.
const BESIDE: &[&str] = &[
    "tab",
    "tabs",
    "tablet",
    "tablets",
    "cap",
    "caps",
    "capsule",
    "capsules",
    "inj",
    "injection",
    "injections",
    "syp",
    "syr",
    "syrup",
    "susp",
    "suspension",
    "drop",
    "drops",
    "cream",
    "ointment",
    "oint",
    "gel",
    "lotion",
    "inhaler",
    "nebuliser",
    "nebulizer",
    "neb",
    "sachet",
    "sachets",
    "vial",
    "amp",
    "ampoule",
    "supp",
    "suppository",
    "patch",
    "spray",
    "iv",
    "im",
    "sc",
    "po",
    "oral",
    "orally",
    "sr",
    "xr",
    "er",
    "od",
    "bd",
    "bid",
    "tds",
    "tid",
    "qid",
    "qds",
    "hs",
    "prn",
    "sos",
    "stat",
    "daily",
    "once",
    "twice",
    "thrice",
    "nightly",
    "mg",
    "ml",
    "mcg",
    "g",
    "units",
    "hydrochloride",
    "hcl",
    "sodium",
    "sulfate",
    "sulphate",
    "maleate",
    "mesylate",
    "besylate",
    "besilate",
    "tartrate",
    "succinate",
    "phosphate",
    "citrate",
    "acetate",
    "fumarate",
    "nitrate",
    "bromide",
    "trihydrate",
    "ec",
    "xl",
    "mr",
    "cr",
    "la",
    "retard",
    "forte",
    "ds",
    "iu",
    "گولی",
    "گولیاں",
    "ٹیبلٹ",
    "کیپسول",
    "ٹیکہ",
    "ٹیکا",
    "انجکشن",
    "شربت",
    "سیرپ",
    "قطرے",
    "مرہم",
    "حبوب",
    "اقراص",
    "قرص",
    "حبة",
    "كبسول",
    "كبسولة",
    "حقنة",
    "حقن",
    "شراب",
    "قطرة",
    "गोली",
    "गोलियां",
    "कैप्सूल",
    "इंजेक्शन",
    "सिरप",
    "टैबलेट",
    "comprime",
    "comprimes",
    "cp",
    "gelule",
    "gelules",
    "sirop",
    "injectable",
    "gouttes",
    "sachet",
    "ampoule",
];

/// What a typed name was taken for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundName {
    /// what it stands for; empty when nobody here knows the name, which never means that it is safe
    pub entities: Vec<Entity>,
    /// how sure that is
    pub read: NameRead,
}

/// All names.
#[derive(Debug, Default)]
pub struct NameBook {
    names: HashMap<String, Vec<Entity>>,
    /// names of what holds several medicines at once
    combinations: HashSet<String>,
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
            book.combinations.insert(key(brand));
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

    /// What a typed name stands for. Amounts, forms and how often ("Tab. X 500 mg bd") are no part of it; a name among other words
    /// ("rash after X") is found; else one wrong letter is forgiven in long names, and said to be a guess.
    pub fn find(&self, typed: &str) -> FoundName {
        if let Some(known) = self.whole(typed) {
            return known;
        }
        let bare = without_beside(&key(typed));
        let among = self.among(&bare);
        if !among.is_empty() {
            return FoundName { entities: among, read: NameRead::InPart };
        }
        FoundName { entities: self.like(&bare), read: NameRead::Guessed }
    }

    /// Whether the words, amounts and forms aside, are a name.
    pub fn knows(&self, typed: &str) -> bool {
        self.whole(typed).is_some()
    }

    /// The words as one name: as they stand, up to the first number, and without what is beside a name.
    fn whole(&self, typed: &str) -> Option<FoundName> {
        let whole = key(typed);
        let named = without_amount(&whole);
        let names = [whole.as_str(), named, &without_beside(named), &without_beside(&whole)];
        names.iter().find_map(|name| self.known(name))
    }

    fn known(&self, name: &str) -> Option<FoundName> {
        let singular = name.strip_suffix('s').unwrap_or(name);
        // the Arabic article
        let bare = name.strip_prefix("ال").unwrap_or(name);
        let (name, entities) = [name, singular, bare].into_iter().find_map(|n| Some((n, self.names.get(n)?)))?;
        let medicines = entities.iter().filter(|e| matches!(e, Entity::Medicine(_))).count();
        let either = medicines > 1 && !self.combinations.contains(name);
        let read = if either { NameRead::Either } else { NameRead::Known };
        Some(FoundName { entities: entities.clone(), read })
    }

    /// Names among the words, the longest first where several begin at one.
    fn among(&self, text: &str) -> Vec<Entity> {
        let words: Vec<&str> = text.split(' ').collect();
        let mut found = vec![];
        let mut at = 0;
        while at < words.len() {
            let phrases = (1..=MOST_WORDS.min(words.len() - at)).rev().map(|n| (n, words[at..at + n].join(" ")));
            let long = |phrase: &str| phrase.chars().count() >= MIN_LETTERS_AMONG_WORDS;
            let named = phrases.filter(|(_, p)| long(p)).find_map(|(n, p)| Some((n, self.known(&p)?)));
            at += named.as_ref().map_or(1, |(n, _)| *n);
            found.extend(named.into_iter().flat_map(|(_, name)| name.entities));
        }
        found.sort();
        found.dedup();
        found
    }

    /// What one letter would make of it, where that is one thing only.
    fn like(&self, name: &str) -> Vec<Entity> {
        if name.chars().count() < MIN_LETTERS_FOR_LIKENESS {
            return vec![];
        }
        let mut near: Vec<&Vec<Entity>> =
            self.names.iter().filter(|(known, _)| one_letter_apart(known, name)).map(|(_, e)| e).collect();
        near.sort();
        near.dedup();
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
fn without_amount(name: &str) -> &str {
    let number = |at: &usize| name[at + 1..].starts_with(|c: char| c.is_numeric());
    let end = name.match_indices(' ').map(|(at, _)| at).find(number).unwrap_or(name.len());
    &name[..end]
}

/// The name without numbers and what is no part of a name: `tab metformin 500 mg bd` is `metformin`.
fn without_beside(name: &str) -> String {
    /// Letters from which on a number glued to them is an amount: `warfarin5mg`, not `b12`.
    const A_NAME: usize = 4;
    let bare = |word: &'_ str| -> String {
        match word.find(|c: char| c.is_numeric()) {
            Some(at) if word[..at].chars().count() >= A_NAME => word[..at].to_owned(),
            _ => word.to_owned(),
        }
    };
    let part = |word: &&str| !BESIDE.contains(word) && !word.starts_with(|c: char| c.is_numeric());
    name.split(' ').filter(part).map(bare).collect::<Vec<_>>().join(" ")
}

/// The parts of what may be several names: `warfarin and aspirin`, `amlodipine/valsartan`.
pub fn parts(typed: &str) -> Vec<String> {
    const SIGNS: &[char] = &[',', '/', '+', '&', ';', '\n', '،', '؛', '|'];
    const WORDS: &[&str] = &["and", "with", "plus", "et", "avec", "اور", "و", "और", "+"];
    let mut parts = vec![];
    for piece in typed.split(SIGNS) {
        let words: Vec<&str> = piece.split_whitespace().collect();
        let joins = |w: &&str| WORDS.contains(&fold(w).as_str());
        parts.extend(words.split(joins).map(|w| w.join(" ")).filter(|p| p.chars().any(char::is_alphabetic)));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_do_not_hide_the_name() {
        assert_eq!(without_amount("metformin 500 mg bd"), "metformin");
        assert_eq!(without_amount("vitamin a 200000"), "vitamin a");
        assert_eq!(without_amount("5 fluorouracil"), "5 fluorouracil");
        assert_eq!(without_beside("tab augmentin 625mg 1 1 1"), "augmentin");
        assert_eq!(without_beside("inj rocephin 1g iv od"), "rocephin");
        assert_eq!(without_beside("warfarin5mg"), "warfarin");
        assert_eq!(without_beside("metformin hydrochloride"), "metformin");
        assert_eq!(without_beside("vitamin b12"), "vitamin b12");
        assert_eq!(without_beside(""), "");
    }

    #[test]
    fn several_names_are_parted() {
        assert_eq!(parts("warfarin and aspirin"), ["warfarin", "aspirin"]);
        assert_eq!(parts("amlodipine/valsartan 5/160 mg"), ["amlodipine", "valsartan 5", "160 mg"]);
        assert_eq!(parts("andrographis"), ["andrographis"]);
        assert!(parts(" , ").is_empty());
    }

    fn book(names: &[(&str, &str)], combinations: &[(&str, &[&str])]) -> NameBook {
        let mut book = NameBook::default();
        let medicine = |id: &str| Entity::Medicine(id.into());
        names.iter().for_each(|(name, id)| book.add(name, &medicine(id)));
        for (brand, ids) in combinations {
            ids.iter().for_each(|id| book.add(brand, &medicine(id)));
            book.combinations.insert(key(brand));
        }
        book
    }

    #[test]
    fn a_name_says_how_sure_it_is() {
        let book = book(
            &[("Warfarin", "warfarin"), ("Vermox", "mebendazole"), ("Dizone", "a"), ("Dizone", "b"), ("Werimoxa", "x")],
            &[("Septran", &["trimethoprim", "sulfamethoxazole"])],
        );
        let found = |typed: &str| {
            let found = book.find(typed);
            let ids: Vec<String> = found
                .entities
                .iter()
                .map(|e| match e {
                    Entity::Medicine(id) => id.to_string(),
                    _ => String::new(),
                })
                .collect();
            (ids.join(" "), found.read)
        };
        let of = |ids: &str, read| (ids.to_owned(), read);
        for typed in ["warfarin", "WARFARIN 5 mg od", "Tab. Warfarin 5mg", "warfarin tablets", "warfarins"] {
            assert_eq!(found(typed), of("warfarin", NameRead::Known), "{typed}");
            assert!(book.knows(typed));
        }
        assert_eq!(found("Septran"), of("sulfamethoxazole trimethoprim", NameRead::Known));
        assert_eq!(found("dizone 30 mg"), of("a b", NameRead::Either));
        assert_eq!(found("bled after warfarin, badly"), of("warfarin", NameRead::InPart));
        assert_eq!(found("warfarim"), of("warfarin", NameRead::Guessed));
        assert!(!book.knows("warfarim"));
        assert_eq!(found("vermos"), of("mebendazole", NameRead::Guessed));
        assert_eq!(found("abc"), of("", NameRead::Guessed));
        assert_eq!(found("500 mg"), of("", NameRead::Guessed));
        assert_eq!(found(""), of("", NameRead::Guessed));
    }
}
