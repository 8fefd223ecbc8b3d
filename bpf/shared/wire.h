/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The record that the BPF side writes to the ring buffer for each creation when that has finished.
 * Both sides share this header and are built together; WIRE_VERSION is for records that are kept in
 * files. Numbers are in the byte order of the machine, times are in ns.
 */
#ifndef WIRE_H
#define WIRE_H

#ifndef __VMLINUX_H__ /* user space */
#include <stddef.h>
#include <linux/types.h>
#endif

#define WIRE_VERSION 1

#define WIRE_MAX_SPANS	     64 /* a socketpair() with every stage takes about 50 */
#define WIRE_MAX_SOCKETS     2	/* socketpair() makes two */
#define WIRE_MAX_MODULES     8	/* no known path through the kernel requests more than 3 */
#define WIRE_MAX_FRAMES	     64 /* of each stack; the innermost ones are kept */
#define WIRE_MAX_CALLERS     2	/* that the unwinder leaves out: of the vDSO and of a C library */
#define WIRE_MAX_USER_FRAMES (WIRE_MAX_FRAMES + WIRE_MAX_CALLERS)
#define WIRE_MODULE_LEN	     56	  /* MODULE_NAME_LEN on 64-bit kernels */
#define WIRE_COMM_LEN	     16	  /* TASK_COMM_LEN */
#define WIRE_NO_PARENT	     0xff /* wire_span.parent of the outermost span */
/*
 * The bits of a type argument that are the type; the other bits are flags. Mirrors SOCK_TYPE_MASK
 * in include/linux/net.h.
 */
#define SOCKET_TYPE_MASK 0xf
/*
 * In the record of an accept(), this element of wire_record.sockets is the listening socket. It is
 * not counted in nr_sockets since it was not made by the call.
 */
#define WIRE_LISTENER 1

/* Bits of wire_span.flags. */
enum wire_span_flags {
	WIRE_SPAN_CUT = 1 << 0,	   /* the return was not seen: end and ret are not set */
	WIRE_SPAN_WAITED = 1 << 1, /* the innermost one while accept() waited */
};

/* Bits of wire_record.flags. */
enum wire_record_flags {
	WIRE_SPANS_TRUNCATED = 1 << 0, /* more stages ran than fit into the record */
	WIRE_EXIT_MISSED = 1 << 1,     /* the return of a stage was not seen: a span is cut */
	WIRE_ENTRY_MISSED = 1 << 2,    /* the entry of a stage was not seen: a span is missing */
	WIRE_COMPAT = 1 << 3,	       /* made by a 32-bit system call on a 64-bit kernel */
	WIRE_NR_OPEN_REACHED = 1 << 4, /* fs.nr_open, not descriptor_limit, left no descriptor */
	WIRE_DIRECT = 1 << 5,	 /* io_uring was asked for a direct descriptor: fd is its slot */
	WIRE_NO_NUMBER = 1 << 6, /* a descriptor was made, but which one is not known: ret is 0 */
};

/*
 * What seccomp did to a system call before the kernel's function was called. Then the record has
 * one span, of that function, which did not run: its times are when that was decided.
 */
enum wire_refusal {
#define REFUSAL(id, ...) REFUSAL_##id,
#include "shared/refusals.def"
#undef REFUSAL
	NR_REFUSALS,
};

/* wire_record.ret where user space gets no result: below all that is -errno. */
#define WIRE_NO_RESULT (-4096)

/* One call of one stage. Spans are in the order of their entries, the outermost one first. */
struct wire_span {
	__u64 start; /* boot clock at its entry */
	__u64 end;   /* boot clock at its return; undefined in a cut span */
	__s32 ret;   /* see enum stage_returns; 0 for void; undefined in a cut span */
	__u8 stage;  /* enum stage */
	__u8 parent; /* index of the calling span, or WIRE_NO_PARENT */
	__u8 flags;  /* enum wire_span_flags */
	__u8 family; /* for STAGE_FAMILY_CREATE the family that was asked for; else 0 */
};
_Static_assert(sizeof(struct wire_span) == 24, "wire_span has no padding");

/*
 * One socket that was made, as it was at the return of its family's create function. If that
 * function is not observed, it is as it was at the return of __sock_create().
 */
struct wire_socket {
	__u64 inode;	/* as ss -e and /proc/PID/fd show it */
	__u64 cookie;	/* sk->sk_cookie if it was set by then, else 0; the tool never sets it */
	__s32 fd;	/* its descriptor, or with WIRE_DIRECT its slot; -1 if it got none */
	__u16 family;	/* sk->sk_family */
	__u16 type;	/* sk->sk_type */
	__u16 protocol; /* sk->sk_protocol; AF_PACKET leaves it 0 and keeps its own */
	__u16 reserved[3];
};
_Static_assert(sizeof(struct wire_socket) == 32, "wire_socket has no padding");

