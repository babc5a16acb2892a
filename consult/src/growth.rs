//! Growth for the window: today's values, those of earlier visits, meanings with their sources.

use crate::views::citation;
use hakim_clinical::*;
use hakim_contract::*;
use hakim_knowledge::read_growth_tables;
use hakim_reasoning::growth::{Child, LAST_DAY_2006, Unread, curves, growth, look_again, meaning};
use hakim_records::Log;
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Visits looked back at.
const LOOKED_BACK: usize = 60;
/// Children whose growth has a reference, days: below 19 years and a month.
const OLDEST: u32 = 6970;

/// The reference tables, read when growth is first asked for.
pub(crate) struct Reference {
    folder: PathBuf,
    read: OnceLock<(GrowthTables, Vec<String>)>,
}

impl Reference {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, read: OnceLock::new() }
    }

    fn tables(&self) -> &(GrowthTables, Vec<String>) {
        self.read.get_or_init(|| read_growth_tables(&self.folder))
    }
}

/// A child on an earlier day.
pub(crate) struct Earlier {
    on: String,
    child: Child,
}

/// What the log adds: the age from the birthday, and earlier measurements.
#[derive(Default)]
pub(crate) struct FromLog {
    age_days: Option<u32>,
    sex: Option<Sex>,
    approximate: bool,
    earlier: Vec<Earlier>,
}

/// Reads birthday and earlier visits of a patient.
///
/// # Errors
/// Those of the log.
pub(crate) fn from_log(log: &Log, patient: &PatientId, request: &GrowthRequest) -> Result<FromLog, Failure> {
    let found = log.patient(patient).map_err(|e| crate::log::failed(&e))?;
    let Some(found) = found else { return Ok(FromLog::default()) };
    let born: Option<Date> = found.born.as_deref().and_then(|b| b.parse().ok());
    let days_on = |day: Date| u32::try_from((day - born?).get_days()).ok();
    let mut known = FromLog { sex: found.sex, approximate: found.born_estimated, ..FromLog::default() };
    let visits = log.visits_of(patient).map_err(|e| crate::log::failed(&e))?;
    let mut today = jiff::Zoned::now().date();
    for head in visits.iter().take(LOOKED_BACK) {
        let Some(day) = crate::log::day_of(&head.started) else { continue };
        if request.visit.as_ref() == Some(&head.id) {
            // A visit of last month is judged by the age of last month.
            today = day;
            continue;
        }
        let Some(sex) = request.sex.or(found.sex) else { continue };
        let Some(age_days) = days_on(day) else { continue };
        // A visit that cannot be read costs its point, not the chart.
        let Ok(record) = crate::log::open_visit(log, &head.id) else { continue };
        let value = |vital: Vital| record.intake.measurements.iter().find(|m| m.vital == vital).map(|m| m.value);
        let child = Child {
            sex,
            age_days,
            weight: value(Vital::Weight),
            height: value(Vital::Height),
            arm: value(Vital::Muac),
            more: record.growth,
        };
        known.earlier.push(Earlier { on: day.to_string(), child });
    }
    known.earlier.retain(|e| days_on(today).is_none_or(|now| e.child.age_days <= now));
    known.earlier.sort_by_key(|e| e.child.age_days);
    known.age_days = days_on(today);
    Ok(known)
}

