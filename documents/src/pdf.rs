//! PDF: the text of each page.

use crate::ReadError;
use crate::blocks::Gathered;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(bytes: &[u8]) -> Result<Gathered, ReadError> {
    // The reader panics on some broken files; one bad file must not end the import of a folder.
    let pages = catch_unwind(AssertUnwindSafe(|| pdf_extract::extract_text_from_mem_by_pages(bytes)))
        .map_err(|_| ReadError::Damaged("its pages cannot be read".into()))?
        .map_err(|e| ReadError::Damaged(e.to_string()))?;
    let mut gathered = Gathered::default();
    for (number, page) in pages.iter().enumerate() {
        gathered.page(number as u32 + 1);
        for paragraph in page.split("\n\n") {
            gathered.paragraph(&joined_words(paragraph));
        }
    }
    Ok(gathered)
}

/// Words that were parted at the end of a line are one again.
fn joined_words(paragraph: &str) -> String {
    let mut out = String::with_capacity(paragraph.len());
    for line in paragraph.lines() {
        match out.strip_suffix('-') {
            Some(before) if before.ends_with(char::is_alphabetic) && line.starts_with(char::is_lowercase) => {
                out.truncate(before.len());
            }
            _ => out.push(' '),
        }
        out.push_str(line.trim_end());
    }
    out
}
