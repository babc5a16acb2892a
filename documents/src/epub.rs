//! Electronic books: a zip archive of web pages, read in the order of the spine.

use crate::ReadError;
use crate::blocks::Gathered;
use crate::{html, text};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Unpacked text beyond this is refused: a small file must not fill the memory.
const MAX_UNPACKED: u64 = 400 << 20;

pub(crate) fn read(bytes: &[u8]) -> Result<Gathered, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| ReadError::Damaged(e.to_string()))?;
    let mut left = MAX_UNPACKED;
    let container = member(&mut archive, "META-INF/container.xml", &mut left)?;
    let root = attribute_of(&container, "rootfile", "full-path")
        .ok_or_else(|| ReadError::Damaged("it does not say where its list of chapters is".into()))?;
    let package = Package::read(&member(&mut archive, &root, &mut left)?)?;
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut gathered = Gathered::default();
    gathered.title(&package.title);
    for (number, id) in package.spine.iter().enumerate() {
        let Some(href) = package.files.get(id) else { continue };
        // A chapter that is missing does not make the others unreadable.
        let Ok(chapter) = member(&mut archive, &joined(folder, href), &mut left) else { continue };
        gathered.page(number as u32 + 1);
        html::read_into(&chapter, &mut gathered);
    }
    Ok(gathered)
}

fn member(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, left: &mut u64) -> Result<String, ReadError> {
    let file = archive.by_name(name).map_err(|e| ReadError::Damaged(format!("{name}: {e}")))?;
    let mut bytes = vec![];
    file.take(*left).read_to_end(&mut bytes).map_err(|e| ReadError::Damaged(format!("{name}: {e}")))?;
    *left = left.saturating_sub(bytes.len() as u64);
    if *left == 0 {
        return Err(ReadError::TooLarge);
    }
    text::decode(&bytes)
}

/// A path inside the archive, `%20` and `../` resolved.
fn joined(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or(href).replace("%20", " ");
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in href.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[derive(Default)]
struct Package {
    title: String,
    files: HashMap<String, String>,
    spine: Vec<String>,
}

impl Package {
    fn read(xml: &str) -> Result<Self, ReadError> {
        let mut package = Self::default();
        let mut reader = Reader::from_str(xml);
        let mut in_title = false;
        loop {
            match reader.read_event().map_err(|e| ReadError::Damaged(e.to_string()))? {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "title" => in_title = package.title.is_empty(),
                    "item" => {
                        if let (Some(id), Some(href)) = (attribute(&tag, "id"), attribute(&tag, "href")) {
                            package.files.insert(id, href);
                        }
                    }
                    "itemref" => package.spine.extend(attribute(&tag, "idref")),
                    _ => {}
                },
                Event::Text(t) if in_title => package.title.push_str(&t),
                Event::End(_) => in_title = false,
                Event::Eof => return Ok(package),
                _ => {}
            }
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    Some(attribute.value.into_owned())
}

fn attribute_of(xml: &str, element: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == element => {
                return attribute(&tag, name);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}
