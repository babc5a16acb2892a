//! Pictures: reading them safely, leaving out what they say of place and person, judging whether they can be used.
//!
//! [`read`] takes PNG and JPEG bytes within limits and turns the picture upright; [`Picture::clean_bytes`] gives what
//! may be stored; [`quality`] says whether it is sharp, lit and large enough, with each reason measured;
//! [`thumbnail`] makes the small one for a list.

mod error;
mod format;
mod measure;
mod picture;
mod quality;

pub use error::ImagingError;
pub use measure::{Measures, measure};
pub use picture::{Clean, Format, MAX_BYTES, MAX_PIXELS, Picture, read, thumbnail};
pub use quality::{Quality, Reason, ReasonKind, Verdict, quality};
