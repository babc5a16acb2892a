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
fn the_cosine_tells_another_subject_and_not_a_contrary() {
    let model = common::asset("multilingual-e5-small");
    let tokenizer = common::asset("multilingual-e5-small-tokenizer");
    let (Some(model), Some(tokenizer)) = (model, tokenizer) else { return };
    let encoder = Encoder::load(&model, &tokenizer).expect("the encoder loads");
    let cases = cases();
    let facts: Vec<&str> = cases.iter().map(|case| case.fact).collect();
    let rewordings: Vec<&str> = cases.iter().map(|case| case.rewording).collect();
    let contraries: Vec<&str> = cases.iter().map(|case| case.contrary).collect();
    let others: Vec<&str> = rewordings.iter().cycle().skip(13).take(cases.len()).copied().collect();
    let splices: Vec<String> =
        facts.iter().zip(facts.iter().cycle().skip(7)).map(|(one, other)| spliced(one, other)).collect();
    let splices: Vec<&str> = splices.iter().map(String::as_str).collect();
    for (of_sentence, of_fact) in
        [(Kind::Query, Kind::Query), (Kind::Passage, Kind::Passage), (Kind::Query, Kind::Passage)]
    {
        let known = encoder.encode_batch(&facts, of_fact).expect("encodes");
        let near = |sentences: &[&str]| -> Vec<f32> {
            let vectors = encoder.encode_batch(sentences, of_sentence).expect("encodes");
            vectors.iter().zip(&known).map(|(sentence, fact)| cosine(sentence, fact)).collect()
        };
        let truth = near(&rewordings);
        let mut sorted = truth.clone();
        sorted.sort_by(f32::total_cmp);
        println!(
            "{of_sentence:?} to {of_fact:?}: true {:.3} to {:.3}, median {:.3}",
            sorted[0], sorted[39], sorted[20]
        );
        // One true sentence in forty may be lost.
        let threshold = sorted[1];
        let areas =
            [("contrary", &contraries), ("spliced", &splices), ("another subject", &others)].map(|(name, set)| {
                let cosines = near(set);
                let below = cosines.iter().filter(|c| **c < threshold).count();
                let area = area(&truth, &cosines);
                println!("  {name}: area {area:.3}, {below} of {} below {threshold:.3}", cosines.len());
                area
            });
        let [contrary, _, another] = areas;
        assert!(another > 0.95, "another subject is told: {another}");
        assert!(contrary < 0.75, "if this fails the encoder tells contraries: use it: {contrary}");
    }
    let facts: Vec<Fact> = (1..).zip(&facts).map(|(id, text)| Fact { id, text: (*text).to_owned() }).collect();
    let vocabulary = Vocabulary::default();
    for (name, set) in
        [("true", &rewordings), ("contrary", &contraries), ("spliced", &splices), ("another subject", &others)]
    {
        let passes = |(sentence, fact): &(&&str, &Fact)| {
            let verdict = check_sentence(sentence, std::slice::from_ref(*fact), &vocabulary);
            matches!(verdict, Verdict::Supported { .. })
        };
        let passed: Vec<_> = set.iter().zip(&facts).filter(passes).map(|(sentence, _)| *sentence).collect();
        println!("rules alone: {} of {} {name} pass: {passed:#?}", passed.len(), set.len());
    }
}
