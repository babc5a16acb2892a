//! The language model's second look at the story: what it finds is asked beside what was understood, and never taken by itself.

use super::request;
use crate::app::{App, Proposing, app};
use crate::client;
use crate::parts::failure_text;
use hakim_clinical::Lang;
use hakim_contract::*;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub(crate) fn Propose() -> impl IntoView {
    let app = app();
    let say = app.say();
    let start = move |_| start(app);
    move || {
        if !may_read(app) {
            return ().into_any();
        }
        let text = app.visit.with(|v| v.as_ref().map(|v| v.intake.text.clone()).unwrap_or_default());
        let Some(reading) = app.proposing.get().filter(|p| p.text == text) else {
            return view! { <button class="btn btn--sm" type="button" id="propose" on:click=start>{say.t("propose")}</button> }.into_any();
        };
        let Some(end) = reading.ended else {
            let stop = move |_| {
                if let Some(job) = reading.job {
                    app.stop(job);
                }
            };
            return view! { <p class="hint row" role="status">{say.t("propose-working")}<button class="btn btn--sm" type="button" id="propose-stop" on:click=stop>{say.t("stop")}</button></p> }.into_any();
        };
        let words = match (end.without_model, end.cancelled, end.found) {
            (Some(why), _, _) => failure_text(say, &Failure::new(why)),
            (None, true, _) => say.t("explain-stopped"),
            (None, false, 0) => say.t("propose-nothing"),
            (None, false, _) => return ().into_any(),
        };
        view! { <p class="hint" data-test="proposed">{words}</p> }.into_any()
    }
}

/// A story in English in an open visit, and a model to read it.
fn may_read(app: App) -> bool {
    let open = app.visit.with(|v| v.as_ref().is_some_and(|v| v.finished.is_none() && !v.intake.text.trim().is_empty()));
    let english = app.understood.with(|u| u.as_ref().is_some_and(|u| u.language.is_none_or(|l| l == Lang::En)));
    open && english && app.has_model()
}

fn start(app: App) {
    let Some(intake) = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone())) else { return };
    app.proposing.set(Some(Proposing { job: None, text: intake.text.clone(), ended: None }));
    spawn_local(async move {
        match client::propose_start(request(&intake)).await {
            Ok(job) => app.proposing.update(|p| {
                if let Some(p) = p.as_mut().filter(|p| p.job.is_none()) {
                    p.job = Some(job.job);
                }
            }),
            Err(failure) => {
                app.proposing.set(None);
                app.failed(failure);
            }
        }
    });
}
