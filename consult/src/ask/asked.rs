//! The words of a question, each with what it weighs, and how much of them a fact holds.

use super::subjects::forms;
use hakim_clinical::{KnowledgeBase, Lang, Text};
use hakim_knowledge::{Across, guess_language, search_form, telling_words};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;

/// Words that ask for a kind of fact rather than name a thing: part of the entry, then words in any language.
const KINDS: &[(&str, &str)] = &[
    (
        "doses",
        "dose doses dosage dosing much many mg amount often times daily posologie dose \
         خوراک مقدار کتنی کتنا کتنے جرعة جرعات الجرعة مقدار كمية كم खुराक मात्रा कितनी कितना कितने डोज",
    ),
    (
        "cautions",
        "safe safely avoid contraindicated contraindication contraindications caution cautions warning risk risks allowed \
         side effect effects harmful toxic poisonous \
         محفوظ نقصان احتیاط منع مضر زہریلا آمن آمنة موانع ضرر سام أضرار جانبية सुरक्षित नुकसान सावधानी मना हानिकारक \
         sans danger éviter précaution effets",
    ),
    (
        "interactions",
        "interact interacts interaction interactions together combine combined mix alongside taking \
         ساتھ ملا اکٹھے تداخل تفاعل يتفاعل معا साथ मिलाकर ensemble interaction",
    ),
    (
        "tests",
        "test tests testing diagnose diagnosed diagnosis confirm confirmed investigation investigations \
         ٹیسٹ تشخیص تصدیق فحص فحوصات تشخيص اختبار تحليل जांच टेस्ट निदान पुष्टि examen diagnostic",
    ),
    (
        "dangers",
        "danger dangerous emergency urgent refer referral hospital alarm red flag flags \
         خطرہ خطرے خطرناک علامات ہنگامی ہسپتال خطر خطورة طوارئ مستشفى إحالة खतरा खतरे खतरनाक आपात अस्पताल urgence hôpital",
    ),
    (
        "findings",
        "symptom symptoms sign signs look looks present presents features recognise recognize \
         علامت علامات علامتیں نشانیاں أعراض اعراض علامات लक्षण संकेत symptômes signes",
    ),
    (
        "care",
        "treat treated treatment manage managed management give given therapy cure care \
         علاج دوا دینا دوں دیا علاج يعالج أعطي إعطاء دواء इलाज उपचार दवा देना दूं traitement traiter donner",
    ),
];

/// A word that the packs do not know, nor any that begins as it does, is most often the name of what is asked about, such as a
/// medicine that does not exist: it weighs so much more than the rarest word they know.
const NAME_OF_NOTHING: f64 = 2.0;
/// Words that share so many letters at their beginning are taken for forms of one: languages bend the end.
const SHARED_LETTERS: usize = 3;
/// And so large a share of the longer one.
const SHARED: f64 = 0.6;

/// A word of the question.
struct Word {
    /// as it was asked, in search form
    form: String,
    /// English search forms that stand for it; itself where it is English
    english: Vec<String>,
    /// rarity in the packs
    weight: f64,
    /// the part of an entry that it asks for
    kind: Option<&'static str>,
}

/// Rarity of words in the packs' texts of one language.
pub(super) struct Rarity {
    inverse: HashMap<String, f64>,
    /// all words of texts and names, in order
    words: BTreeSet<String>,
    /// of a word that no text holds
    unknown: f64,
}

impl Rarity {
    pub(super) fn new(base: &KnowledgeBase, lang: Lang) -> Self {
        let mut seen_in: HashMap<String, usize> = HashMap::new();
        let mut texts = 0usize;
        let mut count = |words: HashSet<String>| {
            texts += 1;
            words.into_iter().for_each(|word| *seen_in.entry(word).or_default() += 1);
        };
        for passage in base.passages.values().filter(|p| p.text.has(lang)) {
            count(forms(passage.title.get(lang)).into_iter().chain(forms(passage.text.get(lang))).collect());
        }
        for condition in base.conditions.values().filter(|c| c.summary.has(lang)) {
            count(forms(condition.names.term(lang)).into_iter().chain(forms(condition.summary.get(lang))).collect());
        }
        let names = base.medicines.values().map(|m| &m.names).chain(base.remedies.values().map(|r| &r.names));
        names.for_each(|names| count(forms(names.term(lang)).into_iter().collect()));
        let all = texts.max(1) as f64;
        let named = base.findings.values().map(|f| &f.names).chain(base.conditions.values().map(|c| &c.names));
        let said = named.filter_map(|names| names.0.get(&lang)).flat_map(|n| std::iter::once(&n.term).chain(&n.lay));
        let words = said.flat_map(|name| forms(name)).chain(seen_in.keys().cloned()).collect();
        let inverse = seen_in.into_iter().map(|(word, n)| (word, (1.0 + all / n as f64).ln())).collect();
        Self { inverse, words, unknown: (1.0 + all).ln() }
    }

    /// Whether the word, or one that may be another form of it, stands anywhere in the packs.
    fn knows(&self, word: &str) -> bool {
        let letters = word.chars().count();
        let needed = |other: usize| SHARED_LETTERS.max((letters.max(other) as f64 * SHARED).ceil() as usize);
        let Some((end, _)) = word.char_indices().nth(SHARED_LETTERS) else { return self.words.contains(word) };
        let begin = &word[..end];
        let akin = self.words.range::<str, _>((Bound::Included(begin), Bound::Unbounded));
        akin.take_while(|known| known.starts_with(begin)).any(|known| {
            let shared = known.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
            shared >= needed(known.chars().count())
        })
    }

