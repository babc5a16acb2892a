//! Growth of a child: what was measured, each indicator with its meaning, and the chart with the child's own line.

use crate::app::{App, app};
use crate::client;
use crate::pages::patient_form::western_digits;
use crate::parts::{Icon, cite_mark, num};
use crate::words::{Say, key_of};
use hakim_clinical::{GrowthIndicator, Measurement, Sex, Vital, decimal};
use hakim_contract::*;
use hakim_i18n::Value;
use leptos::prelude::*;

/// Days in a month, as WHO counts.
const DAYS_PER_MONTH: f64 = 30.4375;

#[component]
pub(crate) fn Growth() -> impl IntoView {
    let app = app();
    let say = app.say();
    let request = RwSignal::new(from_visit(app));
    let reply = RwSignal::new(None::<GrowthReply>);
    let chart = RwSignal::new(None::<GrowthIndicator>);
    let asked = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let now = request.get();
        asked.update_value(|n| *n += 1);
        let number = asked.get_value();
        app.run(client::growth(now), move |answer| {
            // The user has typed on, or left.
            if asked.try_get_value() == Some(number) {
                reply.set(Some(answer));
            }
        });
    });
    view! {
        <section class="card stack" style="--gap: var(--s-4)" data-test="growth" aria-labelledby="growth-title">
            <div><h2 id="growth-title">{say.t("growth-tab")}</h2><p class="hint">{say.t("growth-about")}</p>
                <p class="small muted" dir="auto">{whose(app, say)}</p></div>
            {form(app, request, reply, say)}
            <div aria-live="polite" class="stack" style="--gap: var(--s-4)">{move || reply.get().map(|r| result(app, &r, say))}</div>
        </section>
        {move || reply.get().filter(|r| !r.charts.is_empty()).map(|r| charts(&r, chart, say))}
    }
}

fn whose(app: App, say: Say) -> String {
    let open = app.visit.with_untracked(|v| v.as_ref().map(|v| v.finished.is_some()));
    let name = app.patient.with_untracked(|p| p.as_ref().map(|p| p.patient.name.clone())).unwrap_or_default();
    match open {
        None => say.t("growth-no-visit"),
        Some(true) => say.f("growth-for-finished", &[("name", Value::from(name))]),
        Some(false) => say.f("growth-for", &[("name", Value::from(name))]),
    }
}

/// What the open visit tells; the age comes from the birthday, where the patient has one.
fn from_visit(app: App) -> GrowthRequest {
    let Some(visit) = app.visit.get_untracked() else { return GrowthRequest::default() };
    let value = |vital: Vital| visit.intake.measurements.iter().find(|m| m.vital == vital).map(|m| m.value);
    let born = app.patient.with_untracked(|p| p.as_ref().is_some_and(|p| p.patient.born.is_some()));
    GrowthRequest {
        sex: visit.intake.patient.sex,
        age_days: visit.intake.patient.age.filter(|_| !born).map(|age| age.days()),
        weight: value(Vital::Weight),
        height: value(Vital::Height),
        arm: value(Vital::Muac),
        more: visit.growth,
        patient: Some(visit.patient.clone()),
        visit: Some(visit.visit.clone()),
    }
}

/// Changes what is asked and keeps it in the open visit.
fn tell(app: App, request: RwSignal<GrowthRequest>, change: impl FnOnce(&mut GrowthRequest)) {
    request.update(change);
    let now = request.get_untracked();
    if now.visit.is_none() || app.visit.with_untracked(|v| v.as_ref().map(|v| v.visit.clone()) != now.visit) {
        return;
    }
    app.change(|visit| {
        visit.growth = now.more;
        for (vital, value) in [(Vital::Weight, now.weight), (Vital::Height, now.height), (Vital::Muac, now.arm)] {
            visit.intake.measurements.retain(|m| m.vital != vital);
            let possible = value.filter(|v| vital.possible().contains(v));
            visit.intake.measurements.extend(possible.map(|value| Measurement { vital, value }));
        }
    });
}

