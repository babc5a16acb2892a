//! What kind of file some bytes are, told from their beginning, never from the file's name.

use image::ImageFormat;

/// What the first bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// read
    Png,
    /// read
    Jpeg,
    /// known but not read; name for the user
    Other(&'static str),
    /// nothing known
    Unknown,
}

/// Recognises a file by its beginning.
pub(crate) fn kind(bytes: &[u8]) -> Kind {
    if let Ok(format) = image::guess_format(bytes) {
        return match format {
            ImageFormat::Png => Kind::Png,
            ImageFormat::Jpeg => Kind::Jpeg,
            ImageFormat::Gif => Kind::Other("GIF"),
            ImageFormat::WebP => Kind::Other("WebP"),
            ImageFormat::Tiff => Kind::Other("TIFF"),
            ImageFormat::Bmp => Kind::Other("BMP"),
            ImageFormat::Avif => Kind::Other("AVIF"),
            ImageFormat::Ico => Kind::Other("ICO"),
            // The rest have beginnings too short to be told from junk.
            _ => Kind::Unknown,
        };
    }
    if bytes.starts_with(b"%PDF") {
        return Kind::Other("PDF");
    }
    if bytes.get(128..132) == Some(b"DICM") {
        return Kind::Other("DICOM");
    }
    // ISO base media: size, then `ftyp` and the brand.
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12) {
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => Kind::Other("HEIC"),
            Some(b"avif" | b"avis") => Kind::Other("AVIF"),
            _ => Kind::Other("video"),
        };
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Kind::Other("ZIP or Office");
    }
    let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    if beginning.contains("<svg") {
        return Kind::Other("SVG");
    }
    Kind::Unknown
}

/// Whether a JPEG runs to its end marker. Decoders fill what is missing with grey, which must not pass for a picture.
///
/// Walks the segments as ITU-T T.81 Annex B lays them out: markers with a length are stepped over, so that the end
/// marker of a preview inside them does not count.
pub(crate) fn jpeg_runs_to_its_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        // Coded data and fill bytes: on to the next 0xFF that is followed by a real marker.
        let Some(marker) = bytes.get(at..).and_then(next_marker) else { return false };
        at += marker.0 + 2;
        match marker.1 {
            0xD9 => return true,
            0x01 | 0xD0..=0xD8 => {}
            _ => match bytes.get(at..at + 2) {
                Some(&[high, low]) => at += usize::from(u16::from_be_bytes([high, low])).max(2),
                _ => return false,
            },
        }
    }
}

/// Offset and kind of the next marker.
fn next_marker(bytes: &[u8]) -> Option<(usize, u8)> {
    bytes.windows(2).enumerate().find_map(|(i, pair)| match pair {
        [0xFF, 0x00 | 0xFF] => None,
        [0xFF, kind] => Some((i, *kind)),
        _ => None,
    })
}
