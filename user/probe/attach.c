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
#include "probe/tracer.h"
#include "text/log.h"

/* The more often the clock is read, the closer together two of the readings are. */
#define NR_CLOCK_READINGS 5

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void detach_probe(struct tracer *tracer, int probe)
{
	int half;

	/* Whoever else is in a shared link keeps it. */
	tracer->is_shared[probe] = false;
	for (half = 0; half < NR_HALVES; half++) {
		probe_link__destroy(tracer->links[probe][half]);
		tracer->links[probe][half] = NULL;
		if (probe < NR_STAGES)
			continue;
		close_fd(&tracer->clones[probe - NR_STAGES][half].link_fd);
		close_fd(&tracer->clones[probe - NR_STAGES][half].program_fd);
	}
}

static bool is_attached(const struct tracer *tracer, int probe, enum half half)
{
	return tracer->links[probe][half] || tracer->is_shared[probe] ||
	       (probe >= NR_STAGES && tracer->clones[probe - NR_STAGES][half].link_fd >= 0);
}

/* Load the program once more for another function, and attach it. Return 0, or -1 and errno. */
static int attach_clone(struct clone *clone, const struct attach_targets *targets, enum half half,
			__u32 btf_id)
{
	clone->program_fd = attach_targets__clone(targets, half, btf_id);
	if (clone->program_fd < 0)
		return -1;
	clone->link_fd = bpf_raw_tracepoint_open(NULL, clone->program_fd);
	return clone->link_fd < 0 ? -1 : 0;
}

/* 0, or a positive errno. */
static int attach_half(struct tracer *tracer, enum object_kind kind, enum half half,
		       const struct plan *plan, int probe)
{
	struct bpf_program *program = load__program(tracer->objects[kind], kind, plan__stage(probe),
						    half, tracer->config.state);
	struct probe_link **link = &tracer->links[probe][half];
	int family = probe - NR_STAGES;

	if (kind == OBJECT_FENTRY && family >= 0) {
		__u32 btf_id = plan->facts.families[family].btf_id;

		if (btf_id != tracer->family_target)
			return attach_clone(&tracer->clones[family][half], tracer->targets, half,
					    btf_id)
				       ? errno
				       : 0;
	}
	if (plan->probes[probe].way == ATTACH_KPROBE)
		kind = OBJECT_KPROBE;
	*link = probe_link__attach(program, kind, half, plan->probes[probe].function,
				   plan__stage(probe));
	return *link ? 0 : errno;
}

/*
 * Attach one half of every probe of an object that is not attached yet. Return 0, or a positive
 * errno for a shortage.
 */
static int attach_halves(struct tracer *tracer, enum object_kind kind, enum half half,
			 struct plan *plan)
{
	int probe, error;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (!load__is_in(kind, plan, probe) || is_attached(tracer, probe, half))
			continue;
		error = attach_half(tracer, kind, half, plan, probe);
		if (!error)
			continue;
		log_verbose("%s: attaching by %s: %s", plan->probes[probe].function,
			    attach_way_name(plan->probes[probe].way), strerror(error));
		if (load__is_shortage(error))
			return error;
		plan__refused(plan, probe, error);
		detach_probe(tracer, probe);
	}
	return 0;
}

/*
 * Attach a program to all functions at once that the plan wants it for. Return 0, or a positive
 * errno if none is attached.
 */
static int attach_shared(struct tracer *tracer, const struct plan *plan,
			 enum session_program number)
{
	const struct bpf_program *program =
		kprobe_session__find(tracer->objects[OBJECT_KPROBE_SESSION], number);
	const char *functions[NR_PROBES];
	__u64 cookies[NR_PROBES];
	bool is_shared[NR_PROBES] = {};
	int probe, nr = 0;

	for (probe = 0; probe < NR_PROBES; probe++) {
		enum stage stage = plan__stage(probe);

		if (!load__is_in(OBJECT_KPROBE_SESSION, plan, probe) ||
		    kprobe_session__of_stage(stage) != number ||
		    is_attached(tracer, probe, EXIT_HALF))
			continue;
		functions[nr] = plan->probes[probe].function;
		cookies[nr++] = stage;
		is_shared[probe] = true;
	}
	if (!nr)
		return 0;
	tracer->shared_links[number] = probe_link__attach_all(program, functions, cookies, nr);
	if (!tracer->shared_links[number])
		return errno;
	for (probe = 0; probe < NR_PROBES; probe++)
		tracer->is_shared[probe] |= is_shared[probe];
	return 0;
}

/* What can't be attached at once is attached one by one, which tells whom the kernel refuses. */
static int attach_paired(struct tracer *tracer, struct plan *plan)
{
	int i, error;

	for (i = 0; i < NR_SESSION_PROGRAMS; i++) {
		if (tracer->shared_links[i])
			continue;
		error = attach_shared(tracer, plan, i);
		if (error && load__is_shortage(error))
			return error;
	}
	return attach_halves(tracer, OBJECT_KPROBE_SESSION, EXIT_HALF, plan);
}

/*
 * Attach the exits before the entries. A function that is running when its entry is attached then
 * has an exit whenever it has an entry.
 */
static int attach_object(struct tracer *tracer, enum object_kind kind, struct plan *plan)
{
	int error;

	if (objects__is_paired(kind))
		return attach_paired(tracer, plan);
	error = attach_halves(tracer, kind, EXIT_HALF, plan);
	return error ? error : attach_halves(tracer, kind, ENTRY_HALF, plan);
}

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
		    is_attached(tracer, probe, EXIT_HALF))
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
		error = attach_object(tracer, kind, plan);
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

	detach_probe(tracer, probe);
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
	for (i = 0; i < NR_PROBES; i++)
		detach_probe(tracer, i);
	for (i = 0; i < NR_SESSION_PROGRAMS; i++)
		probe_link__destroy(tracer->shared_links[i]);
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
