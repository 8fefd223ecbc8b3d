// SPDX-License-Identifier: GPL-2.0
#include "probe/load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/event_load.h"
#include "probe/kprobe_session.h"
#include "probe/object_maps.h"
#include "probe/proof_programs.h"
#include "text/log.h"

#define LOG_BUFFER_SIZE	  4096 /* of the verifier's log for one program */
#define PROGRAM_NAME_SIZE 64

/* An object that is being loaded, with the verifier's log of each program. */
struct loading {
	enum object_kind kind;
	struct bpf_object *object;
	bool calibration; /* load its programs, too */
	bool proof;	  /* and those of the proof */
	bool keeps_logs;  /* the logs are those of an earlier attempt */
	const struct kernel_btf_ids *ids;
	struct attach_targets *targets; /* or NULL */
	char logs[NR_STAGES][NR_HALVES][LOG_BUFFER_SIZE];
	struct seccomp_load seccomp;
};

enum attach_way load__way(enum object_kind kind)
{
	static const enum attach_way ways[NR_OBJECTS] = {
		[OBJECT_FENTRY] = ATTACH_FENTRY,
		[OBJECT_KPROBE_SESSION] = ATTACH_KPROBE_SESSION,
		[OBJECT_KPROBE_MULTI] = ATTACH_KPROBE_MULTI,
		[OBJECT_KPROBE] = ATTACH_KPROBE,
	};

	return ways[kind];
}

bool load__is_in(enum object_kind kind, const struct plan *plan, int probe)
{
	const struct plan_facts *facts = &plan->facts;
	enum attach_way way = plan->probes[probe].way;

	if (way == ATTACH_KPROBE && probe < NR_STAGES && stages_variadic & STAGE_BIT(probe) &&
	    facts->choice == ATTACH_CHOICE_AUTO && facts->kernel_btf && !facts->fprobe_per_task)
		return kind == OBJECT_FENTRY;
	return way == load__way(kind);
}

bool load__is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

bool load__is_wanted(enum object_kind kind, const struct plan *plan)
{
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (load__is_in(kind, plan, probe))
			return true;
	}
	return false;
}

/*
 * The first probe of a stage that the plan wants in this way, or -1. Only the stage of the families
 * has several.
 */
static int find_probe(enum object_kind kind, const struct plan *plan, enum stage stage)
{
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (plan__stage(probe) == stage && load__is_in(kind, plan, probe))
			return probe;
	}
	return -1;
}

/*
 * Whether a stage's programs are to be loaded. An object is loaded only once. So the kprobe object
 * also gets the programs whose functions may come with a module; these need only be attached then.
 */
static bool wants_stage(enum object_kind kind, const struct plan *plan, enum stage stage)
{
	const struct stage_plan *planned = &plan->probes[stage];
	bool may_come = planned->picked && (stage == STAGE_FAMILY_CREATE || planned->absent);

	return find_probe(kind, plan, stage) >= 0 || (kind == OBJECT_KPROBE && may_come);
}

struct bpf_program *load__program(struct bpf_object *object, enum object_kind kind,
				  enum stage stage, enum half half, bool state)
{
	const char *prefix = half == ENTRY_HALF ? "enter" : "exit";
	struct bpf_program *program = NULL;
	char name[PROGRAM_NAME_SIZE];

	if (kind == OBJECT_KPROBE_SESSION)
		return kprobe_session__find(object, kprobe_session__of_stage(stage));
	/* Rarely used stages have one program for both, and before outermost calls there is
	 * nothing. */
	if (state) {
		snprintf(name, sizeof(name), "%s_%s", half == EXIT_HALF ? "snap" : "look",
			 stages[stage].id);
		program = bpf_object__find_program_by_name(object, name);
	}
	if (program)
		return program;
	snprintf(name, sizeof(name), "%s_%s", prefix, stages[stage].id);
	return bpf_object__find_program_by_name(object, name);
}

