// SPDX-License-Identifier: GPL-2.0
#include "probe/event_programs.h"

#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "text/log.h"

/* The program that removes marks is attached first, so that no mark can stay behind. */
static int attach_command_pair(struct event_links *links, struct bpf_object *object,
			       enum event_program exit, enum event_program fork)
{
	links->command[0] = bpf_program__attach(event_load__program(object, exit));
	if (!links->command[0])
		return -1;
	links->command[1] = bpf_program__attach(event_load__program(object, fork));
	if (links->command[1])
		return 0;
	bpf_link__destroy(links->command[0]);
	links->command[0] = NULL;
	return -1;
}

int event_programs__attach_command(struct event_links *links, struct bpf_object *object,
				   bool preempts)
{
	if (preempts &&
	    !attach_command_pair(links, object, COMMAND_EXIT_KPROBE, COMMAND_FORK_KPROBE)) {
		links->by_kprobes = true;
		return 0;
	}
	return attach_command_pair(links, object, COMMAND_EXIT, COMMAND_FORK);
}

/* The program that forgets tasks is attached first. */
int event_programs__attach_accept(struct event_links *links, struct bpf_object *object,
				  bool preempts)
{
	if (preempts)
		links->accept[0] =
			bpf_program__attach(event_load__program(object, ACCEPT_EXIT_KPROBE));
	if (links->accept[0])
		links->by_kprobes = true;
	else
		links->accept[0] = bpf_program__attach(event_load__program(object, ACCEPT_EXIT));
	if (!links->accept[0])
		return -1;
	links->accept[1] = bpf_program__attach(event_load__program(object, ACCEPT_SWITCH));
	return links->accept[1] ? 0 : -1;
}

void event_programs__attach_execs(struct event_links *links, struct bpf_object *object)
{
	static const enum event_program programs[] = { EXEC_EXEC, EXEC_FORK };
	int i;

	for (i = 0; i < 2; i++) {
		links->exec[i] = bpf_program__attach(event_load__program(object, programs[i]));
		if (links->exec[i])
			continue;
		log_warning("exe and cmdline of processes that end at once will be missing: "
			    "exec and fork cannot be observed: %s",
			    strerror(errno));
		return;
	}
}

void event_programs__attach_modules(struct event_links *links, struct bpf_object *object)
{
	static const char *const names[NR_MODULE_PROGRAMS] = {
		"module_request",
		"module_load",
		"module_free",
	};
	int i;

	for (i = 0; i < NR_MODULE_PROGRAMS; i++) {
		links->module[i] =
			bpf_program__attach(bpf_object__find_program_by_name(object, names[i]));
		if (!links->module[i])
			log_verbose("the tracepoint %s cannot be observed: %s", names[i],
				    strerror(errno));
	}
}

void event_programs__detach(struct event_links *links)
{
	int i;

	for (i = 0; i < 2; i++) {
		bpf_link__destroy(links->command[i]);
		bpf_link__destroy(links->accept[i]);
		bpf_link__destroy(links->exec[i]);
	}
	for (i = 0; i < NR_MODULE_PROGRAMS; i++)
		bpf_link__destroy(links->module[i]);
	for (i = 0; i < NR_SECCOMP_PROGRAMS; i++)
		bpf_link__destroy(links->seccomp[i]);
}
