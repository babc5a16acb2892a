//! What doses still need, asked once at the top of the plan; values are typed right there.

use super::measured::field;
use super::plan_stages::plan_anew;
use super::to_stage;
use crate::app::App;
use crate::parts::Icon;
use crate::words::Say;
use hakim_clinical::Vital;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// The banner; nothing where nothing is missing and nothing is odd.
pub(super) fn missing(app: App, plan: &Plan, say: Say) -> AnyView {
    let odd = plan.odd_weight.as_ref().map(|kg| say.f("plan-odd-weight", &[("weight", Value::from(kg.as_str()))]));
    if plan.missing.is_empty() && odd.is_none() {
        return view! { <></> }.into_any();
    }
    let what: Vec<String> = plan.missing.iter().map(|m| say.of("missing", m)).collect();
    let mut typed: Vec<Vital> = plan.missing.iter().filter_map(|m| Vital::from_key(m)).collect();
    if odd.is_some() && !typed.contains(&Vital::Weight) {
        typed.push(Vital::Weight);
    }
    let level = if odd.is_some() { "warning" } else { "info" };
    let elsewhere = plan.missing.iter().any(|m| Vital::from_key(m).is_none());
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    view! {
        <section class="banner" data-level=level data-test="plan-missing"><Icon name="info"/>
            <div class="grow stack" style="--gap: var(--s-3)">
                {odd.map(|words| view! { <p data-test="plan-odd-weight">{words}</p> })}
                {(!what.is_empty()).then(|| view! { <p>{say.f("plan-missing", &[("what", Value::from(what.join(say.t("list-comma").as_str())))])}</p> })}
                {(!finished && !typed.is_empty()).then(|| view! { <div class="vitals">{typed.iter().map(|v| field(app, *v)).collect_view()}</div> })}
                {(!finished).then(|| view! { <div class="row">
                    {(!typed.is_empty()).then(|| view! { <button class="btn btn--sm" type="button" id="plan-again" on:click=move |_| plan_anew(app)>{say.t("plan-again")}</button> })}
                    {elsewhere.then(|| view! { <button class="btn btn--sm" type="button" id="plan-intake" on:click=move |_| to_stage(app, Stage::Intake)>{say.t("plan-to-intake")}</button> })}
                </div> })}
            </div>
        </section>
    }
    .into_any()
}
