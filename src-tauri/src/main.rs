//! The shell: one window over [`hakim_consult`]. Handlers come from the contract's list, so none can be forgotten.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod handlers;

use hakim_consult::{Folders, Hakim};
use hakim_contract::{Core, EVENT_CHANNEL, Event, Failure};
use std::sync::{Arc, OnceLock};
use tauri::{AppHandle, Emitter, Manager, RunEvent};

/// The core as every handler sees it.
type Shared = Arc<dyn Core>;

fn main() {
    hakim_consult::prepare_process();
    // Set by the first lines of `setup`; events before that have no window to go to.
    let window: Arc<OnceLock<AppHandle>> = Arc::default();
    let to_window = Arc::clone(&window);
    let core = match open(move |event| send(&to_window, event)) {
        Ok(core) => core,
        Err(failure) => return give_up(&failure),
    };
    let builder = tauri::Builder::default().manage(Arc::clone(&core)).setup(move |app| {
        // `set` fails only when it was set before, which is as good.
        let _ = window.set(app.handle().clone());
        Ok(())
    });
    match handlers::register(builder).build(tauri::generate_context!()) {
        Ok(app) => app.run(move |app, event| {
            if let RunEvent::Exit = event {
                close(app);
            }
        }),
        Err(error) => give_up(&Failure::new("internal").because(error)),
    }
}

fn open(events: impl Fn(Event) + Send + Sync + 'static) -> Result<Shared, Failure> {
    let core = Hakim::open(Folders::of_this_machine()?, Arc::new(events))?;
    core.prepare_meaning();
    Ok(Arc::new(core))
}

fn send(window: &OnceLock<AppHandle>, event: Event) {
    if let Some(app) = window.get() {
        // A window that is just closing hears nothing, and that is fine.
        let _ = app.emit(EVENT_CHANNEL, event);
    }
}

/// Leaves the log sound and locked; an error here must not keep the window from closing.
fn close(app: &AppHandle) {
    if let Err(failure) = app.state::<Shared>().log_lock(hakim_contract::Nothing {}) {
        eprintln!("hakim: closing the log: {failure}");
    }
}

/// Before there is a window the terminal is the only place to speak.
fn give_up(failure: &Failure) {
    eprintln!("hakim cannot start: {failure}");
    std::process::exit(1);
}
