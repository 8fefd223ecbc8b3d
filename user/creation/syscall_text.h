/* SPDX-License-Identifier: GPL-2.0 */
/* Writes the system call of a creation as strace writes it. */
#ifndef CREATION_SYSCALL_TEXT_H
#define CREATION_SYSCALL_TEXT_H

#include <stdbool.h>
#include <sys/socket.h>

#include "names/names.h"
#include "names/stage.h"
#include "shared/wire.h"
#include "text/buffer.h"

/* Return the stage that the creation began with. */
static inline const struct stage_info *call__stage(const struct wire_record *record)
{
	return &stages[record->spans[0].stage];
}

/*
 * Append the call as it was made: "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP)", or
 * "accept4(3, SOCK_CLOEXEC)" with the listening descriptor.
 */
void call__add(struct buffer *buffer, const struct wire_record *record);

/* Return whether two sockets were asked for. */
static inline bool call__is_pair(const struct wire_record *record)
{
	return call__stage(record)->via == VIA_SOCKETPAIR;
}

/* Return whether it is an accept(), be it a system call or a request of io_uring. */
static inline bool call__is_accept(const struct wire_record *record)
{
	return call__stage(record)->detail == DETAIL_ACCEPT;
}

/* Return the flags of accept4(), or for other calls those in the type argument. */
__u32 call__flags(const struct wire_record *record);

/*
 * Return whether the call was given a descriptor of the listening socket, valid or not. io_uring
 * passes a file instead.
 */
bool call__has_listener_fd(const struct wire_record *record);

/* Return whether the result is that of a system call: an integer, which the caller gets. */
static inline bool call__is_system_call(const struct wire_record *record)
{
	return way_in(call__stage(record)->via)->is_system_call;
}

/*
 * Return whether the caller gets the number that is the result, if the creation does not fail. A
 * request of io_uring does, unless only what the request itself has called could be observed.
 */
static inline bool call__has_number(const struct wire_record *record)
{
	if (record->flags & WIRE_NO_NUMBER)
		return false;
	return call__is_system_call(record) ||
	       (record->via == VIA_IO_URING && call__stage(record)->returns != RETURNS_POINTER);
}

/* Return whether the result is a slot of io_uring's table, not a descriptor of the process. */
static inline bool call__is_direct(const struct wire_record *record)
{
	return record->flags & WIRE_DIRECT;
}

/*
 * Append " = 5", " = slot 3" (of io_uring's direct descriptors), " = file" (where io_uring's
 * descriptor is not known), " = -1 EMFILE (Too many open files)", or " = ? SIGSYS" where seccomp
 * sent a signal instead of a result.
 */
void call__add_result(struct buffer *buffer, const struct wire_record *record);

/*
 * Append how the first socket differs from what was asked for, as "IPPROTO_TCP" or "SOCK_DGRAM",
 * after prefix. Append nothing if it does not differ or is not known. accept() asks for nothing, so
 * all three of family, type and protocol are appended for it.
 */
void call__add_made(struct buffer *buffer, const struct wire_record *record, const char *prefix);

/*
 * Return the protocol of a socket that was made. For a packet socket that is the one asked for, of
 * which the kernel keeps 16 bits in network byte order.
 */
int call__made_protocol(const struct wire_record *record, const struct wire_socket *made);

/*
 * Return the family and the protocol with which __sock_create() went on. They differ from what was
 * asked for where SOCK_PACKET of AF_INET stands for AF_PACKET, and in a creation that has failed
 * where a BPF program has changed the protocol (update_socket_protocol()). The protocol of a socket
 * that was made is its own.
 */
static inline int call__tried_family(const struct wire_record *record)
{
	bool is_packet =
		record->family == AF_INET && (record->type & SOCKET_TYPE_MASK) == SOCK_PACKET;

	return is_packet ? AF_PACKET : record->family;
}

static inline int call__tried_protocol(const struct wire_record *record)
{
	const struct wire_differences *differences = wire_record__differences(record);

	return differences && differences->has_protocol ? differences->protocol : record->protocol;
}

/* Return whether a creation has failed with another family or protocol than was asked for. */
bool call__tried_other(const struct wire_record *record);

/* Append these, as ", tried AF_PACKET", after prefix. Append nothing if they are as asked for. */
void call__add_tried(struct buffer *buffer, const struct wire_record *record, const char *prefix);

/* Return the positive errno of a negative result. This is defined for any number. */
int call__error(__s32 ret);

#endif /* CREATION_SYSCALL_TEXT_H */
