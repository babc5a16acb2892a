//! The three schedules of the packs against 26 worked examples (who had what, what is due, what comes next), written from the
//! sources by who wrote the schedules; and what holds for every child.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use hakim_clinical::*;
use hakim_knowledge::{builtin_packs, load};
use hakim_reasoning::calculate::{add_months, day_number, day_text};
use hakim_reasoning::vaccination::*;
use std::collections::BTreeMap;
use std::sync::OnceLock;

fn base() -> &'static KnowledgeBase {
    static BASE: OnceLock<KnowledgeBase> = OnceLock::new();
    BASE.get_or_init(|| {
        let loaded = load(&builtin_packs());
        assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        loaded.base
    })
}

const BORN: &str = "2025-01-10";

/// A day by age: `6w`, `9mo`, `14y2mo`, `10d`, also `26w+4mo`.
fn at(age: &str) -> i64 {
    let mut day = day_number(BORN).unwrap();
    let mut rest = age.replace('+', "");
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
        let count: i64 = rest[..end].parse().unwrap();
        let unit: String = rest[end..].chars().take_while(|c| !c.is_ascii_digit()).collect();
        day = match unit.as_str() {
            "d" => day + count,
            "w" => day + 7 * count,
            "mo" => add_months(day, count),
            "y" => add_months(day, 12 * count),
            other => panic!("{other}"),
        };
        rest = rest[end + unit.len()..].to_owned();
    }
    day
}

struct Child {
    schedule: &'static str,
    on: i64,
    facts: PatientFacts,
    immune_deficient: bool,
    given: Vec<GivenDose>,
}

fn child(schedule: &'static str, age: &str) -> Child {
    let place = Place { region: Region::SouthAsia, season: Season::Unknown };
    Child {
        schedule,
        on: at(age),
        facts: PatientFacts { place, ..PatientFacts::default() },
        immune_deficient: false,
        given: vec![],
    }
}

impl Child {
    /// `"penta 6w 10w"` for one vaccine.
    fn had(mut self, written: &str) -> Self {
        let mut words = written.split_whitespace();
        let vaccine = words.next().unwrap();
        for age in words {
            self.given.push(GivenDose { vaccine: vaccine.into(), on: day_text(at(age)) });
        }
        self
    }
    fn all(self, list: &[&str]) -> Self {
        list.iter().fold(self, |child, written| child.had(written))
    }
    fn sex(mut self, sex: Sex) -> Self {
        self.facts.sex = Some(sex);
        self
    }
    fn pregnant(mut self, weeks: u8) -> Self {
        self.facts.sex = Some(Sex::Female);
        self.facts.pregnancy = Pregnancy::Yes { weeks: Some(weeks) };
        self
    }
    fn stands(&self) -> BTreeMap<String, (Standing, Vec<SeenDose>)> {
        let schedule = &base().schedules[self.schedule];
        let who = Vaccinee {
            born: day_number(BORN).unwrap(),
            on: self.on,
            facts: self.facts.clone(),
            immune_deficient: self.immune_deficient,
            given: &self.given,
        };
        let all = vaccinations(base(), schedule, &who);
        all.into_iter().map(|v| (v.vaccine.id.to_string(), (v.standing, v.given))).collect()
    }
    /// Due now, as `penta 2`; what is only for some districts is left out.
    #[track_caller]
    fn due(&self, wanted: &[&str]) -> &Self {
        let schedule = &base().schedules[self.schedule];
        let mut due: Vec<String> = (self.stands().into_iter())
            .filter(|(id, _)| !schedule.vaccines.iter().any(|v| v.id.as_str() == id && v.local))
            .filter_map(|(id, (standing, _))| match standing {
                Standing::Due { dose, .. } => Some(format!("{id} {dose}")),
                _ => None,
            })
            .collect();
        let mut wanted: Vec<String> = wanted.iter().map(|w| (*w).to_owned()).collect();
        due.sort();
        wanted.sort();
        assert_eq!(due, wanted);
        self
    }
    /// Comes next: `penta 2` on the day of this age.
    #[track_caller]
    fn next(&self, age: &str, wanted: &[&str]) -> &Self {
        let stands = self.stands();
        for written in wanted {
            let (id, dose) = written.split_once(' ').unwrap();
            let (found, on) = match &stands[id].0 {
                Standing::Next { dose, on, .. } => (*dose, *on),
                Standing::Due { dose, then, .. } => (dose + 1, *then),
                other => panic!("{id}: {other:?}"),
            };
            assert_eq!(found.to_string(), dose, "{id}");
            assert_eq!(on.map(day_text), Some(day_text(at(age))), "{id}");
        }
        self
    }
    #[track_caller]
    fn is(&self, vaccine: &str, fits: impl Fn(&Standing) -> bool) -> &Self {
        let stands = self.stands();
        assert!(fits(&stands[vaccine].0), "{vaccine}: {:?}", stands[vaccine].0);
        self
    }
}

