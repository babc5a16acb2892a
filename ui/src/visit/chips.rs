//! What was understood, as chips that can be corrected: present, absent, not known.

use crate::app::{App, app};
use crate::client;
use crate::parts::{Icon, finding_name};
use crate::words::{Say, capital, key_of};
use hakim_clinical::{FindingId, Observed, Origin, Presence};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the text says, under what the user picked, corrected or answered: the user's word stands.
pub(crate) fn merge(observed: &mut Vec<Observed>, read: &Understood) {
    observed.retain(|o| o.origin != Origin::Text);
    let fresh: Vec<Observed> = read
        .chips
        .iter()
        .filter(|c| !observed.iter().any(|o| o.finding == c.observed.finding))
        .map(|c| c.observed.clone())
        .collect();
    observed.extend(fresh);
}

/// Sets a finding by hand and works out the danger signs anew.
pub(crate) fn set(app: App, finding: &FindingId, presence: Presence, origin: Origin) {
    app.change(|v| {
        let observed = &mut v.intake.observed;
        match observed.iter_mut().find(|o| &o.finding == finding) {
            Some(o) => (o.presence, o.origin) = (presence, origin),
            None => observed.push(Observed { presence, ..Observed::present(finding.clone(), origin) }),
        }
    });
}

/// Drops a finding the user did not mean.
fn drop_finding(app: App, finding: &FindingId) {
    app.change(|v| v.intake.observed.retain(|o| &o.finding != finding));
}

#[component]
pub(crate) fn Chips() -> impl IntoView {
    let app = app();
    let say = app.say();
    let group = move |presence: Presence| {
        let title = format!("chips-{}", key_of(&presence));
        move || {
            let observed = app.visit.with(|v| v.as_ref().map(|v| v.intake.observed.clone()).unwrap_or_default());
            let mine: Vec<Observed> = observed.into_iter().filter(|o| o.presence == presence).collect();
            (!mine.is_empty()).then(|| {
                view! {
                    <section class="chip-group">
                        <h3 class="chip-group-name">{say.t(&title)}</h3>
                        <ul class="chips">{mine.into_iter().map(|o| view! { <li>{chip(app, o, say)}</li> }).collect_view()}</ul>
                    </section>
                }
            })
        }
    };
    view! {
        {group(Presence::Present)}
        {group(Presence::Absent)}
        {group(Presence::Unknown)}
    }
}

