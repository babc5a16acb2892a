//! What can be counted on a picture: sharpness, light, contrast, reflections, colour.
//!
//! All but the size is measured on a copy whose longer side is at most [`SIDE`] pixels, so that a number means the same
//! for a telephone's 12 million pixels and for a small picture. Sharpness starts from the variance of the Laplacian
//! (reviewed by Pertuz, Puig, Garcia, "Analysis of focus measure operators", Pattern Recognition 2013), taken on the
//! sharpest tiles: a close-up is good when the lesion is sharp, whatever the background. As such it depends on what
//! is seen more than on the focus (a sharp blood smear measures 29, a blurred foot 6, a sharp one 540), so it is
//! compared with itself after a slight blur (the idea of Crete et al., "The blur effect", SPIE 2007): sharp pictures
//! lose nearly all of it, blurred ones little. Tenengrad was tried and did not tell the two apart.

use crate::Picture;
use image::{RgbImage, imageops};
use std::ops::Range;

/// Longer side of the copy that is measured, pixels.
pub(crate) const SIDE: u32 = 512;
/// Tiles along the longer side.
const TILES: usize = 16;
/// Share of the tiles whose sharpness counts.
const SHARPEST: f64 = 0.1;
/// From here on a channel counts as saturated, of 255.
const SATURATED: u8 = 250;
/// Up to here a pixel is black: padding or the dark around an X-ray, of 255.
const BLACK: u8 = 16;
/// Laplacian variance of a plain surface: rounding to 8 bits alone makes 1.7 (20/12). Below it, sharpness is lowered
/// in proportion.
const LAPLACIAN_FLOOR: f64 = 4.0;
/// Blur that sharpness is tested with, pixels.
const TEST_BLUR: f32 = 1.5;
/// Smallest reflection that counts, share of the picture.
const SMALLEST_BLOB: f64 = 0.0005;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// shorter side of the picture itself, pixels
    pub short_side: f64,
    /// variance of the Laplacian on the sharpest tiles, luma 0-255
    pub laplacian: f64,
    /// share of the Laplacian variance that a slight blur takes away, 0 (blurred already) to 1
    pub sharpness: f64,
    /// luma that 90 % of the pixels stay under, 0-1
    pub light: f64,
    /// share of the pixels that are not black with a channel saturated, 0-1
    pub burnt: f64,
    /// spread of luma between the 2 % darkest and the 2 % brightest, 0-1
    pub contrast: f64,
    /// share of the picture in saturated spots that do not reach the border, 0-1
    pub glare: f64,
    /// how far the mean colour of mid-bright pixels lies towards green, blue or violet, where skin never is; 0-1
    pub cast: f64,
}

/// Measures a picture.
pub fn measure(picture: &Picture) -> Measures {
    let small = picture.shrunk(SIDE);
    let luma = Luma::of(&small);
    let mut sorted = luma.values.clone();
    sorted.sort_by(f32::total_cmp);
    let quantile = |q: f64| f64::from(sorted[((sorted.len() - 1) as f64 * q).round() as usize]) / 255.0;
    let laplacian = luma.sharpest_laplacian();
    let after = Luma::of(&imageops::fast_blur(&small, TEST_BLUR)).sharpest_laplacian();
    let lost = if laplacian > 0.0 { (1.0 - after / laplacian).clamp(0.0, 1.0) } else { 0.0 };
    let saturated: Vec<bool> = small.pixels().map(|p| p.0.iter().all(|c| *c >= SATURATED)).collect();
    Measures {
        short_side: f64::from(picture.width().min(picture.height())),
        laplacian,
        sharpness: lost * (laplacian / LAPLACIAN_FLOOR).min(1.0),
        light: quantile(0.90),
        burnt: burnt(&small),
        contrast: quantile(0.98) - quantile(0.02),
        glare: spots(&saturated, small.width() as usize),
        cast: cast(&small),
    }
}

/// Luma plane, 0-255 (ITU-R BT.601 weights).
struct Luma {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Luma {
    fn of(image: &RgbImage) -> Self {
        let luma = |p: &image::Rgb<u8>| {
            let [r, g, b] = p.0.map(f32::from);
            0.299 * r + 0.587 * g + 0.114 * b
        };
        Self {
            width: image.width() as usize,
            height: image.height() as usize,
            values: image.pixels().map(luma).collect(),
        }
    }

