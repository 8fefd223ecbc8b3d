/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of what becomes of creations. */
#ifndef ACCOUNT_BPF_H
#define ACCOUNT_BPF_H

#include "compat.bpf.h"
#include "maps.bpf.h"
#include "verifier.bpf.h"

/* The account of the current processor. */
static __always_inline struct account *account__this_cpu(void)
{
	return &state.accounts[bounded(bpf_get_smp_processor_id(), NR_ACCOUNTS)];
}

/*
 * Count up atomically. A program can be preempted by a program of another task on the same
 * processor, and processors beyond NR_ACCOUNTS share an account.
 */
#define account__count(account, counter) __sync_fetch_and_add(&(account)->counter, 1)

static __always_inline void account__lost(enum lost_reason reason)
{
	account__count(account__this_cpu(), lost[reason]);
}

/*
 * The number of the next record of this account. The counts of losses stay exact even where two
 * records get the same number.
 */
static __always_inline u64 account__next_sequence(struct account *account)
{
	return compat__next_number(&account->sequence);
}

#endif /* ACCOUNT_BPF_H */
