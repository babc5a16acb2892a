//! The answer of a consultation as text for a terminal, in the language asked for: danger first, every number with its
//! reasons. The words are those of the window.

use hakim_clinical::*;
use hakim_contract::*;
use hakim_i18n::{Value, Words};
use std::sync::mpsc::Receiver;

/// Length of a probability bar, letters.
const BAR: usize = 24;
/// Candidates, contributions of each, and steps that fit on a terminal.
const CANDIDATES: usize = 6;
const CONTRIBUTIONS: usize = 4;
const STEPS: usize = 4;
/// A finding that changes the odds by less is left out.
const LEAST_DECIBANS: f64 = 1.0;

pub(crate) fn answer(lang: Lang, understood: &Understood, assessment: &Assessment, plan: Option<&Plan>) {
    let page = Page { lang, words: Words::new(lang) };
    page.danger(&assessment.triage);
    page.understood(understood);
    page.differential(assessment);
    page.next(assessment);
    if let Some(plan) = plan {
        page.plan(plan);
    }
}

/// Prints a paper of the visit.
pub(crate) fn paper(d: &Document) {
    println!("\n== {} ==", d.title);
    for section in &d.sections {
        match (&section.beside, section.heading.as_str()) {
            (_, "") => println!(),
            (None, heading) => println!("\n{heading}"),
            (Some(beside), heading) => println!("\n{heading} / {beside}"),
        }
        for (at, line) in section.lines.iter().enumerate() {
            let mark = if section.numbered { format!("{}.", at + 1) } else { "-".to_owned() };
            println!("  {mark} {}", line.text);
            line.under.iter().chain(&line.beside).for_each(|under| println!("     {under}"));
        }
    }
    d.foot.iter().for_each(|foot| println!("\n{foot}"));
}

/// Prints an explanation sentence by sentence, as it is written.
pub(crate) fn explanation(lang: Lang, events: &Receiver<Event>) {
    let page = Page { lang, words: Words::new(lang) };
    page.heading("in-words");
    for event in events {
        match event {
            Event::Sentence { text, citations, .. } => {
                let sources: Vec<&str> = citations.iter().map(|c| c.publisher.as_str()).collect();
                let sources = if sources.is_empty() { String::new() } else { format!(" [{}]", sources.join("; ")) };
                println!("  {text}{sources}");
            }
            Event::ExplainDone { dropped, without_model, .. } => {
                match without_model {
                    Some(why) => println!("  ({})", page.t(&format!("error-{why}"))),
                    None => println!("  ({})", page.t("explain-checked")),
                }
                if dropped > 0 {
                    println!("  ({})", page.f("explain-dropped", &[("n", dropped.into())]));
                }
                return;
            }
            _ => {}
        }
    }
}

/// A question, what was found, and the answer as it arrives.
pub(crate) fn asked(lang: Lang, question: &str, found: &AskFound, events: &Receiver<Event>) {
    let page = Page { lang, words: Words::new(lang) };
    println!("\n{question}");
    for event in events {
        match event {
            Event::AskSentence { text, facts, .. } => {
                let marks: String = facts.iter().map(|place| format!(" [{}]", place + 1)).collect();
                println!("  {text}{marks}");
            }
            Event::AskDone { dropped, without_model, .. } => {
                if found.facts.is_empty() {
                    println!("  {}", page.t("ask-nothing"));
                }
                if let Some(why) = without_model.filter(|_| !found.facts.is_empty()) {
                    println!("  ({})", page.t(&format!("error-{why}")));
                }
                if dropped > 0 {
                    println!("  ({})", page.f("explain-dropped", &[("n", dropped.into())]));
                }
                break;
            }
            _ => {}
        }
    }
    if found.confidence == AskConfidence::Weak {
        println!("  ({})", page.t("ask-weak"));
    }
    for (place, fact) in found.facts.iter().enumerate() {
        let source = match &fact.source {
            AskSource::Passage { passage } => format!("{}, {}", passage.passage, source_of(&passage.citation)),
            AskSource::Entry { entry, citation } => format!("{}, {}", entry.id, source_of(citation)),
            AskSource::Own { block } => format!("{}, {}", block.title, block.paragraph),
        };
        println!("  [{}] {source}", place + 1);
    }
}

