//! Beside the plan: safety with the doses worked out, the Unani layer, what goes on paper.

use super::dose_card::dose_card;
use super::paper::Paper;
use super::plan::{change_field, decide, numbered};
use crate::app::{App, Beside as Tab, app};
use crate::client;
use crate::parts::{Icon, Numbered, seen_tag, warning};
use crate::words::{Say, capital, key_of, percent};
use hakim_clinical::{Temperament, Tradition, TraditionalId, WarningLevel, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn Beside(plan: Plan) -> impl IntoView {
    let app = app();
    let say = app.say();
    let tab = app.beside;
    let warnings: Vec<WarningView> = all_warnings(&plan);
    let grave = warnings.iter().filter(|w| w.level >= WarningLevel::Caution).count();
    let traditional = plan.traditional.is_some();
    let tabs: Vec<(Tab, &'static str, &'static str)> = [
        (Tab::Safety, "tab-safety", "tab-safety"),
        (Tab::Medicines, "tab-medicines", "tab-medicines"),
        (Tab::Traditional, "tab-unani", "tab-unani"),
        (Tab::Prescription, "tab-prescription", "tab-prescription"),
        (Tab::Handout, "tab-handout", "tab-handout"),
        (Tab::Referral, "tab-referral", "tab-referral"),
    ]
    .into_iter()
    .filter(|(t, _, _)| *t != Tab::Traditional || traditional)
    .collect();
    let order: Vec<Tab> = tabs.iter().map(|t| t.0).collect();
    if !order.contains(&tab.get_untracked()) {
        tab.set(Tab::Safety);
    }
    let plan = StoredValue::new(plan);
    let warnings = StoredValue::new(warnings);
    view! {
        <aside class="stack" aria-label=say.t("beside")>
            <div class="tabs" role="tablist" on:keydown=move |e| {
                let step: isize = match e.key().as_str() { "ArrowRight" => 1, "ArrowLeft" => -1, _ => return };
                let now = order.iter().position(|t| *t == tab.get_untracked()).unwrap_or(0) as isize;
                let next = (now + step).rem_euclid(order.len() as isize) as usize;
                if let Some(t) = order.get(next) { tab.set(*t) }
            }>
                {tabs.into_iter().map(|(t, id, key)| view! {
                    <button class="tab" type="button" role="tab" id=id aria-controls="panel" aria-selected=move || (tab.get() == t).to_string()
                        on:click=move |_| tab.set(t)>{say.t(key)}
                        {(t == Tab::Safety && grave > 0).then(|| view! { <span class="count" data-tone="danger">{grave}</span> })}</button>
                }).collect_view()}
            </div>
            <div id="panel" role="tabpanel" class="stack" style="--gap: var(--s-3)">
                {move || plan.with_value(|plan| match tab.get() {
                    Tab::Safety => warnings.with_value(|w| safety(plan, w, say)),
                    Tab::Medicines => view! { <super::medicines::Medicines/> }.into_any(),
                    Tab::Traditional => unani(app, plan, say),
                    Tab::Prescription => view! { <Paper kind=DocumentKind::Prescription/> }.into_any(),
                    Tab::Handout => view! { <Paper kind=DocumentKind::Handout/> }.into_any(),
                    Tab::Referral => view! { <Paper kind=DocumentKind::Referral/> }.into_any(),
                })}
            </div>
        </aside>
    }
}

/// Warnings of the list and of its lines, gravest first, each once.
fn all_warnings(plan: &Plan) -> Vec<WarningView> {
    let mut all: Vec<WarningView> = vec![];
    for w in plan.warnings.iter().chain(plan.lines.iter().flat_map(|l| &l.warnings)) {
        if !all.contains(w) {
            all.push(w.clone());
        }
    }
    all.sort_by_key(|w| std::cmp::Reverse(w.level));
    all
}

fn safety(plan: &Plan, warnings: &[WarningView], say: Say) -> AnyView {
    let numbers = numbered(plan);
    let doses = plan.lines.iter().filter_map(|l| l.dose.as_ref());
    view! {
        {warnings.is_empty().then(|| view! { <section class="alert" data-severity="note"><Icon name="info"/><div>
            <h3 class="alert-title">{say.t("safety-none")}</h3><p>{say.t("safety-none-about")}</p></div></section> })}
        {warnings.iter().map(|w| warning(w, &numbers, say)).collect_view()}
        {doses.map(|d| dose_card(d, &numbers, say)).collect_view()}
    }
    .into_any()
}

fn unani(app: App, plan: &Plan, say: Say) -> AnyView {
    let Some(reading) = &plan.traditional else { return view! { <></> }.into_any() };
    let numbers = numbered(plan);
    if reading.withheld {
        return view! { <section class="alert" data-severity="stop" data-test="unani-withheld"><Icon name="stop"/><div>
        <h3 class="alert-title">{say.t("unani-withheld")}</h3><p>{say.t("unani-withheld-about")}</p></div></section> }
        .into_any();
    }
    let person = reading.person.clone().map(|p| view! { <Person person=p/> });
    if reading.matches.is_empty() {
        return view! { <p class="muted">{say.t("unani-nothing")}</p>{person} }.into_any();
    }
    view! {
        <p class="hint">{say.t("unani-about")}</p>
        {reading.temperament.map(|t| view! { <section class="card"><h3>{say.t("unani-temperament")}</h3>{wheel(t, say)}</section> })}
        {reading.matches.iter().map(|m| unani_match(app, m, &numbers, say)).collect_view()}
        {person}
    }
    .into_any()
}

/// The questionnaire of the person's own temperament, and what the answers are worth.
#[component]
fn Person(person: PersonTemperament) -> impl IntoView {
    let app = app();
    let say = app.say();
    let chosen = RwSignal::new(person.questions.iter().map(|q| q.chosen).collect::<Vec<Option<u8>>>());
    let begun = person.questions.iter().any(|q| q.chosen.is_some());
    let numbers =
        Numbered::of(person.sides.iter().filter_map(|s| s.published.as_ref()).map(|p| &p.2).chain([&person.citation]));
    let question = move |(at, q): (usize, TemperamentQuestion)| {
        let answers = q.answers.iter().enumerate().map(|(place, text)| {
            let place = place as u8;
            let pressed = move || chosen.with(|c| c.get(at).copied().flatten() == Some(place)).to_string();
            view! { <button class="seg-opt" type="button" data-test="mizaj-answer" aria-pressed=pressed
                on:click=move |_| chosen.update(|c| if let Some(c) = c.get_mut(at) { *c = Some(place) })>{say.text(text)}</button> }
        });
        view! { <div class="stack" style="--gap: var(--s-1)"><p>{say.text(&q.ask)}</p>
        <div class="seg" role="group" aria-label=say.text(&q.ask)>{answers.collect_view()}</div></div> }
    };
    let read = move |_| {
        app.change(|v| v.intake.temperament = chosen.get_untracked());
        let Some(record) = app.visit.get_untracked() else { return };
        let request = PlanRequest { intake: record.intake, working: record.working };
        app.run(client::plan(request), move |plan| app.change(|v| v.take_plan(plan)));
    };
    let side = |s: &TemperamentSide| {
        let worth = s.published.as_ref().map(|(sensitivity, specificity, from)| {
            let args = [("sensitivity", Value::from(percent(*sensitivity))), ("specificity", Value::from(percent(*specificity)))];
            view! { <span class="small muted">{say.f("mizaj-worth", &args)}" "{numbers.cite(from, say)}" "{seen_tag(from, say)}</span> }
        });
        let (answered, asked) = s.answered;
        let count = say.f("mizaj-answered", &[("n", Value::from(answered)), ("of", Value::from(asked))]);
        view! { <p data-test="mizaj-side"><strong>{say.of("mizaj", &key_of(&s.side))}</strong>" "<span class="small">{count}</span><br/>{worth}</p> }
    };
    let sides = person.sides.iter().map(side).collect_view();
    view! {
        <details class="card" data-test="mizaj" open=begun>
            <summary><strong>{say.text(&person.name)}</strong></summary>
            <p class="small muted">{say.text(&person.about)}" "{numbers.cite(&person.citation, say)}</p>
            {sides}
            {person.temperament.map(|t| wheel(t, say))}
            <div class="stack">{person.questions.clone().into_iter().enumerate().map(question).collect_view()}</div>
            <button class="btn" type="button" id="mizaj-read" on:click=read>{say.t("mizaj-read")}</button>
        </details>
    }
}

fn unani_match(app: App, m: &TraditionalMatch, numbers: &Numbered, say: Say) -> AnyView {
    let reads: Vec<String> =
        m.reads_as.iter().map(|(name, how)| format!("{} ({})", say.text(name), say.of("crosswalk", how))).collect();
    let line = |l: &TraditionalLineView| {
        let barred = l.warnings.iter().any(|w| w.level == WarningLevel::Stop);
        let title = l
            .name
            .as_ref()
            .map_or_else(|| say.text(&l.text), |n| format!("{}: {}", capital(&say.text(n)), say.text(&l.text)));
        view! {
            <li class="line" data-test="unani-line" data-line=l.id.clone()>
                <div><p class="line-tags"><span class="tag tag--outline">{say.of("unani", &l.part)}</span><span class="tag tag--outline">{say.of("grade", &key_of(&l.citation.grade))}</span></p>
                    <p class="line-title">{title.clone()}</p><p class="line-why">{numbers.cite(&l.citation, say)}" "{seen_tag(&l.citation, say)}</p></div>
                {decide(app, l.id.clone(), title, say, barred)}
                {l.warnings.iter().map(|w| view! { <p class="line-alert"><Icon name="alert" small=true/><span><strong>{say.of("severity", &key_of(&w.level))}</strong>": "{say.text(&w.because)}" "{say.text(&w.act)}</span></p> }).collect_view()}
                {change_field(app, l.id.clone(), say)}
            </li>
        }
    };
    view! {
        <section class="card card--flush" data-test="unani-match">
            <div class="card-head"><h3>{say.text(&m.name)}" "{own_script(&m.id, &m.original)}</h3><span class="hint push"><bdi lang="en">{m.translit.clone()}</bdi></span>{m.id.tradition().map(|t| view! { <span class="tag tag--outline">{say.of("tradition", t.key())}</span> })}</div>
            <div style="padding-inline: var(--s-5)" class="stack small">
                <p><bdi dir="ltr">{codes(&m.id, m.code.as_ref(), m.tm2.as_ref())}</bdi></p>
                {(!reads.is_empty()).then(|| view! { <p>{say.t("unani-reads")}" "{reads.join(say.t("list-comma").as_str())}</p> })}
                {m.humour.map(|h| view! { <p>{say.of("humour", &key_of(&h))}</p> })}
                {m.terms.iter().map(|t| view! { <p data-test="unani-term">{capital(&say.text(&t.name))}" "{own_script(&t.id, &t.original)}" "<bdi dir="ltr" class="muted">{codes(&t.id, t.code.as_ref(), t.tm2.as_ref())}</bdi>" "{numbers.cite(&t.citation, say)}</p> }).collect_view()}
                <p class=if m.refer_now { "is-danger strong" } else { "" }>{say.t("unani-refer")}" "{say.text(&m.refer_text)}</p>
            </div>
            <ul class="rows divide">{m.lines.iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// A term in the script of its tradition.
fn own_script(id: &TraditionalId, term: &str) -> AnyView {
    let language = id.tradition().map_or("ur", Tradition::script_language);
    view! { <bdi lang=language dir="auto">{term.to_owned()}</bdi> }.into_any()
}

/// Codes of the tradition's own list and of ICD-11 in one line.
fn codes(id: &TraditionalId, own: Option<&String>, tm2: Option<&String>) -> String {
    let list = id.tradition().map_or("", Tradition::code_list);
    let parts = [own.map(|c| format!("{list} {c}")), tm2.map(|c| format!("ICD-11 TM2 {c}"))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Heat upwards, moisture to the end side; the dot is the temperament.
fn wheel(t: Temperament, say: Say) -> AnyView {
    let at = |degrees: f64| 100.0 + degrees.clamp(-4.0, 4.0) * 17.0;
    let words =
        format!("{}: {}, {}: {}", say.t("unani-heat"), decimal(t.heat), say.t("unani-moisture"), decimal(t.moisture));
    view! {
        <svg class="wheel" viewBox="0 0 200 200" role="img" aria-label=words>
            <circle cx="100" cy="100" r="72" fill="none" class="wheel-axis"/>
            <path class="wheel-axis" d="M100 28V172M28 100H172"/>
            <text x="100" y="18">{say.t("unani-hot")}</text><text x="100" y="194">{say.t("unani-cold")}</text>
            <text x="22" y="92">{say.t("unani-dry")}</text><text x="178" y="92">{say.t("unani-moist")}</text>
            <circle class="wheel-dot" cx=at(t.moisture).to_string() cy=at(-t.heat).to_string() r="8"/>
        </svg>
    }
    .into_any()
}
