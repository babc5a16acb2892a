//! Many rows times a matrix of 4-bit blocks (ggml's Q4_0): what a sentence encoder does with all words of its texts.
//!
//! Sixteen rows of weights stand side by side, four columns of each together, still with 4 bits: they are unpacked in the
//! registers, and eight rows of numbers are multiplied with them before the next are fetched. Numbers are rounded to 8 bits
//! over 32 columns, as ggml does for this format. The work is done by the thread that calls: texts are shared out among
//! threads, not matrices.

use super::{Avx2, Way};
use half::f16;

/// Columns that share a scale.
const BLOCK: usize = 32;
/// Bytes of a block in the file: a 16-bit scale, then 32 numbers of 4 bits.
const BLOCK_BYTES: usize = 18;
/// Rows of weights side by side.
const PANEL: usize = 16;

/// 32 columns of sixteen rows of weights.
#[derive(Clone)]
pub(super) struct Sixteen {
    /// by four columns: sixteen rows of four bytes; the low halves are those columns, the high halves those 16 further
    halves: [[u8; 64]; 4],
    /// real value of 1, by row
    scales: [f32; PANEL],
}

/// 32 numbers of a row, rounded to 8 bits.
#[derive(Clone, Default)]
pub(super) struct Eight {
    /// four in each
    numbers: [i32; BLOCK / 4],
    /// what products are too high, since weights are stored 8 too high
    excess: i32,
    /// real value of 1
    scale: f32,
}

/// A (rows, columns) matrix of weights with a number to be added for each of its rows.
pub(crate) struct Fours {
    rows: usize,
    columns: usize,
    /// by panel, then by block of columns
    blocks: Vec<Sixteen>,
    bias: Vec<f32>,
}

/// Rows of numbers, rounded: made once for all matrices they are multiplied with.
pub(crate) struct Rows {
    columns: usize,
    blocks: Vec<Eight>,
}

impl Rows {
    /// Rounds rows of `columns` numbers each, a multiple of 32.
    pub(crate) fn round(numbers: &[f32], columns: usize) -> Self {
        let mut blocks = vec![Eight::default(); numbers.len() / BLOCK];
        match Avx2::found() {
            Some(avx2) => avx2.round_eight(numbers, &mut blocks),
            None => plain::round(numbers, &mut blocks),
        }
        Self { columns, blocks }
    }
}

impl Fours {
    /// From the bytes of Q4_0 blocks of matrices that lie below one another, `columns` (a multiple of 32) in each row, with a
    /// bias for each row. None when the lengths do not fit or the rows are no multiple of sixteen.
    pub(crate) fn new(matrices: &[&[u8]], columns: usize, bias: Vec<f32>) -> Option<Self> {
        let row_bytes = columns / BLOCK * BLOCK_BYTES;
        let rows: Vec<&[u8]> = matrices.iter().flat_map(|matrix| matrix.chunks(row_bytes.max(1))).collect();
        let whole = columns > 0 && columns.is_multiple_of(BLOCK) && rows.iter().all(|row| row.len() == row_bytes);
        if !whole || !rows.len().is_multiple_of(PANEL) || rows.len() != bias.len() {
            return None;
        }
        let panels = rows.as_chunks::<PANEL>().0;
        let blocks = panels.iter().flat_map(|panel| (0..columns / BLOCK).map(|block| Sixteen::new(panel, block)));
        Some(Self { rows: rows.len(), columns, blocks: blocks.collect(), bias })
    }

    /// Rows of the matrix, numbers in each row of a product.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// This matrix times each row, with the bias: as many rows of [`Self::rows`] numbers. Rows of another width than the
    /// matrix give nothing.
    pub(crate) fn multiply(&self, rows: &Rows) -> Vec<f32> {
        if rows.columns != self.columns {
            return vec![];
        }
        match Way::best() {
            Some(way) => self.with(rows, |panel, rows, sums| way.add_sixteen(panel, rows, sums)),
            None => self.with(rows, plain::add_sixteen),
        }
    }

    fn with(&self, rows: &Rows, add_sixteen: impl Fn(&[Sixteen], &[Eight], &mut [[f32; PANEL]])) -> Vec<f32> {
        let width = self.columns / BLOCK;
        let count = rows.blocks.len() / width;
        let mut products = vec![0.0; count * self.rows];
        let mut sums = vec![[0.0; PANEL]; count];
        let panels = self.blocks.chunks_exact(width).zip(self.bias.as_chunks::<PANEL>().0);
        for (number, (panel, bias)) in panels.enumerate() {
            sums.fill(*bias);
            add_sixteen(panel, &rows.blocks, &mut sums);
            for (sums, products) in sums.iter().zip(products.chunks_exact_mut(self.rows)) {
                products[number * PANEL..(number + 1) * PANEL].copy_from_slice(sums);
            }
        }
        products
    }
}