/* A module that the kernel had user space load, or try to load, for this creation. */
struct wire_module {
	char name[WIRE_MODULE_LEN]; /* as requested; terminated by NUL unless damaged */
	__u64 capabilities;	    /* mask of the task's effective capabilities */
	__u8 span;		    /* index of the innermost span that was open then */
	__u8 in_user_namespace;	    /* the task's user namespace is not the initial one */
	__u8 reserved[6];
};
_Static_assert(sizeof(struct wire_module) == 72, "wire_module has no padding");

/* What differs from what the header says, where anything does. */
struct wire_differences {
	__u32 task_netns; /* inode of the task's network namespace; 0 if it is that of the socket */
	__u32 has_protocol; /* the next member is set */
	/*
	 * The protocol that __sock_create() got, where it failed. BPF programs on
	 * update_socket_protocol() can make another one of that asked for (mptcpify).
	 */
	__s32 protocol;
	__u32 reserved;
};
_Static_assert(sizeof(struct wire_differences) == 16, "wire_differences has no padding");

/*
 * Where an address of the user's stack lay when the call was made. By the time the record is read
 * the process may be gone.
 */
enum wire_frame_kind {
	WIRE_FRAME_UNPLACED,  /* not known: another thread was changing the mappings */
	WIRE_FRAME_UNMAPPED,  /* nothing was mapped there */
	WIRE_FRAME_DATA,      /* mapped, but not as code */
	WIRE_FRAME_ANONYMOUS, /* executable memory without a file */
	WIRE_FRAME_VDSO,      /* in the vDSO */
	WIRE_FRAME_UNNAMED,   /* in a file that could not be named: its record found no room */
};

/*
 * A frame of the user's stack is the address, with its kind in the bits from WIRE_FRAME_KIND_SHIFT
 * on; or, with WIRE_FRAME_IN_FILE, the number of a file (wire_file.number) and the offset in it in
 * bytes. Of a return address that is the offset of the byte before, which is part of the call.
 */
#define WIRE_FRAME_IN_FILE	(1ULL << 63)
#define WIRE_FRAME_UNCERTAIN	(1ULL << 62) /* may be left over, or others are missing before it */
#define WIRE_FRAME_CALLER	(1ULL << 61) /* was not found by the unwinder: see user_stack.bpf.h */
#define WIRE_FRAME_KIND_SHIFT	56
#define WIRE_FRAME_KINDS	32
#define WIRE_FRAME_OFFSET_SHIFT 40
#define WIRE_MAX_FILE		((1U << 21) - 1)

/* Return a frame at an offset in a file. */
static inline __u64 wire_frame__in_file(__u32 file, __u64 offset)
{
	return WIRE_FRAME_IN_FILE | (__u64)file << WIRE_FRAME_OFFSET_SHIFT |
	       (offset & ((1ULL << WIRE_FRAME_OFFSET_SHIFT) - 1));
}

/* Return a frame that is not known to be in a file. */
static inline __u64 wire_frame__of_kind(enum wire_frame_kind kind, __u64 address)
{
	return (__u64)kind << WIRE_FRAME_KIND_SHIFT |
	       (address & ((1ULL << WIRE_FRAME_KIND_SHIFT) - 1));
}

/* Return the number of the file that a frame is in, or 0. */
static inline __u32 wire_frame__file(__u64 frame)
{
	return frame & WIRE_FRAME_IN_FILE ? frame >> WIRE_FRAME_OFFSET_SHIFT & WIRE_MAX_FILE : 0;
}

/* Return the kind of a frame that is in no file: its number may be one that is not in the enum. */
static inline __u32 wire_frame__kind(__u64 frame)
{
	return frame >> WIRE_FRAME_KIND_SHIFT & (WIRE_FRAME_KINDS - 1);
}

/* Return the address of a frame that is in no file. */
static inline __u64 wire_frame__address(__u64 frame)
{
	return frame & ((1ULL << WIRE_FRAME_KIND_SHIFT) - 1);
}

/* Return the offset of a frame that is in a file. */
static inline __u64 wire_frame__offset(__u64 frame)
{
	return frame & ((1ULL << WIRE_FRAME_OFFSET_SHIFT) - 1);
}

/* What only few creations have. */
struct wire_details {
	struct wire_module modules[WIRE_MAX_MODULES];
	__u64 kernel_frames[WIRE_MAX_FRAMES];	 /* addresses, innermost first; never shown */
	__u64 user_frames[WIRE_MAX_USER_FRAMES]; /* see enum wire_frame_kind */
	struct wire_differences differences;
};

/*
 * A finished creation. In the ring buffer, only the first nr_spans elements of spans are present,
 * directly followed by those details that exist: see wire_record__modules(). pid, tid and ppid are
 * numbers in the tool's own PID namespace, or 0 if the task is not visible there. uid is a number
 * in the initial user namespace.
 */
