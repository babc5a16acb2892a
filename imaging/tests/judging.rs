//! The quality gate: a good picture passes, each way of spoiling it is found and named.

mod common;

use common::*;
use hakim_imaging::{Quality, ReasonKind, Verdict, measure, quality};
use image::{Rgb, RgbImage, imageops};
use proptest::prelude::*;

fn judge(pixels: RgbImage) -> Quality {
    quality(&picture(pixels))
}

fn scaled(pixels: &RgbImage, by: [f32; 3]) -> RgbImage {
    let mut scaled = pixels.clone();
    for pixel in scaled.pixels_mut() {
        for (channel, by) in pixel.0.iter_mut().zip(by) {
            *channel = (f32::from(*channel) * by) as u8;
        }
    }
    scaled
}

fn refused_for(kind: ReasonKind, pixels: RgbImage) {
    let quality = judge(pixels);
    assert_eq!(quality.verdict, Verdict::Bad, "{quality:?}");
    assert!(quality.reasons.iter().any(|r| r.kind == kind && r.grave), "{kind:?} not among {quality:?}");
    assert!(quality.reasons[0].grave, "the gravest comes first: {quality:?}");
}

#[test]
fn a_sharp_well_lit_picture_is_good() {
    for (width, height) in [(600, 450), (1600, 1200), (3000, 4000)] {
        let quality = judge(skin(width, height));
        assert_eq!((quality.verdict, &quality.reasons[..]), (Verdict::Good, &[][..]), "{width} x {height}");
    }
}

#[test]
fn a_blurred_picture_is_refused() {
    refused_for(ReasonKind::Blurred, imageops::fast_blur(&skin(600, 450), 3.0));
    refused_for(ReasonKind::Blurred, imageops::fast_blur(&skin(2400, 1800), 14.0));
}

#[test]
fn a_sharp_lesion_before_a_blurred_background_is_good() {
    let sharp = skin(600, 450);
    let mut mixed = imageops::fast_blur(&sharp, 6.0);
    for y in 120..300 {
        for x in 200..400 {
            mixed.put_pixel(x, y, *sharp.get_pixel(x, y));
        }
    }
    assert_eq!(judge(mixed).verdict, Verdict::Good);
}

#[test]
fn too_little_and_too_much_light_are_refused() {
    refused_for(ReasonKind::TooDark, scaled(&skin(600, 450), [0.12; 3]));
    refused_for(ReasonKind::TooBright, scaled(&skin(600, 450), [2.5; 3]));
}

#[test]
fn a_white_a_black_and_a_grey_sheet_are_refused_as_what_they_are() {
    refused_for(ReasonKind::TooBright, RgbImage::from_pixel(600, 450, Rgb([255; 3])));
    refused_for(ReasonKind::TooDark, RgbImage::from_pixel(600, 450, Rgb([0; 3])));
    let grey = judge(RgbImage::from_pixel(600, 450, Rgb([130; 3])));
    assert_eq!(grey.reasons.iter().map(|r| r.kind).collect::<Vec<_>>(), [ReasonKind::Empty]);
}

#[test]
fn fog_is_refused_for_its_contrast() {
    let fog = scaled(&skin(600, 450), [0.1; 3]);
    let mut lifted = fog.clone();
    lifted.pixels_mut().for_each(|p| p.0 = p.0.map(|c| c + 150));
    refused_for(ReasonKind::LowContrast, lifted);
}

#[test]
fn reflections_are_remarked_and_large_ones_refused() {
    let spotted = |radius: i64| {
        let mut pixels = skin(600, 450);
        for (cx, cy) in [(200_i64, 150_i64), (400, 300), (300, 220)] {
            for y in cy - radius..cy + radius {
                for x in cx - radius..cx + radius {
                    if (x - cx).pow(2) + (y - cy).pow(2) < radius * radius {
                        pixels.put_pixel(x as u32, y as u32, Rgb([255; 3]));
                    }
                }
            }
        }
        pixels
    };
    let small = judge(spotted(25));
    assert_eq!(small.verdict, Verdict::Usable, "{small:?}");
    assert_eq!(small.reasons[0].kind, ReasonKind::Glare);
    refused_for(ReasonKind::Glare, spotted(62));
}

#[test]
fn a_lesion_on_a_white_sheet_is_not_glare() {
    let mut pixels = RgbImage::from_pixel(600, 450, Rgb([255; 3]));
    imageops::overlay(&mut pixels, &skin(520, 380), 40, 35);
    let quality = judge(pixels);
    assert!(quality.reasons.iter().all(|r| r.kind != ReasonKind::Glare), "{quality:?}");
    assert_ne!(quality.verdict, Verdict::Bad);
}

#[test]
fn blue_and_green_light_are_refused() {
    refused_for(ReasonKind::ColourCast, scaled(&skin(600, 450), [0.4, 0.7, 1.4]));
    refused_for(ReasonKind::ColourCast, scaled(&skin(600, 450), [0.4, 1.3, 0.6]));
}

#[test]
fn small_pictures_are_remarked_and_tiny_ones_refused() {
    let small = judge(skin(300, 300));
    assert_eq!((small.verdict, small.reasons.len()), (Verdict::Usable, 1));
    assert_eq!(
        (small.reasons[0].kind, small.reasons[0].measured, small.reasons[0].limit),
        (ReasonKind::TooSmall, 300.0, 400.0)
    );
    refused_for(ReasonKind::TooSmall, skin(64, 64));
}

#[test]
fn more_blur_never_measures_sharper() {
    let sharp = skin(512, 400);
    let measured: Vec<f64> = [0.0, 0.5, 1.0, 2.0, 4.0, 8.0]
        .map(|sigma| if sigma == 0.0 { sharp.clone() } else { imageops::fast_blur(&sharp, sigma) })
        .map(|pixels| measure(&picture(pixels)).sharpness)
        .to_vec();
    assert!(measured.is_sorted_by(|a, b| a >= b), "{measured:?}");
}

#[test]
fn every_reason_has_its_own_message_and_fix() {
    let keys: std::collections::BTreeSet<&str> =
        ReasonKind::ALL.iter().flat_map(|kind| [kind.key(), kind.fix_key()]).collect();
    assert_eq!(keys.len(), 2 * ReasonKind::ALL.len());
    assert!(keys.contains("image-blurred") && keys.contains("image-blurred-fix"));
}

proptest! {
    #[test]
    fn any_size_and_colour_is_judged(width in 1..40_u32, height in 1..40_u32, colour in any::<[u8; 3]>()) {
        let quality = judge(RgbImage::from_pixel(width, height, Rgb(colour)));
        prop_assert_eq!(quality.verdict, Verdict::Bad);
        prop_assert!(quality.reasons.iter().all(|r| r.measured.is_finite()));
    }
}