impl Sixteen {
    fn new(rows: &[&[u8]; PANEL], block: usize) -> Self {
        let mut new = Self { halves: [[0; 64]; 4], scales: [0.0; PANEL] };
        for (index, row) in rows.iter().enumerate() {
            let bytes = &row[block * BLOCK_BYTES..(block + 1) * BLOCK_BYTES];
            new.scales[index] = f16::from_le_bytes([bytes[0], bytes[1]]).to_f32();
            for (halves, four) in new.halves.iter_mut().zip(bytes[2..].as_chunks::<4>().0) {
                halves[4 * index..4 * index + 4].copy_from_slice(four);
            }
        }
        new
    }
}

/// Plain Rust; rounding is turned into vector instructions by the compiler.
mod plain {
    use super::{BLOCK, Eight, PANEL, Sixteen};

    #[inline(always)]
    pub(super) fn round(numbers: &[f32], blocks: &mut [Eight]) {
        /// Adding this leaves the nearest whole number in the lowest bits of a float below 2^22.
        const ROUNDER: f32 = 12_582_912.0;
        const LANES: usize = 8;
        for (numbers, block) in numbers.as_chunks::<BLOCK>().0.iter().zip(blocks) {
            let mut largest = [0.0_f32; LANES];
            for eight in numbers.as_chunks::<LANES>().0 {
                for (largest, x) in largest.iter_mut().zip(eight) {
                    let size = x.abs();
                    *largest = if size > *largest { size } else { *largest };
                }
            }
            let largest = largest.into_iter().fold(0.0, f32::max);
            let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            let mut whole = [0_i32; BLOCK];
            for (whole, x) in whole.iter_mut().zip(numbers) {
                *whole = i32::from((x * inverse + ROUNDER).to_bits() as i8);
            }
            block.scale = largest / 127.0;
            block.excess = -8 * whole.iter().sum::<i32>();
            for (four, to) in whole.as_chunks::<4>().0.iter().zip(&mut block.numbers) {
                *to = i32::from_le_bytes(four.map(|number| number as u8));
            }
        }
    }

    /// Adds the products of a panel with each row to the sums of that row.
    pub(super) fn add_sixteen(panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; PANEL]]) {
        for (row, sums) in rows.chunks_exact(panel.len().max(1)).zip(sums) {
            for (weights, numbers) in panel.iter().zip(row) {
                for (index, sum) in sums.iter_mut().enumerate() {
                    let mut whole = numbers.excess;
                    for (group, halves) in weights.halves.iter().enumerate() {
                        let (low, high) = (numbers.numbers[group], numbers.numbers[group + 4]);
                        let four = halves[4 * index..4 * index + 4].iter();
                        for ((weight, low), high) in four.zip(low.to_le_bytes()).zip(high.to_le_bytes()) {
                            whole += i32::from(weight & 15) * i32::from(low as i8);
                            whole += i32::from(weight >> 4) * i32::from(high as i8);
                        }
                    }
                    *sum += weights.scales[index] * numbers.scale * whole as f32;
                }
            }
        }
    }
}

