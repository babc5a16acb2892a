//! Whether a sentence says only what given facts say.
//!
//! Plain rules, no model: numbers with unit and bound, names of medicines, findings and conditions, what is denied,
//! words with an opposite in their place, and the share of words the facts know. When in doubt a sentence is unsupported:
//! a lost sentence costs little, a wrong one much. The rules know English; a text in another script is not supported.

mod missing;
mod opposites;
mod polarity;
mod quantity;
mod reading;
pub mod risk;
pub mod sentences;
mod stance;
pub mod subject;
mod vocabulary;
mod words;

pub use missing::missing;
pub use opposites::Turn;
pub use sentences::Sentences;
pub use vocabulary::{TermKind, Vocabulary};

use quantity::Quantity;
use reading::{Likeness, Reading};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use vocabulary::Mention;

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
    /// A number that tells how much of a medicine or how often, or its unit or bound.
    Dose(String),
    /// Any other number, or its unit, bound or what it belongs to.
    Number(String),
    /// A name.
    Term {
        /// In stems.
        name: String,
        /// Of what.
        kind: TermKind,
    },
    /// It denies what the facts affirm, or the other way round.
    Denial(String),
    /// It says a word for its opposite: left for right.
    Opposite {
        /// The word and what it belongs to.
        what: String,
        /// What that does to the statement.
        turn: Turn,
    },
    /// It argues for what the facts argue against, or the other way round.
    Argument(String),
    /// Too few of its words are in the facts: the share that is, 0 to 1.
    Words(f64),
    /// It is about something else than the facts, by the sentence encoder: the highest cosine.
    Subject(f32),
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "it says nothing that can be checked"),
            Self::Script => write!(f, "it is not in English"),
            Self::Citation(id) => write!(f, "there is no fact {id}"),
            Self::Dose(what) => write!(f, "the dose {what} is not in the facts like this"),
            Self::Number(what) => write!(f, "the number {what} is not in the facts like this"),
            Self::Term { name, .. } => write!(f, "{name} is not in the facts"),
            Self::Denial(what) => write!(f, "the facts say the contrary about {what}"),
            Self::Opposite { what, .. } | Self::Argument(what) => write!(f, "the facts do not say {what}"),
            Self::Words(share) => write!(f, "only {:.0} % of its words are in the facts", share * 100.0),
            Self::Subject(cosine) => write!(f, "it is about something else than the facts ({cosine:.3})"),
        }
    }
}

/// Share of a sentence's meaningful words that the facts must contain. Set by hand on the cases in
/// `tests/grounding.rs`: true rewordings reach 0.6, inventions with no name or number in them stay below.
pub const WORDS_NEEDED: f64 = 0.6;

/// Share of letters outside the Latin script above which a sentence counts as being in another one.
const FOREIGN_LETTERS: f64 = 0.2;

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
        by.extend(backs_mention(mention, &said, &facts)?);
    }
    check_totals(&said, &facts)?;
    stance::check(&said, &facts)?;
    opposites::check(&said, &facts)?;
    check_denials(&said, &facts)?;
    check_words(&said, &facts)?;
    by.extend(facts.iter().filter(|(_, fact)| shares_words(&said, fact)).map(|(id, _)| *id));
    Ok(by.into_iter().collect())
}

/// `None` and `nothing` deny all there is: only a fact that says so backs them.
fn check_totals(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let unsaid = |word: &&&str| said.has_word(word) && !facts.iter().any(|(_, fact)| fact.has_word(word));
    match ["none", "nothing"].iter().find(unsaid) {
        Some(word) => Err(Unsupported::Denial((*word).to_owned())),
        None => Ok(()),
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
    let medicine = said.medicine_at(quantity.at);
    // The medicine is compared by itself: here the other words tell whose number it is.
    let tells = |word: &&String| quantity.context.contains(word) && !medicine.is_some_and(|name| name.contains(word));
    let shared = |other: &Quantity| other.context.iter().filter(tells).count();
    let mut backing = Vec::new();
    let (mut best, mut rival) = (0, 0);
    for (id, fact) in facts {
        for stated in &fact.quantities {
            let same_medicine = match (medicine, fact.medicine_at(stated.at)) {
                (Some(said), Some(stated)) => said == stated,
                _ => true,
            };
            if quantity.is_said_by(stated) && same_medicine {
                best = best.max(shared(stated));
                backing.push(*id);
            } else if stated.number != quantity.number {
                rival = rival.max(shared(stated));
            }
        }
    }
    if !backing.is_empty() && rival <= best {
        return Ok(backing);
    }
    let what = format!("{} {}", quantity.number, quantity.unit).trim_end().to_owned();
    Err(if medicine.is_some() { Unsupported::Dose(what) } else { Unsupported::Number(what) })
}

/// The facts that say the same of this name. Where others say the contrary, the sentence must be likest to one of these.
fn backs_mention(mention: &Mention, said: &Reading, facts: &[(usize, Reading)]) -> Result<Vec<usize>, Unsupported> {
    let name = mention.stems.join(" ");
    let mut backing = Vec::new();
    let (mut same, mut rival): (Option<Likeness>, Option<Likeness>) = (None, None);
    for (id, fact) in facts {
        for stated in &fact.mentions {
            let likeness = Some(said.likeness(mention.at, fact, stated.at));
            if stated.backs(mention) {
                backing.push(*id);
                same = if likeness > same { likeness } else { same };
            } else if stated.names_the_same(mention) {
                rival = if likeness > rival { likeness } else { rival };
            }
        }
    }
    match (same > rival, rival) {
        (true, _) => Ok(backing),
        (false, Some(_)) => Err(Unsupported::Denial(name)),
        (false, None) => Err(Unsupported::Term { name, kind: mention.kind }),
    }
}

/// A word the facts only affirm may not be denied, and the other way round; where they do both, the sentence must be
/// likest to a place that does what it does.
fn check_denials(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    let mut stated: HashMap<&str, Vec<(&Reading, usize)>> = HashMap::new();
    for (_, fact) in facts {
        for (at, stem) in &fact.stems {
            stated.entry(stem).or_default().push((fact, *at));
        }
    }
    for (at, stem) in &said.stems {
        let Some(places) = stated.get(stem.as_str()) else { continue };
        let likest = |alike: bool| -> Option<Likeness> {
            let places = places.iter().filter(|(fact, place)| (fact.denied[*place] == said.denied[*at]) == alike);
            places.map(|(fact, place)| said.likeness(*at, fact, *place)).reduce(|a, b| if b > a { b } else { a })
        };
        // None is less than any.
        if likest(false) > likest(true) {
            return Err(Unsupported::Denial(stem.clone()));
        }
    }
    Ok(())
}

fn check_words(said: &Reading, facts: &[(usize, Reading)]) -> Result<(), Unsupported> {
    // Names were found to be backed before, maybe by other names of the same.
    let known =
        |(at, word): &&(usize, String)| said.is_in_a_name(*at) || facts.iter().any(|(_, fact)| fact.has_stem(word));
    let known = said.stems.iter().filter(known);
    let share = known.count() as f64 / said.stems.len() as f64;
    if share < WORDS_NEEDED { Err(Unsupported::Words(share)) } else { Ok(()) }
}

/// Whether a fact contributed words: two, or one of a sentence that has no more.
fn shares_words(said: &Reading, fact: &Reading) -> bool {
    let shared: BTreeSet<_> = said.stems.iter().map(|(_, word)| word).filter(|word| fact.has_stem(word)).collect();
    shared.len() >= 2.min(said.stems.len())
}
