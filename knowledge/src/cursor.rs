//! A place in a list of tokens, for the parsers of rules and formulas.

pub(crate) struct Cursor {
    tokens: Vec<String>,
    at: usize,
}

impl Cursor {
    pub(crate) fn new(tokens: Vec<String>) -> Self {
        Self { tokens, at: 0 }
    }

    /// The next token, which stays.
    pub(crate) fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    /// The next token, which is passed.
    pub(crate) fn take(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Passes the next token where it is this one.
    pub(crate) fn accept(&mut self, token: &str) -> bool {
        let there = self.peek() == Some(token);
        self.at += usize::from(there);
        there
    }

    /// # Errors
    /// What is missing where.
    pub(crate) fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.accept(token) {
            return Ok(());
        }
        Err(format!("`{token}` is missing before `{}`", self.peek().unwrap_or("the end")))
    }

    /// # Errors
    /// What stands behind the end.
    pub(crate) fn end(&self) -> Result<(), String> {
        match self.peek() {
            None => Ok(()),
            Some(extra) => Err(format!("`{extra}` is not expected here")),
        }
    }
}
