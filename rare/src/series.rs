//! Diseases of one series ("Bardet-Biedl syndrome 1" to "22") are shown together.

/// The name without what numbers it within its series.
pub fn series(name: &str) -> &str {
    let name = name.split(';').next().unwrap_or(name).trim();
    let name = name.split(", autosomal").next().unwrap_or(name);
    let mut stem = name.trim_end();
    while let Some((before, last)) = stem.rsplit_once(' ') {
        let last = last.trim_matches([',', '(', ')']);
        let numbers_it = last.len() <= 4
            && last.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
            && (last.chars().any(|c| c.is_ascii_digit()) || last.len() <= 2);
        let kind = matches!(last.to_ascii_lowercase().as_str(), "type" | "complementation" | "group");
        if !(numbers_it || kind) {
            break;
        }
        stem = before.trim_end_matches([',', ' ']);
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::series;

    #[test]
    fn numbers_and_types_are_left_off() {
        assert_eq!(series("Bardet-Biedl syndrome 12"), "Bardet-Biedl syndrome");
        assert_eq!(series("Charcot-Marie-Tooth disease, type 2A"), "Charcot-Marie-Tooth disease");
        assert_eq!(
            series("Developmental and epileptic encephalopathy 96"),
            "Developmental and epileptic encephalopathy"
        );
        assert_eq!(series("Marfan syndrome"), "Marfan syndrome");
    }
}
