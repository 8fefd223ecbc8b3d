// SPDX-License-Identifier: GPL-2.0
#include "probe/seccomp_load.h"

#include <bpf/libbpf.h>

#include "text/log.h"

struct bpf_program *seccomp_load__program(struct bpf_object *object, enum seccomp_program number)
{
	static const char *const names[NR_SECCOMP_PROGRAMS] = {
		[SECCOMP_EXIT] = "seccomp_exit",
		[SECCOMP_KILL] = "seccomp_kill",
		[SECCOMP_INSTALL] = "seccomp_install",
	};

	return bpf_object__find_program_by_name(object, names[number]);
}

static void set_log(struct seccomp_load *load, struct bpf_program *program, int number)
{
	if (load->keeps_logs)
		return;
	load->logs[number][0] = '\0';
	bpf_program__set_log_buf(program, load->logs[number], SECCOMP_LOAD_LOG_SIZE);
}

void seccomp_load__pick(struct seccomp_load *load, struct bpf_object *object,
			const struct kernel_btf_ids *ids, struct attach_targets *targets)
{
	const __u32 functions[NR_SECCOMP_PROGRAMS] = {
		[SECCOMP_EXIT] = ids->seccomp_filter,
		[SECCOMP_KILL] = ids->audit_seccomp,
	};
	int i;

	for (i = 0; i < NR_SECCOMP_PROGRAMS; i++) {
		struct bpf_program *program =
			seccomp_load__program(object, (enum seccomp_program)i);
		bool is_known = i == SECCOMP_INSTALL || (targets && functions[i]);

		bpf_program__set_autoload(program, load->wanted && is_known);
		if (targets && functions[i])
			attach_targets__set(targets, program, functions[i]);
		set_log(load, program, i);
	}
}

bool seccomp_load__blame(struct seccomp_load *load)
{
	int i;

	for (i = 0; i < NR_SECCOMP_PROGRAMS && load->wanted; i++) {
		if (!load->logs[i][0])
			continue;
		log_verbose("seccomp cannot be watched: %s", load->logs[i]);
		load->wanted = false;
		return true;
	}
	return false;
}
