//! Ask: questions answered from the passages on this computer, with what each sentence rests on, or not at all.

use crate::app::{App, Overlay, app};
use crate::client;
use crate::pages::{entry, shelf};
use crate::parts::{FailureBanner, Icon, cite_mark, failure_text, seen_tag, source_line};
use crate::words::Say;
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// One question with its answer as it arrives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) question: String,
    /// name of the patient it was asked about
    patient: Option<String>,
    /// `None` until the reply came
    found: Option<AskFound>,
    /// `None` until the first event or the reply names it: events may overtake the reply
    pub(crate) job: Option<u64>,
    pub(crate) sentences: Vec<(String, Vec<usize>)>,
    pub(crate) done: Option<AskEnd>,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AskEnd {
    pub(crate) dropped: usize,
    pub(crate) cancelled: bool,
    pub(crate) without_model: Option<String>,
}

/// The talk, newest last. It is forgotten when the log is locked.
#[derive(Clone, Copy)]
pub(crate) struct Talk {
    pub(crate) exchanges: RwSignal<Vec<Exchange>>,
    /// ask about the open visit
    with_case: RwSignal<bool>,
    /// the model may word the answer
    worded: RwSignal<bool>,
}

impl Talk {
    pub(crate) fn new() -> Self {
        Self { exchanges: RwSignal::default(), with_case: RwSignal::new(true), worded: RwSignal::new(true) }
    }

    /// Acts on the exchange of this job. The last one that has no number yet is taken to be it.
    pub(crate) fn of_job(self, job: u64, act: impl FnOnce(&mut Exchange)) {
        self.exchanges.update(|all| {
            let known = all.iter().position(|e| e.job == Some(job));
            let place = known.or_else(|| all.iter().rposition(|e| e.job.is_none()));
            if let Some(exchange) = place.and_then(|place| all.get_mut(place)) {
                exchange.job = Some(job);
                act(exchange);
            }
        });
    }

    /// The job that is still writing.
    pub(crate) fn running(self) -> Option<u64> {
        self.exchanges.with_untracked(|all| all.last().filter(|e| e.done.is_none()).and_then(|e| e.job))
    }
}

#[component]
pub(crate) fn Ask() -> impl IntoView {
    let app = app();
    let say = app.say();
    let talk = app.talk;
    let typed = RwSignal::new(String::new());
    let submit = move || {
        let question = typed.get_untracked().trim().to_owned();
        if !question.is_empty() {
            typed.set(String::new());
            ask(app, question);
        }
    };
    let busy = move || talk.exchanges.with(|all| all.last().is_some_and(|e| e.done.is_none()));
    let stop = move |_| {
        if let Some(job) = talk.running() {
            app.stop(job);
        }
    };
    view! {
        <main id="main" class="page" style="max-inline-size: 68rem">
            <div class="page-head"><div><h1>{say.t("nav-ask")}</h1><p>{say.t("ask-about")}</p></div></div>
            <FailureBanner/>
            <form class="row" style="margin-block-end: var(--s-4)" on:submit=move |e| { e.prevent_default(); submit(); }>
                <div class="search grow"><label class="vh" for="ask-question">{say.t("ask-question")}</label><Icon name="chat"/>
                    <input class="input" id="ask-question" dir="auto" autofocus=true maxlength="600" placeholder=say.t("ask-hint") bind:value=typed/></div>
                {move || if busy() {
                    view! { <button class="btn" id="ask-stop" type="button" on:click=stop>{say.t("stop")}</button> }.into_any()
                } else {
                    view! { <button class="btn btn--primary" id="ask-go" type="submit" data-primary="">{say.t("nav-ask")}</button> }.into_any()
                }}
            </form>
            {move || context(app, say)}
            {move || {
                let all = talk.exchanges.get();
                if all.is_empty() {
                    return view! { <div class="empty"><span class="empty-art"><Icon name="chat" class="icon icon--lg"/></span>
                        <h2>{say.t("ask-start")}</h2><p>{say.t("ask-start-about")}</p></div> }.into_any();
                }
                view! { <div class="stack" style="--gap: var(--s-5)">{all.iter().rev().map(|e| exchange(e, say)).collect_view()}</div> }.into_any()
            }}
        </main>
    }
}

