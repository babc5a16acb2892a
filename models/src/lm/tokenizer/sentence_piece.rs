//! SentencePiece (Llama 2, Mistral, Gemma, Phi-3): pieces with scores, the best pair merged first.
//!
//! Kudo and Richardson 2018 (arXiv 1808.06226). A piece's every split into two other pieces is a merge, in order of the
//! piece's score: then byte-pair merging gives what SentencePiece's own search over pairs gives.

use super::{Lists, NORMAL, UNKNOWN};
use crate::error::ModelError;
use crate::gguf::Value;
use std::collections::HashMap;
use tokenizers::Tokenizer;
use tokenizers::decoders::byte_fallback::ByteFallback;
use tokenizers::decoders::fuse::Fuse;
use tokenizers::decoders::sequence::Sequence as Decoders;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::utils::Sequence as Normalizers;
use tokenizers::normalizers::{Prepend, Replace};

/// Stands for the space.
pub(super) const SPACE: char = '\u{2581}';

pub(super) fn build(lists: &Lists<'_>, space_first: bool) -> Result<Tokenizer, ModelError> {
    let gguf = lists.gguf;
    let scores = match gguf.value("tokenizer.ggml.scores") {
        Some(Value::Floats(scores)) if scores.len() == lists.tokens.len() => scores,
        _ => return Err(gguf.without("tokenizer.ggml.scores")),
    };
    let vocabulary: Vocab = lists.tokens.iter().cloned().zip(0..).collect();
    let mut builder =
        BPE::builder().vocab_and_merges(vocabulary, merges(lists, scores)).byte_fallback(true).fuse_unk(true);
    if let Some(unknown) = lists.of_type(UNKNOWN).next() {
        builder = builder.unk_token(unknown.clone());
    }
    let bpe = builder
        .build()
        .map_err(|e| ModelError::corrupt(gguf.path(), format!("its tokenizer does not fit together: {e}")))?;
    let failed = ModelError::failed("building the tokenizer");
    let mut inner = Tokenizer::new(bpe);
    let mark = SPACE.to_string();
    let mut normalizers = vec![Replace::new(" ", mark.clone()).map_err(&failed)?.into()];
    if space_first {
        normalizers.insert(0, Prepend::new(mark.clone()).into());
    }
    inner.with_normalizer(Some(Normalizers::new(normalizers))).map_err(&failed)?;
    let spaces = Replace::new(mark, " ").map_err(&failed)?;
    inner.with_decoder(Some(Decoders::new(vec![
        spaces.into(),
        ByteFallback::default().into(),
        Fuse::default().into(),
    ])));
    Ok(inner)
}

fn merges(lists: &Lists<'_>, scores: &[f32]) -> Vec<(String, String)> {
    let ids: HashMap<&str, usize> = lists.tokens.iter().map(String::as_str).zip(0..).collect();
    let mut merges = Vec::new();
    for (id, token) in lists.tokens.iter().enumerate().filter(|(id, _)| lists.types[*id] == NORMAL) {
        for (cut, _) in token.char_indices().skip(1) {
            let (left, right) = token.split_at(cut);
            if let (Some(left), Some(right)) = (ids.get(left), ids.get(right)) {
                merges.push((scores[id], *left, *right));
            }
        }
    }
    merges.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    merges.into_iter().map(|(_, left, right)| (lists.tokens[left].clone(), lists.tokens[right].clone())).collect()
}
