//! One row with 256-bit vectors. Every function needs AVX2, FMA and F16C.

use super::{AtomicU32, Format, Kind, Rounded, for_each_row};
use crate::kernels::format::parts_of_k;
use crate::kernels::{AHEAD, fetch_ahead, load, load_half, part};
use candle_core::quantized::GgmlDType;
use std::arch::x86_64::*;

#[target_feature(enable = "avx2,fma,f16c")]
pub(in crate::kernels) fn round(row: &[f32], kind: Kind, rounded: &mut Option<Rounded>) {
    *rounded = Some(Rounded::of(row, kind));
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(in crate::kernels) fn round_part(from: &[f32], to: &mut [i8]) -> f32 {
    super::round_part(from, to)
}

#[target_feature(enable = "avx2,fma,f16c")]
pub(in crate::kernels) fn dot_rows(format: Format, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) {
    match format.dtype {
        GgmlDType::Q4K => for_each_row(bytes, products, |blocks| q4k(blocks, row)),
        GgmlDType::Q5K => for_each_row(bytes, products, |blocks| q5k(blocks, row)),
        GgmlDType::Q6K => for_each_row(bytes, products, |blocks| q6k(blocks, row)),
        _ => for_each_row(bytes, products, |blocks| small(format.dtype, blocks, row, 0)),
    }
}

/// The 16-bit float in two bytes.
#[inline]
#[target_feature(enable = "f16c")]
pub(in crate::kernels) fn real(bytes: &[u8; 2]) -> f32 {
    _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(u16::from_le_bytes(*bytes).into())))
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn total_of_four(x: __m128) -> f32 {
    let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn total(x: __m256) -> f32 {
    total_of_four(_mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x)))
}

/// Low and high four bits of 32 bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn halves(bytes: __m256i) -> (__m256i, __m256i) {
    let four = _mm256_set1_epi8(15);
    (_mm256_and_si256(bytes, four), _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), four))
}

/// Unsigned times signed bytes, summed in fours: products stay below 2^15 in every format here.
#[inline]
#[target_feature(enable = "avx2")]
fn dot(weights: __m256i, numbers: __m256i, scale: __m256i) -> __m256i {
    _mm256_madd_epi16(_mm256_maddubs_epi16(weights, numbers), scale)
}

/// Scales of the parts of a K block and, summed in fours, minimums times the sums of the row's numbers.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn scales_and_minimums(head: &[u8; 16], sums: &[i16; 8]) -> (__m128i, __m128) {
    let (scales, minimums) = parts_of_k(part(head, 4));
    let words = |bytes: [u8; 8]| _mm_cvtepu8_epi16(_mm_cvtsi64_si128(i64::from_le_bytes(bytes)));
    (words(scales), _mm_cvtepi32_ps(_mm_madd_epi16(words(minimums), load_half(sums))))
}

/// Q4_K and Q5_K: `pair_of` finds the numbers of two parts of a block.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn four_or_five_bits<const BYTES: usize>(
    blocks: &[u8],
    row: &Rounded,
    pair_of: impl Fn(&[u8; BYTES], usize) -> (__m256i, __m256i),
) -> f32 {
    let (mut sum, mut minimum) = (_mm256_setzero_ps(), _mm_setzero_ps());
    let numbers = row.numbers.as_chunks::<256>().0;
    let sums = row.sums_of_32.as_chunks::<8>().0;
    for (n, block) in blocks.as_chunks::<BYTES>().0.iter().enumerate() {
        fetch_ahead(block, AHEAD);
        let (scales, minimums) = scales_and_minimums(part(block, 0), &sums[n]);
        let row_scale = row.scales[n];
        minimum = _mm_fmadd_ps(_mm_set1_ps(real(part(block, 2)) * row_scale), minimums, minimum);
        let scales = _mm256_broadcastsi128_si256(scales);
        let mut parts = _mm256_setzero_si256();
        for pair in 0..4 {
            let (low, high) = pair_of(block, pair);
            let scale = |index: usize| _mm256_shuffle_epi8(scales, _mm256_set1_epi16(word(index)));
            let low = dot(low, load(part::<i8, 32>(&numbers[n], 64 * pair)), scale(2 * pair));
            let high = dot(high, load(part::<i8, 32>(&numbers[n], 64 * pair + 32)), scale(2 * pair + 1));
            parts = _mm256_add_epi32(parts, _mm256_add_epi32(low, high));
        }
        let scale = _mm256_set1_ps(real(part(block, 0)) * row_scale);
        sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(parts), sum);
    }
    total(sum) - total_of_four(minimum)
}

