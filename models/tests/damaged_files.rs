//! Files that are cut, garbled or built to deceive are refused in words, without a panic or a large allocation.

#![expect(clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

use hakim_models::error::ModelError;
use hakim_models::gguf::Gguf;
use hakim_models::lm::{LanguageModel, LoadOptions};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::path::Path;

/// A GGUF writer for tests: version, then entries and tensors as raw bytes.
struct Draft {
    tensors: u64,
    entries: u64,
    body: Vec<u8>,
}

impl Draft {
    fn new() -> Self {
        Self { tensors: 0, entries: 0, body: Vec::new() }
    }

    fn entry(mut self, key: &str, kind: u32, value: &[u8]) -> Self {
        self.entries += 1;
        self.body.extend(text(key));
        self.body.extend(kind.to_le_bytes());
        self.body.extend(value);
        self
    }

    fn tensor(mut self, name: &str, shape: &[u64], format: u32, offset: u64) -> Self {
        self.tensors += 1;
        self.body.extend(text(name));
        self.body.extend((shape.len() as u32).to_le_bytes());
        self.body.extend(shape.iter().flat_map(|n| n.to_le_bytes()));
        self.body.extend(format.to_le_bytes());
        self.body.extend(offset.to_le_bytes());
        self
    }

    fn bytes(&self) -> Vec<u8> {
        [b"GGUF".as_slice(), &3_u32.to_le_bytes(), &self.tensors.to_le_bytes(), &self.entries.to_le_bytes(), &self.body]
            .concat()
    }
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
}

fn open(bytes: &[u8]) -> Result<Gguf, ModelError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).expect("writes");
    Gguf::open(&path)
}

fn load(bytes: &[u8]) -> Result<LanguageModel, ModelError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).expect("writes");
    LanguageModel::load(&path, &LoadOptions { context: 64, ..LoadOptions::default() })
}

#[test]
fn a_missing_file_is_missing_and_a_folder_is_no_model() {
    assert!(matches!(Gguf::open(Path::new("/no/such.gguf")), Err(ModelError::Missing { .. })));
    let folder = tempfile::tempdir().expect("a folder");
    assert!(Gguf::open(folder.path()).is_err());
}

#[test]
fn what_does_not_begin_as_gguf_is_damaged() {
    for bytes in [b"".as_slice(), b"GG", b"GGML\x03\0\0\0", b"<!DOCTYPE html><html>not found</html>"] {
        assert!(matches!(open(bytes), Err(ModelError::Corrupt { .. })));
    }
    assert!(matches!(open(b"GGUF\x09\0\0\0aaaaaaaa"), Err(ModelError::Unsupported { .. })));
}

#[test]
fn huge_counts_and_lengths_are_refused_before_anything_is_allocated() {
    let huge = u64::MAX.to_le_bytes();
    let array = |kind: u32, count: u64| [kind.to_le_bytes().as_slice(), &count.to_le_bytes()].concat();
    let mut claims_entries = Draft::new();
    claims_entries.entries = u64::MAX;
    let mut claims_tensors = Draft::new();
    claims_tensors.tensors = 1 << 40;
    let drafts = [
        claims_entries,
        claims_tensors,
        Draft::new().entry("long", 8, &huge),
        Draft::new().entry("array", 9, &array(4, u64::MAX)),
        Draft::new().entry("array", 9, &array(8, 1 << 30)),
        Draft::new().entry("nested", 9, &array(9, 1)),
        Draft::new().entry("kind", 99, &[]),
        Draft::new().entry("general.alignment", 4, &0_u32.to_le_bytes()),
        Draft::new().entry("general.alignment", 4, &3_u32.to_le_bytes()),
        Draft::new().tensor("t", &[u64::MAX, u64::MAX], 0, 0),
        Draft::new().tensor("t", &[1 << 40], 0, 0),
        Draft::new().tensor("t", &[0], 0, 0),
        Draft::new().tensor("t", &[], 0, 0),
        Draft::new().tensor("t", &[1; 5], 0, 0),
        Draft::new().tensor("t", &[31], 8, 0),
        Draft::new().tensor("t", &[4], 0, u64::MAX),
        Draft::new().tensor("t", &[4], 0, 1 << 20),
    ];
    for (number, draft) in drafts.iter().enumerate() {
        assert!(matches!(open(&draft.bytes()), Err(ModelError::Corrupt { .. })), "draft {number}");
    }
    assert!(matches!(open(&Draft::new().tensor("t", &[4], 77, 0).bytes()), Err(ModelError::Unsupported { .. })));
}

#[test]
fn another_architecture_is_named_in_the_refusal() {
    let bytes = Draft::new().entry("general.architecture", 8, &text("mamba")).bytes();
    let Err(error @ ModelError::Unsupported { .. }) = load(&bytes) else { panic!("it is refused") };
    assert!(error.to_string().contains("mamba"));
}

#[test]
fn dimensions_that_do_not_fit_together_are_refused() {
    let number = |key: &str, value: u32, draft: Draft| draft.entry(&format!("llama.{key}"), 4, &value.to_le_bytes());
    let draft = Draft::new().entry("general.architecture", 8, &text("llama"));
    let draft = number("block_count", 2, draft);
    let draft = number("embedding_length", 64, draft);
    let draft = number("attention.head_count", 3, draft);
    let bytes = number("attention.head_count_kv", 2, draft).bytes();
    let Err(ModelError::Corrupt { what, .. }) = load(&bytes) else { panic!("it is refused") };
    assert!(what.contains("heads"), "{what}");
}

#[test]
fn a_real_file_cut_anywhere_is_damaged() {
    let Some(path) = common::asset("smollm2-135m-instruct") else { return };
    let whole = std::fs::read(path).expect("reads");
    for length in [3, 24, 100, 5_000, 900_000, 1_800_000, 20_000_000, whole.len() - 1] {
        let refused = load(&whole[..length]);
        assert!(matches!(refused, Err(ModelError::Corrupt { .. })), "{length}");
    }
}

#[test]
fn a_real_header_with_changed_bytes_never_panics() {
    let Some(path) = common::asset("smollm2-135m-instruct") else { return };
    let mut whole = std::fs::read(path).expect("reads");
    whole.truncate(2_100_000);
    let mut random = StdRng::seed_from_u64(11);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    for round in 0..150 {
        let mut bytes = whole.clone();
        // Most changes near the start, where the sizes stand, some in the tables of tokens and tensors.
        let reach = if round % 3 == 0 { bytes.len() } else { 3_000 };
        for _ in 0..random.random_range(1..6) {
            let at = random.random_range(4..reach);
            bytes[at] = random.random();
        }
        std::fs::write(&path, &bytes).expect("writes");
        // The tensors themselves are cut off, so every variant must be refused.
        assert!(Gguf::open(&path).is_err(), "round {round}");
    }
}
