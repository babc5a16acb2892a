//! Looking a language model file over before it is used: what it is, whether it fits, and a short run.
//!
//! Asked of a file that somebody brought. The built-in catalogue knows its files by their sum; of others nothing is known, so
//! everything that can be tested is tested, and what cannot (whether it is right) is said.

use crate::Cancel;
use crate::error::ModelError;
use crate::gguf::{Gguf, Value};
use crate::lm::{Config, LanguageModel, LoadOptions, Sampling, TokenTable};
use crate::memory;
use std::ops::ControlFlow;
use std::path::Path;

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Name in the file, else the file's own name.
    pub name: String,
    /// `llama`, `qwen2` and so on.
    pub architecture: String,
    /// Bytes of the file.
    pub size: u64,
    /// Estimated bytes of memory with the usual context.
    pub memory: u64,
    /// Longest text it was trained on, tokens.
    pub trained_context: usize,
    /// SPDX or free text, as the file says; empty when it says nothing.
    pub licence: String,
    /// Languages the file names, as BCP 47 tags.
    pub languages: Vec<String>,
}

/// How it ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Prompt tokens read in a second.
    pub reading: f64,
    /// Tokens written in a second.
    pub writing: f64,
}

/// Texts that must come back letter for letter: the scripts of our users, signs, spaces.
const ROUND_TRIPS: [&str; 6] = [
    "Fever 38.5 °C for 3 days, SpO2 94 % (no cough).",
    "بخار اور کھانسی، سانس پھولنا",
    "ألم في الصدر وضيق النفس",
    "दिल्ली में बुख़ार और खाँसी",
    "Fièvre à 39 °C, œdème",
    "a\n\n  b\tc  🫀",
];

/// Read and continued in the trial.
const TRIAL_TEXT: &str = "A child of two years has had a fever and a cough for three days. The mother says that he drinks \
    well and has passed urine. He breathes forty times a minute, without any drawing in of the chest. The health worker";
const TRIAL_TOKENS: usize = 24;

/// Reads the header, and has the tokenizer give texts back. Reads no weights.
///
/// # Errors
/// `Missing`, `Read`, `Corrupt` (also for a tokenizer that loses letters or a file without a chat template), `Unsupported`,
/// `TooLarge` when less memory is free than it needs.
pub fn inspect(path: &Path) -> Result<Inspection, ModelError> {
    let gguf = Gguf::open(path)?;
    let config = Config::from_gguf(&gguf)?;
    let tokens = TokenTable::from_gguf(&gguf)?;
    for text in ROUND_TRIPS {
        if !tokens.gives_back(text)? {
            return Err(ModelError::corrupt(path, format!("its tokenizer does not give \u{201c}{text}\u{201d} back")));
        }
    }
    if gguf.text("tokenizer.chat_template").is_none() {
        return Err(ModelError::unsupported(path, "a base model without a chat template"));
    }
    let context = LoadOptions::default().context.min(config.trained_context);
    let memory = memory::estimate(&gguf, config.cache_bytes(context));
    memory::require(memory)?;
    let stem = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Inspection {
        name: gguf.text("general.name").filter(|name| !name.trim().is_empty()).map_or_else(stem, str::to_owned),
        architecture: config.architecture.clone(),
        size: gguf.size(),
        memory,
        trained_context: config.trained_context,
        licence: gguf.text("general.license").unwrap_or_default().to_owned(),
        languages: match gguf.value("general.languages") {
            Some(Value::Texts(languages)) => languages.clone(),
            _ => vec![],
        },
    })
}

/// Loads the model and has it go on with a text.
///
/// # Errors
/// Those of [`LanguageModel::load`] and [`LanguageModel::complete`]; `Corrupt` when what it writes is no text.
pub fn try_out(path: &Path, cancel: &Cancel) -> Result<Trial, ModelError> {
    let mut model = LanguageModel::load(path, &LoadOptions { context: 256, ..LoadOptions::default() })?;
    let sampling = Sampling { max_tokens: TRIAL_TOKENS, ..Sampling::default() };
    let answer = model.complete(TRIAL_TEXT, &sampling, cancel, |_| ControlFlow::Continue(()))?;
    if answer.new_tokens > 0 && answer.text.chars().all(|c| !c.is_alphanumeric()) {
        return Err(ModelError::corrupt(path, "it writes no words"));
    }
    let speed = |tokens: usize, time: std::time::Duration| tokens as f64 / time.as_secs_f64().max(1e-6);
    Ok(Trial {
        reading: speed(answer.prompt_tokens - answer.reused_tokens, answer.reading),
        writing: speed(answer.new_tokens, answer.writing),
    })
}
