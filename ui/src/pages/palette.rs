//! Find anything: patients of the log; conditions, medicines, remedies and passages of the knowledge base.

use crate::app::{Overlay, Page, app};
use crate::client;
use crate::keys::roam;
use crate::pages::entry;
use crate::parts::{Icon, age_text};
use crate::visit::leave_to;
use hakim_contract::*;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Rows of each kind.
const SHOWN: usize = 5;

#[component]
pub(crate) fn Palette() -> impl IntoView {
    let app = app();
    let say = app.say();
    let query = RwSignal::new(String::new());
    let patients = RwSignal::new(Vec::<PatientRow>::new());
    let passages = RwSignal::new(Vec::<SearchHit>::new());
    let entries = RwSignal::new(Vec::<EntryHit>::new());
    Effect::new(move |_| {
        let asked = query.get();
        spawn_local(async move {
            let found = client::patients_find(PatientQuery { query: asked.clone() }).await;
            let request = SearchRequest::everywhere(asked.clone(), app.lang.get_untracked(), SHOWN);
            let read = match asked.trim() {
                "" => Ok(SearchReply::default()),
                _ => client::search(request).await,
            };
            if query.get_untracked() != asked {
                return;
            }
            match (found, read) {
                (Ok(list), Ok(reply)) => {
                    patients.set(list.rows.into_iter().take(SHOWN).collect());
                    entries.set(reply.entries);
                    passages.set(reply.hits);
                }
                (Err(failure), _) | (_, Err(failure)) => app.failed(failure),
            }
        });
    });
    view! {
        <div class="palette" role="dialog" aria-modal="true" aria-label=say.t("nav-find")
            on:keydown=move |e| { let _ = roam(&e, ".palette input, .palette .list-row"); }>
            <div class="palette-input"><Icon name="search"/>
                <input type="search" dir="auto" id="palette-input" aria-label=say.t("nav-find") placeholder=say.t("palette-hint") bind:value=query/></div>
            <div class="palette-list">
                <p class="palette-group">{say.t("nav-patients")}</p>
                {move || patients.get().into_iter().map(|row| {
                    let id = row.patient.patient.id.clone();
                    view! { <button class="list-row palette-item" type="button" on:click=move |_| leave_to(app, Page::Timeline(id.clone()))>
                        <Icon name="people"/><bdi>{row.patient.patient.name.clone()}</bdi><span class="muted">{age_text(row.patient.age, say)}</span></button> }
                }).collect_view()}
                <p class="palette-group">{say.t("nav-knowledge")}</p>
                {move || entries.with(|e| entry::rows(e, say))}
                {move || passages.get().into_iter().map(|hit| {
                    let title = say.text(&hit.passage.title);
                    let passage = hit.passage;
                    view! { <button class="list-row palette-item" type="button" on:click=move |_| app.overlay.set(Some(Overlay::Passage(Box::new(passage.clone()))))>
                        <Icon name="book"/><span dir="auto">{title}</span></button> }
                }).collect_view()}
            </div>
        </div>
    }
}
