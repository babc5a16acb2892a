//! How dangerous an error in a text is, after the taxonomy that physicians made for MedVAL.
//!
//! Aali et al. 2025, arXiv 2507.03152; categories and levels as their program words them:
//! <https://github.com/StanfordMIMI/MedVAL/blob/4b8a1da61e7536564b1e2b7a397e64fad76f1ce4/utils/prompts.py>.
//! They have people or a model assign a level to a text. Here it follows from which rule refused a sentence: the table in
//! [`Flaw::of`] is ours.

use super::{TermKind, Turn, Unsupported};

/// What sort of error: MedVAL's eleven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// It claims what the facts do not.
    FabricatedClaim,
    /// It reasons wrongly from them.
    MisleadingJustification,
    /// It takes one detail of them for another: a number, a part of the body.
    DetailMisidentification,
    /// It tells a change or a comparison that they do not.
    FalseComparison,
    /// It advises a diagnosis, treatment or follow-up that they do not.
    IncorrectRecommendation,
    /// It leaves out a claim of theirs.
    MissingClaim,
    /// It leaves out how something changed.
    MissingComparison,
    /// It leaves out what a claim needs to be understood.
    MissingContext,
    /// It makes something graver, more urgent or more certain.
    OverstatingIntensity,
    /// It makes something less grave, urgent or certain.
    UnderstatingIntensity,
    /// Anything else.
    Other,
}

/// How much harm may come of a text: MedVAL's four levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum RiskLevel {
    /// Level 1: nothing in it that matters departs from the facts.
    #[default]
    No,
    /// Level 2: small departures that hardly change what is understood or done.
    Low,
    /// Level 3: departures that may change how a case is read or recorded.
    Moderate,
    /// Level 4: departures that may lead to a wrong or unsafe decision.
    High,
}

impl RiskLevel {
    /// MedVAL's number of it, 1 to 4.
    pub fn number(self) -> u8 {
        match self {
            Self::No => 1,
            Self::Low => 2,
            Self::Moderate => 3,
            Self::High => 4,
        }
    }
}

/// One error in a text, and the risk if someone read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// What sort it is.
    pub category: Category,
    /// The risk of reading it.
    pub level: RiskLevel,
}

impl Flaw {
    /// The error in a sentence that was found unsupported.
    pub fn of(why: &Unsupported) -> Self {
        use Category::{
            DetailMisidentification, FabricatedClaim, FalseComparison, IncorrectRecommendation,
            MisleadingJustification, OverstatingIntensity, UnderstatingIntensity,
        };
        use RiskLevel::{High, Low, Moderate};
        let (category, level) = match why {
            // Says nothing, so nothing can come of it.
            Unsupported::Empty => (Category::Other, RiskLevel::No),
            // Not read by the rules: what it says is unknown.
            Unsupported::Script => (Category::Other, Moderate),
            Unsupported::Citation(_) => (DetailMisidentification, Low),
            Unsupported::Number(_) => (DetailMisidentification, Moderate),
            Unsupported::Dose(_) => (DetailMisidentification, High),
            // A medicine or a diagnosis that no fact names is advice that none gives.
            Unsupported::Term { kind: TermKind::Medicine | TermKind::Condition, .. } => (IncorrectRecommendation, High),
            Unsupported::Term { kind: TermKind::Finding, .. } => (FabricatedClaim, Moderate),
            // An effusion where the report says there is none is level 4 on the card of their model, MedVAL-4B.
            Unsupported::Denial(_) => (FabricatedClaim, High),
            Unsupported::Argument(_) => (MisleadingJustification, Moderate),
            Unsupported::Words(_) | Unsupported::Subject(_) => (FabricatedClaim, Moderate),
            Unsupported::Opposite { turn, .. } => match turn {
                Turn::Side => (DetailMisidentification, High),
                Turn::Overstated => (OverstatingIntensity, Moderate),
                Turn::Understated => (UnderstatingIntensity, High),
                Turn::Time | Turn::Kind => (DetailMisidentification, Moderate),
                Turn::Change => (FalseComparison, Moderate),
                Turn::Action => (IncorrectRecommendation, High),
            },
        };
        Self { category, level }
    }

    /// A statement that had to be made and was not, such as a danger sign.
    pub const MISSING: Self = Self { category: Category::MissingClaim, level: RiskLevel::High };
}

