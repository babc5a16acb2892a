//! Many rows times a matrix in ggml's block formats: what a decoder does with a prompt.
//!
//! Sixteen rows of weights at a time, 256 columns of each are unpacked into bytes that lie as the vector instructions want
//! them (eight rows side by side, four columns of each), and all rows of the prompt are multiplied with them while they are
//! in the first cache. candle keeps such bytes for the whole model instead, which doubles its memory, and sums in 32 bits
//! after every four columns; here 16 bits hold the sums of up to 32 columns.

use super::{Avx2, part};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::utils::barrier_pool;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Rows of weights in a panel.
const PANEL: usize = 16;
/// Columns of a panel: the block length of the formats and of rounding.
const COLUMNS: usize = 256;

/// 256 numbers of a row of the prompt, rounded to 8 bits.
pub(super) struct Block {
    /// four numbers in each
    numbers: [i32; COLUMNS / 4],
    /// sums of 16 numbers, two in each
    sums: [i32; COLUMNS / 32],
    /// real value of 1
    scale: f32,
}

/// Sixteen rows of weights by 256 columns. Arrays of two are halves of eight rows; arrays within repeat by row.
pub(super) struct Panel {
    /// by four columns: eight rows of four bytes
    numbers: [[[u8; 32]; 2]; COLUMNS / 4],
    /// by part of `part` columns: the part's weight, twice for each row
    scales: [[[i16; 16]; 2]; 16],
    /// by 32 columns: what each number is too high, for the two parts of 16
    minimums: [[[i16; 16]; 2]; COLUMNS / 32],
    /// real value of 1 of the weighted numbers
    scale: [[f32; 8]; 2],
    /// real value of 1 of the weighted minimums
    minimum: [[f32; 8]; 2],
    part: Part,
}

/// Columns that share a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// of 4-bit numbers
    Of32,
    /// of 6-bit numbers
    Of16,
}

impl Panel {
    fn empty() -> Box<Self> {
        Box::new(Self {
            numbers: [[[0; 32]; 2]; COLUMNS / 4],
            scales: [[[0; 16]; 2]; 16],
            minimums: [[[0; 16]; 2]; COLUMNS / 32],
            scale: [[0.0; 8]; 2],
            minimum: [[0.0; 8]; 2],
            part: Part::Of32,
        })
    }
}

/// A matrix whose format has a kernel here.
struct Weights<'a> {
    dtype: GgmlDType,
    data: std::borrow::Cow<'a, [u8]>,
    rows: usize,
    row_bytes: usize,
    /// number of its first panel among those of all matrices
    first_panel: usize,
}

impl Weights<'_> {
    fn panels(&self) -> usize {
        self.rows.div_ceil(PANEL)
    }

    /// One block of sixteen rows; zeros after the last row.
    fn blocks(&self, panel: usize, block: usize) -> [&[u8]; PANEL] {
        const NOTHING: [u8; 256] = [0; 256];
        let bytes = self.dtype.type_size();
        std::array::from_fn(|row| {
            let at = (panel * PANEL + row) * self.row_bytes + block * bytes;
            self.data.get(at..at + bytes).unwrap_or(&NOTHING[..bytes])
        })
    }
}

