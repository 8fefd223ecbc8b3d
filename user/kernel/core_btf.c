// SPDX-License-Identifier: GPL-2.0
#include "kernel/core_btf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>

/* The names of all structs, unions and enumerations of the BPF objects, sorted by strcmp(). */
static const char *const names[] = {
#include "core_types.h"
};

#define NR_NAMES (sizeof(names) / sizeof(names[0]))

struct core_btf {
	const struct btf *kernel;
	struct btf *part;
	__u32 *queue;	/* the types that are copied, in the order of their numbers in part */
	__u32 *numbers; /* of each type of the kernel in part, or 0 */
	__u32 nr;	/* in queue */
};

static void want(struct core_btf *core, __u32 id)
{
	/* Void has the number 0, and what is no type's number comes from a file that is wrong. */
	if (!id || id >= btf__type_cnt(core->kernel) || core->numbers[id])
		return;
	core->queue[core->nr++] = id;
	core->numbers[id] = core->nr;
}

static int compare_name(const void *name, const void *other)
{
	return strcmp(name, *(const char *const *)other);
}

/* Want the types that programs can name. */
static void want_named(struct core_btf *core)
{
	__u32 id, end = btf__type_cnt(core->kernel);

	for (id = 1; id < end; id++) {
		const struct btf_type *type = btf__type_by_id(core->kernel, id);
		const char *name;

		if (!btf_is_composite(type) && !btf_is_any_enum(type))
			continue;
		name = btf__name_by_offset(core->kernel, type->name_off);
		if (name && name[0] &&
		    bsearch(name, names, NR_NAMES, sizeof(names[0]), compare_name))
			want(core, id);
	}
}

/* Call act with each type number within a type that is part of the type itself. */
static void for_each_part(struct btf_type *type, void (*act)(struct core_btf *core, __u32 *id),
			  struct core_btf *core)
{
	int i;

	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		for (i = 0; i < btf_vlen(type); i++)
			act(core, &btf_members(type)[i].type);
		break;
	case BTF_KIND_ARRAY:
		act(core, &btf_array(type)->type);
		act(core, &btf_array(type)->index_type);
		break;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		act(core, &type->type);
		break;
	default:
		break;
	}
}

static void want_part(struct core_btf *core, __u32 *id)
{
	want(core, *id);
}

static void renumber_part(struct core_btf *core, __u32 *id)
{
	*id = *id < btf__type_cnt(core->kernel) ? core->numbers[*id] : 0;
}

/* Copy a type. The part's own memory of it is written, which libbpf hands out as constant. */
static int copy(struct core_btf *core, __u32 id)
{
	int number = btf__add_type(core->part, core->kernel, btf__type_by_id(core->kernel, id));
	struct btf_type *type;

	if (number < 0)
		return number;
	type = (struct btf_type *)btf__type_by_id(core->part, number);
	if (btf_is_ptr(type))
		type->type = 0;
	for_each_part(type, renumber_part, core);
	return 0;
}

static int fill(struct core_btf *core)
{
	__u32 i;
	int error;

	want_named(core);
	for (i = 0; i < core->nr; i++)
		for_each_part((struct btf_type *)btf__type_by_id(core->kernel, core->queue[i]),
			      want_part, core);
	for (i = 0; i < core->nr; i++) {
		error = copy(core, core->queue[i]);
		if (error)
			return error;
	}
	return 0;
}

static bool write_all(int fd, const char *data, __u32 size)
{
	while (size) {
		ssize_t written = write(fd, data, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		data += written;
		size -= written;
	}
	return true;
}

static int write_file(const struct btf *part)
{
	__u32 size;
	const void *data = btf__raw_data(part, &size);
	int fd = data ? memfd_create("core_btf", MFD_CLOEXEC) : -1;

	if (fd < 0 || write_all(fd, data, size))
		return fd;
	close(fd);
	return -1;
}

int core_btf__make(const struct btf *kernel)
{
	__u32 nr = btf__type_cnt(kernel);
	struct core_btf core = {
		.kernel = kernel,
		.part = btf__new_empty(),
		.queue = calloc(nr, sizeof(*core.queue)),
		.numbers = calloc(nr, sizeof(*core.numbers)),
	};
	int fd = -1, error = ENOMEM;

	if (core.part && core.queue && core.numbers) {
		error = -fill(&core);
		if (!error) {
			fd = write_file(core.part);
			error = errno;
		}
	}
	btf__free(core.part);
	free(core.queue);
	free(core.numbers);
	errno = error;
	return fd;
}
