//! What the cosine of the sentence encoder can tell about a sentence and its fact, and what it cannot (decision 024).
//!
//! Forty facts of our own, each with a true rewording and one that turns it round (`entailment/cases.tsv`).

#![expect(clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

use hakim_models::embed::Encoder;
use hakim_models::grounding::subject::{COSINE_NEEDED, Subject};
use hakim_models::grounding::{Fact, Verdict, Vocabulary, check_sentence};

struct Case {
    fact: &'static str,
    rewording: &'static str,
    contrary: &'static str,
}

fn cases() -> Vec<Case> {
    let line = |line: &'static str| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().expect("three columns");
        Case { fact: next(), rewording: next(), contrary: next() }
    };
    include_str!("entailment/cases.tsv").lines().skip(1).map(line).collect()
}

/// The first half of one sentence and the second of another.
fn spliced(one: &str, other: &str) -> String {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    [&one[..one.len() / 2], &other[other.len() / 2..]].concat().join(" ")
}

/// Chance that one of `high` is above one of `low` (area under the ROC curve).
fn area(high: &[f32], low: &[f32]) -> f64 {
    let above = high.iter().flat_map(|h| low.iter().map(move |l| f64::from(h > l) + f64::from(h == l) / 2.0));
    above.sum::<f64>() / (high.len() * low.len()) as f64
}

#[test]
fn the_cosine_tells_what_is_spliced_or_about_something_else_and_no_contrary() {
    let model = common::asset("multilingual-e5-small");
    let tokenizer = common::asset("multilingual-e5-small-tokenizer");
    let (Some(model), Some(tokenizer)) = (model, tokenizer) else { return };
    let encoder = Encoder::load(&model, &tokenizer).expect("the encoder loads");
    let cases = cases();
    let facts: Vec<Fact> = (1..).zip(&cases).map(|(id, case)| Fact { id, text: case.fact.to_owned() }).collect();
    let subject = Subject::of(&facts, &encoder, COSINE_NEEDED).expect("encodes");
    // What the rules let through, with the cosine.
    let passed = |name: &str, sentences: Vec<String>| -> Vec<f32> {
        let mut cosines = Vec::new();
        for sentence in &sentences {
            if let Verdict::Supported { by } = check_sentence(sentence, &facts, &Vocabulary::default()) {
                cosines.push(subject.nearness(sentence, &by).expect("encodes"));
                println!("  {:.3} {sentence} {by:?}", cosines[cosines.len() - 1]);
            }
        }
        let below = cosines.iter().filter(|cosine| **cosine < COSINE_NEEDED).count();
        println!("{name}: {} of {} pass the rules, {below} of them withheld", cosines.len(), sentences.len());
        cosines
    };
    let of = |text: fn(&Case) -> &str| cases.iter().map(text).map(str::to_owned).collect::<Vec<String>>();
    let withheld = |cosines: &[f32]| cosines.iter().filter(|cosine| **cosine < COSINE_NEEDED).count();
    let pairs = || cases.iter().zip(cases.iter().cycle().skip(7));
    let both = |(one, other): (&Case, &Case)| {
        format!("{}, and {}", one.rewording.trim_end_matches('.'), other.rewording.to_lowercase())
    };
    let truth = passed("true", of(|case| case.rewording));
    let both = passed("two facts in one", pairs().map(both).collect());
    let spliced = passed("spliced", pairs().map(|(one, other)| spliced(one.fact, other.fact)).collect());
    let contrary = passed("contrary", of(|case| case.contrary));
    println!("area: spliced {:.3}, contrary {:.3}", area(&truth, &spliced), area(&truth, &contrary));
    assert_eq!(withheld(&truth), 0);
    assert!(withheld(&both) <= both.len() / 20, "{} of {}", withheld(&both), both.len());
    assert!(spliced.len() >= 20 && withheld(&spliced) >= spliced.len() / 2, "{}", withheld(&spliced));
    assert!(withheld(&contrary) <= contrary.len() / 2, "if this fails the encoder tells contraries: rely on it");
}

#[test]
fn what_begins_as_one_fact_and_ends_as_another_is_refused() {
    use hakim_models::grounding::Unsupported;
    let model = common::asset("multilingual-e5-small");
    let tokenizer = common::asset("multilingual-e5-small-tokenizer");
    let (Some(model), Some(tokenizer)) = (model, tokenizer) else { return };
    let encoder = Encoder::load(&model, &tokenizer).expect("the encoder loads");
    let texts =
        ["Oral rehydration solution is given in small sips.", "Keep the burn under cool running water for 20 minutes."];
    let facts: Vec<Fact> = (1..).zip(texts).map(|(id, text)| Fact { id, text: text.to_owned() }).collect();
    let said = [
        "Small sips of oral rehydration solution are given.",
        "Oral rehydration solution is running water for 20 minutes.",
    ];
    let subject = Subject::of(&facts, &encoder, COSINE_NEEDED).expect("encodes");
    let refused = said.map(|text| subject.refusal(text, &[1, 2]).expect("encodes"));
    assert!(matches!(refused, [None, Some(Unsupported::Subject(_))]), "{refused:?}");
}
