// SPDX-License-Identifier: GPL-2.0
/*
 * Ways for a program to find the session of the creation that it is called in, and nothing else:
 * what they cost is compared. The programs open and close spans with the times of their calls, and
 * make no record of them. Their names begin with that of the way:
 *
 *   stack     in global data, by the address of the kernel stack (bpf/session_table.bpf.h)
 *   thread    in global data, by the number of the thread
 *   hash      in a hash, by the number of the thread
 *   storage   in the storage that the kernel keeps for each task
 *
 * Two more find it by the stack, and leave out what durations of inner functions are made of:
 *
 *   fewer_clocks   returns of these close their span, but don't read the clock
 *   fewer_exits    returns of these are not observed
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* Of include/uapi/linux/bpf.h. */
#define BPF_MAP_TYPE_TASK_STORAGE      29
#define BPF_F_NO_PREALLOC	       1
#define BPF_LOCAL_STORAGE_GET_F_CREATE 1

#define NR_SESSIONS	     1024
#define NR_SPANS	     16 /* a power of two */
#define STACK_SIZE	     16384
#define STACK_DISTANCE_SHIFT 15

struct span {
	u64 start;
	u64 end;
};

struct session {
	u64 owner; /* a stack's address or a thread's number; 0: it is free */
	u32 depth;
	u32 nr_spans;
	u32 open[NR_SPANS]; /* indexes in spans */
	struct span spans[NR_SPANS];
};

static struct {
	u64 address; /* of this in the kernel */
	struct session sessions[NR_SESSIONS];
	struct session blank;
} memory;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NR_SESSIONS);
	__type(key, u32);
	__type(value, struct session);
} by_thread SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct session);
} of_task SEC(".maps");

static __always_inline void begin_span(struct session *session)
{
	u32 index = session->nr_spans & (NR_SPANS - 1);

	session->open[session->depth & (NR_SPANS - 1)] = index;
	session->depth++;
	session->nr_spans++;
	session->spans[index].start = bpf_ktime_get_boot_ns();
}

static __always_inline u32 close_span(struct session *session)
{
	return session->open[--session->depth & (NR_SPANS - 1)] & (NR_SPANS - 1);
}

static __always_inline void end_span(struct session *session)
{
	session->spans[close_span(session)].end = bpf_ktime_get_boot_ns();
}

static __always_inline struct session *claim(struct session *session, u64 owner)
{
	if (__sync_val_compare_and_swap(&session->owner, 0, owner))
		return NULL;
	session->depth = 0;
	session->nr_spans = 0;
	return session;
}

static __always_inline void release(struct session *session)
{
	__sync_lock_test_and_set(&session->owner, 0);
}

SEC("raw_tracepoint")
int learn_address(void *ctx)
{
	(void)ctx;
	memory.address = (u64)&memory;
	return 0;
}

static __always_inline u64 stack_of(const void *ctx)
{
	u64 address = (u64)ctx;

	asm volatile("%0 -= %1" : "+r"(address) : "r"(&memory));
	return (address + memory.address) & -(u64)STACK_SIZE;
}

static __always_inline struct session *slot_of(u64 number)
{
	struct session *session = &memory.sessions[number & (NR_SESSIONS - 1)];

	asm volatile("" : "+r"(session));
	return session;
}

static __always_inline struct session *stack_find(const void *ctx)
{
	u64 stack = stack_of(ctx);
	struct session *session = slot_of(stack >> STACK_DISTANCE_SHIFT);

	return session->owner == stack ? session : NULL;
}

static __always_inline struct session *stack_open(const void *ctx)
{
	u64 stack = stack_of(ctx);

	return claim(slot_of(stack >> STACK_DISTANCE_SHIFT), stack);
}

#define stack_close(session) release(session)

static __always_inline struct session *thread_find(const void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	struct session *session = slot_of(thread);

	(void)ctx;
	return session->owner == thread ? session : NULL;
}

static __always_inline struct session *thread_open(const void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();

	(void)ctx;
	return claim(slot_of(thread), thread);
}

#define thread_close(session) release(session)

static __always_inline struct session *hash_find(const void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();

	(void)ctx;
	return bpf_map_lookup_elem(&by_thread, &thread);
}

static __always_inline struct session *hash_open(const void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();

	(void)ctx;
	if (bpf_map_update_elem(&by_thread, &thread, &memory.blank, BPF_NOEXIST))
		return NULL;
	return bpf_map_lookup_elem(&by_thread, &thread);
}

static __always_inline void hash_close(struct session *session)
{
	u32 thread = bpf_get_current_pid_tgid();

	(void)session;
	bpf_map_delete_elem(&by_thread, &thread);
}

static __always_inline struct session *storage_find(const void *ctx)
{
	struct session *session =
		bpf_task_storage_get(&of_task, bpf_get_current_task_btf(), NULL, 0);

	(void)ctx;
	return session && session->owner ? session : NULL;
}

static __always_inline struct session *storage_open(const void *ctx)
{
	struct session *session = bpf_task_storage_get(&of_task, bpf_get_current_task_btf(), NULL,
						       BPF_LOCAL_STORAGE_GET_F_CREATE);

	(void)ctx;
	return session ? claim(session, 1) : NULL;
}

#define storage_close(session) release(session)

#define ENTRY(way, function, find)                   \
	SEC("fentry/" #function)                     \
	int way##_enter_##function(void *ctx)        \
	{                                            \
		struct session *session = find(ctx); \
                                                     \
		if (session)                         \
			begin_span(session);         \
		return 0;                            \
	}

#define EXIT(way, function, find, end, close)        \
	SEC("fexit/" #function)                      \
	int way##_exit_##function(void *ctx)         \
	{                                            \
		struct session *session = find(ctx); \
                                                     \
		if (!session)                        \
			return 0;                    \
		end(session);                        \
		close(session);                      \
		return 0;                            \
	}

#define leave_open(session) ((void)0)

#define OUTERMOST(way, design)                  \
	ENTRY(way, __sys_socket, design##_open) \
	EXIT(way, __sys_socket, design##_find, end_span, design##_close)

#define INNER_ENTRIES(way, find)         \
	ENTRY(way, __sock_create, find)  \
	ENTRY(way, inet_create, find)    \
	ENTRY(way, sk_alloc, find)       \
	ENTRY(way, sock_init_data, find) \
	ENTRY(way, tcp_v4_init_sock, find)

#define INNER_EXITS(way, find, end)                      \
	EXIT(way, __sock_create, find, end, leave_open)  \
	EXIT(way, inet_create, find, end, leave_open)    \
	EXIT(way, sk_alloc, find, end, leave_open)       \
	EXIT(way, sock_init_data, find, end, leave_open) \
	EXIT(way, tcp_v4_init_sock, find, end, leave_open)

#define WAY(way)                       \
	OUTERMOST(way, way)            \
	INNER_ENTRIES(way, way##_find) \
	INNER_EXITS(way, way##_find, end_span)

WAY(stack)
WAY(thread)
WAY(hash)
WAY(storage)

OUTERMOST(fewer_clocks, stack)
INNER_ENTRIES(fewer_clocks, stack_find)
INNER_EXITS(fewer_clocks, stack_find, close_span)

OUTERMOST(fewer_exits, stack)
INNER_ENTRIES(fewer_exits, stack_find)
