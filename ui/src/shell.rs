//! What stands around every page: the rail, the failure banner, what floats, and the language of the whole document.

use crate::app::{App, Overlay, Page, app};
use crate::pages::entry::EntryCard;
use crate::pages::{about, ask, calculators, door, knowledge, palette, patients, settings, shelf, timeline};
use crate::parts::{FailureBanner, Icon, SourceCard};
use crate::{keys, visit};
use hakim_contract::{AppStatus, Stage, Theme};
use leptos::prelude::*;
use web_sys::wasm_bindgen::JsCast as _;

/// The root of the window.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    app.start();
    keys::listen(app);
    Effect::new(move |_| mark_document(app));
    move || {
        // One subscription to the language: a page is built anew when it changes.
        let _ = app.lang.get();
        view! {
            <div class=move || app_class(&app.page.get())>
                <a class="skip-link" href="#main">{app.say().t("skip")}</a>
                <Show when=move || !matches!(app.page.get(), Page::Starting | Page::Door)>
                    <Rail/>
                </Show>
                {move || page(&app.page.get())}
                {move || app.overlay.get().map(|o| view! { <Floating overlay=o/> })}
            </div>
        }
    }
}

fn app_class(page: &Page) -> &'static str {
    match page {
        Page::Starting | Page::Door => "app app--bare",
        Page::Visit(_) => "app app--focus",
        _ => "app",
    }
}

fn page(page: &Page) -> AnyView {
    match page {
        Page::Starting => view! { <main id="main" class="page"><FailureBanner/></main> }.into_any(),
        Page::Door => view! { <door::Door/> }.into_any(),
        Page::Patients => view! { <patients::Patients/> }.into_any(),
        Page::Timeline(id) => view! { <timeline::TimelinePage id=id.clone()/> }.into_any(),
        Page::Visit(stage) => view! { <visit::VisitPage stage=*stage/> }.into_any(),
        Page::Ask => view! { <ask::Ask/> }.into_any(),
        Page::Knowledge => view! { <knowledge::Knowledge/> }.into_any(),
        Page::Calculators => view! { <calculators::Calculators/> }.into_any(),
        Page::Settings => view! { <settings::SettingsPage/> }.into_any(),
        Page::About => view! { <about::About/> }.into_any(),
    }
}

/// Language, direction and theme of the document itself.
fn mark_document(app: App) {
    let lang = app.lang.get();
    let theme = app.status.with(|s| s.as_ref().map(|s: &AppStatus| s.settings.theme)).unwrap_or_default();
    let Some(root) = document().document_element() else { return };
    // Attributes of the root element can always be set; a refusal would only leave the old look.
    let _ = root.set_attribute("lang", lang.code());
    let _ = root.set_attribute("dir", lang.dir());
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
    let agent = window().navigator().user_agent().unwrap_or_default();
    if shapes_nastaliq(&agent) {
        let _ = root.set_attribute("data-nastaliq", "");
    }
}

/// WebKitGTK drops the vertical glyph offsets of Nastaliq; WebView2 and macOS shape it right.
fn shapes_nastaliq(agent: &str) -> bool {
    agent.contains("Edg/") || agent.contains("Macintosh")
}

#[component]
fn Rail() -> impl IntoView {
    let app = app();
    let say = app.say();
    let link = move |id: &'static str, icon: &'static str, key: &'static str, target: Page| {
        let words = say.t(key);
        let here = {
            let target = target.clone();
            move || same_place(&app.page.get(), &target).then_some("page")
        };
        view! {
            <button class="rail-link" type="button" id=id title=words.clone() aria-current=here
                on:click=move |_| visit::leave_to(app, target.clone())>
                <Icon name=icon/><span class="rail-text">{words.clone()}</span>
            </button>
        }
    };
    view! {
        <nav class="rail" aria-label=say.t("nav-main")>
            <div class="rail-brand" title="Hakim">
                <span class="mark"><Icon name="mark" class=""/></span><span class="rail-text">"Hakim"</span>
            </div>
            <button class="rail-link" type="button" id="rail-find" title=say.t("nav-find")
                on:click=move |_| app.overlay.set(Some(Overlay::Palette))>
                <Icon name="search"/><span class="rail-text">{say.t("nav-find")}</span><kbd class="kbd push">"Ctrl K"</kbd>
            </button>
            {link("rail-patients", "people", "nav-patients", Page::Patients)}
            {link("rail-ask", "chat", "nav-ask", Page::Ask)}
            {link("rail-knowledge", "book", "nav-knowledge", Page::Knowledge)}
            {link("rail-calculators", "list", "nav-calculators", Page::Calculators)}
            <div class="rail-foot">
                {link("rail-settings", "gear", "nav-settings", Page::Settings)}
                {link("rail-about", "info", "nav-about", Page::About)}
                <button class="rail-link" type="button" id="rail-lock" title=say.t("nav-lock") on:click=move |_| app.lock()>
                    <Icon name="lock"/><span class="rail-text">{say.t("nav-lock")}</span>
                </button>
                <p class="rail-note" title=say.t("nav-offline")>
                    <Icon name="shield" small=true/><span class="rail-text">{say.t("nav-offline")}</span>
                </p>
            </div>
        </nav>
    }
}

fn same_place(here: &Page, link: &Page) -> bool {
    match (here, link) {
        (Page::Timeline(_) | Page::Visit(_), Page::Patients) => true,
        _ => here == link,
    }
}

#[component]
fn Floating(overlay: Overlay) -> impl IntoView {
    let app = app();
    // The focus goes into what floats and back to where it was.
    let before = document().active_element().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    let pane = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(pane) = pane.get() {
            let inner = pane.query_selector("input, button, [tabindex]").ok().flatten();
            if let Some(first) = inner.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = first.focus();
            }
        }
    });
    on_cleanup(move || {
        before.with_value(|b| {
            if let Some(element) = b {
                let _ = element.focus();
            }
        });
    });
    let palette = matches!(overlay, Overlay::Palette);
    let inside = match overlay {
        Overlay::Source(citation, passage) => {
            view! { <SourceCard citation=Some(*citation) passage=passage.map(|p| *p)/> }.into_any()
        }
        Overlay::Passage(passage) => view! { <SourceCard citation=None passage=Some(*passage)/> }.into_any(),
        Overlay::Entry(entry) => view! { <EntryCard entry=*entry/> }.into_any(),
        Overlay::Document(page) => view! { <shelf::DocumentCard page=*page/> }.into_any(),
        Overlay::Palette => view! { <palette::Palette/> }.into_any(),
    };
    view! {
        <div class=if palette { "scrim scrim--top" } else { "scrim" } node_ref=pane
            on:click=move |e| {
                let outside = e.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
                if outside.is_some_and(|t| t.class_list().contains("scrim")) {
                    app.overlay.set(None);
                }
            }>
            {inside}
        </div>
    }
}

/// The stages of a visit in order, for the stepper and the keys.
pub(crate) const STAGES: [Stage; 4] = [Stage::Intake, Stage::Assessment, Stage::Plan, Stage::Record];
