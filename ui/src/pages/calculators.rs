//! Calculators: a list to search, and a form that works its result out as it is filled in.

use crate::app::{App, app};
use crate::client;
use crate::pages::growth::Growth;
use crate::pages::patient_form::western_digits;
use crate::pages::vaccines::Vaccinations;
use crate::parts::{FailureBanner, Icon, cite_mark, num};
use crate::words::Say;
use hakim_clinical::{CalculatorId, InputKind, Told, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use std::collections::BTreeMap;
use web_sys::wasm_bindgen::JsCast as _;

/// The page in its three parts.
#[component]
pub(crate) fn Calculators() -> impl IntoView {
    let app = app();
    let say = app.say();
    let part = RwSignal::new("calculators");
    let tab = move |name: &'static str| {
        view! {
            <button class="tab" type="button" role="tab" id=format!("tab-{name}") aria-controls="tab-panel"
                aria-selected=move || (part.get() == name).to_string() tabindex=move || if part.get() == name { "0" } else { "-1" }
                on:click=move |_| { app.failure.set(None); part.set(name) }>{say.of(name, "tab")}</button>
        }
    };
    view! {
        <main id="main" class="page">
            <h1 class="vh">{say.t("nav-calculators")}</h1>
            <div class="tabs" role="tablist" aria-label=say.t("tabs-calculators") style="margin-block-end: var(--s-4)" on:keydown=move |e| turn(&e, part)>
                {PARTS.map(tab)}</div>
            <FailureBanner/>
            <div role="tabpanel" id="tab-panel" aria-labelledby=move || format!("tab-{}", part.get())>{move || match part.get() {
                "growth" => view! { <Growth/> }.into_any(),
                "vaccines" => view! { <Vaccinations/> }.into_any(),
                _ => view! { <List/> }.into_any(),
            }}</div>
        </main>
    }
}

const PARTS: [&str; 3] = ["calculators", "growth", "vaccines"];

/// The arrow keys go from tab to tab.
fn turn(event: &leptos::ev::KeyboardEvent, part: RwSignal<&'static str>) {
    let forward = match event.key().as_str() {
        "ArrowRight" => document().dir() != "rtl",
        "ArrowLeft" => document().dir() == "rtl",
        _ => return,
    };
    let here = PARTS.iter().position(|name| *name == part.get_untracked()).unwrap_or(0);
    let next = PARTS[(here + if forward { 1 } else { PARTS.len() - 1 }) % PARTS.len()];
    part.set(next);
    let tab = document().get_element_by_id(&format!("tab-{next}"));
    if let Some(tab) = tab.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A tab that cannot take the focus is chosen all the same.
        let _ = tab.focus();
    }
}

#[component]
fn List() -> impl IntoView {
    let app = app();
    let say = app.say();
    let list = RwSignal::new(CalculatorList::default());
    let query = RwSignal::new(String::new());
    let open = RwSignal::new(None::<CalculatorView>);
    app.run(client::calculators_list(Nothing {}), move |all| list.set(all));
    let choose = move |id: CalculatorId| {
        let intake = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone()));
        app.run(client::calculator(CalculatorRequest { id, intake, note: None }), move |view| {
            open.set(Some(view));
            window().scroll_to_with_x_and_y(0.0, 0.0);
        });
    };
    view! {
            {move || open.get().map(|view| form(app, view, open, say))}
            <div class="search" role="search" style="margin-block-end: var(--s-4)">
                <label class="vh" for="calculator-search">{say.t("calculators-search")}</label><Icon name="search"/>
                <input class="input" id="calculator-search" type="search" dir="auto" placeholder=say.t("calculators-search") bind:value=query/>
                <kbd class="kbd">"/"</kbd>
            </div>
            {move || {
                let asked = query.get().to_lowercase();
                let words: Vec<&str> = asked.split_whitespace().collect();
                let found: Vec<CalculatorHead> = list.with(|l| l.calculators.iter().filter(|c| fits(c, &words)).cloned().collect());
                if found.is_empty() {
                    return view! { <p class="hint">{say.t("calculators-none")}</p> }.into_any();
                }
                groups(found, choose, say)
            }}
    }
}

