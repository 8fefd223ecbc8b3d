// SPDX-License-Identifier: GPL-2.0
#include "kernel_btf.h"

#include <string.h>

#include <bpf/btf.h>

#include "log.h"
#include "stage.h"

static const struct btf_type *find_struct(const struct btf *btf, const char *name)
{
	__s32 id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(btf, id) : NULL;
}

/* A member of a struct, or NULL if either is not there. */
static const struct btf_member *find_member(const struct btf *btf, const char *structure,
					    const char *name)
{
	const struct btf_type *type = find_struct(btf, structure);
	const struct btf_member *member;
	int i;

	for (i = 0; type && i < btf_vlen(type); i++) {
		member = btf_members(type) + i;
		if (!strcmp(btf__name_by_offset(btf, member->name_off), name))
			return member;
	}
	return NULL;
}

static bool has_enumerator(const struct btf *btf, const char *enumeration, const char *name)
{
	__s32 id = btf__find_by_name_kind(btf, enumeration, BTF_KIND_ENUM);
	const struct btf_type *type;
	int i;

	if (id <= 0)
		return false;
	type = btf__type_by_id(btf, id);
	for (i = 0; i < btf_vlen(type); i++) {
		if (!strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), name))
			return true;
	}
	return false;
}

static bool is_variadic(const struct btf_type *prototype)
{
	__u16 number = btf_vlen(prototype);

	return number && !btf_params(prototype)[number - 1].type;
}

__u32 kernel_btf__function(const struct btf *btf, const char *name)
{
	__s32 id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);

	return id > 0 ? id : 0;
}

/* Takes in what the BTF has of a stage's function, if it has it by this name. */
static bool find_function(const struct btf *btf, int stage, const char *name,
			  struct kernel_btf_facts *facts)
{
	__u32 id = name ? kernel_btf__function(btf, name) : 0;
	const struct btf_type *prototype;

	if (!id)
		return false;
	prototype = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	facts->stages |= STAGE_BIT(stage);
	facts->arguments[stage] = btf_vlen(prototype);
	if (is_variadic(prototype) || btf_vlen(prototype) > KERNEL_BTF_MAX_ARGUMENTS)
		facts->no_fentry |= STAGE_BIT(stage);
	return true;
}

/* All families' create functions are of one type, that of the member which points to them. */
static void read_families(const struct btf *btf, struct kernel_btf_facts *facts)
{
	const struct btf_member *family = find_member(btf, "net_proto_family", "family");
	const struct btf_member *create = find_member(btf, "net_proto_family", "create");
	const struct btf_type *pointer;

	if (!family || !create)
		return;
	facts->family_offset = family->offset / 8;
	facts->create_offset = create->offset / 8;
	pointer = btf__type_by_id(btf, create->type);
	facts->arguments[STAGE_FAMILY_CREATE] = btf_vlen(btf__type_by_id(btf, pointer->type));
}

struct btf *kernel_btf__open(const char *path)
{
	struct btf *btf = path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();

	if (!btf)
		log_error("cannot read %s%s: it holds no BTF that this tool understands",
			  path ? "the BTF file " : "the kernel's BTF", path ? path : "");
	return btf;
}

void kernel_btf__read(const struct btf *btf, struct kernel_btf_facts *facts)
{
	int stage;

	memset(facts, 0, sizeof(*facts));
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (find_function(btf, stage, stages[stage].name, facts))
			continue;
		if (find_function(btf, stage, stages[stage].other_name, facts))
			facts->renamed |= STAGE_BIT(stage);
	}
	read_families(btf, facts);
	/* Since 6.14 (commit 4346ba160409 "fprobe: Rewrite fprobe on function-graph tracer"). */
	facts->fprobe_per_task = find_member(btf, "fprobe", "hlist_array");
	facts->looks_symbols_up =
		has_enumerator(btf, "bpf_func_id", "BPF_FUNC_kallsyms_lookup_name");
}
