//! `preprocessor_config.json`: what is done to a picture before the model sees it.

use super::config::read_json;
use super::pixels::Pixels;
use super::resize::{Filter, resize};
use crate::error::ModelError;
use serde::Deserialize;
use std::path::Path;

/// Pixels of the middle part that is looked at, and before it is cut out: a picture may be this many times as long as wide.
const LONGEST_RATIO: usize = 32;

/// What a picture is resized to before the middle is cut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// the shorter side; the picture keeps its shape
    Shorter(usize),
    /// both sides, whatever the shape was
    Both,
}

/// From any picture to the numbers the model wants.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Preparation {
    /// pixels of the square that comes out
    side: usize,
    size: Size,
    filter: Filter,
    /// each colour value is multiplied with the first and added to the second
    colours: [(f32, f32); 3],
}

/// As it is written.
#[derive(Deserialize, Default)]
pub(super) struct Raw {
    do_resize: Option<bool>,
    size: Option<RawSize>,
    resample: Option<u8>,
    do_center_crop: Option<bool>,
    crop_size: Option<RawSize>,
    do_rescale: Option<bool>,
    rescale_factor: Option<f64>,
    do_normalize: Option<bool>,
    image_mean: Option<[f64; 3]>,
    image_std: Option<[f64; 3]>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(untagged)]
enum RawSize {
    One(usize),
    Shorter { shortest_edge: usize },
    Sides { height: usize, width: usize },
}

impl Raw {
    /// What clip.cpp does: the shorter side becomes `side` pixels, and the middle is cut out.
    pub(super) fn cut_from_the_middle(side: usize, mean: [f64; 3], deviation: [f64; 3]) -> Self {
        Self {
            size: Some(RawSize::One(side)),
            do_center_crop: Some(true),
            image_mean: Some(mean),
            image_std: Some(deviation),
            ..Self::default()
        }
    }
}

impl Preparation {
    /// Reads the file for a model that takes squares of `side` pixels.
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt` when what comes out would not be such a square, `Unsupported` for another way of resizing.
    pub(super) fn read(path: &Path, side: usize) -> Result<Self, ModelError> {
        Self::of(&read_json(path)?, side, path)
    }

    /// From what was written in the file at `path`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn of(raw: &Raw, side: usize, path: &Path) -> Result<Self, ModelError> {
        let wrong = |what: String| ModelError::corrupt(path, what);
        if raw.do_resize == Some(false) {
            return Err(ModelError::unsupported(path, "a picture encoder whose pictures are not resized"));
        }
        let crops = raw.do_center_crop.unwrap_or(raw.crop_size.is_some());
        let cut = match (crops, raw.crop_size) {
            (false, _) | (true, None) => side,
            (true, Some(RawSize::One(cut))) => cut,
            (true, Some(RawSize::Sides { height, width })) if height == width => height,
            (true, Some(_)) => return Err(wrong("`crop_size` is no square".into())),
        };
        let size = match raw.size {
            Some(RawSize::Sides { height, width }) if height == side && width == side => Size::Both,
            Some(RawSize::One(shorter) | RawSize::Shorter { shortest_edge: shorter })
                if crops && (side..=4 * side).contains(&shorter) =>
            {
                Size::Shorter(shorter)
            }
            Some(RawSize::One(both)) if !crops && both == side => Size::Both,
            _ => return Err(wrong(format!("`size` does not lead to squares of {side} pixels"))),
        };
        if cut != side {
            return Err(wrong(format!("squares of {cut} pixels come out where the model takes {side}")));
        }
        let filter = match raw.resample.unwrap_or(3) {
            0 => Filter::Nearest,
            1 => Filter::Lanczos,
            2 => Filter::Bilinear,
            3 => Filter::Bicubic,
            other => return Err(ModelError::unsupported(path, format!("a picture encoder with the filter {other}"))),
        };
        let factor = if raw.do_rescale == Some(false) { 1.0 } else { raw.rescale_factor.unwrap_or(1.0 / 255.0) };
        let normalises = raw.do_normalize.unwrap_or(true);
        let (mean, deviation) = match (normalises, raw.image_mean, raw.image_std) {
            (false, ..) => ([0.0; 3], [1.0; 3]),
            (true, Some(mean), Some(deviation)) => (mean, deviation),
            (true, ..) => return Err(wrong("`image_mean` or `image_std` is missing".into())),
        };
        let colours = std::array::from_fn(|n| ((factor / deviation[n]) as f32, (-mean[n] / deviation[n]) as f32));
        let sound = |(times, plus): &(f32, f32)| times.is_finite() && *times > 0.0 && plus.is_finite();
        if !colours.iter().all(sound) {
            return Err(wrong("`image_mean`, `image_std` or `rescale_factor` is out of range".into()));
        }
        Ok(Self { side, size, filter, colours })
    }

    /// Three layers of `side` times `side` numbers: red, green, blue.
    pub(super) fn apply(&self, picture: &Pixels<'_>) -> Vec<f32> {
        let (width, height) = self.resized(picture.width(), picture.height());
        let resized = resize(picture, width, height, self.filter);
        let (left, top) = ((width - self.side) / 2, (height - self.side) / 2);
        let mut numbers = Vec::with_capacity(3 * self.side * self.side);
        for (colour, (times, plus)) in self.colours.into_iter().enumerate() {
            for line in resized.chunks_exact(3 * width).skip(top).take(self.side) {
                let line = line[3 * left..].as_chunks::<3>().0.iter().take(self.side);
                numbers.extend(line.map(|pixel| f32::from(pixel[colour]) * times + plus));
            }
        }
        numbers
    }

    /// Both sides are at least that of the square.
    fn resized(&self, width: usize, height: usize) -> (usize, usize) {
        let longer = |shorter: usize, long: usize, short: usize| (shorter * long / short).min(shorter * LONGEST_RATIO);
        match self.size {
            Size::Both => (self.side, self.side),
            Size::Shorter(shorter) if width <= height => (shorter, longer(shorter, height, width)),
            Size::Shorter(shorter) => (longer(shorter, width, height), shorter),
        }
    }
}
