//! The decoder itself: token ids in, scores for the next token out, with a cache of what it has read.
//!
//! Llama (Touvron et al. 2023, arXiv 2302.13971), Qwen2 (arXiv 2407.10671), Qwen3 (arXiv 2505.09388), Gemma 3
//! (arXiv 2503.19786) and Phi-3 (arXiv 2404.14219): RMS normalisation, rotary positions, grouped-query attention and a gated
//! feed-forward part. What a family adds (biases, norms of query and key, norms after each part, projections stored
//! together) is read where the file has it.

use super::attention::{Cache, Heads, Sight};
use super::config::{Config, Gate};
use super::linear::{Linear, forward_all};
use super::numbers::with_numbers;
use super::rotation::Table;
use crate::Cancel;
use crate::error::ModelError;
use crate::gguf::Gguf;
use crate::kernels::{Unit, gate};
use candle_core::quantized::QTensor;
use candle_core::{D, Device, Tensor};
use candle_nn::ops::rms_norm;
use rayon::prelude::*;
use std::sync::Arc;

/// Several matrices over the same input.
#[derive(Debug)]
enum Projections {
    Apart(Vec<Linear>),
    /// stored as one, with the width of each part
    Together(Linear, Vec<usize>),
}

#[derive(Debug)]
struct Layer {
    attention_norm: Tensor,
    /// query, key, value
    projections: Projections,
    query_norm: Option<Tensor>,
    key_norm: Option<Tensor>,
    output: Linear,
    after_attention_norm: Option<Tensor>,
    inner_norm: Tensor,
    /// gate, up
    inward: Projections,
    down: Linear,
    after_inner_norm: Option<Tensor>,
    /// Tokens it sees, the present one among them; `None`: all.
    window: Option<usize>,
    /// Keys and values, filled up to the decoder's `position`.
    cache: Cache,
}

/// Weights and cache of a decoder.
#[derive(Debug)]
pub(crate) struct Decoder {
    config: Config,
    embedding: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: Tensor,
    head: Linear,
    /// How layers turn query and key: those that see everything, and those with a window.
    turns: Table,
    window_turns: Table,
    context: usize,
    chunk: usize,
    position: usize,
}

impl Decoder {
    /// Reads all weights; the cache holds `context` tokens, and prompts are read `chunk` tokens at a time.
    pub(crate) fn read(gguf: &mut Gguf, config: Config, context: usize, chunk: usize) -> Result<Self, ModelError> {
        let embedding = Arc::new(gguf.quantized("token_embd.weight", &[config.vocabulary, config.width])?);
        let head = if gguf.has("output.weight") {
            Linear::read(gguf, "output", config.vocabulary, config.width)?
        } else {
            Linear::new(embedding.clone(), None)?
        };
        let layers = (0..config.layers).map(|n| Layer::read(gguf, &config, n, context)).collect::<Result<_, _>>()?;
        let turns = Table::read(gguf, &config.turning, config.head, context)?;
        let window_turns = match &config.window {
            Some(window) if window.turning != config.turning => {
                Table::read(gguf, &window.turning, config.head, context)?
            }
            _ => turns.clone(),
        };
        Ok(Self {
            norm: gguf.floats("output_norm.weight", &[config.width])?,
            turns,
            window_turns,
            embedding,
            layers,
            head,
            config,
            context,
            chunk: chunk.max(1),
            position: 0,
        })
    }

    /// Forgets everything after the first `position` tokens.
    pub(crate) fn keep(&mut self, position: usize) {
        self.position = self.position.min(position);
    }

    /// Tokens the cache can hold.
    pub(crate) fn context(&self) -> usize {
        self.context
    }

    /// Reads tokens and scores what may follow the last. The flag is looked at twice in every layer; after `Cancelled` the
    /// chunks read so far stay in the cache, and [`Decoder::position`] says how many tokens that is.
    pub(crate) fn read_tokens(&mut self, tokens: &[u32], cancel: &Cancel) -> Result<Vec<f32>, ModelError> {
        let mut last = None;
        for chunk in tokens.chunks(self.chunk) {
            last = Some(self.step(chunk, cancel)?);
        }
        let Some(state) = last else {
            return Err(ModelError::Failed { during: "reading the prompt", message: "it is empty".into() });
        };
        let state = state.narrow(1, state.dim(1)? - 1, 1)?.contiguous()?;
        Ok(self.score(&state)?.flatten_all()?.to_vec1()?)
    }

