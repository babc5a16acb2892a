//! Model files: what is known, what is here, bringing one, checking, choosing, removing.

use anyhow::{Context, Result};
use clap::Subcommand;
use hakim_consult::{Folders, compare_picture};
use hakim_models::Cancel;
use hakim_models::catalogue::{Purpose, Thoroughness, entries};
use hakim_models::inspect::{Trial, can_be_tried, try_out};
use hakim_models::registry::{Brought, Registry, Step};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub(crate) enum Tool {
    /// The models of the catalogue and those that were brought, with what each is for and its limits
    List,
    /// Take in a GGUF file (Llama, Mistral, Qwen, Gemma 3, Phi-3) or an encoder of pictures (CLIP, SigLIP as a folder with
    /// safetensors; CLIP as one file): look it over, run it, keep it
    Add {
        /// the file or folder, for instance on a USB stick
        file: PathBuf,
        /// use it where it lies instead of copying it
        #[arg(long)]
        leave: bool,
    },
    /// Check a model byte for byte and run it
    Check {
        /// id from the list
        id: String,
    },
    /// Use this model from now on for what it does
    Use {
        /// id from the list
        id: String,
    },
    /// Compare a picture with texts by the encoder of pictures in use; tells nothing about health
    Compare {
        /// PNG or JPEG
        picture: PathBuf,
        /// texts it might show
        #[arg(required = true)]
        texts: Vec<String>,
    },
    /// Take a model that was brought off the list, and our copy of it off the disk
    Remove {
        /// id from the list
        id: String,
    },
}

pub(crate) fn run(tool: &Tool) -> Result<ExitCode> {
    let folders = Folders::of_this_machine()?;
    let registry = Registry::at(folders.models());
    let cancel = Cancel::default();
    match tool {
        Tool::List => list(&folders, &registry)?,
        Tool::Add { file, leave } => {
            let mut shown = None;
            let model = registry.add(file, !leave, &cancel, |step| say_step(step, &mut shown))?;
            print_brought(&model, false);
            println!("{}", unmeasured(model.purpose));
            println!("To use it: hakim model use {}", model.id);
        }
        Tool::Check { id } => {
            let file = registry.check(id, &folders.assets, Thoroughness::Full, &cancel)?;
            println!("{}: as it was when it was brought or catalogued", file.display());
            if can_be_tried(&file) {
                println!("{}", told(try_out(&file, &cancel)?));
            }
        }
        Tool::Use { id } => {
            registry.choose(id)?;
            let file = registry
                .check(id, &folders.assets, Thoroughness::Quick, &cancel)
                .context("it is chosen, but cannot be used yet")?;
            println!("{id} is used from the next start on ({})", file.display());
        }
        Tool::Compare { picture, texts } => {
            let likeness = compare_picture(&folders, picture, texts)?;
            for (text, likeness) in texts.iter().zip(likeness) {
                println!("{:>5.1} %  {text}", 100.0 * likeness);
            }
            eprintln!("{}", unmeasured(Purpose::Vision));
        }
        Tool::Remove { id } => {
            registry.remove(id)?;
            println!("{id} is removed");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(folders: &Folders, registry: &Registry) -> Result<()> {
    let chosen = registry.chosen();
    let pictures = registry.chosen_pictures()?.map(|model| model.id);
    for entry in entries()? {
        let here = if entry.file(&folders.assets).is_file() { "here" } else { "not on this computer" };
        let used = if entry.id == chosen { ", in use" } else { "" };
        println!("{} ({:?}, {}): {here}{used}", entry.id, entry.purpose, entry.architecture);
        println!("    {}; {}; needs about {}", megabytes(entry.size), entry.licence, megabytes(entry.memory));
        println!("    languages {}; {}", entry.languages.join(", "), entry.provenance);
        println!("    {}", entry.limits);
    }
    for model in registry.brought()? {
        print_brought(&model, model.id == chosen || Some(&model.id) == pictures.as_ref());
    }
    Ok(())
}

fn print_brought(model: &Brought, used: bool) {
    let used = if used { ", in use" } else { "" };
    let said = |text: &str| if text.is_empty() { "not said".to_owned() } else { text.to_owned() };
    println!("{} (brought, {}): {}{used}", model.id, model.architecture, model.name);
    println!(
        "    {}; licence {}; needs about {}",
        megabytes(model.size),
        said(&model.licence),
        megabytes(model.memory)
    );
    println!("    languages {}; {}", said(&model.languages.join(", ")), model.file.display());
    println!("    when it was tried it {}", told(model.trial()));
    println!("    sha256 {}", model.sha256);
}

fn told(trial: Trial) -> String {
    match trial {
        Trial::Words { reading, writing } => format!("read {reading:.0} and wrote {writing:.1} tokens a second"),
        Trial::Pictures { pictures, texts } => {
            format!("looked at {pictures:.1} pictures and read {texts:.1} short texts a second")
        }
    }
}

fn unmeasured(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Vision => "Nobody has measured what it sees: take no finding from it.",
        _ => "Nobody has measured what it says; every sentence is checked as before.",
    }
}

/// `shown` is the percentage last shown.
fn say_step(step: Step, shown: &mut Option<u64>) {
    match step {
        Step::Inspecting => eprintln!("looking it over"),
        Step::Copying(done, all) => {
            let percent = done * 100 / all.max(1);
            if shown.replace(percent) != Some(percent) {
                eprint!("\rreading {} of {}   ", megabytes(done), megabytes(all));
            }
        }
        Step::Trying => eprintln!("\nrunning it"),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}
