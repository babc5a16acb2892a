//! One row times a matrix in ggml's block formats: what a decoder does for each new token.
//!
//! The row is rounded to 8-bit numbers once and multiplied with the blocks as they stand in the file, which is as little
//! memory to fetch as can be.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;

use super::format::{COLUMNS, Format};
use super::{Way, Weights};
use candle_core::quantized::QTensor;
use candle_core::utils::barrier_pool;
use std::sync::atomic::{AtomicU32, Ordering};

/// Over how many numbers a row is rounded with one scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// For the K formats, whose blocks are as long.
    Whole256,
    /// For the others.
    Each32,
}

impl Kind {
    fn of(format: Format) -> Self {
        if format.block == COLUMNS { Self::Whole256 } else { Self::Each32 }
    }

    fn columns(self) -> usize {
        match self {
            Self::Whole256 => COLUMNS,
            Self::Each32 => 32,
        }
    }
}

/// A row rounded to 8-bit numbers.
pub(super) struct Rounded {
    numbers: Vec<i8>,
    /// real value of 1, by the length of its kind
    scales: Vec<f32>,
    /// sums of each 16 and each 32 numbers
    sums_of_16: Vec<i16>,
    sums_of_32: Vec<i16>,
    /// by 32 numbers the real value of 1 and the real sum
    real_sums: Vec<[f32; 2]>,
}

impl Rounded {
    #[inline(always)]
    fn of(row: &[f32], kind: Kind) -> Self {
        let length = kind.columns();
        let mut numbers = vec![0; row.len()];
        let parts = row.chunks_exact(length).zip(numbers.chunks_exact_mut(length));
        let scales: Vec<f32> = parts.map(|(from, to)| round_part(from, to)).collect();
        let (sixteens, _) = numbers.as_chunks::<16>();
        let sums_of_16: Vec<i16> = sixteens.iter().map(|part| part.iter().map(|n| i16::from(*n)).sum()).collect();
        let sums_of_32: Vec<i16> = sums_of_16.as_chunks::<2>().0.iter().map(|[a, b]| a + b).collect();
        let scale_of = |at: usize| scales[32 * at / length];
        let real_sums =
            sums_of_32.iter().enumerate().map(|(at, sum)| [scale_of(at), scale_of(at) * f32::from(*sum)]).collect();
        Self { numbers, scales, sums_of_16, sums_of_32, real_sums }
    }
}

/// Rounds to whole numbers from -127 to 127; returns the real value of 1. Lengths that are multiples of eight are fast.
#[inline(always)]
pub(super) fn round_part(from: &[f32], to: &mut [i8]) -> f32 {
    /// Adding this leaves the nearest whole number in the lowest bits of a float below 2^22.
    const ROUNDER: f32 = 12_582_912.0;
    let (eights, rest) = from.as_chunks::<8>();
    let mut lanes = [0.0_f32; 8];
    for eight in eights {
        for (largest, x) in lanes.iter_mut().zip(eight) {
            *largest = if x.abs() > *largest { x.abs() } else { *largest };
        }
    }
    let largest = lanes.iter().chain(rest).fold(0.0_f32, |largest, x| largest.max(x.abs()));
    let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    for (x, number) in from.iter().zip(to) {
        *number = (x * inverse + ROUNDER).to_bits() as i8;
    }
    largest / 127.0
}

/// Multiplies several (rows, columns) matrices with one row of `columns` numbers, in one parallel pass.
/// None where the processor or a format is not one of ours.
pub(crate) fn multiply_row(matrices: &[&QTensor], row: &[f32]) -> Option<Vec<Vec<f32>>> {
    multiply_by(Way::best()?, matrices, row)
}

fn multiply_by(way: Way, matrices: &[&QTensor], row: &[f32]) -> Option<Vec<Vec<f32>>> {
    let round = |row: &[f32], kind, rounded: &mut Option<Rounded>| way.avx2().round(row, kind, rounded);
    multiply_with(matrices, row, round, |format, bytes, row, products| way.dot_rows(format, bytes, row, products))
}

