//! A CLIP in one GGUF file with both towers, as clip.cpp writes it
//! (<https://github.com/monatis/clip.cpp/blob/main/models/convert_hf_to_gguf.py>): other names for the same tensors, no factor of
//! the cosine, and a vocabulary without its merges.

use super::config::{Config, Raw, RawTower};
use super::parts::Parts;
use super::prepare::{self, Preparation};
use super::weights::Weights;
use crate::error::ModelError;
use crate::gguf::{Gguf, Value};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;

/// What every CLIP of OpenAI's was trained up to and held at (Radford et al. 2021, 2.5): clip.cpp leaves it out of its files.
pub(super) const FACTOR: f32 = 100.0;

/// Opens a file whose architecture is `clip`.
///
/// # Errors
/// `Missing`, `Read`, `Corrupt`; `Unsupported` when it has not both towers.
pub(super) fn open(path: &Path) -> Result<Parts, ModelError> {
    let gguf = Gguf::open(path)?;
    if ["clip.has_text_encoder", "clip.has_vision_encoder"].iter().any(|key| gguf.flag(key) != Some(true)) {
        // What llama.cpp writes for chat models that see: half of an encoder, without the last step and without texts.
        let what =
            "`clip` with one side only: the eyes of a chat model, with no side for texts to compare pictures with";
        return Err(ModelError::unsupported(path, what));
    }
    let tokens = gguf.texts(TOKENS).ok_or_else(|| gguf.without(TOKENS))?;
    let config = Config::of(&settings(&gguf, tokens.len()), path)?;
    let preparation = prepare::Raw::cut_from_the_middle(
        config.picture_side,
        colours(&gguf, "clip.vision.image_mean")?,
        colours(&gguf, "clip.vision.image_std")?,
    );
    Ok(Parts {
        preparation: Preparation::of(&preparation, config.picture_side, path)?,
        tokenizer: serde_json::to_vec(&tokenizer(tokens)).map_err(|e| ModelError::corrupt(path, e.to_string()))?,
        tokenizer_path: path.to_owned(),
        size: gguf.size(),
        weights: Weights::Bundle(gguf),
        config,
    })
}

const TOKENS: &str = "tokenizer.ggml.tokens";

fn settings(gguf: &Gguf, vocabulary: usize) -> Raw {
    // One switch for both towers.
    let unit = if gguf.flag("clip.use_gelu") == Some(true) { "gelu" } else { "quick_gelu" };
    let tower = |name: &str| {
        let count = |key: &str| gguf.count(&format!("clip.{name}.{key}")).or(Some(0));
        RawTower {
            hidden_size: count("embedding_length"),
            intermediate_size: count("feed_forward_length"),
            num_hidden_layers: count("block_count"),
            num_attention_heads: count("attention.head_count"),
            layer_norm_eps: gguf.float(&format!("clip.{name}.attention.layer_norm_epsilon")),
            hidden_act: Some(unit.to_owned()),
            ..RawTower::default()
        }
    };
    let (text, vision) = (tower("text"), tower("vision"));
    Raw {
        model_type: Some("clip".to_owned()),
        projection_dim: gguf.count("clip.vision.projection_dim").or(Some(0)),
        text_config: RawTower {
            vocab_size: Some(vocabulary),
            max_position_embeddings: gguf.count("clip.text.context_length").or(Some(0)),
            ..text
        },
        vision_config: RawTower {
            image_size: gguf.count("clip.vision.image_size").or(Some(0)),
            patch_size: gguf.count("clip.vision.patch_size").or(Some(0)),
            ..vision
        },
    }
}

fn colours(gguf: &Gguf, key: &str) -> Result<[f64; 3], ModelError> {
    match gguf.value(key) {
        Some(Value::Floats(three)) => {
            <[f32; 3]>::try_from(three.as_slice()).map(|three| three.map(f64::from)).map_err(|_| gguf.without(key))
        }
        _ => Err(gguf.without(key)),
    }
}

/// The name in these files of a tensor that Hugging Face names so.
pub(super) fn name_of(name: &str) -> String {
    if name.contains("projection") {
        return name.to_owned();
    }
    // First and last words of the names, then their middles; the inner part's two matrices really are named the wrong way round.
    const SHORT: [(&str, &str); 15] = [
        ("text_model.", "t."),
        ("vision_model.", "v."),
        ("encoder.layers.", "blk."),
        ("embeddings.", ""),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.out_proj", "attn_out"),
        ("layer_norm", "ln"),
        ("pre_layrnorm", "pre_ln"),
        ("post_layernorm", "post_ln"),
        ("final_ln", "post_ln"),
        ("mlp.fc1", "ffn_down"),
        ("mlp.fc2", "ffn_up"),
        ("_embedding", "_embd"),
    ];
    SHORT.iter().fold(name.to_owned(), |name, (long, short)| name.replace(long, short))
}

