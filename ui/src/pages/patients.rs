//! The list of patients, and the way to a new visit.

use super::patient_form::PatientForm;
use crate::app::{App, Page, app};
use crate::client;
use crate::parts::{FailureBanner, Icon, age_text};
use crate::words::{Say, key_of};
use hakim_clinical::TriageLevel;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub(crate) fn Patients() -> impl IntoView {
    let app = app();
    let say = app.say();
    let query = RwSignal::new(String::new());
    let rows = RwSignal::new(None::<Vec<PatientRow>>);
    Effect::new(move |_| {
        let asked = query.get();
        spawn_local(async move {
            match client::patients_find(PatientQuery { query: asked.clone() }).await {
                // An answer to what is no longer asked would put the wrong rows under the search field.
                Ok(list) if query.get_untracked() == asked => rows.set(Some(list.rows)),
                Ok(_) => {}
                Err(failure) => app.failed(failure),
            }
        });
    });
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div class="grow"><h1>{say.t("patients-title")}</h1></div>
                <button class="btn btn--primary" type="button" id="new-visit" data-primary="" on:click=move |_| app.adding.set(true)>
                    <Icon name="plus" small=true/>{say.t("patients-new")}</button>
            </div>
            <FailureBanner/>
            <Show when=move || app.adding.get()>
                <PatientForm name=query.get_untracked()/>
            </Show>
            <div class="search" role="search" style="margin-block: var(--s-4)">
                <label class="vh" for="patient-search">{say.t("patients-search")}</label><Icon name="search"/>
                <input class="input" id="patient-search" type="search" dir="auto" placeholder=say.t("patients-search-hint") bind:value=query/>
                <kbd class="kbd">"/"</kbd>
            </div>
            {move || rows.get().map(|found| list(app, &found, &query.get_untracked(), say))}
        </main>
    }
}

fn list(app: App, rows: &[PatientRow], query: &str, say: Say) -> AnyView {
    if rows.is_empty() {
        let (title, about) = match query.trim() {
            "" => (say.t("patients-none"), say.t("patients-none-about")),
            name => (say.f("patients-not-found", &[("name", Value::from(name))]), say.t("patients-not-found-about")),
        };
        return view! {
            <section class="card"><div class="empty">
                <span class="empty-art"><Icon name="people" class="icon icon--lg"/></span>
                <h2>{title}</h2><p>{about}</p>
                <button class="btn" type="button" on:click=move |_| app.adding.set(true)><Icon name="plus" small=true/>{say.t("patients-add")}</button>
            </div></section>
        }
        .into_any();
    }
    view! {
        <section class="card card--flush" aria-label=say.t("patients-title")>
            <ul class="rows">{rows.iter().map(|r| view! { <li>{row(app, r, say)}</li> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn row(app: App, row: &PatientRow, say: Say) -> AnyView {
    let p = &row.patient.patient;
    let id = p.id.clone();
    let sex = p.sex.map(|s| say.of("sex", &key_of(&s)));
    let facts = [Some(age_text(row.patient.age, say)), sex, Some(p.contact.clone()).filter(|c| !c.is_empty())];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    view! {
        <button class="list-row" type="button" data-test="patient-row" on:click=move |_| app.go(Page::Timeline(id.clone()))>
            <span class="avatar" aria-hidden="true">{initials(&p.name)}</span>
            <span class="grow"><span class="list-row-title"><bdi>{p.name.clone()}</bdi></span><br/><span class="small muted">{facts.join(" · ")}</span></span>
            {row.last_visit.as_ref().map(|v| view! {
                <span class="small" style="inline-size: 12rem"><bdi>{v.title.clone()}</bdi></span>
                <span style="inline-size: 6.5rem">{visit_tag(v, say)}</span>
                <span class="small muted" style="inline-size: 6rem; text-align: end">{when(&v.started)}</span>
            })}
            <Icon name="chev" small=true flip=true/>
        </button>
    }
    .into_any()
}

/// First letters of the first two names, in any script.
pub(crate) fn initials(name: &str) -> String {
    name.split_whitespace().take(2).filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect()
}

/// How a visit stands: open, or its triage level where that matters.
pub(crate) fn visit_tag(v: &VisitHead, say: Say) -> AnyView {
    if v.finished.is_none() {
        return view! { <span class="tag" data-tone="info">{say.t("visit-open")}</span> }.into_any();
    }
    match v.triage {
        Some(level @ (TriageLevel::Soon | TriageLevel::Urgent | TriageLevel::Emergency)) => {
            let tone = if level == TriageLevel::Soon { "warning" } else { "danger" };
            view! { <span class="tag" data-tone=tone>{say.of("triage-short", &key_of(&level))}</span> }.into_any()
        }
        _ => view! { <></> }.into_any(),
    }
}

/// Date and time of an RFC 3339 instant, in the computer's own zone.
pub(crate) fn when(instant: &str) -> AnyView {
    let date = js_sys::Date::new(&instant.into());
    let two = |n: u32| format!("{n:02}");
    let day = format!("{}-{}-{}", date.get_full_year(), two(date.get_month() + 1), two(date.get_date()));
    let text = format!("{day} {}:{}", two(date.get_hours()), two(date.get_minutes()));
    view! { <bdi class="num" dir="ltr">{text}</bdi> }.into_any()
}
