//! Products of floats, exponentials, gates, and floats of 16 bits.

#[cfg(target_arch = "x86_64")]
use super::part;
use super::{Avx2, Avx512, Way};
use half::f16;

/// Numbers in rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid<'a> {
    numbers: &'a [f32],
    columns: usize,
}

impl<'a> Grid<'a> {
    /// Rows of `columns` numbers each.
    pub(crate) fn new(numbers: &'a [f32], columns: usize) -> Self {
        Self { numbers, columns: columns.max(1) }
    }

    fn rows(&self) -> usize {
        self.numbers.len() / self.columns
    }
}

/// Softmax over parts of a row, one after the other (Milakov and Gimelshein 2018, arXiv 1805.02867).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Running {
    /// highest score so far
    pub(crate) highest: f32,
    /// sum of the exponentials so far, each over that of the highest
    pub(crate) sum: f32,
    /// what sums over the earlier parts are to be multiplied with, since the highest has changed
    pub(crate) factor: f32,
}

impl Running {
    /// Before the first part.
    pub(crate) const START: Self = Self { highest: f32::NEG_INFINITY, sum: 0.0, factor: 1.0 };
}

/// What a gate does to each number before it multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// x times the logistic function of x
    Silu,
    /// its Gaussian kin, in the approximation with tanh
    Gelu,
}

/// Adds `a` times `b` to `sums`. Widths that are multiples of eight are fast, those of sixteen faster.
pub(crate) fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
    let (avx2, avx512) = match Way::best() {
        Some(Way::Avx512(_, avx512) | Way::Amx(_, avx512, _)) => (None, Some(avx512)),
        Some(Way::Avx2(avx2)) => (Some(avx2), None),
        None => (None, None),
    };
    product_by(avx2.or_else(Avx2::found), avx512, sums, a, b);
}

fn product_by(avx2: Option<Avx2>, avx512: Option<Avx512>, sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
    let are_multiples_of = |lanes: usize| a.columns.is_multiple_of(8) && b.columns.is_multiple_of(lanes);
    match (avx2, avx512) {
        (_, Some(avx512)) if are_multiples_of(16) => avx512.product(sums, a, b),
        (Some(avx2), _) if are_multiples_of(8) => avx2.product(sums, a, b),
        _ => reference::product(sums, a, b),
    }
}

/// Floats of 16 bits made floats of 32, as many as there is room for.
pub(crate) fn widen(to: &mut [f32], from: &[u16]) {
    match Avx2::found() {
        Some(avx2) => avx2.widen(to, from),
        None => plain::widen(to, from),
    }
}

/// Floats rounded to 16 bits, as many as there is room for.
pub(crate) fn narrow(to: &mut [u16], from: &[f32]) {
    match Avx2::found() {
        Some(avx2) => avx2.narrow(to, from),
        None => plain::narrow(to, from),
    }
}

/// [`soften`] takes multiples of so many scores.
pub(crate) const SCORES: usize = 16;

/// Replaces the scores of one part of a row (minus infinity: hidden) by their exponentials over that of the highest so far.
/// The length is a multiple of [`SCORES`].
pub(crate) fn soften(scores: &mut [f32], running: &mut Running) {
    debug_assert!(scores.len().is_multiple_of(SCORES), "{} scores", scores.len());
    match Way::best() {
        Some(Way::Avx512(_, avx512) | Way::Amx(_, avx512, _)) => avx512.soften(scores, running),
        Some(Way::Avx2(avx2)) => avx2.soften(scores, running),
        None => plain::soften::<false>(scores, running),
    }
}

/// Turns gates into what passes them of `up`.
pub(crate) fn gate(unit: Unit, gates: &mut [f32], up: &[f32]) {
    match Way::best() {
        Some(Way::Avx512(_, avx512) | Way::Amx(_, avx512, _)) => avx512.gate(unit, gates, up),
        Some(Way::Avx2(avx2)) => avx2.gate(unit, gates, up),
        None => plain::gate::<false>(unit, gates, up),
    }
}

