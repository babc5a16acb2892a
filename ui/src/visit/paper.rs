//! A document of the visit on paper: as the template says it in any complete language (papers for the patient in all five,
//! with the practitioner's beside it where wanted), or in the language model's words, with what was withheld and where its
//! texts disagree.

use crate::app::{App, PaperWork, app};
use crate::client;
use crate::pages::door::own_name;
use crate::parts::{Icon, Numbered, failure_text, source_line};
use crate::words::{Say, key_of, percent};
use hakim_clinical::{Lang, is_right_to_left};
use hakim_contract::*;
use hakim_i18n::{COMPLETE, Value};
use leptos::prelude::*;

/// Sizes of paper to print on, the usual one for papers of the patient first.
const SIZES: [&str; 2] = ["A5", "A4"];

/// A document in a language of its own, which can be printed and put into words.
#[component]
pub(crate) fn Paper(kind: DocumentKind) -> impl IntoView {
    let app = app();
    let say = app.say();
    let languages = if kind.for_patient() { Lang::ALL.to_vec() } else { COMPLETE.to_vec() };
    // What was chosen in this visit, what the patient reads, the language of the window; other papers are for colleagues here.
    let chosen = app.visit.with_untracked(|v| v.as_ref().and_then(|v| v.patient_language));
    let reads = app.patient.with_untracked(|p| p.as_ref().and_then(|p| p.patient.language));
    let reads = chosen.or(reads).filter(|l| kind.for_patient() && languages.contains(l));
    let lang = RwSignal::new(reads.unwrap_or(app.lang.get_untracked()));
    let both = RwSignal::new(false);
    let size = RwSignal::new(if kind.for_patient() { SIZES[0] } else { SIZES[1] });
    let template = RwSignal::new(None::<Document>);
    let plainly = RwSignal::new(false);
    Effect::new(move |_| {
        let language = lang.get();
        let beside = both.get().then(|| app.lang.get_untracked());
        let Some(record) = app.visit.get() else { return };
        app.run(client::document(DocumentRequest { record, kind, language, beside }), move |d| template.set(Some(d)));
    });
    // What was put into words fits as long as the template still says the same.
    let worded = Memo::new(move |_| {
        let template = template.get()?;
        let fits = |w: &&WordedDocument| w.kind == kind && w.from == template;
        app.visit.with(|v| v.as_ref().and_then(|v| v.worded.iter().find(fits).cloned()))
    });
    let choose = move |l: Lang| {
        lang.set(l);
        if kind.for_patient() {
            app.change(|v| v.patient_language = Some(l));
        }
    };
    view! {
        <style>{move || format!("@page {{ size: {}; margin: 10mm; }}", size.get())}</style>
        <div class="row row--wrap">
            <div class="seg" role="group" aria-label=say.t("handout-language")>
                {languages.into_iter().map(|l| view! { <button class="seg-opt" type="button" lang=l.code() data-test=format!("paper-{}", l.code()) aria-pressed=move || (lang.get() == l).to_string() on:click=move |_| choose(l)>{own_name(l)}</button> }).collect_view()}
            </div>
            {move || worded.get().map(|_| choice(plainly, say))}
            <span class="push row">{move || word_button(app, kind, lang.get() == Lang::En && !both.get(), worded.get().is_some(), say)}
                <button class="btn" type="button" id="print" on:click=move |_| print()><Icon name="print" small=true/>{say.t("print")}</button></span>
        </div>
        <div class="row row--wrap no-print">
            {kind.for_patient().then(|| view! { <label class="row small"><input type="checkbox" id="paper-both" prop:checked=move || both.get() prop:disabled=move || lang.get() == app.lang.get_untracked()
                on:change=move |e| both.set(event_target_checked(&e))/>{say.f("paper-both", &[("language", Value::from(own_name(app.lang.get_untracked())))])}</label> })}
            <div class="seg push" role="group" aria-label=say.t("paper-size")>
                {SIZES.map(|s| view! { <button class="seg-opt" type="button" aria-pressed=move || (size.get() == s).to_string() on:click=move |_| size.set(s)><bdi dir="ltr">{s}</bdi></button> }).to_vec()}
            </div>
        </div>
        {move || work_note(app, kind, say)}
        <div class="stack" data-sheet=move || size.get()>{move || match worded.get().filter(|_| !plainly.get()) {
            Some(w) => view! { {about(&w.wording, say)}{paper_view(kind, &w.document, say)} }.into_any(),
            None => template.get().map(|d| paper_view(kind, &d, say)).into_any(),
        }}</div>
    }
}

