// SPDX-License-Identifier: GPL-2.0
#include "probe/kprobe_session.h"

#include <bpf/libbpf.h>

#include "probe/objects.h"
#include "shared/kprobe_session.h"

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

/* libbpf calls this right before it loads a program, with all its functions in one piece. */
static int resolve_calls(struct bpf_program *program, struct bpf_prog_load_opts *options,
			 long cookie)
{
	(void)options;
	kfuncs__resolve(program, (const struct kernel_btf_ids *)cookie);
	return 0;
}

int kprobe_session__register(const struct kernel_btf_ids *ids)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .cookie = (long)ids,
		    .prog_prepare_load_fn = resolve_calls);

	return libbpf_register_prog_handler(KPROBE_SESSION_SECTION, BPF_PROG_TYPE_KPROBE,
					    OBJECTS_KPROBE_SESSION_TYPE, &options);
}
