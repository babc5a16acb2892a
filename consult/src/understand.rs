//! Words to findings: text is checked, folded, searched for findings and values, and each mention judged in its context.

use crate::library::Knowledge;
use crate::taken;
use crate::views::label;
use hakim_clinical::*;
use hakim_contract::*;
use hakim_knowledge::{Lexicon, NameBook, guess_language, name_parts, tokens};
use hakim_reasoning::{Case, CaseError, Taken, context, values};

/// Most rows of a vocabulary list: the window asks for all of it once.
const MAX_LISTED: usize = 5_000;

/// A story longer than this is refused: no consultation needs it, and it would only hide a mistake.
pub const MAX_TEXT_BYTES: usize = 200_000;
/// More control characters than this share mean that the "text" is some other file.
const MAX_CONTROL_SHARE: f64 = 0.02;

/// Refuses what is no readable story.
///
/// # Errors
/// `text-too-long`, `text-not-text`.
pub(crate) fn readable(text: &str) -> Result<(), Failure> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Failure::new("text-too-long").with("bytes", text.len()).with("limit", MAX_TEXT_BYTES));
    }
    let odd = text.chars().filter(|c| (c.is_control() && !c.is_whitespace()) || *c == '\u{fffd}').count();
    if odd as f64 > text.chars().count() as f64 * MAX_CONTROL_SHARE {
        return Err(Failure::new("text-not-text"));
    }
    Ok(())
}

/// Reads a story; what a patient of this sex cannot have is left out.
///
/// # Errors
/// As [`readable`].
pub(crate) fn understand(knowledge: &Knowledge, text: &str, sex: Option<Sex>) -> Result<Understood, Failure> {
    readable(text)?;
    let words = tokens(text);
    let possible = |m: &Mention| knowledge.base.findings.get(&m.finding).is_none_or(|f| f.fits(sex));
    let mut mentions = knowledge.lexicon.find(&words);
    mentions.extend(knowledge.lexicon.find_scattered(&words, &mentions));
    mentions.retain(possible);
    mentions.sort_by_key(|m| m.tokens);
    let observed = strongest_per_finding(context::read(text, &words, &mentions, &knowledge.base));
    let measurements = values::read_values(text, &words);
    let mut likely = knowledge.lexicon.likely(&words, &mentions, context::is_trigger);
    likely.retain(possible);
    // "no couhg" asks about a cough that is denied: the context is read as if it were spelt right.
    let mut all = mentions.clone();
    all.extend(likely.iter().cloned());
    all.sort_by_key(|m| m.tokens);
    let maybe = context::read(text, &words, &all, &knowledge.base);
    let maybe = maybe.into_iter().filter(|o| likely.iter().any(|m| Some(m.span) == o.span));
    let language = guess_language(text);
    let mut notices = vec![];
    if observed.is_empty() && measurements.is_empty() && !text.trim().is_empty() {
        notices.push("understood-nothing".to_owned());
    }
    if language.is_none() && text.chars().any(char::is_alphabetic) {
        notices.push("language-unknown".to_owned());
    }
    let told = taken::told(text, &words, &knowledge.names, &knowledge.base);
    let quote = |o: &Observed| o.span.and_then(|(a, b)| text.get(a..b)).unwrap_or_default().to_owned();
    Ok(Understood {
        chips: observed
            .into_iter()
            .map(|o| Chip { label: label(&knowledge.base, &o.finding), quote: quote(&o), observed: o })
            .collect(),
        measurements,
        medicines: told.takes,
        allergies: told.allergic,
        maybe: maybe
            .map(|o| DidYouMean { quote: quote(&o), label: label(&knowledge.base, &o.finding), presence: o.presence })
            .collect(),
        language,
        notices,
    })
}

/// What a text says of the words from `place.0` up to `place.1`, whatever they name. [`Presence::Unknown`]: doubtful, somebody
/// else's, in the past or only possible.
pub fn presence_at(base: &KnowledgeBase, lexicon: &Lexicon, text: &str, place: (usize, usize)) -> Presence {
    let words = tokens(text);
    let (Some(first), Some(last)) = (words.get(place.0), place.1.checked_sub(1).and_then(|i| words.get(i))) else {
        return Presence::Unknown;
    };
    let asked =
        Mention { finding: FindingId::new("the-words-asked-about"), tokens: place, span: (first.span.0, last.span.1) };
    let apart = |m: &Mention| m.tokens.1 <= place.0 || m.tokens.0 >= place.1;
    let mut mentions: Vec<Mention> = lexicon.find(&words).into_iter().filter(apart).collect();
    mentions.push(asked.clone());
    mentions.sort_by_key(|m| m.tokens);
    let read = context::read(text, &words, &mentions, base);
    read.into_iter().find(|o| o.finding == asked.finding).map_or(Presence::Unknown, |o| o.presence)
}

