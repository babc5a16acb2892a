//! Language, look, place of the clinic, the language model, the packs. Each change is kept at once.

use super::door::own_name;
use crate::app::app;
use crate::parts::FailureBanner;
use crate::words::{Say, key_of};
use hakim_clinical::{Region, Season, Tradition};
use hakim_contract::*;
use hakim_i18n::{COMPLETE, Value};
use leptos::prelude::*;

#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let app = app();
    let say = app.say();
    let settings = move || app.status.get().map(|s| s.settings).unwrap_or_default();
    view! {
        <main id="main" class="page">
            <div class="page-head"><h1>{say.t("nav-settings")}</h1></div>
            <FailureBanner/>
            <div class="stack" style="--gap: var(--s-4)">
                <section class="card" aria-labelledby="set-lang">
                    <h2 id="set-lang" style="font-size: var(--fs-md); margin-block-end: var(--s-3)">{say.t("language")}</h2>
                    <div class="seg" role="radiogroup" aria-labelledby="set-lang">
                        {COMPLETE.map(|lang| view! {
                            <button class="seg-opt" type="button" role="radio" id=format!("lang-{}", lang.code()) lang=lang.code()
                                aria-checked=(app.lang.get_untracked() == lang).to_string() on:click=move |_| app.set_language(lang)>{own_name(lang)}</button>
                        }).to_vec()}
                    </div>
                </section>
                {choice(say, "set-theme", &[Theme::System, Theme::Light, Theme::Dark], move || settings().theme, move |t| app.change_settings(move |s| s.theme = t))}
                {choice(say, "set-region", &[Region::SouthAsia, Region::EastAfrica, Region::MiddleEast, Region::Elsewhere],
                    move || settings().place.region, move |r| app.change_settings(move |s| s.place.region = r))}
                {choice(say, "set-season", &[Season::Unknown, Season::Rainy, Season::Dry],
                    move || settings().place.season, move |r| app.change_settings(move |s| s.place.season = r))}
                <section class="card field"><label class="label" for="set-clinic">{say.t("set-clinic")}</label>
                    <input class="input" id="set-clinic" dir="auto" aria-describedby="set-clinic-about" prop:value=move || settings().clinic
                        on:change=move |e| { let typed = event_target_value(&e); app.change_settings(move |s| s.clinic = typed) }/>
                    <p class="hint" id="set-clinic-about">{say.t("set-clinic-about")}</p></section>
                <section class="card switch-row">
                    <label class="grow" for="set-traditional"><strong>{say.t("set-traditional")}</strong><br/><span class="hint">{say.t("set-traditional-about")}</span></label>
                    <input class="switch" id="set-traditional" type="checkbox" role="switch" prop:checked=move || settings().traditional
                        on:change=move |e| { let on = event_target_checked(&e); app.change_settings(move |s| s.traditional = on) }/>
                    <div class="row row--wrap" role="group" aria-label=say.t("set-traditions")>
                        {Tradition::ALL.map(|t| view! { <label class="row"><input type="checkbox" id=format!("set-tradition-{}", t.key())
                            prop:checked=move || settings().traditions.shows(t) prop:disabled=move || !settings().traditional
                            on:change=move |e| { let on = event_target_checked(&e); app.change_settings(move |s| s.traditions.set(t, on)) }/>{say.of("tradition", t.key())}</label> }).to_vec()}
                    </div>
                </section>
                {move || app.status.get().map(|s| model_card(&s, say))}
                <super::formulary::Shelf/>
                <super::models::Models/>
                <super::packs::Packs/>
            </div>
        </main>
    }
}

/// A choice of a few: its title is message `name`, its options are messages `name-option`.
fn choice<T>(
    say: Say,
    name: &'static str,
    options: &[T],
    now: impl Fn() -> T + Copy + Send + Sync + 'static,
    set: impl Fn(T) + Copy + 'static,
) -> AnyView
where
    T: Copy + PartialEq + serde::Serialize + Send + Sync + 'static,
{
    let buttons: Vec<AnyView> = options
        .iter()
        .map(|option| {
            let option = *option;
            view! {
                <button class="seg-opt" type="button" role="radio" aria-checked=move || (now() == option).to_string()
                    on:click=move |_| set(option)>{say.of(name, &key_of(&option))}</button>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="card"><div class="row row--wrap">
            <div class="grow"><h2 id=name style="font-size: var(--fs-md)">{say.t(name)}</h2><p class="hint">{say.of(name, "about")}</p></div>
            <div class="seg" role="radiogroup" aria-labelledby=name>{buttons}</div>
        </div></section>
    }
    .into_any()
}

fn model_card(status: &AppStatus, say: Say) -> AnyView {
    let state = match &status.model {
        ModelState::Absent => say.t("model-absent"),
        ModelState::Ready { name } => say.f("model-ready", &[("name", Value::from(name.as_str()))]),
        ModelState::Loading { name } => say.f("model-loading", &[("name", Value::from(name.as_str()))]),
        ModelState::Loaded { name } => say.f("model-loaded", &[("name", Value::from(name.as_str()))]),
        ModelState::Failed { key, .. } => say.of("error", key),
    };
    view! {
        <section class="card" aria-labelledby="set-model">
            <h2 id="set-model" style="font-size: var(--fs-md)">{say.t("set-model")}</h2>
            <p class="hint">{say.t("set-model-about")}</p>
            <p data-test="model-state">{state}</p>
            <ul class="chips" style="margin-block-start: var(--s-3)">
                {status.assets.iter().map(|a| view! { <li><span class="tag" data-tone=if a.present { "ok" } else { "warning" }>
                    <bdi lang="en">{a.name.clone()}</bdi>": "{say.t(if a.present { "asset-there" } else { "asset-missing" })}</span></li> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}
