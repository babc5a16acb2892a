//! One row with 512-bit vectors. Every function needs AVX-512 F, BW, VL and VNNI.

use super::avx2::{real, scales_and_minimums, small, total_of_four, word};
use super::{AtomicU32, Format, Rounded, for_each_row};
use crate::kernels::{AHEAD, fetch_ahead, load, load_half, load_wide, part};
use candle_core::quantized::GgmlDType;
use std::arch::x86_64::*;

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub(in crate::kernels) fn dot_rows(format: Format, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) {
    match format.dtype {
        GgmlDType::Q4K => for_each_row(bytes, products, |blocks| q4k(blocks, row)),
        GgmlDType::Q5K => for_each_row(bytes, products, |blocks| q5k(blocks, row)),
        GgmlDType::Q6K => for_each_row(bytes, products, |blocks| q6k(blocks, row)),
        _ => {
            let pair_bytes = 2 * format.bytes;
            for_each_row(bytes, products, |blocks| {
                let paired = blocks.len() / pair_bytes;
                let rest = &blocks[paired * pair_bytes..];
                let rest = if rest.is_empty() { 0.0 } else { small(format.dtype, rest, row, 2 * paired) };
                pairs(format.dtype, blocks, row) + rest
            });
        }
    }
}

/// Number 0 for the first 32 bytes, the other for the last.
#[inline]
#[target_feature(enable = "avx512f")]
fn by_half(first: i16, second: i16) -> __m512i {
    _mm512_inserti64x4::<1>(_mm512_set1_epi16(first), _mm256_set1_epi16(second))
}

/// Q4_K and Q5_K: `pair_of` finds the numbers of two parts of a block.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn four_or_five_bits<const BYTES: usize>(
    blocks: &[u8],
    row: &Rounded,
    pair_of: impl Fn(&[u8; BYTES], usize) -> __m512i,
) -> f32 {
    let (mut sum, mut minimum) = (_mm512_setzero_ps(), _mm_setzero_ps());
    let numbers = row.numbers.as_chunks::<256>().0;
    let sums = row.sums_of_32.as_chunks::<8>().0;
    for (n, block) in blocks.as_chunks::<BYTES>().0.iter().enumerate() {
        fetch_ahead(block, AHEAD);
        let (scales, minimums) = scales_and_minimums(part(block, 0), &sums[n]);
        let row_scale = row.scales[n];
        minimum = _mm_fmadd_ps(_mm_set1_ps(real(part(block, 2)) * row_scale), minimums, minimum);
        let scales = _mm512_broadcast_i32x4(scales);
        let mut parts = _mm512_setzero_si512();
        for pair in 0..4 {
            let scale = _mm512_shuffle_epi8(scales, by_half(word(2 * pair), word(2 * pair + 1)));
            let products =
                _mm512_maddubs_epi16(pair_of(block, pair), load_wide(part::<i8, 64>(&numbers[n], 64 * pair)));
            parts = _mm512_dpwssd_epi32(parts, products, scale);
        }
        let scale = _mm512_set1_ps(real(part(block, 0)) * row_scale);
        sum = _mm512_fmadd_ps(scale, _mm512_cvtepi32_ps(parts), sum);
    }
    _mm512_reduce_add_ps(sum) - total_of_four(minimum)
}

