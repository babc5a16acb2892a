//! Embeds the configuration and the window's files.

fn main() {
    tauri_build::build();
}
