// SPDX-License-Identifier: GPL-2.0
#include "attach.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "load.h"
#include "log.h"

struct tracer {
	struct bpf_object *objects[NR_OBJECTS];
	struct bpf_link *links[NR_STAGES][NR_HALVES];
	struct bpf_link *command_links[2];
	struct state *state;
};

static void detach_stage(struct tracer *tracer, int stage)
{
	int half;

	for (half = 0; half < NR_HALVES; half++) {
		bpf_link__destroy(tracer->links[stage][half]);
		tracer->links[stage][half] = NULL;
	}
}

static struct bpf_link *attach_half(struct tracer *tracer, enum object_kind kind, enum half half,
				    const struct plan *plan, enum stage stage)
{
	struct bpf_program *program = load__program(tracer->objects[kind], stage, half);
	const char *function = plan->stages[stage].function;
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = &function, .cnt = 1,
		    .retprobe = half == EXIT_HALF);

	if (kind == OBJECT_KPROBE_MULTI)
		return bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
	if (kind == OBJECT_KPROBE)
		return bpf_program__attach_kprobe(program, half == EXIT_HALF, function);
	return bpf_program__attach(program);
}

/* Attaches one half of every stage of an object. 0, or a positive errno for a shortage. */
static int attach_halves(struct tracer *tracer, enum object_kind kind, enum half half,
			 struct plan *plan)
{
	int stage, error;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (plan->stages[stage].way != load__way(kind))
			continue;
		tracer->links[stage][half] = attach_half(tracer, kind, half, plan, stage);
		if (tracer->links[stage][half])
			continue;
		error = errno;
		log_verbose("%s: attaching by %s: %s", plan->stages[stage].function,
			    attach_way_name(load__way(kind)), strerror(error));
		if (load__is_shortage(error))
			return error;
		plan__refused(plan, stage, error);
		detach_stage(tracer, stage);
	}
	return 0;
}

/*
 * Exits go first: a function that is running when its entry is attached then has an exit whenever
 * it has an entry.
 */
static int attach_object(struct tracer *tracer, enum object_kind kind, struct plan *plan)
{
	int error = attach_halves(tracer, kind, EXIT_HALF, plan);

	return error ? error : attach_halves(tracer, kind, ENTRY_HALF, plan);
}

/* The type number of the kprobe PMU. A positive errno on failure: ENODEV without kprobes. */
static int find_kprobe_pmu(int *pmu)
{
	FILE *file = fopen("/sys/bus/event_source/devices/kprobe/type", "re");
	int error = 0;

	if (!file)
		return errno == ENOENT ? ENODEV : errno;
	if (fscanf(file, "%d", pmu) != 1)
		error = ENODEV;
	fclose(file);
	return error;
}

/* 0 if a kprobe can be put on the function, or a positive errno. */
static int try_kprobe(int pmu, const char *function)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = pmu,
		.config1 = (__u64)(unsigned long)function,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/*
 * A function that the BTF does not have is mostly one that does not exist. Trying it costs little,
 * and spares loading the kprobe object for nothing.
 */
static void try_kprobes(struct plan *plan)
{
	int pmu;
	int no_kprobes = find_kprobe_pmu(&pmu);
	int stage, error;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (plan->stages[stage].way != ATTACH_KPROBE)
			continue;
		error = no_kprobes;
		if (!error && !(plan->facts.in_btf & STAGE_BIT(stage)))
			error = try_kprobe(pmu, plan->stages[stage].function);
		/* A shortage is explained when loading meets it, too. */
		if (error && !load__is_shortage(error))
			plan__refused(plan, stage, error);
	}
}

static int map_state(struct tracer *tracer)
{
	struct bpf_map *map = bpf_object__find_map_by_name(tracer->objects[OBJECT_FENTRY], ".bss");
	void *memory;

	if (bpf_map__value_size(map) != sizeof(struct state)) {
		errno = EPROTO;
		return -1;
	}
	memory = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED,
		      bpf_map__fd(map), 0);
	if (memory == MAP_FAILED)
		return -1;
	tracer->state = memory;
	return 0;
}

static int set_cgroups(struct tracer *tracer, const struct config *config, const int *fds)
{
	struct bpf_map *map =
		bpf_object__find_map_by_name(tracer->objects[OBJECT_FENTRY], "cgroups");
	__u32 i;

	for (i = 0; i < config->filter.nr_cgroups; i++) {
		if (bpf_map_update_elem(bpf_map__fd(map), &i, &fds[i], BPF_ANY))
			return -1;
	}
	return 0;
}

/* The one that takes marks off goes first, so that none can stay behind. */
static int attach_command_pair(struct tracer *tracer, enum command_program exit)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct bpf_program *program = load__command_program(
			tracer->objects[OBJECT_FENTRY], (enum command_program)(exit + i));

		tracer->command_links[i] = bpf_program__attach(program);
		if (tracer->command_links[i])
			continue;
		if (i)
			bpf_link__destroy(tracer->command_links[0]);
		tracer->command_links[0] = NULL;
		return -1;
	}
	return 0;
}

static int attach_command(struct tracer *tracer, const struct plan *plan)
{
	if (plan->facts.preempts && !attach_command_pair(tracer, COMMAND_EXIT_KPROBE))
		return 0;
	return attach_command_pair(tracer, COMMAND_EXIT);
}

