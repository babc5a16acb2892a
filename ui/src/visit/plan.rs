//! Planning: each line starts undecided; the practitioner accepts, changes or rejects it.

use super::plan_beside::Beside;
use crate::app::{App, app};
use crate::parts::{Icon, Numbered, danger_banner, num};
use crate::words::{Say, capital, key_of};
use hakim_clinical::{Decision, WarningLevel, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// All citations of a plan, numbered once for lines and panels alike.
pub(super) fn numbered(plan: &Plan) -> Numbered {
    let lines = plan.lines.iter().flat_map(|l| std::iter::once(&l.citation).chain(warned(&l.warnings)));
    let traditional = plan.traditional.iter().flat_map(|t| &t.matches).flat_map(|m| {
        std::iter::once(&m.citation)
            .chain(m.terms.iter().map(|t| &t.citation))
            .chain(m.lines.iter().flat_map(|l| std::iter::once(&l.citation).chain(warned(&l.warnings))))
    });
    Numbered::of(lines.chain(warned(&plan.warnings)).chain(traditional))
}

fn warned(warnings: &[WarningView]) -> impl Iterator<Item = &CitationView> {
    warnings.iter().filter_map(|w| w.citation.as_ref())
}

#[component]
pub(crate) fn PlanPage() -> impl IntoView {
    let app = app();
    let say = app.say();
    let plan = Memo::new(move |_| app.visit.with(|v| v.as_ref().and_then(|v| v.plan.clone())));
    view! {
        {move || plan.get().map(|p| {
            let numbers = numbered(&p);
            view! {
                {danger_banner(&p.triage, say, true)}
                <div class="cols cols--side">
                    <div class="stack">{missing(&p, say)}{lines(app, &p, &numbers, say)}</div>
                    <Beside plan=p.clone()/>
                </div>
            }
        })}
    }
}

fn missing(plan: &Plan, say: Say) -> AnyView {
    if plan.missing.is_empty() {
        return view! { <></> }.into_any();
    }
    let what: Vec<String> = plan.missing.iter().map(|m| say.of("missing", m)).collect();
    view! {
        <p class="banner" data-level="info" data-test="plan-missing"><Icon name="info"/>
            <span>{say.f("plan-missing", &[("what", Value::from(what.join(say.t("list-comma").as_str())))])}</span></p>
    }
    .into_any()
}

fn lines(app: App, plan: &Plan, numbers: &Numbered, say: Say) -> AnyView {
    let total = plan.lines.len();
    let ids: Vec<String> = plan.lines.iter().map(|l| l.id.clone()).collect();
    let decided = move || {
        app.visit.with(|v| {
            v.as_ref().map_or(0, |v| {
                ids.iter().filter(|id| v.decisions.get(*id).is_some_and(|d| *d != Decision::Undecided)).count()
            })
        })
    };
    let working: Vec<String> = plan.working.iter().map(|(_, name)| say.text(name)).collect();
    let mut groups: Vec<(PlanGroup, Vec<&PlanLineView>)> = vec![];
    for line in &plan.lines {
        match groups.last_mut() {
            Some((group, lines)) if *group == line.group => lines.push(line),
            _ => groups.push((line.group, vec![line])),
        }
    }
    let sections = groups.into_iter().map(|(group, lines)| {
        view! {
            <h3 class="group-name">{say.of("group", &key_of(&group))}</h3>
            <ul class="rows divide">{lines.into_iter().map(|l| line(app, l, numbers, say)).collect_view()}</ul>
        }
    });
    view! {
        <section class="card card--flush" aria-labelledby="pl">
            <div class="card-head" style="margin-block-end: 0"><h2 id="pl">{say.f("plan-for", &[("what", Value::from(working.join(say.t("list-comma").as_str())))])}</h2>
                <span class="hint push">{move || say.f("plan-decided", &[("n", Value::from(decided())), ("total", Value::from(total))])}</span></div>
            {(total == 0).then(|| view! { <p class="muted" style="padding: var(--s-5)">{say.t("plan-empty")}</p> })}
            {sections.collect_view()}
        </section>
    }
    .into_any()
}

fn line(app: App, line: &PlanLineView, numbers: &Numbered, say: Say) -> AnyView {
    let id = line.id.clone();
    let decision = decision_of(app, id.clone());
    let title = capital(&say.text(&line.title));
    let choice = {
        let decision = decision.clone();
        move || choice_name(&decision())
    };
    let alerts = line.warnings.iter().filter(|w| w.level >= WarningLevel::Caution).map(|w| {
        view! { <p class="line-alert"><Icon name="alert" small=true/><span><strong>{say.of("severity", &key_of(&w.level))}</strong>": "{say.text(&w.because)}" "{say.text(&w.act)}</span></p> }
    });
    let why = ended(say.text(&line.text));
    let indication = line.indication.as_ref().map(|i| say.f("for-condition", &[("name", Value::from(say.text(i)))]));
    view! {
        <li class="line" data-test="plan-line" data-line=line.id.clone() data-group=key_of(&line.group) data-choice=choice>
            <div>
                <p class="line-title"><span>{title.clone()}</span>{line.dose.as_ref().map(|d| dose_line(d, say))}</p>
                <p class="line-why">{(why != ended(title.clone())).then(|| view! { {why.clone()}" " })}{indication.map(|i| view! { {i}" " })}{numbers.cite(&line.citation, say)}" "{crate::parts::seen_tag(&line.citation, say)}</p>
            </div>
            {decide(app, line.id.clone(), title, say, false)}
            {alerts.collect_view()}
            {change_field(app, line.id.clone(), say)}
        </li>
    }
    .into_any()
}

/// `500 mg, 1 tablet, 4 times a day` or why there is no dose.
pub(super) fn dose_line(dose: &DoseView, say: Say) -> AnyView {
    match dose {
        DoseView::Worked { dose, .. } => {
            let give = dose.give.as_ref().map(|g| {
                let unit = if g.ml.is_some() { "mL".to_owned() } else { say.of("form", &g.form) };
                view! { <span class="small">{num(decimal(g.amount))}" "{unit}</span> }
            });
            let (often, n) = dose.frequency();
            let often = say.f(often, &[("n", Value::from(decimal(n)))]);
            let days = dose.days.map(|d| say.f("for-days", &[("n", Value::from(decimal(d)))]));
            view! { {num(format!("{} mg", decimal(dose.single_mg)))}{give}<span class="small">{often}{days.map(|d| format!(" {d}"))}</span> }.into_any()
        }
        DoseView::Refused { why, .. } => {
            view! { <span class="tag" data-tone="warning" data-test="no-dose">{refusal(why, say)}</span> }.into_any()
        }
    }
}

pub(super) fn refusal(why: &hakim_clinical::DoseRefusal, say: Say) -> String {
    use hakim_clinical::DoseRefusal;
    match why {
        DoseRefusal::Missing { what } => say.f("dose-missing", &[("what", Value::from(say.of("missing", what)))]),
        DoseRefusal::NoRule => say.t("dose-no-rule"),
        DoseRefusal::Implausible { weight } => say.f("dose-implausible", &[("weight", Value::from(weight.as_str()))]),
        DoseRefusal::CannotBeGiven => say.t("dose-cannot"),
    }
}

/// As a sentence: what follows starts a new one.
fn ended(text: String) -> String {
    match text.chars().last() {
        None | Some('.' | '۔' | '।' | '!' | '?' | '؟') => text,
        Some('\u{0600}'..='\u{06ff}') => text + "۔",
        Some(_) => text + ".",
    }
}

pub(super) fn decision_of(app: App, id: String) -> impl Fn() -> Decision + Clone {
    move || app.visit.with(|v| v.as_ref().and_then(|v| v.decisions.get(&id).cloned()).unwrap_or_default())
}

fn choice_name(decision: &Decision) -> &'static str {
    match decision {
        Decision::Undecided => "",
        Decision::Accepted => "accept",
        Decision::Changed { .. } => "change",
        Decision::Rejected { .. } => "reject",
    }
}

