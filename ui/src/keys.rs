//! Keys that work everywhere. Letters act only where nobody is typing.

use crate::app::{App, Overlay, Page};
use crate::visit::leave_to;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast as _;

/// Starts listening for the life of the window.
pub(crate) fn listen(app: App) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| on_key(app, &event));
    // The listener lives as long as the window.
    std::mem::forget(handle);
}

fn on_key(app: App, event: &KeyboardEvent) {
    // 229: the key belongs to an input method that is composing.
    if event.key_code() == 229 {
        return;
    }
    let inside = !matches!(app.page.get_untracked(), Page::Starting | Page::Door);
    let command = event.ctrl_key() || event.meta_key();
    let handled = match (event.key().as_str(), command, event.alt_key()) {
        ("Escape", _, _) => escape(app),
        ("Enter", true, _) => press("[data-primary]"),
        ("k" | "K", true, _) if inside => {
            app.overlay.set(Some(Overlay::Palette));
            true
        }
        ("n" | "N", true, _) if inside => {
            app.adding.set(true);
            leave_to(app, Page::Patients);
            true
        }
        ("l" | "L", true, _) if inside => {
            app.lock();
            true
        }
        (digit @ ("1" | "2" | "3" | "4"), false, true) => press(&format!("#step-{digit}")),
        ("/", false, false) if !typing(event) => focus("input[type=search]"),
        _ => false,
    };
    if handled {
        event.prevent_default();
    }
}

/// Closes what floats, else stops what runs.
fn escape(app: App) -> bool {
    if app.overlay.get_untracked().is_some() {
        app.overlay.set(None);
        return true;
    }
    if let Some(job) = app.running_job() {
        app.stop(job);
        return true;
    }
    false
}

fn typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|t| matches!(t.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn press(selector: &str) -> bool {
    element(selector).map(|e| e.click()).is_some()
}

/// Moves the focus to the first match.
pub(crate) fn focus(selector: &str) -> bool {
    element(selector).is_some_and(|e| e.focus().is_ok())
}

/// Arrow keys within a group: moves the focus to the next or previous match and says which.
pub(crate) fn roam(event: &KeyboardEvent, selector: &str) -> Option<usize> {
    let step: isize = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return None,
    };
    let all = document().query_selector_all(selector).ok()?;
    let here = document().active_element();
    let count = isize::try_from(all.length()).ok()?;
    let now = (0..count).find(|i| {
        let node = u32::try_from(*i).ok().and_then(|i| all.get(i));
        node.and_then(|n| n.dyn_into::<web_sys::Element>().ok()) == here
    })?;
    let next = u32::try_from((now + step).clamp(0, count - 1)).ok()?;
    let element = all.get(next)?.dyn_into::<HtmlElement>().ok()?;
    element.focus().ok()?;
    event.prevent_default();
    usize::try_from(next).ok()
}
