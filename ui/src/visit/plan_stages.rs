//! The plan in three stages, named as MedR-Bench names them: recommended examinations, diagnosis, treatment. What an emergency
//! needs stands before all three.

use super::plan::{decided, line};
use crate::app::App;
use crate::client;
use crate::parts::{Numbered, prob_bar};
use crate::words::{Say, capital, key_of, percent};
use hakim_clinical::ConditionId;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// The whole plan.
pub(super) fn stages(app: App, plan: &Plan, numbers: &Numbered, say: Say) -> AnyView {
    let lines = |wanted: &dyn Fn(&PlanLineView) -> bool| plan.lines.iter().filter(|l| wanted(l)).collect::<Vec<_>>();
    let first = lines(&|l| l.before_certain);
    let tests = lines(&|l| !l.before_certain && l.group == PlanGroup::Test);
    let treatment = lines(&|l| !l.before_certain && l.group != PlanGroup::Test);
    let working: Vec<String> = plan.working.iter().map(|(_, name)| say.text(name)).collect();
    let total = plan.lines.len();
    let ids: Vec<String> = plan.lines.iter().map(|l| l.id.clone()).collect();
    let count = move || say.f("plan-decided", &[("n", Value::from(decided(app, &ids))), ("total", Value::from(total))]);
    view! {
        <section class="card card--flush" aria-labelledby="pl">
            <div class="card-head" style="margin-block-end: 0"><h2 id="pl">{say.f("plan-for", &[("what", Value::from(working.join(say.t("list-comma").as_str())))])}</h2>
                <span class="hint push">{count}</span></div>
            {(total == 0).then(|| view! { <p class="muted" style="padding: var(--s-5)">{say.t("plan-empty")}</p> })}
            {(!first.is_empty()).then(|| view! {
                <section data-test="plan-stage" data-stage="first"><h3 class="group-name is-danger">{say.t("plan-first")}</h3>{rows(app, &first, numbers, say)}</section>
            })}
            <section data-test="plan-stage" data-stage="examinations"><h3 class="group-name">{say.t("plan-examinations")}</h3>
                {tests.is_empty().then(|| view! { <p class="line-why" style="padding-inline: var(--s-5)">{say.t("plan-examinations-none")}</p> })}
                {rows(app, &tests, numbers, say)}</section>
            <section data-test="plan-stage" data-stage="diagnosis"><h3 class="group-name">{say.t("plan-diagnosis")}</h3>{diagnosis(app, plan, say)}</section>
            <section data-test="plan-stage" data-stage="treatment"><h3 class="group-name">{say.t("plan-treatment")}</h3>{groups(app, &treatment, numbers, say)}</section>
        </section>
    }
    .into_any()
}

fn rows(app: App, lines: &[&PlanLineView], numbers: &Numbered, say: Say) -> AnyView {
    view! { <ul class="rows divide">{lines.iter().map(|l| line(app, l, numbers, say)).collect_view()}</ul> }.into_any()
}

/// Treatment by what is done: send, stop, give, do, tell, return.
fn groups(app: App, lines: &[&PlanLineView], numbers: &Numbered, say: Say) -> AnyView {
    let groups = lines.chunk_by(|a, b| a.group == b.group).map(|same| {
        let name = same.first().map(|l| say.of("group", &key_of(&l.group)));
        view! { <h4 class="group-name">{name}</h4>{rows(app, same, numbers, say)} }
    });
    groups.collect_view().into_any()
}

/// The conditions worked with, to be added to and taken from.
fn diagnosis(app: App, plan: &Plan, say: Say) -> AnyView {
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let now: Vec<ConditionId> = plan.working.iter().map(|(id, _)| id.clone()).collect();
    let found = app.visit.with_untracked(|v| v.as_ref().and_then(|v| v.assessment.clone()));
    let others: Vec<(ConditionId, String)> = found
        .iter()
        .flat_map(|a| &a.candidates)
        .filter(|c| !now.contains(&c.condition))
        .map(|c| (c.condition.clone(), format!("{} {}", say.text(&c.name), percent(c.probability.p))))
        .collect();
    let row = |d: &DiagnosisView| {
        let rest: Vec<ConditionId> = now.iter().filter(|id| **id != d.condition).cloned().collect();
        let last = rest.is_empty();
        let name = capital(&say.text(&d.name));
        let label = say.f("diagnosis-remove", &[("name", Value::from(name.as_str()))]);
        view! {
            <li class="line" data-test="diagnosis" data-condition=d.condition.to_string()>
                <div><p class="line-title"><span>{name}</span>{d.probability.map(|p| view! { <span class="num">{percent(p.p)}</span> })}</p>
                    {d.probability.map(|p| prob_bar(p, false, say))}
                    <p class="line-why">{say.of("harm", &key_of(&d.harm))}</p></div>
                {(!finished).then(|| view! { <button class="btn btn--sm" type="button" data-test="diagnosis-remove" aria-label=label disabled=last
                    on:click=move |_| work_with(app, rest.clone())>{say.t("diagnosis-take-away")}</button> })}
            </li>
        }
    };
    let options: Vec<AnyView> = others
        .iter()
        .map(|(id, name)| view! { <option value=id.to_string()>{name.clone()}</option> }.into_any())
        .collect();
    let add = {
        let now = now.clone();
        move |chosen: String| {
            if !chosen.is_empty() {
                work_with(app, now.iter().cloned().chain([ConditionId::new(chosen)]).collect());
            }
        }
    };
    view! {
        {plan.diagnoses.is_empty().then(|| view! { <p class="line-why" style="padding-inline: var(--s-5)">{say.t("diagnosis-none")}</p> })}
        <ul class="rows divide">{plan.diagnoses.iter().map(row).collect_view()}</ul>
        {(!finished && !options.is_empty()).then(|| view! {
            <div class="field" style="padding: var(--s-2) var(--s-5) var(--s-3)"><label class="label" for="diagnosis-add">{say.t("diagnosis-add")}</label>
                <select class="select" id="diagnosis-add" on:change=move |e| add(event_target_value(&e))>
                    <option value="">{say.t("diagnosis-choose")}</option>{options}</select></div>
        })}
    }
    .into_any()
}

/// Plans for other conditions.
fn work_with(app: App, working: Vec<ConditionId>) {
    app.change(|v| v.working = working);
    plan_anew(app);
}

/// Works the plan out again for the case as it stands now.
pub(super) fn plan_anew(app: App) {
    let Some(record) = app.visit.get_untracked() else { return };
    let asked = PlanRequest { intake: record.intake, working: record.working };
    app.run(client::plan(asked.clone()), move |plan| {
        // What was changed since then has its own answer on the way.
        let same = app
            .visit
            .with_untracked(|v| v.as_ref().is_some_and(|v| v.intake == asked.intake && v.working == asked.working));
        if same {
            app.change(|v| v.take_plan(plan));
        }
    });
}
