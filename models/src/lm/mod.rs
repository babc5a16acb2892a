//! A local language model: load a GGUF file, hold a conversation, stream the answer, stop at once when asked.
//!
//! The cache of what was read is kept between calls, so a prompt that begins like the one before is read only from
//! where it differs.

mod attention;
mod config;
mod decoder;
mod form;
mod linear;
mod numbers;
mod rotation;
mod sampling;
mod template;
mod tokenizer;

pub use config::{Config, Gate, Window};
pub use form::Form;
pub use rotation::{Pairing, Scaling, Turning};
pub use sampling::Sampling;
pub use template::{Message, Role};
pub use tokenizer::TokenTable;

use crate::Cancel;
use crate::error::ModelError;
use crate::gguf::Gguf;
use crate::memory;
use decoder::Decoder;
use form::Former;
use sampling::Sampler;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use template::ChatTemplate;

/// How a model is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadOptions {
    /// Tokens of prompt and answer together; cut to what the model was trained on.
    pub context: usize,
    /// Prompt tokens read at once: more is faster, and the cancel flag is looked at twice in every layer of every chunk.
    pub chunk: usize,
    /// Refuse with `TooLarge` when the estimate exceeds the free memory.
    pub check_memory: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { context: 2048, chunk: 128, check_memory: true }
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The model said it was done.
    Finished,
    /// `Sampling::max_tokens` was reached.
    TokenLimit,
    /// The context is full.
    ContextFull,
    /// The callback asked to stop.
    Stopped,
}

/// An answer and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The text, as it was streamed.
    pub text: String,
    /// Why it ended.
    pub ending: Ending,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// How many of them were still in the cache.
    pub reused_tokens: usize,
    /// Tokens written.
    pub new_tokens: usize,
    /// Time to read the prompt.
    pub reading: Duration,
    /// Time to write the answer.
    pub writing: Duration,
}

/// The part of an answer that is known before its first token.
struct Began {
    prompt_tokens: usize,
    reused_tokens: usize,
    reading: Duration,
    /// when writing began
    at: Instant,
}

impl Began {
    fn answer(self, text: String, ending: Ending, new_tokens: usize) -> Answer {
        let Self { prompt_tokens, reused_tokens, reading, at } = self;
        Answer { text, ending, prompt_tokens, reused_tokens, new_tokens, reading, writing: at.elapsed() }
    }
}

/// A loaded model. It is `Send`: load and use it on a background thread.
#[derive(Debug)]
pub struct LanguageModel {
    config: Config,
    tokens: Arc<TokenTable>,
    /// made when the first form is asked for
    former: Option<Former>,
    template: Option<ChatTemplate>,
    decoder: Decoder,
    /// The tokens whose keys and values are in the decoder's cache.
    cached: Vec<u32>,
}

