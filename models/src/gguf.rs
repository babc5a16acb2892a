//! Reading a GGUF file with distrust: every count, length and offset is checked against the file before anything is allocated.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md> (versions 2 and 3, little endian).

use crate::error::ModelError;
use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Tensor};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// No real header comes near this: a quarter of a million tokens with their merges take about 12 MB.
const HEADER_LIMIT: u64 = 64 << 20;
/// Longest text in a header, bytes (chat templates are the longest, about 10 kB).
const TEXT_LIMIT: u64 = 1 << 20;
/// Array elements in the whole header (tokens, scores, types and merges of the largest vocabularies: under 2 million).
const ELEMENT_LIMIT: u64 = 4 << 20;
/// Metadata entries or tensors.
const ENTRY_LIMIT: u64 = 1 << 16;
/// ggml's own limit.
const DIMENSION_LIMIT: u32 = 4;

/// One metadata value. Numbers are widened; arrays keep only the kinds we use.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any integer type.
    Integer(i64),
    /// Any floating type.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A text.
    Text(String),
    /// An array of texts.
    Texts(Vec<String>),
    /// An array of integers.
    Integers(Vec<i64>),
    /// An array of 32-bit floats.
    Floats(Vec<f32>),
    /// An array of a kind not used here: read over.
    Other,
}

#[derive(Debug, Clone)]
struct Place {
    shape: Vec<usize>,
    dtype: GgmlDType,
    /// Bytes from the start of the file.
    start: u64,
    bytes: usize,
}

/// Format and shape of a matrix in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Matrix {
    pub(crate) dtype: GgmlDType,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// An open GGUF file whose header has been read and checked.
#[derive(Debug)]
pub struct Gguf {
    path: PathBuf,
    file: File,
    size: u64,
    metadata: HashMap<String, Value>,
    tensors: HashMap<String, Place>,
}

