//! Whether a model fits into the memory that is free, asked before it is read.

use crate::error::ModelError;
use crate::gguf::{Gguf, Matrix};
use crate::kernels::can_multiply;
use candle_core::quantized::GgmlDType;

/// Room for what is being computed.
const COMPUTING: u64 = 100 << 20;

/// Bytes a model will take whose weights, so many numbers, are kept as 32-bit floats.
pub fn of_floats(numbers: u64) -> u64 {
    numbers.saturating_mul(4).saturating_add(COMPUTING)
}

/// Bytes a model will take: its weights, what is stored once more of those in formats without kernels of our own, the cache,
/// and room for what is being computed.
pub fn estimate(gguf: &Gguf, cache_bytes: u64) -> u64 {
    gguf.size() + gguf.matrices().map(copy_of).sum::<u64>() + cache_bytes + COMPUTING
}

/// Bytes of the copy that candle makes of a matrix it multiplies with: floats of 32 bits of floats, of blocks about a tenth
/// more than they are.
fn copy_of(matrix: Matrix) -> u64 {
    let Matrix { dtype, rows, columns } = matrix;
    let numbers = (rows * columns) as u64;
    match dtype {
        _ if can_multiply(dtype, columns) => 0,
        GgmlDType::F16 | GgmlDType::BF16 | GgmlDType::F32 => numbers * size_of::<f32>() as u64,
        _ => numbers / dtype.block_size() as u64 * dtype.type_size() as u64 * 11 / 10,
    }
}

/// Free memory in bytes, where the system says (Linux: `MemAvailable`).
pub fn available() -> Option<u64> {
    from_meminfo(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

/// Fails with `TooLarge` when the system says that less than `needed` is free.
pub fn require(needed: u64) -> Result<(), ModelError> {
    compare(needed, available())
}

fn compare(needed: u64, available: Option<u64>) -> Result<(), ModelError> {
    match available {
        Some(available) if available < needed => Err(ModelError::TooLarge { needed, available }),
        _ => Ok(()),
    }
}

fn from_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_without_kernels_of_ours_are_stored_twice() {
        let copy = |dtype| copy_of(Matrix { dtype, rows: 10, columns: 512 });
        assert_eq!(copy(GgmlDType::F16), 4 * 5120);
        assert_eq!(copy(GgmlDType::Q3K), 20 * 110 * 11 / 10);
        let q4k = if can_multiply(GgmlDType::Q4K, 512) { 0 } else { 20 * 144 * 11 / 10 };
        assert_eq!(copy(GgmlDType::Q4K), q4k);
    }

    #[test]
    fn free_memory_is_read_from_linux() {
        assert_eq!(from_meminfo("MemTotal: 9 kB\nMemAvailable:     2048 kB\n"), Some(2 << 20));
        assert_eq!(from_meminfo("MemTotal: 9 kB\n"), None);
    }

    #[test]
    fn a_model_larger_than_the_free_memory_is_refused_and_an_unknown_amount_is_not() {
        assert!(matches!(compare(11, Some(10)), Err(ModelError::TooLarge { needed: 11, available: 10 })));
        assert!(compare(10, Some(10)).is_ok());
        assert!(compare(u64::MAX, None).is_ok());
    }
}
