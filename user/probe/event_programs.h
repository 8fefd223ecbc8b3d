/* SPDX-License-Identifier: GPL-2.0 */
/* Attaching the BPF programs that observe no stage: events in the life of tasks and modules. */
#ifndef PROBE_EVENT_PROGRAMS_H
#define PROBE_EVENT_PROGRAMS_H

#include <stdbool.h>

#include "probe/load.h"

#define NR_MODULE_PROGRAMS 3

struct bpf_link;
struct bpf_object;

/* What attaches them; NULL where one is not attached. Begins as zeroes. */
struct event_links {
	struct bpf_link *command[2];
	struct bpf_link *accept[2];
	struct bpf_link *module[NR_MODULE_PROGRAMS];
};

/*
 * Attaches those that follow a COMMAND's processes. preempts: the kernel may preempt a task inside
 * them, so they are attached by kprobes if that works. -1 and errno on failure.
 */
int event_programs__attach_command(struct event_links *links, struct bpf_object *object,
				   bool preempts);

/*
 * Attaches those that tell how long accept() waits, and that a task in it is gone. preempts: as
 * above. -1 and errno on failure.
 */
int event_programs__attach_accept(struct event_links *links, struct bpf_object *object,
				  bool preempts);

/* Attaches those that tell of modules. Where one can't be, what it tells is not known. */
void event_programs__attach_modules(struct event_links *links, struct bpf_object *object);

void event_programs__detach(struct event_links *links);

#endif /* PROBE_EVENT_PROGRAMS_H */
