//! One patient: who, and every visit.

use super::patient_form::start_visit;
use super::patients::{initials, visit_tag, when};
use crate::app::{App, app};
use crate::client;
use crate::parts::{FailureBanner, Icon, patient_facts};
use crate::words::Say;
use hakim_clinical::PatientId;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn TimelinePage(id: PatientId) -> impl IntoView {
    let app = app();
    let say = app.say();
    let found = RwSignal::new(None::<Timeline>);
    app.run(client::patient_timeline(PatientRef { patient: id }), move |t| found.set(Some(t)));
    view! {
        <main id="main" class="page">
            <FailureBanner/>
            {move || found.get().map(|t| body(app, &t, say))}
        </main>
    }
}

fn body(app: App, timeline: &Timeline, say: Say) -> AnyView {
    let p = &timeline.patient.patient;
    let id = p.id.clone();
    let count = timeline.visits.len();
    let medicines = p.medicines.clone();
    view! {
        <div class="page-head">
            <span class="avatar" style="inline-size: 3rem; block-size: 3rem" aria-hidden="true">{initials(&p.name)}</span>
            <div class="grow"><h1><bdi>{p.name.clone()}</bdi></h1>{patient_facts(&timeline.patient, say)}</div>
            <button class="btn btn--primary" type="button" id="timeline-new-visit" data-primary="" on:click=move |_| start_visit(app, id.clone())>
                <Icon name="plus" small=true/>{say.t("timeline-new-visit")}</button>
        </div>
        <div class="cols cols--side">
            <section class="card" aria-labelledby="visits">
                <div class="card-head"><h2 id="visits">{say.t("timeline-visits")}</h2><span class="hint push">{say.f("timeline-count", &[("n", Value::from(count))])}</span></div>
                {(count == 0).then(|| view! { <p class="muted">{say.t("timeline-none")}</p> })}
                <ol class="tl">{timeline.visits.iter().map(|v| visit_row(app, v, say)).collect_view()}</ol>
            </section>
            <section class="card" aria-labelledby="taken">
                <div class="card-head"><h2 id="taken">{say.t("takes-title")}</h2></div>
                {if medicines.is_empty() {
                    view! { <p class="muted">{say.t("takes-none")}</p> }.into_any()
                } else {
                    view! { <ul class="bullets">{medicines.into_iter().map(|m| view! { <li><bdi>{m}</bdi></li> }).collect_view()}</ul> }.into_any()
                }}
            </section>
        </div>
    }
    .into_any()
}

fn visit_row(app: App, v: &VisitHead, say: Say) -> AnyView {
    let visit = v.visit.clone();
    let title = if v.title.is_empty() { say.t("timeline-untitled") } else { v.title.clone() };
    view! {
        <li class="tl-item" data-now=v.finished.is_none().to_string()>
            <p class="small muted">{when(&v.started)}</p>
            <button class="btn btn--link" type="button" data-test="visit-row"
                on:click=move |_| app.run(client::visit_open(VisitRef { visit: visit.clone() }), move |r| app.open_visit(r))>
                <bdi>{title}</bdi></button>
            <p>{visit_tag(v, say)}</p>
        </li>
    }
    .into_any()
}
