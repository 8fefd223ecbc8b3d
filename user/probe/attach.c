// SPDX-License-Identifier: GPL-2.0
#include "probe/attach.h"

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

#include "kernel/boot_clock.h"
#include "kernel/shortage.h"
#include "probe/load.h"
#include "probe/probes.h"
#include "probe/tracer.h"
#include "text/log.h"

/* The more often the clock is read, the closer together two of the readings are. */
#define NR_CLOCK_READINGS 5

#define PMUS "/sys/bus/event_source/devices"

/*
 * Find the type number of the kprobe PMU. Return 0, or a positive errno as plan__refused() knows
 * them: ENOSYS without kprobes, ENXIO if no PMU is shown.
 */
static int find_kprobe_pmu(int *pmu)
{
	FILE *file = fopen(PMUS "/kprobe/type", "re");
	int error = 0;

	if (!file && errno == ENOENT)
		return access(PMUS, F_OK) ? ENXIO : ENOSYS;
	if (!file)
		return errno;
	if (fscanf(file, "%d", pmu) != 1)
		error = EPROTO;
	fclose(file);
	return error;
}

/* Return 0 if a kprobe can be put on the function, or a positive errno. */
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
 * Try the kprobes of functions that the BTF does not have. Most of these functions do not exist.
 * Trying them costs little, and may spare loading the kprobe object.
 */
static void try_kprobes(const struct tracer *tracer, struct plan *plan)
{
	int pmu;
	int no_kprobes = find_kprobe_pmu(&pmu);
	int probe, error;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (plan->probes[probe].way != ATTACH_KPROBE ||
		    probes__is_attached(tracer, probe, EXIT_HALF))
			continue;
		error = no_kprobes;
		if (!error && !(probe < NR_STAGES && plan->facts.in_btf & STAGE_BIT(probe)))
			error = try_kprobe(pmu, plan->probes[probe].function);
		/* Loading meets a shortage as well, and explains it. */
		if (error && !load__is_shortage(error))
			plan__refused(plan, probe, error);
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

static int set_cgroups(struct tracer *tracer, const int *cgroup_fds)
{
	struct bpf_map *map =
		bpf_object__find_map_by_name(tracer->objects[OBJECT_FENTRY], "cgroups");
	__u32 i;

	for (i = 0; i < tracer->config.filter.nr_cgroups; i++) {
		if (bpf_map_update_elem(bpf_map__fd(map), &i, &cgroup_fds[i], BPF_ANY))
			return -1;
	}
	return 0;
}

/*
 * Have the programs note where their memory is and what time it is. Return 0, or a positive errno.
 */
static int run_begin_state(const struct tracer *tracer, struct boot_reading *reading)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct bpf_program *program =
		bpf_object__find_program_by_name(tracer->objects[OBJECT_FENTRY], "begin_state");

	reading->before_ns = boot_clock__own_ns();
	if (bpf_prog_test_run_opts(bpf_program__fd(program), &options))
		return errno;
	reading->after_ns = boot_clock__own_ns();
	reading->kernel_ns = tracer->state->boot_ns;
	reading->start_ns = tracer->state->front_end_start_ns;
	return 0;
}

/* Without that memory /proc tells what processes execute, as far as it can. */
static void map_execs(struct tracer *tracer)
{
	struct bpf_map *map = bpf_object__find_map_by_name(tracer->objects[OBJECT_FENTRY], "execs");
	void *memory = mmap(NULL, NR_EXECS * sizeof(struct exec_entry), PROT_READ, MAP_SHARED,
			    bpf_map__fd(map), 0);

	if (memory != MAP_FAILED)
		tracer->execs = memory;
	else
		log_warning("exe and cmdline of processes that end at once will be missing: %s",
			    strerror(errno));
}

/* Prepare the memory before the first program runs. Return 0, or a positive errno. */
static int prepare_state(struct tracer *tracer)
{
	struct boot_reading best, reading;
	int i, error;

	if (map_state(tracer))
		return errno;
	if (tracer->config.execs)
		map_execs(tracer);
	error = run_begin_state(tracer, &best);
	for (i = 1; i < NR_CLOCK_READINGS && !error; i++) {
		error = run_begin_state(tracer, &reading);
		if (!error && reading.after_ns - reading.before_ns < best.after_ns - best.before_ns)
			best = reading;
	}
	if (!error)
		boot_clock__set(&tracer->clock, &best, "/proc/self");
	return error;
}

static int load(struct tracer *tracer, enum object_kind kind, struct plan *plan)
{
	int error = load__object(kind, tracer->objects[OBJECT_FENTRY], plan, &tracer->config,
				 &tracer->options, tracer->targets, &tracer->objects[kind]);

	if (error || kind != OBJECT_FENTRY)
		return error;
	tracer->family_target = load__family_target(plan);
	return prepare_state(tracer);
}

/*
 * Load an object, if it is not loaded yet, and attach its programs. Return 0, or a positive errno
 * if attaching cannot go on.
 */
static int load_and_attach(struct tracer *tracer, enum object_kind kind, struct plan *plan,
			   struct startup *startup)
{
	__u64 since = startup__now_ns();
	int error = tracer->objects[kind] ? 0 : load(tracer, kind, plan);

	startup__add(startup, STARTUP_LOADING, since);
	since = startup__now_ns();
	if (!error)
		error = probes__attach(tracer, kind, plan);
	startup__add(startup, STARTUP_ATTACHING, since);
	return error;
}

