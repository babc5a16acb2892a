//! Full-text search: a tantivy index with our own analyzer, BM25 over one field in which names and titles weigh more.
//!
//! Tantivy's default tokenizers cut words of Hindi, Bengali and Persian script; the analyzer here uses the same folded words
//! as the lexicon, so that a word found in a complaint is also found in a passage. Names and titles are indexed several times
//! instead of in fields of their own: a union of terms over one field lets tantivy skip most of a long list (block-max WAND).

use crate::text::{search_form, tokens};
use hakim_clinical::Lang;
use std::path::Path;
use tantivy::collector::{DocSetCollector, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{TextAnalyzer, Token as IndexToken, TokenStream, Tokenizer};
use tantivy::{DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

/// How often names are indexed.
const NAMES_WEIGHT: usize = 3;
/// How often titles are indexed.
const TITLE_WEIGHT: usize = 2;
/// Words of a query beyond this are ignored.
const MAX_QUERY_WORDS: usize = 64;
/// Memory for building, bytes; the least tantivy accepts is 15 MB.
const BUILD_MEMORY: usize = 40_000_000;
/// Form of the index on disk. Another number means: build it anew.
const FORMAT: &str = "hakim-index 2";
/// File that says so.
const FORMAT_FILE: &str = "FORMAT";

/// The index could not be built or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// tantivy says no
    #[error("the search index could not be built or read: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    /// reading or writing failed
    #[error("the search index could not be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// written by another version of the program
    #[error("the search index has the form \"{found}\", this program reads \"{FORMAT}\": it has to be built anew")]
    OtherForm {
        /// what it says
        found: String,
    },
}

/// Which layer a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// conditions, medicines, findings
    Clinical,
    /// Unani, Ayurveda and other traditions
    Traditional,
    /// documents that the user brought
    Own,
}

impl Layer {
    fn key(self) -> &'static str {
        match self {
            Self::Clinical => "clinical",
            Self::Traditional => "traditional",
            Self::Own => "own",
        }
    }
}

/// Something to be found.
#[derive(Debug, Clone, Default)]
pub struct Piece<'a> {
    /// id, unique in the index
    pub id: String,
    /// what it is part of: a pack, a document
    pub collection: &'a str,
    /// layer
    pub layer: Option<Layer>,
    /// languages it is written in
    pub languages: Vec<Lang>,
    /// it speaks of children
    pub children: bool,
    /// it speaks of adults
    pub adults: bool,
    /// names of what it is about
    pub names: Vec<&'a str>,
    /// titles
    pub titles: Vec<&'a str>,
    /// text
    pub bodies: Vec<&'a str>,
    /// kept beside it and given back with a hit
    pub stored: String,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Search<'a> {
    /// words in any language; no query syntax: every word counts, none is required
    pub words: &'a str,
    /// further words as the index holds them, each with its weight: the question told in another language
    pub also: Vec<(String, f32)>,
    /// most hits
    pub limit: usize,
    /// only in this part
    pub collection: Option<&'a str>,
    /// only in this layer
    pub layer: Option<Layer>,
    /// only what is written in this language
    pub language: Option<Lang>,
    /// only what speaks of children (`true`) or adults (`false`)
    pub children: Option<bool>,
}

impl<'a> Search<'a> {
    /// Words without any limit but the number of hits.
    pub fn words(words: &'a str, limit: usize) -> Self {
        Self { words, limit, ..Self::default() }
    }
}

/// A hit.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexHit {
    /// id
    pub id: String,
    /// BM25 score, only to compare hits of one search
    pub score: f32,
    /// what was kept beside it
    pub stored: String,
}

#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    collection: Field,
    tags: Field,
    text: Field,
    stored: Field,
}

/// An index in memory or on disk.
pub struct TextIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

