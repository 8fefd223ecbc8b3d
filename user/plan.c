// SPDX-License-Identifier: GPL-2.0
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void set(struct stage_plan *stage, enum attach_way way, const char *reason)
{
	stage->way = way;
	snprintf(stage->reason, sizeof(stage->reason), "%s", reason);
}

static bool probed(const struct plan *plan, int stage)
{
	enum attach_way way = plan->stages[stage].way;

	return way == ATTACH_FENTRY || way == ATTACH_KPROBE;
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
			 "%s; taken from %s's return to its caller's", reason, stages[after].name);
	if (after != STAGE_NONE)
		planned->way = ATTACH_RECONSTRUCTED;
}

static void plan_stage(struct plan *plan, enum stage stage, const struct plan_facts *facts)
{
	struct stage_plan *planned = &plan->stages[stage];
	bool in_btf = facts->in_btf & STAGE_BIT(stage);

	planned->picked = facts->picked & STAGE_BIT(stage);
	if (!planned->picked)
		set(planned, ATTACH_NONE, "not picked");
	else if (facts->choice == ATTACH_CHOICE_KPROBE)
		set(planned, ATTACH_KPROBE, "asked for");
	else if (facts->kernel_btf && in_btf)
		set(planned, ATTACH_FENTRY,
		    facts->choice == ATTACH_CHOICE_FENTRY ? "asked for" : "the cheapest way");
	else if (facts->choice == ATTACH_CHOICE_FENTRY)
		fall_back(plan, stage, "no fentry: no such function in the kernel's BTF");
	else
		set(planned, ATTACH_KPROBE,
		    facts->kernel_btf ? "no fentry: no such function in the kernel's BTF"
				      : "no fentry: the kernel has no BTF of its own");
}

void plan__make(struct plan *plan, const struct plan_facts *facts)
{
	int stage;

	memset(plan, 0, sizeof(*plan));
	for (stage = 0; stage < NR_STAGES; stage++)
		plan_stage(plan, stage, facts);
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

/* Adds to what was refused before it: the user is to see all that was tried. */
static void add_refusal(struct stage_plan *planned, bool tried_before, int error)
{
	size_t length = tried_before ? strlen(planned->reason) : 0;

	snprintf(planned->reason + length, sizeof(planned->reason) - length, "%sno %s: %s",
		 length ? "; " : "", attach_way_name(planned->way), refusal(planned->way, error));
}

void plan__refused(struct plan *plan, enum stage stage, int error, enum attach_choice choice)
{
	struct stage_plan *planned = &plan->stages[stage];
	char reason[sizeof(planned->reason)];

	if (planned->way == ATTACH_FENTRY) {
		add_refusal(planned, false, error);
		planned->way = ATTACH_KPROBE;
		if (choice == ATTACH_CHOICE_AUTO)
			return;
	} else if (error == ENOENT) {
		/* Then fentry, if it was tried, has failed for the same reason. */
		set(planned, ATTACH_NONE, "inlined, or not built in");
	} else {
		add_refusal(planned, choice == ATTACH_CHOICE_AUTO, error);
	}
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
			 "cannot be probed, nor reconstructed without %s", stages[after].name);
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
	case ATTACH_RECONSTRUCTED:
		return "reconstructed";
	case ATTACH_NONE:
		break;
	}
	return "none";
}
