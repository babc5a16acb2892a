#!/usr/bin/env python3
"""Makes what `picture.rs` compares with: tiny CLIP and SigLIP models with random weights, what Hugging Face's transformers say of
them, and pictures as Pillow resizes them. Run by hand when something here changes, never by the tests:

    apt-get install python3-torch python3-numpy        # Debian 12: torch 1.13 for the processor
    /usr/bin/python3 -m venv --system-site-packages /tmp/venv && /tmp/venv/bin/pip install transformers==4.40.2 safetensors pillow==10.4.0 gguf "numpy<2"
    /tmp/venv/bin/python models/tests/picture/make.py
"""
import hashlib, json, pathlib, tempfile
import numpy as np, torch, transformers, PIL
import gguf
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizer, PreTrainedTokenizerFast, SiglipConfig,
                          SiglipImageProcessor, SiglipModel)

HERE = pathlib.Path(__file__).parent
SAID_BY = f"transformers {transformers.__version__}, torch {torch.__version__}, pillow {PIL.__version__}"
TEXTS = ["a round red patch on the arm", "healthy skin", "", "swelling of the left foot, 3 days",
         "a very long description that goes on and on until there are more letters than the model has places for them"]
SIZES = [(40, 30), (32, 32), (20, 61), (301, 97)]
SIDE, PATCH = 32, 8


def picture(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((x * 7 + y * 13 + c * 53 + x * y // 5 + (x // 9) * (y // 4) * 31) % 256).astype(np.uint8)


def letters():
    return list("abcdefghijklmnopqrstuvwxyz0123456789.,-/%()")


def clip_tokenizer(path):
    names = letters()
    vocabulary = ["<unk>", *names, *[n + "</w>" for n in names], "th", "the</w>", "in", "an", "<start>", "<end>"]
    ids = {name: n for n, name in enumerate(vocabulary)}
    merges = [("t", "h"), ("th", "e</w>"), ("i", "n"), ("a", "n")]
    t = Tokenizer(models.BPE(vocab=ids, merges=merges, unk_token="<unk>", end_of_word_suffix="</w>"))
    t.normalizer = normalizers.Lowercase()
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    t.post_processor = processors.TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", ids["<start>"]), ("<end>", ids["<end>"])])
    t.decoder = decoders.BPEDecoder(suffix="</w>")
    t.add_special_tokens(["<start>", "<end>"])
    t.save(str(path))
    return len(vocabulary)


def siglip_tokenizer(path):
    pieces = [("<unk>", 0.0), ("</s>", 0.0), *[(n, -5.0) for n in letters()], ("▁", -4.0), ("▁the", -3.0), ("in", -4.5), ("▁a", -3.5)]
    t = Tokenizer(models.Unigram(pieces, unk_id=0))
    t.normalizer = normalizers.Lowercase()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    t.decoder = decoders.Metaspace()
    t.add_special_tokens(["</s>"])
    t.save(str(path))
    return len(pieces)


def fill(model, seed):
    random = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=random)
        if name == "logit_scale":
            parameter.data.fill_(2.5)
        elif name == "logit_bias":
            parameter.data.fill_(-3.0)
        elif "norm" in name and name.endswith("weight") or "layrnorm" in name and name.endswith("weight"):
            parameter.data = 1.0 + 0.2 * noise
        elif "patch_embedding" in name:
            parameter.data = 0.1 * noise
        else:
            parameter.data = 0.3 * noise
    return model.eval()


def write(name, model, processor, pad, positions, half):
    folder = HERE / name
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    weights = load_file(folder / "model.safetensors")
    weights = {k: v.to(half) if half else v for k, v in weights.items() if not k.endswith("position_ids")}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    if half:
        model.load_state_dict({k: v.float() for k, v in weights.items()}, strict=False)
    processor.save_pretrained(folder)
    table = Tokenizer.from_file(str(folder / "tokenizer.json"))
    say(name, model, processor, lambda text: table.encode(text).ids, pad, positions)


def say(name, model, processor, encode, pad, positions):
    rows = []
    for text in TEXTS:
        ids = encode(text)
        if len(ids) > positions:
            ids = ids[: positions - 1] + ids[-1:]
        rows.append(ids + [pad] * (positions - len(ids)))
    pixels = processor(images=[Image.fromarray(picture(*size)) for size in SIZES], return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        out = model(input_ids=torch.tensor(rows), pixel_values=pixels)
    logits = out.logits_per_image
    likeness = torch.sigmoid(logits) if "siglip" in name else logits.softmax(dim=-1)
    said = {"said_by": SAID_BY, "sizes": SIZES, "texts": TEXTS, "pictures": out.image_embeds.tolist(),
            "text_vectors": out.text_embeds.tolist(), "likeness": likeness.tolist()}
    (HERE / f"{name}.json").write_text(json.dumps(said))


def clip(name, seed, unit, end, half=None, crop=True):
    (HERE / name).mkdir(exist_ok=True)
    vocabulary = clip_tokenizer(HERE / name / "tokenizer.json")
    text = dict(vocab_size=vocabulary, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3,
                max_position_embeddings=20, hidden_act=unit, eos_token_id=end or vocabulary - 1, bos_token_id=vocabulary - 2,
                pad_token_id=vocabulary - 1, projection_dim=12)
    vision = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, image_size=SIDE,
                  patch_size=PATCH, hidden_act=unit, projection_dim=12)
    model = fill(CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=12)), seed)
    processor = CLIPImageProcessor(size={"shortest_edge": SIDE + 4}, crop_size=SIDE)
    write(name, model, processor, vocabulary - 1, 20, half)


