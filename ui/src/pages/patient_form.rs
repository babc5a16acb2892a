//! The form of a patient: new, or one that is known.

use crate::app::{App, app};
use crate::client;
use crate::parts::Icon;
use hakim_clinical::{PatientId, Sex};
use hakim_contract::*;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Makes a patient and goes straight to the first visit.
#[component]
pub(crate) fn PatientForm(#[prop(into)] name: String) -> impl IntoView {
    let app = app();
    let say = app.say();
    let name = RwSignal::new(name);
    let age = RwSignal::new(String::new());
    let unit = RwSignal::new("years".to_owned());
    let sex = RwSignal::new(None::<Sex>);
    let contact = RwSignal::new(String::new());
    let allergies = RwSignal::new(String::new());
    let medicines = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(age) = read_age(&age.get_untracked(), &unit.get_untracked()) else {
            return app.failed(Failure::new("age-impossible"));
        };
        let draft = PatientDraft {
            id: None,
            name: name.get_untracked(),
            sex: sex.get_untracked(),
            age,
            born: None,
            contact: contact.get_untracked(),
            allergies: split_list(&allergies.get_untracked()),
            medicines: split_list(&medicines.get_untracked()),
            language: Some(app.lang.get_untracked()),
        };
        app.failure.set(None);
        spawn_local(async move {
            match client::patient_save(draft).await {
                Ok(view) => {
                    app.adding.set(false);
                    start_visit(app, view.patient.id);
                }
                Err(failure) => app.failed(failure),
            }
        });
    };
    let sex_option = move |value: Sex, id: &'static str, key: &'static str| {
        view! {
            <button class="seg-opt" type="button" role="radio" id=id aria-checked=move || (sex.get() == Some(value)).to_string()
                on:click=move |_| sex.set(Some(value))>{say.t(key)}</button>
        }
    };
    view! {
        <form class="card stack" aria-label=say.t("patients-new") on:submit=submit>
            <div class="form-grid">
                <div class="field"><label class="label" for="patient-name">{say.t("form-name")}</label>
                    <input class="input" id="patient-name" dir="auto" autocomplete="off" required=true bind:value=name/></div>
                <div class="field"><label class="label" for="patient-age">{say.t("form-age")}</label>
                    <div class="row" style="--gap: var(--s-2)">
                        <input class="input num" id="patient-age" inputmode="numeric" autocomplete="off" bind:value=age/>
                        <select class="select" id="patient-age-unit" aria-label=say.t("form-age-unit") bind:value=unit>
                            <option value="years">{say.t("unit-years")}</option>
                            <option value="months">{say.t("unit-months")}</option>
                            <option value="days">{say.t("unit-days")}</option>
                        </select>
                    </div></div>
                <div class="field"><span class="label" id="sex-label">{say.t("form-sex")}</span>
                    <div class="seg" role="radiogroup" aria-labelledby="sex-label">
                        {sex_option(Sex::Female, "patient-sex-f", "sex-female")}{sex_option(Sex::Male, "patient-sex-m", "sex-male")}
                    </div></div>
                <div class="field"><label class="label" for="patient-contact">{say.t("form-contact")}</label>
                    <input class="input" id="patient-contact" dir="auto" autocomplete="off" bind:value=contact/></div>
                <div class="field"><label class="label" for="patient-allergies">{say.t("form-allergies")}</label>
                    <input class="input" id="patient-allergies" dir="auto" autocomplete="off" placeholder=say.t("form-list-hint") bind:value=allergies/></div>
                <div class="field"><label class="label" for="patient-medicines">{say.t("form-medicines")}</label>
                    <input class="input" id="patient-medicines" dir="auto" autocomplete="off" placeholder=say.t("form-list-hint") bind:value=medicines/></div>
            </div>
            <div class="row" style="justify-content: flex-end">
                <button class="btn btn--quiet" type="button" on:click=move |_| app.adding.set(false)>{say.t("cancel")}</button>
                <button class="btn" type="submit" id="patient-save"><Icon name="plus" small=true/>{say.t("form-start-visit")}</button>
            </div>
        </form>
    }
}

/// Starts a visit of this patient, or opens the one that is still open.
pub(crate) fn start_visit(app: App, patient: PatientId) {
    app.run(client::visit_start(PatientRef { patient }), move |record| app.open_visit(record));
}

/// `Some(None)` when nothing was typed; `None` when it is not an age.
fn read_age(typed: &str, unit: &str) -> Option<Option<AgeInput>> {
    let typed = western_digits(typed.trim());
    if typed.is_empty() {
        return Some(None);
    }
    let n: u32 = typed.parse().ok()?;
    Some(Some(match unit {
        "months" => AgeInput::Months(n),
        "days" => AgeInput::Days(n),
        _ => AgeInput::Years(n),
    }))
}

/// Digits of the Arabic, Urdu and Hindi keyboards as Western ones; other letters stay.
pub(crate) fn western_digits(text: &str) -> String {
    let digit = |c: char| {
        let zero = match c {
            '\u{0660}'..='\u{0669}' => 0x0660,
            '\u{06F0}'..='\u{06F9}' => 0x06F0,
            '\u{0966}'..='\u{096F}' => 0x0966,
            _ => return c,
        };
        char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
    };
    text.chars().map(digit).map(|c| if c == '٫' { '.' } else { c }).collect()
}

/// Entries between commas of any script, semicolons or line ends.
pub(crate) fn split_list(text: &str) -> Vec<String> {
    text.split([',', '،', ';', '؛', '\n']).map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}
