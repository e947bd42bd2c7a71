#!/usr/bin/python3
"""Reads metrics from standard input with Prometheus's own client library, as a scrape would.

Fails where a family has no help, no type or a name against the rules, where a series comes twice, where a counter's
name does not end with _total, where a histogram's buckets do not grow or do not end with its count.
Says OK and the number of series. Status 77: the library is not installed.
"""
import re
import sys

try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    print("SKIPPED: python3-prometheus-client is not installed", file=sys.stderr)
    sys.exit(77)


def problems(family):
    if not family.documentation:
        yield "no help"
    if family.type not in ("counter", "gauge", "histogram"):
        yield f"type {family.type}"
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", family.name):
        yield "name"
    seen = set()
    buckets = {}
    counts = {}
    for sample in family.samples:
        key = (sample.name, tuple(sorted(sample.labels.items())))
        if key in seen:
            yield f"twice: {key}"
        seen.add(key)
        if family.type == "counter" and not sample.name.endswith("_total"):
            yield f"counter {sample.name}"
        rest = tuple(sorted(pair for pair in sample.labels.items() if pair[0] != "le"))
        if sample.name.endswith("_bucket"):
            buckets.setdefault(rest, []).append((float(sample.labels["le"]), sample.value))
        if family.type == "histogram" and sample.name.endswith("_count"):
            counts[rest] = sample.value
    for rest, steps in buckets.items():
        if steps != sorted(steps) or [v for _, v in steps] != sorted(v for _, v in steps):
            yield f"buckets do not grow: {rest}"
        if steps[-1] != (float("inf"), counts.get(rest)):
            yield f"the last bucket is not the count: {rest}"


families = list(text_string_to_metric_families(sys.stdin.read()))
wrong = [f"{family.name}: {problem}" for family in families for problem in problems(family)]
names = [family.name for family in families]
wrong += [f"{name}: told twice" for name in sorted(set(names)) if names.count(name) > 1]
if wrong or not families:
    print("\n".join(wrong) or "no metrics", file=sys.stderr)
    sys.exit(1)
print(f"OK {sum(len(family.samples) for family in families)} series")
