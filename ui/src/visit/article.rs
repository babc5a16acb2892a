//! One condition opened: what speaks for and against it, the path, the guidelines, why not another.

use super::assessment::{headline, show_why};
use super::spoken::Spoken;
use crate::app::{Overlay, app};
use crate::parts::{Icon, Numbered, finding_name, prob_bar, seen_tag, source_line};
use crate::words::{Say, capital, key_of, percent};
use hakim_clinical::{ConditionId, Match, Presence};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// Decibans that the longest bar must have room for, at least.
const LEAST_SCALE_DECIBANS: f64 = 4.0;
/// Share of the width on each side of the zero line, percent.
const SIDE_PERCENT: f64 = 38.0;
/// Findings that change next to nothing are gathered into one line.
const NEGLIGIBLE_DECIBANS: f64 = 0.2;

#[component]
pub(crate) fn Article(
    candidate: CandidateView,
    assessment: Assessment,
    chosen: RwSignal<Option<ConditionId>>,
    asked: RwSignal<Option<CandidateView>>,
) -> impl IntoView {
    let app = app();
    let say = app.say();
    let c = candidate;
    let numbered = Numbered::of(
        std::iter::once(&c.prior.citation)
            .chain(c.contributions.iter().filter_map(|x| x.citation.as_ref()))
            .chain(c.passages.iter().map(|p| &p.citation))
            .chain(c.tests.iter().map(|t| &t.citation)),
    );
    let codes: Vec<String> = [("ICD-10", &c.icd10), ("ICD-11", &c.icd11)]
        .into_iter()
        .filter_map(|(name, codes)| codes.first().map(|code| format!("{name} {code}")))
        .collect();
    view! {
        <article class="card" aria-labelledby="sel" data-test="article" data-condition=c.condition.to_string()>
            <p class="eyebrow"><bdi dir="ltr">{codes.join(" · ")}</bdi></p>
            <div class="row row--wrap" style="margin-block-end: var(--s-3)">
                <h2 id="sel" class="grow" style="font-size: var(--fs-xl)">{say.text(&c.name)}</h2>{headline(&c, say)}
            </div>
            {prob_bar(c.probability, true, say)}
            <p class="small" style="margin-block-start: var(--s-3)">{say.text(&c.summary)}" "
                <span class="tag" data-tone=harm_tone(&c)>{say.of("harm", &key_of(&c.harm))}</span></p>
            <div style="margin-block-start: var(--s-5)">
                {contributions(&c, &numbered, say)}
                {path(&c, say)}
                <Spoken condition=c.condition.clone()/>
                {passages(&c, &numbered, say)}
                {tests(&c, &numbered, say)}
                {why_not(&c, &assessment, chosen, asked, say)}
                {foot(&assessment, say)}
            </div>
        </article>
    }
}

fn harm_tone(c: &CandidateView) -> &'static str {
    match c.harm {
        hakim_clinical::Harm::Critical => "danger",
        hakim_clinical::Harm::High => "warning",
        hakim_clinical::Harm::Moderate | hakim_clinical::Harm::Low => "",
    }
}

fn contributions(c: &CandidateView, numbered: &Numbered, say: Say) -> AnyView {
    let (telling, quiet): (Vec<_>, Vec<_>) =
        c.contributions.iter().partition(|x| x.decibans.abs() >= NEGLIGIBLE_DECIBANS);
    let by_words = (10.0 * c.wording.log10()).abs();
    let longest = telling.iter().map(|x| x.decibans.abs()).fold(LEAST_SCALE_DECIBANS, f64::max).max(by_words);
    let quiet: Vec<String> = quiet.iter().map(|x| say.text(&x.label.name)).collect();
    let factors = match c.prior.factors.len() {
        0 => say.t("prior-plain"),
        n => say.f("prior-factors", &[("n", Value::from(n))]),
    };
    view! {
        <section class="section" aria-labelledby="ev">
            <div class="card-head"><h3 id="ev">{say.t("for-and-against")}</h3>
                <p class="contrib-key push"><span><i></i>{say.t("speaks-for")}</span><span><i data-side="against"></i>{say.t("speaks-against")}</span><span>{say.t("change-in-odds")}</span></p></div>
            <ul class="contrib" style:--scale=(SIDE_PERCENT / longest).to_string()>
                <li class="contrib-row" data-side="start"><span>{say.t("before-any")}" "{numbered.cite(&c.prior.citation, say)}<span class="contrib-note">{factors}</span></span>
                    <span class="contrib-bar"></span><span class="contrib-x"><span class="num">{percent(c.prior.adjusted)}</span></span></li>
                {telling.iter().map(|x| contribution(x, numbered, say)).collect_view()}
                {wording(c.wording, say)}
                <li class="contrib-row" data-side="sum"><span>{say.t("together")}</span><span></span><span class="contrib-x"><span class="num">{percent(c.probability.p)}</span></span></li>
            </ul>
            {(!quiet.is_empty()).then(|| view! { <p class="hint">{say.t("changes-little")}" "{quiet.join(say.t("list-comma").as_str())}</p> })}
        </section>
    }
    .into_any()
}

