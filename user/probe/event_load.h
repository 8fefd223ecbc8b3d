/* SPDX-License-Identifier: GPL-2.0 */
/* The part that the programs which observe no stage, but the life of tasks, have in loading. */
#ifndef PROBE_EVENT_LOAD_H
#define PROBE_EVENT_LOAD_H

#include <stdbool.h>

#include "shared/config.h"

enum event_program {
	/* Those that follow a COMMAND's processes: see command.bpf.h. */
	COMMAND_EXIT,
	COMMAND_FORK,
	COMMAND_EXIT_KPROBE,
	COMMAND_FORK_KPROBE,
	/* Those that note what processes execute: see exec.bpf.h. */
	EXEC_EXEC,
	EXEC_FORK,
	/* Those that accept() needs in addition to those of its stages: see accept.bpf.h. */
	ACCEPT_EXIT,
	ACCEPT_EXIT_KPROBE,
	ACCEPT_SWITCH,
	NR_EVENT_PROGRAMS,
};

struct bpf_object;
struct bpf_program;

/* One of the programs, in the object that has them: that of fentry. */
struct bpf_program *event_load__program(struct bpf_object *object, enum event_program number);

/* Select the programs that a trace with this config needs; command says whether it has a COMMAND.
 */
void event_load__pick(struct bpf_object *object, const struct config *config, bool command);

#endif /* PROBE_EVENT_LOAD_H */
