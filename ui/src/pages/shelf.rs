//! The user's own documents: taking them in, seeing how that goes, taking them away, and reading one at a paragraph.

use crate::app::{App, Overlay, app};
use crate::client;
use crate::parts::{Icon, num, read_base64};
use crate::words::Say;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Documents listed at once.
const LISTED: usize = 30;

#[component]
pub(crate) fn ShelfCard() -> impl IntoView {
    let app = app();
    let say = app.say();
    let list = RwSignal::new(DocumentList::default());
    let path = RwSignal::new(String::new());
    let refresh = move || app.run(client::documents_list(Nothing {}), move |l| list.set(l));
    // Also when an import ends.
    Effect::new(move |_| {
        if app.import.with(|i| i.as_ref().is_none_or(|i| i.finished)) {
            refresh();
        }
    });
    let choose = move |event: leptos::ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let files = input.files();
        spawn_local(async move {
            let Some(files) = files else { return };
            let mut taken = vec![];
            for file in (0..files.length()).filter_map(|i| files.get(i)) {
                match read_base64(&file, "shelf-unreadable").await {
                    Ok(base64) => taken.push(UploadedFile { name: file.name(), base64 }),
                    Err(failure) => return app.failed(failure),
                }
            }
            input.set_value("");
            start(app, ImportRequest { paths: vec![], files: taken });
        });
    };
    let from_path = move |_| {
        let typed = path.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            start(app, ImportRequest { paths: vec![typed], files: vec![] });
        }
    };
    view! {
        <section class="card stack" aria-labelledby="shelf-title" style="--gap: var(--s-3)">
            <div><h2 id="shelf-title" style="font-size: var(--fs-md)">{say.t("shelf-title")}</h2><p class="hint">{say.t("shelf-about")}</p></div>
            <div class="cols cols--even">
                <label class="drop"><Icon name="plus"/><span>{say.t("shelf-add")}</span><span class="muted tiny" dir="ltr">"PDF, EPUB, HTML, Markdown, XML, TXT"</span>
                    <input id="shelf-input" type="file" accept=".pdf,.epub,.html,.htm,.xhtml,.md,.markdown,.xml,.txt" multiple=true on:change=choose/></label>
                <div class="stack" style="--gap: var(--s-2)">
                    <label for="shelf-path">{say.t("shelf-path")}</label>
                    <div class="row"><input class="input grow" id="shelf-path" dir="ltr" placeholder="/media/usb/books" bind:value=path/>
                        <button class="btn" id="shelf-path-go" type="button" on:click=from_path>{say.t("shelf-path-go")}</button></div>
                </div>
            </div>
            {move || app.import.get().map(|state| progress(app, &state, say))}
            {move || {
                let l = list.get();
                (l.total > 0).then(|| view! {
                    <p class="eyebrow">{say.f("shelf-count", &[("n", Value::from(l.total))])}</p>
                    <div>{l.documents.iter().take(LISTED).map(|d| row(app, d, list, say)).collect_view()}</div>
                })
            }}
        </section>
    }
}

fn start(app: App, request: ImportRequest) {
    app.import.set(Some(ImportState::default()));
    app.run(client::documents_import(request), move |job: JobRef| {
        app.import.update(|now| {
            if let Some(state) = now.as_mut().filter(|s| s.job == 0) {
                state.job = job.job;
            }
        });
    });
}

