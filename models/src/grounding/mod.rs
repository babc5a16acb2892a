//! Whether a sentence says only what given facts say.
//!
//! Plain rules, no model: numbers with unit and bound, names of medicines, findings and conditions, what is denied,
//! left and right and other opposites, and the share of words the facts know. When in doubt a sentence is unsupported:
//! a lost sentence costs little, a wrong one much. The rules know English; a text in another script is not supported.

mod polarity;
mod quantity;
pub mod sentences;
mod vocabulary;
mod words;

pub use sentences::Sentences;
pub use vocabulary::{TermKind, Vocabulary};

use quantity::Quantity;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use vocabulary::Mention;
use words::{Token, carries_meaning, stem, tokens};

/// A statement that may be relied on, with the number it is cited by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What a citation `[2]` refers to.
    pub id: usize,
    /// One statement in English.
    pub text: String,
}

/// The result of checking a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Everything in it is in the facts.
    Supported {
        /// The facts it rests on, by id, ascending.
        by: Vec<usize>,
    },
    /// Something in it is not.
    Unsupported {
        /// What.
        why: Unsupported,
    },
}

/// What in a sentence no fact backs.
#[derive(Debug, Clone, PartialEq)]
pub enum Unsupported {
    /// It says nothing that could be checked.
    Empty,
    /// It is in a script the rules do not know.
    Script,
    /// It cites a fact that does not exist.
    Citation(usize),
    /// A number, or its unit, bound or what it belongs to.
    Number(String),
    /// A medicine, finding or condition.
    Term(String),
    /// It denies what the facts affirm, or the other way round.
    Denial(String),
    /// It says left for right, or another opposite.
    Opposite(String),
    /// Too few of its words are in the facts: the share that is, 0 to 1.
    Words(f64),
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "it says nothing that can be checked"),
            Self::Script => write!(f, "it is not in English"),
            Self::Citation(id) => write!(f, "there is no fact {id}"),
            Self::Number(what) => write!(f, "the number {what} is not in the facts like this"),
            Self::Term(what) => write!(f, "{what} is not in the facts"),
            Self::Denial(what) => write!(f, "the facts say the contrary about {what}"),
            Self::Opposite(what) => write!(f, "the facts do not say {what}"),
            Self::Words(share) => write!(f, "only {:.0} % of its words are in the facts", share * 100.0),
        }
    }
}

/// Share of a sentence's meaningful words that the facts must contain. Set by hand on the cases in
/// `tests/grounding.rs`: true rewordings reach 0.6, inventions with no name or number in them stay below.
pub const WORDS_NEEDED: f64 = 0.6;

/// Share of letters outside the Latin script above which a sentence counts as being in another one.
const FOREIGN_LETTERS: f64 = 0.2;

/// Words of which a text that says one does not say the other. A word here is a stem.
const OPPOSITES: &[(&str, &str)] = &[
    ("left", "right"),
    ("upper", "lower"),
    ("increas", "decreas"),
    ("high", "low"),
    ("rais", "lower"),
    ("acut", "chronic"),
    ("male", "femal"),
    ("man", "woman"),
    ("boy", "girl"),
    ("mild", "sever"),
    ("start", "stop"),
    ("before", "after"),
    ("oral", "intravenous"),
    ("positiv", "negativ"),
    ("wors", "better"),
    ("more", "less"),
    ("hot", "cold"),
    ("dry", "wet"),
    ("dry", "productiv"),
    ("first", "second"),
    ("hypertension", "hypotension"),
    ("unilateral", "bilateral"),
    ("right", "bilateral"),
    ("left", "bilateral"),
    ("right", "both"),
    ("left", "both"),
    ("improv", "worsen"),
    ("proximal", "distal"),
    ("anterior", "posterior"),
    ("medial", "lateral"),
    ("systolic", "diastolic"),
    ("sudden", "gradual"),
    ("constant", "intermittent"),
    ("daily", "weekly"),
    ("daily", "hourly"),
    ("morn", "night"),
    ("reliev", "provok"),
    ("wors", "reliev"),
    ("giv", "stop"),
    ("giv", "stopp"),
    ("giv", "withhold"),
    ("giv", "withheld"),
    ("giv", "discontinu"),
    ("tachycardia", "bradycardia"),
];

/// Checks a sentence against facts. When it cites some, as in `[2]`, only those count.
pub fn check_sentence(sentence: &str, facts: &[Fact], vocabulary: &Vocabulary) -> Verdict {
    match examine(sentence, facts, vocabulary) {
        Ok(by) => Verdict::Supported { by },
        Err(why) => Verdict::Unsupported { why },
    }
}