    /// Reads tokens and hands the scores after each of them to `each`, with its place in `tokens`.
    pub(crate) fn read_scoring(
        &mut self,
        tokens: &[u32],
        cancel: &Cancel,
        mut each: impl FnMut(usize, &[f32]),
    ) -> Result<(), ModelError> {
        let mut at = 0;
        for chunk in tokens.chunks(self.chunk) {
            let scores: Vec<f32> =
                self.step(chunk, cancel).and_then(|state| self.score(&state))?.flatten_all()?.to_vec1()?;
            for row in scores.chunks_exact(self.config.vocabulary) {
                each(at, row);
                at += 1;
            }
        }
        Ok(())
    }

    fn score(&self, state: &Tensor) -> Result<Tensor, ModelError> {
        self.head.forward(&rms_norm(state, &self.norm, self.config.epsilon)?)
    }

    /// Tokens in the cache.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    fn step(&mut self, tokens: &[u32], cancel: &Cancel) -> Result<Tensor, ModelError> {
        let count = tokens.len();
        if self.position + count > self.context {
            return Err(ModelError::PromptTooLong { tokens: self.position + count, limit: self.context });
        }
        let ids = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
        let mut state = self.embedding.embedding(&ids)?;
        if self.config.embedding_scale != 1.0 {
            state = (state * f64::from(self.config.embedding_scale))?;
        }
        let turns = self.turns.at(self.position, count)?;
        let window_turns = self.window_turns.at(self.position, count)?;
        let look = || if cancel.is_raised() { Err(ModelError::Cancelled) } else { Ok(()) };
        for layer in &mut self.layers {
            let turns = if layer.window.is_some() { &window_turns } else { &turns };
            look()?;
            state = (&state + layer.attend(&state, &self.config, turns, self.position)?)?;
            look()?;
            state = (&state + layer.feed_forward(&state, &self.config)?)?;
        }
        self.position += count;
        Ok(state)
    }
}

impl Projections {
    /// Reads the matrices `names` of these widths, or, where the file has none of them, the one that holds all.
    fn read(gguf: &mut Gguf, names: &[(String, usize)], together: &str, columns: usize) -> Result<Self, ModelError> {
        if names.iter().any(|(name, _)| !gguf.has(&format!("{name}.weight"))) {
            let widths: Vec<usize> = names.iter().map(|(_, width)| *width).collect();
            return Ok(Self::Together(Linear::read(gguf, together, widths.iter().sum(), columns)?, widths));
        }
        let parts = names.iter().map(|(name, width)| Linear::read(gguf, name, *width, columns));
        Ok(Self::Apart(parts.collect::<Result<_, _>>()?))
    }

    fn forward<const N: usize>(&self, x: &Tensor) -> Result<[Tensor; N], ModelError> {
        let parts = match self {
            Self::Apart(parts) => forward_all(&parts.iter().collect::<Vec<_>>(), x)?,
            Self::Together(whole, widths) => {
                let all = whole.forward(x)?;
                let starts = widths.iter().scan(0, |at, width| Some(std::mem::replace(at, *at + width)));
                let part = |(start, width): (usize, &usize)| all.narrow(D::Minus1, start, *width)?.contiguous();
                starts.zip(widths).map(part).collect::<candle_core::Result<_>>()?
            }
        };
        let message = format!("{N} projections are due");
        parts.try_into().map_err(|_| ModelError::Failed { during: "multiplying", message })
    }
}

/// Numbers of the inner part that one thread turns at once: those of one token are not worth waking another.
const GATES_AT_ONCE: usize = 1 << 14;

