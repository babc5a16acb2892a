//! What could this be: posterior probabilities from pretest odds and likelihood ratios, each explained as it is made.
//!
//! `ln odds(d) = ln prior(d) + T · Σ w(g) · ln LR(f|d)`, normalised over all conditions the patient can have and "none of
//! these". The second figure of a ratio is the finding's rate among people who come to a clinic. Method: naive Bayes with
//! grouping and shrinkage (Fryback 1978 on dependence; Robinson 2020, LIRICAL, on likelihood ratios of findings).

use crate::judge::{Truth, judge};
use crate::triage::can_have;
use crate::{Calibration, Case, Method};
use hakim_clinical::*;
use std::collections::BTreeMap;

/// "None of these" never starts below this share, whatever the packs claim to cover.
pub const MIN_PRIOR_OF_NONE: f64 = 0.15;

/// Weight of every finding of a group after the strongest: correlated findings tell little twice.
const GROUP_DISCOUNT: f64 = 0.6;
/// Ratio for a symptom or sign that the condition does not list.
const UNEXPLAINED: f64 = 0.5;
/// Shares are held inside these limits before a ratio is formed: no listed share is certain.
const MIN_SHARE: f64 = 0.02;
/// See [`MIN_SHARE`].
const MAX_SHARE: f64 = 0.985;
/// One ordinary finding moves the log-odds by at most this much.
const MAX_LN: f64 = 4.6;
/// A needed finding that is absent. A rule like the next: not held back by [`Method::temperature`].
const NEEDED_ABSENT_LN: f64 = -5.0;
/// A pathognomonic finding that is present, at least: odds of one in a thousand become even.
const PATHOGNOMONIC_LN: f64 = 6.9;
/// Without a symptom or sign an exposure makes a ranking only when it points so clearly to one condition.
const LEADS_ON_EXPOSURE: f64 = 0.3;
/// Standard normal quantile of an 80 % interval.
const Z80: f64 = 1.2816;

/// Weight of waiting, for expected harm.
pub(crate) fn harm_weight(harm: Harm) -> f64 {
    match harm {
        Harm::Low => 1.0,
        Harm::Moderate => 3.0,
        Harm::High => 10.0,
        Harm::Critical => 30.0,
    }
}

/// What one finding does, with what the later steps need to know of it.
struct Weighed {
    contribution: Contribution,
    /// standard deviation of ln ratio
    sd: f64,
    /// the finding that the condition lists and this one bears on
    link: Option<FindingId>,
}

impl Weighed {
    fn strength(&self) -> f64 {
        self.contribution.ratio.ln().abs()
    }

    /// It is listed and says nothing.
    fn silence(&mut self) {
        self.contribution.ratio = LikelihoodRatio::NEUTRAL;
        self.sd = 0.0;
    }
}

/// A condition scored, before normalisation.
struct Scored<'k> {
    condition: &'k Condition,
    prior: PriorTrace,
    contributions: Vec<Contribution>,
    wording: LikelihoodRatio,
    /// ln of prior times likelihood
    ln: f64,
    /// standard deviation of `ln` from the ranges
    sd: f64,
}

/// The ranked answer over all conditions this patient can have.
pub fn differential(case: &Case<'_>) -> Differential {
    differential_by(case, &Method::default())
}

/// The same by another method, for evaluation.
pub fn differential_by(case: &Case<'_>, method: &Method) -> Differential {
    let family = if method.hierarchy { Family::of(case) } else { Family::none() };
    let wording = Wording::of(case, method);
    let scored: Vec<Scored<'_>> = case
        .base
        .conditions
        .values()
        .filter(|c| can_have(c, case.patient))
        .map(|c| score(c, case, &family, &wording, method))
        .collect();
    let clinical =
        case.stated().filter(|o| o.presence == Presence::Present).filter(|o| speaks(case, &o.finding)).count();
    let ln_none = prior_of_none(&scored).ln() * method.prior_weight;
    let ln_total = ln_sum(scored.iter().map(|s| s.ln).chain([ln_none]));
    let none = Probability::clamped((ln_none - ln_total).exp());
    let mut candidates: Vec<Candidate> = scored.into_iter().map(|s| candidate(s, ln_total)).collect();
    candidates.sort_by(|a, b| {
        b.probability.value().total_cmp(&a.probability.value()).then_with(|| a.condition.cmp(&b.condition))
    });
    let leading = candidates.first().map_or(0.0, |c| c.probability.value());
    // a burn or a bite is an exposure, and all there is to tell
    let only_exposed = clinical == 0 && leading >= LEADS_ON_EXPOSURE && exposed(case);
    let not_enough = (clinical == 0 && !only_exposed) || leading < none.value() * 0.5;
    let none = match method.calibration {
        Some(map) if !not_enough => calibrate(&mut candidates, none, map),
        _ => none,
    };
    Differential { must_not_miss: must_not_miss(case, &candidates), not_enough, none_of_these: none, candidates }
}

