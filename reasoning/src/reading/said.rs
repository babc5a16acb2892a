//! What a note says, denies or passes over in silence: yes and no, and one of several.

use super::names::all_at;
use super::numbers::Number;
use super::{Note, NoteAnswer, Said};
use crate::calculate::holds;
use crate::context::presences;
use crate::safety::Taken;
use hakim_clinical::*;

impl Note<'_> {
    /// Mentions of phrases with what each says; those of other people and of mere possibilities are left out.
    pub(super) fn mentions(&self, phrases: &[Phrase]) -> Vec<(Mention, Option<Presence>)> {
        let found = all_at(self.words, phrases).map(|(at, end)| {
            let span = (self.words[at].span.0, self.words[end - 1].span.1);
            Mention { finding: "reading".into(), tokens: (at, end), span }
        });
        let found: Vec<Mention> = found.collect();
        let said = presences(self.text, self.words, &found);
        found.into_iter().zip(said).collect()
    }

    pub(super) fn yes(&self, calculator: &Calculator, input: &CalculatorInput) -> Option<NoteAnswer> {
        let Some(ReadingWords::Yes(words)) = self.words_of(calculator, input) else { return None };
        let answer = |yes: bool, said: Said| Some(NoteAnswer { told: Told::Yes(yes), said, also: vec![] });
        let at = |m: &Mention| Said::At(m.span.0, m.span.1);
        let no = self.mentions(&words.no);
        // "Presyncope" is no syncope: the longer words count.
        let other = self.mentions(&words.except);
        let hidden = |m: &Mention| {
            let length = |m: &Mention| m.tokens.1 - m.tokens.0;
            let over = |n: &Mention| n.tokens.0 < m.tokens.1 && m.tokens.0 < n.tokens.1 && length(n) > length(m);
            no.iter().chain(&other).any(|(n, _)| over(n))
        };
        if let Some((yes, span)) = words.sides.as_ref().and_then(|sides| self.sides_differ(sides)) {
            return answer(yes, Said::At(span.0, span.1));
        }
        let of_medicines = !words.medicines.is_empty() || !words.classes.is_empty();
        let over = |m: &Mention| {
            words.old_after_days.is_some_and(|days| self.is_old(m, days))
                || words.kin_before_age.is_some_and(|age| self.came_late(m, age))
                || of_medicines && self.is_not_taken(m)
        };
        let said = self.mentions(&words.yes).into_iter().filter(|(m, _)| !hidden(m) && !over(m));
        let said: Vec<_> = said.collect();
        let against = no.iter().find(|(_, p)| *p == Some(Presence::Present));
        if words.no_first
            && let Some((mention, _)) = against
        {
            return answer(false, at(mention));
        }
        let counts = |p: &Option<Presence>| match p {
            Some(Presence::Present) => true,
            Some(Presence::Unknown) => words.suspected,
            // somebody else's, or a possibility
            None => words.family || words.suspected,
            Some(Presence::Absent) => false,
        };
        if let Some((mention, _)) = said.iter().find(|(_, p)| counts(p)) {
            // "Alert and oriented" on arrival, confused days later: how the patient came counts.
            return match against.filter(|(no, _)| words.first && no.span.0 < mention.span.0) {
                Some((no, _)) => answer(false, at(no)),
                None => answer(true, at(mention)),
            };
        }
        if let Some(mention) = words.within_days.and_then(|days| self.recent(&words.recent, days)) {
            return answer(true, at(&mention));
        }
        let of_earlier = || self.past(&words.past).filter(|m| !hidden(m));
        let of_kin = || self.of_kin(&words.kin, words.kin_before_age);
        if let Some(mention) = of_earlier().or_else(of_kin) {
            return answer(true, at(&mention));
        }
        let denied = self.mentions(&words.denied);
        if let Some((mention, _)) = denied.iter().find(|(_, p)| *p == Some(Presence::Absent)) {
            return answer(true, at(mention));
        }
        if let Some(statement) = &words.or_when
            && holds(statement, self.values()) == Some(true)
        {
            return answer(true, Said::Worked);
        }
        let takes = |t: &Taken| {
            words.medicines.iter().any(|m| t.is_medicine(m)) || words.classes.iter().any(|c| t.has_class(self.base, c))
        };
        if self.taken.iter().any(|taken| takes(taken) && self.still_taken(taken)) {
            return answer(true, Said::Worked);
        }
        let mut nays = no.iter().chain(&denied);
        if let Some((mention, _)) = nays.find(|(_, p)| *p == Some(Presence::Present)) {
            return answer(false, at(mention));
        }
        if let Some((mention, _)) = said.iter().find(|(_, p)| *p == Some(Presence::Absent)) {
            return answer(false, at(mention));
        }
        match words.silent {
            Silence::Asks => None,
            Silence::No => answer(false, Said::Nowhere),
            Silence::Yes => answer(true, Said::Nowhere),
        }
    }

    /// A mention in a sentence that says how long ago, at most so many days.
    fn recent(&self, phrases: &[Phrase], days: f64) -> Option<Mention> {
        const AGO: &[&str] =
            &["ago", "earlier", "before", "previously", "prior", "back", "after", "post", "since", "postop"];
        const RECENTLY: &[&str] =
            &["last week", "this week", "yesterday", "recent", "last month", "this month", "days ago", "pod "];
        let mentions = self.mentions(phrases);
        mentions.into_iter().filter(|(_, p)| *p == Some(Presence::Present)).map(|(m, _)| m).find(|mention| {
            let (start, end) = self.sentence(mention.span);
            let ago = |n: &Number| {
                let Some(length) = n.days() else { return false };
                let next = self.text.get(n.end..end).and_then(|rest| rest.split_whitespace().next()).unwrap_or("");
                let next = next.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
                length <= days && AGO.contains(&next.as_str())
            };
            let inside = |n: &&Number| start <= n.span.0 && n.span.0 < end;
            let words = self.text.get(start..end).unwrap_or("").to_lowercase();
            self.numbers.iter().filter(inside).any(ago) || RECENTLY.iter().any(|said| words.contains(said))
        })
    }

    /// The bytes of the sentence around a place.
    pub(super) fn sentence(&self, span: (usize, usize)) -> (usize, usize) {
        let before = self.text.get(..span.0).unwrap_or("");
        let start = before.rfind(". ").map(|at| at + 2).max(before.rfind(['\n', ';']).map(|at| at + 1)).unwrap_or(0);
        let after = self.text.get(span.1..).unwrap_or("");
        let stops = after.find(". ").into_iter().chain(after.find(['\n', ';']));
        (start, stops.min().map_or(self.text.len(), |at| span.1 + at))
    }

    pub(super) fn choice(
        &self,
        calculator: &Calculator,
        input: &CalculatorInput,
        options: &[ChoiceOption],
    ) -> Option<NoteAnswer> {
        let Some(ReadingWords::Choice { options: said, silent, first, limit }) = self.words_of(calculator, input)
        else {
            return None;
        };
        let known = |id: &str| options.iter().any(|option| option.id == id);
        // What is said of the day of coming goes before other days, the longer words before the shorter, the first before the next.
        type Rank = (bool, usize, std::cmp::Reverse<usize>);
        let mut best: Option<(Rank, String, (usize, usize))> = None;
        let mut denied = None;
        for (id, phrases) in said.iter().filter(|(id, _)| known(id)) {
            for (mention, presence) in self.mentions(phrases) {
                // Where the first named counts, all are as long.
                let length = if *first { 0 } else { mention.tokens.1 - mention.tokens.0 };
                let of_now =
                    self.moments.rank(self.text, self.words, None, mention.span.0).is_some_and(|rank| rank < 2);
                let rank = (of_now, length, std::cmp::Reverse(mention.span.0));
                match presence {
                    Some(Presence::Present) if best.as_ref().is_none_or(|(best, ..)| rank > *best) => {
                        best = Some((rank, id.clone(), mention.span));
                    }
                    Some(Presence::Absent) => denied = denied.or(Some(mention.span)),
                    _ => {}
                }
            }
        }
        let answer = |id: String, said: Said| Some(NoteAnswer { told: Told::Word(id), said, also: vec![] });
        // A value beside its limit says more than words, unless words of an earlier statement say how it was at first.
        if let Some((id, span)) = limit.as_ref().and_then(|limit| self.against_limit(limit)) {
            let earlier = |words: &(Rank, String, (usize, usize))| {
                words.0.0 && self.moments.around(span.0).is_some_and(|(start, _)| words.2.1 <= start)
            };
            if !best.as_ref().is_some_and(earlier) {
                return answer(id.to_owned(), Said::At(span.0, span.1));
            }
        }
        if let Some((_, id, span)) = best {
            return answer(id, Said::At(span.0, span.1));
        }
        // Where silence is no answer a denied grade is none either: "does not obey commands".
        if let Some(span) = denied.filter(|_| silent.is_some())
            && let Some(first) = options.first()
        {
            return answer(first.id.clone(), Said::At(span.0, span.1));
        }
        answer(silent.clone().filter(|id| known(id))?, Said::Nowhere)
    }
}
