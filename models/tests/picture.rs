//! Encoders of pictures, held against what Hugging Face's transformers say of the same tiny models (`picture/make.py`), and
//! folders that are cut, garbled or built to deceive.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on should fail")]

use hakim_models::Cancel;
use hakim_models::catalogue::{Purpose, Thoroughness};
use hakim_models::error::ModelError;
use hakim_models::inspect::{Trial, inspect, try_out};
use hakim_models::picture::{FILES, Family, PictureEncoder, Pixels};
use hakim_models::registry::{DEFAULT_CHAT, Registry};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Folders of Hugging Face.
const FOLDERS: [(&str, Family); 3] =
    [("tiny-clip", Family::Clip), ("tiny-clip-half", Family::Clip), ("tiny-siglip", Family::Siglip)];
/// One file with everything.
const BUNDLE: &str = "tiny-clip-bundle.gguf";

fn models() -> impl Iterator<Item = (&'static str, Family)> {
    FOLDERS.into_iter().chain([(BUNDLE, Family::Clip)])
}

/// What transformers said.
#[derive(Deserialize)]
struct Said {
    said_by: String,
    sizes: Vec<(usize, usize)>,
    texts: Vec<String>,
    pictures: Vec<Vec<f32>>,
    text_vectors: Vec<Vec<f32>>,
    likeness: Vec<Vec<f32>>,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/picture").join(name)
}

/// The same as in `make.py`.
fn picture(width: usize, height: usize) -> Vec<u8> {
    let pixel = |x: usize, y: usize, c: usize| x * 7 + y * 13 + c * 53 + x * y / 5 + (x / 9) * (y / 4) * 31;
    (0..3 * width * height).map(|n| (pixel(n / 3 % width, n / 3 / width, n % 3) % 256) as u8).collect()
}

fn largest(ours: &[Vec<f32>], theirs: &[Vec<f32>]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let rows = ours.iter().zip(theirs).inspect(|(a, b)| assert_eq!(a.len(), b.len()));
    rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| (a - b).abs())).fold(0.0, f32::max)
}

#[test]
fn vectors_and_likeness_are_those_of_transformers() {
    for (name, family) in models() {
        let said = name.trim_end_matches(".gguf");
        let json = std::fs::read_to_string(folder(&format!("{said}.json"))).expect("reads");
        let said: Said = serde_json::from_str(&json).expect("parses");
        let encoder = PictureEncoder::load(&folder(name)).expect("loads");
        assert_eq!(encoder.family(), family);
        let bytes: Vec<Vec<u8>> = said.sizes.iter().map(|(width, height)| picture(*width, *height)).collect();
        let sizes = said.sizes.iter().zip(&bytes);
        let pictures: Vec<Pixels> = sizes.filter_map(|((w, h), rgb)| Pixels::new(*w, *h, rgb)).collect();
        let texts: Vec<&str> = said.texts.iter().map(String::as_str).collect();
        let seen = encoder.pictures(&pictures).expect("encodes");
        let read = encoder.texts(&texts).expect("encodes");
        let likeness: Vec<Vec<f32>> = seen.iter().map(|seen| encoder.likeness(seen, &read)).collect();
        let differences =
            [largest(&seen, &said.pictures), largest(&read, &said.text_vectors), largest(&likeness, &said.likeness)];
        println!("{name} against {}: pictures, texts, likeness differ by at most {differences:?}", said.said_by);
        assert!(differences.iter().all(|difference| *difference < 1e-4), "{name}: {differences:?}");
        assert!(seen.iter().all(|vector| vector.len() == encoder.dimensions()));
        // One by one as together.
        let alone: Vec<Vec<f32>> = pictures.iter().flat_map(|p| encoder.pictures(&[*p]).expect("encodes")).collect();
        assert!(largest(&seen, &alone) < 1e-5);
        let alone: Vec<Vec<f32>> = texts.iter().flat_map(|text| encoder.texts(&[text]).expect("encodes")).collect();
        assert!(largest(&read, &alone) < 1e-5);
    }
}

#[test]
fn shares_add_up_for_clip_and_each_text_stands_alone_for_siglip() {
    for (name, family) in models() {
        let encoder = PictureEncoder::load(&folder(name)).expect("loads");
        let rgb = picture(40, 40);
        let seen = encoder.pictures(&[Pixels::new(40, 40, &rgb).expect("fits")]).expect("encodes");
        let read = encoder.texts(&["skin", "a house", "3 trees"]).expect("encodes");
        let all = encoder.likeness(&seen[0], &read);
        let first = encoder.likeness(&seen[0], &read[..1]);
        match family {
            Family::Clip => assert!((all.iter().sum::<f32>() - 1.0).abs() < 1e-5 && first == [1.0]),
            Family::Siglip => assert_eq!(first, all[..1]),
        }
        assert!(encoder.likeness(&seen[0], &[]).is_empty());
    }
}

