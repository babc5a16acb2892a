//! The packs are built into the program: a changed or new file must build it anew.

fn main() {
    println!("cargo::rerun-if-changed=packs");
}
