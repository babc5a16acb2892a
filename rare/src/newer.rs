//! Diseases that are newer than the annotations: names and features out of the ontology file that the package hpo3 carries.
//!
//! It says which features a disease has, not how often nor after which paper. The file lies inside a compiled library; it is
//! taken out as data, by its own header (`HPO`, version 3, day of release) and the lengths of its sections.

use crate::base::{Database, Disease, Row, TermIndex};
use std::collections::{BTreeSet, HashMap};

/// Stands for a paper that is not named: a case's own paper may be behind it.
pub(crate) const UNNAMED_PAPER: u32 = u32::MAX;

const HEADER: &[u8] = b"HPO\x03";
/// Sections: terms, parents, genes, diseases of OMIM, diseases of Orphanet.
const SECTIONS: usize = 5;
const OMIM: usize = 3;

/// What was found, with the day of its release.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Newer {
    pub release: String,
    pub diseases: Vec<(u32, String, Vec<u32>)>,
}

/// Reads the OMIM diseases; `None` when no sound ontology file lies in the bytes.
pub(crate) fn read(bytes: &[u8]) -> Option<Newer> {
    let starts = (0..bytes.len().saturating_sub(HEADER.len())).filter(|i| bytes[*i..].starts_with(HEADER));
    starts.filter_map(|start| read_at(&bytes[start + HEADER.len()..])).next()
}

fn read_at(bytes: &[u8]) -> Option<Newer> {
    let mut rest = Reader(bytes);
    let (year, month, day) = (rest.number(2)?, rest.number(1)?, rest.number(1)?);
    if !(2020..2100).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut sections = vec![];
    for _ in 0..SECTIONS {
        let length = rest.number(4)? as usize;
        sections.push(rest.take(length)?);
    }
    let mut open = Reader(sections.get(OMIM)?);
    let mut diseases = vec![];
    while !open.0.is_empty() {
        let length = open.number(4)? as usize;
        let mut entry = Reader(open.take(length.checked_sub(4)?)?);
        let id = entry.number(4)?;
        let letters = entry.number(4)? as usize;
        let name = std::str::from_utf8(entry.take(letters)?).ok()?.trim().to_owned();
        let count = entry.number(4)?;
        let terms: Option<Vec<u32>> = (0..count).map(|_| entry.number(4)).collect();
        diseases.push((id, name, terms?));
    }
    Some(Newer { release: format!("{year}-{month:02}-{day:02}"), diseases })
}

/// Bytes read from the front, big end first.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(front)
    }

    fn number(&mut self, bytes: usize) -> Option<u32> {
        Some(self.take(bytes)?.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
    }
}

/// Diseases that `known` does not have, as entries without frequencies.
pub(crate) fn added(newer: Newer, known: &BTreeSet<String>, by_number: &HashMap<u32, TermIndex>) -> Vec<Disease> {
    let unknown = newer.diseases.into_iter().map(|(id, name, terms)| (format!("OMIM:{id}"), name, terms));
    let entry = |(id, name, terms): (String, String, Vec<u32>)| {
        let mut terms: Vec<TermIndex> =
            terms.iter().filter_map(|t| by_number.get(t).copied()).filter(|t| *t != 0).collect();
        terms.sort_unstable();
        let rows = terms.into_iter().map(|term| Row { term, with: 0.0, of: 0.0, paper: UNNAMED_PAPER }).collect();
        Disease { id, name, database: Database::Omim, genes: vec![], onset: vec![], rows }
    };
    unknown.filter(|(id, ..)| !known.contains(id)).map(entry).filter(|d| !d.rows.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Vec<u8> {
        let mut entry = 621_184_u32.to_be_bytes().to_vec();
        entry.extend((name.len() as u32).to_be_bytes());
        entry.extend(name.bytes());
        entry.extend(2_u32.to_be_bytes());
        entry.extend([1250_u32, 1263].iter().flat_map(|n| n.to_be_bytes()));
        let mut omim = (entry.len() as u32 + 4).to_be_bytes().to_vec();
        omim.extend(entry);
        let mut bytes = b"code HPO\x03\x07\xe9\x0b\x18".to_vec();
        for section in [vec![], vec![], vec![], omim, vec![]] {
            bytes.extend((section.len() as u32).to_be_bytes());
            bytes.extend(section);
        }
        bytes.extend(b"more code");
        bytes
    }

    #[test]
    fn the_file_is_found_inside_other_bytes() {
        let newer = read(&file("A syndrome")).expect("found");
        assert_eq!(newer.release, "2025-11-24");
        assert_eq!(newer.diseases, [(621_184, "A syndrome".to_owned(), vec![1250, 1263])]);
    }

    #[test]
    fn what_is_cut_or_absent_gives_nothing() {
        let whole = file("A syndrome");
        assert_eq!(read(&whole[..whole.len() - 20]), None);
        assert_eq!(read(b"HPO\x03 but something else"), None);
        assert_eq!(read(b""), None);
    }

    #[test]
    fn only_unknown_diseases_are_added_and_their_rows_name_no_paper() {
        let terms: HashMap<u32, TermIndex> = [(1250, 7)].into();
        let added = |known: &[&str]| {
            let known = known.iter().map(|k| (*k).to_owned()).collect();
            added(read(&file("A syndrome")).expect("found"), &known, &terms)
        };
        assert!(added(&["OMIM:621184"]).is_empty());
        let new = added(&["OMIM:100100"]);
        assert_eq!((new.len(), new[0].rows.len(), new[0].rows[0].paper), (1, 1, UNNAMED_PAPER));
    }
}