fn too_late(standing: &Standing) -> bool {
    matches!(standing, Standing::TooLate { .. })
}

const PK: &str = "pakistan-epi";
const AT_BIRTH: &[&str] = &["bcg 0d", "hepb-birth 0d", "opv-birth 0d"];
const ON_TIME: &[&str] = &[
    "bcg 0d",
    "hepb-birth 0d",
    "opv-birth 0d",
    "opv 6w 10w 14w",
    "pentavalent 6w 10w 14w",
    "pcv 6w 10w 14w",
    "rotavirus 6w 10w",
    "ipv 14w",
];
const INFANCY: &[&str] = &["ipv 9mo", "mr 9mo 15mo", "tcv 9mo"];

#[test]
fn examples_1_to_4_newborns_and_the_first_weeks() {
    child(PK, "0d")
        .due(&["bcg 1", "hepb-birth 1", "opv-birth 1"])
        .next("6w", &["opv 1", "pentavalent 1", "pcv 1", "rotavirus 1"]);
    child(PK, "10d").due(&["bcg 1", "hepb-birth 1"]).is("opv-birth", too_late).next("6w", &["opv 1"]);
    child(PK, "6w")
        .all(AT_BIRTH)
        .due(&["opv 1", "pentavalent 1", "pcv 1", "rotavirus 1"])
        .next("10w", &["opv 2", "pentavalent 2", "pcv 2", "rotavirus 2"]);
    child(PK, "10w")
        .all(AT_BIRTH)
        .all(&["opv 8w", "pentavalent 8w", "pcv 8w", "rotavirus 8w"])
        .due(&[])
        .next("12w", &["opv 2", "pentavalent 2", "pcv 2", "rotavirus 2"]);
}

#[test]
fn examples_5_to_7_until_nine_months() {
    child(PK, "14w")
        .all(AT_BIRTH)
        .all(&["opv 6w 10w", "pentavalent 6w 10w", "pcv 6w 10w", "rotavirus 6w 10w"])
        .due(&["opv 3", "pentavalent 3", "pcv 3", "ipv 1"])
        .next("9mo", &["mr 1", "tcv 1", "ipv 2"])
        .is("rotavirus", |s| *s == Standing::Complete);
    child(PK, "7mo")
        .due(&["bcg 1", "opv 1", "pentavalent 1", "pcv 1", "rotavirus 1", "ipv 1"])
        .next("7mo+4w", &["opv 2", "pentavalent 2", "pcv 2", "rotavirus 2"])
        .next("11mo", &["ipv 2"])
        .is("hepb-birth", too_late)
        .is("opv-birth", too_late);
    child(PK, "9mo").all(ON_TIME).due(&["mr 1", "tcv 1", "ipv 2"]).next("15mo", &["mr 2"]);
}

