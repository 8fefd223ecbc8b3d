# SPDX-License-Identifier: GPL-2.0
"""
The examples in the documents: the fenced blocks of a Markdown file, and the literal displays of a
man page. One that begins with "$ " is a session: commands, each with the output that it really had.
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


class Markdown:
    """How blocks begin, end and are written in Markdown."""

    @staticmethod
    def begins(line):
        return line.startswith("```")

    @staticmethod
    def ends(line):
        return line == "```"

    @staticmethod
    def language(line):
        return line[3:].strip()

    @staticmethod
    def decoded(line):
        return line

    @staticmethod
    def encoded(line):
        return line


class ManPage:
    """The same in the source of a man page, mdoc(7)."""

    ESCAPES = [("\\", "\\e"), ("`", "\\(ga"), ("'", "\\(aq"), ("^", "\\(ha"), ("~", "\\(ti")]

    @staticmethod
    def begins(line):
        return line.startswith(".Bd -literal")

    @staticmethod
    def ends(line):
        return line == ".Ed"

    @staticmethod
    def language(line):
        return ""

    @classmethod
    def decoded(cls, line):
        for character, escape in reversed(cls.ESCAPES):
            line = line.replace(escape, character)
        return line[len("\\&") :] if line.startswith("\\&") else line

    @classmethod
    def encoded(cls, line):
        for character, escape in cls.ESCAPES:
            line = line.replace(character, escape)
        # A line that begins with a dot would be a request.
        return "\\&" + line if line.startswith(".") else line


def syntax_of(path):
    return Markdown if path.endswith(".md") else ManPage


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def read_blocks(path):
    syntax = syntax_of(path)
    blocks = []
    block = None
    for number, line in enumerate(read_lines(path), 1):
        if block is None and syntax.begins(line):
            block = Block(path, number + 1, syntax.language(line), [])
        elif block is not None and syntax.ends(line):
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(syntax.decoded(line))
    if block is not None:
        raise ValueError(f"{block.name}: the block does not end")
    return blocks


def update(path, outputs):
    """Rewrites the file with these outputs: for each block's line, a list of lines a command."""
    syntax = syntax_of(path)
    lines = read_lines(path)
    for block in reversed(read_blocks(path)):
        if block.line not in outputs:
            continue
        session = []
        for (command, _), output in zip(block.steps, outputs[block.line]):
            session += (PROMPT + command).splitlines() + output
        start = block.line - 1
        lines[start : start + len(block.lines)] = [syntax.encoded(line) for line in session]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
