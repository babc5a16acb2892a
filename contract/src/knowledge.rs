//! Reading the knowledge base: passages, entries and search.

use crate::{CitationView, PassageView, ShelfBlock};
use hakim_clinical::{Lang, PassageId, Text};
use serde::{Deserialize, Serialize};

/// One passage by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageRef {
    /// id
    pub passage: PassageId,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRequest {
    /// words in any language
    pub query: String,
    /// preferred language
    pub language: Lang,
    /// most hits
    pub limit: usize,
    /// which part to look in
    #[serde(default)]
    pub scope: SearchScope,
    /// only what is about children (`true`) or adults (`false`)
    #[serde(default)]
    pub children: Option<bool>,
    /// only what is written in this language
    #[serde(default)]
    pub only_language: Option<Lang>,
    /// only this pack or document
    #[serde(default)]
    pub only_in: Option<String>,
}

impl SearchRequest {
    /// Looks everywhere.
    pub fn everywhere(query: String, language: Lang, limit: usize) -> Self {
        Self { query, language, limit, scope: SearchScope::All, children: None, only_language: None, only_in: None }
    }
}

/// Part of the knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchScope {
    /// everything
    #[default]
    All,
    /// conditions and medicines
    Clinical,
    /// the traditional layer
    Traditional,
    /// the user's own documents
    Own,
}

/// A hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    /// the passage
    pub passage: PassageView,
    /// what it is about, named
    pub about: Vec<Text>,
    /// score, only to compare hits of one search
    pub score: f32,
}

/// What an entry of the knowledge base describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// a condition
    Condition,
    /// a medicine
    Medicine,
    /// a condition of the traditional layer
    Traditional,
    /// a single drug or formulation of the traditional layer
    Remedy,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryHit {
    /// id
    pub id: String,
    /// kind
    pub kind: EntryKind,
    /// name
    pub name: Text,
    /// one sentence, where the packs have one
    pub summary: Text,
    /// score, only to compare hits of one search
    #[serde(default)]
    pub score: f32,
}

/// One entry by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRef {
    /// id of a condition, medicine, traditional condition or remedy
    pub id: String,
}

/// One fact of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryLine {
    /// what it is about: a finding, who gets the dose, the other medicine; may be empty
    pub title: Text,
    /// the fact in words
    pub text: Text,
    /// citation
    pub citation: CitationView,
}

/// Facts of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntrySection {
    /// message key without the `entry-` prefix: `findings`, `dangers`, `tests`, `care`, `doses`, `cautions`,
    /// `interactions`, `uses`, `refer`
    pub key: String,
    /// the facts
    pub lines: Vec<EntryLine>,
}

/// All that the packs say of one condition, medicine or remedy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    /// id
    pub id: String,
    /// kind
    pub kind: EntryKind,
    /// name
    pub name: Text,
    /// other names: brands, scientific name, term in Arabic script
    pub also: Vec<String>,
    /// codes with their system: `ICD-10 A90`
    pub codes: Vec<String>,
    /// one sentence
    pub summary: Text,
    /// facts by kind, in the order of the page
    pub sections: Vec<EntrySection>,
    /// passages about it
    pub passages: Vec<PassageView>,
}

/// Hits, best first. Empty: nothing was found, which does not mean that nothing is there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SearchReply {
    /// conditions, medicines and remedies
    pub entries: Vec<EntryHit>,
    /// passages
    pub hits: Vec<SearchHit>,
    /// paragraphs of the user's own documents
    #[serde(default)]
    pub own: Vec<ShelfBlock>,
}
