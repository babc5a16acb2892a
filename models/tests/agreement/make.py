#!/usr/bin/env python3
"""Makes what `agreement.rs` compares with: tiny models of every family with random weights, and what llama.cpp says of them and
of the models of the catalogue. Run by hand when something here changes, never by the tests:

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install llama-cpp-python==0.3.36 gguf numpy
    /tmp/venv/bin/python models/tests/agreement/make.py ~/.cache/hakim/assets/models

Each file of numbers names the version of llama.cpp's Python package that said them.
"""
import importlib.metadata, json, pathlib, sys
import numpy as np
import gguf
from llama_cpp import Llama

HERE = pathlib.Path(__file__).parent
SAID_BY = "llama-cpp-python " + importlib.metadata.version("llama-cpp-python")
TEXT = (HERE / "text.txt").read_text()
MIXED = "Fever 38.5 °C for 3 days, 1234 cells; بخار اور کھانسی ہے۔ दिल्ली में बुख़ार। ألم في الصدر\n\n  don't  stop\tnow 🫀"

WIDTH, INNER, HEADS, KV_HEADS, HEAD, LAYERS, CONTEXT = 32, 64, 4, 2, 8, 7, 256


def byte_letters():
    kept = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    others = [b for b in range(256) if b not in kept]
    return {**{b: chr(b) for b in kept}, **{b: chr(256 + n) for n, b in enumerate(others)}}


def byte_level(w):
    letters = byte_letters()
    tokens = [letters[b] for b in range(256)]
    merges = []
    for pair in ["Ġ t", "h e", "Ġt he", "i n", "e r", "Ġ a"]:
        merges.append(pair)
        tokens.append(pair.replace(" ", ""))
    specials = ["<|im_start|>", "<|im_end|>", "<|endoftext|>"]
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list(tokens + specials)
    w.add_token_types([1] * len(tokens) + [3] * len(specials))
    w.add_token_merges(merges)
    w.add_bos_token_id(len(tokens) + 2)
    w.add_eos_token_id(len(tokens) + 1)
    w.add_add_bos_token(False)
    return len(tokens) + len(specials)


def sentence_piece(w, space_first):
    pieces = ["▁", "e", "t", "a", "o", "n", "i", "s", "r", "h", "d", "l", "u", "c", "m", "f", "y", "w", "g", "p", "b", "v", "k", ".", ","]
    longer = ["▁t", "he", "▁the", "in", "er", "▁a", "an", "ing", "▁f", "▁fe", "ver", "▁fever", "▁▁"]
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + longer + pieces + ["<end_of_turn>"]
    types = [2, 3, 3] + [6] * 256 + [1] * (len(longer) + len(pieces)) + [3]
    scores = [0.0] * 259 + [-float(n) for n in range(len(longer) + len(pieces))] + [0.0]
    w.add_tokenizer_model("llama")
    w.add_tokenizer_pre("default")
    w.add_token_list(tokens)
    w.add_token_scores(scores)
    w.add_token_types(types)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_unk_token_id(0)
    w.add_add_bos_token(True)
    w.add_add_space_prefix(space_first)
    return len(tokens)


def tiny(name, arch, *, pieces=None, head_norms=False, biases=False, after_norms=False, fused=False, tied=True,
         window=None, scaling=None, factors=None, freqs=False):
    random = np.random.default_rng(sum(map(ord, name)))
    path = HERE / f"tiny-{name}.gguf"
    w = gguf.GGUFWriter(str(path), arch)
    w.add_name("random numbers")
    w.add_license("own random numbers")
    w.add_block_count(LAYERS)
    w.add_context_length(CONTEXT)
    w.add_embedding_length(WIDTH)
    w.add_feed_forward_length(INNER)
    w.add_head_count(HEADS)
    w.add_head_count_kv(KV_HEADS)
    w.add_key_length(HEAD)
    w.add_value_length(HEAD)
    w.add_rope_dimension_count(HEAD)
    w.add_layer_norm_rms_eps(1e-6)
    w.add_rope_freq_base(10000.0 if arch != "gemma3" else 1000000.0)
    w.add_chat_template("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")
    if window:
        w.add_sliding_window(window)
    if scaling:
        kind, factor, original = scaling
        if kind == "linear":
            w.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        elif kind == "yarn":
            w.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        if factor:
            w.add_rope_scaling_factor(factor)
        if original:
            w.add_rope_scaling_orig_ctx_len(original)
        if kind == "long":
            w.add_rope_scaling_attn_factors(1.19)
    vocabulary = byte_level(w) if pieces is None else sentence_piece(w, pieces)

    def matrix(tensor, rows, columns, scale=None):
        numbers = random.normal(0, scale or columns ** -0.5, (rows, columns)).astype(np.float16)
        w.add_tensor(tensor, numbers)

    def vector(tensor, size, around=1.0, spread=0.2):
        w.add_tensor(tensor, (around + random.normal(0, spread, size)).astype(np.float32))

    matrix("token_embd.weight", vocabulary, WIDTH, 1.0)
    if not tied:
        matrix("output.weight", vocabulary, WIDTH)
    vector("output_norm.weight", WIDTH)
    if factors:
        w.add_tensor("rope_factors_long.weight", np.array(factors[1], dtype=np.float32))
        w.add_tensor("rope_factors_short.weight", np.array(factors[0], dtype=np.float32))
    if freqs:
        w.add_tensor("rope_freqs.weight", np.array([1.0, 1.0, 2.5, 8.0], dtype=np.float32))
    for n in range(LAYERS):
        at = lambda part: f"blk.{n}.{part}"
        vector(at("attn_norm.weight"), WIDTH)
        vector(at("ffn_norm.weight"), WIDTH)
        parts = [("attn_q", HEADS * HEAD), ("attn_k", KV_HEADS * HEAD), ("attn_v", KV_HEADS * HEAD)]
        if fused:
            matrix(at("attn_qkv.weight"), sum(rows for _, rows in parts), WIDTH)
            matrix(at("ffn_up.weight"), 2 * INNER, WIDTH)
        else:
            for part, rows in parts:
                matrix(at(f"{part}.weight"), rows, WIDTH)
                if biases:
                    vector(at(f"{part}.bias"), rows, 0.0, 0.5)
            matrix(at("ffn_gate.weight"), INNER, WIDTH)
            matrix(at("ffn_up.weight"), INNER, WIDTH)
        if head_norms:
            vector(at("attn_q_norm.weight"), HEAD)
            vector(at("attn_k_norm.weight"), HEAD)
        if after_norms:
            vector(at("post_attention_norm.weight"), WIDTH)
            vector(at("post_ffw_norm.weight"), WIDTH)
        matrix(at("attn_output.weight"), WIDTH, HEADS * HEAD)
        matrix(at("ffn_down.weight"), WIDTH, INNER)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    return path


