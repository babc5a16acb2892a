//! What the cosine of the sentence encoder can tell about a sentence and its fact, and what it cannot (decision 024).
//!
//! Forty facts of our own, each with a true rewording and one that turns it round (`entailment/cases.tsv`).

#![expect(clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

use hakim_models::embed::{Encoder, Kind, cosine};
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
fn the_cosine_tells_another_subject_and_no_contrary() {
    let model = common::asset("multilingual-e5-small");
    let tokenizer = common::asset("multilingual-e5-small-tokenizer");
    let (Some(model), Some(tokenizer)) = (model, tokenizer) else { return };
    let encoder = Encoder::load(&model, &tokenizer).expect("the encoder loads");
    let cases = cases();
    let facts: Vec<&str> = cases.iter().map(|case| case.fact).collect();
    let of = |text: fn(&Case) -> &str| cases.iter().map(text).map(str::to_owned).collect::<Vec<String>>();
    let (rewordings, contraries) = (of(|case| case.rewording), of(|case| case.contrary));
    let others = rewordings.iter().cycle().skip(13).take(cases.len()).cloned().collect();
    let splices = facts.iter().zip(facts.iter().cycle().skip(7)).map(|(one, other)| spliced(one, other)).collect();
    let sets = [("true", rewordings), ("contrary", contraries), ("spliced", splices), ("another subject", others)];

    let numbered: Vec<Fact> = (1..).zip(&facts).map(|(id, text)| Fact { id, text: (*text).to_owned() }).collect();
    let known = encoder.encode_batch(&facts, Kind::Query).expect("encodes");
    // The nearest fact: of a splice that is one of its two halves.
    let near = |sentence: &String| {
        let vector = encoder.encode(sentence, Kind::Query).expect("encodes");
        known.iter().map(|fact| cosine(&vector, fact)).fold(-1.0, f32::max)
    };
    let passes = |sentence: &&String| {
        matches!(check_sentence(sentence, &numbered, &Vocabulary::default()), Verdict::Supported { .. })
    };
    for (name, set) in &sets {
        let passed: Vec<&String> = set.iter().filter(passes).collect();
        println!("{name}: the rules pass {}", passed.len());
        for sentence in passed {
            println!("   {:.3} {sentence}", near(sentence));
        }
    }
    for (of_sentence, of_fact) in
        [(Kind::Query, Kind::Query), (Kind::Passage, Kind::Passage), (Kind::Query, Kind::Passage)]
    {
        let known = encoder.encode_batch(&facts, of_fact).expect("encodes");
        let near = |sentences: &[String]| -> Vec<f32> {
            let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
            let vectors = encoder.encode_batch(&sentences, of_sentence).expect("encodes");
            vectors.iter().zip(&known).map(|(sentence, fact)| cosine(sentence, fact)).collect()
        };
        let truth = near(&sets[0].1);
        let mut sorted = truth.clone();
        sorted.sort_by(f32::total_cmp);
        println!(
            "{of_sentence:?} to {of_fact:?}: true {:.3} to {:.3}, median {:.3}",
            sorted[0], sorted[39], sorted[20]
        );
        // One true sentence in forty may be lost.
        let threshold = sorted[1];
        for (name, set) in &sets {
            let cosines = near(set);
            let below = cosines.iter().filter(|c| **c < threshold).count();
            println!("  {name}: area {:.3}, {below} of {} below {threshold:.3}", area(&truth, &cosines), cosines.len());
        }
    }
}
