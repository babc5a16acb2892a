//! Whether a medicine that a note names is taken: not what was stopped, is only thought of, or is not tolerated.

use super::Note;
use crate::safety::Taken;
use hakim_clinical::Mention;

/// So many words beside a name speak of it.
const NEAR: usize = 6;

/// Before a name: it is not taken.
const BEFORE: &[&str] = &[
    "stopped",
    "stopping",
    "stop",
    "stops",
    "discontinued",
    "discontinuing",
    "discontinue",
    "off",
    "avoid",
    "avoids",
    "avoided",
    "avoiding",
    "allergic",
    "allergy",
    "intolerant",
    "intolerance",
    "instead",
    "rather",
    "unable",
    "declined",
    "refused",
    "omitted",
    "previously",
    "formerly",
    "withheld",
    "withdrew",
    "ceased",
    "finished",
    "completed",
    "contraindicated",
    "planned",
    "considered",
    "considering",
    "plans",
    "planning",
    "wants",
    "wishes",
];
/// Behind a name: it is not taken.
const BEHIND: &[&str] = &[
    "stopped",
    "discontinued",
    "withdrawn",
    "withheld",
    "ceased",
    "avoided",
    "declined",
    "refused",
    "omitted",
    "contraindicated",
    "allergy",
    "intolerance",
    "hypersensitivity",
    "considered",
    "planned",
];
/// Between the two: it is another medicine that is meant.
const TAKES: &[&str] = &[
    "takes",
    "taking",
    "take",
    "took",
    "on",
    "uses",
    "using",
    "continued",
    "continues",
    "restarted",
    "resumed",
    "started",
    "given",
    "receives",
    "received",
];

impl Note<'_> {
    /// A medicine that is named as stopped, thought of or not tolerated.
    pub(super) fn is_not_taken(&self, mention: &Mention) -> bool {
        let (first, end) = mention.tokens;
        let Some((from, to)) = self.moments.around(mention.span.0) else { return false };
        let word = |at: usize| self.words.get(at).map_or("", |w| w.word.as_str());
        let inside = |at: &usize| self.words.get(*at).is_some_and(|w| from <= w.span.0 && w.span.1 <= to);
        // "Used to take", "gave up": both words.
        let pair = |at: usize| {
            matches!((word(at), word(at + 1)), ("used", "to") | ("gave", "up") | ("given", "up") | ("no", "longer"))
        };
        for at in (first.saturating_sub(NEAR)..first).rev().filter(inside) {
            if pair(at) || BEFORE.contains(&word(at)) {
                return true;
            }
            // "Used to take" and "no longer on" are looked at as a whole.
            let whole = (1..=3).any(|back| at >= back && pair(at - back));
            if TAKES.contains(&word(at))
                && !whole
                && !matches!(word(at.wrapping_sub(1)), "previously" | "formerly" | "stopped" | "to")
            {
                break;
            }
        }
        for at in (end..end + NEAR).filter(inside) {
            let parted =
                self.words.get(at).is_some_and(|w| w.parted) && !matches!(word(at), "which" | "now" | "stopped");
            if parted || TAKES.contains(&word(at)) && !matches!(word(at.wrapping_sub(1)), "to") {
                break;
            }
            if pair(at) || BEHIND.contains(&word(at)) {
                return true;
            }
        }
        false
    }

    /// A medicine of the list, unless the note names it only as not taken.
    pub(super) fn still_taken(&self, taken: &Taken) -> bool {
        let name: Vec<String> = taken
            .typed
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        let named = super::all_at(self.words, std::slice::from_ref(&name)).map(|(at, end)| {
            let span = (self.words[at].span.0, self.words[end - 1].span.1);
            Mention { finding: "medicine".into(), tokens: (at, end), span }
        });
        let named: Vec<Mention> = named.collect();
        named.is_empty() || named.iter().any(|mention| !self.is_not_taken(mention))
    }
}
