// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_btf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "kernel/shortage.h"
#include "names/stage.h"
#include "text/log.h"

const struct btf_member *kernel_btf__find_member(const struct btf *btf, __u32 id, const char *name)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	int i;

	for (i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		if (!strcmp(btf__name_by_offset(btf, member->name_off), name))
			return member;
	}
	return NULL;
}

bool kernel_btf__has_enumerator(const struct btf *btf, __u32 id, const char *name)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	int i;

	for (i = 0; i < btf_vlen(type); i++) {
		if (!strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), name))
			return true;
	}
	return false;
}

bool kernel_btf__is_sorted(const struct btf *btf)
{
	__u32 end = btf__type_cnt(btf), id = end / 2, last = id + 500;
	const char *before = "";

	/* Types without names, which come first, are fewer than half. */
	for (; id < last && id < end; id++) {
		const char *name = btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off);

		if (strcmp(before, name) > 0)
			return false;
		before = name;
	}
	return true;
}

unsigned int kernel_btf__count_arguments(const struct btf *btf, __u32 id)
{
	return btf_vlen(btf__type_by_id(btf, btf__type_by_id(btf, id)->type));
}

/* Return a type in the kernel's BTF, or NULL. */
static const struct btf_type *find_type(const struct btf *btf, const char *name, __u32 kind)
{
	__s32 id = btf__find_by_name_kind(btf, name, kind);

	return id > 0 ? btf__type_by_id(btf, id) : NULL;
}

static bool is_variadic(const struct btf_type *prototype)
{
	__u16 number = btf_vlen(prototype);

	return number && !btf_params(prototype)[number - 1].type;
}

/* Sort by name, so that types of the same name are next to each other. */
static int compare_types(const void *one, const void *other)
{
	const struct kernel_btf_type *const *first = one, *const *second = other;

	return strcmp((*first)->name, (*second)->name);
}

/* Set the id of all wanted types of that name and kind, unless they have one already. */
static void set_ids(struct kernel_btf_type **types, size_t nr, const char *name, __u32 kind,
		    __u32 id)
{
	const struct kernel_btf_type key = { .name = name }, *wanted = &key;
	struct kernel_btf_type **found = bsearch(&wanted, types, nr, sizeof(*types), compare_types);

	if (!found)
		return;
	while (found > types && !strcmp(found[-1]->name, name))
		found--;
	for (; found < types + nr && !strcmp((*found)->name, name); found++) {
		if ((*found)->kind == kind && !(*found)->id)
			(*found)->id = id;
	}
}

/* Return the kinds of the wanted types as a mask. */
static __u32 kinds_of(struct kernel_btf_type *const *types, size_t nr)
{
	__u32 kinds = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		kinds |= 1U << types[i]->kind;
	return kinds;
}

/*
 * All types are found in one pass. The kernel's BTF has more than 100,000 types, and
 * btf__find_by_name_kind() compares a name with each of them.
 */
void kernel_btf__find_types(const struct btf *btf, struct kernel_btf_type *types, size_t nr)
{
	struct kernel_btf_type *sorted[KERNEL_BTF_MAX_TYPES];
	__u32 id, kinds, end = btf__type_cnt(btf);
	size_t i, nr_sorted = 0;

	for (i = 0; i < nr; i++) {
		types[i].id = 0;
		if (types[i].name)
			sorted[nr_sorted++] = &types[i];
	}
	qsort(sorted, nr_sorted, sizeof(sorted[0]), compare_types);
	kinds = kinds_of(sorted, nr_sorted);
	for (id = 1; id < end; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		__u32 kind = btf_kind(type);

		if (kinds & 1U << kind)
			set_ids(sorted, nr_sorted, btf__name_by_offset(btf, type->name_off), kind,
				id);
	}
}

void kernel_btf__find_functions(const struct btf *btf, const char *const *names, __u32 *ids,
				size_t nr)
{
	struct kernel_btf_type types[KERNEL_BTF_MAX_TYPES];
	size_t i;

	for (i = 0; i < nr; i++)
		types[i] = (struct kernel_btf_type){ .name = names[i], .kind = BTF_KIND_FUNC };
	kernel_btf__find_types(btf, types, nr);
	for (i = 0; i < nr; i++)
		ids[i] = types[i].id;
}

