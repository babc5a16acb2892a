//! One row times a matrix in ggml's block formats: what a decoder does for each new token.
//!
//! candle multiplies one row through the tiles it repacks for many rows (a third more bytes to fetch than the file's
//! own 4-bit blocks) or, for Q4_1, without vector instructions. Here the row is rounded to 8-bit numbers once and
//! multiplied with the blocks as they stand in the file. Block formats: `ggml-common.h` of
//! <https://github.com/ggml-org/ggml>.

use super::{Avx2, part};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::utils::barrier_pool;
use std::sync::atomic::{AtomicU32, Ordering};

/// A row rounded to 8-bit numbers, a scale for each block.
pub(super) struct Rounded {
    numbers: Vec<i8>,
    /// Real value of 1, by block.
    scales: Vec<f32>,
    /// Sums of each 16 numbers.
    sums: Vec<i32>,
}

/// Adding and taking away this rounds a float below 2^22 to the nearest whole number, without a library call.
const ROUNDER: f32 = 12_582_912.0;

impl Rounded {
    fn new(row: &[f32], block: usize) -> Self {
        let mut numbers = vec![0; row.len()];
        let mut scales = Vec::with_capacity(row.len() / block);
        for (from, to) in row.chunks_exact(block).zip(numbers.chunks_exact_mut(block)) {
            let largest = from.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
            let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            scales.push(largest / 127.0);
            for (x, number) in from.iter().zip(to) {
                *number = ((x * inverse + ROUNDER) - ROUNDER) as i8;
            }
        }
        let sums = numbers.chunks_exact(16).map(|part| part.iter().map(|n| i32::from(*n)).sum()).collect();
        Self { numbers, scales, sums }
    }
}

/// Length over which a row is rounded for a format, or none where we have no kernel.
fn rounding_block(dtype: GgmlDType) -> Option<usize> {
    match dtype {
        GgmlDType::Q4K | GgmlDType::Q6K => Some(256),
        GgmlDType::Q4_1 | GgmlDType::Q8_0 => Some(32),
        _ => None,
    }
}

/// Multiplies several (rows, columns) matrices with one row of `columns` numbers, in one parallel pass.
/// None where the processor or a format is not one of ours.
pub(crate) fn multiply_row(matrices: &[&QTensor], row: &[f32]) -> Option<Vec<Vec<f32>>> {
    let avx2 = Avx2::found()?;
    multiply_with(matrices, row, |dtype, bytes, row, products| avx2.dot_rows(dtype, bytes, row, products))
}

fn multiply_with(
    matrices: &[&QTensor],
    row: &[f32],
    dot_rows: impl Fn(GgmlDType, &[u8], &Rounded, &[AtomicU32]) + Sync,
) -> Option<Vec<Vec<f32>>> {
    let mut rounded: [Option<Rounded>; 2] = [None, None];
    let mut works = Vec::with_capacity(matrices.len());
    let mut first_row = 0;
    for matrix in matrices {
        let block = rounding_block(matrix.dtype())?;
        let (rows, columns) = matrix.shape().dims2().ok()?;
        if columns != row.len() || columns % block != 0 {
            return None;
        }
        rounded[usize::from(block == 256)].get_or_insert_with(|| Rounded::new(row, block));
        let row_bytes = columns / matrix.dtype().block_size() * matrix.dtype().type_size();
        works.push((first_row, rows, row_bytes, matrix.dtype(), matrix.data().ok()?, usize::from(block == 256)));
        first_row += rows;
    }
    let products: Vec<AtomicU32> = (0..first_row).map(|_| AtomicU32::new(0)).collect();
    barrier_pool().execute_chunked(first_row, |range| {
        for (first, rows, row_bytes, dtype, data, which) in &works {
            let (start, end) = (range.start.max(*first), range.end.min(first + rows));
            if let (true, Some(row)) = (start < end, &rounded[*which]) {
                let bytes = &data[(start - first) * row_bytes..(end - first) * row_bytes];
                dot_rows(*dtype, bytes, row, &products[start..end]);
            }
        }
    });
    let mut products = products.into_iter().map(|bits| f32::from_bits(bits.into_inner()));
    Some(works.iter().map(|work| products.by_ref().take(work.1).collect()).collect())
}