/// A copy of a tiny model to be damaged.
struct Copy {
    home: tempfile::TempDir,
}

impl Copy {
    fn of(name: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        for file in FILES {
            std::fs::copy(folder(name).join(file), home.path().join(file)).expect("copies");
        }
        Self { home }
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.home.path().join(file)).expect("reads")
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.home.path().join(file), bytes).expect("writes");
    }

    /// Puts one text for another and loads.
    fn with(&self, file: &str, from: &str, to: &str) -> Result<PictureEncoder, ModelError> {
        let sound = self.bytes(file);
        let text = String::from_utf8_lossy(&sound).into_owned();
        assert!(text.contains(from), "{file} has {from}");
        self.write(file, text.replacen(from, to, 1).as_bytes());
        let loaded = PictureEncoder::load(self.home.path());
        self.write(file, &sound);
        loaded
    }

    /// Changes the header of the weights, whose length is kept up.
    fn with_header(&self, from: &str, to: &str) -> Result<PictureEncoder, ModelError> {
        let sound = self.bytes("model.safetensors");
        let length = u64::from_le_bytes(*sound.first_chunk().expect("a length")) as usize;
        let header = String::from_utf8_lossy(&sound[8..8 + length]).into_owned();
        assert!(header.contains(from), "the header has {from}");
        let header = header.replacen(from, to, 1);
        let changed = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &sound[8 + length..]].concat();
        self.write("model.safetensors", &changed);
        let loaded = PictureEncoder::load(self.home.path());
        self.write("model.safetensors", &sound);
        loaded
    }
}

fn corrupt(loaded: Result<PictureEncoder, ModelError>, word: &str) {
    match loaded {
        Err(ModelError::Corrupt { what, .. }) => assert!(what.contains(word), "{what}, not {word}"),
        other => panic!("{other:?}, not {word}"),
    }
}

fn unsupported(loaded: Result<PictureEncoder, ModelError>, word: &str) {
    match loaded {
        Err(error @ ModelError::Unsupported { .. }) => assert!(error.to_string().contains(word), "{error}"),
        other => panic!("{other:?}, not {word}"),
    }
}

#[test]
fn a_part_that_is_missing_is_named() {
    for file in FILES {
        let copy = Copy::of("tiny-clip");
        std::fs::remove_file(copy.home.path().join(file)).expect("deletes");
        let Err(error @ ModelError::Missing { .. }) = PictureEncoder::load(copy.home.path()) else {
            panic!("{file} is missed")
        };
        assert!(error.to_string().contains(file), "{error}");
    }
    let copy = Copy::of("tiny-clip");
    std::fs::remove_file(copy.home.path().join("model.safetensors")).expect("deletes");
    copy.write("model.safetensors.index.json", b"{}");
    unsupported(PictureEncoder::load(copy.home.path()), "model.safetensors.index.json");
    assert!(matches!(PictureEncoder::load(Path::new("/no/such/folder")), Err(ModelError::Missing { .. })));
}

#[test]
fn weights_that_are_cut_anywhere_are_damaged() {
    let copy = Copy::of("tiny-siglip");
    let whole = copy.bytes("model.safetensors");
    for length in [0, 4, 8, 9, 100, 4000, whole.len() / 2, whole.len() - 1] {
        copy.write("model.safetensors", &whole[..length]);
        corrupt(PictureEncoder::load(copy.home.path()), "");
    }
    for nonsense in
        [b"GGUF\x03\0\0\0 and so on".as_slice(), &[255; 64], b"\x02\0\0\0\0\0\0\0[]", b"\x04\0\0\0\0\0\0\0null"]
    {
        copy.write("model.safetensors", nonsense);
        corrupt(PictureEncoder::load(copy.home.path()), "");
    }
}

