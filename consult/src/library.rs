//! The knowledge in use: packs loaded and checked, lexicon, names and search index built over them.

use crate::Folders;
use hakim_clinical::{KnowledgeBase, PackInfo, Seen};
use hakim_contract::{AssetView, Failure, PackView};
use hakim_knowledge::{
    Lexicon, Library, NameBook, PackFiles, PackStore, SealedPack, Stats, add_ansm_pairs, builtin_packs, check, hex,
    load, packs_in, stats, together,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Asset folder and files of the interaction thesaurus.
const ANSM_FILES: [&str; 2] = [
    "thesaurus-referentiel-national-des-interactions-medicamenteuses-20102020.json",
    "index-des-substances-20102020.json",
];

/// Everything loaded, immutable.
pub struct Knowledge {
    /// what the packs say
    pub base: KnowledgeBase,
    /// phrases of the vocabulary
    pub lexicon: Lexicon,
    /// names of medicines and remedies
    pub names: NameBook,
    /// searchable passages
    pub library: Library,
    /// counts
    pub stats: Stats,
    /// what is wrong with packs that were refused
    pub problems: Vec<String>,
    /// installed packs in use: id and who signed
    pub installed: BTreeMap<String, String>,
    /// data files and whether they are there
    pub assets: Vec<AssetView>,
}

impl Knowledge {
    /// Loads the packs of `folders`, or the built-in ones when those are absent or refused.
    ///
    /// # Errors
    /// `packs-missing` when not even the built-in packs can be used, `index-broken` when no index can be built.
    pub fn load(folders: &Folders) -> Result<Self, Failure> {
        let mut problems = vec![];
        let mut installed = vec![];
        let outside = folders.packs.as_deref().and_then(|dir| sound(from_disk(dir, &mut problems), &mut problems));
        let mut base = match outside {
            Some(base) => base,
            None => {
                let builtin = builtin_packs();
                installed = installed_packs(&PackStore::new(folders.store()), &builtin, &mut problems);
                let mut own_problems = vec![];
                let base = sound(Some(together(&builtin, &installed)), &mut own_problems);
                problems.extend(own_problems);
                base.ok_or_else(|| Failure::new("packs-missing").because(problems.join("\n")))?
            }
        };
        let assets = vec![add_interactions(&mut base, &folders.assets, &mut problems)];
        Ok(Self {
            lexicon: Lexicon::new(&base),
            names: NameBook::new(&base),
            library: Library::new(&base).map_err(|e| Failure::new("index-broken").because(e))?,
            stats: stats(&base),
            base,
            problems,
            assets,
            installed: installed.into_iter().map(|p| (p.manifest.id, hex(p.signer.as_bytes()))).collect(),
        })
    }

    /// The packs, for the screen.
    pub fn packs(&self) -> Vec<PackView> {
        let count = |id: &str| {
            let ours = |pack: &str| pack == id;
            self.base.conditions.values().filter(|c| ours(&c.pack)).count()
                + self.base.traditional.values().filter(|c| ours(&c.pack)).count()
        };
        self.base
            .packs
            .iter()
            .map(|PackInfo { id, version, title }| PackView {
                id: id.clone(),
                title: title.clone(),
                version: version.clone(),
                conditions: count(id),
                passages: self.base.passages.values().filter(|p| p.pack == *id).count(),
                signer: self.installed.get(id).cloned(),
            })
            .collect()
    }

    /// Whether a fact's passage was read.
    pub fn seen(seen: &Seen) -> bool {
        *seen != Seen::NotSeen
    }
}

fn installed_packs(store: &PackStore, builtin: &[PackFiles], problems: &mut Vec<String>) -> Vec<SealedPack> {
    match store.in_use(builtin) {
        Ok(installed) => {
            problems.extend(installed.problems);
            installed.packs
        }
        Err(e) => {
            problems.push(e.to_string());
            vec![]
        }
    }
}

fn from_disk(dir: &Path, problems: &mut Vec<String>) -> Option<Vec<PackFiles>> {
    let (packs, unreadable) = packs_in(dir);
    problems.extend(unreadable.iter().map(ToString::to_string));
    (unreadable.is_empty() && !packs.is_empty()).then_some(packs)
}

/// A base without a single problem, or nothing: half a pack is not safe.
fn sound(packs: Option<Vec<PackFiles>>, problems: &mut Vec<String>) -> Option<KnowledgeBase> {
    let loaded = load(&packs?);
    let mut found = loaded.problems;
    if found.is_empty() {
        found = check(&loaded.base);
    }
    problems.extend(found.iter().map(ToString::to_string));
    found.is_empty().then_some(loaded.base)
}

/// Finds a file by name below the assets folder, two levels deep at most.
pub(crate) fn find_asset(assets: &Path, name: &str) -> Option<PathBuf> {
    let direct = assets.join(name);
    if direct.is_file() {
        return Some(direct);
    }
    let folders = std::fs::read_dir(assets).ok()?;
    folders.flatten().map(|e| e.path().join(name)).find(|p| p.is_file())
}

fn add_interactions(base: &mut KnowledgeBase, assets: &Path, problems: &mut Vec<String>) -> AssetView {
    let files: Option<Vec<PathBuf>> = ANSM_FILES.iter().map(|f| find_asset(assets, f)).collect();
    let texts = files.and_then(|f| f.iter().map(|p| std::fs::read_to_string(p).ok()).collect::<Option<Vec<_>>>());
    let added = match texts.as_deref() {
        Some([thesaurus, index]) => add_ansm_pairs(base, thesaurus, index),
        _ => return AssetView { name: "interactions".into(), present: false },
    };
    if let Err(what) = &added {
        problems.push(what.clone());
    }
    AssetView { name: "interactions".into(), present: added.is_ok() }
}
