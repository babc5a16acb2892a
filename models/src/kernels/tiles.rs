//! AMX: products of whole tiles, 16 rows by 16 columns, in one instruction. Rust has no stable functions for it yet, so
//! these are its instructions as they stand in Intel's Software Developer's Manual, volume 2, under their names.
//!
//! Linux hands the tile registers only to a process that asked for them (`Documentation/arch/x86/xstate.rst` of the kernel).

use super::Found;
use super::format::Part;

/// That this processor has AMX with bytes and the system lets this process use it: only [`Amx::found`] makes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amx(Found);

/// That the tiles of this thread are shaped for parts of 16 or 32 columns.
pub(super) struct Tiles {
    #[cfg_attr(not(all(target_arch = "x86_64", target_os = "linux")), expect(dead_code, reason = "no tiles here"))]
    part: Part,
    /// Tiles belong to a thread.
    here: std::marker::PhantomData<*const ()>,
}

/// Four columns of 16 rows of weights.
pub(super) type Group = [[u8; 32]; 2];

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
impl Amx {
    pub(super) fn found() -> Option<Self> {
        None
    }

    pub(super) fn with_tiles(self, part: Part, act: impl FnOnce(&Tiles)) {
        act(&Tiles { part, here: std::marker::PhantomData });
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
impl Tiles {
    pub(super) fn multiply<Row>(
        &self,
        _: &[Row; 16],
        _: impl Fn(&Row) -> &[i32],
        _: &[Group],
        _: &mut [[i32; 16]; 16],
    ) {
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod x86 {
    use super::{Amx, Group, Part, Tiles};
    use std::arch::asm;
    use std::sync::OnceLock;

    /// What `ldtilecfg` reads.
    #[repr(C, align(64))]
    struct Shapes {
        palette: u8,
        start_row: u8,
        reserved: [u8; 14],
        row_bytes: [u16; 16],
        rows: [u8; 16],
    }

    impl Amx {
        pub(in crate::kernels) fn found() -> Option<Self> {
            static FOUND: OnceLock<bool> = OnceLock::new();
            // An emulator of Rust programs knows neither the question nor the instructions.
            FOUND.get_or_init(|| !cfg!(miri) && has_instructions() && may_use_tiles()).then_some(Self(()))
        }

        /// Runs `act` with the tiles of this thread shaped for such parts.
        #[expect(unsafe_code, reason = "shapes the tiles and gives them back")]
        pub(in crate::kernels) fn with_tiles(self, part: Part, act: impl FnOnce(&Tiles)) {
            let bytes = part.columns();
            let mut shapes = Shapes { palette: 1, start_row: 0, reserved: [0; 14], row_bytes: [0; 16], rows: [0; 16] };
            // 0: sums, 1: rows of the prompt, 2: weights.
            for (tile, (tile_bytes, rows)) in [(64, 16), (bytes, 16), (64, bytes / 4)].into_iter().enumerate() {
                shapes.row_bytes[tile] = tile_bytes as u16;
                shapes.rows[tile] = rows as u8;
            }
            // SAFETY: `self` exists only where the processor has AMX and the system allows it; the shapes are within the
            // limits of palette 1 (16 rows of 64 bytes), and 64 bytes are read.
            unsafe { asm!("ldtilecfg [{}]", in(reg) std::ptr::from_ref(&shapes), options(nostack, readonly)) };
            act(&Tiles { part, here: std::marker::PhantomData });
            // SAFETY: as above.
            unsafe { asm!("tilerelease", options(nostack, nomem)) };
        }
    }

    impl Tiles {
        /// Products of one part's columns of sixteen rows of signed bytes (`numbers` finds a row's, four in each) with the
        /// same columns of sixteen rows of weights: by row of the former, then of the latter.
        #[inline(always)]
        #[expect(unsafe_code, reason = "loads, multiplies and stores tiles whose memory was measured")]
        pub(in crate::kernels) fn multiply<Row>(
            &self,
            rows: &[Row; 16],
            numbers: impl Fn(&Row) -> &[i32],
            weights: &[Group],
            products: &mut [[i32; 16]; 16],
        ) {
            let groups = self.part.columns() / 4;
            let (first, last) = (numbers(&rows[0]), numbers(&rows[15]));
            assert!(first.len() >= groups && last.len() >= groups && weights.len() >= groups);
            // SAFETY: the tiles have the shapes of `with_tiles`, in whose closure alone a `Tiles` exists, on its own thread.
            // Tile 1 takes `groups` times 4 bytes at the same place of each of 16 equally long rows, which were found to be
            // that long in the first and last; tile 2 takes `groups` times 64 bytes; tile 0 stores 16 times 64 bytes.
            unsafe {
                asm!(
                    "tilezero tmm0",
                    "tileloadd tmm1, [{rows} + {stride}*1]",
                    "tileloadd tmm2, [{weights} + {line}*1]",
                    "tdpbsud tmm0, tmm1, tmm2",
                    "tilestored [{products} + {line}*1], tmm0",
                    rows = in(reg) first.as_ptr(),
                    stride = in(reg) size_of::<Row>(),
                    weights = in(reg) weights.as_ptr(),
                    line = in(reg) 64_usize,
                    products = in(reg) products.as_mut_ptr(),
                    options(nostack),
                );
            }
        }
    }

    /// AMX-TILE and AMX-INT8, and that the system keeps the registers (XCR0 bits 17 and 18).
    #[expect(unsafe_code, reason = "asks for the registers the system keeps")]
    fn has_instructions() -> bool {
        use std::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
        #[target_feature(enable = "xsave")]
        fn kept() -> u64 {
            // SAFETY: register 0 exists where the system uses XSAVE.
            unsafe { _xgetbv(0) }
        }
        if __cpuid(0).eax < 7 || __cpuid(1).ecx & 1 << 27 == 0 {
            return false;
        }
        const AMX: u32 = 1 << 24 | 1 << 25;
        const TILES: u64 = 1 << 17 | 1 << 18;
        // SAFETY: bit 27 of CPUID 1 says that the system uses XSAVE.
        __cpuid_count(7, 0).edx & AMX == AMX && unsafe { kept() } & TILES == TILES
    }

    /// Asks Linux for the tile registers, for every thread of this process.
    #[expect(unsafe_code, reason = "a system call without pointers")]
    fn may_use_tiles() -> bool {
        const ARCH_PRCTL: i64 = 158;
        const ARCH_REQ_XCOMP_PERM: i64 = 0x1023;
        const TILE_DATA: i64 = 18;
        let answer: i64;
        // SAFETY: the call takes two numbers and only changes what this process may use; the kernel overwrites rcx and r11.
        unsafe {
            asm!(
                "syscall",
                inlateout("rax") ARCH_PRCTL => answer,
                in("rdi") ARCH_REQ_XCOMP_PERM,
                in("rsi") TILE_DATA,
                lateout("rcx") _,
                lateout("r11") _,
                options(nostack),
            );
        }
        answer == 0
    }
}