fn form(app: App, request: RwSignal<GrowthRequest>, reply: RwSignal<Option<GrowthReply>>, say: Say) -> AnyView {
    let now = request.get_untracked();
    let number = move |field: &'static str,
                       unit: &'static str,
                       value: Option<f64>,
                       set: fn(&mut GrowthRequest, Option<f64>)| {
        let id = format!("growth-{field}");
        view! {
            <div class="field"><label class="label" for=id.clone()>{say.of("growth-field", field)}</label>
                <div class="vital-box"><input class="input" id=id inputmode="decimal" autocomplete="off" dir="ltr" prop:value=value.map(decimal).unwrap_or_default()
                    on:change=move |e| { let typed = read(&event_target_value(&e)); tell(app, request, |r| set(r, typed)) }/><span class="vital-unit">{unit}</span></div></div>
        }
    };
    let sex = now.sex;
    let sexes = view! {
        <div class="field"><label class="label" for="growth-sex">{say.t("form-sex")}</label>
            <select class="input" id="growth-sex" on:change=move |e| {
                let sex = match event_target_value(&e).as_str() { "female" => Some(Sex::Female), "male" => Some(Sex::Male), _ => None };
                tell(app, request, |r| r.sex = sex) }>
                <option value="" selected=sex.is_none()>"–"</option>
                <option value="female" selected=sex == Some(Sex::Female)>{say.t("sex-female")}</option>
                <option value="male" selected=sex == Some(Sex::Male)>{say.t("sex-male")}</option>
            </select></div>
    };
    let lying = now.more.lying;
    let lyings = view! {
        <div class="field"><label class="label" for="growth-lying">{say.t("growth-lying")}</label>
            <select class="input" id="growth-lying" on:change=move |e| {
                let lying = match event_target_value(&e).as_str() { "lying" => Some(true), "standing" => Some(false), _ => None };
                tell(app, request, |r| r.more.lying = lying) }>
                <option value="" selected=lying.is_none()>{say.t("growth-lying-usual")}</option>
                <option value="lying" selected=lying == Some(true)>{say.t("growth-lying-yes")}</option>
                <option value="standing" selected=lying == Some(false)>{say.t("growth-lying-no")}</option>
            </select></div>
    };
    let skinfolds = now.more.triceps.is_some() || now.more.subscapular.is_some();
    view! {
        <div style="display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: var(--s-4); align-items: end">
            {sexes}
            {age_field(app, request, reply, say)}
            {number("weight", "kg", now.weight, |r, v| r.weight = v)}
            {number("height", "cm", now.height, |r, v| r.height = v)}
            {lyings}
            {number("head", "cm", now.more.head, |r, v| r.more.head = v)}
            {number("arm", "mm", now.arm, |r, v| r.arm = v)}
        </div>
        <div class="switch-row"><label class="grow" for="growth-oedema">{say.t("growth-oedema")}</label>
            <input class="switch" id="growth-oedema" type="checkbox" role="switch" prop:checked=now.more.oedema
                on:change=move |e| { let on = event_target_checked(&e); tell(app, request, |r| r.more.oedema = on) }/></div>
        <details open=skinfolds><summary>{say.t("growth-more")}</summary>
            <div class="form-grid" style="margin-block-start: var(--s-3)">
                {number("triceps", "mm", now.more.triceps, |r, v| r.more.triceps = v)}
                {number("subscapular", "mm", now.more.subscapular, |r, v| r.more.subscapular = v)}
            </div></details>
    }
    .into_any()
}

/// The age, typed where the patient has no birthday.
fn age_field(app: App, request: RwSignal<GrowthRequest>, reply: RwSignal<Option<GrowthReply>>, say: Say) -> AnyView {
    let born = app.visit.with_untracked(Option::is_some)
        && app.patient.with_untracked(|p| p.as_ref().is_some_and(|p| p.patient.born.is_some()));
    if born {
        let shown = move || {
            reply.get().and_then(|r| r.age_days).map(|days| {
                let months = decimal((f64::from(days) / DAYS_PER_MONTH * 10.0).floor() / 10.0);
                say.f(
                    "growth-age-from-birthday",
                    &[("days", Value::from(days.to_string())), ("months", Value::from(months))],
                )
            })
        };
        return view! { <p class="small" data-test="growth-age">{shown}</p> }.into_any();
    }
    let known = request.with_untracked(|r| r.age_days);
    let unit = RwSignal::new("days".to_owned());
    let typed = RwSignal::new(known.map(|d| d.to_string()).unwrap_or_default());
    let told = move || {
        let days_in = match unit.get_untracked().as_str() {
            "months" => DAYS_PER_MONTH,
            "years" => 365.25,
            _ => 1.0,
        };
        let age = read(&typed.get_untracked()).map(|n| (n * days_in).ceil().clamp(0.0, 50_000.0) as u32);
        tell(app, request, |r| r.age_days = age);
    };
    view! {
        <div class="field"><label class="label" for="growth-age">{say.t("growth-age")}</label>
            <div class="row" style="--gap: var(--s-2)">
                <input class="input num" id="growth-age" inputmode="decimal" autocomplete="off" prop:value=typed.get_untracked()
                    on:change=move |e| { typed.set(event_target_value(&e)); told() }/>
                <select class="select" aria-label=say.t("form-age-unit") on:change=move |e| { unit.set(event_target_value(&e)); told() }>
                    <option value="days">{say.t("unit-days")}</option>
                    <option value="months">{say.t("unit-months")}</option>
                    <option value="years">{say.t("unit-years")}</option>
                </select></div></div>
    }
    .into_any()
}