struct wire_record {
	__u16 version;	       /* WIRE_VERSION */
	__u8 via;	       /* enum via */
	__u8 nr_spans;	       /* 1 .. WIRE_MAX_SPANS */
	__u8 nr_sockets;       /* 0 .. WIRE_MAX_SOCKETS */
	__u8 refusal;	       /* enum wire_refusal */
	__u16 flags;	       /* enum wire_record_flags */
	__u8 nr_modules;       /* 0 .. WIRE_MAX_MODULES */
	__u8 nr_kernel_frames; /* 0 .. WIRE_MAX_FRAMES */
	__u8 nr_user_frames;   /* 0 .. WIRE_MAX_USER_FRAMES */
	__u8 nr_differences;   /* 0 or 1 */
	__u32 netns;	       /* inode of the socket's network namespace */
	__u64 waited;	       /* how long accept() waited for a connection; a part of durations */
	__u32 tid;
	__u32 pid;	    /* the thread group */
	__s32 family;	    /* as asked for; for accept() that of the listening socket */
	__s32 type;	    /* the same; includes flags unless it is an accept() */
	__s32 protocol;	    /* the same */
	__u32 accept_flags; /* the flags of accept(); those of other calls are in type */
	struct wire_socket sockets[WIRE_MAX_SOCKETS];
	/* The following members are set when the outermost function has returned. */
	__s32 ret;	 /* the result of the outermost function */
	__u32 cpu;	 /* the processor that numbered the record */
	__u64 sequence;	 /* number of the record on that processor; a gap means lost records */
	__u64 cgroup_id; /* in the cgroup v2 hierarchy */
	/*
	 * These distinguish a process from earlier ones with the same pid, and from itself before
	 * an execve(): its start time (boot clock) and task_struct.self_exec_id. Undefined
	 * unless config.identify_process is set.
	 */
	__u64 process_start_ns;
	__u64 exec_id;
	__u64 descriptor_limit; /* RLIMIT_NOFILE if no descriptor was left; else 0 */
	__u32 ppid;
	__u32 uid;
	char comm[WIRE_COMM_LEN]; /* of the thread, any bytes; ends in NUL unless damaged */
	/* The same of the process's first thread. Undefined unless config.process_names is set. */
	char process_comm[WIRE_COMM_LEN];
	struct wire_span spans[WIRE_MAX_SPANS];
	struct wire_details details;
};
#define WIRE_HEADER_SIZE (__builtin_offsetof(struct wire_record, spans))
_Static_assert(WIRE_HEADER_SIZE == 200, "wire_record has no padding");

/* Return where the details are in a record of the ring buffer. */
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

/* Return the differences, or NULL if there are none. */
static inline const struct wire_differences *wire_record__differences(
	const struct wire_record *record)
{
	if (!record->nr_differences)
		return NULL;
	return (const struct wire_differences *)(wire_record__user_frames(record) +
						 record->nr_user_frames);
}

/*
 * Why something is missing. For the first group, each count is a creation that is not shown. For
 * the second one, each count is a span that is missing or incomplete in a creation that is shown;
 * FRAME counts frames of its user stack.
 *
 * LOST(id, name in outputs, phrase)
 */
#define LOST_CREATION_REASONS(LOST)                                                               \
	LOST(RING_BUFFER_FULL, ring_buffer_full, "ring buffer full")                              \
	LOST(SESSION_TABLE_FULL, session_table_full, "session table full")                        \
	LOST(ENTRY_WITHOUT_EXIT, entry_without_exit, "return of the outermost function not seen") \
	LOST(OUTERMOST_ENTRY_MISSED, outermost_entry_missed,                                      \
	     "entry of the outermost function not seen")                                          \
	LOST(RECORD_DAMAGED, record_damaged, "record damaged")
#define LOST_SPAN_REASONS(LOST)                                                   \
	LOST(SPAN_ARRAY_FULL, span_array_full, "span array full")                 \
	LOST(SPAN_WITHOUT_EXIT, span_without_exit, "return of a stage not seen")  \
	LOST(EXIT_WITHOUT_ENTRY, exit_without_entry, "entry of a stage not seen") \
	LOST(STATE, state, "its --state found no room")                           \
	LOST(FRAME, frame, "memory was being mapped, or a path found no room")

enum lost_reason {
#define LOST(id, ...) LOST_##id,
	LOST_CREATION_REASONS(LOST) NR_LOST_CREATION_REASONS,
	LOST_BEFORE_SPAN_REASONS = NR_LOST_CREATION_REASONS - 1,
	LOST_SPAN_REASONS(LOST) NR_LOST_REASONS,
#undef LOST
};

#endif /* WIRE_H */
