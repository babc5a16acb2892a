//! The tokenizer of a language model, built from what its GGUF file says: byte-level BPE or SentencePiece.

mod byte_level;
mod sentence_piece;

use crate::error::ModelError;
use crate::gguf::{Gguf, Value};
use tokenizers::{AddedToken, Tokenizer};

/// ggml's token types. Control tokens steer the model and never come from a user's text.
const NORMAL: i64 = 1;
const UNKNOWN: i64 = 2;
const CONTROL: i64 = 3;
const USER_DEFINED: i64 = 4;
const UNUSED: i64 = 5;
const BYTE: i64 = 6;

/// With one of these a model says that it has finished, whatever else its file names.
const ENDS: &[&str] =
    &["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>", "<|end|>", "</s>", "<eos>"];

/// The longest tokens of real vocabularies are runs of 256 spaces.
const LONGEST_TOKEN: usize = 2048;

/// How pieces are written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// every byte has a letter of its own
    ByteLevel,
    /// text with `▁` for the space, and `<0x0A>` for bytes without a piece
    SentencePiece,
}

/// The lists of a file that describe its tokens, checked to be of one length.
struct Lists<'a> {
    gguf: &'a Gguf,
    tokens: &'a [String],
    types: &'a [i64],
}

/// Text to token ids and back.
#[derive(Debug)]
pub struct TokenTable {
    inner: Tokenizer,
    /// A space that is no part of the text stands before the first piece.
    space_first: bool,
    controls: Vec<String>,
    ends: Vec<u32>,
    begin: Option<u32>,
    begin_text: String,
    end_text: String,
    /// What each token writes; none for those that write nothing.
    bytes: Vec<Option<Vec<u8>>>,
}

