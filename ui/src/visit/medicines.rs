//! The whole list of medicines: what is taken, what the plan gives, what is being thought of; checked as it is typed.

use crate::app::{App, app};
use crate::client;
use crate::parts::{Icon, Numbered, num, warning};
use crate::words::{Say, capital, key_of};
use hakim_clinical::{Decision, Degree, NameRead};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// Letters from which on a name that is being typed is checked.
const LEAST_LETTERS: usize = 3;

#[component]
pub(crate) fn Medicines() -> impl IntoView {
    let app = app();
    let say = app.say();
    let thought = RwSignal::new(Vec::<String>::new());
    let typed = RwSignal::new(String::new());
    let reply = RwSignal::new(None::<MedicinesReply>);
    let taken = Memo::new(move |_| {
        app.visit.with(|v| v.as_ref().map(|v| v.intake.patient.medicines.clone()).unwrap_or_default())
    });
    let planned = Memo::new(move |_| planned(app));
    Effect::new(move |_| {
        let mut names = taken.get();
        names.extend(planned.get());
        names.extend(thought.get());
        let now = typed.get();
        if now.trim().chars().count() >= LEAST_LETTERS {
            names.push(now.trim().to_owned());
        }
        let Some(intake) = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone())) else { return };
        app.run(client::medicines_check(MedicinesRequest { intake, names }), move |r| reply.set(Some(r)));
    });
    let add = move || {
        let name = typed.get_untracked().trim().to_owned();
        if !name.is_empty() {
            thought.update(|list| list.push(name));
            typed.set(String::new());
        }
    };
    view! {
        <section class="card stack" data-test="medicines" style="--gap: var(--s-3)" aria-labelledby="medicines-list">
            <h3 id="medicines-list">{say.t("medicines-list")}</h3>
            <p class="hint">{say.t("medicines-about")}</p>
            {move || names(taken.get(), say.t("medicines-taken"), None)}
            {move || names(planned.get(), say.t("medicines-planned"), None)}
            {move || names(thought.get(), say.t("medicines-thought"), Some(thought))}
            <form class="row" on:submit=move |e| { e.prevent_default(); add() }>
                <input class="input grow" id="medicine-think" dir="auto" autocomplete="off" aria-label=say.t("medicines-add")
                    placeholder=say.t("medicines-add") prop:value=move || typed.get()
                    on:input=move |e| typed.set(event_target_value(&e))/>
                <button class="btn btn--sm" type="submit" id="medicine-add">{say.t("add")}</button>
            </form>
            <p class="small" aria-live="polite" data-test="medicine-typed">{move || {
                let now = typed.get();
                let known = reply.get().and_then(|r| r.names.last().cloned()).filter(|n| n.typed == now.trim());
                known.map(|n| match n.name {
                    None => say.t("name-unknown"),
                    Some(name) if n.read == NameRead::Guessed => {
                        say.f("name-guessed", &[("name", Value::from(capital(&say.text(&name))))])
                    }
                    Some(name) => capital(&say.text(&name)),
                })
            }}</p>
        </section>
        {move || reply.get().map(|r| view! {
            {checked(&r, say)}
            {burdens(&r.burdens, say)}
            {map(&r.map, say)}
        })}
    }
}

/// Medicines of the plan that are not rejected.
fn planned(app: App) -> Vec<String> {
    app.visit.with(|v| {
        let Some((visit, plan)) = v.as_ref().and_then(|v| Some((v, v.plan.as_ref()?))) else { return vec![] };
        let kept = |line: &&PlanLineView| !matches!(visit.decisions.get(&line.id), Some(Decision::Rejected { .. }));
        let ids = plan.lines.iter().filter(kept).filter_map(|line| line.medicine.as_ref().map(ToString::to_string));
        ids.collect()
    })
}

fn names(list: Vec<String>, title: String, editable: Option<RwSignal<Vec<String>>>) -> AnyView {
    if list.is_empty() {
        return view! { <></> }.into_any();
    }
    let row = move |(at, name): (usize, String)| {
        let say = app().say();
        let label = say.f("medicines-remove", &[("name", Value::from(name.as_str()))]);
        let remove = editable.map(|all| {
            view! { <button class="btn btn--quiet btn--sm" type="button" aria-label=label on:click=move |_| all.update(|l| { l.remove(at); })>"×"</button> }
        });
        view! { <li class="takes-item"><bdi>{name}</bdi>{remove}</li> }
    };
    view! {
        <div><p class="small muted">{title}</p>
            <ul class="takes">{list.into_iter().enumerate().map(row).collect_view()}</ul></div>
    }
    .into_any()
}