/// Works growth out; what cannot be worked out is said in the reply.
pub(crate) fn reply(
    base: &KnowledgeBase,
    reference: &Reference,
    request: &GrowthRequest,
    known: &FromLog,
) -> GrowthReply {
    let (tables, missing) = reference.tables();
    let age_days = request.age_days.or(known.age_days);
    let mut reply = GrowthReply {
        missing: missing.clone(),
        age_days,
        approximate: request.age_days.is_none() && known.approximate,
        ..GrowthReply::default()
    };
    let refuse = |why: &str| Some(GrowthRefusal { why: why.into(), field: String::new(), low: 0.0, high: 0.0 });
    let Some(sex) = request.sex.or(known.sex) else { return GrowthReply { refused: refuse("needs-sex"), ..reply } };
    let Some(age_days) = age_days else { return GrowthReply { refused: refuse("needs-age"), ..reply } };
    if age_days > OLDEST {
        return GrowthReply { refused: refuse("too-old"), ..reply };
    }
    let child =
        Child { sex, age_days, weight: request.weight, height: request.height, arm: request.arm, more: request.more };
    let worked = match growth(tables, &child) {
        Ok(worked) => worked,
        Err(wrong) => {
            let refused =
                GrowthRefusal { why: "impossible".into(), field: wrong.field.into(), low: wrong.low, high: wrong.high };
            return GrowthReply { refused: Some(refused), ..reply };
        }
    };
    reply.bmi = worked.bmi;
    reply.height = worked.height.map(|h| (h.cm, h.added));
    let rules = &base.growth;
    let mut acute: Option<AcuteMalnutrition> = None;
    let mut told = |band: &GrowthBand| {
        acute = acute.max(band.acute);
        GrowthMeaning { say: band.say.clone(), tone: band.tone, citation: citation(base, &band.evidence, None) }
    };
    for reading in &worked.readings {
        let band = meaning(rules, GrowthSign::Z(reading.indicator), reading.z, age_days);
        reply.rows.push(GrowthRow {
            indicator: reading.indicator,
            value: reading.value,
            median: reading.median,
            z: reading.z,
            percentile: reading.percentile,
            check: look_again(rules, reading.indicator, reading.z),
            means: band.map(&mut told),
        });
    }
    let arm = child.arm.and_then(|mm| meaning(rules, GrowthSign::Arm, mm, age_days));
    let oedema = child.more.oedema.then(|| meaning(rules, GrowthSign::Oedema, 0.0, age_days)).flatten();
    reply.signs = arm.into_iter().chain(oedema).map(&mut told).collect();
    reply.gaps = worked.unread.iter().map(|(indicator, why)| gap(*indicator, *why)).collect();
    let advice = acute.and_then(|acute| rules.advice.iter().find(|a| a.acute == acute));
    reply.acute = advice.map(|a| AcuteView {
        acute: a.acute,
        say: a.say.clone(),
        act: a.act.clone(),
        citation: citation(base, &a.evidence, None),
    });
    reply.charts = worked
        .readings
        .iter()
        .map(|reading| chart(tables, known, &child, reading.indicator))
        .filter(|chart| !chart.lines.is_empty())
        .collect();
    reply
}

fn gap(indicator: GrowthIndicator, why: Unread) -> GrowthGap {
    let why = match why {
        Unread::NotMeasured => "measure",
        Unread::NotAtThisAge => "age",
        Unread::OutsideTable => "table",
        Unread::Oedema => "oedema",
        Unread::NoTable => "file",
    };
    GrowthGap { indicator, why: why.into() }
}

/// The lines at the child's age, and the child's values on them, oldest first, today's last.
fn chart(tables: &GrowthTables, known: &FromLog, child: &Child, indicator: GrowthIndicator) -> GrowthChart {
    let lines = curves(tables, indicator, child.sex, child.age_days)
        .into_iter()
        .map(|curve| GrowthLine { z: curve.z, points: curve.points })
        .collect::<Vec<_>>();
    // Values of the other reference would stand on other lines.
    let same = |age: u32| (age <= LAST_DAY_2006) == (child.age_days <= LAST_DAY_2006);
    let today = Earlier { on: String::new(), child: *child };
    let points =
        known.earlier.iter().chain(std::iter::once(&today)).filter(|e| same(e.child.age_days)).filter_map(|e| {
            let worked = growth(tables, &e.child).ok()?;
            let reading = worked.readings.into_iter().find(|r| r.indicator == indicator)?;
            let on = (!e.on.is_empty()).then(|| e.on.clone());
            Some(GrowthPoint { at: reading.at, value: reading.value, z: reading.z, on })
        });
    GrowthChart { indicator, points: points.collect(), lines }
}
