//! Arithmetic with the vector instructions that the processor is found to have at run time, and the same in plain Rust, which
//! the tests hold it to.
//!
//! - [`multiply_row`]: one row times matrices in ggml's block formats, for each new token;
//! - [`multiply_rows`]: many rows times the same matrices, for prompts;
//! - [`product`], [`soften`] and [`gate`]: products of floats, exponentials and gates, for attention and the inner part;
//! - [`Fours`], [`normalise`] and [`gelu`]: many rows times 4-bit matrices, and what stands between them in an encoder.
//!
//! This is the one module with `unsafe`, and all of it stands in this file and in `kernels/tiles.rs`: loads and stores of
//! vectors whose length the type fixes, and the ways into code compiled for more than the baseline, which only who holds the
//! proof that the processor has it can take.

mod batch;
mod encoder;
mod floats;
mod format;
mod fours;
mod row;
mod tiles;

pub(crate) use batch::multiply_rows;
pub(crate) use encoder::{gelu, normalise};
pub(crate) use floats::{Grid, Running, SCORES, Unit, gate, narrow, product, soften, widen};
pub(crate) use fours::{Fours, Rows};
pub(crate) use row::multiply_row;

use batch::{Block, Panel};
use candle_core::quantized::{GgmlDType, QTensor};
use format::Format;
use fours::{Eight, Sixteen};
use row::{Kind, Rounded};
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use tiles::{Amx, Tiles};

/// What stands for a processor that was asked.
#[cfg(target_arch = "x86_64")]
type Found = ();
#[cfg(not(target_arch = "x86_64"))]
type Found = std::convert::Infallible;

/// That this processor has AVX2, FMA and F16C: only [`Avx2::found`] makes one.
#[derive(Debug, Clone, Copy)]
struct Avx2(Found);

/// That it also has the parts of AVX-512 that are used here (F, BW, VL, VNNI): only [`Avx512::found`] makes one.
#[derive(Debug, Clone, Copy)]
struct Avx512(Found);

impl Avx2 {
    #[cfg(target_arch = "x86_64")]
    fn found() -> Option<Self> {
        use std::arch::is_x86_feature_detected as has;
        (has!("avx2") && has!("fma") && has!("f16c")).then_some(Self(()))
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn found() -> Option<Self> {
        None
    }
}

impl Avx512 {
    #[cfg(target_arch = "x86_64")]
    fn found() -> Option<Self> {
        use std::arch::is_x86_feature_detected as has;
        let wide = has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("avx512vnni");
        (wide && Avx2::found().is_some()).then_some(Self(()))
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn found() -> Option<Self> {
        None
    }
}

/// The instructions to multiply with.
#[derive(Debug, Clone, Copy)]
enum Way {
    Avx2(Avx2),
    Avx512(Avx2, Avx512),
    /// with tiles for many rows
    Amx(Avx2, Avx512, Amx),
}

/// Environment variable that leaves instructions unused that the processor has: `avx2` or `avx512`.
const AT_MOST: &str = "HAKIM_KERNELS";

impl Way {
    /// All that this processor has, the best last.
    fn all() -> Vec<Self> {
        let Some(avx2) = Avx2::found() else { return vec![] };
        let mut all = vec![Self::Avx2(avx2)];
        if let Some(avx512) = Avx512::found() {
            all.push(Self::Avx512(avx2, avx512));
            all.extend(Amx::found().map(|amx| Self::Amx(avx2, avx512, amx)));
        }
        all
    }

    /// The best, unless less is asked for.
    fn best() -> Option<Self> {
        static BEST: OnceLock<Option<Way>> = OnceLock::new();
        *BEST.get_or_init(|| {
            let count = match std::env::var(AT_MOST).as_deref() {
                Ok("avx2") => 1,
                Ok("avx512") => 2,
                _ => 3,
            };
            Self::all().into_iter().take(count).next_back()
        })
    }

    fn avx2(self) -> Avx2 {
        match self {
            Self::Avx2(avx2) | Self::Avx512(avx2, _) | Self::Amx(avx2, ..) => avx2,
        }
    }

