//! Parts that several pages share.

use crate::app::{Overlay, app};
use crate::client;
use crate::words::{Say, capital, key_of, percent};
use hakim_clinical::{DoseUnit, Presence, Seen, TriageLevel, WarningLevel};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// An icon of the sprite in `index.html`.
#[component]
pub(crate) fn Icon(
    name: &'static str,
    #[prop(default = "icon")] class: &'static str,
    #[prop(optional)] small: bool,
    #[prop(optional)] flip: bool,
) -> impl IntoView {
    let class = [class, if small { "icon--sm" } else { "" }, if flip { "icon--flip" } else { "" }].join(" ");
    view! { <svg class=class aria-hidden="true"><use href=format!("#i-{name}")></use></svg> }
}

/// A figure, dose or code: always left to right.
pub(crate) fn num(text: impl Into<String>) -> impl IntoView {
    view! { <bdi class="num" dir="ltr">{text.into()}</bdi> }
}

/// A number with its unit in words, which run as the language does.
pub(crate) fn amount(n: f64, unit: DoseUnit, say: Say) -> impl IntoView {
    view! { <bdi class="num">{say.words().amount(n, unit)}</bdi> }
}

/// The failure that the last call ended with: what happened, what to do; the technical part folded away.
#[component]
pub(crate) fn FailureBanner() -> impl IntoView {
    let app = app();
    move || {
        let say = app.say();
        app.failure.get().map(|failure| {
            view! {
                <section class="banner" data-level="warning" role="alert" data-test="failure" data-key=failure.key.clone()>
                    <Icon name="alert"/>
                    <div class="grow">
                        <p class="banner-title">{failure_text(say, &failure)}</p>
                        {(!failure.detail.is_empty()).then(|| view! {
                            <details class="banner-text"><summary>{say.t("details")}</summary>
                                <bdi dir="ltr" lang="en">{failure.detail.clone()}</bdi></details>
                        })}
                    </div>
                    <button class="btn btn--sm" type="button" on:click=move |_| app.failure.set(None)>{say.t("close")}</button>
                </section>
            }
        })
    }
}

/// A failure in words.
pub(crate) fn failure_text(say: Say, failure: &Failure) -> String {
    let args: Vec<(&str, Value)> =
        failure.args.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str()))).collect();
    say.f(&format!("error-{}", failure.key), &args)
}

/// Citations of one page, numbered in the order in which they first appear.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Numbered(Vec<CitationView>);

impl Numbered {
    pub(crate) fn of<'a>(citations: impl Iterator<Item = &'a CitationView>) -> Self {
        let mut numbered = Self::default();
        for citation in citations {
            if !numbered.0.iter().any(|c| same_place(c, citation)) {
                numbered.0.push(citation.clone());
            }
        }
        numbered
    }
    /// All sources, in the order of their numbers.
    pub(crate) fn all(&self) -> &[CitationView] {
        &self.0
    }
    /// The mark of a citation, to press.
    pub(crate) fn cite(&self, citation: &CitationView, say: Say) -> AnyView {
        let number = self.0.iter().position(|c| same_place(c, citation)).map_or(1, |i| i + 1);
        cite_mark(number.to_string(), citation.clone(), say)
    }
}

fn same_place(a: &CitationView, b: &CitationView) -> bool {
    a.source == b.source && a.section == b.section
}

/// A citation to press: opens the source, with the passage where one is written.
pub(crate) fn cite_mark(mark: String, citation: CitationView, say: Say) -> AnyView {
    let app = app();
    let label = say.f("cite-label", &[("title", Value::from(citation.title.as_str()))]);
    let open = move |_| {
        let citation = Box::new(citation.clone());
        match citation.passage.clone() {
            None => app.overlay.set(Some(Overlay::Source(citation, None))),
            Some(passage) => app.run(client::passage(PassageRef { passage }), move |p| {
                app.overlay.set(Some(Overlay::Source(citation, Some(Box::new(p)))));
            }),
        }
    };
    view! { <button class="cite" type="button" data-test="cite" aria-label=label on:click=open>{mark}</button> }
        .into_any()
}

/// Title, publisher, edition and section of a source in one line.
pub(crate) fn source_line(citation: &CitationView) -> String {
    let mut parts = vec![citation.publisher.clone(), citation.title.clone(), citation.edition.clone()];
    parts.extend(citation.section.clone());
    parts.retain(|p| !p.is_empty());
    parts.join(", ")
}

/// Whether the passage was really read, as a tag.
pub(crate) fn seen_tag(citation: &CitationView, say: Say) -> AnyView {
    match &citation.seen {
        Seen::At(_) => view! { <span class="tag" data-tone="ok">{say.t("seen-yes")}</span> }.into_any(),
        Seen::NotSeen => view! { <span class="tag" data-tone="warning">{say.t("seen-no")}</span> }.into_any(),
    }
}

