//! What the clinic has on its shelf: a list to search and tick, kept at once. What is not on the list counts as held.

use crate::app::{App, app};
use crate::client;
use crate::words::{Say, capital};
use hakim_clinical::{Formulary, MedicineId};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// Rows shown at once; a longer list is searched, not scrolled.
const SHOWN: usize = 25;

#[component]
pub(crate) fn Shelf() -> impl IntoView {
    let app = app();
    let say = app.say();
    let list = RwSignal::new(None::<FormularyList>);
    let query = RwSignal::new(String::new());
    app.run(client::formulary_list(Nothing {}), move |found| list.set(Some(found)));
    let gone = Memo::new(move |_| held(app).0.len());
    // Rows are made anew when the search changes, not when a box is ticked: the box that has the focus stays.
    let rows = move || {
        let typed = query.get().trim().to_lowercase();
        list.with(|l| l.as_ref().map(|l| rows(app, l, &typed, say)))
    };
    view! {
        <section class="card stack" style="--gap: var(--s-3)" aria-labelledby="set-formulary" data-test="formulary">
            <div class="row"><h2 id="set-formulary" style="font-size: var(--fs-md)">{say.t("formulary-title")}</h2>
                <span class="hint push" data-test="formulary-count">{move || say.f("formulary-count", &[("n", Value::from(gone.get()))])}</span></div>
            <p class="hint">{say.t("formulary-about")}</p>
            <input class="input" id="formulary-search" type="search" dir="auto" autocomplete="off" aria-label=say.t("formulary-search")
                placeholder=say.t("formulary-search") prop:value=move || query.get() on:input=move |e| query.set(event_target_value(&e))/>
            {rows}
        </section>
    }
}

fn held(app: App) -> Formulary {
    app.status.with(|s| s.as_ref().map(|s| s.settings.formulary.clone()).unwrap_or_default())
}

/// What matches; without a search what the clinic has marked.
fn rows(app: App, list: &FormularyList, typed: &str, say: Say) -> AnyView {
    let marked = app.status.with_untracked(|s| s.as_ref().map(|s| s.settings.formulary.clone()).unwrap_or_default());
    let wanted = |row: &&FormularyRow| match typed.is_empty() {
        true => marked.0.contains_key(&row.medicine),
        false => row.also.iter().any(|name| name.to_lowercase().contains(typed)),
    };
    let found: Vec<&FormularyRow> = list.medicines.iter().filter(wanted).collect();
    let more = found.len().saturating_sub(SHOWN);
    let empty =
        (found.is_empty()).then(|| say.t(if typed.is_empty() { "formulary-all-held" } else { "formulary-nothing" }));
    view! {
        {empty.map(|words| view! { <p class="muted small">{words}</p> })}
        <ul class="rows divide">{found.into_iter().take(SHOWN).map(|r| row(app, r, say)).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="hint">{say.f("formulary-more", &[("n", Value::from(more))])}</p> })}
    }
    .into_any()
}

fn row(app: App, row: &FormularyRow, say: Say) -> AnyView {
    let id: MedicineId = row.medicine.clone();
    let keys: Vec<String> = row.forms.iter().map(|f| f.key.clone()).collect();
    let name = capital(&say.text(&row.name));
    let switch_id = format!("hold-{}", row.medicine);
    let any = {
        let id = id.clone();
        move || held(app).0.get(&id).is_none_or(|h| *h != hakim_clinical::Held::None)
    };
    let set = {
        let id = id.clone();
        move |on: bool| {
            let id = id.clone();
            app.change_settings(move |s| s.formulary.set(&id, on));
        }
    };
    let form = |f: &FormRow| {
        let (id, key, keys) = (id.clone(), f.key.clone(), keys.clone());
        let on = {
            let (id, key) = (id.clone(), key.clone());
            move || match held(app).0.get(&id) {
                None => true,
                Some(hakim_clinical::Held::None) => false,
                Some(hakim_clinical::Held::Forms(held)) => held.contains(&key),
            }
        };
        view! {
            <label class="row"><input type="checkbox" data-test="hold-form" data-form=key.clone() prop:checked=on
                on:change=move |e| {
                    let (on, id, key, keys) = (event_target_checked(&e), id.clone(), key.clone(), keys.clone());
                    app.change_settings(move |s| s.formulary.set_form(&id, &keys, &key, on));
                }/>{say.of("form", &f.form)}" "<bdi class="num" dir="ltr">{f.strength.clone()}</bdi></label>
        }
    };
    let forms = (row.forms.len() > 1).then(|| row.forms.iter().map(form).collect_view());
    view! {
        <li class="stack" style="--gap: var(--s-2); padding-block: var(--s-2)" data-test="formulary-row" data-medicine=row.medicine.to_string()>
            <div class="switch-row"><label class="grow" for=switch_id.clone()>{name}</label>
                <input class="switch" id=switch_id type="checkbox" role="switch" prop:checked=any on:change=move |e| set(event_target_checked(&e))/></div>
            {forms.map(|forms| view! { <div class="row row--wrap" role="group" aria-label=say.t("formulary-forms")>{forms}</div> })}
        </li>
    }
    .into_any()
}
