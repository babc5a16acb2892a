//! Which kind of file it is, by its content first.

/// Kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Portable Document Format
    Pdf,
    /// electronic book
    Epub,
    /// web page
    Html,
    /// Markdown
    Markdown,
    /// XML of any vocabulary
    Xml,
    /// plain text
    Text,
}

impl Kind {
    /// Name as shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Epub => "EPUB",
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::Xml => "XML",
            Self::Text => "text",
        }
    }
}

/// The kind of a file, `None` when it is none of ours.
pub fn kind_of(name: &str, bytes: &[u8]) -> Option<Kind> {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let head: Vec<u8> = bytes.iter().take(1024).copied().collect();
    if head.windows(5).any(|w| w == b"%PDF-") {
        return Some(Kind::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") {
        let book = ending == "epub" || head.windows(20).any(|w| w == b"application/epub+zip");
        return book.then_some(Kind::Epub);
    }
    let lower = String::from_utf8_lossy(&head).to_lowercase();
    let start = lower.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("<!doctype html")
        || start.contains("<html")
        || matches!(ending.as_str(), "html" | "htm" | "xhtml")
    {
        return Some(Kind::Html);
    }
    if start.starts_with("<?xml") || ending == "xml" {
        return Some(Kind::Xml);
    }
    match ending.as_str() {
        "md" | "markdown" => Some(Kind::Markdown),
        "txt" | "text" | "" => Some(Kind::Text),
        _ => None,
    }
}
