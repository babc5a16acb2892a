//! What the black-box tests share: finding the built programs, running the command line, driving the real window.

mod programs;
mod window;

pub use programs::{Ran, app, hakim, hakim_with_input, program};
pub use window::{Window, spec};
