/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Snapshots of struct socket and struct sock at the entry and at the return of each stage, for
 * --state. What differs at an entry was set by the caller before.
 *
 * All of this is reached only if config.state is set. It is read-only data, so without --state the
 * verifier removes everything here from the programs.
 *
 * An object is read only while nothing that is observed can free it. That is up to the return of
 * the stage after which the caller frees it. Behind a descriptor another thread may close it, so
 * there it counts only if the file is still in place after the reading.
 *
 * accept() takes no snapshots: thousands of calls can wait at once.
 */
#ifndef SNAPSHOT_BPF_H
#define SNAPSHOT_BPF_H

#include "probe.bpf.h"
#include "session.bpf.h"
#include "shared/wire_snapshots.h"

#define MAX_WATCHED 4 /* power of two; socketpair() makes two, MPTCP one within another */
#define NO_SOCKET   MAX_WATCHED

/* A socket that is being made. A nested one is made while another is being made. */
struct watched {
	u64 socket;	 /* its address, 0 if it is not known or has been released */
	u64 sk;		 /* the address of its sock, likewise */
	s32 level;	 /* the level of its __sock_create() among the session's open spans */
	u32 outer;	 /* index of the socket during whose creation it is made, or NO_SOCKET */
	u32 number;	 /* its place among the sockets asked for, from 0; 0 if it is nested */
	u32 sk_released; /* its sock has been freed, though socket->sk may still point there */
	u32 last;	 /* index of its latest snapshot, counted from 1; 0 if there is none */
	u32 reserved;
};

/* The snapshots of a session, and what it takes to make more. */
struct snapshots {
	u32 nr_watched;
	u32 current; /* index of the innermost one whose __sock_create() is open, or NO_SOCKET */
	u32 nr_asked_for; /* watched sockets that are not nested */
	u32 nr_reserved;  /* descriptors */
	u32 nr_installed; /* descriptors that have a file */
	s32 fds[WIRE_MAX_SOCKETS];
	struct watched watched[MAX_WATCHED];
	struct wire_snapshots record;
};

/* By the session's slot. The front end makes this one element without --state. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_SLOTS);
	__type(key, u32);
	__type(value, struct snapshots);
} snapshots SEC(".maps");

static __always_inline struct snapshots *snapshots__of(const struct session *session)
{
	u32 slot = session->slot;

	if (WITH_ACCEPT && session->is_accept)
		return NULL;
	return bpf_map_lookup_elem(&snapshots, &slot);
}

static __always_inline struct watched *snapshots__watched(struct snapshots *of, u32 index)
{
	return &of->watched[bounded(index, MAX_WATCHED)];
}

/* Begin the snapshots of a session. */
static __noinline int snapshots__reset(struct session *session)
{
	struct snapshots *of = snapshots__of(session);

	if (!of)
		return 0;
	__builtin_memset(of, 0, __builtin_offsetof(struct snapshots, record.snapshots));
	of->current = NO_SOCKET;
	of->fds[0] = -1;
	of->fds[1] = -1;
	return 0;
}

/* Forget a socket that has been freed, or may have been. */
static __always_inline void snapshots__release(struct watched *watched)
{
	watched->socket = 0;
	watched->sk = 0;
	watched->sk_released = 1;
}

static __always_inline void snapshots__release_all(struct snapshots *of)
{
	u32 i;

	for (i = 0; i < MAX_WATCHED; i++)
		snapshots__release(snapshots__watched(of, i));
}

/*
 * Leave the sockets whose __sock_create() was at a deeper level. Its return was missed, so nothing
 * is known of what became of them.
 */
static __always_inline void snapshots__unwind(struct snapshots *of, s32 level)
{
	u32 i;

	for (i = 0; i < MAX_WATCHED; i++) {
		struct watched *watched = snapshots__watched(of, of->current);

		if (of->current >= MAX_WATCHED || watched->level <= level)
			break;
		snapshots__release(watched);
		of->current = watched->outer;
	}
}

/* Begin to watch a socket. Its __sock_create() has been called, and the span is open. */
static __noinline int snapshots__begin_socket(struct session *session)
{
	struct snapshots *of = snapshots__of(session);
	s32 level = session__depth(session) - 1;
	struct watched *watched;

	if (!of)
		return 0;
	if (of->nr_watched >= MAX_WATCHED) {
		/* No socket must be taken for another one. */
		snapshots__release_all(of);
		of->record.nr_dropped++;
		return 0;
	}
	snapshots__unwind(of, level - 1);
	watched = snapshots__watched(of, of->nr_watched);
	watched->level = level;
	watched->outer = of->current;
	if (of->current == NO_SOCKET)
		watched->number = of->nr_asked_for++;
	of->current = of->nr_watched++;
	return 0;
}

