// SPDX-License-Identifier: GPL-2.0
#include "probe/probes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "text/log.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void probes__detach(struct tracer *tracer, int probe)
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

bool probes__is_attached(const struct tracer *tracer, int probe, enum half half)
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
		if (!load__is_in(kind, plan, probe) || probes__is_attached(tracer, probe, half))
			continue;
		error = attach_half(tracer, kind, half, plan, probe);
		if (!error)
			continue;
		log_verbose("%s: attaching by %s: %s", plan->probes[probe].function,
			    attach_way_name(plan->probes[probe].way), strerror(error));
		if (load__is_shortage(error))
			return error;
		plan__refused(plan, probe, error);
		probes__detach(tracer, probe);
	}
	return 0;
}

/* Whether the kernel is known to have the function: one that it lacks has a whole link refused. */
static bool is_in_kernel(const struct plan_facts *facts, int probe)
{
	return probe < NR_STAGES ? facts->in_btf & STAGE_BIT(probe)
				 : facts->families[probe - NR_STAGES].btf_id;
}

/*
 * Attach a program to all functions at once that the plan wants it for and the kernel has. Return
 * 0, or a positive errno if none is attached.
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
		    !is_in_kernel(&plan->facts, probe) ||
		    probes__is_attached(tracer, probe, EXIT_HALF))
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
int probes__attach(struct tracer *tracer, enum object_kind kind, struct plan *plan)
{
	int error;

	if (objects__is_paired(kind))
		return attach_paired(tracer, plan);
	error = attach_halves(tracer, kind, EXIT_HALF, plan);
	return error ? error : attach_halves(tracer, kind, ENTRY_HALF, plan);
}

void probes__detach_all(struct tracer *tracer)
{
	int i;

	for (i = 0; i < NR_PROBES; i++)
		probes__detach(tracer, i);
	for (i = 0; i < NR_SESSION_PROGRAMS; i++)
		probe_link__destroy(tracer->shared_links[i]);
}
