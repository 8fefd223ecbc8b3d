/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory that the BPF programs and the front end share through mmap(): the gate, the account
 * and the sessions. Needs no system call to be read, so it stays readable without privileges.
 */
#ifndef STATE_H
#define STATE_H

#include "shared/stages.h"
#include "shared/wire.h"

#define MAX_DEPTH   15	 /* open spans of one session; one less than a power of two */
#define NR_SESSIONS 1024 /* power of two; more at a time are counted as session_table_full */
#define MAX_PROBES  16	 /* slots tried for a session before the table counts as full */
#define PROBE_STEP  97	 /* slots from one to the next that is tried; odd, so all can be reached */
#define NR_ACCEPTS  8192 /* calls of accept() that wait at a time; see maps.bpf.h */
#define NR_HASHES   8192 /* power of two; see state.displaced_by_hash */
#define NR_ACCOUNTS 256	 /* power of two; processors beyond it share an account */

/* A span whose function has not returned yet. */
struct open_span {
	__u64 frame;	/* address on the stack; never exported */
	__u64 children; /* the stages that it may call: state.children */
	__u32 index;	/* in record.spans */
	__u32 reserved[3];
};
_Static_assert(sizeof(struct open_span) == 32, "a power of two, for session.innermost");

/*
 * A creation under way. It belongs to one kernel stack, hence to one task: interrupts that run
 * stages on top of the task do so on another stack, or not below the session's open spans, and are
 * left out.
 */
struct session {
	__u64 stack; /* session__stack() of all its frames, 0 if the slot is free; never exported */
	/*
	 * Where the innermost open span is, in bytes from the first element of open: that saves the
	 * programs multiplications. 0 while the session is being opened or closed.
	 */
	__u32 innermost;
	__u32 slot;    /* where it is in state.sessions; NR_SESSIONS: in accepts */
	__u32 scratch; /* for launder_u32() */
	/*
	 * From 1 on, the outermost one first. Nothing is ever put at 0, and no frame is below that
	 * one's: so where no span is open no call is within the innermost.
	 */
	struct open_span open[MAX_DEPTH + 1];
	__u32 nr_described;  /* of record.sockets; one that is not made yet may be among them */
	__u8 family;	     /* that the latest __sock_create() is asked to make a socket of */
	__u8 is_accept;	     /* written only where accept() is observed */
	__u32 outer_offset;  /* innermost above the __sock_create() that makes the socket asked for
			      */
	__u64 socket_result; /* __sock_create()'s res: where it puts the struct socket * */
	__u64 user_fds;	     /* __sys_socketpair()'s usockvec: where it puts the descriptors */
	__u64 wait_began;    /* of an accept(): CLOCK_BOOTTIME, 0 while it does not wait */
	struct wire_record record;
};

/*
 * Kernel stacks are 16 KiB, and lie at multiples of that. Some kernels have larger ones, because
 * of their pages or because they check themselves (KASAN); but no kernel needs more than that, so
 * the frames of a creation lie together in the highest 16 KiB.
 */
#define STACK_SIZE 16384

/* What all frames of a creation have in common: the address at which their 16 KiB begin. */
static inline __u64 session__stack(__u64 frame)
{
	return frame & -(__u64)STACK_SIZE;
}

/* Most stacks have a guard page between them, so they begin 32 KiB apart. */
#define STACK_DISTANCE_SHIFT 15

/* Which element of state.sessions is a stack's own, by any address in its 16 KiB. */
static inline __u32 session__own_slot(__u64 stack)
{
	return stack >> STACK_DISTANCE_SHIFT & (NR_SESSIONS - 1);
}

/* Which element of state.displaced_by_hash is a stack's, by any address in its 16 KiB. */
static inline __u32 session__hash(__u64 stack)
{
	return stack >> STACK_DISTANCE_SHIFT & (NR_HASHES - 1);
}

/* What became of creations. One per processor, so that processors don't contend. */
struct account {
	__u64 sequence; /* records made here, submitted or lost */
	__u64 filtered; /* turned away by a filter, at entry or at exit */
	__u64 foreign;	/* stages run on an open session's stack that are not part of it */
	__u64 lost[NR_LOST_REASONS];
} __attribute__((aligned(128)));

/* state.gate */
enum gate {
	GATE_CLOSED,	  /* no session is opened */
	GATE_CALIBRATION, /* only that of the front end's own thread, whatever the filters say */
	GATE_OPEN,	  /* sessions are opened, but calls may be under way that began before */
	GATE_SETTLED,	  /* a call without a session is one that was turned away or missed */
};

/* What every program needs is right before sessions, where its instructions reach it from there. */
struct state {
	__u64 table_address; /* of sessions in the kernel: see context_address(); never exported */
	__u32 gate;	     /* enum gate */
	__u32 nr_displaced;  /* sessions not in their stack's own slot: displaced, or in accepts */
	/*
	 * For every stage the set of stages (STAGE_BIT) that may be called right below it. Written
	 * when it is known which stages could be attached.
	 */
	__u64 children[NR_STAGES];
	__u64 observed; /* the stages that are probed (STAGE_BIT); written with children */
	struct session sessions[NR_SESSIONS];
	struct account accounts[NR_ACCOUNTS];
	__u64 calibrated_stack;	  /* of the front end: see calibration.bpf.h */
	__u32 calibrated_slot;	  /* which element of sessions its session was or is */
	__u64 command_tasks_lost; /* processes of the COMMAND that could not be marked */
	__u64 module_changes;	  /* how often a module was loaded or freed */
	__u64 module_freed_ns;	  /* CLOCK_BOOTTIME when that was last: 0 if never */
	/* How many of those that are displaced have a stack of which hash: session__hash(). */
	__u32 displaced_by_hash[NR_HASHES];
};

#endif /* STATE_H */
