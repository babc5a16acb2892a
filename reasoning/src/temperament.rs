//! The temperament of a person from the answers to a questionnaire, with what such an answer is worth.

use hakim_clinical::*;

/// The mean of the answers has to lie this far from the middle for a side to be named.
const LEAST_LEAN: f64 = 0.34;
/// Fewer answers on an axis say nothing about it.
const LEAST_ANSWERS: usize = 3;
/// Degrees of a mean of one.
const DEGREES: f64 = 3.0;

/// Where a person stands on one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisReading {
    /// which axis
    pub axis: Axis,
    /// questions answered, and asked
    pub answered: (usize, usize),
    /// mean of the answers, -1..=1
    pub mean: f64,
    /// the side it leans to; `None` while too little is answered
    pub side: Option<Side>,
}

/// Reads both axes. `answers` holds the place of the chosen answer for each question in order; what is missing or out of range
/// counts as not answered.
pub fn read_temperament(questionnaire: &Questionnaire, answers: &[Option<u8>]) -> [AxisReading; 2] {
    [Axis::Heat, Axis::Moisture].map(|axis| {
        let asked = questionnaire.questions.iter().enumerate().filter(|(_, q)| q.axis == axis);
        let chosen = |(at, q): (usize, &Question)| -> Option<i8> {
            Some(q.answers.get(usize::from((*answers.get(at)?)?))?.score)
        };
        let of = asked.clone().count();
        let scores: Vec<i8> = asked.filter_map(chosen).collect();
        let mean = scores.iter().map(|s| f64::from(*s)).sum::<f64>() / scores.len().max(1) as f64;
        let side = (scores.len() >= LEAST_ANSWERS).then_some(match (axis, mean) {
            (Axis::Heat, m) if m >= LEAST_LEAN => Side::Hot,
            (Axis::Heat, m) if m <= -LEAST_LEAN => Side::Cold,
            (Axis::Moisture, m) if m >= LEAST_LEAN => Side::Moist,
            (Axis::Moisture, m) if m <= -LEAST_LEAN => Side::Dry,
            _ => Side::Balanced,
        });
        AxisReading { axis, answered: (scores.len(), of), mean, side }
    })
}

/// The same as a place on the two axes, in degrees; `None` while one axis is not read.
pub fn as_temperament(readings: &[AxisReading; 2]) -> Option<Temperament> {
    let [heat, moisture] = readings;
    heat.side.zip(moisture.side)?;
    Some(Temperament { heat: heat.mean * DEGREES, moisture: moisture.mean * DEGREES })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test should stop at once")]
mod tests {
    use super::*;

    fn questionnaire() -> Questionnaire {
        let packs = hakim_knowledge::builtin_packs();
        hakim_knowledge::load(&packs).base.questionnaires.into_values().next().unwrap()
    }

    #[test]
    fn answers_on_one_side_name_it_and_few_name_nothing() {
        let q = questionnaire();
        let all = |place: u8| vec![Some(place); q.questions.len()];
        let sides = |answers: &[Option<u8>]| read_temperament(&q, answers).map(|r| r.side);
        assert_eq!(sides(&all(0)), [Some(Side::Hot), Some(Side::Moist)]);
        assert_eq!(sides(&all(1)), [Some(Side::Balanced), Some(Side::Balanced)]);
        assert_eq!(sides(&all(2)), [Some(Side::Cold), Some(Side::Dry)]);
        assert_eq!(sides(&[Some(0), Some(0)]), [None, None]);
        assert_eq!(sides(&all(9)), [None, None], "an answer that does not exist is none");
        let hot = as_temperament(&read_temperament(&q, &all(0))).unwrap();
        assert!(hot.heat > 2.0 && hot.moisture > 2.0);
        assert_eq!(as_temperament(&read_temperament(&q, &[])), None);
    }
}