fn source_of(citation: &CitationView) -> String {
    let parts = [&citation.publisher, &citation.title, &citation.edition];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

struct Page {
    lang: Lang,
    words: Words,
}

impl Page {
    fn t(&self, key: &str) -> String {
        self.words.say_plain(key, &[])
    }

    fn f(&self, key: &str, args: &[(&str, Value)]) -> String {
        self.words.say_plain(key, args)
    }

    fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// Name of a finding, with its denial.
    fn finding(&self, label: &FindingLabel, presence: Presence) -> String {
        let name = self.text(&label.name);
        match presence {
            Presence::Absent => self.f("finding-absent", &[("finding", name.into())]),
            _ => name.to_owned(),
        }
    }

    fn heading(&self, key: &str) {
        println!("\n{}", self.t(key));
    }

    fn danger(&self, triage: &TriageView) {
        println!("{}", self.t(&format!("doc-triage-{}", key_of(&triage.level))));
        if let Some(likely) = &triage.likely {
            let name = self.text(&likely.name).to_owned();
            println!("  {}", self.f(&format!("doc-likely-{}", key_of(&triage.level)), &[("name", name.into())]));
        }
        if triage.dangers.is_empty() {
            println!("  {}", self.t("doc-no-danger"));
        }
        for d in &triage.dangers {
            let why: Vec<&str> =
                d.because.iter().map(|f| self.text(&f.name)).chain(d.values.iter().map(String::as_str)).collect();
            println!("  ! {} ({})\n    {}", self.text(&d.say), why.join(", "), self.text(&d.act));
            println!("    {}", self.cite(&d.citation));
        }
    }

    fn understood(&self, understood: &Understood) {
        self.heading("chips-title");
        for chip in &understood.chips {
            let sign = match chip.observed.presence {
                Presence::Present => "+",
                Presence::Absent => "-",
                Presence::Unknown => "?",
            };
            let lasted = chip.observed.lasted();
            let days = lasted.map(|l| format!(", {}", self.f(&format!("chip-{}", l.unit), &[("n", l.n.into())])));
            let severity = chip.observed.severity_beside_name();
            let severity = severity.map(|s| format!(", {}", self.t(&format!("severity-of-{}", key_of(&s)))));
            println!(
                "  {sign} {}{}{}  ({})",
                self.text(&chip.label.name),
                severity.unwrap_or_default(),
                days.unwrap_or_default(),
                chip.quote
            );
        }
        for m in &understood.measurements {
            println!("  = {}: {} {}", self.t(&format!("vital-name-{}", m.vital.key())), m.value, m.vital.unit());
        }
        for (key, names) in [("form-medicines", &understood.medicines), ("form-allergies", &understood.allergies)] {
            if !names.is_empty() {
                println!("  = {}: {}", self.t(key), names.join(", "));
            }
        }
        for notice in &understood.notices {
            println!("  ! {}", self.t(&format!("notice-{notice}")));
        }
        if !understood.maybe.is_empty() {
            self.heading("chips-likely");
            for maybe in &understood.maybe {
                println!("  ? {}  ({})", self.finding(&maybe.label, maybe.presence), maybe.quote);
            }
        }
    }

    fn differential(&self, assessment: &Assessment) {
        self.heading(if assessment.not_enough { "not-enough" } else { "could-be" });
        for candidate in assessment.candidates.iter().take(CANDIDATES) {
            self.candidate(candidate);
        }
        println!("  {:>4}  {}", percent(assessment.none_of_these), self.t("none-of-these"));
        if !assessment.must_not_miss.is_empty() {
            self.heading("must-not-miss");
        }
        for m in &assessment.must_not_miss {
            let settle = m.settle.as_ref().map(|s| format!(": {}", self.text(s))).unwrap_or_default();
            println!("  {:>4}  {}{settle}", percent(m.probability), self.text(&m.name));
        }
        if !assessment.medicine_causes.is_empty() {
            self.heading("medicine-causes");
        }
        for c in &assessment.medicine_causes {
            let share = [("low", percent(c.share.low).into()), ("high", percent(c.share.high).into())];
            let told = self.f("cause-share", &share);
            println!("  {} → {}: {told} {}", self.text(&c.name), self.text(&c.label.name), self.text(&c.act));
        }
    }

    fn candidate(&self, c: &CandidateView) {
        let filled = ((c.probability.p * BAR as f64).round() as usize).min(BAR);
        let bar = format!("{}{}", "█".repeat(filled), "·".repeat(BAR - filled));
        let range = [("low", percent(c.probability.low).into()), ("high", percent(c.probability.high).into())];
        println!(
            "  {:>4}  {bar}  {} [{}]  {}",
            percent(c.probability.p),
            self.text(&c.name),
            c.icd10.join(" "),
            self.f("between", &range)
        );
        let telling = c.contributions.iter().filter(|k| k.decibans.abs() >= LEAST_DECIBANS);
        for k in telling.take(CONTRIBUTIONS) {
            println!("            ×{:<5.2} {}", k.ratio, self.finding(&k.label, k.presence));
        }
        if (10.0 * c.wording.log10()).abs() >= LEAST_DECIBANS {
            println!("            ×{:<5.2} {}", c.wording, self.t("wording"));
        }
    }

    fn next(&self, assessment: &Assessment) {
        if !assessment.next.is_empty() {
            self.heading("next-question");
        }
        for step in assessment.next.iter().take(STEPS) {
            let shift = [
                ("about", self.text(&step.about).into()),
                ("now", percent(step.now).into()),
                ("yes", percent(step.if_yes).into()),
                ("no", percent(step.if_no).into()),
            ];
            println!("  {}\n        {}", self.text(&step.ask), self.f("next-shift", &shift));
        }
        if !assessment.missing.is_empty() {
            let names: Vec<String> = assessment.missing.iter().map(|m| self.t(&format!("missing-{m}"))).collect();
            println!("\n{}", self.f("missing", &[("what", names.join(", ").into())]));
        }
    }

    fn plan(&self, plan: &Plan) {
        let names: Vec<&str> = plan.working.iter().map(|(_, name)| self.text(name)).collect();
        println!("\n{}", self.f("plan-for", &[("what", names.join(", ").into())]));
        if plan.lines.is_empty() {
            println!("  {}", self.t("plan-empty"));
        }
        for line in &plan.lines {
            let group = self.t(&format!("group-{}", key_of(&line.group)));
            let text = self.text(&line.text);
            let text = if text.is_empty() { String::new() } else { format!(": {text}") };
            println!("  {group} · {}{text}", self.text(&line.title));
            match &line.dose {
                Some(DoseView::Worked { dose, citation, .. }) => self.dose(dose, citation),
                Some(DoseView::Refused { why, .. }) => println!("        {}", self.refusal(why)),
                None => {}
            }
            line.warnings.iter().for_each(|w| self.warning("        ", w));
            if line.not_held {
                println!("        {}", self.t("not-held"));
            }
            if line.not_held || line.is_barred() {
                line.alternatives.iter().for_each(|a| self.alternative(a));
            }
        }
        plan.warnings.iter().for_each(|w| self.warning("  ", w));
        for fit in plan.traditional.iter().filter(|t| !t.withheld).flat_map(|t| &t.matches) {
            println!("\n{}: {} {}", self.t("tab-unani"), self.text(&fit.name), fit.original);
            for line in &fit.lines {
                let name = line.name.as_ref().map(|n| format!("{}: ", self.text(n))).unwrap_or_default();
                println!("  {} · {name}{}", self.t(&format!("unani-{}", line.part)), self.text(&line.text));
                line.warnings.iter().for_each(|w| self.warning("        ", w));
            }
            println!("  {} {}", self.t("unani-refer"), self.text(&fit.refer_text));
        }
    }

    fn alternative(&self, a: &AlternativeView) {
        println!("      {}: {}", self.t(&format!("alternative-{}", key_of(&a.from))), self.text(&a.name));
        if let DoseView::Worked { dose, citation, .. } = &a.dose {
            self.dose(dose, citation);
        }
        a.warnings.iter().for_each(|w| self.warning("        ", w));
    }

    fn dose(&self, dose: &WorkedDose, citation: &CitationView) {
        let one = self.words.one_dose(dose);
        let give = dose.give.as_ref().map_or_else(
            || one.clone(),
            |g| {
                let unit = if g.ml.is_some() { "mL" } else { "×" };
                format!("{} {unit} {} ({one})", decimal(g.amount), self.t(&format!("form-{}", g.form)))
            },
        );
        let times = self.words.how_often(dose.frequency());
        let days = self.words.how_long(dose).map(|days| format!(", {days}")).unwrap_or_default();
        let steps: Vec<String> = dose.steps.iter().map(|s| self.words.in_own_words(&s.text, dose.unit)).collect();
        println!("        {give}, {times}{days}, {}", self.t(&format!("route-{}", dose.route)));
        println!("        {}", steps.join("; "));
        if let Some(kidney) = &dose.kidney {
            let before = self.words.of_kidneys(kidney, dose.unit);
            let text = [before.as_deref(), Some(self.text(&kidney.text))];
            let text: Vec<&str> = text.into_iter().flatten().filter(|t| !t.is_empty()).collect();
            println!("        {}: {}", self.t("kidney-title"), text.join(" "));
        }
        let note = self.text(&dose.note);
        if !note.is_empty() {
            println!("        {note}");
        }
        println!("        {}", self.cite(citation));
    }

    fn refusal(&self, why: &DoseRefusal) -> String {
        match why {
            DoseRefusal::Missing { what } => {
                self.f("dose-missing", &[("what", self.t(&format!("missing-{what}")).into())])
            }
            DoseRefusal::NoRule => self.t("dose-no-rule"),
            DoseRefusal::Implausible { weight } => self.f("dose-implausible", &[("weight", weight.as_str().into())]),
            DoseRefusal::CannotBeGiven => self.t("dose-cannot"),
            DoseRefusal::NoFormHeld => self.t("dose-no-form-held"),
            DoseRefusal::Kidney { clearance, reason, .. } => {
                let args = [("clearance", clearance.as_str().into()), ("reason", self.text(reason).into())];
                self.f("dose-kidney", &args)
            }
            DoseRefusal::KidneyInChild => self.t("dose-kidney-child"),
        }
    }

    fn warning(&self, indent: &str, w: &WarningView) {
        let about: Vec<&str> = w.about.iter().map(|a| self.text(a)).collect();
        let level = self.t(&format!("severity-{}", key_of(&w.level)));
        println!("{indent}{level}: {}: {} {}", about.join(" + "), self.text(&w.because), self.text(&w.act));
    }

    fn cite(&self, c: &CitationView) -> String {
        let seen = match &c.seen {
            Seen::At(at) => format!("{} {at}", self.t("source-where")),
            Seen::NotSeen => self.t("seen-no"),
        };
        format!("[{}, {}, {}; {seen}]", c.publisher, c.title, c.edition)
    }
}

/// How serde writes a plain enum, which is how message keys end.
fn key_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn percent(p: f64) -> String {
    if p > 0.0 && p < 0.01 { "<1%".into() } else { format!("{:.0}%", p * 100.0) }
}
