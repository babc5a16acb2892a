//! What decides, what speaks, what it rests on and where it is weak.

use super::evaluation::Measured;
use crate::app::app;
use crate::parts::FailureBanner;
use crate::words::percent;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn About() -> impl IntoView {
    let app = app();
    let say = app.say();
    let card = move |key: &'static str| {
        view! {
            <section class="card"><h2 style="font-size: var(--fs-md); margin-block-end: var(--s-2)">{say.t(key)}</h2>
                <p class="small">{say.of(key, "about")}</p></section>
        }
    };
    view! {
        <main id="main" class="page">
            <div class="page-head"><div class="grow"><h1>{say.t("about-title")}</h1>
                {move || app.status.get().map(|s| view! { <p>"Hakim "<bdi class="num" dir="ltr">{s.version}</bdi></p> })}</div></div>
            <FailureBanner/>
            <div class="cols cols--even">
                {card("about-decides")}
                {move || app.status.get().map(|s| {
                    let share = if s.facts == 0 { 0.0 } else { s.facts_seen as f64 / s.facts as f64 };
                    view! {
                        <section class="card" data-test="facts-seen"><h2 style="font-size: var(--fs-md); margin-block-end: var(--s-2)">{say.t("about-facts")}</h2>
                            <p class="small">{say.f("about-facts-about", &[("facts", Value::from(s.facts)), ("seen", Value::from(s.facts_seen)), ("share", Value::from(percent(share))), ("estimates", Value::from(s.facts_estimated))])}</p></section>
                    }
                })}
                {card("about-weak")}
                {card("about-frame")}
                {card("about-private")}
                {card("about-keys")}
            </div>
            <Measured/>
        </main>
    }
}
