/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the front end tells the BPF programs before they are loaded. It becomes read-only data whose
 * values the verifier knows, so a filter that is not used costs no instruction.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "shared/stages.h"
#include "shared/wire.h"

#define FILTER_MAX_VALUES 64 /* values that one filter can hold */
#define FILTER_MAX_COMMS  16

/* A set of numbers that a filter lets through. Empty (nr == 0) lets everything through. */
struct filter_values {
	__u32 nr; /* 0 .. FILTER_MAX_VALUES */
	__u32 values[FILTER_MAX_VALUES];
};

struct filter_comms {
	__u32 nr;				      /* 0 .. FILTER_MAX_COMMS */
	char values[FILTER_MAX_COMMS][WIRE_COMM_LEN]; /* padded with NUL */
};

/* What a filter of each kind holds: see filters.def. */
#define FILTER_MEMBER_NUMBERS(member) struct filter_values member
#define FILTER_MEMBER_COMMS(member)   struct filter_comms member
#define FILTER_MEMBER_CGROUPS(member) __u32 member /* how many of the map cgroups are set */
#define FILTER_MEMBER_COMMAND(member) __u32 member /* only tasks in the map command_tasks */
#define FILTER_MEMBER_FLAG(member)    __u32 member
#define FILTER_MEMBER_LEAST(member)   __u64 member

/*
 * What a creation must match to be recorded: every filter, each by any of its values. pids and tids
 * are those of the tool's own PID namespace, netns are inode numbers, types are without
 * SOCK_CLOEXEC and SOCK_NONBLOCK, and min_ns is compared with the outermost function's measured
 * duration.
 */
struct filter {
	/* Which filters are in use: see filter_flags__set(). */
	__u32 at_entry;	 /* any that is tested at the entry of the outermost function; of these */
	__u32 by_call;	 /* any that looks at what is asked for */
	__u32 at_return; /* any that is tested when the outermost function returns */
#define FILTER(id, member, kind, ...) FILTER_MEMBER_##kind(member);
#define IMPLIED_FILTER(member, kind)  FILTER_MEMBER_##kind(member);
#include "shared/filters.def"
};

/*
 * The verifier takes out what a constant decides against, but the load of the constant stays. So
 * where several things are asked for rarely, one member says whether any is.
 */
struct config {
	struct filter filter;
	__u32 pid_namespace;	      /* inode of the tool's own PID namespace */
	__u32 pid_namespace_level;    /* 0: it is the initial one; else not known from user space */
	__u32 tool_pid;		      /* in that namespace: its child is the COMMAND */
	__u32 follow_children;	      /* of the COMMAND */
	__u32 entries_can_be_skipped; /* the kernel may preempt a task inside a fentry program */
	__u32 state;		      /* take snapshots of struct socket and struct sock */
	__u64 stack_size;	      /* bytes of a kernel stack */
	__u64 wakeup_bytes;	      /* wake the reader when this much waits in the ring buffer */
	__u32 extras;		      /* any of pid_namespace_level, state, stacks, accept */
	__u32 stacks;		      /* any of these two: */
	__u32 kernel_stack;	      /* record the stack of every outermost call; of those */
	__u32 user_stack;	      /* of the kernel's own the former is recorded in any case */
	__u32 accept;		      /* observe accept(): see accept.bpf.h */
	__u32 identify_process;	      /* fill wire_record.process_start_ns and exec_id */
	__u8 arguments[NR_STAGES]; /* of each function; used where the table says ARGUMENTS_VARY */
};

#endif /* CONFIG_H */
