//! Which vaccine is due when: a schedule, a birthday, the doses given.
//!
//! Doses go in order; a dose counts that was not given before its least age or its least gap. Interrupted lists go on, they
//! never begin anew. Two injected live vaccines go on one day or [`LIVE_GAP`] apart. All numbers of the schedules are the
//! packs'; days are numbers from 1970-01-01 ([`crate::calculate::day_number`]).

use crate::calculate::{add_months, day_number, months_between};
use crate::{Case, Truth, judge};
use hakim_clinical::*;

/// Least days between two live vaccines that are not given on one day (WHO digital adaptation kit for immunizations, tab
/// Measles).
pub const LIVE_GAP: i64 = 28;
/// So many days after its day a dose is called overdue: one monthly session missed. Ours, not a source's.
pub const OVERDUE_AFTER: i64 = 28;

/// Who is to be vaccinated.
#[derive(Debug, Clone)]
pub struct Vaccinee<'a> {
    /// birthday
    pub born: i64,
    /// the day that is asked about
    pub on: i64,
    /// sex, pregnancy, place; the age is worked out from `born`
    pub facts: PatientFacts,
    /// severe immune deficiency
    pub immune_deficient: bool,
    /// doses given, any order
    pub given: &'a [GivenDose],
}

/// Why a dose does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoseFault {
    /// the day cannot be read
    NoDay,
    /// before the birthday
    BeforeBirth,
    /// after the day that is asked about
    Later,
    /// before the least age, reached on this day
    TooYoung(i64),
    /// before the least gap, over on this day
    TooSoon(i64),
    /// the list was already complete
    Extra,
    /// the age limit had passed on this day
    TooLate(i64),
    /// another vaccine's list goes before, and was not complete by then; over on this day, if it is complete now
    BeforeOther(Option<i64>),
}

/// A dose that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDose {
    /// as written
    pub on: String,
    /// its place in the list, from 1; `None`: it does not count
    pub counts_as: Option<usize>,
    /// why it does not count
    pub fault: Option<DoseFault>,
    /// another live vaccine was given less than four weeks before
    pub near_live: Option<VaccineId>,
}

/// Why one has to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// the age is not reached
    Age,
    /// the gap after the dose before
    Gap,
    /// another live vaccine was given a short while ago
    Live(VaccineId),
    /// another vaccine's list goes before
    After(VaccineId),
}

/// Why a vaccine is not for this patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFor {
    /// sex, age or place
    Who,
    /// sex or pregnancy must be told first
    NotKnown,
    /// pregnancy
    Pregnancy,
    /// severe immune deficiency
    ImmuneDeficiency,
}

/// How a vaccine stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// all doses given
    Complete,
    /// to be given on the day that is asked about
    Due {
        /// which dose, from 1
        dose: usize,
        /// since when; `None`: the schedule names no day
        since: Option<i64>,
        /// when the next dose could follow
        then: Option<i64>,
    },
    /// not yet
    Next {
        /// which dose, from 1
        dose: usize,
        /// when; `None`: it depends on another vaccine
        on: Option<i64>,
        /// why not now
        wait: Wait,
    },
    /// the age limit has passed
    TooLate {
        /// which dose, from 1
        dose: usize,
    },
    /// not for this patient
    NotFor(NotFor),
}

/// A vaccine of the schedule for this patient.
#[derive(Debug, Clone, PartialEq)]
pub struct VaccineStanding<'k> {
    /// which
    pub vaccine: &'k Vaccine,
    /// doses of the list that holds
    pub doses: usize,
    /// doses given
    pub given: Vec<SeenDose>,
    /// how it stands
    pub standing: Standing,
}

/// How every vaccine of a schedule stands.
pub fn vaccinations<'k>(
    base: &'k KnowledgeBase,
    schedule: &'k VaccineSchedule,
    who: &Vaccinee<'_>,
) -> Vec<VaccineStanding<'k>> {
    let mut facts = who.facts.clone();
    facts.age = age_on(who.born, who.on);
    // Without measurements nothing about a case can be impossible.
    let Ok(case) = Case::new(base, &facts, &[], &[], vec![]) else { return vec![] };
    let work = Work { schedule, who, case };
    schedule.vaccines.iter().map(|vaccine| work.standing(vaccine)).collect()
}

/// Age in completed calendar years, or days where these tell more.
fn age_on(born: i64, on: i64) -> Option<Age> {
    let days = u32::try_from(on - born).ok()?;
    let years = u32::try_from(months_between(born, on) / 12).ok()?;
    Some(Age::from_years(years).max(Age::from_days(days)))
}

/// The day a span after another.
pub fn after(day: i64, span: Span) -> i64 {
    let count = i64::from(span.count);
    match span.unit {
        SpanUnit::Days => day + count,
        SpanUnit::Weeks => day + 7 * count,
        SpanUnit::Months => add_months(day, count),
        SpanUnit::Years => add_months(day, 12 * count),
    }
}