/// Every function needs AVX2, FMA and F16C.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use super::{Eight, PANEL, Sixteen, plain};
    use crate::kernels::{load, part, part_mut, store};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn round(numbers: &[f32], blocks: &mut [Eight]) {
        plain::round(numbers, blocks);
    }

    /// Rows that are multiplied together: their sums fill the registers.
    const TOGETHER: usize = 3;

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn add_sixteen(panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; PANEL]]) {
        let mut rows = rows.chunks_exact(panel.len().max(1));
        let (groups, singles) = sums.as_chunks_mut::<TOGETHER>();
        for sums in groups {
            add_tile::<TOGETHER>(panel, std::array::from_fn(|_| rows.next().unwrap_or_default()), sums);
        }
        for sums in singles.as_chunks_mut::<1>().0 {
            add_tile::<1>(panel, [rows.next().unwrap_or_default()], sums);
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn add_tile<const ROWS: usize>(panel: &[Sixteen], rows: [&[Eight]; ROWS], sums: &mut [[f32; PANEL]; ROWS]) {
        let four_bits = _mm256_set1_epi8(15);
        let one = _mm256_set1_epi16(1);
        let rows = rows.map(|row| &row[..panel.len()]);
        for half in 0..2 {
            let mut totals = [_mm256_setzero_ps(); ROWS];
            for row in 0..ROWS {
                totals[row] = _mm256_castsi256_ps(load::<[f32; 8]>(part(&sums[row], 8 * half)));
            }
            for (block, weights) in panel.iter().enumerate() {
                // Pairs of products summed in 16 bits: at most 8 * 2 * 15 * 127 < 2^15.
                let mut short = [_mm256_setzero_si256(); ROWS];
                for group in 0..4 {
                    let bytes = load::<[u8; 32]>(part(&weights.halves[group], 32 * half));
                    let low = _mm256_and_si256(bytes, four_bits);
                    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), four_bits);
                    for row in 0..ROWS {
                        let numbers = &rows[row][block].numbers;
                        let low = _mm256_maddubs_epi16(low, _mm256_set1_epi32(numbers[group]));
                        let high = _mm256_maddubs_epi16(high, _mm256_set1_epi32(numbers[group + 4]));
                        short[row] = _mm256_add_epi16(short[row], _mm256_add_epi16(low, high));
                    }
                }
                let scales = _mm256_castsi256_ps(load::<[f32; 8]>(part(&weights.scales, 8 * half)));
                for row in 0..ROWS {
                    let numbers = &rows[row][block];
                    let whole = _mm256_madd_epi16(short[row], one);
                    let whole = _mm256_add_epi32(whole, _mm256_set1_epi32(numbers.excess));
                    let scale = _mm256_mul_ps(scales, _mm256_set1_ps(numbers.scale));
                    totals[row] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole), scale, totals[row]);
                }
            }
            for row in 0..ROWS {
                store::<[f32; 8]>(part_mut(&mut sums[row], 8 * half), _mm256_castps_si256(totals[row]));
            }
        }
    }
}

