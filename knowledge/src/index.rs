//! Search over all passages and all entries (conditions, medicines, remedies): a tantivy index with our own analyzer,
//! BM25 over names, title and body.
//!
//! Tantivy's default tokenizers cut words of Hindi, Bengali and Persian script; the analyzer here uses the same folded
//! words as the lexicon, so that a word found in a complaint is also found in a passage.

use crate::text::{stem, tokens};
use hakim_clinical::{Caution, Interaction, KnowledgeBase, PassageId, Text};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{TextAnalyzer, Token as IndexToken, TokenStream, Tokenizer};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

/// Weight of a match in the names of what a passage is about.
const NAMES_BOOST: f32 = 3.0;
/// Weight of a match in the title.
const TITLE_BOOST: f32 = 2.0;
/// Words of a query beyond this are ignored.
const MAX_QUERY_WORDS: usize = 64;
/// Memory for building, bytes; the least tantivy accepts is 15 MB.
const BUILD_MEMORY: usize = 20_000_000;

/// The index could not be built or read.
#[derive(Debug, thiserror::Error)]
#[error("the search index could not be built or read: {0}")]
pub struct IndexError(#[from] tantivy::TantivyError);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// a passage
    Passage(PassageId),
    /// a condition, medicine, traditional condition or remedy, by its id
    Entry(String),
}

/// A hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// what was found
    pub found: Found,
    /// BM25 score, only to compare hits of one search
    pub score: f32,
}

/// Marks of the stored id: what kind of document it names.
const PASSAGE: &str = "p:";
const ENTRY: &str = "e:";

/// The searchable passages and entries of all packs.
pub struct Library {
    reader: IndexReader,
    id: Field,
    names: Field,
    title: Field,
    body: Field,
}

impl Library {
    /// Builds the index in memory; some hundred passages take a few milliseconds.
    ///
    /// # Errors
    /// When tantivy cannot build it.
    pub fn new(base: &KnowledgeBase) -> Result<Self, IndexError> {
        let text = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer("hakim").set_index_option(IndexRecordOption::WithFreqs),
        );
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let names = schema.add_text_field("names", text.clone());
        let title = schema.add_text_field("title", text.clone());
        let body = schema.add_text_field("body", text);
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register("hakim", TextAnalyzer::from(Words));
        let mut writer = index.writer_with_num_threads(1, BUILD_MEMORY)?;
        for passage in base.passages.values() {
            let mut doc = TantivyDocument::default();
            doc.add_text(id, format!("{PASSAGE}{}", passage.id));
            for name in passage.about.iter().flat_map(|about| names_of(base, about)) {
                doc.add_text(names, name);
            }
            passage.title.0.values().for_each(|t| doc.add_text(title, t));
            passage.text.0.values().for_each(|t| doc.add_text(body, t));
            writer.add_document(doc)?;
        }
        for (entry, texts) in entries(base) {
            let mut doc = TantivyDocument::default();
            doc.add_text(id, format!("{ENTRY}{entry}"));
            names_of(base, entry).into_iter().for_each(|n| doc.add_text(names, n));
            texts.iter().flat_map(|t| t.0.values()).for_each(|t| doc.add_text(body, t));
            writer.add_document(doc)?;
        }
        writer.commit()?;
        Ok(Self { reader: index.reader()?, id, names, title, body })
    }

    /// The best passages and entries for a query in any language, best first. No query syntax: every word counts, none is
    /// required.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, IndexError> {
        let words: Vec<String> =
            tokens(query).into_iter().take(MAX_QUERY_WORDS).map(|t| search_form(&t.word)).collect();
        if words.is_empty() || limit == 0 {
            return Ok(vec![]);
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![];
        for word in words {
            for (field, boost) in [(self.names, NAMES_BOOST), (self.title, TITLE_BOOST), (self.body, 1.0)] {
                let term = TermQuery::new(Term::from_field_text(field, &word), IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost))));
            }
        }
        let searcher = self.reader.searcher();
        let top = searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(limit).order_by_score())?;
        let mut hits = vec![];
        for (score, address) in top {
            let doc: TantivyDocument = searcher.doc(address)?;
            let id = doc.get_first(self.id).and_then(|v| v.as_str()).unwrap_or_default();
            let found = match (id.strip_prefix(PASSAGE), id.strip_prefix(ENTRY)) {
                (Some(passage), _) => Found::Passage(PassageId::new(passage)),
                (_, Some(entry)) => Found::Entry(entry.to_owned()),
                (None, None) => continue,
            };
            hits.push(Hit { found, score });
        }
        Ok(hits)
    }
}

/// Every entry with the texts it is found by.
fn entries(base: &KnowledgeBase) -> impl Iterator<Item = (&str, Vec<&Text>)> {
    fn safety<'a>(cautions: &'a [Caution], interactions: &'a [Interaction]) -> impl Iterator<Item = &'a Text> {
        cautions.iter().map(|c| &c.text).chain(interactions.iter().map(|i| &i.because))
    }
    let conditions = base.conditions.values().map(|c| (c.id.as_str(), vec![&c.summary]));
    let medicines = base.medicines.values().map(|m| {
        let doses = m.doses.iter().map(|d| &d.label);
        (m.id.as_str(), doses.chain(safety(&m.cautions, &m.interactions)).collect())
    });
    let traditional = base.traditional.values().map(|c| {
        let lines = c.principles.iter().chain(&c.regimen).chain(&c.diet).chain(&c.remedies);
        (c.id.as_str(), lines.map(|l| &l.text).collect())
    });
    let remedies = base
        .remedies
        .values()
        .map(|r| (r.id.as_str(), std::iter::once(&r.uses).chain(safety(&r.cautions, &r.interactions)).collect()));
    conditions.chain(medicines).chain(traditional).chain(remedies)
}

fn names_of<'a>(base: &'a KnowledgeBase, about: &str) -> Vec<&'a str> {
    let all = base.names_of(about).into_iter().flat_map(|n| n.0.values());
    all.flat_map(|n| std::iter::once(n.term.as_str()).chain(n.lay.iter().map(String::as_str))).collect()
}

/// The form in which a folded word is indexed: English endings off, the Arabic article off.
fn search_form(word: &str) -> String {
    match word.strip_prefix("ال") {
        Some(rest) if rest.chars().count() >= 3 => rest.to_owned(),
        _ => stem(word),
    }
}

#[derive(Clone, Default)]
struct Words;

struct WordStream {
    words: std::vec::IntoIter<IndexToken>,
    now: IndexToken,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream;
    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let words: Vec<IndexToken> = tokens(text)
            .into_iter()
            .enumerate()
            .map(|(position, t)| IndexToken {
                offset_from: t.span.0,
                offset_to: t.span.1,
                position,
                text: search_form(&t.word),
                position_length: 1,
            })
            .collect();
        WordStream { words: words.into_iter(), now: IndexToken::default() }
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        match self.words.next() {
            Some(word) => {
                self.now = word;
                true
            }
            None => false,
        }
    }
    fn token(&self) -> &IndexToken {
        &self.now
    }
    fn token_mut(&mut self) -> &mut IndexToken {
        &mut self.now
    }
}