def siglip(name, seed):
    (HERE / name).mkdir(exist_ok=True)
    vocabulary = siglip_tokenizer(HERE / name / "tokenizer.json")
    text = dict(vocab_size=vocabulary, hidden_size=16, intermediate_size=40, num_hidden_layers=2, num_attention_heads=2,
                max_position_embeddings=16, pad_token_id=1, bos_token_id=1, eos_token_id=1)
    vision = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, image_size=SIDE, patch_size=PATCH)
    model = fill(SiglipModel(SiglipConfig(text_config=text, vision_config=vision)), seed)
    processor = SiglipImageProcessor(size={"height": SIDE, "width": SIDE})
    write(name, model, processor, 1, 16, None)


def byte_letters():
    """GPT-2's letters for bytes, in CLIP's order: those that can be printed, then the rest from 256 on."""
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in printed]
    return [chr(b) for b in printed] + [chr(256 + n) for n in range(len(rest))]


MERGES = ["t h", "i n", "a n", "th e</w>", "i n</w>", "s k", "sk in</w>", "o n", "a r", "ar m</w>", "d a", "da y", "day s</w>",
          "p a", "pa t", "c h</w>", "pat ch</w>", "r o", "ro u", "n d</w>", "rou nd</w>", "on g</w>"]


def bundle(name, seed, unit):
    """A CLIP in one GGUF file, named as clip.cpp names: it has no factor of the cosine (100 stands for it) and no merges."""
    letters = byte_letters()
    tokens = letters + [n + "</w>" for n in letters] + [m.replace(" ", "") for m in MERGES] + ["<|startoftext|>", "<|endoftext|>"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "vocab.json").write_text(json.dumps({t: n for n, t in enumerate(tokens)}))
        (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *MERGES, ""]))
        table = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    end = len(tokens) - 1
    text = dict(vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                max_position_embeddings=24, hidden_act=unit, eos_token_id=end, bos_token_id=end - 1, pad_token_id=end,
                projection_dim=32)
    vision = dict(hidden_size=32, intermediate_size=96, num_hidden_layers=2, num_attention_heads=2, image_size=SIDE,
                  patch_size=PATCH, hidden_act=unit, projection_dim=32)
    model = fill(CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=32)), seed)
    model.logit_scale.data.fill_(float(np.log(100.0)))
    w = gguf.GGUFWriter(str(HERE / f"{name}.gguf"), "clip")
    w.add_name("Tiny CLIP")
    w.add_bool("clip.has_text_encoder", True)
    w.add_bool("clip.has_vision_encoder", True)
    w.add_bool("clip.use_gelu", unit == "gelu")
    for tower, sizes in [("text", text), ("vision", vision)]:
        w.add_uint32(f"clip.{tower}.embedding_length", sizes["hidden_size"])
        w.add_uint32(f"clip.{tower}.feed_forward_length", sizes["intermediate_size"])
        w.add_uint32(f"clip.{tower}.block_count", sizes["num_hidden_layers"])
        w.add_uint32(f"clip.{tower}.attention.head_count", sizes["num_attention_heads"])
        w.add_float32(f"clip.{tower}.attention.layer_norm_epsilon", 1e-5)
        w.add_uint32(f"clip.{tower}.projection_dim", 32)
    w.add_uint32("clip.text.context_length", 24)
    w.add_uint32("clip.vision.image_size", SIDE)
    w.add_uint32("clip.vision.patch_size", PATCH)
    w.add_array("clip.vision.image_mean", [0.48145466, 0.4578275, 0.40821073])
    w.add_array("clip.vision.image_std", [0.26862954, 0.26130258, 0.27577711])
    w.add_token_list(tokens)
    parts = {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "out_proj": "attn_out", "layer_norm1": "ln1",
             "layer_norm2": "ln2", "fc1": "ffn_down", "fc2": "ffn_up"}
    others = {"class_embedding": "class_embd", "patch_embedding": "patch_embd", "position_embedding": "position_embd",
              "token_embedding": "token_embd", "pre_layrnorm": "pre_ln", "post_layernorm": "post_ln", "final_layer_norm": "post_ln"}
    kept = {}
    for long, value in model.state_dict().items():
        if long.endswith("position_ids") or long == "logit_scale":
            continue
        words = long.split(".")
        if "projection" in long:
            short = long
        elif "layers" in words:
            short = ".".join([long[0], "blk", words[words.index("layers") + 1], parts[words[-2]], words[-1]])
        else:
            named = next(n for n, word in enumerate(words) if word in others)
            short = ".".join([long[0], others[words[named]], *words[named + 1:]])
        data = value.numpy()
        # Patches and matrices are floats of 16 bits in most such files, and one matrix here has blocks of 4 bits.
        if data.ndim == 4 or (data.ndim == 2 and short.endswith(".weight")):
            data = data.astype(np.float16)
        if short == "t.blk.0.ffn_down.weight":
            packed = gguf.quants.quantize(data.astype(np.float32), gguf.GGMLQuantizationType.Q4_0)
            kept[long] = torch.tensor(gguf.quants.dequantize(packed, gguf.GGMLQuantizationType.Q4_0))
            w.add_tensor(short, packed, raw_dtype=gguf.GGMLQuantizationType.Q4_0)
        else:
            kept[long] = torch.tensor(data.astype(np.float32))
            w.add_tensor(short, data)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    model.load_state_dict(kept, strict=False)
    say(name, model, CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size=SIDE), lambda t: table(t)["input_ids"], end, 24)


def resized():
    cases = []
    for width, height in SIZES:
        for filter in (1, 2, 3):
            for to in [(32, 32), (36, 91), (60, 8)]:
                data = Image.fromarray(picture(width, height)).resize(to, resample=filter).tobytes()
                cases.append({"from": [width, height], "to": to, "filter": filter, "sha256": hashlib.sha256(data).hexdigest()})
    (HERE / "resized.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


clip("tiny-clip", 1, "quick_gelu", None)
clip("tiny-clip-half", 2, "gelu", 2, half=torch.float16)
siglip("tiny-siglip", 3)
bundle("tiny-clip-bundle", 4, "quick_gelu")
resized()
