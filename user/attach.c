// SPDX-License-Identifier: GPL-2.0
#include "attach.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "log.h"
#include "objects.h"

#define NR_OBJECTS	  2    /* enum object_kind */
#define LOG_BUFFER_SIZE	  4096 /* of the verifier's words on one program */
#define PROGRAM_NAME_SIZE 64

enum half { EXIT_HALF, ENTRY_HALF, NR_HALVES };

struct tracer {
	struct bpf_object *objects[NR_OBJECTS];
	struct bpf_link *links[NR_STAGES][NR_HALVES];
	struct bpf_link *command_links[2];
	struct state *state;
};

/* One object being loaded, with what the verifier says of each program that it refuses. */
struct loading {
	enum object_kind kind;
	struct bpf_object *object;
	char logs[NR_STAGES][NR_HALVES][LOG_BUFFER_SIZE];
};

static enum attach_way way_of(enum object_kind kind)
{
	return kind == OBJECT_FENTRY ? ATTACH_FENTRY : ATTACH_KPROBE;
}

static bool plan_uses(const struct plan *plan, enum object_kind kind)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (plan->stages[stage].way == way_of(kind))
			return true;
	}
	return false;
}

static struct bpf_program *find_program(struct bpf_object *object, int stage, enum half half)
{
	char name[PROGRAM_NAME_SIZE];

	snprintf(name, sizeof(name), "%s_%s", half == ENTRY_HALF ? "enter" : "exit",
		 stages[stage].id);
	return bpf_object__find_program_by_name(object, name);
}

/* Has only what the plan wants loaded, each program with a log of its own. */
static void pick_programs(struct loading *loading, const struct plan *plan, bool command)
{
	struct bpf_program *program;
	int stage, half;

	for (stage = 0; stage < NR_STAGES; stage++) {
		bool wanted = plan->stages[stage].way == way_of(loading->kind);

		for (half = 0; half < NR_HALVES; half++) {
			program = find_program(loading->object, stage, half);
			loading->logs[stage][half][0] = '\0';
			bpf_program__set_autoload(program, wanted);
			bpf_program__set_log_buf(program, loading->logs[stage][half],
						 LOG_BUFFER_SIZE);
		}
	}
	if (loading->kind != OBJECT_FENTRY)
		return;
	program = bpf_object__find_program_by_name(loading->object, "command_fork");
	bpf_program__set_autoload(program, command);
	program = bpf_object__find_program_by_name(loading->object, "command_exit");
	bpf_program__set_autoload(program, command);
}

/* The kprobe object works on the memory of the fentry object. */
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

static int prepare_maps(struct tracer *tracer, struct loading *loading, const struct config *config,
			const struct attach_options *options)
{
	struct bpf_map *map;

	map = bpf_object__find_map_by_name(loading->object, ".rodata.config");
	if (!map || bpf_map__set_initial_value(map, config, sizeof(*config)))
		return -1;
	if (loading->kind == OBJECT_KPROBE)
		return share_maps(loading->object, tracer->objects[OBJECT_FENTRY]);
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
static void blame(struct loading *loading, struct plan *plan, int error, enum attach_choice choice)
{
	bool found = false;
	int stage, half;

	for (stage = 0; stage < NR_STAGES; stage++) {
		for (half = 0; half < NR_HALVES; half++) {
			if (!loading->logs[stage][half][0])
				continue;
			log_verbose("%s: %s", stages[stage].name, loading->logs[stage][half]);
			plan__refused(plan, stage, EINVAL, choice);
			found = true;
			break;
		}
	}
	for (stage = 0; stage < NR_STAGES && !found; stage++) {
		if (plan->stages[stage].way == way_of(loading->kind))
			plan__refused(plan, stage, error, choice);
	}
}

/* Loads one object with what the plan wants of it, taking out what the kernel refuses. */
static int load_object(struct tracer *tracer, enum object_kind kind, struct plan *plan,
		       const struct config *config, const struct attach_options *options)
{
	struct loading *loading = malloc(sizeof(*loading));
	int error = ENOMEM;
	bool used;

	while (loading) {
		loading->kind = kind;
		loading->object = objects__open(kind, options->btf);
		if (!loading->object) {
			error = errno;
			break;
		}
		used = plan_uses(plan, kind);
		pick_programs(loading, plan, options->command);
		if (prepare_maps(tracer, loading, config, options)) {
			error = errno;
			bpf_object__close(loading->object);
			break;
		}
		error = -bpf_object__load(loading->object);
		if (!error) {
			tracer->objects[kind] = loading->object;
			break;
		}
		blame(loading, plan, error, options->choice);
		bpf_object__close(loading->object);
		/* Without any program of the plan's in it, it is something else that fails. */
		if (!used)
			break;
	}
	free(loading);
	return error;
}

static void detach_stage(struct tracer *tracer, int stage)
{
	int half;

	for (half = 0; half < NR_HALVES; half++) {
		bpf_link__destroy(tracer->links[stage][half]);
		tracer->links[stage][half] = NULL;
	}
}

/*
 * Attaches one half of every stage of an object. Exits go first: a function that is running when
 * its entry is attached then has an exit whenever it has an entry.
 */
static void attach_half(struct tracer *tracer, enum object_kind kind, enum half half,
			struct plan *plan, enum attach_choice choice)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		struct bpf_program *program;

		if (plan->stages[stage].way != way_of(kind))
			continue;
		program = find_program(tracer->objects[kind], stage, half);
		tracer->links[stage][half] = bpf_program__attach(program);
		if (tracer->links[stage][half])
			continue;
		log_verbose("%s: attaching by %s: %s", stages[stage].name,
			    attach_way_name(way_of(kind)), strerror(errno));
		plan__refused(plan, stage, errno, choice);
		detach_stage(tracer, stage);
	}
}

