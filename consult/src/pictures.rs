//! Pictures of a visit: judged before anyone relies on them, cleaned of metadata, stored encrypted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakim_contract::{Failure, PictureReason, PictureRequest, PictureVerdict, PictureView};
use hakim_imaging::{ImagingError, Picture, Quality, Verdict, quality, read, thumbnail};
use hakim_records::{Log, NewAttachment};

/// Longer side of a thumbnail, px.
const THUMBNAIL_PX: u32 = 320;

/// Judges a picture and keeps it unless its verdict is bad and the user does not insist.
///
/// # Errors
/// `image-...` for a file that is no picture; `records-...` when it cannot be stored.
pub(crate) fn attach(log: &mut Log, request: &PictureRequest) -> Result<PictureView, Failure> {
    let bytes = STANDARD.decode(request.base64.trim()).map_err(|e| Failure::new("image-corrupt").because(e))?;
    let picture = read(&bytes, &request.name).map_err(|e| refused(&e))?;
    let judged = quality(&picture);
    let thumb = thumbnail(&picture, THUMBNAIL_PX).map_err(|e| refused(&e))?;
    let mut view = view(&request.name, &picture, &judged, &thumb);
    if view.verdict == PictureVerdict::Bad && !request.keep_anyway {
        return Ok(view);
    }
    let clean = picture.clean_bytes().map_err(|e| refused(&e))?;
    let new = NewAttachment {
        name: request.name.clone(),
        media_type: clean.format.media_type().to_owned(),
        bytes: clean.bytes,
        thumbnail: thumb,
        verdict_json: serde_json::to_string(&view.reasons).unwrap_or_default(),
    };
    let id = log.add_attachment(&request.visit, &new).map_err(|e| crate::log::failed(&e))?;
    view.attachment = Some(id);
    Ok(view)
}

pub(crate) fn refused(error: &ImagingError) -> Failure {
    error.args().into_iter().fold(Failure::new(error.key()), |f, (name, value)| f.with(name, value)).because(error)
}

fn view(name: &str, picture: &Picture, judged: &Quality, thumb: &[u8]) -> PictureView {
    PictureView {
        attachment: None,
        name: name.to_owned(),
        thumbnail: format!("data:image/jpeg;base64,{}", STANDARD.encode(thumb)),
        width: picture.width(),
        height: picture.height(),
        verdict: match judged.verdict {
            Verdict::Good => PictureVerdict::Good,
            Verdict::Usable => PictureVerdict::Usable,
            Verdict::Bad => PictureVerdict::Bad,
        },
        reasons: judged
            .reasons
            .iter()
            .map(|r| PictureReason { key: r.kind.key().to_owned(), measured: r.measured, limit: r.limit })
            .collect(),
    }
}
