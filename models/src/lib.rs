//! Local models, all on the processor and without a network: a catalogue of files, GGUF language models on
//! candle, encoders of sentences and of pictures, and the check that lets a model say only what given facts support.

mod cancel;
pub mod catalogue;
pub mod embed;
pub mod error;
pub mod gguf;
pub mod grounding;
pub mod inspect;
mod kernels;
pub mod lm;
pub mod memory;
pub mod picture;
pub mod registry;
pub mod threads;
pub mod write;

pub use cancel::Cancel;
pub use error::ModelError;
