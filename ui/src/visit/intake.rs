//! Telling: the story, what was understood of it, values, what the patient takes, pictures.

use super::chips::{self, Chips, Likely, Picker, refresh_danger};
use super::measured::{Vitals, merge_taken, merge_told};
use super::pictures::Pictures;
use super::propose::Propose;
use super::request;
use crate::app::{App, app};
use crate::client;
use crate::pages::door::own_name;
use crate::pages::patient_form::split_list;
use crate::parts::{Icon, Numbered, danger_banner, warning};
use hakim_clinical::{NameRead, Pregnancy, Sex, WarningKind};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use std::time::Duration;

/// A pause in typing this long sends the story to be read.
const PAUSE: Duration = Duration::from_millis(300);

#[component]
pub(crate) fn IntakePage() -> impl IntoView {
    let app = app();
    let say = app.say();
    let picking = RwSignal::new(false);
    let keystrokes = StoredValue::new(0_u64);
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let typed = move |text: String| {
        app.change(|v| v.intake.text = text);
        keystrokes.update_value(|n| *n += 1);
        let stroke = keystrokes.get_value();
        set_timeout(
            move || {
                // The page may be gone by now: then the story is read when the next step opens.
                if keystrokes.try_get_value() == Some(stroke) {
                    read_story(app);
                }
            },
            PAUSE,
        );
    };
    // A stored visit is opened with the story unread in this window.
    if !finished && app.understood.with_untracked(Option::is_none) {
        read_story(app);
    }
    view! {
        {move || app.triage.get().map(|t| danger_banner(&t, say, true))}
        <div class="stack" style="--gap: var(--s-4)">
            <div class="cols cols--intake" style="gap: var(--s-4)">
                <section class="card stack" style="--gap: var(--s-3)">
                    <div class="row"><h2><label for="story">{say.t("story-title")}</label></h2>
                        {move || app.understood.get().and_then(|u| u.language).map(|l| view! { <span class="tag push" lang=l.code()>{own_name(l)}</span> })}</div>
                    <textarea class="textarea grow" id="story" dir="auto" rows="8" aria-describedby="story-hint" disabled=finished
                        prop:value=move || app.visit.with(|v| v.as_ref().map(|v| v.intake.text.clone()).unwrap_or_default())
                        on:input=move |e| typed(event_target_value(&e))></textarea>
                    <div class="row"><p class="hint grow" id="story-hint">{say.t("story-hint")}</p>
                        <button class="btn btn--sm" type="button" id="pick" aria-expanded=move || picking.get().to_string() on:click=move |_| picking.update(|p| *p = !*p)>
                            <Icon name="list" small=true/>{say.t("pick-open")}</button></div>
                    <Show when=move || picking.get()><Picker open=picking/></Show>
                </section>
                <section class="card stack" style="--gap: var(--s-4)" aria-labelledby="got">
                    <div class="row"><h2 id="got">{say.t("chips-title")}</h2><span class="hint push">{say.t("chips-hint")}</span></div>
                    {move || notices(app)}
                    <Chips/>
                    <Likely/>
                    <Propose/>
                </section>
            </div>
            <Vitals/>
            <Taken/>
            <Pictures/>
        </div>
    }
}

/// Has the story read and puts what was found under what the user decided.
fn read_story(app: App) {
    let Some(intake) = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone())) else { return };
    let text = intake.text.clone();
    app.run(client::understand(request(&intake)), move |read| {
        // The user has typed on: the answer to the newer text is on its way.
        if app.visit.with_untracked(|v| v.as_ref().is_none_or(|v| v.intake.text != text)) {
            return;
        }
        let before = app.told.get_untracked();
        let read_before = app.understood.get_untracked();
        app.change(|v| {
            merge_told(&mut v.intake, &before, &read.measurements);
            merge_taken(&mut v.intake, read_before.as_ref(), &read);
            chips::merge(&mut v.intake.observed, &read);
        });
        app.told.set(read.measurements.clone());
        app.understood.set(Some(read));
        refresh_danger(app);
    });
}

fn notices(app: App) -> AnyView {
    let say = app.say();
    let keys = app.understood.with(|u| u.as_ref().map(|u| u.notices.clone()).unwrap_or_default());
    let told = app
        .visit
        .with(|v| v.as_ref().is_some_and(|v| !v.intake.text.trim().is_empty() || !v.intake.observed.is_empty()));
    view! {
        {(!told).then(|| view! { <p class="muted small">{say.t("chips-empty")}</p> })}
        {keys.into_iter().map(|k| view! { <p class="banner" data-level="info" data-test="notice" data-key=k.clone()><Icon name="info"/><span>{say.of("notice", &k)}</span></p> }).collect_view()}
    }
    .into_any()
}

