//! Answers that can only have a given form: at each step the tokens that would leave it are taken away before one is chosen.
//!
//! What is written then parses, and a name out of a list is one of the list. Whether it is true is another question.

use super::TokenTable;
use crate::error::ModelError;
use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv};
use llguidance::{Matcher, ParserFactory};
use std::fmt;
use std::sync::Arc;

/// What an answer must look like: a JSON schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Form(serde_json::Value);

impl Form {
    /// Any JSON schema that llguidance knows: objects, arrays, enumerations, numbers with limits, texts with a length.
    pub fn json_schema(mut schema: serde_json::Value) -> Self {
        if let Some(object) = schema.as_object_mut() {
            // No spaces between the marks: they cost tokens and say nothing.
            object.insert("x-guidance".into(), serde_json::json!({ "whitespace_flexible": false }));
        }
        Self(schema)
    }

    /// One of a few words or letters, as JSON text.
    pub fn one_of<'a>(choices: impl IntoIterator<Item = &'a str>) -> Self {
        Self::json_schema(serde_json::json!({ "enum": choices.into_iter().collect::<Vec<_>>() }))
    }
}

/// Forms over the tokens of one model. Made once: it takes some hundredths of a second for a large vocabulary.
pub(super) struct Former(ParserFactory);

impl fmt::Debug for Former {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Former")
    }
}

impl Former {
    pub(super) fn new(tokens: Arc<TokenTable>) -> Result<Self, ModelError> {
        let failed = "preparing forms";
        let Some(end) = tokens.ends().first().copied() else {
            return Err(ModelError::Failed { during: failed, message: "the model has no token for the end".into() });
        };
        let written = (0_u32..).take(tokens.len()).map(|id| match tokens.bytes_of(id) {
            Some(bytes) => bytes.to_vec(),
            None => [&[TokTrie::SPECIAL_TOKEN_MARKER], format!("<{id}>").as_bytes()].concat(),
        });
        let written: Vec<Vec<u8>> = written.collect();
        let count = u32::try_from(written.len()).map_err(ModelError::failed(failed))?;
        let trie = TokTrie::from(&TokRxInfo::new(count, end), &written).with_eos_tokens(tokens.ends());
        let tokens: TokEnv = Arc::new(Tokens { trie, tokens });
        let mut factory = ParserFactory::new_simple(&tokens).map_err(ModelError::failed(failed))?;
        factory.quiet();
        Ok(Self(factory))
    }

    /// The start of an answer of this form.
    pub(super) fn start(&self, form: &Form) -> Result<Formed, ModelError> {
        let parser = self.0.create_parser(TopLevelGrammar::from_json_schema(form.0.clone()));
        let matcher = Matcher::new(parser);
        match matcher.get_error() {
            Some(why) => Err(ModelError::Failed { during: "reading the form", message: why }),
            None => Ok(Formed(matcher)),
        }
    }
}

/// An answer on its way.
pub(super) struct Formed(Matcher);

impl Formed {
    /// Tokens that must come next, whatever the model thinks of them.
    pub(super) fn forced(&mut self) -> Vec<TokenId> {
        self.0.compute_ff_tokens()
    }

    /// Takes away the scores of tokens that would leave the form.
    pub(super) fn restrict(&mut self, scores: &mut [f32]) -> Result<(), ModelError> {
        let allowed = self.0.compute_mask_or_eos().map_err(ModelError::failed("keeping to the form"))?;
        for (id, score) in (0_u32..).zip(scores.iter_mut()) {
            if id as usize >= allowed.len() || !allowed.is_allowed(id) {
                *score = f32::NEG_INFINITY;
            }
        }
        Ok(())
    }

    pub(super) fn push(&mut self, tokens: &[TokenId]) -> Result<(), ModelError> {
        self.0.consume_tokens(tokens).map_err(ModelError::failed("keeping to the form"))
    }

    /// Whether nothing may follow.
    pub(super) fn is_complete(&self) -> bool {
        self.0.is_stopped()
    }
}

struct Tokens {
    trie: TokTrie,
    tokens: Arc<TokenTable>,
}

impl TokenizerEnv for Tokens {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<TokenId> {
        if self.tokens.puts_a_space_first() {
            // its own cutting would put a space where none may be
            return self.trie.greedy_tokenize(bytes);
        }
        self.trie.tokenize_with_greedy_fallback(bytes, |text| {
            self.tokens.encode_plain(text).unwrap_or_else(|_| self.trie.greedy_tokenize(text.as_bytes()))
        })
    }
}
