// SPDX-License-Identifier: GPL-2.0
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NO_FENTRY_VARIADIC "no fentry: not for functions with variable arguments"
#define NO_FENTRY_ARGUMENTS \
	"no fentry: this kernel has the function with another number of arguments"
#define NO_FENTRY_MODULE "no fentry: it would keep the module from being removed"
#define NO_KPROBE_SESSION \
	"no kprobe.session: this kernel has none, or its own BTF is not used (--btf)"
#define NO_FENTRY_ABSENT "no fentry: no such function in the kernel's BTF"

static void set(struct stage_plan *stage, enum attach_way way, const char *reason)
{
	stage->way = way;
	snprintf(stage->reason, sizeof(stage->reason), "%s", reason);
}

static bool is_probed(const struct stage_plan *planned)
{
	return planned->way != ATTACH_NONE && planned->way != ATTACH_RECONSTRUCTED;
}

static bool is_stage_probed(const struct plan *plan, int stage)
{
	int family;

	if (stage != STAGE_FAMILY_CREATE)
		return is_probed(&plan->probes[stage]);
	for (family = 0; family < NR_FAMILIES; family++) {
		if (is_probed(&plan->probes[NR_STAGES + family]))
			return true;
	}
	return false;
}

enum stage plan__stage(int probe)
{
	return probe < NR_STAGES ? (enum stage)probe : STAGE_FAMILY_CREATE;
}

bool plan__is_shown(const struct plan *plan, int probe)
{
	const struct stage_plan *planned = &plan->probes[probe];

	if (!planned->picked || probe == STAGE_FAMILY_CREATE)
		return false;
	return probe < NR_STAGES || !planned->absent;
}

/* The function cannot be probed: reconstruct its span if possible. */
static void fall_back(struct plan *plan, int probe, const char *reason)
{
	struct stage_plan *planned = &plan->probes[probe];
	int after = stages[plan__stage(probe)].reconstructed_after;

	if (after == STAGE_NONE)
		set(planned, ATTACH_NONE, reason);
	else
		snprintf(planned->reason, sizeof(planned->reason),
			 "%s; taken from %s's return to its caller's", reason,
			 plan->probes[after].function);
	if (after != STAGE_NONE)
		planned->way = ATTACH_RECONSTRUCTED;
}

/*
 * Choose the way to try first if --attach leaves the choice to the tool. kprobe.session is cheaper
 * than kprobe.multi, but only half as many tracers can use it at a time.
 */
static void plan_automatically(struct stage_plan *planned, const struct plan_facts *facts,
			       bool in_btf, const char *no_fentry)
{
	planned->ruled_out = !facts->kernel_btf || !in_btf || no_fentry;
	if (!facts->kernel_btf)
		set(planned, ATTACH_KPROBE, "no fentry: the kernel has no BTF of its own");
	else if (no_fentry)
		set(planned, in_btf && facts->fprobe_per_task ? ATTACH_KPROBE_MULTI : ATTACH_KPROBE,
		    no_fentry);
	else if (!in_btf)
		set(planned, ATTACH_KPROBE, NO_FENTRY_ABSENT);
	else if (!facts->preempts)
		set(planned, ATTACH_FENTRY, "the cheapest way");
	else if (facts->fprobe_per_task)
		set(planned, ATTACH_KPROBE_MULTI,
		    "fentry would miss calls: this kernel preempts tasks inside its programs");
	else
		set(planned, ATTACH_FENTRY,
		    "the cheapest way, though the kernel may skip runs when it preempts a task in one");
}