/// Maps the first candidate's probability to how often such a one was right; the rest keep their proportions in what is left,
/// and none of them passes the first. Returns the probability of "none of these".
fn calibrate(candidates: &mut [Candidate], none: Probability, map: Calibration) -> Probability {
    let mapped = |p: f64| 1.0 / (1.0 + (-(map.offset + map.slope * logit(p.clamp(1e-6, 1.0 - 1e-6)))).exp());
    let Some((first, rest)) = candidates.split_first_mut() else { return none };
    let (before, second) = (first.probability.value(), rest.first().map_or(0.0, |c| c.probability.value()));
    // after the change `second · (1 - p) / (1 - before)` must not exceed p
    let p = mapped(before).max(second / (1.0 - before + second).max(1e-9));
    let scale = (1.0 - p) / (1.0 - before).max(1e-9);
    rescale(first, mapped(first.low.value()).min(p), p, mapped(first.high.value()).max(p));
    for c in rest {
        let times = |v: Probability| (v.value() * scale).min(1.0);
        rescale(c, times(c.low), times(c.probability), times(c.high));
    }
    Probability::clamped(none.value() * scale)
}

fn rescale(candidate: &mut Candidate, low: f64, p: f64, high: f64) {
    let before = candidate.probability.value().max(1e-12);
    candidate.expected_harm *= p / before;
    candidate.low = Probability::clamped(low);
    candidate.probability = Probability::clamped(p);
    candidate.high = Probability::clamped(high);
}

/// How one condition stands, wherever it ranks; `None` if the patient cannot have it or nobody knows it.
pub fn why(case: &Case<'_>, condition: &ConditionId) -> Option<Candidate> {
    differential(case).candidates.into_iter().find(|c| c.condition == *condition)
}

/// Symptoms, signs, values and pictures speak of the present illness; history and exposure alone do not.
fn speaks(case: &Case<'_>, finding: &FindingId) -> bool {
    case.base.findings.get(finding).is_some_and(|f| !matches!(f.kind, FindingKind::History | FindingKind::Exposure))
}

/// Something happened to the patient.
fn exposed(case: &Case<'_>) -> bool {
    let kind = |o: &Observed| case.base.findings.get(&o.finding).map(|f| f.kind);
    case.stated().any(|o| o.presence == Presence::Present && kind(o) == Some(FindingKind::Exposure))
}

fn prior_of_none(scored: &[Scored<'_>]) -> f64 {
    (1.0 - scored.iter().map(|s| s.prior.adjusted.value()).sum::<f64>()).max(MIN_PRIOR_OF_NONE)
}

fn ln_sum(terms: impl Iterator<Item = f64>) -> f64 {
    let terms: Vec<f64> = terms.collect();
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + terms.iter().map(|t| (t - top).exp()).sum::<f64>().ln()
}

fn score<'k>(
    condition: &'k Condition,
    case: &Case<'_>,
    family: &Family,
    wording: &Wording,
    method: &Method,
) -> Scored<'k> {
    let prior = prior(condition, case);
    let mut weighed: Vec<Weighed> = if method.evidence {
        case.stated().filter_map(|o| weigh(condition, case, family, o, method)).collect()
    } else {
        vec![]
    };
    if method.grouping {
        keep_each_link_once(&mut weighed);
        discount_groups(case, &mut weighed);
    }
    silence_mere_history(case, &mut weighed);
    let ln_likelihood: f64 = weighed.iter().map(|w| w.contribution.ratio.ln()).sum();
    let variance: f64 = weighed.iter().map(|w| w.sd * w.sd).sum();
    let wording = wording.ratio(case, condition);
    let prior_sd = spread(prior.base.low.value().max(1e-7), prior.base.high.value().max(1e-7));
    let mut contributions: Vec<Contribution> = weighed.into_iter().map(|w| w.contribution).collect();
    contributions
        .sort_by(|a, b| b.ratio.ln().abs().total_cmp(&a.ratio.ln().abs()).then_with(|| a.finding.cmp(&b.finding)));
    Scored {
        condition,
        ln: prior.adjusted.value().max(1e-9).ln() * method.prior_weight + ln_likelihood + wording.ln(),
        wording,
        sd: (variance + prior_sd * prior_sd).sqrt(),
        prior,
        contributions,
    }
}

