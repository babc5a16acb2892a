//! The tokenizer of a language model, built from what its GGUF file says (byte-level BPE).
//!
//! How text is cut before merging is named in the file by `tokenizer.ggml.pre`; the patterns are those the models'
//! own `tokenizer.json` files publish (Qwen2, Llama 3, SmolLM).

use crate::error::ModelError;
use crate::gguf::{Gguf, Value};
use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::unicode::NFC;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::SplitDelimiterBehavior;
use tokenizers::{AddedToken, PreTokenizerWrapper, Tokenizer};

/// Words, then digits in runs of `{digits}`, then signs, then line ends and spaces.
const WORDS: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
const REST: &str = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// ggml's token type for tokens that steer the model and never come from a user's text.
const CONTROL: i64 = 3;
const USER_DEFINED: i64 = 4;

/// Text to token ids and back.
#[derive(Debug)]
pub struct TokenTable {
    inner: Tokenizer,
    controls: Vec<String>,
    ends: Vec<u32>,
    begin: Option<u32>,
}

impl TokenTable {
    /// Builds the tokenizer a file describes.
    ///
    /// # Errors
    /// `Corrupt` when a list is missing or the wrong length; `Unsupported` for other than byte-level BPE.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, ModelError> {
        let kind = gguf.text("tokenizer.ggml.model").ok_or_else(|| gguf.without("tokenizer.ggml.model"))?;
        if kind != "gpt2" {
            return Err(ModelError::unsupported(gguf.path(), format!("tokenizer `{kind}`")));
        }
        let tokens = gguf.texts("tokenizer.ggml.tokens").ok_or_else(|| gguf.without("tokenizer.ggml.tokens"))?;
        let merges = gguf.texts("tokenizer.ggml.merges").ok_or_else(|| gguf.without("tokenizer.ggml.merges"))?;
        let types = match gguf.value("tokenizer.ggml.token_type") {
            Some(Value::Integers(types)) if types.len() == tokens.len() => types,
            _ => return Err(gguf.without("tokenizer.ggml.token_type")),
        };
        let vocabulary: Vocab = tokens.iter().cloned().zip(0..).collect();
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
        let failed = ModelError::failed("building the tokenizer");
        if pre == "qwen2" {
            inner.with_normalizer(Some(NFC)).map_err(&failed)?;
        }
        let of_type = |wanted: i64| tokens.iter().zip(types).filter(move |(_, kind)| **kind == wanted).map(|(t, _)| t);
        inner.add_special_tokens(of_type(CONTROL).map(|t| AddedToken::from(t.clone(), true))).map_err(&failed)?;
        inner.add_tokens(of_type(USER_DEFINED).map(|t| AddedToken::from(t.clone(), false))).map_err(&failed)?;
        let controls = of_type(CONTROL).filter(|token| !token.is_empty()).cloned().collect();
        let mut ends: Vec<u32> = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>"]
            .iter()
            .filter_map(|token| inner.token_to_id(token))
            .collect();
        ends.extend(gguf.count("tokenizer.ggml.eos_token_id").and_then(|id| u32::try_from(id).ok()));
        let begin = match gguf.value("tokenizer.ggml.add_bos_token") {
            Some(Value::Bool(true)) => gguf.count("tokenizer.ggml.bos_token_id").and_then(|id| u32::try_from(id).ok()),
            _ => None,
        };
        Ok(Self { inner, controls, ends, begin })
    }

    /// Number of token ids.
    pub fn len(&self) -> usize {
        self.inner.get_vocab_size(true)
    }

    /// Whether there is no token at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Token ids of a text; control tokens written in it (`<|im_end|>`) become control ids.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let encoding = self.inner.encode_fast(text, false).map_err(ModelError::failed("reading the text"))?;
        let begin = self.begin.filter(|id| encoding.get_ids().first() != Some(id));
        Ok(begin.into_iter().chain(encoding.get_ids().iter().copied()).collect())
    }

    /// The text of token ids, control tokens left out; an unfinished character comes out as U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> Result<String, ModelError> {
        self.inner.decode(ids, true).map_err(ModelError::failed("writing the text"))
    }

    /// Whether the model says with this token that it has finished.
    pub fn is_end(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// A text in which nothing can be taken for a control token, so that a patient's words cannot steer the model.
    pub fn harmless(&self, text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(control) = self.controls.iter().find(|control| text.contains(control.as_str())) {
            text = text.replace(control.as_str(), " ");
        }
        text
    }
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
