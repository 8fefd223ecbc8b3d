/* SPDX-License-Identifier: GPL-2.0 */
/* Attaching the BPF programs that observe no stage: events in the life of tasks and modules. */
#ifndef PROBE_EVENT_PROGRAMS_H
#define PROBE_EVENT_PROGRAMS_H

#include <stdbool.h>

#include "probe/event_load.h"
#include "probe/seccomp_load.h"

#define NR_MODULE_PROGRAMS 3

struct bpf_link;
struct bpf_object;

/* The links of these programs; NULL where one is not attached. Zeroes are a valid beginning. */
struct event_links {
	struct bpf_link *command[2];
	struct bpf_link *accept[2];
	struct bpf_link *exec[2];
	struct bpf_link *module[NR_MODULE_PROGRAMS];
	bool by_kprobes; /* some of those for a COMMAND or for accept() */
	struct bpf_link *seccomp[NR_SECCOMP_PROGRAMS]; /* see probe/seccomp_programs.h */
};

/*
 * Attach the programs that follow a COMMAND's processes. If preempts is set, the kernel may
 * preempt a task inside them, so they are attached by kprobes if that works. Return -1 and errno
 * on failure.
 */
int event_programs__attach_command(struct event_links *links, struct bpf_object *object,
				   bool preempts);

/*
 * Attach the programs that tell how long accept() waits, and that a task in it has exited.
 * preempts is as above. Return -1 and errno on failure.
 */
int event_programs__attach_accept(struct event_links *links, struct bpf_object *object,
				  bool preempts);

/*
 * Attach the programs that note what processes execute. If one can't be attached, a warning says
 * what is missing then.
 */
void event_programs__attach_execs(struct event_links *links, struct bpf_object *object);

/*
 * Attach the programs that tell of modules. If one can't be attached, the tool does without what
 * it tells.
 */
void event_programs__attach_modules(struct event_links *links, struct bpf_object *object);

void event_programs__detach(struct event_links *links);

#endif /* PROBE_EVENT_PROGRAMS_H */
