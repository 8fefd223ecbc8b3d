// SPDX-License-Identifier: GPL-2.0
#include "probe/event_load.h"

#include <bpf/libbpf.h>

/* What a program is needed for. */
enum purpose {
	FOR_COMMAND,
	FOR_EXECS,
	FOR_ACCEPT,
	NR_PURPOSES,
};

static const struct {
	const char *name;
	enum purpose purpose;
} programs[NR_EVENT_PROGRAMS] = {
	[COMMAND_EXIT] = { "command_exit", FOR_COMMAND },
	[COMMAND_FORK] = { "command_fork", FOR_COMMAND },
	[COMMAND_EXIT_KPROBE] = { "command_exit_kprobe", FOR_COMMAND },
	[COMMAND_FORK_KPROBE] = { "command_fork_kprobe", FOR_COMMAND },
	[EXEC_EXEC] = { "exec_exec", FOR_EXECS },
	[EXEC_FORK] = { "exec_fork", FOR_EXECS },
	[ACCEPT_EXIT] = { "accept_exit", FOR_ACCEPT },
	[ACCEPT_EXIT_KPROBE] = { "accept_exit_kprobe", FOR_ACCEPT },
	[ACCEPT_SWITCH] = { "accept_switch", FOR_ACCEPT },
};

struct bpf_program *event_load__program(struct bpf_object *object, enum event_program number)
{
	return bpf_object__find_program_by_name(object, programs[number].name);
}

void event_load__pick(struct bpf_object *object, const struct config *config, bool command)
{
	const bool wanted[NR_PURPOSES] = {
		[FOR_COMMAND] = command,
		[FOR_EXECS] = config->execs,
		[FOR_ACCEPT] = config->accept,
	};
	int i;

	for (i = 0; i < NR_EVENT_PROGRAMS; i++)
		bpf_program__set_autoload(event_load__program(object, (enum event_program)i),
					  wanted[programs[i].purpose]);
}
