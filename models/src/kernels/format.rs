//! ggml's block formats, taken apart in plain Rust: the one description of them here, which the kernels for many rows read
//! their weights through and the kernels for one row are tested against.
//!
//! Whatever the format, 256 neighbouring columns of a row become bytes from 0 to 255, and each part of 16 or 32 columns has
//! a scale and a minimum: a weight is `scale * number - minimum`. Layouts: `ggml-common.h` of
//! <https://github.com/ggml-org/ggml>.

use super::part;
use candle_core::quantized::GgmlDType;

/// Columns taken apart together, and the block length of the K formats.
pub(super) const COLUMNS: usize = 256;

/// Columns that share a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Of16,
    Of32,
}

impl Part {
    pub(super) const fn columns(self) -> usize {
        match self {
            Self::Of16 => 16,
            Self::Of32 => 32,
        }
    }
}

/// Bits of the numbers of a format, which say how many products 16 bits can sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bits {
    /// 0 to 15
    Four,
    /// 0 to 31
    Five,
    /// 0 to 63
    Six,
    /// 0 to 255; 128 stands for 0 in every format that has them
    Eight,
}

/// What is the same for all blocks of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) dtype: GgmlDType,
    pub(super) part: Part,
    pub(super) bits: Bits,
    /// columns in a block of the file: 32 or 256
    pub(super) block: usize,
    /// bytes of such a block
    pub(super) bytes: usize,
}

impl Format {
    /// The formats that have kernels.
    pub(super) fn of(dtype: GgmlDType) -> Option<Self> {
        let (part, bits) = match dtype {
            GgmlDType::Q4_0 | GgmlDType::Q4_1 | GgmlDType::Q4K => (Part::Of32, Bits::Four),
            GgmlDType::Q5_0 | GgmlDType::Q5_1 | GgmlDType::Q5K => (Part::Of32, Bits::Five),
            GgmlDType::Q6K => (Part::Of16, Bits::Six),
            GgmlDType::Q8_0 => (Part::Of32, Bits::Eight),
            _ => return None,
        };
        Some(Self { dtype, part, bits, block: dtype.block_size(), bytes: dtype.type_size() })
    }

    /// Bytes of a row of `columns` numbers, or none where blocks do not fill it.
    pub(super) fn row_bytes(&self, columns: usize) -> Option<usize> {
        columns.is_multiple_of(self.block).then(|| columns / self.block * self.bytes)
    }

    /// Blocks of the file in up to 256 columns.
    pub(super) fn blocks_in(&self, columns: usize) -> usize {
        columns.div_ceil(self.block)
    }
}

/// Up to 256 columns of one row, taken apart. Scales and minimums stand by part; what the blocks do not reach is zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slice {
    pub(super) numbers: [u8; COLUMNS],
    pub(super) scales: [f32; 16],
    pub(super) minimums: [f32; 16],
}

impl Slice {
    pub(super) const EMPTY: Self = Self { numbers: [0; COLUMNS], scales: [0.0; 16], minimums: [0.0; 16] };

    /// Takes the blocks of up to 256 columns apart. `real` reads a float of 16 bits: there are instructions for it that
    /// only some processors have.
    #[inline(always)]
    pub(super) fn take_apart(&mut self, format: Format, blocks: &[u8], real: impl Fn(&[u8; 2]) -> f32 + Copy) {
        match format.dtype {
            GgmlDType::Q4K => self.q4k(part(blocks, 0), real),
            GgmlDType::Q5K => self.q5k(part(blocks, 0), real),
            GgmlDType::Q6K => self.q6k(part(blocks, 0), real),
            GgmlDType::Q4_0 => self.each_32(blocks, |block: &[u8; 18], numbers| {
                halves(part(block, 2), numbers);
                (real(part(block, 0)), 8.0 * real(part(block, 0)))
            }),
            GgmlDType::Q4_1 => self.each_32(blocks, |block: &[u8; 20], numbers| {
                halves(part(block, 4), numbers);
                (real(part(block, 0)), -real(part(block, 2)))
            }),
            GgmlDType::Q5_0 => self.each_32(blocks, |block: &[u8; 22], numbers| {
                halves(part(block, 6), numbers);
                fifth_bits(part(block, 2), numbers);
                (real(part(block, 0)), 16.0 * real(part(block, 0)))
            }),
            GgmlDType::Q5_1 => self.each_32(blocks, |block: &[u8; 24], numbers| {
                halves(part(block, 8), numbers);
                fifth_bits(part(block, 4), numbers);
                (real(part(block, 0)), -real(part(block, 2)))
            }),
            _ => self.each_32(blocks, |block: &[u8; 34], numbers| {
                for (number, byte) in numbers.iter_mut().zip(part::<u8, 32>(block, 2)) {
                    *number = byte ^ 128;
                }
                (real(part(block, 0)), 128.0 * real(part(block, 0)))
            }),
        }
    }