/// What the kernels compute, one number after the other.
mod reference {
    use super::Grid;

    pub(super) fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
        for (sums, a) in sums.chunks_exact_mut(b.columns).zip(a.numbers.chunks_exact(a.columns)) {
            for (a, b) in a.iter().zip(b.numbers.chunks_exact(b.columns)) {
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum += a * b;
                }
            }
        }
    }
}

/// Plain Rust that the compiler turns into vector instructions of whatever processor the caller is compiled for.
pub(super) mod plain {
    use super::{Running, Unit, f16};

    pub(super) fn widen(to: &mut [f32], from: &[u16]) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = f16::from_bits(*from).to_f32());
    }

    pub(super) fn narrow(to: &mut [u16], from: &[f32]) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = f16::from_f32(*from).to_bits());
    }

    const LANES: usize = super::SCORES;

    /// With `FUSED` products and sums are rounded once, which is fast only where the processor has instructions for it.
    #[inline(always)]
    pub(super) fn soften<const FUSED: bool>(scores: &mut [f32], running: &mut Running) {
        let scores = scores.as_chunks_mut::<LANES>().0;
        let mut highest = [running.highest; LANES];
        for eight in scores.iter() {
            for (highest, score) in highest.iter_mut().zip(eight) {
                *highest = if *score > *highest { *score } else { *highest };
            }
        }
        let highest = highest.into_iter().fold(f32::NEG_INFINITY, f32::max);
        if highest == f32::NEG_INFINITY {
            // Nothing to be seen yet.
            scores.as_flattened_mut().fill(0.0);
            running.factor = 1.0;
            return;
        }
        let mut sums = [0.0; LANES];
        for eight in scores {
            for (sum, score) in sums.iter_mut().zip(eight) {
                *score = exponential::<FUSED>(*score - highest);
                *sum += *score;
            }
        }
        running.factor = exponential::<FUSED>(running.highest - highest);
        running.sum = running.sum * running.factor + sums.into_iter().sum::<f32>();
        running.highest = highest;
    }

    #[inline(always)]
    pub(super) fn gate<const FUSED: bool>(unit: Unit, gates: &mut [f32], up: &[f32]) {
        match unit {
            Unit::Silu => {
                for (gate, up) in gates.iter_mut().zip(up) {
                    *gate = *gate * up * logistic::<FUSED>(*gate);
                }
            }
            Unit::Gelu => {
                for (gate, up) in gates.iter_mut().zip(up) {
                    // 1 + tanh(x) is twice the logistic function of 2x.
                    const TWICE: f32 = 2.0 * 0.797_884_6;
                    let bent = TWICE * *gate * (1.0 + 0.044_715 * *gate * *gate);
                    *gate = *gate * up * logistic::<FUSED>(bent);
                }
            }
        }
    }

    #[inline(always)]
    fn logistic<const FUSED: bool>(x: f32) -> f32 {
        1.0 / (1.0 + exponential::<FUSED>(-x))
    }

    /// e^x to about one part in ten million; 0 below -87, and no more than e^88.
    #[inline(always)]
    pub(in crate::kernels) fn exponential<const FUSED: bool>(x: f32) -> f32 {
        /// Adding this leaves the nearest whole number in the lowest bits of a float below 2^22.
        const ROUNDER: f32 = 12_582_912.0;
        // ln 2 in two parts, the first with so few digits that multiples of it are exact.
        const LN_2_HIGH: f32 = 0.693_359_4;
        const LN_2_LOW: f32 = -2.121_944_4e-4;
        let within = if x < 88.0 { x } else { 88.0 };
        let add_product = |sum: f32, a: f32, b: f32| if FUSED { a.mul_add(b, sum) } else { sum + a * b };
        let shifted = add_product(ROUNDER, within, std::f32::consts::LOG2_E);
        let whole = shifted - ROUNDER;
        let rest = add_product(add_product(within, whole, -LN_2_HIGH), whole, -LN_2_LOW);
        const INVERSE_FACTORIALS: [f32; 7] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
        let mut series = 1.0 / 5040.0;
        for next in INVERSE_FACTORIALS {
            series = add_product(next, series, rest);
        }
        let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
        if within < -87.0 { 0.0 } else { series * power }
    }
}

