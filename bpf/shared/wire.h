/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The record: what the BPF side puts into the ring buffer, once for every finished creation.
 * Shared by both sides; both are built together, and WIRE_VERSION guards what is kept in files.
 * All numbers are in the machine's own byte order; times are nanoseconds.
 */
#ifndef WIRE_H
#define WIRE_H

#ifndef __VMLINUX_H__ /* user space */
#include <linux/types.h>
#endif

#define WIRE_VERSION 1

#define WIRE_MAX_SPANS	 64 /* a socketpair with every stage takes about 50 */
#define WIRE_MAX_SOCKETS 2  /* socketpair makes two */
#define WIRE_MAX_MODULES 8  /* the kernel asks for no more than 3 on any way it is known to take */
#define WIRE_MAX_FRAMES	 64 /* of each stack, the innermost ones */
#define WIRE_MODULE_LEN	 56 /* MODULE_NAME_LEN on 64-bit kernels */
#define WIRE_COMM_LEN	 16 /* TASK_COMM_LEN */
#define WIRE_NO_PARENT	 0xff /* wire_span.parent of the outermost span */
/*
 * The bits of a type argument that are the type itself; the others are flags: SOCK_TYPE_MASK in
 * include/linux/net.h.
 */
#define SOCKET_TYPE_MASK 0xf
/*
 * Of an accept() element 1 of wire_record.sockets is the listening socket. It was not made, and
 * does not count in nr_sockets.
 */
#define WIRE_LISTENER 1

/* wire_span.flags */
enum wire_span_flags {
	WIRE_SPAN_CUT = 1 << 0,	   /* its return was not seen: end and ret are not set */
	WIRE_SPAN_WAITED = 1 << 1, /* innermost one when accept() waited: wire_record.waited */
};

/* wire_record.flags */
enum wire_record_flags {
	WIRE_SPANS_TRUNCATED = 1 << 0, /* more stages ran than a record can hold */
	WIRE_EXIT_MISSED = 1 << 1,     /* a stage's return was not seen: a span is not closed */
	WIRE_ENTRY_MISSED = 1 << 2,    /* a stage returned whose entry was not seen: a span lacks */
	WIRE_COMPAT = 1 << 3,	       /* by a 32-bit system call on a 64-bit kernel */
	WIRE_NR_OPEN_REACHED = 1 << 4, /* fs.nr_open left no descriptor, not descriptor_limit */
};

/* One call of one stage. Spans stand in the order of their entries, the outermost first. */
struct wire_span {
	__u64 start; /* CLOCK_BOOTTIME at its entry */
	__u64 end;   /* the same at its return; anything where the span is cut */
	__s32 ret;   /* see enum stage_returns; 0 for void; anything where it is cut */
	__u8 stage;  /* enum stage */
	__u8 parent; /* index of the calling span, or WIRE_NO_PARENT */
	__u8 flags;  /* enum wire_span_flags */
	__u8 family; /* STAGE_FAMILY_CREATE: that of which a socket was asked for; else 0 */
};
_Static_assert(sizeof(struct wire_span) == 24, "wire_span has no padding");

/*
 * One socket that was made, as it was when its family's create function returned, or where that was
 * not observed its __sock_create().
 */
struct wire_socket {
	__u64 inode;	/* what ss -e and /proc/PID/fd show */
	__u64 cookie;	/* sk->sk_cookie if something had set it by then, else 0; never forced */
	__s32 fd;	/* its descriptor, -1 if it got none */
	__u16 family;	/* sk->sk_family, as made */
	__u16 type;	/* sk->sk_type, as made */
	__u16 protocol; /* sk->sk_protocol, as made; 0 in AF_PACKET, which keeps it elsewhere */
	__u16 reserved[3];
};
_Static_assert(sizeof(struct wire_socket) == 32, "wire_socket has no padding");

/* A module that the kernel had user space load, or try to, for this creation. */
struct wire_module {
	char name[WIRE_MODULE_LEN]; /* as asked for; NUL-terminated unless damaged */
	__u64 capabilities;	    /* effective ones of the task, as a mask */
	__u8 span;		    /* index of the innermost span that was open */
	__u8 in_user_namespace;	    /* another than the initial one: that is where they hold */
	__u8 reserved[6];
};
_Static_assert(sizeof(struct wire_module) == 72, "wire_module has no padding");

/* What few creations have. */
struct wire_details {
	struct wire_module modules[WIRE_MAX_MODULES];
	__u64 kernel_frames[WIRE_MAX_FRAMES]; /* addresses, the innermost first; never shown */
	__u64 user_frames[WIRE_MAX_FRAMES];
};

