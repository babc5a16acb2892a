//! One thin handler per command, generated from the contract's list.

use crate::Shared;
use hakim_contract::*;
use tauri::{Builder, State, Wry};

macro_rules! generate_handlers {
    ($(#[doc = $about:literal] $name:ident($request:ident) -> $reply:ident;)+) => {
        $(
            #[doc = $about]
            #[tauri::command(async)]
            fn $name(core: State<'_, Shared>, request: $request) -> Result<$reply, Failure> {
                core.$name(request)
            }
        )+

        /// Makes every command reachable from the window.
        pub(crate) fn register(builder: Builder<Wry>) -> Builder<Wry> {
            builder.invoke_handler(tauri::generate_handler![$($name),+])
        }
    };
}

hakim_contract::with_commands!(generate_handlers);
