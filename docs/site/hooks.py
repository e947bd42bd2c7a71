"""Lists as CommonMark has them, for a reader (Python-Markdown) that wants four columns for each level."""

import re

MARKER = re.compile(r"([-*]|\d+\.) +(?=\S)")


def on_page_markdown(markdown, **_):
    return "\n".join(_in_fours(markdown.split("\n")))


def _in_fours(lines):
    levels = []  # for each open list item the column at which its text begins, as it is written
    fence = None
    before = ""
    loose = False  # an empty line stands in the open item
    for line in lines:
        text = line.lstrip(" ")
        column = len(line) - len(text)
        depth = len(levels)
        if text and fence is None:
            while levels and column < levels[-1]:
                levels.pop()
        inner = column - (levels[-1] if levels else 0)
        is_fence = text.startswith(("```", "~~~"))
        marker = None if fence or is_fence or inner > 3 else MARKER.match(text)
        if is_fence:
            fence = None if fence else text[:3]
        if marker and not depth and before and marker.group(1) not in ("-", "*", "1."):
            marker = None  # a number at the beginning of a paragraph's line
        if not text:
            loose = bool(levels)
            yield ""
        elif marker:
            if before and (loose or not depth):
                yield ""
            loose = loose and depth > 0
            levels.append(column + marker.end())
            yield " " * (4 * (len(levels) - 1)) + marker.group(1).ljust(4) + text[marker.end() :]
        else:
            if text.startswith("|") and before and not before.startswith("|") and not fence:
                yield ""
            yield " " * (4 * len(levels) + max(inner, 0)) + text
        before = text