/// Multiplies several (rows, columns) matrices with `count` rows of `columns` numbers each, in one parallel pass.
/// None where the processor or a format is not one of ours.
pub(crate) fn multiply_rows(matrices: &[&QTensor], rows: &[f32], count: usize) -> Option<Vec<Vec<f32>>> {
    let avx2 = Avx2::found()?;
    let columns = rows.len() / count.max(1);
    let mut weights: Vec<Weights> = Vec::with_capacity(matrices.len());
    for matrix in matrices {
        let dtype = matrix.dtype();
        let (rows, matrix_columns) = matrix.shape().dims2().ok()?;
        let is_ours = matches!(dtype, GgmlDType::Q4K | GgmlDType::Q6K);
        if !is_ours || matrix_columns != columns || !columns.is_multiple_of(COLUMNS) {
            return None;
        }
        let first_panel = weights.last().map_or(0, |last| last.first_panel + last.panels());
        let row_bytes = columns / COLUMNS * dtype.type_size();
        weights.push(Weights { dtype, data: matrix.data().ok()?, rows, row_bytes, first_panel });
    }
    let blocks = rounded(rows, count, columns);
    let products: Vec<Vec<AtomicU32>> = weights.iter().map(|w| zeros(count * w.rows)).collect();
    let panels = weights.last().map_or(0, |last| last.first_panel + last.panels());
    barrier_pool().execute_chunked(panels, |range| {
        let mut panel = Panel::empty();
        let mut sums = vec![[0.0; PANEL]; count];
        for number in range {
            let which = weights.partition_point(|w| w.first_panel <= number) - 1;
            let matrix = &weights[which];
            let number = number - matrix.first_panel;
            sums.fill([0.0; PANEL]);
            for (block, rows) in blocks.chunks_exact(count).enumerate() {
                avx2.unpack(matrix.dtype, &matrix.blocks(number, block), &mut panel);
                avx2.add_panel(&panel, rows, &mut sums);
            }
            for (sums, products) in sums.iter().zip(products[which].chunks_exact(matrix.rows)) {
                for (sum, product) in sums.iter().zip(&products[number * PANEL..]) {
                    product.store(sum.to_bits(), Ordering::Relaxed);
                }
            }
        }
    });
    let floats = |bits: Vec<AtomicU32>| bits.into_iter().map(|bits| f32::from_bits(bits.into_inner())).collect();
    Some(products.into_iter().map(floats).collect())
}

fn zeros(count: usize) -> Vec<AtomicU32> {
    (0..count).map(|_| AtomicU32::new(0)).collect()
}

/// All rows rounded: the first 256 columns of each row, then the next.
fn rounded(rows: &[f32], count: usize, columns: usize) -> Vec<Block> {
    let places: Vec<usize> =
        (0..columns / COLUMNS).flat_map(|b| (0..count).map(move |r| r * columns + b * COLUMNS)).collect();
    places.par_iter().with_min_len(64).map(|at| Block::new(part(rows, *at))).collect()
}

impl Block {
    fn new(row: &[f32; COLUMNS]) -> Self {
        /// Adding this leaves the nearest whole number in the lowest bits of a float below 2^22.
        const ROUNDER: f32 = 12_582_912.0;
        let largest = row.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
        let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        let mut bytes = [0_u8; COLUMNS];
        for (x, byte) in row.iter().zip(&mut bytes) {
            *byte = (x * inverse + ROUNDER).to_bits() as u8;
        }
        let sum = |at: usize| bytes[at..at + 16].iter().map(|byte| i32::from(*byte as i8)).sum::<i32>();
        Self {
            numbers: std::array::from_fn(|four| i32::from_le_bytes(*part(&bytes, 4 * four))),
            sums: std::array::from_fn(|pair| sum(32 * pair) & 0xffff | sum(32 * pair + 16) << 16),
            scale: largest / 127.0,
        }
    }
}

