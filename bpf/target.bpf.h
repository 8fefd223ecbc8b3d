/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which stage a program runs for, where one program observes several functions.
 *
 * The link has the stage as the cookie of each function, but to look it up the kernel searches all
 * functions of the link, which takes ten times as long as bpf_get_func_ip(). So the cookie is asked
 * for once, and the stage is kept in a table by the function's address.
 */
#ifndef TARGET_BPF_H
#define TARGET_BPF_H

#include <bpf/bpf_helpers.h>

#include "maps.bpf.h"
#include "verifier.bpf.h"

/*
 * What the table has for a function: its address without the highest byte, which is the same for
 * all functions of the kernel, and the stage in the lowest one. That is one store, so nobody sees
 * half of it.
 */
static __always_inline u64 target__entry(u64 function, u64 stage)
{
	return function << 8 | stage;
}

/* The stage that an entry has for a function; NR_STAGES or more if it is another function's. */
static __always_inline u64 target__stage_in(u64 entry, u64 function)
{
	return entry ^ function << 8;
}

/* The two entries of a function are next to each other. */
static __always_inline u32 target__place(u64 function)
{
	return (u32)(function * 0x9e3779b97f4a7c15ULL >> 55);
}

_Static_assert(NR_TARGETS == 1 << (64 - 55), "the highest bits of the product are the place");

/* The stage by the cookie, for the table from now on. Functions whose places are taken stay slow. */
static __noinline u64 target__learn(void *ctx, u64 function)
{
	u32 place = target__place(function);
	u64 other = state.targets[bounded(place ^ 1, NR_TARGETS)];
	u64 stage = target__stage_in(other, function);

	if (stage < NR_STAGES)
		return stage;
	stage = bpf_get_attach_cookie(ctx);
	if (!state.targets[bounded(place, NR_TARGETS)])
		state.targets[bounded(place, NR_TARGETS)] = target__entry(function, stage);
	else if (!other)
		state.targets[bounded(place ^ 1, NR_TARGETS)] = target__entry(function, stage);
	return stage;
}

/* The stage whose function the program runs for. */
static __always_inline enum stage target__stage(void *ctx, const struct session *table)
{
	u64 function = bpf_get_func_ip(ctx);
	const u64 *targets = state_of(table)->targets;
	u64 stage = target__stage_in(targets[target__place(function)], function);

	if (unlikely(stage >= NR_STAGES))
		stage = target__learn(ctx, function);
	return stage < NR_STAGES ? stage : 0;
}

#endif /* TARGET_BPF_H */