/// Every word stands in one of the names or in what it tells.
fn fits(head: &CalculatorHead, words: &[&str]) -> bool {
    let text = head.also.iter().chain(head.about.0.values()).map(|name| name.to_lowercase()).collect::<Vec<_>>();
    words.iter().all(|word| text.iter().any(|name| name.contains(word)))
}

fn groups(found: Vec<CalculatorHead>, choose: impl Fn(CalculatorId) + Copy + 'static, say: Say) -> AnyView {
    let mut groups: Vec<(String, Vec<CalculatorHead>)> = vec![];
    for head in found {
        match groups.last_mut() {
            Some((group, heads)) if *group == head.group => heads.push(head),
            _ => groups.push((head.group.clone(), vec![head])),
        }
    }
    let row = move |head: CalculatorHead| {
        let id = head.id.clone();
        view! {
            <button class="list-row" type="button" data-test="calculator" data-calculator=head.id.to_string() on:click=move |_| choose(id.clone())>
                <span class="grow" style="text-align: start"><span dir="auto">{say.text(&head.name)}</span>
                    <span class="small muted" dir="auto" style="display: block">{say.text(&head.about)}</span></span></button>
        }
    };
    let sections = groups.into_iter().map(|(group, heads)| {
        view! { <section class="card"><h2 class="eyebrow">{say.of("calculator-group", &group)}</h2>{heads.into_iter().map(row).collect_view()}</section> }
    });
    view! { <div class="stack">{sections.collect_view()}</div> }.into_any()
}

fn form(app: App, view: CalculatorView, open: RwSignal<Option<CalculatorView>>, say: Say) -> AnyView {
    let told = RwSignal::new(view.filled.clone());
    let result = RwSignal::new(None::<Calculation>);
    let id = view.head.id.clone();
    Effect::new(move |_| {
        let request = CalculateRequest { id: id.clone(), told: told.get() };
        app.run(client::calculate(request), move |worked| result.set(Some(worked)));
    });
    let from_visit = !view.filled.is_empty();
    // Silence is no answer where it would reassure; saying no to all that is left is one.
    let must = |asks: &&CalculatorAsks| asks.kind == InputKind::Yes && asks.usual.is_none() && !asks.optional;
    let open_questions: Vec<String> = view.asks.iter().filter(must).map(|asks| asks.id.clone()).collect();
    let answered = RwSignal::new(0);
    let (asks, quotes, also) = (view.asks.clone(), view.quotes.clone(), view.also.clone());
    let not_for = say.text(&view.not_for);
    view! {
        <section class="card stack" data-test="calculator-form" style="--gap: var(--s-4); margin-block-end: var(--s-5)" aria-labelledby="calculator-name">
            <div class="row"><div class="grow"><h2 id="calculator-name" dir="auto">{say.text(&view.head.name)}</h2><p class="hint" dir="auto">{say.text(&view.head.about)}</p></div>
                {cite_mark("i".into(), view.citation.clone(), say)}
                <button class="btn btn--quiet" type="button" id="calculator-close" on:click=move |_| open.set(None)>{say.t("close")}</button></div>
            {(!not_for.is_empty()).then(|| view! { <p class="small" dir="auto"><b>{say.t("calculator-not-for")}</b>" "{not_for.clone()}</p> })}
            {from_visit.then(|| view! { <p class="small muted">{say.t("calculator-from-visit")}</p> })}
            {view.off_subject.then(|| view! { <p class="banner" data-level="info" data-test="calculator-off-subject"><Icon name="info"/><span>{say.t("calculator-off-subject")}</span></p> })}
            {from_note(app, view.head.id.clone(), open, say)}
            {(open_questions.len() > 2).then(|| view! { <div><button class="btn btn--sm" type="button" id="calculator-rest-no" on:click=move |_| {
                told.update(|all| for id in &open_questions { all.entry(id.clone()).or_insert(Told::Yes(false)); });
                answered.update(|n| *n += 1);
            }>{say.t("calculator-rest-no")}</button></div> })}
            <div style="display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: var(--s-4); align-items: end">{move || { answered.track(); asks.iter().cloned().map(|asks| {
                let said = (quotes.get(&asks.id).cloned(), also.get(&asks.id).cloned().unwrap_or_default());
                field(asks, told, said, say)
            }).collect_view() }}</div>
            <div aria-live="polite" data-test="calculator-result">{move || result.get().map(|r| outcome(&r, say))}</div>
        </section>
    }
    .into_any()
}

