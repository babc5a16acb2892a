//! `hakim pack`: check packs on disk and count what they hold.

use hakim_knowledge::{Problem, check, load, packs_in, stats};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(crate) enum Tool {
    /// Read every file and say what is wrong, with file, line and id
    Check {
        /// Folder that holds the packs
        folder: PathBuf,
    },
    /// Count what the packs hold and how much of it was really read
    Stats {
        /// Folder that holds the packs; left out, the built-in packs
        folder: Option<PathBuf>,
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(tool: &Tool) -> anyhow::Result<ExitCode> {
    match tool {
        Tool::Check { folder } => {
            let (base, problems) = read(folder);
            for problem in &problems {
                println!("{problem}");
            }
            let counted = stats(&base);
            println!(
                "{} problems; {} conditions, {} findings, {} medicines, {} passages read",
                problems.len(),
                counted.conditions,
                counted.findings,
                counted.medicines,
                counted.passages
            );
            Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Tool::Stats { folder, json } => {
            let base = match folder {
                Some(folder) => read(folder).0,
                None => load(&hakim_knowledge::builtin_packs()).base,
            };
            let s = stats(&base);
            let rows = [
                ("conditions", s.conditions),
                ("findings", s.findings),
                ("medicines", s.medicines),
                ("interactions", s.interactions),
                ("unani_conditions", s.unani_conditions),
                ("unani_drugs", s.unani_drugs),
                ("unani_formulations", s.unani_formulations),
                ("unani_terms", s.unani_terms),
                ("passages", s.passages),
                ("facts", s.facts),
                ("facts_seen", s.facts_seen),
                ("facts_reviewed", s.facts_reviewed),
                ("doses", s.doses.0),
                ("doses_seen", s.doses.1),
                ("dangers", s.dangers.0),
                ("dangers_seen", s.dangers.1),
                ("interactions_seen", s.interactions_seen.1),
                ("languages", s.languages),
            ];
            if *json {
                let object: serde_json::Map<String, serde_json::Value> =
                    rows.iter().map(|(name, n)| ((*name).to_owned(), (*n).into())).collect();
                println!("{}", serde_json::to_string_pretty(&object)?);
            } else {
                for (name, n) in rows {
                    println!("{name:20} {n:6}");
                }
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn read(folder: &Path) -> (hakim_clinical::KnowledgeBase, Vec<Problem>) {
    let (packs, mut problems) = packs_in(folder);
    let loaded = load(&packs);
    problems.extend(loaded.problems);
    problems.extend(check(&loaded.base));
    (loaded.base, problems)
}
