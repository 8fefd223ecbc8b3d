// SPDX-License-Identifier: GPL-2.0
#include "kernel/features.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "kernel/kernel_btf.h"
#include "text/log.h"

/*
 * Whether programs may use atomic compare-and-exchange. Found by loading a program that does it:
 * *(u32 *)(r10 - 8) is compared with r0 and set to r1.
 */
static bool loads_atomics(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -8, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = 1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_W,
		  .dst_reg = 10,
		  .src_reg = 1,
		  .off = -8,
		  .imm = BPF_CMPXCHG },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "atomics_probe", "GPL", program,
			       sizeof(program) / sizeof(program[0]), NULL);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* How it is found out whether a kernel has a feature. */
enum finding {
	BY_TYPE,       /* the BTF has a type of this name and kind */
	BY_MEMBER,     /* that type has such a member */
	BY_ENUMERATOR, /* that enumeration has such a constant */
	BY_ARGUMENTS,  /* that function takes so many arguments */
	BY_LOADING,
	BY_READING,
	BY_ORDER,
	BY_RELEASE,
};

/* A row of the table, as far as finding out goes. */
struct feature_row {
	const char *name; /* for people */
	enum finding by;
	__u32 kind;	    /* BTF_KIND_* of type */
	const char *type;   /* a name in the BTF, or NULL */
	const char *member; /* of that type */
	unsigned int arguments;
	const char *path;
	bool (*load)(void);
	const char *machine; /* the only architecture that needs the release, or NULL for all */
	unsigned int major, minor;
};

#define BTF_TYPE(kind_, type_) .by = BY_TYPE, .kind = (kind_), .type = #type_
#define BTF_STRUCT(type)       BTF_TYPE(BTF_KIND_STRUCT, type)
#define BTF_ENUM(type)	       BTF_TYPE(BTF_KIND_ENUM, type)
#define BTF_FUNCTION(type)     BTF_TYPE(BTF_KIND_FUNC, type)
#define BTF_MEMBER(type_, member_) \
	.by = BY_MEMBER, .kind = BTF_KIND_STRUCT, .type = #type_, .member = #member_
#define BTF_ENUMERATOR(type_, name_) \
	.by = BY_ENUMERATOR, .kind = BTF_KIND_ENUM, .type = #type_, .member = #name_
#define BTF_ARGUMENTS(function_, number) \
	.by = BY_ARGUMENTS, .kind = BTF_KIND_FUNC, .type = #function_, .arguments = (number)
#define LOADED(program)		  .by = BY_LOADING, .load = loads_##program
#define BTF_SORTED()		  .by = BY_ORDER
#define READABLE(path_)		  .by = BY_READING, .path = (path_)
#define RELEASE(major_, minor_)	  .by = BY_RELEASE, .major = (major_), .minor = (minor_)
#define RELEASE_OF(machine_, ...) .machine = (machine_), RELEASE(__VA_ARGS__)

static const struct feature_row rows[NR_FEATURES] = {
#define FEATURE(id, name_, since, commit, subject, found, ...) \
	[FEATURE_##id] = { .name = (name_), found },
#include "shared/features.def"
#undef FEATURE
};

static bool is_of_release(const struct feature_row *row, const struct host *host)
{
	if (row->machine && strcmp(row->machine, host->arch) != 0)
		return true;
	return host->major > row->major || (host->major == row->major && host->minor >= row->minor);
}

/* id is the type's number in the BTF, 0 if that does not have it. */
static bool has(const struct feature_row *row, const struct btf *btf, __u32 id,
		const struct host *host)
{
	switch (row->by) {
	case BY_TYPE:
		return id;
	case BY_MEMBER:
		return id && kernel_btf__find_member(btf, id, row->member);
	case BY_ENUMERATOR:
		return id && kernel_btf__has_enumerator(btf, id, row->member);
	case BY_ARGUMENTS:
		return id && kernel_btf__count_arguments(btf, id) == row->arguments;
	case BY_LOADING:
		return row->load();
	case BY_ORDER:
		return kernel_btf__is_sorted(btf);
	case BY_READING:
		return !access(row->path, R_OK);
	case BY_RELEASE:
		return is_of_release(row, host);
	}
	return false;
}

void features__list_types(struct kernel_btf_type *types)
{
	int i;

	for (i = 0; i < NR_FEATURES; i++)
		types[i] = (struct kernel_btf_type){ .name = rows[i].type, .kind = rows[i].kind };
}

void features__read(struct features *features, const struct btf *btf,
		    const struct kernel_btf_type *types, const struct host *host)
{
	int i;

	for (i = 0; i < NR_FEATURES; i++)
		features->has[i] = has(&rows[i], btf, types[i].id, host);
}

/* Whether a feature is in a list: has says of the kernel, by_release of how that was found out. */
static bool is_listed(const struct features *features, int feature, bool has, bool by_release)
{
	return features->has[feature] == has && (rows[feature].by == BY_RELEASE) == by_release;
}

static void log_list(const struct features *features, const char *what, bool has, bool by_release)
{
	char text[NR_FEATURES * 80] = "";
	size_t used = 0;
	int i;

	for (i = 0; i < NR_FEATURES && used < sizeof(text); i++) {
		if (is_listed(features, i, has, by_release))
			used += snprintf(text + used, sizeof(text) - used, "%s%s", used ? "; " : "",
					 rows[i].name);
	}
	if (used)
		log_verbose("%s: %s", what, text);
}

/* Distributions backport, so that an older release does not have it would be a guess. */
void features__log(const struct features *features)
{
	log_list(features, "this kernel has", true, false);
	log_list(features, "by its release it also has", true, true);
	log_list(features, "it does not have", false, false);
}
