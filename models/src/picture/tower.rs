//! The two towers: patches of a picture, and tokens of a text, to one vector each.

use super::config::{Config, Family};
use super::transformer::{Attention, Inner, Layers, Linear, Norm};
use super::weights::Weights;
use crate::error::ModelError;
use candle_core::{Device, Tensor};

/// From a prepared picture to its vector.
pub(super) struct PictureTower {
    patch_side: usize,
    patches: Linear,
    /// (tokens, width)
    places: Tensor,
    layers: Layers,
    last_norm: Norm,
    gathering: PictureGathering,
}

/// How the patches come to one vector.
enum PictureGathering {
    /// CLIP: an extra token before the patches stands for the picture.
    ExtraToken { token: Tensor, first_norm: Norm, projection: Linear },
    /// SigLIP: a learnt question takes from all patches.
    Question { question: Tensor, attention: Attention, norm: Norm, inner: Inner },
}

impl PictureTower {
    pub(super) fn read(weights: &mut Weights, config: &Config) -> Result<Self, ModelError> {
        let stack = &config.picture_stack;
        let (width, side) = (stack.width, config.patch_side);
        let count = (config.picture_side / side).pow(2);
        let patch = weights.tensor("vision_model.embeddings.patch_embedding.weight", &[width, 3, side, side])?;
        let patch = patch.reshape((width, 3 * side * side))?;
        let norm = |weights: &mut Weights, name: &str| {
            Norm::read(weights, &format!("vision_model.{name}"), width, stack.epsilon)
        };
        // The odd spelling is that of the files.
        let (bias, tokens, gathering) = match config.family {
            Family::Clip => {
                let token = weights.tensor("vision_model.embeddings.class_embedding", &[width])?;
                let first_norm = norm(weights, "pre_layrnorm")?;
                let projection = Linear::read_plain(weights, "visual_projection", config.dimensions, width)?;
                (None, count + 1, PictureGathering::ExtraToken { token, first_norm, projection })
            }
            Family::Siglip => {
                let bias = weights.tensor("vision_model.embeddings.patch_embedding.bias", &[width])?;
                let three = weights.tensor("vision_model.head.attention.in_proj_weight", &[3 * width, width])?;
                let three_biases = weights.tensor("vision_model.head.attention.in_proj_bias", &[3 * width])?;
                let part = |n: usize| {
                    Linear::of(&three.narrow(0, n * width, width)?, Some(three_biases.narrow(0, n * width, width)?))
                };
                let attention = Attention {
                    query: part(0)?,
                    key: part(1)?,
                    value: part(2)?,
                    output: Linear::read(weights, "vision_model.head.attention.out_proj", width, width)?,
                    heads: stack.heads,
                };
                let question = weights.tensor("vision_model.head.probe", &[1, 1, width])?;
                let norm = norm(weights, "head.layernorm")?;
                let inner = Inner::read(weights, "vision_model.head.mlp", stack)?;
                (Some(bias), count, PictureGathering::Question { question, attention, norm, inner })
            }
        };
        Ok(Self {
            patch_side: side,
            patches: Linear::of(&patch, bias)?,
            places: weights.tensor("vision_model.embeddings.position_embedding.weight", &[tokens, width])?,
            layers: Layers::read(weights, "vision_model.encoder.layers", stack)?,
            last_norm: norm(weights, "post_layernorm")?,
            gathering,
        })
    }

