//! Thinking: danger first, then what it could be, what must not be missed, what to ask next.

use super::article::Article;
use super::rare::RareCard;
use super::{chips, intake_now, reassess};
use crate::app::{App, app};
use crate::client;
use crate::keys::roam;
use crate::parts::{Numbered, between, danger_banner, finding_name, prob_bar, seen_tag};
use crate::words::{Say, capital, percent};
use hakim_clinical::{ConditionId, Origin, Presence};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn AssessmentPage() -> impl IntoView {
    let app = app();
    let say = app.say();
    let chosen = RwSignal::new(None::<ConditionId>);
    // A condition further down the list, asked for by name.
    let asked = RwSignal::new(None::<CandidateView>);
    let assessment = Memo::new(move |_| app.visit.with(|v| v.as_ref().and_then(|v| v.assessment.clone())));
    // Explanations of another condition must not stand under this one.
    Effect::new(move |before: Option<Option<ConditionId>>| {
        let now = chosen.get();
        if before.is_some_and(|b| b != now) {
            app.explanation.set(None);
        }
        now
    });
    view! {
        {move || assessment.get().map(|a| danger_banner(&a.triage, say, true))}
        {move || assessment.get().map(|a| {
            let shown = asked.get().filter(|c| Some(&c.condition) == chosen.get().as_ref())
                .or_else(|| chosen.get().and_then(|id| a.candidates.iter().find(|c| c.condition == id).cloned()))
                .or_else(|| a.candidates.first().cloned());
            let current = shown.as_ref().map(|c| c.condition.clone());
            view! {
                <div class="cols cols--list">
                    <div class="stack" style="--gap: var(--s-4)">
                        {differential(app, &a, current.as_ref(), chosen, say)}
                        {must_not_miss(app, &a, chosen, asked, say)}
                        {medicine_causes(&a, say)}
                        <RareCard/>
                    </div>
                    <div class="stack" style="--gap: var(--s-4)">
                        {next_step(app, &a, say)}
                        {shown.map(|c| view! { <Article candidate=c assessment=a.clone() chosen=chosen asked=asked/> })}
                    </div>
                </div>
            }
        })}
    }
}

fn differential(
    app: App,
    a: &Assessment,
    current: Option<&ConditionId>,
    chosen: RwSignal<Option<ConditionId>>,
    say: Say,
) -> AnyView {
    let used =
        say.f("used", &[("findings", Value::from(a.findings_used.len())), ("values", Value::from(a.values_used))]);
    if a.not_enough {
        let questions = a.next.iter().take(3).map(|n| view! { <li>{say.text(&n.ask)}</li> });
        return view! {
            <section class="card stack" style="--gap: var(--s-3)" aria-labelledby="could" data-test="not-enough">
                <h2 id="could">{say.t("not-enough")}</h2><p>{say.t("not-enough-about")}</p>
                <ul class="bullets">{questions.collect_view()}</ul><p class="hint">{used}</p>
            </section>
        }
        .into_any();
    }
    let rows = a.candidates.iter().enumerate().map(|(i, c)| candidate(app, i, c, current, chosen, say));
    let none = Range { p: a.none_of_these, low: a.none_of_these, high: a.none_of_these };
    view! {
        <section class="card card--flush" aria-labelledby="could">
            <div class="card-head"><h2 id="could">{say.t("could-be")}</h2><span class="hint push">{used}</span></div>
            <p class="hint" style="padding-inline: var(--s-5)">{say.t("work-with-hint")}</p>
            <ol class="cand-list" on:keydown={
                let ids: Vec<ConditionId> = a.candidates.iter().map(|c| c.condition.clone()).collect();
                move |e| if let Some(id) = roam(&e, ".cand-list [data-test=cand]").and_then(|i| ids.get(i).cloned()) { chosen.set(Some(id)) }
            }>
                {rows.collect_view()}
                <li><div class="cand" data-kind="none"><span class="cand-name">{say.t("none-of-these")}</span>
                    <span class="cand-p num">{percent(a.none_of_these)}</span>{prob_bar(none, false, say)}</div></li>
            </ol>
        </section>
    }
    .into_any()
}

fn candidate(
    app: App,
    index: usize,
    c: &CandidateView,
    current: Option<&ConditionId>,
    chosen: RwSignal<Option<ConditionId>>,
    say: Say,
) -> AnyView {
    let here = current == Some(&c.condition);
    let (id, for_work) = (c.condition.clone(), c.condition.clone());
    let name = say.text(&c.name);
    let working = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.working.contains(&c.condition)));
    view! {
        <li class="cand-row">
            <button class="cand" type="button" data-test="cand" data-condition=c.condition.to_string() aria-current=here.then_some("true")
                tabindex=if here || (current.is_none() && index == 0) { "0" } else { "-1" } on:click=move |_| chosen.set(Some(id.clone()))>
                <span class="cand-name">{name.clone()}</span><span class="cand-p num">{percent(c.probability.p)}</span>
                {prob_bar(c.probability, false, say)}
            </button>
            <label class="work-with" title=say.t("work-with")><span class="vh">{say.t("work-with")}": "{name}</span>
                <input type="checkbox" data-test="work-with" prop:checked=working on:change=move |e| {
                    let on = event_target_checked(&e);
                    app.change(|v| {
                        v.working.retain(|w| w != &for_work);
                        if on { v.working.push(for_work.clone()) }
                    });
                }/></label>
        </li>
    }
    .into_any()
}

