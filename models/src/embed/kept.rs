//! Vectors kept on disk by what they were made of, so that a text is encoded once.
//!
//! One file, to which records are added at the end: a mark, the key, the vector, a check of both. A program that is killed
//! leaves at most half a record, and a record that does not pass its check is as if it were not there: its text is encoded
//! again. Nothing of a text can be read from the file but what its vector says; even so, only texts that are no secret belong
//! here.

use super::{DIMENSIONS, Encoder, Kind};
use crate::error::ModelError;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// SHA-256 over the model, the kind of text and the text.
type Key = [u8; 32];

/// Begins every record; the digit is the version of the format and of the arithmetic that made the vectors.
const MARK: &[u8; 4] = b"HKV3";
const CHECK_BYTES: usize = 8;
const VECTOR_BYTES: usize = DIMENSIONS * size_of::<f32>();
const RECORD_BYTES: usize = MARK.len() + size_of::<Key>() + VECTOR_BYTES + CHECK_BYTES;

/// Texts that are encoded before their vectors are written: what a killed program loses.
const WRITE_EVERY: usize = 256;

/// Vectors in a file.
#[derive(Debug)]
pub struct Kept {
    file: PathBuf,
    model: String,
    most: usize,
    /// with the place of its newest record in the file, counted in records
    vectors: HashMap<Key, (u64, Vec<f32>)>,
    /// records read or written so far, sound ones
    records: u64,
}

impl Kept {
    /// Vectors that a file can hold unless said otherwise: about 100 MB.
    pub const USUAL_MOST: usize = 64 * 1024;

