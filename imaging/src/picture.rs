//! Reading a picture within limits, upright; giving it back without metadata; making a thumbnail.

use crate::ImagingError;
use crate::format::{Kind, jpeg_runs_to_its_end, kind};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, Rgb, RgbImage, imageops};
use std::io::Cursor;

/// Most bytes of a file: 30 MB.
pub const MAX_BYTES: u64 = 30 * 1024 * 1024;
/// Most pixels: 40 million, above what telephones of the clinics this is for take.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Most memory a decoder may ask for, bytes: 40 million pixels of 16-bit RGBA and some room.
const MAX_DECODER_BYTES: u64 = 400 * 1024 * 1024;
/// JPEG quality of what is stored, 1-100.
const STORED_QUALITY: u8 = 90;
/// JPEG quality of thumbnails, 1-100.
const THUMBNAIL_QUALITY: u8 = 80;

/// How a picture came, and how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PNG
    Png,
    /// JPEG
    Jpeg,
}

impl Format {
    /// `image/png` or `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// A decoded picture, upright, 8 bits of red, green and blue a pixel; transparent parts on white.
#[derive(Debug, Clone)]
pub struct Picture {
    pixels: RgbImage,
    format: Format,
}

/// A picture ready to be stored: no place, no time, no device, no preview inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    /// format of `bytes`
    pub format: Format,
    /// the file
    pub bytes: Vec<u8>,
}

/// Reads a PNG or JPEG file. `name` only serves the messages.
///
/// # Errors
/// One [`ImagingError`] for each thing the user can do something about. Never panics, whatever the bytes.
pub fn read(bytes: &[u8], name: &str) -> Result<Picture, ImagingError> {
    let name = || name.to_owned();
    if bytes.is_empty() {
        return Err(ImagingError::Empty { name: name() });
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ImagingError::TooManyBytes { name: name(), bytes: bytes.len() as u64, limit: MAX_BYTES });
    }
    let failed = |error: ImageError| decoding_error(name(), &error);
    match kind(bytes) {
        Kind::Png => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(failed)?;
            decode(decoder, Format::Png, name())
        }
        Kind::Jpeg => {
            if !jpeg_runs_to_its_end(bytes) {
                return Err(ImagingError::CutOff { name: name() });
            }
            let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(failed)?;
            decode(decoder, Format::Jpeg, name())
        }
        Kind::Other(format) => Err(ImagingError::Unsupported { name: name(), format: format.to_owned() }),
        Kind::Unknown => Err(ImagingError::NotAPicture { name: name() }),
    }
}

/// A JPEG whose longer side has at most `max_px` pixels (at least 1); a small picture is not enlarged.
///
/// # Errors
/// [`ImagingError::Encoding`].
pub fn thumbnail(picture: &Picture, max_px: u32) -> Result<Vec<u8>, ImagingError> {
    jpeg(&picture.shrunk(max_px), THUMBNAIL_QUALITY)
}

impl Picture {
    /// Takes pixels as they are, for pictures that do not come from a file.
    pub fn from_pixels(pixels: RgbImage, format: Format) -> Self {
        Self { pixels, format }
    }
    /// Width in pixels, upright.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }
    /// Height in pixels, upright.
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }
    /// How it came.
    pub fn format(&self) -> Format {
        self.format
    }
    /// The pixels.
    pub fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// The picture written anew from its pixels: a PNG stays one, unless it grew beyond [`MAX_BYTES`]; else JPEG.
    ///
    /// # Errors
    /// [`ImagingError::Encoding`].
    pub fn clean_bytes(&self) -> Result<Clean, ImagingError> {
        if self.format == Format::Png {
            let mut bytes = Vec::new();
            let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
            self.pixels.write_with_encoder(encoder).map_err(encoding_error)?;
            if bytes.len() as u64 <= MAX_BYTES {
                return Ok(Clean { format: Format::Png, bytes });
            }
        }
        Ok(Clean { format: Format::Jpeg, bytes: jpeg(&self.pixels, STORED_QUALITY)? })
    }

    /// The same picture with the longer side at most `max_px`.
    pub(crate) fn shrunk(&self, max_px: u32) -> RgbImage {
        let (width, height) = self.pixels.dimensions();
        let longer = width.max(height);
        let most = max_px.max(1);
        if longer <= most {
            return self.pixels.clone();
        }
        let scaled = |side: u32| ((u64::from(side) * u64::from(most)) / u64::from(longer)).max(1) as u32;
        imageops::thumbnail(&self.pixels, scaled(width), scaled(height))
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits
}

fn decode(mut decoder: impl ImageDecoder, format: Format, name: String) -> Result<Picture, ImagingError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(ImagingError::TooManyPixels { name, pixels, limit: MAX_PIXELS });
    }
    let outcome = decoder.set_limits(limits()).and_then(|()| {
        // A damaged orientation is no reason to refuse the picture.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut decoded = DynamicImage::from_decoder(decoder)?;
        decoded.apply_orientation(orientation);
        Ok(decoded)
    });
    match outcome {
        Ok(decoded) => Ok(Picture { pixels: on_white(decoded), format }),
        Err(error) => Err(decoding_error(name, &error)),
    }
}

fn on_white(decoded: DynamicImage) -> RgbImage {
    if !decoded.color().has_alpha() {
        return decoded.into_rgb8();
    }
    let with_alpha = decoded.into_rgba8();
    RgbImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let [r, g, b, a] = with_alpha.get_pixel(x, y).0.map(u32::from);
        Rgb([r, g, b].map(|c| ((c * a + 255 * (255 - a)) / 255) as u8))
    })
}

fn jpeg(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, ImagingError> {
    let mut bytes = Vec::new();
    pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).map_err(encoding_error)?;
    Ok(bytes)
}

fn decoding_error(name: String, error: &ImageError) -> ImagingError {
    let cut = std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<std::io::Error>())
        .is_some_and(|e| e.kind() == std::io::ErrorKind::UnexpectedEof)
        || matches!(error, ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof);
    if cut { ImagingError::CutOff { name } } else { ImagingError::Damaged { name, detail: error.to_string() } }
}

fn encoding_error(error: ImageError) -> ImagingError {
    ImagingError::Encoding { detail: error.to_string() }
}
