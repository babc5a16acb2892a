//! `hakim`: the same use cases as the window, without one. Evaluation on outside cases, and tools for packs.

mod ask;
mod calculate;
mod call;
mod consult;
mod documents;
mod eval;
mod growth;
mod model;
mod pack;
mod print;
mod vaccines;

use clap::{Parser, Subcommand};
use hakim_consult::{EventSink, Folders, Hakim};
use hakim_contract::{Event, Failure};
use hakim_i18n::Words;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// Offline clinical decision support: supports the practitioner, never replaces one.
#[derive(Parser)]
#[command(name = "hakim", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Assess one case from free text
    Consult(consult::Arguments),
    /// Ask the packs and your own documents; what nothing answers is not answered
    Ask(ask::Arguments),
    /// Work out a formula or a score of the packs; left empty, list them
    Calculate(calculate::Arguments),
    /// Growth of a child against the WHO reference
    Growth(growth::Arguments),
    /// Which vaccine is due when; without a schedule, list them
    Vaccines(vaccines::Arguments),
    /// Call any command of the core with a JSON request; `hakim call` lists them
    Call(call::Arguments),
    /// Prepare what makes later starts and searches fast: kept knowledge, index, vectors, rare diseases
    Prepare,
    /// Measure accuracy on outside cases
    #[command(subcommand)]
    Eval(eval::Suite),
    /// Your own documents beside the packs
    #[command(subcommand)]
    Documents(documents::Tool),
    /// Language models: list, bring, check, choose, remove
    #[command(subcommand)]
    Model(model::Tool),
    /// Write, check, seal, install and compare knowledge packs
    #[command(subcommand)]
    Pack(pack::Tool),
}

/// Who closes the pipe has read enough: `hakim vaccines | head -1` ends without a word.
fn end_quietly_on_closed_pipe() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.to_string().contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}

fn main() -> ExitCode {
    end_quietly_on_closed_pipe();
    hakim_consult::prepare_process();
    let done = match Arguments::parse().command {
        Command::Consult(arguments) => consult::run(&arguments),
        Command::Ask(arguments) => ask::run(&arguments),
        Command::Calculate(arguments) => calculate::run(&arguments),
        Command::Growth(arguments) => growth::run(&arguments),
        Command::Vaccines(arguments) => vaccines::run(&arguments),
        Command::Call(arguments) => call::run(&arguments),
        Command::Prepare => prepare(),
        Command::Eval(suite) => eval::run(&suite),
        Command::Documents(tool) => documents::run(&tool),
        Command::Model(tool) => model::run(&tool),
        Command::Pack(tool) => pack::run(&tool),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", told(&error));
            ExitCode::FAILURE
        }
    }
}

fn prepare() -> anyhow::Result<ExitCode> {
    let core = open()?;
    let rare = core.prepare_rare()?;
    println!("rare diseases: {}", if rare { "ready" } else { "not on this computer" });
    core.meaning().prepare(core.knowledge(), &|done, all| eprint!("\rsearch by meaning: {done} of {all}"));
    eprintln!();
    println!("search by meaning: {}", if core.meaning().ready() { "ready" } else { "not on this computer" });
    Ok(ExitCode::SUCCESS)
}

/// The core with events thrown away: most commands wait for replies only.
fn open() -> anyhow::Result<&'static Hakim> {
    open_with(Arc::new(|_| {}))
}

fn open_with(events: EventSink) -> anyhow::Result<&'static Hakim> {
    // Never given back: the process ends with it, and freeing a million small texts would only delay that.
    let core: &'static Hakim = Box::leak(Box::new(Hakim::open(Folders::of_this_machine()?, events)?));
    for problem in &core.knowledge().problems {
        eprintln!("pack refused: {problem}");
    }
    Ok(core)
}

/// The core with its events to be heard, for what is told while it goes on.
fn open_listening() -> anyhow::Result<(&'static Hakim, Receiver<Event>)> {
    let (to_us, events) = channel();
    // Nobody listens any more when the answer is printed.
    Ok((open_with(Arc::new(move |event| drop(to_us.send(event))))?, events))
}

/// A failure of the core in the words of the window, anything else as it is.
fn told(error: &anyhow::Error) -> String {
    let Some(failure) = error.downcast_ref::<Failure>() else { return format!("{error:#}") };
    let words = Words::new(hakim_clinical::Lang::En);
    let key = format!("error-{}", failure.key);
    let args: Vec<(&str, hakim_i18n::Value)> =
        failure.args.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    let said = if words.has(&key) { words.say_plain(&key, &args) } else { failure.key.clone() };
    if failure.detail.is_empty() { said } else { format!("{said}\n({})", failure.detail) }
}