fn must_not_miss(
    app: App,
    a: &Assessment,
    chosen: RwSignal<Option<ConditionId>>,
    asked: RwSignal<Option<CandidateView>>,
    say: Say,
) -> AnyView {
    if a.must_not_miss.is_empty() {
        return view! { <></> }.into_any();
    }
    let rows = a.must_not_miss.iter().map(|m| {
        let id = m.condition.clone();
        view! {
            <li><button class="cand" type="button" data-test="must-not-miss" on:click=move |_| show_why(app, &id, chosen, asked)>
                <span class="cand-name">{say.text(&m.name)}</span><span class="cand-p num">{percent(m.probability)}</span>
                {m.settle.as_ref().map(|s| view! { <span class="cand-why">{say.f("settle", &[("what", Value::from(say.text(s)))])}</span> })}
            </button></li>
        }
    });
    view! {
        <section class="card card--flush" aria-labelledby="mnm">
            <div class="card-head"><h2 id="mnm">{say.t("must-not-miss")}</h2><span class="hint push">{say.t("must-not-miss-hint")}</span></div>
            <ol class="cand-list">{rows.collect_view()}</ol>
        </section>
    }
    .into_any()
}

/// What the patient takes may itself be the cause.
fn medicine_causes(a: &Assessment, say: Say) -> AnyView {
    if a.medicine_causes.is_empty() {
        return view! { <></> }.into_any();
    }
    let numbers = Numbered::of(a.medicine_causes.iter().map(|c| &c.citation));
    let rows = a.medicine_causes.iter().map(|c| {
        let told = say.f("cause-share", &[("low", Value::from(percent(c.share.low))), ("high", Value::from(percent(c.share.high)))]);
        let act = say.text(&c.act);
        view! {
            <li class="cand" data-kind="fact" data-test="medicine-cause">
                <span class="cand-name"><bdi>{capital(&say.text(&c.name))}</bdi>" → "{finding_name(&c.label, Presence::Present, say)}</span>
                <span class="cand-why">{told}" "{(!act.is_empty()).then(|| format!("{act}. "))}{numbers.cite(&c.citation, say)}" "{seen_tag(&c.citation, say)}</span>
            </li>
        }
    });
    view! {
        <section class="card card--flush" aria-labelledby="causes">
            <div class="card-head"><h2 id="causes">{say.t("medicine-causes")}</h2></div>
            <p class="hint" style="padding-inline: var(--s-5)">{say.t("medicine-causes-hint")}</p>
            <ul class="cand-list">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Shows how any condition stands, even one far down the list.
pub(super) fn show_why(
    app: App,
    condition: &ConditionId,
    chosen: RwSignal<Option<ConditionId>>,
    asked: RwSignal<Option<CandidateView>>,
) {
    let Some(intake) = intake_now(app) else { return };
    let id = condition.clone();
    app.run(client::why(WhyRequest { intake, condition: condition.clone() }), move |view| {
        asked.set(Some(view));
        chosen.set(Some(id));
    });
}

fn next_step(app: App, a: &Assessment, say: Say) -> AnyView {
    let Some(first) = a.next.first() else { return view! { <></> }.into_any() };
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let other = a.next.iter().skip(1).find(|n| n.finding.is_none() != first.finding.is_none());
    let answer = move |finding: hakim_clinical::FindingId, presence: Presence| {
        chips::set(app, &finding, presence, Origin::Answered);
        reassess(app);
    };
    let buttons = first.finding.as_ref().filter(|_| !finished).map(|label| {
        let id = label.finding.clone();
        let button = move |presence: Presence, element: &'static str, key: &'static str, class: &'static str| {
            let id = id.clone();
            view! { <button class=class type="button" id=element on:click=move |_| answer(id.clone(), presence)>{say.t(key)}</button> }
        };
        let for_keys = label.finding.clone();
        view! {
            <div class="ask-answers" role="group" aria-labelledby="next" on:keydown=move |e| {
                let presence = match e.key().as_str() {
                    "y" | "Y" => Presence::Present,
                    "n" | "N" => Presence::Absent,
                    "u" | "U" => Presence::Unknown,
                    _ => return,
                };
                if !e.ctrl_key() { answer(for_keys.clone(), presence) }
            }>
                {button(Presence::Present, "ask-yes", "yes", "btn")}
                {button(Presence::Absent, "ask-no", "no", "btn")}
                {button(Presence::Unknown, "ask-unknown", "not-known", "btn btn--quiet")}
            </div>
        }
    });
    let eyebrow = if first.finding.is_some() { "next-question" } else { "next-test" };
    view! {
        <section class="card card--ask stack" style="--gap: var(--s-3)" aria-labelledby="next" data-test="next-step">
            <div class="row row--wrap"><div class="grow"><p class="eyebrow">{say.t(eyebrow)}</p>
                <h2 class="ask-q" id="next">{capital(&say.text(&first.ask))}</h2></div>{buttons}</div>
            <p class="small">{shift("next-shift", first, say)}</p>
            {other.map(|o| view! { <p class="small muted">{capital(&say.text(&o.ask))}": "{shift("next-shift-other", o, say)}</p> })}
        </section>
    }
    .into_any()
}

fn shift(key: &str, step: &NextStepView, say: Say) -> String {
    say.f(
        key,
        &[
            ("about", Value::from(say.text(&step.about))),
            ("now", Value::from(percent(step.now))),
            ("yes", Value::from(percent(step.if_yes))),
            ("no", Value::from(percent(step.if_no))),
        ],
    )
}

/// `likely between ..` beside the large figure.
pub(super) fn headline(c: &CandidateView, say: Say) -> AnyView {
    view! {
        <p class="row" style="--gap: var(--s-3)"><span class="small muted">{between(c.probability, say)}</span>
            <span class="figure num">{percent(c.probability.p)}</span></p>
    }
    .into_any()
}
