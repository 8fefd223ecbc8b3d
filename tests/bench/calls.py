# SPDX-License-Identifier: GPL-2.0
"""The calls that the plugin count_calls has counted, socket by socket."""

import collections

OUTERMOST = "__sys_socket"
CREATE = "__sock_create"
AFTER_CREATE = "sock_map_fd"
STACK_SIZE = 1 << 14


class Truth:
    """The durations of the functions, in instructions, of one task's sockets in their order."""

    def __init__(self, path):
        self.durations = collections.defaultdict(list)  # by function; without interruptions
        self.interrupted = 0  # sockets with an interrupt or another task in between
        self.missed = 0
        self.rounds = []  # from one socket's entry to the next one's
        self._read(self._of_busiest_task(path))

    def _of_busiest_task(self, path):
        """The calls of the task with most sockets: others are those of the shell and the like."""
        calls = collections.defaultdict(list)
        with open(path, encoding="ascii") as file:
            for line in file:
                words = line.split()
                if words[0] == "missed":
                    self.missed = int(words[1])
                elif words[0] != "@":
                    stack = int(words[4], 16) // STACK_SIZE
                    calls[stack].append((words[0], *map(int, words[1:4])))
        return max(calls.values(), key=len)

    def _read(self, calls):
        inner = []
        last = None
        for call in calls:
            name, entry, leave, interrupted = call
            if name != OUTERMOST:
                inner.append(call)
                continue
            if last is not None:
                self.rounds.append(entry - last)
            last = entry
            self.interrupted += bool(interrupted)
            self.durations[name].append(leave - entry - interrupted)
            for other, begin, end, away in inner:
                if begin < entry:
                    continue
                self.durations[other].append(end - begin - away)
                if other == CREATE:
                    self.durations[AFTER_CREATE].append(leave - end - (interrupted - away))
            inner = []
