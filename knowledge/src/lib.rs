//! The knowledge base: packs of cited facts, read and checked, with a lexicon and an index over them.
//!
//! A pack is a folder of TOML files (`FORMAT.md`). [`load()`] turns packs into one [`hakim_clinical::KnowledgeBase`]
//! or says file by file what is wrong; [`Lexicon`] finds findings in free text; [`Library`] searches passages.

mod across;
mod ansm;
mod check;
mod cursor;
mod expression;
mod fields;
mod files;
mod growth;
mod index;
mod lexicon;
mod library;
mod load;
mod names;
mod prepared;
mod problem;
mod repetition;
mod rule;
mod scattered;
mod sealed;
mod stats;
mod store;
mod text;
mod wording;

pub use across::Across;
pub use ansm::{ANSM_SOURCE, add_ansm_pairs};
pub use check::{check, check_authored};
pub use expression::parse_expression;
pub use files::{PackFiles, builtin_packs, packs_in};
pub use growth::{GROWTH_FILES, parse_lms, read_growth_tables};
pub use index::{IndexError, IndexHit, Layer, Piece, Search, TextIndex, telling_words};
pub use lexicon::Lexicon;
pub use library::{Found, Hit, Library, texts_to_encode};
pub use load::{Loaded, load};
pub use names::{FoundName, NameBook, parts as name_parts};
pub use prepared::{Prepared, prepare, prepare_installed};
pub use problem::Problem;
pub use repetition::{OwnWords, RUN};
pub use rule::parse_rule;
pub use sealed::{
    Manifest, PACK_ENDING, SealError, SealedPack, build_pack, hex, key_from_hex, manifest_of, open_pack, read_manifest,
    sign_pack, signing_key_from_hex,
};
pub use stats::{Stats, TraditionCounts, stats};
pub use store::{FileChange, InstalledPacks, PackStore, differing_files, together};
pub use text::{fold, guess_language, search_form, tokens};
pub use wording::{Closeness, Wording};
