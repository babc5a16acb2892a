//! How often a condition has its findings: our estimates, shares of one source together, or one table a finding.

use crate::fields::{Fields, Page, our_estimate};
use hakim_clinical::*;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// All the ways in which a condition file may say how often it has a finding.
pub(super) struct Shares {
    needed: BTreeSet<String>,
    pathognomonic: BTreeSet<String>,
    /// our own judgement: finding -> [p, low, high]
    estimates: Table,
    /// several shares out of one source
    cited: Vec<Table>,
    /// finding -> mechanism
    because: Table,
    /// one table a finding
    long: Vec<Table>,
}

impl Shares {
    /// Takes them out of a condition's table.
    pub(super) fn of(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            needed: fields.strings("needed").into_iter().collect(),
            pathognomonic: fields.strings("pathognomonic").into_iter().collect(),
            estimates: fields.table("estimates").unwrap_or_default(),
            cited: fields.tables("findings"),
            because: fields.table("because").unwrap_or_default(),
            long: fields.tables("finding"),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.estimates.is_empty() && self.cited.is_empty() && self.long.is_empty()
    }

    /// As links, whichever way they were written.
    pub(super) fn read(self, page: &mut Page<'_>, id: &str) -> Vec<FindingLink> {
        let mut links: Vec<FindingLink> = self.long.into_iter().filter_map(|t| link(page, t)).collect();
        let mut short = |page: &mut Page<'_>, shares: Table, evidence: &Evidence| {
            let mut fields = Fields::new(page, id, Table::new());
            for (finding, value) in shares {
                if let Some(share) = fields.short_share(&value) {
                    links.push(FindingLink {
                        finding: finding.into(),
                        share,
                        needed: false,
                        pathognomonic: false,
                        because: None,
                        evidence: evidence.clone(),
                    });
                }
            }
        };
        short(page, self.estimates, &our_estimate());
        for table in self.cited {
            let mut fields = Fields::new(page, id, table);
            let shares = fields.table("share").unwrap_or_default();
            if shares.is_empty() {
                fields.problem("[[findings]] needs `share = { finding = [p, low, high] }`");
            }
            let evidence = fields.evidence();
            fields.finish();
            short(page, shares, &evidence);
        }
        let mut mechanisms = Fields::new(page, id, self.because.clone());
        let mut because: BTreeMap<String, Text> =
            self.because.keys().map(|finding| (finding.clone(), mechanisms.need_text(finding))).collect();
        for link in &mut links {
            link.needed |= self.needed.contains(link.finding.as_str());
            link.pathognomonic |= self.pathognomonic.contains(link.finding.as_str());
            link.because = link.because.take().or_else(|| because.remove(link.finding.as_str()));
        }
        let listed: BTreeSet<&str> = links.iter().map(|l| l.finding.as_str()).collect();
        for named in self.needed.iter().chain(&self.pathognomonic).chain(because.keys()) {
            if !listed.contains(named.as_str()) {
                page.problem(id, format!("`{named}` is named but has no share"));
            }
        }
        links
    }
}

fn link(page: &mut Page<'_>, table: Table) -> Option<FindingLink> {
    let id = table.get("id").and_then(Value::as_str).unwrap_or("finding").to_owned();
    let mut fields = Fields::new(page, id, table);
    let finding = FindingId::new(fields.need_string("id"));
    let share = fields.share("p");
    let because = fields.text("because");
    let link = FindingLink {
        finding,
        share: share?,
        needed: fields.flag("needed"),
        pathognomonic: fields.flag("pathognomonic"),
        because: (!because.is_empty()).then_some(because),
        evidence: fields.evidence(),
    };
    fields.finish();
    Some(link)
}