/// Template or words.
fn choice(plainly: RwSignal<bool>, say: Say) -> AnyView {
    let option = |plain: bool, key: &str, id: &'static str| {
        view! { <button class="seg-opt" type="button" id=id aria-pressed=move || (plainly.get() == plain).to_string() on:click=move |_| plainly.set(plain)>{say.t(key)}</button> }
    };
    view! { <div class="seg" role="group">{option(false, "paper-in-words", "paper-words")}{option(true, "paper-template", "paper-plain")}</div> }.into_any()
}

/// Starts or stops putting it into words; nothing where the model cannot or the visit is closed.
fn word_button(app: App, kind: DocumentKind, english: bool, done: bool, say: Say) -> AnyView {
    if let Some(job) = app.paper.with(|p| p.as_ref().filter(|p| p.running()).and_then(|p| p.job)) {
        let stop = move |_| app.stop(job);
        return view! { <button class="btn" type="button" id="paper-stop" on:click=stop>{say.t("stop")}</button> }
            .into_any();
    }
    let open = app.visit.with(|v| v.as_ref().is_some_and(|v| v.finished.is_none()));
    // The words of a prescription are fixed.
    if done || !open || !english || kind == DocumentKind::Prescription || !app.has_model() {
        return ().into_any();
    }
    let start = move |_| {
        let Some(record) = app.visit.get_untracked() else { return };
        app.paper.set(Some(PaperWork { job: None, kind, step: PaperStep::Writing { done: 0, of: 0 } }));
        let request = DocumentRequest { record, kind, language: Lang::En, beside: None };
        leptos::task::spawn_local(async move {
            match client::paper_start(request).await {
                Ok(job) => app.paper.update(|p| {
                    if let Some(p) = p.as_mut().filter(|p| p.job.is_none()) {
                        p.job = Some(job.job);
                    }
                }),
                Err(failure) => {
                    app.paper.set(None);
                    app.failed(failure);
                }
            }
        });
    };
    view! { <button class="btn" type="button" id="paper-word" on:click=start>{say.t("paper-word")}</button> }.into_any()
}

/// How the work on this document stands.
fn work_note(app: App, kind: DocumentKind, say: Say) -> AnyView {
    let Some(work) = app.paper.get().filter(|p| p.kind == kind) else { return ().into_any() };
    let words = match &work.step {
        PaperStep::Writing { done, of } => say.f(
            "paper-writing",
            &[("done", Value::from((done + 1).min((*of).max(1)))), ("of", Value::from((*of).max(1)))],
        ),
        PaperStep::Stopped => say.t("explain-stopped"),
        PaperStep::WithoutModel { why } => failure_text(say, &Failure::new(why.clone())),
        PaperStep::Written { .. } => return ().into_any(),
    };
    view! { <p class="hint" role="status" data-test="paper-work">{words}</p> }.into_any()
}

/// What was withheld, restored and disputed, and how much harm what is shown may do.
fn about(w: &Wording, say: Say) -> AnyView {
    let n = |key: &str, n: usize| say.f(key, &[("n", Value::from(n))]);
    let mut told =
        vec![say.f("paper-worded-about", &[("samples", Value::from(w.samples))]), n("paper-dropped", w.dropped)];
    if w.outvoted > 0 {
        told.push(n("paper-outvoted", w.outvoted));
    }
    if w.restored > 0 {
        told.push(n("paper-restored", w.restored));
    }
    let share = percent(w.disagreement).trim_end_matches('%').to_owned();
    told.push(say.f("paper-disagreement", &[("percent", Value::from(share))]));
    told.push(say.of("paper-risk", &w.risk.to_string()));
    view! { <p class="hint" data-test="paper-about" data-dropped=w.dropped.to_string() data-risk=w.risk.to_string()>{told.join(" ")}</p> }
        .into_any()
}

