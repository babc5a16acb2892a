//! The numbers in a tensor, for arithmetic of our own.

use candle_core::{CpuStorage, Storage, Tensor};

/// Hands the numbers of a tensor of floats, row by row, to `f`.
pub(super) fn with_numbers<R>(x: &Tensor, f: impl FnOnce(&[f32]) -> R) -> candle_core::Result<R> {
    let x = x.contiguous()?;
    let (storage, layout) = x.storage_and_layout();
    let Storage::Cpu(CpuStorage::F32(numbers)) = &*storage else {
        candle_core::bail!("{:?} numbers outside of memory", x.dtype());
    };
    let start = layout.start_offset();
    Ok(f(&numbers[start..start + x.elem_count()]))
}