/// Low halves of 32 bytes, then the high ones.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn halves(bytes: __m256i) -> __m512i {
    let shifted = _mm512_srlv_epi16(_mm512_broadcast_i64x4(bytes), by_half(0, 4));
    _mm512_and_si512(shifted, _mm512_set1_epi8(15))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn q4k(blocks: &[u8], row: &Rounded) -> f32 {
    four_or_five_bits(blocks, row, |block: &[u8; 144], pair| halves(load(part::<u8, 32>(block, 16 + 32 * pair))))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn q5k(blocks: &[u8], row: &Rounded) -> f32 {
    four_or_five_bits(blocks, row, |block: &[u8; 176], pair| {
        let low = halves(load(part::<u8, 32>(block, 48 + 32 * pair)));
        let bits = _mm512_broadcast_i64x4(load(part::<u8, 32>(block, 16)));
        let bits = _mm512_srlv_epi16(bits, by_half(2 * pair as i16, 2 * pair as i16 + 1));
        let bits = _mm512_slli_epi16::<4>(_mm512_and_si512(bits, _mm512_set1_epi8(1)));
        _mm512_or_si512(low, bits)
    })
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn q6k(blocks: &[u8], row: &Rounded) -> f32 {
    let (mut sum, mut too_high) = (_mm512_setzero_ps(), _mm256_setzero_ps());
    let numbers = row.numbers.as_chunks::<256>().0;
    let sums = row.sums_of_16.as_chunks::<16>().0;
    // Four scales for 64 numbers, eight words of each.
    let quarter = |first: usize| {
        let words = [0, 1, 2, 3].map(|n| _mm_set1_epi16(word(first + n)));
        let low = _mm256_set_m128i(words[1], words[0]);
        _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), _mm256_set_m128i(words[3], words[2]))
    };
    let (first, second) = (quarter(0), quarter(4));
    for (n, block) in blocks.as_chunks::<210>().0.iter().enumerate() {
        fetch_ahead(block, AHEAD);
        let scales = _mm256_cvtepi8_epi16(load_half(part::<u8, 16>(block, 192)));
        let scale = real(part(block, 208)) * row.scales[n];
        // Weights are stored 32 too high.
        let high = _mm256_cvtepi32_ps(_mm256_madd_epi16(scales, load(&sums[n])));
        too_high = _mm256_fmadd_ps(_mm256_set1_ps(32.0 * scale), high, too_high);
        let mut parts = _mm512_setzero_si512();
        let halves = [_mm256_castsi256_si128(scales), _mm256_extracti128_si256::<1>(scales)];
        for (half, scales) in halves.into_iter().enumerate() {
            let scales = _mm512_broadcast_i32x4(scales);
            let bytes = load_wide(part::<u8, 64>(block, 64 * half));
            let four = _mm512_set1_epi8(15);
            let low = _mm512_and_si512(bytes, four);
            let high = _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), four);
            let top = _mm512_broadcast_i64x4(load(part::<u8, 32>(block, 128 + 32 * half)));
            let with_top = |low, shifts| {
                let top = _mm512_and_si512(_mm512_srlv_epi16(top, shifts), _mm512_set1_epi8(3));
                _mm512_or_si512(low, _mm512_slli_epi16::<4>(top))
            };
            let numbers = |at: usize| load_wide(part::<i8, 64>(&numbers[n], 128 * half + at));
            let products = _mm512_maddubs_epi16(with_top(low, by_half(0, 2)), numbers(0));
            parts = _mm512_dpwssd_epi32(parts, products, _mm512_shuffle_epi8(scales, first));
            let products = _mm512_maddubs_epi16(with_top(high, by_half(4, 6)), numbers(64));
            parts = _mm512_dpwssd_epi32(parts, products, _mm512_shuffle_epi8(scales, second));
        }
        sum = _mm512_fmadd_ps(_mm512_set1_ps(scale), _mm512_cvtepi32_ps(parts), sum);
    }
    let too_high = _mm_add_ps(_mm256_castps256_ps128(too_high), _mm256_extractf128_ps::<1>(too_high));
    _mm512_reduce_add_ps(sum) - total_of_four(too_high)
}

/// Pairs of blocks of 32 columns.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn pairs(dtype: GgmlDType, blocks: &[u8], row: &Rounded) -> f32 {
    match dtype {
        GgmlDType::Q4_0 => each_64(blocks, row, |pair: &[u8; 36]| {
            (nibbles(part(pair, 2), part(pair, 20)), scales_around(part(pair, 0), part(pair, 18), -8.0))
        }),
        GgmlDType::Q4_1 => each_64(blocks, row, |pair: &[u8; 40]| {
            (nibbles(part(pair, 4), part(pair, 24)), scales(part(pair, 0), part(pair, 20)))
        }),
        GgmlDType::Q5_0 => each_64(blocks, row, |pair: &[u8; 44]| {
            let numbers = nibbles(part(pair, 6), part(pair, 28));
            let numbers = _mm512_or_si512(numbers, fifth_bits(part(pair, 2), part(pair, 24)));
            (numbers, scales_around(part(pair, 0), part(pair, 22), -16.0))
        }),
        GgmlDType::Q5_1 => each_64(blocks, row, |pair: &[u8; 48]| {
            let numbers = nibbles(part(pair, 8), part(pair, 32));
            let numbers = _mm512_or_si512(numbers, fifth_bits(part(pair, 4), part(pair, 28)));
            (numbers, scales(part(pair, 0), part(pair, 24)))
        }),
        _ => each_64(blocks, row, |pair: &[u8; 68]| {
            let (first, second) = (load(part::<u8, 32>(pair, 2)), load(part::<u8, 32>(pair, 36)));
            let numbers = _mm512_inserti64x4::<1>(_mm512_castsi256_si512(first), second);
            let numbers = _mm512_xor_si512(numbers, _mm512_set1_epi8(-128));
            (numbers, scales_around(part(pair, 0), part(pair, 34), -128.0))
        }),
    }
}

