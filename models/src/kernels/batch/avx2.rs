//! The work on panels with 256-bit vectors. Every function needs AVX2, FMA and F16C.

use super::{Block, PANEL, Panel};
use crate::kernels::format::{Bits, COLUMNS, Slice};
use crate::kernels::row::avx2::{real, round_part};
use crate::kernels::{Weights, fetch_ahead, load, part, part_mut, store};
use std::arch::x86_64::*;

/// Rounds up to 256 numbers; what is missing to 256 becomes 0.
#[target_feature(enable = "avx2,fma,f16c")]
pub(in crate::kernels) fn round_block(row: &[f32], block: &mut Block) {
    let mut numbers = [0_i8; COLUMNS];
    for ((from, to), scale) in row.chunks(32).zip(numbers.chunks_mut(32)).zip(&mut block.scales) {
        *scale = round_part(from, to);
    }
    for (four, to) in numbers.as_chunks::<4>().0.iter().zip(&mut block.numbers) {
        *to = i32::from_le_bytes(four.map(|number| number as u8));
    }
    for (part, to) in numbers.as_chunks::<16>().0.iter().zip(&mut block.sums_of_16) {
        *to = f32::from(part.iter().map(|number| i16::from(*number)).sum::<i16>());
    }
    for (pair, to) in block.sums_of_16.as_chunks::<2>().0.iter().zip(&mut block.sums_of_32) {
        *to = pair[0] + pair[1];
    }
}

/// Unpacks up to 256 columns of each of sixteen rows; a row without bytes is one of zeros.
#[target_feature(enable = "avx2,fma,f16c")]
pub(in crate::kernels) fn unpack(matrix: &Weights<'_>, rows: &[&[u8]; PANEL], columns: usize, panel: &mut Panel) {
    let format = matrix.format;
    panel.part = format.part;
    panel.bits = format.bits;
    panel.parts = columns.div_ceil(format.part.columns());
    let slices = &mut panel.slices;
    for (half, rows) in rows.as_chunks::<8>().0.iter().enumerate() {
        for (slice, row) in slices.iter_mut().zip(rows) {
            if row.is_empty() {
                *slice = Slice::EMPTY;
            } else {
                // The same columns of the next panel.
                fetch_ahead(row, PANEL * matrix.row_bytes);
                slice.take_apart(format, row, |bytes| real(bytes));
            }
        }
        for thirty_two in 0..columns.div_ceil(32) {
            let mut bytes = [_mm256_setzero_si256(); 8];
            for (bytes, slice) in bytes.iter_mut().zip(slices.iter()) {
                *bytes = load(part::<u8, 32>(&slice.numbers, 32 * thirty_two));
            }
            for (four, bytes) in turned(bytes).into_iter().enumerate() {
                store(&mut panel.numbers[8 * thirty_two + four][half], bytes);
            }
        }
        for eight in 0..panel.parts.div_ceil(8) {
            let mut scales = [_mm256_setzero_si256(); 8];
            let mut minimums = scales;
            for (row, slice) in slices.iter().enumerate() {
                scales[row] = load(part::<f32, 8>(&slice.scales, 8 * eight));
                minimums[row] = load(part::<f32, 8>(&slice.minimums, 8 * eight));
            }
            for (within, (scales, minimums)) in turned(scales).into_iter().zip(turned(minimums)).enumerate() {
                store(part_mut::<f32, 8>(&mut panel.scales[8 * eight + within], 8 * half), scales);
                store(part_mut::<f32, 8>(&mut panel.minimums[8 * eight + within], 8 * half), minimums);
            }
        }
    }
}

/// Eight rows of eight groups of four bytes become eight groups of eight rows.
#[inline]
#[target_feature(enable = "avx2")]
fn turned(rows: [__m256i; 8]) -> [__m256i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    let pairs = [
        (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)),
        (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d)),
        (_mm256_unpacklo_epi32(e, f), _mm256_unpackhi_epi32(e, f)),
        (_mm256_unpacklo_epi32(g, h), _mm256_unpackhi_epi32(g, h)),
    ];
    // Four rows of one group in each half of a vector: groups 0 and 4, 1 and 5, 2 and 6, 3 and 7.
    let first = [
        _mm256_unpacklo_epi64(pairs[0].0, pairs[1].0),
        _mm256_unpackhi_epi64(pairs[0].0, pairs[1].0),
        _mm256_unpacklo_epi64(pairs[0].1, pairs[1].1),
        _mm256_unpackhi_epi64(pairs[0].1, pairs[1].1),
    ];
    let second = [
        _mm256_unpacklo_epi64(pairs[2].0, pairs[3].0),
        _mm256_unpackhi_epi64(pairs[2].0, pairs[3].0),
        _mm256_unpacklo_epi64(pairs[2].1, pairs[3].1),
        _mm256_unpackhi_epi64(pairs[2].1, pairs[3].1),
    ];
    let mut turned = [_mm256_setzero_si256(); 8];
    for group in 0..4 {
        turned[group] = _mm256_permute2x128_si256::<0x20>(first[group], second[group]);
        turned[group + 4] = _mm256_permute2x128_si256::<0x31>(first[group], second[group]);
    }
    turned
}

