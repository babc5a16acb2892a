#!/usr/bin/env python3
"""Makes what `picture.rs` compares with: tiny CLIP and SigLIP models with random weights, what Hugging Face's transformers say of
them, and pictures as Pillow resizes them. Run by hand when something here changes, never by the tests:

    apt-get install python3-torch python3-numpy        # Debian 12: torch 1.13 for the processor
    python3 -m venv --system-site-packages /tmp/venv && /tmp/venv/bin/pip install transformers==4.40.2 safetensors pillow==10.4.0
    /tmp/venv/bin/python models/tests/picture/make.py
"""
import hashlib, json, pathlib
import numpy as np, torch, transformers, PIL
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (CLIPConfig, CLIPImageProcessor, CLIPModel, PreTrainedTokenizerFast, SiglipConfig,
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
    rows = []
    for text in TEXTS:
        ids = table.encode(text).ids
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
resized()
