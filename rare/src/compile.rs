//! From the files of the Human Phenotype Ontology to what is stored.

use crate::base::{Database, Disease, ONSET_EDGES, RareBase, Row, Stored, Term, TermIndex};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The files are not what they should be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// the ontology holds no phenotypes
    #[error("hp.obo holds no term below HP:0000118")]
    NoOntology,
    /// the annotations cannot be read
    #[error("phenotype.hpoa has no column `{0}`")]
    NoColumn(&'static str),
    /// nothing came out
    #[error("phenotype.hpoa annotates no disease")]
    NoDisease,
    /// more terms than the file can number
    #[error("hp.obo holds more than 65,535 phenotypes")]
    TooLarge,
}

/// "Phenotypic abnormality": the root of what a patient can have.
const ROOT: u32 = 118;
/// Other numbers that mean a term.
type Aliases = Vec<(u32, TermIndex)>;

/// Patients that a frequency word counts as.
const WORD_WEIGHT: f32 = 3.0;

/// Compiles the three files; `newer` may hold an ontology file with diseases that the annotations do not know yet.
///
/// # Errors
/// [`CompileError`] when a file is not in its known form; a `newer` that is not is passed over.
pub fn compile(obo: &str, annotations: &str, genes: &str, newer: Option<&[u8]>) -> Result<RareBase, CompileError> {
    let (terms, aliases) = ontology(obo)?;
    let by_number: HashMap<u32, TermIndex> =
        (terms.iter().enumerate().map(|(i, t)| (t.number, i as TermIndex))).chain(aliases.iter().copied()).collect();
    let mut stored = Stored { terms, aliases, ..Stored::default() };
    stored.release =
        annotations.lines().find_map(|l| l.strip_prefix("#version: ")).unwrap_or("unknown").trim().to_owned();
    let genes = genes_by_disease(genes);
    read_annotations(annotations, &by_number, &genes, &mut stored)?;
    if stored.diseases.is_empty() {
        return Err(CompileError::NoDisease);
    }
    if let Some(newer) = newer.and_then(crate::newer::read) {
        let known = stored.diseases.iter().map(|d| d.id.clone()).collect();
        stored.release = format!("{}, newest names {}", stored.release, newer.release);
        stored.diseases.extend(crate::newer::added(newer, &known, &by_number));
        stored.diseases.sort_by(|a, b| a.id.cmp(&b.id));
    }
    Ok(RareBase::new(stored))
}

struct RawTerm<'a> {
    number: u32,
    name: &'a str,
    parents: Vec<u32>,
    others: Vec<u32>,
    obsolete: bool,
    replaced_by: Option<u32>,
}

fn number(id: &str) -> Option<u32> {
    id.trim().strip_prefix("HP:")?.get(..7)?.parse().ok()
}

fn raw_terms(obo: &str) -> HashMap<u32, RawTerm<'_>> {
    let mut terms = HashMap::new();
    for block in obo.split("\n[Term]").skip(1) {
        let block = block.split("\n[").next().unwrap_or(block);
        let mut term =
            RawTerm { number: 0, name: "", parents: vec![], others: vec![], obsolete: false, replaced_by: None };
        for line in block.lines() {
            let Some((key, value)) = line.split_once(": ") else { continue };
            match key {
                "id" => term.number = number(value).unwrap_or(0),
                "name" => term.name = value,
                "is_a" => term.parents.extend(number(value)),
                "alt_id" => term.others.extend(number(value)),
                "is_obsolete" => term.obsolete = value == "true",
                "replaced_by" => term.replaced_by = number(value),
                _ => {}
            }
        }
        if term.number != 0 {
            terms.insert(term.number, term);
        }
    }
    terms
}

