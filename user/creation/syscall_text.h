/* SPDX-License-Identifier: GPL-2.0 */
/* The system call of a creation, written as strace writes it. */
#ifndef CREATION_SYSCALL_TEXT_H
#define CREATION_SYSCALL_TEXT_H

#include <stdbool.h>

#include "names/names.h"
#include "names/stage.h"
#include "shared/wire.h"

/* The stage that the creation began with. */
static inline const struct stage_info *call__stage(const struct wire_record *record)
{
	return &stages[record->spans[0].stage];
}

/*
 * The functions that write are as those of put.h; what each writes at most is its constant.
 */
#define CALL_SIZE	 (3 * NAME_SIZE + 128)
#define CALL_RESULT_SIZE 192
#define CALL_MADE_SIZE	 (3 * NAME_SIZE + 32)

/*
 * Writes "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP)": as asked for, or
 * "accept4(3, SOCK_CLOEXEC)" with the listening descriptor.
 */
char *call__put(char *at, const struct wire_record *record);

/* Whether two sockets are asked for, whichever way the call came in. */
static inline bool call__is_pair(const struct wire_record *record)
{
	return call__stage(record)->via == VIA_SOCKETPAIR;
}

/* Whether it is accept(), whichever way the call came in. */
static inline bool call__is_accept(const struct wire_record *record)
{
	return call__stage(record)->detail == DETAIL_ACCEPT;
}

/* The flags of accept4(), or of any other call those in its type argument. */
__u32 call__flags(const struct wire_record *record);

/*
 * Whether an accept() was given a descriptor of the listening socket, whatever its number. io_uring
 * has a file.
 */
bool call__has_listener_fd(const struct wire_record *record);

/* Whether the result is that of a system call: an integer, which the caller sees. */
static inline bool call__is_system_call(const struct wire_record *record)
{
	enum via via = call__stage(record)->via;

	return via != VIA_IO_URING && via != VIA_KERNEL;
}

/* Writes " = 5", " = file" (which io_uring gets) or " = -1 EMFILE (Too many open files)". */
char *call__put_result(char *at, const struct wire_record *record);

/*
 * Writes how the first socket differs from what was asked for, as "IPPROTO_TCP" or "SOCK_DGRAM",
 * with prefix (at most 16 bytes) before it; nothing if it does not, or is not known. Of an
 * accept(), which asks for none of them, all three.
 */
char *call__put_made(char *at, const struct wire_record *record, const char *prefix);

/*
 * The protocol of a socket that was made. A packet socket's is what was asked for, of which the
 * kernel keeps 16 bits, in network byte order as they came.
 */
int call__made_protocol(const struct wire_record *record, const struct wire_socket *made);

/* The positive errno of a negative result; that of any number is defined. */
int call__error(__s32 ret);

#endif /* CREATION_SYSCALL_TEXT_H */
