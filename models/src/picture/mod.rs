//! Pictures and texts as vectors of one space: a picture lies near the texts that describe it.
//!
//! Two families, read from a folder as Hugging Face lays it out (`config.json`, `model.safetensors`, `tokenizer.json`,
//! `preprocessor_config.json`), or from one GGUF file as clip.cpp writes it ([`bundle`]): CLIP (Radford et al. 2021, arXiv 2103.00020), which was trained to choose among texts, and
//! SigLIP (Zhai et al. 2023, arXiv 2303.15343), which was trained to say of each text whether it fits.

mod bundle;
mod config;
mod parts;
mod pixels;
mod prepare;
mod resize;
mod tower;
mod transformer;
mod weights;

pub use config::Family;
pub use pixels::Pixels;

use crate::error::ModelError;
use crate::memory;
use candle_core::{Device, Tensor};
use config::Config;
use parts::Parts;
use prepare::Preparation;
use std::path::{Path, PathBuf};
use tokenizers::Tokenizer;
use tower::{PictureTower, TextTower};

/// The files of a model's folder, in the order in which they are summed.
pub const FILES: [&str; 4] = [CONFIG, WEIGHTS, PREPARATION, TOKENIZER];
const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
const PREPARATION: &str = "preprocessor_config.json";
const TOKENIZER: &str = "tokenizer.json";

/// Pictures or texts that run together; with more the numbers between the layers leave the cache.
const TOGETHER: usize = 8;

/// How scores become likeness.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Scale {
    /// shares among the texts; the factor of the cosine
    Choice(f32),
    /// each text by itself; factor and what is added
    Fit(f32, f32),
}

/// A loaded encoder of pictures and texts. `Send` and `Sync`.
pub struct PictureEncoder {
    path: PathBuf,
    config: Config,
    preparation: Preparation,
    tokenizer: Tokenizer,
    pictures: PictureTower,
    texts: TextTower,
    scale: Scale,
}

impl std::fmt::Debug for PictureEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PictureEncoder").field("path", &self.path).field("config", &self.config).finish_non_exhaustive()
    }
}

/// What a model says of itself; no weights are read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outline {
    pub(crate) family: Family,
    /// Bytes of all files.
    pub(crate) size: u64,
    /// Estimated bytes of memory.
    pub(crate) memory: u64,
}

