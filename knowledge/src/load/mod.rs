//! Packs in, one knowledge base out. A pack with any problem is refused whole: half a pack is not safe.

mod acts;
mod calculators;
mod clinical;
mod doses;
mod growth;
mod kidney;
mod medicines;
mod readings;
mod shared;
mod shares;
mod traditional;
mod vaccines;

use crate::fields::{Fields, Page};
use crate::{PackFiles, Problem};
use hakim_clinical::{KnowledgeBase, PackInfo, Source, SourceId, SourceKind};

/// Id of the built-in source for our own order-of-magnitude judgement.
pub(crate) const ESTIMATE: &str = "hakim-estimate";

/// Format version this program reads.
pub(crate) const FORMAT: u32 = 1;

/// What came out of the packs.
#[derive(Debug, Default)]
pub struct Loaded {
    /// everything the sound packs say
    pub base: KnowledgeBase,
    /// what is wrong, by file and line; cross-references between packs are judged by [`crate::check`]
    pub problems: Vec<Problem>,
}

/// Reads packs in the order given; a later pack may refer to an earlier one.
pub fn load(packs: &[PackFiles]) -> Loaded {
    let mut loaded = Loaded::default();
    loaded.base.sources.insert(
        ESTIMATE.into(),
        Source {
            id: ESTIMATE.into(),
            title: "Order-of-magnitude judgement of the Hakim team, not a measurement".into(),
            publisher: "Hakim".into(),
            edition: env!("CARGO_PKG_VERSION").into(),
            kind: SourceKind::Expert,
            jurisdiction: "global".into(),
            address: None,
        },
    );
    for pack in packs {
        let mut problems = vec![];
        let mut draft = loaded.base.clone();
        read_pack(pack, &mut draft, &mut problems);
        if problems.is_empty() {
            loaded.base = draft;
        }
        loaded.problems.append(&mut problems);
    }
    loaded.problems.sort();
    loaded
}

fn read_pack(pack: &PackFiles, base: &mut KnowledgeBase, problems: &mut Vec<Problem>) {
    let mut has_manifest = false;
    for (file, text) in &pack.files {
        let mut page = Page::new(file, text);
        if let Some(table) = page.table() {
            let inside = file.split_once('/').map_or(file.as_str(), |(_, rest)| rest);
            let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
            match folder {
                "" if name == "pack.toml" => {
                    has_manifest = true;
                    manifest(&mut page, table, base);
                }
                "" if name.starts_with("effects") => medicines::effects(&mut page, table, base),
                "" if name.starts_with("brands") => acts::more_names(&mut page, table, base),
                "" if name.starts_with("classes") => medicines::classes(&mut page, table, base),
                "" if name.starts_with("sources") => sources(&mut page, table, base),
                "" if name.starts_with("passages") => shared::passages_file(&mut page, table, &pack.name, base),
                "" if name.starts_with("terms") => traditional::terms(&mut page, table, &pack.name, base),
                "findings" => clinical::findings(&mut page, table, base),
                "calculators" => calculators::file(&mut page, table, &pack.name, base),
                "reading" => readings::file(&mut page, table, base),
                "growth" => growth::file(&mut page, table, base),
                "vaccines" => vaccines::file(&mut page, table, &pack.name, base),
                "conditions" if traditional::is_traditional(&table) => {
                    traditional::condition(&mut page, table, &pack.name, base);
                }
                "conditions" => clinical::condition(&mut page, table, &pack.name, base),
                "dangers" => clinical::dangers(&mut page, table, base),
                "acts" => acts::acts(&mut page, table, base),
                "pairs" => acts::pairs(&mut page, table, base),
                "named" => acts::named(&mut page, table, &pack.name, base),
                "kidney" => kidney::file(&mut page, table, base),
                "medicines" => medicines::medicine(&mut page, table, &pack.name, base),
                "questionnaires" => traditional::questionnaire(&mut page, table, &pack.name, base),
                "drugs" | "formulations" => {
                    traditional::remedy(&mut page, table, folder == "formulations", &pack.name, base);
                }
                _ => page.problem(inside, format!("nobody reads `{inside}`: see FORMAT.md for the folders of a pack")),
            }
        }
        problems.append(&mut page.problems);
    }
    if !has_manifest {
        problems.push(Problem {
            file: format!("{}/pack.toml", pack.name),
            line: 0,
            id: pack.name.clone(),
            what: "is missing: without it nobody knows what this pack is".into(),
        });
    }
}

fn manifest(page: &mut Page<'_>, table: toml::Table, base: &mut KnowledgeBase) {
    let mut fields = Fields::new(page, "pack.toml", table);
    let id = fields.need_string("id");
    let version = fields.need_string("version");
    let format = fields.need_number("format");
    if format > f64::from(FORMAT) {
        fields
            .problem(format!("is written for format {format}; this program reads format {FORMAT}: update the program"));
    }
    let title = fields.need_string("title");
    for key in ["licence", "changes"] {
        fields.need_string(key);
    }
    fields.strings("languages");
    fields.strings("needs");
    fields.finish();
    base.packs.push(PackInfo { id, version, title });
}