static void note_arguments(const struct btf_type *prototype, int stage,
			   struct kernel_btf_facts *facts)
{
	facts->arguments[stage] = btf_vlen(prototype);
	if (stages[stage].arguments != ARGUMENTS_VARY &&
	    stages[stage].arguments != facts->arguments[stage])
		facts->other_arguments |= STAGE_BIT(stage);
}

/* Note what the BTF says about the function of a stage. id is the function's. */
static void read_function(const struct btf *btf, int stage, __u32 id,
			  struct kernel_btf_facts *facts)
{
	const struct btf_type *prototype = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);

	facts->stages |= STAGE_BIT(stage);
	facts->ids.stages[stage] = id;
	note_arguments(prototype, stage, facts);
	if (is_variadic(prototype) || btf_vlen(prototype) > KERNEL_BTF_MAX_ARGUMENTS)
		facts->no_fentry |= STAGE_BIT(stage);
}

/* A function's number where the BTF has it by its first name, else by its other one. */
static void read_stage(const struct btf *btf, int stage, __u32 id, __u32 other_id,
		       struct kernel_btf_facts *facts)
{
	if (id) {
		read_function(btf, stage, id, facts);
	} else if (other_id) {
		read_function(btf, stage, other_id, facts);
		facts->renamed |= STAGE_BIT(stage);
	}
}

/* Where the functions are among those that are looked up. */
enum {
	FIRST_OTHER_NAME = NR_STAGES,
	FIRST_CALIBRATION = 2 * NR_STAGES,
	SECCOMP_FILTER = FIRST_CALIBRATION + NR_CALIBRATION_FUNCTIONS,
	AUDIT_SECCOMP,
	PROOF,
	SESSION_IS_RETURN,
	RDONLY_CAST,
	NR_FUNCTIONS,
};

/* The structs come behind them. */
enum {
	STRUCT_LIST_HEAD = NR_FUNCTIONS,
	STRUCT_NET,
	STRUCT_SOCK,
	STRUCT_SOCKET,
	STRUCT_SOCKET_ALLOC,
	STRUCT_TASK,
	NR_TYPES,
};

static void name_structs(struct kernel_btf_type *types)
{
	int i;

	types[STRUCT_LIST_HEAD].name = "list_head";
	types[STRUCT_NET].name = "net";
	types[STRUCT_SOCK].name = "sock";
	types[STRUCT_SOCKET].name = "socket";
	types[STRUCT_SOCKET_ALLOC].name = "socket_alloc";
	types[STRUCT_TASK].name = "task_struct";
	for (i = NR_FUNCTIONS; i < NR_TYPES; i++)
		types[i].kind = BTF_KIND_STRUCT;
}

/* The names of all stages, then their other names, then those for calibration, seccomp and the
 * proof. */
static void name_functions(struct kernel_btf_type *types)
{
#define NAME(number) "bpf_fentry_test" #number,
	static const char *const calibration[] = { CALIBRATION_FUNCTIONS(NAME) };
#undef NAME
	int i;

	for (i = 0; i < NR_STAGES; i++) {
		types[i].name = stages[i].name;
		types[FIRST_OTHER_NAME + i].name = stages[i].other_name;
	}
	for (i = 0; i < NR_CALIBRATION_FUNCTIONS; i++)
		types[FIRST_CALIBRATION + i].name = calibration[i];
	types[SECCOMP_FILTER].name = "__seccomp_filter";
	types[AUDIT_SECCOMP].name = "audit_seccomp";
	types[PROOF].name = PROOF_FUNCTION;
	types[SESSION_IS_RETURN].name = "bpf_session_is_return";
	types[RDONLY_CAST].name = "bpf_rdonly_cast";
	for (i = 0; i < NR_FUNCTIONS; i++)
		types[i].kind = BTF_KIND_FUNC;
}

/* The programs know where to find the result behind two or three arguments. */
static void read_seccomp(const struct btf *btf, const struct kernel_btf_type *types,
			 struct kernel_btf_facts *facts)
{
	__u32 filter = types[SECCOMP_FILTER].id;
	unsigned int arguments = filter ? kernel_btf__count_arguments(btf, filter) : 0;