    /// Blocks of 32 columns, each with its own scale and minimum.
    #[inline(always)]
    fn each_32<const BYTES: usize>(
        &mut self,
        blocks: &[u8],
        take_apart: impl Fn(&[u8; BYTES], &mut [u8; 32]) -> (f32, f32),
    ) {
        let numbers = self.numbers.as_chunks_mut::<32>().0;
        for (at, (block, numbers)) in blocks.as_chunks::<BYTES>().0.iter().zip(numbers).enumerate() {
            (self.scales[at], self.minimums[at]) = take_apart(block, numbers);
        }
    }

    /// Scale, minimum scale, 8 packed scales and minimums, then 4 x (32 low halves | 32 high halves).
    #[inline(always)]
    fn q4k(&mut self, block: &[u8; 144], real: impl Fn(&[u8; 2]) -> f32) {
        self.scales_of_k(part(block, 0), real);
        for (bytes, numbers) in part::<u8, 128>(block, 16).as_chunks::<32>().0.iter().zip(self.sixty_fours()) {
            let (low, high) = nibbles(bytes);
            numbers[..32].copy_from_slice(&low);
            numbers[32..].copy_from_slice(&high);
        }
    }

    /// As Q4_K, with 32 bytes of fifth bits before the halves: of each column of a part one bit, by part.
    #[inline(always)]
    fn q5k(&mut self, block: &[u8; 176], real: impl Fn(&[u8; 2]) -> f32) {
        self.scales_of_k(part(block, 0), real);
        let fifth: &[u8; 32] = part(block, 16);
        let pairs = part::<u8, 128>(block, 48).as_chunks::<32>().0.iter().zip(self.sixty_fours());
        for (pair, (bytes, numbers)) in pairs.enumerate() {
            let (low, high) = nibbles(bytes);
            numbers[..32].copy_from_slice(&each(|at| low[at] | (fifth[at] >> (2 * pair) & 1) << 4));
            numbers[32..].copy_from_slice(&each(|at| high[at] | (fifth[at] >> (2 * pair + 1) & 1) << 4));
        }
    }

    #[inline(always)]
    fn scales_of_k(&mut self, head: &[u8; 16], real: impl Fn(&[u8; 2]) -> f32) {
        let (scale, minimum) = (real(part(head, 0)), real(part(head, 2)));
        let (scales, minimums) = parts_of_k(part(head, 4));
        for at in 0..8 {
            self.scales[at] = scale * f32::from(scales[at]);
            self.minimums[at] = minimum * f32::from(minimums[at]);
        }
    }

    /// 128 bytes of low four bits, 64 of high two, 16 scales of 16 numbers each, the scale of the scales. Numbers are
    /// stored 32 too high.
    #[inline(always)]
    fn q6k(&mut self, block: &[u8; 210], real: impl Fn(&[u8; 2]) -> f32) {
        let scale = real(part(block, 208));
        for at in 0..16 {
            self.scales[at] = scale * f32::from(block[192 + at] as i8);
            self.minimums[at] = 32.0 * self.scales[at];
        }
        for (half, numbers) in self.numbers.as_chunks_mut::<128>().0.iter_mut().enumerate() {
            let (low0, high0) = nibbles(part(block, 64 * half));
            let (low1, high1) = nibbles(part(block, 64 * half + 32));
            let top: &[u8; 32] = part(block, 128 + 32 * half);
            numbers[..32].copy_from_slice(&each(|at| low0[at] | (top[at] & 3) << 4));
            numbers[32..64].copy_from_slice(&each(|at| low1[at] | (top[at] & 12) << 2));
            numbers[64..96].copy_from_slice(&each(|at| high0[at] | top[at] & 48));
            numbers[96..].copy_from_slice(&each(|at| high1[at] | (top[at] & 192) >> 2));
        }
    }

    fn sixty_fours(&mut self) -> &mut [[u8; 64]] {
        self.numbers.as_chunks_mut::<64>().0
    }
}

