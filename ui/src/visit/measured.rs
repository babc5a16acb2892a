//! Vital signs: a field each; a value read from the story fills the field unless the user typed one.

use super::chips::refresh_danger;
use crate::app::{App, app};
use crate::pages::patient_form::western_digits;
use crate::words::capital;
use hakim_clinical::{Age, CREATININE_PER_MG_DL, Measurement, Vital, decimal};
use hakim_contract::{Intake, Understood};
use leptos::prelude::*;

/// Upper-arm circumference is measured in children below this age, years.
const MUAC_BELOW_YEARS: f64 = 5.0;

/// Replaces the values told before by those told now; what the user typed stays.
pub(crate) fn merge_told(intake: &mut Intake, before: &[Measurement], now: &[Measurement]) {
    intake.measurements.retain(|m| !before.contains(m));
    let fresh: Vec<Measurement> =
        now.iter().filter(|m| !intake.measurements.iter().any(|k| k.vital == m.vital)).copied().collect();
    intake.measurements.extend(fresh);
}

/// Adds medicines and allergies that the story now tells of and did not before; what the user has taken off the list since then
/// stays off, and what only the story told goes with its words.
pub(crate) fn merge_taken(intake: &mut Intake, before: Option<&Understood>, now: &Understood) {
    let none = vec![];
    // A stored visit is read anew when it is opened: its lists are already what the user wants.
    let reopened = before.is_none() && !intake.observed.is_empty();
    let told = |get: fn(&Understood) -> &Vec<String>| before.map_or(&none, get);
    let lists = [
        (&mut intake.patient.medicines, told(|u| &u.medicines), &now.medicines),
        (&mut intake.patient.allergies, told(|u| &u.allergies), &now.allergies),
    ];
    for (list, before, now) in lists {
        list.retain(|name| !before.contains(name) || now.contains(name));
        let known =
            |name: &String, list: &[String]| list.iter().any(|k| k.to_lowercase().starts_with(&name.to_lowercase()));
        for name in now.iter().filter(|n| !reopened && !before.contains(n)) {
            if !known(name, list) {
                list.push(name.clone());
            }
        }
    }
}

#[component]
pub(crate) fn Vitals() -> impl IntoView {
    let app = app();
    let say = app.say();
    let age: Option<Age> = app.visit.with_untracked(|v| v.as_ref().and_then(|v| v.intake.patient.age));
    let small = age.is_some_and(|a| a.years() < MUAC_BELOW_YEARS);
    let shown = Vital::ALL.into_iter().filter(move |v| *v != Vital::Muac || small);
    view! {
        <section class="card" aria-labelledby="vitals">
            <div class="card-head"><h2 id="vitals">{say.t("vitals-title")}</h2><span class="hint push">{say.t("vitals-optional")}</span></div>
            <div class="vitals">{shown.map(|v| field(app, v)).collect_view()}</div>
        </section>
    }
}

fn stored(app: App, vital: Vital) -> Option<f64> {
    app.visit.with(|v| v.as_ref()?.intake.measurements.iter().find(|m| m.vital == vital).map(|m| m.value))
}

pub(super) fn field(app: App, vital: Vital) -> AnyView {
    let say = app.say();
    let id = format!("vital-{}", vital.key());
    // What stands in the field while it is not a value that can be kept.
    let odd = RwSignal::new(None::<String>);
    let shown = move || odd.get().or_else(|| stored(app, vital).map(decimal)).unwrap_or_default();
    let typed = move |text: String| {
        let clean = western_digits(text.trim()).replace(',', ".");
        let value = clean.parse::<f64>().ok().map(|n| vital.from_bare(n)).filter(|v| vital.possible().contains(v));
        odd.set((!clean.is_empty() && value.is_none()).then_some(text));
        app.change(|v| {
            v.intake.measurements.retain(|m| m.vital != vital);
            v.intake.measurements.extend(value.map(|value| Measurement { vital, value }));
        });
        refresh_danger(app);
    };
    // Most laboratories of South Asia print mg/dL: what was typed is shown in both.
    let other_unit = (vital == Vital::Creatinine).then_some(move || {
        stored(app, vital).map(|value| view! { <bdi class="num hint" dir="ltr">{format!("= {} mg/dL", decimal(value / CREATININE_PER_MG_DL))}</bdi> })
    });
    let limits = vital.possible();
    let limits = format!("{}–{}", decimal(*limits.start()), decimal(*limits.end()));
    view! {
        <div class="vital field" data-invalid=move || odd.get().is_some().to_string()>
            <label class="label" for=id.clone()>{capital(&say.of("vital-name", vital.key()))}</label>
            <div class="vital-box"><input class="input" id=id inputmode="decimal" autocomplete="off" prop:value=shown
                on:change=move |e| typed(event_target_value(&e))/><span class="vital-unit">{vital.unit()}</span></div>
            <span class="vital-flag">{move || odd.get().map(|_| view! {
                <span class="error">{say.t("vital-impossible")}" "<bdi class="num" dir="ltr">{limits.clone()}</bdi></span> })}{other_unit}</span>
        </div>
    }
    .into_any()
}
