//! What follows from what medicines do: which warning counts for two of them, and what adds up over a list.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use hakim_clinical::*;
use hakim_reasoning::{Case, Taken, burdens, check_medicines, check_taken, path_edges};
use std::collections::BTreeMap;

fn evidence(source: &str) -> Evidence {
    Evidence { source: source.into(), section: None, seen: Seen::NotSeen, grade: Grade::Weak, review: Review::Draft }
}

fn medicine(id: &str, classes: &[&str], interactions: Vec<Interaction>) -> Medicine {
    Medicine {
        id: id.into(),
        atc: vec![],
        names: Names::default(),
        brands: BTreeMap::new(),
        classes: classes.iter().map(|c| (*c).into()).collect(),
        forms: vec![],
        doses: vec![],
        cautions: vec![],
        interactions,
        pack: "t".into(),
    }
}

fn authored(with: InteractsWith, level: WarningLevel) -> Interaction {
    Interaction {
        with,
        level,
        because: Text::english("authored"),
        act: Text::english("act"),
        evidence: evidence("own"),
    }
}

fn rule(a: Vec<PairSide>, b: Vec<PairSide>, level: WarningLevel) -> PairRule {
    PairRule {
        a,
        b,
        except: vec!["spared".into()],
        level,
        because: Text::english("rule"),
        act: Text::english("act"),
        evidence: evidence("rule"),
    }
}

fn acts(of: Entity, acts: Acts) -> (Entity, Vec<ActFact>) {
    (of.clone(), vec![ActFact { of, acts, evidence: evidence("acts") }])
}

fn cyp(degree: Degree) -> BTreeMap<Path, Degree> {
    BTreeMap::from([("cyp3a4".to_owned(), degree)])
}

fn bears(weight: u8) -> BTreeMap<BurdenId, u8> {
    BTreeMap::from([("sleep".into(), weight)])
}

