//! Figures of a ranking: how often the right answer is among the first, how probabilities agree with what came true, and
//! whether any group of patients is served worse.

use super::figures::{Bin, bins, calibration_by_chance, calibration_error, percentile, wilson};
use hakim_contract::{Assessment, CandidateView};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One case after it was run.
#[derive(Default)]
pub(crate) struct Outcome {
    /// what it is called in lists
    pub case: String,
    /// 1 is first; `None`: not among the candidates
    pub rank: Option<usize>,
    /// probability stated for the first candidate, and whether it was right
    pub stated: Option<(f64, bool)>,
    /// every probability shown, and whether it was right
    pub shown: Vec<(f64, bool)>,
    pub ms: f64,
    pub leading: String,
    /// questions asked
    pub questions: usize,
    /// which groups the patient belongs to: kind and name
    pub groups: Vec<(&'static str, String)>,
}

impl Outcome {
    /// Scores an assessment by ICD-10 prefixes.
    pub(crate) fn of(case: &str, assessment: &Assessment, accepted: &[String], ms: f64) -> Self {
        let fits = |c: &CandidateView| c.icd10.iter().any(|code| accepted.iter().any(|a| code.starts_with(a.as_str())));
        let shown: Vec<(f64, bool)> = assessment.candidates.iter().map(|c| (c.probability.p, fits(c))).collect();
        let leading = assessment.candidates.first();
        Self {
            case: case.to_owned(),
            rank: shown.iter().position(|(_, right)| *right).map(|i| i + 1),
            stated: shown.first().copied(),
            shown,
            ms,
            leading: leading.map(|c| format!("{} {:.0}%", c.condition, c.probability.p * 100.0)).unwrap_or_default(),
            ..Self::default()
        }
    }
}

pub(crate) fn within(ran: &[&Outcome], k: usize) -> usize {
    ran.iter().filter(|r| r.rank.is_some_and(|rank| rank <= k)).count()
}

fn mrr(ran: &[&Outcome]) -> f64 {
    ran.iter().filter_map(|r| r.rank).map(|rank| 1.0 / rank as f64).sum::<f64>() / ran.len().max(1) as f64
}

fn percent(k: usize, n: usize) -> String {
    let (low, high) = wilson(k, n);
    format!("{:5.1} %  ({:.1} to {:.1})", k as f64 / n.max(1) as f64 * 100.0, low * 100.0, high * 100.0)
}

fn by_group(ran: &[Outcome]) -> BTreeMap<(&'static str, &str), Vec<&Outcome>> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Outcome>> = BTreeMap::new();
    for outcome in ran {
        for (kind, name) in &outcome.groups {
            groups.entry((kind, name)).or_default().push(outcome);
        }
    }
    groups
}

/// Prints the figures and writes them as one JSON object.
pub(crate) fn report(ran: &[Outcome]) -> anyhow::Result<Value> {
    let all: Vec<&Outcome> = ran.iter().collect();
    let n = all.len();
    let ms: Vec<f64> = ran.iter().map(|r| r.ms).collect();
    let stated: Vec<(f64, bool)> = ran.iter().filter_map(|r| r.stated).collect();
    let shown: Vec<(f64, bool)> = ran.iter().flat_map(|r| r.shown.iter().copied()).collect();
    let (ece, chance, ece_shown) =
        (calibration_error(&stated), calibration_by_chance(&stated), calibration_error(&shown));
    println!("n        {n}");
    for k in [1, 3, 5, 10] {
        println!("top-{k:<4} {}", percent(within(&all, k), n));
    }
    println!("MRR      {:.3}", mrr(&all));
    println!(
        "ECE      {ece:.3} of the first candidate; a forecaster without any error would get {chance:.3} on so few"
    );
    println!("         {ece_shown:.3} over all {} probabilities shown", shown.len());
    for bin in bins(&stated) {
        println!("         stated {:.2}, right {:.2}  (n {})", bin.stated, bin.right, bin.n);
    }
    println!("time     p50 {:.1} ms, p95 {:.1} ms", percentile(&ms, 0.5), percentile(&ms, 0.95));
    let groups = by_group(ran);
    for ((kind, name), group) in &groups {
        println!(
            "{kind} {name:10} n {:3}  top-1 {}  top-3 {}",
            group.len(),
            percent(within(group, 1), group.len()),
            percent(within(group, 3), group.len())
        );
    }
    let share = |k: usize| within(&all, k) as f64 / n.max(1) as f64;
    let group = |((kind, name), group): (&(&str, &str), &Vec<&Outcome>)| {
        json!({
            "kind": kind, "name": name, "n": group.len(),
            "top1": within(group, 1) as f64 / group.len() as f64, "top3": within(group, 3) as f64 / group.len() as f64,
        })
    };
    let bin = |b: &Bin| json!({ "stated": b.stated, "right": b.right, "n": b.n });
    Ok(json!({
        "n": n, "top1": share(1), "top3": share(3), "top5": share(5), "top10": share(10), "mrr": mrr(&all),
        "ece": ece, "ece_by_chance": chance, "ece_shown": ece_shown,
        "bins": bins(&stated).iter().map(bin).collect::<Vec<_>>(),
        "groups": groups.iter().map(group).collect::<Vec<_>>(),
        "questions_mean": ran.iter().map(|r| r.questions as f64).sum::<f64>() / n.max(1) as f64,
        "p50_ms": percentile(&ms, 0.5), "p95_ms": percentile(&ms, 0.95),
    }))
}

/// Prints several methods on the same cases beside each other.
pub(crate) fn compare(compared: &[(&str, Vec<Outcome>)]) -> anyhow::Result<Value> {
    println!("{:24} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}", "", "top-1", "top-3", "top-5", "top-10", "MRR", "ECE");
    let mut rows = vec![];
    for (name, ran) in compared {
        let all: Vec<&Outcome> = ran.iter().collect();
        let share = |k: usize| within(&all, k) as f64 / all.len().max(1) as f64;
        let stated: Vec<(f64, bool)> = ran.iter().filter_map(|r| r.stated).collect();
        let ece = (!stated.is_empty()).then(|| calibration_error(&stated));
        let [one, three, five, ten] = [1, 3, 5, 10].map(|k| share(k) * 100.0);
        let told = ece.map_or("-".into(), |e| format!("{e:.3}"));
        println!("{name:24} {one:>6.1} {three:>6.1} {five:>6.1} {ten:>6.1} {:>6.3} {told:>6}", mrr(&all));
        rows.push(json!({
            "method": name, "n": all.len(), "top1": share(1), "top3": share(3), "top5": share(5), "top10": share(10),
            "mrr": mrr(&all), "ece": ece,
        }));
    }
    Ok(Value::Array(rows))
}