/// What picks this word of eight when bytes are shuffled.
pub(super) const fn word(index: usize) -> i16 {
    (2 * index + (2 * index + 1) * 256) as i16
}

#[target_feature(enable = "avx2,fma,f16c")]
fn q4k(blocks: &[u8], row: &Rounded) -> f32 {
    four_or_five_bits(blocks, row, |block: &[u8; 144], pair| halves(load(part::<u8, 32>(block, 16 + 32 * pair))))
}

#[target_feature(enable = "avx2,fma,f16c")]
fn q5k(blocks: &[u8], row: &Rounded) -> f32 {
    four_or_five_bits(blocks, row, |block: &[u8; 176], pair| {
        let (low, high) = halves(load(part::<u8, 32>(block, 48 + 32 * pair)));
        let bits = _mm256_srl_epi16(load(part::<u8, 32>(block, 16)), _mm_cvtsi64_si128(2 * pair as i64));
        let bits = _mm256_slli_epi16::<4>(_mm256_and_si256(bits, _mm256_set1_epi8(3)));
        let high_bits = _mm256_srli_epi16::<1>(_mm256_and_si256(bits, _mm256_set1_epi8(32)));
        (_mm256_or_si256(low, _mm256_and_si256(bits, _mm256_set1_epi8(16))), _mm256_or_si256(high, high_bits))
    })
}

/// The 128 numbers of one half of a Q6_K block, each 32 too high.
#[inline]
#[target_feature(enable = "avx2")]
fn sixes(block: &[u8; 210], half: usize) -> [__m256i; 4] {
    let two = _mm256_set1_epi8(3);
    let (low0, high0) = halves(load(part::<u8, 32>(block, 64 * half)));
    let (low1, high1) = halves(load(part::<u8, 32>(block, 64 * half + 32)));
    let top = load(part::<u8, 32>(block, 128 + 32 * half));
    let with_top = |low, top| _mm256_or_si256(low, _mm256_slli_epi16::<4>(_mm256_and_si256(top, two)));
    [
        with_top(low0, top),
        with_top(low1, _mm256_srli_epi16::<2>(top)),
        with_top(high0, _mm256_srli_epi16::<4>(top)),
        with_top(high1, _mm256_srli_epi16::<6>(top)),
    ]
}

#[target_feature(enable = "avx2,fma,f16c")]
fn q6k(blocks: &[u8], row: &Rounded) -> f32 {
    let mut sum = _mm256_setzero_ps();
    let numbers = row.numbers.as_chunks::<256>().0;
    let sums = row.sums_of_16.as_chunks::<16>().0;
    for (n, block) in blocks.as_chunks::<210>().0.iter().enumerate() {
        fetch_ahead(block, AHEAD);
        let scales = _mm256_cvtepi8_epi16(load_half(part::<u8, 16>(block, 192)));
        // Weights are stored 32 too high.
        let too_high = _mm256_slli_epi32::<5>(_mm256_madd_epi16(scales, load(&sums[n])));
        let mut parts = _mm256_setzero_si256();
        let halves = [_mm256_castsi256_si128(scales), _mm256_extracti128_si256::<1>(scales)];
        for (half, scales) in halves.into_iter().enumerate() {
            let scales = _mm256_broadcastsi128_si256(scales);
            for (quarter, weights) in sixes(block, half).into_iter().enumerate() {
                let pair = _mm256_set_m128i(_mm_set1_epi16(word(2 * quarter + 1)), _mm_set1_epi16(word(2 * quarter)));
                let numbers = load(part::<i8, 32>(&numbers[n], 128 * half + 32 * quarter));
                parts = _mm256_add_epi32(parts, dot(weights, numbers, _mm256_shuffle_epi8(scales, pair)));
            }
        }
        let scale = _mm256_set1_ps(real(part(block, 208)) * row.scales[n]);
        sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(_mm256_sub_epi32(parts, too_high)), sum);
    }
    total(sum)
}