/// Adds the products of a panel with a block of each row to the sums of that row.
#[target_feature(enable = "avx2,fma,f16c")]
pub(in crate::kernels) fn add_panel(panel: &Panel, rows: &[Block], sums: &mut [[f32; PANEL]]) {
    // Groups of four columns whose products 16 bits can sum, in pairs: `groups * 2 * largest * 127` stays below 2^15. Rows
    // that are multiplied together: their sums fill the registers.
    match panel.bits {
        Bits::Four => add_rows::<8, 8, 3>(panel, rows, sums),
        Bits::Five => add_rows::<8, 4, 2>(panel, rows, sums),
        Bits::Six => add_rows::<4, 2, 2>(panel, rows, sums),
        Bits::Eight => add_rows::<8, 1, 2>(panel, rows, sums),
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
fn add_rows<const GROUPS: usize, const RUN: usize, const ROWS: usize>(
    panel: &Panel,
    rows: &[Block],
    sums: &mut [[f32; PANEL]],
) {
    let (rows, single_rows) = rows.as_chunks::<ROWS>();
    let (sums, single_sums) = sums.as_chunks_mut::<ROWS>();
    for (rows, sums) in rows.iter().zip(sums) {
        add_tile::<GROUPS, RUN, ROWS>(panel, rows, sums);
    }
    for (row, sum) in single_rows.as_chunks::<1>().0.iter().zip(single_sums.as_chunks_mut::<1>().0) {
        add_tile::<GROUPS, RUN, 1>(panel, row, sum);
    }
}

/// `GROUPS` groups of four columns share a scale, `RUN` of them are summed in 16 bits.
#[target_feature(enable = "avx2,fma,f16c")]
fn add_tile<const GROUPS: usize, const RUN: usize, const ROWS: usize>(
    panel: &Panel,
    rows: &[Block; ROWS],
    sums: &mut [[f32; PANEL]; ROWS],
) {
    let one = _mm256_set1_epi16(1);
    let mut totals = [[_mm256_setzero_ps(); 2]; ROWS];
    for (at, groups) in panel.numbers.as_chunks::<GROUPS>().0.iter().enumerate().take(panel.parts) {
        let mut whole = [[_mm256_setzero_si256(); 2]; ROWS];
        for (run, groups) in groups.as_chunks::<RUN>().0.iter().enumerate() {
            let mut short = [[_mm256_setzero_si256(); 2]; ROWS];
            for (group, weights) in groups.iter().enumerate() {
                let group = at * GROUPS + run * RUN + group;
                let weights = [load(&weights[0]), load(&weights[1])];
                for row in 0..ROWS {
                    let numbers = _mm256_set1_epi32(rows[row].numbers[group]);
                    for half in 0..2 {
                        let products = if RUN == 1 {
                            eight_bit_products(weights[half], numbers)
                        } else {
                            _mm256_maddubs_epi16(weights[half], numbers)
                        };
                        short[row][half] = _mm256_add_epi16(short[row][half], products);
                    }
                }
            }
            for row in 0..ROWS {
                for half in 0..2 {
                    let four = _mm256_madd_epi16(short[row][half], one);
                    whole[row][half] = _mm256_add_epi32(whole[row][half], four);
                }
            }
        }
        for half in 0..2 {
            let scale = floats(part(&panel.scales[at], 8 * half));
            let minimum = floats(part(&panel.minimums[at], 8 * half));
            for row in 0..ROWS {
                let row_sum = if GROUPS == 8 { rows[row].sums_of_32[at] } else { rows[row].sums_of_16[at] };
                let total = &mut totals[row][half];
                let product = _mm256_cvtepi32_ps(whole[row][half]);
                let row_scale = _mm256_set1_ps(rows[row].scales[at * GROUPS / 8]);
                let product = _mm256_mul_ps(product, scale);
                // Products around 128 have no minimum left.
                let product =
                    if RUN == 1 { product } else { _mm256_fnmadd_ps(minimum, _mm256_set1_ps(row_sum), product) };
                *total = _mm256_fmadd_ps(product, row_scale, *total);
            }
        }
    }
    for (totals, sums) in totals.into_iter().zip(sums) {
        for (half, total) in totals.into_iter().enumerate() {
            let to: &mut [f32; 8] = part_mut(sums, 8 * half);
            store(to, _mm256_castps_si256(_mm256_add_ps(total, floats(to))));
        }
    }
}

/// Products of bytes around 128 with signed ones, in pairs. The instruction wants one side unsigned: the weight's sign
/// moves to the number.
#[inline]
#[target_feature(enable = "avx2")]
fn eight_bit_products(weights: __m256i, numbers: __m256i) -> __m256i {
    let weights = _mm256_xor_si256(weights, _mm256_set1_epi8(-128));
    _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(numbers, weights))
}

#[inline]
#[target_feature(enable = "avx2")]
fn floats(from: &[f32; 8]) -> __m256 {
    _mm256_castsi256_ps(load(from))
}