struct bpf_program *load__calibration_program(struct bpf_object *object, enum object_kind kind,
					      int number, enum half half)
{
#define NAMES(number) \
	{ [ENTRY_HALF] = "enter_calibration_" #number, [EXIT_HALF] = "exit_calibration_" #number },
	static const char *const names[NR_CALIBRATION_FUNCTIONS][NR_HALVES] = {
		CALIBRATION_FUNCTIONS(NAMES)
	};
#undef NAMES

	if (kind == OBJECT_KPROBE_SESSION)
		return kprobe_session__find(object, SESSION_INNER);
	return bpf_object__find_program_by_name(object, names[number][half]);
}

__u32 load__family_target(const struct plan *plan)
{
	int probe = find_probe(OBJECT_FENTRY, plan, STAGE_FAMILY_CREATE);

	return probe < 0 ? 0 : plan->facts.families[probe - NR_STAGES].btf_id;
}

/*
 * Set the function that a fentry program is for. By default it is the function that the table names
 * first.
 */
static void set_target(const struct loading *loading, struct bpf_program *program,
		       const struct plan *plan, enum stage stage)
{
	int probe = find_probe(OBJECT_FENTRY, plan, stage);
	const char *function = plan->probes[probe].function;

	if (loading->targets)
		attach_targets__set(loading->targets, program,
				    probe < NR_STAGES
					    ? loading->ids->stages[stage]
					    : plan->facts.families[probe - NR_STAGES].btf_id);
	else if (strcmp(function, stages[stage].name))
		bpf_program__set_attach_target(program, 0, function);
}

static void pick_calibration_program(const struct loading *loading, int number, enum half half)
{
	struct bpf_program *program =
		load__calibration_program(loading->object, loading->kind, number, half);

	bpf_program__set_autoload(program, loading->calibration);
	if (loading->targets)
		attach_targets__set(loading->targets, program, loading->ids->calibration[number]);
	if (loading->kind == OBJECT_KPROBE_MULTI)
		bpf_program__set_expected_attach_type(program, BPF_TRACE_KPROBE_MULTI);
}

static void pick_calibration(const struct loading *loading)
{
	int i, half;

	for (i = 0; i < NR_CALIBRATION_FUNCTIONS; i++) {
		for (half = 0; half < NR_HALVES; half++)
			pick_calibration_program(loading, i, (enum half)half);
	}
}

static void pick_proof(const struct loading *loading, const struct plan *plan)
{
	bool known = !loading->targets || loading->ids->proof;

	proof_programs__pick(loading->object, loading->kind, loading->proof,
			     known && (plan__uses(plan, ATTACH_FENTRY) || loading->seccomp.wanted));
	if (loading->targets)
		attach_targets__set(loading->targets,
				    proof_programs__find(loading->object, PROOF_FENTRY),
				    loading->ids->proof);
}

static void set_log(const struct loading *loading, struct bpf_program *program, char *log)
{
	if (loading->keeps_logs)
		return;
	log[0] = '\0';
	bpf_program__set_log_buf(program, log, LOG_BUFFER_SIZE);
}

/* The same where the programs observe several stages. */
static void pick_paired(struct loading *loading, const struct plan *plan)
{
	bool wanted[NR_SESSION_PROGRAMS] = { [SESSION_INNER] = loading->calibration };
	int i, stage;

	for (stage = 0; stage < NR_STAGES; stage++)
		wanted[kprobe_session__of_stage(stage)] |= wants_stage(loading->kind, plan, stage);
	for (i = 0; i < NR_SESSION_PROGRAMS; i++) {
		struct bpf_program *program = kprobe_session__find(loading->object, i);

		kprobe_session__set_type(program);
		bpf_program__set_autoload(program, wanted[i]);
		set_log(loading, program, loading->logs[i][0]);
	}
	proof_programs__pick(loading->object, loading->kind, loading->proof, false);
}

/* Select the programs that the plan wants loaded, each with a log of its own. */
static void pick_programs(struct loading *loading, const struct plan *plan,
			  const struct config *config, bool command)
{
	struct bpf_program *program;
	int stage, half;

	if (objects__is_paired(loading->kind)) {
		pick_paired(loading, plan);
		return;
	}

	for (stage = 0; stage < NR_STAGES; stage++) {
		bool wanted = wants_stage(loading->kind, plan, stage);

		for (half = 0; half < NR_HALVES; half++) {
			program = load__program(loading->object, loading->kind, stage, half,
						!config->state);
			bpf_program__set_autoload(program, false);
			program = load__program(loading->object, loading->kind, stage, half,
						config->state);
			bpf_program__set_autoload(program, wanted);
			if (wanted && loading->kind == OBJECT_FENTRY &&
			    !(stages_variadic & STAGE_BIT(stage)))
				set_target(loading, program, plan, stage);
			/* The programs are the same, but the kernel must be told of the way. */
			if (loading->kind == OBJECT_KPROBE_MULTI)
				bpf_program__set_expected_attach_type(program,
								      BPF_TRACE_KPROBE_MULTI);
			set_log(loading, program, loading->logs[stage][half]);
			if (stage == STAGE_FAMILY_CREATE && loading->targets)
				attach_targets__keep(loading->targets, (enum half)half, program);
		}
	}
	pick_calibration(loading);
	pick_proof(loading, plan);
	if (loading->kind != OBJECT_FENTRY)
		return;
	seccomp_load__pick(&loading->seccomp, loading->object, loading->ids, loading->targets);
	event_load__pick(loading->object, config, command);
}

/* The verifier's log of a stage's programs, or NULL if it is empty. */
static const char *complaint(const struct loading *loading, enum stage stage)
{
	int half, number = stage;

	if (objects__is_paired(loading->kind))
		number = kprobe_session__of_stage(stage);
	for (half = 0; half < NR_HALVES; half++) {
		if (loading->logs[number][half][0])
			return loading->logs[number][half];
	}
	return NULL;
}

/*
 * Tell the plan which probes made loading fail. A program that the kernel has refused has something
 * in its log. Return false if no program has.
 */
static bool blame(struct loading *loading, struct plan *plan)
{
	bool found = false;
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		const char *words = complaint(loading, plan__stage(probe));

		if (!words || !load__is_in(loading->kind, plan, probe))
			continue;
		log_verbose_text("%s: %s", plan->probes[probe].function, words);
		plan__refused(plan, probe, EINVAL);
		found = true;
	}
	return found;
}

