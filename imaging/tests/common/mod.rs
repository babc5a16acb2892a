//! Pictures made for the tests: a skin-coloured scene with texture, and files around it.
#![allow(dead_code, clippy::unwrap_used, reason = "test code; each test file uses a part of it")]

use hakim_imaging::{Format, Picture};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Skin with pores, hairs and a dark lesion: texture at every scale, from a fixed sequence of numbers.
pub(crate) fn skin(width: u32, height: u32) -> RgbImage {
    let mut state = 0x2545_F491_u32;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f64::from(state) / f64::from(u32::MAX)
    };
    let mut picture = RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let light = 0.75 + 0.2 * (u * 2.1).sin() * (v * 1.7).cos();
        let lesion = ((u - 0.5).powi(2) + (v - 0.45).powi(2)).sqrt() < 0.18 + 0.02 * (u * 40.0).sin();
        let shade = light * if lesion { 0.55 } else { 1.0 } + 0.06 * (next() - 0.5);
        Rgb([215.0, 160.0, 135.0].map(|c: f64| (c * shade).clamp(0.0, 255.0) as u8))
    });
    for _ in 0..60 {
        let (mut x, mut y) = (next() * f64::from(width), next() * f64::from(height));
        let (dx, dy) = (next() - 0.5, next() - 0.5);
        for _ in 0..width / 8 {
            if x >= 0.0 && y >= 0.0 && x < f64::from(width) && y < f64::from(height) {
                picture.put_pixel(x as u32, y as u32, Rgb([70, 50, 40]));
            }
            (x, y) = (x + dx, y + dy);
        }
    }
    picture
}

pub(crate) fn picture(pixels: RgbImage) -> Picture {
    Picture::from_pixels(pixels, Format::Png)
}

pub(crate) fn png(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    pixels.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

pub(crate) fn jpeg(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    bytes
}

/// A JPEG with an Exif segment: this orientation, and a description that says where it was taken.
pub(crate) fn jpeg_with_exif(pixels: &RgbImage, orientation: u16, place: &str) -> Vec<u8> {
    let plain = jpeg(pixels);
    let mut tiff: Vec<u8> = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    // ImageDescription (0x010E), ASCII, at offset 38.
    tiff.extend([0x01, 0x0E, 0, 2]);
    tiff.extend((place.len() as u32).to_be_bytes());
    tiff.extend(38_u32.to_be_bytes());
    // Orientation (0x0112), SHORT, 1.
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    tiff.extend(orientation.to_be_bytes());
    tiff.extend([0, 0, 0, 0, 0, 0]);
    tiff.extend(place.as_bytes());
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let mut file = plain[..2].to_vec();
    file.extend([0xFF, 0xE1]);
    file.extend((segment.len() as u16 + 2).to_be_bytes());
    file.extend(segment);
    file.extend(&plain[2..]);
    file
}

/// A PNG chunk with its checksum.
pub(crate) fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    let crc = body.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
    });
    [&(data.len() as u32).to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}
