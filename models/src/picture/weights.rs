//! The tensors of a model. A safetensors file is read with distrust: a JSON header of names, shapes and places, checked against the size of the file
//! before anything is allocated, then plain numbers.
//!
//! Format: <https://github.com/huggingface/safetensors#format>.

use super::bundle;
use crate::error::ModelError;
use crate::gguf::Gguf;
use candle_core::{Device, Tensor};
use half::{bf16, f16};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes of a header: a hundred for each tensor, of which there are some hundreds.
const HEADER_LIMIT: u64 = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    F32,
    F16,
    Bf16,
}

impl Format {
    fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }
}

#[derive(Deserialize)]
struct Place {
    dtype: String,
    shape: Vec<u64>,
    /// from the end of the header
    data_offsets: (u64, u64),
}

/// Where the tensors come from.
pub(super) enum Weights {
    /// a file of a folder
    Folder(Safetensors),
    /// one GGUF file with everything
    Bundle(Gguf),
}

impl Weights {
    /// Numbers in all tensors, at most.
    pub(super) fn elements(&self) -> u64 {
        match self {
            Self::Folder(file) => file.elements(),
            Self::Bundle(gguf) => gguf.elements(),
        }
    }

    /// A tensor by its name at Hugging Face as 32-bit floats, having checked that its shape is `shape`.
    ///
    /// # Errors
    /// `Corrupt` when it is missing, of another shape, or not all of it numbers; `Unsupported` for another number format.
    pub(super) fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        let (tensor, path) = match self {
            Self::Folder(file) => (file.tensor(name, shape)?, file.path.as_path()),
            Self::Bundle(gguf) => (gguf.floats(&bundle::name_of(name), shape)?, gguf.path()),
        };
        // A sum is a number if and only if all of it are, save for sums beyond the range, which no model has.
        if tensor.elem_count() > 0 && !tensor.abs()?.sum_all()?.to_scalar::<f32>()?.is_finite() {
            return Err(ModelError::corrupt(path, format!("the tensor `{name}` holds what is no number")));
        }
        Ok(tensor)
    }

    /// A single number, stored as a scalar or as a row of one.
    ///
    /// # Errors
    /// As [`Self::tensor`].
    pub(super) fn number(&mut self, name: &str) -> Result<f32, ModelError> {
        let in_row = match self {
            Self::Folder(file) => file.places.get(name).is_some_and(|place| !place.shape.is_empty()),
            // The format has no tensors without dimensions.
            Self::Bundle(_) => true,
        };
        let tensor = self.tensor(name, if in_row { &[1] } else { &[] })?;
        Ok(tensor.flatten_all()?.to_vec1()?.first().copied().unwrap_or_default())
    }

    /// What a cosine is multiplied with, whose logarithm the model has learnt.
    ///
    /// # Errors
    /// As [`Self::tensor`].
    pub(super) fn factor(&mut self) -> Result<f32, ModelError> {
        const NAME: &str = "logit_scale";
        match self {
            Self::Bundle(gguf) if !gguf.has(NAME) => Ok(bundle::FACTOR),
            _ => Ok(self.number(NAME)?.exp()),
        }
    }
}

/// An open file whose header has been read and checked.
pub(super) struct Safetensors {
    path: PathBuf,
    file: File,
    /// where the numbers begin, bytes from the start of the file
    data: u64,
    places: HashMap<String, Place>,
}

impl Safetensors {
    /// # Errors
    /// `Missing`, `Read`, `Corrupt`.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        let wrong = |what: String| ModelError::corrupt(path, what);
        let reading = |error| ModelError::reading(path, error);
        let mut file = File::open(path).map_err(reading)?;
        let size = file.metadata().map_err(reading)?.len();
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(reading)?;
        let length = u64::from_le_bytes(length);
        if length > HEADER_LIMIT || length > size - 8 {
            return Err(wrong(format!("it is no safetensors file, or cut: a header of {length} bytes")));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header).map_err(reading)?;
        let mut entries: HashMap<String, serde_json::Value> =
            serde_json::from_slice(&header).map_err(|e| wrong(format!("its header is no JSON: {e}")))?;
        entries.remove("__metadata__");
        let data = 8 + length;
        let mut places = HashMap::new();
        for (name, entry) in entries {
            let place: Place =
                serde_json::from_value(entry).map_err(|e| wrong(format!("its header is wrong at `{name}`: {e}")))?;
            let (start, end) = place.data_offsets;
            if start > end || end > size - data {
                return Err(wrong(format!("the tensor `{name}` lies beyond the end of the file")));
            }
            places.insert(name, place);
        }
        Ok(Self { path: path.to_owned(), file, data, places })
    }

    /// Numbers in all tensors, at most: none has fewer than two bytes.
    fn elements(&self) -> u64 {
        let bytes = self.places.values().map(|place| {
            let (start, end) = place.data_offsets;
            (end - start) / if place.dtype == "F32" { 4 } else { 2 }
        });
        bytes.fold(0, u64::saturating_add)
    }

    fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        let wrong = |what: String| ModelError::corrupt(&self.path, what);
        let place = self.places.get(name).ok_or_else(|| wrong(format!("the tensor `{name}` is missing")))?;
        let format = match place.dtype.as_str() {
            "F32" => Format::F32,
            "F16" => Format::F16,
            "BF16" => Format::Bf16,
            other => return Err(ModelError::unsupported(&self.path, format!("number format {other}"))),
        };
        let due: Vec<u64> = shape.iter().map(|n| *n as u64).collect();
        if place.shape != due {
            return Err(wrong(format!("the tensor `{name}` has shape {:?} where {shape:?} is due", place.shape)));
        }
        let (start, end) = place.data_offsets;
        let bytes = due.iter().try_fold(format.bytes(), |product, n| product.checked_mul(*n));
        if bytes != Some(end - start) {
            return Err(wrong(format!(
                "the tensor `{name}` has {} bytes, too few or too many for its shape",
                end - start
            )));
        }
        let mut raw = vec![0; (end - start) as usize];
        let begin = SeekFrom::Start(self.data + start);
        self.file
            .seek(begin)
            .and_then(|_| self.file.read_exact(&mut raw))
            .map_err(|error| ModelError::reading(&self.path, error))?;
        let numbers: Vec<f32> = match format {
            Format::F32 => raw.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            Format::F16 => raw.as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
            Format::Bf16 => raw.as_chunks::<2>().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        };
        Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?)
    }
}