impl TextIndex {
    /// An index in memory.
    ///
    /// # Errors
    /// When tantivy cannot build it.
    pub fn in_memory<'a>(pieces: impl Iterator<Item = Piece<'a>>) -> Result<Self, IndexError> {
        let index = Self::over(Index::create_in_ram(schema().0))?;
        index.add_all(pieces)?;
        Ok(index)
    }

    /// Opens the index in `folder`, an empty one if there is none.
    ///
    /// # Errors
    /// [`IndexError::OtherForm`] for one of another version: nothing is read from it.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let marker = folder.join(FORMAT_FILE);
        match std::fs::read_to_string(&marker) {
            Ok(found) if found.trim() == FORMAT => Self::over(Index::open_in_dir(folder)?),
            Ok(found) => Err(IndexError::OtherForm { found: found.trim().chars().take(40).collect() }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !folder.join("meta.json").exists() => {
                std::fs::create_dir_all(folder)?;
                let index = Self::over(Index::create_in_dir(folder, schema().0)?)?;
                std::fs::write(marker, FORMAT)?;
                Ok(index)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(IndexError::OtherForm { found: "unknown".into() })
            }
            Err(e) => Err(e.into()),
        }
    }

    fn over(index: Index) -> Result<Self, IndexError> {
        index.tokenizers().register("hakim", TextAnalyzer::from(Words));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields: schema().1 })
    }

    /// Adds pieces and makes them searchable.
    ///
    /// # Errors
    /// When they cannot be written; then none of them is there.
    pub fn add_all<'a>(&self, pieces: impl Iterator<Item = Piece<'a>>) -> Result<usize, IndexError> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, BUILD_MEMORY)?;
        let mut added = 0;
        for piece in pieces {
            writer.add_document(self.document(&piece))?;
            added += 1;
        }
        writer.commit()?;
        self.reader.reload()?;
        Ok(added)
    }

    /// Takes out everything of the parts named and adds pieces, in one step.
    ///
    /// # Errors
    /// When they cannot be written; then nothing has changed.
    pub fn replace_all<'a>(
        &self,
        collections: &[&str],
        pieces: impl Iterator<Item = Piece<'a>>,
    ) -> Result<(), IndexError> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, BUILD_MEMORY)?;
        for collection in collections {
            writer.delete_term(Term::from_field_text(self.fields.collection, collection));
        }
        for piece in pieces {
            writer.add_document(self.document(&piece))?;
        }
        writer.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    /// Every piece of a part, in no particular order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn all_of(&self, collection: &str) -> Result<Vec<IndexHit>, IndexError> {
        let query = TermQuery::new(Term::from_field_text(self.fields.collection, collection), IndexRecordOption::Basic);
        let searcher = self.reader.searcher();
        let mut hits = vec![];
        for address in searcher.search(&query, &DocSetCollector)? {
            hits.push(self.hit(&searcher, 0.0, address)?);
        }
        Ok(hits)
    }

    fn hit(&self, searcher: &Searcher, score: f32, address: DocAddress) -> Result<IndexHit, IndexError> {
        let doc: TantivyDocument = searcher.doc(address)?;
        let text = |field| doc.get_first(field).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        Ok(IndexHit { id: text(self.fields.id), score, stored: text(self.fields.stored) })
    }

    /// Takes out everything of a part.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn remove(&self, collection: &str) -> Result<(), IndexError> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, BUILD_MEMORY)?;
        writer.delete_term(Term::from_field_text(self.fields.collection, collection));
        writer.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    /// Pieces in it.
    pub fn len(&self) -> usize {
        self.reader.searcher().num_docs() as usize
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn document(&self, piece: &Piece<'_>) -> TantivyDocument {
        let f = self.fields;
        let mut doc = TantivyDocument::default();
        doc.add_text(f.id, &piece.id);
        doc.add_text(f.collection, piece.collection);
        if let Some(layer) = piece.layer {
            doc.add_text(f.tags, layer.key());
        }
        piece.languages.iter().for_each(|l| doc.add_text(f.tags, l.code()));
        if piece.children {
            doc.add_text(f.tags, CHILDREN);
        }
        if piece.adults {
            doc.add_text(f.tags, ADULTS);
        }
        for (texts, weight) in [(&piece.names, NAMES_WEIGHT), (&piece.titles, TITLE_WEIGHT), (&piece.bodies, 1)] {
            for _ in 0..weight {
                texts.iter().for_each(|t| doc.add_text(f.text, *t));
            }
        }
        doc.add_text(f.stored, &piece.stored);
        doc
    }

    /// The best pieces, best first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, search: &Search<'_>) -> Result<Vec<IndexHit>, IndexError> {
        let mut words: Vec<String> = telling_words(search.words).iter().map(|w| search_form(w)).collect();
        words.sort_unstable();
        words.dedup();
        if words.is_empty() && search.also.is_empty() || search.limit == 0 {
            return Ok(vec![]);
        }
        let f = self.fields;
        let term = |field, word: &str, record| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(field, word), record))
        };
        let asked = words.iter().map(|w| term(f.text, w, IndexRecordOption::WithFreqs));
        let also = search.also.iter().filter(|(w, _)| !words.contains(w)).map(|(w, weight)| -> Box<dyn Query> {
            Box::new(BoostQuery::new(term(f.text, w, IndexRecordOption::WithFreqs), *weight))
        });
        let union = BooleanQuery::new(asked.chain(also).map(|q| (Occur::Should, q)).collect());
        let mut limits: Vec<(Occur, Box<dyn Query>)> = vec![];
        let mut only = |field, word: &str| {
            let query = ConstScoreQuery::new(term(field, word, IndexRecordOption::Basic), 0.0);
            limits.push((Occur::Must, Box::new(query)));
        };
        if let Some(collection) = search.collection {
            only(f.collection, collection);
        }
        if let Some(layer) = search.layer {
            only(f.tags, layer.key());
        }
        if let Some(language) = search.language {
            only(f.tags, language.code());
        }
        if let Some(children) = search.children {
            only(f.tags, if children { CHILDREN } else { ADULTS });
        }
        let query: Box<dyn Query> = if limits.is_empty() {
            Box::new(union)
        } else {
            limits.push((Occur::Must, Box::new(union)));
            Box::new(BooleanQuery::new(limits))
        };
        let searcher = self.reader.searcher();
        let top = searcher.search(query.as_ref(), &TopDocs::with_limit(search.limit).order_by_score())?;
        let mut hits = vec![];
        for (score, address) in top {
            hits.push(self.hit(&searcher, score, address)?);
        }
        Ok(hits)
    }
}