    /// `pictures` is (batch, 3, side, side); gives (batch, dimensions).
    pub(super) fn forward(&self, pictures: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, colours, height, width) = pictures.dims4()?;
        let side = self.patch_side;
        // Each patch becomes a row: colour, then line, then column, as the weights have it.
        let patches = pictures
            .reshape(&[batch, colours, height / side, side, width / side, side][..])?
            .permute([0, 2, 4, 1, 3, 5])?
            .reshape((batch, (height / side) * (width / side), colours * side * side))?;
        let patches = self.patches.apply(&patches)?;
        match &self.gathering {
            PictureGathering::ExtraToken { token, first_norm, projection } => {
                let token = token.reshape((1, 1, ()))?.repeat((batch, 1, 1))?;
                let state = Tensor::cat(&[&token, &patches], 1)?.broadcast_add(&self.places)?;
                let state = self.layers.apply(first_norm.apply(&state)?, None)?;
                projection.apply(&self.last_norm.apply(&state.narrow(1, 0, 1)?.squeeze(1)?)?)
            }
            PictureGathering::Question { question, attention, norm, inner } => {
                let state = self.layers.apply(patches.broadcast_add(&self.places)?, None)?;
                let state = self.last_norm.apply(&state)?;
                let taken = attention.apply(&question.repeat((batch, 1, 1))?, &state, None)?;
                (&taken + inner.apply(&norm.apply(&taken)?)?)?.squeeze(1)
            }
        }
    }
}

/// From the tokens of a text to its vector.
pub(super) struct TextTower {
    family: Family,
    words: Tensor,
    /// (positions, width)
    places: Tensor,
    layers: Layers,
    last_norm: Norm,
    projection: Linear,
    positions: usize,
    filler: u32,
    end: u32,
}

impl TextTower {
    pub(super) fn read(weights: &mut Weights, config: &Config) -> Result<Self, ModelError> {
        let (stack, text) = (&config.text_stack, &config.text);
        let width = stack.width;
        let table = |name: &str| format!("text_model.embeddings.{name}.weight");
        Ok(Self {
            family: config.family,
            words: weights.tensor(&table("token_embedding"), &[text.vocabulary, width])?,
            places: weights.tensor(&table("position_embedding"), &[text.positions, width])?,
            layers: Layers::read(weights, "text_model.encoder.layers", stack)?,
            last_norm: Norm::read(weights, "text_model.final_layer_norm", width, stack.epsilon)?,
            projection: match config.family {
                Family::Clip => Linear::read_plain(weights, "text_projection", config.dimensions, width)?,
                Family::Siglip => Linear::read(weights, "text_model.head", config.dimensions, width)?,
            },
            positions: text.positions,
            filler: text.filler,
            end: text.end,
        })
    }

    /// Tokens of texts, each below the vocabulary and no more than there are positions; gives (batch, dimensions).
    pub(super) fn forward(&self, texts: &[Vec<u32>]) -> candle_core::Result<Tensor> {
        let longest = texts.iter().map(Vec::len).max().unwrap_or_default().max(1);
        // SigLIP was trained on full lengths; in CLIP what follows the end is not seen.
        let (length, filler) = match self.family {
            Family::Clip => (longest, 0),
            Family::Siglip => (self.positions, self.filler),
        };
        let ids: Vec<u32> = texts
            .iter()
            .flat_map(|text| text.iter().copied().chain(std::iter::repeat_n(filler, length - text.len())))
            .collect();
        let words = self.words.index_select(&Tensor::new(ids, &Device::Cpu)?, 0)?;
        let words = words.reshape((texts.len(), length, ()))?;
        let state = words.broadcast_add(&self.places.narrow(0, 0, length)?)?;
        let hidden = (self.family == Family::Clip).then(|| later_hidden(length)).transpose()?;
        let state = self.last_norm.apply(&self.layers.apply(state, hidden.as_ref())?)?;
        let ends = texts.iter().enumerate().map(|(row, text)| {
            let end = match self.family {
                Family::Clip => text.iter().position(|id| *id == self.end).unwrap_or(text.len().saturating_sub(1)),
                Family::Siglip => length - 1,
            };
            state.get(row)?.get(end)
        });
        let ends = ends.collect::<candle_core::Result<Vec<_>>>()?;
        self.projection.apply(&Tensor::stack(&ends, 0)?)
    }
}

/// (length, length): each token sees itself and those before it.
fn later_hidden(length: usize) -> candle_core::Result<Tensor> {
    let hidden = (0..length * length).map(|n| if n % length > n / length { f32::NEG_INFINITY } else { 0.0 });
    Tensor::from_iter(hidden, &Device::Cpu)?.reshape((length, length))
}
