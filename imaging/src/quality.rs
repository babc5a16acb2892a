//! Whether a picture can be used, and if not, why and what to do: each reason with what was measured and the limit.

use crate::{Picture, measure};
use serde::{Deserialize, Serialize};

/// Whether a picture can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// nothing found
    Good,
    /// can be used, could be better
    Usable,
    /// take it again
    Bad,
}

/// What is wrong with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// too few pixels
    TooSmall,
    /// nothing on it
    Empty,
    /// out of focus or moved
    Blurred,
    /// too little light
    TooDark,
    /// too much light
    TooBright,
    /// all about equally bright
    LowContrast,
    /// reflections
    Glare,
    /// coloured light
    ColourCast,
}

/// One thing wrong, with its number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// what
    pub kind: ReasonKind,
    /// what was measured; unit as in [`crate::Measures`]
    pub measured: f64,
    /// the limit it missed, same unit
    pub limit: f64,
    /// alone enough to refuse the picture
    pub grave: bool,
}

/// The verdict and its reasons, gravest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// can it be used
    pub verdict: Verdict,
    /// why not
    pub reasons: Vec<Reason>,
}

/// Past `remark` a reason is given, past `refuse` the picture should be taken again.
///
/// Set on 2026-11-23 with `examples/measure.rs` on 30 wound photographs (FUSeg), 60 wound crops (AZH), 30 blood smears
/// (BCCD) and 40 chest X-rays, as they are and blurred, darkened, overexposed and tinted. The comments give the 5 %,
/// 50 % and 95 % points over all of them.
struct Limits {
    remark: f64,
    refuse: f64,
}

/// Shorter side, pixels, at least. A crop of 150 pixels still shows a wound; under 100 it does not.
const SIDE: Limits = Limits { remark: 400.0, refuse: 96.0 };
/// Spread of luma under which nothing is on the picture at all.
const EMPTY_CONTRAST: f64 = 0.03;
/// Sharpness, at least. As they are 0.88 to 0.99; blurred by 2 of 512 pixels 0.15 to 0.6, by 4 under 0.5.
const SHARPNESS: Limits = Limits { remark: 0.80, refuse: 0.60 };
/// Luma of the brighter parts, at least. As they are from 0.51; at half the light 0.25 to 0.45, at 15 % under 0.15.
const LIGHT: Limits = Limits { remark: 0.40, refuse: 0.20 };
/// Share of burnt pixels, at most. As they are 0 to 0.27 (white sheets); at 3 times the light 0.36 to 1.
const BURNT: Limits = Limits { remark: 0.20, refuse: 0.50 };
/// Spread of luma, at least. As they are from 0.25; at 15 % of the light under 0.14.
const CONTRAST: Limits = Limits { remark: 0.20, refuse: 0.10 };
/// Share of reflections, at most. As they are under 0.002; at 1.5 times the light up to 0.12.
const GLARE: Limits = Limits { remark: 0.01, refuse: 0.08 };
/// Green or blue over red, at most. As they are 0; under blue or green light 0.24 to 0.6. A red or yellow cast cannot
/// be told from skin and wounds without a reference card and is not judged.
const CAST: Limits = Limits { remark: 0.15, refuse: 0.35 };

/// Judges a picture.
pub fn quality(picture: &Picture) -> Quality {
    let m = measure(picture);
    let size_and_light = [
        at_least(ReasonKind::TooSmall, m.short_side, &SIDE),
        at_least(ReasonKind::TooDark, m.light, &LIGHT),
        at_most(ReasonKind::TooBright, m.burnt, &BURNT),
    ];
    let content = if m.contrast < EMPTY_CONTRAST {
        let empty = Reason { kind: ReasonKind::Empty, measured: m.contrast, limit: EMPTY_CONTRAST, grave: true };
        [Some(empty), None, None, None]
    } else {
        [
            at_least(ReasonKind::Blurred, m.sharpness, &SHARPNESS),
            at_least(ReasonKind::LowContrast, m.contrast, &CONTRAST),
            at_most(ReasonKind::Glare, m.glare, &GLARE),
            at_most(ReasonKind::ColourCast, m.cast, &CAST),
        ]
    };
    let mut reasons: Vec<Reason> = size_and_light.into_iter().chain(content).flatten().collect();
    reasons.sort_by_key(|reason| !reason.grave);
    let verdict = match reasons.first() {
        None => Verdict::Good,
        Some(Reason { grave: true, .. }) => Verdict::Bad,
        Some(_) => Verdict::Usable,
    };
    Quality { verdict, reasons }
}

fn at_least(kind: ReasonKind, measured: f64, limits: &Limits) -> Option<Reason> {
    let reason = |limit, grave| Some(Reason { kind, measured, limit, grave });
    if measured < limits.refuse {
        reason(limits.refuse, true)
    } else if measured < limits.remark {
        reason(limits.remark, false)
    } else {
        None
    }
}

fn at_most(kind: ReasonKind, measured: f64, limits: &Limits) -> Option<Reason> {
    let reason = |limit, grave| Some(Reason { kind, measured, limit, grave });
    if measured > limits.refuse {
        reason(limits.refuse, true)
    } else if measured > limits.remark {
        reason(limits.remark, false)
    } else {
        None
    }
}

impl ReasonKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::TooSmall,
        Self::Empty,
        Self::Blurred,
        Self::TooDark,
        Self::TooBright,
        Self::LowContrast,
        Self::Glare,
        Self::ColourCast,
    ];

    /// Message key that says what is wrong: `image-blurred`.
    pub fn key(self) -> &'static str {
        match self {
            Self::TooSmall => "image-too-small",
            Self::Empty => "image-blank",
            Self::Blurred => "image-blurred",
            Self::TooDark => "image-too-dark",
            Self::TooBright => "image-too-bright",
            Self::LowContrast => "image-low-contrast",
            Self::Glare => "image-glare",
            Self::ColourCast => "image-colour-cast",
        }
    }

    /// Message key that says what to do: `image-blurred-fix`.
    pub fn fix_key(self) -> &'static str {
        match self {
            Self::TooSmall => "image-too-small-fix",
            Self::Empty => "image-blank-fix",
            Self::Blurred => "image-blurred-fix",
            Self::TooDark => "image-too-dark-fix",
            Self::TooBright => "image-too-bright-fix",
            Self::LowContrast => "image-low-contrast-fix",
            Self::Glare => "image-glare-fix",
            Self::ColourCast => "image-colour-cast-fix",
        }
    }
}
