//! `hakim call NAME [JSON]`: the contract's commands as they cross between window and core.

use anyhow::Context;
use hakim_contract::{COMMANDS, dispatch};
use std::io::Read;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Name of the command; left out, all commands are listed
    name: Option<String>,
    /// JSON request; `-` reads it from standard input
    #[arg(default_value = "{}")]
    request: String,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = &arguments.name else {
        for spec in COMMANDS {
            println!("{} ({}) -> {}\n   {}", spec.name, spec.request, spec.reply, spec.about.trim());
        }
        return Ok(ExitCode::SUCCESS);
    };
    let mut text = arguments.request.clone();
    if text == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text).context("standard input is not UTF-8 text")?;
    }
    let request = serde_json::from_str(&text).context("the request is not valid JSON")?;
    let core = crate::open()?;
    match dispatch(core, name, request) {
        Ok(reply) => {
            println!("{}", serde_json::to_string_pretty(&reply)?);
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "failure": failure }))?);
            Ok(ExitCode::FAILURE)
        }
    }
}
