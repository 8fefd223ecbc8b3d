/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the user side tells the BPF programs before they are loaded. It becomes read-only data whose
 * values the verifier knows, so a filter that is not used costs no instruction.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "shared/stages.h"
#include "shared/wire.h"

#define FILTER_MAX_VALUES 64 /* the most values that one filter can hold */
#define FILTER_MAX_COMMS  16
#define FILTER_MAX_EXES	  16 /* of each kind */

/*
 * Names of files are compared in pieces of so many bytes. Five of them are more than a name has
 * (NAME_MAX).
 */
#define EXE_NAME_PIECE	56
#define EXE_NAME_PIECES 5

#define START_TIME_UNIT 10000000 /* ns: /proc has start times in units of a USER_HZ-th second */

/* The numbers that match a filter. If there are none (nr == 0), everything matches. */
struct filter_values {
	__u32 nr; /* 0 .. FILTER_MAX_VALUES */
	__u32 values[FILTER_MAX_VALUES];
};

struct filter_comms {
	__u32 nr;				      /* 0 .. FILTER_MAX_COMMS */
	char values[FILTER_MAX_COMMS][WIRE_COMM_LEN]; /* padded with NUL */
};

/*
 * Files that processes execute: by name, padded with NUL, or as the files that state.exe_files has.
 */
struct filter_exes {
	__u32 nr;	/* names and files; if there are none, everything matches */
	__u32 nr_names; /* 0 .. FILTER_MAX_EXES */
	char names[FILTER_MAX_EXES][EXE_NAME_PIECES * EXE_NAME_PIECE];
};

/* What a filter of each kind holds: see filters.def. */
#define FILTER_MEMBER_NUMBERS(member)	struct filter_values member
#define FILTER_MEMBER_PROCESSES(member) struct filter_values member
#define FILTER_MEMBER_COMMS(member)	struct filter_comms member
#define FILTER_MEMBER_EXES(member)	struct filter_exes member
#define FILTER_MEMBER_CGROUPS(member)	__u32 member /* values in the map cgroups */
#define FILTER_MEMBER_COMMAND(member)	__u32 member /* match only tasks in the map command_tasks */
#define FILTER_MEMBER_FLAG(member)	__u32 member
#define FILTER_MEMBER_LEAST(member)	__u64 member

/*
 * What a creation must match to be recorded: one value of each filter. pids and tids are numbers in
 * the tool's own PID namespace, netns are inode numbers, types are without SOCK_CLOEXEC and
 * SOCK_NONBLOCK, and min_ns is compared with the measured duration of the outermost function.
 */
struct filter {
	/* Which filters are in use: see filter_flags__set(). */
	__u32 at_entry;	 /* some that are tested at the entry of the outermost function */
	__u32 by_call;	 /* some of those look at what is asked for */
	__u32 at_return; /* some that are tested when the outermost function returns */
#define FILTER(id, member, kind, ...) FILTER_MEMBER_##kind(member);
#define IMPLIED_FILTER(member, kind)  FILTER_MEMBER_##kind(member);
#include "shared/filters.def"
};

/* The numbers of structs in the running kernel's BTF, for programs that cast pointers to them. */
struct type_numbers {
	__u32 list_head;
	__u32 net;
	__u32 sock;
	__u32 socket;
	__u32 socket_alloc;
	__u32 task_struct; /* 0 if the verifier need not be kept from looking for trusted members */
};

/*
 * The verifier removes code that a constant makes unreachable, but the load of the constant stays.
 * So one member says whether any of several rare features is used.
 */
struct config {
	struct filter filter;
	__u32 pid_namespace;	   /* inode of the tool's PID namespace */
	__u32 pid_namespace_level; /* 0 if that is the initial one; other levels are unknown here */
	__u32 tool_pid;		   /* in that namespace; its child is COMMAND */
	__u32 follow_children;	   /* include the children of COMMAND */
	__u32 entries_can_be_skipped; /* the kernel may preempt a task in a fentry program */
	__u32 state;		      /* take snapshots of struct socket and struct sock */
	__u64 stack_size;	      /* size of a kernel stack in bytes */
	__u64 page_size;	      /* of user space, in bytes */
	__u64 wakeup_bytes;	      /* wake the reader when this much is in the ring buffer */
	__u32 extras;		      /* pid_namespace_level, state, stacks or accept is set */
	__u32 stacks;		      /* kernel_stack or user_stack is set */
	__u32 kernel_stack;	      /* of each creation, not only of the kernel's own */
	__u32 user_stack;	      /* record the stack of the calling process */
	__u32 files;		      /* the paths of files are wanted: see files.bpf.h */
	__u32 execs;		      /* what processes execute is wanted: see exec.bpf.h */
	__u32 process_names;	      /* fill wire_record.process_comm */
	__u32 accept;		      /* observe accept(): see accept.bpf.h */
	__u32 identify_process;	      /* fill wire_record.process_start_ns and exec_id */
	__u32 seccomp_arguments;      /* number of arguments of __seccomp_filter() */
	__u32 seccomp_kill_returns;   /* FEATURE_SECCOMP_KILL_RETURNS */
	struct type_numbers types;
	__u8 arguments[NR_STAGES]; /* number of arguments of functions with ARGUMENTS_VARY */
};

#endif /* CONFIG_H */
