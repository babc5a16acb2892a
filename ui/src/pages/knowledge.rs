//! Reading and searching the knowledge base.

use crate::app::{Overlay, app};
use crate::client;
use crate::pages::{entry, shelf};
use crate::parts::{FailureBanner, Icon, seen_tag, source_line};
use crate::words::{Say, key_of};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Hits shown at once.
const SHOWN: usize = 20;
/// Of these, conditions, medicines and remedies above the passages.
const ENTRIES: usize = 6;

/// Whom a search is about.
#[derive(Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Ages {
    All,
    Children,
    Adults,
}

impl Ages {
    /// As the core wants it.
    fn children(self) -> Option<bool> {
        match self {
            Self::All => None,
            Self::Children => Some(true),
            Self::Adults => Some(false),
        }
    }
}

#[component]
pub(crate) fn Knowledge() -> impl IntoView {
    let app = app();
    let say = app.say();
    let query = RwSignal::new(String::new());
    let hits = RwSignal::new(None::<SearchReply>);
    let scope = RwSignal::new(SearchScope::All);
    let ages = RwSignal::new(Ages::All);
    Effect::new(move |_| {
        let (asked, within, of_children) = (query.get(), scope.get(), ages.get().children());
        if asked.trim().is_empty() {
            return hits.set(None);
        }
        spawn_local(async move {
            let everywhere = SearchRequest::everywhere(asked.clone(), app.lang.get_untracked(), SHOWN);
            let request = SearchRequest { scope: within, children: of_children, ..everywhere };
            match client::search(request).await {
                Ok(reply) if query.get_untracked() == asked && scope.get_untracked() == within => hits.set(Some(reply)),
                Ok(_) => {}
                Err(failure) => app.failed(failure),
            }
        });
    });
    view! {
        <main id="main" class="page">
            <h1 class="vh">{say.t("nav-knowledge")}</h1>
            <FailureBanner/>
            <div class="search" role="search" style="margin-block-end: var(--s-5)">
                <label class="vh" for="knowledge-search">{say.t("knowledge-search")}</label><Icon name="search"/>
                <input class="input" id="knowledge-search" type="search" dir="auto" autofocus=true placeholder=say.t("knowledge-search-hint") bind:value=query/>
                <kbd class="kbd">"/"</kbd>
            </div>
            <div class="row row--wrap" style="margin-block-end: var(--s-4)">
                {filter(say, "scope", &[SearchScope::All, SearchScope::Clinical, SearchScope::Traditional, SearchScope::Own], scope)}
                {filter(say, "ages", &[Ages::All, Ages::Children, Ages::Adults], ages)}
            </div>
            {move || match hits.get() {
                None => view! { <div class="empty"><span class="empty-art"><Icon name="book" class="icon icon--lg"/></span>
                    <h2>{say.t("knowledge-start")}</h2><p>{say.t("knowledge-start-about")}</p></div> }.into_any(),
                Some(found) if found.hits.is_empty() && found.entries.is_empty() && found.own.is_empty() => view! { <div class="empty"><span class="empty-art"><Icon name="none" class="icon icon--lg"/></span>
                    <h2>{say.f("knowledge-nothing", &[("query", Value::from(query.get_untracked()))])}</h2><p>{say.t("knowledge-nothing-about")}</p></div> }.into_any(),
                Some(found) => view! {
                    <div class="stack">
                        {(!found.entries.is_empty()).then(|| view! { <section class="card"><h2 class="eyebrow">{say.t("entry-found")}</h2>
                            {entry::rows(found.entries.get(..ENTRIES).unwrap_or(&found.entries), say)}</section> })}
                        {found.hits.iter().map(|h| hit(h, say)).collect_view()}
                        {shelf::hits(&found.own, say)}
                    </div>
                }.into_any(),
            }}
            <div style="margin-block-start: var(--s-6)"><shelf::ShelfCard/></div>
        </main>
    }
}

/// One of a few, as a row of buttons; message `name` names the row, `name-option` each option.
fn filter<T>(say: Say, name: &'static str, options: &[T], chosen: RwSignal<T>) -> AnyView
where
    T: Copy + PartialEq + serde::Serialize + Send + Sync + 'static,
{
    let buttons = options.iter().map(|option| {
        let option = *option;
        let key = key_of(&option);
        view! {
            <button class="seg-opt" type="button" role="radio" data-test=format!("{name}-{key}") aria-checked=move || (chosen.get() == option).to_string()
                on:click=move |_| chosen.set(option)>{say.of(name, &key)}</button>
        }
    });
    view! { <div class="seg" role="radiogroup" aria-label=say.t(name)>{buttons.collect_view()}</div> }.into_any()
}

fn hit(hit: &SearchHit, say: Say) -> AnyView {
    let app = app();
    let about: Vec<String> = hit.about.iter().map(|t| say.text(t)).collect();
    let passage = hit.passage.clone();
    let lang = if passage.text.has(say.lang()) { say.lang().code() } else { "en" };
    view! {
        <article class="card stack" style="--gap: var(--s-2)" data-test="hit">
            <div class="row row--wrap"><p class="eyebrow grow">{about.join(" · ")}</p>
                {passage.traditional.then(|| view! { <span class="tag tag--outline">{say.t("evidence-traditional")}</span> })}
                {seen_tag(&passage.citation, say)}</div>
            <h2 dir="auto" lang=lang>{say.text(&passage.title)}</h2>
            <p dir="auto" lang=lang>{say.text(&passage.text)}</p>
            <div class="row row--wrap"><p class="passage-src grow"><bdi lang="en">{source_line(&passage.citation)}</bdi></p>
                <button class="btn btn--sm" type="button" on:click=move |_| app.overlay.set(Some(Overlay::Passage(Box::new(passage.clone()))))>{say.t("open-source")}</button></div>
        </article>
    }
    .into_any()
}