#[test]
fn examples_8_and_9_measles_too_close_and_too_early() {
    let base = |given: &str| child(PK, "15mo").all(ON_TIME).all(&["ipv 9mo", "tcv 9mo"]).had(given);
    let soon = child(PK, "15mo").all(ON_TIME).all(&["ipv 9mo", "tcv 9mo"]);
    let two_weeks_ago = day_text(soon.on - 14);
    let mut soon = soon;
    soon.given.push(GivenDose { vaccine: "mr".into(), on: two_weeks_ago });
    soon.due(&[]);
    let (standing, _) = soon.stands().remove("mr").unwrap();
    assert!(matches!(standing, Standing::Next { dose: 2, on: Some(on), .. } if on == soon.on + 14), "{standing:?}");
    let early = base("mr 7mo");
    early.due(&["mr 1"]).next("15mo+4w", &["mr 2"]);
    let (_, given) = early.stands().remove("mr").unwrap();
    assert_eq!(given[0].fault, Some(DoseFault::TooYoung(at("9mo"))));
    assert_eq!(given[0].counts_as, None);
}

#[test]
fn examples_10_to_13_late_starts() {
    let late = child(PK, "18mo").all(&[
        "bcg 0d",
        "hepb-birth 0d",
        "opv-birth 0d",
        "opv 6w 10w 14w",
        "rotavirus 6w 10w",
        "ipv 14w 9mo",
        "mr 9mo 15mo",
        "tcv 9mo",
    ]);
    late.due(&["pentavalent 1", "pcv 1"]).next("18mo+4w", &["pentavalent 2", "pcv 2"]);
    let later = child(PK, "24mo").had("pentavalent 18mo 19mo");
    later.next("25mo", &["pentavalent 3"]);
    child(PK, "26mo").had("rotavirus 6w").is("rotavirus", too_late);
    let three = child(PK, "3y");
    assert_eq!(three.stands()["pcv"].0, Standing::Due { dose: 1, since: Some(at("6w")), then: None });
    child(PK, "3y").had("pcv 6w").next("3y+4w", &["pcv 3"]).is("pcv", |s| matches!(s, Standing::Due { dose: 2, .. }));
}

#[test]
fn examples_14_to_18_girls_women_and_weak_immunity() {
    child(PK, "9y").all(ON_TIME).all(INFANCY).sex(Sex::Female).due(&["hpv 1"]);
    child(PK, "9y")
        .all(ON_TIME)
        .all(INFANCY)
        .sex(Sex::Male)
        .due(&[])
        .is("hpv", |s| *s == Standing::NotFor(NotFor::Who));
    let mut girl = child(PK, "15y").sex(Sex::Female);
    girl.facts.pregnancy = Pregnancy::No;
    girl.due(&["td-women 1"]).next("15y+4w", &["td-women 2"]).is("hpv", too_late);
    child(PK, "24y").pregnant(20).due(&["td-women 1"]).next("24y+4w", &["td-women 2"]);
    child(PK, "24y").pregnant(20).is("mr", |s| matches!(s, Standing::NotFor(_)));
    let mut weak = child(PK, "6mo").all(&["bcg 0d", "opv-birth 0d"]);
    weak.immune_deficient = true;
    weak.due(&["pentavalent 1", "pcv 1", "ipv 1"]).next("6mo+4w", &["pentavalent 2", "pcv 2"]);
    for barred in ["opv", "rotavirus", "mr"] {
        weak.is(barred, |s| *s == Standing::NotFor(NotFor::ImmuneDeficiency));
    }
}

