//! Knowledge packs: what is in use, adding one from a file, going back.

use crate::app::{App, app};
use crate::client;
use crate::parts::{Icon, failure_text, num, read_base64};
use crate::words::Say;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A pack whose signer the user has to decide about.
#[derive(Clone)]
struct Doubtful {
    base64: String,
    failure: Failure,
    signer: String,
}

#[component]
pub(crate) fn Packs() -> impl IntoView {
    let app = app();
    let say = app.say();
    let changed = RwSignal::new(None::<PackChange>);
    let doubtful = RwSignal::new(None::<Doubtful>);
    let choose = move |event: leptos::ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let file = input.files().and_then(|f| f.get(0));
        spawn_local(async move {
            if let Some(file) = file {
                match read_base64(&file, "pack-not-a-pack").await {
                    Ok(base64) => install(app, changed, doubtful, PackUpload { base64, trust: None }).await,
                    Err(failure) => app.failed(failure),
                }
            }
            // The same file can be chosen again.
            input.set_value("");
        });
    };
    view! {
        <section class="card card--flush" aria-labelledby="set-packs">
            <div class="card-head"><h2 id="set-packs">{say.t("set-packs")}</h2></div>
            {move || app.status.get().filter(|s| !s.pack_problems.is_empty()).map(|status| view! {
                <section class="banner" data-level="warning" data-test="pack-problems" style="margin: var(--s-4)"><div class="grow">
                    <p class="banner-title">{say.t("packs-refused")}</p>
                    <ul class="bullets small">{status.pack_problems.iter().take(8).map(|p| view! { <li><bdi dir="ltr" lang="en">{p.clone()}</bdi></li> }).collect_view()}</ul>
                </div></section>
            })}
            {move || changed.get().map(|c| view! {
                <p class="banner" data-level="ok" data-test="pack-changed" role="status" style="margin: var(--s-4)">{told(&c, say)}</p>
            })}
            {move || doubtful.get().map(|d| doubt(app, changed, doubtful, d, say))}
            <div class="table-wrap"><table class="table">
                <thead><tr><th scope="col">{say.t("packs-name")}</th><th scope="col">{say.t("packs-version")}</th>
                    <th scope="col">{say.t("packs-conditions")}</th><th scope="col">{say.t("packs-passages")}</th>
                    <th scope="col">{say.t("packs-from")}</th></tr></thead>
                <tbody>{move || app.status.get().map(|s| s.packs).unwrap_or_default().into_iter().map(|p| row(app, changed, p, say)).collect_view()}</tbody>
            </table></div>
            <label class="drop" style="margin: var(--s-4)"><Icon name="plus"/><span>{say.t("packs-add")}</span><span class="muted tiny" dir="ltr">".hakimpack"</span>
                <input id="pack-input" type="file" accept=".hakimpack" on:change=choose/></label>
        </section>
    }
}

async fn install(
    app: App,
    changed: RwSignal<Option<PackChange>>,
    doubtful: RwSignal<Option<Doubtful>>,
    upload: PackUpload,
) {
    changed.set(None);
    doubtful.set(None);
    match client::pack_install(upload.clone()).await {
        Ok(change) => changed.set(Some(change)),
        Err(failure) => match failure.args.get("signer").cloned() {
            Some(signer) if upload.trust.is_none() => {
                doubtful.set(Some(Doubtful { base64: upload.base64, failure, signer }));
            }
            _ => app.failed(failure),
        },
    }
}

/// The signer is unknown: the user may know better, after comparing the key.
fn doubt(
    app: App,
    changed: RwSignal<Option<PackChange>>,
    doubtful: RwSignal<Option<Doubtful>>,
    d: Doubtful,
    say: Say,
) -> AnyView {
    let said = failure_text(say, &d.failure);
    let trust = move |_| {
        let upload = PackUpload { base64: d.base64.clone(), trust: Some(d.signer.clone()) };
        spawn_local(async move { install(app, changed, doubtful, upload).await });
    };
    view! {
        <section class="banner" data-level="warning" data-test="pack-doubtful" style="margin: var(--s-4)"><div class="grow">
            <p style="overflow-wrap: anywhere">{said}</p>
            <button class="btn btn--sm" id="pack-trust" type="button" on:click=trust>{say.t("packs-trust")}</button>
        </div></section>
    }
    .into_any()
}

fn told(change: &PackChange, say: Say) -> String {
    let pack = Value::from(change.id.as_str());
    match &change.version {
        Some(version) => say.f(
            "packs-changed",
            &[
                ("pack", pack),
                ("version", Value::from(version.as_str())),
                ("changes", Value::from(change.changes.as_str())),
            ],
        ),
        None => say.f("packs-changed-own", &[("pack", pack)]),
    }
}

fn row(app: App, changed: RwSignal<Option<PackChange>>, pack: PackView, say: Say) -> AnyView {
    let id = pack.id.clone();
    let back = move |_| app.run(client::pack_rollback(PackRef { id: id.clone() }), move |c| changed.set(Some(c)));
    let from = match &pack.signer {
        None => say.t("packs-own"),
        Some(key) => say.f("packs-signed", &[("key", Value::from(key.chars().take(8).collect::<String>()))]),
    };
    view! {
        <tr><th scope="row"><bdi lang="en">{pack.title.clone()}</bdi></th><td>{num(pack.version.clone())}</td>
            <td>{num(pack.conditions.to_string())}</td><td>{num(pack.passages.to_string())}</td>
            <td>{from}{pack.signer.is_some().then(|| view! { " "<button class="btn btn--sm btn--quiet" type="button" on:click=back>{say.t("packs-back")}</button> })}</td></tr>
    }
    .into_any()
}
