//! Prints what the quality gate measures: `cargo run --release -p hakim-imaging --example measure -- FILES...`,
//! each file as it is and blurred, darkened, overexposed, tinted. The thresholds in `quality.rs` were set from it.

use hakim_imaging::{Format, Picture, measure, quality, read};
use image::{Rgb, RgbImage, imageops};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("file\tchange\tverdict\treasons\tside\tlaplacian\tsharpness\tlight\tburnt\tcontrast\tglare\tcast");
    for path in std::env::args_os().skip(1) {
        let name = path.to_string_lossy().into_owned();
        let picture = match read(&std::fs::read(&path)?, &name) {
            Ok(picture) => picture,
            Err(error) => {
                println!("{name}\t{error}");
                continue;
            }
        };
        for (change, pixels) in changed(picture.pixels()) {
            let picture = Picture::from_pixels(pixels, Format::Png);
            let (m, q) = (measure(&picture), quality(&picture));
            let reasons: Vec<String> = q.reasons.iter().map(|r| format!("{:?}", r.kind)).collect();
            println!(
                "{name}\t{change}\t{:?}\t{}\t{}\t{:.1}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.4}\t{:.3}",
                q.verdict,
                reasons.join(","),
                m.short_side,
                m.laplacian,
                m.sharpness,
                m.light,
                m.burnt,
                m.contrast,
                m.glare,
                m.cast
            );
        }
    }
    Ok(())
}

fn changed(pixels: &RgbImage) -> Vec<(&'static str, RgbImage)> {
    let scaled = |[r, g, b]: [f32; 3]| {
        RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
            let p = pixels.get_pixel(x, y).0;
            Rgb([(f32::from(p[0]) * r) as u8, (f32::from(p[1]) * g) as u8, (f32::from(p[2]) * b) as u8])
        })
    };
    // A blur is a share of the picture: 1 pixel on 512.
    let longer = pixels.width().max(pixels.height()) as f32 / 512.0;
    vec![
        ("as it is", pixels.clone()),
        ("blur 2", imageops::fast_blur(pixels, 2.0 * longer)),
        ("blur 4", imageops::fast_blur(pixels, 4.0 * longer)),
        ("blur 8", imageops::fast_blur(pixels, 8.0 * longer)),
        ("dark 0.5", scaled([0.5; 3])),
        ("dark 0.15", scaled([0.15; 3])),
        ("bright 1.5", scaled([1.5; 3])),
        ("bright 3", scaled([3.0; 3])),
        ("blue", scaled([0.5, 0.7, 1.3])),
        ("green", scaled([0.55, 1.2, 0.6])),
    ]
}
