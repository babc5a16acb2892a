//! Vaccinations: what is due now, what comes next, and the card of doses kept with the patient.

use crate::app::{App, app};
use crate::client;
use crate::pages::patient_form::western_digits;
use crate::parts::{Icon, cite_mark, num};
use crate::words::Say;
use hakim_clinical::{GivenDose, Lang, PatientId, Pregnancy, Region, ScheduleId, Sex, VaccineCard, VaccineId};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// What the page works with.
#[derive(Clone, Copy)]
struct Card {
    app: App,
    say: Say,
    /// whose card it is; `None`: nobody's
    patient: StoredValue<Option<PatientId>>,
    request: RwSignal<VaccinesRequest>,
    reply: RwSignal<Option<VaccinesReply>>,
}

#[component]
pub(crate) fn Vaccinations() -> impl IntoView {
    let app = app();
    let say = app.say();
    let card = Card {
        app,
        say,
        patient: StoredValue::new(app.visit.with_untracked(|v| v.as_ref().map(|v| v.patient.clone()))),
        request: RwSignal::new(from_visit(app)),
        reply: RwSignal::new(None),
    };
    let list = RwSignal::new(ScheduleList::default());
    app.run(client::vaccine_schedules(Nothing {}), move |all| list.set(all));
    let asked = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let now = card.request.get();
        asked.update_value(|n| *n += 1);
        let number = asked.get_value();
        if now.born.is_none() && now.age.is_none() {
            return card.reply.set(None);
        }
        app.run(client::vaccines(now), move |answer| {
            if asked.try_get_value() == Some(number) {
                card.reply.set(Some(answer));
            }
        });
    });
    let name = app.patient.with_untracked(|p| p.as_ref().map(|p| p.patient.name.clone())).unwrap_or_default();
    let whose = if card.patient.get_value().is_some() {
        say.f("vaccines-for", &[("name", Value::from(name))])
    } else {
        say.t("vaccines-no-patient")
    };
    view! {
        <section class="card stack" style="--gap: var(--s-4)" data-test="vaccines" aria-labelledby="vaccines-title">
            <div><h2 id="vaccines-title">{say.t("vaccines-tab")}</h2><p class="hint">{say.t("vaccines-about")}</p>
                <p class="small muted" dir="auto">{whose}</p></div>
            {move || form(card, &list.get())}
        </section>
        <div aria-live="polite">{move || match card.reply.get() {
            Some(reply) => result(card, &reply),
            None => view! { <p class="hint" style="margin-block-start: var(--s-4)" data-test="vaccines-needs">{say.t("vaccines-needs-born")}</p> }.into_any(),
        }}</div>
    }
}

/// What patient and visit tell.
fn from_visit(app: App) -> VaccinesRequest {
    let visit = app.visit.get_untracked();
    let patient = app.patient.get_untracked().filter(|_| visit.is_some()).map(|p| p.patient);
    let facts = visit.map(|v| v.intake.patient);
    let card = patient.as_ref().map(|p| p.vaccines.clone()).unwrap_or_default();
    let region = app.status.with_untracked(|s| s.as_ref().map(|s| s.settings.place.region));
    let usual = match (app.lang.get_untracked(), region) {
        (Lang::Ur, _) => "pakistan-epi",
        (Lang::Hi, _) => "india-uip",
        (_, Some(Region::SouthAsia)) => "pakistan-epi",
        _ => "who-routine",
    };
    let born = patient.as_ref().and_then(|p| p.born.clone());
    let age = facts.as_ref().and_then(|f| f.age).filter(|_| born.is_none()).map(|age| match age.days() {
        days @ 0..=3650 => AgeInput::Days(days),
        _ => AgeInput::Years(age.years() as u32),
    });
    VaccinesRequest {
        schedule: card.schedule.clone().unwrap_or_else(|| usual.into()),
        estimated: patient.as_ref().is_some_and(|p| p.born_estimated),
        born,
        age,
        sex: facts.as_ref().and_then(|f| f.sex),
        pregnancy: facts.map(|f| f.pregnancy).unwrap_or_default(),
        immune_deficient: card.immune_deficient,
        given: card.given,
        on: None,
    }
}

impl Card {
    /// Changes what is asked; what belongs on the card is kept with the patient.
    fn tell(self, keep: bool, change: impl FnOnce(&mut VaccinesRequest)) {
        self.request.update(change);
        if keep {
            self.keep(None);
        }
    }

