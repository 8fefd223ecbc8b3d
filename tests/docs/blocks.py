# SPDX-License-Identifier: GPL-2.0
"""
The fenced blocks of a Markdown file. One that begins with "$ " is a session: commands, each with
the output that it really had.
"""

import os

PROMPT = "$ "


class Block:
    def __init__(self, path, line, language, lines):
        self.path = path
        self.line = line  # number of the first line within, from 1
        self.language = language
        self.lines = lines

    @property
    def name(self):
        return f"{os.path.basename(self.path)}, line {self.line}"

    @property
    def is_session(self):
        return bool(self.lines) and self.lines[0].startswith(PROMPT)

    @property
    def steps(self):
        """The commands of a session, each as a pair with the lines of its output."""
        steps = []
        for line in self.lines:
            if line.startswith(PROMPT):
                steps.append((line[len(PROMPT) :], []))
            elif steps[-1][0].endswith("\\") and not steps[-1][1]:
                steps[-1] = (f"{steps[-1][0]}\n{line}", [])
            else:
                steps[-1][1].append(line)
        return steps


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def read_blocks(path):
    blocks = []
    block = None
    for number, line in enumerate(read_lines(path), 1):
        if block is None and line.startswith("```"):
            block = Block(path, number + 1, line[3:].strip(), [])
        elif block is not None and line == "```":
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(line)
    if block is not None:
        raise ValueError(f"{block.name}: the block does not end")
    return blocks


def update(path, outputs):
    """Rewrites the file with these outputs: for each block's line, a list of lines a command."""
    lines = read_lines(path)
    for block in reversed(read_blocks(path)):
        if block.line not in outputs:
            continue
        session = []
        for (command, _), output in zip(block.steps, outputs[block.line]):
            session += (PROMPT + command).splitlines() + output
        start = block.line - 1
        lines[start : start + len(block.lines)] = session
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