static void attach_object(struct tracer *tracer, enum object_kind kind, struct plan *plan,
			  enum attach_choice choice)
{
	attach_half(tracer, kind, EXIT_HALF, plan, choice);
	attach_half(tracer, kind, ENTRY_HALF, plan, choice);
}

/* The type number of the kprobe PMU, or -1 if the kernel has no kprobes. */
static int kprobe_pmu(void)
{
	FILE *file = fopen("/sys/bus/event_source/devices/kprobe/type", "re");
	int type;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &type) != 1)
		type = -1;
	fclose(file);
	return type;
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
static void try_kprobes(struct plan *plan, __u64 in_btf, enum attach_choice choice)
{
	int pmu = kprobe_pmu();
	int stage, error;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (plan->stages[stage].way != ATTACH_KPROBE)
			continue;
		error = 0;
		if (pmu < 0)
			error = ENODEV;
		else if (!(in_btf & STAGE_BIT(stage)))
			error = try_kprobe(pmu, stages[stage].name);
		if (error)
			plan__refused(plan, stage, error, choice);
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

static int attach_command(struct tracer *tracer)
{
	static const char *const names[] = { "command_exit", "command_fork" };
	int i;

	for (i = 0; i < 2; i++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(tracer->objects[OBJECT_FENTRY], names[i]);

		tracer->command_links[i] = bpf_program__attach(program);
		if (!tracer->command_links[i])
			return -1;
	}
	return 0;
}

/* Loads and attaches the stages: by fentry first, and what that leaves by kprobe. */
static int attach_stages(struct tracer *tracer, struct plan *plan, const struct config *config,
			 const struct attach_options *options)
{
	int error;

	/* Always loaded, if without programs: it holds the maps. */
	error = load_object(tracer, OBJECT_FENTRY, plan, config, options);
	if (error) {
		log_error("the kernel refuses the BPF maps: %s", strerror(error));
		return -1;
	}
	attach_object(tracer, OBJECT_FENTRY, plan, options->choice);
	try_kprobes(plan, options->in_btf, options->choice);
	if (plan_uses(plan, OBJECT_KPROBE)) {
		error = load_object(tracer, OBJECT_KPROBE, plan, config, options);
		if (error)
			log_verbose("kprobe programs: %s", strerror(error));
		else
			attach_object(tracer, OBJECT_KPROBE, plan, options->choice);
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
			  stages[stage].name, plan->stages[stage].reason);
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
	if (set_cgroups(tracer, config, options->cgroup_fds)) {
		log_error("cannot filter by cgroup: %s (it must be in the cgroup v2 hierarchy)",
			  strerror(errno));
		return -1;
	}
	if (options->command && attach_command(tracer)) {
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

void tracer__open_gate(struct tracer *tracer)
{
	__atomic_store_n(&tracer->state->gate, 1, __ATOMIC_RELEASE);
}

void tracer__close_gate(struct tracer *tracer)
{
	__atomic_store_n(&tracer->state->gate, 0, __ATOMIC_RELEASE);
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

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, arguments);
}

void attach__set_libbpf_log(int verbose)
{
	libbpf_set_print(verbose > 1 ? print_libbpf : NULL);
}

int kernel_btf__stages(const char *path, __u64 *found)
{
	struct btf *btf = path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();
	int stage;

	if (!btf) {
		log_error("cannot read %s%s: it holds no BTF that this tool understands",
			  path ? "the BTF file " : "the kernel's BTF", path ? path : "");
		return -1;
	}
	*found = 0;
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (btf__find_by_name_kind(btf, stages[stage].name, BTF_KIND_FUNC) > 0)
			*found |= STAGE_BIT(stage);
	}
	btf__free(btf);
	return 0;
}