fn read(typed: &str) -> Option<f64> {
    western_digits(typed.trim()).replace(',', ".").parse().ok()
}

fn result(app: App, reply: &GrowthReply, say: Say) -> AnyView {
    let missing = (!reply.missing.is_empty()).then(|| {
        view! { <section class="banner" data-level="warning" data-test="growth-missing"><Icon name="alert"/>
            <div class="grow"><p>{say.t("growth-missing")}</p>
                <details class="banner-text"><summary>{say.t("details")}</summary><bdi dir="ltr" lang="en">{reply.missing.join(", ")}</bdi></details></div></section> }
    });
    if let Some(refused) = &reply.refused {
        let field = if refused.field.is_empty() { String::new() } else { say.of("growth-field", &refused.field) };
        let args = [
            ("field", Value::from(field)),
            ("low", Value::from(decimal(refused.low))),
            ("high", Value::from(decimal(refused.high))),
        ];
        let said = say.f(&format!("growth-{}", refused.why), &args);
        return view! { {missing}<p data-test="growth-refused" class="muted">{said}</p> }.into_any();
    }
    let acute = reply.acute.as_ref().map(|acute| {
        let level = if key_of(&acute.acute) == "severe" { "urgent" } else { "warning" };
        view! {
            <section class="banner" data-level=level role="alert" data-test="growth-acute"><span class="banner-icon"><Icon name="alert"/></span>
                <div class="grow"><h3 class="banner-title" dir="auto">{say.text(&acute.say)}</h3>
                    <p class="banner-text" dir="auto">{say.text(&acute.act)}" "{cite_mark("i".into(), acute.citation.clone(), say)}</p></div></section>
        }
    });
    let moved = reply.height.filter(|(_, added)| *added != 0.0).map(|(cm, added)| {
        say.f("growth-moved", &[("cm", Value::from(decimal(cm))), ("added", Value::from(format!("{added:+.1}")))])
    });
    let estimated = reply.approximate.then(|| say.t("growth-age-estimated"));
    let signs = reply.signs.iter().map(|sign| meaning(sign, say)).collect_view();
    // What was not measured needs no line of its own; why a measured value has no comparison does.
    let gaps: Vec<String> = (reply.gaps.iter())
        .filter(|gap| {
            gap.why != "measure"
                || matches!(gap.indicator, GrowthIndicator::WeightForAge | GrowthIndicator::HeightForAge)
        })
        .map(|gap| format!("{} ({})", say.of("growth", gap.indicator.key()), say.of("growth-none", &gap.why)))
        .collect();
    let rows = reply.rows.iter().map(|row| line(row, say)).collect_view();
    let none = reply.rows.is_empty() && reply.signs.is_empty();
    let _ = app;
    view! {
        {missing}{acute}
        {estimated.map(|said| view! { <p class="small"><span class="tag" data-tone="warning">"!"</span>" "{said}</p> })}
        {moved.map(|said| view! { <p class="small muted">{said}</p> })}
        {none.then(|| view! { <p class="muted">{say.t("growth-none")}</p> })}
        {signs}
        {(!reply.rows.is_empty()).then(|| view! {
            <div style="overflow-x: auto"><table class="table" data-test="growth-table">
                <thead><tr><th scope="col">{say.t("growth-col-indicator")}</th><th scope="col">{say.t("growth-col-value")}</th><th scope="col">{say.t("growth-col-median")}</th>
                    <th scope="col">{say.t("growth-col-z")}</th><th scope="col">{say.t("growth-col-percentile")}</th><th scope="col">{say.t("growth-col-means")}</th></tr></thead>
                <tbody>{rows}</tbody></table></div> })}
        {(!gaps.is_empty()).then(|| view! { <p class="small muted">{say.f("growth-gaps", &[("list", Value::from(gaps.join(&say.t("list-semicolon"))))])}</p> })}
    }
    .into_any()
}

fn tone(tone: &hakim_clinical::GrowthTone) -> &'static str {
    match tone {
        hakim_clinical::GrowthTone::Ok => "ok",
        hakim_clinical::GrowthTone::Note => "",
        hakim_clinical::GrowthTone::Warning => "warning",
        hakim_clinical::GrowthTone::Danger => "danger",
    }
}

