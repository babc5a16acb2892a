//! Takes the keys of one TOML table one by one, so that every missing, wrong or unknown key is named with its place.

use crate::{Problem, rule::parse_rule};
use hakim_clinical::{Evidence, Grade, Lang, Name, Names, Review, Rule, Seen, Share, SourceId, Text};
use toml::{Table, Value};

/// A file being read and the problems found in it so far.
pub(crate) struct Page<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, problems: vec![] }
    }

    /// The file as a table; a syntax error is one problem with its line.
    pub(crate) fn table(&mut self) -> Option<Table> {
        match self.text.parse::<Table>() {
            Ok(table) => Some(table),
            Err(e) => {
                let line = e.span().map_or(0, |s| self.text[..s.start.min(self.text.len())].matches('\n').count() + 1);
                self.problems.push(Problem {
                    file: self.file.to_owned(),
                    line,
                    id: String::new(),
                    what: format!("is not valid TOML: {}", e.message()),
                });
                None
            }
        }
    }

    pub(crate) fn problem(&mut self, id: &str, what: impl Into<String>) {
        let quoted = format!("\"{id}\"");
        let line = self.text.lines().position(|l| l.contains(&quoted)).map_or(0, |l| l + 1);
        self.problems.push(Problem { file: self.file.to_owned(), line, id: id.to_owned(), what: what.into() });
    }
}

/// One table with the id of what it describes.
pub(crate) struct Fields<'p, 'a> {
    pub(crate) page: &'p mut Page<'a>,
    pub(crate) id: String,
    table: Table,
}

impl<'p, 'a> Fields<'p, 'a> {
    pub(crate) fn new(page: &'p mut Page<'a>, id: impl Into<String>, table: Table) -> Self {
        Self { page, id: id.into(), table }
    }

    pub(crate) fn problem(&mut self, what: impl Into<String>) {
        let id = self.id.clone();
        self.page.problem(&id, what);
    }

    /// Refuses what nobody took: most unknown keys are misspelt ones.
    pub(crate) fn finish(mut self) {
        let left: Vec<String> = self.table.keys().cloned().collect();
        for key in left {
            self.problem(format!("unknown key `{key}`: misspelt, or not part of the format"));
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(crate) fn string(&mut self, key: &str) -> Option<String> {
        match self.table.remove(key)? {
            Value::String(s) if !s.trim().is_empty() => Some(s),
            _ => {
                self.problem(format!("`{key}` must be text in quotes"));
                None
            }
        }
    }

    pub(crate) fn need_string(&mut self, key: &str) -> String {
        if !self.has(key) {
            self.problem(format!("`{key}` is missing"));
        }
        self.string(key).unwrap_or_default()
    }

    pub(crate) fn number(&mut self, key: &str) -> Option<f64> {
        let value = self.table.remove(key)?;
        let n = as_number(&value);
        if n.is_none() {
            self.problem(format!("`{key}` must be a number"));
        }
        n
    }

    pub(crate) fn need_number(&mut self, key: &str) -> f64 {
        if !self.has(key) {
            self.problem(format!("`{key}` is missing"));
        }
        self.number(key).unwrap_or_default()
    }

    pub(crate) fn flag(&mut self, key: &str) -> bool {
        match self.table.remove(key) {
            None => false,
            Some(Value::Boolean(b)) => b,
            Some(_) => {
                self.problem(format!("`{key}` must be true or false"));
                false
            }
        }
    }

    pub(crate) fn strings(&mut self, key: &str) -> Vec<String> {
        match self.table.remove(key) {
            None => vec![],
            Some(Value::Array(items)) => {
                let n = items.len();
                let out: Vec<String> = items.into_iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
                if out.len() != n {
                    self.problem(format!("`{key}` must hold only text in quotes"));
                }
                out
            }
            Some(_) => {
                self.problem(format!("`{key}` must be a list: [\"...\"]"));
                vec![]
            }
        }
    }

    /// A share written short: `[p, low, high]`.
    pub(crate) fn short_share(&mut self, value: &Value) -> Option<Share> {
        let numbers: Vec<f64> = value.as_array().map(|a| a.iter().filter_map(as_number).collect()).unwrap_or_default();
        let [p, low, high] = numbers.as_slice() else {
            self.problem("a share is written [p, low, high]");
            return None;
        };
        self.make_share(*p, *low, *high)
    }

    /// A key of any form.
    pub(crate) fn value(&mut self, key: &str) -> Option<Value> {
        self.table.remove(key)
    }

    /// Two numbers, low then high.
    pub(crate) fn pair(&mut self, key: &str) -> Option<(f64, f64)> {
        let value = self.table.remove(key)?;
        let pair = value.as_array().and_then(|a| match a.as_slice() {
            [low, high] => Some((as_number(low)?, as_number(high)?)),
            _ => None,
        });
        if pair.is_none() {
            self.problem(format!("`{key}` must be two numbers: [low, high]"));
        }
        pair
    }

    pub(crate) fn table(&mut self, key: &str) -> Option<Table> {
        match self.table.remove(key)? {
            Value::Table(t) => Some(t),
            _ => {
                self.problem(format!("`{key}` must be a table"));
                None
            }
        }
    }

    /// `[[key]]` tables, in order.
    pub(crate) fn tables(&mut self, key: &str) -> Vec<Table> {
        match self.table.remove(key) {
            None => vec![],
            Some(Value::Array(items)) => {
                items.into_iter().filter_map(|v| if let Value::Table(t) = v { Some(t) } else { None }).collect()
            }
            Some(_) => {
                self.problem(format!("`{key}` must be written [[{key}]]"));
                vec![]
            }
        }
    }

    /// A word out of a fixed set.
    pub(crate) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let said = self.string(key)?;
        let found = words.iter().find(|(w, _)| *w == said).map(|(_, t)| *t);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
            self.problem(format!("`{key} = \"{said}\"` is not one of: {}", known.join(", ")));
        }
        found
    }

