//! Terms of the Human Phenotype Ontology as they stand in English text: every name and exact synonym, in any order of its
//! words and with any of their endings.

use hakim_clinical::{FindingId, KnowledgeBase, Mention, Presence, Token};
use hakim_knowledge::{search_form, tokens};
use hakim_reasoning::context;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The root of what can be abnormal in a patient; modes of inheritance, onset and the like lie outside.
const ROOT: &str = "HP:0000118";
/// Longer names are definitions; nobody writes them.
const MAX_WORDS: usize = 8;
/// Words that say nothing in a name.
const SMALL: &[&str] = &["a", "an", "the", "of", "in", "on", "to", "with", "and", "or", "at", "by", "for", "is", "are"];

/// A term found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phenotype {
    /// `HP:0001250`
    pub id: String,
    /// name of the term
    pub name: String,
    /// byte offsets into the text
    pub span: (usize, usize),
    /// there, denied, or doubtful, somebody else's or in the past
    pub presence: Presence,
}

/// Names of the ontology, by their words.
pub struct Phenotypes {
    /// words of a name in the order of the alphabet, joined by a space
    by_words: HashMap<String, usize>,
    terms: Vec<(String, String)>,
}

impl Phenotypes {
    /// Reads the names out of an ontology file (`hp.obo`).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(file: &Path) -> std::io::Result<Self> {
        Ok(Self::from_obo(&std::fs::read_to_string(file)?))
    }

    fn from_obo(obo: &str) -> Self {
        let stanzas: Vec<Stanza<'_>> = obo.split("\n[").filter_map(stanza).collect();
        let parents: HashMap<&str, &[&str]> = stanzas.iter().map(|s| (s.id, s.parents.as_slice())).collect();
        let mut inside = HashMap::new();
        let mut found = Self { by_words: HashMap::new(), terms: vec![] };
        // A name of one term outweighs the synonym of another.
        let kept: Vec<&Stanza<'_>> =
            stanzas.iter().filter(|s| s.id != ROOT && below_root(s.id, &parents, &mut inside)).collect();
        for (at, stanza) in kept.iter().enumerate() {
            found.terms.push((stanza.id.to_owned(), stanza.name.to_owned()));
            found.add(stanza.name, at);
        }
        for (at, stanza) in kept.iter().enumerate() {
            stanza.synonyms.iter().for_each(|s| found.add(s, at));
        }
        found
    }

    fn add(&mut self, name: &str, term: usize) {
        let words: Vec<String> = telling(&tokens(name)).into_iter().map(|(_, w)| w).collect();
        // one short word is an abbreviation that means other things too
        let alone = words.len() == 1 && words[0].chars().count() < 4;
        if !words.is_empty() && words.len() <= MAX_WORDS && !alone {
            self.by_words.entry(bag(words)).or_insert(term);
        }
    }

    /// Terms of a text, the longest that stand at each place.
    pub fn find(&self, text: &str, base: &KnowledgeBase) -> Vec<Phenotype> {
        let all = tokens(text);
        let words = telling(&all);
        let mut mentions = vec![];
        let mut at = 0;
        while at < words.len() {
            let clause = 1 + words[at + 1..].iter().take_while(|(i, _)| !all[*i].parted).count();
            let longest = (1..=clause.min(MAX_WORDS)).rev().find_map(|n| {
                let row = &words[at..at + n];
                let term = self.by_words.get(&bag(row.iter().map(|(_, w)| w.clone()).collect()))?;
                Some((n, *term))
            });
            let Some((n, term)) = longest else {
                at += 1;
                continue;
            };
            let (first, last) = (words[at].0, words[at + n - 1].0);
            mentions.push(Mention {
                finding: FindingId::new(self.terms[term].0.as_str()),
                tokens: (first, last + 1),
                span: (all[first].span.0, all[last].span.1),
            });
            at += n;
        }
        let names: HashMap<&str, &str> = self.terms.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
        let read = context::read(text, &all, &mentions, base);
        let presence = |m: &Mention| {
            let said = read.iter().find(|o| o.finding == m.finding && o.span == Some(m.span));
            said.map_or(Presence::Unknown, |o| o.presence)
        };
        mentions
            .iter()
            .map(|m| Phenotype {
                id: m.finding.to_string(),
                name: names.get(m.finding.as_str()).copied().unwrap_or_default().to_owned(),
                span: m.span,
                presence: presence(m),
            })
            .collect()
    }

    /// Names that are known.
    pub fn len(&self) -> usize {
        self.by_words.len()
    }

    /// None is known.
    pub fn is_empty(&self) -> bool {
        self.by_words.is_empty()
    }
}

struct Stanza<'a> {
    id: &'a str,
    name: &'a str,
    parents: Vec<&'a str>,
    synonyms: Vec<&'a str>,
}

fn stanza(text: &str) -> Option<Stanza<'_>> {
    let body = text.strip_prefix("Term]")?;
    let values = |key: &'static str| body.lines().filter_map(move |l| l.strip_prefix(key));
    if values("is_obsolete: true").next().is_some() {
        return None;
    }
    let exact = |line: &&str| line.contains("\" EXACT") && !line.contains("obsolete_synonym");
    Some(Stanza {
        id: values("id: ").next()?,
        name: values("name: ").next()?,
        parents: values("is_a: ").filter_map(|l| l.split(' ').next()).collect(),
        synonyms: values("synonym: \"").filter(exact).filter_map(|l| l.split('"').next()).collect(),
    })
}

fn below_root<'a>(id: &'a str, parents: &HashMap<&'a str, &[&'a str]>, known: &mut HashMap<&'a str, bool>) -> bool {
    if id == ROOT {
        return true;
    }
    if let Some(known) = known.get(id) {
        return *known;
    }
    let above: Vec<&'a str> = parents.get(id).map(|p| p.to_vec()).unwrap_or_default();
    let inside = above.into_iter().any(|p| below_root(p, parents, known));
    known.insert(id, inside);
    inside
}

/// The words that tell, with their places.
fn telling(words: &[Token]) -> Vec<(usize, String)> {
    let tells = |(i, t): (usize, &Token)| (!SMALL.contains(&t.word.as_str())).then(|| (i, search_form(&t.word)));
    words.iter().enumerate().filter_map(tells).collect()
}

fn bag(mut words: Vec<String>) -> String {
    words.sort_unstable();
    let mut seen = HashSet::new();
    words.retain(|w| seen.insert(w.clone()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBO: &str = "format-version: 1.2\n\n[Term]\nid: HP:0000118\nname: Phenotypic abnormality\n\n[Term]\nid: HP:0001250\n\
        name: Seizure\nsynonym: \"Epileptic seizure\" EXACT []\nsynonym: \"Fits\" RELATED []\nis_a: HP:0000118 ! x\n\n[Term]\n\
        id: HP:0002079\nname: Hypoplasia of the corpus callosum\nis_a: HP:0000118 ! x\n\n[Term]\nid: HP:0000006\n\
        name: Autosomal dominant inheritance\n\n[Typedef]\nid: x\n";

    #[test]
    fn terms_are_found_in_any_order_of_their_words_and_denials_are_read() {
        let known = Phenotypes::from_obo(OBO);
        let found = known.find(
            "Corpus callosum hypoplasia. No seizures. Fits; autosomal dominant inheritance",
            &KnowledgeBase::default(),
        );
        let told: Vec<(&str, Presence)> = found.iter().map(|p| (p.id.as_str(), p.presence)).collect();
        assert_eq!(told, [("HP:0002079", Presence::Present), ("HP:0001250", Presence::Absent)]);
        assert_eq!(found[0].span, (0, 26));
    }
}
