/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF side writes to the ring buffer when it first meets a file whose path is wanted: a
 * number for it, and the path. Later records only have the number. Both sides share this header.
 */
#ifndef WIRE_FILE_H
#define WIRE_FILE_H

#include "shared/wire.h"

/* This is where a record has WIRE_VERSION, and so tells the two apart. */
#define WIRE_FILE_VERSION 0x102

/* That are kept by their number; a file that is met again and again gets a new one in time. */
#define NR_FILES 4096

#define WIRE_PATH_SIZE	   1024 /* power of two */
#define WIRE_COMPONENT_LEN 256	/* NAME_MAX and the NUL */

/* Bits of wire_file.flags. */
enum wire_file_flags {
	WIRE_FILE_CUT = 1 << 0,	    /* outer folders of the path are missing */
	WIRE_FILE_DELETED = 1 << 1, /* the file has no name any more, or never had one (memfd) */
};

struct wire_file {
	__u16 version;	 /* WIRE_FILE_VERSION */
	__u16 flags;	 /* enum wire_file_flags */
	__u32 number;	 /* 1 .. WIRE_MAX_FILE */
	__u32 device;	 /* of the inode, as the kernel counts: major << 20 | minor */
	__u32 path_size; /* bytes used of path */
	__u64 inode;
	__u64 size; /* of the file, in bytes */
	__s64 modified_sec;
	__u32 modified_nsec;
	__u32 reserved;
	/*
	 * The components of the path from the root of the mount namespace, the innermost one first,
	 * each terminated by NUL. The last one may be cut off.
	 */
	char path[WIRE_PATH_SIZE + WIRE_COMPONENT_LEN];
};
#define WIRE_FILE_HEADER_SIZE (__builtin_offsetof(struct wire_file, path))
_Static_assert(WIRE_FILE_HEADER_SIZE == 48, "wire_file has no padding");

/* What the kernel knows a file by, with the path by which it was opened. Never leaves the kernel.
 */
struct file_key {
	__u64 name;  /* differs after rename(), and where the file has been written */
	__u64 mount; /* differs after mount --move, and where an address is used again */
	__u64 inode;
	__u32 device;
	__u32 generation; /* differs where an inode's number is used again */
};

#endif /* WIRE_FILE_H */
