//! Documents the user brings to search beside the packs.

use hakim_clinical::Lang;
use serde::{Deserialize, Serialize};

/// Documents to take in. Files already there are passed over, so that the same request goes on where it stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    /// files or folders on this computer
    #[serde(default)]
    pub paths: Vec<String>,
    /// files handed over by the window
    #[serde(default)]
    pub files: Vec<UploadedFile>,
}

/// A file handed over by the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedFile {
    /// its name
    pub name: String,
    /// its bytes, base64
    pub base64: String,
}

/// A document on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    /// id: hash of its bytes
    pub id: String,
    /// title
    pub title: String,
    /// name of the file it came from
    pub name: String,
    /// kind as shown: PDF, EPUB ...
    pub kind: String,
    /// paragraphs
    pub blocks: usize,
    /// language most of it is in
    pub language: Option<Lang>,
}

/// Documents on the shelf; when there are many, the latest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentList {
    /// documents
    pub documents: Vec<DocumentView>,
    /// how many there are in all
    pub total: usize,
}

/// One document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfRef {
    /// id
    pub id: String,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfPlace {
    /// id
    pub id: String,
    /// paragraph, from 1
    pub paragraph: u32,
}

/// A paragraph with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfBlock {
    /// the document
    pub document: String,
    /// its title
    pub title: String,
    /// heading above the paragraph; may be empty
    pub heading: String,
    /// text
    pub text: String,
    /// page, where the kind of file has pages
    pub page: Option<u32>,
    /// number in the document, from 1
    pub paragraph: u32,
}

/// Part of a document around a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfPage {
    /// the document
    pub document: DocumentView,
    /// the paragraph asked for
    pub paragraph: u32,
    /// paragraphs around it, in order
    pub blocks: Vec<ShelfBlock>,
}

/// How an import stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportState {
    /// which job
    pub job: u64,
    /// files to look at
    pub total: usize,
    /// files looked at
    pub done: usize,
    /// documents added
    pub added: usize,
    /// files that were on the shelf already
    pub known: usize,
    /// files that could not be read: name and message key
    pub failed: Vec<(String, String)>,
    /// more of these than are listed
    pub more_failed: usize,
    /// it ended
    pub finished: bool,
    /// it was cancelled
    pub cancelled: bool,
}
