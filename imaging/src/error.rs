//! Why a file was not taken as a picture.

/// Why a file was not taken as a picture. `name` is the file as the user knows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImagingError {
    /// No bytes at all.
    #[error("{name} is empty; copy the file again")]
    Empty {
        /// file
        name: String,
    },
    /// More bytes than a picture may have.
    #[error("{name} has {bytes} bytes, the most is {limit}; save it smaller")]
    TooManyBytes {
        /// file
        name: String,
        /// bytes found
        bytes: u64,
        /// most bytes
        limit: u64,
    },
    /// More pixels than a picture may have.
    #[error("{name} has {pixels} pixels, the most is {limit}; save it smaller")]
    TooManyPixels {
        /// file
        name: String,
        /// pixels found
        pixels: u64,
        /// most pixels
        limit: u64,
    },
    /// A known format that is not read.
    #[error("{name} is a {format} file; save it as JPEG or PNG")]
    Unsupported {
        /// file
        name: String,
        /// its format
        format: String,
    },
    /// No format that is known.
    #[error("{name} is not a picture; choose a JPEG or PNG file")]
    NotAPicture {
        /// file
        name: String,
    },
    /// The end of the file is missing.
    #[error("{name} is cut off; copy the file again")]
    CutOff {
        /// file
        name: String,
    },
    /// The content does not decode.
    #[error("{name} is damaged ({detail}); copy the file again or take the picture again")]
    Damaged {
        /// file
        name: String,
        /// what the decoder said
        detail: String,
    },
    /// The picture could not be written in its new form.
    #[error("the picture could not be written: {detail}")]
    Encoding {
        /// what the encoder said
        detail: String,
    },
}

impl ImagingError {
    /// Message key for translation: `image-unsupported`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "image-empty",
            Self::TooManyBytes { .. } => "image-too-many-bytes",
            Self::TooManyPixels { .. } => "image-too-many-pixels",
            Self::Unsupported { .. } => "image-unsupported",
            Self::NotAPicture { .. } => "image-not-a-picture",
            Self::CutOff { .. } => "image-cut-off",
            Self::Damaged { .. } => "image-damaged",
            Self::Encoding { .. } => "image-encoding",
        }
    }

    /// Arguments of the message, by name.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty { name } | Self::NotAPicture { name } | Self::CutOff { name } | Self::Damaged { name, .. } => {
                vec![("name", name.clone())]
            }
            Self::TooManyBytes { name, bytes, limit } => {
                vec![("name", name.clone()), ("found", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::TooManyPixels { name, pixels, limit } => {
                vec![("name", name.clone()), ("found", pixels.to_string()), ("limit", limit.to_string())]
            }
            Self::Unsupported { name, format } => vec![("name", name.clone()), ("format", format.clone())],
            Self::Encoding { .. } => Vec::new(),
        }
    }
}
