//! What is read, what is refused and with which words, and what is left out of what is stored.

mod common;

use common::*;
use hakim_imaging::{Format, ImagingError, MAX_BYTES, read, thumbnail};
use image::{ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;
use std::io::Cursor;

#[test]
fn a_png_and_a_jpeg_are_read() {
    let pixels = skin(200, 150);
    let from_png = read(&png(&pixels), "arm.png").unwrap();
    assert_eq!((from_png.pixels(), from_png.format()), (&pixels, Format::Png));
    let from_jpeg = read(&jpeg(&pixels), "arm.jpg").unwrap();
    assert_eq!((from_jpeg.width(), from_jpeg.height(), from_jpeg.format()), (200, 150, Format::Jpeg));
}

#[test]
fn the_name_does_not_decide_the_format() {
    assert_eq!(read(&png(&skin(20, 20)), "arm.jpg").unwrap().format(), Format::Png);
}

#[test]
fn a_picture_is_turned_upright_and_its_place_is_not_stored() {
    let mut pixels = skin(200, 100);
    for x in 0..100 {
        for y in 0..100 {
            pixels.put_pixel(x, y, image::Rgb([10, 10, 200]));
        }
    }
    let file = jpeg_with_exif(&pixels, 6, "taken at 31.5204 N 74.3587 E");
    assert!(holds(&file, b"31.5204"));
    let upright = read(&file, "arm.jpg").unwrap();
    assert_eq!((upright.width(), upright.height()), (100, 200));
    assert!(upright.pixels().get_pixel(50, 50).0[2] > 150, "the left half comes to the top");
    assert!(upright.pixels().get_pixel(50, 150).0[2] < 180);
    let clean = upright.clean_bytes().unwrap();
    assert_eq!(clean.format, Format::Jpeg);
    assert!(!holds(&clean.bytes, b"31.5204") && !holds(&clean.bytes, b"Exif"));
    let again = read(&clean.bytes, "stored").unwrap();
    assert_eq!((again.width(), again.height()), (100, 200), "it is not turned a second time");
}

#[test]
fn the_text_chunks_of_a_png_are_not_stored() {
    let plain = png(&skin(60, 60));
    let text = png_chunk(b"tEXt", b"Comment\0taken in Kasur");
    let file = [&plain[..33], &text, &plain[33..]].concat();
    let clean = read(&file, "arm.png").unwrap().clean_bytes().unwrap();
    assert_eq!(clean.format, Format::Png);
    assert!(holds(&file, b"Kasur") && !holds(&clean.bytes, b"Kasur"));
    assert_eq!(read(&clean.bytes, "stored").unwrap().pixels(), &skin(60, 60), "a PNG loses nothing");
}

#[test]
fn transparent_parts_become_white() {
    let clear = RgbaImage::from_pixel(30, 30, Rgba([0, 0, 0, 0]));
    let mut bytes = Vec::new();
    clear.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    assert_eq!(read(&bytes, "x.png").unwrap().pixels().get_pixel(3, 3).0, [255; 3]);
}

#[test]
fn other_formats_are_named() {
    let dicom = [&[0_u8; 128][..], b"DICM", &[0; 40]].concat();
    for (bytes, format) in [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "HEIC"),
        (b"%PDF-1.7\n%\xE2\xE3".to_vec(), "PDF"),
        (b"GIF89a\x01\0\x01\0".to_vec(), "GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(), "WebP"),
        (b"II*\0\x08\0\0\0".to_vec(), "TIFF"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0".to_vec(), "video"),
        (b"<?xml version=\"1.0\"?><svg xmlns='x'/>".to_vec(), "SVG"),
        (dicom, "DICOM"),
    ] {
        match read(&bytes, "file").unwrap_err() {
            ImagingError::Unsupported { format: found, .. } => assert_eq!(found, format),
            other => panic!("{format}: {other}"),
        }
    }
    let error = read(b"%PDF-1.7", "letter.pdf").unwrap_err();
    assert_eq!(error.key(), "image-unsupported");
    assert_eq!(error.to_string(), "letter.pdf is a PDF file; save it as JPEG or PNG");
}

#[test]
fn empty_junk_and_text_are_told_apart() {
    assert!(matches!(read(b"", "x"), Err(ImagingError::Empty { .. })));
    assert!(matches!(read(b"hello, this is a note", "x"), Err(ImagingError::NotAPicture { .. })));
    assert!(matches!(read(&[0; 5000], "x"), Err(ImagingError::NotAPicture { .. })));
}

#[test]
fn a_picture_cut_anywhere_is_refused() {
    let pixels = skin(120, 90);
    for (file, name) in [(jpeg_with_exif(&pixels, 1, "x"), "x.jpg"), (png(&pixels), "x.png")] {
        for part in 1..20 {
            let cut = &file[..file.len() * part / 20];
            let error = read(cut, name).unwrap_err();
            assert!(
                matches!(error, ImagingError::CutOff { .. } | ImagingError::Damaged { .. }),
                "{name} cut to {part}/20: {error}"
            );
        }
    }
    let whole = jpeg(&pixels);
    assert!(matches!(read(&whole[..whole.len() - 2], "x"), Err(ImagingError::CutOff { .. })));
}

#[test]
fn a_small_file_that_unpacks_to_a_huge_picture_is_refused_at_once() {
    let header = [&60_000_u32.to_be_bytes()[..], &60_000_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let bomb = [b"\x89PNG\r\n\x1a\n", &png_chunk(b"IHDR", &header)[..], &png_chunk(b"IDAT", &[0x78, 0x9C])].concat();
    let error = read(&bomb, "bomb.png").unwrap_err();
    assert_eq!(error.key(), "image-too-many-pixels", "{error}");

    let mut jpeg = jpeg(&skin(64, 64));
    let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    let error = read(&jpeg, "bomb.jpg").unwrap_err();
    assert_eq!(error.key(), "image-too-many-pixels", "{error}");
}

#[test]
fn a_file_above_the_limit_is_refused() {
    let mut large = png(&skin(10, 10));
    large.resize(MAX_BYTES as usize + 1, 0);
    assert!(matches!(read(&large, "x"), Err(ImagingError::TooManyBytes { .. })));
}

#[test]
fn a_thumbnail_keeps_the_shape_and_is_never_larger() {
    let small = |w, h, most| {
        let bytes = thumbnail(&picture(skin(w, h)), most).unwrap();
        let small = read(&bytes, "t.jpg").unwrap();
        (small.format(), small.width(), small.height())
    };
    assert_eq!(small(400, 200, 100), (Format::Jpeg, 100, 50));
    assert_eq!(small(200, 400, 100), (Format::Jpeg, 50, 100));
    assert_eq!(small(40, 20, 100), (Format::Jpeg, 40, 20));
    assert_eq!(small(2000, 1, 100), (Format::Jpeg, 100, 1));
    assert_eq!(small(50, 50, 0), (Format::Jpeg, 1, 1));
}

fn holds(file: &[u8], word: &[u8]) -> bool {
    file.windows(word.len()).any(|w| w == word)
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), beginning in 0..4_usize) {
        let beginnings: [&[u8]; 4] = [b"", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", &[0xFF, 0xD8, 0xFF, 0xE1], b"\0\0\0\x18ftyp"];
        let _ = read(&[beginnings[beginning], &bytes].concat(), "junk");
    }

    #[test]
    fn no_damage_makes_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        as_jpeg in any::<bool>(),
    ) {
        let pixels = skin(48, 40);
        let mut file = if as_jpeg { jpeg_with_exif(&pixels, 8, "x") } else { png(&pixels) };
        for (at, value) in &changes {
            let at = at.index(file.len());
            file[at] = *value;
        }
        if let Ok(picture) = read(&file, "damaged") {
            let quality = hakim_imaging::quality(&picture);
            prop_assert!(quality.reasons.iter().all(|r| r.measured.is_finite()));
            picture.clean_bytes().unwrap();
            thumbnail(&picture, 32).unwrap();
        }
    }
}
