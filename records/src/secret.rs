//! Secrets: the passphrase, the printed recovery key and the data key. All are wiped from memory when dropped.

use crate::RecordsError;
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What the user types to open the log; at least [`Passphrase::LEAST`] characters.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// Least number of characters.
    pub const LEAST: usize = 8;

    /// Accepts a passphrase in any script. Kept in NFKC, so that another keyboard types the same one.
    ///
    /// # Errors
    /// [`RecordsError::PassphraseTooShort`].
    pub fn new(typed: &str) -> Result<Self, RecordsError> {
        // Enough room from the start: a growing string would leave copies behind.
        let mut normal = String::with_capacity(typed.len() * 4 + 16);
        normal.extend(typed.nfkc());
        let passphrase = Self(normal);
        if passphrase.0.chars().count() < Self::LEAST {
            return Err(RecordsError::PassphraseTooShort { least: Self::LEAST });
        }
        Ok(passphrase)
    }
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters of a recovery key: 150 bits.
const RANDOM: usize = 30;
/// Check characters after them: 10 bits, so that 1 typing error of 1024 passes.
const CHECK: usize = 2;

/// Printed once when the log is made: eight groups of four characters.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey(String);

impl RecoveryKey {
    pub(crate) fn random() -> Self {
        let mut bytes: Zeroizing<[u8; RANDOM]> = Zeroizing::new(rand::random());
        let mut key = String::with_capacity(RANDOM + CHECK);
        for byte in bytes.iter_mut() {
            // 256 is a multiple of 32: every character is equally likely.
            key.push(char::from(ALPHABET[usize::from(*byte % 32)]));
        }
        key.push_str(&check(&key));
        Self(key)
    }

    /// Reads a key as typed: case, spaces and hyphens do not matter, O is 0, I and L are 1.
    ///
    /// # Errors
    /// [`RecordsError::RecoveryKeyMistyped`] when length, characters or check characters do not fit.
    pub fn read(typed: &str) -> Result<Self, RecordsError> {
        let mut key = String::with_capacity(typed.len());
        for c in typed.chars().filter(|c| c.is_alphanumeric()) {
            key.push(match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            });
        }
        let key = Self(key);
        let known = key.0.bytes().all(|b| ALPHABET.contains(&b));
        if !known || key.0.len() != RANDOM + CHECK || check(&key.0[..RANDOM]) != key.0[RANDOM..] {
            return Err(RecordsError::RecoveryKeyMistyped);
        }
        Ok(key)
    }

    /// As printed: `ABCD-EFGH-...`.
    pub fn printed(&self) -> String {
        let groups: Vec<&str> = (0..self.0.len()).step_by(4).map(|i| &self.0[i..i + 4]).collect();
        groups.join("-")
    }
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(..)")
    }
}

fn check(random: &str) -> String {
    let hash = blake3::hash(random.as_bytes());
    hash.as_bytes()[..CHECK].iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect()
}

/// The random key all content is encrypted under; never leaves memory unwrapped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct DataKey(pub(crate) [u8; 32]);

impl DataKey {
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }
    /// A key for one purpose; `purpose` is a constant of the program.
    pub(crate) fn for_purpose(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(purpose, &self.0))
    }
}
