//! Markdown.

use crate::blocks::Gathered;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

pub(crate) fn read(text: &str) -> Gathered {
    let mut gathered = Gathered::default();
    let mut here = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Text(t) | Event::Code(t) => here.push_str(&t),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => here.push(' '),
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::Item) => {
                gathered.paragraph(&std::mem::take(&mut here));
            }
            Event::End(TagEnd::Heading(level)) => {
                let heading = std::mem::take(&mut here);
                if level == pulldown_cmark::HeadingLevel::H1 {
                    gathered.title(&heading);
                }
                gathered.heading(&heading);
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead | TagEnd::CodeBlock) => {
                gathered.paragraph(&std::mem::take(&mut here));
            }
            _ => {}
        }
    }
    gathered.paragraph(&here);
    gathered
}
