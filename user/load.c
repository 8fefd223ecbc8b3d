// SPDX-License-Identifier: GPL-2.0
#include "load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

#define LOG_BUFFER_SIZE	  4096 /* of the verifier's words on one program */
#define PROGRAM_NAME_SIZE 64

/* One object being loaded, with what the verifier says of each program that it refuses. */
struct loading {
	enum object_kind kind;
	struct bpf_object *object;
	char logs[NR_STAGES][NR_HALVES][LOG_BUFFER_SIZE];
};

enum attach_way load__way(enum object_kind kind)
{
	static const enum attach_way ways[NR_OBJECTS] = {
		[OBJECT_FENTRY] = ATTACH_FENTRY,
		[OBJECT_KPROBE_MULTI] = ATTACH_KPROBE_MULTI,
		[OBJECT_KPROBE] = ATTACH_KPROBE,
	};

	return ways[kind];
}

bool load__is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

bool load__is_wanted(enum object_kind kind, const struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (plan->stages[stage].way == load__way(kind))
			return true;
	}
	return false;
}

struct bpf_program *load__program(struct bpf_object *object, enum stage stage, enum half half)
{
	char name[PROGRAM_NAME_SIZE];

	snprintf(name, sizeof(name), "%s_%s", half == ENTRY_HALF ? "enter" : "exit",
		 stages[stage].id);
	return bpf_object__find_program_by_name(object, name);
}

struct bpf_program *load__command_program(struct bpf_object *object, enum command_program number)
{
	static const char *const names[NR_COMMAND_PROGRAMS] = {
		[COMMAND_EXIT] = "command_exit",
		[COMMAND_FORK] = "command_fork",
		[COMMAND_EXIT_KPROBE] = "command_exit_kprobe",
		[COMMAND_FORK_KPROBE] = "command_fork_kprobe",
	};

	return bpf_object__find_program_by_name(object, names[number]);
}

/* The table's first name is the one that the program was built for. */
static void rename_target(enum object_kind kind, struct bpf_program *program,
			  const struct plan *plan, enum stage stage)
{
	const char *function = plan->stages[stage].function;

	if (kind == OBJECT_FENTRY && strcmp(function, stages[stage].name))
		bpf_program__set_attach_target(program, 0, function);
}

/* Has only what the plan wants loaded, each program with a log of its own. */
static void pick_programs(struct loading *loading, const struct plan *plan, bool command)
{
	struct bpf_program *program;
	int stage, half, i;

	for (stage = 0; stage < NR_STAGES; stage++) {
		bool wanted = plan->stages[stage].way == load__way(loading->kind);

		for (half = 0; half < NR_HALVES; half++) {
			program = load__program(loading->object, stage, half);
			loading->logs[stage][half][0] = '\0';
			bpf_program__set_autoload(program, wanted);
			if (wanted)
				rename_target(loading->kind, program, plan, stage);
			/* The programs are the same; the kernel wants to know of the way. */
			if (loading->kind == OBJECT_KPROBE_MULTI)
				bpf_program__set_expected_attach_type(program,
								      BPF_TRACE_KPROBE_MULTI);
			bpf_program__set_log_buf(program, loading->logs[stage][half],
						 LOG_BUFFER_SIZE);
		}
	}
	if (loading->kind != OBJECT_FENTRY)
		return;
	for (i = 0; i < NR_COMMAND_PROGRAMS; i++) {
		program = load__command_program(loading->object, (enum command_program)i);
		bpf_program__set_autoload(program, command);
	}
}

/* Has an object work on the memory of another. */
static int share_maps(struct bpf_object *object, struct bpf_object *owner)
{
	struct bpf_map *map, *owned;

	bpf_object__for_each_map(map, object)
	{
		if (!strcmp(bpf_map__name(map), ".rodata.config"))
			continue;
		owned = bpf_object__find_map_by_name(owner, bpf_map__name(map));
		if (!owned || bpf_map__reuse_fd(map, bpf_map__fd(owned)))
			return -1;
	}
	return 0;
}

static int prepare_maps(struct loading *loading, struct bpf_object *maps,
			const struct config *config, const struct attach_options *options)
{
	struct bpf_map *map;

	map = bpf_object__find_map_by_name(loading->object, ".rodata.config");
	if (!map || bpf_map__set_initial_value(map, config, sizeof(*config)))
		return -1;
	if (maps)
		return share_maps(loading->object, maps);
	map = bpf_object__find_map_by_name(loading->object, "command_tasks");
	if (!options->command && bpf_map__set_max_entries(map, 1))
		return -1;
	map = bpf_object__find_map_by_name(loading->object, "records");
	return bpf_map__set_max_entries(map, options->buffer_bytes);
}

/*
 * Tells the plan which stage made the loading fail. A program that the kernel refused has left
 * words in its log; without any, the kernel refuses all programs of this kind.
 */
static void blame(struct loading *loading, struct plan *plan, int error)
{
	bool found = false;
	int stage, half;

	for (stage = 0; stage < NR_STAGES; stage++) {
		for (half = 0; half < NR_HALVES; half++) {
			if (!loading->logs[stage][half][0])
				continue;
			log_verbose("%s: %s", plan->stages[stage].function,
				    loading->logs[stage][half]);
			plan__refused(plan, stage, EINVAL);
			found = true;
			break;
		}
	}
	for (stage = 0; stage < NR_STAGES && !found; stage++) {
		if (plan->stages[stage].way == load__way(loading->kind))
			plan__refused(plan, stage, error);
	}
}

/* Opens the object and loads it once. */
static int try_loading(struct loading *loading, struct bpf_object *maps, const struct plan *plan,
		       const struct config *config, const struct attach_options *options)
{
	int error;

	loading->object = objects__open(loading->kind, options->btf);
	if (!loading->object)
		return errno;
	pick_programs(loading, plan, options->command);
	if (prepare_maps(loading, maps, config, options))
		error = errno;
	else
		error = -bpf_object__load(loading->object);
	if (error) {
		bpf_object__close(loading->object);
		loading->object = NULL;
	}
	return error;
}

int load__object(enum object_kind kind, struct bpf_object *maps, struct plan *plan,
		 const struct config *config, const struct attach_options *options,
		 struct bpf_object **object)
{
	struct loading *loading = malloc(sizeof(*loading));
	int error;

	if (!loading)
		return ENOMEM;
	loading->kind = kind;
	error = try_loading(loading, maps, plan, config, options);
	/* Each round takes something out, until there is no program left to blame. */
	while (error && !load__is_shortage(error) && load__is_wanted(kind, plan)) {
		blame(loading, plan, error);
		error = try_loading(loading, maps, plan, config, options);
	}
	*object = loading->object;
	free(loading);
	return error;
}

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, arguments);
}

void load__set_libbpf_log(int verbose)
{
	libbpf_set_print(verbose > 1 ? print_libbpf : NULL);
}
