//! `hakim eval`: accuracy on outside cases. A suite never looks at the answer except to score.

mod baseline;
mod case;
mod extraction;
mod figures;
mod languages;
mod negation;
mod page;
mod phenopackets;
mod ranking;
mod retrieval;
mod triage;
mod vignettes;

use std::path::PathBuf;
use std::process::ExitCode;
use vignettes::Telling;

#[derive(clap::Subcommand)]
pub(crate) enum Suite {
    /// Free-text vignettes scored by ICD-10 prefixes
    Vignettes {
        /// JSONL: `correct_diagnosis`, `demographics`, `chief_complaints`, `presentation`, `absent_findings` ...
        #[arg(long)]
        cases: PathBuf,
        /// TSV: diagnosis name, accepted ICD-10 prefixes separated by commas
        #[arg(long)]
        gold: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every case with its rank
        #[arg(long)]
        verbose: bool,
    },
    /// The same vignettes from the chief complaint on: the engine asks, the text of the case answers
    Dialogue {
        /// JSONL as for `vignettes`
        #[arg(long)]
        cases: PathBuf,
        /// TSV: diagnosis name, accepted ICD-10 prefixes separated by commas
        #[arg(long)]
        gold: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every case with its rank
        #[arg(long)]
        verbose: bool,
    },
    /// The same vignettes with parts of the method left out, and by baselines
    Ablations {
        /// JSONL as for `vignettes`
        #[arg(long)]
        cases: PathBuf,
        /// TSV: diagnosis name, accepted ICD-10 prefixes separated by commas
        #[arg(long)]
        gold: PathBuf,
        /// Write one JSON array here
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Cases of our own told in several languages
    Languages {
        /// JSONL: `id`, `diagnosis`, `accepted` ICD-10 prefixes, `who`, `text` by language code
        #[arg(long)]
        cases: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every case with its rank
        #[arg(long)]
        verbose: bool,
    },
    /// All suites on the open cases, for the page in the window and `docs/evaluation.md`
    Page {
        /// Folder that holds `vignettes`, `negation` and `phenopackets`
        #[arg(long)]
        data: PathBuf,
        /// Folder with the cases of our own
        #[arg(long, default_value = "knowledge/cases")]
        own: PathBuf,
        /// Day of the measurement, as `2026-11-26`
        #[arg(long)]
        day: String,
        /// Write the window's JSON here
        #[arg(long)]
        json: PathBuf,
        /// Write the tables here
        #[arg(long)]
        markdown: PathBuf,
    },
    /// Judged questions against the packs in use, or a corpus of its own
    Retrieval {
        /// JSONL `{id, title, text}`; left out, the packs in use
        #[arg(long)]
        corpus: Option<PathBuf>,
        /// JSONL `{id, language, text}`
        #[arg(long)]
        questions: PathBuf,
        /// TSV: question, document, one grade a judge
        #[arg(long)]
        judgments: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every question with its score
        #[arg(long)]
        verbose: bool,
    },
    /// Concepts in sentences: which are denied
    Negation {
        /// TSV with a heading: report, concept, sentence, `Affirmed` or `Negated`
        #[arg(long)]
        cases: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every case that was read wrongly
        #[arg(long)]
        verbose: bool,
    },
    /// Cases in free text: emergency, a doctor, or care at home
    Triage {
        /// JSONL: `case_description`, `urgency_level` (em, ne, sc), `correct_diagnosis`
        #[arg(long)]
        cases: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every case with another level than its own
        #[arg(long)]
        verbose: bool,
    },
    /// Terms of the Human Phenotype Ontology in English texts
    Extraction {
        /// Folder with `Text` (or `Corpus`) and `Annotations`
        #[arg(long)]
        cases: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print what was wrong and what was missed in every text
        #[arg(long)]
        verbose: bool,
    },
    /// Phenopackets of rare diseases scored by OMIM id
    Phenopackets {
        /// JSONL or .gz, one `{path, phenopacket}` a line
        #[arg(long)]
        cases: PathBuf,
        /// Write one JSON object here
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print every case with its rank
        #[arg(long)]
        verbose: bool,
    },
}

pub(crate) fn run(suite: &Suite) -> anyhow::Result<ExitCode> {
    match suite {
        Suite::Vignettes { cases, gold, json, verbose } => {
            vignettes::run(cases, gold, Telling::Whole, json.as_deref(), *verbose)
        }
        Suite::Dialogue { cases, gold, json, verbose } => {
            vignettes::run(cases, gold, Telling::Dialogue, json.as_deref(), *verbose)
        }
        Suite::Ablations { cases, gold, json } => vignettes::ablations(cases, gold, json.as_deref()),
        Suite::Languages { cases, json, verbose } => languages::run(cases, json.as_deref(), *verbose),
        Suite::Page { data, own, day, json, markdown } => page::run(data, own, day, json, markdown),
        Suite::Retrieval { corpus, questions, judgments, json, verbose } => {
            retrieval::run(corpus.as_deref(), questions, judgments, json.as_deref(), *verbose)
        }
        Suite::Negation { cases, json, verbose } => negation::run(cases, json.as_deref(), *verbose),
        Suite::Extraction { cases, json, verbose } => extraction::run(cases, json.as_deref(), *verbose),
        Suite::Triage { cases, json, verbose } => triage::run(cases, json.as_deref(), *verbose),
        Suite::Phenopackets { cases, json, verbose } => phenopackets::run(cases, json.as_deref(), *verbose),
    }
}
