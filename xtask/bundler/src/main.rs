//! `hakim-bundler IN.wasm OUT_DIR`: writes the JavaScript and the wasm that a web view loads.

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1);
    let wasm = args.next().context("usage: hakim-bundler IN.wasm OUT_DIR")?;
    let out = args.next().context("usage: hakim-bundler IN.wasm OUT_DIR")?;
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(false)
        .debug(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
}