impl Outline {
    /// Of a folder or a file.
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt`, `Unsupported`.
    pub(crate) fn read(path: &Path) -> Result<Self, ModelError> {
        let parts = Parts::open(path)?;
        let memory = memory::of_floats(parts.weights.elements());
        Ok(Self { family: parts.family(), size: parts.size, memory })
    }
}

impl PictureEncoder {
    /// Loads a model from its folder or file. Numbers are kept as 32-bit floats, whatever the file has.
    ///
    /// # Errors
    /// `Missing`, `Read`; `Corrupt` when a file is cut, garbled, or says what does not fit together; `Unsupported` for another
    /// kind of model, number format or unit; `TooLarge` when less memory is free than it needs.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let mut parts = Parts::open(path)?;
        memory::require(memory::of_floats(parts.weights.elements()))?;
        let tokenizer = read_tokenizer(&parts.tokenizer, &parts.tokenizer_path)?;
        let (weights, config) = (&mut parts.weights, &parts.config);
        let scale = match config.family {
            Family::Clip => Scale::Choice(weights.factor()?),
            Family::Siglip => Scale::Fit(weights.factor()?, weights.number("logit_bias")?),
        };
        Ok(Self {
            pictures: PictureTower::read(weights, config)?,
            texts: TextTower::read(weights, config)?,
            path: path.to_owned(),
            config: parts.config,
            preparation: parts.preparation,
            tokenizer,
            scale,
        })
    }

    /// Which of the two families it is of.
    pub fn family(&self) -> Family {
        self.config.family
    }

    /// Numbers in a vector.
    pub fn dimensions(&self) -> usize {
        self.config.dimensions
    }

    /// The vectors of pictures, of length 1, in their order.
    ///
    /// # Errors
    /// `Failed` when the numbers of the model run out of range.
    pub fn pictures(&self, pictures: &[Pixels<'_>]) -> Result<Vec<Vec<f32>>, ModelError> {
        let side = self.config.picture_side;
        let mut vectors = Vec::with_capacity(pictures.len());
        for together in pictures.chunks(TOGETHER) {
            let numbers: Vec<f32> = together.iter().flat_map(|picture| self.preparation.apply(picture)).collect();
            let prepared = Tensor::from_vec(numbers, (together.len(), 3, side, side), &Device::Cpu)?;
            vectors.extend(of_length_one(&self.pictures.forward(&prepared)?)?);
        }
        Ok(vectors)
    }

    /// The vectors of texts, of length 1, in their order; texts longer than the model takes are cut.
    ///
    /// # Errors
    /// `Failed` when the tokenizer does not belong to the model, or the numbers of the model run out of range.
    pub fn texts(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, ModelError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for together in texts.chunks(TOGETHER) {
            let ids: Vec<Vec<u32>> = together.iter().map(|text| self.ids(text)).collect::<Result<_, _>>()?;
            vectors.extend(of_length_one(&self.texts.forward(&ids)?)?);
        }
        Ok(vectors)
    }

    /// How well each text fits a picture, 0 to 1, from their vectors. CLIP: shares that add up to 1, so that only the choice
    /// among these texts counts. SigLIP: each text by itself.
    pub fn likeness(&self, picture: &[f32], texts: &[Vec<f32>]) -> Vec<f32> {
        let cosines = texts.iter().map(|text| crate::embed::cosine(picture, text));
        match self.scale {
            Scale::Fit(factor, added) => cosines.map(|cosine| 1.0 / (1.0 + (-factor * cosine - added).exp())).collect(),
            Scale::Choice(factor) => {
                let scores: Vec<f32> = cosines.map(|cosine| factor * cosine).collect();
                let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let powers: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
                let sum: f32 = powers.iter().sum();
                powers.into_iter().map(|power| power / sum).collect()
            }
        }
    }

    fn ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let mut ids = self.all_ids(text)?;
        if let Some(foreign) = ids.iter().find(|id| **id as usize >= self.config.text.vocabulary) {
            let message = format!("the tokenizer gives token {foreign}, the model has {}", self.config.text.vocabulary);
            return Err(ModelError::Failed { during: "encoding", message });
        }
        if ids.len() > self.config.text.positions {
            // The last token says that the text has ended: keep it.
            let end = ids.last().copied();
            ids.truncate(self.config.text.positions - 1);
            ids.extend(end);
        }
        Ok(ids)
    }

    fn all_ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        guarded("encoding", || Ok(self.tokenizer.encode_fast(text, true)?.get_ids().to_vec()))
    }

    /// Whether the letters and digits of a text come back from its tokens, whatever their case.
    pub(crate) fn gives_back(&self, text: &str) -> Result<bool, ModelError> {
        let ids = self.all_ids(text)?;
        let back = guarded("decoding", || self.tokenizer.decode(&ids, true))?;
        let letters = |text: &str| -> String { text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
        Ok(letters(&back) == letters(text))
    }
}

fn read_tokenizer(json: &[u8], path: &Path) -> Result<Tokenizer, ModelError> {
    let read = guarded("reading the tokenizer", || {
        let mut table = Tokenizer::from_bytes(json)?;
        table.with_padding(None);
        table.with_truncation(None)?;
        Ok(table)
    });
    read.map_err(|error| ModelError::corrupt(path, error.to_string()))
}

/// Runs the tokenizer, which panics on some files whose parts do not fit together: that becomes an error too.
fn guarded<T>(during: &'static str, act: impl FnOnce() -> tokenizers::Result<T>) -> Result<T, ModelError> {
    let failed = |message: String| ModelError::Failed { during, message };
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)) {
        Ok(done) => done.map_err(|error| failed(error.to_string())),
        Err(_) => Err(failed("the tokenizer's parts do not fit together".into())),
    }
}

fn of_length_one(rows: &Tensor) -> Result<Vec<Vec<f32>>, ModelError> {
    let mut rows: Vec<Vec<f32>> = rows.to_vec2()?;
    for row in &mut rows {
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !length.is_finite() || length == 0.0 {
            return Err(ModelError::Failed { during: "encoding", message: "its numbers ran out of range".into() });
        }
        row.iter_mut().for_each(|x| *x /= length);
    }
    Ok(rows)
}
