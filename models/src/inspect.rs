//! Looking a model over before it is used: what it is, whether it fits, and a short run. Language models are files, encoders of
//! pictures are folders or files.
//!
//! Asked of a file that somebody brought. The built-in catalogue knows its files by their sum; of others nothing is known, so
//! everything that can be tested is tested, and what cannot (whether it is right) is said.

use crate::Cancel;
use crate::catalogue::Purpose;
use crate::error::ModelError;
use crate::gguf::{Gguf, Value};
use crate::lm::{Config, LanguageModel, LoadOptions, Sampling, TokenTable};
use crate::memory;
use crate::picture::{Outline, PictureEncoder, Pixels};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What it can be used for.
    pub purpose: Purpose,
    /// Name in the file, else the file's or the folder's own name.
    pub name: String,
    /// `llama`, `qwen2`, `clip` and so on.
    pub architecture: String,
    /// Bytes of the file.
    pub size: u64,
    /// Estimated bytes of memory with the usual context.
    pub memory: u64,
    /// SPDX or free text, as the file says; empty when it says nothing.
    pub licence: String,
    /// Languages the file names, as BCP 47 tags.
    pub languages: Vec<String>,
}

/// How it ran; each figure for a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trial {
    /// A language model.
    Words {
        /// Prompt tokens read.
        reading: f64,
        /// Tokens written.
        writing: f64,
    },
    /// An encoder of pictures.
    Pictures {
        /// Pictures looked at.
        pictures: f64,
        /// Short texts read.
        texts: f64,
    },
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

/// Texts of the trial of an encoder of pictures; their letters must come back. Such models know English.
const PICTURE_TEXTS: [&str; 2] = ["a photo of a red patch on the skin of an arm", "a drawing of a house, 3 trees"];
/// Pixels of a side of the pictures of the trial.
const TRIAL_SIDE: usize = 96;

/// Whether this is something that [`try_out`] runs: a GGUF file or a folder.
pub fn can_be_tried(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|extension| extension == "gguf")
}

/// Reads the header, and has the tokenizer give texts back. Reads no weights. A folder, or a file
/// of the architecture `clip`, is looked over as an encoder of pictures.
///
/// # Errors
/// `Missing`, `Read`, `Corrupt` (also for a tokenizer that loses letters or a file without a chat template), `Unsupported`,
/// `TooLarge` when less memory is free than it needs.
pub fn inspect(path: &Path) -> Result<Inspection, ModelError> {
    if path.is_dir() {
        return inspect_pictures(path);
    }
    let gguf = Gguf::open(path)?;
    if is_clip(&gguf)? { inspect_pictures(path) } else { inspect_words(path, &gguf) }
}

/// Whether a file says that it is an encoder of pictures.
fn is_clip(gguf: &Gguf) -> Result<bool, ModelError> {
    Ok(gguf.architecture()? == "clip")
}

fn inspect_pictures(path: &Path) -> Result<Inspection, ModelError> {
    let outline = Outline::read(path)?;
    memory::require(outline.memory)?;
    Ok(Inspection {
        purpose: Purpose::Vision,
        name: if path.is_dir() { path.file_name() } else { path.file_stem() }
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        architecture: outline.family.name().to_owned(),
        size: outline.size,
        memory: outline.memory,
        licence: String::new(),
        languages: vec![],
    })
}

fn inspect_words(path: &Path, gguf: &Gguf) -> Result<Inspection, ModelError> {
    let config = Config::from_gguf(gguf)?;
    let tokens = TokenTable::from_gguf(gguf)?;
    for text in ROUND_TRIPS {
        if !tokens.gives_back(text)? {
            return Err(ModelError::corrupt(path, format!("its tokenizer does not give \u{201c}{text}\u{201d} back")));
        }
    }
    if gguf.text("tokenizer.chat_template").is_none() {
        return Err(ModelError::unsupported(path, "a base model without a chat template"));
    }
    let context = LoadOptions::default().context.min(config.trained_context);
    let memory = memory::estimate(gguf, config.cache_bytes(context));
    memory::require(memory)?;
    let stem = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Inspection {
        purpose: Purpose::Chat,
        name: gguf.text("general.name").filter(|name| !name.trim().is_empty()).map_or_else(stem, str::to_owned),
        architecture: config.architecture.clone(),
        size: gguf.size(),
        memory,
        licence: gguf.text("general.license").unwrap_or_default().to_owned(),
        languages: match gguf.value("general.languages") {
            Some(Value::Texts(languages)) => languages.clone(),
            _ => vec![],
        },
    })
}

