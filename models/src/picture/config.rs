//! `config.json`: sizes of the two towers, each held to a limit before anything is made of it.

use crate::error::ModelError;
use serde::Deserialize;
use serde_json::Value;
use std::ops::RangeInclusive;
use std::path::Path;

/// Bytes of a `config.json`; real ones have a few thousand.
const FILE_LIMIT: u64 = 1 << 20;
/// Beyond any model that would run on a computer of a clinic.
const LAYERS: RangeInclusive<usize> = 1..=64;
const WIDTH: RangeInclusive<usize> = 1..=4096;
const INNER: RangeInclusive<usize> = 1..=16_384;
const VOCABULARY: RangeInclusive<usize> = 1..=1 << 20;
const POSITIONS: RangeInclusive<usize> = 2..=4096;
const PICTURE_SIDE: RangeInclusive<usize> = 1..=1024;

/// The families this program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Contrastive language-image pre-training: chooses among texts.
    Clip,
    /// The same with a sigmoid: each text by itself.
    Siglip,
}

impl Family {
    /// As `config.json` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clip => "clip",
            Self::Siglip => "siglip",
        }
    }
}

/// What stands between the two matrices of a layer's inner part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// x times the logistic function of 1.702 x
    QuickGelu,
    Gelu,
    /// GELU in the approximation with tanh
    GeluTanh,
}

/// Sizes of a stack of layers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stack {
    pub(super) width: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) inner: usize,
    pub(super) unit: Unit,
    pub(super) epsilon: f64,
}

/// What is peculiar to the tower of texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Texts {
    pub(super) vocabulary: usize,
    /// Most tokens of a text; SigLIP fills every text up to so many.
    pub(super) positions: usize,
    /// What texts are filled up with.
    pub(super) filler: u32,
    /// The token after the text, whose place gives CLIP's vector.
    pub(super) end: u32,
}

/// A `config.json` whose sizes fit together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Config {
    pub(super) family: Family,
    pub(super) dimensions: usize,
    pub(super) text_stack: Stack,
    pub(super) text: Texts,
    pub(super) picture_stack: Stack,
    /// Pixels.
    pub(super) picture_side: usize,
    /// Pixels; divides the side of the picture.
    pub(super) patch_side: usize,
}

/// As it is written.
#[derive(Deserialize)]
pub(super) struct Raw {
    pub(super) model_type: Option<String>,
    pub(super) projection_dim: Option<usize>,
    #[serde(default)]
    pub(super) text_config: RawTower,
    #[serde(default)]
    pub(super) vision_config: RawTower,
}

/// Hugging Face leaves out what is as usual.
#[derive(Deserialize, Default)]
pub(super) struct RawTower {
    pub(super) hidden_size: Option<usize>,
    pub(super) intermediate_size: Option<usize>,
    pub(super) num_hidden_layers: Option<usize>,
    pub(super) num_attention_heads: Option<usize>,
    pub(super) hidden_act: Option<String>,
    pub(super) layer_norm_eps: Option<f64>,
    pub(super) vocab_size: Option<usize>,
    pub(super) max_position_embeddings: Option<usize>,
    pub(super) projection_size: Option<usize>,
    pub(super) image_size: Option<usize>,
    pub(super) patch_size: Option<usize>,
    pub(super) num_channels: Option<usize>,
    pub(super) vision_use_head: Option<bool>,
    pub(super) eos_token_id: Option<u32>,
    pub(super) pad_token_id: Option<u32>,
}

/// What is usual: width, inner, heads, layers are given apart.
struct Usual {
    unit: &'static str,
    epsilon: f64,
    text: (usize, usize, usize),
    vocabulary: usize,
    positions: usize,
    patch_side: usize,
}

impl Family {
    fn usual(self) -> Usual {
        match self {
            Self::Clip => Usual {
                unit: "quick_gelu",
                epsilon: 1e-5,
                text: (512, 2048, 8),
                vocabulary: 49_408,
                positions: 77,
                patch_side: 32,
            },
            Self::Siglip => Usual {
                unit: "gelu_pytorch_tanh",
                epsilon: 1e-6,
                text: (768, 3072, 12),
                vocabulary: 32_000,
                positions: 64,
                patch_side: 16,
            },
        }
    }
}

/// Reads a small JSON file; an object is due.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, ModelError> {
    let size = std::fs::metadata(path).map_err(|e| ModelError::reading(path, e))?.len();
    if size > FILE_LIMIT {
        return Err(ModelError::corrupt(path, format!("{size} bytes are too many for a file of settings")));
    }
    let bytes = std::fs::read(path).map_err(|e| ModelError::reading(path, e))?;
    // First as any JSON: what is no JSON at all is told apart from what is missing in it.
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|e| ModelError::corrupt(path, format!("no JSON: {e}")))?;
    serde_json::from_value(value).map_err(|e| ModelError::corrupt(path, e.to_string()))
}

impl Config {
    /// # Errors
    /// `Missing`, `Read`, `Corrupt` when sizes are out of range or do not fit together, `Unsupported` for another kind.
    pub(super) fn read(path: &Path) -> Result<Self, ModelError> {
        Self::of(&read_json(path)?, path)
    }

