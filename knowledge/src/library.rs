//! Search over all passages and all entries (conditions, medicines, remedies) of the packs.

use crate::index::{IndexError, Layer, Piece, Search, TextIndex};
use crate::prepared::draft_beside;
use hakim_clinical::{Caution, Condition, Interaction, KnowledgeBase, Lang, PassageId, Text};
use std::path::Path;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// a passage
    Passage(PassageId),
    /// a condition, medicine, traditional condition or remedy, by its id
    Entry(String),
}

/// A hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// what was found
    pub found: Found,
    /// score, only to compare hits of one search
    pub score: f32,
}

/// Marks of the stored id: what kind of document it names.
const PASSAGE: &str = "p:";
const ENTRY: &str = "e:";
/// Below this age a condition that ends there is one of children, years.
const CHILD_UNTIL: f64 = 18.0;
/// From this age on, a condition that begins there is one of adults, years.
const ADULT_FROM: f64 = 12.0;

/// The searchable passages and entries of all packs.
pub struct Library {
    index: TextIndex,
}

impl Library {
    /// Builds the index in memory.
    ///
    /// # Errors
    /// When tantivy cannot build it.
    pub fn new(base: &KnowledgeBase) -> Result<Self, IndexError> {
        Ok(Self { index: TextIndex::in_memory(pieces(base))? })
    }

    /// Opens the index of these packs in `cache`, building it there the first time. `key` names the set of packs.
    ///
    /// # Errors
    /// When it can be built neither there nor in memory.
    pub fn kept(base: &KnowledgeBase, cache: &Path, key: &str) -> Result<Self, IndexError> {
        let folder = cache.join(format!("index-{key}"));
        if folder.is_dir()
            && let Ok(index) = TextIndex::open(&folder)
            && !index.is_empty()
        {
            return Ok(Self { index });
        }
        // Without a place to keep it, it is built in memory each time: slower, not wrong.
        Self::build_kept(base, &folder).or_else(|_| Self::new(base))
    }

    fn build_kept(base: &KnowledgeBase, folder: &Path) -> Result<Self, IndexError> {
        let draft = draft_beside(folder);
        let _ = std::fs::remove_dir_all(&draft);
        TextIndex::open(&draft)?.add_all(pieces(base))?;
        let _ = std::fs::remove_dir_all(folder);
        std::fs::rename(&draft, folder)?;
        Ok(Self { index: TextIndex::open(folder)? })
    }

    /// The best passages and entries, best first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, search: &Search<'_>) -> Result<Vec<Hit>, IndexError> {
        let hits = self.index.search(search)?.into_iter().filter_map(|hit| {
            let found = match (hit.id.strip_prefix(PASSAGE), hit.id.strip_prefix(ENTRY)) {
                (Some(passage), _) => Found::Passage(PassageId::new(passage)),
                (_, Some(entry)) => Found::Entry(entry.to_owned()),
                (None, None) => return None,
            };
            Some(Hit { found, score: hit.score })
        });
        Ok(hits.collect())
    }

    /// Passages and entries in it.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
}

/// The text of every passage and entry by what it is found as, for encoding: names first, then the English text.
pub fn texts_to_encode(base: &KnowledgeBase) -> impl Iterator<Item = (Found, String)> + '_ {
    let english = |text: &Text| text.get(Lang::En).to_owned();
    let passages = base
        .passages
        .values()
        .map(move |p| (Found::Passage(p.id.clone()), format!("{}. {}", english(&p.title), english(&p.text))));
    let described = entries(base).map(move |(id, texts)| {
        let name = base.names_of(id).map(|n| n.term(Lang::En).to_owned()).unwrap_or_default();
        let body: Vec<String> = texts.iter().take(3).map(|t| english(t)).collect();
        (Found::Entry(id.to_owned()), format!("{name}. {}", body.join(" ")))
    });
    passages.chain(described)
}

fn pieces(base: &KnowledgeBase) -> impl Iterator<Item = Piece<'_>> {
    let passages = base.passages.values().map(|passage| {
        let (children, adults) =
            passage.about.iter().find_map(|a| base.conditions.get(a.as_str())).map_or((true, true), ages);
        let traditional = passage.about.iter().any(|a| {
            base.traditional.contains_key(a.as_str())
                || base.remedies.contains_key(a.as_str())
                || base.terms.contains_key(a.as_str())
        });
        Piece {
            id: format!("{PASSAGE}{}", passage.id),
            collection: &passage.pack,
            layer: Some(if traditional { Layer::Traditional } else { Layer::Clinical }),
            languages: passage.text.0.keys().copied().collect(),
            children,
            adults,
            names: passage.about.iter().flat_map(|about| names_of(base, about)).collect(),
            titles: passage.title.0.values().map(String::as_str).collect(),
            bodies: passage.text.0.values().map(String::as_str).collect(),
            stored: String::new(),
        }
    });
    let described = entries(base).map(|(entry, texts)| {
        let traditional = base.traditional.contains_key(entry) || base.remedies.contains_key(entry);
        let (children, adults) = base.conditions.get(entry).map_or((true, true), ages);
        Piece {
            id: format!("{ENTRY}{entry}"),
            collection: "entries",
            layer: Some(if traditional { Layer::Traditional } else { Layer::Clinical }),
            languages: Lang::ALL.to_vec(),
            children,
            adults,
            names: names_of(base, entry),
            titles: vec![],
            bodies: texts.iter().flat_map(|t| t.0.values()).map(String::as_str).collect(),
            stored: String::new(),
        }
    });
    passages.chain(described)
}

/// Whether children and whether adults can have it.
fn ages(condition: &Condition) -> (bool, bool) {
    let children = condition.from_years.is_none_or(|from| from < ADULT_FROM);
    let adults = condition.to_years.is_none_or(|to| to > CHILD_UNTIL);
    (children, adults)
}

/// Every entry with the texts it is found by.
fn entries(base: &KnowledgeBase) -> impl Iterator<Item = (&str, Vec<&Text>)> {
    fn safety<'a>(cautions: &'a [Caution], interactions: &'a [Interaction]) -> impl Iterator<Item = &'a Text> {
        cautions.iter().map(|c| &c.text).chain(interactions.iter().map(|i| &i.because))
    }
    let conditions = base.conditions.values().map(|c| (c.id.as_str(), vec![&c.summary]));
    let medicines = base.medicines.values().map(|m| {
        let doses = m.doses.iter().map(|d| &d.label);
        (m.id.as_str(), doses.chain(safety(&m.cautions, &m.interactions)).collect())
    });
    let traditional = base.traditional.values().map(|c| {
        let lines = c.principles.iter().chain(&c.regimen).chain(&c.diet).chain(&c.remedies);
        (c.id.as_str(), lines.map(|l| &l.text).collect())
    });
    let remedies = base
        .remedies
        .values()
        .map(|r| (r.id.as_str(), std::iter::once(&r.uses).chain(safety(&r.cautions, &r.interactions)).collect()));
    conditions.chain(medicines).chain(traditional).chain(remedies)
}

fn names_of<'a>(base: &'a KnowledgeBase, about: &str) -> Vec<&'a str> {
    let all = base.names_of(about).into_iter().flat_map(|n| n.0.values());
    all.flat_map(|n| std::iter::once(n.term.as_str()).chain(n.lay.iter().map(String::as_str))).collect()
}
