#!/usr/bin/env python3
"""Makes a page of tables, and plots (SVG, by gnuplot), of what the benchmarks wrote: report.py DIRECTORY.

Reads DIRECTORY/bench.json, and micro.json if it is there. Writes table.md, and a plot for each group that has a
distribution and for the cost of one step beside more and more volumes."""

import json
import pathlib
import re
import subprocess
import sys


def rows_of(figures):
    """A table for each group: a row for each figure, a column for each contender."""
    groups = {}
    for each in figures:
        group = groups.setdefault(each["group"], {"who": [], "rows": {}})
        if each["who"] not in group["who"]:
            group["who"].append(each["who"])
        row = group["rows"].setdefault((each["what"], each["unit"]), {})
        row[each["who"]] = each["value"]
    return groups


def number(value):
    if value is None:
        return ""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write_table(out, group, table):
    out.write(f"\n### {group[0].upper()}{group[1:]}\n\n")
    out.write("| | " + " | ".join(table["who"]) + " |\n")
    out.write("|---|" + "---:|" * len(table["who"]) + "\n")
    for (what, unit), row in table["rows"].items():
        name = f"{what}, {unit}" if unit else what
        out.write(f"| {name} | " + " | ".join(number(row.get(who)) for who in table["who"]) + " |\n")


def file_name(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def plot(directory, name, title, axes, curves, style="lines"):
    """`curves`: a name and points for each. `axes` and `style`: gnuplot's own words."""
    data = "\n\n\n".join("\n".join(f"{x} {y}" for x, y in points) for _, points in curves)
    (directory / f"{name}.dat").write_text(data + "\n")
    lines = ", ".join(
        f'"{name}.dat" index {i} with {style} title "{curve}"' for i, (curve, _) in enumerate(curves)
    )
    script = f"""set terminal svg size 720,400 font "sans,12" background "white"
set output "{name}.svg"
set title "{title}"
set key outside bottom horizontal
set grid
{axes}
plot {lines}
"""
    subprocess.run(["gnuplot", "-"], input=script, text=True, check=True, cwd=directory)
    (directory / f"{name}.dat").unlink()


def plot_distributions(directory, distributions):
    groups = {}
    for each in distributions:
        seconds = each["seconds"]
        points = [(value, (i + 1) * 100 / len(seconds)) for i, value in enumerate(seconds)]
        groups.setdefault(each["group"], []).append((each["who"], points))
    axes = 'set xlabel "seconds from the request that makes a claim until it is Bound"\nset ylabel "% of the claims"'
    for group, curves in groups.items():
        plot(directory, file_name(group), group, axes, curves)
    return list(groups)


def growth_of(micro):
    """Cost by number of objects, of the benchmarks that were run for several."""
    curves = {}
    for each in micro["benchmarks"]:
        name, _, count = each["name"].rpartition("/")
        if name and count.isdigit():
            curves.setdefault(name, []).append((int(count), each["cpu_time"] / 1000))
    return curves


def write_micro(out, micro):
    out.write("\n### What is kept of each object\n\n| | bytes |\n|---|---:|\n")
    for each in micro["benchmarks"]:
        if "bytes/object" in each:
            out.write(f"| {each['name'].split('/')[0]} | {number(each['bytes/object'])} |\n")
    out.write("\n### One step\n\n| | CPU, µs | MB/s | allocations |\n|---|---:|---:|---:|\n")
    for each in micro["benchmarks"]:
        if "bytes/object" in each:
            continue
        scale = {"ns": 1000, "us": 1, "ms": 0.001}[each["time_unit"]]
        speed = each.get("bytes_per_second")
        count = each.get("allocations", each.get("allocations/object"))
        out.write(
            f"| {each['name']} | {number(each['cpu_time'] / scale)} | {number(speed / 1e6) if speed else ''} "
            f"| {number(count)} |\n"
        )


def main():
    directory = pathlib.Path(sys.argv[1])
    bench = json.loads((directory / "bench.json").read_text())
    with open(directory / "table.md", "w", encoding="utf-8") as out:
        out.write(f"Commit {bench['commit']}, {bench['day']}, Kubernetes {bench['kubernetes']}, {bench['machine']}.\n")
        for group, table in rows_of(bench["figures"]).items():
            write_table(out, group, table)
        for each in bench["failures"]:
            out.write(f"\nNot measured: {each['group']}, {each['who']}: {each['why'].splitlines()[0]}\n")
        micro_file = directory / "micro.json"
        if micro_file.exists():
            micro = json.loads(micro_file.read_text())
            write_micro(out, micro)
            axes = 'set logscale x\nset xlabel "volumes"\nset ylabel "µs"\nset yrange [0:*]'
            plot(directory, "growth", "one step beside more and more volumes", axes, list(growth_of(micro).items()), "linespoints")
    plot_distributions(directory, bench["distributions"])
    print(f"tables: {directory / 'table.md'}")


main()
