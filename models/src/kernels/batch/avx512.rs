//! The work on panels with 512-bit vectors, whose sixteen sums are the sixteen rows of a panel. Every function needs
//! AVX-512 F, BW, VL and VNNI.

use super::{Block, PANEL, Panel};
use crate::kernels::format::Part;
use crate::kernels::tiles::Tiles;
use crate::kernels::{load_wide, store_wide};
use std::arch::x86_64::*;

/// Rows that are multiplied together: their sums fill the registers.
const TOGETHER: usize = 12;

/// Adds the products of a panel with a block of each row to the sums of that row.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub(in crate::kernels) fn add_panel(panel: &Panel, rows: &[Block], sums: &mut [[f32; PANEL]]) {
    match panel.part {
        Part::Of16 => add_rows::<4>(panel, rows, sums),
        Part::Of32 => add_rows::<8>(panel, rows, sums),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_rows<const GROUPS: usize>(panel: &Panel, rows: &[Block], sums: &mut [[f32; PANEL]]) {
    let (rows, rest) = rows.as_chunks::<TOGETHER>();
    let (sums, rest_sums) = sums.as_chunks_mut::<TOGETHER>();
    for (rows, sums) in rows.iter().zip(sums) {
        add_tile::<GROUPS, TOGETHER>(panel, rows, sums);
    }
    let (rows, rest) = rest.as_chunks::<4>();
    let (sums, rest_sums) = rest_sums.as_chunks_mut::<4>();
    for (rows, sums) in rows.iter().zip(sums) {
        add_tile::<GROUPS, 4>(panel, rows, sums);
    }
    for (row, sum) in rest.as_chunks::<1>().0.iter().zip(rest_sums.as_chunks_mut::<1>().0) {
        add_tile::<GROUPS, 1>(panel, row, sum);
    }
}

/// `GROUPS` groups of four columns share a scale.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_tile<const GROUPS: usize, const ROWS: usize>(
    panel: &Panel,
    rows: &[Block; ROWS],
    sums: &mut [[f32; PANEL]; ROWS],
) {
    let mut totals = [_mm512_setzero_ps(); ROWS];
    for (at, groups) in panel.numbers.as_chunks::<GROUPS>().0.iter().enumerate().take(panel.parts) {
        let mut whole = [_mm512_setzero_si512(); ROWS];
        for (group, weights) in groups.iter().enumerate() {
            let weights = load_wide(weights);
            for row in 0..ROWS {
                let numbers = _mm512_set1_epi32(rows[row].numbers[at * GROUPS + group]);
                whole[row] = _mm512_dpbusd_epi32(whole[row], weights, numbers);
            }
        }
        let (scale, minimum) = (floats(&panel.scales[at]), floats(&panel.minimums[at]));
        for row in 0..ROWS {
            totals[row] = weighted::<GROUPS>(totals[row], whole[row], scale, minimum, &rows[row], at);
        }
    }
    add_totals(totals, sums);
}

/// The same with tiles of sixteen rows.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub(in crate::kernels) fn add_tiles(
    tiles: &Tiles,
    panel: &Panel,
    rows: &[[Block; 16]],
    sums: &mut [[[f32; PANEL]; 16]],
) {
    let mut products = [[[0; PANEL]; 16]; 2];
    for (rows, sums) in rows.iter().zip(sums) {
        match panel.part {
            Part::Of16 => add_sixteen::<4>(tiles, panel, rows, &mut products, sums),
            Part::Of32 => add_sixteen::<8>(tiles, panel, rows, &mut products, sums),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_sixteen<const GROUPS: usize>(
    tiles: &Tiles,
    panel: &Panel,
    rows: &[Block; 16],
    products: &mut [[[i32; PANEL]; 16]; 2],
    sums: &mut [[f32; PANEL]; 16],
) {
    let mut totals = [_mm512_setzero_ps(); 16];
    let groups = &panel.numbers.as_chunks::<GROUPS>().0[..panel.parts];
    let multiply = |at: usize, products: &mut [[[i32; PANEL]; 16]; 2]| {
        if let Some(weights) = groups.get(at) {
            tiles.multiply(rows, |row| &row.numbers[at * GROUPS..], weights, &mut products[at % 2]);
        }
    };
    multiply(0, products);
    for at in 0..groups.len() {
        // The next products are made while these are weighted.
        multiply(at + 1, products);
        let (scale, minimum) = (floats(&panel.scales[at]), floats(&panel.minimums[at]));
        for row in 0..16 {
            let whole = load_wide(&products[at % 2][row]);
            totals[row] = weighted::<GROUPS>(totals[row], whole, scale, minimum, &rows[row], at);
        }
    }
    add_totals(totals, sums);
}

/// A total with the products of one part added.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn weighted<const GROUPS: usize>(
    total: __m512,
    whole: __m512i,
    scale: __m512,
    minimum: __m512,
    row: &Block,
    at: usize,
) -> __m512 {
    let product = _mm512_cvtepi32_ps(whole);
    let sum = _mm512_set1_ps(if GROUPS == 8 { row.sums_of_32[at] } else { row.sums_of_16[at] });
    let product = _mm512_fnmadd_ps(minimum, sum, _mm512_mul_ps(product, scale));
    _mm512_fmadd_ps(product, _mm512_set1_ps(row.scales[at * GROUPS / 8]), total)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_totals<const ROWS: usize>(totals: [__m512; ROWS], sums: &mut [[f32; PANEL]; ROWS]) {
    for (total, sums) in totals.into_iter().zip(sums) {
        store_wide(sums, _mm512_castps_si512(_mm512_add_ps(total, floats(sums))));
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn floats(from: &[f32; 16]) -> __m512 {
    _mm512_castsi512_ps(load_wide(from))
}