/* Plan a probe of a stage that is picked. */
static void plan_probe(struct plan *plan, int probe, bool in_btf, const char *no_fentry)
{
	const struct plan_facts *facts = &plan->facts;
	struct stage_plan *planned = &plan->probes[probe];

	if (facts->choice == ATTACH_CHOICE_KPROBE)
		set(planned, ATTACH_KPROBE, "asked for");
	else if (facts->choice == ATTACH_CHOICE_KPROBE_SESSION && !facts->kprobe_session)
		fall_back(plan, probe, NO_KPROBE_SESSION);
	else if (facts->choice == ATTACH_CHOICE_KPROBE_SESSION)
		set(planned, ATTACH_KPROBE_SESSION, "asked for");
	else if (facts->choice == ATTACH_CHOICE_KPROBE_MULTI)
		set(planned, ATTACH_KPROBE_MULTI, "asked for");
	else if (facts->choice == ATTACH_CHOICE_AUTO)
		plan_automatically(planned, facts, in_btf, no_fentry);
	else if (no_fentry)
		fall_back(plan, probe, no_fentry);
	else if (facts->kernel_btf && in_btf)
		set(planned, ATTACH_FENTRY, "asked for");
	else
		fall_back(plan, probe, NO_FENTRY_ABSENT);
}

/* Return why the type of a stage's function rules out fentry, or NULL if it does not. */
static const char *why_no_fentry(const struct plan_facts *facts, enum stage stage)
{
	if (facts->no_fentry & STAGE_BIT(stage))
		return NO_FENTRY_VARIADIC;
	return facts->other_arguments & STAGE_BIT(stage) ? NO_FENTRY_ARGUMENTS : NULL;
}

static void plan_stage(struct plan *plan, enum stage stage)
{
	const struct plan_facts *facts = &plan->facts;
	struct stage_plan *planned = &plan->probes[stage];

	planned->function =
		facts->renamed & STAGE_BIT(stage) ? stages[stage].other_name : stages[stage].name;
	planned->picked = facts->picked & STAGE_BIT(stage);
	if (!planned->picked)
		set(planned, ATTACH_NONE, "not picked");
	else if (stage == STAGE_FAMILY_CREATE)
		set(planned, ATTACH_NONE, "stands for the create functions of all families");
	else if (facts->inactive & STAGE_BIT(stage))
		set(planned, ATTACH_NONE, "the security module (LSM) is not active");
	else
		plan_probe(plan, stage, facts->in_btf & STAGE_BIT(stage),
			   why_no_fentry(facts, stage));
}

void plan__family(struct plan *plan, int family)
{
	const struct plan_facts *facts = &plan->facts;
	const struct family_function *function = &facts->families[family];
	struct stage_plan *planned = &plan->probes[NR_STAGES + family];

	memset(planned, 0, sizeof(*planned));
	planned->function = function->name;
	planned->picked = facts->picked & STAGE_BIT(STAGE_FAMILY_CREATE) && function->name[0];
	if (!planned->picked)
		set(planned, ATTACH_NONE, "not picked");
	else
		plan_probe(plan, NR_STAGES + family, function->btf_id,
			   function->in_module ? NO_FENTRY_MODULE
					       : why_no_fentry(facts, STAGE_FAMILY_CREATE));
}

void plan__retry(struct plan *plan, int probe)
{
	if (probe >= NR_STAGES)
		plan__family(plan, probe - NR_STAGES);
	else
		plan_stage(plan, (enum stage)probe);
	plan->probes[probe].absent = false;
}

void plan__make(struct plan *plan, const struct plan_facts *facts)
{
	int stage, family;

	memset(plan, 0, sizeof(*plan));
	plan->facts = *facts;
	for (stage = 0; stage < NR_STAGES; stage++)
		plan_stage(plan, stage);
	for (family = 0; family < NR_FAMILIES; family++) {
		if (facts->families)
			plan__family(plan, family);
		else
			plan->probes[NR_STAGES + family].function = "";
	}
	plan__settle(plan);
}

