//! Many rows times a matrix in ggml's block formats: what a decoder does with a prompt.
//!
//! Sixteen rows of weights at a time, 256 columns of each are unpacked into bytes that lie as the vector instructions want
//! them (sixteen rows side by side, four columns of each), and all rows of the prompt are multiplied with them while they
//! are in the first cache. candle keeps such bytes for the whole model instead, which doubles its memory.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;

use super::format::{Bits, COLUMNS, Part, Slice};
use super::{Way, Weights};
use candle_core::quantized::QTensor;
use candle_core::utils::barrier_pool;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Rows of weights in a panel.
const PANEL: usize = 16;

/// Up to 256 numbers of a row of the prompt, rounded to 8 bits with a scale for each 32, whatever the format of the weights:
/// one for all 256, as the K formats have it, lets large numbers blur their neighbours.
#[repr(C)]
#[derive(Clone)]
pub(super) struct Block {
    /// four numbers in each
    numbers: [i32; COLUMNS / 4],
    /// real value of 1, by 32 numbers
    scales: [f32; COLUMNS / 32],
    /// sums of the rounded numbers by 16 and by 32
    sums_of_16: [f32; COLUMNS / 16],
    sums_of_32: [f32; COLUMNS / 32],
}

impl Block {
    const EMPTY: Self = Self {
        numbers: [0; COLUMNS / 4],
        scales: [0.0; COLUMNS / 32],
        sums_of_16: [0.0; COLUMNS / 16],
        sums_of_32: [0.0; COLUMNS / 32],
    };
}

/// Sixteen rows of weights by up to 256 columns.
#[repr(C, align(64))]
pub(super) struct Panel {
    /// by four columns: sixteen rows of four bytes
    numbers: [[[u8; 32]; 2]; COLUMNS / 4],
    /// by part: real value of 1 of each row
    scales: [[f32; PANEL]; COLUMNS / 16],
    /// by part: what each number is too high, real
    minimums: [[f32; PANEL]; COLUMNS / 16],
    part: Part,
    bits: Bits,
    /// parts that hold something
    parts: usize,
    /// rows before they are turned
    slices: [Slice; 8],
}

impl Panel {
    fn empty() -> Box<Self> {
        Box::new(Self {
            numbers: [[[0; 32]; 2]; COLUMNS / 4],
            scales: [[0.0; PANEL]; COLUMNS / 16],
            minimums: [[0.0; PANEL]; COLUMNS / 16],
            part: Part::Of32,
            bits: Bits::Four,
            parts: 0,
            slices: [Slice::EMPTY; 8],
        })
    }

    /// Columns that share a scale.
    pub(super) fn part(&self) -> Part {
        self.part
    }
}

impl Weights<'_> {
    fn panels(&self) -> usize {
        self.rows.div_ceil(PANEL)
    }

    /// The bytes of up to 256 columns of sixteen rows; nothing after the last row.
    fn slices(&self, panel: usize, slice: usize, columns: usize) -> [&[u8]; PANEL] {
        let start = slice * self.format.blocks_in(COLUMNS) * self.format.bytes;
        let length = self.format.blocks_in(columns) * self.format.bytes;
        std::array::from_fn(|row| {
            let row = panel * PANEL + row;
            if row < self.rows { &self.data[row * self.row_bytes + start..][..length] } else { &[] }
        })
    }
}

/// Multiplies several (rows, columns) matrices with `count` rows of `columns` numbers each, in one parallel pass.
/// None where the processor or a format is not one of ours.
pub(crate) fn multiply_rows(matrices: &[&QTensor], rows: &[f32], count: usize) -> Option<Vec<Vec<f32>>> {
    multiply_by(Way::best()?, matrices, rows, count)
}