/// Pregnancy, breast-feeding, allergies and what the patient takes already.
#[component]
fn Taken() -> impl IntoView {
    let app = app();
    let say = app.say();
    let patient = move || app.visit.with(|v| v.as_ref().map(|v| v.intake.patient.clone()));
    let female = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.intake.patient.sex != Some(Sex::Male)));
    let list = move |id: &'static str,
                     key: &'static str,
                     get: fn(&hakim_clinical::PatientFacts) -> &Vec<String>,
                     put: fn(&mut hakim_clinical::PatientFacts, Vec<String>)| {
        let shown = move || patient().map(|p| get(&p).join(say.t("list-comma").as_str())).unwrap_or_default();
        view! {
            <div class="field"><label class="label" for=id>{say.t(key)}</label>
                <input class="input" id=id dir="auto" autocomplete="off" placeholder=say.t("form-list-hint") prop:value=shown
                    on:change=move |e| { let typed = split_list(&event_target_value(&e)); app.change(|v| put(&mut v.intake.patient, typed)); refresh_danger(app) }/></div>
        }
    };
    let pregnant = move |state: Pregnancy, id: &'static str, key: &'static str| {
        let same =
            move || patient().is_some_and(|p| std::mem::discriminant(&p.pregnancy) == std::mem::discriminant(&state));
        view! {
            <button class="seg-opt" type="button" role="radio" id=id aria-checked=move || same().to_string()
                on:click=move |_| { app.change(|v| v.intake.patient.pregnancy = state); refresh_danger(app) }>{say.t(key)}</button>
        }
    };
    let weeks = move || match patient().map(|p| p.pregnancy) {
        Some(Pregnancy::Yes { weeks }) => Some(weeks),
        _ => None,
    };
    view! {
        <section class="card" aria-labelledby="takes">
            <div class="card-head"><h2 id="takes">{say.t("facts-title")}</h2></div>
            <div class="form-grid">
                {list("allergies", "form-allergies", |p| &p.allergies, |p, l| p.allergies = l)}
                {list("medicines", "form-medicines", |p| &p.medicines, |p, l| p.medicines = l)}
            </div>
            <TakenChecked/>
            <div class="form-grid">
                {female.then(|| view! {
                    <div class="field"><span class="label" id="preg-label">{say.t("pregnancy")}</span>
                        <div class="seg" role="radiogroup" aria-labelledby="preg-label">
                            {pregnant(Pregnancy::Unknown, "pregnant-unknown", "not-known")}
                            {pregnant(Pregnancy::No, "pregnant-no", "no")}
                            {pregnant(Pregnancy::Yes { weeks: None }, "pregnant-yes", "yes")}
                        </div></div>
                    {move || weeks().map(|w| view! {
                        <div class="field"><label class="label" for="pregnant-weeks">{say.t("pregnancy-weeks")}</label>
                            <input class="input num" id="pregnant-weeks" inputmode="numeric" prop:value=w.map(|w| w.to_string()).unwrap_or_default()
                                on:change=move |e| { let weeks = event_target_value(&e).trim().parse().ok().filter(|w| (1..=45).contains(w));
                                    app.change(|v| v.intake.patient.pregnancy = Pregnancy::Yes { weeks }); refresh_danger(app) }/></div>
                    })}
                    <div class="switch-row"><label class="grow" for="lactating">{say.t("lactating")}</label>
                        <input class="switch" id="lactating" type="checkbox" role="switch" prop:checked=move || patient().is_some_and(|p| p.lactating)
                            on:change=move |e| { let on = event_target_checked(&e); app.change(|v| v.intake.patient.lactating = on); refresh_danger(app) }/></div>
                })}
            </div>
        </section>
    }
}

/// What each medicine or remedy on the list is known as, and what speaks against it: a name that is not known is said.
#[component]
fn TakenChecked() -> impl IntoView {
    let app = app();
    let say = app.say();
    let reply = RwSignal::new(None::<MedicinesReply>);
    let names = Memo::new(move |_| {
        app.visit.with(|v| v.as_ref().map(|v| v.intake.patient.medicines.clone()).unwrap_or_default())
    });
    Effect::new(move |_| {
        let names = names.get();
        let Some(intake) = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone())) else { return };
        if names.is_empty() {
            return reply.set(None);
        }
        app.run(client::medicines_check(MedicinesRequest { intake, names }), move |r| reply.set(Some(r)));
    });
    let row = move |n: &RecognisedName| {
        let known = n.name.as_ref().map(|t| say.text(t));
        let (tone, words) = match known {
            None => ("warning", say.t("name-unknown")),
            Some(name) if n.read == NameRead::Guessed => {
                ("warning", say.f("name-guessed", &[("name", Value::from(name))]))
            }
            Some(name) => ("", name),
        };
        view! { <li class="takes-item"><bdi>{n.typed.clone()}</bdi><span class="tag" data-tone=tone>{words}</span></li> }
    };
    view! {
        {move || reply.get().map(|r| {
            let numbers = Numbered::of(r.warnings.iter().filter_map(|w| w.citation.as_ref()));
            view! {
                <div class="stack" style="--gap: var(--s-2); margin-block: var(--s-3)" data-test="taken-checked">
                    <ul class="takes">{r.names.iter().map(row).collect_view()}</ul>
                    {r.warnings.iter().filter(|w| w.kind != WarningKind::Unknown).map(|w| warning(w, &numbers, say)).collect_view()}
                </div>
            }
        })}
    }
}