/// Where a fact comes from, and the passage that restates it.
#[component]
pub(crate) fn SourceCard(citation: Option<CitationView>, passage: Option<PassageView>) -> impl IntoView {
    let app = app();
    let say = app.say();
    let citation = citation.or_else(|| passage.as_ref().map(|p| p.citation.clone()));
    view! {
        <article class="modal reader" role="dialog" aria-modal="true" aria-label=say.t("source-title") data-test="source">
            {passage.map(|p| passage_body(&p, say))}
            {citation.map(|c| {
                let place = match &c.seen {
                    Seen::At(place) => Some(place.clone()),
                    Seen::NotSeen => None,
                };
                view! {
                    <dl class="facts">
                        <dt>{say.t("source-document")}</dt><dd><bdi lang="en">{c.title.clone()}</bdi></dd>
                        <dt>{say.t("source-publisher")}</dt><dd><bdi lang="en">{format!("{}, {}", c.publisher, c.edition)}</bdi></dd>
                        {c.section.clone().map(|s| view! { <dt>{say.t("source-section")}</dt><dd><bdi lang="en">{s}</bdi></dd> })}
                        <dt>{say.t("source-grade")}</dt><dd>{say.of("grade", &key_of(&c.grade))}</dd>
                        <dt>{say.t("source-review")}</dt><dd>{say.of("review", &key_of(&c.review))}</dd>
                        <dt>{say.t("source-seen")}</dt><dd>{seen_tag(&c, say)}</dd>
                        {place.map(|p| view! { <dt>{say.t("source-where")}</dt><dd><bdi dir="ltr" lang="en">{p}</bdi></dd> })}
                    </dl>
                }
            })}
            <div class="modal-foot">
                <button class="btn" type="button" id="source-close" on:click=move |_| app.overlay.set(None)>{say.t("close")}</button>
            </div>
        </article>
    }
}

fn passage_body(passage: &PassageView, say: Say) -> AnyView {
    let only_english = !passage.text.has(say.lang());
    view! {
        <div class="prose" data-test="passage" style="margin-block-end: var(--s-5)">
            {passage.traditional.then(|| view! { <p><span class="tag tag--outline">{say.t("evidence-traditional")}</span></p> })}
            <h1 dir="auto">{say.text(&passage.title)}</h1>
            <p dir="auto" lang=if only_english { "en" } else { say.lang().code() }>{say.text(&passage.text)}</p>
            {only_english.then(|| (say.lang() != hakim_clinical::Lang::En).then(|| view! { <p class="small muted">{say.t("passage-english-only")}</p> }))}
        </div>
    }
    .into_any()
}

/// Name of a finding, with its denial.
pub(crate) fn finding_name(label: &FindingLabel, presence: Presence, say: Say) -> String {
    let name = say.text(&label.name);
    match presence {
        Presence::Absent => say.f("finding-absent", &[("finding", Value::from(name))]),
        _ => capital(&name),
    }
}

/// A probability bar with its range.
pub(crate) fn prob_bar(range: Range, large: bool, say: Say) -> AnyView {
    let p = |x: f64| (x * 100.0).clamp(0.0, 100.0).to_string();
    view! {
        <span class=if large { "prob prob--lg" } else { "prob" } style:display="block"
            style:--p=p(range.p) style:--lo=p(range.low) style:--hi=p(range.high)>
            <span class="prob-tick"></span>
        </span>
        <span class="vh">{between(range, say)}</span>
    }
    .into_any()
}

/// `likely between 48% and 73%`.
pub(crate) fn between(range: Range, say: Say) -> String {
    say.f("between", &[("low", Value::from(percent(range.low))), ("high", Value::from(percent(range.high)))])
}

/// Danger signs shown at once, the gravest; more are one press away.
const DANGERS_OPEN: usize = 3;

