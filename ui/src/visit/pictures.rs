//! Pictures of the visit: judged at once, with what to do when one cannot be used.

use crate::app::{App, app};
use crate::client;
use crate::parts::{Icon, read_base64};
use crate::words::{Say, key_of};
use hakim_contract::*;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A picture that was refused and can still be kept.
#[derive(Clone)]
struct Refused {
    view: PictureView,
    request: PictureRequest,
}

#[component]
pub(crate) fn Pictures() -> impl IntoView {
    let app = app();
    let say = app.say();
    let refused = RwSignal::new(None::<Refused>);
    let choose = move |event: leptos::ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let files = input.files();
        spawn_local(async move {
            let Some(files) = files else { return };
            for file in (0..files.length()).filter_map(|i| files.get(i)) {
                attach_file(app, refused, &file).await;
            }
            // The same file can be chosen again.
            input.set_value("");
        });
    };
    view! {
        <section class="card" aria-labelledby="pics">
            <div class="card-head"><h2 id="pics">{say.t("pictures-title")}</h2><span class="hint push">{say.t("pictures-about")}</span></div>
            <div class="shots">
                {move || app.visit.with(|v| v.as_ref().map(|v| v.pictures.clone()).unwrap_or_default()).into_iter()
                    .map(|p| kept(app, &p, say)).collect_view()}
                {move || refused.get().map(|r| refused_shot(app, refused, r, say))}
                <label class="drop"><Icon name="camera"/><span>{say.t("pictures-add")}</span><span class="muted tiny">"PNG, JPEG"</span>
                    <input id="picture-input" type="file" accept="image/png,image/jpeg" multiple=true on:change=choose/></label>
            </div>
        </section>
    }
}

async fn attach_file(app: App, refused: RwSignal<Option<Refused>>, file: &web_sys::File) {
    let Some(visit) = app.visit.with_untracked(|v| v.as_ref().map(|v| v.visit.clone())) else { return };
    let base64 = match read_base64(file, "image-unreadable").await {
        Ok(base64) => base64,
        Err(failure) => return app.failed(failure),
    };
    attach(app, refused, PictureRequest { visit, name: file.name(), base64, keep_anyway: false }).await;
}

async fn attach(app: App, refused: RwSignal<Option<Refused>>, request: PictureRequest) {
    // The visit must stand in the log before a picture can belong to it.
    let result = match app.keep_now().await {
        Ok(()) => client::picture_attach(request.clone()).await,
        Err(failure) => Err(failure),
    };
    match result {
        Ok(view) if view.attachment.is_some() => {
            refused.set(None);
            app.change(|v| v.pictures.push(view));
        }
        Ok(view) => refused.set(Some(Refused { view, request })),
        Err(failure) => app.failed(failure),
    }
}

fn verdict(view: &PictureView, say: Say) -> AnyView {
    let (tone, icon) = match view.verdict {
        PictureVerdict::Good => ("verdict is-ok", "check"),
        PictureVerdict::Usable | PictureVerdict::Bad => ("verdict is-warning", "alert"),
    };
    let reasons = view.reasons.iter().map(|r| {
        view! { <span class="small" style="display: block">{say.t(&r.key)}" "{say.t(&format!("{}-fix", r.key))}</span> }
    });
    view! {
        <span class=tone><Icon name=icon small=true/>{say.of("verdict", &key_of(&view.verdict))}</span>
        {reasons.collect_view()}
        <span class="tiny muted"><bdi>{view.name.clone()}</bdi></span>
    }
    .into_any()
}

fn thumbnail(view: &PictureView) -> AnyView {
    view! { <span class="shot-img"><img src=view.thumbnail.clone() alt=""/></span> }.into_any()
}

fn kept(app: App, view: &PictureView, say: Say) -> AnyView {
    let attachment = view.attachment.clone();
    let remove = move |_| {
        let (Some(attachment), Some(visit)) =
            (attachment.clone(), app.visit.with_untracked(|v| v.as_ref().map(|v| v.visit.clone())))
        else {
            return;
        };
        app.run(client::picture_remove(PictureRef { visit, attachment: attachment.clone() }), move |_| {
            app.change(|v| v.pictures.retain(|p| p.attachment.as_ref() != Some(&attachment)));
        });
    };
    let open = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_none()));
    view! {
        <figure class="shot" data-test="picture" data-verdict=key_of(&view.verdict)>
            {thumbnail(view)}
            <figcaption class="stack grow" style="--gap: var(--s-1)">{verdict(view, say)}</figcaption>
            {open.then(|| view! { <button class="btn btn--quiet btn--icon" type="button" aria-label=say.t("pictures-remove") title=say.t("pictures-remove") on:click=remove><Icon name="x"/></button> })}
        </figure>
    }
    .into_any()
}

fn refused_shot(app: App, refused: RwSignal<Option<Refused>>, r: Refused, say: Say) -> AnyView {
    let request = PictureRequest { keep_anyway: true, ..r.request.clone() };
    let keep = move |_| {
        let request = request.clone();
        spawn_local(async move { attach(app, refused, request).await });
    };
    view! {
        <figure class="shot" data-test="picture-refused" data-verdict="bad">
            {thumbnail(&r.view)}
            <figcaption class="stack grow" style="--gap: var(--s-1)">{verdict(&r.view, say)}
                <span class="row row--wrap"><button class="btn btn--sm" type="button" on:click=keep>{say.t("pictures-keep")}</button>
                    <button class="btn btn--sm btn--quiet" type="button" on:click=move |_| refused.set(None)>{say.t("pictures-discard")}</button></span>
            </figcaption>
        </figure>
    }
    .into_any()
}
