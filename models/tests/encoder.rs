//! The sentence encoder, run for real: skipped with a line of text when its files are not on this computer.

#![expect(clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

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