    fn at(&self, x: usize, y: usize) -> f64 {
        f64::from(self.values[y * self.width + x])
    }

    /// Mean Laplacian variance of the tiles where it is highest; 0 for a picture too small for any.
    fn sharpest_laplacian(&self) -> f64 {
        let tile = (self.width.max(self.height) / TILES).max(8);
        let mut found: Vec<f64> = Vec::new();
        for top in (1..self.height.saturating_sub(1)).step_by(tile) {
            for left in (1..self.width.saturating_sub(1)).step_by(tile) {
                let (right, bottom) = ((left + tile).min(self.width - 1), (top + tile).min(self.height - 1));
                found.push(self.laplacian_variance(left..right, top..bottom));
            }
        }
        found.sort_by(|a, b| b.total_cmp(a));
        found.truncate(((found.len() as f64 * SHARPEST).ceil() as usize).max(1));
        if found.is_empty() { 0.0 } else { found.iter().sum::<f64>() / found.len() as f64 }
    }

    fn laplacian_variance(&self, columns: Range<usize>, rows: Range<usize>) -> f64 {
        let (mut sum, mut squares, n) = (0.0, 0.0, (columns.len() * rows.len()) as f64);
        for y in rows {
            for x in columns.clone() {
                let around = self.at(x - 1, y) + self.at(x + 1, y) + self.at(x, y - 1) + self.at(x, y + 1);
                let laplacian = around - 4.0 * self.at(x, y);
                sum += laplacian;
                squares += laplacian * laplacian;
            }
        }
        (squares / n - (sum / n) * (sum / n)).max(0.0)
    }
}

/// Share of the pixels that are not black with a channel saturated.
fn burnt(image: &RgbImage) -> f64 {
    let brightest = image.pixels().map(|p| p.0.iter().copied().max().unwrap_or(0));
    let (mut lit, mut over) = (0_u32, 0_u32);
    for channel in brightest.filter(|c| *c > BLACK) {
        lit += 1;
        over += u32::from(channel >= SATURATED);
    }
    if lit == 0 { 0.0 } else { f64::from(over) / f64::from(lit) }
}

/// Share of the picture in connected saturated spots that do not touch the border: a white sheet or a blank
/// background reaches the border, a reflection on skin seldom does.
fn spots(saturated: &[bool], width: usize) -> f64 {
    let height = saturated.len() / width;
    let mut seen = vec![false; saturated.len()];
    let mut total = 0;
    for start in 0..saturated.len() {
        if seen[start] || !saturated[start] {
            continue;
        }
        let (mut size, mut at_border, mut stack) = (0, false, vec![start]);
        seen[start] = true;
        while let Some(i) = stack.pop() {
            size += 1;
            let (x, y) = (i % width, i / width);
            if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
                at_border = true;
            }
            let neighbours = [
                (x > 0).then(|| i - 1),
                (x + 1 < width).then(|| i + 1),
                (y > 0).then(|| i - width),
                (y + 1 < height).then(|| i + width),
            ];
            for next in neighbours.into_iter().flatten().filter(|n| saturated[*n]) {
                if !std::mem::replace(&mut seen[next], true) {
                    stack.push(next);
                }
            }
        }
        if !at_border && size as f64 >= SMALLEST_BLOB * saturated.len() as f64 {
            total += size;
        }
    }
    total as f64 / saturated.len() as f64
}

/// Mean colour of pixels neither black nor burnt; skin, wounds and paper keep red at least as strong as green and
/// blue. What the others have over red, as a share of the brightness.
fn cast(image: &RgbImage) -> f64 {
    let (mut sums, mut n) = ([0.0_f64; 3], 0.0);
    for pixel in image.pixels() {
        let most = pixel.0.iter().copied().max().unwrap_or(0);
        if (40..SATURATED).contains(&most) {
            for (sum, channel) in sums.iter_mut().zip(pixel.0) {
                *sum += f64::from(channel);
            }
            n += 1.0;
        }
    }
    let [r, g, b] = sums;
    let brightest = r.max(g).max(b);
    if n < 0.05 * f64::from(image.width() * image.height()) || brightest <= 0.0 {
        return 0.0;
    }
    (g.max(b) - r).max(0.0) / brightest
}
