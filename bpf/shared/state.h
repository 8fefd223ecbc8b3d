/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory that the BPF programs and the front end share through mmap(): the gate, the accounts
 * and the sessions. It is read without system calls, so it can still be read after privileges are
 * dropped.
 */
#ifndef STATE_H
#define STATE_H

#include "shared/config.h"
#include "shared/proof.h"
#include "shared/stages.h"
#include "shared/wire.h"

#define MAX_DEPTH   15	/* open spans of one session; a power of two minus one */
#define NR_SESSIONS 512 /* slots of which each stack has one of its own; a power of two */
/*
 * One user can fill all of these with calls that hang. Further slots are for whoever finds no other
 * one, and a user may not have more of them than it leaves to others. What still finds none is
 * counted as session_table_full. There can't be many more: struct state is one element of an array,
 * which 5.10 limits to 4 MiB (array_map_alloc_check()).
 */
#define NR_RESERVED 512	 /* power of two */
#define NR_OWNERS   1024 /* power of two; users with the same session__owner() count as one */
#define NR_SLOTS    (NR_SESSIONS + NR_RESERVED)
#define IN_ACCEPTS  NR_SLOTS /* the slot of a session that is in accepts: see maps.bpf.h */
#define MAX_PROBES  16	     /* slots tried for a session of either kind before it has none */
#define PROBE_STEP  97	     /* slots between two that are tried; odd, so that all can be reached */
#define NR_ACCEPTS  8192     /* accept() calls that can wait at a time; see maps.bpf.h */
#define NR_HASHES   8192     /* power of two; see state.displaced_by_hash */
#define NR_ACCOUNTS 256	     /* power of two; further processors share accounts */
#define NR_TARGETS  512	     /* power of two, many times the number of stages */

/* A span whose function has not returned yet. */
struct open_span {
	__u64 frame;	/* address on the stack; must never be shown */
	__u64 children; /* the stages that it may call: see state.children */
	__u32 index;	/* its index in record.spans */
	__u32 reserved[3];
};
_Static_assert(sizeof(struct open_span) == 32, "a power of two, for session.innermost");

/*
 * A creation in progress. It belongs to one kernel stack, and so to one task. Interrupts can run
 * stages on top of the task. They do so on another stack, or not below the session's open spans,
 * and so are not counted to it.
 */
struct session {
	__u64 stack; /* session__stack() of all its frames, or 0 if the slot is free */
	/*
	 * The innermost open span, as its offset in bytes from the first element of open. That
	 * saves the programs multiplications. It is 0 while the session is being opened or closed.
	 */
	__u32 innermost;
	__u32 slot;    /* its index in state.sessions, or IN_ACCEPTS */
	__u32 scratch; /* for launder_u32() */
	/*
	 * The open spans from index 1 on, the outermost one first. Element 0 is never used: its
	 * frame stays 0, and no frame is below that. So if no span is open, no call can be taken
	 * for one that the innermost span made.
	 */
	struct open_span open[MAX_DEPTH + 1];
	__u32 nr_described;  /* elements of record.sockets that are in use, made or not */
	__u8 family;	     /* the family that the latest __sock_create() was asked for */
	__u8 is_accept;	     /* set only if accept() is observed */
	__u16 owner;	     /* session__owner(), if the slot is one of the reserved ones */
	__u32 outer_offset;  /* innermost when the requested __sock_create() is called */
	__u64 socket_result; /* res of __sock_create(): where it stores the struct socket * */
	__u64 user_fds;	     /* usockvec of __sys_socketpair(): where it stores descriptors */
	__u64 wait_began;    /* boot clock when accept() began to wait, or 0 */
	struct wire_record record;
	__s32 protocol; /* that __sock_create() was called with; set by kprobes only */
	/* The following members are set only for requests of io_uring. */
	__u32 slot_asked;  /* io_socket.file_slot: 0, a slot plus 1, or ANY_SLOT */
	__s32 fd_reserved; /* the descriptor that was reserved before the latest do_accept() */
	__s32 installed;   /* what io_fixed_fd_install() has returned since, or NOT_INSTALLED */
	__u64 request;	   /* its struct io_kiocb */
	__u64 file;	   /* what the latest do_accept() has returned, if it has succeeded, or 0 */
};

#define ANY_SLOT      (~0U)	    /* IORING_FILE_INDEX_ALLOC in include/uapi/linux/io_uring.h */
#define NOT_INSTALLED (-2147483647) /* no result of any function */

/*
 * Kernel stacks are 16 KiB, aligned to their size. Some kernels have larger ones, because of their
 * page size or because of KASAN. No kernel needs more than 16 KiB for a creation, so all of its
 * frames are in the highest 16 KiB.
 */
#define STACK_SIZE 16384

/* Return what all frames of a creation have in common: the address at which their 16 KiB begin. */
static inline __u64 session__stack(__u64 frame)
{
	return frame & -(__u64)STACK_SIZE;
}

/* Most stacks have a guard page before them, so they begin 32 KiB apart. */
#define STACK_DISTANCE_SHIFT 15

