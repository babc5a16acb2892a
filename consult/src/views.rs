//! Turns ids into names and evidence into citations, once, for every answer.

use hakim_clinical::*;
use hakim_contract::*;

/// Names of a finding; an id the vocabulary lost shows as itself.
pub(crate) fn label(base: &KnowledgeBase, id: &FindingId) -> FindingLabel {
    match base.findings.get(id) {
        Some(f) => FindingLabel {
            finding: id.clone(),
            name: f.names.terms(),
            ask: Text(f.names.0.iter().filter_map(|(l, n)| Some((*l, n.ask.clone()?))).collect()),
            kind: f.kind,
            alarming: f.alarming,
        },
        None => FindingLabel {
            finding: id.clone(),
            name: Text::english(id.as_str()),
            ask: Text::english(id.as_str()),
            kind: FindingKind::Symptom,
            alarming: false,
        },
    }
}

pub(crate) fn condition_name(base: &KnowledgeBase, id: &ConditionId) -> Text {
    base.conditions.get(id).map_or_else(|| Text::english(id.as_str()), |c| c.names.terms())
}

pub(crate) fn range(share: &Share) -> Range {
    Range { p: share.p.value(), low: share.low.value(), high: share.high.value() }
}

/// A citation; `about` is an id whose passages are searched for one that restates the same source.
pub(crate) fn citation(base: &KnowledgeBase, evidence: &Evidence, about: Option<&str>) -> CitationView {
    let source = base.sources.get(&evidence.source);
    CitationView {
        source: evidence.source.clone(),
        title: source.map_or_else(|| evidence.source.to_string(), |s| s.title.clone()),
        publisher: source.map(|s| s.publisher.clone()).unwrap_or_default(),
        edition: source.map(|s| s.edition.clone()).unwrap_or_default(),
        section: evidence.section.clone(),
        seen: evidence.seen.clone(),
        grade: evidence.grade,
        review: evidence.review,
        passage: about.and_then(|id| passage_for(base, evidence, id)),
    }
}

/// The passage about `id` that restates the same source; the same section before another.
fn passage_for(base: &KnowledgeBase, evidence: &Evidence, id: &str) -> Option<PassageId> {
    let same_source =
        base.passages.values().filter(|p| p.evidence.source == evidence.source && p.about.iter().any(|a| a == id));
    same_source
        .max_by_key(|p| {
            (p.evidence.section == evidence.section && p.evidence.section.is_some(), std::cmp::Reverse(&p.id))
        })
        .map(|p| p.id.clone())
}

pub(crate) fn passage_view(base: &KnowledgeBase, passage: &Passage) -> PassageView {
    PassageView {
        passage: passage.id.clone(),
        title: passage.title.clone(),
        text: passage.text.clone(),
        citation: CitationView { passage: Some(passage.id.clone()), ..citation(base, &passage.evidence, None) },
        traditional: passage.evidence.grade == Grade::TraditionalUse
            || passage.about.iter().any(|a| {
                let a = a.as_str();
                base.traditional.contains_key(a) || base.remedies.contains_key(a) || base.terms.contains_key(a)
            }),
        about: passage.about.clone(),
    }
}

pub(crate) fn triage_view(base: &KnowledgeBase, triage: &Triage) -> TriageView {
    TriageView {
        level: triage.level,
        likely: triage.likely.as_ref().map(|l| LikelyView {
            condition: l.condition.clone(),
            name: condition_name(base, &l.condition),
            probability: l.probability.value(),
        }),
        dangers: triage
            .dangers
            .iter()
            .map(|d| DangerView {
                rule: d.rule.clone(),
                level: d.level,
                say: d.say.clone(),
                act: d.act.clone(),
                because: d.because.iter().map(|f| label(base, f)).collect(),
                values: d.values.clone(),
                citation: citation(base, &d.evidence, d.condition.as_ref().map(ConditionId::as_str)),
            })
            .collect(),
    }
}

pub(crate) fn candidate_view(base: &KnowledgeBase, candidate: &Candidate) -> Option<CandidateView> {
    let condition = base.conditions.get(&candidate.condition)?;
    let about = condition.id.as_str();
    let contribution = |c: &Contribution| ContributionView {
        label: label(base, &c.finding),
        presence: c.presence,
        matched: c.matched,
        ratio: c.ratio.value(),
        decibans: c.ratio.decibans(),
        in_condition: c.in_condition.as_ref().map(range),
        in_clinic: range(&c.in_clinic),
        group: c.group.clone(),
        because: c.because.clone(),
        citation: c.evidence.as_ref().map(|e| citation(base, e, Some(about))),
    };
    Some(CandidateView {
        condition: condition.id.clone(),
        name: condition.names.terms(),
        summary: condition.summary.clone(),
        icd10: condition.icd10.clone(),
        icd11: condition.icd11.clone(),
        harm: condition.harm,
        probability: Range {
            p: candidate.probability.value(),
            low: candidate.low.value(),
            high: candidate.high.value(),
        },
        prior: PriorView {
            base: range(&candidate.prior.base),
            adjusted: candidate.prior.adjusted.value(),
            factors: candidate.prior.factors.clone(),
            citation: citation(base, &candidate.prior.evidence, Some(about)),
        },
        wording: candidate.wording.value(),
        contributions: candidate.contributions.iter().map(contribution).collect(),
        tests: condition.tests.iter().map(|t| test_view(base, t, about)).collect(),
        passages: condition.passages.iter().map(|p| passage_view(base, p)).collect(),
    })
}

fn test_view(base: &KnowledgeBase, test: &Test, about: &str) -> TestView {
    TestView {
        test: test.id.clone(),
        name: test.name.clone(),
        sensitivity: test.sensitivity.as_ref().map(range),
        specificity: test.specificity.as_ref().map(range),
        cost: test.cost,
        citation: citation(base, &test.evidence, Some(about)),
    }
}

/// Name of whatever has this id, or the words themselves.
pub(crate) fn subject_name(base: &KnowledgeBase, id: &str) -> Text {
    base.names_of(id).map_or_else(|| Text::english(id), Names::terms)
}