fn multiply_by(way: Way, matrices: &[&QTensor], rows: &[f32], count: usize) -> Option<Vec<Vec<f32>>> {
    let columns = rows.len() / count.max(1);
    let weights: Vec<Weights> = matrices.iter().map(|matrix| Weights::of(matrix, columns)).collect::<Option<_>>()?;
    let mut first_panels = Vec::with_capacity(weights.len());
    let mut panels = 0;
    for matrix in &weights {
        first_panels.push(panels);
        panels += matrix.panels();
    }
    let blocks = rounded(way, rows, count, columns);
    let products: Vec<Vec<AtomicU32>> = weights.iter().map(|w| zeros(count * w.rows)).collect();
    barrier_pool().execute_chunked(panels, |range| {
        let mut panel = Panel::empty();
        let mut sums = vec![[0.0; PANEL]; count];
        for number in range {
            let which = first_panels.partition_point(|first| *first <= number) - 1;
            let matrix = &weights[which];
            let number = number - first_panels[which];
            sums.fill([0.0; PANEL]);
            for (slice, rows) in blocks.chunks_exact(count).enumerate() {
                let width = COLUMNS.min(columns - slice * COLUMNS);
                way.avx2().unpack(matrix, &matrix.slices(number, slice, width), width, &mut panel);
                way.add_panel(&panel, rows, &mut sums);
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
fn rounded(way: Way, rows: &[f32], count: usize, columns: usize) -> Vec<Block> {
    let mut blocks = vec![Block::EMPTY; columns.div_ceil(COLUMNS) * count];
    blocks.par_iter_mut().with_min_len(64).enumerate().for_each(|(at, block)| {
        let (slice, row) = (at / count, at % count);
        let row = &rows[row * columns..][..columns];
        way.avx2().round_block(&row[slice * COLUMNS..columns.min((slice + 1) * COLUMNS)], block);
    });
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::format::tests::{FORMATS, largest_difference, matrix, random};
    use crate::kernels::row::{Kind, tests::plain_product};
    use candle_core::quantized::GgmlDType;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn many_rows_give_what_the_plain_reference_gives_for_each() {
        for way in Way::all() {
            for (seed, count) in [1, 2, 3, 4, 7, 12, 16, 37, 64].into_iter().enumerate() {
                for columns in [768, 576] {
                    // The last panel of each matrix is not full; the last slice of 576 columns is not either.
                    let formats = FORMATS.iter().filter(|dtype| columns % dtype.block_size() == 0);
                    let matrices: Vec<QTensor> =
                        formats.zip(0..).map(|(dtype, n)| matrix(*dtype, 18 + 3 * n, columns, n as u64)).collect();
                    let rows = random(count * columns, &mut StdRng::seed_from_u64(1000 + seed as u64));
                    let all: Vec<&QTensor> = matrices.iter().collect();
                    let fast = multiply_by(way, &all, &rows, count).expect("formats of ours");
                    for (matrix, fast) in matrices.iter().zip(&fast) {
                        let plain: Vec<f32> = rows
                            .chunks_exact(columns)
                            .flat_map(|row| plain_product(matrix, row, Kind::Each32))
                            .collect();
                        assert_eq!(fast.len(), plain.len());
                        let difference = largest_difference(fast, &plain);
                        assert!(difference < 1e-3, "{way:?} {:?}, {count} rows: {difference}", matrix.dtype());
                    }
                }
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        for (way, dtype) in Way::all().into_iter().flat_map(|way| FORMATS.map(|dtype| (way, dtype))) {
            for other in [0.0, -1000.0] {
                // Nearly all weights at one end of their range.
                let weights: Vec<f32> = (0..512).map(|n| if n % 32 == 0 { other } else { 1000.0 }).collect();
                let floats =
                    candle_core::Tensor::from_slice(&weights, (1, 512), &candle_core::Device::Cpu).expect("a matrix");
                let matrix = QTensor::quantize(&floats, dtype).expect("quantises");
                let negative: Vec<f32> = weights.iter().map(|w| -w).collect();
                let rows = [weights.clone(), negative, weights.clone(), weights].concat().repeat(5);
                let fast = multiply_by(way, &[&matrix], &rows, 20).expect("a format of ours");
                for (fast, row) in fast[0].iter().zip(rows.chunks_exact(512)) {
                    let plain = plain_product(&matrix, row, Kind::Each32)[0];
                    assert!((fast / plain - 1.0).abs() < 1e-4, "{way:?} {dtype:?}: {fast} for {plain}");
                    assert!((plain.abs() / 496e6 - 1.0).abs() < 0.15, "{dtype:?}: {plain}");
                }
            }
        }
    }

    #[test]
    fn other_formats_and_wrong_lengths_are_left_to_candle() {
        let rows = random(512, &mut StdRng::seed_from_u64(3));
        assert!(multiply_rows(&[&matrix(GgmlDType::Q3K, 4, 256, 1)], &rows, 2).is_none());
        assert!(multiply_rows(&[&matrix(GgmlDType::Q4K, 4, 512, 1)], &rows, 2).is_none());
    }
}
