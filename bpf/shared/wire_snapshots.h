/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What --state has the BPF side put into the ring buffer, right before the record of the creation:
 * struct socket and struct sock as they were at the exit of each stage. Both sides share this.
 */
#ifndef WIRE_SNAPSHOTS_H
#define WIRE_SNAPSHOTS_H

#include "shared/wire.h"

/* Stands where a record has WIRE_VERSION: by it the two are told apart. */
#define WIRE_SNAPSHOTS_VERSION 0x101

#define WIRE_MAX_SNAPSHOTS 64 /* power of two; a socketpair with every stage takes about 50 */
#define WIRE_PROT_NAME_LEN 32 /* of struct proto's name */

/* wire_snapshot.flags */
enum wire_snapshot_flags {
	WIRE_HAS_SOCKET = 1 << 0, /* the struct socket is known: its members are valid */
	WIRE_HAS_SOCK = 1 << 1,	  /* the same for the struct sock */
	WIRE_HAS_TYPE = 1 << 2,	  /* socket_type is set, no left-over of an earlier socket */
	WIRE_HAS_CGROUP = 1 << 3, /* the kernel's struct sock says of which cgroup it is */
};

/*
 * One socket at the exit of one stage. Addresses tell objects apart and are looked up among the
 * kernel's symbols; nothing shows them.
 */
struct wire_snapshot {
	/* struct socket, its inode and its descriptor */
	__u64 socket;	    /* address */
	__u64 socket_ops;   /* address of a symbol */
	__u64 socket_sk;    /* address */
	__u64 socket_file;  /* address */
	__u64 socket_flags; /* SOCK_NOSPACE and so on, as bits */
	__u64 inode;	    /* what ss -e and /proc/PID/fd show */
	__u32 socket_state; /* socket_state: SS_UNCONNECTED, … */
	__s32 fd;	    /* the descriptor behind which its file is, or -1 */
	__u16 socket_type;  /* SOCK_STREAM, … */
	/* struct sock */
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
	__u8 sk_state; /* TCP_CLOSE, …: most families use TCP's */
	/* when */
	__u8 span;  /* index in wire_record.spans of the call that returned */
	__u8 flags; /* enum wire_snapshot_flags */
	__u8 reserved;
	char sk_prot_name[WIRE_PROT_NAME_LEN]; /* sk->sk_prot->name; NUL-terminated unless damaged
						*/
};
_Static_assert(sizeof(struct wire_snapshot) == 160, "wire_snapshot has no padding");

/* Those of a creation, in the order of the exits. Only the first nr_snapshots are there. */
struct wire_snapshots {
	__u16 version; /* WIRE_SNAPSHOTS_VERSION */
	__u8 nr_snapshots;
	__u8 nr_dropped; /* more that there was no room for */
	__u32 cpu;	 /* with sequence and ts that of the record they belong to */
	__u64 sequence;
	__u64 ts;
	struct wire_snapshot snapshots[WIRE_MAX_SNAPSHOTS];
};
#define WIRE_SNAPSHOTS_HEADER_SIZE (__builtin_offsetof(struct wire_snapshots, snapshots))
_Static_assert(WIRE_SNAPSHOTS_HEADER_SIZE == 24, "wire_snapshots has no padding");

#endif /* WIRE_SNAPSHOTS_H */