/* Return the index in state.sessions of a stack's own slot. stack is any address in its 16 KiB. */
static inline __u32 session__own_slot(__u64 stack)
{
	return stack >> STACK_DISTANCE_SHIFT & (NR_SESSIONS - 1);
}

/* Return the index in state.displaced_by_hash for a stack. stack is any address in its 16 KiB. */
static inline __u32 session__hash(__u64 stack)
{
	return stack >> STACK_DISTANCE_SHIFT & (NR_HASHES - 1);
}

/* Return the index in state.reserved_by_owner for a user. Neighbouring ones differ. */
static inline __u32 session__owner(__u32 uid)
{
	return (uid ^ uid >> 10) & (NR_OWNERS - 1);
}

#define NR_LOST_PROCESSES 64 /* that are known by name */

/* A process of which creations were lost. */
struct lost_process {
	__u64 count;
	__u32 pid; /* in the tool's own PID namespace, or 0 if it is not visible there */
	__u32 uid; /* the real one, in the initial user namespace */
	char comm[WIRE_COMM_LEN]; /* of the thread that lost the first one: any bytes */
};

/* Counts what became of creations. There is one for each processor, so that they don't contend. */
struct account {
	__u64 sequence; /* records made on this processor, submitted or lost */
	__u64 filtered; /* creations that did not match a filter, at the entry or the exit */
	__u64 foreign;	/* stages that ran on a session's stack but are not part of it */
	/*
	 * Of those lost since the table of sessions was full, the ones whose return is counted as
	 * that of a missed entry as well.
	 */
	__u64 full_and_missed;
	__u64 lost[NR_LOST_REASONS];
} __attribute__((aligned(128)));

#define MAX_EXE_FILES 32 /* power of two */

/* The files of --exe. */
struct exe_files {
	/*
	 * Their descriptors in the front end, which keeps them open: so no other file gets the
	 * inodes' addresses. Written by the front end.
	 */
	__s32 fds[MAX_EXE_FILES];
	__u32 nr; /* of them */
	__u32 nr_inodes;
	/* Addresses of struct inode, which must never be shown. Written by find_exe_files(). */
	__u64 inodes[MAX_EXE_FILES];
};

/* Values of state.gate. */
enum gate {
	GATE_CLOSED,	  /* no session is opened */
	GATE_CALIBRATION, /* only the front end's own thread opens one, regardless of filters */
	GATE_OPEN,	  /* sessions are opened, but calls may be in progress that began before */
	GATE_SETTLED,	  /* a call without a session was filtered or missed */
};

/* What every program needs is directly before sessions, where instructions reach it from there. */
struct state {
	__u64 table_address; /* kernel address of sessions, never shown: see context_address() */
	__u32 gate;	     /* enum gate */
	__u32 nr_displaced;  /* sessions that are not in their stack's own slot */
	/*
	 * For each stage the stages that it may call directly, as STAGE_BIT()s. Written when it is
	 * known which stages are attached.
	 */
	__u64 children[NR_STAGES];
	__u64 observed; /* STAGE_BIT()s of the stages that are probed; written with children */
	/*
	 * The stages of functions that one program observes, by a hash of an address in the
	 * function: see target.bpf.h. Never shown.
	 */
	__u64 targets[NR_TARGETS];
	struct session sessions[NR_SLOTS];
	struct account accounts[NR_ACCOUNTS];
	__u64 calibrated_stack;	  /* stack of the front end's thread: see calibration.bpf.h */
	__u32 calibrated_slot;	  /* index in sessions of its session */
	__u64 fired[NR_PROOFS];	  /* runs of the programs that prove a way: see proof.bpf.h */
	__u64 nr_files;		  /* files that were given a number: see wire_file.h */
	__u64 command_tasks_lost; /* processes of COMMAND that could not be marked */
	__u64 module_changes;	  /* how often modules were loaded or freed */
	__u64 module_freed_ns;	  /* boot clock when a module was last freed, or 0 */
	__u64 boot_ns;		  /* boot clock when begin_state() ran last */
	__u64 front_end_start_ns; /* boot clock when the front end's process started */
	/*
	 * When the processes of config.filter.pids started (boot clock), up to START_TIME_UNIT
	 * later, or 0 where that is not known. The kernel uses numbers of processes again. The
	 * front end can write this only when begin_state() has told what its own clock differs by.
	 */
	__u64 pid_starts[FILTER_MAX_VALUES];
	/*
	 * The boot clock when a task that passes the filters by task got a seccomp filter, or 0:
	 * see seccomp.bpf.h. The front end sets it back.
	 */
	__u64 seccomp_installed_ns;
	struct exe_files exe_files;
	/* The number of displaced sessions by session__hash() of their stack. */
	__u32 displaced_by_hash[NR_HASHES];
	/* The same of accept() calls under way for which there was no room: see accept.bpf.h. */
	__s32 roomless_accepts[NR_HASHES];
	__u32 nr_reserved;		    /* reserved slots in use */
	__u32 reserved_by_owner[NR_OWNERS]; /* the same by session__owner() */
};

_Static_assert(sizeof(struct state) <= 4 << 20, "the kernel makes an array of it");

#endif /* STATE_H */