/// `slower` and `speeder` act on the path of `cleared` and, less, of `spared`; the table forbids several pairs.
fn base() -> KnowledgeBase {
    let mut base = KnowledgeBase::default();
    let class = |c: &str| InteractsWith::Class(c.into());
    for m in [
        medicine("slower", &["azole"], vec![]),
        medicine("speeder", &[], vec![]),
        medicine("cleared", &["statin"], vec![authored(InteractsWith::Medicine("named".into()), WarningLevel::Note)]),
        medicine("spared", &["statin"], vec![]),
        medicine("named", &["azole"], vec![authored(class("statin"), WarningLevel::Stop)]),
        medicine("mild", &[], vec![authored(class("azole"), WarningLevel::Note)]),
        medicine("other", &[], vec![]),
        medicine("calm", &[], vec![]),
        medicine("partly", &[], vec![]),
    ] {
        base.medicines.insert(m.id.clone(), m);
    }
    let remedy = |id: &str, ingredients: Vec<TraditionalId>| Remedy {
        id: id.into(),
        formulation: !ingredients.is_empty(),
        ingredients,
        names: Names::default(),
        scientific: None,
        original: String::new(),
        translit: String::new(),
        temperament: None,
        uses: Text::default(),
        dose: Text::default(),
        evidence: evidence("own"),
        cautions: vec![],
        interactions: vec![],
        pack: "t".into(),
    };
    for r in [remedy("t.poppy", vec![]), remedy("t.syrup", vec!["t.poppy".into()])] {
        base.remedies.insert(r.id.clone(), r);
    }
    // A finding of the common base under another name: only what the vocabulary has is kept in a case.
    if let Some(finding) = common::base().findings.values().next() {
        let drowsy = Finding { id: "drowsy".into(), parent: None, ..finding.clone() };
        base.findings.insert(drowsy.id.clone(), drowsy);
    }
    let m = |id: &str| Entity::Medicine(id.into());
    base.mechanisms.facts = BTreeMap::from([
        acts(m("slower"), Acts { inhibits: cyp(Degree::Strong), burden: bears(1), ..Acts::default() }),
        acts(m("speeder"), Acts { induces: cyp(Degree::Moderate), ..Acts::default() }),
        acts(m("cleared"), Acts { substrate: cyp(Degree::Strong), burden: bears(2), ..Acts::default() }),
        acts(m("calm"), Acts { inhibits: cyp(Degree::Moderate), ..Acts::default() }),
        acts(m("partly"), Acts { substrate: cyp(Degree::Moderate), ..Acts::default() }),
        acts(Entity::Class("statin".into()), Acts { substrate: cyp(Degree::Weak), ..Acts::default() }),
        acts(m("other"), Acts { inhibits: cyp(Degree::Weak), burden: bears(3), ..Acts::default() }),
        acts(Entity::Remedy("t.poppy".into()), Acts { burden: bears(3), ..Acts::default() }),
    ]);
    let side = |s: &str| PairSide::Medicine(s.into());
    base.mechanisms.pairs = vec![
        rule(
            vec![PairSide::Inhibits("cyp3a4".into(), Degree::Moderate)],
            vec![PairSide::Substrate("cyp3a4".into(), Degree::Strong)],
            WarningLevel::Caution,
        ),
        rule(vec![PairSide::Class("azole".into())], vec![side("mild")], WarningLevel::Caution),
        // milder than the one before, and later: it changes nothing
        rule(vec![side("slower")], vec![side("mild")], WarningLevel::Note),
        rule(vec![side("speeder")], vec![side("other")], WarningLevel::Note),
        rule(vec![PairSide::Remedy("t.poppy".into())], vec![PairSide::Bears("sleep".into(), 3)], WarningLevel::Stop),
        rule(
            vec![PairSide::Induces("cyp3a4".into(), Degree::Weak)],
            vec![side("spared"), side("partly"), side("calm")],
            WarningLevel::Caution,
        ),
        // as grave as one before: that one stands
        PairRule {
            evidence: evidence("later"),
            ..rule(vec![side("calm")], vec![side("cleared")], WarningLevel::Caution)
        },
        // graver than one before
        rule(vec![side("calm")], vec![side("mild")], WarningLevel::Note),
        rule(vec![side("mild")], vec![side("calm")], WarningLevel::Stop),
    ];
    let band = |count, total, level| BurdenBand {
        count,
        total,
        alone: None,
        level,
        say: Text::english("sleepy"),
        act: Text::english("act"),
    };
    base.mechanisms.burdens.push(Burden {
        id: "sleep".into(),
        names: Names::default(),
        about: Text::default(),
        more_if: vec!["drowsy".into()],
        bands: vec![
            band(Some((2, 3)), None, WarningLevel::Stop),
            band(None, Some(5), WarningLevel::Caution),
            band(None, Some(3), WarningLevel::Note),
        ],
        evidence: evidence("burden"),
    });
    let mut table = |a: &str, b: &str, level| {
        let pair = InteractionPair { level, table_level: "contraindicated".into(), evidence: evidence("table") };
        base.pairs.insert((a.into(), b.into()), pair);
    };
    table("cleared", "slower", WarningLevel::Stop);
    table("other", "speeder", WarningLevel::Stop);
    table("mild", "other", WarningLevel::Caution);
    table("mild", "slower", WarningLevel::Note);
    table("partly", "speeder", WarningLevel::Stop);
    base
}

fn patient() -> PatientFacts {
    PatientFacts { age: Some(Age::from_years(40)), ..PatientFacts::default() }
}

fn list(names: &[&str]) -> Vec<Taken> {
    let entity = |name: &str| match name.split_once('.') {
        Some(("t", _)) => Entity::Remedy(name.into()),
        Some(("class", class)) => Entity::Class(class.into()),
        _ => Entity::Medicine(name.into()),
    };
    names.iter().map(|n| Taken { typed: (*n).to_owned(), entities: vec![entity(n)], read: NameRead::Known }).collect()
}

/// What is said of a list, as kind, level and the source it rests on.
fn said(names: &[&str], findings: &[&str]) -> Vec<(WarningKind, WarningLevel, String)> {
    let (base, patient) = (base(), patient());
    let observed: Vec<Observed> = findings.iter().map(|f| Observed::present(*f, Origin::Picked)).collect();
    let case = Case::new(&base, &patient, &observed, &[], list(names)).unwrap();
    let source = |w: &Warning| w.evidence.as_ref().map(|e| e.source.to_string()).unwrap_or_default();
    check_taken(&case, &[]).iter().map(|w| (w.kind, w.level, source(w))).collect()
}