    fn of(&self, word: &str) -> Option<f64> {
        self.inverse.get(word).copied()
    }
}

/// A question taken apart.
pub(super) struct Asked {
    /// language it is asked in
    pub(super) lang: Lang,
    words: Vec<Word>,
}

impl Asked {
    /// `own` and `english` are the rarities in the language of the question and in English.
    pub(super) fn new(
        base: &KnowledgeBase,
        across: &Across,
        question: &str,
        lang: Lang,
        (own, english): (&Rarity, &Rarity),
    ) -> Self {
        let kinds: Vec<(&'static str, Vec<String>)> = KINDS.iter().map(|(part, words)| (*part, forms(words))).collect();
        let mut words: Vec<Word> = Vec::new();
        for word in telling_words(question) {
            let form = search_form(&word);
            if words.iter().any(|known| known.form == form) {
                continue;
            }
            // A medicine is often written in Latin letters inside another script.
            let is_english = lang == Lang::En || guess_language(&word) == Some(Lang::En) && lang != Lang::Fr;
            let told: Vec<String> = match is_english {
                true => vec![form.clone()],
                false => across.told(base, &word, lang).into_iter().map(|(english, _)| english).collect(),
            };
            let in_own = if is_english { None } else { own.of(&form) };
            let in_english = told.iter().filter_map(|word| english.of(word)).min_by(f64::total_cmp);
            let known = in_own.or(in_english);
            // English bends its words little, and its forms are those of the index.
            let of_nothing = is_english || !own.knows(&form);
            let weight = known.unwrap_or(if of_nothing { NAME_OF_NOTHING } else { 1.0 } * english.unknown);
            let kind = kinds.iter().find(|(_, list)| list.contains(&form)).map(|(part, _)| *part);
            words.push(Word { form, english: told, weight, kind });
        }
        Self { lang, words }
    }

    /// The parts of an entry that the question asks for.
    pub(super) fn kinds(&self) -> HashSet<&'static str> {
        self.words.iter().filter_map(|word| word.kind).collect()
    }

    /// Share of the question's weight that a text with these words holds, 0 to 1. `part` is the part of an entry it stands in.
    pub(super) fn covered(&self, held: &Held, part: Option<&str>) -> f64 {
        let holds = |word: &Word| {
            held.own.contains(&word.form)
                || word.english.iter().any(|english| held.english.contains(english))
                || word.kind.is_some() && word.kind == part
        };
        let all: f64 = self.words.iter().map(|word| word.weight).sum();
        let there: f64 = self.words.iter().filter(|word| holds(word)).map(|word| word.weight).sum();
        if all > 0.0 { there / all } else { 0.0 }
    }
}

/// Words of a text in the language of the question and in English.
#[derive(Default, Clone)]
pub(super) struct Held {
    own: HashSet<String>,
    english: HashSet<String>,
}

impl Held {
    pub(super) fn add(&mut self, text: &Text, lang: Lang) {
        if text.has(lang) {
            self.own.extend(forms(text.get(lang)));
        }
        self.english.extend(forms(text.get(Lang::En)));
    }

    /// Words of a text in an unknown language.
    pub(super) fn add_plain(&mut self, text: &str) {
        let words = forms(text);
        self.own.extend(words.iter().cloned());
        self.english.extend(words);
    }

    /// Adds the names of an entry, those that people say too.
    pub(super) fn add_names(&mut self, base: &KnowledgeBase, id: &str, lang: Lang) {
        let Some(names) = base.names_of(id) else { return };
        for (of, into) in [(lang, &mut self.own), (Lang::En, &mut self.english)] {
            if let Some(name) = names.0.get(&of) {
                std::iter::once(&name.term).chain(&name.lay).for_each(|n| into.extend(forms(n)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rarity(words: &[&str]) -> Rarity {
        let inverse = (1..).zip(words).map(|(n, word)| ((*word).to_owned(), f64::from(3 - n.min(2)))).collect();
        Rarity { inverse, words: words.iter().map(|w| (*w).to_owned()).collect(), unknown: 4.0 }
    }

    #[test]
    fn a_bent_word_is_known_and_an_invented_name_is_not() {
        let known = rarity(&["ملیریا", "زچگی", "گردہ"]);
        assert!(known.knows("ملیریا") && known.knows("ملیریائی") && known.knows("گردے") && !known.knows("زوربیکسن"));
        assert!(!known.knows("مل"));
    }

    fn asked(question: &str) -> Asked {
        let base = KnowledgeBase::default();
        let rarity = rarity(&["malaria", "fever"]);
        Asked::new(&base, &Across::default(), question, Lang::En, (&rarity, &rarity))
    }

    fn held(text: &str) -> Held {
        let mut held = Held::default();
        held.add(&Text::english(text), Lang::En);
        held
    }

    #[test]
    fn rare_words_count_more_and_an_unknown_name_most() {
        let question = asked("malaria and fever");
        assert!(question.covered(&held("Malaria is treated at once."), None) > 0.6);
        assert!(question.covered(&held("Fever is treated at once."), None) < 0.4);
        assert!(asked("zorbaxin in malaria").covered(&held("Malaria is treated at once."), None) < 0.25);
    }

    #[test]
    fn a_word_that_asks_for_a_kind_of_fact_is_held_by_facts_of_that_kind() {
        let question = asked("dose in malaria");
        let fact = held("Malaria: 4 tablets");
        assert!(question.covered(&fact, Some("doses")) > question.covered(&fact, Some("tests")));
        assert!(question.kinds().contains("doses"));
    }
}
