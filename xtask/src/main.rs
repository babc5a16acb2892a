//! `cargo xtask run` sets everything up and opens the app; `cargo xtask test` does all that CI does.

mod assets;
mod bench;
mod fetch;
mod fonts;
mod host;
mod measure;
mod package;
mod places;
mod prove;
mod run;
mod shell;
mod stamp;
mod system;
mod test;
mod ui;
mod wasm;

use anyhow::{Result, bail};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  run [--no-chat]     set everything up, build, open the app; the 1.1 GB chat model comes after the window has
                      opened, unless --no-chat is given
  test [-- ARGS]      set everything up and run all that CI runs; ARGS go to nextest
  build               build the window and the programs
  check               formatting and lints only
  assets [--no-chat]  fetch fonts, models and data
  bench [ROOM]        measure a room: reasoning, records, models, search
  coverage            every branch of the danger code that no test takes
  mutants [ARGS]      every change of the danger code that no test notices; ARGS go to cargo-mutants
  measure             sizes of what was built
  package             build an installer for this system
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[String]) -> Result<()> {
    let (name, rest) = args.split_first().map_or(("help", &[][..]), |(name, rest)| (name.as_str(), rest));
    let chat = !rest.iter().any(|a| a == "--no-chat");
    match name {
        "run" => run::run(chat),
        "test" => test::test(rest.iter().skip_while(|a| *a != "--").skip(1).cloned().collect()),
        "build" => run::build_all().map(|_| ()),
        "check" => test::check(),
        "assets" => assets::fetch_small().and_then(|()| if chat { assets::fetch_chat() } else { Ok(()) }),
        "bench" => bench::bench(rest.first().map(String::as_str)),
        "coverage" => prove::coverage(),
        "mutants" => prove::mutants(rest),
        "measure" => measure::measure(),
        "package" => package::package(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("unknown command `{other}`\n\n{HELP}"),
    }
}
