//! Bytes to characters, and plain text.

use crate::ReadError;
use crate::blocks::Gathered;
use encoding_rs::{Encoding, UTF_8};

/// Decodes text: by its byte order mark, by what it declares, else as UTF-8. Nothing is guessed.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    let declared = Encoding::for_bom(bytes).map(|(e, _)| e).or_else(|| declared(bytes)).unwrap_or(UTF_8);
    let (text, _, wrong) = declared.decode(bytes);
    // A file full of zero bytes is not text, whatever it says.
    if wrong || text.chars().take(4096).filter(|c| *c == '\0').count() > 8 {
        return Err(ReadError::Encoding);
    }
    Ok(text.into_owned())
}

/// `encoding="..."` of XML, `charset=...` of HTML.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024))?).to_lowercase();
    let marked = head.starts_with("<?xml") || head.contains("<html") || head.contains("<meta");
    let value = ["encoding=", "charset="].iter().filter(|_| marked).find_map(|k| head.split_once(k).map(|(_, v)| v))?;
    let label: String = value
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    Encoding::for_label(label.as_bytes())
}

pub(crate) fn read(text: &str) -> Gathered {
    let mut gathered = Gathered::default();
    for paragraph in text.replace("\r\n", "\n").split("\n\n") {
        gathered.paragraph(paragraph);
    }
    gathered
}
