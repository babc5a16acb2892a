//! The door: create the log, unlock it, or open it with the recovery key.

use crate::app::{App, app};
use crate::client;
use crate::parts::{FailureBanner, Icon};
use hakim_clinical::Lang;
use hakim_contract::{Failure, Nothing, Recover, RecoveryKey, Secret};
use hakim_i18n::COMPLETE;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Create,
    Unlock,
    Recover,
}

/// Name of a language in itself.
pub(crate) fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "English",
        Lang::Ur => "اردو",
        Lang::Ar => "العربية",
        Lang::Hi => "हिन्दी",
        Lang::Fr => "Français",
    }
}

#[component]
pub(crate) fn Door() -> impl IntoView {
    let app = app();
    let say = app.say();
    let exists = app.status.with_untracked(|s| s.as_ref().is_some_and(|s| s.log_exists));
    let mode = RwSignal::new(if exists { Mode::Unlock } else { Mode::Create });
    let key = RwSignal::new(None::<RecoveryKey>);
    view! {
        <main id="main" class="door">
            <div class="door-card">
                <div class="stack" style="--gap: var(--s-4)">
                    <span class="mark mark--lg"><Icon name="mark" class=""/></span>
                    <div>
                        <h1 style="font-size: var(--fs-2xl)">"Hakim"</h1>
                        <p class="muted">{move || say.t(match mode.get() {
                            Mode::Create => "door-create-about",
                            Mode::Unlock => "door-unlock-about",
                            Mode::Recover => "door-recover-about",
                        })}</p>
                    </div>
                </div>
                <FailureBanner/>
                {move || match key.get() {
                    Some(key) => recovery_key(app, &key),
                    None => form(app, mode, key),
                }}
                <p class="small muted row row--top" style="--gap: var(--s-2)"><Icon name="shield" small=true/><span>{say.t("door-encrypted")}</span></p>
            </div>
            <nav class="door-foot" aria-label=say.t("language")>
                {COMPLETE.map(|lang| view! {
                    <button class="lang" type="button" id=format!("lang-{}", lang.code()) lang=lang.code()
                        aria-current=(app.lang.get_untracked() == lang).then_some("true")
                        on:click=move |_| app.set_language(lang)>{own_name(lang)}</button>
                }).to_vec()}
            </nav>
        </main>
    }
}

fn form(app: App, mode: RwSignal<Mode>, key: RwSignal<Option<RecoveryKey>>) -> AnyView {
    let say = app.say();
    let passphrase = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let recovery = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let typed = passphrase.get_untracked();
        let chosen = mode.get_untracked();
        if chosen != Mode::Unlock && typed != again.get_untracked() {
            return app.failed(Failure::new("passphrase-differs"));
        }
        app.failure.set(None);
        busy.set(true);
        spawn_local(async move {
            let result = match chosen {
                Mode::Create => client::log_create(Secret { passphrase: typed }).await.map(Some),
                Mode::Unlock => client::log_unlock(Secret { passphrase: typed }).await.map(|Nothing {}| None),
                Mode::Recover => {
                    let request = Recover { recovery_key: recovery.get_untracked(), passphrase: typed };
                    client::log_recover(request).await.map(|Nothing {}| None)
                }
            };
            busy.set(false);
            match result {
                Ok(Some(new)) => key.set(Some(new)),
                Ok(None) => app.enter(),
                Err(failure) => app.failed(failure),
            }
        });
    };
    let current = mode.get();
    let new_passphrase = current != Mode::Unlock;
    let exists = app.status.with_untracked(|s| s.as_ref().is_some_and(|s| s.log_exists));
    view! {
        <form class="stack" style="--gap: var(--s-4)" on:submit=submit>
            {(current == Mode::Recover).then(|| view! {
                <div class="field"><label class="label" for="recovery-key">{say.t("door-recovery-key")}</label>
                    <input class="input" id="recovery-key" type="text" dir="ltr" autocomplete="off" bind:value=recovery/></div>
            })}
            <div class="field">
                <label class="label" for="passphrase">{say.t(if new_passphrase { "door-new-passphrase" } else { "door-passphrase" })}</label>
                <input class="input" id="passphrase" type="password" autofocus=true aria-describedby="passphrase-hint"
                    autocomplete=if new_passphrase { "new-password" } else { "current-password" } bind:value=passphrase/>
                <p class="hint" id="passphrase-hint">{say.t(if new_passphrase { "door-passphrase-hint" } else { "door-unlock-hint" })}</p>
            </div>
            {new_passphrase.then(|| view! {
                <div class="field"><label class="label" for="passphrase2">{say.t("door-again")}</label>
                    <input class="input" id="passphrase2" type="password" autocomplete="new-password" bind:value=again/></div>
            })}
            <button class="btn btn--primary btn--block" type="submit" id="unlock" data-primary="" aria-disabled=move || busy.get().to_string()>
                {move || say.t(match (busy.get(), current) {
                    (true, _) => "door-working",
                    (_, Mode::Create) => "door-create",
                    (_, Mode::Unlock) => "door-unlock",
                    (_, Mode::Recover) => "door-recover",
                })}
            </button>
        </form>
        {exists.then(|| {
            let other = if current == Mode::Unlock { Mode::Recover } else { Mode::Unlock };
            view! {
                <button class="btn btn--quiet" type="button" id="door-other" on:click=move |_| { app.failure.set(None); mode.set(other) }>
                    <Icon name="key" small=true/>{say.t(if other == Mode::Recover { "door-use-key" } else { "door-use-passphrase" })}</button>
            }
        })}
    }
    .into_any()
}

/// Shown once after the log was made: it is the only way back in without the passphrase.
fn recovery_key(app: App, key: &RecoveryKey) -> AnyView {
    let say = app.say();
    view! {
        <section class="card stack" aria-labelledby="key-title">
            <h2 id="key-title">{say.t("key-title")}</h2>
            <p>{say.t("key-about")}</p>
            <p class="key-print" dir="ltr" data-test="recovery-key">{key.key.clone()}</p>
            <button class="btn btn--primary" type="button" id="recovery-kept" data-primary="" on:click=move |_| app.enter()>{say.t("key-kept")}</button>
        </section>
    }
    .into_any()
}