impl TokenTable {
    /// Builds the tokenizer a file describes.
    ///
    /// # Errors
    /// `Corrupt` when a list is missing or the wrong length; `Unsupported` for other kinds than byte-level BPE and
    /// SentencePiece.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, ModelError> {
        let kind = match gguf.text("tokenizer.ggml.model") {
            Some("gpt2") => Kind::ByteLevel,
            Some("llama") => Kind::SentencePiece,
            Some(other) => return Err(ModelError::unsupported(gguf.path(), format!("tokenizer `{other}`"))),
            None => return Err(gguf.without("tokenizer.ggml.model")),
        };
        let lists = Lists::read(gguf)?;
        let flag = |key: &str| match gguf.value(&format!("tokenizer.ggml.{key}")) {
            Some(Value::Bool(set)) => Some(*set),
            _ => None,
        };
        let is_pieces = kind == Kind::SentencePiece;
        let space_first = is_pieces && flag("add_space_prefix").unwrap_or(true);
        let mut inner = match kind {
            Kind::ByteLevel => byte_level::build(&lists)?,
            Kind::SentencePiece => sentence_piece::build(&lists, space_first)?,
        };
        let failed = ModelError::failed("building the tokenizer");
        let added = |kind: i64, special: bool| {
            lists.of_type(kind).map(move |token| AddedToken::from(token.clone(), special).normalized(false))
        };
        inner.add_special_tokens(added(CONTROL, true)).map_err(&failed)?;
        inner.add_tokens(added(USER_DEFINED, false)).map_err(&failed)?;
        let id = |key: &str| {
            let id = gguf.count(&format!("tokenizer.ggml.{key}_token_id")).filter(|id| *id < lists.tokens.len())?;
            u32::try_from(id).ok()
        };
        let mut ends: Vec<u32> = ENDS.iter().filter_map(|token| inner.token_to_id(token)).collect();
        ends.extend(["eos", "eot", "eom"].into_iter().filter_map(id));
        let text = |id: Option<u32>| id.and_then(|id| lists.tokens.get(id as usize)).cloned().unwrap_or_default();
        Ok(Self {
            controls: lists.of_type(CONTROL).filter(|token| !token.is_empty()).cloned().collect(),
            begin: id("bos").filter(|_| flag("add_bos_token").unwrap_or(is_pieces)),
            begin_text: text(id("bos")),
            end_text: text(id("eos")),
            bytes: lists.tokens.iter().zip(lists.types).map(|(token, of)| written(token, *of, kind)).collect(),
            space_first,
            inner,
            ends,
        })
    }

    /// Number of token ids.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no token at all.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Token ids of a text; control tokens written in it (`<|im_end|>`) become control ids.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let encoding = self.inner.encode_fast(text, false).map_err(ModelError::failed("reading the text"))?;
        let begin = self.begin.filter(|id| encoding.get_ids().first() != Some(id));
        Ok(begin.into_iter().chain(encoding.get_ids().iter().copied()).collect())
    }

    /// Token ids without the one that begins a text.
    pub fn encode_plain(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let ids = self.encode(text)?;
        let begins = self.begin.is_some() && ids.first().copied() == self.begin;
        Ok(ids[usize::from(begins)..].to_vec())
    }

    /// The text of token ids, control tokens left out; an unfinished character comes out as U+FFFD. A space that stands
    /// before the first piece by the tokenizer's own rule is part of it: see [`TokenTable::puts_a_space_first`].
    pub fn decode(&self, ids: &[u32]) -> Result<String, ModelError> {
        self.inner.decode(ids, true).map_err(ModelError::failed("writing the text"))
    }

    /// Whether texts begin with a space that nobody wrote.
    pub fn puts_a_space_first(&self) -> bool {
        self.space_first
    }

    /// The bytes a token writes; none for one that steers the model or does not exist.
    pub fn bytes_of(&self, id: u32) -> Option<&[u8]> {
        self.bytes.get(id as usize)?.as_deref()
    }

    /// Whether the model says with this token that it has finished.
    pub fn is_end(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// The tokens with which the model says that it has finished.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// What chat templates call `bos_token` and `eos_token`.
    pub(crate) fn begin_and_end(&self) -> (&str, &str) {
        (&self.begin_text, &self.end_text)
    }

    /// A text in which nothing can be taken for a control token, so that a patient's words cannot steer the model.
    pub fn harmless(&self, text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(control) = self.controls.iter().find(|control| text.contains(control.as_str())) {
            text = text.replace(control.as_str(), " ");
        }
        text
    }

    /// Whether texts come back letter for letter: asked of a file that somebody brought.
    pub fn gives_back(&self, text: &str) -> Result<bool, ModelError> {
        let back = self.decode(&self.encode(text)?)?;
        Ok(back == text || (self.space_first && back.strip_prefix(' ') == Some(text)))
    }
}

impl<'a> Lists<'a> {
    fn read(gguf: &'a Gguf) -> Result<Self, ModelError> {
        let tokens = gguf.texts("tokenizer.ggml.tokens").ok_or_else(|| gguf.without("tokenizer.ggml.tokens"))?;
        if tokens.iter().any(|token| token.len() > LONGEST_TOKEN) {
            return Err(ModelError::corrupt(gguf.path(), format!("it has a token of more than {LONGEST_TOKEN} bytes")));
        }
        match gguf.value("tokenizer.ggml.token_type") {
            Some(Value::Integers(types)) if types.len() == tokens.len() => Ok(Self { gguf, tokens, types }),
            _ => Err(gguf.without("tokenizer.ggml.token_type")),
        }
    }

    fn of_type(&self, wanted: i64) -> impl Iterator<Item = &'a String> {
        self.tokens.iter().zip(self.types).filter(move |(_, kind)| **kind == wanted).map(|(token, _)| token)
    }
}

fn written(token: &str, of: i64, kind: Kind) -> Option<Vec<u8>> {
    match (of, kind) {
        (UNKNOWN | CONTROL | UNUSED, _) => None,
        (BYTE, _) => {
            let digits = token.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'))?;
            u8::from_str_radix(digits, 16).ok().map(|byte| vec![byte])
        }
        (USER_DEFINED, _) => Some(token.as_bytes().to_vec()),
        (_, Kind::SentencePiece) => Some(token.replace(sentence_piece::SPACE, " ").into_bytes()),
        (_, Kind::ByteLevel) => token.chars().map(byte_level::byte).collect(),
    }
}
