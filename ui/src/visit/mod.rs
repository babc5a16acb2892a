//! One visit in four steps: telling, thinking, planning, writing.

mod alternatives;
mod article;
mod assessment;
mod chips;
mod dose_card;
mod intake;
mod measured;
mod medicines;
mod paper;
mod pictures;
mod plan;
mod plan_beside;
mod plan_missing;
mod plan_stages;
mod propose;
mod rare;
mod record;
mod spoken;

use crate::app::{App, Kept, Page, app};
use crate::client;
use crate::parts::{FailureBanner, Icon, patient_facts};
use crate::shell::STAGES;
use crate::words::{Say, key_of};
use hakim_clinical::PatientId;
use hakim_contract::*;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Keeps the open visit, then goes to another page. Stays when it cannot be kept.
pub(crate) fn leave_to(app: App, page: Page) {
    spawn_local(async move {
        match app.keep_now().await {
            Ok(()) => app.go(page),
            Err(failure) => {
                app.overlay.set(None);
                app.failed(failure);
            }
        }
    });
}

#[component]
pub(crate) fn VisitPage(stage: Stage) -> impl IntoView {
    let app = app();
    let say = app.say();
    let body = move || match stage {
        Stage::Intake => view! { <intake::IntakePage/> }.into_any(),
        Stage::Assessment => view! { <assessment::AssessmentPage/> }.into_any(),
        Stage::Plan => view! { <plan::PlanPage/> }.into_any(),
        Stage::Record => view! { <record::RecordPage/> }.into_any(),
    };
    view! {
        <header class="visit-bar">
            {app.patient.get_untracked().map(|p| who(app, &p, say))}
            <nav aria-label=say.t("visit-steps")><ol class="stepper">{STAGES.iter().enumerate().map(|(i, s)| step(app, i, *s, stage, say)).collect_view()}</ol></nav>
            <div class="row"><span class="tiny muted save-state" role="status" data-test="kept">{move || kept_words(app, say)}</span>{primary(app, stage, say)}</div>
        </header>
        <main id="main" class="page">
            <h1 class="vh">{say.of("stage", &key_of(&stage))}</h1>
            <FailureBanner/>
            {body()}
        </main>
    }
}

fn who(app: App, patient: &PatientView, say: Say) -> AnyView {
    let id: PatientId = patient.patient.id.clone();
    view! {
        <button class="who btn--quiet" type="button" style="border: 0; background: none; text-align: start; cursor: pointer"
            on:click=move |_| leave_to(app, Page::Timeline(id.clone()))>
            <span class="who-name" dir="auto">{patient.patient.name.clone()}</span>{patient_facts(patient, say)}
        </button>
    }
    .into_any()
}

fn kept_words(app: App, say: Say) -> String {
    if app.visit.with(|v| v.as_ref().is_some_and(|v| v.finished.is_some())) {
        return say.t("kept-finished");
    }
    say.t(match app.kept.get() {
        Kept::Saved => "kept-saved",
        Kept::Changed | Kept::Saving => "kept-saving",
        Kept::Failed => "kept-failed",
    })
}

fn step(app: App, index: usize, stage: Stage, now: Stage, say: Say) -> AnyView {
    let state = match index.cmp(&STAGES.iter().position(|s| *s == now).unwrap_or(0)) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "next",
    };
    let dot =
        if state == "done" { view! { <Icon name="check"/> }.into_any() } else { (index + 1).to_string().into_any() };
    view! {
        <li class="step" data-state=state>
            <button class="step-link btn--quiet" type="button" id=format!("step-{}", index + 1) style="border: 0; background: none; cursor: pointer"
                aria-current=(state == "now").then_some("step") on:click=move |_| to_stage(app, stage)>
                <span class="step-dot">{dot}</span><span class="step-text">{say.of("stage", &key_of(&stage))}</span>
            </button>
        </li>
    }
    .into_any()
}

