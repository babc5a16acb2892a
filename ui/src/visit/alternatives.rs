//! What may be given instead of a medicine: folded away, and open where the medicine is not there or is forbidden.

use super::plan::{dose_line, kidney_changed, put};
use crate::app::App;
use crate::parts::{Icon, Numbered, seen_tag};
use crate::words::{Say, capital, key_of};
use hakim_clinical::{Decision, WarningLevel, WorkedDose, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// Alternatives of a medicine line.
pub(super) fn alternatives(app: App, line: &PlanLineView, numbers: &Numbered, say: Say) -> Option<AnyView> {
    line.medicine.as_ref()?;
    let needed = line.not_held || line.is_barred() || matches!(line.dose, Some(DoseView::Refused { .. }));
    if line.alternatives.is_empty() {
        return needed.then(|| {
            view! { <p class="line-why" style="grid-column: 1 / -1" data-test="no-alternative">{say.t("alternatives-none")}</p> }.into_any()
        });
    }
    let rows = line.alternatives.iter().map(|a| alternative(app, &line.id, a, numbers, say));
    let open = line.not_held || line.is_barred();
    Some(
        view! {
            <details style="grid-column: 1 / -1" data-test="alternatives" open=open>
                <summary class="small">{say.f("alternatives", &[("n", Value::from(line.alternatives.len()))])}</summary>
                <ul class="rows">{rows.collect_view()}</ul>
            </details>
        }
        .into_any(),
    )
}

fn alternative(app: App, line: &str, a: &AlternativeView, numbers: &Numbered, say: Say) -> AnyView {
    let name = capital(&say.text(&a.name));
    let finished = app.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_some()));
    let cautions = a.warnings.iter().filter(|w| w.level >= WarningLevel::Caution).map(|w| {
        view! { <p class="line-alert"><Icon name="alert" small=true/><span><strong>{say.of("severity", &key_of(&w.level))}</strong>": "{say.text(&w.because)}" "{say.text(&w.act)}</span></p> }
    });
    let (cited, words) = match &a.dose {
        DoseView::Worked { dose, citation, .. } => {
            let cited = view! {
                {numbers.cite(citation, say)}" "<span class="tag tag--outline">{say.of("grade", &key_of(&citation.grade))}</span>" "{seen_tag(citation, say)}
            };
            (Some(cited), format!("{name}: {}", dose_words(dose, say)))
        }
        DoseView::Refused { .. } => (None, name.clone()),
    };
    let kidney = kidney_changed(&a.dose).map(|text| {
        view! { <p class="line-alert"><Icon name="alert" small=true/><span><strong>{say.t("kidney-title")}</strong>": "{say.text(text)}</span></p> }
    });
    let line = line.to_owned();
    view! {
        <li class="line" data-test="alternative" data-medicine=a.medicine.to_string()>
            <div><p class="line-title"><span>{name}</span>{dose_line(&a.dose, say)}</p>
                <p class="line-why">{say.of("alternative", &key_of(&a.from))}" "{cited}</p></div>
            <button class="btn btn--sm" type="button" data-test="use-instead" disabled=finished
                on:click=move |_| put(app, &line, Decision::Changed { to: words.clone() })>{say.t("alternative-use")}</button>
            {kidney}
            {cautions.collect_view()}
        </li>
    }
    .into_any()
}

/// `500 mg, 1 × tablet 500 mg, by mouth, 3 times a day, for 5 days`.
fn dose_words(dose: &WorkedDose, say: Say) -> String {
    let words = say.words();
    let give = dose.give.as_ref().map(|g| {
        let form = say.of("form", &g.form);
        match g.ml {
            Some(_) => format!("{} mL {form}", decimal(g.amount)),
            None => format!("{} × {form} {}", decimal(g.amount), words.amount(g.strength, g.unit)),
        }
    });
    let parts = [
        Some(words.one_dose(dose)),
        give,
        Some(say.of("route", &dose.route)),
        Some(words.how_often(dose.frequency())),
        words.how_long(dose),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(say.t("list-comma").as_str())
}
