// SPDX-License-Identifier: GPL-2.0
#include "trace/observation.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/cgroups.h"
#include "kernel/core_btf.h"
#include "kernel/kernel_btf.h"
#include "kernel/shortage.h"
#include "plan/filter_flags.h"
#include "symbols/process.h"
#include "text/log.h"

_Static_assert(START_TIME_UNIT == PROCESS_START_UNIT, "both sides round alike");

/* Find out which processes have the numbers of --pid now. */
static void read_pid_starts(const struct filter_values *pids, __u64 *starts)
{
	__u32 i;

	for (i = 0; i < pids->nr; i++)
		starts[i] = process__start_ns("/proc", pids->values[i]);
}

/* Tell the programs, in the kernel's time. */
static void write_pid_starts(const struct tracer *tracer, const __u64 *starts)
{
	__u32 i;

	for (i = 0; i < tracer->config.filter.pids.nr; i++)
		tracer__state(tracer)->pid_starts[i] =
			starts[i] && starts[i] != PROCESS_GONE
				? boot_clock__from_proc(&tracer->clock, starts[i])
				: starts[i];
}

static void make_config(struct config *config, const struct selection *selection,
			const struct host *host, const struct kernel_btf_facts *facts,
			const struct features *features)
{
	memset(config, 0, sizeof(*config));
	config->filter = selection->filter;
	config->filter.command = selection->command;
	filter_flags__set(&config->filter);
	config->pid_namespace = host->pid_namespace;
	config->pid_namespace_level = !host->initial_pid_namespace;
	config->tool_pid = getpid();
	config->follow_children = selection->follow_children;
	config->stack_size = host->stack_size;
	config->page_size = sysconf(_SC_PAGESIZE);
	config->entries_can_be_skipped = host->preempts;
	config->stacks = selection->kernel_stack || selection->user_stack;
	config->kernel_stack = selection->kernel_stack;
	config->user_stack = selection->user_stack;
	config->identify_process = selection->identify_processes || selection->user_stack;
	config->execs = selection->identify_processes;
	config->files = selection->user_stack || config->execs;
	config->process_names = selection->process_names;
	config->state = selection->state;
	config->accept = selection->accept;
	config->extras =
		config->pid_namespace_level || config->stacks || config->state || config->accept;
	config->wakeup_bytes = (__u64)selection->buffer_mib * 1024 * 1024 / 4;
	config->seccomp_kill_returns = features->has[FEATURE_SECCOMP_KILL_RETURNS];
	config->seccomp_arguments = facts->seccomp_arguments;
	config->types = facts->ids.types;
	if (!facts->ids.rdonly_cast || features->has[FEATURE_SORTED_BTF] || selection->btf)
		config->types.task_struct = 0;
	memcpy(config->arguments, facts->arguments, sizeof(config->arguments));
}

static void make_plan(struct plan *plan, const struct selection *selection, const struct host *host,
		      const struct kernel_btf_facts *btf, const struct features *features,
		      const struct family_function *functions)
{
	char modules[HOST_SECURITY_MODULES_SIZE];
	struct plan_facts facts = {
		.picked = selection->picked,
		.named = selection->named,
		.in_btf = btf->stages,
		.renamed = btf->renamed,
		.no_fentry = btf->no_fentry,
		.other_arguments = btf->other_arguments,
		.kernel_btf = host->kernel_btf,
		.preempts = host->preempts,
		.fprobe_per_task = features->has[FEATURE_FPROBE_PER_TASK],
		/* Its programs need numbers in the kernel's own BTF. */
		.kprobe_session = features->has[FEATURE_KPROBE_SESSION] && !selection->btf,
		.choice = selection->attach,
		.families = functions,
	};

	host__read_security_modules(modules);
	/* If it is not known which modules are active, all their hooks are observed. */
	if (modules[0])
		facts.inactive = stages_lsm & ~stage__hooks_of(modules);
	plan__make(plan, &facts);
}

/*
 * Look up the BTF ids of the create functions. These are ids in the running kernel's own BTF, so a
 * file that replaces it can't provide them.
 */
static void look_up_btf_ids(const struct btf *btf, const char *file,
			    struct family_function *functions)
{
	const char *names[NR_FAMILIES] = {};
	__u32 ids[NR_FAMILIES];
	int family;

	if (file)
		return;
	for (family = 0; family < NR_FAMILIES; family++) {
		if (functions[family].name[0] && !functions[family].in_module)
			names[family] = functions[family].name;
	}
	kernel_btf__find_functions(btf, names, ids, NR_FAMILIES);
	for (family = 0; family < NR_FAMILIES; family++)
		functions[family].btf_id = ids[family];
}

/*
 * Open the kernel's table of families. If BPF programs can't look up symbols, all symbols have to
 * be read here. That takes a while: the kernel writes more than 100,000 lines.
 */
