"""Turns clang's source-based branch counts (`llvm-cov export`, on standard input) into a tracefile for gcovr (the file
named), and prints each branch that was never taken. What is left out, and why: script/coverage."""

import collections
import json
import os
import re
import sys

TRACEFILE_VERSION = "0.3"  # of gcovr 5.2 (Debian 12)


def region_text(lines, region):
    first_line, first_column, last_line, last_column = region
    if first_line != last_line:
        return lines[first_line - 1][first_column - 1 :] + " ..."
    return lines[first_line - 1][first_column - 1 : last_column - 1]


def is_no_decision(lines, region):
    first_line, first_column = region[:2]
    if region_text(lines, region) == "true":
        return True
    if not re.search(r"\bswitch \($", lines[first_line - 1][: first_column - 1]):
        return False
    first_case = re.search(r"\bcase ([^;{}]+?):\s", "\n".join(lines[first_line:]) + "\n")
    return first_case is not None and "::" in first_case.group(1)


def decisions(file, lines):
    """(line, column, ...): [times true, times false]; the instantiations of a template count together."""
    found = collections.defaultdict(lambda: [0, 0])
    for *region, times_true, times_false, _file, _expanded, _kind in file["branches"]:
        if not is_no_decision(lines, region):
            found[tuple(region)][0] += times_true
            found[tuple(region)][1] += times_false
    return found


def sides(lines, region, times_true, times_false):
    if re.match(r"(case|default)\b", region_text(lines, region)):
        return {"chosen": times_true}
    return {"true": times_true, "false": times_false}


def branches_by_line(file, name, lines):
    branches = collections.defaultdict(list)
    for region, counts in sorted(decisions(file, lines).items()):
        for side, times in sides(lines, region, *counts).items():
            branches[region[0]].append({"count": times, "fallthrough": False, "throw": False})
            if times == 0:
                print(f"{name}:{region[0]}:{region[1]}: never {side}: {region_text(lines, region)}")
    return branches


def tracefile_entry(file):
    name = os.path.relpath(file["filename"])
    with open(name, encoding="utf-8") as source:
        lines = source.read().split("\n")
    return {
        "file": name,
        "functions": [],
        "lines": [
            {
                "line_number": line,
                "count": max(branch["count"] for branch in branches),
                "branches": branches,
                "gcovr/noncode": False,
                "gcovr/excluded": False,
            }
            for line, branches in branches_by_line(file, name, lines).items()
        ],
    }


def main():
    entries = [tracefile_entry(file) for file in json.load(sys.stdin)["data"][0]["files"]]
    with open(sys.argv[1], "w", encoding="utf-8") as tracefile:
        json.dump({"gcovr/format_version": TRACEFILE_VERSION, "files": [e for e in entries if e["lines"]]}, tracefile)


main()
