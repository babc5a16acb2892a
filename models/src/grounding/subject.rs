//! Whether a sentence is about what its facts are about, by the sentence encoder: a last check beside the rules.
//!
//! The rules look at words; a sentence that begins as one fact and ends as another has only known words and passes. The
//! encoder sees that it says neither. It does not see a contrary (`given` for `stopped`), so it comes after the rules and
//! never instead of them. Figures: decision 024, `tests/entailment.rs`.

use super::{Fact, Unsupported};
use crate::embed::{Encoder, Kind, cosine};
use crate::error::ModelError;

/// Least cosine of a sentence with the nearest of what it may rest on: the farthest true sentence reaches 0.936, two in
/// three that are spliced from two facts stay below (`tests/entailment.rs`).
pub const COSINE_NEEDED: f32 = 0.935;

/// The same where facts are clauses and headings, as those of an explanation: of 61 sentences of ten explanations three lay below,
/// two of which did not say what their facts say; true ones begin at .86 (decision 024).
pub const COSINE_OF_CLAUSES: f32 = 0.86;

/// The facts as vectors.
#[derive(Debug)]
pub struct Subject<'a> {
    encoder: &'a Encoder,
    needed: f32,
    facts: &'a [Fact],
    vectors: Vec<Vec<f32>>,
}

impl<'a> Subject<'a> {
    /// Encodes the facts, once for a whole text; `needed` is the least cosine of a sentence that is not refused.
    ///
    /// # Errors
    /// Those of [`Encoder::encode_batch`].
    pub fn of(facts: &'a [Fact], encoder: &'a Encoder, needed: f32) -> Result<Self, ModelError> {
        let texts: Vec<&str> = facts.iter().map(|fact| fact.text.as_str()).collect();
        Ok(Self { encoder, needed, facts, vectors: encoder.encode_batch(&texts, Kind::Query)? })
    }

    /// How near a sentence is to the nearest fact, or to the facts of these ids together: one sentence may say two.
    ///
    /// # Errors
    /// Those of [`Encoder::encode`].
    pub fn nearness(&self, sentence: &str, by: &[usize]) -> Result<f32, ModelError> {
        let said = self.encoder.encode(sentence, Kind::Query)?;
        let alone = self.vectors.iter().map(|fact| cosine(&said, fact)).fold(-1.0, f32::max);
        let together: Vec<&str> =
            self.facts.iter().filter(|fact| by.contains(&fact.id)).map(|fact| fact.text.as_str()).collect();
        if together.len() < 2 {
            return Ok(alone);
        }
        Ok(alone.max(cosine(&said, &self.encoder.encode(&together.join(" "), Kind::Query)?)))
    }

    /// Refuses a sentence that is about something else, though the rules found it supported by these facts.
    ///
    /// # Errors
    /// Those of [`Encoder::encode`].
    pub fn refusal(&self, sentence: &str, by: &[usize]) -> Result<Option<Unsupported>, ModelError> {
        let nearness = self.nearness(sentence, by)?;
        Ok((nearness < self.needed).then_some(Unsupported::Subject(nearness)))
    }
}