/// An array of its own, which overlaps nothing: the compiler then takes all 32 at once.
#[inline(always)]
fn each(number: impl Fn(usize) -> u8) -> [u8; 32] {
    let mut numbers = [0; 32];
    for (at, to) in numbers.iter_mut().enumerate() {
        *to = number(at);
    }
    numbers
}

/// Low and high halves of 32 bytes.
#[inline(always)]
fn nibbles(bytes: &[u8; 32]) -> ([u8; 32], [u8; 32]) {
    (each(|at| bytes[at] & 15), each(|at| bytes[at] >> 4))
}

/// Low halves of 16 bytes, then the high ones.
#[inline(always)]
fn halves(bytes: &[u8; 16], numbers: &mut [u8; 32]) {
    for at in 0..16 {
        numbers[at] = bytes[at] & 15;
        numbers[16 + at] = bytes[at] >> 4;
    }
}

/// Adds a fifth bit to each of 32 numbers.
#[inline(always)]
fn fifth_bits(bits: &[u8; 4], numbers: &mut [u8; 32]) {
    for at in 0..32 {
        numbers[at] |= (bits[at / 8] >> (at % 8) & 1) << 4;
    }
}

/// Scales and minimums of the eight 32-number parts of a Q4_K or Q5_K block, unpacked from 6 bits each.
#[inline(always)]
pub(super) fn parts_of_k(packed: &[u8; 12]) -> ([u8; 8], [u8; 8]) {
    let four = |at: usize| u32::from_le_bytes(*part(packed, at));
    let (scales, minimums, both) = (four(0), four(4), four(8));
    let whole = |low: u32, high: u32| (u64::from(low) | u64::from(high) << 32).to_le_bytes();
    let high = |four_bits: u32, two_bits: u32| four_bits & 0x0f0f_0f0f | (two_bits >> 6 & 0x0303_0303) << 4;
    (whole(scales & 0x3f3f_3f3f, high(both, scales)), whole(minimums & 0x3f3f_3f3f, high(both >> 4, minimums)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use candle_core::quantized::QTensor;
    use candle_core::{Device, Tensor};
    use half::f16;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    pub(in crate::kernels) const FORMATS: [GgmlDType; 8] = [
        GgmlDType::Q4K,
        GgmlDType::Q5K,
        GgmlDType::Q6K,
        GgmlDType::Q4_0,
        GgmlDType::Q4_1,
        GgmlDType::Q5_0,
        GgmlDType::Q5_1,
        GgmlDType::Q8_0,
    ];

    pub(in crate::kernels) fn real(bytes: &[u8; 2]) -> f32 {
        f16::from_le_bytes(*bytes).to_f32()
    }

    pub(in crate::kernels) fn random(count: usize, random: &mut StdRng) -> Vec<f32> {
        (0..count).map(|_| random.random_range(-1.0..1.0)).collect()
    }

    pub(in crate::kernels) fn matrix(dtype: GgmlDType, rows: usize, columns: usize, seed: u64) -> QTensor {
        let numbers = random(rows * columns, &mut StdRng::seed_from_u64(seed));
        let floats = Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).expect("a matrix");
        QTensor::quantize(&floats, dtype).expect("quantises")
    }

    pub(in crate::kernels) fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn weights_taken_apart_are_those_that_candle_unpacks() {
        for dtype in FORMATS {
            let format = Format::of(dtype).expect("a format of ours");
            for columns in [256, 64].into_iter().filter(|columns| columns % format.block == 0) {
                let weights = matrix(dtype, 5, columns, 8);
                let bytes = weights.data().expect("bytes");
                let row_bytes = format.row_bytes(columns).expect("whole blocks");
                let floats = weights.dequantize(&Device::Cpu).and_then(|w| w.to_vec2::<f32>()).expect("unpacks");
                for (row, floats) in bytes.chunks_exact(row_bytes).zip(floats) {
                    let mut slice = Slice::EMPTY;
                    slice.take_apart(format, row, real);
                    for (at, float) in floats.into_iter().enumerate() {
                        let part = at / format.part.columns();
                        let ours = slice.scales[part] * f32::from(slice.numbers[at]) - slice.minimums[part];
                        assert!((ours - float).abs() < 1e-5, "{dtype:?} {at}: {ours} for {float}");
                    }
                }
            }
        }
    }
}