fn progress(app: App, state: &ImportState, say: Say) -> AnyView {
    let job = JobRef { job: state.job };
    let counted = say.f(
        if state.cancelled {
            "shelf-cancelled"
        } else if state.finished {
            "shelf-finished"
        } else {
            "shelf-progress"
        },
        &[
            ("done", Value::from(state.done)),
            ("total", Value::from(state.total)),
            ("added", Value::from(state.added)),
            ("known", Value::from(state.known)),
            ("failed", Value::from(state.failed.len() + state.more_failed)),
        ],
    );
    let share = if state.total == 0 { 0.0 } else { state.done as f64 / state.total as f64 };
    let failures = state.failed.iter().take(8).map(|(name, key)| {
        view! { <li><bdi dir="ltr">{name.clone()}</bdi>": "{say.of("error", key)}</li> }
    });
    view! {
        <div class="stack" style="--gap: var(--s-2)" role="status" data-test="import" data-finished=state.finished.to_string()>
            <div class="row"><p class="grow">{counted}</p>
                {(!state.finished).then(|| view! { <button class="btn btn--sm" id="shelf-cancel" type="button"
                    on:click=move |_| app.run(client::documents_cancel(job), |_| {})>{say.t("shelf-cancel")}</button> })}</div>
            {(!state.finished).then(|| view! { <progress max="1" value=share.to_string() style="inline-size: 100%"></progress> })}
            <ul class="bullets small">{failures.collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn row(app: App, document: &DocumentView, list: RwSignal<DocumentList>, say: Say) -> AnyView {
    let id = document.id.clone();
    let open = document.id.clone();
    let remove = move |_| {
        let id = id.clone();
        app.run(client::document_remove(ShelfRef { id }), move |_| {
            app.run(client::documents_list(Nothing {}), move |l| list.set(l));
        });
    };
    view! {
        <div class="row" data-test="document">
            <button class="list-row grow" type="button" on:click=move |_| read_at(app, open.clone(), 1)>
                <Icon name="book"/><span class="list-row-title" dir="auto">{document.title.clone()}</span>
                <span class="tag tag--outline push">{document.kind.clone()}</span>{num(document.blocks.to_string())}</button>
            <button class="btn btn--quiet btn--icon" type="button" aria-label=say.t("shelf-remove") title=say.t("shelf-remove") on:click=remove><Icon name="x"/></button>
        </div>
    }
    .into_any()
}

/// Opens a document at a paragraph.
pub(crate) fn read_at(app: App, id: String, paragraph: u32) {
    app.run(client::document_open(ShelfPlace { id, paragraph }), move |page| {
        app.overlay.set(Some(Overlay::Document(Box::new(page))));
    });
}

/// Paragraphs of own documents that a search found.
pub(crate) fn hits(found: &[ShelfBlock], say: Say) -> AnyView {
    let app = app();
    let one = |block: &ShelfBlock| {
        let (id, paragraph) = (block.document.clone(), block.paragraph);
        view! {
            <article class="card stack" style="--gap: var(--s-2)" data-test="own-hit">
                <div class="row row--wrap"><p class="eyebrow grow" dir="auto">{block.heading.clone()}</p><span class="tag tag--outline">{say.t("shelf-own")}</span></div>
                <p dir="auto">{block.text.clone()}</p>
                <div class="row row--wrap"><p class="passage-src grow"><bdi>{place(block, say)}</bdi></p>
                    <button class="btn btn--sm" type="button" data-test="open-own" on:click=move |_| read_at(app, id.clone(), paragraph)>{say.t("open-source")}</button></div>
            </article>
        }
    };
    found.iter().map(one).collect_view().into_any()
}

pub(crate) fn place(block: &ShelfBlock, say: Say) -> String {
    let args = [
        ("title", Value::from(block.title.as_str())),
        ("page", Value::from(block.page.unwrap_or_default() as usize)),
        ("paragraph", Value::from(block.paragraph as usize)),
    ];
    say.f(if block.page.is_some() { "shelf-place-page" } else { "shelf-place" }, &args)
}

/// A document around the paragraph that was asked for, which is marked and scrolled to.
#[component]
pub(crate) fn DocumentCard(page: ShelfPage) -> impl IntoView {
    let app = app();
    let say = app.say();
    let wanted = page.paragraph;
    let id = page.document.id.clone();
    let last = page.blocks.last().map_or(0, |b| b.paragraph);
    let first = page.blocks.first().map_or(1, |b| b.paragraph);
    let more = (last as usize) < page.document.blocks;
    let (before, after) = (id.clone(), id);
    Effect::new(move |_| {
        if let Some(mark) = document().get_element_by_id("own-paragraph") {
            mark.scroll_into_view();
        }
    });
    let mut heading = String::new();
    let blocks: Vec<AnyView> = page
        .blocks
        .iter()
        .map(|b| {
            let title = (b.heading != heading).then(|| b.heading.clone());
            heading.clone_from(&b.heading);
            let marked = (b.paragraph == wanted).then_some("own-paragraph");
            view! {
                {title.filter(|t| !t.is_empty()).map(|t| view! { <h2 class="eyebrow" dir="auto">{t}</h2> })}
                <p dir="auto" id=marked class:marked=marked.is_some()>{b.text.clone()}
                    " "<span class="tiny muted">{b.page.map(|p| say.f("shelf-page", &[("page", Value::from(p as usize))]))}" ¶"{num(b.paragraph.to_string())}</span></p>
            }
            .into_any()
        })
        .collect();
    view! {
        <article class="modal reader" role="dialog" aria-modal="true" aria-label=page.document.title.clone() data-test="document-card">
            <h1 dir="auto">{page.document.title.clone()}</h1>
            <p class="small muted"><bdi>{page.document.name.clone()}</bdi></p>
            <div class="stack">{blocks}</div>
            <div class="modal-foot">
                {(first > 1).then(|| view! { <button class="btn" type="button" on:click=move |_| read_at(app, before.clone(), first.saturating_sub(1).max(1))>{say.t("shelf-before")}</button> })}
                {more.then(|| view! { <button class="btn" type="button" on:click=move |_| read_at(app, after.clone(), last + 1)>{say.t("shelf-after")}</button> })}
                <button class="btn" type="button" id="source-close" on:click=move |_| app.overlay.set(None)>{say.t("close")}</button>
            </div>
        </article>
    }
}