static void open_families(struct observation *observation, const struct kernel_btf_facts *facts)
{
	struct kernel_symbol_address table = { .name = "net_families" };
	const char *reason;

	if (!observation->features.has[FEATURE_KALLSYMS_LOOKUP]) {
		observation->symbols = kernel_symbols__read(NULL, &table, 1, &reason);
		if (!observation->symbols)
			log_verbose("the table of families can't be found: %s", reason);
	}
	observation->families = families__open(facts, &observation->features, observation->symbols,
					       table.found == 1 ? table.address : 0);
	/* What was registered before the first look at the table is not a change. */
	families__take_changes(observation->families);
}

/* Find out what the kernel has to be observed. Return -1 after printing an error. */
static int read_functions(struct observation *observation, const struct selection *selection,
			  const struct host *host, struct kernel_btf_facts *facts)
{
	struct kernel_btf_type types[NR_FEATURES];
	__u64 since = startup__now_ns();
	struct btf *btf = kernel_btf__open(selection->btf);

	if (!btf)
		return -1;
	features__list_types(types);
	kernel_btf__read(btf, facts, types, NR_FEATURES);
	features__read(&observation->features, btf, types, host);
	startup__add(&observation->startup, STARTUP_TYPES, since);
	since = startup__now_ns();
	if (selection->picked & STAGE_BIT(STAGE_FAMILY_CREATE)) {
		open_families(observation, facts);
		families__read(observation->families, observation->functions);
		look_up_btf_ids(btf, selection->btf, observation->functions);
	}
	startup__add(&observation->startup, STARTUP_FAMILIES, since);
	since = startup__now_ns();
	observation->core_btf = core_btf__make(btf);
	kernel_btf__close(btf);
	startup__add(&observation->startup, STARTUP_TYPES, since);
	if (observation->core_btf >= 0)
		return 0;
	shortage__report("cannot take what the programs need out of the kernel's types", errno);
	return -1;
}

static void measure_costs(struct observation *observation)
{
	__u64 since = startup__now_ns();

	if (observation->calibrate)
		probe_costs__measure(&observation->probe_costs, observation->tracer,
				     observation->plan, observation->costs);
	startup__add(&observation->startup, STARTUP_CALIBRATION, since);
}

static int set_exe_files(const struct observation *observation)
{
	const struct exe_paths *exe_paths = &observation->exe_paths;

	if (!exe_paths->nr ||
	    !tracer__set_exe_files(observation->tracer, exe_paths->fds, exe_paths->nr))
		return 0;
	log_error("cannot filter by --exe: %s", strerror(errno));
	return -1;
}

/*
 * Attach all probes, measure what they cost, and attach the programs for other events. Return -1
 * after printing an error.
 */
static int attach_all(struct observation *observation, const struct config *config,
		      const struct load_options *options, const int *cgroup_fds)
{
	observation->tracer =
		tracer__attach(observation->plan, config, options, &observation->startup);
	if (!observation->tracer || set_exe_files(observation))
		return -1;
	write_pid_starts(observation->tracer, observation->pid_starts);
	/* Measure before other programs run at the same time. */
	measure_costs(observation);
	return tracer__attach_events(observation->tracer, observation->plan, cgroup_fds);
}

static int attach(struct observation *observation, const struct selection *selection,
		  const struct config *config, const struct kernel_btf_facts *facts)
{
	const struct load_options options = {
		.btf = selection->btf,
		.core_btf = observation->core_btf,
		.ids = facts->ids,
		.buffer_bytes = selection->buffer_mib * 1024 * 1024,
		.command = selection->command,
		.seccomp = selection__may_watch_seccomp(selection),
		.calibrate = observation->calibrate,
		.atomics = observation->features.has[FEATURE_ATOMICS],
	};
	int cgroup_fds[FILTER_MAX_VALUES];
	int error;

	if (exe_paths__open(&observation->exe_paths, selection->exe_paths,
			    selection->nr_exe_paths) ||
	    cgroups__open(selection->cgroups, selection->filter.nr_cgroups, cgroup_fds))
		return -1;
	error = attach_all(observation, config, &options, cgroup_fds);
	cgroups__close(cgroup_fds, selection->filter.nr_cgroups);
	return error;
}

/* Warn if functions are not observed whose exits tell --state about objects. */
static void warn_of_state(const struct plan *plan)
{
	static const struct {
		enum stage stage;
		const char *consequence;
	} needed[] = {
		{ STAGE_SOCK_CREATE, "nothing is known" },
		{ STAGE_SOCK_ALLOC, "a socket is known only when __sock_create() has returned" },
		{ STAGE_SK_ALLOC, "a sock is known only when its socket points to it" },
	};
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		const struct stage_plan *planned = &plan->probes[needed[i].stage];

		if (planned->way == ATTACH_NONE)
			log_warning("--state: %s is not observed: %s", stages[needed[i].stage].name,
				    needed[i].consequence);
	}
}

