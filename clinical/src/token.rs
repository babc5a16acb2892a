//! A folded word of free text with the place it came from; made by `knowledge`, read by `reasoning`.

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// folded word: one spelling of letters and digits, lower case
    pub word: String,
    /// byte offsets into the original text
    pub span: (usize, usize),
    /// a comma or the end of a sentence stands before it
    pub parted: bool,
}

/// A finding named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// which finding
    pub finding: crate::FindingId,
    /// first and one-past-last token
    pub tokens: (usize, usize),
    /// byte offsets into the original text
    pub span: (usize, usize),
}
