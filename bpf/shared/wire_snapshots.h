/* SPDX-License-Identifier: GPL-2.0 */
/*
 * With --state, the BPF side writes this to the ring buffer directly before the record of a
 * creation: struct socket and struct sock as they were at the entry and at the exit of each stage,
 * where they had changed. Both sides share this header.
 */
#ifndef WIRE_SNAPSHOTS_H
#define WIRE_SNAPSHOTS_H

#include "shared/wire.h"

/* This is where a record has WIRE_VERSION, and so tells the two apart. */
#define WIRE_SNAPSHOTS_VERSION 0x101

#define WIRE_MAX_SNAPSHOTS 64 /* power of two; a socketpair() with every stage takes about 30 */
#define WIRE_PROT_NAME_LEN 32 /* bytes kept of the name in struct proto */

/* Bits of wire_snapshot.flags. */
enum wire_snapshot_flags {
	WIRE_HAS_SOCKET = 1 << 0, /* the struct socket is known: its members are valid */
	WIRE_HAS_SOCK = 1 << 1,	  /* the same for the struct sock */
	WIRE_HAS_TYPE = 1 << 2,	  /* socket_type is set, not left over from an earlier socket */
	WIRE_HAS_CGROUP = 1 << 3, /* struct sock tells its cgroup on this kernel */
	WIRE_AT_ENTRY = 1 << 4,	  /* taken at the entry of the call, not when it returned */
};

/*
 * One socket at the exit or the entry of one stage. Addresses serve to identify objects and to look
 * up symbols of the kernel. They must never be shown.
 */
struct wire_snapshot {
	/* From struct socket, its inode and its descriptor. */
	__u64 socket;	    /* address */
	__u64 socket_ops;   /* address of a symbol */
	__u64 socket_sk;    /* address */
	__u64 socket_file;  /* address */
	__u64 socket_flags; /* bits such as SOCK_NOSPACE */
	__u64 inode;	    /* as ss -e and /proc/PID/fd show it */
	__u32 socket_state; /* enum socket_state: SS_UNCONNECTED, … */
	__s32 fd;	    /* the descriptor that refers to its file, or -1 */
	__u16 socket_type;  /* SOCK_STREAM, … */
	/* From struct sock. */
	__u16 sk_family;
	__u16 sk_type;
	__u16 sk_protocol;
	__u64 sk;	   /* address */
	__u64 sk_prot;	   /* address of a symbol */
	__u64 sk_socket;   /* address */
	__u64 sk_destruct; /* address of a function */
	__u64 sk_cgroup;   /* id in the cgroup v2 hierarchy */
	__s32 sk_rcvbuf;
	__s32 sk_sndbuf;
	__u32 sk_refcnt;
	__u32 sk_netns; /* inode of the network namespace */
	__u32 sk_mark;
	__u8 sk_state; /* TCP_CLOSE, …: most families use the states of TCP */
	/* When it was taken. */
	__u8 span;  /* index in wire_record.spans of the call */
	__u8 flags; /* enum wire_snapshot_flags */
	__u8 reserved;
	char sk_prot_name[WIRE_PROT_NAME_LEN]; /* sk->sk_prot->name, which may not end in NUL */
};
_Static_assert(sizeof(struct wire_snapshot) == 160, "wire_snapshot has no padding");

/*
 * The snapshots of a creation, in the order in which they were taken. Only the first nr_snapshots
 * elements are present in the ring buffer.
 */
struct wire_snapshots {
	__u16 version; /* WIRE_SNAPSHOTS_VERSION */
	__u8 nr_snapshots;
	__u8 nr_dropped; /* further ones for which there was no room */
	__u32 cpu;	 /* together with sequence and ts, those of the record they belong to */
	__u64 sequence;
	__u64 ts;
	struct wire_snapshot snapshots[WIRE_MAX_SNAPSHOTS];
};
#define WIRE_SNAPSHOTS_HEADER_SIZE (__builtin_offsetof(struct wire_snapshots, snapshots))
_Static_assert(WIRE_SNAPSHOTS_HEADER_SIZE == 24, "wire_snapshots has no padding");

#endif /* WIRE_SNAPSHOTS_H */
