//! Medicines that a story tells of: taken, or not tolerated. A name alone tells nothing; a word of taking must stand by it.

use hakim_clinical::*;
use hakim_knowledge::NameBook;
use hakim_reasoning::context;

/// Words of taking, folded, in the languages of the program.
const TAKES: &[&str] = &[
    "takes",
    "taking",
    "take",
    "took",
    "on",
    "uses",
    "using",
    "used",
    "medication",
    "medications",
    "medicines",
    "meds",
    "drugs",
    "tablet",
    "tablets",
    "tab",
    "prescribed",
    "started",
    "treated",
    "injections",
    "daily",
    "od",
    "bd",
    "tds",
    "mg",
    "لیتا",
    "لیتی",
    "لیتے",
    "کھاتا",
    "کھاتی",
    "دوا",
    "دواییں",
    "گولی",
    "گولیاں",
    "یتناول",
    "تتناول",
    "یاخذ",
    "تاخذ",
    "دواء",
    "ادویة",
    "लेता",
    "लेती",
    "ले",
    "लेते",
    "खाता",
    "खाती",
    "दवा",
    "दवाई",
    "गोली",
    "prend",
    "prenait",
    "traitement",
    "sous",
    "comprimes",
];
/// Words of not tolerating.
const ALLERGY: &[&str] = &[
    "allergic",
    "allergy",
    "allergies",
    "intolerant",
    "anaphylaxis",
    "الرجی",
    "حساسیة",
    "حساسیه",
    "تحسس",
    "एलर्जी",
    "allergique",
    "allergie",
];
/// Words that end a treatment.
const OVER: &[&str] = &[
    "stopped",
    "discontinued",
    "finished",
    "completed",
    "previously",
    "formerly",
    "بند",
    "چھوڑ",
    "توقف",
    "बंद",
    "छोड़",
    "arrete",
];
/// A word of taking is looked for so far from the name, in words.
const NEAR: usize = 7;
/// Words that a name may have.
const LONGEST: usize = 4;
/// Shorter names are also ordinary words.
const LEAST_LETTERS: usize = 4;

/// Names as the story has them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub takes: Vec<String>,
    pub allergic: Vec<String>,
}

/// Reads a story's medicines.
pub(crate) fn told(text: &str, words: &[Token], book: &NameBook, base: &KnowledgeBase) -> Told {
    let mut told = Told::default();
    let mut at = 0;
    while at < words.len() {
        let Some(end) = named(words, at, book) else {
            at += 1;
            continue;
        };
        let span = (words[at].span.0, words[end - 1].span.1);
        let name = text.get(span.0..span.1).unwrap_or_default().to_owned();
        let near = |list: &[&str]| {
            let sentence = |i: &usize| !parted(text, words, (*i).min(at), (*i).max(end - 1));
            let around = (at.saturating_sub(NEAR)..at).chain(end..(end + NEAR).min(words.len()));
            around.filter(sentence).any(|i| list.contains(&words[i].word.as_str()))
        };
        let mention = Mention { finding: FindingId::new("the-medicine-told-of"), tokens: (at, end), span };
        let there = || {
            let read = context::read(text, words, std::slice::from_ref(&mention), base);
            read.first().is_some_and(|o| o.presence == Presence::Present)
        };
        let list = if near(ALLERGY) { &mut told.allergic } else { &mut told.takes };
        let wanted = near(ALLERGY) || (near(TAKES) && !near(OVER));
        if wanted && there() && !list.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
            list.push(name);
        }
        at = end;
    }
    told
}

/// One past the last word of the longest name that begins here.
fn named(words: &[Token], at: usize, book: &NameBook) -> Option<usize> {
    (1..=LONGEST.min(words.len() - at)).rev().map(|n| at + n).find(|&end| {
        let phrase = words[at..end].iter().map(|w| w.word.as_str()).collect::<Vec<_>>().join(" ");
        // A story that names milk or tea tells of no medicine.
        let medical = |e: &Entity| match e {
            Entity::Medicine(id) => !id.as_str().starts_with("food-"),
            Entity::Class(_) => true,
            Entity::Remedy(_) => false,
        };
        phrase.chars().count() >= LEAST_LETTERS && book.exact(&phrase).iter().any(medical)
    })
}

/// A sentence ends between two words.
fn parted(text: &str, words: &[Token], a: usize, b: usize) -> bool {
    text.get(words[a].span.1..words[b].span.0).is_some_and(|t| t.contains(['.', ';', '\n', '۔', '।', '؛']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakim_knowledge::tokens;

    fn read(text: &str) -> Told {
        let mut base = KnowledgeBase::default();
        let named = |names: &[&str]| {
            let name = |term: &str, lay: &[&str]| Name {
                term: term.to_owned(),
                lay: lay.iter().map(|l| (*l).to_owned()).collect(),
                ask: None,
            };
            Names([(Lang::En, name(names[0], &names[1..]))].into())
        };
        for (id, names) in [("warfarin", &["Warfarin", "Coumadin"][..]), ("iron", &["Iron", "Ferrous sulfate"][..])] {
            let medicine = Medicine {
                id: id.into(),
                atc: vec![],
                names: named(names),
                brands: [].into(),
                classes: vec![],
                forms: vec![],
                doses: vec![],
                cautions: vec![],
                interactions: vec![],
                pack: "test".into(),
            };
            base.medicines.insert(id.into(), medicine);
        }
        told(text, &tokens(text), &NameBook::new(&base), &base)
    }

    #[test]
    fn a_name_counts_where_a_word_of_taking_stands_by_it() {
        assert_eq!(read("She takes warfarin 5 mg daily.").takes, ["warfarin"]);
        assert_eq!(read("On Coumadin and ferrous sulfate").takes, ["Coumadin", "ferrous sulfate"]);
        assert!(read("Serum iron is low.").takes.is_empty());
        assert!(read("No longer on warfarin: stopped last year.").takes.is_empty());
        assert!(read("She is not taking warfarin.").takes.is_empty());
        assert!(read("Her mother takes warfarin.").takes.is_empty());
    }

    #[test]
    fn what_is_not_tolerated_is_not_what_is_taken() {
        assert_eq!(read("Allergic to warfarin."), Told { takes: vec![], allergic: vec!["warfarin".into()] });
    }
}
