//! Texts as vectors: nearby vectors mean nearly the same, also across languages.
//!
//! multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672): a BERT encoder, mean over the tokens, length 1. It was
//! trained with `query: ` before questions and `passage: ` before what is searched.

mod file;

use crate::error::ModelError;
use candle_core::quantized::{QMatMul, QTensor};
use candle_core::{Device, Module, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};
use file::{E5File, Sizes};
use std::path::Path;
use tokenizers::Tokenizer;

/// Numbers in a vector.
pub const DIMENSIONS: usize = 384;

/// Tokens encoded together: enough to keep both cores busy, few enough to stay in the cache.
const BATCH_TOKENS: usize = 1024;

/// Which side of a search a text is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What is asked.
    Query,
    /// What is searched through.
    Passage,
}

struct Linear {
    weight: QMatMul,
    bias: Tensor,
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    output_norm: Norm,
}

/// A loaded sentence encoder. `Send` and `Sync`.
pub struct Encoder {
    sizes: Sizes,
    tokenizer: Tokenizer,
    words: QTensor,
    /// Position and type embeddings, added once at load: (positions, width).
    places: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("sizes", &self.sizes).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Loads `e5-small-q4.bin` and its `tokenizer.json`.
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt`, `Unsupported` (an encoder of another width).
    pub fn load(model: &Path, tokenizer: &Path) -> Result<Self, ModelError> {
        let file = E5File::read(model)?;
        let sizes = file.sizes;
        if sizes.width != DIMENSIONS {
            return Err(ModelError::unsupported(model, format!("an encoder of width {}", sizes.width)));
        }
        let json = std::fs::read(tokenizer).map_err(|e| ModelError::reading(tokenizer, e))?;
        let mut table = Tokenizer::from_bytes(json).map_err(|e| ModelError::corrupt(tokenizer, e.to_string()))?;
        table.with_padding(None);
        let (width, wrong) = (sizes.width, ModelError::failed("reading the tokenizer"));
        table.with_truncation(None).map_err(wrong)?;
        if table.get_vocab_size(true) > sizes.vocabulary {
            return Err(ModelError::corrupt(tokenizer, "it has more tokens than the model"));
        }
        // Two token types are stored; texts here are always of the first.
        let types = file.floats("emb.type", &[2, width])?.narrow(0, 0, 1)?;
        Ok(Self {
            tokenizer: table,
            words: file.quantized("emb.word", (sizes.vocabulary, width))?,
            places: file.floats("emb.pos", &[sizes.positions, width])?.broadcast_add(&types)?,
            norm: Norm::read(&file, "emb.ln", width)?,
            layers: (0..sizes.layers).map(|number| Layer::read(&file, number)).collect::<Result<_, _>>()?,
            sizes,
        })
    }

    /// The vector of a text, of length 1; a text longer than the model takes is cut.
    pub fn encode(&self, text: &str, kind: Kind) -> Result<Vec<f32>, ModelError> {
        let mut vectors = self.encode_batch(&[text], kind)?;
        vectors.pop().ok_or(ModelError::Failed { during: "encoding", message: "no vector came out".into() })
    }

    /// The vectors of many texts, in their order. Texts run packed together without padding, which is faster than one
    /// by one; the vectors are the same.
    pub fn encode_batch(&self, texts: &[&str], kind: Kind) -> Result<Vec<Vec<f32>>, ModelError> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut batch: Vec<Vec<u32>> = Vec::new();
        for text in texts {
            let ids = self.ids(text, kind)?;
            if batch.iter().map(Vec::len).sum::<usize>() + ids.len() > BATCH_TOKENS && !batch.is_empty() {
                vectors.extend(self.forward(&batch)?);
                batch.clear();
            }
            batch.push(ids);
        }
        if !batch.is_empty() {
            vectors.extend(self.forward(&batch)?);
        }
        Ok(vectors)
    }

    fn ids(&self, text: &str, kind: Kind) -> Result<Vec<u32>, ModelError> {
        let prefix = match kind {
            Kind::Query => "query: ",
            Kind::Passage => "passage: ",
        };
        let encoding =
            self.tokenizer.encode_fast(format!("{prefix}{text}"), true).map_err(ModelError::failed("encoding"))?;
        let mut ids = encoding.get_ids().to_vec();
        if ids.len() > self.sizes.positions {
            // The last token says that the text has ended: keep it.
            let end = ids.last().copied();
            ids.truncate(self.sizes.positions - 1);
            ids.extend(end);
        }
        Ok(ids)
    }

    fn forward(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, ModelError> {
        let lengths: Vec<usize> = texts.iter().map(Vec::len).collect();
        let places: Vec<u32> = lengths.iter().flat_map(|length| 0..*length as u32).collect();
        let words = self.words.embedding(&Tensor::new(texts.concat(), &Device::Cpu)?)?;
        let places = self.places.index_select(&Tensor::new(places, &Device::Cpu)?, 0)?;
        let mut state = self.norm.apply(&(words + places)?, self.sizes.epsilon)?;
        for layer in &self.layers {
            state = layer.forward(&state, &lengths, &self.sizes)?;
        }
        let mut vectors = Vec::with_capacity(texts.len());
        let mut start = 0;
        for length in lengths {
            let mean: Vec<f32> = state.narrow(0, start, length)?.mean(0)?.to_vec1()?;
            let norm = mean.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            vectors.push(mean.into_iter().map(|x| x / norm).collect());
            start += length;
        }
        Ok(vectors)
    }
}

/// How alike two vectors of length 1 are, -1 to 1.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Layer {
    fn read(file: &E5File, number: usize) -> Result<Self, ModelError> {
        let Sizes { width, inner, .. } = file.sizes;
        let linear = |part: &str, rows, columns| Linear::read(file, &format!("l{number}.{part}"), rows, columns);
        Ok(Self {
            query: linear("q", width, width)?,
            key: linear("k", width, width)?,
            value: linear("v", width, width)?,
            output: linear("ao", width, width)?,
            attention_norm: Norm::read(file, &format!("l{number}.aln"), width)?,
            up: linear("fi", inner, width)?,
            down: linear("fo", width, inner)?,
            output_norm: Norm::read(file, &format!("l{number}.oln"), width)?,
        })
    }

    /// `state` is (tokens of all texts, width); only attention must keep the texts apart.
    fn forward(&self, state: &Tensor, lengths: &[usize], sizes: &Sizes) -> candle_core::Result<Tensor> {
        let (query, key, value) = (self.query.apply(state)?, self.key.apply(state)?, self.value.apply(state)?);
        let mut start = 0;
        let mut mixed = Vec::with_capacity(lengths.len());
        for length in lengths {
            let heads = |x: &Tensor| {
                let own = x.narrow(0, start, *length)?.reshape((*length, sizes.heads, sizes.width / sizes.heads))?;
                own.transpose(0, 1)?.contiguous()
            };
            let scale = 1.0 / ((sizes.width / sizes.heads) as f64).sqrt();
            let weights = softmax_last_dim(&(heads(&query)?.matmul(&heads(&key)?.t()?)? * scale)?)?;
            let own = weights.matmul(&heads(&value)?)?.transpose(0, 1)?.reshape((*length, sizes.width))?;
            mixed.push(own);
            start += length;
        }
        let mixed = self.output.apply(&Tensor::cat(&mixed, 0)?)?;
        let state = self.attention_norm.apply(&(state + mixed)?, sizes.epsilon)?;
        let inner = self.up.apply(&state)?.gelu_erf()?;
        self.output_norm.apply(&(self.down.apply(&inner)? + &state)?, sizes.epsilon)
    }
}

impl Linear {
    fn read(file: &E5File, name: &str, rows: usize, columns: usize) -> Result<Self, ModelError> {
        let weight = file.quantized(&format!("{name}.w"), (rows, columns))?;
        // Unpacked once: sentences are many rows, and multiplying floats takes less than half the time.
        let weight = QMatMul::Tensor(weight.dequantize(&Device::Cpu)?);
        Ok(Self { weight, bias: file.floats(&format!("{name}.b"), &[rows])? })
    }

    fn apply(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.weight.forward(x)?.broadcast_add(&self.bias)
    }
}

impl Norm {
    fn read(file: &E5File, name: &str, width: usize) -> Result<Self, ModelError> {
        let floats = |part: &str| file.floats(&format!("{name}.{part}"), &[width]);
        Ok(Self { weight: floats("w")?, bias: floats("b")? })
    }

    fn apply(&self, x: &Tensor, epsilon: f32) -> candle_core::Result<Tensor> {
        layer_norm(x, &self.weight, &self.bias, epsilon)
    }
}
