//! The sentence encoder, run for real: skipped with a line of text when its files are not on this computer.

#![expect(clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

use hakim_models::embed::kept::Kept;
use hakim_models::embed::{DIMENSIONS, Encoder, Kind, cosine};
use hakim_models::error::ModelError;

fn encoder() -> Option<Encoder> {
    let model = common::asset("multilingual-e5-small")?;
    let tokenizer = common::asset("multilingual-e5-small-tokenizer")?;
    Some(Encoder::load(&model, &tokenizer).expect("the encoder loads"))
}

#[test]
fn a_paraphrase_in_any_language_is_nearer_than_another_complaint() {
    let Some(encoder) = encoder() else { return };
    let passage = "The patient has pain in the chest that spreads to the left arm.";
    let other = "The child has itchy skin between the fingers at night.";
    let [passage, other] = [passage, other].map(|text| encoder.encode(text, Kind::Passage).expect("encodes"));
    for question in [
        "pressure in my chest going into my arm",
        "سینے میں درد جو بائیں بازو تک جاتا ہے",
        "सीने में दर्द जो बाएं हाथ तक जाता है",
        "ألم في الصدر يمتد إلى الذراع اليسرى",
    ] {
        let question_vector = encoder.encode(question, Kind::Query).expect("encodes");
        let (near, far) = (cosine(&question_vector, &passage), cosine(&question_vector, &other));
        assert!(near > far + 0.02, "{question}: {near} and {far}");
    }
}

#[test]
fn a_batch_gives_the_same_vectors_as_one_by_one_and_each_has_length_one() {
    let Some(encoder) = encoder() else { return };
    let long = "Fever for three days with a dry cough. ".repeat(60);
    let texts = ["fever", "کھانسی", "", "stiff neck and headache", long.as_str()];
    let batch = encoder.encode_batch(&texts, Kind::Passage).expect("encodes");
    for (text, together) in texts.iter().zip(&batch) {
        let alone = encoder.encode(text, Kind::Passage).expect("encodes");
        assert_eq!(together.len(), DIMENSIONS);
        assert!((cosine(together, together) - 1.0).abs() < 1e-4);
        assert!(cosine(&alone, together) > 0.9999, "{text:.20}");
    }
}

/// A text with the vector that 32-bit arithmetic over the same weights gives (`bench_embed --vectors`, before 4-bit kernels).
#[derive(serde::Deserialize)]
struct Exact {
    kind: String,
    text: String,
    vector: Vec<f32>,
}

#[test]
fn rounding_to_eight_bits_hardly_turns_the_vectors() {
    let Some(encoder) = encoder() else { return };
    let exact: Vec<Exact> = serde_json::from_str(include_str!("encoder/vectors.json")).expect("parses");
    let mut least: f32 = 1.0;
    for Exact { kind, text, vector } in &exact {
        let kind = if kind == "query" { Kind::Query } else { Kind::Passage };
        least = least.min(cosine(&encoder.encode(text, kind).expect("encodes"), vector));
    }
    println!("least cosine with 32-bit arithmetic over {} texts: {least}", exact.len());
    assert!(least > 0.999, "{least}");
}

#[test]
fn many_texts_on_all_cores_give_what_each_gives_alone() {
    let Some(encoder) = encoder() else { return };
    let words = ["fever", "cough", "بخار", "दर्द", "rash on the arm", "ألم", "for three days", "since yesterday"];
    let texts: Vec<String> =
        (0..90).map(|n| (0..=n % 23).map(|k| words[(n * 3 + k) % 8]).collect::<Vec<_>>().join(" ")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = encoder.encode_batch(&texts, Kind::Query).expect("encodes");
    assert_eq!(together.len(), texts.len());
    for (text, together) in texts.iter().zip(&together) {
        let alone = encoder.encode(text, Kind::Query).expect("encodes");
        assert!(cosine(&alone, together) > 0.99999, "{text}");
    }
    assert!(encoder.encode_batch(&[], Kind::Query).expect("encodes").is_empty());
}

#[test]
fn kept_vectors_are_made_once_and_a_damaged_one_again() {
    let Some(encoder) = encoder() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kept.vectors");
    let texts = ["fever", "cough for three days", "", "fever"];
    let fill = || {
        let mut made = 0;
        let mut kept = Kept::open(&file, "e5", 100);
        kept.fill(&encoder, &texts, Kind::Passage, 2, |_, of| made = of).expect("encodes");
        let alone = encoder.encode(texts[1], Kind::Passage).expect("encodes");
        assert!(cosine(&alone, kept.get(texts[1], Kind::Passage).expect("is there")) > 0.99999);
        (made, kept.len())
    };
    assert_eq!(fill(), (3, 3));
    assert_eq!(fill(), (0, 3));
    let mut bytes = std::fs::read(&file).expect("reads");
    bytes[700] ^= 1;
    bytes.truncate(bytes.len() - 100);
    std::fs::write(&file, bytes).expect("writes");
    assert_eq!(fill(), (2, 3));
    assert_eq!(fill(), (0, 3));
}

#[test]
fn a_cut_file_is_damaged_and_not_a_crash() {
    let Some(path) = common::asset("multilingual-e5-small") else { return };
    let tokenizer = common::asset("multilingual-e5-small-tokenizer").expect("stands beside the model");
    let whole = std::fs::read(path).expect("reads");
    let folder = tempfile::tempdir().expect("a folder");
    let cut = folder.path().join("cut.bin");
    for length in [0, 7, 40, 100_000, 4_640_000, whole.len() - 1] {
        std::fs::write(&cut, &whole[..length]).expect("writes");
        let refused = Encoder::load(&cut, &tokenizer);
        assert!(matches!(refused, Err(ModelError::Corrupt { .. })), "{length}: {refused:?}");
    }
}

#[test]
fn the_files_here_are_the_ones_the_catalogue_describes() {
    use hakim_models::{Cancel, catalogue};
    let Some(path) = common::asset("multilingual-e5-small") else { return };
    let assets = path.ancestors().nth(2).expect("the assets folder");
    for entry in catalogue::present(assets).expect("the catalogue reads") {
        entry.check(assets, catalogue::Thoroughness::Full, &Cancel::default()).expect("the file is sound");
    }
}