static void explain_not_loaded(int error, const struct load_options *options)
{
	struct rlimit limit = { 0 };

	if (shortage__explain("cannot load the BPF objects", error))
		return;
	if (error == EPERM && !getrlimit(RLIMIT_MEMLOCK, &limit) && limit.rlim_cur != RLIM_INFINITY)
		log_error(
			"cannot load the BPF objects: the kernel does not permit it: run it with "
			"sudo, or on a kernel before 5.11 raise the limit of locked memory, which "
			"is %llu KiB here (ulimit -l unlimited)",
			(unsigned long long)limit.rlim_cur / 1024);
	else if (options->btf)
		log_error("cannot load the BPF objects: %s: the file of --btf, %s, may describe "
			  "another kernel",
			  strerror(error), options->btf);
	else
		log_error("cannot load the BPF objects: %s", strerror(error));
}

/*
 * Load and attach what the plan wants and is not attached yet. The objects are taken in the order
 * of plan__refused(), since what one of them can't do is planned for a later one. An object is
 * loaded only once. Return 0, or a positive errno.
 */
static int attach_stages(struct tracer *tracer, struct plan *plan, struct startup *startup)
{
	static const enum object_kind others[] = { OBJECT_KPROBE_SESSION, OBJECT_KPROBE_MULTI,
						   OBJECT_KPROBE };
	/* This object is always loaded, even without programs, because it holds the maps. */
	int error = load_and_attach(tracer, OBJECT_FENTRY, plan, startup);
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]) && !error; i++) {
		if (others[i] == OBJECT_KPROBE)
			try_kprobes(tracer, plan);
		if (!load__is_wanted(others[i], plan))
			continue;
		error = load_and_attach(tracer, others[i], plan, startup);
		/* The plan does not want any more what the kernel has refused. */
		if (error && !load__is_wanted(others[i], plan))
			error = 0;
	}
	return error;
}

/* Tell the BPF side which stages may call which. That depends on which stages are probed. */
static void set_children(struct tracer *tracer, const struct plan *plan)
{
	__u64 children[NR_STAGES] = {};
	int stage, parent;

	for (stage = 0; stage < NR_STAGES; stage++) {
		__u64 parents = plan__parents(plan, (enum stage)stage);

		for (parent = 0; parent < NR_STAGES; parent++) {
			if (parents & STAGE_BIT(parent))
				children[parent] |= STAGE_BIT(stage);
		}
	}
	for (stage = 0; stage < NR_STAGES; stage++)
		__atomic_store_n(&tracer->state->children[stage], children[stage],
				 __ATOMIC_RELAXED);
	tracer->state->observed = plan__observed(plan);
}

/* Explain why no outermost stage could be attached, by the reason of the first one. */
static void explain_nothing(const struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].via == VIA_NONE || !plan->probes[stage].picked)
			continue;
		log_error("cannot attach to any function by which sockets are created; %s: %s",
			  plan->probes[stage].function, plan->probes[stage].reason);
		return;
	}
	log_error("none of the stages picked is a way into the kernel: nothing would be recorded");
}

static int attach_all(struct tracer *tracer, struct plan *plan, struct startup *startup)
{
	int error = attach_stages(tracer, plan, startup);

	if (error) {
		explain_not_loaded(error, &tracer->options);
		return -1;
	}
	if (!plan__observes_anything(plan)) {
		explain_nothing(plan);
		return -1;
	}
	set_children(tracer, plan);
	return 0;
}

int tracer__attach_events(struct tracer *tracer, const struct plan *plan, const int *cgroup_fds)
{
	struct bpf_object *object = tracer->objects[OBJECT_FENTRY];

	event_programs__attach_modules(&tracer->events, object);
	if (tracer->config.execs)
		event_programs__attach_execs(&tracer->events, object);
	if (set_cgroups(tracer, cgroup_fds)) {
		log_error("cannot filter by cgroup: %s (it must be in the cgroup v2 hierarchy)",
			  strerror(errno));
		return -1;
	}
	if (tracer->options.command &&
	    event_programs__attach_command(&tracer->events, object, plan->facts.preempts)) {
		shortage__report("cannot follow the command's processes", errno);
		return -1;
	}
	if (tracer->config.accept &&
	    event_programs__attach_accept(&tracer->events, object, plan->facts.preempts)) {
		shortage__report("cannot tell how long accept() waits", errno);
		return -1;
	}
	return 0;
}

struct tracer *tracer__attach(struct plan *plan, const struct config *config,
			      const struct load_options *options, struct startup *startup)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));

	if (!tracer) {
		shortage__report("cannot begin", ENOMEM);
		return NULL;
	}
	tracer->config = *config;
	tracer->options = *options;
	memset(tracer->clones, -1, sizeof(tracer->clones));
	/* Without the targets, libbpf looks for the functions, which takes longer. */
	if (!options->btf)
		tracer->targets = attach_targets__new();
	if (attach_all(tracer, plan, startup)) {
		tracer__detach(tracer);
		return NULL;
	}
	return tracer;
}

void tracer__attach_more(struct tracer *tracer, struct plan *plan, int probe)
{
	struct startup unused = { 0 };
	int error;

	probes__detach(tracer, probe);
	plan__retry(plan, probe);
	error = attach_stages(tracer, plan, &unused);
	if (error)
		log_verbose("%s cannot be observed: %s", plan->probes[probe].function,
			    strerror(error));
	set_children(tracer, plan);
}

void tracer__detach(struct tracer *tracer)
{
	int i;

	if (!tracer)
		return;
	probes__detach_all(tracer);
	event_programs__detach(&tracer->events);
	if (tracer->execs)
		munmap((void *)tracer->execs, NR_EXECS * sizeof(struct exec_entry));
	if (tracer->state)
		munmap(tracer->state, sizeof(struct state));
	for (i = NR_OBJECTS - 1; i >= 0; i--)
		bpf_object__close(tracer->objects[i]);
	attach_targets__free(tracer->targets);
	free(tracer);
}
