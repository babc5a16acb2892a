//! `hakim documents`: the user's own documents, searched beside the packs.

use hakim_contract::*;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

#[derive(clap::Subcommand)]
pub(crate) enum Tool {
    /// Take in files, or all documents of folders; run again, it goes on where it stopped
    Import {
        /// Files or folders
        paths: Vec<PathBuf>,
    },
    /// What is there
    List,
    /// Find paragraphs
    Search {
        /// Words in any language
        words: Vec<String>,
    },
    /// Take one away
    Remove {
        /// Its id, as `list` shows it
        id: String,
    },
}

pub(crate) fn run(tool: &Tool) -> anyhow::Result<ExitCode> {
    let core = crate::open()?;
    match tool {
        Tool::Import { paths } => {
            let paths = paths.iter().map(|p| p.display().to_string()).collect();
            let request = ImportRequest { paths, files: vec![] };
            let state = core.shelf().import(0, request, &AtomicBool::new(false), &|s| {
                eprint!("\r{} of {}", s.done, s.total);
            })?;
            eprintln!();
            println!(
                "{} added, {} known already, {} not readable",
                state.added,
                state.known,
                state.failed.len() + state.more_failed
            );
            for (name, key) in &state.failed {
                println!("  {name}: {}", crate::told(&Failure::new(key).into()));
            }
        }
        Tool::List => {
            let list = core.documents_list(Nothing {})?;
            for d in &list.documents {
                println!("{}  {:8} {:5} paragraphs  {}", d.id, d.kind, d.blocks, d.title);
            }
            println!("{} documents", list.total);
        }
        Tool::Search { words } => {
            let everywhere = SearchRequest::everywhere(words.join(" "), hakim_clinical::Lang::En, 5);
            let request = SearchRequest { scope: SearchScope::Own, ..everywhere };
            for block in core.search(request)?.own {
                let page = block.page.map(|p| format!(", page {p}")).unwrap_or_default();
                println!(
                    "{} ({}{page}, paragraph {})\n  {}\n",
                    block.heading, block.title, block.paragraph, block.text
                );
            }
        }
        Tool::Remove { id } => {
            core.document_remove(ShelfRef { id: id.clone() })?;
            println!("taken away");
        }
    }
    Ok(ExitCode::SUCCESS)
}