fn interaction(a: &str, b: &str) -> Option<(WarningLevel, String)> {
    let of = |names: &[&str]| {
        let found = said(names, &[])
            .into_iter()
            .find(|(kind, ..)| matches!(kind, WarningKind::Interaction | WarningKind::HerbDrug));
        found.map(|(_, level, source)| (level, source))
    };
    assert_eq!(of(&[a, b]), of(&[b, a]), "the order of a list changes nothing");
    of(&[a, b])
}

fn is(level: WarningLevel, source: &str) -> Option<(WarningLevel, String)> {
    Some((level, source.to_owned()))
}

#[test]
fn what_is_written_for_these_two_goes_before_all_else() {
    // the class interaction would stop
    assert_eq!(interaction("cleared", "named"), is(WarningLevel::Note, "own"));
}

#[test]
fn the_graver_of_class_and_rule_counts() {
    assert_eq!(interaction("named", "spared"), is(WarningLevel::Stop, "own"));
    assert_eq!(
        interaction("mild", "slower"),
        is(WarningLevel::Caution, "rule"),
        "the rule is graver than the note for the class"
    );
    assert_eq!(interaction("mild", "named"), is(WarningLevel::Caution, "rule"));
}

#[test]
fn the_table_forbids_over_a_mechanism_but_not_over_a_named_rule() {
    assert_eq!(interaction("cleared", "slower"), is(WarningLevel::Stop, "table"));
    assert_eq!(interaction("other", "speeder"), is(WarningLevel::Note, "rule"));
    assert_eq!(interaction("mild", "other"), is(WarningLevel::Caution, "table"), "no rule: the table alone");
    assert_eq!(interaction("partly", "speeder"), is(WarningLevel::Stop, "table"), "one side is a mechanism");
    assert_eq!(interaction("calm", "speeder"), is(WarningLevel::Caution, "rule"));
    assert_eq!(
        interaction("calm", "cleared"),
        is(WarningLevel::Caution, "rule"),
        "by what they do; the first of two as grave"
    );
    assert_eq!(interaction("calm", "partly"), None, "it depends too little on the path");
    assert_eq!(interaction("calm", "mild"), is(WarningLevel::Stop, "rule"), "the graver of two rules");
    assert_eq!(interaction("cleared", "speeder"), None);
    assert_eq!(interaction("cleared", "other"), None, "a weak inhibitor meets no rule");
}

#[test]
fn of_two_as_grave_the_particular_one_speaks() {
    let mut base = base();
    base.medicines.get_mut(&MedicineId::from("mild")).unwrap().interactions[0].level = WarningLevel::Caution;
    let pair = base.pairs.get_mut(&("cleared".into(), "slower".into())).unwrap();
    pair.level = WarningLevel::Caution;
    let patient = patient();
    let source = |names: &[&str]| {
        let case = Case::new(&base, &patient, &[], &[], list(names)).unwrap();
        let found = check_taken(&case, &[]).into_iter().find(|w| w.kind == WarningKind::Interaction);
        found.and_then(|w| w.evidence).map(|e| e.source.to_string())
    };
    assert_eq!(source(&["mild", "slower"]).as_deref(), Some("own"), "what is written for the class, before a rule");
    assert_eq!(source(&["cleared", "slower"]).as_deref(), Some("rule"), "what is known of the path, before the table");
}

#[test]
fn an_exception_is_spared() {
    assert_eq!(interaction("speeder", "spared"), None);
    assert_eq!(interaction("slower", "spared"), None, "and what its class says is too little");
}

#[test]
fn a_formulation_does_what_its_ingredients_do() {
    assert_eq!(interaction("t.poppy", "other"), is(WarningLevel::Stop, "rule"));
    assert_eq!(interaction("t.syrup", "other"), is(WarningLevel::Stop, "rule"));
    assert_eq!(interaction("t.syrup", "mild"), None);
}

