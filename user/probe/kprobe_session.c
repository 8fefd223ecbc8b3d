// SPDX-License-Identifier: GPL-2.0
#include "probe/kprobe_session.h"

#include <bpf/libbpf.h>

#include "probe/objects.h"

enum session_program kprobe_session__of_stage(enum stage stage)
{
	if (stages[stage].detail == DETAIL_ACCEPT && stages[stage].via != VIA_NONE)
		return SESSION_ACCEPT;
	if (stages[stage].via == VIA_KERNEL)
		return SESSION_CREATION;
	return stages[stage].via == VIA_NONE ? SESSION_INNER : SESSION_WAYS_IN;
}

struct bpf_program *kprobe_session__find(const struct bpf_object *object,
					 enum session_program program)
{
	static const char *const names[NR_SESSION_PROGRAMS] = {
		[SESSION_WAYS_IN] = "observe_ways_in",
		[SESSION_CREATION] = "observe_creation",
		[SESSION_ACCEPT] = "observe_accept",
		[SESSION_INNER] = "observe_inner",
	};

	return bpf_object__find_program_by_name(object, names[program]);
}

void kprobe_session__set_type(struct bpf_program *program)
{
	bpf_program__set_type(program, BPF_PROG_TYPE_KPROBE);
	bpf_program__set_expected_attach_type(program, OBJECTS_KPROBE_SESSION_TYPE);
}