fn store(products: &[AtomicU32], index: usize, value: f32) {
    products[index].store(value.to_bits(), Ordering::Relaxed);
}

/// Scales and minimums of the eight 32-number parts of a Q4_K block, unpacked from 6 bits each.
pub(super) fn parts_of_q4k(packed: &[u8; 12]) -> ([u8; 8], [u8; 8]) {
    let (mut scales, mut minimums) = ([0; 8], [0; 8]);
    for part in 0..4 {
        scales[part] = packed[part] & 63;
        minimums[part] = packed[part + 4] & 63;
        scales[part + 4] = packed[part + 8] & 15 | packed[part] >> 6 << 4;
        minimums[part + 4] = packed[part + 8] >> 4 | packed[part + 4] >> 6 << 4;
    }
    (scales, minimums)
}

/// What the kernels compute, in plain Rust.
mod reference {
    use super::{AtomicU32, GgmlDType, Rounded, part, parts_of_q4k, store};
    use half::f16;

    #[cfg_attr(all(target_arch = "x86_64", not(test)), expect(dead_code, reason = "the tests compare AVX2 with it"))]
    pub(in crate::kernels) fn dot_rows(dtype: GgmlDType, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) {
        let row_bytes = bytes.len() / products.len().max(1);
        for (index, blocks) in bytes.chunks_exact(row_bytes.max(1)).enumerate() {
            let block_products = blocks.chunks_exact(dtype.type_size()).enumerate().map(|(n, block)| match dtype {
                GgmlDType::Q4K => q4k(block, row, n),
                GgmlDType::Q6K => q6k(block, row, n),
                GgmlDType::Q4_1 => q4_1(block, row, n),
                _ => q8_0(block, row, n),
            });
            store(products, index, block_products.sum());
        }
    }

    fn real(block: &[u8], at: usize) -> f32 {
        f16::from_le_bytes(*part(block, at)).to_f32()
    }

    fn dot(weights: impl Iterator<Item = i32>, numbers: &[i8]) -> i32 {
        weights.zip(numbers).map(|(weight, number)| weight * i32::from(*number)).sum()
    }

    /// Scale, minimum scale, 8 packed scales and minimums, then 4 x (32 low halves | 32 high halves).
    fn q4k(block: &[u8], row: &Rounded, n: usize) -> f32 {
        let (scales, minimums) = parts_of_q4k(part(block, 4));
        let (mut sum, mut minimum) = (0, 0);
        for pair in 0..4 {
            let bytes = &block[16 + 32 * pair..][..32];
            let numbers = &row.numbers[256 * n + 64 * pair..][..64];
            let low = dot(bytes.iter().map(|b| i32::from(b & 15)), &numbers[..32]);
            let high = dot(bytes.iter().map(|b| i32::from(b >> 4)), &numbers[32..]);
            sum += low * i32::from(scales[2 * pair]) + high * i32::from(scales[2 * pair + 1]);
        }
        for (index, weight) in minimums.iter().enumerate() {
            let at = 16 * n + 2 * index;
            minimum += i32::from(*weight) * (row.sums[at] + row.sums[at + 1]);
        }
        row.scales[n] * (real(block, 0) * sum as f32 - real(block, 2) * minimum as f32)
    }

    /// 128 bytes of low four bits, 64 of high two, 16 scales of 16 numbers each, the scale of the scales.
    fn q6k(block: &[u8], row: &Rounded, n: usize) -> f32 {
        let mut sum = 0;
        for index in 0..256 {
            let (half, within) = (index / 128, index % 128);
            let (quarter, at) = (within / 32, within % 32);
            let low = block[64 * half + 32 * (quarter % 2) + at] >> (4 * (quarter / 2)) & 15;
            let high = block[128 + 32 * half + at] >> (2 * quarter) & 3;
            let scale = i32::from(block[192 + index / 16] as i8);
            sum += scale * (i32::from(low | high << 4) - 32) * i32::from(row.numbers[256 * n + index]);
        }
        row.scales[n] * real(block, 208) * sum as f32
    }