/// Every function needs AVX2, FMA and F16C.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use super::{Block, PANEL, Panel, Part};
    use crate::kernels::row::{
        avx2::{halves, real, sixes},
        parts_of_q4k,
    };
    use crate::kernels::{load, part, store};
    use candle_core::quantized::GgmlDType;
    use std::arch::x86_64::*;

    /// Unpacks one block of each of sixteen rows.
    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn unpack(dtype: GgmlDType, blocks: &[&[u8]; PANEL], panel: &mut Panel) {
        for (half, rows) in blocks.as_chunks::<8>().0.iter().enumerate() {
            match dtype {
                GgmlDType::Q4K => q4k(&rows.map(|row| part(row, 0)), half, panel),
                _ => q6k(&rows.map(|row| part(row, 0)), half, panel),
            }
        }
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn q4k(rows: &[&[u8; 144]; 8], half: usize, panel: &mut Panel) {
        panel.part = Part::Of32;
        for (row, block) in rows.iter().enumerate() {
            panel.scale[half][row] = real(part(*block, 0));
            panel.minimum[half][row] = real(part(*block, 2));
            let (scales, minimums) = parts_of_q4k(part(*block, 4));
            for index in 0..8 {
                panel.scales[index][half][2 * row..2 * row + 2].fill(scales[index].into());
                panel.minimums[index][half][2 * row..2 * row + 2].fill(minimums[index].into());
            }
        }
        for pair in 0..4 {
            let mut bytes = [_mm256_setzero_si256(); 8];
            for row in 0..8 {
                bytes[row] = load(part(rows[row], 16 + 32 * pair));
            }
            for (four, bytes) in turned(bytes).into_iter().enumerate() {
                let (low, high) = halves(bytes);
                store(&mut panel.numbers[16 * pair + four][half], low);
                store(&mut panel.numbers[16 * pair + 8 + four][half], high);
            }
        }
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn q6k(rows: &[&[u8; 210]; 8], half: usize, panel: &mut Panel) {
        panel.part = Part::Of16;
        for (row, block) in rows.iter().enumerate() {
            panel.scale[half][row] = real(part(*block, 208));
            panel.minimum[half][row] = real(part(*block, 208));
            for index in 0..16 {
                let scale = i16::from(block[192 + index] as i8);
                panel.scales[index][half][2 * row..2 * row + 2].fill(scale);
                // Numbers are stored 32 too high.
                panel.minimums[index / 2][half][2 * row + index % 2] = 32 * scale;
            }
        }
        for part_of_block in 0..2 {
            let mut bytes = [[_mm256_setzero_si256(); 4]; 8];
            for row in 0..8 {
                bytes[row] = sixes(rows[row], part_of_block);
            }
            for quarter in 0..4 {
                let mut eight = [_mm256_setzero_si256(); 8];
                for row in 0..8 {
                    eight[row] = bytes[row][quarter];
                }
                for (four, bytes) in turned(eight).into_iter().enumerate() {
                    store(&mut panel.numbers[32 * part_of_block + 8 * quarter + four][half], bytes);
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
        match panel.part {
            // The sums of 32 columns in pairs: at most 8 * 2 * 15 * 127 < 2^15.
            Part::Of32 => add_runs::<8>(panel, rows, sums),
            // The sums of 8 columns in pairs: at most 2 * 2 * 63 * 127 < 2^15.
            Part::Of16 => add_runs::<2>(panel, rows, sums),
        }
    }

    /// Rows that are multiplied together: their sums fill the registers.
    const TOGETHER: usize = 3;

    #[target_feature(enable = "avx2,fma,f16c")]
    fn add_runs<const RUN: usize>(panel: &Panel, rows: &[Block], sums: &mut [[f32; PANEL]]) {
        let (rows, single_rows) = rows.as_chunks::<TOGETHER>();
        let (sums, single_sums) = sums.as_chunks_mut::<TOGETHER>();
        for (rows, sums) in rows.iter().zip(sums) {
            add_tile::<RUN, TOGETHER>(panel, rows, sums);
        }
        for (row, sum) in single_rows.as_chunks::<1>().0.iter().zip(single_sums.as_chunks_mut::<1>().0) {
            add_tile::<RUN, 1>(panel, row, sum);
        }
    }

    /// `RUN` groups of four columns are summed in 16 bits.
    #[target_feature(enable = "avx2,fma,f16c")]
    fn add_tile<const RUN: usize, const ROWS: usize>(
        panel: &Panel,
        rows: &[Block; ROWS],
        sums: &mut [[f32; PANEL]; ROWS],
    ) {
        let mut whole = [[_mm256_setzero_si256(); 2]; ROWS];
        for (run, groups) in panel.numbers.as_chunks::<RUN>().0.iter().enumerate() {
            let mut short = [[_mm256_setzero_si256(); 2]; ROWS];
            for (group, weights) in groups.iter().enumerate() {
                let weights = [load(&weights[0]), load(&weights[1])];
                for row in 0..ROWS {
                    let numbers = _mm256_set1_epi32(rows[row].numbers[run * RUN + group]);
                    for half in 0..2 {
                        let products = _mm256_maddubs_epi16(weights[half], numbers);
                        short[row][half] = _mm256_add_epi16(short[row][half], products);
                    }
                }
            }
            let scales = &panel.scales[if RUN == 8 { run } else { run / 2 }];
            for half in 0..2 {
                let scale = load(&scales[half]);
                for row in 0..ROWS {
                    whole[row][half] = _mm256_add_epi32(whole[row][half], _mm256_madd_epi16(short[row][half], scale));
                }
            }
        }
        for row in 0..ROWS {
            for half in 0..2 {
                let mut minimums = _mm256_setzero_si256();
                for (pair, minimum) in panel.minimums.iter().enumerate() {
                    let pair = _mm256_set1_epi32(rows[row].sums[pair]);
                    minimums = _mm256_add_epi32(minimums, _mm256_madd_epi16(load(&minimum[half]), pair));
                }
                let real_scale = _mm256_set1_ps(rows[row].scale);
                let scale = _mm256_mul_ps(_mm256_castsi256_ps(load(&panel.scale[half])), real_scale);
                let minimum = _mm256_mul_ps(_mm256_castsi256_ps(load(&panel.minimum[half])), real_scale);
                let to: &mut [f32; 8] = &mut sums[row].as_chunks_mut::<8>().0[half];
                let sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(whole[row][half]), _mm256_castsi256_ps(load(to)));
                let sum = _mm256_fnmadd_ps(minimum, _mm256_cvtepi32_ps(minimums), sum);
                store(to, _mm256_castps_si256(sum));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::row::tests::{largest_difference, matrix, plain_product, random};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn many_rows_give_what_the_plain_reference_gives_for_each() {
        if Avx2::found().is_none() {
            println!("skipped: this processor has no AVX2");
            return;
        }
        for (seed, count) in [1, 2, 3, 4, 7, 64].into_iter().enumerate() {
            // The last panel of each matrix is not full.
            let matrices =
                [matrix(GgmlDType::Q4K, 37, 768, seed as u64), matrix(GgmlDType::Q6K, 18, 768, 100 + seed as u64)];
            let rows = random(count * 768, &mut StdRng::seed_from_u64(1000 + seed as u64));
            let fast = multiply_rows(&matrices.each_ref(), &rows, count).expect("formats of ours");
            for (matrix, fast) in matrices.iter().zip(&fast) {
                let plain: Vec<f32> = rows.chunks_exact(768).flat_map(|row| plain_product(matrix, row)).collect();
                assert_eq!(fast.len(), plain.len());
                let difference = largest_difference(fast, &plain);
                assert!(difference < 1e-3, "{:?}, {count} rows: {difference}", matrix.dtype());
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        if Avx2::found().is_none() {
            return;
        }
        for dtype in [GgmlDType::Q4K, GgmlDType::Q6K] {
            for other in [0.0, -1000.0] {
                // Nearly all weights at one end of their range.
                let weights: Vec<f32> = (0..512).map(|n| if n % 32 == 0 { other } else { 1000.0 }).collect();
                let floats =
                    candle_core::Tensor::from_slice(&weights, (1, 512), &candle_core::Device::Cpu).expect("a matrix");
                let matrix = QTensor::quantize(&floats, dtype).expect("quantises");
                let rows = [weights.clone(), weights.iter().map(|w| -w).collect(), weights.clone(), weights].concat();
                let fast = multiply_rows(&[&matrix], &rows, 4).expect("a format of ours");
                for (fast, row) in fast[0].iter().zip(rows.chunks_exact(512)) {
                    let plain = plain_product(&matrix, row)[0];
                    assert!((fast / plain - 1.0).abs() < 1e-5, "{dtype:?}: {fast} for {plain}");
                    assert!((plain.abs() / 496e6 - 1.0).abs() < 0.1, "{dtype:?}: {plain}");
                }
            }
        }
    }

    #[test]
    fn other_formats_and_wrong_lengths_are_left_to_candle() {
        let rows = random(512, &mut StdRng::seed_from_u64(3));
        assert!(multiply_rows(&[&matrix(GgmlDType::Q8_0, 4, 256, 1)], &rows, 2).is_none());
        assert!(multiply_rows(&[&matrix(GgmlDType::Q4K, 4, 512, 1)], &rows, 2).is_none());
    }
}
