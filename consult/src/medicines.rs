//! A list of medicines as typed: recognised, checked, its burdens added up, its paths drawn.

use crate::library::Knowledge;
use crate::plan::{entity_id, warning_view};
use crate::understand::{allergies_of, case_of};
use crate::views::{citation, label, subject_name};
use hakim_clinical::*;
use hakim_contract::*;
use hakim_reasoning::{BurdenSum, Taken, burdens, check_taken, path_edges};

/// Checks typed names against the patient and each other.
///
/// # Errors
/// `value-impossible`, `text-too-long`, `text-not-text`, `medicines-too-many`, `medicine-name-too-long`.
pub(crate) fn check(knowledge: &Knowledge, request: &MedicinesRequest) -> Result<MedicinesReply, Failure> {
    short_enough(&request.names)?;
    let base = &knowledge.base;
    let mut intake = request.intake.clone();
    intake.patient.medicines = request.names.clone();
    let case = case_of(knowledge, &intake)?;
    let allergies = allergies_of(knowledge, &intake.patient);
    let name = |taken: &Taken| {
        let mut names: Vec<Text> = taken.entities.iter().map(|e| subject_name(base, &entity_id(e))).collect();
        // A herb that two traditions know has one name here.
        names.dedup_by(|a, b| a.get(Lang::En) == b.get(Lang::En));
        let sign = if taken.read == NameRead::Either { " / " } else { " + " };
        (!names.is_empty()).then(|| together(&names, sign))
    };
    let mut entities: Vec<Entity> = case.taken.iter().flat_map(|t| t.entities.clone()).collect();
    entities.sort();
    entities.dedup();
    Ok(MedicinesReply {
        names: case
            .taken
            .iter()
            .map(|t| RecognisedName { typed: t.typed.clone(), name: name(t), read: t.read })
            .collect(),
        warnings: check_taken(&case, &allergies).iter().map(|w| warning_view(base, w)).collect(),
        burdens: burdens(&case, &entities).iter().filter_map(|sum| burden_view(base, sum)).collect(),
        map: map(base, &entities),
    })
}

/// Nobody takes so many, and no medicine is called so: it is some other text.
///
/// # Errors
/// `medicines-too-many`, `medicine-name-too-long`.
fn short_enough(names: &[String]) -> Result<(), Failure> {
    const MOST: usize = 200;
    const LONGEST: usize = 200;
    if names.len() > MOST {
        return Err(Failure::new("medicines-too-many").with("count", names.len()).with("limit", MOST));
    }
    match names.iter().map(|n| n.chars().count()).max().filter(|n| *n > LONGEST) {
        Some(letters) => Err(Failure::new("medicine-name-too-long").with("letters", letters).with("limit", LONGEST)),
        None => Ok(()),
    }
}

/// Names side by side: one brand may hold several medicines, or stand for one of several.
fn together(names: &[Text], sign: &str) -> Text {
    let langs = names.iter().flat_map(|n| n.0.keys().copied());
    let all = |lang| names.iter().map(|n| n.get(lang)).collect::<Vec<_>>().join(sign);
    Text(langs.map(|lang| (lang, all(lang))).collect())
}

fn burden_view(base: &KnowledgeBase, sum: &BurdenSum) -> Option<BurdenView> {
    let burden = base.mechanisms.burdens.iter().find(|b| b.id == sum.burden)?;
    let band = sum.band.and_then(|at| burden.bands.get(at));
    let part = |(entity, weight, evidence): &(Entity, u8, Evidence)| {
        let id = entity_id(entity);
        (subject_name(base, &id), *weight, citation(base, evidence, Some(&id)))
    };
    Some(BurdenView {
        id: burden.id.clone(),
        name: burden.names.terms(),
        about: burden.about.clone(),
        parts: sum.parts.iter().map(part).collect(),
        total: sum.total,
        level: sum.level,
        say: band.map(|b| b.say.clone()).unwrap_or_default(),
        act: band.map(|b| b.act.clone()).unwrap_or_default(),
        worse: sum.worse.iter().map(|f| label(base, f)).collect(),
        citation: citation(base, &burden.evidence, None),
    })
}

fn map(base: &KnowledgeBase, entities: &[Entity]) -> MedicineMap {
    let edges = path_edges(base, entities);
    let mut nodes: Vec<Entity> = edges.iter().flat_map(|e| [e.from.clone(), e.to.clone()]).collect();
    nodes.sort();
    nodes.dedup();
    let place = |entity: &Entity| nodes.binary_search(entity).unwrap_or_default();
    let written = |path: &str| PATHS.iter().find(|(id, _)| *id == path).map_or(path, |(_, name)| name).to_owned();
    let edge = |e: &hakim_reasoning::PathEdge| MapEdge {
        from: place(&e.from),
        to: place(&e.to),
        path: written(&e.path),
        induces: e.induces,
        acts: e.acts,
        depends: e.depends,
        citations: (
            citation(base, &e.evidence.0, Some(&entity_id(&e.from))),
            citation(base, &e.evidence.1, Some(&entity_id(&e.to))),
        ),
    };
    let edges = edges.iter().map(edge).collect();
    MedicineMap { nodes: nodes.iter().map(|e| subject_name(base, &entity_id(e))).collect(), edges }
}