/// Whom the question is about, and whether the model words the answer.
fn context(app: App, say: Say) -> AnyView {
    let talk = app.talk;
    let patient = patient_name(app);
    let about = patient.map(|name| {
        if talk.with_case.get() {
            view! { <span>{say.t("ask-for")}</span><span class="tag" data-test="ask-case"><bdi>{name}</bdi></span>
                <button class="btn btn--link btn--sm" id="ask-without" type="button" on:click=move |_| talk.with_case.set(false)>{say.t("ask-without")}</button> }
                .into_any()
        } else {
            view! { <button class="btn btn--link btn--sm" id="ask-with" type="button" on:click=move |_| talk.with_case.set(true)>
                {say.f("ask-with", &[("name", Value::from(name))])}</button> }
            .into_any()
        }
    });
    let model = app
        .status
        .with(|s| s.as_ref().is_some_and(|s| !matches!(s.model, ModelState::Absent | ModelState::Failed { .. })));
    let worded = (model && say.lang() == hakim_clinical::Lang::En).then(|| {
        view! { <label class="row push"><input type="checkbox" id="ask-passages" prop:checked=move || !talk.worded.get()
        on:change=move |e| talk.worded.set(!event_target_checked(&e))/>{say.t("ask-only-passages")}</label> }
    });
    let clear = (!talk.exchanges.with(Vec::is_empty)).then(|| {
        view! { <button class="btn btn--quiet btn--sm" id="ask-new" type="button" on:click=move |_| talk.exchanges.set(vec![])>{say.t("ask-new")}</button> }
    });
    view! { <div class="row row--wrap small muted" style="--gap: var(--s-2); margin-block-end: var(--s-5)">{about}{worded}{clear}</div> }
        .into_any()
}

fn patient_name(app: App) -> Option<String> {
    app.visit.with(Option::is_some).then(|| app.patient.with(|p| p.as_ref().map(|p| p.patient.name.clone())))?
}

fn ask(app: App, question: String) {
    let talk = app.talk;
    let with_case = talk.with_case.get_untracked();
    let patient = untrack(|| patient_name(app)).filter(|_| with_case);
    let intake = app.visit.with_untracked(|v| v.as_ref().map(|v| v.intake.clone())).filter(|_| with_case);
    let earlier = talk.exchanges.with_untracked(|all| {
        let turn = |e: &Exchange| {
            let about = e.found.as_ref()?.about.iter().map(|s| s.id.clone()).collect();
            Some(AskTurn { question: e.question.clone(), about })
        };
        all.iter().filter_map(turn).collect()
    });
    let request = AskRequest {
        question: question.clone(),
        language: app.lang.get_untracked(),
        earlier,
        intake,
        worded: talk.worded.get_untracked(),
    };
    talk.exchanges.update(|all| {
        all.push(Exchange { question, patient, found: None, job: None, sentences: vec![], done: None });
    });
    spawn_local(async move {
        match client::ask_start(request).await {
            Ok(AskStarted { found, job }) => talk.of_job(job.job, move |e| e.found = Some(found)),
            Err(failure) => {
                talk.exchanges.update(|all| all.retain(|e| e.job.is_some()));
                app.failed(failure);
            }
        }
    });
}

fn exchange(e: &Exchange, say: Say) -> AnyView {
    let about = e.patient.clone().map(|name| view! { <span class="tag tag--outline"><bdi>{name}</bdi></span> });
    let head = view! { <div class="row row--wrap"><h2 class="grow" dir="auto" style="font-size: var(--fs-md)">{e.question.clone()}</h2>{about}</div> };
    let Some(found) = &e.found else {
        return view! { <article class="card stack" data-test="exchange" style="padding: var(--s-6)">{head}<p class="hint">{say.t("ask-looking")}</p></article> }.into_any();
    };
    if found.facts.is_empty() {
        return view! {
            <article class="card stack" data-test="exchange" style="padding: var(--s-6)">{head}
                <div class="row row--top" data-test="ask-nothing"><Icon name="none"/><div class="grow"><p class="strong">{say.t("ask-nothing")}</p>
                    <p class="hint">{say.t("ask-nothing-about")}</p></div></div></article>
        }
        .into_any();
    }
    let sentences = e.sentences.iter().map(|(text, facts)| {
        let marks: Vec<AnyView> =
            facts.iter().filter_map(|place| Some(mark(*place, found.facts.get(*place)?, say))).collect();
        view! { <p data-test="ask-sentence" dir="auto">{text.clone()}" "{marks}</p> }
    });
    let notes = match &e.done {
        None => say.t("explain-working"),
        Some(end) => ended(end, found, say),
    };
    view! {
        <article class="card stack" style="--gap: var(--s-4); padding: var(--s-6)" data-test="exchange">
            {head}
            <div class="prose" style="color: var(--ink); font-size: var(--fs-lg)" aria-live="polite">{sentences.collect_view()}</div>
            <p class="small muted" data-test="ask-done" data-finished=e.done.is_some().to_string()>{notes}</p>
            <div class="section stack" style="border-block-start: 1px solid var(--line); padding-block-start: var(--s-5)">
                <h3>{say.t("ask-passages-title")}</h3>
                {found.facts.iter().enumerate().map(|(place, fact)| fact_row(place, fact, say)).collect_view()}
            </div>
        </article>
    }
    .into_any()
}

