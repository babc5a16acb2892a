//! Byte-level BPE (GPT-2, Llama 3, Qwen): text is cut by a pattern, and bytes are merged within each cut.
//!
//! How text is cut is named in the file by `tokenizer.ggml.pre`; the patterns are those the models' own `tokenizer.json`
//! files publish (Qwen2, Llama 3, SmolLM).

use super::Lists;
use crate::error::ModelError;
use crate::gguf::Gguf;
use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::unicode::NFC;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::SplitDelimiterBehavior;
use tokenizers::{PreTokenizerWrapper, Tokenizer};

/// Words, then digits in runs of `{digits}`, then signs, then line ends and spaces.
const WORDS: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
const REST: &str = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

pub(super) fn build(lists: &Lists<'_>) -> Result<Tokenizer, ModelError> {
    let gguf = lists.gguf;
    let merges = gguf.texts("tokenizer.ggml.merges").ok_or_else(|| gguf.without("tokenizer.ggml.merges"))?;
    let vocabulary: Vocab = lists.tokens.iter().cloned().zip(0..).collect();
    let merges = merges
        .iter()
        .map(|merge| merge.split_once(' ').map(|(left, right)| (left.to_owned(), right.to_owned())))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| gguf.without("tokenizer.ggml.merges"))?;
    let bpe = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .build()
        .map_err(|e| ModelError::corrupt(gguf.path(), format!("its tokenizer does not fit together: {e}")))?;
    let mut inner = Tokenizer::new(bpe);
    let pre = gguf.text("tokenizer.ggml.pre").unwrap_or("gpt-2");
    inner.with_pre_tokenizer(Some(cutting(pre, gguf)?));
    inner.with_decoder(Some(ByteLevel::default()));
    if pre == "qwen2" {
        inner.with_normalizer(Some(NFC)).map_err(ModelError::failed("building the tokenizer"))?;
    }
    Ok(inner)
}

fn cutting(pre: &str, gguf: &Gguf) -> Result<PreTokenizerWrapper, ModelError> {
    let by_pattern = |digits: &str| {
        let pattern = SplitPattern::Regex(format!("{WORDS}{digits}{REST}"));
        Split::new(pattern, SplitDelimiterBehavior::Isolated, false)
            .map(|split| Sequence::new(vec![split.into(), ByteLevel::new(false, true, false).into()]).into())
            .map_err(ModelError::failed("building the tokenizer"))
    };
    match pre {
        "qwen2" => by_pattern(r"\p{N}"),
        "llama-bpe" | "llama3" | "llama-v3" => by_pattern(r"\p{N}{1,3}"),
        "smollm" => Ok(Sequence::new(vec![Digits::new(true).into(), ByteLevel::new(false, true, true).into()]).into()),
        "gpt-2" | "default" => Ok(ByteLevel::new(false, true, true).into()),
        other => Err(ModelError::unsupported(gguf.path(), format!("tokenizer cut `{other}`"))),
    }
}

/// The byte that a letter of the table stands for: those that can be printed stand for themselves, the others for the letters
/// from U+0100 on, in order.
pub(super) fn byte(letter: char) -> Option<u8> {
    let printed = |byte: u32| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    match u32::from(letter) {
        code if code < 256 => u8::try_from(code).ok().filter(|_| printed(code)),
        code => {
            (0..=255_u32).filter(|byte| !printed(*byte)).nth((code - 256) as usize).and_then(|b| u8::try_from(b).ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_letter() {
        let letters: Vec<(char, u8)> = ('\0'..='\u{200}').filter_map(|c| byte(c).map(|b| (c, b))).collect();
        let mut bytes: Vec<u8> = letters.iter().map(|(_, b)| *b).collect();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
        assert_eq!(byte('A'), Some(b'A'));
        assert_eq!(byte('Ġ'), Some(b' '));
        assert_eq!(byte('Ċ'), Some(b'\n'));
    }
}