fn prior(condition: &Condition, case: &Case<'_>) -> PriorTrace {
    let mut ln = condition.prior.share.p.log_odds();
    let mut factors = vec![];
    for factor in &condition.prior.factors {
        // A finding that the condition also lists speaks through its share: it must not count twice.
        let listed = |f: &FindingId| condition.link(f).is_some();
        if matches!(&factor.when, Rule::Finding(f) if listed(f)) {
            continue;
        }
        if judge(&factor.when, case) == Truth::True {
            ln += factor.times.ln();
            factors.push((factor.text.clone(), factor.times));
        }
    }
    PriorTrace {
        base: condition.prior.share,
        adjusted: Probability::clamped(1.0 / (1.0 + (-ln).exp())),
        factors,
        evidence: condition.prior.evidence.clone(),
    }
}

/// What the words of the story say beyond the findings read from them: how close they are to what the packs write of a
/// condition, against how close they are to most.
struct Wording {
    /// closeness that speaks neither for nor against
    even: f64,
    weight: f64,
}

impl Wording {
    /// One condition in ten is closer than this to any story.
    const EVEN: f64 = 0.9;

    fn of(case: &Case<'_>, method: &Method) -> Self {
        let mut all: Vec<f64> = case.wording.values().copied().collect();
        // those that share no word are not listed
        all.resize(all.len().max(case.base.conditions.len()), 0.0);
        all.sort_by(f64::total_cmp);
        let even = all.get((all.len().saturating_sub(1) as f64 * Self::EVEN) as usize).copied().unwrap_or(0.0);
        Self { even, weight: method.wording }
    }

    fn ratio(&self, case: &Case<'_>, condition: &Condition) -> LikelihoodRatio {
        let close = case.wording.get(&condition.id).copied().unwrap_or(0.0);
        LikelihoodRatio::from_ln((self.weight * (close - self.even)).clamp(-MAX_LN, MAX_LN))
    }
}

/// More particular findings of each observed one, gathered once for all conditions.
struct Family(BTreeMap<FindingId, Vec<FindingId>>);

impl Family {
    fn of(case: &Case<'_>) -> Self {
        let mut below: BTreeMap<FindingId, Vec<FindingId>> =
            case.stated().map(|o| (o.finding.clone(), vec![])).collect();
        for finding in case.base.findings.values().filter(|f| f.parent.is_some()) {
            for ancestor in case.base.with_ancestors(&finding.id).skip(1) {
                if let Some(list) = below.get_mut(&ancestor.id) {
                    list.push(finding.id.clone());
                }
            }
        }
        Self(below)
    }

    /// Findings stand alone.
    fn none() -> Self {
        Self(BTreeMap::new())
    }

    fn below(&self, finding: &FindingId) -> &[FindingId] {
        self.0.get(finding).map_or(&[], Vec::as_slice)
    }
}

/// Which listed finding an observed one bears on.
fn matching<'c>(
    condition: &'c Condition,
    case: &Case<'_>,
    family: &Family,
    observed: &Observed,
    method: &Method,
) -> Option<(&'c FindingLink, Match)> {
    let listed = |id: &FindingId| condition.link(id);
    if let Some(link) = listed(&observed.finding) {
        let matched = match observed.presence {
            Presence::Absent if link.needed => Match::NeededAbsent,
            Presence::Absent => Match::ListedAbsent,
            _ if link.pathognomonic => Match::Pathognomonic,
            _ => Match::Listed,
        };
        return Some((link, matched));
    }
    if method.hierarchy
        && observed.presence == Presence::Present
        && let Some(link) = case.base.with_ancestors(&observed.finding).skip(1).find_map(|a| listed(&a.id))
    {
        return Some((link, Match::ListedParent));
    }
    // The condition lists only a more particular finding: having the general one is at least as frequent,
    // lacking the general one means lacking the particular one.
    let particular = family
        .below(&observed.finding)
        .iter()
        .filter_map(listed)
        .max_by(|a, b| a.share.p.value().total_cmp(&b.share.p.value()).then_with(|| b.finding.cmp(&a.finding)))?;
    let matched = if observed.presence == Presence::Present { Match::Listed } else { Match::ListedAbsent };
    Some((particular, matched))
}