    fn keep(self, born: Option<String>) {
        let Some(patient) = self.patient.get_value() else { return };
        let now = self.request.get_untracked();
        let card =
            VaccineCard { schedule: Some(now.schedule), given: now.given, immune_deficient: now.immune_deficient };
        let app = self.app;
        app.run(client::vaccines_save(VaccinesSave { patient, card, born }), move |view| app.patient.set(Some(view)));
    }

    fn add(self, vaccine: VaccineId, on: String) {
        self.tell(true, |r| {
            let dose = GivenDose { vaccine, on };
            if !r.given.contains(&dose) {
                r.given.push(dose);
            }
        });
    }
}

fn form(card: Card, list: &ScheduleList) -> AnyView {
    let say = card.say;
    let now = card.request.get_untracked();
    let schedules = list.schedules.iter().map(|s| {
        let here = s.id == now.schedule;
        view! { <option value=s.id.to_string() selected=here>{say.text(&s.name)}</option> }
    });
    let schedules = schedules.collect_view();
    let born = now.born.clone().unwrap_or_default();
    let set_born = move |e: leptos::ev::Event| {
        let day = event_target_value(&e);
        let told = (!day.is_empty()).then_some(day);
        card.tell(false, |r| (r.born, r.estimated) = (told.clone(), false));
        if told.is_some() {
            card.keep(told);
        }
    };
    let unit = RwSignal::new("months".to_owned());
    let typed = RwSignal::new(String::new());
    let set_age = move || {
        let n: Option<u32> = western_digits(typed.get_untracked().trim()).parse().ok();
        let age = n.map(|n| match unit.get_untracked().as_str() {
            "years" => AgeInput::Years(n),
            "days" => AgeInput::Days(n),
            _ => AgeInput::Months(n),
        });
        card.tell(false, |r| r.age = age);
    };
    let sex = now.sex;
    let pregnant = matches!(now.pregnancy, Pregnancy::Yes { .. });
    view! {
        <div style="display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: var(--s-4); align-items: end">
            <div class="field"><label class="label" for="vaccines-schedule">{say.t("vaccines-schedule")}</label>
                <select class="input" id="vaccines-schedule" on:change=move |e| { let id = ScheduleId::new(event_target_value(&e)); card.tell(true, |r| r.schedule = id) }>{schedules}</select></div>
            <div class="field"><label class="label" for="vaccines-born">{say.t("vaccines-born")}</label>
                <input class="input" type="date" id="vaccines-born" prop:value=born on:change=set_born/></div>
            {now.born.is_none().then(|| view! {
                <div class="field"><label class="label" for="vaccines-age">{say.t("vaccines-or-age")}</label>
                    <div class="row" style="--gap: var(--s-2)"><input class="input num" id="vaccines-age" inputmode="numeric" autocomplete="off" on:change=move |e| { typed.set(event_target_value(&e)); set_age() }/>
                        <select class="select" aria-label=say.t("form-age-unit") on:change=move |e| { unit.set(event_target_value(&e)); set_age() }>
                            <option value="months">{say.t("unit-months")}</option><option value="years">{say.t("unit-years")}</option><option value="days">{say.t("unit-days")}</option></select></div></div> })}
            <div class="field"><label class="label" for="vaccines-sex">{say.t("form-sex")}</label>
                <select class="input" id="vaccines-sex" on:change=move |e| {
                    let sex = match event_target_value(&e).as_str() { "female" => Some(Sex::Female), "male" => Some(Sex::Male), _ => None };
                    card.tell(false, |r| r.sex = sex) }>
                    <option value="" selected=sex.is_none()>"–"</option>
                    <option value="female" selected=sex == Some(Sex::Female)>{say.t("sex-female")}</option>
                    <option value="male" selected=sex == Some(Sex::Male)>{say.t("sex-male")}</option></select></div>
            <div class="field"><label class="label" for="vaccines-on">{say.t("vaccines-on")}</label>
                <input class="input" type="date" id="vaccines-on" prop:value=now.on.clone().unwrap_or_default()
                    on:change=move |e| { let day = event_target_value(&e); card.tell(false, |r| r.on = (!day.is_empty()).then_some(day)) }/></div>
        </div>
        <div class="form-grid">
            {(sex != Some(Sex::Male)).then(|| view! {
                <div class="switch-row"><label class="grow" for="vaccines-pregnant">{say.t("vaccines-pregnant")}</label>
                    <input class="switch" id="vaccines-pregnant" type="checkbox" role="switch" prop:checked=pregnant
                        on:change=move |e| { let on = event_target_checked(&e); card.tell(false, |r| r.pregnancy = if on { Pregnancy::Yes { weeks: None } } else { Pregnancy::No }) }/></div> })}
            <div class="switch-row"><label class="grow" for="vaccines-immune">{say.t("vaccines-immune")}</label>
                <input class="switch" id="vaccines-immune" type="checkbox" role="switch" prop:checked=now.immune_deficient
                    on:change=move |e| { let on = event_target_checked(&e); card.tell(true, |r| r.immune_deficient = on) }/></div>
        </div>
    }
    .into_any()
}

