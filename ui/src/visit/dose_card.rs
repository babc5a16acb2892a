//! How a dose was worked out: for whom, the arithmetic, the limits, the kidneys, and what others would get.

use super::plan::refusal;
use crate::parts::{Numbered, amount, num, seen_tag};
use crate::words::{Say, capital};
use hakim_clinical::{DoseStep, DoseUnit, KidneyNote, WorkedDose, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// One dose, or why there is none.
pub(super) fn dose_card(dose: &DoseView, numbers: &Numbered, say: Say) -> AnyView {
    match dose {
        DoseView::Refused { name, why, citation } => {
            let from = citation.as_ref().map(|c| view! { " "{numbers.cite(c, say)}" "{seen_tag(c, say)} });
            view! {
                <section class="card" data-test="dose-refused"><div class="card-head"><h3>{capital(&say.text(name))}</h3></div>
                    <p class="small">{refusal(why, say)}{from}</p></section>
            }
            .into_any()
        }
        DoseView::Worked { name, dose, citation, kidney, rules } => {
            let note = say.text(&dose.note);
            view! {
                <section class="card" data-test="dose-card" data-medicine=dose.medicine.to_string()>
                    <div class="card-head"><h3>{say.f("dose-worked", &[("name", Value::from(capital(&say.text(name))))])}</h3></div>
                    <p class="small muted">{say.text(&dose.label)}" · "{say.of("route", &dose.route)}" "{numbers.cite(citation, say)}" "{seen_tag(citation, say)}</p>
                    <dl class="sum">{steps(dose, say)}{limits(dose, say)}{course(dose, say)}</dl>
                    {dose.kidney.as_ref().map(|k| kidneys(k, dose.unit, kidney.as_ref(), numbers, say))}
                    {(!note.is_empty()).then(|| view! { <p class="small">{note}</p> })}
                    {others(rules, say)}
                </section>
            }
            .into_any()
        }
    }
}

fn steps(dose: &WorkedDose, say: Say) -> AnyView {
    let row = |DoseStep { kind, text }: &DoseStep| {
        let class = if kind == "within" { "sum-total" } else { "" };
        let sum = say.words().in_own_words(text, dose.unit);
        view! { <dt class=class>{say.of("dose", kind)}</dt><dd class=class>{num(sum)}</dd> }
    };
    dose.steps.iter().map(row).collect_view().into_any()
}

/// Most at once and in a day, of this patient.
fn limits(dose: &WorkedDose, say: Say) -> Option<AnyView> {
    let most = dose.most?;
    Some(
        view! {
            <dt>{say.t("dose-most-single")}</dt><dd>{amount(most.single, dose.unit, say)}</dd>
            <dt>{say.t("dose-max-day")}</dt><dd>{amount(most.day, dose.unit, say)}</dd>
        }
        .into_any(),
    )
}

/// How often, how long, in which form.
fn course(dose: &WorkedDose, say: Say) -> AnyView {
    let words = say.words();
    let days = words.how_long(dose);
    let form = dose.give.as_ref().map(|g| {
        let strength = words.strength(g.strength, g.unit, g.ml);
        view! { <dt>{say.t("dose-form")}</dt><dd>{say.of("form", &g.form)}" "<bdi class="num">{strength}</bdi></dd> }
    });
    view! {
        <dt>{say.t("dose-often")}</dt><dd>{words.how_often(dose.frequency())}{days.map(|d| format!(" {d}"))}</dd>
        {form}
    }
    .into_any()
}

/// What the kidneys have to do with it.
fn kidneys(note: &KidneyNote, unit: DoseUnit, from: Option<&CitationView>, numbers: &Numbered, say: Say) -> AnyView {
    let clearance = note.clearance.map(|c| say.f("kidney-clearance", &[("n", Value::from(decimal(c)))]));
    let before = say.words().of_kidneys(note, unit).map(|before| format!("{before} "));
    let tone = if note.is_caution() { "caution" } else { "note" };
    view! {
        <section class="alert" data-severity=tone data-test="kidney-note"><div>
            <h3 class="alert-title">{say.t("kidney-title")}</h3>
            <p>{clearance.map(|c| format!("{c} "))}{before}{say.text(&note.text)}" "{from.map(|c| numbers.cite(c, say))}</p></div></section>
    }
    .into_any()
}

/// The rules of the same medicine for other people; the one that applies is marked.
fn others(rules: &[DoseRuleView], say: Say) -> Option<AnyView> {
    if rules.len() < 2 {
        return None;
    }
    let row = |r: &DoseRuleView| {
        let often = say.words().how_often((&r.often.0, r.often.1));
        let one = say.words().in_own_words(&r.amount, r.unit);
        view! {
            <tr aria-current=r.applies.then_some("true") data-test="dose-rule" data-applies=r.applies.to_string()>
                <th scope="row">{say.text(&r.label)}{r.applies.then(|| view! { " "<span class="tag" data-tone="ok">{say.t("dose-applies")}</span> })}</th>
                <td>{num(one)}</td><td>{often}</td>
                <td>{say.of("route", &r.route)}</td><td class="end">{amount(r.most_day, r.unit, say)}</td>
            </tr>
        }
    };
    Some(
        view! {
            <details data-test="dose-rules"><summary class="small">{say.t("dose-others")}</summary>
                <div class="table-wrap"><table class="table"><thead><tr>
                    <th scope="col">{say.t("dose-who")}</th><th scope="col">{say.t("dose-fixed")}</th><th scope="col">{say.t("dose-often")}</th>
                    <th scope="col">{say.t("dose-route")}</th><th scope="col" class="end">{say.t("dose-max-day")}</th>
                </tr></thead><tbody>{rules.iter().map(row).collect_view()}</tbody></table></div></details>
        }
        .into_any(),
    )
}