#[test]
fn examples_19_to_21_of_the_who_schedule() {
    let booster = child("who-routine", "12mo").all(&[
        "bcg 0d",
        "hepb-birth 0d",
        "opv-birth 0d",
        "opv 6w 10w 14w",
        "pentavalent 6w 10w 14w",
        "pcv 6w 10w 14w",
        "rotavirus 6w 10w",
        "ipv 14w 9mo",
        "mr 9mo",
        "tcv 9mo",
    ]);
    booster.due(&["dtp-td-booster 1"]).next("15mo", &["mr 2"]).next("4y", &["dtp-td-booster 2"]);
    let eight = child("who-routine", "8y").sex(Sex::Male);
    eight.is("pentavalent", too_late);
    // What waits for a list whose door has closed would wait for ever: tetanus and diphtheria begin now.
    eight.is("dtp-td-booster", |s| matches!(s, Standing::Due { dose: 1, .. }));
    let mut woman = child("who-routine", "30y").pregnant(30);
    woman.given.push(GivenDose { vaccine: "td-women".into(), on: day_text(woman.on - 21) });
    woman.due(&[]).is("td-women", |s| matches!(s, Standing::Next { dose: 2, on: Some(on), .. } if *on == woman.on + 7));
}

#[test]
fn examples_22_to_26_of_the_indian_schedule() {
    let first = ["opv 1", "pentavalent 1", "rotavirus 1", "fipv 1", "pcv 1"];
    child("india-uip", "0d").due(&["bcg 1", "opv-birth 1", "hepb-birth 1"]).next("6w", &first);
    child("india-uip", "5d").due(&["bcg 1", "opv-birth 1"]).is("hepb-birth", too_late).next("6w", &first);
    child("india-uip", "10w")
        .all(AT_BIRTH)
        .all(&["opv 6w", "pentavalent 6w", "rotavirus 6w", "fipv 6w", "pcv 6w"])
        .due(&["opv 2", "pentavalent 2", "rotavirus 2"])
        .next("14w", &["opv 3", "pentavalent 3", "rotavirus 3", "fipv 2", "pcv 2"]);
    let late = child("india-uip", "13mo").had("bcg 0d");
    late.due(&["opv 1", "mr 1", "pentavalent 1"])
        .next("13mo+4w", &["opv 2", "pentavalent 2"])
        .next("16mo", &["mr 2"])
        .is("dpt-booster", |s| matches!(s, Standing::Next { on: None, wait: Wait::After(_), .. }));
    for closed in ["rotavirus", "fipv", "pcv"] {
        late.is(closed, too_late);
    }
    child("india-uip", "14y2mo")
        .sex(Sex::Female)
        .all(AT_BIRTH)
        .all(&[
            "opv 6w 10w 14w 16mo",
            "pentavalent 6w 10w 14w",
            "rotavirus 6w 10w 14w",
            "fipv 6w 14w 9mo",
            "pcv 6w 14w 9mo",
            "mr 9mo 16mo",
            "dpt-booster 16mo 5y",
            "td 10y",
        ])
        .due(&["hpv 1"])
        .next("16y", &["td 2"]);
}

#[test]
fn a_dose_too_soon_does_not_count_and_is_told_from_when_it_would_have() {
    let soon = child(PK, "12w").had("pentavalent 6w 8w");
    let (standing, given) = soon.stands().remove("pentavalent").unwrap();
    assert_eq!(given[0].counts_as, Some(1));
    assert_eq!(given[1].fault, Some(DoseFault::TooSoon(at("10w"))));
    assert!(matches!(standing, Standing::Due { dose: 2, .. }), "{standing:?}");
}

#[test]
fn what_cannot_have_been_is_named_and_never_counts() {
    let mut odd = child(PK, "10w");
    for on in ["2025-02-30", "2024-12-01", "2026-01-01"] {
        odd.given.push(GivenDose { vaccine: "bcg".into(), on: on.into() });
    }
    let (standing, given) = odd.stands().remove("bcg").unwrap();
    assert!(matches!(standing, Standing::Due { dose: 1, .. }));
    let faults: Vec<_> = given.iter().map(|d| d.fault).collect();
    for fault in [DoseFault::NoDay, DoseFault::BeforeBirth, DoseFault::Later] {
        assert!(faults.contains(&Some(fault)), "{faults:?}");
    }
}

#[test]
fn what_is_not_known_is_asked_when_its_day_has_come() {
    child(PK, "10mo").is("hpv", |s| matches!(s, Standing::Next { on: Some(on), .. } if *on == at("9y")));
    child(PK, "9y").is("hpv", |s| *s == Standing::NotFor(NotFor::NotKnown));
}

