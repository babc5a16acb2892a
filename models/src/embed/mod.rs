//! Texts as vectors: nearby vectors mean nearly the same, also across languages.
//!
//! multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672): a BERT encoder, mean over the tokens, length 1. It was
//! trained with `query: ` before questions and `passage: ` before what is searched.

mod file;
pub mod kept;
mod layer;

use crate::error::ModelError;
use file::{BLOCK, BLOCK_BYTES, E5File, Sizes};
use half::f16;
use layer::{Layer, Norm};
use rayon::prelude::*;
use std::path::Path;
use tokenizers::Tokenizer;

/// Numbers in a vector.
pub const DIMENSIONS: usize = 384;

/// Tokens that one thread takes through the layers together: many, so that weights are fetched seldom, but so few that the
/// numbers between the layers stay in the second cache.
const TOGETHER: usize = 128;
/// Fewer are not worth a piece of work of their own.
const WORTH_SHARING: usize = 48;
/// Pieces for each thread: the last ones even out.
const PIECES: usize = 3;

/// Which side of a search a text is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What is asked.
    Query,
    /// What is searched through.
    Passage,
}

/// A loaded sentence encoder. `Send` and `Sync`.
pub struct Encoder {
    sizes: Sizes,
    tokenizer: Tokenizer,
    /// One row of Q4_0 blocks for each token of the vocabulary.
    words: Vec<u8>,
    /// Position and type embeddings, added once at load: (positions, width).
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("sizes", &self.sizes).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Loads `e5-small-q4.bin` and its `tokenizer.json`.
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt`, `Unsupported` (an encoder of another width).
    pub fn load(model: &Path, tokenizer: &Path) -> Result<Self, ModelError> {
        let file = E5File::read(model)?;
        let sizes = file.sizes;
        if sizes.width != DIMENSIONS {
            return Err(ModelError::unsupported(model, format!("an encoder of width {}", sizes.width)));
        }
        let json = std::fs::read(tokenizer).map_err(|e| ModelError::reading(tokenizer, e))?;
        let mut table = Tokenizer::from_bytes(json).map_err(|e| ModelError::corrupt(tokenizer, e.to_string()))?;
        table.with_padding(None);
        let (width, wrong) = (sizes.width, ModelError::failed("reading the tokenizer"));
        table.with_truncation(None).map_err(wrong)?;
        if table.get_vocab_size(true) > sizes.vocabulary {
            return Err(ModelError::corrupt(tokenizer, "it has more tokens than the model"));
        }
        // Two token types are stored; texts here are always of the first.
        let types = file.floats("emb.type", 2 * width)?;
        let mut places = file.floats("emb.pos", sizes.positions * width)?;
        for row in places.chunks_exact_mut(width) {
            row.iter_mut().zip(&types).for_each(|(place, kind)| *place += kind);
        }
        Ok(Self {
            tokenizer: table,
            words: file.fours("emb.word", sizes.vocabulary, width)?.to_vec(),
            places,
            norm: Norm::read(&file, "emb.ln")?,
            layers: (0..sizes.layers).map(|number| Layer::read(&file, number)).collect::<Result<_, _>>()?,
            sizes,
        })
    }

    /// The vector of a text, of length 1; a text longer than the model takes is cut. The work of the thread that calls:
    /// sharing out a short text costs more than it saves, and the window keeps the other cores.
    pub fn encode(&self, text: &str, kind: Kind) -> Result<Vec<f32>, ModelError> {
        let mut vectors = self.forward(&[self.ids(text, kind)?])?;
        vectors.pop().ok_or(ModelError::Failed { during: "encoding", message: "no vector came out".into() })
    }

    /// The vectors of many texts, in their order; the same as one by one. Texts run packed together without padding, on all
    /// cores, which share out the texts and not the matrices: nobody waits for anybody.
    pub fn encode_batch(&self, texts: &[&str], kind: Kind) -> Result<Vec<Vec<f32>>, ModelError> {
        let ids: Vec<Vec<u32>> = texts.par_iter().map(|text| self.ids(text, kind)).collect::<Result<_, _>>()?;
        let total: usize = ids.iter().map(Vec::len).sum();
        let shares = rayon::current_num_threads() * PIECES;
        let vectors: Result<Vec<_>, _> = pieces(&ids, (total / shares).clamp(WORTH_SHARING, TOGETHER))
            .into_par_iter()
            .map(|piece| self.forward(piece))
            .collect();
        Ok(vectors?.concat())
    }

    fn ids(&self, text: &str, kind: Kind) -> Result<Vec<u32>, ModelError> {
        let prefix = match kind {
            Kind::Query => "query: ",
            Kind::Passage => "passage: ",
        };
        let encoding =
            self.tokenizer.encode_fast(format!("{prefix}{text}"), true).map_err(ModelError::failed("encoding"))?;
        let mut ids = encoding.get_ids().to_vec();
        if ids.len() > self.sizes.positions {
            // The last token says that the text has ended: keep it.
            let end = ids.last().copied();
            ids.truncate(self.sizes.positions - 1);
            ids.extend(end);
        }
        Ok(ids)
    }

    fn forward(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, ModelError> {
        let (width, lengths) = (self.sizes.width, texts.iter().map(Vec::len).collect::<Vec<_>>());
        let mut state = Vec::with_capacity(lengths.iter().sum::<usize>() * width);
        for text in texts {
            for (id, place) in text.iter().zip(self.places.chunks_exact(width)) {
                let word = self.word(*id)?;
                state.extend(word.zip(place).map(|(word, place)| word + place));
            }
        }
        self.norm.apply(&mut state);
        for layer in &self.layers {
            layer.apply(&mut state, &lengths);
        }
        let mut rest = state.as_slice();
        let mut vectors = Vec::with_capacity(texts.len());
        for length in lengths {
            let (own, others) = rest.split_at(length * width);
            vectors.push(mean(own, width));
            rest = others;
        }
        Ok(vectors)
    }

    /// The embedding of a token, unpacked.
    fn word(&self, id: u32) -> Result<impl Iterator<Item = f32>, ModelError> {
        let bytes = self.sizes.width / BLOCK * BLOCK_BYTES;
        let start = id as usize * bytes;
        let blocks = self.words.get(start..start + bytes).ok_or_else(|| ModelError::Failed {
            during: "encoding",
            message: format!("the tokenizer gives token {id}, the model has {}", self.sizes.vocabulary),
        })?;
        Ok(blocks.as_chunks::<BLOCK_BYTES>().0.iter().flat_map(|block| {
            let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
            let number = move |four_bits: u8| scale * (f32::from(four_bits) - 8.0);
            let low = block[2..].iter().map(move |byte| number(byte & 15));
            low.chain(block[2..].iter().map(move |byte| number(byte >> 4)))
        }))
    }
}

/// Neighbouring texts with about as many tokens in each piece.
fn pieces(texts: &[Vec<u32>], tokens: usize) -> Vec<&[Vec<u32>]> {
    let (mut pieces, mut start, mut held) = (vec![], 0, 0);
    for (index, text) in texts.iter().enumerate() {
        if held > 0 && held + text.len() > tokens {
            pieces.push(&texts[start..index]);
            (start, held) = (index, 0);
        }
        held += text.len();
    }
    pieces.push(&texts[start..]);
    pieces
}

/// Mean of rows, brought to length 1.
fn mean(rows: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    let length = sums.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sums.into_iter().map(|x| x / length).collect()
}

/// How alike two vectors of length 1 are, -1 to 1.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_every_text_once_and_a_long_one_alone() {
        let texts: Vec<Vec<u32>> = [3, 3, 9, 1, 2, 4].iter().map(|n| vec![0; *n]).collect();
        let pieces = pieces(&texts, 6);
        let lengths: Vec<Vec<usize>> = pieces.iter().map(|piece| piece.iter().map(Vec::len).collect()).collect();
        assert_eq!(lengths, [vec![3, 3], vec![9], vec![1, 2], vec![4]]);
    }
}
