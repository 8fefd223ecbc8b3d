/* SPDX-License-Identifier: GPL-2.0 */
/* Counting what becomes of creations. */
#ifndef ACCOUNT_BPF_H
#define ACCOUNT_BPF_H

#include "maps.bpf.h"
#include "verifier.bpf.h"

/* The account of the processor that this runs on. */
static __always_inline struct account *account__this_cpu(void)
{
	return &state.accounts[bounded(bpf_get_smp_processor_id(), NR_ACCOUNTS)];
}

/*
 * A program can be preempted by another task's on the same processor, and processors beyond
 * NR_ACCOUNTS share an account: so counters are added to atomically.
 */
#define account__count(account, counter) __sync_fetch_and_add(&(account)->counter, 1)

static __always_inline void account__lost(enum lost_reason reason)
{
	account__count(account__this_cpu(), lost[reason]);
}

/*
 * The number of the next record of this account. Without atomics that return a value two tasks that
 * preempt each other here could get the same number; the counts of losses stay exact even then.
 */
static __always_inline u64 account__next_sequence(struct account *account)
{
#ifdef HAVE_ATOMICS
	return __sync_fetch_and_add(&account->sequence, 1);
#else
	return account->sequence++;
#endif
}

#endif /* ACCOUNT_BPF_H */