    /// Scale, minimum, 16 bytes of low and high halves.
    fn q4_1(block: &[u8], row: &Rounded, n: usize) -> f32 {
        let numbers = &row.numbers[32 * n..][..32];
        let low = dot(block[4..20].iter().map(|b| i32::from(b & 15)), &numbers[..16]);
        let high = dot(block[4..20].iter().map(|b| i32::from(b >> 4)), &numbers[16..]);
        let sum = row.sums[2 * n] + row.sums[2 * n + 1];
        row.scales[n] * (real(block, 0) * (low + high) as f32 + real(block, 2) * sum as f32)
    }

    /// Scale, 32 signed bytes.
    fn q8_0(block: &[u8], row: &Rounded, n: usize) -> f32 {
        let sum = dot(block[2..34].iter().map(|b| i32::from(*b as i8)), &row.numbers[32 * n..][..32]);
        row.scales[n] * real(block, 0) * sum as f32
    }
}

/// The same with 256-bit vectors. Every function needs AVX2, FMA and F16C.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use super::{AtomicU32, GgmlDType, Rounded, part, parts_of_q4k, store};
    use crate::kernels::{load, load_half};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn dot_rows(dtype: GgmlDType, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) {
        let row_bytes = bytes.len() / products.len().max(1);
        for (index, blocks) in bytes.chunks_exact(row_bytes.max(1)).enumerate() {
            let product = match dtype {
                GgmlDType::Q4K => q4k(blocks, row),
                GgmlDType::Q6K => q6k(blocks, row),
                GgmlDType::Q4_1 => q4_1(blocks, row),
                _ => q8_0(blocks, row),
            };
            store(products, index, product);
        }
    }

    #[inline]
    #[target_feature(enable = "f16c")]
    pub(in crate::kernels) fn real(bytes: &[u8; 2]) -> f32 {
        _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(u16::from_le_bytes(*bytes).into())))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn total(x: __m256) -> f32 {
        let x = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
        let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
        _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn total_i32(x: __m256i) -> i32 {
        let x = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x));
        let x = _mm_add_epi32(x, _mm_shuffle_epi32::<0x4e>(x));
        _mm_cvtsi128_si32(_mm_add_epi32(x, _mm_shuffle_epi32::<0xb1>(x)))
    }

    /// Low and high four bits of 32 bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(in crate::kernels) fn halves(bytes: __m256i) -> (__m256i, __m256i) {
        let four = _mm256_set1_epi8(15);
        (_mm256_and_si256(bytes, four), _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), four))
    }

    /// The 128 numbers of one half of a Q6_K block, each 32 too high.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(in crate::kernels) fn sixes(block: &[u8; 210], half: usize) -> [__m256i; 4] {
        let two = _mm256_set1_epi8(3);
        let (low0, high0) = halves(load(part(block, 64 * half)));
        let (low1, high1) = halves(load(part(block, 64 * half + 32)));
        let top = load(part(block, 128 + 32 * half));
        let with_top = |low, top| _mm256_or_si256(low, _mm256_slli_epi16::<4>(_mm256_and_si256(top, two)));
        [
            with_top(low0, top),
            with_top(low1, _mm256_srli_epi16::<2>(top)),
            with_top(high0, _mm256_srli_epi16::<4>(top)),
            with_top(high1, _mm256_srli_epi16::<6>(top)),
        ]
    }

    /// Unsigned times signed bytes, summed in fours: products stay below 2^15 in every format here.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn dot(weights: __m256i, numbers: __m256i, scale: __m256i) -> __m256i {
        _mm256_madd_epi16(_mm256_maddubs_epi16(weights, numbers), scale)
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn q4k(blocks: &[u8], row: &Rounded) -> f32 {
        let (mut sum, mut minimum) = (_mm256_setzero_ps(), 0.0);
        let numbers = row.numbers.as_chunks::<256>().0;
        let sums = row.sums.as_chunks::<16>().0;
        for (n, block) in blocks.as_chunks::<144>().0.iter().enumerate() {
            let (scales, minimums) = parts_of_q4k(part(block, 4));
            // Neighbouring sums of 16 added make the sums of 32, out of order: put back by the permutation.
            let pairs = _mm256_hadd_epi32(load(part(&sums[n], 0)), load(part(&sums[n], 8)));
            let pairs = _mm256_permute4x64_epi64::<0xd8>(pairs);
            let weights = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(i64::from_le_bytes(minimums)));
            let weighted = total_i32(_mm256_mullo_epi32(pairs, weights));
            minimum += real(part(block, 2)) * row.scales[n] * weighted as f32;
            let mut parts = _mm256_setzero_si256();
            for pair in 0..4 {
                let (low, high) = halves(load(part(block, 16 + 32 * pair)));
                let scale = |index: usize| _mm256_set1_epi16(scales[index].into());
                let low = dot(low, load(part(&numbers[n], 64 * pair)), scale(2 * pair));
                let high = dot(high, load(part(&numbers[n], 64 * pair + 32)), scale(2 * pair + 1));
                parts = _mm256_add_epi32(parts, _mm256_add_epi32(low, high));
            }
            let scale = _mm256_set1_ps(real(part(block, 0)) * row.scales[n]);
            sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(parts), sum);
        }
        total(sum) - minimum
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn q6k(blocks: &[u8], row: &Rounded) -> f32 {
        let mut sum = _mm256_setzero_ps();
        let numbers = row.numbers.as_chunks::<256>().0;
        let sums = row.sums.as_chunks::<16>().0;
        for (n, block) in blocks.as_chunks::<210>().0.iter().enumerate() {
            let scales = load_half(part(block, 192));
            let mut parts = _mm256_setzero_si256();
            for half in 0..2 {
                let weights = sixes(block, half);
                for (quarter, weights) in weights.into_iter().enumerate() {
                    let at = 192 + 8 * half + 2 * quarter;
                    let scale = |at: usize| _mm_set1_epi16((block[at] as i8).into());
                    let scale = _mm256_set_m128i(scale(at + 1), scale(at));
                    let product = dot(weights, load(part(&numbers[n], 128 * half + 32 * quarter)), scale);
                    parts = _mm256_add_epi32(parts, product);
                }
            }
            // Weights are stored 32 too high.
            let first = _mm256_mullo_epi32(_mm256_cvtepi8_epi32(scales), load(part(&sums[n], 0)));
            let second = _mm256_mullo_epi32(_mm256_cvtepi8_epi32(_mm_srli_si128::<8>(scales)), load(part(&sums[n], 8)));
            let parts = _mm256_sub_epi32(parts, _mm256_slli_epi32::<5>(_mm256_add_epi32(first, second)));
            let scale = _mm256_set1_ps(real(part(block, 208)) * row.scales[n]);
            sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(parts), sum);
        }
        total(sum)
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn q4_1(blocks: &[u8], row: &Rounded) -> f32 {
        let (mut sum, mut minimum) = (_mm256_setzero_ps(), 0.0);
        let one = _mm256_set1_epi16(1);
        let numbers = row.numbers.as_chunks::<32>().0;
        let sums = row.sums.as_chunks::<2>().0;
        for (n, block) in blocks.as_chunks::<20>().0.iter().enumerate() {
            let bytes = load_half(part(block, 4));
            let bytes = _mm256_set_m128i(_mm_srli_epi16::<4>(bytes), bytes);
            let parts = dot(_mm256_and_si256(bytes, _mm256_set1_epi8(15)), load(&numbers[n]), one);
            let scale = _mm256_set1_ps(real(part(block, 0)) * row.scales[n]);
            sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(parts), sum);
            minimum += real(part(block, 2)) * row.scales[n] * (sums[n][0] + sums[n][1]) as f32;
        }
        total(sum) + minimum
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn q8_0(blocks: &[u8], row: &Rounded) -> f32 {
        let mut sum = _mm256_setzero_ps();
        let one = _mm256_set1_epi16(1);
        let numbers = row.numbers.as_chunks::<32>().0;
        for (n, block) in blocks.as_chunks::<34>().0.iter().enumerate() {
            let weights = load(part(block, 2));
            // The instruction wants one side unsigned: move the weight's sign to the number.
            let parts = dot(_mm256_abs_epi8(weights), _mm256_sign_epi8(load(&numbers[n]), weights), one);
            let scale = _mm256_set1_ps(real(part(block, 0)) * row.scales[n]);
            sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(parts), sum);
        }
        total(sum)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use candle_core::{Device, Module, Tensor, quantized::QMatMul};
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    const FORMATS: [GgmlDType; 4] = [GgmlDType::Q4K, GgmlDType::Q6K, GgmlDType::Q4_1, GgmlDType::Q8_0];

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

    pub(in crate::kernels) fn plain_product(matrix: &QTensor, row: &[f32]) -> Vec<f32> {
        multiply_with(&[matrix], row, reference::dot_rows).expect("a format of ours").concat()
    }

    #[test]
    fn avx2_computes_what_the_plain_reference_computes() {
        if Avx2::found().is_none() {
            println!("skipped: this processor has no AVX2");
            return;
        }
        for dtype in FORMATS {
            for seed in 0..20 {
                let weights = matrix(dtype, 37, 768, seed);
                let row = random(768, &mut StdRng::seed_from_u64(1000 + seed));
                let fast = multiply_row(&[&weights], &row).expect("a format of ours");
                let plain = multiply_with(&[&weights], &row, reference::dot_rows).expect("a format of ours");
                let difference = largest_difference(&fast[0], &plain[0]);
                assert!(difference < 1e-3, "{dtype:?}: {difference}");
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        if Avx2::found().is_none() {
            return;
        }
        for dtype in FORMATS {
            let alternating: Vec<f32> = (0..512).map(|n| if n % 3 == 0 { -1000.0 } else { 1000.0 }).collect();
            let floats = Tensor::from_slice(&alternating, (1, 512), &Device::Cpu).expect("a matrix");
            let weights = QTensor::quantize(&floats, dtype).expect("quantises");
            let fast = multiply_row(&[&weights], &alternating).expect("a format of ours")[0][0];
            let plain = multiply_with(&[&weights], &alternating, reference::dot_rows).expect("a format of ours")[0][0];
            assert!((fast / plain - 1.0).abs() < 1e-5, "{dtype:?}: {fast} for {plain}");
            assert!((plain / 512e6 - 1.0).abs() < 0.1, "{dtype:?}: {plain}");
        }
    }

    #[test]
    fn the_reference_agrees_with_multiplying_the_unpacked_weights() {
        for dtype in FORMATS {
            let weights = matrix(dtype, 16, 512, 5);
            let row = random(512, &mut StdRng::seed_from_u64(6));
            let ours = multiply_with(&[&weights], &row, reference::dot_rows).expect("a format of ours");
            let unpacked = QMatMul::Tensor(weights.dequantize(&Device::Cpu).expect("unpacks"));
            let x = Tensor::from_slice(&row, (1, 512), &Device::Cpu).expect("a row");
            let theirs = unpacked.forward(&x).and_then(|y| y.flatten_all()?.to_vec1()).expect("multiplies");
            let difference = largest_difference(&ours[0], &theirs);
            // 512 products, each off by at most half a step of 1/127.
            assert!(difference < 0.2, "{dtype:?}: {difference}");
        }
    }

    #[test]
    fn several_matrices_in_one_pass_give_what_each_gives_alone() {
        let (a, b) = (matrix(GgmlDType::Q4K, 40, 256, 1), matrix(GgmlDType::Q8_0, 9, 256, 2));
        let row = random(256, &mut StdRng::seed_from_u64(3));
        let run = |matrices: &[&QTensor]| multiply_with(matrices, &row, reference::dot_rows).expect("ours");
        assert_eq!(run(&[&a, &b]), [run(&[&a]), run(&[&b])].concat());
    }

    #[test]
    fn other_formats_and_wrong_lengths_are_left_to_candle() {
        let row = random(256, &mut StdRng::seed_from_u64(3));
        assert!(multiply_with(&[&matrix(GgmlDType::Q5_0, 4, 256, 1)], &row, reference::dot_rows).is_none());
        assert!(multiply_with(&[&matrix(GgmlDType::Q8_0, 4, 512, 1)], &row, reference::dot_rows).is_none());
    }
}