fn sources(page: &mut Page<'_>, mut table: toml::Table, base: &mut KnowledgeBase) {
    let Some(toml::Value::Table(list)) = table.remove("src") else {
        page.problem("src", "a sources file holds [src.ID] tables");
        return;
    };
    for (id, value) in list {
        let toml::Value::Table(entry) = value else { continue };
        let mut fields = Fields::new(page, id.clone(), entry);
        let source = Source {
            id: SourceId::new(id.clone()),
            title: fields.need_string("title"),
            publisher: fields.need_string("publisher"),
            edition: fields.need_string("edition"),
            kind: fields
                .word(
                    "kind",
                    &[
                        ("guideline", SourceKind::Guideline),
                        ("review", SourceKind::Review),
                        ("cohort", SourceKind::Cohort),
                        ("textbook", SourceKind::Textbook),
                        ("pharmacopoeia", SourceKind::Pharmacopoeia),
                        ("terminology", SourceKind::Terminology),
                        ("dataset", SourceKind::Dataset),
                        ("expert", SourceKind::Expert),
                    ],
                )
                .unwrap_or(SourceKind::Review),
            jurisdiction: fields.string("jurisdiction").unwrap_or_else(|| "global".into()),
            address: fields.string("address"),
        };
        if base.sources.get(&source.id).is_some_and(|other| *other != source) {
            fields.problem("is already defined with another text: use one text or another id");
        }
        fields.finish();
        base.sources.insert(source.id.clone(), source);
    }
    if !table.is_empty() {
        page.problem("src", "a sources file holds only [src.ID] tables");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(files: &[(&str, &str)]) -> PackFiles {
        let mut all = vec![(
            "p/pack.toml".to_owned(),
            "id = \"p\"\nversion = \"1\"\nformat = 1\nlicence = \"x\"\ntitle = \"t\"\nchanges = \"c\"".to_owned(),
        )];
        all.extend(files.iter().map(|(f, t)| (format!("p/{f}"), (*t).to_owned())));
        PackFiles { name: "p".into(), files: all }
    }

    #[test]
    fn a_wrong_value_is_named_with_file_line_and_id() {
        let bad = "[finding.fever]\nkind = \"symptom\"\nbackground = { p = 1.4, range = [0.1, 2.0], source = \"hakim-estimate\", seen = false }\nnames.en = { term = \"fever\", ask = \"Fever?\" }\nnames.ur = { term = \"بخار\", ask = \"بخار؟\" }\nnames.ar = { term = \"حمى\" }\nnames.hi = { term = \"बुखार\" }\ncolour = \"red\"\n";
        let loaded = load(&[pack(&[("findings/a.toml", bad)])]);
        let said: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert!(
            said.iter().any(|s| s.contains("p/findings/a.toml") && s.contains("fever") && s.contains("1.4")),
            "{said:?}"
        );
        assert!(said.iter().any(|s| s.contains("unknown key `colour`")), "{said:?}");
        assert!(loaded.base.findings.is_empty(), "a pack with a problem is refused whole");
    }

    fn problems_of(file: &str, text: &str) -> Vec<String> {
        load(&[pack(&[(file, text)])]).problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_a_machine_wrote_is_weak_at_most() {
        let graded = |grade: &str| {
            let text = format!(
                "[finding.fever]\nkind = \"symptom\"\nbackground = {{ p = 0.1, range = [0.05, 0.2], source = \"s\", seen = \"https://www.droracle.ai/articles/1\"{grade} }}\n"
            );
            problems_of("findings/a.toml", &text).iter().any(|said| said.contains("written by a machine"))
        };
        assert!(graded(", grade = \"strong\"") && graded(", grade = \"moderate\""));
        assert!(!graded(", grade = \"weak\"") && !graded(""));
    }

    #[test]
    fn only_a_medicine_can_be_given_by_injection() {
        let refused = |line: &str| {
            let text = format!("id = \"a\"\n[[treatment]]\nstep = 1\n{line}\nby_injection = true\n");
            problems_of("conditions/a.toml", &text).iter().any(|said| said.contains("`by_injection` belongs"))
        };
        assert!(refused("kind = \"advice\"") && refused("avoid = \"b\""));
        assert!(!refused("medicine = \"b\""));
    }

    #[test]
    fn broken_toml_is_one_problem_with_its_line() {
        let loaded = load(&[pack(&[("findings/a.toml", "[finding.x]\nkind = \n")])]);
        assert_eq!(loaded.problems.len(), 1);
        assert_eq!(loaded.problems[0].line, 2);
    }

    #[test]
    fn a_pack_from_the_future_is_refused() {
        let future = PackFiles {
            name: "p".into(),
            files: vec![(
                "p/pack.toml".into(),
                "id=\"p\"\nversion=\"9\"\nformat=2\nlicence=\"x\"\ntitle=\"t\"\nchanges=\"c\"".into(),
            )],
        };
        let loaded = load(&[future]);
        assert!(loaded.problems[0].what.contains("update the program"), "{:?}", loaded.problems);
        assert!(loaded.base.packs.is_empty());
    }

    #[test]
    fn a_broken_pack_leaves_the_sound_ones_in_use() {
        let sound = pack(&[("sources.toml", "[src.a]\ntitle=\"t\"\npublisher=\"p\"\nedition=\"e\"\nkind=\"review\"")]);
        let mut broken = pack(&[("findings/a.toml", "][")]);
        broken.name = "q".into();
        let loaded = load(&[sound, broken]);
        assert!(loaded.base.sources.contains_key("a"));
        assert_eq!(loaded.base.packs.len(), 1);
        assert!(!loaded.problems.is_empty());
    }
}