/// One statement per finding, in the order of the text: present before absent before unknown, the most detailed first.
fn strongest_per_finding(all: Vec<Observed>) -> Vec<Observed> {
    let rank = |o: &Observed| {
        let presence = match o.presence {
            Presence::Present => 0,
            Presence::Absent => 1,
            Presence::Unknown => 2,
        };
        (presence, usize::from(o.severity.is_none()), usize::from(o.days.is_none()))
    };
    let mut kept: Vec<Observed> = vec![];
    for o in all {
        match kept.iter_mut().find(|k| k.finding == o.finding) {
            None => kept.push(o),
            Some(known) => {
                let (days, severity) = (known.days.or(o.days), known.severity.max(o.severity));
                if rank(&o) < rank(known) {
                    *known = o;
                }
                if known.presence == Presence::Present {
                    (known.days, known.severity) = (days, severity);
                }
            }
        }
    }
    kept
}

/// Refuses a patient that cannot be, before anything is worked out for them: what follows would be wrong for whoever is meant.
///
/// # Errors
/// `age-impossible`, `pregnant-man`, `pregnant-age`, `pregnant-weeks`.
pub(crate) fn possible_patient(patient: &PatientFacts) -> Result<(), Failure> {
    /// Pregnancy outside these ages is a slip of the finger. The youngest mothers known to medicine are the rarest of cases.
    const FERTILE: std::ops::RangeInclusive<f64> = 8.0..=65.0;
    /// No pregnancy lasts longer, weeks.
    const LONGEST: u8 = 45;
    // An age over the limit comes only from outside: the window asks in numbers that are checked.
    if patient.age.is_some_and(|age| age > Age::from_days(u32::MAX)) {
        return Err(Failure::new("age-impossible"));
    }
    if patient.lactating && patient.sex == Some(Sex::Male) {
        return Err(Failure::new("lactating-man"));
    }
    let Pregnancy::Yes { weeks } = patient.pregnancy else { return Ok(()) };
    if patient.sex == Some(Sex::Male) {
        return Err(Failure::new("pregnant-man"));
    }
    if let Some(age) = patient.age.filter(|age| !FERTILE.contains(&age.years())) {
        return Err(Failure::new("pregnant-age").with("years", age.years().floor()));
    }
    match weeks.filter(|weeks| !(1..=LONGEST).contains(weeks)) {
        Some(weeks) => Err(Failure::new("pregnant-weeks").with("weeks", weeks).with("limit", LONGEST)),
        None => Ok(()),
    }
}

/// Refuses a lower pressure that is not below the upper: one of them was mistyped.
///
/// # Errors
/// `pressure-impossible`.
fn possible_pressure(measurements: &[Measurement]) -> Result<(), Failure> {
    let value = |vital| measurements.iter().rev().find(|m| m.vital == vital).map(|m| m.value);
    match value(Vital::Systolic).zip(value(Vital::Diastolic)) {
        Some((upper, lower)) if lower >= upper => {
            Err(Failure::new("pressure-impossible").with("upper", upper).with("lower", lower))
        }
        _ => Ok(()),
    }
}

/// The case of an intake, names of medicines recognised, without the words of its story: enough for danger signs and checks.
///
/// # Errors
/// `value-impossible` for a value that no living patient has; as [`possible_patient`]; as [`readable`].
pub(crate) fn case_of<'k>(knowledge: &'k Knowledge, intake: &'k Intake) -> Result<Case<'k>, Failure> {
    readable(&intake.text)?;
    possible_patient(&intake.patient)?;
    possible_pressure(&intake.measurements)?;
    let taken = recognise(knowledge, &intake.patient.medicines);
    // Who is allergic to a medicine has said so, whether or not it was ticked.
    let mut observed = intake.observed.clone();
    let allergic = FindingId::new("allergy.drug");
    if !allergies_of(knowledge, &intake.patient).is_empty() && observed.iter().all(|o| o.finding != allergic) {
        observed.push(Observed::present(allergic, Origin::Picked));
    }
    Case::new(&knowledge.base, &intake.patient, &observed, &intake.measurements, taken).map_err(
        |CaseError { vital, value }| Failure::new("value-impossible").with("vital", vital.key()).with("value", value),
    )
}

/// The case of an intake with how close the words of its story are to each condition, for the differential.
///
/// # Errors
/// As [`case_of`].
pub(crate) fn told_case_of<'k>(knowledge: &'k Knowledge, intake: &'k Intake) -> Result<Case<'k>, Failure> {
    let case = case_of(knowledge, intake)?;
    let Some(lang) = guess_language(&intake.text) else { return Ok(case) };
    Ok(case.with_wording(knowledge.wording.closeness(&knowledge.base, lang, &intake.text)))
}

/// What each typed name stands for; `warfarin and aspirin` is two.
pub(crate) fn recognise(knowledge: &Knowledge, names: &[String]) -> Vec<Taken> {
    let typed = names.iter().map(|typed| typed.trim()).filter(|typed| !typed.is_empty());
    typed.flat_map(|typed| recognise_one(&knowledge.names, typed)).collect()
}

fn recognise_one(book: &NameBook, typed: &str) -> Vec<Taken> {
    let taken = |typed: &str| {
        let found = book.find(typed);
        Taken { typed: typed.to_owned(), entities: found.entities, read: found.read }
    };
    let parts = name_parts(typed);
    if book.knows(typed) || parts.len() < 2 || !parts.iter().any(|part| book.knows(part)) {
        return vec![taken(typed)];
    }
    parts.iter().map(|part| taken(part)).collect()
}