/// The one solid button of the step.
fn primary(app: App, stage: Stage, say: Say) -> AnyView {
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let (id, key, act): (&str, &str, fn(App)) = match stage {
        Stage::Intake => ("assess", "do-assess", |app| to_stage(app, Stage::Assessment)),
        Stage::Assessment => ("make-plan", "do-plan", |app| to_stage(app, Stage::Plan)),
        Stage::Plan => ("write-record", "do-record", |app| to_stage(app, Stage::Record)),
        Stage::Record if finished => return view! { <></> }.into_any(),
        Stage::Record => ("finish", "do-finish", finish),
    };
    view! {
        <button class="btn btn--primary" type="button" id=id data-primary="" on:click=move |_| act(app)>
            {say.t(key)}<Icon name="arrow" small=true flip=true/></button>
    }
    .into_any()
}

/// Goes to a step, working out first what it shows. A finished visit shows what was stored.
pub(crate) fn to_stage(app: App, stage: Stage) {
    let Some(record) = app.visit.get_untracked() else { return };
    if record.finished.is_some() {
        return app.go(Page::Visit(stage));
    }
    spawn_local(async move {
        match prepare(app, stage, &record).await {
            Ok(()) => {
                app.change(|v| v.stage = stage);
                app.go(Page::Visit(stage));
            }
            Err(failure) => app.failed(failure),
        }
    });
}

async fn prepare(app: App, stage: Stage, record: &VisitRecord) -> Result<(), Failure> {
    if stage == Stage::Intake {
        return Ok(());
    }
    // The story may have changed a moment ago: read it once more before judging.
    let read = client::understand(request(&record.intake)).await?;
    let mut intake = record.intake.clone();
    measured::merge_told(&mut intake, &app.told.get_untracked(), &read.measurements);
    measured::merge_taken(&mut intake, app.understood.get_untracked().as_ref(), &read);
    chips::merge(&mut intake.observed, &read);
    let assessment = client::assess(intake.clone()).await?;
    let plan = match stage {
        Stage::Plan | Stage::Record => {
            Some(client::plan(PlanRequest { intake: intake.clone(), working: record.working.clone() }).await?)
        }
        _ => None,
    };
    app.told.set(read.measurements.clone());
    app.triage.set(Some(assessment.triage.clone()));
    app.understood.set(Some(read));
    app.change(|v| {
        v.intake = intake;
        v.assessment = Some(assessment);
        if let Some(plan) = plan {
            v.take_plan(plan);
        }
    });
    Ok(())
}

/// The story with its patient, as the core wants it.
pub(crate) fn request(intake: &Intake) -> UnderstandRequest {
    UnderstandRequest { text: intake.text.clone(), patient: intake.patient.clone() }
}

/// The intake of the open visit.
pub(crate) fn intake_now(app: App) -> Option<Intake> {
    app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone()))
}

/// Works out the assessment anew after an answer or a correction, and shows it in place.
pub(crate) fn reassess(app: App) {
    let Some(intake) = intake_now(app) else { return };
    let number = app.change_number();
    app.run(client::assess(intake), move |assessment| {
        if app.change_number() != number {
            return;
        }
        app.triage.set(Some(assessment.triage.clone()));
        app.explanation.set(None);
        app.change(|v| v.assessment = Some(assessment));
    });
}

/// Writes the visit for good and shows the patient's timeline.
fn finish(app: App) {
    spawn_local(async move {
        // A save still under way must not arrive after the final writing.
        if let Err(failure) = app.keep_now().await {
            return app.failed(failure);
        }
        let Some(record) = app.visit.get_untracked() else { return };
        let patient = record.patient.clone();
        match client::visit_finish(record).await {
            Ok(finished) => {
                app.visit.set(Some(finished));
                app.go(Page::Timeline(patient));
            }
            Err(failure) => app.failed(failure),
        }
    });
}