/// CLIP's tokenizer (`simple_tokenizer.py` of openai/CLIP) as the crate `tokenizers` takes it: lower case, words and signs apart,
/// bytes as letters, then merges, between a token that begins and one that ends a text: the last two of the vocabulary.
fn tokenizer(tokens: &[String]) -> serde_json::Value {
    let vocabulary: HashMap<&str, usize> = tokens.iter().enumerate().map(|(id, token)| (token.as_str(), id)).collect();
    let special = |back: usize| {
        let id = tokens.len().saturating_sub(back);
        (id, tokens.get(id).map_or("", String::as_str))
    };
    let ((start_id, start), (end_id, end)) = (special(2), special(1));
    let added = |id: usize, content: &str| {
        json!({ "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true })
    };
    json!({
        "version": "1.0",
        "added_tokens": [added(start_id, start), added(end_id, end)],
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFC" },
            { "type": "Replace", "pattern": { "Regex": r"\s+" }, "content": " " },
            { "type": "Lowercase" },
        ] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Split", "behavior": "Removed", "invert": true,
              "pattern": { "Regex": r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+" } },
            { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false },
        ] },
        "post_processor": { "type": "TemplateProcessing",
            "single": [
                { "SpecialToken": { "id": start, "type_id": 0 } },
                { "Sequence": { "id": "A", "type_id": 0 } },
                { "SpecialToken": { "id": end, "type_id": 0 } },
            ],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": {
                start: { "id": start, "ids": [start_id], "tokens": [start] },
                end: { "id": end, "ids": [end_id], "tokens": [end] },
            } },
        "decoder": { "type": "BPEDecoder", "suffix": LAST },
        "model": { "type": "BPE", "vocab": vocabulary, "merges": merges(tokens), "unk_token": end,
            "end_of_word_suffix": LAST, "fuse_unk": false, "byte_fallback": false },
    })
}

/// Ends the last token of a word.
const LAST: &str = "</w>";

/// The two tokens each token was merged from. A vocabulary of this kind is in the order of its merges: a token's letters merged by
/// what came before it end as just two pieces.
fn merges(tokens: &[String]) -> Vec<[&str; 2]> {
    let mut ranks: HashMap<(&str, &str), usize> = HashMap::new();
    let mut merges = vec![];
    for (id, token) in tokens.iter().enumerate() {
        let Some((left, right)) = two_pieces(token, &ranks) else { continue };
        ranks.insert((left, right), id);
        merges.push([left, right]);
    }
    merges
}

fn two_pieces<'a>(token: &'a str, ranks: &HashMap<(&str, &str), usize>) -> Option<(&'a str, &'a str)> {
    /// Bytes. A longer token would make this slow, and none is: words are short.
    const LONGEST: usize = 128;
    if token.len() > LONGEST {
        return None;
    }
    // Places where pieces meet: at first each letter is one, the last with the mark of the end.
    let letters = token.strip_suffix(LAST).filter(|word| !word.is_empty()).unwrap_or(token);
    let mut cuts: Vec<usize> = letters.char_indices().map(|(at, _)| at).chain([token.len()]).collect();
    while cuts.len() > 3 {
        let pairs = cuts.windows(3).enumerate();
        let ranked = pairs.filter_map(|(at, cut)| {
            let rank = ranks.get(&(&token[cut[0]..cut[1]], &token[cut[1]..cut[2]]))?;
            Some((*rank, at + 1))
        });
        let (_, meeting) = ranked.min()?;
        cuts.remove(meeting);
    }
    match *cuts {
        [start, middle, end] => Some((&token[start..middle], &token[middle..end])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_come_back_from_the_order_of_the_vocabulary() {
        let order = ["t", "h", "e", "i", "n", "t</w>", "h</w>", "e</w>", "i</w>", "n</w>"];
        let merged = ["th", "in", "the</w>", "in</w>", "thin</w>", "<start>", "<end>"];
        let tokens: Vec<String> = order.iter().chain(&merged).map(|token| (*token).to_owned()).collect();
        let expected = [["t", "h"], ["i", "n"], ["th", "e</w>"], ["i", "n</w>"], ["th", "in</w>"]];
        assert_eq!(merges(&tokens), expected);
    }

    #[test]
    fn tensors_have_the_names_of_clip_cpp() {
        let names = [
            ("vision_model.embeddings.class_embedding", "v.class_embd"),
            ("vision_model.embeddings.patch_embedding.weight", "v.patch_embd.weight"),
            ("vision_model.pre_layrnorm.bias", "v.pre_ln.bias"),
            ("vision_model.post_layernorm.bias", "v.post_ln.bias"),
            ("text_model.final_layer_norm.weight", "t.post_ln.weight"),
            ("text_model.encoder.layers.3.self_attn.out_proj.weight", "t.blk.3.attn_out.weight"),
            ("text_model.encoder.layers.3.layer_norm2.weight", "t.blk.3.ln2.weight"),
            ("vision_model.encoder.layers.0.mlp.fc1.weight", "v.blk.0.ffn_down.weight"),
            ("visual_projection.weight", "visual_projection.weight"),
        ];
        for (long, short) in names {
            assert_eq!(name_of(long), short);
        }
    }
}