impl Gguf {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt` (with the byte offset), or `Unsupported` for an unknown version or number format.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path).map_err(|e| ModelError::reading(path, e))?;
        let size = file.metadata().map_err(|e| ModelError::reading(path, e))?.len();
        let reading = file.try_clone().map_err(|e| ModelError::reading(path, e))?;
        let mut header = Header { from: BufReader::with_capacity(1 << 16, reading), path, at: 0, size, elements: 0 };
        let (metadata, tensors) = header.read()?;
        Ok(Self { path: path.to_owned(), file, size, metadata, tensors })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// `general.architecture`, such as `llama`.
    pub fn architecture(&self) -> Result<&str, ModelError> {
        self.text("general.architecture").ok_or_else(|| self.without("general.architecture"))
    }

    /// A metadata value by its full key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }

    /// A text value.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.value(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// An array of texts.
    pub fn texts(&self, key: &str) -> Option<&[String]> {
        match self.value(key) {
            Some(Value::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub fn count(&self, key: &str) -> Option<usize> {
        match self.value(key) {
            Some(Value::Integer(number)) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    /// A switch.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.value(key) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A floating number.
    pub fn float(&self, key: &str) -> Option<f64> {
        match self.value(key) {
            Some(Value::Float(number)) => Some(*number),
            _ => None,
        }
    }

    /// The complaint that a key is missing or of the wrong kind.
    pub fn without(&self, key: &str) -> ModelError {
        ModelError::corrupt(&self.path, format!("`{key}` is missing from its header or of the wrong kind"))
    }

    /// Whether a tensor of this name is in the file.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The shape of a tensor, slowest dimension first.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|place| place.shape.as_slice())
    }

    /// Numbers in all tensors.
    pub(crate) fn elements(&self) -> u64 {
        let counts = self.tensors.values().map(|place| place.shape.iter().map(|n| *n as u64).product());
        counts.fold(0, u64::saturating_add)
    }

    /// All tensors of two dimensions.
    pub(crate) fn matrices(&self) -> impl Iterator<Item = Matrix> {
        self.tensors.values().filter_map(|place| match *place.shape {
            [rows, columns] => Some(Matrix { dtype: place.dtype, rows, columns }),
            _ => None,
        })
    }

    /// Reads a tensor as it is stored, having checked that its shape is `shape`.
    pub fn quantized(&mut self, name: &str, shape: &[usize]) -> Result<QTensor, ModelError> {
        let place = self.tensors.get(name).ok_or_else(|| {
            ModelError::corrupt(
                &self.path,
                format!("the tensor `{name}` is missing, so the file is cut or of another kind"),
            )
        })?;
        if place.shape != shape {
            let what = format!("the tensor `{name}` has shape {:?} where {shape:?} is due", place.shape);
            return Err(ModelError::corrupt(&self.path, what));
        }
        let mut raw = vec![0; place.bytes];
        self.file
            .seek(SeekFrom::Start(place.start))
            .and_then(|_| self.file.read_exact(&mut raw))
            .map_err(|e| ModelError::reading(&self.path, e))?;
        let storage = QStorage::from_data(raw.into(), &Device::Cpu, place.dtype)?;
        Ok(QTensor::new(storage, shape)?)
    }

    /// Reads a tensor as 32-bit floats.
    pub fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        Ok(self.quantized(name, shape)?.dequantize(&Device::Cpu)?)
    }
}

/// The first four bytes of every GGUF file.
pub const MAGIC: [u8; 4] = *b"GGUF";

struct Header<'a> {
    from: BufReader<File>,
    path: &'a Path,
    at: u64,
    size: u64,
    elements: u64,
}

type Contents = (HashMap<String, Value>, HashMap<String, Place>);

impl Header<'_> {
    fn read(&mut self) -> Result<Contents, ModelError> {
        if self.bytes::<4>()? != MAGIC {
            return Err(self.wrong("it does not begin with `GGUF`"));
        }
        let version = self.u32()?;
        if !(2..=3).contains(&version) {
            return Err(ModelError::unsupported(self.path, format!("GGUF version {version}")));
        }
        let tensor_count = self.entries("tensors")?;
        let metadata_count = self.entries("metadata entries")?;
        let mut metadata = HashMap::new();
        for _ in 0..metadata_count {
            let key = self.text()?;
            let kind = self.u32()?;
            let value = self.value(kind)?;
            metadata.insert(key, value);
        }
        let mut tensors = HashMap::new();
        for _ in 0..tensor_count {
            let (name, place) = self.tensor()?;
            tensors.insert(name, place);
        }
        let alignment = match metadata.get("general.alignment") {
            None => 32,
            Some(Value::Integer(n)) if (1..=65_536).contains(n) && n.count_ones() == 1 => n.unsigned_abs(),
            Some(_) => return Err(self.wrong("`general.alignment` is not a power of two")),
        };
        let data = self.at.next_multiple_of(alignment);
        for (name, place) in &mut tensors {
            let start = data.checked_add(place.start);
            let end = start.and_then(|start| start.checked_add(place.bytes as u64));
            match (start, end) {
                (Some(start), Some(end)) if end <= self.size => place.start = start,
                _ => return Err(self.wrong(&format!("the tensor `{name}` lies beyond the end of the file"))),
            }
        }
        Ok((metadata, tensors))
    }

    fn tensor(&mut self) -> Result<(String, Place), ModelError> {
        let name = self.text()?;
        let dimensions = self.u32()?;
        if dimensions == 0 || dimensions > DIMENSION_LIMIT {
            return Err(self.wrong(&format!("the tensor `{name}` has {dimensions} dimensions")));
        }
        let mut shape = Vec::new();
        for _ in 0..dimensions {
            shape.push(self.u64()?);
        }
        shape.reverse();
        let code = self.u32()?;
        let dtype = dtype(code).ok_or_else(|| ModelError::unsupported(self.path, format!("number format {code}")))?;
        let start = self.u64()?;
        let elements = shape.iter().try_fold(1_u64, |product, n| product.checked_mul(*n).filter(|p| *p > 0));
        let bytes = elements
            .filter(|_| shape.last().is_some_and(|row| row.is_multiple_of(dtype.block_size() as u64)))
            .and_then(|n| (n / dtype.block_size() as u64).checked_mul(dtype.type_size() as u64))
            .filter(|bytes| *bytes <= self.size)
            .and_then(|bytes| usize::try_from(bytes).ok());
        let shape = shape.into_iter().map(usize::try_from).collect::<Result<Vec<_>, _>>();
        match (bytes, shape) {
            (Some(bytes), Ok(shape)) => Ok((name, Place { shape, dtype, start, bytes })),
            _ => Err(self.wrong(&format!("the tensor `{name}` has an impossible shape"))),
        }
    }

    /// Type codes as in the format's description.
    fn value(&mut self, kind: u32) -> Result<Value, ModelError> {
        Ok(match kind {
            0 => Value::Integer(self.bytes::<1>()?[0].into()),
            1 => Value::Integer(i8::from_le_bytes(self.bytes()?).into()),
            2 => Value::Integer(u16::from_le_bytes(self.bytes()?).into()),
            3 => Value::Integer(i16::from_le_bytes(self.bytes()?).into()),
            4 => Value::Integer(self.u32()?.into()),
            5 => Value::Integer(i32::from_le_bytes(self.bytes()?).into()),
            6 => Value::Float(f32::from_le_bytes(self.bytes()?).into()),
            7 => Value::Bool(self.bytes::<1>()?[0] != 0),
            8 => Value::Text(self.text()?),
            9 => self.array()?,
            10 => Value::Integer(i64::try_from(self.u64()?).map_err(|_| self.wrong("a number is out of range"))?),
            11 => Value::Integer(i64::from_le_bytes(self.bytes()?)),
            12 => Value::Float(f64::from_le_bytes(self.bytes()?)),
            other => return Err(self.wrong(&format!("unknown value type {other}"))),
        })
    }

    fn array(&mut self) -> Result<Value, ModelError> {
        let kind = self.u32()?;
        let count = self.u64()?;
        self.elements = self.elements.saturating_add(count);
        if self.elements > ELEMENT_LIMIT {
            return Err(self.wrong(&format!("an array of {count} elements is too long")));
        }
        match kind {
            8 => (0..count).map(|_| self.text()).collect::<Result<_, _>>().map(Value::Texts),
            0..=5 | 10 | 11 => {
                let mut numbers = Vec::new();
                for _ in 0..count {
                    if let Value::Integer(number) = self.value(kind)? {
                        numbers.push(number);
                    }
                }
                Ok(Value::Integers(numbers))
            }
            6 => {
                let mut numbers = Vec::new();
                for _ in 0..count {
                    numbers.push(f32::from_le_bytes(self.bytes()?));
                }
                Ok(Value::Floats(numbers))
            }
            7 | 12 => {
                for _ in 0..count {
                    self.value(kind)?;
                }
                Ok(Value::Other)
            }
            other => Err(self.wrong(&format!("unknown array type {other}"))),
        }
    }

    fn text(&mut self) -> Result<String, ModelError> {
        let length = self.u64()?;
        if length > TEXT_LIMIT || length > self.size.saturating_sub(self.at) {
            return Err(self.wrong(&format!("a text of {length} bytes is too long")));
        }
        let mut bytes = vec![0; length as usize];
        self.fill(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn entries(&mut self, of: &str) -> Result<u64, ModelError> {
        let count = self.u64()?;
        if count > ENTRY_LIMIT { Err(self.wrong(&format!("it claims {count} {of}"))) } else { Ok(count) }
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Result<u64, ModelError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ModelError> {
        self.at += bytes.len() as u64;
        if self.at > HEADER_LIMIT {
            return Err(self.wrong("its header is too long"));
        }
        self.from.read_exact(bytes).map_err(|e| ModelError::reading(self.path, e))
    }

    fn wrong(&self, what: &str) -> ModelError {
        ModelError::corrupt(self.path, format!("at byte {}: {what}", self.at))
    }
}

/// ggml's number formats by code, those candle can multiply with.
fn dtype(code: u32) -> Option<GgmlDType> {
    Some(match code {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        30 => GgmlDType::BF16,
        _ => return None,
    })
}