#[test]
fn burdens_have_their_bands_and_a_finding_raises_a_note_only() {
    let sleep = |names: &[&str], findings: &[&str]| {
        said(names, findings).into_iter().find(|(kind, ..)| *kind == WarningKind::Burden).map(|(_, level, _)| level)
    };
    assert_eq!(sleep(&["cleared"], &[]), None, "one alone adds to nothing");
    assert_eq!(sleep(&["other"], &[]), None, "3 reaches a total of 3, but alone");
    assert_eq!(sleep(&["other", "cleared"], &[]), Some(WarningLevel::Caution));
    assert_eq!(sleep(&["other", "cleared"], &["drowsy"]), Some(WarningLevel::Caution), "a caution stays one");
    assert_eq!(sleep(&["other", "cleared", "slower"], &[]), Some(WarningLevel::Caution));
    // The stop for the pair has said it; a third medicine makes it a matter of the list.
    assert_eq!(sleep(&["other", "t.poppy"], &[]), None);
    assert_eq!(sleep(&["other", "t.poppy", "cleared"], &[]), Some(WarningLevel::Stop));
    let base = base();
    let patient = patient();
    let sums = |findings: &[&str]| {
        let observed: Vec<Observed> = findings.iter().map(|f| Observed::present(*f, Origin::Picked)).collect();
        let case = Case::new(&base, &patient, &observed, &[], vec![]).unwrap();
        let entities: Vec<Entity> = ["cleared", "slower"].map(|m| Entity::Medicine(m.into())).to_vec();
        burdens(&case, &entities).remove(0)
    };
    assert_eq!((sums(&[]).total, sums(&[]).band, sums(&[]).level), (3, Some(2), Some(WarningLevel::Note)));
    assert_eq!(sums(&["drowsy"]).level, Some(WarningLevel::Caution));
    assert_eq!(sums(&["drowsy"]).worse, ["drowsy".into()]);
    let weights: Vec<u8> = sums(&[]).parts.iter().map(|(_, w, _)| *w).collect();
    assert_eq!(weights, [2, 1], "heaviest first");
}

#[test]
fn a_class_that_was_typed_acts_as_its_members_do() {
    assert_eq!(interaction("class.azole", "mild"), is(WarningLevel::Caution, "rule"));
    assert_eq!(interaction("class.statin", "mild"), None);
}

#[test]
fn what_is_taken_twice_adds_once_and_a_milder_pair_hides_no_burden() {
    let sleep = |names: &[&str]| {
        said(names, &[])
            .into_iter()
            .filter(|(kind, ..)| *kind == WarningKind::Burden)
            .map(|(_, level, _)| level)
            .collect::<Vec<_>>()
    };
    assert_eq!(sleep(&["other", "other"]), [], "3 and 3 again are still one medicine");
    assert_eq!(sleep(&["speeder", "other", "cleared"]), [WarningLevel::Caution]);
}

#[test]
fn a_plan_hears_only_of_what_it_adds_to() {
    let (base, patient) = (base(), patient());
    let case = Case::new(&base, &patient, &[], &[], list(&["other", "cleared"])).unwrap();
    let of = |medicine: &str| check_medicines(&case, &[Entity::Medicine(medicine.into())], &[]);
    assert!(of("speeder").iter().all(|w| w.kind != WarningKind::Burden), "it makes nobody sleepy");
    assert!(of("slower").iter().any(|w| w.kind == WarningKind::Burden && w.about.len() == 3));
    assert!(
        of("mild").iter().all(|w| w.about.contains(&"mild".to_owned())),
        "pairs of what is taken already are not its matter"
    );
    let case = Case::new(&base, &patient, &[], &[], list(&["speeder", "other"])).unwrap();
    let warnings = check_medicines(&case, &[Entity::Medicine("named".into())], &[]);
    assert_eq!(warnings, [], "these two meet a rule, but not because of it");
}

