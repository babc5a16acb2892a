//! XML of any vocabulary: elements named like headings are headings, all other text is paragraphs.

use crate::ReadError;
use crate::blocks::Gathered;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Local names, lower case, whose text stands above what follows.
const HEADINGS: [&str; 6] = ["title", "heading", "head", "question", "focus", "subtitle"];
/// Local names whose text is about the file, not for readers.
const SILENT: [&str; 6] = ["cui", "semantictype", "semanticgroup", "id", "script", "style"];
/// Elements that only mark words inside a paragraph.
const INLINE: [&str; 12] = ["b", "i", "em", "strong", "sup", "sub", "a", "italic", "bold", "xref", "span", "u"];

pub(crate) fn read(text: &str) -> Result<Gathered, ReadError> {
    let mut gathered = Gathered::default();
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut here = String::new();
    let mut open: Vec<String> = vec![];
    loop {
        match reader.read_event().map_err(|e| ReadError::Damaged(e.to_string()))? {
            Event::Start(tag) => {
                let name = tag.local_name().as_ref().to_lowercase();
                if !INLINE.contains(&name.as_str()) {
                    flush(&mut gathered, &mut here, open.last());
                }
                open.push(name);
            }
            Event::End(_) => {
                let name = open.pop();
                if name.as_deref().is_some_and(|n| !INLINE.contains(&n)) {
                    flush(&mut gathered, &mut here, name.as_ref());
                }
            }
            Event::Text(t) => {
                let silent = open.iter().any(|n| SILENT.contains(&n.as_str()));
                if !silent {
                    here.push_str(&t);
                }
            }
            Event::GeneralRef(r) => {
                let sign = r.resolve_char_ref().ok().flatten().or_else(|| named(&r));
                here.extend(sign);
            }
            Event::CData(t) => here.push_str(&t),
            Event::Eof => break,
            _ => {}
        }
    }
    gathered.paragraph(&here);
    Ok(gathered)
}

fn named(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn flush(gathered: &mut Gathered, here: &mut String, element: Option<&String>) {
    let text = std::mem::take(here);
    match element {
        Some(name) if HEADINGS.contains(&name.as_str()) => {
            if matches!(name.as_str(), "title" | "focus") {
                gathered.title(&text);
            }
            gathered.heading(&text);
        }
        _ => {
            // Answers come as one text with blank lines between paragraphs.
            text.split("\n\n").for_each(|p| gathered.paragraph(p));
        }
    }
}