/// A note to read the answers from: typed or pasted, it stays on this machine and is not kept.
fn from_note(app: App, id: CalculatorId, open: RwSignal<Option<CalculatorView>>, say: Say) -> AnyView {
    let note = RwSignal::new(String::new());
    let read = move |_| {
        let intake = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone()));
        let note = Some(note.get_untracked());
        app.run(client::calculator(CalculatorRequest { id: id.clone(), intake, note }), move |view| {
            open.set(Some(view))
        });
    };
    view! {
        <details class="fold"><summary id="calculator-note-open">{say.t("calculator-note")}</summary>
            <div class="stack" style="--gap: var(--s-2); padding-block: var(--s-2)">
                <textarea class="textarea" id="calculator-note" rows="5" dir="auto" aria-label=say.t("calculator-note") placeholder=say.t("calculator-note-hint") bind:value=note></textarea>
                <div><button class="btn btn--sm" type="button" id="calculator-note-read" on:click=read>{say.t("calculator-note-read")}</button></div>
            </div></details>
    }
    .into_any()
}

/// `said`: where a story or note says it, and what else it gives for the same.
fn field(
    asks: CalculatorAsks,
    told: RwSignal<BTreeMap<String, Told>>,
    said: (Option<String>, Vec<String>),
    say: Say,
) -> AnyView {
    let id = format!("calc-{}", asks.id);
    let label = say.text(&asks.ask);
    let key = asks.id.clone();
    let set = move |answer: Option<Told>| {
        told.update(|all| {
            match &answer {
                Some(answer) => all.insert(key.clone(), answer.clone()),
                None => all.remove(&key),
            };
        });
    };
    let now = told.with_untracked(|all| all.get(&asks.id).cloned());
    let word = |answer: &Option<Told>| match answer {
        Some(Told::Yes(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Some(Told::Word(word)) => word.clone(),
        _ => String::new(),
    };
    let usual = word(&asks.usual);
    let control = match asks.kind.clone() {
        InputKind::Years => number_field(&id, "a", None, now, set, say),
        InputKind::Count { .. } => number_field(&id, "", None, now, set, say),
        InputKind::Quantity { unit, molar, .. } => number_field(&id, &unit, molar, now, set, say),
        InputKind::Date => {
            let value = word(&now);
            view! { <input class="input" type="date" id=id.clone() prop:value=value
                on:change=move |e| { let day = event_target_value(&e); set((!day.is_empty()).then_some(Told::Word(day))) }/> }
            .into_any()
        }
        InputKind::Yes => {
            let options = vec![("yes".to_owned(), say.t("yes")), ("no".to_owned(), say.t("no"))];
            select(&id, options, &word(&now), &usual, say, move |w| {
                set((!w.is_empty()).then_some(Told::Yes(w == "yes")))
            })
        }
        InputKind::Sex => {
            let options = vec![("female".to_owned(), say.t("sex-female")), ("male".to_owned(), say.t("sex-male"))];
            select(&id, options, &word(&now), "", say, move |w| set((!w.is_empty()).then_some(Told::Word(w))))
        }
        InputKind::Choice { options } => {
            let options = options.iter().map(|o| (o.id.clone(), say.text(&o.say))).collect();
            select(&id, options, &word(&now), &usual, say, move |w| set((!w.is_empty()).then_some(Told::Word(w))))
        }
    };
    let (quote, also) = said;
    let also = also.join(say.t("list-comma").as_str());
    view! {
        <div class="field"><label for=id.clone() dir="auto">{label}</label>{control}
            {quote.map(|q| view! { <span class="tiny muted" data-test="calculator-quote" dir="auto">"„"{q}"“"</span> })}
            {(!also.is_empty()).then(|| view! { <span class="tiny" dir="auto">{say.f("calculator-also", &[("values", Value::from(also.clone()))])}</span> })}
        </div>
    }
    .into_any()
}

/// Left open, what is usual counts, and is named.
fn select(
    id: &str,
    options: Vec<(String, String)>,
    now: &str,
    usual: &str,
    say: Say,
    set: impl Fn(String) + 'static,
) -> AnyView {
    let usual = options.iter().find(|(id, _)| id == usual).map(|(_, said)| said.clone());
    let open = match usual {
        Some(usual) => say.f("calculator-usual", &[("usual", Value::from(usual))]),
        None => "–".to_owned(),
    };
    let rows = options.into_iter().map(|(value, said)| {
        let chosen = value == now;
        view! { <option value=value selected=chosen>{said}</option> }
    });
    view! {
        <select class="input" id=id.to_owned() on:change=move |e| set(event_target_value(&e))>
            <option value="">{open}</option>{rows.collect_view()}
        </select>
    }
    .into_any()
}

/// A number, with its unit to choose where another is in use too.
fn number_field(
    id: &str,
    unit: &str,
    molar: Option<f64>,
    now: Option<Told>,
    set: impl Fn(Option<Told>) + Clone + 'static,
    say: Say,
) -> AnyView {
    let (shown, told_unit) = match &now {
        Some(Told::Number { value, unit: told }) => (decimal(*value), told.clone().unwrap_or_else(|| unit.to_owned())),
        _ => (String::new(), unit.to_owned()),
    };
    let typed = RwSignal::new(shown.clone());
    let chosen = RwSignal::new(told_unit.clone());
    let tell = move || {
        let clean = western_digits(typed.get_untracked().trim()).replace(',', ".");
        let unit = chosen.get_untracked();
        // What is no number is told as none, so that the core says which question it is.
        let value = clean.parse().unwrap_or(f64::MAX);
        set((!clean.is_empty()).then_some(Told::Number { value, unit: (!unit.is_empty()).then_some(unit) }));
    };
    let also = other_units(unit, molar);
    let tell_unit = tell.clone();
    let unit_view = if also.is_empty() {
        view! { <span class="muted small">{num(plain_unit(unit, say))}</span> }.into_any()
    } else {
        let rows = std::iter::once(unit.to_owned()).chain(also.into_iter().map(str::to_owned)).map(|u| {
            let is_told = u == told_unit;
            view! { <option value=u.clone() selected=is_told>{plain_unit(&u, say)}</option> }
        });
        view! {
            <select class="input" style="inline-size: auto; min-inline-size: 7.5rem; padding-inline: var(--s-2)" dir="ltr" aria-label="unit" on:change=move |e| { chosen.set(event_target_value(&e)); tell_unit(); }>
                {rows.collect_view()}</select>
        }
        .into_any()
    };
    view! {
        <div class="row"><input class="input grow" style="min-inline-size: 6rem" id=id.to_owned() inputmode="decimal" dir="ltr" prop:value=shown
            on:input=move |e| { typed.set(event_target_value(&e)); tell(); }/>{unit_view}</div>
    }
    .into_any()
}

/// Units in use for the same quantity.
fn other_units(unit: &str, molar: Option<f64>) -> Vec<&'static str> {
    match (unit, molar.is_some()) {
        ("mg/dL", true) => vec!["mmol/L", "umol/L"],
        ("umol/L", true) => vec!["mg/dL"],
        ("mmol/L", true) => vec!["mg/dL"],
        ("g/dL", _) => vec!["g/L"],
        ("mm[Hg]", _) => vec!["kPa"],
        ("Cel", _) => vec!["[degF]"],
        ("kg", _) => vec!["[lb_av]"],
        ("cm", _) => vec!["[in_i]"],
        ("10*9/L", _) => vec!["/uL"],
        ("/uL", _) => vec!["10*9/L"],
        ("a", _) => vec!["mo", "d"],
        ("1", _) => vec!["%"],
        _ => vec![],
    }
}

/// A UCUM unit as people write it.
fn plain_unit(unit: &str, say: Say) -> String {
    match unit {
        "a" => say.t("unit-years"),
        "mo" => say.t("unit-months"),
        "d" => say.t("unit-days"),
        "mm[Hg]" => "mmHg".into(),
        "Cel" => "°C".into(),
        "[degF]" => "°F".into(),
        "[lb_av]" => "lb".into(),
        "[in_i]" => "in".into(),
        "1" => String::new(),
        _ => unit
            .replace("10*", "10^")
            .replace("/a", "/y")
            .replace("ug", "µg")
            .replace("umol", "µmol")
            .replace(['{', '}'], ""),
    }
}

fn outcome(result: &Calculation, say: Say) -> AnyView {
    match result {
        Calculation::Refused { why, asks, possible } => {
            let asks: Vec<String> = asks.iter().map(|ask| say.text(ask)).collect();
            let (low, high, unit) = possible.clone().unwrap_or_default();
            let args = [
                ("asks", Value::from(asks.join(&say.t("list-comma")))),
                ("low", Value::from(low)),
                ("high", Value::from(high)),
                ("unit", Value::from(plain_unit(&unit, say))),
            ];
            let tone = if why == "missing" { "muted" } else { "" };
            view! { <p class=tone data-test="calculator-refused">{say.f(&format!("calculator-{why}"), &args)}</p> }
                .into_any()
        }
        Calculation::Worked { value, unit, means, steps, points, assumed, .. } => {
            let steps = steps.iter().map(|step| {
                view! { <tr><th scope="row" dir="auto">{say.text(&step.say)}</th><td><code dir="ltr" class="small">{step.written.clone()}</code></td><td class="num">{num(step.value.clone())}</td></tr> }
            });
            let points = points.iter().map(|(what, points)| {
                view! { <tr><th scope="row" dir="auto">{say.text(what)}</th><td></td><td class="num">{num(format!("{points:+}"))}</td></tr> }
            });
            let rows: Vec<AnyView> = steps.map(IntoAny::into_any).chain(points.map(IntoAny::into_any)).collect();
            let assumed: Vec<String> = assumed.iter().map(|ask| say.text(ask)).collect();
            let assumed = (!assumed.is_empty())
                .then(|| say.f("calculator-assumed", &[("asks", Value::from(assumed.join(&say.t("list-semicolon"))))]));
            view! {
                <div class="stack" style="--gap: var(--s-3)">
                    <p style="font-size: var(--fs-xl)" data-test="calculator-value"><b>{num(value.clone())}</b>" "{num(plain_unit(unit, say))}</p>
                    {means.as_ref().map(|means| view! { <p dir="auto" data-test="calculator-means">{say.text(means)}</p> })}
                    {(!rows.is_empty()).then(|| view! { <details open=true><summary>{say.t("calculator-steps")}</summary><table class="table">{rows}</table></details> })}
                    {assumed.map(|assumed| view! { <p class="small muted" dir="auto">{assumed}</p> })}
                </div>
            }
            .into_any()
        }
    }
}