fn put(app: App, id: &str, decision: Decision) {
    app.change(|v| {
        v.decisions.insert(id.to_owned(), decision);
    });
}

/// The three choices of a line. `barred`: a warning forbids accepting it.
pub(super) fn decide(app: App, id: String, title: String, say: Say, barred: bool) -> AnyView {
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let decision = decision_of(app, id.clone());
    let option = {
        let (id, decision) = (id.clone(), decision.clone());
        move |name: &'static str, make: fn() -> Decision| {
            let (id, now, now_too) = (id.clone(), decision.clone(), decision.clone());
            let disabled = finished || (barred && name == "accept");
            view! {
                <button class="seg-opt" type="button" role="radio" data-test=name data-choice=name disabled=disabled
                    aria-checked=move || (choice_name(&now()) == name).to_string()
                    on:click=move |_| {
                        let again = choice_name(&now_too()) == name;
                        put(app, &id, if again { Decision::Undecided } else { make() });
                    }>{say.of("decide", name)}</button>
            }
        }
    };
    let for_keys = id;
    view! {
        <div class="seg seg--decide" role="radiogroup" aria-label=title on:keydown=move |e| {
            let chosen = match e.key().as_str() {
                "a" | "A" if !barred => Decision::Accepted,
                "c" | "C" => Decision::Changed { to: String::new() },
                "r" | "R" => Decision::Rejected { why: String::new() },
                _ => return,
            };
            if !e.ctrl_key() && !finished { put(app, &for_keys, chosen) }
        }>
            {option("accept", || Decision::Accepted)}
            {option("change", || Decision::Changed { to: String::new() })}
            {option("reject", || Decision::Rejected { why: String::new() })}
        </div>
    }
    .into_any()
}

/// What instead, or why not: shown under a changed or rejected line.
pub(super) fn change_field(app: App, id: String, say: Say) -> AnyView {
    let decision = decision_of(app, id.clone());
    let kind = {
        let decision = decision.clone();
        Memo::new(move |_| choice_name(&decision()))
    };
    let text = move || match decision() {
        Decision::Changed { to } => to,
        Decision::Rejected { why } => why,
        _ => String::new(),
    };
    let (text, id) = (StoredValue::new(text), StoredValue::new(id));
    view! {
        {move || matches!(kind.get(), "change" | "reject").then(|| {
            let key = if kind.get() == "change" { "change-to" } else { "reject-why" };
            view! {
                <div class="line-change"><input class="input" data-test="decision-text" dir="auto" aria-label=say.t(key) placeholder=say.t(key)
                    prop:value=text.with_value(|t| t()) on:change=move |e| {
                        let typed = event_target_value(&e);
                        let decision = if kind.get_untracked() == "change" { Decision::Changed { to: typed } } else { Decision::Rejected { why: typed } };
                        id.with_value(|id| put(app, id, decision));
                    }/></div>
            }
        })}
    }
    .into_any()
}
