// SPDX-License-Identifier: GPL-2.0
#include "kernel_btf.h"

#include <string.h>

#include <bpf/btf.h>

#include "log.h"
#include "stage.h"

/* Since 6.14 (commit 4346ba160409 "fprobe: Rewrite fprobe on function-graph tracer"). */
static bool has_fprobe_per_task(const struct btf *btf)
{
	__s32 id = btf__find_by_name_kind(btf, "fprobe", BTF_KIND_STRUCT);
	const struct btf_type *type;
	const struct btf_member *member;
	int i;

	if (id < 0)
		return false;
	type = btf__type_by_id(btf, id);
	for (i = 0, member = btf_members(type); i < btf_vlen(type); i++, member++) {
		if (!strcmp(btf__name_by_offset(btf, member->name_off), "hlist_array"))
			return true;
	}
	return false;
}

static bool is_variadic(const struct btf_type *prototype)
{
	__u16 number = btf_vlen(prototype);

	return number && !btf_params(prototype)[number - 1].type;
}

/* Takes in what the BTF has of a stage's function, if it has it by this name. */
static bool find_function(const struct btf *btf, int stage, const char *name,
			  struct kernel_btf *facts)
{
	__s32 id = name ? btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) : -1;
	const struct btf_type *prototype;

	if (id <= 0)
		return false;
	prototype = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	facts->stages |= STAGE_BIT(stage);
	facts->arguments[stage] = btf_vlen(prototype);
	if (is_variadic(prototype) || btf_vlen(prototype) > KERNEL_BTF_MAX_ARGUMENTS)
		facts->no_fentry |= STAGE_BIT(stage);
	return true;
}

int kernel_btf__read(const char *path, struct kernel_btf *facts)
{
	struct btf *btf = path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();
	int stage;

	if (!btf) {
		log_error("cannot read %s%s: it holds no BTF that this tool understands",
			  path ? "the BTF file " : "the kernel's BTF", path ? path : "");
		return -1;
	}
	memset(facts, 0, sizeof(*facts));
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (find_function(btf, stage, stages[stage].name, facts))
			continue;
		if (find_function(btf, stage, stages[stage].other_name, facts))
			facts->renamed |= STAGE_BIT(stage);
	}
	facts->fprobe_per_task = has_fprobe_per_task(btf);
	btf__free(btf);
	return 0;
}