/*
 * A finished creation. Only the first nr_spans elements of spans are in the ring buffer, and right
 * behind them only so many of the details as there are: see wire_record__modules(). pid, tid
 * and ppid are as the tool's own PID namespace sees them, 0 where it does not see the task. uid is
 * as the initial user namespace sees it.
 */
struct wire_record {
	__u16 version;	 /* WIRE_VERSION */
	__u8 via;	 /* enum via */
	__u8 nr_spans;	 /* 1 .. WIRE_MAX_SPANS */
	__u8 nr_sockets; /* 0 .. WIRE_MAX_SOCKETS */
	__u8 reserved;
	__u16 flags;	       /* enum wire_record_flags */
	__u8 nr_modules;       /* 0 .. WIRE_MAX_MODULES */
	__u8 nr_kernel_frames; /* 0 .. WIRE_MAX_FRAMES */
	__u8 nr_user_frames;   /* 0 .. WIRE_MAX_FRAMES */
	__u8 reserved_too;
	__u32 netns;  /* inode of the network namespace */
	__u64 waited; /* ns that accept() waited for a connection; they are in durations */
	__u32 tid;
	__u32 pid;	    /* thread group */
	__s32 family;	    /* as asked for; of an accept() the listening socket's */
	__s32 type;	    /* likewise; of others than accept() with their flags */
	__s32 protocol;	    /* likewise */
	__u32 accept_flags; /* of an accept() its flags; those of others are in type */
	struct wire_socket sockets[WIRE_MAX_SOCKETS];
	/* What follows is known when the outermost function has returned. */
	__s32 ret;	 /* what that returned */
	__u32 cpu;	 /* the processor whose sequence this is */
	__u64 sequence;	 /* counts, per cpu, the records made there: a gap is a lost record */
	__u64 cgroup_id; /* in the cgroup v2 hierarchy */
	/*
	 * Tell a process from those that had its pid before, and from itself before an execve():
	 * when it started (CLOCK_BOOTTIME) and task_struct.self_exec_id. Anything where not asked
	 * for.
	 */
	__u64 process_start_ns;
	__u64 exec_id;
	__u64 descriptor_limit; /* RLIMIT_NOFILE, where no descriptor was left; else 0 */
	__u32 ppid;
	__u32 uid;
	char comm[WIRE_COMM_LEN]; /* of the thread; any bytes; NUL-terminated unless damaged */
	struct wire_span spans[WIRE_MAX_SPANS];
	struct wire_details details;
};
#define WIRE_HEADER_SIZE (__builtin_offsetof(struct wire_record, spans))
_Static_assert(WIRE_HEADER_SIZE == 184, "wire_record has no padding");

/* Where the details are in a record of the ring buffer. */
static inline const struct wire_module *wire_record__modules(const struct wire_record *record)
{
	return (const struct wire_module *)(record->spans + record->nr_spans);
}

static inline const __u64 *wire_record__kernel_frames(const struct wire_record *record)
{
	return (const __u64 *)(wire_record__modules(record) + record->nr_modules);
}

static inline const __u64 *wire_record__user_frames(const struct wire_record *record)
{
	return wire_record__kernel_frames(record) + record->nr_kernel_frames;
}

/*
 * Why something is missing. Of the first kinds one count is one creation that is not shown;
 * of the others one count is one span that is missing or incomplete in a creation that is shown.
 *
 * LOST(id, name in outputs, phrase)
 */
#define LOST_CREATION_REASONS(LOST)                                                               \
	LOST(RING_BUFFER_FULL, ring_buffer_full, "ring buffer full")                              \
	LOST(SESSION_TABLE_FULL, session_table_full, "session table full")                        \
	LOST(ENTRY_WITHOUT_EXIT, entry_without_exit, "return of the outermost function not seen") \
	LOST(OUTERMOST_ENTRY_MISSED, outermost_entry_missed,                                      \
	     "entry of the outermost function not seen")
#define LOST_SPAN_REASONS(LOST)                                                   \
	LOST(SPAN_ARRAY_FULL, span_array_full, "span array full")                 \
	LOST(SPAN_WITHOUT_EXIT, span_without_exit, "return of a stage not seen")  \
	LOST(EXIT_WITHOUT_ENTRY, exit_without_entry, "entry of a stage not seen") \
	LOST(STATE, state, "its --state found no room")

enum lost_reason {
#define LOST(id, ...) LOST_##id,
	LOST_CREATION_REASONS(LOST) NR_LOST_CREATION_REASONS,
	LOST_BEFORE_SPAN_REASONS = NR_LOST_CREATION_REASONS - 1,
	LOST_SPAN_REASONS(LOST) NR_LOST_REASONS,
#undef LOST
};

#endif /* WIRE_H */
