//! Planning: each line starts undecided; the practitioner accepts, changes or rejects it.

use super::alternatives::alternatives;
use super::plan_beside::Beside;
use super::plan_missing::missing;
use super::plan_stages::stages;
use crate::app::{App, app};
use crate::parts::{Icon, Numbered, danger_banner, ended, num};
use crate::words::{Say, capital, key_of};
use hakim_clinical::{Decision, Text, WarningLevel, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// All citations of a plan, numbered once for lines and panels alike.
pub(super) fn numbered(plan: &Plan) -> Numbered {
    let lines = plan.lines.iter().flat_map(|l| {
        let instead = l.alternatives.iter().flat_map(|a| dosed(Some(&a.dose)).chain(warned(&a.warnings)));
        std::iter::once(&l.citation).chain(warned(&l.warnings)).chain(dosed(l.dose.as_ref())).chain(instead)
    });
    let traditional = plan.traditional.iter().flat_map(|t| &t.matches).flat_map(|m| {
        std::iter::once(&m.citation)
            .chain(m.terms.iter().map(|t| &t.citation))
            .chain(m.lines.iter().flat_map(|l| std::iter::once(&l.citation).chain(warned(&l.warnings))))
    });
    Numbered::of(lines.chain(warned(&plan.warnings)).chain(traditional))
}

fn dosed(dose: Option<&DoseView>) -> impl Iterator<Item = &CitationView> {
    let (own, second) = match dose {
        Some(DoseView::Worked { citation, kidney, .. }) => (Some(citation), kidney.as_ref()),
        Some(DoseView::Refused { citation, .. }) => (citation.as_ref(), None),
        None => (None, None),
    };
    own.into_iter().chain(second)
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
                    <div class="stack">{missing(app, &p, say)}{stages(app, &p, &numbers, say)}</div>
                    <Beside plan=p.clone()/>
                </div>
            }
        })}
    }
}

/// How many of these lines are decided.
pub(super) fn decided(app: App, ids: &[String]) -> usize {
    app.visit.with(|v| {
        v.as_ref().map_or(0, |v| {
            ids.iter().filter(|id| v.decisions.get(*id).is_some_and(|d| *d != Decision::Undecided)).count()
        })
    })
}

pub(super) fn line(app: App, line: &PlanLineView, numbers: &Numbered, say: Say) -> AnyView {
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
    let barred = line.is_barred();
    let kidney = line.dose.as_ref().and_then(kidney_changed).map(|text| {
        view! { <p class="line-alert" data-test="line-kidney"><Icon name="alert" small=true/><span><strong>{say.t("kidney-title")}</strong>": "{say.text(text)}</span></p> }
    });
    let why = ended(say.text(&line.text));
    let indication = line.indication.as_ref().map(|i| say.f("for-condition", &[("name", Value::from(say.text(i)))]));
    view! {
        <li class="line" data-test="plan-line" data-line=line.id.clone() data-group=key_of(&line.group) data-choice=choice>
            <div>
                <p class="line-title"><span>{title.clone()}</span>{line.dose.as_ref().map(|d| dose_line(d, say))}
                    {line.not_held.then(|| view! { <span class="tag" data-tone="warning" data-test="not-held">{say.t("not-held")}</span> })}</p>
                <p class="line-why">{(why != ended(title.clone())).then(|| view! { {why.clone()}" " })}{indication.map(|i| view! { {i}" " })}{numbers.cite(&line.citation, say)}" "
                    <span class="tag tag--outline" data-test="grade">{say.of("grade", &key_of(&line.citation.grade))}</span>" "{crate::parts::seen_tag(&line.citation, say)}</p>
            </div>
            {decide(app, line.id.clone(), title, say, barred)}
            {alerts.collect_view()}
            {kidney}
            {barred.then(|| view! { <p class="line-why" style="grid-column: 1 / -1" data-test="barred">{say.t("accept-barred")}</p> })}
            {alternatives(app, line, numbers, say)}
            {change_field(app, line.id.clone(), say)}
        </li>
    }
    .into_any()
}

/// What weak kidneys ask for beside the number: not every such word can be worked out.
pub(super) fn kidney_changed(dose: &DoseView) -> Option<&Text> {
    let DoseView::Worked { dose, .. } = dose else { return None };
    dose.kidney.as_ref().filter(|k| k.below.is_some()).map(|k| &k.text)
}

/// `500 mg, 1 tablet, 4 times a day` or why there is no dose.
pub(super) fn dose_line(dose: &DoseView, say: Say) -> AnyView {
    match dose {
        DoseView::Worked { dose, .. } => {
            let give = dose.give.as_ref().map(|g| {
                let unit = if g.ml.is_some() { "mL".to_owned() } else { say.of("form", &g.form) };
                view! { <span class="small">{num(decimal(g.amount))}" "{unit}</span> }
            });
            let words = say.words();
            let often = words.how_often(dose.frequency());
            let days = words.how_long(dose).map(|d| format!(" {d}"));
            view! { <bdi class="num">{words.one_dose(dose)}</bdi>{give}<span class="small">{often}{days}</span> }
                .into_any()
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
        DoseRefusal::NoFormHeld => say.t("dose-no-form-held"),
        DoseRefusal::Kidney { clearance, reason, .. } => say.f(
            "dose-kidney",
            &[("clearance", Value::from(clearance.as_str())), ("reason", Value::from(say.text(reason)))],
        ),
        DoseRefusal::KidneyInChild => say.t("dose-kidney-child"),
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

pub(super) fn put(app: App, id: &str, decision: Decision) {
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