fn meaning(means: &GrowthMeaning, say: Say) -> AnyView {
    view! { <p data-test="growth-sign"><span class="tag" data-tone=tone(&means.tone) dir="auto">{say.text(&means.say)}</span>" "{cite_mark("i".into(), means.citation.clone(), say)}</p> }
    .into_any()
}

fn line(row: &GrowthRow, say: Say) -> AnyView {
    let percentile = match row.percentile {
        p if p < 0.1 => "<0.1".to_owned(),
        p if p > 99.9 => ">99.9".to_owned(),
        p => format!("{p:.1}"),
    };
    let unit = row.indicator.unit();
    view! {
        <tr data-indicator=row.indicator.key()>
            <th scope="row">{say.of("growth", row.indicator.key())}</th>
            <td>{num(format!("{} {unit}", decimal(row.value)))}</td><td>{num(format!("{} {unit}", decimal(row.median)))}</td>
            <td><b>{num(format!("{:+.2}", row.z))}</b></td><td>{num(percentile)}</td>
            <td>{row.check.then(|| view! { <span class="tag" data-tone="warning">{say.t("growth-check")}</span>" " })}
                {row.means.as_ref().map(|means| view! { <span class="tag" data-tone=tone(&means.tone) dir="auto">{say.text(&means.say)}</span>" "{cite_mark("i".into(), means.citation.clone(), say)} })}</td>
        </tr>
    }
    .into_any()
}

fn charts(reply: &GrowthReply, chosen: RwSignal<Option<GrowthIndicator>>, say: Say) -> AnyView {
    let all: Vec<GrowthIndicator> = reply.charts.iter().map(|c| c.indicator).collect();
    let shown = chosen.get_untracked().filter(|c| all.contains(c)).or(all.first().copied());
    let charts = reply.charts.clone();
    let choose = move |e: leptos::ev::Event| {
        let key = event_target_value(&e);
        chosen.set(GrowthIndicator::ALL.into_iter().find(|i| i.key() == key));
    };
    let options = all.iter().map(|indicator| {
        view! { <option value=indicator.key() selected=Some(*indicator) == shown>{say.of("growth", indicator.key())}</option> }
    });
    let options = options.collect_view();
    view! {
        <section class="card stack" style="--gap: var(--s-3); margin-block-start: var(--s-4)" data-test="growth-chart" aria-labelledby="growth-chart-title">
            <div class="row"><h2 class="grow" id="growth-chart-title"><label for="growth-chart-of">{say.t("growth-chart")}</label></h2>
                <select class="input" style="inline-size: auto" id="growth-chart-of" on:change=choose>{options}</select></div>
            {move || {
                let now = chosen.get().or(shown);
                charts.iter().find(|c| Some(c.indicator) == now).or(charts.first()).map(|c| chart(c, say))
            }}
        </section>
    }
    .into_any()
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 36.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;

/// Where a value stands on the drawing.
#[derive(Clone, Copy)]
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn of(chart: &GrowthChart) -> Self {
        let mut frame = Self { x: (f64::MAX, f64::MIN), y: (f64::MAX, f64::MIN) };
        let lines = chart.lines.iter().flat_map(|l| l.points.iter().copied());
        for (x, y) in lines.chain(chart.points.iter().map(|p| (p.at, p.value))) {
            frame.x = (frame.x.0.min(x), frame.x.1.max(x));
            frame.y = (frame.y.0.min(y), frame.y.1.max(y));
        }
        frame
    }
    fn at(self, x: f64, y: f64) -> (f64, f64) {
        let share = |(low, high): (f64, f64), value: f64| (value - low) / (high - low).max(1e-9);
        (LEFT + share(self.x, x) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - share(self.y, y) * (HEIGHT - TOP - BOTTOM))
    }
    fn path(self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let places = points.map(|(x, y)| self.at(x, y)).map(|(x, y)| format!("{x:.1},{y:.1}"));
        places.collect::<Vec<_>>().join(" ")
    }
}

/// Even numbers that divide a range into at most eight parts.
fn ticks((low, high): (f64, f64), steps: &[f64]) -> Vec<f64> {
    let step = steps.iter().copied().find(|step| (high - low) / step <= 8.0).or(steps.last().copied()).unwrap_or(1.0);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|n| n as f64 * step).collect()
}