fn multiply_with(
    matrices: &[&QTensor],
    row: &[f32],
    round: impl Fn(&[f32], Kind, &mut Option<Rounded>),
    dot_rows: impl Fn(Format, &[u8], &Rounded, &[AtomicU32]) + Sync,
) -> Option<Vec<Vec<f32>>> {
    let mut rounded: [Option<Rounded>; 2] = [None, None];
    let mut works = Vec::with_capacity(matrices.len());
    let mut all_rows = 0;
    for matrix in matrices {
        let weights = Weights::of(matrix, row.len())?;
        let kind = Kind::of(weights.format);
        if rounded[kind as usize].is_none() {
            round(row, kind, &mut rounded[kind as usize]);
        }
        let rows = all_rows..all_rows + weights.rows;
        all_rows = rows.end;
        works.push((rows, weights));
    }
    let products: Vec<AtomicU32> = (0..all_rows).map(|_| AtomicU32::new(0)).collect();
    barrier_pool().execute_chunked(all_rows, |range| {
        for (rows, weights) in &works {
            let (start, end) = (range.start.max(rows.start), range.end.min(rows.end));
            if let (true, Some(row)) = (start < end, &rounded[Kind::of(weights.format) as usize]) {
                let bytes = &weights.data[(start - rows.start) * weights.row_bytes..];
                let bytes = &bytes[..(end - start) * weights.row_bytes];
                dot_rows(weights.format, bytes, row, &products[start..end]);
            }
        }
    });
    let mut products = products.into_iter().map(|bits| f32::from_bits(bits.into_inner()));
    Some(works.iter().map(|(rows, _)| products.by_ref().take(rows.len()).collect()).collect())
}

/// Hands the product of each row of `bytes` to where it belongs.
#[inline(always)]
fn for_each_row(bytes: &[u8], products: &[AtomicU32], dot: impl Fn(&[u8]) -> f32) {
    let row_bytes = bytes.len() / products.len().max(1);
    for (blocks, product) in bytes.chunks_exact(row_bytes.max(1)).zip(products) {
        product.store(dot(blocks).to_bits(), Ordering::Relaxed);
    }
}

/// What the kernels compute, in plain Rust.
#[cfg(test)]
mod reference {
    use super::{AtomicU32, COLUMNS, Format, Kind, Rounded, for_each_row};
    use crate::kernels::format::{Slice, tests::real};

    pub(super) fn round(row: &[f32], kind: Kind, rounded: &mut Option<Rounded>) {
        *rounded = Some(Rounded::of(row, kind));
    }