    /// Text per language.
    pub(crate) fn text(&mut self, key: &str) -> Text {
        let Some(table) = self.table(key) else { return Text::default() };
        let mut text = Text::default();
        for (code, value) in table {
            match (Lang::from_code(&code), value.as_str()) {
                (Some(lang), Some(words)) if !words.trim().is_empty() => {
                    text.0.insert(lang, words.trim().to_owned());
                }
                _ => self.problem(format!("`{key}.{code}` must be text in a known language (en ur ar hi fr)")),
            }
        }
        text
    }

    /// Text that the window shows: English and Urdu are required.
    pub(crate) fn need_text(&mut self, key: &str) -> Text {
        let text = self.text(key);
        for lang in [Lang::En, Lang::Ur] {
            if !text.has(lang) {
                self.problem(format!(
                    "`{key}.{}` is missing: everything shown exists in English and Urdu",
                    lang.code()
                ));
            }
        }
        text
    }

    pub(crate) fn names(&mut self, required: &[Lang]) -> Names {
        let mut names = Names::default();
        for (code, value) in self.table("names").unwrap_or_default() {
            let Some(lang) = Lang::from_code(&code) else {
                self.problem(format!("`names.{code}` is not a known language (en ur ar hi fr)"));
                continue;
            };
            let Value::Table(table) = value else {
                self.problem(format!("`names.{code}` must be a table with `term`"));
                continue;
            };
            let id = self.id.clone();
            let mut fields = Fields::new(self.page, id, table);
            let name = Name { term: fields.need_string("term"), lay: fields.strings("lay"), ask: fields.string("ask") };
            fields.finish();
            names.0.insert(lang, name);
        }
        for lang in required {
            if !names.0.contains_key(lang) {
                self.problem(format!("`names.{}` is missing", lang.code()));
            }
        }
        names
    }

    pub(crate) fn rule(&mut self, key: &str) -> Option<(Rule, String)> {
        let written = self.string(key)?;
        match parse_rule(&written) {
            Ok(rule) => Some((rule, written)),
            Err(e) => {
                self.problem(format!("`{key} = \"{written}\"`: {e}"));
                None
            }
        }
    }

    pub(crate) fn share(&mut self, p: &str) -> Option<Share> {
        let estimate = self.need_number(p);
        let Some((low, high)) = self.pair("range") else {
            self.problem("`range` is missing: say between which limits the share plausibly lies");
            return None;
        };
        self.make_share(estimate, low, high)
    }

    pub(crate) fn make_share(&mut self, p: f64, low: f64, high: f64) -> Option<Share> {
        Share::new(p, low, high).map_err(|e| self.problem(e.to_string())).ok()
    }

    /// A share that stands in a table of its own: `{ p = 0.7, range = [0.5, 0.9] }`.
    pub(crate) fn inner_share(&mut self, key: &str) -> Option<Share> {
        let table = self.table(key)?;
        let id = self.id.clone();
        let mut fields = Fields::new(self.page, id, table);
        let share = fields.share("p");
        fields.finish();
        share
    }

    pub(crate) fn evidence(&mut self) -> Evidence {
        let source = self.need_string("source");
        let section = self.string("section");
        let seen = match self.table.remove("seen") {
            Some(Value::String(at)) if at.len() > 3 => Seen::At(at),
            Some(Value::Boolean(false)) => Seen::NotSeen,
            None => {
                self.problem("`seen` is missing: the address where the passage was read, or false");
                Seen::NotSeen
            }
            Some(_) => {
                self.problem("`seen` must be the address where the passage was read, or false");
                Seen::NotSeen
            }
        };
        let by_machine = matches!(&seen, Seen::At(at) if MACHINE_WRITTEN.iter().any(|host| at.contains(host)));
        let grade = self
            .word(
                "grade",
                &[
                    ("strong", Grade::Strong),
                    ("moderate", Grade::Moderate),
                    ("weak", Grade::Weak),
                    ("expert", Grade::Expert),
                    ("traditional-use", Grade::TraditionalUse),
                ],
            )
            .unwrap_or(match (&seen, source.as_str()) {
                (_, crate::load::ESTIMATE) => Grade::Expert,
                (Seen::At(_), _) if by_machine => Grade::Weak,
                (Seen::At(_), _) => Grade::Moderate,
                (Seen::NotSeen, _) => Grade::Weak,
            });
        let review = self
            .word(
                "review",
                &[("draft", Review::Draft), ("second-read", Review::SecondRead), ("clinician", Review::Clinician)],
            )
            .unwrap_or(Review::Draft);
        if by_machine && matches!(grade, Grade::Strong | Grade::Moderate) {
            self.problem("this page is written by a machine: the grade is `weak` at most");
        }
        if source == crate::load::ESTIMATE && seen != Seen::NotSeen {
            self.problem("an estimate of ours cannot have been read anywhere: write seen = false");
        }
        Evidence { source: SourceId::new(source), section, seen, grade, review }
    }
}

/// Answer sites whose pages a machine writes. They are no source for a dose; what rests on them for want of better is weak.
const MACHINE_WRITTEN: [&str; 3] = ["droracle.ai", "drlex.ai", "iatrox.com"];

/// Evidence of our own order-of-magnitude judgement.
pub(crate) fn our_estimate() -> Evidence {
    Evidence {
        source: SourceId::new(crate::load::ESTIMATE),
        section: None,
        seen: Seen::NotSeen,
        grade: Grade::Expert,
        review: Review::Draft,
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(i) => Some(*i as f64),
        Value::Float(f) if f.is_finite() => Some(*f),
        _ => None,
    }
}