#[test]
fn two_injected_live_vaccines_keep_four_weeks_and_drops_do_not() {
    let mut child = child(PK, "9mo").all(&["opv 6w 10w", "rotavirus 6w 10w"]);
    child.given.push(GivenDose { vaccine: "bcg".into(), on: day_text(child.on - 10) });
    child.is("mr", |s| matches!(s, Standing::Next { on: Some(on), wait: Wait::Live(_), .. } if *on == child.on + 18));
    child.is("opv", |s| matches!(s, Standing::Due { dose: 3, .. }));
    // On one day they go together.
    let mut same = self::child(PK, "9mo");
    same.given.push(GivenDose { vaccine: "bcg".into(), on: day_text(same.on) });
    same.is("mr", |s| matches!(s, Standing::Due { dose: 1, .. }));
}

/// Whatever a child had: giving each vaccine on every day it is due leads to an end, no dose ever counts as too early, and
/// what was complete stays so.
#[test]
fn following_the_list_completes_it_for_every_beginning() {
    for schedule in base().schedules.keys() {
        let schedule: &'static str = match schedule.as_str() {
            "pakistan-epi" => "pakistan-epi",
            "who-routine" => "who-routine",
            _ => "india-uip",
        };
        for start in [0, 1, 9, 43, 100, 250, 370, 500, 800, 1500, 2600] {
            let mut walked = child(schedule, "0d").sex(Sex::Female);
            let born = day_number(BORN).unwrap();
            for week in 0..420 {
                walked.on = born + start + week * 14;
                let due: Vec<String> = (walked.stands().into_iter())
                    .filter(|(_, (standing, _))| matches!(standing, Standing::Due { .. }))
                    .map(|(id, _)| id)
                    .collect();
                let on = day_text(walked.on);
                walked.given.extend(due.into_iter().map(|id| GivenDose { vaccine: id.into(), on: on.clone() }));
            }
            for (id, (standing, given)) in walked.stands() {
                assert!(given.iter().all(|d| d.fault.is_none()), "{schedule} {id} from day {start}: {given:?}");
                assert!(!matches!(standing, Standing::Due { .. }), "{schedule} {id} from day {start}: {standing:?}");
            }
        }
    }
}

/// How the doses given of a vaccine stand: the place in the list, or the fault.
fn counted(child: &Child, id: &str) -> Vec<Option<usize>> {
    child.stands()[id].1.iter().map(|dose| dose.counts_as).collect()
}

#[test]
fn a_booster_before_its_list_and_a_dose_behind_the_door_do_not_count() {
    let early = child("who-routine", "25mo").all(&["pentavalent 6w 10w 11mo", "dtp-td-booster 13mo"]);
    assert_eq!(counted(&early, "dtp-td-booster"), [None], "six months after the third are not over");
    let never = child("who-routine", "25mo").had("dtp-td-booster 13mo");
    assert_eq!(counted(&never, "dtp-td-booster"), [None]);
    let sound = child("who-routine", "25mo").all(&["pentavalent 6w 10w 14w", "dtp-td-booster 13mo"]);
    assert_eq!(counted(&sound, "dtp-td-booster"), [Some(1)]);
    let late = child("pakistan-epi", "38mo").all(&["hepb-birth 15mo", "rotavirus 37mo"]);
    assert_eq!((counted(&late, "hepb-birth"), counted(&late, "rotavirus")), (vec![None], vec![None]));
}

#[test]
fn what_replaces_a_wasted_dose_keeps_its_distance_once_given_too() {
    let mr = |second: &str| {
        let child = child("pakistan-epi", "12mo").all(&[&format!("mr 8mo {second}")]);
        counted(&child, "mr")
    };
    assert_eq!(mr("8mo+15d"), [None, None], "given 15 days after one that did not count");
    assert_eq!(mr("9mo"), [None, Some(1)]);
}
