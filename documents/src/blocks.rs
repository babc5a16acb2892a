//! Paragraphs gathered into blocks of a size that can be shown and cited.

/// Paragraphs shorter than this are joined with the next one under the same heading, characters.
const SHORT: usize = 240;
/// Paragraphs longer than this are cut at the end of a sentence, characters.
const LONG: usize = 1400;

/// A piece of a document with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// the heading above it; may be empty
    pub heading: String,
    /// its text
    pub text: String,
    /// page, from 1; for kinds of file that have pages
    pub page: Option<u32>,
    /// number within the document, from 1
    pub paragraph: u32,
}

/// Collects a document while it is read.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    title: Option<String>,
    heading: String,
    page: Option<u32>,
    /// text waiting to be a block, with the heading and page it began under
    waiting: String,
    began: (String, Option<u32>),
    blocks: Vec<Block>,
}

impl Gathered {
    pub(crate) fn title(&mut self, title: &str) {
        let title = squeezed(title);
        if self.title.is_none() && !title.is_empty() {
            self.title = Some(title.chars().take(300).collect());
        }
    }

    pub(crate) fn take_title(&mut self) -> Option<String> {
        self.title.take()
    }

    pub(crate) fn heading(&mut self, heading: &str) {
        let heading = squeezed(heading);
        if heading.is_empty() {
            return;
        }
        self.close();
        self.heading = heading.chars().take(300).collect();
    }

    pub(crate) fn page(&mut self, page: u32) {
        self.close();
        self.page = Some(page);
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        let text = squeezed(text);
        if text.is_empty() {
            return;
        }
        if self.waiting.is_empty() {
            self.began = (self.heading.clone(), self.page);
        } else {
            self.waiting.push(' ');
        }
        self.waiting.push_str(&text);
        if self.waiting.chars().count() >= SHORT {
            self.close();
        }
    }

    fn close(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        for text in cut(&waiting) {
            if text.chars().any(char::is_alphanumeric) {
                self.blocks.push(Block {
                    heading: self.began.0.clone(),
                    text: text.to_owned(),
                    page: self.began.1,
                    paragraph: self.blocks.len() as u32 + 1,
                });
            }
        }
    }

    pub(crate) fn into_blocks(mut self) -> Vec<Block> {
        self.close();
        self.blocks
    }
}

/// One space between words, none around; control characters out.
pub(crate) fn squeezed(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() || c == '\u{feff}' { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pieces of at most [`LONG`] characters, cut after a sentence where there is one, else after a word.
fn cut(text: &str) -> Vec<&str> {
    let mut pieces = vec![];
    let mut rest = text;
    while rest.chars().count() > LONG {
        let limit = rest.char_indices().nth(LONG).map_or(rest.len(), |(at, _)| at);
        let head = &rest[..limit];
        let sentence = head.rfind(['.', '۔', '।', '?', '!', '؟']).filter(|at| *at > limit / 2);
        let at = sentence.map(|at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        let at = at.or_else(|| head.rfind(' ').filter(|at| *at > 0)).unwrap_or(limit);
        let (piece, left) = rest.split_at(at);
        pieces.push(piece.trim());
        rest = left.trim_start();
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_paragraphs_join_and_long_ones_part() {
        let mut g = Gathered::default();
        g.heading("Fever");
        g.paragraph("Short one.");
        g.paragraph("Another short one.");
        g.heading("Cough");
        g.paragraph(&"A sentence of some words. ".repeat(200));
        let blocks = g.into_blocks();
        assert_eq!((blocks[0].heading.as_str(), blocks[0].text.as_str()), ("Fever", "Short one. Another short one."));
        assert!(blocks.len() > 3 && blocks[1..].iter().all(|b| b.heading == "Cough" && b.text.len() <= LONG));
        assert!(blocks[1].text.ends_with('.'), "cut after a sentence");
        assert!(blocks.iter().enumerate().all(|(i, b)| b.paragraph as usize == i + 1));
    }

    #[test]
    fn one_endless_word_is_cut_too() {
        let mut g = Gathered::default();
        g.paragraph(&"ا".repeat(5000));
        assert!(g.into_blocks().len() >= 3);
    }
}
