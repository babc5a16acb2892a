//! Whether a model fits into the memory that is free, asked before it is read.

use crate::error::ModelError;

/// Room for what is being computed.
const COMPUTING: u64 = 100 << 20;

/// Bytes a model will take whose weights, so many numbers, are kept as 32-bit floats.
pub fn of_floats(numbers: u64) -> u64 {
    numbers.saturating_mul(4).saturating_add(COMPUTING)
}

/// Bytes a model will take: its weights, the copy of them that candle arranges for reading prompts (about as large again:
/// a file of 1.12 GB in Q4_K_M was seen to take 2.34 GB in all), the cache, and room for what is being computed.
pub fn estimate(file_bytes: u64, cache_bytes: u64) -> u64 {
    file_bytes + file_bytes * 11 / 10 + cache_bytes + COMPUTING
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