/// What misspelt words may mean; one press takes it as said.
#[component]
pub(crate) fn Likely() -> impl IntoView {
    let app = app();
    let say = app.say();
    let open = move || {
        let observed = app.visit.with(|v| v.as_ref().map(|v| v.intake.observed.clone()).unwrap_or_default());
        let maybe = app.understood.with(|u| u.as_ref().map(|u| u.maybe.clone()).unwrap_or_default());
        maybe.into_iter().filter(|m| !observed.iter().any(|o| o.finding == m.label.finding)).collect::<Vec<_>>()
    };
    let row = move |m: DidYouMean| {
        let (id, presence) = (m.label.finding.clone(), m.presence);
        let name = finding_name(&m.label, presence, say);
        view! {
            <li><button class="chip" type="button" data-test="likely" data-finding=id.to_string() on:click=move |_| {
                set(app, &id, presence, Origin::Picked);
                refresh_danger(app);
            }><span class="chip-state" aria-hidden="true">"+"</span>
                <span><span class="chip-name">{name}</span>" "<bdi class="chip-more" dir="auto">"“"{m.quote}"”"</bdi></span></button></li>
        }
    };
    move || {
        let open = open();
        (!open.is_empty()).then(|| {
            view! {
                <section class="chip-group">
                    <h3 class="chip-group-name">{say.t("chips-likely")}</h3>
                    <ul class="chips">{open.into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    }
}

fn chip(app: App, o: Observed, say: Say) -> AnyView {
    let label = app.labels.with_untracked(|l| l.get(&o.finding).cloned());
    let name = label.as_ref().map_or_else(|| o.finding.to_string(), |l| capital(&say.text(&l.name)));
    let danger = o.presence == Presence::Present && label.as_ref().is_some_and(|l| l.alarming);
    let mut more = vec![];
    more.extend(o.lasted().map(|lasted| say.f(&format!("chip-{}", lasted.unit), &[("n", Value::from(lasted.n))])));
    more.extend(o.severity_beside_name().map(|s| say.of("severity-of", &key_of(&s))));
    let state = key_of(&o.presence);
    let mark = match o.presence {
        Presence::Present => view! { <Icon name="check"/> }.into_any(),
        Presence::Absent => view! { <Icon name="minus"/> }.into_any(),
        Presence::Unknown => "?".into_any(),
    };
    let id = o.finding.clone();
    let to = move |presence: Presence| {
        set(app, &id, presence, Origin::Picked);
        refresh_danger(app);
    };
    let (by_click, by_key) = (to.clone(), to);
    let now = o.presence;
    let for_drop = o.finding.clone();
    view! {
        <button class="chip" type="button" data-test="chip" data-finding=o.finding.to_string() data-state=state.clone()
            data-danger=danger.then_some("true") title=say.t("chip-hint")
            on:click=move |_| by_click(next(now))
            on:keydown=move |e| match e.key().as_str() {
                "p" | "P" => by_key(Presence::Present),
                "a" | "A" => by_key(Presence::Absent),
                "u" | "U" => by_key(Presence::Unknown),
                "Delete" | "Backspace" => {
                    drop_finding(app, &for_drop);
                    refresh_danger(app);
                }
                _ => {}
            }>
            <span class="chip-state" aria-hidden="true">{mark}</span>
            <span><span class="chip-name">{name}</span>
                {(!more.is_empty()).then(|| view! { " "<span class="chip-more">{more.join(say.t("list-comma").as_str())}</span> })}</span>
            <span class="vh">": "{say.of("presence", &state)}{danger.then(|| say.t("presence-danger"))}</span>
        </button>
    }
    .into_any()
}

fn next(presence: Presence) -> Presence {
    match presence {
        Presence::Present => Presence::Absent,
        Presence::Absent => Presence::Unknown,
        Presence::Unknown => Presence::Present,
    }
}

/// Shows the danger signs of the case while it is still being told.
pub(crate) fn refresh_danger(app: App) {
    let Some(intake) =
        app.visit.with_untracked(|v| v.as_ref().filter(|v| v.finished.is_none()).map(|v| v.intake.clone()))
    else {
        return;
    };
    let number = app.change_number();
    spawn_local(async move {
        // A value out of range is told when the user goes on; here the last known danger signs stay.
        if let Ok(assessment) = client::assess(intake).await
            && app.change_number() == number
        {
            app.triage.set(Some(assessment.triage));
        }
    });
}

/// Picks a finding from the vocabulary.
#[component]
pub(crate) fn Picker(open: RwSignal<bool>) -> impl IntoView {
    let app = app();
    let say = app.say();
    let query = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<FindingLabel>::new());
    Effect::new(move |_| {
        let asked = query.get();
        spawn_local(async move {
            match client::vocabulary_find(VocabularyQuery { query: asked.clone(), limit: 30 }).await {
                Ok(list) if query.get_untracked() == asked => found.set(list.findings),
                Ok(_) => {}
                Err(failure) => app.failed(failure),
            }
        });
    });
    let row = move |label: FindingLabel| {
        let id = label.finding.clone();
        view! {
            <button class="list-row" type="button" data-test="pick" on:click=move |_| {
                set(app, &id, Presence::Present, Origin::Picked);
                refresh_danger(app);
                open.set(false);
            }><span class="list-row-title">{capital(&say.text(&label.name))}</span>
                {label.alarming.then(|| view! { <span class="tag" data-tone="danger">{say.t("alarming")}</span> })}</button>
        }
    };
    view! {
        <section class="stack" style="--gap: var(--s-2)" aria-label=say.t("pick-title")>
            <div class="search"><label class="vh" for="pick-search">{say.t("pick-title")}</label><Icon name="search"/>
                <input class="input" id="pick-search" type="search" dir="auto" autofocus=true placeholder=say.t("pick-hint") bind:value=query/></div>
            <div class="pick-list">{move || found.get().into_iter().map(row).collect_view()}</div>
        </section>
    }
}