#[test]
fn the_graph_has_an_arrow_for_every_path_that_matters() {
    let entities: Vec<Entity> =
        ["cleared", "slower", "speeder", "other", "spared"].map(|m| Entity::Medicine(m.into())).to_vec();
    let edges = path_edges(&base(), &entities);
    let named = |from: &str, to: &str| {
        edges.iter().find(|e| e.from == Entity::Medicine(from.into()) && e.to == Entity::Medicine(to.into()))
    };
    assert!(named("slower", "cleared").is_some_and(|e| !e.induces && e.acts == Degree::Strong));
    assert!(named("speeder", "cleared").is_some_and(|e| e.induces && e.acts == Degree::Moderate));
    assert!(named("other", "cleared").is_some(), "weak on sensitive is shown");
    assert!(named("other", "spared").is_none(), "weak on weak changes nothing");
    assert!(named("cleared", "slower").is_none());
    assert_eq!(edges.first().map(|e| e.from.clone()), Some(Entity::Medicine("slower".into())), "strongest first");
}

/// What is said when one typed name stands for several entities.
fn said_of(taken: Vec<Taken>, findings: &[&str]) -> Vec<(WarningKind, WarningLevel, Vec<String>)> {
    let (base, patient) = (base(), patient());
    let observed: Vec<Observed> = findings.iter().map(|f| Observed::present(*f, Origin::Picked)).collect();
    let case = Case::new(&base, &patient, &observed, &[], taken).unwrap();
    check_taken(&case, &[]).into_iter().map(|w| (w.kind, w.level, w.about)).collect()
}

#[test]
fn what_is_one_thing_does_not_act_on_itself_and_adds_up_once() {
    let m = |id: &str| Entity::Medicine(id.into());
    let poppy = Entity::Remedy("t.poppy".into());
    let taken = |entities: &[Entity]| Taken { typed: "x".into(), entities: entities.to_vec(), read: NameRead::Known };
    // poppy and a medicine that makes as sleepy forbid each other, and both bear three
    let two = said_of(vec![taken(std::slice::from_ref(&poppy)), taken(&[m("other")])], &[]);
    assert!(
        two.iter().any(|(kind, level, _)| *kind == WarningKind::HerbDrug && *level == WarningLevel::Stop),
        "{two:?}"
    );
    assert_eq!(said_of(vec![taken(&[poppy.clone(), m("other")])], &[]), [], "one herb that the pharmacy knows too");
    // a brand that holds two medicines is not one thing
    let brand = said_of(vec![taken(&[m("slower"), m("cleared")])], &[]);
    assert!(brand.iter().any(|(kind, ..)| *kind == WarningKind::Interaction), "{brand:?}");
    // each of its entries acts on another medicine, which is told once, as gravely as any says
    let both = said_of(vec![taken(&[m("slower")]), taken(&[poppy, m("cleared")])], &[]);
    let pairs = both.iter().filter(|(kind, ..)| matches!(kind, WarningKind::Interaction | WarningKind::HerbDrug));
    assert_eq!(pairs.count(), 1, "{both:?}");
}

#[test]
fn one_medicine_alone_is_spoken_of_where_the_patient_makes_it_worse() {
    let of = |names: &[&str], findings: &[&str], least: u8| {
        let (mut base, patient) = (base(), patient());
        let bands = &mut base.mechanisms.burdens.last_mut().unwrap().bands;
        let alone = BurdenBand { count: None, total: None, alone: Some(least), ..bands[1].clone() };
        *bands = vec![alone];
        let observed: Vec<Observed> = findings.iter().map(|f| Observed::present(*f, Origin::Picked)).collect();
        let case = Case::new(&base, &patient, &observed, &[], list(names)).unwrap();
        check_taken(&case, &[]).iter().filter(|w| w.kind == WarningKind::Burden).map(|w| w.level).collect::<Vec<_>>()
    };
    assert_eq!(of(&["other"], &["drowsy"], 3), [WarningLevel::Caution]);
    assert_eq!(of(&["other"], &[], 3), [], "a patient without what makes it worse");
    assert_eq!(of(&["cleared"], &["drowsy"], 3), [], "too light");
    assert_eq!(of(&["cleared"], &["drowsy"], 2), [WarningLevel::Caution]);
    assert_eq!(of(&["partly"], &["drowsy"], 1), [], "a medicine that does not bear it");
}