/// The ids a sentence cites.
pub fn citations(sentence: &str) -> Vec<usize> {
    sentence.split('[').skip(1).filter_map(|rest| rest.split_once(']')).flat_map(|(ids, _)| numbers(ids)).collect()
}

/// A sentence without its citations.
pub fn without_citations(sentence: &str) -> String {
    let mut plain = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('[') {
        match after.split_once(']').filter(|(ids, _)| !numbers(ids).is_empty()) {
            Some((_, behind)) => {
                plain.push_str(before.trim_end());
                rest = behind;
            }
            None => {
                plain.push_str(before);
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

/// The numbers in `1, 3`; none if anything else is there.
fn numbers(ids: &str) -> Vec<usize> {
    ids.split(',').map(|id| id.trim().parse()).collect::<Result<_, _>>().unwrap_or_default()
}

/// A text taken apart.
struct Reading {
    tokens: Vec<Token>,
    denied: Vec<bool>,
    quantities: Vec<Quantity>,
    mentions: Vec<Mention>,
    /// Stems of the words that carry meaning, with their places.
    stems: Vec<(usize, String)>,
}

impl Reading {
    fn of(text: &str, vocabulary: &Vocabulary) -> Self {
        let tokens = tokens(text);
        let denied = polarity::denied(&tokens);
        let words = tokens.iter().enumerate().filter_map(|(at, token)| token.word().map(|word| (at, word)));
        let stems = words.filter(|(_, word)| carries_meaning(word)).map(|(at, word)| (at, stem(word))).collect();
        let mentions = vocabulary.mentions(&tokens, &denied);
        Self { quantities: quantity::quantities(&tokens), mentions, stems, denied, tokens }
    }

    /// Which way the text argues, if it does. `Against 1 of 100` compares and argues nothing.
    fn stance(&self) -> Option<Stance> {
        let word = |at: usize| self.tokens.get(at).and_then(Token::word).unwrap_or_default();
        let number = |at: usize| word(at).starts_with(|c: char| c.is_ascii_digit());
        let places = 0..self.tokens.len();
        let against = places.clone().any(|at| word(at) == "against" && !number(at + 1));
        let favour = ["favour", "favours", "favor", "favors", "favouring", "support", "supports", "supporting"];
        let favours = places.into_iter().any(|at| favour.contains(&word(at)));
        match (favours, against) {
            (true, true) => Some(Stance::Mixed),
            (true, false) => Some(Stance::For),
            (false, true) => Some(Stance::Against),
            (false, false) => None,
        }
    }

    /// The stems of all words, with their places.
    fn words(&self) -> impl Iterator<Item = (usize, String)> {
        self.tokens.iter().enumerate().filter_map(|(at, token)| token.word().map(|word| (at, stem(word))))
    }

    /// The words a word belongs to: those near it in the same clause.
    fn around(&self, at: usize) -> Vec<&str> {
        let ends = |at: usize| polarity::ends_clause(&self.tokens[at]);
        let start = (0..at).rev().find(|at| ends(*at)).unwrap_or(0);
        let end = (at..self.tokens.len()).find(|at| ends(*at)).unwrap_or(self.tokens.len());
        let near = self.stems.iter().filter(|(place, _)| *place != at && (start..end).contains(place));
        near.map(|(_, stem)| stem.as_str()).collect()
    }

    /// The word a side belongs to: the next that carries meaning, else the one before.
    fn beside(&self, at: usize) -> Option<&str> {
        let next = self.stems.iter().find(|(place, _)| *place > at && *place <= at + 2);
        let before = self.stems.iter().rev().find(|(place, _)| *place < at);
        next.or(before).map(|(_, stem)| stem.as_str())
    }

    /// The medicine a place in the text belongs to: the nearest named before it, else after it.
    fn medicine_at(&self, at: usize) -> Option<&[String]> {
        let medicines = || self.mentions.iter().filter(|mention| mention.kind == TermKind::Medicine);
        let before = medicines().rev().find(|mention| mention.at < at);
        before.or_else(|| medicines().next()).map(|mention| mention.stems.as_slice())
    }
}

fn examine(sentence: &str, facts: &[Fact], vocabulary: &Vocabulary) -> Result<Vec<usize>, Unsupported> {
    let plain = without_citations(sentence);
    if is_foreign(&plain) {
        return Err(Unsupported::Script);
    }
    let cited = citations(sentence);
    if let Some(id) = cited.iter().find(|id| facts.iter().all(|fact| fact.id != **id)) {
        return Err(Unsupported::Citation(*id));
    }
    let counts = |fact: &&Fact| cited.is_empty() || cited.contains(&fact.id);
    let facts: Vec<(usize, Reading)> =
        facts.iter().filter(counts).map(|fact| (fact.id, Reading::of(&fact.text, vocabulary))).collect();
    let said = Reading::of(&plain, vocabulary);
    if said.stems.is_empty() {
        return Err(Unsupported::Empty);
    }
    let mut by = BTreeSet::new();
    for quantity in &said.quantities {
        by.extend(backs_quantity(quantity, &said, &facts)?);
    }
    for mention in &said.mentions {
        by.extend(backs_mention(mention, &facts)?);
    }
    check_totals(&said, &facts)?;
    check_stance(&said, &facts)?;
    check_opposites(&said, &facts)?;
    check_denials(&said, &facts)?;
    check_words(&said, &facts)?;
    by.extend(facts.iter().filter(|(_, fact)| shares_words(&said, fact)).map(|(id, _)| *id));
    Ok(by.into_iter().collect())
}

/// `None` and `nothing` deny all there is: only a fact that says so backs them.
fn check_totals(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let has = |reading: &Reading, word: &str| reading.tokens.iter().any(|token| token.word() == Some(word));
    match ["none", "nothing"].iter().find(|word| has(said, word) && !facts.iter().any(|(_, fact)| has(fact, word))) {
        Some(word) => Err(Unsupported::Denial((*word).to_owned())),
        None => Ok(()),
    }
}

/// Where facts argue for or against, a sentence that does so must rest on those that argue the same way: every finding it
/// names stands in one of them, or else its words do.
fn check_stance(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let Some(stance) = said.stance() else { return Ok(()) };
    if facts.iter().all(|(_, fact)| fact.stance().is_none()) {
        return Ok(());
    }
    let same: Vec<&(usize, Reading)> = facts.iter().filter(|(_, fact)| fact.stance() == Some(stance)).collect();
    let refused = |what: String| Err(Unsupported::Opposite(format!("{} {what}", stance.word()).trim_end().to_owned()));
    let findings: Vec<&Mention> = said.mentions.iter().filter(|m| m.kind == TermKind::Finding).collect();
    let argued = |mention: &Mention| same.iter().any(|(_, fact)| fact.mentions.iter().any(|m| backs(m, mention)));
    if let Some(mention) = findings.iter().find(|mention| !argued(mention)) {
        return refused(mention.stems.join(" "));
    }
    let known = |word: &String| same.iter().any(|(_, fact)| fact.stems.iter().any(|(_, stem)| stem == word));
    let unargued = said.stems.iter().find(|(_, word)| !known(word));
    match unargued {
        Some((_, word)) if findings.is_empty() => refused(word.clone()),
        _ => Ok(()),
    }
}

/// Which way a text argues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stance {
    For,
    Against,
    /// both in one sentence: what argues which way cannot be told
    Mixed,
}

impl Stance {
    fn word(self) -> &'static str {
        match self {
            Self::For => "in favour:",
            Self::Against => "against:",
            Self::Mixed => "for and against at once:",
        }
    }
}

fn is_foreign(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (all, foreign) = letters.fold((0, 0), |(all, foreign), c| (all + 1, foreign + usize::from(c > '\u{24f}')));
    // Greek letters stand in units and names, so a few are allowed.
    foreign as f64 > FOREIGN_LETTERS * f64::from(all)
}

/// The facts that state this quantity of the same thing.
fn backs_quantity(quantity: &Quantity, said: &Reading, facts: &[(usize, Reading)]) -> Result<Vec<usize>, Unsupported> {
    let refused = || Unsupported::Number(format!("{} {}", quantity.number, quantity.unit).trim_end().to_owned());
    let medicine = said.medicine_at(quantity.at);
    // The medicine is compared by itself: here the other words tell whose number it is.
    let tells = |word: &&String| quantity.context.contains(word) && !medicine.is_some_and(|name| name.contains(word));
    let shared = |other: &Quantity| other.context.iter().filter(tells).count();
    let mut backing = Vec::new();
    let (mut best, mut rival) = (0, 0);
    for (id, fact) in facts {
        for stated in &fact.quantities {
            let same_unit = quantity.unit.is_empty() || stated.unit == quantity.unit;
            let same_medicine = match (medicine, fact.medicine_at(stated.at)) {
                (Some(said), Some(stated)) => said == stated,
                _ => true,
            };
            if stated.number == quantity.number && same_unit && stated.bound == quantity.bound && same_medicine {
                best = best.max(shared(stated));
                backing.push(*id);
            } else if stated.number != quantity.number {
                rival = rival.max(shared(stated));
            }
        }
    }
    if backing.is_empty() || rival > best { Err(refused()) } else { Ok(backing) }
}

/// Whether one mention says the same as another. A kind of it (`chest pain`) also backs the general name (`pain`) where
/// that is affirmed.
fn backs(stated: &Mention, mention: &Mention) -> bool {
    let kind_of = || !mention.denied && stated.stems.ends_with(&mention.stems);
    stated.denied == mention.denied && (stated.stems == mention.stems || kind_of())
}

/// The facts that say the same of this name.
fn backs_mention(mention: &Mention, facts: &[(usize, Reading)]) -> Result<Vec<usize>, Unsupported> {
    let name = || mention.stems.join(" ");
    let mut backing = Vec::new();
    let mut contrary = false;
    for (id, fact) in facts {
        for stated in &fact.mentions {
            if backs(stated, mention) {
                backing.push(*id);
            } else if stated.stems == mention.stems {
                contrary = true;
            }
        }
    }
    match (backing.is_empty(), contrary) {
        (false, false) => Ok(backing),
        // The facts say both, of different things or times: too unclear to rely on.
        (_, true) => Err(Unsupported::Denial(name())),
        (true, false) => Err(Unsupported::Term(name())),
    }
}

/// A word with an opposite must be in the facts. Where they say the opposite too, it must stand among the same words;
/// a side must always belong to the same word.
fn check_opposites(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    for (at, word) in said.words() {
        let opposites = opposites(&word);
        if opposites.is_empty() {
            continue;
        }
        let around = said.around(at);
        let shared = |wanted: &str| {
            let places = facts.iter().flat_map(|(_, fact)| fact.words().map(move |(at, word)| (fact, at, word)));
            let contexts = places.filter(|(_, _, word)| word == wanted).map(|(fact, at, _)| fact.around(at));
            contexts.map(|context| context.iter().filter(|word| around.contains(word)).count()).max()
        };
        let (same, rival) = (shared(&word), opposites.iter().filter_map(|opposite| shared(opposite)).max());
        let backed = match (same, rival) {
            (Some(same), Some(rival)) => same > rival,
            (None, Some(_)) => false,
            (_, None) => true,
        };
        let belongs = || {
            let beside = said.beside(at);
            facts.iter().any(|(_, fact)| fact.words().any(|(at, other)| other == word && fact.beside(at) == beside))
        };
        if !backed || (SIDES.contains(&word.as_str()) && !belongs()) {
            let of = said.beside(at).unwrap_or_default();
            return Err(Unsupported::Opposite(format!("{word} {of}").trim_end().to_owned()));
        }
    }
    Ok(())
}

/// These must belong to the same word as in the facts, even where the facts say the opposite of something else.
const SIDES: [&str; 5] = ["left", "right", "bilateral", "before", "after"];

fn opposites(word: &str) -> Vec<&'static str> {
    let of = |(one, other): &(&'static str, &'static str)| match word {
        word if word == *one => Some(*other),
        word if word == *other => Some(*one),
        _ => None,
    };
    OPPOSITES.iter().filter_map(of).collect()
}

/// A word the facts only affirm may not be denied, and the other way round.
fn check_denials(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let mut stated: HashMap<&str, [bool; 2]> = HashMap::new();
    for (_, fact) in facts {
        for (at, stem) in &fact.stems {
            stated.entry(stem).or_default()[usize::from(fact.denied[*at])] = true;
        }
    }
    for (at, stem) in &said.stems {
        let denied = usize::from(said.denied[*at]);
        if stated.get(stem.as_str()).is_some_and(|stated| !stated[denied]) {
            return Err(Unsupported::Denial(stem.clone()));
        }
    }
    Ok(())
}

fn check_words(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let known =
        said.stems.iter().filter(|(_, word)| facts.iter().any(|(_, fact)| fact.stems.iter().any(|s| s.1 == *word)));
    let share = known.count() as f64 / said.stems.len() as f64;
    if share < WORDS_NEEDED { Err(Unsupported::Words(share)) } else { Ok(()) }
}

/// Whether a fact contributed words: two, or one of a sentence that has no more.
fn shares_words(said: &Reading, fact: &Reading) -> bool {
    let shared: BTreeSet<_> =
        said.stems.iter().map(|(_, word)| word).filter(|word| fact.stems.iter().any(|s| s.1 == **word)).collect();
    shared.len() >= 2.min(said.stems.len())
}