/// The danger banner: what, why, what to do. Nothing outranks it.
pub(crate) fn danger_banner(triage: &TriageView, say: Say, sticky: bool) -> AnyView {
    let level = triage.level;
    let key = key_of(&level);
    let likely = triage
        .likely
        .as_ref()
        .map(|l| say.f(&format!("doc-likely-{key}"), &[("name", Value::from(say.text(&l.name)))]));
    if triage.dangers.is_empty() {
        let Some(likely) = likely else { return view! { <></> }.into_any() };
        if level < TriageLevel::Urgent {
            let title = say.of("triage", &key);
            return view! {
                <p class="banner" data-level="info" data-test="likely"><Icon name="info"/><span><strong>{title}</strong>": "{likely}</span></p>
            }
            .into_any();
        }
        return view! {
            <section class="banner" data-level=key.clone() data-test="likely"><span class="banner-icon"><Icon name="alert"/></span>
                <div class="grow"><h2 class="banner-title">{say.of("triage", &key)}</h2><p class="banner-text">{likely}</p></div></section>
        }
        .into_any();
    }
    let tone = if level >= TriageLevel::Urgent { key.clone() } else { "warning".to_owned() };
    let numbered = Numbered::of(triage.dangers.iter().map(|d| &d.citation));
    let row = |d: &DangerView| {
        let mut because: Vec<String> = d.because.iter().map(|l| say.text(&l.name)).collect();
        because.extend(d.values.iter().cloned());
        let because = because.join(say.t("list-comma").as_str());
        view! {
            <li>
                <strong>{say.text(&d.say)}</strong>": "{say.text(&d.act)}" "{numbered.cite(&d.citation, say)}
                <span class="tiny" style="display: block">{say.t("because")}" "{because}</span>
            </li>
        }
    };
    let (first, rest) = triage.dangers.split_at(triage.dangers.len().min(DANGERS_OPEN));
    view! {
        <section class=if sticky { "banner banner--sticky" } else { "banner" } data-level=tone role="alert"
            data-test="danger" aria-labelledby="danger">
            <span class="banner-icon"><Icon name="stop"/></span>
            <div class="grow">
                <h2 class="banner-title" id="danger">{say.of("triage", &key)}</h2>
                {likely.map(|l| view! { <p class="banner-text">{l}</p> })}
                <ul class="banner-text stack" style="--gap: var(--s-1)">{first.iter().map(row).collect_view()}</ul>
                {(!rest.is_empty()).then(|| view! {
                    <details class="banner-text"><summary>{say.f("danger-more", &[("n", Value::from(rest.len()))])}</summary>
                        <ul class="stack" style="--gap: var(--s-1)">{rest.iter().map(row).collect_view()}</ul></details>
                })}
            </div>
        </section>
    }
    .into_any()
}

/// As a sentence: what follows starts a new one.
pub(crate) fn ended(text: String) -> String {
    match text.chars().last() {
        None | Some('.' | '۔' | '।' | '!' | '?' | '؟') => text,
        Some('\u{0600}'..='\u{06ff}') => text + "۔",
        Some(_) => text + ".",
    }
}

/// One safety warning.
pub(crate) fn warning(w: &WarningView, numbered: &Numbered, say: Say) -> AnyView {
    let unknown = w.citation.is_none();
    let (severity, icon, tone) = match w.level {
        WarningLevel::Stop => ("stop", "stop", "danger"),
        _ if unknown => ("unknown", "info", ""),
        WarningLevel::Caution => ("caution", "alert", "warning"),
        WarningLevel::Note => ("note", "info", ""),
    };
    let about: Vec<String> = w.about.iter().map(|t| say.text(t)).collect();
    view! {
        <section class="alert" data-severity=severity data-test="warning">
            <Icon name=icon/>
            <div>
                <h3 class="alert-title"><bdi>{about.join(" + ")}</bdi>
                    <span class="tag" data-tone=tone>{say.of("severity", severity)}</span></h3>
                <p>{ended(say.text(&w.because))}" "{ended(say.text(&w.act))}" "{w.citation.as_ref().map(|c| numbered.cite(c, say))}</p>
            </div>
        </section>
    }
    .into_any()
}

/// Age as shown: `34 years`.
pub(crate) fn age_text(age: Option<AgeInput>, say: Say) -> String {
    let (key, n) = match age {
        Some(AgeInput::Years(n)) => ("age-years", n),
        Some(AgeInput::Months(n)) => ("age-months", n),
        Some(AgeInput::Days(n)) => ("age-days", n),
        None => return say.t("age-unknown"),
    };
    say.f(key, &[("n", Value::from(f64::from(n)))])
}

/// `34 years, woman, allergy: penicillin`.
pub(crate) fn patient_facts(view: &PatientView, say: Say) -> AnyView {
    let p = &view.patient;
    let sex = p.sex.map_or_else(|| say.t("sex-unknown"), |s| say.of("sex", &key_of(&s)));
    let allergy = (!p.allergies.is_empty()).then(|| {
        let list = p.allergies.join(say.t("list-comma").as_str());
        view! { <span><span class="who-alert">{say.t("allergy")}": "<bdi>{list}</bdi></span></span> }
    });
    view! {
        <span class="who-facts">
            <span>{age_text(view.age, say)}</span><span>{sex}</span>
            {(!p.contact.is_empty()).then(|| view! { <span><bdi>{p.contact.clone()}</bdi></span> })}
            {allergy}
        </span>
    }
    .into_any()
}

/// The file as base64, by the browser's own `data:` address; `unreadable` is the key of the failure.
pub(crate) async fn read_base64(file: &web_sys::File, unreadable: &str) -> Result<String, Failure> {
    let unreadable_key = || Failure::new(unreadable);
    let unreadable = |_| unreadable_key();
    let reader = web_sys::FileReader::new().map_err(unreadable)?;
    reader.read_as_data_url(file).map_err(unreadable)?;
    let done = js_sys::Promise::new(&mut |resolve, _| reader.set_onloadend(Some(&resolve)));
    JsFuture::from(done).await.map_err(unreadable)?;
    let address = reader.result().ok().and_then(|r| r.as_string()).ok_or_else(unreadable_key)?;
    // An empty file has no comma: the core says so in its own words.
    Ok(address.split_once(',').map(|(_, data)| data.to_owned()).unwrap_or_default())
}
