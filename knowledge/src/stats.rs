//! Counts what the packs hold, and how much of it was really read.

use hakim_clinical::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the layer of one tradition holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TraditionCounts {
    /// conditions
    pub conditions: usize,
    /// single drugs
    pub drugs: usize,
    /// formulations
    pub formulations: usize,
    /// words of temperament and humour
    pub terms: usize,
    /// interactions of drugs and formulations with medicines
    pub interactions: usize,
}

/// What the packs hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// biomedical conditions
    pub conditions: usize,
    /// findings of the vocabulary
    pub findings: usize,
    /// findings with an id in the Human Phenotype Ontology, in the Symptom Ontology, and with a LOINC code
    pub coded: [usize; 3],
    /// medicines
    pub medicines: usize,
    /// findings that a medicine or class may bring about, counted once for each
    pub effects: usize,
    /// authored interactions of medicines and remedies
    pub interactions: usize,
    /// the traditional layer, by tradition
    pub traditions: BTreeMap<Tradition, TraditionCounts>,
    /// passages
    pub passages: usize,
    /// facts with evidence
    pub facts: usize,
    /// facts whose passage was read
    pub facts_seen: usize,
    /// facts that a second reader or a clinician checked
    pub facts_reviewed: usize,
    /// facts that are our own estimates of an order of magnitude: nobody can have read them anywhere
    pub facts_estimated: usize,
    /// facts by grade of evidence
    pub grades: BTreeMap<&'static str, usize>,
    /// facts by state of review
    pub reviews: BTreeMap<&'static str, usize>,
    /// terms and other phrases of the vocabulary by language code
    pub phrases: BTreeMap<&'static str, usize>,
    /// medicines with at least one dose rule
    pub medicines_with_doses: usize,
    /// treatment lines, and those seen
    pub treatments: (usize, usize),
    /// tests, and those seen
    pub tests: (usize, usize),
    /// dose rules, and those seen
    pub doses: (usize, usize),
    /// danger rules, and those seen
    pub dangers: (usize, usize),
    /// interactions, and those seen
    pub interactions_seen: (usize, usize),
    /// languages that findings are named in
    pub languages: usize,
}

/// Counts.
pub fn stats(base: &KnowledgeBase) -> Stats {
    let seen = |e: &Evidence| usize::from(e.seen != Seen::NotSeen);
    let tally = |facts: &mut dyn Iterator<Item = &Evidence>| facts.fold((0, 0), |(n, s), e| (n + 1, s + seen(e)));
    let languages: BTreeSet<Lang> = base.findings.values().flat_map(|f| f.names.0.keys().copied()).collect();
    let interactions = || {
        let medicines = base.medicines.values().flat_map(|m| &m.interactions);
        medicines.chain(base.remedies.values().flat_map(|r| &r.interactions)).map(|i| &i.evidence)
    };
    Stats {
        conditions: base.conditions.len(),
        findings: base.findings.len(),
        coded: [|f: &Finding| f.hpo.is_some(), |f: &Finding| f.symp.is_some(), |f: &Finding| !f.loinc.is_empty()]
            .map(|has| base.findings.values().filter(|f| has(f)).count()),
        medicines: base.medicines.len(),
        effects: base.effects.len(),
        interactions: interactions().count(),
        traditions: traditions(base),
        passages: base.passages.len(),
        facts: all_evidence(base).count(),
        facts_seen: all_evidence(base).map(|(_, e)| seen(e)).sum(),
        facts_reviewed: all_evidence(base).filter(|(_, e)| e.review != Review::Draft).count(),
        facts_estimated: all_evidence(base).filter(|(_, e)| e.source.as_str() == crate::load::ESTIMATE).count(),
        grades: count_by(all_evidence(base).map(|(_, e)| match e.grade {
            Grade::Strong => "strong",
            Grade::Moderate => "moderate",
            Grade::Weak => "weak",
            Grade::Expert => "expert",
            Grade::TraditionalUse => "traditional-use",
        })),
        reviews: count_by(all_evidence(base).map(|(_, e)| match e.review {
            Review::Draft => "draft",
            Review::SecondRead => "second-read",
            Review::Clinician => "clinician",
        })),
        phrases: count_by(base.findings.values().flat_map(|f| {
            f.names.0.iter().flat_map(|(lang, name)| std::iter::repeat_n(lang.code(), 1 + name.lay.len()))
        })),
        medicines_with_doses: base.medicines.values().filter(|m| !m.doses.is_empty()).count(),
        treatments: tally(&mut base.conditions.values().flat_map(|c| &c.treatments).map(|t| &t.evidence)),
        tests: tally(&mut base.conditions.values().flat_map(|c| &c.tests).map(|t| &t.evidence)),
        doses: tally(&mut base.medicines.values().flat_map(|m| &m.doses).map(|d| &d.evidence)),
        dangers: tally(&mut base.all_dangers().map(|d| &d.evidence)),
        interactions_seen: tally(&mut interactions()),
        languages: languages.len(),
    }
}

