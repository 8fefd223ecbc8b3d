/* SPDX-License-Identifier: GPL-2.0 */
/* The system call of a creation, written as strace writes it. */
#ifndef CALL_H
#define CALL_H

#include "buffer.h"
#include "../bpf/wire.h"

/*
 * Appends "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP)": as asked for, or
 * "accept4(3, SOCK_CLOEXEC)" with the listening descriptor.
 */
void call__add(struct buffer *buffer, const struct wire_record *record);

/* Whether two sockets are asked for, whichever way the call came in. */
bool call__is_pair(const struct wire_record *record);

/* Whether it is accept(), whichever way the call came in. */
bool call__is_accept(const struct wire_record *record);

/* The flags of accept4(), or of any other call those in its type argument. */
__u32 call__flags(const struct wire_record *record);

/*
 * Whether an accept() was given a descriptor of the listening socket, whatever its number. io_uring
 * has a file.
 */
bool call__has_listener_fd(const struct wire_record *record);

/* Whether the result is that of a system call: an integer, which the caller sees. */
bool call__is_system_call(const struct wire_record *record);

/* Appends " = 5", " = file" (which io_uring gets) or " = -1 EMFILE (Too many open files)". */
void call__add_result(struct buffer *buffer, const struct wire_record *record);

/*
 * Appends how the first socket differs from what was asked for, as "IPPROTO_TCP" or "SOCK_DGRAM",
 * with prefix before it; nothing if it does not, or is not known. Of an accept(), which asks for
 * none of them, all three.
 */
void call__add_made(struct buffer *buffer, const struct wire_record *record, const char *prefix);

/*
 * The protocol of a socket that was made. A packet socket's is what was asked for, of which the
 * kernel keeps 16 bits, in network byte order as they came.
 */
int call__made_protocol(const struct wire_record *record, const struct wire_socket *made);

/* The positive errno of a negative result; that of any number is defined. */
int call__error(__s32 ret);

#endif /* CALL_H */