impl Layer {
    fn read(gguf: &mut Gguf, config: &Config, number: usize, context: usize) -> Result<Self, ModelError> {
        let (width, inner, kv_width) = (config.width, config.inner, config.kv_width());
        let query_width = config.heads * config.head;
        let name = |part: &str| format!("blk.{number}.{part}");
        let heads = Heads { queries: config.heads, keys: config.kv_heads, width: config.head };
        let attending = [(name("attn_q"), query_width), (name("attn_k"), kv_width), (name("attn_v"), kv_width)];
        let inward = [(name("ffn_gate"), inner), (name("ffn_up"), inner)];
        let norm = |gguf: &mut Gguf, part: &str, width: usize| gguf.floats(&name(part), &[width]);
        let optional = |gguf: &mut Gguf, part: &str, width: usize| {
            if gguf.has(&name(part)) { norm(gguf, part, width).map(Some) } else { Ok(None) }
        };
        Ok(Self {
            attention_norm: norm(gguf, "attn_norm.weight", width)?,
            projections: Projections::read(gguf, &attending, &name("attn_qkv"), width)?,
            query_norm: optional(gguf, "attn_q_norm.weight", config.head)?,
            key_norm: optional(gguf, "attn_k_norm.weight", config.head)?,
            output: Linear::read(gguf, &name("attn_output"), width, query_width)?,
            after_attention_norm: optional(gguf, "post_attention_norm.weight", width)?,
            inner_norm: norm(gguf, "ffn_norm.weight", width)?,
            inward: Projections::read(gguf, &inward, &name("ffn_up"), width)?,
            down: Linear::read(gguf, &name("ffn_down"), width, inner)?,
            after_inner_norm: optional(gguf, "post_ffw_norm.weight", width)?,
            window: config.window_of(number).map(|window| window.tokens),
            cache: Cache::new(heads, context),
        })
    }

    fn attend(&mut self, x: &Tensor, c: &Config, turns: &Table, position: usize) -> Result<Tensor, ModelError> {
        let count = x.dim(1)?;
        let x = rms_norm(x, &self.attention_norm, c.epsilon)?;
        let [query, key, value] = self.projections.forward(&x)?;
        let query = normed(query.reshape((1, count, c.heads, c.head))?, self.query_norm.as_ref(), c.epsilon)?;
        let key = normed(key.reshape((1, count, c.kv_heads, c.head))?, self.key_norm.as_ref(), c.epsilon)?;
        let key = turns.turn(&key, c.pairing)?;
        with_numbers(&key, |keys| with_numbers(&value, |values| self.cache.keep(position, keys, values)))??;
        let sight = Sight { position, window: self.window, scale: c.attention_scale };
        let mixed = with_numbers(&turns.turn(&query, c.pairing)?, |queries| self.cache.attend(queries, &sight))?;
        let mixed = self.output.forward(&Tensor::from_vec(mixed, (1, count, c.heads * c.head), &Device::Cpu)?)?;
        Ok(normed(mixed, self.after_attention_norm.as_ref(), c.epsilon)?)
    }

    fn feed_forward(&self, x: &Tensor, c: &Config) -> Result<Tensor, ModelError> {
        let x = rms_norm(x, &self.inner_norm, c.epsilon)?;
        let [gates, up] = self.inward.forward(&x)?;
        let unit = match c.gate {
            Gate::Silu => Unit::Silu,
            Gate::Gelu => Unit::Gelu,
        };
        let mut passed = with_numbers(&gates, <[f32]>::to_vec)?;
        with_numbers(&up, |up| {
            let parts = passed.par_chunks_mut(GATES_AT_ONCE).zip(up.par_chunks(GATES_AT_ONCE));
            parts.for_each(|(gates, up)| gate(unit, gates, up));
        })?;
        let passed = Tensor::from_vec(passed, gates.shape(), &Device::Cpu)?;
        Ok(normed(self.down.forward(&passed)?, self.after_inner_norm.as_ref(), c.epsilon)?)
    }
}

fn normed(x: Tensor, weight: Option<&Tensor>, epsilon: f32) -> candle_core::Result<Tensor> {
    match weight {
        Some(weight) => rms_norm(&x.contiguous()?, weight, epsilon),
        None => Ok(x),
    }
}