	facts->ids.audit_seccomp = types[AUDIT_SECCOMP].id;
	if (arguments != 2 && arguments != 3)
		return;
	facts->ids.seccomp_filter = filter;
	facts->seccomp_arguments = arguments;
}

/* All names are looked for at once: see kernel_btf__find_types(). */
static void read_functions(const struct btf *btf, struct kernel_btf_facts *facts,
			   struct kernel_btf_type *more, size_t nr_more)
{
	struct kernel_btf_type types[KERNEL_BTF_MAX_TYPES];
	int i;

	name_functions(types);
	name_structs(types);
	if (nr_more)
		memcpy(types + NR_TYPES, more, nr_more * sizeof(*more));
	kernel_btf__find_types(btf, types, NR_TYPES + nr_more);
	if (nr_more)
		memcpy(more, types + NR_TYPES, nr_more * sizeof(*more));
	for (i = 0; i < NR_STAGES; i++)
		read_stage(btf, i, types[i].id, types[FIRST_OTHER_NAME + i].id, facts);
	for (i = 0; i < NR_CALIBRATION_FUNCTIONS; i++)
		facts->ids.calibration[i] = types[FIRST_CALIBRATION + i].id;
	read_seccomp(btf, types, facts);
	facts->ids.proof = types[PROOF].id;
	facts->ids.session_is_return = types[SESSION_IS_RETURN].id;
	facts->ids.rdonly_cast = types[RDONLY_CAST].id;
	facts->ids.types = (struct type_numbers){
		.list_head = types[STRUCT_LIST_HEAD].id,
		.net = types[STRUCT_NET].id,
		.sock = types[STRUCT_SOCK].id,
		.socket = types[STRUCT_SOCKET].id,
		.socket_alloc = types[STRUCT_SOCKET_ALLOC].id,
		.task_struct = types[STRUCT_TASK].id,
	};
}

/* All create functions have the type that is in struct net_proto_family. */
static void read_families(const struct btf *btf, struct kernel_btf_facts *facts)
{
	__s32 id = btf__find_by_name_kind(btf, "net_proto_family", BTF_KIND_STRUCT);
	const struct btf_member *family, *create;
	const struct btf_type *pointer;

	if (id <= 0)
		return;
	family = kernel_btf__find_member(btf, id, "family");
	create = kernel_btf__find_member(btf, id, "create");
	if (!family || !create)
		return;
	facts->family_offset = family->offset / 8;
	facts->create_offset = create->offset / 8;
	pointer = btf__type_by_id(btf, create->type);
	note_arguments(btf__type_by_id(btf, pointer->type), STAGE_FAMILY_CREATE, facts);
}

static void read_socket_flags(const struct btf *btf, struct socket_flags *flags)
{
	const struct btf_type *type = find_type(btf, "socket_flags", BTF_KIND_ENUM);
	int i;

	if (!type)
		*flags = socket_flags_before_6_16;
	for (i = 0; type && i < btf_vlen(type); i++) {
		const struct btf_enum *flag = btf_enum(type) + i;

		socket_flags__add(flags, flag->val, btf__name_by_offset(btf, flag->name_off));
	}
}

struct btf *kernel_btf__open(const char *path)
{
	struct btf *btf = path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();

	if (!btf &&
	    !shortage__explain(path ? "cannot read the BTF file" : "cannot read the kernel's BTF",
			       errno))
		log_error("cannot read %s%s: it holds no BTF that this tool understands",
			  path ? "the BTF file " : "the kernel's BTF", path ? path : "");
	return btf;
}

void kernel_btf__close(struct btf *btf)
{
	btf__free(btf);
}

void kernel_btf__read(const struct btf *btf, struct kernel_btf_facts *facts,
		      struct kernel_btf_type *more, size_t nr_more)
{
	memset(facts, 0, sizeof(*facts));
	read_functions(btf, facts, more, nr_more);
	read_families(btf, facts);
	read_socket_flags(btf, &facts->socket_flags);
}
