//! The window: pages over the contract. Nothing here decides anything medical; it shows what the core answers.
#![expect(unreachable_pub, reason = "leptos writes the properties of a component as pub")]

mod app;
mod client;
mod keys;
mod pages;
mod parts;
mod shell;
mod visit;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(shell::Shell);
}