/// What the words of the story add, when they add anything.
fn wording(ratio: f64, say: Say) -> Option<AnyView> {
    let decibans = 10.0 * ratio.log10();
    let side = if decibans > 0.0 { "for" } else { "against" };
    (decibans.abs() >= NEGLIGIBLE_DECIBANS).then(|| {
        view! {
            <li class="contrib-row" data-side=side data-test="wording">
                <span>{say.t("wording")}<span class="contrib-note">{say.t("wording-about")}</span></span>
                <span class="contrib-bar" style:--db=decibans.abs().to_string()><span></span></span>
                <span class="contrib-x"><span class="num">{format!("×{ratio:.1}")}</span></span>
            </li>
        }
        .into_any()
    })
}

fn contribution(x: &ContributionView, numbered: &Numbered, say: Say) -> AnyView {
    let side = if x.decibans > 0.0 { "for" } else { "against" };
    let name = finding_name(&x.label, x.presence, say);
    let shares = x.in_condition.map(|inside| {
        say.f("shares", &[("inside", Value::from(percent(inside.p))), ("outside", Value::from(percent(x.in_clinic.p)))])
    });
    // What is rarer in the condition than in the clinic was not expected: lacking it speaks for the condition.
    let unusual = x.matched == Match::ListedAbsent && x.decibans > 0.0;
    let mut notes = vec![if unusual { say.t("match-unusual_absent") } else { say.of("match", &key_of(&x.matched)) }];
    notes.extend(shares);
    if x.group.is_some() {
        notes.push(say.t("counted-together"));
    }
    notes.retain(|n| !n.is_empty());
    view! {
        <li class="contrib-row" data-side=side data-test="contrib">
            <span>{name}" "{x.citation.as_ref().map(|c| numbered.cite(c, say))}<span class="contrib-note">{notes.join(" · ")}</span></span>
            <span class="contrib-bar" style:--db=x.decibans.abs().to_string()><span></span></span>
            <span class="contrib-x"><span class="num">{format!("×{:.1}", x.ratio)}</span><span class="vh">" "{say.t(if side == "for" { "speaks-for" } else { "speaks-against" })}</span></span>
        </li>
    }
    .into_any()
}

fn path(c: &CandidateView, say: Say) -> AnyView {
    let told: Vec<_> = c.contributions.iter().filter(|x| x.decibans > 0.0 && x.because.is_some()).take(2).collect();
    if told.is_empty() {
        return view! { <></> }.into_any();
    }
    let arrow = || view! { <span class="path-arrow"><Icon name="arrow" flip=true/></span> };
    let row = |x: &&ContributionView| {
        let because = x.because.as_ref().map(|t| say.text(t)).unwrap_or_default();
        view! {
            <div class="path" data-test="path">
                <div class="path-node"><span class="eyebrow">{say.t("path-finding")}</span>{capital(&say.text(&x.label.name))}</div>{arrow()}
                <div class="path-node"><span class="eyebrow">{say.t("path-mechanism")}</span>{because}</div>{arrow()}
                <div class="path-node"><span class="eyebrow">{say.t("path-condition")}</span>{say.text(&c.name)}</div>
            </div>
        }
    };
    view! {
        <section class="section" aria-labelledby="path"><h3 id="path">{say.t("path-title")}</h3>
            <div class="stack" style="--gap: var(--s-2)">{told.iter().map(row).collect_view()}</div></section>
    }
    .into_any()
}