/// Every function needs AVX2, FMA and F16C.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use super::{Grid, Running, Unit, part, plain};
    use crate::kernels::{load, load_half, part_mut, store, store_half};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn widen(to: &mut [f32], from: &[u16]) {
        let length = to.len().min(from.len());
        let (to, to_rest) = to[..length].as_chunks_mut::<8>();
        let (from, from_rest) = from[..length].as_chunks::<8>();
        for (to, from) in to.iter_mut().zip(from) {
            store(to, _mm256_castps_si256(_mm256_cvtph_ps(load_half(from))));
        }
        plain::widen(to_rest, from_rest);
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn narrow(to: &mut [u16], from: &[f32]) {
        let length = to.len().min(from.len());
        let (to, to_rest) = to[..length].as_chunks_mut::<8>();
        let (from, from_rest) = from[..length].as_chunks::<8>();
        for (to, from) in to.iter_mut().zip(from) {
            store_half(to, _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(floats(from)));
        }
        plain::narrow(to_rest, from_rest);
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn soften(scores: &mut [f32], running: &mut Running) {
        plain::soften::<true>(scores, running);
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn gate(unit: Unit, gates: &mut [f32], up: &[f32]) {
        plain::gate::<true>(unit, gates, up);
    }

    /// Rows whose sums, two vectors each, fit into the registers.
    const TOGETHER: usize = 6;

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
        let rows = a.rows().min(sums.len() / b.columns);
        for first in (0..rows).step_by(TOGETHER) {
            let sums = &mut sums[first * b.columns..];
            let a = Grid::new(&a.numbers[first * a.columns..], a.columns);
            match rows - first {
                1 => add_rows::<1>(sums, a, b),
                2 => add_rows::<2>(sums, a, b),
                3 => add_rows::<3>(sums, a, b),
                4 => add_rows::<4>(sums, a, b),
                5 => add_rows::<5>(sums, a, b),
                _ => add_rows::<TOGETHER>(sums, a, b),
            }
        }
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn add_rows<const ROWS: usize>(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
        let mut column = 0;
        while column + 16 <= b.columns {
            add_tile::<ROWS, 2>(sums, a, b, column);
            column += 16;
        }
        if column < b.columns {
            add_tile::<ROWS, 1>(sums, a, b, column);
        }
    }

    /// `ROWS` rows by `VECTORS` times eight columns from `column` on.
    #[target_feature(enable = "avx2,fma,f16c")]
    fn add_tile<const ROWS: usize, const VECTORS: usize>(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>, column: usize) {
        let mut totals = [[_mm256_setzero_ps(); VECTORS]; ROWS];
        for (row, totals) in totals.iter_mut().enumerate() {
            for (vector, total) in totals.iter_mut().enumerate() {
                *total = floats(part(sums, row * b.columns + column + 8 * vector));
            }
        }
        for (eight, b_rows) in b.numbers.chunks_exact(8 * b.columns).enumerate() {
            let mut factors: [&[f32; 8]; ROWS] = [part(a.numbers, 8 * eight); ROWS];
            for (row, factors) in factors.iter_mut().enumerate() {
                *factors = part(a.numbers, row * a.columns + 8 * eight);
            }
            for (within, b_row) in b_rows.chunks_exact(b.columns).enumerate() {
                let mut numbers = [_mm256_setzero_ps(); VECTORS];
                for (vector, numbers) in numbers.iter_mut().enumerate() {
                    *numbers = floats(part(b_row, column + 8 * vector));
                }
                for row in 0..ROWS {
                    let factor = _mm256_set1_ps(factors[row][within]);
                    for vector in 0..VECTORS {
                        totals[row][vector] = _mm256_fmadd_ps(factor, numbers[vector], totals[row][vector]);
                    }
                }
            }
        }
        for (row, totals) in totals.iter().enumerate() {
            for (vector, total) in totals.iter().enumerate() {
                let to: &mut [f32; 8] = part_mut(sums, row * b.columns + column + 8 * vector);
                store(to, _mm256_castps_si256(*total));
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn floats(from: &[f32; 8]) -> __m256 {
        _mm256_castsi256_ps(load(from))
    }
}

/// Every function needs AVX-512 F.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512 {
    use super::{Grid, Running, Unit, part, plain};
    use crate::kernels::{load_wide, part_mut, store_wide};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    pub(in crate::kernels) fn soften(scores: &mut [f32], running: &mut Running) {
        plain::soften::<true>(scores, running);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    pub(in crate::kernels) fn gate(unit: Unit, gates: &mut [f32], up: &[f32]) {
        plain::gate::<true>(unit, gates, up);
    }

    /// Rows whose sums, four vectors each, fit into the registers.
    const TOGETHER: usize = 6;

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    pub(in crate::kernels) fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
        let rows = a.rows().min(sums.len() / b.columns);
        for first in (0..rows).step_by(TOGETHER) {
            let sums = &mut sums[first * b.columns..];
            let a = Grid::new(&a.numbers[first * a.columns..], a.columns);
            match rows - first {
                1 => add_rows::<1>(sums, a, b),
                2 => add_rows::<2>(sums, a, b),
                3 => add_rows::<3>(sums, a, b),
                4 => add_rows::<4>(sums, a, b),
                5 => add_rows::<5>(sums, a, b),
                _ => add_rows::<TOGETHER>(sums, a, b),
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    fn add_rows<const ROWS: usize>(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) {
        let mut column = 0;
        while column + 64 <= b.columns {
            add_tile::<ROWS, 4>(sums, a, b, column);
            column += 64;
        }
        while column < b.columns {
            add_tile::<ROWS, 1>(sums, a, b, column);
            column += 16;
        }
    }

    /// `ROWS` rows by `VECTORS` times sixteen columns from `column` on.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    fn add_tile<const ROWS: usize, const VECTORS: usize>(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>, column: usize) {
        let mut totals = [[_mm512_setzero_ps(); VECTORS]; ROWS];
        for (row, totals) in totals.iter_mut().enumerate() {
            for (vector, total) in totals.iter_mut().enumerate() {
                *total = floats(part(sums, row * b.columns + column + 16 * vector));
            }
        }
        for (eight, b_rows) in b.numbers.chunks_exact(8 * b.columns).enumerate() {
            let mut factors: [&[f32; 8]; ROWS] = [part(a.numbers, 8 * eight); ROWS];
            for (row, factors) in factors.iter_mut().enumerate() {
                *factors = part(a.numbers, row * a.columns + 8 * eight);
            }
            for (within, b_row) in b_rows.chunks_exact(b.columns).enumerate() {
                let mut numbers = [_mm512_setzero_ps(); VECTORS];
                for (vector, numbers) in numbers.iter_mut().enumerate() {
                    *numbers = floats(part(b_row, column + 16 * vector));
                }
                for row in 0..ROWS {
                    let factor = _mm512_set1_ps(factors[row][within]);
                    for vector in 0..VECTORS {
                        totals[row][vector] = _mm512_fmadd_ps(factor, numbers[vector], totals[row][vector]);
                    }
                }
            }
        }
        for (row, totals) in totals.iter().enumerate() {
            for (vector, total) in totals.iter().enumerate() {
                let to: &mut [f32; 16] = part_mut(sums, row * b.columns + column + 16 * vector);
                store_wide(to, _mm512_castps_si512(*total));
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn floats(from: &[f32; 16]) -> __m512 {
        _mm512_castsi512_ps(load_wide(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::format::tests::{largest_difference, random};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn vectors_multiply_as_the_plain_reference_does() {
        let mut source = StdRng::seed_from_u64(7);
        for (rows, depth, columns) in [(1, 8, 8), (5, 64, 24), (6, 128, 64), (7, 96, 128), (48, 64, 40), (6, 64, 80)] {
            let (a, b) = (random(rows * depth, &mut source), random(depth * columns, &mut source));
            let start = random(rows * columns, &mut source);
            let (a, b) = (Grid::new(&a, depth), Grid::new(&b, columns));
            let mut plain = start.clone();
            reference::product(&mut plain, a, b);
            for (avx2, avx512) in [(Avx2::found(), None), (Avx2::found(), Avx512::found())] {
                let mut fast = start.clone();
                product_by(avx2, avx512, &mut fast, a, b);
                let difference = largest_difference(&fast, &plain);
                assert!(difference < 1e-4, "{rows} x {depth} x {columns}: {difference}");
            }
        }
    }

    #[test]
    fn floats_of_16_bits_are_the_nearest() {
        let all: Vec<f32> =
            random(37, &mut StdRng::seed_from_u64(5)).into_iter().chain([1e-7, 70_000.0, 0.0]).collect();
        let (mut fast, mut slow) = ([0; 40], [0; 40]);
        narrow(&mut fast, &all);
        plain::narrow(&mut slow, &all);
        assert_eq!(fast, slow);
        let (mut fast_back, mut slow_back) = ([0.0; 40], [0.0; 40]);
        widen(&mut fast_back, &fast);
        plain::widen(&mut slow_back, &slow);
        assert_eq!(fast_back, slow_back);
        assert!(largest_difference(&fast_back[..37], &all[..37]) < 2.5e-4);
    }

    #[test]
    fn the_exponential_is_right_over_its_whole_range() {
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            for ours in [plain::exponential::<false>(x), plain::exponential::<true>(x)] {
                let (ours, exact) = (f64::from(ours), f64::from(x).exp());
                assert!((ours / exact - 1.0).abs() < 3e-7, "e^{x}: {ours} for {exact}");
            }
        }
        assert_eq!(plain::exponential::<false>(f32::NEG_INFINITY), 0.0);
        assert_eq!(plain::exponential::<true>(0.0), 1.0);
    }

    #[test]
    fn softmax_in_parts_is_softmax_of_the_whole() {
        let mut scores: Vec<f32> = random(64, &mut StdRng::seed_from_u64(9)).into_iter().map(|x| 20.0 * x).collect();
        // The first part is hidden altogether, later ones in places.
        scores[..16].fill(f32::NEG_INFINITY);
        scores[20] = f32::NEG_INFINITY;
        let highest = scores.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
        let total: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
        for soften in [soften, plain::soften::<false>] {
            let (mut parts, mut running) = (scores.clone(), Running::START);
            for at in (0..64).step_by(16) {
                soften(&mut parts[at..at + 16], &mut running);
                parts[..at].iter_mut().for_each(|x| *x *= running.factor);
            }
            for (part, score) in parts.iter().zip(&scores) {
                assert!((part / running.sum - (score - highest).exp() / total).abs() < 1e-6, "{part} for {score}");
            }
        }
    }

    #[test]
    fn gates_are_those_of_their_definition() {
        let gates: Vec<f32> = (-400..400).map(|n| n as f32 / 20.0).collect();
        let up = random(gates.len(), &mut StdRng::seed_from_u64(4));
        let silu = |x: f64| x / (1.0 + (-x).exp());
        let gelu = |x: f64| 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh());
        for (unit, exact) in [(Unit::Silu, silu as fn(f64) -> f64), (Unit::Gelu, gelu)] {
            for gate in [gate, plain::gate::<false>] {
                let mut passed = gates.clone();
                gate(unit, &mut passed, &up);
                for ((x, up), passed) in gates.iter().zip(&up).zip(&passed) {
                    let exact = exact(f64::from(*x)) * f64::from(*up);
                    assert!((f64::from(*passed) - exact).abs() < 1e-5, "{unit:?} of {x}: {passed} for {exact}");
                }
            }
        }
    }
}