    fn dot_rows(self, format: Format, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) {
        match self {
            Self::Avx2(avx2) => avx2.dot_rows(format, bytes, row, products),
            Self::Avx512(_, avx512) | Self::Amx(_, avx512, _) => avx512.dot_rows(format, bytes, row, products),
        }
    }

    fn add_sixteen(self, panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; 16]]) {
        match self {
            Self::Avx2(avx2) => avx2.add_sixteen(panel, rows, sums),
            Self::Avx512(_, avx512) | Self::Amx(_, avx512, _) => avx512.add_sixteen(panel, rows, sums),
        }
    }

    fn add_panel(self, panel: &Panel, rows: &[Block], sums: &mut [[f32; 16]]) {
        match self {
            Self::Avx2(avx2) => avx2.add_panel(panel, rows, sums),
            Self::Avx512(_, avx512) => avx512.add_panel(panel, rows, sums),
            Self::Amx(_, avx512, amx) => {
                let (tiles, rest) = rows.as_chunks();
                let (tile_sums, rest_sums) = sums.as_chunks_mut();
                amx.with_tiles(panel.part(), |shaped| avx512.add_tiles(shaped, panel, tiles, tile_sums));
                avx512.add_panel(panel, rest, rest_sums);
            }
        }
    }
}

/// Whether there are kernels for a matrix of this format and width on this processor.
pub(crate) fn can_multiply(dtype: GgmlDType, columns: usize) -> bool {
    Way::best().is_some() && Format::of(dtype).is_some_and(|format| format.row_bytes(columns).is_some())
}

/// Safe ways into functions that are compiled for instructions which `$proof` proves.
macro_rules! ways_in {
    ($proof:ident, $why:literal: $(fn $name:ident($($argument:ident: $type:ty),*) = $function:path;)*) => {
        impl $proof {
            $(
                #[cfg(target_arch = "x86_64")]
                #[expect(unsafe_code, reason = $why)]
                fn $name(self, $($argument: $type),*) {
                    // SAFETY: `self` exists only where the processor was found to have the instructions.
                    unsafe { $function($($argument),*) }
                }

                #[cfg(not(target_arch = "x86_64"))]
                fn $name(self, $(_: $type),*) {
                    match self.0 {}
                }
            )*
        }
    };
}

ways_in! { Avx2, "calls code compiled for AVX2, which the processor has":
    fn round(row: &[f32], kind: Kind, rounded: &mut Option<Rounded>) = row::avx2::round;
    fn round_block(row: &[f32], block: &mut Block) = batch::avx2::round_block;
    fn dot_rows(format: Format, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) = row::avx2::dot_rows;
    fn unpack(matrix: &Weights<'_>, rows: &[&[u8]; 16], columns: usize, panel: &mut Panel) = batch::avx2::unpack;
    fn add_panel(panel: &Panel, rows: &[Block], sums: &mut [[f32; 16]]) = batch::avx2::add_panel;
    fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) = floats::avx2::product;
    fn soften(scores: &mut [f32], running: &mut Running) = floats::avx2::soften;
    fn gate(unit: Unit, gates: &mut [f32], up: &[f32]) = floats::avx2::gate;
    fn widen(to: &mut [f32], from: &[u16]) = floats::avx2::widen;
    fn narrow(to: &mut [u16], from: &[f32]) = floats::avx2::narrow;
    fn gelu(numbers: &mut [f32]) = encoder::avx2::gelu;
    fn normalise(rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) = encoder::avx2::normalise;
    fn round_eight(numbers: &[f32], blocks: &mut [Eight]) = fours::avx2::round;
    fn add_sixteen(panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; 16]]) = fours::avx2::add_sixteen;
}

ways_in! { Avx512, "calls code compiled for AVX-512, which the processor has":
    fn dot_rows(format: Format, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) = row::avx512::dot_rows;
    fn add_panel(panel: &Panel, rows: &[Block], sums: &mut [[f32; 16]]) = batch::avx512::add_panel;
    fn add_tiles(tiles: &Tiles, panel: &Panel, rows: &[[Block; 16]], sums: &mut [[[f32; 16]; 16]]) = batch::avx512::add_tiles;
    fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) = floats::avx512::product;
    fn soften(scores: &mut [f32], running: &mut Running) = floats::avx512::soften;
    fn gate(unit: Unit, gates: &mut [f32], up: &[f32]) = floats::avx512::gate;
    fn add_sixteen(panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; 16]]) = fours::avx512::add_sixteen;
}

