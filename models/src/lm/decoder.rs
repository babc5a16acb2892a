//! The decoder itself: token ids in, scores for the next token out, with a cache of what it has read.
//!
//! Llama (Touvron et al. 2023, arXiv 2302.13971) and Qwen2 (arXiv 2407.10671): RMS normalisation, rotary positions,
//! grouped-query attention and a gated feed-forward part; Qwen2 adds biases to query, key and value.

use super::config::{Config, Rotation};
use super::linear::{Linear, forward_all};
use crate::Cancel;
use crate::error::ModelError;
use crate::gguf::Gguf;
use candle_core::quantized::QTensor;
use candle_core::{DType, Device, Tensor};
use candle_nn::attention::{AttnMask, flash_attn};
use candle_nn::ops::{rms_norm, silu};
use candle_nn::rotary_emb::{rope_i, rope_thd};
use std::sync::Arc;

#[derive(Debug)]
struct Layer {
    attention_norm: Tensor,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    inner_norm: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
    /// Keys and values of all positions, (1, context, key heads, head), filled up to the decoder's `position`.
    keys: Tensor,
    values: Tensor,
}

/// Weights and cache of a decoder.
#[derive(Debug)]
pub(crate) struct Decoder {
    config: Config,
    embedding: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: Tensor,
    head: Linear,
    /// Cosines and sines of every position, shared by all layers: (context, head / 2).
    turns: (Tensor, Tensor),
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
        Ok(Self {
            norm: gguf.floats("output_norm.weight", &[config.width])?,
            turns: turns(gguf, &config, context)?,
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

    /// Reads tokens and scores what may follow the last. The flag is looked at in every layer; after `Cancelled` the
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
        let state = rms_norm(&state, &self.norm, self.config.epsilon)?;
        Ok(self.head.forward(&state)?.flatten_all()?.to_vec1()?)
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
        let cosines = self.turns.0.narrow(0, self.position, count)?;
        let sines = self.turns.1.narrow(0, self.position, count)?;
        for layer in &self.layers {
            if cancel.is_raised() {
                return Err(ModelError::Cancelled);
            }
            state = (&state + layer.attend(&state, &self.config, (&cosines, &sines), self.position)?)?;
            state = (&state + layer.feed_forward(&state, self.config.epsilon)?)?;
        }
        self.position += count;
        Ok(state)
    }
}

impl Layer {
    fn read(gguf: &mut Gguf, config: &Config, number: usize, context: usize) -> Result<Self, ModelError> {
        let (width, inner, kv_width) = (config.width, config.inner, config.kv_width());
        let query_width = config.heads * config.head;
        let name = |part: &str| format!("blk.{number}.{part}");
        let cache = || Tensor::zeros((1, context, config.kv_heads, config.head), DType::F32, &Device::Cpu);
        Ok(Self {
            attention_norm: gguf.floats(&name("attn_norm.weight"), &[width])?,
            query: Linear::read(gguf, &name("attn_q"), query_width, width)?,
            key: Linear::read(gguf, &name("attn_k"), kv_width, width)?,
            value: Linear::read(gguf, &name("attn_v"), kv_width, width)?,
            output: Linear::read(gguf, &name("attn_output"), width, query_width)?,
            inner_norm: gguf.floats(&name("ffn_norm.weight"), &[width])?,
            gate: Linear::read(gguf, &name("ffn_gate"), inner, width)?,
            up: Linear::read(gguf, &name("ffn_up"), inner, width)?,
            down: Linear::read(gguf, &name("ffn_down"), width, inner)?,
            keys: cache()?,
            values: cache()?,
        })
    }

    fn attend(&self, x: &Tensor, c: &Config, turns: (&Tensor, &Tensor), position: usize) -> Result<Tensor, ModelError> {
        let count = x.dim(1)?;
        let x = rms_norm(x, &self.attention_norm, c.epsilon)?;
        let projected = forward_all(&[&self.query, &self.key, &self.value], &x)?;
        let [query, key, value] = projected.as_slice() else {
            return Err(ModelError::Failed { during: "attending", message: "three projections are due".into() });
        };
        let query = turn(&query.reshape((1, count, c.heads, c.head))?, c.rotation, turns)?;
        let key = turn(&key.reshape((1, count, c.kv_heads, c.head))?, c.rotation, turns)?;
        let value = value.reshape((1, count, c.kv_heads, c.head))?.contiguous()?;
        self.keys.slice_set(&key, 1, position)?;
        self.values.slice_set(&value, 1, position)?;
        let keys = self.keys.narrow(1, 0, position + count)?;
        let values = self.values.narrow(1, 0, position + count)?;
        let scale = 1.0 / (c.head as f32).sqrt();
        let mask = AttnMask::causal_with_offset(position);
        let mixed = flash_attn::<f32>(&query, &keys, &values, scale, mask, None, None)?;
        self.output.forward(&mixed.transpose(1, 2)?.reshape((1, count, c.heads * c.head))?)
    }

    fn feed_forward(&self, x: &Tensor, epsilon: f32) -> Result<Tensor, ModelError> {
        let x = rms_norm(x, &self.inner_norm, epsilon)?;
        let projected = forward_all(&[&self.gate, &self.up], &x)?;
        let [gate, up] = projected.as_slice() else {
            return Err(ModelError::Failed { during: "feeding forward", message: "two projections are due".into() });
        };
        self.down.forward(&(silu(gate)? * up)?)
    }
}

/// Turns (1, tokens, heads, head) by position.
fn turn(x: &Tensor, rotation: Rotation, (cosines, sines): (&Tensor, &Tensor)) -> candle_core::Result<Tensor> {
    match rotation {
        Rotation::Halves => rope_thd(&x.contiguous()?, cosines, sines),
        Rotation::Neighbours => {
            let by_head = x.transpose(1, 2)?.contiguous()?;
            rope_i(&by_head, cosines, sines)?.transpose(1, 2)?.contiguous()
        }
    }
}

/// Cosines and sines for all positions; `rope_freqs.weight` (Llama 3.1) slows single frequencies down.
fn turns(gguf: &mut Gguf, config: &Config, context: usize) -> Result<(Tensor, Tensor), ModelError> {
    let half = config.head / 2;
    let slowing: Vec<f32> = if gguf.has("rope_freqs.weight") {
        gguf.floats("rope_freqs.weight", &[half])?.to_vec1()?
    } else {
        vec![1.0; half]
    };
    let frequencies: Vec<f64> = (0..half)
        .zip(slowing)
        .map(|(pair, slow)| config.rotation_base.powf(-2.0 * pair as f64 / config.head as f64) / f64::from(slow))
        .collect();
    let angles = |position: usize| {
        let position = position as f64 / config.rotation_scale;
        frequencies.iter().map(move |frequency| position * frequency)
    };
    let table = |function: fn(f64) -> f64| {
        let numbers: Vec<f32> = (0..context).flat_map(angles).map(|angle| function(angle) as f32).collect();
        Tensor::from_vec(numbers, (context, half), &Device::Cpu)
    };
    Ok((table(f64::cos)?, table(f64::sin)?))
}
