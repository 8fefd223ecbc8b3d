// SPDX-License-Identifier: GPL-2.0
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NO_FENTRY_VARIADIC "no fentry: not for functions with variable arguments"

static void set(struct stage_plan *stage, enum attach_way way, const char *reason)
{
	stage->way = way;
	snprintf(stage->reason, sizeof(stage->reason), "%s", reason);
}

static bool probed(const struct plan *plan, int stage)
{
	enum attach_way way = plan->stages[stage].way;

	return way != ATTACH_NONE && way != ATTACH_RECONSTRUCTED;
}

/* The function cannot be probed: reconstruct its span if there is a way. */
static void fall_back(struct plan *plan, enum stage stage, const char *reason)
{
	struct stage_plan *planned = &plan->stages[stage];
	int after = stages[stage].reconstructed_after;

	if (after == STAGE_NONE)
		set(planned, ATTACH_NONE, reason);
	else
		snprintf(planned->reason, sizeof(planned->reason),
			 "%s; taken from %s's return to its caller's", reason,
			 plan->stages[after].function);
	if (after != STAGE_NONE)
		planned->way = ATTACH_RECONSTRUCTED;
}

/* The way to try first, if it is left to the plan. */
static void plan_automatically(struct stage_plan *planned, const struct plan_facts *facts,
			       bool in_btf, bool no_fentry)
{
	planned->ruled_out = !facts->kernel_btf || !in_btf || no_fentry;
	if (!facts->kernel_btf)
		set(planned, ATTACH_KPROBE, "no fentry: the kernel has no BTF of its own");
	else if (!in_btf)
		set(planned, ATTACH_KPROBE, "no fentry: no such function in the kernel's BTF");
	else if (no_fentry)
		set(planned, facts->fprobe_per_task ? ATTACH_KPROBE_MULTI : ATTACH_KPROBE,
		    NO_FENTRY_VARIADIC);
	else if (!facts->preempts)
		set(planned, ATTACH_FENTRY, "the cheapest way");
	else if (facts->fprobe_per_task)
		set(planned, ATTACH_KPROBE_MULTI,
		    "fentry would miss calls: this kernel preempts tasks inside its programs");
	else
		set(planned, ATTACH_FENTRY,
		    "the cheapest way, though the kernel may skip runs when it preempts a task in one");
}

static void plan_stage(struct plan *plan, enum stage stage)
{
	const struct plan_facts *facts = &plan->facts;
	struct stage_plan *planned = &plan->stages[stage];
	bool in_btf = facts->in_btf & STAGE_BIT(stage);
	bool no_fentry = facts->no_fentry & STAGE_BIT(stage);

	planned->function =
		facts->renamed & STAGE_BIT(stage) ? stages[stage].other_name : stages[stage].name;
	planned->picked = facts->picked & STAGE_BIT(stage);
	if (!planned->picked)
		set(planned, ATTACH_NONE, "not picked");
	else if (facts->choice == ATTACH_CHOICE_KPROBE)
		set(planned, ATTACH_KPROBE, "asked for");
	else if (facts->choice == ATTACH_CHOICE_KPROBE_MULTI)
		set(planned, ATTACH_KPROBE_MULTI, "asked for");
	else if (facts->choice == ATTACH_CHOICE_AUTO)
		plan_automatically(planned, facts, in_btf, no_fentry);
	else if (no_fentry)
		fall_back(plan, stage, NO_FENTRY_VARIADIC);
	else if (facts->kernel_btf && in_btf)
		set(planned, ATTACH_FENTRY, "asked for");
	else
		fall_back(plan, stage, "no fentry: no such function in the kernel's BTF");
}

void plan__make(struct plan *plan, const struct plan_facts *facts)
{
	int stage;

	memset(plan, 0, sizeof(*plan));
	plan->facts = *facts;
	for (stage = 0; stage < NR_STAGES; stage++)
		plan_stage(plan, stage);
	plan__settle(plan);
}