    pub(super) fn dot_rows(format: Format, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) {
        let together = row.numbers.len() / row.scales.len();
        for_each_row(bytes, products, |blocks| {
            let slices = blocks.chunks(format.blocks_in(COLUMNS) * format.bytes);
            let sums = slices.zip(row.numbers.chunks(COLUMNS)).enumerate().map(|(at, (blocks, numbers))| {
                let mut slice = Slice::EMPTY;
                slice.take_apart(format, blocks, real);
                let mut sum = 0.0;
                for (column, number) in numbers.iter().enumerate() {
                    let part = column / format.part.columns();
                    let scale = f64::from(row.scales[(at * COLUMNS + column) / together]);
                    let weight = f64::from(slice.scales[part]) * f64::from(slice.numbers[column])
                        - f64::from(slice.minimums[part]);
                    sum += scale * weight * f64::from(*number);
                }
                sum
            });
            sums.sum::<f64>() as f32
        });
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernels::format::tests::{FORMATS, largest_difference, matrix, random};
    use candle_core::quantized::{GgmlDType, QMatMul};
    use candle_core::{Device, Module, Tensor};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn plain(matrices: &[&QTensor], row: &[f32]) -> Option<Vec<Vec<f32>>> {
        multiply_with(matrices, row, reference::round, reference::dot_rows)
    }

    /// With the row rounded as `kind` says, whatever the format.
    pub(in crate::kernels) fn plain_product(matrix: &QTensor, row: &[f32], kind: Kind) -> Vec<f32> {
        let round = |row: &[f32], _, rounded: &mut Option<Rounded>| reference::round(row, kind, rounded);
        multiply_with(&[matrix], row, round, reference::dot_rows).expect("a format of ours").concat()
    }

    fn kind_of(matrix: &QTensor) -> Kind {
        Kind::of(Format::of(matrix.dtype()).expect("a format of ours"))
    }

    #[test]
    fn every_kernel_computes_what_the_plain_reference_computes() {
        for (way, dtype) in Way::all().into_iter().flat_map(|way| FORMATS.map(|dtype| (way, dtype))) {
            for seed in 0..10 {
                // Blocks of 32 also come in odd numbers.
                let columns = if dtype.block_size() == 32 && seed % 2 == 1 { 736 } else { 768 };
                let weights = matrix(dtype, 37, columns, seed);
                let row = random(columns, &mut StdRng::seed_from_u64(1000 + seed));
                let fast = multiply_by(way, &[&weights], &row).expect("a format of ours");
                let difference = largest_difference(&fast[0], &plain_product(&weights, &row, kind_of(&weights)));
                assert!(difference < 1e-3, "{way:?} {dtype:?}: {difference}");
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        for (way, dtype) in Way::all().into_iter().flat_map(|way| FORMATS.map(|dtype| (way, dtype))) {
            let alternating: Vec<f32> = (0..512).map(|n| if n % 3 == 0 { -1000.0 } else { 1000.0 }).collect();
            let floats = Tensor::from_slice(&alternating, (1, 512), &Device::Cpu).expect("a matrix");
            let weights = QTensor::quantize(&floats, dtype).expect("quantises");
            let fast = multiply_by(way, &[&weights], &alternating).expect("a format of ours")[0][0];
            let plain = plain_product(&weights, &alternating, kind_of(&weights))[0];
            assert!((fast / plain - 1.0).abs() < 1e-4, "{way:?} {dtype:?}: {fast} for {plain}");
            assert!((plain / 512e6 - 1.0).abs() < 0.1, "{dtype:?}: {plain}");
        }
    }

    #[test]
    fn the_reference_agrees_with_multiplying_the_unpacked_weights() {
        for dtype in FORMATS {
            let weights = matrix(dtype, 16, 512, 5);
            let row = random(512, &mut StdRng::seed_from_u64(6));
            let unpacked = QMatMul::Tensor(weights.dequantize(&Device::Cpu).expect("unpacks"));
            let x = Tensor::from_slice(&row, (1, 512), &Device::Cpu).expect("a row");
            let theirs = unpacked.forward(&x).and_then(|y| y.flatten_all()?.to_vec1()).expect("multiplies");
            let difference = largest_difference(&plain_product(&weights, &row, kind_of(&weights)), &theirs);
            // 512 products, each off by at most half a step of 1/127.
            assert!(difference < 0.2, "{dtype:?}: {difference}");
        }
    }

    #[test]
    fn several_matrices_in_one_pass_give_what_each_gives_alone() {
        let (a, b) = (matrix(GgmlDType::Q4K, 40, 256, 1), matrix(GgmlDType::Q8_0, 9, 256, 2));
        let row = random(256, &mut StdRng::seed_from_u64(3));
        let run = |matrices: &[&QTensor]| plain(matrices, &row).expect("ours");
        assert_eq!(run(&[&a, &b]), [run(&[&a]), run(&[&b])].concat());
    }

    #[test]
    fn numbers_are_rounded_to_the_nearest_and_no_further_than_127() {
        let mut numbers = [0; 11];
        let row = [127.0, -127.0, 0.4, -0.4, 0.6, -0.6, 126.6, 3.0, 0.0, -1.2, 90.0];
        assert_eq!(round_part(&row, &mut numbers), 1.0);
        assert_eq!(numbers, [127, -127, 0, 0, 1, -1, 127, 3, 0, -1, 90]);
        assert_eq!(round_part(&[0.0; 8], &mut [1; 8]), 0.0);
    }

    #[test]
    fn other_formats_and_wrong_lengths_are_left_to_candle() {
        let row = random(256, &mut StdRng::seed_from_u64(3));
        assert!(plain(&[&matrix(GgmlDType::Q3K, 4, 256, 1)], &row).is_none());
        assert!(plain(&[&matrix(GgmlDType::Q8_0, 4, 512, 1)], &row).is_none());
    }
}