/* Whether the current task has that file behind that descriptor. */
static __always_inline bool snapshot__is_installed(s32 fd, u64 file)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	u64 found = 0;

	if (fd < 0 || (u32)fd >= BPF_CORE_READ(table, max_fds) || !file)
		return false;
	bpf_probe_read_kernel(&found, sizeof(found), files + fd);
	return found == file;
}

static __always_inline void snapshot__read_socket(struct wire_snapshot *snapshot, u64 address,
						  bool has_type)
{
	struct socket *socket = (struct socket *)address;

	snapshot->flags |= WIRE_HAS_SOCKET;
	snapshot->socket = address;
	snapshot->socket_ops = (u64)BPF_CORE_READ(socket, ops);
	snapshot->socket_sk = (u64)BPF_CORE_READ(socket, sk);
	snapshot->socket_file = (u64)BPF_CORE_READ(socket, file);
	snapshot->socket_flags = BPF_CORE_READ(socket, flags);
	snapshot->inode = BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	snapshot->socket_state = BPF_CORE_READ(socket, state);
	if (!has_type)
		return;
	snapshot->flags |= WIRE_HAS_TYPE;
	snapshot->socket_type = BPF_CORE_READ(socket, type);
}

static __always_inline void snapshot__read_cgroup(struct wire_snapshot *snapshot, struct sock *sk)
{
	struct cgroup *cgroup = compat__sock_cgroup(sk);

	if (!cgroup)
		return;
	snapshot->flags |= WIRE_HAS_CGROUP;
	snapshot->sk_cgroup = BPF_CORE_READ(cgroup, kn, id);
}

static __always_inline void snapshot__read_sock(struct wire_snapshot *snapshot, u64 address)
{
	struct sock *sk = (struct sock *)address;

	snapshot->flags |= WIRE_HAS_SOCK;
	snapshot->sk = address;
	snapshot->sk_prot = (u64)BPF_CORE_READ(sk, __sk_common.skc_prot);
	if (snapshot->sk_prot)
		BPF_CORE_READ_STR_INTO(&snapshot->sk_prot_name, sk, __sk_common.skc_prot, name);
	snapshot->sk_socket = (u64)BPF_CORE_READ(sk, sk_socket);
	snapshot->sk_destruct = (u64)BPF_CORE_READ(sk, sk_destruct);
	snapshot->sk_family = BPF_CORE_READ(sk, __sk_common.skc_family);
	snapshot->sk_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	snapshot->sk_refcnt = BPF_CORE_READ(sk, __sk_common.skc_refcnt.refs.counter);
	snapshot->sk_netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	snapshot->sk_type = BPF_CORE_READ(sk, sk_type);
	snapshot->sk_protocol = BPF_CORE_READ(sk, sk_protocol);
	snapshot->sk_rcvbuf = BPF_CORE_READ(sk, sk_rcvbuf);
	snapshot->sk_sndbuf = BPF_CORE_READ(sk, sk_sndbuf);
	snapshot->sk_mark = BPF_CORE_READ(sk, sk_mark);
	snapshot__read_cgroup(snapshot, sk);
}

/*
 * Set the descriptor of a snapshot, and find out whether the snapshot is valid. Another thread may
 * close a descriptor as soon as there is a file behind it, so what has been read counts only if the
 * file is still in place. Otherwise the socket must not be read any more.
 */
static __always_inline bool snapshot__validate(struct snapshots *of, struct watched *watched,
					       struct wire_snapshot *snapshot)
{
	u32 number = bounded(watched->number, WIRE_MAX_SOCKETS);

	snapshot->fd = -1;
	if (watched->outer != NO_SOCKET || watched->number >= WIRE_MAX_SOCKETS)
		return true;
	if (snapshot__is_installed(of->fds[number], snapshot->socket_file))
		snapshot->fd = of->fds[number];
	return snapshot->fd >= 0 || number >= of->nr_installed;
}

/*
 * Whether two snapshots differ in more than when they were taken. There are no branches, since the
 * verifier would follow each of them.
 */
