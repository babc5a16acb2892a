//! What is wrong with a pack file, where, and what to do.

use std::fmt;

/// One thing that is wrong in a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// file inside the packs folder
    pub file: String,
    /// line, 1-based; 0 when the whole file is meant
    pub line: usize,
    /// id of the thing, as far as known
    pub id: String,
    /// what is wrong and what to do
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.id.is_empty() {
            write!(f, "{}: ", self.id)?;
        }
        f.write_str(&self.what)
    }
}
