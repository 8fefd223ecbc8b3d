// SPDX-License-Identifier: GPL-2.0
#include "cost/program_runs.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/tracer.h"

int program_runs__measure(void)
{
	int stats = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (stats >= 0)
		return stats;
	errno = -stats;
	return -1;
}

/* Return zeroes if there is no such program. */
static struct bpf_prog_info read_info(int program_fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (program_fd < 0 || bpf_obj_get_info_by_fd(program_fd, &info, &size))
		return (struct bpf_prog_info){ 0 };
	return info;
}

struct program_runs program_runs__read(int program_fd)
{
	struct bpf_prog_info info = read_info(program_fd);

	return (struct program_runs){ .runs = info.run_cnt, .ns = info.run_time_ns };
}

struct program_runs program_runs__of_probe(const struct tracer *tracer, const struct plan *plan,
					   int probe, enum half half)
{
	return program_runs__read(tracer__program(tracer, plan, probe, half));
}

static bool begins_with(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

/* Whether it is the program of a probe, by its name: see trace.bpf.c. */
static bool is_of_probe(const char *name)
{
	return begins_with(name, "enter_") || begins_with(name, "exit_") ||
	       begins_with(name, "snap_") || begins_with(name, "look_");
}

/* Whether only the front end itself makes the program run: see proof.bpf.h. */
static bool is_of_proof(const char *name)
{
	return begins_with(name, "prove_");
}

/* Whether a program notes what processes execute: where it is skipped, no socket is missing. */
static bool is_of_exec(const char *name)
{
	return begins_with(name, "exec_");
}

bool program_runs__of_other(const struct tracer *tracer, int number, const char **name,
			    struct program_runs *runs)
{
	static const enum object_kind kinds[] = { OBJECT_FENTRY, OBJECT_KPROBE_SESSION };
	struct bpf_program *program;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!tracer->objects[kinds[i]])
			continue;
		bpf_object__for_each_program(program, tracer->objects[kinds[i]])
		{
			*name = bpf_program__name(program);
			if (bpf_program__fd(program) < 0 || is_of_probe(*name) ||
			    is_of_proof(*name) || number--)
				continue;
			*runs = program_runs__read(bpf_program__fd(program));
			return true;
		}
	}
	return false;
}

static __u64 count_skipped(int program_fd)
{
	return read_info(program_fd).recursion_misses;
}

__u64 program_runs__count_skipped(const struct tracer *tracer)
{
	struct bpf_program *program;
	__u64 skipped = 0;
	int i, half;

	for (i = 0; i < NR_OBJECTS; i++) {
		if (!tracer->objects[i])
			continue;
		bpf_object__for_each_program(program, tracer->objects[i])
		{
			const char *name = bpf_program__name(program);

			if (!is_of_proof(name) && !is_of_exec(name))
				skipped += count_skipped(bpf_program__fd(program));
		}
	}
	for (i = 0; i < NR_FAMILIES; i++) {
		for (half = 0; half < NR_HALVES; half++)
			skipped += count_skipped(tracer->clones[i][half].program_fd);
	}
	return skipped;
}