/// The groups of the list, in order.
const GROUPS: [&str; 5] = ["due", "next", "complete", "too-late", "not-for"];

fn group(state: &VaccineState) -> &'static str {
    match state {
        VaccineState::Due { .. } => "due",
        VaccineState::Next { .. } => "next",
        VaccineState::Complete => "complete",
        VaccineState::TooLate { .. } => "too-late",
        VaccineState::NotFor { .. } => "not-for",
    }
}

fn result(card: Card, reply: &VaccinesReply) -> AnyView {
    let say = card.say;
    let sections = GROUPS.iter().map(|name| {
        let rows: Vec<&VaccineRow> = reply.rows.iter().filter(|row| group(&row.state) == *name).collect();
        let empty = rows.is_empty();
        if empty && *name != "due" {
            return view! { <></> }.into_any();
        }
        let rows = rows.into_iter().map(|row| line(card, row, &reply.on)).collect_view();
        let title = say.of("vaccines-group", name);
        view! {
            <section class="card" data-test=format!("vaccines-{name}")><h2 class="eyebrow">{title}</h2>
                {empty.then(|| view! { <p class="muted">{say.t("vaccines-nothing-due")}</p> })}{rows}</section>
        }
        .into_any()
    });
    view! {
        <div class="stack" style="margin-block-start: var(--s-4)">
            <p class="small muted">{num(reply.on.clone())}" · "<span dir="auto">{say.text(&reply.schedule.name)}</span>" "{cite_mark("i".into(), reply.schedule.citation.clone(), say)}
                {reply.approximate.then(|| view! { " "<span class="tag" data-tone="warning">{say.t("vaccines-approximate")}</span> })}</p>
            {sections.collect_view()}
            {adding(card, reply)}
        </div>
    }
    .into_any()
}

fn state(row: &VaccineRow, say: Say) -> AnyView {
    let of = ("of", Value::from(row.doses));
    let day = |day: &Option<String>| Value::from(day.clone().unwrap_or_default());
    let (tone, said, also) = match &row.state {
        VaccineState::Complete => ("ok", say.t("vaccine-complete"), None),
        VaccineState::Due { dose, since, overdue, then } => {
            let (key, tone) = if *overdue { ("vaccine-overdue", "danger") } else { ("vaccine-due", "warning") };
            let then = then.as_ref().map(|on| say.f("vaccine-then", &[("on", Value::from(on.as_str()))]));
            (tone, say.f(key, &[("n", Value::from(*dose)), of, ("since", day(since))]), then)
        }
        VaccineState::Next { dose, on, wait, other } => {
            let other = other.as_ref().map(|o| say.text(o)).unwrap_or_default();
            let because = say.f(&format!("vaccine-wait-{wait}"), &[("other", Value::from(other))]);
            match on {
                Some(_) => {
                    ("", say.f("vaccine-next", &[("n", Value::from(*dose)), of, ("on", day(on))]), Some(because))
                }
                None => ("", because, None),
            }
        }
        VaccineState::TooLate { dose } => ("", say.f("vaccine-too-late", &[("n", Value::from(*dose)), of]), None),
        VaccineState::NotFor { why } => ("", say.of("vaccine-not", why), None),
    };
    view! { <span class="tag" data-tone=tone>{said}</span>{also.map(|also| view! { " "<span class="small muted">{also}</span> })} }.into_any()
}

