//! Language models: their cards with limits, bringing one, checking, choosing, removing.

use crate::app::{App, app};
use crate::client;
use crate::parts::{Icon, failure_text, num};
use crate::words::{Say, key_of};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// Work on a model file as it goes on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModelWork {
    /// 0 until the reply or the first event names it
    pub(crate) job: u64,
    pub(crate) step: ModelStep,
}

impl ModelWork {
    fn ended(&self) -> bool {
        matches!(self.step, ModelStep::Done { .. } | ModelStep::Failed { .. })
    }
}

#[component]
pub(crate) fn Models() -> impl IntoView {
    let app = app();
    let say = app.say();
    let list = RwSignal::new(ModelList::default());
    let path = RwSignal::new(String::new());
    let copy = RwSignal::new(true);
    let take = move |fresh: ModelList| {
        list.set(fresh);
        app.run(client::app_status(Nothing {}), move |status| {
            app.status.update(|now| {
                if let Some(now) = now {
                    now.model = status.model;
                }
            });
        });
    };
    // Also when the work on a file ends.
    Effect::new(move |_| {
        if app.model_work.with(|w| w.as_ref().is_none_or(ModelWork::ended)) {
            app.run(client::models_list(Nothing {}), take);
        }
    });
    let busy = move || app.model_work.with(|w| w.as_ref().is_some_and(|w| !w.ended()));
    let add = move |_| {
        let typed = path.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            begin(app, client::model_add(ModelFile { path: typed, copy: copy.get_untracked() }));
        }
    };
    view! {
        <section class="card stack" aria-labelledby="set-models" style="--gap: var(--s-4)">
            <div><h2 id="set-models" style="font-size: var(--fs-md)">{say.t("set-models")}</h2><p class="hint">{say.t("set-models-about")}</p></div>
            {move || list.get().models.into_iter().map(|m| card(app, m, take, say)).collect_view()}
            <div class="stack" style="--gap: var(--s-2)">
                <label for="model-path">{say.t("model-path")}</label>
                <div class="row"><input class="input grow" id="model-path" dir="ltr" placeholder="/media/usb/model.gguf" bind:value=path/>
                    <button class="btn" id="model-add" type="button" prop:disabled=busy on:click=add>{say.t("model-add")}</button></div>
                <label class="row small"><input type="checkbox" id="model-copy" prop:checked=move || copy.get()
                    on:change=move |e| copy.set(event_target_checked(&e))/>{say.t("model-copy")}</label>
            </div>
            {move || app.model_work.get().map(|w| work(app, &w, say))}
        </section>
    }
}

fn begin(app: App, call: impl Future<Output = Result<JobRef, Failure>> + 'static) {
    app.model_work.set(Some(ModelWork { job: 0, step: ModelStep::Inspecting }));
    leptos::task::spawn_local(async move {
        match call.await {
            // An event may have come first.
            Ok(job) => app.model_work.update(|now| {
                if let Some(work) = now.as_mut().filter(|w| w.job == 0) {
                    work.job = job.job;
                }
            }),
            Err(failure) => {
                app.model_work.set(None);
                app.failed(failure);
            }
        }
    });
}