fn ended(end: &AskEnd, found: &AskFound, say: Say) -> String {
    let mut notes = vec![];
    if found.confidence == AskConfidence::Weak {
        notes.push(say.t("ask-weak"));
    }
    match &end.without_model {
        Some(key) => notes.push(failure_text(say, &Failure::new(key.clone()))),
        None => notes.push(say.t("ask-worded")),
    }
    if end.dropped > 0 {
        notes.push(say.f("explain-dropped", &[("n", Value::from(end.dropped))]));
    }
    if end.cancelled {
        notes.push(say.t("explain-stopped"));
    }
    notes.join(" ")
}

/// The number of a fact, to press: opens where it stands.
fn mark(place: usize, fact: &AskFact, say: Say) -> AnyView {
    let number = (place + 1).to_string();
    match &fact.source {
        AskSource::Passage { passage } => cite_mark(number, passage.citation.clone(), say),
        AskSource::Entry { citation, .. } => cite_mark(number, (**citation).clone(), say),
        AskSource::Own { block } => {
            let app = app();
            let (id, paragraph) = (block.document.clone(), block.paragraph);
            let label = say.f("cite-label", &[("title", Value::from(block.title.as_str()))]);
            view! { <button class="cite" type="button" aria-label=label on:click=move |_| shelf::read_at(app, id.clone(), paragraph)>{number}</button> }
                .into_any()
        }
    }
}

fn fact_row(place: usize, fact: &AskFact, say: Say) -> AnyView {
    let app = app();
    let lang = if fact.text.has(say.lang()) { say.lang().code() } else { "en" };
    let number = mark(place, fact, say);
    let text = say.text(&fact.text);
    let (source, open) = match &fact.source {
        AskSource::Passage { passage } => {
            let shown = passage.clone();
            let traditional = passage
                .traditional
                .then(|| view! { <span class="tag tag--outline">{say.t("evidence-traditional")}</span> });
            (
                view! { <bdi lang="en">{source_line(&passage.citation)}</bdi>{traditional}{seen_tag(&passage.citation, say)} }.into_any(),
                view! { <button class="btn btn--sm" type="button" data-test="ask-open" on:click=move |_| app.overlay.set(Some(Overlay::Passage(shown.clone())))>{say.t("open-source")}</button> }.into_any(),
            )
        }
        AskSource::Entry { entry: subject, citation } => {
            let id = subject.id.clone();
            (
                view! { <bdi lang="en">{source_line(citation)}</bdi>{seen_tag(citation, say)} }.into_any(),
                view! { <button class="btn btn--sm" type="button" data-test="ask-open" on:click=move |_| entry::open(app, id.clone())>{say.t("open-source")}</button> }.into_any(),
            )
        }
        AskSource::Own { block } => {
            let (id, paragraph) = (block.document.clone(), block.paragraph);
            (
                view! { <bdi>{shelf::place(block, say)}</bdi><span class="tag tag--outline">{say.t("shelf-own")}</span> }.into_any(),
                view! { <button class="btn btn--sm" type="button" data-test="ask-open" on:click=move |_| shelf::read_at(app, id.clone(), paragraph)>{say.t("open-source")}</button> }.into_any(),
            )
        }
    };
    view! {
        <div class="passage" data-test="ask-fact"><div class="grow"><p dir="auto" lang=lang>{text}</p>
            <p class="passage-src">{number}{source}</p></div>{open}</div>
    }
    .into_any()
}
