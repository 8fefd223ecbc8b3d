/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan says how each stage is observed on this kernel, and why. It is made from facts, without
 * asking the kernel. probe/attach.c carries it out, and corrects it when the kernel refuses.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>

#include "kernel/families.h"
#include "names/stage.h"

enum attach_way {
	ATTACH_NONE, /* not observed */
	ATTACH_FENTRY,
	ATTACH_KPROBE,
	ATTACH_KPROBE_SESSION, /* as kprobe.multi, but one program for entry and return */
	ATTACH_KPROBE_MULTI,   /* through ftrace; any number of calls at a time */
	ATTACH_RECONSTRUCTED,  /* computed from the spans of other stages */
};

/* What --attach asks for. */
enum attach_choice {
	ATTACH_CHOICE_AUTO,
	ATTACH_CHOICE_FENTRY,
	ATTACH_CHOICE_KPROBE,
	ATTACH_CHOICE_KPROBE_SESSION,
	ATTACH_CHOICE_KPROBE_MULTI,
};

struct stage_plan {
	const char *function; /* the function's name on this kernel; "" if there is none */
	enum attach_way way;
	bool picked;	  /* the user wants it; else way is ATTACH_NONE */
	bool absent;	  /* the kernel has no such function now, but a module may bring it */
	bool ruled_out;	  /* reason says which other ways were ruled out, not why this way */
	__u64 since_ns;	  /* boot clock when it was attached, 0 if before the trace */
	char reason[256]; /* why it is observed in this way: one clause, for people */
};

/* What is known about the kernel before anything is attached. */
struct plan_facts {
	__u64 picked;	       /* STAGE_BIT()s of the stages that are to be observed */
	__u64 named;	       /* STAGE_BIT()s of those of them that users have named one by one */
	__u64 in_btf;	       /* STAGE_BIT()s of those whose function is in the kernel's BTF */
	__u64 renamed;	       /* STAGE_BIT()s of those in BTF that have their other name there */
	__u64 no_fentry;       /* STAGE_BIT()s of variadic functions: fentry can't observe them */
	__u64 other_arguments; /* STAGE_BIT()s of those with more or fewer than stages.def says */
	__u64 inactive;	       /* STAGE_BIT()s of hooks of security modules that are not active */
	bool kernel_btf;       /* the running kernel has BTF, which fentry needs */
	bool preempts;	       /* the kernel may preempt a task in a fentry program */
	bool fprobe_per_task;  /* kprobe.multi keeps returns in the task, so it misses none */
	bool kprobe_session;   /* the kernel has kprobe.session */
	enum attach_choice choice;
	/* An array of NR_FAMILIES, which must outlive the plan, or NULL if families are unknown. */
	const struct family_function *families;
};

/*
 * The number of a stage's probe is that of the stage. From NR_STAGES on there is one probe for the
 * create function of each family 0, 1, … NR_FAMILIES - 1. These together are the stage
 * STAGE_FAMILY_CREATE, which has no function of its own.
 */
#define NR_PROBES (NR_STAGES + NR_FAMILIES)

struct plan {
	struct plan_facts facts;
	struct stage_plan probes[NR_PROBES];
};

/* Return the stage of a probe. */
enum stage plan__stage(int probe);

/*
 * Return whether users are told how the probe is observed: it is picked and stands for a function.
 * This excludes create functions of families that are not registered, of which only a likely name
 * is known.
 */
bool plan__is_shown(const struct plan *plan, int probe);

/* Plan a family's create function again, after it was registered, unregistered or changed. */
void plan__family(struct plan *plan, int family);

/* Plan a probe again whose function was absent, since a module may have brought it. */
void plan__retry(struct plan *plan, int probe);

/* Make the plan from facts. */
void plan__make(struct plan *plan, const struct plan_facts *facts);

/*
 * Plan the next way, or none, after the kernel has refused to attach the probe in the planned way.
 * error is a positive errno. The plan then says why.
 */
void plan__refused(struct plan *plan, int probe, int error);

/*
 * Return the stages that may be open directly above this one, as STAGE_BIT()s: its declared
 * parents, where those that are not probed are replaced by their own parents.
 */
__u64 plan__parents(const struct plan *plan, enum stage stage);

/*
 * Remove reconstructions that depend on stages that are not probed. plan__make() and
 * plan__refused() do this themselves.
 */
void plan__settle(struct plan *plan);

/* Return the stages that are probed, as STAGE_BIT()s. */
__u64 plan__observed(const struct plan *plan);

/* Return whether an outermost stage is probed. If none is, nothing can be recorded. */
bool plan__observes_anything(const struct plan *plan);

/* Return whether any function is planned to be observed in a way. */
bool plan__uses(const struct plan *plan, enum attach_way way);

/* Return the name of a way in outputs: fentry, kprobe, kprobe.session, kprobe.multi, reconstructed
 * or none. */
const char *attach_way_name(enum attach_way way);

#endif /* PLAN_PLAN_H */