/// Bytes of numbers that may have any bits.
#[cfg(target_arch = "x86_64")]
trait Plain {}
#[cfg(target_arch = "x86_64")]
mod plain {
    use super::Plain;
    impl Plain for u8 {}
    impl Plain for i8 {}
    impl Plain for i16 {}
    impl Plain for u16 {}
    impl Plain for i32 {}
    impl Plain for f32 {}
    impl<T: Plain, const N: usize> Plain for [T; N] {}
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector load from an array of just that length")]
fn load<V: Plain>(from: &V) -> __m256i {
    const { assert!(size_of::<V>() == 32) }
    // SAFETY: 32 readable bytes, and this load asks for no alignment.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(from).cast()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector load from an array of just that length")]
fn load_half<V: Plain>(from: &V) -> __m128i {
    const { assert!(size_of::<V>() == 16) }
    // SAFETY: 16 readable bytes, and this load asks for no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(from).cast()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector store to an array of just that length")]
fn store<V: Plain>(to: &mut V, vector: __m256i) {
    const { assert!(size_of::<V>() == 32) }
    // SAFETY: 32 writable bytes of numbers that may have any bits, and this store asks for no alignment.
    unsafe { _mm256_storeu_si256(std::ptr::from_mut(to).cast(), vector) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector store to an array of just that length")]
fn store_half<V: Plain>(to: &mut V, vector: __m128i) {
    const { assert!(size_of::<V>() == 16) }
    // SAFETY: 16 writable bytes of numbers that may have any bits, and this store asks for no alignment.
    unsafe { _mm_storeu_si128(std::ptr::from_mut(to).cast(), vector) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "an unaligned vector load from an array of just that length")]
fn load_wide<V: Plain>(from: &V) -> __m512i {
    const { assert!(size_of::<V>() == 64) }
    // SAFETY: 64 readable bytes, and this load asks for no alignment.
    unsafe { _mm512_loadu_si512(std::ptr::from_ref(from).cast()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "an unaligned vector store to an array of just that length")]
fn store_wide<V: Plain>(to: &mut V, vector: __m512i) {
    const { assert!(size_of::<V>() == 64) }
    // SAFETY: 64 writable bytes of numbers that may have any bits, and this store asks for no alignment.
    unsafe { _mm512_storeu_si512(std::ptr::from_mut(to).cast(), vector) }
}

/// Bytes ahead of those in use that are fetched: the processor by itself stops at the end of each page of 4 kB.
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 2048;

/// Has what lies so many bytes after these fetched from memory.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[expect(unsafe_code, reason = "a hint that reads nothing")]
fn fetch_ahead(bytes: &[u8], ahead: usize) {
    for line in 0..bytes.len().div_ceil(64) {
        // SAFETY: a prefetch is a hint; it may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(ahead + 64 * line).cast()) };
    }
}

/// Bytes, format and shape of a matrix that has kernels for rows of `columns` numbers.
struct Weights<'a> {
    format: Format,
    data: std::borrow::Cow<'a, [u8]>,
    rows: usize,
    row_bytes: usize,
}

impl<'a> Weights<'a> {
    fn of(matrix: &'a QTensor, columns: usize) -> Option<Self> {
        let format = Format::of(matrix.dtype())?;
        let (rows, matrix_columns) = matrix.shape().dims2().ok()?;
        let row_bytes = format.row_bytes(columns)?;
        (matrix_columns == columns).then_some(())?;
        Some(Self { format, data: matrix.data().ok()?, rows, row_bytes })
    }
}

/// `N` bytes or numbers of a block from `at` on; where the bounds are constants the checks vanish.
#[inline(always)]
fn part<T, const N: usize>(block: &[T], at: usize) -> &[T; N] {
    &block[at..at + N].as_chunks::<N>().0[0]
}

/// The same to be written to.
#[inline(always)]
fn part_mut<T, const N: usize>(block: &mut [T], at: usize) -> &mut [T; N] {
    &mut block[at..at + N].as_chunks_mut::<N>().0[0]
}