/// Loads the model and has it go on with a text, or compare pictures with texts.
///
/// # Errors
/// Those of loading and running it; `Corrupt` when what it writes is no text, when its tokenizer loses letters, or when pictures
/// that differ are one to it.
pub fn try_out(path: &Path, cancel: &Cancel) -> Result<Trial, ModelError> {
    if path.is_dir() || is_clip(&Gguf::open(path)?)? {
        try_out_pictures(path, cancel)
    } else {
        try_out_words(path, cancel)
    }
}

fn try_out_pictures(path: &Path, cancel: &Cancel) -> Result<Trial, ModelError> {
    let encoder = PictureEncoder::load(path)?;
    for text in PICTURE_TEXTS {
        if !encoder.gives_back(text)? {
            return Err(ModelError::corrupt(path, format!("its tokenizer does not give \u{201c}{text}\u{201d} back")));
        }
    }
    let gone = || if cancel.is_raised() { Err(ModelError::Cancelled) } else { Ok(()) };
    gone()?;
    // Two pictures that have nothing in common: stripes of red and blue, and a green slope.
    let pixel = |n: usize, of: fn(usize, usize) -> [u8; 3]| of(n % TRIAL_SIDE, n / TRIAL_SIDE);
    let all =
        |of: fn(usize, usize) -> [u8; 3]| (0..TRIAL_SIDE * TRIAL_SIDE).flat_map(|n| pixel(n, of)).collect::<Vec<u8>>();
    let stripes = all(|x, _| if x / 8 % 2 == 0 { [230, 20, 30] } else { [20, 30, 230] });
    let slope = all(|x, y| [10, (x + y) as u8, 10]);
    let pictures: Vec<Pixels> =
        [&stripes, &slope].into_iter().filter_map(|rgb| Pixels::new(TRIAL_SIDE, TRIAL_SIDE, rgb)).collect();
    let started = Instant::now();
    let seen = encoder.pictures(&pictures)?;
    let looking = started.elapsed();
    gone()?;
    let started = Instant::now();
    let read = encoder.texts(&PICTURE_TEXTS)?;
    let reading = started.elapsed();
    for (vectors, what) in [(&seen, "pictures"), (&read, "texts")] {
        if vectors.chunks_exact(2).any(|two| two[0] == two[1]) {
            return Err(ModelError::corrupt(path, format!("{what} that differ are one to it")));
        }
    }
    let speed = |count: usize, time: std::time::Duration| count as f64 / time.as_secs_f64().max(1e-6);
    Ok(Trial::Pictures { pictures: speed(seen.len(), looking), texts: speed(read.len(), reading) })
}

fn try_out_words(path: &Path, cancel: &Cancel) -> Result<Trial, ModelError> {
    let mut model = LanguageModel::load(path, &LoadOptions { context: 256, ..LoadOptions::default() })?;
    let sampling = Sampling { max_tokens: TRIAL_TOKENS, ..Sampling::default() };
    let answer = model.complete(TRIAL_TEXT, &sampling, cancel, |_| ControlFlow::Continue(()))?;
    if answer.new_tokens > 0 && answer.text.chars().all(|c| !c.is_alphanumeric()) {
        return Err(ModelError::corrupt(path, "it writes no words"));
    }
    let speed = |tokens: usize, time: std::time::Duration| tokens as f64 / time.as_secs_f64().max(1e-6);
    Ok(Trial::Words {
        reading: speed(answer.prompt_tokens - answer.reused_tokens, answer.reading),
        writing: speed(answer.new_tokens, answer.writing),
    })
}
