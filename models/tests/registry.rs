//! Models that a user brings: taken in whole or not at all, known again, and gone when removed.

use hakim_models::Cancel;
use hakim_models::catalogue::Thoroughness;
use hakim_models::error::ModelError;
use hakim_models::inspect::Trial;
use hakim_models::registry::{Brought, DEFAULT_CHAT, Registry, Step};
use std::path::{Path, PathBuf};

fn tiny(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/agreement/tiny-{name}.gguf"))
}

fn add(registry: &Registry, file: &Path, copy: bool) -> Result<Brought, ModelError> {
    registry.add(file, copy, &Cancel::default(), |_| ())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

#[test]
fn a_model_is_taken_in_chosen_checked_and_removed() {
    let home = tempfile::tempdir().expect("a folder");
    let registry = Registry::at(home.path().join("models"));
    let mut steps = vec![];
    let model = registry.add(&tiny("gemma3"), true, &Cancel::default(), |step| steps.push(step)).expect("is taken");
    assert_eq!((model.architecture.as_str(), model.licence.as_str()), ("gemma3", "own random numbers"));
    assert!(matches!(model.trial(), Trial::Words { reading, writing } if reading > 0.0 && writing > 0.0));
    assert_eq!(steps.first(), Some(&Step::Inspecting));
    assert!(steps.contains(&Step::Copying(model.size, model.size)) && steps.last() == Some(&Step::Trying));
    assert_eq!(add(&registry, &tiny("gemma3"), true).expect("is known"), model);
    assert_eq!(registry.brought().expect("reads"), std::slice::from_ref(&model));

    assert_eq!(registry.chosen(), DEFAULT_CHAT);
    registry.choose(&model.id).expect("is there");
    assert_eq!(registry.chosen(), model.id);
    assert_eq!(registry.chat_file(home.path()).expect("is sound"), model.file);

    let mut bytes = std::fs::read(&model.file).expect("reads");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&model.file, &bytes).expect("writes");
    let check = |how| registry.check(&model.id, home.path(), how, &Cancel::default());
    assert!(check(Thoroughness::Quick).is_ok());
    assert!(matches!(check(Thoroughness::Full), Err(ModelError::Corrupt { .. })));

    registry.remove(&model.id).expect("is there");
    assert_eq!(registry.chosen(), DEFAULT_CHAT, "what was removed is no longer in use");
    assert_eq!(names(&home.path().join("models")), ["models.toml"]);
    assert!(tiny("gemma3").is_file(), "the user's own file stays");
}

#[test]
fn a_file_that_is_left_in_its_place_is_not_deleted() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("my model (1).gguf");
    std::fs::copy(tiny("gemma3"), &file).expect("copies");
    let registry = Registry::at(home.path().join("models"));
    let model = add(&registry, &file, false).expect("is taken");
    assert_eq!(model.file, file);
    registry.remove(&model.id).expect("is there");
    assert!(file.is_file());
}

#[test]
fn what_cannot_be_used_is_refused_in_words_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("models");
    let registry = Registry::at(&folder);
    let file = home.path().join("brought.gguf");
    let sound = std::fs::read(tiny("llama")).expect("reads");
    let refused = |bytes: &[u8]| {
        std::fs::write(&file, bytes).expect("writes");
        add(&registry, &file, true).expect_err("is refused")
    };
    assert!(matches!(refused(b""), ModelError::Corrupt { .. }));
    assert!(matches!(refused(b"%PDF-1.4"), ModelError::Corrupt { .. }));
    assert!(matches!(refused(&sound[..sound.len() / 2]), ModelError::Corrupt { .. }));
    // Another architecture of the same length.
    let at = sound.windows(5).position(|w| w == b"llama").expect("is named");
    let mut other = sound.clone();
    other[at..at + 5].copy_from_slice(b"mamba");
    let error = refused(&other);
    assert!(matches!(error, ModelError::Unsupported { .. }) && error.to_string().contains("mamba"), "{error}");
    let missing = add(&registry, &home.path().join("nowhere.gguf"), true);
    assert!(matches!(missing, Err(ModelError::Missing { .. })));
    let cancel = Cancel::default();
    cancel.raise();
    let stopped = registry.add(&tiny("llama"), true, &cancel, |_| ());
    assert!(matches!(stopped, Err(ModelError::Cancelled)));
    assert_eq!(names(&folder), Vec::<String>::new());
    assert!(matches!(registry.choose("no-such-model"), Err(ModelError::Unknown { .. })));
    assert!(matches!(registry.remove("no-such-model"), Err(ModelError::Unknown { .. })));
}

#[test]
fn a_damaged_list_is_named_and_the_catalogue_goes_on() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("models.toml"), "chosen = [").expect("writes");
    let registry = Registry::at(home.path());
    assert!(matches!(registry.brought(), Err(ModelError::Catalogue(what)) if what.contains("models.toml")));
    assert_eq!(registry.chosen(), DEFAULT_CHAT);
}