/* Warn of stages that were asked for by name and are not observed. */
static void warn_of_named(const struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		const struct stage_plan *planned = &plan->probes[stage];

		if (plan->facts.named & STAGE_BIT(stage) && stage != STAGE_FAMILY_CREATE &&
		    planned->way == ATTACH_NONE)
			log_warning("--stages: %s is not observed: %s", planned->function,
				    planned->reason);
	}
}

/*
 * Warn if the files of other users' processes can't be read, so that their functions have no names.
 * The first process is another user's unless the tool has the right.
 */
static void warn_of_rights(const struct selection *selection)
{
	char path[1];

	if (selection->user_stack && readlink("/proc/1/exe", path, sizeof(path)) < 0 &&
	    errno == EACCES)
		log_warning("-U: functions of other users' processes may have no names: "
			    "CAP_SYS_PTRACE is needed to read their files");
}

static void warn(const struct selection *selection, const struct plan *plan)
{
	if (selection->state)
		warn_of_state(plan);
	warn_of_named(plan);
	warn_of_rights(selection);
}

int observation__begin(struct observation *observation, struct plan *plan,
		       struct latency_costs *costs, const struct selection *selection,
		       const struct host *host)
{
	struct kernel_btf_facts facts;
	struct config config;

	memset(observation, 0, sizeof(*observation));
	observation->core_btf = -1;
	memset(costs, 0, sizeof(*costs));
	observation->plan = plan;
	observation->costs = costs;
	read_pid_starts(&selection->filter.pids, observation->pid_starts);
	/*
	 * With --state there is no calibration: taking snapshots costs much more than everything
	 * else, and varies. Without the kernel's BTF there is none since it runs a fentry program.
	 */
	observation->calibrate = !selection->raw_latency && !selection->state && host->kernel_btf;
	if (read_functions(observation, selection, host, &facts))
		return -1;
	features__log(&observation->features);
	make_plan(plan, selection, host, &facts, &observation->features, observation->functions);
	make_config(&config, selection, host, &facts, &observation->features);
	observation->socket_flags = facts.socket_flags;
	if (!attach(observation, selection, &config, &facts)) {
		startup__log(&observation->startup);
		warn(selection, plan);
		return 0;
	}
	observation__end(observation);
	return -1;
}

/*
 * Return whether a family's create function must be attached again: it is another function, or that
 * of a module that may have been removed and loaded again. The kprobes of a removed module are
 * dead.
 */
static bool is_new(const struct family_function *before, const struct family_function *now)
{
	if (strcmp(before->name, now->name) != 0)
		return true;
	return now->name[0] && !before->btf_id && now->generation != before->generation;
}

static void attach_more(struct observation *observation, int probe, bool was_observed,
			observed_handler handler, void *context)
{
	struct stage_plan *planned = &observation->plan->probes[probe];

	tracer__attach_more(observation->tracer, observation->plan, probe);
	if (observation->calibrate)
		probe_costs__measure_one(&observation->probe_costs, observation->tracer,
					 observation->plan, probe, observation->costs);
	planned->since_ns = boot_clock__ns(&observation->tracer->clock);
	if (planned->way != ATTACH_NONE && !was_observed)
		handler(context, probe);
}

/* Attach to functions that have come or changed. */
static void __attribute__((noinline))
attach_changed(struct observation *observation, observed_handler handler, void *context)
{
	struct family_function functions[NR_FAMILIES] = {};
	const struct stage_plan *probes = observation->plan->probes;
	int i;

	families__read(observation->families, functions);
	for (i = 0; i < NR_FAMILIES; i++) {
		struct family_function *function = &observation->functions[i];
		bool was_observed = probes[NR_STAGES + i].way != ATTACH_NONE &&
				    !strcmp(function->name, functions[i].name);

		if (!is_new(function, &functions[i]))
			continue;
		*function = functions[i];
		attach_more(observation, NR_STAGES + i, was_observed, handler, context);
	}
	for (i = 0; i < NR_STAGES; i++) {
		if (probes[i].absent && probes[i].way == ATTACH_NONE)
			attach_more(observation, i, false, handler, context);
	}
}

/*
 * This runs for every record. The rare case is a function of its own so that the common case does
 * not pay for its large stack frame.
 */
void observation__update(struct observation *observation, observed_handler handler, void *context)
{
	if (families__take_changes(observation->families))
		attach_changed(observation, handler, context);
}

void observation__follow_exes(struct observation *observation)
{
	if (exe_paths__look(&observation->exe_paths))
		set_exe_files(observation);
}

void observation__end(struct observation *observation)
{
	exe_paths__close(&observation->exe_paths);
	probe_costs__end(&observation->probe_costs);
	tracer__detach(observation->tracer);
	if (observation->core_btf >= 0)
		close(observation->core_btf);
	observation->core_btf = -1;
	families__close(observation->families);
	kernel_symbols__free(observation->symbols);
	observation->tracer = NULL;
	observation->families = NULL;
	observation->symbols = NULL;
}
