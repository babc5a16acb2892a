//! The dimensions of a Llama or Qwen2 decoder as its GGUF header gives them, checked so that the arithmetic cannot fail later.

use crate::error::ModelError;
use crate::gguf::Gguf;

/// How query and key are turned by their position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Neighbouring numbers are one pair (Llama files from llama.cpp's converter).
    Neighbours,
    /// Each number is paired with the one half a head further on (Qwen2).
    Halves,
}

/// Dimensions and constants of a decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `llama` or `qwen2`.
    pub architecture: String,
    /// Number of layers.
    pub layers: usize,
    /// Width of the hidden state.
    pub width: usize,
    /// Width inside the feed-forward part.
    pub inner: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; divides `heads`.
    pub kv_heads: usize,
    /// Numbers in one head; even.
    pub head: usize,
    /// Tokens in the vocabulary.
    pub vocabulary: usize,
    /// The longest text the model was trained on, tokens.
    pub trained_context: usize,
    /// Added to the variance in RMS normalisation.
    pub epsilon: f32,
    /// Base of the rotation frequencies.
    pub rotation_base: f64,
    /// Positions are divided by this (linear RoPE scaling).
    pub rotation_scale: f64,
    /// Which numbers of a head are paired.
    pub rotation: Rotation,
}

/// No decoder near the size we run has more of anything than this.
const DIMENSION_LIMIT: usize = 1 << 20;

impl Config {
    /// Reads and checks the dimensions.
    ///
    /// # Errors
    /// `Unsupported` for other architectures or rotation scalings, `Corrupt` for missing or impossible numbers.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, ModelError> {
        let architecture = gguf.architecture()?.to_owned();
        let rotation = match architecture.as_str() {
            "llama" => Rotation::Neighbours,
            "qwen2" => Rotation::Halves,
            other => return Err(ModelError::unsupported(gguf.path(), other)),
        };
        let key = |name: &str| format!("{architecture}.{name}");
        let count = |name: &str| {
            let key = key(name);
            gguf.count(&key).filter(|n| (1..=DIMENSION_LIMIT).contains(n)).ok_or_else(|| gguf.without(&key))
        };
        if gguf.count(&key("expert_count")).is_some_and(|experts| experts > 0) {
            return Err(ModelError::unsupported(gguf.path(), format!("{architecture} with experts")));
        }
        let (width, heads) = (count("embedding_length")?, count("attention.head_count")?);
        let kv_heads = count("attention.head_count_kv").unwrap_or(heads);
        let head = count("attention.key_length").unwrap_or(width / heads);
        if !heads.is_multiple_of(kv_heads) || head == 0 || !head.is_multiple_of(2) {
            let what = format!("{heads} heads, {kv_heads} key heads and {head} numbers a head do not fit together");
            return Err(ModelError::corrupt(gguf.path(), what));
        }
        if gguf.count(&key("rope.dimension_count")).is_some_and(|turned| turned != head) {
            return Err(ModelError::unsupported(gguf.path(), format!("{architecture} with partly turned heads")));
        }
        let rotation_scale = match gguf.text(&key("rope.scaling.type")) {
            None | Some("none") => 1.0,
            Some("linear") => gguf.float(&key("rope.scaling.factor")).unwrap_or(1.0),
            Some(other) => {
                return Err(ModelError::unsupported(gguf.path(), format!("{architecture} with {other} scaling")));
            }
        };
        let epsilon = key("attention.layer_norm_rms_epsilon");
        let vocabulary = match gguf.shape("token_embd.weight") {
            Some([rows, _]) => *rows,
            _ => return Err(gguf.without("token_embd.weight")),
        };
        Ok(Self {
            layers: count("block_count")?,
            width,
            inner: count("feed_forward_length")?,
            heads,
            kv_heads,
            head,
            vocabulary,
            trained_context: count("context_length")?,
            epsilon: gguf.float(&epsilon).ok_or_else(|| gguf.without(&epsilon))? as f32,
            rotation_base: gguf.float(&key("rope.freq_base")).filter(|base| *base > 1.0).unwrap_or(10_000.0),
            rotation_scale: if rotation_scale > 0.0 { rotation_scale } else { 1.0 },
            rotation,
            architecture,
        })
    }

    /// Width of keys (and of values) of one token in one layer.
    pub fn kv_width(&self) -> usize {
        self.kv_heads * self.head
    }

    /// Bytes of the key and value cache for `context` tokens.
    pub fn cache_bytes(&self, context: usize) -> u64 {
        (2 * self.layers * self.kv_width() * size_of::<f32>()) as u64 * context as u64
    }
}
