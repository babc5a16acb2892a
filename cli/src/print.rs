//! The answer of a consultation as text for a terminal: danger first, every number with its reasons.

use hakim_clinical::*;
use hakim_contract::*;

const BAR: usize = 24;

pub(crate) fn answer(lang: Lang, understood: &Understood, assessment: &Assessment, plan: Option<&Plan>) {
    heading("Understood");
    for chip in &understood.chips {
        let sign = match chip.observed.presence {
            Presence::Present => "+",
            Presence::Absent => "-",
            Presence::Unknown => "?",
        };
        let days = chip.observed.days.map(|d| format!(", {} days", (d * 10.0).round() / 10.0)).unwrap_or_default();
        let severe = if chip.observed.severity == Some(Severity::Severe) { ", severe" } else { "" };
        println!("  {sign} {}{severe}{days}  ({})", chip.label.name.get(lang), chip.quote);
    }
    for m in &understood.measurements {
        println!("  = {} {} {}", m.vital.key(), m.value, m.vital.unit());
    }
    for notice in &understood.notices {
        println!("  ! {}", hakim_i18n::Words::new(lang).say_plain(&format!("notice-{notice}"), &[]));
    }
    danger(lang, &assessment.triage);
    heading(if assessment.not_enough { "Not enough to say yet; so far" } else { "What could this be" });
    for candidate in assessment.candidates.iter().take(6) {
        one(lang, candidate);
    }
    println!("  {:>4}  none of these", percent(assessment.none_of_these));
    heading("Must not be missed");
    for m in &assessment.must_not_miss {
        let settle = m.settle.as_ref().map(|s| format!(": {}", s.get(lang))).unwrap_or_default();
        println!("  {:>4}  {}{settle}", percent(m.probability), m.name.get(lang));
    }
    heading("Best next step");
    for step in assessment.next.iter().take(4) {
        println!(
            "  {}\n        {}: {} now, yes {}, no {}",
            step.ask.get(lang),
            step.about.get(lang),
            percent(step.now),
            percent(step.if_yes),
            percent(step.if_no)
        );
    }
    if !assessment.missing.is_empty() {
        println!("\nWould help to know: {}", assessment.missing.join(", "));
    }
    if let Some(plan) = plan {
        print_plan(lang, plan);
    }
}

fn heading(text: &str) {
    println!("\n{text}");
}

fn percent(p: f64) -> String {
    if p > 0.0 && p < 0.01 { "<1%".into() } else { format!("{:.0}%", p * 100.0) }
}

fn danger(lang: Lang, triage: &TriageView) {
    heading(match triage.level {
        TriageLevel::Emergency => "EMERGENCY",
        TriageLevel::Urgent => "URGENT: the same day",
        TriageLevel::Routine => "Routine: no danger sign in what was entered",
        TriageLevel::SelfCare => "Can be looked after at home",
    });
    for d in &triage.dangers {
        let why: Vec<&str> =
            d.because.iter().map(|f| f.name.get(lang)).chain(d.values.iter().map(String::as_str)).collect();
        println!("  ! {} ({})\n    {}\n    {}", d.say.get(lang), why.join(", "), d.act.get(lang), cite(&d.citation));
    }
}

fn one(lang: Lang, c: &CandidateView) {
    let filled = ((c.probability.p * BAR as f64).round() as usize).min(BAR);
    let bar = format!("{}{}", "█".repeat(filled), "·".repeat(BAR - filled));
    let (low, high) = (percent(c.probability.low), percent(c.probability.high));
    println!("  {:>4}  {bar}  {} [{}]  {low} to {high}", percent(c.probability.p), c.name.get(lang), c.icd10.join(" "));
    for k in c.contributions.iter().filter(|k| k.decibans.abs() >= 1.0).take(4) {
        let absent = if k.presence == Presence::Absent { "no " } else { "" };
        println!("            ×{:<5.2} {absent}{}", k.ratio, k.label.name.get(lang));
    }
}

fn cite(c: &CitationView) -> String {
    let seen = match &c.seen {
        Seen::At(at) => format!("read at {at}"),
        Seen::NotSeen => "passage not seen".into(),
    };
    format!("[{}, {}, {}; {seen}]", c.publisher, c.title, c.edition)
}

fn print_plan(lang: Lang, plan: &Plan) {
    heading("Plan (nothing is decided: the practitioner decides)");
    for line in &plan.lines {
        println!("  - {}: {}", line.title.get(lang), line.text.get(lang));
        match &line.dose {
            Some(DoseView::Worked { dose, .. }) => {
                for step in &dose.steps {
                    println!("        {}", step.text);
                }
            }
            Some(DoseView::Refused { why, .. }) => println!("        no dose: {why:?}"),
            None => {}
        }
        for w in &line.warnings {
            println!("        {:?}: {} {}", w.level, w.because.get(lang), w.act.get(lang));
        }
    }
    for w in &plan.warnings {
        let about: Vec<&str> = w.about.iter().map(|a| a.get(lang)).collect();
        println!("  {:?}: {}: {} {}", w.level, about.join(" + "), w.because.get(lang), w.act.get(lang));
    }
}
