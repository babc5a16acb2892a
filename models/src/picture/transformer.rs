//! The stack of layers both towers of both families are made of: norm, attention, norm, inner part, each added to what goes in
//! (Vaswani et al. 2017, arXiv 1706.03762, with the norms first).

use super::config::{Stack, Unit};
use super::weights::Weights;
use crate::error::ModelError;
use candle_core::{Result, Tensor};
use candle_nn::ops::{layer_norm, sigmoid, softmax_last_dim};

/// `y = W x + b` over the last dimension.
pub(super) struct Linear {
    /// (columns, rows): as multiplied with
    turned: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    /// Reads `name.weight` of shape (`rows`, `columns`) and `name.bias`.
    pub(super) fn read(
        weights: &mut Weights,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> std::result::Result<Self, ModelError> {
        let plain = Self::read_plain(weights, name, rows, columns)?;
        let bias = weights.tensor(&format!("{name}.bias"), &[rows])?;
        Ok(Self { bias: Some(bias), ..plain })
    }

    /// The same without a bias.
    pub(super) fn read_plain(
        weights: &mut Weights,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.tensor(&format!("{name}.weight"), &[rows, columns])?;
        Ok(Self::of(&weight, None)?)
    }

    /// From a weight of shape (rows, columns) and a bias of its rows.
    pub(super) fn of(weight: &Tensor, bias: Option<Tensor>) -> Result<Self> {
        Ok(Self { turned: weight.t()?, bias })
    }

    /// `x` is (..., columns).
    pub(super) fn apply(&self, x: &Tensor) -> Result<Tensor> {
        let (columns, rows) = self.turned.dims2()?;
        let mut shape = x.dims().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = rows;
        }
        let flat = x.reshape(((), columns))?.matmul(&self.turned)?;
        let flat = match &self.bias {
            Some(bias) => flat.broadcast_add(bias)?,
            None => flat,
        };
        flat.reshape(shape)
    }
}

pub(super) struct Norm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f32,
}

impl Norm {
    pub(super) fn read(
        weights: &mut Weights,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.tensor(&format!("{name}.weight"), &[width])?;
        let bias = weights.tensor(&format!("{name}.bias"), &[width])?;
        Ok(Self { weight, bias, epsilon: epsilon as f32 })
    }

    pub(super) fn apply(&self, x: &Tensor) -> Result<Tensor> {
        layer_norm(&x.contiguous()?, &self.weight, &self.bias, self.epsilon)
    }
}

pub(super) struct Attention {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) heads: usize,
}

impl Attention {
    fn read(weights: &mut Weights, name: &str, stack: &Stack) -> std::result::Result<Self, ModelError> {
        let mut linear = |part: &str| Linear::read(weights, &format!("{name}.{part}"), stack.width, stack.width);
        Ok(Self {
            query: linear("q_proj")?,
            key: linear("k_proj")?,
            value: linear("v_proj")?,
            output: linear("out_proj")?,
            heads: stack.heads,
        })
    }

    /// What each of `asking` (batch, rows, width) takes from all of `seen` (batch, tokens, width). `hidden` (rows, tokens) is
    /// added to the scores: minus infinity hides.
    pub(super) fn apply(&self, asking: &Tensor, seen: &Tensor, hidden: Option<&Tensor>) -> Result<Tensor> {
        let (batch, rows, width) = asking.dims3()?;
        let head_width = width / self.heads;
        let split = |x: Tensor| x.reshape((batch, (), self.heads, head_width))?.transpose(1, 2)?.contiguous();
        let query = (split(self.query.apply(asking)?)? * (1.0 / (head_width as f64).sqrt()))?;
        let (key, value) = (split(self.key.apply(seen)?)?, split(self.value.apply(seen)?)?);
        let scores = query.matmul(&key.t()?)?;
        let scores = match hidden {
            Some(hidden) => scores.broadcast_add(hidden)?,
            None => scores,
        };
        let mixed = softmax_last_dim(&scores)?.matmul(&value)?;
        self.output.apply(&mixed.transpose(1, 2)?.reshape((batch, rows, width))?)
    }
}

/// Two matrices with a unit between them.
pub(super) struct Inner {
    up: Linear,
    down: Linear,
    unit: Unit,
}

impl Inner {
    pub(super) fn read(weights: &mut Weights, name: &str, stack: &Stack) -> std::result::Result<Self, ModelError> {
        Ok(Self {
            up: Linear::read(weights, &format!("{name}.fc1"), stack.inner, stack.width)?,
            down: Linear::read(weights, &format!("{name}.fc2"), stack.width, stack.inner)?,
            unit: stack.unit,
        })
    }

    pub(super) fn apply(&self, x: &Tensor) -> Result<Tensor> {
        let wide = self.up.apply(x)?;
        let passed = match self.unit {
            Unit::QuickGelu => (&wide * sigmoid(&(&wide * 1.702)?)?)?,
            Unit::Gelu => wide.gelu_erf()?,
            Unit::GeluTanh => wide.gelu()?,
        };
        self.down.apply(&passed)
    }
}

struct Layer {
    attention_norm: Norm,
    attention: Attention,
    inner_norm: Norm,
    inner: Inner,
}

/// All layers of a tower.
pub(super) struct Layers(Vec<Layer>);

impl Layers {
    /// Reads `prefix.0`, `prefix.1` and so on.
    pub(super) fn read(weights: &mut Weights, prefix: &str, stack: &Stack) -> std::result::Result<Self, ModelError> {
        let mut layers = Vec::with_capacity(stack.layers);
        for number in 0..stack.layers {
            let name = |part: &str| format!("{prefix}.{number}.{part}");
            layers.push(Layer {
                attention_norm: Norm::read(weights, &name("layer_norm1"), stack.width, stack.epsilon)?,
                attention: Attention::read(weights, &name("self_attn"), stack)?,
                inner_norm: Norm::read(weights, &name("layer_norm2"), stack.width, stack.epsilon)?,
                inner: Inner::read(weights, &name("mlp"), stack)?,
            });
        }
        Ok(Self(layers))
    }

    /// `state` is (batch, tokens, width).
    pub(super) fn apply(&self, mut state: Tensor, hidden: Option<&Tensor>) -> Result<Tensor> {
        for layer in &self.0 {
            let normed = layer.attention_norm.apply(&state)?;
            state = (&state + layer.attention.apply(&normed, &normed, hidden)?)?;
            let normed = layer.inner_norm.apply(&state)?;
            state = (&state + layer.inner.apply(&normed)?)?;
        }
        Ok(state)
    }
}