/// Terms below the root, parents first, the root at place 0; and other numbers for them.
fn ontology(obo: &str) -> Result<(Vec<Term>, Aliases), CompileError> {
    let raw = raw_terms(obo);
    let mut children: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for term in raw.values().filter(|t| !t.obsolete) {
        for parent in &term.parents {
            children.entry(*parent).or_default().insert(term.number);
        }
    }
    let mut below = BTreeSet::new();
    let mut open = vec![ROOT];
    while let Some(n) = open.pop() {
        if raw.contains_key(&n) && below.insert(n) {
            open.extend(children.get(&n).into_iter().flatten());
        }
    }
    if below.len() < 2 {
        return Err(CompileError::NoOntology);
    }
    if below.len() > usize::from(TermIndex::MAX) {
        return Err(CompileError::TooLarge);
    }
    // A term comes once all its parents have come.
    let mut waiting: BTreeMap<u32, usize> = below
        .iter()
        .map(|n| (*n, raw.get(n).map_or(0, |t| t.parents.iter().filter(|p| below.contains(p)).count())))
        .collect();
    waiting.insert(ROOT, 0);
    let mut ready = vec![ROOT];
    let mut index: HashMap<u32, TermIndex> = HashMap::new();
    let mut terms: Vec<Term> = vec![];
    while let Some(n) = ready.pop() {
        let Some(term) = raw.get(&n) else { continue };
        index.insert(n, terms.len() as TermIndex);
        let parents = term.parents.iter().filter_map(|p| index.get(p).copied()).collect();
        terms.push(Term { number: n, name: term.name.to_owned(), parents });
        for child in children.get(&n).into_iter().flatten().filter(|c| below.contains(c)) {
            if let Some(left) = waiting.get_mut(child) {
                *left -= 1;
                if *left == 0 {
                    ready.push(*child);
                }
            }
        }
    }
    let mut aliases: Aliases = vec![];
    for term in raw.values() {
        let target = match term.replaced_by {
            Some(new) if term.obsolete => index.get(&new),
            _ => index.get(&term.number),
        };
        if let Some(target) = target {
            aliases.extend(term.others.iter().filter(|o| !index.contains_key(o)).map(|o| (*o, *target)));
            if term.obsolete {
                aliases.push((term.number, *target));
            }
        }
    }
    aliases.sort_unstable();
    Ok((terms, aliases))
}

fn genes_by_disease(table: &str) -> HashMap<&str, BTreeSet<&str>> {
    let mut genes: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t').skip(3);
        if let (Some(symbol), Some(disease)) = (cells.next(), cells.next()) {
            genes.entry(disease.trim()).or_default().insert(symbol);
        }
    }
    genes
}

fn read_annotations(
    text: &str,
    by_number: &HashMap<u32, TermIndex>,
    genes: &HashMap<&str, BTreeSet<&str>>,
    stored: &mut Stored,
) -> Result<(), CompileError> {
    let mut lines = text.lines().filter(|l| !l.starts_with('#'));
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &'static str| header.iter().position(|h| *h == name).ok_or(CompileError::NoColumn(name));
    let (id, name, qualifier) = (column("database_id")?, column("disease_name")?, column("qualifier")?);
    let (term, reference, frequency) = (column("hpo_id")?, column("reference")?, column("frequency")?);
    let aspect = column("aspect")?;
    let mut diseases: BTreeMap<&str, Disease> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let Some(database) = database_of(cell(id)) else { continue };
        stored.annotations += 1;
        let disease = diseases.entry(cell(id)).or_insert_with(|| Disease {
            id: cell(id).to_owned(),
            name: cell(name).to_owned(),
            database,
            genes: genes.get(cell(id)).into_iter().flatten().map(|g| (*g).to_owned()).collect(),
            onset: vec![],
            rows: vec![],
        });
        let Some(n) = number(cell(term)) else { continue };
        if cell(aspect) == "C" {
            add_onset(disease, n, cell(frequency));
        }
        let Some(&term) = by_number.get(&n) else { continue };
        if term == 0 {
            continue;
        }
        let paper = cell(reference).strip_prefix("PMID:").and_then(|p| p.parse().ok()).unwrap_or(0);
        let (with, of) = match cell(qualifier) {
            "NOT" => (0.0, WORD_WEIGHT),
            _ => counted(cell(frequency)),
        };
        disease.rows.push(Row { term, with, of, paper });
    }
    stored.diseases = diseases.into_values().filter(|d| !d.rows.is_empty()).collect();
    for disease in &mut stored.diseases {
        disease.rows.sort_by_key(|r| r.term);
        let total: f32 = disease.onset.iter().sum();
        disease.onset.iter_mut().for_each(|s| *s /= total);
    }
    Ok(())
}