    /// Opens the vectors in `file`, which need not exist, for an encoder that `model` names: the SHA-256 of its file, or
    /// anything else that changes with it. When the file holds more than `most` vectors, the oldest go. What cannot be read is
    /// left out, for it can be made again.
    pub fn open(file: &Path, model: &str, most: usize) -> Self {
        let mut kept = Self {
            file: file.to_owned(),
            model: model.to_owned(),
            most: most.max(1),
            vectors: HashMap::new(),
            records: 0,
        };
        kept.read();
        kept
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// The vector of a text, if it is there.
    pub fn get(&self, text: &str, kind: Kind) -> Option<&[f32]> {
        self.vectors.get(&self.key(text, kind)).map(|(_, vector)| vector.as_slice())
    }

    /// Encodes those of the texts that are not there yet, and keeps them. `tell` hears how many of how many are done. A full
    /// disk is no error: then they are there for this run of the program only.
    ///
    /// # Errors
    /// Those of [`Encoder::encode_batch`]; what was done before is kept.
    pub fn fill(
        &mut self,
        encoder: &Encoder,
        texts: &[&str],
        kind: Kind,
        together: usize,
        mut tell: impl FnMut(usize, usize),
    ) -> Result<(), ModelError> {
        let mut missing: Vec<(Key, &str)> = texts.iter().map(|text| (self.key(text, kind), *text)).collect();
        missing.retain(|(key, _)| !self.vectors.contains_key(key));
        missing.sort_unstable();
        missing.dedup();
        let mut unwritten = vec![];
        for (done, batch) in missing.chunks(together.max(1)).enumerate() {
            tell(done * together.max(1), missing.len());
            let words: Vec<&str> = batch.iter().map(|(_, text)| *text).collect();
            let vectors = match encoder.encode_batch(&words, kind) {
                Ok(vectors) => vectors,
                Err(error) => {
                    self.write(&unwritten);
                    return Err(error);
                }
            };
            for ((key, _), vector) in batch.iter().zip(vectors) {
                self.insert(*key, vector);
                unwritten.push(*key);
            }
            if unwritten.len() >= WRITE_EVERY {
                self.write(&unwritten);
                unwritten.clear();
            }
        }
        self.write(&unwritten);
        Ok(())
    }

    fn insert(&mut self, key: Key, vector: Vec<f32>) {
        self.vectors.insert(key, (self.records, vector));
        self.records += 1;
    }

    fn key(&self, text: &str, kind: Kind) -> Key {
        let kind = match kind {
            Kind::Query => b'q',
            Kind::Passage => b'p',
        };
        let mut hash = Sha256::new();
        hash.update((self.model.len() as u64).to_le_bytes());
        hash.update(self.model.as_bytes());
        hash.update([kind]);
        hash.update(text.as_bytes());
        hash.finalize().into()
    }

    fn read(&mut self) {
        let most_bytes = (2 * self.most).saturating_mul(RECORD_BYTES) as u64;
        let (mut bytes, mut outgrown) = (vec![], false);
        let read = File::open(&self.file).and_then(|mut file| {
            // Only the newest of a file that has outgrown its bounds.
            let size = file.metadata()?.len();
            outgrown = size > most_bytes;
            file.seek(SeekFrom::Start(size.saturating_sub(most_bytes)))?;
            file.take(most_bytes).read_to_end(&mut bytes)
        });
        if read.is_err() {
            return;
        }
        let mut rest = bytes.as_slice();
        while rest.len() >= RECORD_BYTES {
            match sound(&rest[..RECORD_BYTES]) {
                Some((key, vector)) => {
                    self.insert(key, vector);
                    rest = &rest[RECORD_BYTES..];
                }
                // Half a record lies here, or a damaged one: the next begins with the next mark.
                None => {
                    let next = rest[1..].windows(MARK.len()).position(|bytes| bytes == MARK);
                    rest = next.map_or(&[], |at| &rest[1 + at..]);
                }
            }
        }
        if outgrown || self.vectors.len() > self.most {
            self.forget_the_oldest();
        }
    }

    /// Down to half of what there may be, so that it does not happen again soon.
    fn forget_the_oldest(&mut self) {
        let mut places: Vec<u64> = self.vectors.values().map(|(place, _)| *place).collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        let oldest = places.get(self.most.div_ceil(2) - 1).copied().unwrap_or_default();
        self.vectors.retain(|_, (place, _)| *place >= oldest);
        let mut keys: Vec<(u64, Key)> = self.vectors.iter().map(|(key, (place, _))| (*place, *key)).collect();
        keys.sort_unstable();
        let body: Vec<u8> = keys.iter().flat_map(|(_, key)| self.record(key)).collect();
        // Whole or not at all. Where it cannot be written the old file stays, which is no worse.
        let draft = self.file.with_extension(format!("draft-{}", std::process::id()));
        let written = File::create(&draft).and_then(|mut file| file.write_all(&body).and_then(|()| file.sync_all()));
        if written.and_then(|()| std::fs::rename(&draft, &self.file)).is_err() {
            let _ = std::fs::remove_file(&draft);
        }
    }

    /// Adds records at the end of the file.
    fn write(&mut self, keys: &[Key]) {
        if keys.is_empty() {
            return;
        }
        let body: Vec<u8> = keys.iter().flat_map(|key| self.record(key)).collect();
        if let Some(folder) = self.file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let opened = OpenOptions::new().create(true).append(true).open(&self.file);
        // One write, which the system puts at the end even when another program adds too. What fails is made again next time.
        let _ = opened.and_then(|mut file| file.write_all(&body).and_then(|()| file.sync_data()));
        if self.vectors.len() > self.most {
            self.forget_the_oldest();
        }
    }

    fn record(&self, key: &Key) -> Vec<u8> {
        let Some((_, vector)) = self.vectors.get(key) else { return vec![] };
        let mut bytes = MARK.to_vec();
        bytes.extend(key);
        bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(check(&bytes));
        bytes
    }
}

/// The first bytes of a SHA-256.
fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    std::array::from_fn(|n| hash[n])
}

