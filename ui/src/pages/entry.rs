//! One condition, medicine or remedy as the packs describe it: every fact with its source to press.

use crate::app::{App, Overlay, app};
use crate::client;
use crate::parts::{Icon, Numbered, seen_tag};
use crate::words::{Say, capital, key_of};
use hakim_contract::*;
use leptos::prelude::*;

/// Opens an entry by id.
pub(crate) fn open(app: App, id: String) {
    app.run(client::entry(EntryRef { id }), move |entry| app.overlay.set(Some(Overlay::Entry(Box::new(entry)))));
}

/// Entries that a search found, as rows to press.
pub(crate) fn rows(entries: &[EntryHit], say: Say) -> AnyView {
    let app = app();
    let row = |hit: &EntryHit| {
        let id = hit.id.clone();
        view! {
            <button class="list-row palette-item" type="button" data-test="entry" data-entry=id.clone() on:click=move |_| open(app, id.clone())>
                <Icon name="book"/><span class="list-row-title" dir="auto">{capital(&say.text(&hit.name))}</span>
                <span class="tag tag--outline push">{say.of("entry-kind", &key_of(&hit.kind))}</span></button>
        }
    };
    entries.iter().map(row).collect_view().into_any()
}

#[component]
pub(crate) fn EntryCard(entry: EntryView) -> impl IntoView {
    let app = app();
    let say = app.say();
    let numbers = Numbered::of(entry.sections.iter().flat_map(|s| &s.lines).map(|l| &l.citation));
    let traditional = matches!(entry.kind, EntryKind::Traditional | EntryKind::Remedy);
    let summary = say.text(&entry.summary);
    let sections = entry.sections.iter().map(|s| section(s, &numbers, say)).collect_view();
    view! {
        <article class="modal reader" role="dialog" aria-modal="true" aria-label=say.text(&entry.name) data-test="entry-card">
            <div class="row row--wrap"><p class="eyebrow grow">{say.of("entry-kind", &key_of(&entry.kind))}</p>
                {traditional.then(|| view! { <span class="tag tag--outline">{say.t("evidence-traditional")}</span> })}</div>
            <h1 dir="auto">{capital(&say.text(&entry.name))}</h1>
            <p class="small muted"><bdi dir="ltr">{entry.codes.join(" · ")}</bdi></p>
            {(!summary.is_empty()).then(|| view! { <p dir="auto">{summary}</p> })}
            {(!entry.also.is_empty()).then(|| view! {
                <p class="small">{say.t("entry-also")}" "{entry.also.iter().map(|n| view! { <bdi class="tag">{n.clone()}</bdi>" " }).collect_view()}</p>
            })}
            {sections}
            {(!entry.passages.is_empty()).then(|| view! {
                <section class="stack" style="--gap: var(--s-2); margin-block-start: var(--s-5)"><h2 class="eyebrow">{say.t("entry-passages")}</h2>
                    {entry.passages.iter().map(|p| passage_row(app, p, say)).collect_view()}</section>
            })}
            <div class="modal-foot">
                <button class="btn" type="button" id="source-close" on:click=move |_| app.overlay.set(None)>{say.t("close")}</button>
            </div>
        </article>
    }
}

fn section(section: &EntrySection, numbers: &Numbered, say: Say) -> AnyView {
    let line = |l: &EntryLine| {
        let (title, text) = (capital(&say.text(&l.title)), say.text(&l.text));
        view! {
            <li><p dir="auto">{(!title.is_empty()).then(|| view! { <strong>{title}</strong>" " })}{text}" "{numbers.cite(&l.citation, say)}</p>
                <p class="tiny">{seen_tag(&l.citation, say)}</p></li>
        }
    };
    view! {
        <section style="margin-block-start: var(--s-5)"><h2 class="eyebrow">{say.of("entry", &section.key)}</h2>
            <ul class="entry-facts">{section.lines.iter().map(line).collect_view()}</ul></section>
    }
    .into_any()
}

fn passage_row(app: App, passage: &PassageView, say: Say) -> AnyView {
    let title = say.text(&passage.title);
    let passage = passage.clone();
    view! {
        <button class="list-row" type="button" on:click=move |_| app.overlay.set(Some(Overlay::Passage(Box::new(passage.clone()))))>
            <Icon name="book"/><span dir="auto">{title}</span></button>
    }
    .into_any()
}