/// Every function needs AVX-512 F and VNNI.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512 {
    use super::{Eight, PANEL, Sixteen};
    use crate::kernels::{load_wide, store_wide};
    use std::arch::x86_64::*;

    /// Rows that are multiplied together: their sums, twice, and the weights fill the registers.
    const TOGETHER: usize = 8;

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    pub(in crate::kernels) fn add_sixteen(panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; PANEL]]) {
        let mut rows = rows.chunks_exact(panel.len().max(1));
        let (groups, rest) = sums.as_chunks_mut::<TOGETHER>();
        for sums in groups {
            add_tile::<TOGETHER>(panel, std::array::from_fn(|_| rows.next().unwrap_or_default()), sums);
        }
        let (fours, rest) = rest.as_chunks_mut::<4>();
        for sums in fours {
            add_tile::<4>(panel, std::array::from_fn(|_| rows.next().unwrap_or_default()), sums);
        }
        let (pairs, singles) = rest.as_chunks_mut::<2>();
        for sums in pairs {
            add_tile::<2>(panel, std::array::from_fn(|_| rows.next().unwrap_or_default()), sums);
        }
        for sums in singles.as_chunks_mut::<1>().0 {
            add_tile::<1>(panel, [rows.next().unwrap_or_default()], sums);
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    fn add_tile<const ROWS: usize>(panel: &[Sixteen], rows: [&[Eight]; ROWS], sums: &mut [[f32; PANEL]; ROWS]) {
        let four_bits = _mm512_set1_epi8(15);
        let rows = rows.map(|row| &row[..panel.len()]);
        let mut totals = [_mm512_setzero_ps(); ROWS];
        for row in 0..ROWS {
            totals[row] = _mm512_castsi512_ps(load_wide(&sums[row]));
        }
        for (block, weights) in panel.iter().enumerate() {
            let mut whole = [_mm512_setzero_si512(); ROWS];
            for row in 0..ROWS {
                whole[row] = _mm512_set1_epi32(rows[row][block].excess);
            }
            for group in 0..4 {
                let bytes = load_wide(&weights.halves[group]);
                let low = _mm512_and_si512(bytes, four_bits);
                let high = _mm512_and_si512(_mm512_srli_epi32::<4>(bytes), four_bits);
                for row in 0..ROWS {
                    let numbers = _mm512_set1_epi32(rows[row][block].numbers[group]);
                    whole[row] = _mm512_dpbusd_epi32(whole[row], low, numbers);
                }
                for row in 0..ROWS {
                    let numbers = _mm512_set1_epi32(rows[row][block].numbers[group + 4]);
                    whole[row] = _mm512_dpbusd_epi32(whole[row], high, numbers);
                }
            }
            let scales = _mm512_castsi512_ps(load_wide(&weights.scales));
            for row in 0..ROWS {
                let scale = _mm512_mul_ps(scales, _mm512_set1_ps(rows[row][block].scale));
                totals[row] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole[row]), scale, totals[row]);
            }
        }
        for row in 0..ROWS {
            store_wide(&mut sums[row], _mm512_castps_si512(totals[row]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::format::tests::{largest_difference, matrix, random};
    use candle_core::Device;
    use candle_core::quantized::GgmlDType;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn every_kernel_gives_what_multiplying_the_unpacked_weights_gives() {
        for (seed, count) in [1, 2, 3, 4, 5, 8, 13, 40].into_iter().enumerate() {
            let (rows, columns) = (48, 96);
            let weights = matrix(GgmlDType::Q4_0, rows, columns, seed as u64);
            let unpacked: Vec<f32> =
                weights.dequantize(&Device::Cpu).and_then(|w| w.flatten_all()?.to_vec1()).expect("unpacks");
            let mut source = StdRng::seed_from_u64(100 + seed as u64);
            let (numbers, bias) = (random(count * columns, &mut source), random(rows, &mut source));
            let data = weights.data().expect("has bytes");
            let (upper, lower) = data.split_at(data.len() / 3);
            let fours = Fours::new(&[upper, lower], columns, bias.clone()).expect("fits");
            let rounded = Rows::round(&numbers, columns);
            let products = fours.multiply(&rounded);
            let plain = fours.with(&rounded, plain::add_sixteen);
            assert!(largest_difference(&products, &plain) < 1e-4);
            for way in Way::all() {
                let fast = fours.with(&rounded, |panel, rows, sums| way.add_sixteen(panel, rows, sums));
                assert!(largest_difference(&fast, &plain) < 1e-4, "{way:?}");
            }
            for (row, products) in numbers.chunks_exact(columns).zip(products.chunks_exact(rows)) {
                for ((weights, bias), product) in unpacked.chunks_exact(columns).zip(&bias).zip(products) {
                    let exact = weights.iter().zip(row).map(|(a, b)| a * b).sum::<f32>() + bias;
                    // 96 products, each off by at most half a step of 1/127.
                    assert!((exact - product).abs() < 0.1, "{exact} {product}");
                }
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        // Scale 1 and all weights at 7 (stored as 15), then at -8 (stored as 0).
        for (byte, weight) in [(0xff, 7.0), (0x00, -8.0)] {
            let mut block = [byte; BLOCK_BYTES];
            block[..2].copy_from_slice(&f16::ONE.to_le_bytes());
            let bytes = block.repeat(PANEL);
            let fours = Fours::new(&[&bytes], BLOCK, vec![0.0; PANEL]).expect("fits");
            for number in [127.0, -127.0] {
                let rounded = Rows::round(&[number; BLOCK], BLOCK);
                let exact = 32.0 * weight * number;
                let fast = Way::all().into_iter().map(|way| fours.with(&rounded, |p, r, s| way.add_sixteen(p, r, s)));
                for products in fast.chain([fours.with(&rounded, plain::add_sixteen)]) {
                    assert!(products.iter().all(|p| (p - exact).abs() < 0.01), "{products:?} for {exact}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let row = vec![0; 3 * BLOCK_BYTES];
        assert!(Fours::new(&[&row.repeat(16)], 96, vec![0.0; 16]).is_some());
        assert!(Fours::new(&[&row.repeat(15)], 96, vec![0.0; 15]).is_none());
        assert!(Fours::new(&[&row.repeat(16)], 96, vec![0.0; 15]).is_none());
        assert!(Fours::new(&[&row.repeat(16)[1..]], 96, vec![0.0; 16]).is_none());
        assert!(Fours::new(&[&row], 95, vec![0.0; 16]).is_none());
        assert!(Fours::new(&[], 0, vec![]).is_none());
    }

    #[test]
    fn zeros_are_rounded_to_zeros() {
        let rounded = Rows::round(&[0.0; 64], 32);
        assert!(rounded.blocks.iter().all(|b| b.scale == 0.0 && b.excess == 0 && b.numbers == [0; 8]));
    }
}