/// What one observed finding does to one condition; `None` if it says nothing.
fn weigh(
    condition: &Condition,
    case: &Case<'_>,
    family: &Family,
    observed: &Observed,
    method: &Method,
) -> Option<Weighed> {
    let temperature = method.temperature;
    let finding = case.base.findings.get(&observed.finding)?;
    let build = |matched, ln: f64, sd: f64, link: Option<&FindingLink>, in_clinic: Share| Weighed {
        contribution: Contribution {
            finding: finding.id.clone(),
            presence: observed.presence,
            matched,
            ratio: LikelihoodRatio::from_ln(ln * temperature),
            in_condition: link.map(|l| l.share),
            in_clinic,
            group: None,
            because: link.and_then(|l| l.because.clone()),
            evidence: link.map(|l| l.evidence.clone()),
        },
        sd: sd * temperature,
        link: link.map(|l| l.finding.clone()),
    };
    let Some((link, matched)) = matching(condition, case, family, observed, method) else {
        // History and exposure that a condition does not list say nothing; an unexplained complaint speaks a little against.
        let counts = observed.presence == Presence::Present && speaks(case, &finding.id);
        return counts.then(|| build(Match::Unexplained, UNEXPLAINED.ln(), 0.1, None, finding.background));
    };
    // A ratio compares like with like: the rate of the finding that the condition lists.
    let compared = case.base.findings.get(&link.finding).map_or(finding.background, |f| f.background);
    let background =
        if link.finding == finding.id || matched == Match::ListedParent { compared } else { finding.background };
    let (ln, sd) = ln_ratio(&link.share, &background, observed.presence, method.shrink);
    let ln = match matched {
        Match::NeededAbsent => NEEDED_ABSENT_LN.min(ln) / temperature,
        Match::Pathognomonic => PATHOGNOMONIC_LN.max(ln) / temperature,
        _ => ln.clamp(-MAX_LN, MAX_LN),
    };
    Some(build(matched, ln, sd, Some(link), background))
}

