//! Rare diseases beside the common list, looked up when the user asks for them.

use crate::app::{App, app};
use crate::client;
use crate::visit::intake_now;
use crate::words::Say;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn RareCard() -> impl IntoView {
    let app = app();
    let say = app.say();
    let reply = RwSignal::new(None::<RareReply>);
    // An answer to an older case must not stand under a newer one.
    Effect::new(move |_| {
        app.visit.with(|v| v.as_ref().map(|v| v.assessment.is_some()));
        reply.set(None);
    });
    let look = move |_| ask(app, reply);
    view! {
        <section class="card stack" style="--gap: var(--s-2)" aria-labelledby="rare-title" data-test="rare">
            <h2 id="rare-title" style="font-size: var(--fs-md)">{say.t("rare-title")}</h2>
            <p class="hint">{say.t("rare-about")}</p>
            {move || match reply.get() {
                None => view! { <button class="btn btn--sm" id="rare-show" type="button" on:click=look>{say.t("rare-show")}</button> }.into_any(),
                Some(r) if !r.present => view! { <p data-test="rare-absent">{say.t("rare-absent")}</p> }.into_any(),
                Some(r) if r.used < 2 => view! { <p>{say.f("rare-few", &[("used", Value::from(r.used))])}</p> }.into_any(),
                Some(r) if r.diseases.is_empty() => view! { <p>{say.t("rare-none")}</p> }.into_any(),
                Some(r) => list(&r, say),
            }}
        </section>
    }
}

fn ask(app: App, reply: RwSignal<Option<RareReply>>) {
    if let Some(intake) = intake_now(app) {
        app.run(client::also_consider(intake), move |r| reply.set(Some(r)));
    }
}

fn list(reply: &RareReply, say: Say) -> AnyView {
    let rows = reply.diseases.iter().map(|d| {
        let fits: Vec<String> = d.fits.iter().map(|t| say.text(t)).collect();
        view! {
            <li class="stack" style="--gap: 0" data-test="rare-disease">
                <span><strong><bdi lang="en">{d.name.clone()}</bdi></strong>" "<bdi class="tiny muted" dir="ltr">{d.id.clone()}</bdi>
                    {(d.others > 0).then(|| view! { <span class="small muted">" "{say.f("rare-others", &[("n", Value::from(d.others))])}</span> })}</span>
                <span class="small">{fits.join(" · ")}</span>
                {(!d.genes.is_empty()).then(|| view! { <span class="tiny muted">{say.t("rare-genes")}": "<bdi dir="ltr">{d.genes.join(", ")}</bdi></span> })}
            </li>
        }
    });
    view! {
        <ol class="stack" style="--gap: var(--s-3)">{rows.collect_view()}</ol>
        <p class="passage-src">{say.f("rare-source", &[("release", Value::from(reply.release.as_str()))])}</p>
    }
    .into_any()
}