def scores_of(llm, tokens):
    llm.reset()
    llm.eval(tokens)
    return np.array(llm.scores[: len(tokens)], dtype=np.float64)


def summary(scores, tokens):
    """What can be kept of many scores: the likeliest token at each place, the last row's best and a sample, the surprise."""
    last = scores[-1]
    sample = sorted(set(np.argsort(-last)[:50].tolist() + list(range(0, len(last), max(1, len(last) // 200)))))
    highest = scores.max(axis=1, keepdims=True)
    logs = scores - highest - np.log(np.exp(scores - highest).sum(axis=1, keepdims=True))
    surprise = -logs[np.arange(len(tokens) - 1), tokens[1:]].sum()
    return {
        "tokens": tokens,
        "likeliest": scores.argmax(axis=1).tolist(),
        "last": [[i, round(float(last[i]), 4)] for i in sample],
        "surprise": round(float(surprise), 4),
    }


def golden(path, lengths, context, text=TEXT, places=None):
    llm = Llama(str(path), n_ctx=context, n_batch=512, n_threads=2, logits_all=True, verbose=False, seed=1)
    words = llm.tokenize(text.encode(), add_bos=False, special=False)
    runs = []
    for length in lengths:
        tokens = words[:length]
        runs.append(summary(scores_of(llm, tokens), tokens))
    mixed = llm.tokenize(MIXED.encode(), add_bos=False, special=False)
    # The whole text in windows that are each read from nothing.
    windows = [words[at : at + context // 2] for at in range(0, len(words), context // 2)]
    surprise = sum(summary(scores_of(llm, w), w)["surprise"] for w in windows if len(w) > 1)
    told = {"tokens": words, "window": context // 2, "surprise": round(surprise, 4)}
    return {"said_by": SAID_BY, "context": context, "mixed": mixed, "runs": runs, "whole": told}


def keep(name, value):
    (HERE / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(name, "kept", flush=True)


def main():
    assets = pathlib.Path(sys.argv[1])
    tinies = [
        ("llama", "llama", dict(pieces=True, tied=False, freqs=True)),
        ("qwen2", "qwen2", dict(biases=True)),
        ("qwen2-yarn", "qwen2", dict(biases=True, scaling=("yarn", 4.0, 64))),
        ("qwen3", "qwen3", dict(head_norms=True)),
        ("gemma3", "gemma3", dict(pieces=False, head_norms=True, after_norms=True, window=16, scaling=("linear", 8.0, None))),
        ("phi3-short", "phi3", dict(pieces=True, fused=True, tied=False, scaling=("long", None, 256), factors=([1.0, 1.1, 1.3, 1.5], [1.0, 4.0, 9.0, 20.0]))),
        ("phi3-long", "phi3", dict(pieces=True, fused=True, tied=False, scaling=("long", None, 64), factors=([1.0, 1.1, 1.3, 1.5], [1.0, 4.0, 9.0, 20.0]))),
    ]
    for name, arch, options in tinies:
        keep(f"tiny-{name}", golden(tiny(name, arch, **options), [16, 200], CONTEXT))
    for name, file in [
        ("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"),
        ("qwen2.5-coder-1.5b-instruct", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
    ]:
        if (assets / file).is_file():
            keep(name, golden(assets / file, [16, 512, 2048], 2048))
        else:
            print(name, "is not here")


main()
