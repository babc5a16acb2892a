//! What the user is told when something goes wrong: a message key with arguments, translated by the window.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A failure a user can act on. `key` names a message in `i18n/locales`; that message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// message key without the `error-` prefix
    pub key: String,
    /// arguments of the message
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// technical detail, folded away in the window; never holds patient data
    #[serde(default)]
    pub detail: String,
}

impl Failure {
    /// A failure without arguments.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: BTreeMap::new(), detail: String::new() }
    }
    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
    /// Adds the technical cause.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.detail = cause.to_string();
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.key)?;
        if !self.args.is_empty() {
            write!(f, " {:?}", self.args)?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