#[test]
fn what_the_header_of_the_weights_claims_is_checked() {
    let copy = Copy::of("tiny-clip");
    let bias = r#""text_model.encoder.layers.0.mlp.fc1.bias":{"dtype":"F32","shape":[40]"#;
    let other = |to: &str| copy.with_header(bias, to);
    let name = r#""text_model.encoder.layers.0.mlp.fc1.bias":"#;
    unsupported(other(&format!(r#"{name}{{"dtype":"I8","shape":[40]"#)), "I8");
    corrupt(other(&format!(r#"{name}{{"dtype":"F32","shape":[41]"#)), "[41]");
    corrupt(other(&format!(r#"{name}{{"dtype":"F32","shape":[18446744073709551615,4]"#)), "shape");
    corrupt(other(&format!(r#"{name}{{"dtype":"F16","shape":[40]"#)), "too few or too many");
    corrupt(other(&format!(r#"{name}{{"dtype":"F32","shape":"wide""#)), "fc1.bias");
    corrupt(other(r#""somewhere.else":{"dtype":"F32","shape":[40]"#), "is missing");
    corrupt(
        copy.with_header(r#""data_offsets":["#, r#""data_offsets":[18446744073709551615,3],"x":["#),
        "beyond the end",
    );
    corrupt(copy.with_header(r#""data_offsets":["#, r#""data_offsets":[0,99999999999],"x":["#), "beyond the end");
    // A number that is none.
    let mut bytes = copy.bytes("model.safetensors");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    copy.write("model.safetensors", &bytes);
    corrupt(PictureEncoder::load(copy.home.path()), "no number");
}

#[test]
fn settings_that_do_not_fit_or_are_huge_are_refused_before_anything_is_made() {
    let copy = Copy::of("tiny-clip");
    let config = |from: &str, to: &str| copy.with("config.json", from, to);
    unsupported(config(r#""model_type": "clip","#, r#""model_type": "blip","#), "blip");
    unsupported(config(r#""model_type": "clip","#, ""), "does not name");
    unsupported(config(r#""num_hidden_layers": 2"#, r#""hidden_act": "swish", "num_hidden_layers": 2"#), "swish");
    unsupported(config(r#""patch_size": 8"#, r#""num_channels": 4, "patch_size": 8"#), "three colours");
    for name in [
        "hidden_size\": 24",
        "intermediate_size\": 40",
        "num_hidden_layers\": 2",
        "num_attention_heads\": 3",
        "max_position_embeddings\": 20",
        "vocab_size\": 93",
        "image_size\": 32",
        "patch_size\": 8",
        "projection_dim\": 12",
    ] {
        let key = name.split('"').next().expect("a key");
        for number in ["0", "4611686018427387904"] {
            corrupt(config(name, &format!("{key}\": {number}")), key);
        }
        corrupt(config(name, &format!("{key}\": -1")), "");
        corrupt(config(name, &format!("{key}\": \"many\"")), "");
    }
    corrupt(config("hidden_size\": 24", "hidden_size\": 48"), "shape");
    corrupt(config("num_attention_heads\": 3", "num_attention_heads\": 5"), "heads");
    corrupt(config("patch_size\": 8", "patch_size\": 7"), "divide");
    corrupt(config("hidden_size\": 24", "layer_norm_eps\": -1.0, \"hidden_size\": 24"), "layer_norm_eps");
    let preparation = |from: &str, to: &str| copy.with("preprocessor_config.json", from, to);
    corrupt(preparation("\"shortest_edge\": 36", "\"shortest_edge\": 31"), "size");
    corrupt(preparation("\"shortest_edge\": 36", "\"shortest_edge\": 99999999"), "size");
    corrupt(preparation("\"height\": 32", "\"height\": 24"), "square");
    corrupt(preparation("\"image_mean\": [", "\"image_means\": ["), "image_mean");
    corrupt(preparation("0.26862954", "0.0"), "out of range");
    unsupported(preparation("\"resample\": 3", "\"resample\": 5"), "filter 5");
    unsupported(preparation("\"do_resize\": true", "\"do_resize\": false"), "not resized");
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json"] {
        for nonsense in [b"".as_slice(), b"{", b"[]", b"null", &[0xff; 40], &b"[".repeat(5000)] {
            let copy = Copy::of("tiny-clip");
            copy.write(file, nonsense);
            let refused = PictureEncoder::load(copy.home.path());
            assert!(
                matches!(refused, Err(ModelError::Corrupt { .. } | ModelError::Unsupported { .. })),
                "{file}: {refused:?}"
            );
        }
    }
}

#[test]
fn a_tokenizer_with_more_tokens_than_the_model_is_found_out() {
    let small = Copy::of("tiny-siglip");
    std::fs::copy(folder("tiny-clip").join("tokenizer.json"), small.home.path().join("tokenizer.json"))
        .expect("copies");
    let encoder = PictureEncoder::load(small.home.path()).expect("loads");
    let refused = encoder.texts(&["the skin"]);
    assert!(matches!(&refused, Err(ModelError::Failed { message, .. }) if message.contains("49")), "{refused:?}");
}

#[test]
fn no_panic_over_changed_bytes_comes_out() {
    let mut random = StdRng::seed_from_u64(5);
    for (name, _) in FOLDERS {
        let copy = Copy::of(name);
        for file in FILES {
            let sound = copy.bytes(file);
            let reach = if file == "model.safetensors" { 6000 } else { sound.len() };
            for _ in 0..100 {
                let mut bytes = sound.clone();
                for _ in 0..random.random_range(1..4) {
                    let at = random.random_range(0..reach);
                    bytes[at] =
                        if random.random_bool(0.5) { b'0' + random.random_range(0..10) } else { random.random() };
                }
                copy.write(file, &bytes);
                if let Ok(encoder) = PictureEncoder::load(copy.home.path()) {
                    let rgb = picture(9, 50);
                    // May fail, in words.
                    let _ = encoder.pictures(&[Pixels::new(9, 50, &rgb).expect("fits")]);
                    let _ = encoder.texts(&["the skin of an arm", ""]);
                }
            }
            copy.write(file, &sound);
        }
    }
}

/// The bundle with one text put for another of the same length, loaded.
fn changed_bundle(from: &str, to: &str) -> Result<PictureEncoder, ModelError> {
    assert_eq!(from.len(), to.len());
    let mut bytes = std::fs::read(folder(BUNDLE)).expect("reads");
    let at = bytes.windows(from.len()).position(|part| part == from.as_bytes()).expect("is in the file");
    bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("changed.gguf");
    std::fs::write(&path, bytes).expect("writes");
    PictureEncoder::load(&path)
}

#[test]
fn a_bundle_that_lacks_a_part_is_refused_by_name() {
    unsupported(changed_bundle("clip.has_text_encoder", "clip.has_text_encodes"), "one side only");
    corrupt(changed_bundle("clip.vision.image_size", "clip.vision.image_side"), "image_size");
    corrupt(changed_bundle("clip.text.context_length", "clip.text.context_lengte"), "max_position_embeddings");
    corrupt(changed_bundle("clip.vision.image_std", "clip.vision.image_sta"), "clip.vision.image_std");
    corrupt(changed_bundle("tokenizer.ggml.tokens", "tokenizer.ggml.tokans"), "tokenizer.ggml.tokens");
    corrupt(changed_bundle("v.blk.0.attn_q.bias", "v.blk.0.attn_x.bias"), "v.blk.0.attn_q.bias");
}

#[test]
fn no_panic_over_changed_bytes_of_a_bundle_comes_out() {
    let mut random = StdRng::seed_from_u64(6);
    let sound = std::fs::read(folder(BUNDLE)).expect("reads");
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("changed.gguf");
    // The header, with the tokens.
    let reach = sound.len() / 6;
    for _ in 0..300 {
        let mut bytes = sound.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..reach);
            bytes[at] = random.random();
        }
        std::fs::write(&path, &bytes).expect("writes");
        if let Ok(encoder) = PictureEncoder::load(&path) {
            let rgb = picture(9, 50);
            // May fail, in words.
            let _ = encoder.pictures(&[Pixels::new(9, 50, &rgb).expect("fits")]);
            let _ = encoder.texts(&["the skin of an arm", ""]);
        }
    }
}

#[test]
fn a_bundle_is_taken_in_as_an_encoder_of_pictures() {
    let home = tempfile::tempdir().expect("a folder");
    let registry = Registry::at(home.path().join("models"));
    let model = registry.add(&folder(BUNDLE), true, &Cancel::default(), |_| ()).expect("is taken");
    assert_eq!((model.purpose, model.architecture.as_str()), (Purpose::Vision, "clip"));
    assert!(matches!(model.trial(), Trial::Pictures { pictures, texts } if pictures > 0.0 && texts > 0.0));
    assert_eq!(registry.chosen_pictures().expect("reads").map(|m| m.id), Some(model.id.clone()));
    let whole = registry.check(&model.id, home.path(), Thoroughness::Full, &Cancel::default()).expect("is sound");
    assert!(PictureEncoder::load(&whole).is_ok());
}

#[test]
fn a_folder_is_taken_in_listed_chosen_checked_and_removed() {
    let home = tempfile::tempdir().expect("a folder");
    let registry = Registry::at(home.path().join("models"));
    let cancel = Cancel::default();
    assert!(registry.chosen_pictures().expect("reads").is_none());
    let model = registry.add(&folder("tiny-clip"), true, &cancel, |_| ()).expect("is taken");
    assert_eq!(
        (model.purpose, model.architecture.as_str(), model.name.as_str()),
        (Purpose::Vision, "clip", "tiny-clip")
    );
    assert!(matches!(model.trial(), Trial::Pictures { pictures, texts } if pictures > 0.0 && texts > 0.0));
    assert_eq!(
        model.size,
        FILES.map(|file| std::fs::metadata(model.file.join(file)).expect("is there").len()).iter().sum::<u64>()
    );
    // Who points at a file of the folder means the folder, and what is known is not taken twice.
    let again = registry.add(&folder("tiny-clip").join("model.safetensors"), true, &cancel, |_| ()).expect("is known");
    assert_eq!(again, model);
    let other = registry.add(&folder("tiny-siglip"), false, &cancel, |_| ()).expect("is taken");
    assert_eq!(other.file, folder("tiny-siglip"));
    assert_eq!(
        registry.chosen_pictures().expect("reads").map(|m| m.id),
        Some(model.id.clone()),
        "the first one brought"
    );
    assert_eq!(registry.choose(&other.id).expect("is there"), Purpose::Vision);
    assert_eq!(registry.chosen_pictures().expect("reads").map(|m| m.id), Some(other.id.clone()));
    assert_eq!(registry.chosen(), DEFAULT_CHAT, "the chat model stays as it was");

    let check = |how| registry.check(&model.id, home.path(), how, &cancel);
    assert_eq!(check(Thoroughness::Full).expect("is sound"), model.file);
    PictureEncoder::load(&model.file).expect("our copy loads");
    let tokenizer = model.file.join("tokenizer.json");
    let text = std::fs::read_to_string(&tokenizer).expect("reads");
    std::fs::write(&tokenizer, text.replacen("<start>", "<stArt>", 1)).expect("writes");
    assert!(check(Thoroughness::Quick).is_ok());
    assert!(matches!(check(Thoroughness::Full), Err(ModelError::Corrupt { .. })));
    std::fs::remove_file(&tokenizer).expect("deletes");
    assert!(matches!(check(Thoroughness::Quick), Err(ModelError::Missing { .. })));

    registry.remove(&other.id).expect("is there");
    registry.remove(&model.id).expect("is there");
    assert!(!model.file.exists() && folder("tiny-siglip").join("config.json").is_file());
    assert!(registry.brought().expect("reads").is_empty() && registry.chosen_pictures().expect("reads").is_none());
}

#[test]
fn a_folder_that_cannot_be_used_leaves_nothing_behind() {
    let home = tempfile::tempdir().expect("a folder");
    let registry = Registry::at(home.path().join("models"));
    let copy = Copy::of("tiny-clip");
    // All numbers of a projection zero: every picture is one to it.
    let mut bytes = copy.bytes("model.safetensors");
    let length = u64::from_le_bytes(*bytes.first_chunk().expect("a length")) as usize;
    bytes[8 + length..].fill(0);
    copy.write("model.safetensors", &bytes);
    assert!(inspect(copy.home.path()).is_ok(), "its outline is sound");
    let refused = registry.add(copy.home.path(), true, &Cancel::default(), |_| ());
    assert!(matches!(refused, Err(ModelError::Failed { .. } | ModelError::Corrupt { .. })), "{refused:?}");
    let empty = tempfile::tempdir().expect("a folder");
    assert!(matches!(registry.add(empty.path(), true, &Cancel::default(), |_| ()), Err(ModelError::Missing { .. })));
    let left: Vec<_> = std::fs::read_dir(home.path().join("models")).map(|l| l.flatten().collect()).unwrap_or_default();
    assert!(left.is_empty(), "{left:?}");
    let cancel = Cancel::default();
    cancel.raise();
    assert!(matches!(try_out(&folder("tiny-clip"), &cancel), Err(ModelError::Cancelled)));
}

#[test]
fn the_eyes_of_a_chat_model_are_refused_in_words() {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let entry = [text("general.architecture"), 8_u32.to_le_bytes().to_vec(), text("clip")].concat();
    let bytes =
        [b"GGUF".as_slice(), &3_u32.to_le_bytes(), &0_u64.to_le_bytes(), &1_u64.to_le_bytes(), &entry, &[0; 32]]
            .concat();
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("mmproj.gguf");
    std::fs::write(&file, bytes).expect("writes");
    let Err(error @ ModelError::Unsupported { .. }) = inspect(&file) else { panic!("it is refused") };
    assert!(
        error.to_string().contains("eyes of a chat model") && error.to_string().contains("folder of a CLIP"),
        "{error}"
    );
}