static __always_inline bool snapshot__differs(const struct wire_snapshot *one,
					      const struct wire_snapshot *other)
{
	const u64 *words = (const u64 *)one, *others = (const u64 *)other;
	u64 when = 0xffULL << 40 | (u64)WIRE_AT_ENTRY << 48;
	u64 difference = 0;
	u32 i;

	_Static_assert(__builtin_offsetof(struct wire_snapshot, span) % 8 == 5 &&
			       __builtin_offsetof(struct wire_snapshot, flags) % 8 == 6,
		       "when tells where in a word they are");
#pragma unroll
	for (i = 0; i < sizeof(*one) / sizeof(u64); i++) {
		u64 differing = words[i] ^ others[i];

		if (i == __builtin_offsetof(struct wire_snapshot, span) / sizeof(u64))
			differing &= ~when;
		difference |= differing;
	}
	return difference;
}

/* Whether there is no snapshot of the socket yet, or the latest one differs from this one. */
static __always_inline bool snapshots__has_changed(struct snapshots *of,
						   const struct watched *watched,
						   const struct wire_snapshot *snapshot)
{
	u32 last = bounded(watched->last - 1, WIRE_MAX_SNAPSHOTS);

	return !watched->last || snapshot__differs(snapshot, &of->record.snapshots[last]);
}

/*
 * Take a snapshot of one socket at the return of a span, or, if flags is WIRE_AT_ENTRY, at its
 * entry. It is kept if it differs from the one before. sock_alloc() leaves in the socket's type
 * what was there before; __sock_create() sets it afterwards. The function is global because it is
 * called in several places of each program.
 */
GLOBAL int snapshots__take(u32 slot, u32 index, u32 span, u32 flags, u32 has_type)
{
	struct snapshots *of = WITH_STATE ? bpf_map_lookup_elem(&snapshots, &slot) : NULL;
	struct wire_snapshot *snapshot;
	struct watched *watched;
	u32 nr_snapshots;

	if (!of)
		return 0;
	watched = snapshots__watched(of, index);
	nr_snapshots = of->record.nr_snapshots;
	if (!watched->socket && !watched->sk)
		return 0;
	if (nr_snapshots >= WIRE_MAX_SNAPSHOTS) {
		of->record.nr_dropped++;
		return 0;
	}
	snapshot = &of->record.snapshots[bounded(nr_snapshots, WIRE_MAX_SNAPSHOTS)];
	__builtin_memset(snapshot, 0, sizeof(*snapshot));
	snapshot->span = span;
	snapshot->flags = flags;
	if (watched->socket)
		snapshot__read_socket(snapshot, watched->socket, has_type);
	if (snapshot->socket_sk && !watched->sk_released)
		watched->sk = snapshot->socket_sk;
	if (watched->sk)
		snapshot__read_sock(snapshot, watched->sk);
	if (!snapshot__validate(of, watched, snapshot)) {
		snapshots__release(watched);
	} else if (snapshots__has_changed(of, watched, snapshot)) {
		of->record.nr_snapshots = nr_snapshots + 1;
		watched->last = nr_snapshots + 1;
	}
	return 0;
}

/* Take a snapshot of each socket that was asked for. */
static __always_inline void snapshots__take_all(struct snapshots *of, u32 slot, u32 span, u32 flags)
{
	u32 i;

	for (i = 0; i < MAX_WATCHED; i++) {
		if (i < of->nr_watched && snapshots__watched(of, i)->outer == NO_SOCKET)
			snapshots__take(slot, i, span, flags, true);
	}
}

/*
 * Take the snapshots at the entry of a stage whose span has just been opened, of the same sockets
 * as snapshots__exit().
 */
static __noinline int snapshots__entry(u64 frame)
{
	struct session *session = session__find(state.sessions, frame);
	struct snapshots *of = session ? snapshots__of(session) : NULL;
	u32 span;

	if (!of)
		return 0;
	span = session__innermost(session)->index;
	snapshots__unwind(of, (s32)session__depth(session) - 2);
	if (of->current < MAX_WATCHED)
		snapshots__take(session->slot, of->current, span, WIRE_AT_ENTRY, true);
	else
		snapshots__take_all(of, session->slot, span, WIRE_AT_ENTRY);
	return 0;
}

/*
 * Note what the return of a stage within __sock_create() tells about the socket that is being made.
 */
static __always_inline void snapshots__note_object(struct watched *watched, enum stage stage,
						   bool failed, u64 pointer)
{
	switch (stage) {
	case STAGE_SOCK_ALLOC:
		if (!failed && !watched->sk_released)
			watched->socket = pointer;
		break;
	case STAGE_SK_ALLOC:
		if (!failed && !watched->sk && !watched->sk_released)
			watched->sk = pointer;
		break;
	case STAGE_FAMILY_CREATE:
		/*
		 * The family has freed the sock. Without FEATURE_FAILED_SK_CLEARED socket->sk may
		 * still point to it.
		 */
		if (failed) {
			watched->sk = 0;
			watched->sk_released = 1;
		}
		break;
	default:
		break;
	}
}

