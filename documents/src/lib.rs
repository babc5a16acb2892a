//! Documents the user brings, read into paragraphs that can be searched and cited.
//!
//! Whatever the bytes are, [`read`] ends with a [`Reading`] or a [`ReadError`] that says what to do; it never panics.

mod blocks;
mod epub;
mod html;
mod kind;
mod markdown;
mod pdf;
mod text;
mod xml;

pub use blocks::Block;
pub use kind::{Kind, kind_of};

/// A file larger than this is refused unread.
pub const MAX_BYTES: usize = 200 << 20;

/// A document taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// what kind of file it was
    pub kind: Kind,
    /// its own title, else the file's name
    pub title: String,
    /// its paragraphs in order
    pub blocks: Vec<Block>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// no bytes
    #[error("the file is empty")]
    Empty,
    /// too many bytes
    #[error("the file is larger than {} MB", MAX_BYTES >> 20)]
    TooLarge,
    /// none of the kinds known
    #[error("this kind of file is not known; PDF, EPUB, HTML, Markdown, XML and text are")]
    UnknownKind,
    /// not text in a known encoding
    #[error("the text is not in a known encoding: save it as UTF-8")]
    Encoding,
    /// a broken file
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// a scan, or nothing but pictures
    #[error("there is no text in the file; a scanned document has only pictures of text")]
    NoText,
}

/// Reads a document. `name` is the file's name; it decides only where the content does not.
///
/// # Errors
/// [`ReadError`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Reading, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let kind = kind_of(name, bytes).ok_or(ReadError::UnknownKind)?;
    let mut gathered = match kind {
        Kind::Pdf => pdf::read(bytes)?,
        Kind::Epub => epub::read(bytes)?,
        Kind::Html => html::read(&text::decode(bytes)?),
        Kind::Markdown => markdown::read(&text::decode(bytes)?),
        Kind::Xml => xml::read(&text::decode(bytes)?)?,
        Kind::Text => text::read(&text::decode(bytes)?),
    };
    let title = gathered.take_title().unwrap_or_else(|| stem_of(name));
    let blocks = gathered.into_blocks();
    if blocks.is_empty() {
        return Err(ReadError::NoText);
    }
    Ok(Reading { kind, title, blocks })
}

/// The file's name without folders and ending.
fn stem_of(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.rsplit_once('.').map_or(last, |(stem, _)| stem).to_owned()
}