fn line(card: Card, row: &VaccineRow, on: &str) -> AnyView {
    let say = card.say;
    let name = say.text(&row.name);
    let given = row.given.iter().map(|dose| dose_line(card, row, dose, &name)).collect_view();
    let due = matches!(row.state, VaccineState::Due { .. });
    let (id, on) = (row.id.clone(), on.to_owned());
    view! {
        <div class="list-row" style="align-items: start; cursor: default" data-vaccine=row.id.to_string() data-state=group(&row.state)>
            <div class="grow stack" style="--gap: var(--s-2)">
                <p><b dir="auto">{name}</b>" "<span class="small muted" dir="auto">{say.text(&row.against)}</span>
                    {row.local.then(|| view! { " "<span class="tag tag--outline">{say.t("vaccines-local")}</span> })}</p>
                <p>{state(row, say)}</p>
                {(!row.given.is_empty()).then(|| view! { <ul class="stack" style="--gap: var(--s-1); list-style: none; padding: 0; margin: 0">{given}</ul> })}
                <details class="small"><summary>{say.t("vaccines-details")}</summary>
                    <p dir="auto"><b>{say.t("vaccines-not-when")}</b>" "{say.text(&row.not_when)}</p>
                    <p dir="auto"><b>{say.t("vaccines-catch-up")}</b>" "{say.text(&row.catch_up)}" "{cite_mark("i".into(), row.citation.clone(), say)}</p></details>
            </div>
            {due.then(|| view! { <button class="btn btn--sm" type="button" data-test="vaccine-given" on:click=move |_| card.add(id.clone(), on.clone())><Icon name="check" small=true/>{say.t("vaccines-given-now")}</button> })}
        </div>
    }
    .into_any()
}

fn dose_line(card: Card, row: &VaccineRow, dose: &GivenDoseView, name: &str) -> AnyView {
    let say = card.say;
    let label = say.f("vaccines-remove", &[("name", Value::from(name)), ("on", Value::from(dose.on.as_str()))]);
    let gone = GivenDose { vaccine: row.id.clone(), on: dose.on.clone() };
    let said = match (&dose.fault, dose.counts_as) {
        (Some(fault), _) => {
            let from = Value::from(dose.not_before.clone().unwrap_or_default());
            let said = say.f(&format!("vaccine-fault-{fault}"), &[("from", from)]);
            view! { <span class="tag" data-tone="warning">{said}</span> }.into_any()
        }
        (None, Some(n)) => {
            view! { <span class="small muted">{say.f("vaccine-dose", &[("n", Value::from(n))])}</span> }.into_any()
        }
        (None, None) => view! { <></> }.into_any(),
    };
    let near = dose.near_live.as_ref().map(|other| {
        let said = say.f("vaccine-near-live", &[("other", Value::from(say.text(other)))]);
        view! { " "<span class="small">{said}</span> }
    });
    view! {
        <li class="row" style="--gap: var(--s-2)">{num(dose.on.clone())}" "{said}{near}
            <button class="btn btn--quiet btn--sm push" type="button" aria-label=label data-test="vaccine-remove"
                on:click=move |_| card.tell(true, |r| r.given.retain(|d| *d != gone))>"×"</button></li>
    }
    .into_any()
}

/// A dose from the card on paper.
fn adding(card: Card, reply: &VaccinesReply) -> AnyView {
    let say = card.say;
    let rows: Vec<(VaccineId, String)> = reply.rows.iter().map(|row| (row.id.clone(), say.text(&row.name))).collect();
    let which = RwSignal::new(rows.first().map(|(id, _)| id.clone()));
    let day = RwSignal::new(String::new());
    let options =
        rows.into_iter().map(|(id, name)| view! { <option value=id.to_string()>{name}</option> }).collect_view();
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(vaccine) = which.get_untracked().filter(|_| !day.get_untracked().is_empty()) {
            card.add(vaccine, day.get_untracked());
        }
    };
    view! {
        <form class="card" on:submit=add aria-label=say.t("vaccines-add")>
            <h2 class="eyebrow">{say.t("vaccines-add")}</h2>
            <div style="display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: var(--s-4); align-items: end">
                <div class="field"><label class="label" for="vaccines-add-which">{say.t("vaccines-add-which")}</label>
                    <select class="input" id="vaccines-add-which" on:change=move |e| which.set(Some(VaccineId::new(event_target_value(&e))))>{options}</select></div>
                <div class="field"><label class="label" for="vaccines-add-day">{say.t("vaccines-add-day")}</label>
                    <input class="input" type="date" id="vaccines-add-day" required=true on:change=move |e| day.set(event_target_value(&e))/></div>
                <div><button class="btn" type="submit" id="vaccines-add-do"><Icon name="plus" small=true/>{say.t("vaccines-add-do")}</button></div>
            </div>
        </form>
    }
    .into_any()
}
