//! Entries of the knowledge base as a reader meets them: all facts of one condition, medicine or remedy, each cited.

use crate::paper::percent;
use crate::plan::{said, said_with};
use crate::views::{citation, label, passage_view, subject_name};
use hakim_clinical::*;
use hakim_contract::*;
use hakim_i18n::{Value, Words};

/// What a list shows of an entry, without its facts.
pub(crate) fn heading(base: &KnowledgeBase, id: &str) -> Option<EntryHit> {
    let none = Text::default();
    let (kind, summary) = if let Some(c) = base.conditions.get(id) {
        (EntryKind::Condition, &c.summary)
    } else if base.medicines.contains_key(id) {
        (EntryKind::Medicine, &none)
    } else if base.traditional.contains_key(id) {
        (EntryKind::Traditional, &none)
    } else {
        (EntryKind::Remedy, &base.remedies.get(id)?.uses)
    };
    Some(EntryHit { id: id.to_owned(), kind, name: subject_name(base, id), summary: summary.clone(), score: 0.0 })
}

/// All that the packs say of one entry.
///
/// # Errors
/// `entry-unknown` when no pack has it.
pub(crate) fn entry(base: &KnowledgeBase, id: &str) -> Result<EntryView, Failure> {
    let facts = base
        .conditions
        .get(id)
        .map(|c| condition(base, c))
        .or_else(|| base.medicines.get(id).map(|m| medicine(base, m)))
        .or_else(|| base.traditional.get(id).map(|c| traditional(base, c)))
        .or_else(|| base.remedies.get(id).map(|r| remedy(base, r)));
    let (EntryHit { id, kind, name, summary, .. }, Facts { also, codes, sections }) =
        heading(base, id).zip(facts).ok_or_else(|| Failure::new("entry-unknown").with("entry", id))?;
    let about = |p: &&Passage| p.about.contains(&id);
    let passages = base.passages.values().filter(about).map(|p| passage_view(base, p)).collect();
    let sections = sections.into_iter().filter(|s| !s.lines.is_empty()).collect();
    Ok(EntryView { id, kind, name, also, codes, summary, sections, passages })
}

/// What only an opened entry shows.
struct Facts {
    also: Vec<String>,
    codes: Vec<String>,
    sections: Vec<EntrySection>,
}

fn section(key: &str, lines: impl Iterator<Item = EntryLine>) -> EntrySection {
    EntrySection { key: key.to_owned(), lines: lines.collect() }
}

fn line(base: &KnowledgeBase, about: &str, title: Text, text: Text, evidence: &Evidence) -> EntryLine {
    EntryLine { title, text, citation: citation(base, evidence, Some(about)) }
}

fn coded<'a>(system: &'a str, codes: &'a [String]) -> impl Iterator<Item = String> + 'a {
    codes.iter().map(move |c| format!("{system} {c}"))
}

fn condition(base: &KnowledgeBase, c: &Condition) -> Facts {
    let id = c.id.as_str();
    let findings = c.findings.iter().map(|f| {
        let share = said_with("entry-share", &[("percent", Value::from(percent(f.share.p.value())))]);
        line(base, id, label(base, &f.finding).name, share, &f.evidence)
    });
    let dangers = c.dangers.iter().map(|d| line(base, id, d.say.clone(), d.act.clone(), &d.evidence));
    let tests = c.tests.iter().map(|t| {
        let part = |key, share: &Option<Share>| {
            share.map(|s| said_with(key, &[("percent", Value::from(percent(s.p.value())))])).unwrap_or_default()
        };
        let text = joined(part("entry-sensitivity", &t.sensitivity), part("entry-specificity", &t.specificity));
        line(base, id, t.name.clone(), text, &t.evidence)
    });
    let care = c.treatments.iter().map(|t| {
        let title = match &t.action {
            TreatmentAction::Medicine(m) => subject_name(base, m.as_str()),
            TreatmentAction::Avoid(m) => avoided(&subject_name(base, m.as_str())),
            TreatmentAction::AvoidClass(class) => avoided(&subject_name(base, class.as_str())),
            TreatmentAction::Procedure => said("plan-procedure"),
            TreatmentAction::Fluids => said("plan-fluids"),
            TreatmentAction::Advice => said("plan-advice"),
            TreatmentAction::FollowUp => said("plan-follow-up"),
            TreatmentAction::Refer => said("plan-refer"),
        };
        line(base, id, title, t.text.clone(), &t.evidence)
    });
    Facts {
        also: lay_names(&c.names),
        codes: coded("ICD-10", &c.icd10).chain(coded("ICD-11", &c.icd11)).collect(),
        sections: vec![
            section("dangers", dangers),
            section("findings", findings),
            section("tests", tests),
            section("care", care),
        ],
    }
}

fn medicine(base: &KnowledgeBase, m: &Medicine) -> Facts {
    let id = m.id.as_str();
    let doses = m.doses.iter().map(|d| line(base, id, d.label.clone(), dose(d), &d.evidence));
    Facts {
        also: lay_names(&m.names),
        codes: coded("ATC", &m.atc).collect(),
        sections: vec![
            section("doses", doses),
            cautions(base, id, &m.cautions),
            interactions(base, id, &m.interactions),
        ],
    }
}