/*
 * Tell the plan that the kernel refuses all programs of the object's own way, or, if there are none
 * (any more), all others in it.
 */
static void refuse_all(const struct loading *loading, struct plan *plan, int error)
{
	bool found = false;
	int probe, pass;

	for (pass = 0; pass < 2 && !found; pass++) {
		for (probe = 0; probe < NR_PROBES; probe++) {
			if (!load__is_in(loading->kind, plan, probe) ||
			    (!pass && plan->probes[probe].way != load__way(loading->kind)))
				continue;
			plan__refused(plan, probe, error);
			found = true;
		}
	}
}

/* Take out what made loading fail, in the order of how much is lost with it. */
static void take_out(struct loading *loading, struct plan *plan, int error)
{
	if (seccomp_load__blame(&loading->seccomp) || blame(loading, plan))
		return;
	/* Some kernels do not have the functions that calibration needs. */
	if (loading->calibration) {
		loading->calibration = false;
		return;
	}
	if (loading->seccomp.wanted) {
		loading->seccomp.wanted = false;
		return;
	}
	if (loading->proof) {
		loading->proof = false;
		return;
	}
	refuse_all(loading, plan, error);
}

/* Open the object and load it once. */
static int try_loading(struct loading *loading, struct bpf_object *maps, const struct plan *plan,
		       const struct config *config, const struct load_options *options)
{
	int error;

	/* The numbers are those of the kernel's own BTF. */
	loading->object = objects__open(loading->kind, config, options->atomics,
					options->btf ? NULL : &options->ids, options->core_btf);
	if (!loading->object)
		return errno;
	if (loading->targets)
		attach_targets__clear(loading->targets);
	pick_programs(loading, plan, config, options->command);
	if (object_maps__prepare(loading->object, maps, config, options->command,
				 options->buffer_bytes))
		error = errno;
	else
		error = -bpf_object__load(loading->object);
	if (error) {
		bpf_object__close(loading->object);
		loading->object = NULL;
	}
	return error;
}

/*
 * Load the object, and find out why that fails. After a failure libbpf loads the program again to
 * get the verifier's log. If the log does not fit into the buffer, ENOSPC hides the first error,
 * such as a shortage of descriptors. In that case load it again with libbpf's own logs, which grow
 * as needed.
 */
static int find_error(struct loading *loading, struct bpf_object *maps, const struct plan *plan,
		      const struct config *config, const struct load_options *options)
{
	int error = try_loading(loading, maps, plan, config, options);

	if (error != ENOSPC)
		return error;
	loading->keeps_logs = loading->seccomp.keeps_logs = true;
	error = try_loading(loading, maps, plan, config, options);
	loading->keeps_logs = loading->seccomp.keeps_logs = false;
	return error;
}

int load__object(enum object_kind kind, struct bpf_object *maps, struct plan *plan,
		 const struct config *config, const struct load_options *options,
		 struct attach_targets *targets, struct bpf_object **object)
{
	/* All of it, for the logs that a kind of object does not use. */
	struct loading *loading = calloc(1, sizeof(*loading));
	int error;

	if (!loading)
		return ENOMEM;
	loading->kind = kind;
	loading->calibration = options->calibrate;
	loading->proof = true;
	loading->seccomp.wanted = options->seccomp && kind == OBJECT_FENTRY;
	loading->seccomp.keeps_logs = false;
	loading->keeps_logs = false;
	loading->ids = &options->ids;
	loading->targets = kind == OBJECT_FENTRY ? targets : NULL;
	error = find_error(loading, maps, plan, config, options);
	/* Every round takes something out, until no program is left. */
	while (error && !load__is_shortage(error) &&
	       (load__is_wanted(kind, plan) || loading->calibration || loading->proof ||
		loading->seccomp.wanted)) {
		take_out(loading, plan, error);
		error = find_error(loading, maps, plan, config, options);
	}
	*object = loading->object;
	free(loading);
	return error;
}

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	if (level != LIBBPF_DEBUG)
		log_text(format, arguments);
	return 0;
}

void load__set_libbpf_log(int verbose)
{
	libbpf_set_print(verbose > 1 ? print_libbpf : NULL);
}