/* Loads an object and attaches its programs. 0, or a positive errno if that cannot go on. */
static int load_and_attach(struct tracer *tracer, enum object_kind kind, struct plan *plan,
			   const struct config *config, const struct attach_options *options)
{
	int error = load__object(kind, tracer->objects[OBJECT_FENTRY], plan, config, options,
				 &tracer->objects[kind]);

	return error ? error : attach_object(tracer, kind, plan);
}

static void explain_not_loaded(int error)
{
	struct rlimit limit = { 0 };

	if (error == EMFILE)
		log_error("too many open files: raise their limit (ulimit -n)");
	else if (error == EPERM && !getrlimit(RLIMIT_MEMLOCK, &limit) &&
		 limit.rlim_cur != RLIM_INFINITY)
		log_error(
			"the kernel refuses the memory for BPF maps: raise the limit of locked "
			"memory, which is %llu KiB here (ulimit -l unlimited), or run it with sudo",
			(unsigned long long)limit.rlim_cur / 1024);
	else
		log_error("cannot load the BPF objects: %s", strerror(error));
}

/*
 * Loads and attaches the stages. What one object's way leaves is planned for a later one's, so the
 * order is that of plan__refused(). An object is loaded only once.
 */
static int attach_stages(struct tracer *tracer, struct plan *plan, const struct config *config,
			 const struct attach_options *options)
{
	static const enum object_kind others[] = { OBJECT_KPROBE_MULTI, OBJECT_KPROBE };
	/* Always loaded, if without programs: it holds the maps. */
	int error = load_and_attach(tracer, OBJECT_FENTRY, plan, config, options);
	int i;

	if (error) {
		explain_not_loaded(error);
		return -1;
	}
	for (i = 0; i < 2; i++) {
		if (others[i] == OBJECT_KPROBE)
			try_kprobes(plan);
		if (!load__is_wanted(others[i], plan))
			continue;
		error = load_and_attach(tracer, others[i], plan, config, options);
		/* What the kernel refuses is not wanted any more. */
		if (!error || !load__is_wanted(others[i], plan))
			continue;
		explain_not_loaded(error);
		return -1;
	}
	return 0;
}

/* Says why no outermost stage could be attached, by the first one's reason. */
static void explain_nothing(const struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].via == VIA_NONE || !plan->stages[stage].picked)
			continue;
		log_error("cannot attach to any function by which sockets are created; %s: %s",
			  plan->stages[stage].function, plan->stages[stage].reason);
		return;
	}
	log_error("none of the stages picked is a way into the kernel: nothing would be recorded");
}

static int attach_all(struct tracer *tracer, struct plan *plan, const struct config *config,
		      const struct attach_options *options)
{
	int stage;

	if (attach_stages(tracer, plan, config, options))
		return -1;
	if (!plan__observes_anything(plan)) {
		explain_nothing(plan);
		return -1;
	}
	if (map_state(tracer)) {
		log_error("cannot map the BPF programs' memory: %s", strerror(errno));
		return -1;
	}
	for (stage = 0; stage < NR_STAGES; stage++)
		tracer->state->parents[stage] = plan__parents(plan, stage);
	tracer->state->observed = plan__observed(plan);
	if (set_cgroups(tracer, config, options->cgroup_fds)) {
		log_error("cannot filter by cgroup: %s (it must be in the cgroup v2 hierarchy)",
			  strerror(errno));
		return -1;
	}
	if (options->command && attach_command(tracer, plan)) {
		log_error("cannot follow the command's processes: %s", strerror(errno));
		return -1;
	}
	return 0;
}

struct tracer *tracer__attach(struct plan *plan, const struct config *config,
			      const struct attach_options *options)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));

	if (!tracer) {
		log_error("out of memory");
		return NULL;
	}
	if (attach_all(tracer, plan, config, options)) {
		tracer__detach(tracer);
		return NULL;
	}
	return tracer;
}

void tracer__set_gate(struct tracer *tracer, enum gate gate)
{
	__atomic_store_n(&tracer->state->gate, gate, __ATOMIC_RELEASE);
}

int tracer__records_fd(const struct tracer *tracer)
{
	return bpf_object__find_map_fd_by_name(tracer->objects[OBJECT_FENTRY], "records");
}

int tracer__claims_fd(const struct tracer *tracer)
{
	int fd = bpf_object__find_map_fd_by_name(tracer->objects[OBJECT_FENTRY], "claims");

	return fd < 0 ? -1 : fd;
}

struct state *tracer__state(const struct tracer *tracer)
{
	return tracer->state;
}

__u64 tracer__missed_runs(const struct tracer *tracer)
{
	struct bpf_program *program;
	__u64 missed = 0;
	int i;

	for (i = 0; i < NR_OBJECTS; i++) {
		if (!tracer->objects[i])
			continue;
		bpf_object__for_each_program(program, tracer->objects[i])
		{
			struct bpf_prog_info info = {};
			__u32 size = sizeof(info);
			int fd = bpf_program__fd(program);

			if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
				missed += info.recursion_misses;
		}
	}
	return missed;
}

void tracer__detach(struct tracer *tracer)
{
	int i;

	if (!tracer)
		return;
	for (i = 0; i < NR_STAGES; i++)
		detach_stage(tracer, i);
	for (i = 0; i < 2; i++)
		bpf_link__destroy(tracer->command_links[i]);
	if (tracer->state)
		munmap(tracer->state, sizeof(struct state));
	for (i = NR_OBJECTS - 1; i >= 0; i--)
		bpf_object__close(tracer->objects[i]);
	free(tracer);
}
