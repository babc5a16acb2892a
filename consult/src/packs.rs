//! Installing packs that came on a stick, and going back.

use crate::Folders;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hakim_contract::{Failure, PackChange, PackRef, PackUpload};
use hakim_knowledge::{PackStore, SealError, builtin_packs};

/// Installs a signed pack; it is used from the next start on.
///
/// # Errors
/// `pack-...`, one for every [`SealError`]; the pack before stays in use.
pub(crate) fn install(folders: &Folders, upload: &PackUpload) -> Result<PackChange, Failure> {
    let bytes = STANDARD.decode(&upload.base64).map_err(|e| Failure::new("pack-not-a-pack").because(e))?;
    let store = PackStore::new(folders.store());
    if let Some(key) = &upload.trust {
        // Named by its first digits: the user knows the sender, the machine does not.
        let name: String = key.chars().take(8).collect();
        store.trust(&name, key).map_err(|e| failed(&e))?;
    }
    let pack = store.install(&bytes, &builtin_packs()).map_err(|e| failed(&e))?;
    Ok(PackChange { id: pack.manifest.id, version: Some(pack.manifest.version), changes: pack.manifest.changes })
}

/// Goes back one version.
///
/// # Errors
/// `pack-nothing-before`, `pack-io`.
pub(crate) fn roll_back(folders: &Folders, pack: PackRef) -> Result<PackChange, Failure> {
    let version = PackStore::new(folders.store()).roll_back(&pack.id).map_err(|e| failed(&e))?;
    Ok(PackChange { id: pack.id, version, changes: String::new() })
}

fn failed(error: &SealError) -> Failure {
    let failure = match error {
        SealError::NotAPack => Failure::new("pack-not-a-pack"),
        SealError::Truncated { pack, missing } => {
            Failure::new("pack-truncated").with("pack", pack).with("missing", missing)
        }
        SealError::Future { pack, format, known } => {
            Failure::new("pack-future").with("pack", pack).with("format", format).with("known", known)
        }
        SealError::Damaged { pack } => Failure::new("pack-damaged").with("pack", pack),
        SealError::WrongSignature { pack } => Failure::new("pack-wrong-signature").with("pack", pack),
        SealError::Unsigned { pack } => Failure::new("pack-unsigned").with("pack", pack),
        SealError::UnknownSigner { pack, signer } => {
            Failure::new("pack-unknown-signer").with("pack", pack).with("signer", signer)
        }
        SealError::Broken { pack, count, .. } => Failure::new("pack-broken").with("pack", pack).with("count", count),
        SealError::Manifest(_) => Failure::new("pack-not-a-pack"),
        SealError::Io(_) => Failure::new("pack-io"),
        SealError::NothingBefore { pack } => Failure::new("pack-nothing-before").with("pack", pack),
    };
    failure.because(error)
}