/// ln LR and its standard deviation, shrunk toward 0 where the ranges are wide.
fn ln_ratio(in_condition: &Share, in_clinic: &Share, presence: Presence, shrink: f64) -> (f64, f64) {
    let hold = |p: Probability| p.value().clamp(MIN_SHARE, MAX_SHARE);
    let side = |p: f64| if presence == Presence::Present { p } else { 1.0 - p };
    let floor = |p: Probability| p.value().clamp(0.0005, MAX_SHARE);
    let (p, b) = (side(hold(in_condition.p)), side(floor(in_clinic.p)));
    let width = |s: &Share| logit(hold(s.high)) - logit(hold(s.low));
    let shrink = 1.0 / (1.0 + shrink * width(in_condition));
    let sd = spread(side(hold(in_condition.low)), side(hold(in_condition.high)));
    ((p / b).ln() * shrink, sd * shrink)
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

/// Standard deviation of ln p if `low` to `high` is an 80 % interval.
fn spread(low: f64, high: f64) -> f64 {
    (high.ln() - low.ln()).abs() / (2.0 * Z80)
}

/// Two observed findings that lean on the same listed one ("high fever" and "fever at night" on "fever") count once.
fn keep_each_link_once(weighed: &mut [Weighed]) {
    let mut keepers: BTreeMap<FindingId, (f64, FindingId)> = BTreeMap::new();
    for w in weighed.iter() {
        if let Some(link) = &w.link {
            let strength = w.strength();
            let entry = keepers.entry(link.clone()).or_insert_with(|| (strength, w.contribution.finding.clone()));
            if strength > entry.0 {
                *entry = (strength, w.contribution.finding.clone());
            }
        }
    }
    for w in weighed.iter_mut() {
        let keeper = w.link.as_ref().and_then(|l| keepers.get(l));
        if keeper.is_some_and(|(_, keeper)| *keeper != w.contribution.finding) {
            w.silence();
        }
    }
}

/// Inside a group the strongest counts in full, the rest at a discount; the discounted carry the group's name.
fn discount_groups(case: &Case<'_>, weighed: &mut [Weighed]) {
    let group_of = |w: &Weighed| case.base.findings.get(&w.contribution.finding).and_then(|f| f.group.clone());
    let speaks_for = |w: &Weighed| w.contribution.ratio.ln() >= 0.0;
    let mut keepers: BTreeMap<(String, bool), (f64, FindingId)> = BTreeMap::new();
    for w in weighed.iter() {
        if let Some(group) = group_of(w) {
            let entry =
                keepers.entry((group, speaks_for(w))).or_insert_with(|| (w.strength(), w.contribution.finding.clone()));
            if w.strength() > entry.0 {
                *entry = (w.strength(), w.contribution.finding.clone());
            }
        }
    }
    for w in weighed.iter_mut() {
        let Some(group) = group_of(w) else { continue };
        let keeper = keepers.get(&(group.clone(), speaks_for(w))).map(|(_, f)| f);
        let rule = matches!(w.contribution.matched, Match::NeededAbsent | Match::Pathognomonic);
        if !rule && keeper.is_some_and(|k| *k != w.contribution.finding) {
            w.contribution.ratio = LikelihoodRatio::from_ln(w.contribution.ratio.ln() * GROUP_DISCOUNT);
            w.contribution.group = Some(group);
            w.sd *= GROUP_DISCOUNT;
        }
    }
}

/// Who is known to have diabetes and comes with a cough has a cough to be explained: what a patient has had
/// speaks for a condition only when something of today does. Exposure stays: who has swallowed poison may feel well.
fn silence_mere_history(case: &Case<'_>, weighed: &mut [Weighed]) {
    let today = |w: &Weighed| speaks(case, &w.contribution.finding) && w.contribution.presence == Presence::Present;
    let explains = |w: &Weighed| today(w) && w.contribution.matched != Match::Unexplained;
    if !weighed.iter().any(today) || weighed.iter().any(explains) {
        return;
    }
    let had =
        |w: &Weighed| case.base.findings.get(&w.contribution.finding).is_some_and(|f| f.kind == FindingKind::History);
    for w in weighed.iter_mut().filter(|w| w.contribution.ratio.ln() > 0.0 && had(w)) {
        w.silence();
    }
}

fn candidate(scored: Scored<'_>, ln_total: f64) -> Candidate {
    let p = (scored.ln - ln_total).exp();
    // The rest of the field stays as it is while this one moves: an approximation that keeps the range honest and cheap.
    let logit_p = logit(p.clamp(1e-9, 1.0 - 1e-9));
    let moved = |z: f64| Probability::clamped(1.0 / (1.0 + (-(logit_p + z * scored.sd)).exp()));
    let probability = Probability::clamped(p);
    Candidate {
        condition: scored.condition.id.clone(),
        expected_harm: p * harm_weight(scored.condition.harm),
        low: Probability::clamped(moved(-Z80).value().min(probability.value())),
        high: Probability::clamped(moved(Z80).value().max(probability.value())),
        probability,
        prior: scored.prior,
        wording: scored.wording,
        contributions: scored.contributions,
    }
}

/// Conditions in which waiting does harm and that the findings leave open: by expected harm, at most five.
fn must_not_miss(case: &Case<'_>, candidates: &[Candidate]) -> Vec<ConditionId> {
    /// Less than this is not worth the room on the screen.
    const LEAST: f64 = 0.004;
    let mut grave: Vec<&Candidate> = candidates
        .iter()
        .filter(|c| case.base.conditions.get(&c.condition).is_some_and(|d| d.harm >= Harm::High))
        .filter(|c| c.probability.value() >= LEAST)
        .collect();
    grave.sort_by(|a, b| b.expected_harm.total_cmp(&a.expected_harm).then_with(|| a.condition.cmp(&b.condition)));
    grave.into_iter().take(5).map(|c| c.condition.clone()).collect()
}