/* Return what the error of an attempt to attach means. */
static const char *explain_refusal(enum attach_way way, int error)
{
	switch (error) {
	case EADDRNOTAVAIL:
		return "the name stands for several functions";
	case ENOSYS:
		return "this kernel has none";
	case ENXIO:
		return "sysfs, which tells whether this kernel has any, is not mounted on /sys";
	case ENODEV: /* ftrace_kill() in kernel/trace/ftrace.c */
		return "the kernel has stopped it, as after an error of its own (see dmesg)";
	case 524: /* ENOTSUPP, which the headers for user space do not define */
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

/*
 * Append the reason to those of the ways that were ruled out before, so that users see all that was
 * tried.
 */
static void add_refusal(struct stage_plan *planned, int error)
{
	size_t length = planned->ruled_out ? strlen(planned->reason) : 0;

	snprintf(planned->reason + length, sizeof(planned->reason) - length, "%sno %s: %s",
		 length ? "; " : "", attach_way_name(planned->way),
		 explain_refusal(planned->way, error));
	planned->ruled_out = true;
}

/* Return the way to try after one that was refused, or ATTACH_NONE. */
static enum attach_way next_way(const struct plan_facts *facts, enum attach_way refused)
{
	if (facts->choice != ATTACH_CHOICE_AUTO)
		return ATTACH_NONE;
	if (refused == ATTACH_FENTRY && facts->fprobe_per_task)
		return ATTACH_KPROBE_MULTI;
	return refused == ATTACH_KPROBE ? ATTACH_NONE : ATTACH_KPROBE;
}

void plan__refused(struct plan *plan, int probe, int error)
{
	struct stage_plan *planned = &plan->probes[probe];
	enum attach_way way = planned->way;
	char reason[sizeof(planned->reason)];

	planned->absent = way != ATTACH_FENTRY && (error == ENOENT || error == ESRCH);
	if (planned->absent)
		/* If other ways were tried before, they have failed for the same reason. */
		set(planned, ATTACH_NONE, "inlined, or not built in");
	else
		add_refusal(planned, error);
	planned->way = next_way(&plan->facts, way);
	if (planned->way != ATTACH_NONE)
		return;
	memcpy(reason, planned->reason, sizeof(reason));
	fall_back(plan, probe, reason);
	plan__settle(plan);
}

void plan__settle(struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		struct stage_plan *planned = &plan->probes[stage];
		int after = stages[stage].reconstructed_after;

		if (planned->way != ATTACH_RECONSTRUCTED || is_stage_probed(plan, after))
			continue;
		planned->way = ATTACH_NONE;
		snprintf(planned->reason, sizeof(planned->reason),
			 "cannot be probed, nor reconstructed without %s",
			 plan->probes[after].function);
	}
}

/*
 * Return whether a stage may be called without a span of it. Some create functions may be
 * unobservable although others are observed.
 */
static bool calls_may_be_hidden(const struct plan *plan, int stage)
{
	return stage == STAGE_FAMILY_CREATE || !is_stage_probed(plan, stage);
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
			if (!(parents & ~replaced & STAGE_BIT(parent)) ||
			    !calls_may_be_hidden(plan, parent))
				continue;
			parents |= stages[parent].parents;
			replaced |= STAGE_BIT(parent);
			again = true;
		}
	} while (again);
	return parents & (~replaced | plan__observed(plan));
}

__u64 plan__observed(const struct plan *plan)
{
	__u64 observed = 0;
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++)
		observed |= is_stage_probed(plan, stage) ? STAGE_BIT(stage) : 0;
	return observed;
}

bool plan__observes_anything(const struct plan *plan)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].via != VIA_NONE && is_stage_probed(plan, stage))
			return true;
	}
	return false;
}

bool plan__uses(const struct plan *plan, enum attach_way way)
{
	int probe;

	for (probe = 0; probe < NR_PROBES; probe++) {
		if (plan->probes[probe].way == way)
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
	case ATTACH_KPROBE_SESSION:
		return "kprobe.session";
	case ATTACH_KPROBE_MULTI:
		return "kprobe.multi";
	case ATTACH_RECONSTRUCTED:
		return "reconstructed";
	case ATTACH_NONE:
		break;
	}
	return "none";
}