/// The folded words of a question that tell passages apart; of a question of nothing but small words, all of them.
pub fn telling_words(question: &str) -> Vec<String> {
    let words: Vec<String> = tokens(question).into_iter().take(MAX_QUERY_WORDS).map(|t| t.word).collect();
    let telling: Vec<String> = words.iter().filter(|w| !crate::text::is_stop_word(&search_form(w))).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

const CHILDREN: &str = "children";
const ADULTS: &str = "adults";

fn schema() -> (Schema, Fields) {
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer("hakim").set_index_option(IndexRecordOption::WithFreqs),
    );
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_text_field("id", STRING | STORED),
        collection: schema.add_text_field("collection", STRING),
        tags: schema.add_text_field("tags", STRING),
        text: schema.add_text_field("text", text),
        stored: schema.add_text_field("stored", STORED),
    };
    (schema.build(), fields)
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    fn piece<'a>(id: &str, collection: &'a str, body: &'a str) -> Piece<'a> {
        Piece { id: id.into(), collection, bodies: vec![body], stored: format!("kept {id}"), ..Piece::default() }
    }

    #[test]
    fn words_meet_in_every_script() {
        let index = TextIndex::in_memory(
            [
                piece("en", "a", "Coughing for three weeks suggests tuberculosis"),
                piece("ur", "a", "تین ہفتوں سے کھانسی اور بخار"),
                piece("hi", "a", "बच्चों में दस्त और उल्टी"),
                piece("ar", "a", "علاج الحمى عند الأطفال"),
                piece("fr", "a", "fièvre et toux chez l'enfant"),
            ]
            .into_iter(),
        )
        .unwrap();
        let first = |words: &str| index.search(&Search::words(words, 3)).unwrap().first().map(|h| h.id.clone());
        for (words, id) in
            [("cough week", "en"), ("ہفتہ کھانسی", "ur"), ("बच्चा दस्त", "hi"), ("حمى", "ar"), ("Fievre enfants", "fr")]
        {
            assert_eq!(first(words).as_deref(), Some(id), "{words}");
        }
        assert_eq!(first("the of and"), None);
    }

    #[test]
    fn limits_hold() {
        let mut child = piece("c", "a", "fever in a child");
        child.children = true;
        child.layer = Some(Layer::Clinical);
        child.languages = vec![Lang::En];
        let mut adult = piece("d", "b", "fever in an adult");
        adult.adults = true;
        adult.layer = Some(Layer::Own);
        let index = TextIndex::in_memory([child, adult].into_iter()).unwrap();
        let ids =
            |search: Search<'_>| -> Vec<String> { index.search(&search).unwrap().into_iter().map(|h| h.id).collect() };
        let all = Search::words("fever", 5);
        assert_eq!(ids(all.clone()).len(), 2);
        assert_eq!(ids(Search { children: Some(true), ..all.clone() }), ["c"]);
        assert_eq!(ids(Search { layer: Some(Layer::Own), ..all.clone() }), ["d"]);
        assert_eq!(ids(Search { collection: Some("a"), ..all.clone() }), ["c"]);
        assert_eq!(ids(Search { language: Some(Lang::Ur), ..all }), Vec::<String>::new());
    }

    #[test]
    fn an_index_on_disk_stays_and_one_of_another_form_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("index");
        let index = TextIndex::open(&folder).unwrap();
        index.add_all([piece("x", "doc", "snake bite"), piece("y", "other", "scorpion sting")].into_iter()).unwrap();
        drop(index);
        let index = TextIndex::open(&folder).unwrap();
        assert_eq!(index.len(), 2);
        assert_eq!(index.search(&Search::words("bite", 1)).unwrap()[0].stored, "kept x");
        index.remove("doc").unwrap();
        assert_eq!(index.len(), 1);
        drop(index);
        std::fs::write(folder.join(FORMAT_FILE), "hakim-index 1").unwrap();
        let refused = TextIndex::open(&folder).err().unwrap();
        assert!(refused.to_string().contains("hakim-index 1"), "{refused}");
    }
}
