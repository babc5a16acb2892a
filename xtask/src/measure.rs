//! Sizes of what was built.

use crate::places;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Prints the sizes of programs, window and fonts.
pub(crate) fn measure() -> Result<()> {
    let dist = places::dist();
    let wasm = dist.join("hakim-ui_bg.wasm");
    line("hakim-app", bytes(&places::program("hakim-app")?));
    line("hakim (command line)", bytes(&places::program("hakim")?));
    line("window, wasm", bytes(&wasm));
    line("window, wasm, brotli 9", brotli(&wasm));
    line("fonts", folder(&dist.join("fonts")));
    Ok(())
}

fn line(what: &str, size: Option<u64>) {
    let size =
        size.map_or_else(|| "not there: run `cargo xtask build`".to_owned(), |b| format!("{:.2} MB", b as f64 / 1e6));
    println!("{what:<24} {size}");
}

fn bytes(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|m| m.len())
}

fn folder(path: &Path) -> Option<u64> {
    let entries = std::fs::read_dir(path).ok()?;
    Some(entries.flatten().filter_map(|e| bytes(&e.path())).sum())
}

/// By node, which the fonts need anyway; this program stays free of a compressor.
fn brotli(path: &Path) -> Option<u64> {
    let script = "const z=require('zlib'),f=require('fs');process.stdout.write(String(z.brotliCompressSync(f.readFileSync(process.argv[1]),{params:{[z.constants.BROTLI_PARAM_QUALITY]:9}}).length))";
    let output = Command::new("node").args(["-e", script]).arg(path).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}
