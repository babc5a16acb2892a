//! The dimensions of a decoder as its GGUF header gives them, checked so that the arithmetic cannot fail later.
//!
//! Families: Llama and Mistral, Qwen2 and Qwen2.5, Qwen3, Gemma 3, Phi-3. What tells one from the other is named here once;
//! the decoder only looks at the fields.

use super::rotation::{Pairing, Scaling, Turning};
use crate::error::ModelError;
use crate::gguf::Gguf;

/// The gate of the feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// x · sigmoid(x)
    Silu,
    /// Gauss error linear unit in its tanh form (Gemma)
    Gelu,
}

/// Layers that look back only so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Tokens a layer sees, the present one among them.
    pub tokens: usize,
    /// Of so many layers the last sees everything; `None`: every layer looks through the window.
    pub every: Option<usize>,
    /// How such layers turn query and key.
    pub turning: Turning,
}

/// Dimensions and constants of a decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `llama`, `qwen2`, `qwen3`, `gemma3` or `phi3`.
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
    /// Which numbers of a head are paired when they are turned by position.
    pub pairing: Pairing,
    /// How far each position turns them.
    pub turning: Turning,
    /// Layers that look back only so far.
    pub window: Option<Window>,
    /// The gate of the feed-forward part.
    pub gate: Gate,
    /// What embeddings are multiplied with.
    pub embedding_scale: f32,
    /// What query times key is multiplied with.
    pub attention_scale: f32,
}

/// No decoder near the size we run has more of anything than this.
const DIMENSION_LIMIT: usize = 1 << 20;
/// Gemma 3: five layers with a window, then one without.
const GEMMA_LAYERS_OF_A_KIND: usize = 6;
/// Gemma 3: base of the turning in layers with a window.
const GEMMA_LOCAL_BASE: f64 = 10_000.0;
/// Gemma 3 with so many layers (27 billion weights) scales its queries by width and heads, the others by the head.
const GEMMA_27B_LAYERS: usize = 62;

impl Config {
    /// Reads and checks the dimensions.
    ///
    /// # Errors
    /// `Unsupported` for other architectures or scalings, `Corrupt` for missing or impossible numbers.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, ModelError> {
        let architecture = gguf.architecture()?.to_owned();
        let (pairing, gate) = match architecture.as_str() {
            "llama" => (Pairing::Neighbours, Gate::Silu),
            "qwen2" | "qwen3" | "phi3" => (Pairing::Halves, Gate::Silu),
            "gemma3" => (Pairing::Halves, Gate::Gelu),
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
        let (width, heads, layers) =
            (count("embedding_length")?, count("attention.head_count")?, count("block_count")?);
        let kv_heads = count("attention.head_count_kv").unwrap_or(heads);
        let head = count("attention.key_length").unwrap_or(width / heads);
        if !heads.is_multiple_of(kv_heads) || head == 0 || !head.is_multiple_of(2) {
            let what = format!("{heads} heads, {kv_heads} key heads and {head} numbers a head do not fit together");
            return Err(ModelError::corrupt(gguf.path(), what));
        }
        if count("attention.value_length").is_ok_and(|value| value != head) {
            return Err(ModelError::unsupported(gguf.path(), format!("{architecture} with values unlike keys")));
        }
        if gguf.count(&key("rope.dimension_count")).is_some_and(|turned| turned != head) {
            return Err(ModelError::unsupported(gguf.path(), format!("{architecture} with partly turned heads")));
        }
        if ["attn_logit_softcapping", "final_logit_softcapping"].iter().any(|cap| gguf.float(&key(cap)).is_some()) {
            return Err(ModelError::unsupported(gguf.path(), format!("{architecture} with capped scores")));
        }
        let trained_context = count("context_length")?;
        let base = gguf.float(&key("rope.freq_base")).filter(|base| *base > 1.0).unwrap_or(10_000.0);
        let turning = Turning { base, scaling: Scaling::from_gguf(gguf, &architecture, trained_context)? };
        let is_gemma = architecture == "gemma3";
        let window = count("attention.sliding_window").ok().map(|tokens| Window {
            tokens,
            every: is_gemma.then(|| count("attention.sliding_window_pattern").unwrap_or(GEMMA_LAYERS_OF_A_KIND)),
            turning: match is_gemma {
                true => Turning { base: GEMMA_LOCAL_BASE, scaling: Scaling::None },
                false => turning.clone(),
            },
        });
        let epsilon = key("attention.layer_norm_rms_epsilon");
        let vocabulary = match gguf.shape("token_embd.weight") {
            Some([rows, _]) => *rows,
            _ => return Err(gguf.without("token_embd.weight")),
        };
        let per_query = if is_gemma && layers == GEMMA_27B_LAYERS { width / heads } else { head };
        Ok(Self {
            layers,
            width,
            inner: count("feed_forward_length")?,
            heads,
            kv_heads,
            head,
            vocabulary,
            trained_context,
            epsilon: gguf.float(&epsilon).ok_or_else(|| gguf.without(&epsilon))? as f32,
            pairing,
            turning,
            window,
            gate,
            embedding_scale: if is_gemma { (width as f32).sqrt() } else { 1.0 },
            attention_scale: 1.0 / (per_query as f32).sqrt(),
            architecture,
        })
    }

    /// The window this layer looks through, if it does.
    pub fn window_of(&self, layer: usize) -> Option<&Window> {
        self.window.as_ref().filter(|window| window.every.is_none_or(|every| layer % every != every - 1))
    }

    /// Width of keys (and of values) of one token in one layer.
    pub fn kv_width(&self) -> usize {
        self.kv_heads * self.head
    }

    /// Bytes of the key and value cache for `context` tokens.
    pub fn cache_bytes(&self, context: usize) -> u64 {
        (2 * self.layers * self.kv_width() * size_of::<u16>()) as u64 * context as u64
    }
}
