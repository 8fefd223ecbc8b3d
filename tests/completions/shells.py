# SPDX-License-Identifier: GPL-2.0
"""
Real shells that complete: bash and zsh on a terminal, where a key puts all completions into the
line and another one says what the line is then, and fish, which prints them.
"""

import os
import pty
import re
import subprocess
import tempfile
import threading

FOLDER = os.path.abspath("build/completions")
TOOL = "sockcreate-trace"

BASH = f"""
source /usr/share/bash-completion/bash_completion
source {FOLDER}/sockcreate-trace
bind 'set bell-style none'
bind '"\\C-x\\C-a": insert-completions'
print_line() {{ echo "$READLINE_LINE" >$LINES_READ; }}
bind -x '"\\C-x\\C-p": print_line'
PS1=
echo ready >$LINES_READ
"""

ZSH = f"""
fpath=({FOLDER} $fpath)
autoload -U compinit
compinit -u -d $ZDOTDIR/dump
bindkey -e
zle -C all-matches complete-word _generic
bindkey '^X^A' all-matches
zstyle ':completion:all-matches:*' insert yes
zstyle ':completion:all-matches::::' completer _all_matches _complete
print_line() {{ print -r -- "$BUFFER" >$LINES_READ }}
zle -N print_line
bindkey '^X^P' print_line
PS1=
echo ready >$LINES_READ
"""


class Terminal:
    """A shell on a terminal. It stands in the folder where files are to be completed."""

    def __init__(self, folder, environment, *command):
        self.lines = os.path.join(tempfile.mkdtemp(prefix="completions."), "lines")
        os.mkfifo(self.lines)
        pid, self.master = pty.fork()
        if not pid:
            os.chdir(folder)
            os.environ.update(environment, LINES_READ=self.lines, TERM="dumb", HISTFILE="")
            os.execvp(command[0], command)
        # What is shown is nobody's, but must not fill the terminal.
        threading.Thread(target=self._drain, daemon=True).start()
        assert self._read() == "ready\n"

    def _drain(self):
        try:
            while os.read(self.master, 4096):
                pass
        except OSError:
            pass

    def _read(self):
        with open(self.lines, encoding="utf-8") as lines:
            return lines.read()

    def completed(self, line):
        """The line with all completions of its last word in place of that."""
        os.write(self.master, b"\x15" + line.encode() + b"\x18\x01\x18\x10")
        return self._read().rstrip("\n")

    def words(self, line, breaks):
        """The completions of the last word."""
        before = line[: len(line) - len(re.split(breaks, line)[-1])]
        after = self.completed(line)
        assert after.startswith(before), f"{line!r} became {after!r}"
        if after == line:
            return set()
        start = before.split(" ")[-1]
        return {start + word for word in after[len(before) :].split()}


class Bash(Terminal):
    def __init__(self, folder):
        file = os.path.join(tempfile.mkdtemp(prefix="completions."), "bashrc")
        with open(file, "w", encoding="utf-8") as rc:
            rc.write(BASH)
        super().__init__(folder, {}, "bash", "--noprofile", "--rcfile", file, "-i")

    def complete(self, line):
        # Several names at once are quoted as those of files.
        return {word.replace("\\:", ":") for word in self.words(line, "[ =:]")}


class Zsh(Terminal):
    def __init__(self, folder):
        home = tempfile.mkdtemp(prefix="completions.")
        with open(os.path.join(home, ".zshrc"), "w", encoding="utf-8") as rc:
            rc.write(ZSH)
        super().__init__(folder, {"ZDOTDIR": home}, "zsh", "-d", "-i")

    def complete(self, line):
        return self.words(line, " ")


class Fish:
    def __init__(self, folder):
        self.folder = folder

    def complete(self, line):
        script = f"source {FOLDER}/sockcreate-trace.fish; complete -C $argv[1]"
        command = ["fish", "--no-config", "-c", script, line]
        run = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert run.returncode == 0 and not run.stderr, run.stderr
        return {row.split("\t")[0] for row in run.stdout.splitlines()}
