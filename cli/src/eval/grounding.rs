//! Planted errors: sentences of the packs with one number, medicine, denial or side changed must not pass as supported by what they
//! were taken from; the same sentences unchanged must.
//!
//! The sentences are taken evenly over all passages and dose rules, the same ones each time. The rules were made looking
//! at the first draw; the second, of sentences that are not in the first, was kept aside.

mod plant;
mod told;

use super::figures::wilson;
use hakim_clinical::{KnowledgeBase, Lang};
use hakim_consult::terms;
use hakim_knowledge::{builtin_packs, load};
use hakim_models::grounding::{Unsupported, Verdict, Vocabulary, check_sentence};
use plant::{Kind, Names, plant};
use serde_json::{Map, Value, json};
use told::Told;

/// Sentences of each kind in a draw.
const OF_EACH: usize = 50;
const FIRST: [Kind; 4] = [Kind::Number, Kind::Medicine, Kind::Denial, Kind::Side];
const SECOND: [Kind; 6] = [Kind::Number, Kind::Medicine, Kind::Denial, Kind::Side, Kind::Unit, Kind::Condition];

/// A true sentence and the same with an error in it.
type Planted<'a> = (&'a Told, String);

pub(crate) fn run(verbose: bool) -> anyhow::Result<Value> {
    let base = load(&builtin_packs()).base;
    let suite = Suite { vocabulary: terms(&base), names: names(&base), told: all(&base), verbose };
    let mut figures = Map::new();
    for (draw, kinds) in [("first", &FIRST[..]), ("held out", &SECOND[..])] {
        println!("{draw:<10} {:>8} {:>8}   {:<18} true sentences kept", "errors", "caught", "95 % interval");
        let counts: Vec<Counts> = kinds.iter().map(|kind| suite.judge(*kind, draw == "first")).collect();
        let together = counts.iter().fold(Counts::default(), |all, one| all.plus(one));
        let mut rows = Map::new();
        for (name, counts) in kinds.iter().map(|kind| kind.name()).zip(&counts).chain([("together", &together)]) {
            counts.print(name);
            rows.insert(name.into(), counts.json());
        }
        figures.insert(draw.into(), Value::Object(rows));
    }
    Ok(Value::Object(figures))
}

fn all(base: &KnowledgeBase) -> Vec<Told> {
    told::doses(base).into_iter().chain(told::passages(base)).collect()
}

fn names(base: &KnowledgeBase) -> Names {
    Names {
        medicines: base.medicines.values().map(|m| m.names.term(Lang::En).to_lowercase()).collect(),
        conditions: base.conditions.values().map(|c| c.names.term(Lang::En).to_lowercase()).collect(),
    }
}

struct Suite {
    vocabulary: Vocabulary,
    names: Names,
    told: Vec<Told>,
    verbose: bool,
}

#[derive(Default)]
struct Counts {
    planted: usize,
    caught: usize,
    kept: usize,
}

impl Counts {
    fn plus(self, other: &Self) -> Self {
        Self { planted: self.planted + other.planted, caught: self.caught + other.caught, kept: self.kept + other.kept }
    }

    fn print(&self, name: &str) {
        let Self { planted, caught, kept } = self;
        let (low, high) = wilson(*caught, *planted);
        let interval = format!("{:.1} to {:.1} %", low * 100.0, high * 100.0);
        println!("{name:<10} {planted:>8} {caught:>8}   {interval:<18} {kept} of {planted}");
    }

    fn json(&self) -> Value {
        json!({ "planted": self.planted, "caught": self.caught, "true_kept": self.kept })
    }
}

impl Suite {
    /// Every sentence that an error of the kind can be planted in, taken evenly: the first draw, or one of the rest.
    fn draw(&self, kind: Kind, first: bool) -> Vec<Planted<'_>> {
        let candidates = self.told.iter().filter_map(|t| Some((t, plant(kind, &t.sentence, &self.names)?))).collect();
        let (drawn, rest) = evenly(candidates);
        if first { drawn } else { evenly(rest).0 }
    }

    fn judge(&self, kind: Kind, first: bool) -> Counts {
        let chosen = self.draw(kind, first);
        let passed: Vec<_> = chosen.iter().filter(|(told, planted)| self.refusal(told, planted).is_none()).collect();
        let lost: Vec<_> =
            chosen.iter().filter_map(|(told, _)| Some((told, self.refusal(told, &told.sentence)?))).collect();
        if self.verbose {
            for (told, planted) in &passed {
                println!("  passed: {planted}\n     was: {}", told.sentence);
            }
            for (told, why) in &lost {
                println!("  lost: {}\n     {why}", told.sentence);
            }
        }
        Counts { planted: chosen.len(), caught: chosen.len() - passed.len(), kept: chosen.len() - lost.len() }
    }

    fn refusal(&self, told: &Told, sentence: &str) -> Option<Unsupported> {
        match check_sentence(sentence, &told.facts, &self.vocabulary) {
            Verdict::Supported { .. } => None,
            Verdict::Unsupported { why } => Some(why),
        }
    }
}

/// So many taken evenly, and the rest.
fn evenly<T>(all: Vec<T>) -> (Vec<T>, Vec<T>) {
    let step = (all.len() / OF_EACH).max(1);
    let (mut drawn, mut rest) = (vec![], vec![]);
    for (at, one) in all.into_iter().enumerate() {
        let list = if at % step == 0 && drawn.len() < OF_EACH { &mut drawn } else { &mut rest };
        list.push(one);
    }
    (drawn, rest)
}