struct Work<'w, 'k> {
    schedule: &'k VaccineSchedule,
    who: &'w Vaccinee<'w>,
    case: Case<'w>,
}

/// Doses of one vaccine put to its list.
struct Course<'k> {
    list: &'k [VaccineDose],
    given: Vec<SeenDose>,
    /// days of the doses that count
    valid: Vec<i64>,
    /// the last day a dose was given that did not count for its age or gap
    wasted: Option<i64>,
}

impl<'k> Work<'_, 'k> {
    fn standing(&self, vaccine: &'k Vaccine) -> VaccineStanding<'k> {
        let course = self.course(vaccine);
        let standing = self.judge(vaccine, &course);
        VaccineStanding { vaccine, doses: course.list.len(), given: course.given, standing }
    }

    /// Days on which a vaccine was given, oldest first; what cannot have been is left out.
    fn days(&self, vaccine: &Vaccine) -> Vec<i64> {
        let mut days: Vec<i64> = (self.who.given.iter())
            .filter(|dose| dose.vaccine == vaccine.id)
            .filter_map(|dose| day_number(&dose.on))
            .filter(|day| (self.who.born..=self.who.on).contains(day))
            .collect();
        days.sort_unstable();
        days
    }

    fn list(&self, vaccine: &'k Vaccine, days: &[i64]) -> &'k [VaccineDose] {
        let earliest = vaccine.doses.first().and_then(|d| d.earliest).map_or(i64::MIN, |s| after(self.who.born, s));
        // With no dose yet, the list is the one of a child who begins on the day that is asked about.
        let began = days.iter().copied().find(|day| *day >= earliest).unwrap_or(self.who.on);
        let fits = vaccine.late.iter().filter(|late| began >= after(self.who.born, late.started));
        let late = fits.max_by_key(|late| after(self.who.born, late.started));
        late.map_or(vaccine.doses.as_slice(), |late| late.doses.as_slice())
    }

    fn course(&self, vaccine: &'k Vaccine) -> Course<'k> {
        let list = self.list(vaccine, &self.days(vaccine));
        let mut doses: Vec<(&str, Option<i64>)> = (self.who.given.iter())
            .filter(|dose| dose.vaccine == vaccine.id)
            .map(|dose| (dose.on.as_str(), day_number(&dose.on)))
            .collect();
        doses.sort_by_key(|(_, day)| *day);
        let mut course = Course { list, given: vec![], valid: vec![], wasted: None };
        for (written, day) in doses {
            let fault = match day {
                None => Some(DoseFault::NoDay),
                Some(day) if day < self.who.born => Some(DoseFault::BeforeBirth),
                Some(day) if day > self.who.on => Some(DoseFault::Later),
                Some(day) => self.fault(vaccine, &course, day),
            };
            if let (Some(day), None) = (day, fault) {
                course.valid.push(day);
            }
            if matches!(fault, Some(DoseFault::TooYoung(_) | DoseFault::TooSoon(_))) {
                course.wasted = day;
            }
            course.given.push(SeenDose {
                on: written.to_owned(),
                counts_as: fault.is_none().then_some(course.valid.len()),
                fault,
                near_live: day.and_then(|day| self.live_before(vaccine, day)).map(|(id, _)| id),
            });
        }
        course
    }

    fn fault(&self, vaccine: &Vaccine, course: &Course<'_>, day: i64) -> Option<DoseFault> {
        let Some(dose) = course.list.get(course.valid.len()) else { return Some(DoseFault::Extra) };
        if let Some(closed) = dose.latest.map(|s| after(self.who.born, s)).filter(|closed| day >= *closed) {
            return Some(DoseFault::TooLate(closed));
        }
        if let Some(before) = vaccine.after.as_ref().filter(|before| !self.is_too_late(&before.vaccine)) {
            let open = self.completed(&before.vaccine).map(|done| after(done, before.gap));
            if open.is_none_or(|open| day < open) {
                return Some(DoseFault::BeforeOther(open));
            }
        }
        if let Some(least) = dose.earliest.map(|s| after(self.who.born, s)).filter(|least| day < *least) {
            return Some(DoseFault::TooYoung(least));
        }
        // Never two doses of one list on one day; a dose that did not count keeps its distance from the one that replaces it.
        let last = course.valid.last().map(|last| dose.gap.map_or(last + 1, |gap| after(*last, gap)));
        let least = last.max(self.after_wasted(vaccine, course, dose))?;
        (day < least).then_some(DoseFault::TooSoon(least))
    }

    /// The day from which a dose may replace one that did not count.
    fn after_wasted(&self, vaccine: &Vaccine, course: &Course<'_>, dose: &VaccineDose) -> Option<i64> {
        let gap = dose.gap.or_else(|| vaccine.doses.iter().find_map(|d| d.gap));
        course.wasted.map(|day| gap.map_or(day + LIVE_GAP, |gap| after(day, gap)))
    }

    /// Whether the door of a vaccine's list has closed for this patient: what waits for it would wait for ever.
    fn is_too_late(&self, id: &VaccineId) -> bool {
        let Some(vaccine) = self.schedule.vaccines.iter().find(|v| v.id == *id) else { return false };
        let course = self.course(vaccine);
        let next = course.list.get(course.valid.len());
        next.and_then(|dose| dose.latest).is_some_and(|latest| self.who.on >= after(self.who.born, latest))
    }

    /// The last other live vaccine given on another day less than four weeks before `day`, where that matters.
    fn live_before(&self, vaccine: &Vaccine, day: i64) -> Option<(VaccineId, i64)> {
        if !keeps_distance(vaccine) {
            return None;
        }
        let others = self.schedule.vaccines.iter().filter(|other| keeps_distance(other) && other.id != vaccine.id);
        let days = others.flat_map(|other| self.days(other).into_iter().map(|given| (other.id.clone(), given)));
        days.filter(|(_, given)| *given < day && day < given + LIVE_GAP).max_by_key(|(_, given)| *given)
    }

    fn judge(&self, vaccine: &'k Vaccine, course: &Course<'k>) -> Standing {
        let number = course.valid.len();
        let Some(dose) = course.list.get(number) else { return Standing::Complete };
        let barred = self.not_for(vaccine);
        // What is not known need only be asked once the day has come.
        if let Some(why) = barred.filter(|why| *why != NotFor::NotKnown) {
            return Standing::NotFor(why);
        }
        let (born, on) = (self.who.born, self.who.on);
        let closes = |dose: &VaccineDose| dose.latest.map_or(i64::MAX, |s| after(born, s));
        let too_late = Standing::TooLate { dose: number + 1 };
        if on >= closes(dose) {
            return too_late;
        }
        let age = dose.due.into_iter().chain(dose.earliest).map(|s| after(born, s)).max();
        let last = course.valid.last().copied();
        let wasted = self.after_wasted(vaccine, course, dose);
        let gap = dose.gap.zip(last).map(|(gap, last)| after(last, gap)).max(wasted);
        let mut reasons: Vec<(i64, Wait)> =
            age.map(|day| (day, Wait::Age)).into_iter().chain(gap.map(|day| (day, Wait::Gap))).collect();
        if let Some(before) = vaccine.after.as_ref().filter(|before| !self.is_too_late(&before.vaccine)) {
            match self.completed(&before.vaccine) {
                Some(day) => reasons.push((after(day, before.gap), Wait::After(before.vaccine.clone()))),
                None => {
                    let wait = Wait::After(before.vaccine.clone());
                    return Standing::Next { dose: number + 1, on: None, wait };
                }
            }
        }
        let named = reasons.iter().map(|(day, _)| *day).max();
        reasons.extend(self.live_before(vaccine, on).map(|(id, day)| (day + LIVE_GAP, Wait::Live(id))));
        let latest = reasons.into_iter().max_by_key(|(day, _)| *day);
        match latest {
            Some((day, _)) if day >= closes(dose) => too_late,
            Some((day, wait)) if day > on => Standing::Next { dose: number + 1, on: Some(day), wait },
            _ if barred.is_some() => Standing::NotFor(NotFor::NotKnown),
            _ => {
                // A late list may name no day: then it is late since the day of the ordinary one.
                let ordinary = vaccine.doses.get(number).and_then(|d| d.due).map(|s| after(born, s));
                let then = course.list.get(number + 1).and_then(|next| {
                    let ages = next.due.into_iter().chain(next.earliest).map(|s| after(born, s));
                    let day = ages.chain([next.gap.map_or(on + 1, |gap| after(on, gap))]).max()?;
                    (day < closes(next)).then_some(day)
                });
                Standing::Due { dose: number + 1, since: named.or(ordinary), then }
            }
        }
    }

    fn not_for(&self, vaccine: &Vaccine) -> Option<NotFor> {
        let pregnant = matches!(self.case.patient.pregnancy, Pregnancy::Yes { .. });
        for bar in &vaccine.never {
            match bar {
                VaccineBar::Pregnancy if pregnant => return Some(NotFor::Pregnancy),
                VaccineBar::ImmuneDeficiency if self.who.immune_deficient => return Some(NotFor::ImmuneDeficiency),
                _ => {}
            }
        }
        match judge(&vaccine.who, &self.case) {
            Truth::True => None,
            Truth::False => Some(NotFor::Who),
            Truth::Unknown => Some(NotFor::NotKnown),
        }
    }

    /// The day of the last dose of a list that is complete.
    fn completed(&self, id: &VaccineId) -> Option<i64> {
        let vaccine = self.schedule.vaccines.iter().find(|v| v.id == *id)?;
        let course = self.course(vaccine);
        (course.valid.len() >= course.list.len()).then(|| course.valid.last().copied())?
    }
}

fn keeps_distance(vaccine: &Vaccine) -> bool {
    vaccine.live && !vaccine.no_live_gap
}
