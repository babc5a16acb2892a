//! A baseline that knows no medicine: conditions ranked by the words they share with the story.

use hakim_clinical::*;
use hakim_knowledge::tokens;
use std::collections::{BTreeMap, HashMap};

/// Tf-idf with cosine (Salton 1975) over names, findings and texts of every condition.
pub(super) struct TfIdf {
    idf: HashMap<String, f64>,
    conditions: Vec<(ConditionId, HashMap<String, f64>)>,
}

fn counts(text: &str) -> HashMap<String, f64> {
    let mut counts = HashMap::new();
    for token in tokens(text) {
        *counts.entry(token.word).or_insert(0.0) += 1.0;
    }
    counts
}

fn written(base: &KnowledgeBase, condition: &Condition) -> String {
    let mut text = String::new();
    let mut add = |names: &Names| {
        for name in names.0.get(&Lang::En).into_iter().flat_map(|n| std::iter::once(&n.term).chain(&n.lay)) {
            text.push_str(name);
            text.push_str(". ");
        }
    };
    add(&condition.names);
    for link in &condition.findings {
        if let Some(finding) = base.findings.get(&link.finding) {
            add(&finding.names);
        }
    }
    let about = base.passages.values().filter(|p| p.about.iter().any(|a| a.as_str() == condition.id.as_str()));
    for passage in about {
        text.push_str(passage.text.get(Lang::En));
    }
    text
}

impl TfIdf {
    pub(super) fn new(base: &KnowledgeBase) -> Self {
        let mut conditions: Vec<(ConditionId, HashMap<String, f64>)> =
            base.conditions.values().map(|c| (c.id.clone(), counts(&written(base, c)))).collect();
        let mut seen_in: BTreeMap<String, usize> = BTreeMap::new();
        for word in conditions.iter().flat_map(|(_, words)| words.keys()) {
            *seen_in.entry(word.clone()).or_default() += 1;
        }
        let n = conditions.len() as f64;
        let idf: HashMap<String, f64> = seen_in.into_iter().map(|(w, df)| (w, (n / df as f64).ln())).collect();
        for (_, words) in &mut conditions {
            weigh(words, &idf);
        }
        Self { idf, conditions }
    }

    /// ICD-10 codes of the conditions this patient can have, best first.
    pub(super) fn ranked(
        &self,
        base: &KnowledgeBase,
        story: &str,
        who: (Option<Age>, Option<Sex>),
    ) -> Vec<Vec<String>> {
        let mut asked = counts(story);
        weigh(&mut asked, &self.idf);
        let score = |words: &HashMap<String, f64>| -> f64 {
            // the order of a sum decides its last bits
            let mut shared: Vec<f64> = asked.iter().filter_map(|(w, x)| Some(x * words.get(w)?)).collect();
            shared.sort_by(f64::total_cmp);
            shared.iter().sum()
        };
        let mut all: Vec<(f64, &Condition)> = self
            .conditions
            .iter()
            .filter_map(|(id, words)| Some((score(words), base.conditions.get(id)?)))
            .filter(|(_, c)| c.only_sex.is_none() || who.1.is_none() || c.only_sex == who.1)
            .filter(|(_, c)| {
                who.0.is_none_or(|a| {
                    c.from_years.is_none_or(|y| a.years() >= y) && c.to_years.is_none_or(|y| a.years() < y)
                })
            })
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        all.into_iter().map(|(_, c)| c.icd10.clone()).collect()
    }
}

/// Counts become unit vectors of `(1 + ln tf) · idf`.
fn weigh(words: &mut HashMap<String, f64>, idf: &HashMap<String, f64>) {
    for (word, tf) in words.iter_mut() {
        *tf = (1.0 + tf.ln()) * idf.get(word).copied().unwrap_or(0.0);
    }
    let mut squares: Vec<f64> = words.values().map(|x| x * x).collect();
    squares.sort_by(f64::total_cmp);
    let length = squares.iter().sum::<f64>().sqrt().max(1e-9);
    for x in words.values_mut() {
        *x /= length;
    }
}