fn card(app: App, model: ModelView, take: impl Fn(ModelList) + Copy + 'static, say: Say) -> AnyView {
    let choosable = model.role != ModelRole::Embed;
    let not_said = || say.t("model-not-said");
    let or_not_said = |text: String| if text.is_empty() { not_said() } else { text };
    let (used, checked, removed) = (model.id.clone(), model.id.clone(), model.id.clone());
    let speed = model.speed.map(|speed| {
        let told = match speed {
            ModelSpeed::Words { reading, writing } => {
                let args = [("reading", Value::from(reading.round())), ("writing", Value::from(writing.round()))];
                say.f("model-speed-is", &args)
            }
            ModelSpeed::Pictures { pictures, texts } => {
                let args = [("pictures", Value::from(pictures.round())), ("texts", Value::from(texts.round()))];
                say.f("model-speed-pictures", &args)
            }
        };
        view! { <dt>{say.t("model-speed")}</dt><dd>{told}</dd> }
    });
    let unmeasured = if model.role == ModelRole::Vision { "model-unmeasured-pictures" } else { "model-unmeasured" };
    let limits = model.limits.clone().unwrap_or_else(|| say.t(unmeasured));
    let english_limits = model.limits.is_some();
    view! {
        <article class="section stack" data-test="model-card" data-model=model.id.clone() style="--gap: var(--s-2)">
            <div class="row row--wrap"><h3 class="grow" style="font-size: var(--fs-md)"><bdi dir="ltr" lang="en">{model.name.clone()}</bdi></h3>
                <span class="tag tag--outline">{say.of("model-role", &key_of(&model.role))}</span>
                {model.used.then(|| view! { <span class="tag" data-tone="ok" data-test="model-used">{say.t("model-used")}</span> })}
                {(!model.present).then(|| view! { <span class="tag" data-tone="warning">{say.t("asset-missing")}</span> })}
                {model.brought.then(|| view! { <span class="tag tag--outline">{say.t("model-brought")}</span> })}</div>
            <p lang=if english_limits { "en" } else { say.lang().code() } dir="auto">{limits}</p>
            <details class="small"><summary>{say.t("details")}</summary>
                <dl class="facts">
                    <dt>{say.t("model-family")}</dt><dd>{num(model.architecture.clone())}</dd>
                    <dt>{say.t("model-size")}</dt><dd>{num(megabytes(model.size))}</dd>
                    <dt>{say.t("model-memory")}</dt><dd>{num(megabytes(model.memory))}</dd>
                    <dt>{say.t("model-languages")}</dt><dd>{or_not_said(model.languages.join(", "))}</dd>
                    <dt>{say.t("model-licence")}</dt><dd><bdi lang="en">{or_not_said(model.licence.clone())}</bdi></dd>
                    {speed}
                    <dt>{say.t("source-where")}</dt><dd style="overflow-wrap: anywhere"><bdi dir="ltr" lang="en">{model.provenance.clone()}</bdi></dd>
                    <dt>"SHA-256"</dt><dd style="overflow-wrap: anywhere">{num(model.sha256.clone())}</dd>
                </dl></details>
            <div class="row row--wrap">
                {(choosable && model.present && !model.used).then(|| view! { <button class="btn btn--sm" type="button" data-test="model-use"
                    on:click=move |_| app.run(client::model_use(ModelRef { id: used.clone() }), take)>{say.t("model-use")}</button> })}
                {model.present.then(|| view! { <button class="btn btn--sm btn--quiet" type="button" data-test="model-check"
                    on:click=move |_| begin(app, client::model_check(ModelRef { id: checked.clone() }))>{say.t("model-check")}</button> })}
                {model.brought.then(|| view! { <button class="btn btn--sm btn--quiet" type="button" data-test="model-remove"
                    on:click=move |_| app.run(client::model_remove(ModelRef { id: removed.clone() }), take)>{say.t("model-remove")}</button> })}
            </div>
        </article>
    }
    .into_any()
}

fn work(app: App, work: &ModelWork, say: Say) -> AnyView {
    let job = work.job;
    let told = match &work.step {
        ModelStep::Inspecting => say.t("model-inspecting"),
        ModelStep::Reading { done, of } => {
            let args = [("done", Value::from(megabytes(*done))), ("of", Value::from(megabytes(*of)))];
            say.f("model-reading", &args)
        }
        ModelStep::Trying => say.t("model-trying"),
        ModelStep::Done { id, .. } => say.f("model-done", &[("id", Value::from(id.as_str()))]),
        ModelStep::Failed { failure } => failure_text(say, failure),
    };
    let share = match work.step {
        ModelStep::Reading { done, of } => Some(done as f64 / of.max(1) as f64),
        _ => None,
    };
    let detail = match &work.step {
        ModelStep::Failed { failure } if !failure.detail.is_empty() => Some(failure.detail.clone()),
        _ => None,
    };
    let level = match work.step {
        ModelStep::Done { .. } => "ok",
        ModelStep::Failed { .. } => "warning",
        _ => "info",
    };
    view! {
        <section class="banner" data-level=level role="status" data-test="model-work" data-finished=work.ended().to_string()>
            <Icon name=if level == "warning" { "alert" } else { "info" }/>
            <div class="grow stack" style="--gap: var(--s-2)"><p>{told}</p>
                {detail.map(|d| view! { <details class="banner-text"><summary>{say.t("details")}</summary><bdi dir="ltr" lang="en">{d}</bdi></details> })}
                {share.map(|share| view! { <progress max="1" value=share.to_string() style="inline-size: 100%"></progress> })}</div>
            {(!work.ended()).then(|| view! { <button class="btn btn--sm" id="model-cancel" type="button"
                on:click=move |_| app.stop(job)>{say.t("stop")}</button> })}
        </section>
    }
    .into_any()
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}