/// A row of blocks of 32 columns, the first of them the row's block `first`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn small(dtype: GgmlDType, blocks: &[u8], row: &Rounded, first: usize) -> f32 {
    match dtype {
        GgmlDType::Q4_0 => each_32(blocks, row, first, |block: &[u8; 18]| {
            let scale = real(part(block, 0));
            (nibbles(part(block, 2)), scale, -8.0 * scale)
        }),
        GgmlDType::Q4_1 => each_32(blocks, row, first, |block: &[u8; 20]| {
            (nibbles(part(block, 4)), real(part(block, 0)), real(part(block, 2)))
        }),
        GgmlDType::Q5_0 => each_32(blocks, row, first, |block: &[u8; 22]| {
            let scale = real(part(block, 0));
            (_mm256_or_si256(nibbles(part(block, 6)), fifth_bits(part(block, 2))), scale, -16.0 * scale)
        }),
        GgmlDType::Q5_1 => each_32(blocks, row, first, |block: &[u8; 24]| {
            let numbers = _mm256_or_si256(nibbles(part(block, 8)), fifth_bits(part(block, 4)));
            (numbers, real(part(block, 0)), real(part(block, 2)))
        }),
        _ => q8_0(blocks, row, first),
    }
}

/// `take_apart` finds a block's numbers, its scale and what is added to each number.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn each_32<const BYTES: usize>(
    blocks: &[u8],
    row: &Rounded,
    first: usize,
    take_apart: impl Fn(&[u8; BYTES]) -> (__m256i, f32, f32),
) -> f32 {
    let (mut sum, mut added) = (_mm256_setzero_ps(), 0.0);
    let one = _mm256_set1_epi16(1);
    let numbers = &row.numbers.as_chunks::<32>().0[first..];
    let real_sums = &row.real_sums[first..];
    for ((block, numbers), [scale, real_sum]) in blocks.as_chunks::<BYTES>().0.iter().zip(numbers).zip(real_sums) {
        fetch_ahead(block, AHEAD);
        let (weights, weight_scale, weight_added) = take_apart(block);
        let scale = _mm256_set1_ps(weight_scale * scale);
        sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(dot(weights, load(numbers), one)), sum);
        added += weight_added * real_sum;
    }
    total(sum) + added
}

/// Low halves of 16 bytes, then the high ones.
#[inline]
#[target_feature(enable = "avx2")]
fn nibbles(bytes: &[u8; 16]) -> __m256i {
    let bytes = load_half(bytes);
    _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16::<4>(bytes), bytes), _mm256_set1_epi8(15))
}

/// 16 for each bit that is set.
#[inline]
#[target_feature(enable = "avx2")]
fn fifth_bits(bits: &[u8; 4]) -> __m256i {
    let bits = _mm256_set1_epi32(i32::from_le_bytes(*bits));
    // The byte that holds the bit, eight times each, then the bit alone.
    const BYTES: [u8; 32] = {
        let mut bytes = [0; 32];
        let mut at = 0;
        while at < 32 {
            bytes[at] = at as u8 / 8;
            at += 1;
        }
        bytes
    };
    let bits = _mm256_shuffle_epi8(bits, load(&BYTES));
    let alone = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64 as i64);
    let is_set = _mm256_cmpeq_epi8(_mm256_and_si256(bits, alone), alone);
    _mm256_and_si256(is_set, _mm256_set1_epi8(16))
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn q8_0(blocks: &[u8], row: &Rounded, first: usize) -> f32 {
    let mut sum = _mm256_setzero_ps();
    let one = _mm256_set1_epi16(1);
    let numbers = &row.numbers.as_chunks::<32>().0[first..];
    let scales = &row.scales[first..];
    for ((block, numbers), scale) in blocks.as_chunks::<34>().0.iter().zip(numbers).zip(scales) {
        fetch_ahead(block, AHEAD);
        let weights = load(part::<u8, 32>(block, 2));
        // The instruction wants one side unsigned: move the weight's sign to the number.
        let parts = dot(_mm256_abs_epi8(weights), _mm256_sign_epi8(load(numbers), weights), one);
        let scale = _mm256_set1_ps(real(part(block, 0)) * scale);
        sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(parts), sum);
    }
    total(sum)
}
