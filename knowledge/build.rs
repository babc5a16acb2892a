//! The packs are built into the program: a changed or new file must build it anew. And the shape of what is kept between
//! starts is hashed, so that a changed program never opens what an older one kept.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=packs");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=../clinical/src");
    let mut hasher = DefaultHasher::new();
    for folder in ["src", "../clinical/src"] {
        hash_folder(Path::new(folder), &mut hasher);
    }
    println!("cargo::rustc-env=HAKIM_SHAPE={:016x}", hasher.finish());
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            hash_folder(&path, hasher);
        } else {
            path.display().to_string().hash(hasher);
            std::fs::read(&path).unwrap_or_default().hash(hasher);
        }
    }
}
