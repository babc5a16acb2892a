//! The explanation in words: sentences arrive as they are checked; what nothing supports is left out and counted.

use crate::app::{ExplainEnd, Explanation, app};
use crate::client;
use crate::parts::{Numbered, failure_text};
use crate::words::Say;
use hakim_clinical::ConditionId;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn Spoken(condition: ConditionId) -> impl IntoView {
    let app = app();
    let say = app.say();
    let request = move || {
        let intake = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone()))?;
        Some(ExplainRequest { intake, condition: condition.clone(), language: app.lang.get_untracked() })
    };
    // What the explanation is written from is read while the user looks at the numbers.
    if app.explanation.with_untracked(Option::is_none)
        && let Some(request) = request()
    {
        app.run(client::explain_prepare(request), |_| {});
    }
    let start = move |_| {
        let Some(request) = request() else { return };
        app.explanation.set(Some(Explanation::default()));
        leptos::task::spawn_local(async move {
            match client::explain_start(request).await {
                Ok(job) => app.of_job(job.job, |_| {}),
                Err(failure) => {
                    app.explanation.set(None);
                    app.failed(failure);
                }
            }
        });
    };
    let running = move || app.explanation.with(|e| e.as_ref().is_some_and(|e| e.done.is_none()));
    let stop = move |_| {
        if let Some(job) = app.explanation.with_untracked(|e| e.as_ref().and_then(|e| e.job)) {
            app.stop(job);
        }
    };
    view! {
        <section class="section" aria-labelledby="words">
            <div class="card-head"><h3 id="words">{say.t("in-words")}</h3>
                <span class="push">{move || if running() {
                    view! { <button class="btn btn--sm" type="button" id="explain-stop" on:click=stop>{say.t("stop")}</button> }.into_any()
                } else {
                    view! { <button class="btn btn--sm" type="button" id="explain" on:click=start.clone()>{say.t("explain")}</button> }.into_any()
                }}</span></div>
            <div class="spoken" aria-live="polite">{move || app.explanation.get().map(|e| told(&e, say))}</div>
        </section>
    }
}

fn told(e: &Explanation, say: Say) -> AnyView {
    let numbered = Numbered::of(e.sentences.iter().flat_map(|(_, c)| c));
    let lines = e.sentences.iter().map(|(text, citations)| {
        let marks: Vec<AnyView> = citations.iter().map(|c| numbered.cite(c, say)).collect();
        view! { <p data-test="sentence" dir="auto">{text.clone()}" "{marks}</p> }
    });
    view! {
        {lines.collect_view()}
        {match &e.done {
            None => view! { <p class="hint">{say.t("explain-working")}</p> }.into_any(),
            Some(end) => ended(end, say),
        }}
    }
    .into_any()
}

fn ended(end: &ExplainEnd, say: Say) -> AnyView {
    let mut notes = vec![];
    if let Some(key) = &end.without_model {
        notes.push(failure_text(say, &Failure::new(key.clone())));
    }
    if end.dropped > 0 {
        notes.push(say.f("explain-dropped", &[("n", Value::from(end.dropped))]));
    }
    if end.cancelled {
        notes.push(say.t("explain-stopped"));
    }
    if notes.is_empty() {
        notes.push(say.t("explain-checked"));
    }
    view! { <p class="hint" data-test="explain-done">{notes.join(" ")}</p> }.into_any()
}