fn traditions(base: &KnowledgeBase) -> BTreeMap<Tradition, TraditionCounts> {
    let mut counts = BTreeMap::new();
    let mut count = |id: &TraditionalId, add: &dyn Fn(&mut TraditionCounts)| {
        id.tradition().into_iter().for_each(|t| add(counts.entry(t).or_default()));
    };
    base.traditional.keys().for_each(|id| count(id, &|c| c.conditions += 1));
    base.terms.keys().for_each(|id| count(id, &|c| c.terms += 1));
    for (id, remedy) in &base.remedies {
        count(id, &|c| {
            *if remedy.formulation { &mut c.formulations } else { &mut c.drugs } += 1;
            c.interactions += remedy.interactions.len();
        });
    }
    counts
}

fn count_by(words: impl Iterator<Item = &'static str>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    words.for_each(|w| *counts.entry(w).or_default() += 1);
    counts
}

/// Every fact's evidence with the id of what it is about.
pub(crate) fn all_evidence(base: &KnowledgeBase) -> impl Iterator<Item = (&str, &Evidence)> {
    let findings = base.findings.values().map(|f| (f.id.as_str(), &f.evidence));
    let conditions = base.conditions.values().flat_map(|c| {
        let id = c.id.as_str();
        std::iter::once((id, &c.prior.evidence))
            .chain(c.prior.factors.iter().map(move |f| (id, &f.evidence)))
            .chain(c.findings.iter().map(move |f| (id, &f.evidence)))
            .chain(c.tests.iter().map(move |t| (id, &t.evidence)))
            .chain(c.treatments.iter().map(move |t| (id, &t.evidence)))
    });
    let dangers = base.all_dangers().map(|d| (d.id.as_str(), &d.evidence));
    let passages = base.passages.values().map(|p| (p.id.as_str(), &p.evidence));
    let medicines = base.medicines.values().flat_map(|m| {
        let id = m.id.as_str();
        let doses = m.doses.iter().map(move |d| (id, &d.evidence));
        doses
            .chain(m.cautions.iter().map(move |c| (id, &c.evidence)))
            .chain(m.interactions.iter().map(move |i| (id, &i.evidence)))
    });
    let mechanisms = base.mechanisms.facts.values().flatten().map(|f| ("acts", &f.evidence));
    let mechanisms = mechanisms
        .chain(base.mechanisms.burdens.iter().map(|b| (b.id.as_str(), &b.evidence)))
        .chain(base.mechanisms.pairs.iter().map(|p| ("pairs", &p.evidence)));
    let calculators = base.calculators.values().map(|c| (c.id.as_str(), &c.evidence));
    let growth = (base.growth.bands.iter().map(|b| ("growth", &b.evidence)))
        .chain(base.growth.advice.iter().map(|a| ("growth", &a.evidence)))
        .chain(base.growth.limits.iter().map(|l| ("growth", &l.evidence)));
    let vaccines = base.schedules.values().flat_map(|s| {
        std::iter::once((s.id.as_str(), &s.evidence)).chain(s.vaccines.iter().map(|v| (v.id.as_str(), &v.evidence)))
    });
    let classes = base.classes.iter().flat_map(|(id, c)| c.cautions.iter().map(move |x| (id.as_str(), &x.evidence)));
    let kidneys = base.kidney.values().flatten().map(|k| (k.of.as_str(), &k.evidence));
    let kidneys = kidneys.chain(base.first_dose_as_usual.iter().map(|(id, evidence)| (id.as_str(), evidence)));
    let traditional = base.traditional.values().flat_map(|c| {
        let id = c.id.as_str();
        let lines = c.principles.iter().chain(&c.regimen).chain(&c.diet).chain(&c.remedies);
        std::iter::once((id, &c.evidence)).chain(lines.map(move |l| (id, &l.evidence)))
    });
    let remedies = base.remedies.values().flat_map(|r| {
        let id = r.id.as_str();
        std::iter::once((id, &r.evidence))
            .chain(r.cautions.iter().map(move |c| (id, &c.evidence)))
            .chain(r.interactions.iter().map(move |i| (id, &i.evidence)))
    });
    let questionnaires = base.questionnaires.values().flat_map(|q| {
        let id = q.id.as_str();
        std::iter::once((id, &q.evidence)).chain(q.published.iter().map(move |p| (id, &p.evidence)))
    });
    let effects = base.effects.iter().map(|e| (e.finding.as_str(), &e.evidence));
    let clinical = findings.chain(conditions).chain(dangers).chain(passages).chain(medicines).chain(effects);
    let tools = calculators.chain(growth).chain(vaccines).chain(mechanisms).chain(kidneys).chain(classes);
    clinical.chain(traditional).chain(remedies).chain(questionnaires).chain(tools)
}
