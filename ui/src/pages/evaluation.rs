//! How well it does on cases that nobody here wrote, as it was last measured: figures, calibration, groups, baselines.

use crate::app::app;
use crate::client;
use crate::words::{Say, percent};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

#[component]
pub(crate) fn Measured() -> impl IntoView {
    let app = app();
    let say = app.say();
    let evaluation = RwSignal::new(None::<Evaluation>);
    app.run(client::evaluation(Nothing {}), move |e| evaluation.set(Some(e)));
    view! {
        {move || evaluation.get().filter(|e| !e.suites.is_empty()).map(|e| {
            let told = say.f("eval-measured", &[("day", Value::from(e.measured.as_str())), ("versions", Value::from(e.versions.join(", ").as_str()))]);
            view! {
                <section class="stack" style="--gap: var(--s-4); margin-block-start: var(--s-5)" aria-labelledby="how-well" data-test="evaluation">
                    <div><h2 id="how-well">{say.t("eval-title")}</h2><p class="hint">{told}</p><p class="small">{say.t("eval-about")}</p></div>
                    <div class="cols cols--even">{e.suites.iter().map(|s| suite(s, say)).collect_view()}</div>
                </section>
            }
        })}
    }
}

/// A figure in the unit of its kind.
fn told(id: &str, value: f64) -> String {
    match id {
        _ if id.ends_with("_ms") => format!("{value:.0} ms"),
        "mrr" | "ece" | "ece_by_chance" | "ece_shown" | "f1" => format!("{value:.2}"),
        _ if id.starts_with("of_english") => format!("{value:.2}"),
        _ => percent(value),
    }
}

fn suite(s: &EvaluationSuite, say: Say) -> AnyView {
    let rows = s.figures.iter().map(|f| {
        let interval = f.interval.map(|(low, high)| format!("{}–{}", told(&f.id, low), told(&f.id, high)));
        let target = f.target.map(|t| told(&f.id, t));
        view! {
            <tr><th scope="row">{say.of("eval-figure", &f.id.replace('_', "-"))}</th><td class="num">{told(&f.id, f.value)}</td>
                <td class="num muted">{interval}</td><td class="num muted">{target}</td></tr>
        }
    });
    let groups = s.groups.iter().map(|g| {
        let name = format!("{}: {}", say.of("eval-group", &g.kind), g.name);
        view! {
            <tr><th scope="row">{name}</th><td class="num">{g.n}</td><td class="num">{percent(g.top1)}</td><td class="num">{percent(g.top3)}</td></tr>
        }
    });
    let bins = s.bins.iter().map(|b| {
        view! { <tr><th scope="row" class="num">{percent(b.stated)}</th><td class="num">{percent(b.right)}</td><td class="num muted">{b.n}</td></tr> }
    });
    let methods = s.methods.iter().map(|m| {
        view! {
            <tr><th scope="row"><bdi lang="en">{m.method.clone()}</bdi></th><td class="num">{percent(m.top1)}</td><td class="num">{percent(m.top3)}</td>
                <td class="num muted">{m.ece.map(|e| format!("{e:.2}"))}</td></tr>
        }
    });
    let head = move |keys: [&'static str; 4]| {
        view! { <thead><tr>{keys.map(|k| view! { <th scope="col">{(!k.is_empty()).then(|| say.t(k))}</th> }).collect_view()}</tr></thead> }
    };
    view! {
        <section class="card stack" style="--gap: var(--s-3)" data-test="eval-suite" data-suite=s.id.clone()>
            <div class="row"><h3>{say.of("eval-suite", &s.id)}</h3><span class="tag push num">"n "{s.n}</span></div>
            <p class="small">{say.t(&format!("eval-suite-{}-about", s.id))}</p>
            <table class="table small">{head(["", "eval-value", "eval-interval", "eval-aim"])}<tbody>{rows.collect_view()}</tbody></table>
            {(!s.bins.is_empty()).then(|| view! {
                <details><summary class="small">{say.t("eval-calibration")}</summary>
                    <table class="table small">{head(["eval-stated", "eval-right", "eval-cases", ""])}<tbody>{bins.collect_view()}</tbody></table></details>
            })}
            {(!s.groups.is_empty()).then(|| view! {
                <details><summary class="small">{say.t("eval-groups")}</summary>
                    <table class="table small">{head(["", "eval-cases", "eval-figure-top1", "eval-figure-top3"])}<tbody>{groups.collect_view()}</tbody></table></details>
            })}
            {(!s.methods.is_empty()).then(|| view! {
                <details><summary class="small">{say.t("eval-methods")}</summary>
                    <table class="table small">{head(["", "eval-figure-top1", "eval-figure-top3", "eval-figure-ece"])}<tbody>{methods.collect_view()}</tbody></table></details>
            })}
            <p class="hint"><bdi lang="en" dir="ltr"><code style="overflow-wrap: anywhere">{s.command.clone()}</code></bdi></p>
        </section>
    }
    .into_any()
}
