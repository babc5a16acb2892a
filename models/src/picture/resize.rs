//! Resizing as the models were trained with: each new pixel is a weighted mean of the old ones under it, along the lines, then
//! along the columns, both rounded to 8 bits. The weights are fixed-point numbers, as in the Pillow library, so that the
//! results are the same to the last bit (of its versions up to 10.4; 13.0 takes the columns first for some shapes).

use super::pixels::Pixels;

/// Binary places of a weight.
const PLACES: u32 = 22;

/// The curve of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// the pixel under the middle
    Nearest,
    /// a triangle
    Bilinear,
    /// two pieces of third degree (Keys 1981, with a = -1/2)
    Bicubic,
    /// three arcs of the sine
    Lanczos,
}

impl Filter {
    /// Pixels to each side.
    fn reach(self) -> f64 {
        match self {
            Self::Nearest => 0.0,
            Self::Bilinear => 1.0,
            Self::Bicubic => 2.0,
            Self::Lanczos => 3.0,
        }
    }

    fn weight(self, distance: f64) -> f64 {
        let x = distance.abs();
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (x * std::f64::consts::PI).sin() / (x * std::f64::consts::PI) };
        match self {
            Self::Bilinear if x < 1.0 => 1.0 - x,
            Self::Bicubic if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
            Self::Lanczos if x < 3.0 => sinc(x) * sinc(x / 3.0),
            _ => 0.0,
        }
    }
}

/// Which old pixels make a new one: the first, and the weight of each.
struct Mix {
    first: usize,
    weights: Vec<i32>,
}

fn mixes(old: usize, new: usize, filter: Filter) -> Vec<Mix> {
    let scale = old as f64 / new as f64;
    let stretch = scale.max(1.0);
    let reach = filter.reach() * stretch;
    let one = f64::from(1_u32 << PLACES);
    (0..new)
        .map(|place| {
            let middle = (place as f64 + 0.5) * scale;
            if filter == Filter::Nearest {
                return Mix { first: (middle as usize).min(old - 1), weights: vec![1 << PLACES] };
            }
            // A cast of what is below zero gives zero.
            let first = (middle - reach + 0.5) as usize;
            let end = ((middle + reach + 0.5) as usize).min(old);
            let curve: Vec<f64> = (first..end).map(|at| filter.weight((at as f64 - middle + 0.5) / stretch)).collect();
            let share = 1.0 / curve.iter().sum::<f64>();
            let weights = curve.iter().map(|weight| (weight * share * one).round() as i32).collect();
            Mix { first, weights }
        })
        .collect()
}

/// The picture in another size, bytes as in [`Pixels`].
pub(super) fn resize(picture: &Pixels<'_>, width: usize, height: usize, filter: Filter) -> Vec<u8> {
    let wide = if width == picture.width() {
        picture.rgb().to_vec()
    } else {
        let mixes = mixes(picture.width(), width, filter);
        let lines = picture.rgb().chunks_exact(3 * picture.width());
        let line = |line: &[u8]| -> Vec<u8> {
            mixes.iter().flat_map(|mix| [0, 1, 2].map(|colour| mixed(mix, |at| line[3 * at + colour]))).collect()
        };
        lines.flat_map(line).collect()
    };
    if height == picture.height() {
        return wide;
    }
    let line = 3 * width;
    let mixes = mixes(picture.height(), height, filter);
    mixes.iter().flat_map(|mix| (0..line).map(|column| mixed(mix, |at| wide[at * line + column]))).collect()
}

fn mixed(mix: &Mix, pixel: impl Fn(usize) -> u8) -> u8 {
    let half = 1_i64 << (PLACES - 1);
    let products =
        mix.weights.iter().enumerate().map(|(n, weight)| i64::from(*weight) * i64::from(pixel(mix.first + n)));
    ((half + products.sum::<i64>()) >> PLACES).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_colour_stays_that_colour_in_every_size() {
        let rgb = [10, 200, 30].repeat(7 * 5);
        let picture = Pixels::new(7, 5, &rgb).expect("fits");
        for filter in [Filter::Nearest, Filter::Bilinear, Filter::Bicubic, Filter::Lanczos] {
            for (width, height) in [(3, 2), (7, 5), (20, 9), (1, 1)] {
                assert_eq!(resize(&picture, width, height, filter), [10, 200, 30].repeat(width * height), "{filter:?}");
            }
        }
    }

    #[test]
    fn every_byte_is_that_of_pillow() {
        use sha2::{Digest, Sha256};

        #[derive(serde::Deserialize)]
        struct Case {
            from: (usize, usize),
            to: (usize, usize),
            filter: u8,
            sha256: String,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/picture/resized.json")).expect("parses");
        for Case { from, to, filter, sha256 } in cases {
            // The same as in `make.py`.
            let pixel = |x: usize, y: usize, c: usize| x * 7 + y * 13 + c * 53 + x * y / 5 + (x / 9) * (y / 4) * 31;
            let byte = |n: usize| (pixel(n / 3 % from.0, n / 3 / from.0, n % 3) % 256) as u8;
            let rgb: Vec<u8> = (0..3 * from.0 * from.1).map(byte).collect();
            let filter = [Filter::Lanczos, Filter::Bilinear, Filter::Bicubic][usize::from(filter) - 1];
            let resized = resize(&Pixels::new(from.0, from.1, &rgb).expect("fits"), to.0, to.1, filter);
            let sum: String = Sha256::digest(&resized).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(sum, sha256, "{from:?} to {to:?}, {filter:?}");
        }
    }

    #[test]
    fn halves_are_means() {
        let picture = Pixels::new(4, 1, &[0, 0, 0, 100, 100, 100, 200, 200, 200, 100, 0, 0]).expect("fits");
        // A triangle over four pixels with weights 1 3 3 1, less what lies outside.
        assert_eq!(resize(&picture, 2, 1, Filter::Bilinear), [71, 71, 71, 143, 100, 100]);
        assert_eq!(resize(&picture, 2, 1, Filter::Nearest), [100, 100, 100, 100, 0, 0]);
    }
}
