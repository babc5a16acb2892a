//! A picture as it comes in.

/// Red, green and blue of each pixel, row by row from the top, 8 bits each.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    width: usize,
    height: usize,
    rgb: &'a [u8],
}

impl<'a> Pixels<'a> {
    /// Longest side, pixels.
    pub const LONGEST: usize = 1 << 15;

    /// None unless there are `3 * width * height` bytes, at least one pixel, and no side beyond [`Self::LONGEST`].
    pub fn new(width: usize, height: usize, rgb: &'a [u8]) -> Option<Self> {
        let sides = 1..=Self::LONGEST;
        let fits = sides.contains(&width) && sides.contains(&height) && rgb.len() == 3 * width * height;
        fits.then_some(Self { width, height, rgb })
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn rgb(&self) -> &'a [u8] {
        self.rgb
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_bytes_as_the_sides_say_or_none() {
        assert!(Pixels::new(2, 1, &[0; 6]).is_some());
        assert!(Pixels::new(2, 1, &[0; 5]).is_none());
        assert!(Pixels::new(0, 1, &[]).is_none());
        assert!(Pixels::new(Pixels::LONGEST + 1, usize::MAX, &[]).is_none());
    }
}