/// Allergies of a patient as far as they may be to a medicine: who writes "none" or "dust" has told of none.
pub(crate) fn allergies_of(knowledge: &Knowledge, patient: &PatientFacts) -> Vec<Taken> {
    const NONE: &[&str] = &[
        "none",
        "no",
        "nil",
        "nka",
        "not known",
        "unknown",
        "کوئی نہیں",
        "نہیں",
        "لا",
        "कोई नहीं",
        "नहीं",
        "aucune",
        "aucun",
    ];
    const NO_MEDICINE: &[&str] = &[
        "dust",
        "pollen",
        "grass",
        "mite",
        "mold",
        "mould",
        "cat",
        "dog",
        "animal",
        "fur",
        "feather",
        "bee",
        "wasp",
        "insect",
        "peanut",
        "nuts",
        "nut",
        "seafood",
        "shellfish",
        "prawn",
        "fish",
        "wheat",
        "gluten",
        "soy",
        "latex",
        "nickel",
        "perfume",
        "sun",
        "cold",
        "smoke",
        "گرد",
        "پولن",
        "غبار",
        "धूल",
    ];
    let mut allergies = recognise(knowledge, &patient.allergies);
    allergies.retain(|a| {
        let folded = hakim_knowledge::fold(&a.typed);
        let none = NONE.iter().any(|none| folded == *none || folded.starts_with(&format!("{none} ")));
        let denied = ["no allerg", "not allergic", "no known", "nkda"].iter().any(|start| folded.starts_with(start));
        let other = folded.split(|c: char| !c.is_alphanumeric()).any(|word| NO_MEDICINE.contains(&word));
        !(denied || a.entities.is_empty() && (none || other))
    });
    allergies
}

/// Findings whose names contain the words, best first.
pub(crate) fn find_vocabulary(knowledge: &Knowledge, query: &VocabularyQuery) -> FindingList {
    let wanted = hakim_knowledge::fold(query.query.trim());
    let rank = |f: &Finding| -> Option<(u8, usize)> {
        let names = f.names.0.values().flat_map(|n| std::iter::once(&n.term).chain(&n.lay));
        names
            .enumerate()
            .filter_map(|(i, name)| {
                let name = hakim_knowledge::fold(name);
                match name {
                    n if n == wanted => Some((0, i)),
                    n if n.starts_with(&wanted) => Some((1, i)),
                    n if n.contains(&wanted) => Some((2, i)),
                    _ => None,
                }
            })
            .min()
    };
    let mut found: Vec<(u8, usize, &Finding)> = knowledge
        .base
        .findings
        .values()
        .filter_map(|f| if wanted.is_empty() { Some((0, 0, f)) } else { rank(f).map(|(a, b)| (a, b, f)) })
        .collect();
    found.sort_by(|a, b| {
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then(b.2.background.p.value().total_cmp(&a.2.background.p.value()))
            .then(a.2.id.cmp(&b.2.id))
    });
    let findings = found
        .into_iter()
        .take(query.limit.clamp(1, MAX_LISTED))
        .map(|(_, _, f)| label(&knowledge.base, &f.id))
        .collect();
    FindingList { findings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(age: Option<Age>, sex: Option<Sex>, weeks: Option<Option<u8>>) -> Option<String> {
        let pregnancy = weeks.map_or(Pregnancy::No, |weeks| Pregnancy::Yes { weeks });
        let patient = PatientFacts { age, sex, pregnancy, ..PatientFacts::default() };
        possible_patient(&patient).err().map(|f| f.key)
    }

    #[test]
    fn a_patient_that_cannot_be_is_refused() {
        let years = |n| Some(Age::from_years(n));
        let (man, woman) = (Some(Sex::Male), Some(Sex::Female));
        assert_eq!(refused(years(30), man, Some(None)), Some("pregnant-man".into()));
        assert_eq!(refused(years(30), man, None), None);
        assert_eq!(refused(years(30), woman, Some(None)), None);
        assert_eq!(refused(years(30), None, Some(None)), None);
        assert_eq!(refused(None, woman, Some(None)), None);
        for (age, wrong) in [(4, true), (7, true), (8, false), (64, false), (66, true)] {
            assert_eq!(refused(years(age), woman, Some(None)).is_some(), wrong, "{age} years");
        }
        assert_eq!(refused(years(4), woman, Some(None)), Some("pregnant-age".into()));
        for (weeks, wrong) in [(0, true), (1, false), (45, false), (46, true)] {
            assert_eq!(refused(years(30), woman, Some(Some(weeks))).is_some(), wrong, "{weeks} weeks");
        }
    }

    #[test]
    fn an_age_from_outside_is_held_to_what_people_reach() {
        let read = |days: &str| serde_json::from_str::<Age>(days);
        assert!(read("-5").is_err(), "a negative age is none");
        assert_eq!(refused(read("47580").ok(), None, None), None, "130 years");
        assert_eq!(refused(read("47581").ok(), None, None), Some("age-impossible".into()));
    }
}