/// `take_apart` finds the numbers of two blocks and of each its scale and what is added to each number.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn each_64<const BYTES: usize>(
    blocks: &[u8],
    row: &Rounded,
    take_apart: impl Fn(&[u8; BYTES]) -> (__m512i, __m128),
) -> f32 {
    let (mut sum, mut added) = (_mm512_setzero_ps(), _mm_setzero_ps());
    // The first block's scale for the first eight sums, the second's for the others.
    let spread = _mm512_inserti64x4::<1>(_mm512_setzero_si512(), _mm256_set1_epi32(2));
    let numbers = row.numbers.as_chunks::<64>().0;
    let real_sums = row.real_sums.as_chunks::<2>().0;
    for ((pair, numbers), real_sums) in blocks.as_chunks::<BYTES>().0.iter().zip(numbers).zip(real_sums) {
        fetch_ahead(pair, AHEAD);
        let (weights, scales) = take_apart(pair);
        let scales = _mm_mul_ps(scales, _mm_castsi128_ps(load_half(real_sums)));
        added = _mm_add_ps(added, scales);
        let products = _mm512_dpbusd_epi32(_mm512_setzero_si512(), weights, load_wide(numbers));
        let scales = _mm512_permutexvar_ps(spread, _mm512_castps128_ps512(scales));
        sum = _mm512_fmadd_ps(scales, _mm512_cvtepi32_ps(products), sum);
    }
    // Every second number is a sum of what is added, the others of scales alone.
    let added = _mm_movehdup_ps(added);
    _mm512_reduce_add_ps(sum) + _mm_cvtss_f32(_mm_add_ss(added, _mm_movehl_ps(added, added)))
}

/// Scales and what is added, of two blocks that store both.
#[inline]
#[target_feature(enable = "avx2,f16c")]
fn scales(first: &[u8; 4], second: &[u8; 4]) -> __m128 {
    let both = _mm_insert_epi32::<1>(_mm_cvtsi32_si128(i32::from_le_bytes(*first)), i32::from_le_bytes(*second));
    _mm_cvtph_ps(both)
}

/// The same where as many scales are added to each number.
#[inline]
#[target_feature(enable = "avx2,f16c")]
fn scales_around(first: &[u8; 2], second: &[u8; 2], added: f32) -> __m128 {
    let both = i32::from(u16::from_le_bytes(*first)) | i32::from(u16::from_le_bytes(*second)) << 16;
    let both = _mm_cvtph_ps(_mm_shufflelo_epi16::<0b01_01_00_00>(_mm_cvtsi32_si128(both)));
    _mm_mul_ps(both, _mm_setr_ps(1.0, added, 1.0, added))
}

/// Low and high halves of each of two times 16 bytes.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx2")]
fn nibbles(first: &[u8; 16], second: &[u8; 16]) -> __m512i {
    let both = _mm512_inserti64x4::<1>(
        _mm512_castsi256_si512(_mm256_broadcastsi128_si256(load_half(first))),
        _mm256_broadcastsi128_si256(load_half(second)),
    );
    let shifts = _mm512_broadcast_i64x4(_mm256_set_m128i(_mm_set1_epi16(4), _mm_setzero_si128()));
    _mm512_and_si512(_mm512_srlv_epi16(both, shifts), _mm512_set1_epi8(15))
}

/// 16 for each bit that is set.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn fifth_bits(first: &[u8; 4], second: &[u8; 4]) -> __m512i {
    let bits = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*second)) << 32;
    _mm512_maskz_mov_epi8(bits, _mm512_set1_epi8(16))
}
