//! The knowledge in use: packs loaded and checked, lexicon, names and search index built over them.

use crate::Folders;
use hakim_clinical::{KnowledgeBase, PackInfo, Seen};
use hakim_contract::{AssetView, Failure, PackView};
use hakim_knowledge::{
    Across, GROWTH_FILES, InstalledPacks, Lexicon, Library, NameBook, PackStore, Prepared, Stats, Wording,
    add_ansm_pairs, builtin_packs, hex, packs_in, prepare, prepare_installed, stats,
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
    /// words of other languages told in English, for the search
    pub across: Across,
    /// words of the packs by condition
    pub wording: Wording,
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
        let cache = folders.data.join("cache");
        let outside = folders.packs.as_deref().and_then(|dir| sound(dir, &cache, &mut problems));
        let (mut base, key) = match outside {
            Some(sound) => sound,
            None => {
                let prepared = installed_packs(&PackStore::new(folders.store()), &cache, &mut problems)?;
                problems.extend(prepared.problems);
                installed = prepared.installed;
                (prepared.base, prepared.key)
            }
        };
        let rare = find_asset(&folders.assets, "phenotype.hpoa").or_else(|| find_asset(&folders.assets, "rare.bin"));
        let assets = vec![
            add_interactions(&mut base, &folders.assets, &mut problems),
            AssetView { name: "rare diseases".into(), present: rare.is_some() },
            AssetView {
                name: "growth".into(),
                present: folders.assets.join("growth").join(GROWTH_FILES[0].0).is_file(),
            },
        ];
        // The lexicon is the slow part: it is built beside the rest.
        let (lexicon, names, library, counted) = std::thread::scope(|scope| {
            let lexicon = scope.spawn(|| Lexicon::kept(&base, &cache, &key));
            let names = NameBook::new(&base);
            let library = Library::kept(&base, &cache, &key);
            let counted = stats(&base);
            (lexicon.join(), names, library, counted)
        });
        Ok(Self {
            lexicon: lexicon.map_err(|_| Failure::new("internal").because("the lexicon could not be built"))?,
            names,
            library: library.map_err(|e| Failure::new("index-broken").because(e))?,
            across: Across::default(),
            wording: Wording::new(Some(&cache), &key),
            stats: counted,
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

fn installed_packs(store: &PackStore, cache: &Path, problems: &mut Vec<String>) -> Result<Prepared, Failure> {
    let installed = store.in_use().unwrap_or_else(|e| {
        problems.push(e.to_string());
        InstalledPacks::default()
    });
    prepare_installed(&builtin_packs(), installed, Some(cache)).map_err(|found| {
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        Failure::new("packs-missing").because(said.join("\n"))
    })
}

/// The packs of a folder without a single problem, or nothing: half a pack is not safe.
fn sound(dir: &Path, cache: &Path, problems: &mut Vec<String>) -> Option<(KnowledgeBase, String)> {
    let (packs, mut found) = packs_in(dir);
    if found.is_empty() && !packs.is_empty() {
        match prepare(&packs, Some(cache)) {
            Ok(sound) => return Some(sound),
            Err(wrong) => found = wrong,
        }
    }
    problems.extend(found.iter().map(ToString::to_string));
    None
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