fn passages(c: &CandidateView, numbered: &Numbered, say: Say) -> AnyView {
    let app = app();
    if c.passages.is_empty() {
        return view! { <></> }.into_any();
    }
    let rows = c.passages.iter().map(|p| {
        let lang = if p.text.has(say.lang()) { say.lang().code() } else { "en" };
        let open = p.clone();
        view! {
            <div class="passage"><div class="grow"><p class="strong" dir="auto" lang=lang>{say.text(&p.title)}</p><p dir="auto" lang=lang>{say.text(&p.text)}</p>
                <p class="passage-src">{numbered.cite(&p.citation, say)}<bdi lang="en">{source_line(&p.citation)}</bdi><span>{say.t("own-words")}</span>{seen_tag(&p.citation, say)}</p></div>
                <button class="btn btn--sm" type="button" data-test="open-passage" on:click=move |_| app.overlay.set(Some(Overlay::Passage(Box::new(open.clone()))))>{say.t("open-source")}</button></div>
        }
    });
    view! {
        <section class="section" aria-labelledby="psg"><h3 id="psg">{say.t("guidelines")}</h3><div class="stack">{rows.collect_view()}</div></section>
    }
    .into_any()
}

fn tests(c: &CandidateView, numbered: &Numbered, say: Say) -> AnyView {
    if c.tests.is_empty() {
        return view! { <></> }.into_any();
    }
    let share = |r: Option<Range>| r.map_or_else(|| "–".to_owned(), |r| percent(r.p));
    let rows = c.tests.iter().map(|t| {
        view! {
            <tr><th scope="row">{say.text(&t.name)}" "{numbered.cite(&t.citation, say)}</th><td>{say.of("cost", &key_of(&t.cost))}</td>
                <td class="end"><span class="num">{share(t.sensitivity)}</span></td><td class="end"><span class="num">{share(t.specificity)}</span></td></tr>
        }
    });
    view! {
        <section class="section" aria-labelledby="tst"><h3 id="tst">{say.t("tests")}</h3>
            <div class="table-wrap"><table class="table"><thead><tr><th scope="col">{say.t("test-name")}</th><th scope="col">{say.t("test-where")}</th>
                <th scope="col" class="end">{say.t("test-finds")}</th><th scope="col" class="end">{say.t("test-spares")}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody></table></div></section>
    }
    .into_any()
}

/// The three next candidates: what speaks against each, in one look.
fn why_not(
    c: &CandidateView,
    a: &Assessment,
    chosen: RwSignal<Option<ConditionId>>,
    asked: RwSignal<Option<CandidateView>>,
    say: Say,
) -> AnyView {
    let app = app();
    let others: Vec<_> = a.candidates.iter().filter(|o| o.condition != c.condition).take(3).collect();
    if others.is_empty() {
        return view! { <></> }.into_any();
    }
    let row = |o: &&CandidateView| {
        let name = say.text(&o.name);
        let id = o.condition.clone();
        let against: Vec<_> = o.contributions.iter().filter(|x| x.decibans < -NEGLIGIBLE_DECIBANS).take(3).collect();
        let line = |x: &&ContributionView| {
            let finding = say.text(&x.label.name);
            let key = if x.presence == Presence::Absent { "against-absent" } else { "against-present" };
            view! { <li>{say.f(key, &[("finding", Value::from(finding)), ("ratio", Value::from(format!("{:.1}", x.ratio)))])}</li> }
        };
        let rarer = say.f(
            "why-not-prior",
            &[("now", Value::from(percent(o.probability.p))), ("prior", Value::from(percent(o.prior.adjusted)))],
        );
        let test = o.tests.first().map(|t| say.f("why-not-test", &[("test", Value::from(say.text(&t.name)))]));
        view! {
            <details class="fold" data-test="why-not"><summary><Icon name="chev" flip=true/>{say.f("why-not", &[("name", Value::from(name))])}</summary>
                <div class="fold-body"><ul class="bullets"><li>{rarer}</li>{against.iter().map(line).collect_view()}{test.map(|t| view! { <li>{t}</li> })}</ul>
                    <button class="btn btn--sm btn--link" type="button" on:click=move |_| show_why(app, &id, chosen, asked)>{say.t("why-not-open")}</button></div></details>
        }
    };
    view! {
        <section class="section" aria-labelledby="wn"><h3 id="wn">{say.t("why-not-title")}</h3>{others.iter().map(row).collect_view()}</section>
    }
    .into_any()
}

fn foot(a: &Assessment, say: Say) -> AnyView {
    let missing: Vec<String> = a.missing.iter().map(|m| say.of("missing", m)).collect();
    let missing = (!missing.is_empty())
        .then(|| say.f("missing", &[("what", Value::from(missing.join(say.t("list-comma").as_str())))]));
    view! {
        <p class="passage-src" style="margin-block-start: var(--s-5)">
            {missing.map(|m| view! { <span>{m}</span><span>"·"</span> })}
            <bdi dir="ltr" lang="en">{a.versions.join(" · ")}</bdi><span>"·"</span><span>{say.t("engine-not-model")}</span>
        </p>
    }
    .into_any()
}
