//! Arithmetic with AVX2 where the processor has it, found out at run time, and the same in plain Rust, which the tests hold
//! it to.
//!
//! - [`multiply_row`]: one row times matrices in ggml's block formats, for each new token;
//! - [`multiply_rows`]: many rows times the same matrices, for prompts;
//! - [`product`], [`soften`] and [`gate`]: products of floats, exponentials and gates, for attention and the inner part;
//! - [`Fours`], [`normalise`] and [`gelu`]: many rows times 4-bit matrices, and what stands between them in an encoder.
//!
//! This is the one module with `unsafe`, and all of it stands in this file: loads and stores of vectors whose length the
//! type fixes, and the ways into code compiled for AVX2, which only who holds an [`Avx2`] can take.

mod batch;
mod encoder;
mod floats;
mod fours;
mod row;

pub(crate) use batch::multiply_rows;
pub(crate) use encoder::{gelu, normalise};
pub(crate) use floats::{Grid, Running, Unit, gate, product, soften};
pub(crate) use fours::{Fours, Rows};
pub(crate) use row::multiply_row;

use batch::{Block, Panel};
use candle_core::quantized::GgmlDType;
use fours::{Eight, Sixteen};
use row::Rounded;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;
use std::sync::atomic::AtomicU32;

/// What stands for a processor that was asked.
#[cfg(target_arch = "x86_64")]
type Found = ();
#[cfg(not(target_arch = "x86_64"))]
type Found = std::convert::Infallible;

/// That this processor has AVX2, FMA and F16C: only [`Avx2::found`] makes one.
#[derive(Debug, Clone, Copy)]
struct Avx2(Found);

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

/// Safe ways into functions that are compiled for AVX2.
macro_rules! ways_in {
    ($(fn $name:ident($($argument:ident: $type:ty),*) = $function:path;)*) => {
        impl Avx2 {
            $(
                #[cfg(target_arch = "x86_64")]
                #[expect(unsafe_code, reason = "calls code compiled for AVX2, which the processor has")]
                fn $name(self, $($argument: $type),*) {
                    // SAFETY: `self` exists only where the processor was found to have AVX2, FMA and F16C.
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

ways_in! {
    fn dot_rows(dtype: GgmlDType, bytes: &[u8], row: &Rounded, products: &[AtomicU32]) = row::avx2::dot_rows;
    fn unpack(dtype: GgmlDType, blocks: &[&[u8]; 16], panel: &mut Panel) = batch::avx2::unpack;
    fn add_panel(panel: &Panel, rows: &[Block], sums: &mut [[f32; 16]]) = batch::avx2::add_panel;
    fn product(sums: &mut [f32], a: Grid<'_>, b: Grid<'_>) = floats::avx2::product;
    fn soften(scores: &mut [f32], running: &mut Running) = floats::avx2::soften;
    fn gate(unit: Unit, gates: &mut [f32], up: &[f32]) = floats::avx2::gate;
    fn gelu(numbers: &mut [f32]) = encoder::avx2::gelu;
    fn normalise(rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) = encoder::avx2::normalise;
    fn round(numbers: &[f32], blocks: &mut [Eight]) = fours::avx2::round;
    fn add_sixteen(panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; 16]]) = fours::avx2::add_sixteen;
}

/// That this processor multiplies bytes in vectors of 64 (AVX-512 VNNI): only [`Vnni::found`] makes one.
#[derive(Debug, Clone, Copy)]
struct Vnni(Found);

impl Vnni {
    #[cfg(target_arch = "x86_64")]
    fn found() -> Option<Self> {
        use std::arch::is_x86_feature_detected as has;
        (has!("avx512f") && has!("avx512vnni")).then_some(Self(()))
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn found() -> Option<Self> {
        None
    }

    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "calls code compiled for AVX-512 VNNI, which the processor has")]
    fn add_sixteen(self, panel: &[Sixteen], rows: &[Eight], sums: &mut [[f32; 16]]) {
        // SAFETY: `self` exists only where the processor was found to have AVX-512 F and VNNI.
        unsafe { fours::vnni::add_sixteen(panel, rows, sums) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn add_sixteen(self, _: &[Sixteen], _: &[Eight], _: &mut [[f32; 16]]) {
        match self.0 {}
    }
}

/// 32 bytes of numbers that may have any bits.
#[cfg(target_arch = "x86_64")]
trait Vector {}
#[cfg(target_arch = "x86_64")]
mod vectors {
    impl super::Vector for [u8; 32] {}
    impl super::Vector for [i8; 32] {}
    impl super::Vector for [i16; 16] {}
    impl super::Vector for [i32; 8] {}
    impl super::Vector for [f32; 8] {}
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector load from an array of just that length")]
fn load<V: Vector>(from: &V) -> __m256i {
    const { assert!(size_of::<V>() == 32) }
    // SAFETY: 32 readable bytes, and this load asks for no alignment.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(from).cast()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector load from an array of just that length")]
fn load_half(from: &[u8; 16]) -> __m128i {
    // SAFETY: 16 readable bytes, and this load asks for no alignment.
    unsafe { _mm_loadu_si128(from.as_ptr().cast()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned vector store to an array of just that length")]
fn store<V: Vector>(to: &mut V, vector: __m256i) {
    const { assert!(size_of::<V>() == 32) }
    // SAFETY: 32 writable bytes of numbers that may have any bits, and this store asks for no alignment.
    unsafe { _mm256_storeu_si256(std::ptr::from_mut(to).cast(), vector) }
}

/// 64 bytes of numbers that may have any bits.
#[cfg(target_arch = "x86_64")]
trait LongVector {}
#[cfg(target_arch = "x86_64")]
mod long_vectors {
    impl super::LongVector for [u8; 64] {}
    impl super::LongVector for [f32; 16] {}
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "an unaligned vector load from an array of just that length")]
fn load_long<V: LongVector>(from: &V) -> __m512i {
    const { assert!(size_of::<V>() == 64) }
    // SAFETY: 64 readable bytes, and this load asks for no alignment.
    unsafe { _mm512_loadu_si512(std::ptr::from_ref(from).cast()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "an unaligned vector store to an array of just that length")]
fn store_long<V: LongVector>(to: &mut V, vector: __m512i) {
    const { assert!(size_of::<V>() == 64) }
    // SAFETY: 64 writable bytes of numbers that may have any bits, and this store asks for no alignment.
    unsafe { _mm512_storeu_si512(std::ptr::from_mut(to).cast(), vector) }
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