    /// From what was written in the file at `path`.
    ///
    /// # Errors
    /// `Corrupt` when sizes are out of range or do not fit together, `Unsupported` for another kind.
    pub(super) fn of(raw: &Raw, path: &Path) -> Result<Self, ModelError> {
        let family = match raw.model_type.as_deref() {
            Some("clip") => Family::Clip,
            Some("siglip") => Family::Siglip,
            other => {
                let kind = other.unwrap_or("that its `config.json` does not name");
                return Err(ModelError::unsupported(path, format!("a model of the kind {kind}")));
            }
        };
        let usual = family.usual();
        let check = Checking { path };
        let (width, inner, heads) = usual.text;
        let text_stack = check.stack(&raw.text_config, (width, inner, heads), &usual, "text_config")?;
        let picture_stack = check.stack(&raw.vision_config, (768, 3072, 12), &usual, "vision_config")?;
        let (text, picture) = (&raw.text_config, &raw.vision_config);
        let vocabulary = check.size(text.vocab_size, usual.vocabulary, VOCABULARY, "vocab_size")?;
        let dimensions = match family {
            Family::Clip => check.size(raw.projection_dim, 512, WIDTH, "projection_dim")?,
            Family::Siglip => picture_stack.width,
        };
        let text = Texts {
            vocabulary,
            positions: check.size(
                text.max_position_embeddings,
                usual.positions,
                POSITIONS,
                "max_position_embeddings",
            )?,
            filler: text.pad_token_id.unwrap_or(1),
            end: match text.eos_token_id {
                // Old files say 2 whatever the tokenizer has; there the end is the last token of the vocabulary.
                None | Some(2) => u32::try_from(vocabulary - 1).unwrap_or(u32::MAX),
                Some(end) => end,
            },
        };
        let picture_side = check.size(picture.image_size, 224, PICTURE_SIDE, "image_size")?;
        let patch_side = check.size(picture.patch_size, usual.patch_side, 1..=picture_side, "patch_size")?;
        if family == Family::Siglip && (text.filler as usize) >= vocabulary {
            return Err(check.wrong(&format!("`pad_token_id` is {} of {vocabulary} tokens", text.filler)));
        }
        if !picture_side.is_multiple_of(patch_side) {
            return Err(check.wrong(&format!("patches of {patch_side} pixels do not divide {picture_side}")));
        }
        if picture.num_channels.is_some_and(|channels| channels != 3) {
            return Err(ModelError::unsupported(path, "a picture encoder of other than three colours"));
        }
        if picture.vision_use_head == Some(false) {
            return Err(ModelError::unsupported(path, "a SigLIP picture encoder without its head"));
        }
        if family == Family::Siglip && raw.text_config.projection_size.is_some_and(|size| size != dimensions) {
            return Err(check.wrong("`projection_size` is another than the width of the vectors of pictures"));
        }
        Ok(Self { family, dimensions, text_stack, text, picture_stack, picture_side, patch_side })
    }
}

struct Checking<'a> {
    path: &'a Path,
}

impl Checking<'_> {
    fn stack(
        &self,
        raw: &RawTower,
        sizes: (usize, usize, usize),
        usual: &Usual,
        tower: &str,
    ) -> Result<Stack, ModelError> {
        let width = self.size(raw.hidden_size, sizes.0, WIDTH, "hidden_size")?;
        let heads = self.size(raw.num_attention_heads, sizes.2, 1..=width, "num_attention_heads")?;
        if !width.is_multiple_of(heads) {
            return Err(self.wrong(&format!("in `{tower}` {heads} heads do not divide a width of {width}")));
        }
        let epsilon = raw.layer_norm_eps.unwrap_or(usual.epsilon);
        if !(epsilon > 0.0 && epsilon < 1.0) {
            return Err(self.wrong(&format!("`layer_norm_eps` is {epsilon}")));
        }
        let unit = match raw.hidden_act.as_deref().unwrap_or(usual.unit) {
            "quick_gelu" => Unit::QuickGelu,
            "gelu" => Unit::Gelu,
            "gelu_pytorch_tanh" => Unit::GeluTanh,
            other => {
                return Err(ModelError::unsupported(self.path, format!("a picture encoder with the unit `{other}`")));
            }
        };
        Ok(Stack {
            width,
            heads,
            unit,
            epsilon,
            inner: self.size(raw.intermediate_size, sizes.1, INNER, "intermediate_size")?,
            layers: self.size(raw.num_hidden_layers, 12, LAYERS, "num_hidden_layers")?,
        })
    }

    fn size(
        &self,
        given: Option<usize>,
        usual: usize,
        range: RangeInclusive<usize>,
        name: &str,
    ) -> Result<usize, ModelError> {
        let size = given.unwrap_or(usual);
        if range.contains(&size) {
            return Ok(size);
        }
        Err(self.wrong(&format!("`{name}` is {size} where {} to {} are possible", range.start(), range.end())))
    }

    fn wrong(&self, what: &str) -> ModelError {
        ModelError::corrupt(self.path, what)
    }
}