fn chart(chart: &GrowthChart, say: Say) -> AnyView {
    let frame = Frame::of(chart);
    let by_length = chart.indicator == GrowthIndicator::WeightForHeight;
    let axis = say.t(if by_length { "growth-axis-cm" } else { "growth-axis-months" });
    let name = say.of("growth", chart.indicator.key());
    let unit = chart.indicator.unit();
    let last = chart.points.last();
    let words = say.f(
        "growth-chart-words",
        &[
            ("indicator", Value::from(name.clone())),
            ("n", Value::from(chart.points.len())),
            ("value", Value::from(last.map(|p| decimal(p.value)).unwrap_or_default())),
            ("unit", Value::from(unit)),
            ("z", Value::from(last.map(|p| format!("{:+.2}", p.z)).unwrap_or_default())),
        ],
    );
    let x_steps: &[f64] = if by_length { &[5.0, 10.0, 20.0] } else { &[1.0, 3.0, 6.0, 12.0, 24.0, 48.0] };
    let grid_x = ticks(frame.x, x_steps).into_iter().map(|tick| {
        let (x, bottom) = frame.at(tick, frame.y.0);
        view! {
            <line x1=x x2=x y1=TOP y2=bottom stroke="var(--line)" stroke-width="1"></line>
            <text x=x y=bottom + 16.0 text-anchor="middle" font-size="12" fill="var(--ink-3)">{decimal(tick)}</text>
        }
    });
    let grid_y = ticks(frame.y, &[0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]).into_iter().map(|tick| {
        let (left, y) = frame.at(frame.x.0, tick);
        view! {
            <line x1=left x2=WIDTH - RIGHT y1=y y2=y stroke="var(--line)" stroke-width="1"></line>
            <text x=left - 6.0 y=y + 4.0 text-anchor="end" font-size="12" fill="var(--ink-3)">{decimal(tick)}</text>
        }
    });
    let lines = chart.lines.iter().map(|line| {
        let colour = match line.z.abs() {
            0 => "var(--ok)",
            1 => "var(--ink-3)",
            2 => "var(--warning)",
            _ => "var(--danger)",
        };
        let dash = if line.z.abs() == 1 { "3 4" } else { "none" };
        let end = line.points.last().map(|(x, y)| frame.at(*x, *y)).unwrap_or_default();
        view! {
            <polyline points=frame.path(line.points.iter().copied()) fill="none" stroke=colour stroke-width="1.5" stroke-dasharray=dash></polyline>
            <text x=end.0 + 5.0 y=end.1 + 4.0 font-size="12" fill=colour>{if line.z > 0 { format!("+{}", line.z) } else { line.z.to_string() }}</text>
        }
    });
    let own = frame.path(chart.points.iter().map(|p| (p.at, p.value)));
    let dots = chart.points.iter().map(|point| {
        let (x, y) = frame.at(point.at, point.value);
        let today = point.on.is_none();
        view! { <circle cx=x cy=y r=if today { 5.5 } else { 4.0 } fill="var(--ink)" stroke="var(--surface)" stroke-width="1.5"></circle> }
    });
    let rows = chart.points.iter().rev().map(|point| {
        let on = point.on.clone().unwrap_or_else(|| say.t("growth-today"));
        view! { <tr><td>{num(on)}</td><td>{num(format!("{:.1}", point.at))}</td><td>{num(format!("{} {unit}", decimal(point.value)))}</td><td>{num(format!("{:+.2}", point.z))}</td></tr> }
    });
    let at = say.t(if by_length { "growth-col-at-cm" } else { "growth-col-at-age" });
    // Charts run from left to right in every language, as the printed ones do.
    view! {
        <figure style="margin: 0">
            <svg dir="ltr" role="img" aria-label=words.clone() viewBox=format!("0 0 {WIDTH} {HEIGHT}") style="inline-size: 100%; block-size: auto; max-block-size: 60vh">
                {grid_x.collect_view()}{grid_y.collect_view()}{lines.collect_view()}
                <polyline points=own fill="none" stroke="var(--ink)" stroke-width="2"></polyline>
                {dots.collect_view()}
                <text x=(LEFT + WIDTH - RIGHT) / 2.0 y=HEIGHT - 6.0 text-anchor="middle" font-size="12" fill="var(--ink-2)">{axis}</text>
                <text x=LEFT y=TOP + 2.0 font-size="12" fill="var(--ink-2)">{unit}</text>
            </svg>
            <figcaption class="small muted">{words}</figcaption>
        </figure>
        <div style="overflow-x: auto"><table class="table" data-test="growth-points">
            <thead><tr><th scope="col">{say.t("growth-col-on")}</th><th scope="col">{at}</th><th scope="col">{say.t("growth-col-value")}</th><th scope="col">{say.t("growth-col-z")}</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody></table></div>
    }
    .into_any()
}