/* What the kernel's answer to an attempt to attach means. */
static const char *refusal(enum attach_way way, int error)
{
	switch (error) {
	case EADDRNOTAVAIL:
		return "the name stands for several functions";
	case ENODEV:
		return "this kernel has none";
	case 524: /* ENOTSUPP, which the kernel does not tell user space by name */
	case EOPNOTSUPP:
		return way == ATTACH_FENTRY ? "this kernel has none on this architecture"
					    : "not supported for this function";
	case EPERM:
	case EACCES:
		return "the kernel does not permit it";
	case EINVAL:
		return "the kernel refuses it for this function";
	default:
		return strerror(error);
	}
}

/* Adds to what was ruled out before it: the user is to see all that was tried. */
static void add_refusal(struct stage_plan *planned, int error)
{
	size_t length = planned->ruled_out ? strlen(planned->reason) : 0;

	snprintf(planned->reason + length, sizeof(planned->reason) - length, "%sno %s: %s",
		 length ? "; " : "", attach_way_name(planned->way), refusal(planned->way, error));
	planned->ruled_out = true;
}

/* The way to try after one that was refused, or ATTACH_NONE. */
static enum attach_way next_way(const struct plan_facts *facts, enum attach_way refused)
{
	if (facts->choice != ATTACH_CHOICE_AUTO)
		return ATTACH_NONE;
	if (refused == ATTACH_FENTRY && facts->fprobe_per_task)
		return ATTACH_KPROBE_MULTI;
	return refused == ATTACH_KPROBE ? ATTACH_NONE : ATTACH_KPROBE;
}

void plan__refused(struct plan *plan, enum stage stage, int error)
{
	struct stage_plan *planned = &plan->stages[stage];
	enum attach_way way = planned->way;
	char reason[sizeof(planned->reason)];

	if (way != ATTACH_FENTRY && (error == ENOENT || error == ESRCH))
		/* Then other ways, if any were tried, have failed for the same reason. */
		set(planned, ATTACH_NONE, "inlined, or not built in");
	else
		add_refusal(planned, error);
	planned->way = next_way(&plan->facts, way);
	if (planned->way != ATTACH_NONE)
		return;
	memcpy(reason, planned->reason, sizeof(reason));
	fall_back(plan, stage, reason);
	plan__settle(plan);
}

void plan__settle(struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		struct stage_plan *planned = &plan->stages[stage];
		int after = stages[stage].reconstructed_after;

		if (planned->way != ATTACH_RECONSTRUCTED || probed(plan, after))
			continue;
		planned->way = ATTACH_NONE;
		snprintf(planned->reason, sizeof(planned->reason),
			 "cannot be probed, nor reconstructed without %s",
			 plan->stages[after].function);
	}
}

__u64 plan__parents(const struct plan *plan, enum stage stage)
{
	__u64 parents = stages[stage].parents;
	__u64 replaced = 0;
	int parent;
	bool again;

	do {
		again = false;
		for (parent = 0; parent < NR_STAGES; parent++) {
			if (!(parents & ~replaced & STAGE_BIT(parent)) || probed(plan, parent))
				continue;
			parents |= stages[parent].parents;
			replaced |= STAGE_BIT(parent);
			again = true;
		}
	} while (again);
	return parents & ~replaced;
}

__u64 plan__observed(const struct plan *plan)
{
	__u64 observed = 0;
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++)
		observed |= probed(plan, stage) ? STAGE_BIT(stage) : 0;
	return observed;
}

bool plan__observes_anything(const struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].via != VIA_NONE && probed(plan, stage))
			return true;
	}
	return false;
}

const char *attach_way_name(enum attach_way way)
{
	switch (way) {
	case ATTACH_FENTRY:
		return "fentry";
	case ATTACH_KPROBE:
		return "kprobe";
	case ATTACH_KPROBE_MULTI:
		return "kprobe.multi";
	case ATTACH_RECONSTRUCTED:
		return "reconstructed";
	case ATTACH_NONE:
		break;
	}
	return "none";
}
