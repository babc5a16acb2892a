//! How a dose was worked out: for whom, the arithmetic, the limits, the kidneys, and what others would get.

use super::plan::refusal;
use crate::parts::{Numbered, num, seen_tag};
use crate::words::{Say, capital};
use hakim_clinical::{DoseStep, KidneyNote, WorkedDose, decimal};
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
                    {dose.kidney.as_ref().map(|k| kidneys(k, kidney.as_ref(), numbers, say))}
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
        view! { <dt class=class>{say.of("dose", kind)}</dt><dd class=class>{num(text.clone())}</dd> }
    };
    dose.steps.iter().map(row).collect_view().into_any()
}

/// Most at once and in a day, of this patient.
fn limits(dose: &WorkedDose, say: Say) -> Option<AnyView> {
    let most = dose.most?;
    Some(
        view! {
            <dt>{say.t("dose-most-single")}</dt><dd>{num(format!("{} mg", decimal(most.single_mg)))}</dd>
            <dt>{say.t("dose-max-day")}</dt><dd>{num(format!("{} mg", decimal(most.day_mg)))}</dd>
        }
        .into_any(),
    )
}

/// How often, how long, in which form.
fn course(dose: &WorkedDose, say: Say) -> AnyView {
    let (often, n) = dose.frequency();
    let days = dose.days.map(|d| say.f("for-days", &[("n", Value::from(decimal(d)))]));
    let form = dose.give.as_ref().map(|g| {
        let strength = match g.ml {
            Some(ml) => format!("{} mg / {} mL", decimal(g.mg), decimal(ml)),
            None => format!("{} mg", decimal(g.mg)),
        };
        view! { <dt>{say.t("dose-form")}</dt><dd>{say.of("form", &g.form)}" "{num(strength)}</dd> }
    });
    view! {
        <dt>{say.t("dose-often")}</dt><dd>{say.f(often, &[("n", Value::from(decimal(n)))])}{days.map(|d| format!(" {d}"))}</dd>
        {form}
    }
    .into_any()
}

/// What the kidneys have to do with it.
fn kidneys(note: &KidneyNote, from: Option<&CitationView>, numbers: &Numbered, say: Say) -> AnyView {
    let clearance = note.clearance.map(|c| say.f("kidney-clearance", &[("n", Value::from(decimal(c)))]));
    let before = note.message().map(|(key, n)| format!("{} ", say.f(key, &[("n", Value::from(decimal(n)))])));
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
        let (often, n) = &r.often;
        view! {
            <tr aria-current=r.applies.then_some("true") data-test="dose-rule" data-applies=r.applies.to_string()>
                <th scope="row">{say.text(&r.label)}{r.applies.then(|| view! { " "<span class="tag" data-tone="ok">{say.t("dose-applies")}</span> })}</th>
                <td>{num(r.amount.clone())}</td><td>{say.f(often, &[("n", Value::from(decimal(*n)))])}</td>
                <td>{say.of("route", &r.route)}</td><td class="end">{num(format!("{} mg", decimal(r.most_day_mg)))}</td>
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