fn print() {
    // A web view without a printer refuses; there is nothing to undo.
    let _ = window().print();
}

/// `auto` goes by the first letter, and a dose in Urdu may begin with "360 mL", in isolation marks or not.
fn direction_of(text: &str) -> &'static str {
    let begins_with_figure = text.starts_with(|c: char| c.is_ascii_digit() || c == '\u{2066}');
    if begins_with_figure && text.chars().any(is_right_to_left) { "rtl" } else { "auto" }
}

/// A document on paper, in its own language and direction, with its sources below; papers for the patient show none.
fn paper_view(kind: DocumentKind, d: &Document, say: Say) -> AnyView {
    let lang: Lang = d.language;
    let lines = || d.sections.iter().flat_map(|s| &s.lines);
    let numbered = Numbered::of(lines().flat_map(|l| &l.citations));
    let line = |l: &DocumentLine| {
        let marks = l.citations.iter().map(|c| numbered.cite(c, say)).collect_view();
        let worded = l.worded.then_some("true");
        let under =
            l.under.iter().map(|u| view! { <p class="paper-under" dir=direction_of(u)>{u.clone()}</p> }).collect_view();
        let beside = l
            .beside
            .as_ref()
            .map(|b| view! { <p class="paper-beside" dir=direction_of(b) data-test="paper-beside">{b.clone()}</p> });
        // On a paper for the patient a line of another direction stays under its heading, with the mark of its list.
        let (dir, text) = match kind.for_patient() {
            true => (None, view! { <bdi dir=direction_of(&l.text)>{l.text.clone()}</bdi> }.into_any()),
            false => (Some(direction_of(&l.text)), l.text.clone().into_any()),
        };
        view! { <li dir=dir data-worded=worded>{text}" "{marks}{under}{beside}</li> }
    };
    let sections = d.sections.iter().map(|s| {
        let beside = s.beside.clone().map(|b| view! { " "<bdi class="paper-beside">{b}</bdi> });
        let heading = (!s.heading.is_empty()).then(|| view! { <h3>{s.heading.clone()}{beside}</h3> });
        let lines = s.lines.iter().map(line).collect_view();
        let list = match (s.numbered, s.heading.is_empty()) {
            (true, _) => view! { <ol class="paper-numbered">{lines}</ol> }.into_any(),
            (false, true) => view! { <ul class="paper-head">{lines}</ul> }.into_any(),
            (false, false) => view! { <ul class="bullets">{lines}</ul> }.into_any(),
        };
        view! { <section>{heading}{list}</section> }
    });
    let sources = numbered.all();
    let sources = (!kind.for_patient() && !sources.is_empty()).then(|| {
        let rows = sources.iter().map(|c| view! { <li dir="ltr" lang="en">{source_line(c)}</li> }).collect_view();
        view! { <h3>{Say::in_lang(lang).t("paper-sources")}</h3><ol class="tiny muted">{rows}</ol> }
    });
    let foot =
        d.foot.iter().map(|f| view! { <p class="tiny muted" data-test="paper-foot">{f.clone()}</p> }).collect_view();
    view! {
        <article class="paper" lang=lang.code() dir=lang.dir() data-test="paper" data-kind=key_of(&kind)>
            <h2>{d.title.clone()}</h2>{sections.collect_view()}{sources}{foot}
            {kind.for_patient().then(|| view! { <p class="tiny muted no-print">{say.t("handout-only-accepted")}</p> })}
        </article>
    }
    .into_any()
}