/* Note that __sock_create() has returned. It has released the socket if it failed. */
static __always_inline void snapshots__note_created(struct session *session,
						    struct watched *watched, bool failed)
{
	if (failed)
		snapshots__release(watched);
	else if (!watched->socket && !watched->sk_released && watched->outer == NO_SOCKET)
		bpf_probe_read_kernel(&watched->socket, sizeof(watched->socket),
				      (void *)session->socket_result);
}

static __always_inline void snapshots__note_fd(struct snapshots *of, s32 fd)
{
	of->fds[0] = fd;
	of->nr_installed = 1;
}

/* Note what the return of a stage after __sock_create() tells about files and descriptors. */
static __always_inline void snapshots__note_file(struct snapshots *of, struct session *session,
						 enum stage stage, bool failed, s32 ret)
{
	switch (stage) {
	case STAGE_GET_UNUSED_FD_FLAGS:
		if (!failed && of->nr_reserved < WIRE_MAX_SOCKETS)
			of->fds[bounded(of->nr_reserved++, WIRE_MAX_SOCKETS)] = ret;
		break;
	case STAGE_FD_INSTALL:
		of->nr_installed++;
		break;
	case STAGE_SYS_SOCKET:
	case STAGE_SOCK_MAP_FD:
		if (!failed)
			snapshots__note_fd(of, ret);
		else
			snapshots__release_all(of);
		break;
	case STAGE_SYS_SOCKETPAIR:
		of->fds[0] = session->record.sockets[0].fd;
		of->fds[1] = session->record.sockets[1].fd;
		of->nr_installed = 2;
		if (failed)
			snapshots__release_all(of);
		break;
	case STAGE_IO_SOCKET:
		if (!failed && !(session->record.flags & WIRE_DIRECT))
			snapshots__note_fd(of, ret);
		else if (failed)
			snapshots__release_all(of);
		break;
	case STAGE_SOCK_ALLOC_FILE:
	case STAGE_SYS_SOCKET_FILE:
		if (failed)
			snapshots__release_all(of);
		break;
	default:
		break;
	}
}

/*
 * Take the snapshots at the return of a stage whose span has been closed. pointer is the return
 * value if that is a pointer, and 0 otherwise. Within a __sock_create() this reads the socket that
 * is being made, and after it all requested ones.
 */
static __noinline int snapshots__exit(u64 frame, enum stage stage, bool failed, u64 pointer,
				      s32 ret)
{
	struct session *session = session__find(state.sessions, frame);
	struct snapshots *of = session ? snapshots__of(session) : NULL;
	u32 level, span;

	if (!of)
		return 0;
	level = session__depth(session);
	span = session__open(session, level + 1)->index;
	snapshots__unwind(of, stage == STAGE_SOCK_CREATE ? (s32)level : (s32)level - 1);
	if (of->current < MAX_WATCHED) {
		struct watched *watched = snapshots__watched(of, of->current);

		snapshots__note_object(watched, stage, failed, pointer);
		if (stage == STAGE_SOCK_CREATE)
			snapshots__note_created(session, watched, failed);
		snapshots__take(session->slot, of->current, span, 0, stage != STAGE_SOCK_ALLOC);
		if (stage == STAGE_SOCK_CREATE)
			of->current = watched->outer;
		return 0;
	}
	snapshots__note_file(of, session, stage, failed, ret);
	snapshots__take_all(of, session->slot, span, 0);
	return 0;
}

/*
 * Submit the snapshots, right before the session's record. If there is no room, the front end
 * notices that they are missing.
 */
static __noinline int snapshots__submit(struct session *session, u32 cpu, u64 sequence)
{
	struct snapshots *of = snapshots__of(session);
	struct wire_snapshots *record;
	u64 number, size;

	if (!of)
		return 0;
	record = &of->record;
	number = record->nr_snapshots;
	if (number > WIRE_MAX_SNAPSHOTS)
		number = WIRE_MAX_SNAPSHOTS;
	size = number * sizeof(struct wire_snapshot);
	/*
	 * Add the header's size instead of setting its bits, for which the verifier has a worse
	 * bound.
	 */
	hide_from_compiler(size);
	record->version = WIRE_SNAPSHOTS_VERSION;
	record->cpu = cpu;
	record->sequence = sequence;
	record->ts = session->record.spans[0].start;
	bpf_ringbuf_output(&records, record, WIRE_SNAPSHOTS_HEADER_SIZE + size, BPF_RB_NO_WAKEUP);
	return 0;
}

#endif /* SNAPSHOT_BPF_H */