fn remedy(base: &KnowledgeBase, r: &Remedy) -> Facts {
    let id = r.id.as_str();
    let ingredients =
        r.ingredients.iter().map(|i| line(base, id, subject_name(base, i.as_str()), Text::default(), &r.evidence));
    let dose = (!r.dose.is_empty()).then(|| line(base, id, Text::default(), r.dose.clone(), &r.evidence));
    let also = [Some(r.original.clone()), Some(r.translit.clone()), r.scientific.clone()];
    Facts {
        also: also.into_iter().flatten().chain(lay_names(&r.names)).collect(),
        codes: vec![],
        sections: vec![
            section("ingredients", ingredients),
            section("doses", dose.into_iter()),
            cautions(base, id, &r.cautions),
            interactions(base, id, &r.interactions),
        ],
    }
}

fn traditional(base: &KnowledgeBase, c: &TraditionalCondition) -> Facts {
    let id = c.id.as_str();
    let lines = |lines: &[TraditionalLine]| -> Vec<EntryLine> {
        let name = |l: &TraditionalLine| l.remedy.as_ref().map(|r| subject_name(base, r.as_str())).unwrap_or_default();
        lines.iter().map(|l| line(base, id, name(l), l.text.clone(), &l.evidence)).collect()
    };
    let list = c.id.tradition().map_or("", Tradition::code_list);
    let own = c.code.iter().map(|code| format!("{list} {code}"));
    let tm2 = c.tm2.iter().map(|code| format!("ICD-11 TM2 {code}"));
    let refer = line(base, id, Text::default(), c.refer_text.clone(), &c.evidence);
    Facts {
        also: [c.original.clone(), c.translit.clone()].into_iter().chain(lay_names(&c.names)).collect(),
        codes: own.chain(tm2).collect(),
        sections: vec![
            section("refer", std::iter::once(refer)),
            section("principles", lines(&c.principles).into_iter()),
            section("regimen", lines(&c.regimen).into_iter()),
            section("diet", lines(&c.diet).into_iter()),
            section("remedies", lines(&c.remedies).into_iter()),
        ],
    }
}

fn cautions(base: &KnowledgeBase, id: &str, cautions: &[Caution]) -> EntrySection {
    let level = |c: &Caution| said(level_key(c.level));
    section("cautions", cautions.iter().map(|c| line(base, id, level(c), c.text.clone(), &c.evidence)))
}

fn interactions(base: &KnowledgeBase, id: &str, interactions: &[Interaction]) -> EntrySection {
    let lines = interactions.iter().map(|i| {
        let with = match &i.with {
            InteractsWith::Medicine(m) => subject_name(base, m.as_str()),
            InteractsWith::Class(class) => subject_name(base, class.as_str()),
            InteractsWith::Traditional(r) => subject_name(base, r.as_str()),
        };
        line(base, id, with, joined(i.because.clone(), i.act.clone()), &i.evidence)
    });
    section("interactions", lines)
}

fn level_key(level: WarningLevel) -> &'static str {
    match level {
        WarningLevel::Stop => "severity-stop",
        WarningLevel::Caution => "severity-caution",
        WarningLevel::Note => "severity-note",
    }
}

/// "Avoid: X" in the languages that the messages and the name both have.
fn avoided(name: &Text) -> Text {
    Text(
        [Lang::En, Lang::Ur]
            .into_iter()
            .map(|lang| (lang, format!("{}: {}", said("entry-avoid").get(lang), name.get(lang))))
            .collect(),
    )
}

/// Two texts one after the other, as sentences.
fn joined(first: Text, second: Text) -> Text {
    if first.is_empty() || second.is_empty() {
        return if first.is_empty() { second } else { first };
    }
    let langs = first.0.keys().filter(|l| second.has(**l)).copied().collect::<Vec<_>>();
    let ended = |t: &str| if t.trim_end().ends_with(['.', '۔', '।']) { " " } else { "; " };
    Text(langs.into_iter().map(|l| (l, format!("{}{}{}", first.get(l), ended(first.get(l)), second.get(l)))).collect())
}

/// A dose rule in words, without a patient.
fn dose(rule: &DoseRule) -> Text {
    let (often, n) = rule.frequency();
    let in_words = |lang| {
        let words = Words::new(lang);
        let args = [
            ("amount", Value::from(words.in_own_words(&rule.amount.written(rule.unit), rule.unit))),
            ("often", Value::from(words.how_often((often, n)))),
            ("single", Value::from(words.amount(rule.max_single, rule.unit))),
            ("day", Value::from(words.amount(rule.max_day, rule.unit))),
        ];
        (lang, words.say_plain("entry-dose", &args))
    };
    let main = Text([Lang::En, Lang::Ur].into_iter().map(in_words).collect());
    let main = joined(main, said(&format!("route-{}", rule.route)));
    let lasting = rule.days.filter(|_| often != "dose-once");
    let days = lasting.map(|d| said_with("doc-days-course", &[("days", Value::from(d))])).unwrap_or_default();
    joined(joined(main, days), rule.note.clone())
}

/// Other names in all languages, each once.
fn lay_names(names: &Names) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for lay in names.0.values().flat_map(|n| &n.lay) {
        if !all.contains(lay) {
            all.push(lay.clone());
        }
    }
    all
}
