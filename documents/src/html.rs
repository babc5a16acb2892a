//! Web pages, and the chapters of electronic books. The tokenizer follows the HTML standard, so broken pages read as in a browser.

use crate::blocks::Gathered;
use html5gum::{Token, Tokenizer};

/// What stands in these is not for readers.
const SILENT: [&str; 7] = ["script", "style", "noscript", "template", "svg", "nav", "head"];
/// These end a paragraph.
const BREAKS: [&str; 25] = [
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "br",
    "hr",
    "form",
    "body",
    "caption",
];

pub(crate) fn read(text: &str) -> Gathered {
    let mut gathered = Gathered::default();
    read_into(text, &mut gathered);
    gathered
}

pub(crate) fn read_into(text: &str, gathered: &mut Gathered) {
    let mut here = String::new();
    let mut silent: Vec<String> = vec![];
    let mut heading = false;
    let mut title = false;
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if name == "title" {
                    title = true;
                    here.clear();
                } else if SILENT.contains(&name.as_str()) {
                    if !tag.self_closing {
                        silent.push(name);
                    }
                } else if is_heading(&name) {
                    gathered.paragraph(&std::mem::take(&mut here));
                    heading = true;
                } else if BREAKS.contains(&name.as_str()) && !heading {
                    gathered.paragraph(&std::mem::take(&mut here));
                } else if matches!(name.as_str(), "td" | "th") {
                    here.push(' ');
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if name == "title" && title {
                    gathered.title(&std::mem::take(&mut here));
                    title = false;
                } else if let Some(at) = silent.iter().rposition(|s| *s == name) {
                    silent.truncate(at);
                } else if is_heading(&name) && heading {
                    let text = std::mem::take(&mut here);
                    if name == "h1" {
                        gathered.title(&text);
                    }
                    gathered.heading(&text);
                    heading = false;
                } else if BREAKS.contains(&name.as_str()) && !heading {
                    gathered.paragraph(&std::mem::take(&mut here));
                }
            }
            // The title stands inside the head, which is otherwise silent.
            Token::String(text) if silent.is_empty() || title => here.push_str(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    gathered.paragraph(&here);
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}
