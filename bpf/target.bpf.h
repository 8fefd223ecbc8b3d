/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which stage a program runs for, where one program observes several functions.
 *
 * The link has the stage as the cookie of each function, but to look it up the kernel searches all
 * functions of the link, which takes some 200 instructions. bpf_get_func_ip() takes 26. At an entry
 * the registers have the address of an instruction of the function. So the cookie is asked for
 * once, and the stage is kept in a table by that address.
 */
#ifndef TARGET_BPF_H
#define TARGET_BPF_H

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "maps.bpf.h"
#include "verifier.bpf.h"

/* The instruction whose address the registers have is among the first ones of the function. */
#define TARGET_PROLOGUE 64

/*
 * What the table has for a function: the address without its highest byte, which is the same for
 * all functions of the kernel, and the stage in the lowest one. That is one store, so nobody sees
 * half of it.
 */
static __always_inline u64 target__entry(u64 address, u64 stage)
{
	return address << 8 | stage;
}

/* The stage that an entry has for an address; NR_STAGES or more if it is another one's. */
static __always_inline u64 target__stage_in(u64 entry, u64 address)
{
	return entry ^ address << 8;
}

static __always_inline u32 target__place(u64 address)
{
	return (u32)(address * 0x9e3779b97f4a7c15ULL >> 55);
}

_Static_assert(NR_TARGETS == 1 << (64 - 55), "the highest bits of the product are the place");

/*
 * The stage by the cookie, for the table from now on. If another function has the place, it goes
 * into the next one, and if that is taken, too, the function stays slow.
 */
static __noinline u64 target__learn(struct pt_regs *ctx, u64 address)
{
	u32 place = target__place(address);
	u64 next = state.targets[bounded(place + 1, NR_TARGETS)];
	u64 stage = target__stage_in(next, address);

	if (stage < NR_STAGES)
		return stage;
	stage = bpf_get_attach_cookie(ctx);
	if (address - bpf_get_func_ip(ctx) >= TARGET_PROLOGUE)
		return stage;
	if (!state.targets[bounded(place, NR_TARGETS)])
		state.targets[bounded(place, NR_TARGETS)] = target__entry(address, stage);
	else if (!next)
		state.targets[bounded(place + 1, NR_TARGETS)] = target__entry(address, stage);
	return stage;
}

/* The stage whose function is being called. */
static __always_inline enum stage target__called(struct pt_regs *ctx, const struct session *table)
{
	u64 address = PT_REGS_IP(ctx);
	const u64 *targets = state_of(table)->targets;
	u64 stage = target__stage_in(targets[target__place(address)], address);

	if (unlikely(stage >= NR_STAGES))
		stage = target__learn(ctx, address);
	return stage < NR_STAGES ? stage : 0;
}

/* The stage whose function returns. The registers are the caller's by then. */
static __always_inline enum stage target__returned(struct pt_regs *ctx)
{
	u64 stage = bpf_get_attach_cookie(ctx);

	return stage < NR_STAGES ? stage : 0;
}

#endif /* TARGET_BPF_H */