fn database_of(id: &str) -> Option<Database> {
    match id.split_once(':')?.0 {
        "OMIM" => Some(Database::Omim),
        "ORPHA" => Some(Database::Orpha),
        "DECIPHER" => Some(Database::Decipher),
        _ => None,
    }
}

/// `3/7`, `45%` or a word of the ontology, as patients with the feature and patients looked at.
fn counted(frequency: &str) -> (f32, f32) {
    let word = |share: f32| (share * WORD_WEIGHT, WORD_WEIGHT);
    if frequency.starts_with("HP:") {
        return match frequency {
            "HP:0040280" => word(1.0),
            "HP:0040281" => word(0.90),
            "HP:0040282" => word(0.55),
            "HP:0040283" => word(0.17),
            "HP:0040284" => word(0.025),
            "HP:0040285" => word(0.0),
            _ => (0.0, 0.0),
        };
    }
    if let Some(percent) = frequency.strip_suffix('%') {
        return percent.trim().parse::<f32>().map_or((0.0, 0.0), |p| word((p / 100.0).clamp(0.0, 1.0)));
    }
    match frequency.split_once('/') {
        Some((with, of)) => match (with.trim().parse::<f32>(), of.trim().parse::<f32>()) {
            (Ok(with), Ok(of)) if of > 0.0 && with <= of => (with, of),
            _ => (0.0, 0.0),
        },
        None => (0.0, 0.0),
    }
}

/// Ages at onset that the ontology has words for, years.
const ONSETS: &[(u32, f32, f32)] = &[
    (30_674, 0.0, 0.0),
    (11_460, 0.0, 0.0),
    (11_461, 0.0, 0.0),
    (34_199, 0.0, 0.0),
    (34_198, 0.0, 0.0),
    (34_197, 0.0, 0.0),
    (3_577, 0.0, 0.003),
    (3_623, 0.003, 0.08),
    (3_593, 0.08, 1.0),
    (11_463, 1.0, 5.0),
    (3_621, 5.0, 16.0),
    (410_280, 0.08, 16.0),
    (3_581, 16.0, 80.0),
    (11_462, 16.0, 40.0),
    (25_708, 16.0, 19.0),
    (25_709, 19.0, 25.0),
    (25_710, 25.0, 40.0),
    (3_596, 40.0, 60.0),
    (3_584, 60.0, 90.0),
    (30_675, 0.0, 0.003),
];

/// Band of an age at onset.
pub(crate) fn onset_band(years: f32) -> usize {
    ONSET_EDGES.iter().take_while(|edge| years > **edge).count()
}

fn add_onset(disease: &mut Disease, term: u32, frequency: &str) {
    let Some((_, from, to)) = ONSETS.iter().find(|(n, ..)| *n == term) else { return };
    let (with, of) = counted(frequency);
    let weight = if of == 0.0 { WORD_WEIGHT } else { with };
    disease.onset.resize(ONSET_EDGES.len() + 1, 0.0);
    let (first, last) = (onset_band(*from + 1e-6), onset_band((*to - 1e-6).max(0.0)));
    let bands = (last.max(first) - first + 1) as f32;
    for share in disease.onset.iter_mut().skip(first).take(bands as usize) {
        *share += weight / bands;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_are_read_in_all_their_forms() {
        assert_eq!(counted("3/7"), (3.0, 7.0));
        assert!((counted("HP:0040281").0 - 2.7).abs() < 1e-6);
        assert_eq!(counted("50%"), (1.5, 3.0));
        assert_eq!(counted(""), (0.0, 0.0));
        assert_eq!(counted("7/3"), (0.0, 0.0), "more with it than looked at");
    }

    #[test]
    fn onset_bands_follow_the_edges() {
        assert_eq!(onset_band(0.0), 0);
        assert_eq!(onset_band(0.5), 2);
        assert_eq!(onset_band(30.0), 5);
        assert_eq!(onset_band(90.0), 7);
    }
}
