#!/usr/bin/env python3
"""Times llama.cpp once on a model file, as `examples/bench_models.rs` times ours, and prints the same figures as JSON:

    speed.py MODEL.gguf THREADS

One thread is timed by the processor's time it took, not by the clock.
"""
import importlib.metadata, json, resource, sys, time
from llama_cpp import Llama

SHORT, LONG, DEPTH, NEW, CONTEXT = 128, 512, 1536, 32, 2048


def speed(tokens, act, clock):
    started = clock()
    act()
    return tokens / (clock() - started)


def main():
    path, threads = sys.argv[1], int(sys.argv[2])
    clock = time.process_time if threads == 1 else time.perf_counter
    started = time.perf_counter()
    llm = Llama(path, n_ctx=CONTEXT, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False)
    load = time.perf_counter() - started
    tokens = [1000 + n * 7919 % 20_000 for n in range(DEPTH)]

    def read(count):
        llm.reset()
        llm.eval(tokens[:count])

    def write():
        for token in tokens[:NEW]:
            llm.eval([token])

    read(SHORT)
    figures = {
        "said_by": "llama-cpp-python " + importlib.metadata.version("llama-cpp-python"),
        "load_seconds": load,
        "read_short": speed(SHORT, lambda: read(SHORT), clock),
        "write": speed(NEW, write, clock),
        "read_long": speed(LONG, lambda: read(LONG), clock),
    }
    read(DEPTH)
    figures["write_deep"] = speed(NEW, write, clock)
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(json.dumps(figures))


main()