/// The risk of a text: the highest of its errors, with and without what was withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Risk {
    /// Of what the reader sees.
    pub shown: RiskLevel,
    /// Of what the model wrote, had nothing been withheld.
    pub written: RiskLevel,
}

impl Risk {
    /// Of a text from which these sentences were withheld. Without them a text may lack context, which is a low risk
    /// where the error was a moderate or high one.
    pub fn withholding<'a>(withheld: impl IntoIterator<Item = &'a Unsupported>) -> Self {
        let written = withheld.into_iter().map(|why| Flaw::of(why).level).max().unwrap_or_default();
        let shown = if written >= RiskLevel::Moderate { RiskLevel::Low } else { RiskLevel::No };
        Self { shown, written }
    }

    /// The same with an error that the reader does see.
    pub fn with_shown(self, flaw: Flaw) -> Self {
        Self { shown: self.shown.max(flaw.level), written: self.written.max(flaw.level) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grounding::{Fact, Verdict, Vocabulary, check_sentence};

    fn flaw(sentence: &str) -> Flaw {
        let facts: Vec<Fact> = [
            "Give amoxicillin 500 mg three times daily.",
            "Pain in the left arm for 3 days.",
            "Severe dehydration.",
            "No cough.",
            "Pulse rises with fever.",
            "Take the tablet before meals.",
            "In favour of malaria: fever.",
        ]
        .iter()
        .zip(1..)
        .map(|(text, id)| Fact { id, text: (*text).to_owned() })
        .collect();
        let vocabulary = Vocabulary::new([
            ("amoxicillin", TermKind::Medicine),
            ("ibuprofen", TermKind::Medicine),
            ("malaria", TermKind::Condition),
            ("dengue", TermKind::Condition),
            ("cough", TermKind::Finding),
            ("rash", TermKind::Finding),
            ("fever", TermKind::Finding),
        ]);
        match check_sentence(sentence, &facts, &vocabulary) {
            Verdict::Unsupported { why } => Flaw::of(&why),
            Verdict::Supported { by } => panic!("{sentence}: supported by {by:?}"),
        }
    }

    #[test]
    fn what_is_wrong_in_a_sentence_decides_its_category_and_level() {
        use Category::*;
        use RiskLevel::*;
        for (sentence, category, level) in [
            ("Give amoxicillin 250 mg three times daily.", DetailMisidentification, High),
            ("Pain in the left arm for 4 days.", DetailMisidentification, Moderate),
            ("Give ibuprofen.", IncorrectRecommendation, High),
            ("There is dengue.", IncorrectRecommendation, High),
            ("There is a rash.", FabricatedClaim, Moderate),
            ("There is a cough.", FabricatedClaim, High),
            ("Stop amoxicillin 500 mg three times daily.", IncorrectRecommendation, High),
            ("Pain in the right arm for 3 days.", DetailMisidentification, High),
            ("Mild dehydration.", UnderstatingIntensity, High),
            ("Severe pain in the arm for 3 days.", OverstatingIntensity, Moderate),
            ("Pulse falls with fever.", FalseComparison, Moderate),
            ("Take the tablet after meals.", DetailMisidentification, Moderate),
            ("Against malaria: fever.", MisleadingJustification, Moderate),
            ("The family should be told.", FabricatedClaim, Moderate),
            ("Fever [99].", DetailMisidentification, Low),
            ("بخار ہے۔", Other, Moderate),
        ] {
            assert_eq!(flaw(sentence), Flaw { category, level }, "{sentence}");
        }
    }

    #[test]
    fn a_text_has_the_risk_of_its_gravest_error_and_withholding_takes_most_of_it_away() {
        let (dose, citation) = (Unsupported::Dose("5 g".into()), Unsupported::Citation(9));
        assert_eq!(Risk::withholding([]), Risk { shown: RiskLevel::No, written: RiskLevel::No });
        let small = Risk { shown: RiskLevel::No, written: RiskLevel::Low };
        assert_eq!(Risk::withholding([&citation]), small);
        let grave = Risk::withholding([&citation, &dose]);
        assert_eq!(grave, Risk { shown: RiskLevel::Low, written: RiskLevel::High });
        assert_eq!(small.with_shown(Flaw::MISSING).shown, RiskLevel::High);
    }

    #[test]
    fn the_levels_are_ordered_as_medval_numbers_them() {
        let levels = [RiskLevel::No, RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High];
        assert!(levels.is_sorted());
        assert_eq!(levels.map(RiskLevel::number), [1, 2, 3, 4]);
    }
}
