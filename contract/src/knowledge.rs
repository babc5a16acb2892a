//! Reading the knowledge base: passages and search.

use crate::PassageView;
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

/// Hits, best first. Empty: nothing was found, which does not mean that nothing is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchReply {
    /// hits
    pub hits: Vec<SearchHit>,
}
