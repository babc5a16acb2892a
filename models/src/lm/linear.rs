//! A matrix of weights as the file stores it, and multiplying with it.

use super::numbers::with_numbers;
use crate::error::ModelError;
use crate::gguf::Gguf;
use crate::kernels;
use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{D, Device, Module, Tensor};
use std::sync::Arc;

/// Block length of candle's AVX-512 VNNI kernels.
const VNNI_BLOCK: usize = 256;
/// Rows those kernels take at once.
const VNNI_ROWS: usize = 16;

/// `y = W x + b` with `W` in one of ggml's block formats.
#[derive(Debug)]
pub(crate) struct Linear {
    /// What candle multiplies many rows with where we do not.
    batch: QMatMul,
    /// The file's own blocks, for our own kernels.
    blocks: Arc<QTensor>,
    bias: Option<Tensor>,
    /// Columns of zeros added to `batch`.
    padding: usize,
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
        let (rows, columns) = weight.shape().dims2()?;
        // candle has no vector kernel for these: store them once more as Q8_0, which it has.
        let slow = matches!(weight.dtype(), GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1);
        let eight_bit = slow || weight.dtype() == GgmlDType::Q8_0;
        let pads = eight_bit && has_vnni() && rows.is_multiple_of(VNNI_ROWS);
        let padding = if pads { columns.next_multiple_of(VNNI_BLOCK) - columns } else { 0 };
        let batch = if slow || padding > 0 {
            let floats = weight.dequantize(&Device::Cpu)?.pad_with_zeros(1, 0, padding)?;
            Arc::new(QTensor::quantize(&floats, GgmlDType::Q8_0)?)
        } else {
            weight.clone()
        };
        Ok(Self { batch: QMatMul::from_arc(batch)?, blocks: weight, bias, padding })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, ModelError> {
        let mut outputs = forward_all(&[self], x)?;
        outputs.pop().ok_or(ModelError::Failed { during: "multiplying", message: "no output".into() })
    }

    fn forward_batch(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let padded = if self.padding > 0 { &x.pad_with_zeros(D::Minus1, 0, self.padding)? } else { x };
        self.add_bias(self.batch.forward(padded)?)
    }

    fn add_bias(&self, y: Tensor) -> candle_core::Result<Tensor> {
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

/// Several matrices over the same input, which is rounded once; all run in one parallel pass.
pub(crate) fn forward_all(layers: &[&Linear], x: &Tensor) -> Result<Vec<Tensor>, ModelError> {
    let blocks: Vec<&QTensor> = layers.iter().map(|layer| layer.blocks.as_ref()).collect();
    let count = x.elem_count() / x.dim(D::Minus1)?.max(1);
    let products = match count {
        1 => with_numbers(x, |row| kernels::multiply_row(&blocks, row))?,
        // candle's tiles with VNNI are faster than ours without.
        _ if has_vnni() => None,
        _ => with_numbers(x, |rows| kernels::multiply_rows(&blocks, rows, count))?,
    };
    let Some(products) = products else {
        return Ok(layers.iter().map(|layer| layer.forward_batch(x)).collect::<candle_core::Result<_>>()?);
    };
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

#[cfg(target_arch = "x86_64")]
fn has_vnni() -> bool {
    std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("avx512vnni")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_vnni() -> bool {
    false
}
