/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan: for every stage how it is observed on this kernel, and why so. It is made from facts,
 * without touching the kernel; attach.c applies it and corrects it by what the kernel answers.
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
	ATTACH_KPROBE_MULTI,  /* kprobe.multi: through ftrace, without a limit of calls at a time */
	ATTACH_RECONSTRUCTED, /* from the spans of other stages */
};

/* What --attach says. */
enum attach_choice {
	ATTACH_CHOICE_AUTO,
	ATTACH_CHOICE_FENTRY,
	ATTACH_CHOICE_KPROBE,
	ATTACH_CHOICE_KPROBE_MULTI,
};

struct stage_plan {
	const char *function; /* the function's name on this kernel; "" if there is none */
	enum attach_way way;
	bool picked;	/* the user wants it; if not, way is ATTACH_NONE */
	bool absent;	/* the kernel has no such function now: a module may bring it */
	bool ruled_out; /* reason says which other ways were ruled out, rather than why this one */
	__u64 since_ns; /* CLOCK_BOOTTIME when it was attached, 0 if before the trace */
	char reason[256]; /* why this way: one clause, for people */
};

/* What is known of the kernel before anything is attached. */
struct plan_facts {
	__u64 picked;	       /* STAGE_BIT()s of the stages that the user wants */
	__u64 in_btf;	       /* STAGE_BIT()s of the functions that the kernel's BTF has */
	__u64 renamed;	       /* STAGE_BIT()s of those of them that it has by their other name */
	__u64 no_fentry;       /* STAGE_BIT()s of those that fentry can't observe: variadic ones */
	__u64 other_arguments; /* STAGE_BIT()s of those with more or fewer than the table says */
	bool kernel_btf;       /* the kernel itself has BTF: fentry needs it */
	bool preempts;	       /* a task may be preempted inside a fentry program */
	bool fprobe_per_task;  /* kprobe.multi keeps returns in the tasks: it misses none */
	enum attach_choice choice;
	/* NR_FAMILIES of them, which must outlive the plan; NULL where nothing is known of them */
	const struct family_function *families;
};

/*
 * What is probed: a probe's number is that of its stage; those from NR_STAGES on are the create
 * functions of families 0, 1, … NR_FAMILIES - 1, together the stage STAGE_FAMILY_CREATE, which has
 * no function of its own.
 */
#define NR_PROBES (NR_STAGES + NR_FAMILIES)

struct plan {
	struct plan_facts facts;
	struct stage_plan probes[NR_PROBES];
};

/* The stage of a probe. */
enum stage plan__stage(int probe);

/*
 * Whether users are told how the probe is observed: it is picked, and stands for a function. The
 * name that the create function of an unregistered family might have is none.
 */
bool plan__is_shown(const struct plan *plan, int probe);

/* Makes family's part of the plan anew: its function has come, gone or changed. */
void plan__family(struct plan *plan, int family);

/* The probe is to be tried again: its function was absent, and a module may have brought it. */
void plan__retry(struct plan *plan, int probe);

/* Fills plan from facts. */
void plan__make(struct plan *plan, const struct plan_facts *facts);

/*
 * The kernel refused to attach the probe by the way planned (error is a positive errno). Plans the
 * next way, or none, and says why.
 */
void plan__refused(struct plan *plan, int probe, int error);

/*
 * The stages that may be open right above this one: its declared parents, with those that are not
 * probed replaced by their own parents. STAGE_BIT()s.
 */
__u64 plan__parents(const struct plan *plan, enum stage stage);

/*
 * Takes out reconstructions whose other stages turned out not to be probed. plan__make() and
 * plan__refused() do it themselves.
 */
void plan__settle(struct plan *plan);

/* The stages that are probed, as STAGE_BIT()s. */
__u64 plan__observed(const struct plan *plan);

/* Whether an outermost stage is probed: without one nothing at all is recorded. */
bool plan__observes_anything(const struct plan *plan);

/* How outputs name a way, a static string: fentry, kprobe, kprobe.multi, reconstructed, none. */
const char *attach_way_name(enum attach_way way);

#endif /* PLAN_PLAN_H */
