//! Writing: the note as it will stand, the practitioner's own words, what is kept with the visit.

use super::paper::Paper;
use crate::app::app;
use hakim_clinical::Decision;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn RecordPage() -> impl IntoView {
    let app = app();
    let say = app.say();
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let kept = move || app.visit.with(|v| v.as_ref().map(Kept::of));
    view! {
        <div class="cols cols--side">
            <section class="stack" id="note" aria-label=say.t("note-title")><Paper kind=DocumentKind::Note/></section>
            <div class="stack">
                <section class="card field"><label class="label" for="remark">{say.t("remark")}</label>
                    <textarea class="textarea" id="remark" dir="auto" rows="6" disabled=finished
                        prop:value=move || app.visit.with(|v| v.as_ref().map(|v| v.remark.clone()).unwrap_or_default())
                        on:change=move |e| { let typed = event_target_value(&e); app.change(|v| v.remark = typed) }></textarea>
                    <p class="hint">{say.t("remark-hint")}</p></section>
                {move || kept().map(|k| view! {
                    <section class="card" aria-labelledby="keep"><div class="card-head"><h2 id="keep">{say.t("kept-title")}</h2></div>
                        <dl class="facts">
                            <dt>{say.t("kept-shown")}</dt><dd>{say.f("kept-shown-what", &[("candidates", Value::from(k.candidates)), ("dangers", Value::from(k.dangers))])}</dd>
                            <dt>{say.t("kept-decided")}</dt><dd>{say.f("kept-decided-what", &[("accepted", Value::from(k.accepted)), ("changed", Value::from(k.changed)), ("rejected", Value::from(k.rejected))])}</dd>
                            <dt>{say.t("kept-pictures")}</dt><dd>{k.pictures}</dd>
                            <dt>{say.t("kept-versions")}</dt><dd><bdi dir="ltr" lang="en">{k.versions}</bdi></dd>
                        </dl></section>
                })}
            </div>
        </div>
    }
}

/// What is kept with the visit, counted.
struct Kept {
    candidates: usize,
    dangers: usize,
    accepted: usize,
    changed: usize,
    rejected: usize,
    pictures: usize,
    versions: String,
}

impl Kept {
    fn of(v: &VisitRecord) -> Self {
        let count = |is: fn(&Decision) -> bool| v.decisions.values().filter(|d| is(d)).count();
        Self {
            candidates: v.assessment.as_ref().map_or(0, |a| a.candidates.len()),
            dangers: v.assessment.as_ref().map_or(0, |a| a.triage.dangers.len()),
            accepted: count(|d| *d == Decision::Accepted),
            changed: count(|d| matches!(d, Decision::Changed { .. })),
            rejected: count(|d| matches!(d, Decision::Rejected { .. })),
            pictures: v.pictures.len(),
            versions: v.assessment.as_ref().map(|a| a.versions.join(" · ")).unwrap_or_default(),
        }
    }
}
