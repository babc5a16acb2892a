//! `hakim eval`: accuracy on outside cases. A suite never looks at the answer except to score.

mod ask;
mod calculators;
mod case;
mod extraction;
mod figures;
mod grounding;
mod interactions;
mod languages;
mod mcq;
mod negation;
mod page;
mod phenopackets;
mod ranking;
mod retrieval;
mod triage;
mod vignettes;
mod wording;

use figures::write_json;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;
use vignettes::Telling;

/// What every suite writes.
#[derive(clap::Args)]
pub(crate) struct Out {
    /// Write the figures here as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Print every case as well
    #[arg(long)]
    verbose: bool,
}

/// Cases that bring their own answers.
#[derive(clap::Args)]
pub(crate) struct Cases {
    /// The file of cases (a folder for `extraction`)
    #[arg(long)]
    cases: PathBuf,
    #[command(flatten)]
    out: Out,
}

/// Vignettes, whose answers stand in a file of their own.
#[derive(clap::Args)]
pub(crate) struct Judged {
    #[command(flatten)]
    of: Cases,
    /// TSV: diagnosis name, accepted ICD-10 prefixes separated by commas
    #[arg(long)]
    gold: PathBuf,
}

#[derive(clap::Subcommand)]
pub(crate) enum Suite {
    /// Free-text vignettes scored by ICD-10 prefixes: JSONL `correct_diagnosis`, `demographics`, `chief_complaints`,
    /// `presentation`, `absent_findings` ...
    Vignettes(Judged),
    /// The same vignettes from the chief complaint on: the engine asks, the text of the case answers
    Dialogue(Judged),
    /// The same vignettes with parts of the method left out, and by baselines
    Ablations(Judged),
    /// Cases of our own told in several languages: JSONL `id`, `diagnosis`, `accepted` ICD-10 prefixes, `who`, `text` by language
    Languages(Cases),
    /// Concepts in sentences, which are denied: TSV with a heading: report, concept, sentence, `Affirmed` or `Negated`
    Negation(Cases),
    /// Emergency, a doctor, or care at home: JSONL `case_description`, `urgency_level` (em, ne, sc), `correct_diagnosis`
    Triage(Cases),
    /// Terms of the Human Phenotype Ontology in English texts: folder with `Text` (or `Corpus`) and `Annotations`
    Extraction(Cases),
    /// Phenopackets of rare diseases scored by OMIM id: JSONL or .gz, one `{path, phenopacket}` a line
    Phenopackets(Cases),
    /// Errors planted in sentences of the packs (number, medicine, denial, side, unit, condition): are they caught, and do true
    /// ones pass?
    Grounding(Out),
    /// Calculators on cases: JSONL as MedCalc-Bench
    Calculators {
        #[command(flatten)]
        of: Cases,
        /// What the calculator gets: the values listed with the case, or its note and the question alone
        #[arg(long, default_value = "entities")]
        given: calculators::Given,
    },
    /// Pairs of medicines: are they found, how gravely, how often would the user be stopped? CSV, two names a row
    Interactions {
        /// The file of pairs
        #[arg(long)]
        pairs: PathBuf,
        #[command(flatten)]
        out: Out,
    },
    /// Judged questions to Ask: are the right passages cited, and is nothing said where nothing answers?
    Ask {
        #[command(flatten)]
        of: Cases,
        /// Have the language model word the English answers, and score what it cites
        #[arg(long)]
        worded: bool,
    },
    /// Multiple-choice questions to the language model, by exact letter: JSONL as MedQA or MedMCQA, CSV as MMLU
    Mcq {
        #[command(flatten)]
        of: Cases,
        /// Ask only so many, taken evenly over the file
        #[arg(long)]
        limit: Option<usize>,
        /// Let it read the passages that search finds first
        #[arg(long)]
        retrieved: bool,
    },
    /// Explanation, note and letter of cases in the language model's words: time to the first words and to the end, sentences
    /// withheld. JSONL `id`, `who`, `text` by language
    Wording {
        #[command(flatten)]
        of: Cases,
        /// Take only so many, evenly over the file
        #[arg(long)]
        limit: Option<usize>,
        /// Seconds the user looks at a condition before asking for its explanation
        #[arg(long, default_value_t = 8)]
        looking: u64,
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
        /// Write what was found for every question here, to be judged: TSV question, rank, document
        #[arg(long)]
        found: Option<PathBuf>,
        #[command(flatten)]
        out: Out,
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
}

pub(crate) fn run(suite: &Suite) -> anyhow::Result<ExitCode> {
    let told = |j: &Judged, telling| vignettes::run(&j.of.cases, &j.gold, telling, j.of.out.verbose);
    let on = |c: &Cases, suite: fn(&std::path::Path, bool) -> anyhow::Result<Value>| suite(&c.cases, c.out.verbose);
    let (figures, out) = match suite {
        Suite::Vignettes(judged) => (told(judged, Telling::Whole)?, &judged.of.out),
        Suite::Dialogue(judged) => (told(judged, Telling::Dialogue)?, &judged.of.out),
        Suite::Ablations(judged) => {
            (vignettes::ablations(&judged.of.cases, &judged.gold, judged.of.out.verbose)?, &judged.of.out)
        }
        Suite::Languages(cases) => (on(cases, languages::run)?, &cases.out),
        Suite::Negation(cases) => (on(cases, negation::run)?, &cases.out),
        Suite::Triage(cases) => (on(cases, triage::run)?, &cases.out),
        Suite::Extraction(cases) => (on(cases, extraction::run)?, &cases.out),
        Suite::Phenopackets(cases) => (on(cases, phenopackets::run)?, &cases.out),
        Suite::Ask { of, worded } => (ask::run(&of.cases, *worded, of.out.verbose)?, &of.out),
        Suite::Mcq { of, limit, retrieved } => (mcq::run(&of.cases, *limit, *retrieved, of.out.verbose)?, &of.out),
        Suite::Wording { of, limit, looking } => {
            let looking = std::time::Duration::from_secs(*looking);
            (wording::run(&of.cases, *limit, looking, of.out.verbose)?, &of.out)
        }
        Suite::Interactions { pairs, out } => (interactions::run(pairs, out.verbose)?, out),
        Suite::Calculators { of, given } => (calculators::run(&of.cases, *given, of.out.verbose)?, &of.out),
        Suite::Grounding(out) => (grounding::run(out.verbose)?, out),
        Suite::Retrieval { corpus, questions, judgments, found, out } => {
            (retrieval::run(corpus.as_deref(), questions, judgments, found.as_deref(), out.verbose)?, out)
        }
        Suite::Page { data, own, day, json, markdown } => {
            page::run(data, own, day, json, markdown)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    if let Some(path) = &out.json {
        write_json(path, &figures)?;
    }
    Ok(ExitCode::SUCCESS)
}
