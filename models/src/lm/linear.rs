//! A matrix of weights as the file stores it, and multiplying with it.

use super::numbers::with_numbers;
use crate::error::ModelError;
use crate::gguf::Gguf;
use crate::kernels;
use candle_core::quantized::{QMatMul, QTensor};
use candle_core::{D, Device, Module, Tensor};
use std::sync::Arc;

/// `y = W x + b` with `W` in one of ggml's block formats.
#[derive(Debug)]
pub(crate) struct Linear {
    /// The file's own blocks.
    blocks: Arc<QTensor>,
    /// What candle multiplies with where we have no kernels; it may hold the weights once more.
    by_candle: Option<QMatMul>,
    bias: Option<Tensor>,
}

impl Linear {
    /// Reads `name.weight` of shape (`rows`, `columns`) and `name.bias` if there is one.
    pub(crate) fn read(gguf: &mut Gguf, name: &str, rows: usize, columns: usize) -> Result<Self, ModelError> {
        let weight = gguf.quantized(&format!("{name}.weight"), &[rows, columns])?;
        let bias = format!("{name}.bias");
        let bias = if gguf.has(&bias) { Some(gguf.floats(&bias, &[rows])?) } else { None };
        Self::new(Arc::new(weight), bias)
    }

    /// Takes weights that are already in memory (an output layer tied to the embedding).
    pub(crate) fn new(weight: Arc<QTensor>, bias: Option<Tensor>) -> Result<Self, ModelError> {
        let (_, columns) = weight.shape().dims2()?;
        let is_ours = kernels::can_multiply(weight.dtype(), columns);
        let by_candle = if is_ours { None } else { Some(QMatMul::from_arc(weight.clone())?) };
        Ok(Self { blocks: weight, by_candle, bias })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, ModelError> {
        if let Some(weights) = &self.by_candle {
            return Ok(self.add_bias(weights.forward(x)?)?);
        }
        let mut outputs = forward_all(&[self], x)?;
        outputs.pop().ok_or(ModelError::Failed { during: "multiplying", message: "no output".into() })
    }

    fn add_bias(&self, y: Tensor) -> candle_core::Result<Tensor> {
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

/// Several matrices over the same input, which is rounded once; all run in one parallel pass where all have kernels here.
pub(crate) fn forward_all(layers: &[&Linear], x: &Tensor) -> Result<Vec<Tensor>, ModelError> {
    if layers.iter().any(|layer| layer.by_candle.is_some()) {
        return layers.iter().map(|layer| layer.forward(x)).collect();
    }
    let blocks: Vec<&QTensor> = layers.iter().map(|layer| layer.blocks.as_ref()).collect();
    let count = x.elem_count() / x.dim(D::Minus1)?.max(1);
    let products = match count {
        1 => with_numbers(x, |row| kernels::multiply_row(&blocks, row))?,
        _ => with_numbers(x, |rows| kernels::multiply_rows(&blocks, rows, count))?,
    };
    let products = products
        .ok_or_else(|| ModelError::Failed { during: "multiplying", message: format!("{:?} numbers", x.dims()) })?;
    let mut outputs = Vec::with_capacity(products.len());
    for (product, layer) in products.into_iter().zip(layers) {
        let mut shape = x.dims().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = product.len() / count;
        }
        outputs.push(layer.add_bias(Tensor::from_vec(product, shape, &Device::Cpu)?)?);
    }
    Ok(outputs)
}
