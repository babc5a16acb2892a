//! Calls to the core and events from it. The functions come from the contract's list of commands.

use hakim_contract::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"], catch)]
    async fn invoke(command: &str, args: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "event"], catch)]
    async fn listen(channel: &str, handler: &Closure<dyn FnMut(JsValue)>) -> Result<JsValue, JsValue>;
}

#[derive(Serialize)]
struct Args<T> {
    request: T,
}

async fn call<Q: Serialize, A: DeserializeOwned>(command: &str, request: Q) -> Result<A, Failure> {
    // Maps become plain objects: the core reads JSON.
    let json = serde_wasm_bindgen::Serializer::json_compatible();
    let args = Args { request }.serialize(&json).map_err(|e| Failure::new("internal").because(e))?;
    match invoke(command, args).await {
        Ok(reply) => serde_wasm_bindgen::from_value(reply).map_err(|e| Failure::new("internal").because(e)),
        Err(refusal) => Err(serde_wasm_bindgen::from_value(refusal.clone())
            .unwrap_or_else(|_| Failure::new("internal").because(format!("{refusal:?}")))),
    }
}

macro_rules! generate_client {
    ($(#[doc = $about:literal] $name:ident($request:ident) -> $reply:ident;)+) => {$(
        #[doc = $about]
        ///
        /// # Errors
        /// As the core says; `internal` when the core cannot be reached.
        pub(crate) async fn $name(request: $request) -> Result<$reply, Failure> {
            call(stringify!($name), request).await
        }
    )+};
}

hakim_contract::with_commands!(generate_client);

#[derive(serde::Deserialize)]
struct Envelope {
    payload: Event,
}

/// Hands every event of the core to `hear` for as long as the window lives.
pub(crate) async fn hear_events(mut hear: impl FnMut(Event) + 'static) {
    let handler = Closure::new(move |event: JsValue| {
        if let Ok(envelope) = serde_wasm_bindgen::from_value::<Envelope>(event) {
            hear(envelope.payload);
        }
    });
    // Without the core there is nothing to hear, and every call says so already.
    let _ = listen(EVENT_CHANNEL, &handler).await;
    handler.forget();
}