fn checked(reply: &MedicinesReply, say: Say) -> AnyView {
    let numbers = Numbered::of(reply.warnings.iter().filter_map(|w| w.citation.as_ref()));
    let unknown: Vec<String> = reply.names.iter().filter(|n| n.name.is_none()).map(|n| n.typed.clone()).collect();
    let unknown = unknown.join(say.t("list-comma").as_str());
    view! {
        {(!unknown.is_empty()).then(|| view! { <p class="banner" data-level="info" data-test="medicines-unknown"><Icon name="info"/>
            <span>{say.f("medicines-unknown", &[("names", Value::from(unknown.clone()))])}</span></p> })}
        <div class="stack" style="--gap: var(--s-2)" data-test="medicines-warnings">
            {reply.warnings.iter().filter(|w| w.citation.is_some() || w.kind != hakim_clinical::WarningKind::Unknown).map(|w| warning(w, &numbers, say)).collect_view()}
        </div>
    }
    .into_any()
}

/// What adds up: a bar for each burden that two or more bear.
fn burdens(all: &[BurdenView], say: Say) -> AnyView {
    /// A bar this long is full.
    const FULL: f64 = 8.0;
    let shown: Vec<&BurdenView> = all.iter().filter(|b| b.parts.len() > 1 || b.level.is_some()).collect();
    if shown.is_empty() {
        return view! { <></> }.into_any();
    }
    let numbers =
        Numbered::of(shown.iter().flat_map(|b| std::iter::once(&b.citation).chain(b.parts.iter().map(|p| &p.2))));
    let row = |b: &&BurdenView| {
        let tone = b.level.map(|l| key_of(&l));
        let width = format!("{:.0}%", 100.0 * (f64::from(b.total) / FULL).min(1.0));
        let colour = match tone.as_deref() {
            Some("stop") => "var(--danger)",
            Some("caution") => "var(--warning)",
            _ => "var(--ink-3)",
        };
        let parts = b.parts.iter().map(|(name, weight, citation)| {
            let dots = "●".repeat(usize::from(*weight));
            view! { <span style="margin-inline-end: var(--s-2); white-space: nowrap"><bdi>{capital(&say.text(name))}</bdi>" "<span class="tiny" aria-label=say.f("burden-weight", &[("n", Value::from(f64::from(*weight)))])>{dots}</span>{numbers.cite(citation, say)}</span> }
        });
        let worse: Vec<String> = b.worse.iter().map(|f| say.text(&f.name)).collect();
        let worse = worse.join(say.t("list-comma").as_str());
        view! {
            <li data-test="burden" data-burden=b.id.to_string() style="padding-block: var(--s-2)">
                <p><strong>{say.text(&b.name)}</strong>{tone.map(|t| view! { " "<span class="tag" data-tone=if t == "stop" { "danger" } else if t == "caution" { "warning" } else { "" }>{say.of("severity", &t)}</span> })}
                    " "{num(b.total.to_string())}{numbers.cite(&b.citation, say)}</p>
                <div aria-hidden="true" style="block-size: 6px; border-radius: 3px; background: var(--sunk)"><div style=format!("block-size: 6px; border-radius: 3px; background: {colour}; inline-size: {width}")></div></div>
                <p class="small">{parts.collect_view()}</p>
                {(!b.say.is_empty()).then(|| view! { <p class="small">{say.text(&b.say)}" "{say.text(&b.act)}</p> })}
                {(!worse.is_empty()).then(|| view! { <p class="small muted">{say.f("burden-worse", &[("what", Value::from(worse.clone()))])}</p> })}
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="burdens"><h3 id="burdens">{say.t("burdens-title")}</h3>
            <ul class="divide" style="list-style: none; padding: 0">{shown.iter().map(row).collect_view()}</ul></section>
    }
    .into_any()
}

/// Who slows or speeds the path of whom: a drawing, and the same in words.
fn map(map: &MedicineMap, say: Say) -> AnyView {
    if map.edges.is_empty() {
        return view! { <></> }.into_any();
    }
    let numbers = Numbered::of(map.edges.iter().flat_map(|e| [&e.citations.0, &e.citations.1]));
    let name = |at: usize| map.nodes.get(at).map(|n| capital(&say.text(n))).unwrap_or_default();
    let row = |e: &MapEdge| {
        let key = if e.induces { "map-induces" } else { "map-inhibits" };
        let args = [
            ("from", Value::from(name(e.from))),
            ("to", Value::from(name(e.to))),
            ("path", Value::from(e.path.as_str())),
        ];
        let strength = say.of("degree", &key_of(&e.acts));
        view! {
            <li class="small" data-test="map-edge">{say.f(key, &args)}" "<span class="muted">{strength}</span>
                {numbers.cite(&e.citations.0, say)}{numbers.cite(&e.citations.1, say)}</li>
        }
    };
    view! {
        <section class="card" aria-labelledby="map" data-test="medicine-map"><h3 id="map">{say.t("map-title")}</h3>
            {drawing(map, &name)}
            <p class="tiny muted">{say.t("map-legend")}</p>
            <ul class="stack" style="--gap: var(--s-1)">{map.edges.iter().map(row).collect_view()}</ul></section>
    }
    .into_any()
}

/// Names on a circle, an arrow from the one that acts to the one it acts on.
fn drawing(map: &MedicineMap, name: &dyn Fn(usize) -> String) -> AnyView {
    const WIDE: f64 = 360.0;
    const HIGH: f64 = 260.0;
    let count = map.nodes.len() as f64;
    let at = |node: usize| {
        let angle = std::f64::consts::TAU * node as f64 / count - std::f64::consts::FRAC_PI_2;
        (WIDE / 2.0 + 120.0 * angle.cos(), HIGH / 2.0 + 95.0 * angle.sin())
    };
    // Edges between the same two would lie on each other: each further one bows out more.
    let bow = |place: usize| {
        let Some(edge) = map.edges.get(place) else { return 0.0 };
        let same = |e: &&MapEdge| (e.from, e.to) == (edge.from, edge.to) || (e.to, e.from) == (edge.from, edge.to);
        map.edges.iter().take(place).filter(same).count() as f64 * 18.0
    };
    let edges = map.edges.iter().enumerate().map(|(place, e)| {
        let ((x1, y1), (x2, y2)) = (at(e.from), at(e.to));
        let length = ((x2 - x1).powi(2) + (y2 - y1).powi(2)).sqrt().max(1.0);
        let (ux, uy) = ((x2 - x1) / length, (y2 - y1) / length);
        let (sx, sy, ex, ey) = (x1 + ux * 16.0, y1 + uy * 16.0, x2 - ux * 20.0, y2 - uy * 20.0);
        let side = 10.0 + bow(place);
        let (mx, my) = (f64::midpoint(sx, ex) - uy * side, f64::midpoint(sy, ey) + ux * side);
        // Labels of the same two stand one below the other, beside their lines.
        let (tx, ty) = (mx - uy * 26.0, my + ux * 8.0 + bow(place) * 0.8);
        let width = match e.acts.min(e.depends) {
            Degree::Weak => "1",
            Degree::Moderate => "2",
            Degree::Strong => "3.5",
        };
        let (colour, dash) = if e.induces { ("var(--info)", "5 4") } else { ("var(--danger)", "none") };
        view! {
            <path d=format!("M{sx:.1} {sy:.1} Q{mx:.1} {my:.1} {ex:.1} {ey:.1}") fill="none" stroke=colour stroke-width=width stroke-dasharray=dash marker-end="url(#arrow)"/>
            <text x=format!("{tx:.1}") y=format!("{ty:.1}") font-size="10" text-anchor="middle" fill="var(--ink-2)" stroke="var(--surface)" stroke-width="3" paint-order="stroke">{e.path.clone()}</text>
        }
    });
    let nodes = (0..map.nodes.len()).map(|node| {
        let (x, y) = at(node);
        view! {
            <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="9" fill="var(--surface)" stroke="var(--ink-2)" stroke-width="1.5"/>
            <text x=format!("{x:.1}") y=format!("{:.1}", if y < HIGH / 2.0 { y - 14.0 } else { y + 24.0 }) font-size="12" text-anchor="middle" fill="var(--ink)">{name(node)}</text>
        }
    });
    view! {
        <svg viewBox=format!("0 0 {WIDE} {HIGH}") role="presentation" aria-hidden="true" direction="ltr" style="inline-size: 100%; max-inline-size: 30rem; overflow: visible">
            <defs><marker id="arrow" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z" fill="var(--ink-2)"/></marker></defs>
            {edges.collect_view()}{nodes.collect_view()}
        </svg>
    }
    .into_any()
}