fn sound(record: &[u8]) -> Option<(Key, Vec<f32>)> {
    let (body, sum) = record.split_at_checked(RECORD_BYTES - CHECK_BYTES)?;
    let (key, numbers) = body.strip_prefix(MARK.as_slice())?.split_first_chunk()?;
    if check(body) != *sum {
        return None;
    }
    let vector: Vec<f32> = numbers.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Some((*key, vector))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(seed: usize) -> Vec<f32> {
        (0..DIMENSIONS).map(|n| (n * 7 + seed) as f32).collect()
    }

    fn keep(kept: &mut Kept, texts: &[String]) {
        for (seed, text) in texts.iter().enumerate() {
            let key = kept.key(text, Kind::Passage);
            kept.insert(key, vector(seed));
            kept.write(&[key]);
        }
    }

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("text {n}")).collect()
    }

    fn present(kept: &Kept, texts: &[String]) -> Vec<bool> {
        texts.iter().map(|text| kept.get(text, Kind::Passage).is_some()).collect()
    }

    #[test]
    fn vectors_come_back_for_the_same_model_and_kind_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cache/vectors.bin");
        let texts = texts(3);
        keep(&mut Kept::open(&file, "model a", 10), &texts);
        let kept = Kept::open(&file, "model a", 10);
        assert_eq!(kept.len(), 3);
        assert_eq!(kept.get("text 1", Kind::Passage), Some(vector(1).as_slice()));
        assert!(kept.get("text 1", Kind::Query).is_none() && kept.get("text 9", Kind::Passage).is_none());
        assert!(Kept::open(&file, "model b", 10).get("text 1", Kind::Passage).is_none());
    }

    #[test]
    fn a_killed_program_loses_its_last_record_only_and_the_next_one_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("vectors.bin");
        let texts = texts(4);
        keep(&mut Kept::open(&file, "m", 10), &texts[..3]);
        let whole = std::fs::read(&file).expect("reads");
        for lost in [1, 7, 100, RECORD_BYTES - 1] {
            std::fs::write(&file, &whole[..whole.len() - lost]).expect("writes");
            let mut kept = Kept::open(&file, "m", 10);
            assert_eq!(present(&kept, &texts), [true, true, false, false], "{lost}");
            // Added behind the half record, and found there.
            keep(&mut kept, &texts[3..]);
            assert_eq!(present(&Kept::open(&file, "m", 10), &texts), [true, true, false, true], "{lost}");
        }
    }

    #[test]
    fn a_damaged_record_is_as_if_it_were_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("vectors.bin");
        let texts = texts(3);
        keep(&mut Kept::open(&file, "m", 10), &texts);
        let whole = std::fs::read(&file).expect("reads");
        for at in [0, 3, 5, 40, 500, RECORD_BYTES - 1] {
            let mut damaged = whole.clone();
            damaged[RECORD_BYTES + at] ^= 0x10;
            std::fs::write(&file, &damaged).expect("writes");
            assert_eq!(present(&Kept::open(&file, "m", 10), &texts), [true, false, true], "byte {at}");
        }
        for nonsense in [vec![], b"HKV3".repeat(5000), vec![7; 9000]] {
            std::fs::write(&file, &nonsense).expect("writes");
            assert!(Kept::open(&file, "m", 10).is_empty());
        }
        assert!(Kept::open(folder.path(), "m", 10).is_empty(), "a folder in its place");
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("vectors.bin");
        let texts = texts(25);
        keep(&mut Kept::open(&file, "m", 8), &texts);
        let kept = Kept::open(&file, "m", 8);
        assert!(kept.len() <= 8 && kept.len() >= 4, "{}", kept.len());
        assert!(kept.get("text 24", Kind::Passage).is_some() && kept.get("text 0", Kind::Passage).is_none());
        let size = std::fs::metadata(&file).expect("is there").len();
        assert!(size <= 9 * RECORD_BYTES as u64, "{size}");
        assert_eq!(Kept::open(&file, "m", 2).len(), 1);
    }
}