impl LanguageModel {
    /// Loads a GGUF file of one of the families in [`Config`].
    ///
    /// # Errors
    /// `Missing`, `Read`, `Corrupt`, `Unsupported`, or `TooLarge` before any weight is read.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, ModelError> {
        let mut gguf = Gguf::open(path)?;
        let config = Config::from_gguf(&gguf)?;
        let context = options.context.clamp(1, config.trained_context);
        if options.check_memory {
            memory::require(memory::estimate(&gguf, config.cache_bytes(context)))?;
        }
        let tokens = TokenTable::from_gguf(&gguf)?;
        if tokens.len() > config.vocabulary {
            let what = format!("{} tokens but {} rows of weights for them", tokens.len(), config.vocabulary);
            return Err(ModelError::corrupt(path, what));
        }
        let template = ChatTemplate::from_gguf(&gguf, tokens.begin_and_end())?;
        let decoder = Decoder::read(&mut gguf, config.clone(), context, options.chunk)?;
        Ok(Self { config, tokens: Arc::new(tokens), former: None, template, decoder, cached: Vec::new() })
    }

    /// Dimensions of the model.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its tokenizer.
    pub fn tokens(&self) -> &TokenTable {
        &self.tokens
    }

    /// Tokens of prompt and answer together that fit.
    pub fn context(&self) -> usize {
        self.decoder.context()
    }

    /// Answers a conversation. Control tokens written inside a message are taken out first.
    ///
    /// # Errors
    /// `Cancelled`, `PromptTooLong`, `Failed`; `Unsupported` wording when the file has no chat template.
    pub fn chat(
        &mut self,
        messages: &[Message],
        sampling: &Sampling,
        cancel: &Cancel,
        on_text: impl FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Answer, ModelError> {
        let prompt = self.prompt(messages)?;
        self.complete(&prompt, sampling, cancel, on_text)
    }

    /// Reads a conversation into the cache, so that an answer to it begins at once.
    ///
    /// # Errors
    /// Those of [`LanguageModel::chat`]; what was read before `Cancelled` stays in the cache.
    pub fn prepare(&mut self, messages: &[Message], cancel: &Cancel) -> Result<(), ModelError> {
        let prompt = self.prompt(messages)?;
        self.begin(&prompt, cancel).map(|_| ())
    }

    /// The prompt text for a conversation, by the template in the file.
    pub fn prompt(&self, messages: &[Message]) -> Result<String, ModelError> {
        let Some(template) = &self.template else {
            let message = "the file has no chat template: it is a base model".into();
            return Err(ModelError::Failed { during: "building the prompt", message });
        };
        let harmless: Vec<Message> =
            messages.iter().map(|m| Message::new(m.role, self.tokens.harmless(&m.content))).collect();
        template.render(&harmless)
    }

    /// Continues a text exactly as given.
    ///
    /// # Errors
    /// `Cancelled`, `PromptTooLong`, `Failed`.
    pub fn complete(
        &mut self,
        prompt: &str,
        sampling: &Sampling,
        cancel: &Cancel,
        mut on_text: impl FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Answer, ModelError> {
        let (mut scores, began) = self.begin(prompt, cancel)?;
        let mut sampler = Sampler::new(sampling);
        let mut written = Vec::new();
        let mut text = PartialText { trims: self.tokens.puts_a_space_first(), ..PartialText::default() };
        let ending = loop {
            if written.len() >= sampling.max_tokens {
                break Ending::TokenLimit;
            }
            let Some(token) = sampler.choose(&mut scores, &written) else { return Err(no_choice()) };
            if self.tokens.is_end(token) {
                break Ending::Finished;
            }
            written.push(token);
            if let Some(piece) = text.push(token, &self.tokens)?
                && on_text(&piece).is_break()
            {
                break Ending::Stopped;
            }
            if self.cached.len() + 1 > self.context() {
                break Ending::ContextFull;
            }
            scores = self.read(&[token], cancel)?;
        };
        if let Some(rest) = text.rest(&self.tokens)?
            && ending != Ending::Stopped
        {
            // The text is over: whether the caller wants more makes no difference.
            let _ = on_text(&rest);
        }
        Ok(began.answer(text.whole, ending, written.len()))
    }

    /// Answers a conversation in a given form. `temperature` and the like hold among the tokens that keep to it.
    ///
    /// # Errors
    /// Those of [`LanguageModel::chat`]; `Failed` for a schema that cannot be followed. An answer whose [`Ending`] is not
    /// `Finished` was cut off and does not parse.
    pub fn answer_in_form(
        &mut self,
        messages: &[Message],
        form: &Form,
        sampling: &Sampling,
        cancel: &Cancel,
    ) -> Result<Answer, ModelError> {
        let former = match self.former.take() {
            Some(former) => former,
            None => Former::new(self.tokens.clone())?,
        };
        let formed = former.start(form);
        self.former = Some(former);
        let mut formed = formed?;
        let (mut scores, began) = self.begin(&self.prompt(messages)?, cancel)?;
        let mut sampler = Sampler::new(sampling);
        let mut written: Vec<u32> = Vec::new();
        let ending = loop {
            if formed.is_complete() {
                break Ending::Finished;
            }
            let forced = formed.forced();
            let next = if forced.is_empty() {
                formed.restrict(&mut scores)?;
                let Some(token) = sampler.choose(&mut scores, &written) else { return Err(no_choice()) };
                vec![token]
            } else {
                forced
            };
            if next.iter().any(|token| self.tokens.is_end(*token)) {
                break Ending::Finished;
            }
            if written.len() + next.len() > sampling.max_tokens {
                break Ending::TokenLimit;
            }
            if self.cached.len() + next.len() > self.context() {
                break Ending::ContextFull;
            }
            formed.push(&next)?;
            written.extend(&next);
            if !formed.is_complete() {
                scores = self.read(&next, cancel)?;
            }
        };
        Ok(began.answer(self.tokens.decode(&written)?, ending, written.len()))
    }

    /// Reads a prompt as far as it is not in the cache: the scores after it, and what an answer to it begins with.
    fn begin(&mut self, prompt: &str, cancel: &Cancel) -> Result<(Vec<f32>, Began), ModelError> {
        let started = Instant::now();
        let prompt = self.tokens.encode(prompt)?;
        if prompt.len() >= self.context() {
            return Err(ModelError::PromptTooLong { tokens: prompt.len(), limit: self.context() - 1 });
        }
        let reused_tokens = self.reuse(&prompt);
        let scores = self.read(&prompt[reused_tokens..], cancel)?;
        let began =
            Began { prompt_tokens: prompt.len(), reused_tokens, reading: started.elapsed(), at: Instant::now() };
        Ok((scores, began))
    }

    /// Scores of every token after `tokens`, read from nothing: for tests and for comparison with other programs.
    pub fn scores(&mut self, tokens: &[u32]) -> Result<Vec<f32>, ModelError> {
        self.decoder.keep(0);
        self.cached.clear();
        self.read(tokens, &Cancel::default())
    }

    /// Hands the scores after each of `tokens` to `each`, with its place, read from nothing: for comparison with other programs
    /// and for perplexity.
    ///
    /// # Errors
    /// `PromptTooLong`, `Cancelled`, `Failed`.
    pub fn score_each(
        &mut self,
        tokens: &[u32],
        cancel: &Cancel,
        each: impl FnMut(usize, &[f32]),
    ) -> Result<(), ModelError> {
        self.decoder.keep(0);
        self.cached.clear();
        let read = self.decoder.read_scoring(tokens, cancel, each);
        self.decoder.keep(0);
        read
    }

    /// Reads one more token after what is in the cache and scores what may follow: one step of writing.
    pub fn advance(&mut self, token: u32, cancel: &Cancel) -> Result<Vec<f32>, ModelError> {
        self.read(&[token], cancel)
    }

    /// Keeps what the cache shares with the new prompt; at least one token is left to read.
    fn reuse(&mut self, prompt: &[u32]) -> usize {
        let shared = self.cached.iter().zip(prompt).take_while(|(old, new)| old == new).count();
        let kept = shared.min(prompt.len().saturating_sub(1));
        self.decoder.keep(kept);
        self.cached.truncate(kept);
        kept
    }

    fn read(&mut self, tokens: &[u32], cancel: &Cancel) -> Result<Vec<f32>, ModelError> {
        let before = self.decoder.position();
        let scores = self.decoder.read_tokens(tokens, cancel);
        let read = self.decoder.position() - before;
        self.cached.extend(&tokens[..read]);
        scores
    }
}

fn no_choice() -> ModelError {
    ModelError::Failed { during: "choosing a token", message: "no score is a number".into() }
}

/// Text of tokens that come one by one: a character may need several.
#[derive(Debug, Default)]
struct PartialText {
    waiting: Vec<u32>,
    whole: String,
    /// The next piece is the first, before which the tokenizer puts a space of its own.
    trims: bool,
}

/// A character has at most four bytes, and a token at least one: longer waiting means bytes that are no text.
const LONGEST_WAIT: usize = 4;

impl PartialText {
    fn push(&mut self, token: u32, tokens: &TokenTable) -> Result<Option<String>, ModelError> {
        self.waiting.push(token);
        let piece = tokens.decode(&self.waiting)?;
        let unfinished = piece.ends_with(char::REPLACEMENT_CHARACTER) && self.waiting.len() < LONGEST_WAIT;
        if piece.is_empty() || unfinished { Ok(None) } else { Ok(Some(self.take(piece))) }
    }

    fn rest(&mut self, tokens: &TokenTable) -> Result<Option<String>, ModelError> {
        let piece = tokens.decode(&self.waiting)?;
        if piece.is_empty() { Ok(None) } else { Ok(Some(self.take(piece))) }
    }

    fn take(&mut self, mut piece: String) -> String {
        self.waiting.clear();
        if std::mem::take(&mut self.trims) && piece.starts_with(' ') {
            piece.remove(0);
        }
        self.whole.push_str(&piece);
        piece
    }
}
