// SPDX-License-Identifier: GPL-2.0
#include "creation/syscall_text.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "creation/refusal.h"
#include "text/fields.h"

int call__error(__s32 ret)
{
	return ret == INT_MIN ? INT_MAX : -ret;
}

__u32 call__flags(const struct wire_record *record)
{
	return call__is_accept(record) ? record->accept_flags
				       : (__u32)record->type & ~(__u32)SOCKET_TYPE_MASK;
}

bool call__has_listener_fd(const struct wire_record *record)
{
	return call__is_accept(record) && call__is_system_call(record);
}

/* Return the name of the system call, or of the kernel function if there was no system call. */
static const char *name_of_call(const struct wire_record *record)
{
	const char *call = way_in(record->via)->call;

	if (call)
		return call;
	if (record->via == VIA_KERNEL)
		return call__stage(record)->name;
	if (call__is_accept(record))
		return "accept";
	return call__is_pair(record) ? "socketpair" : "socket";
}

#define SIZEOF_fd SIZEOF_s32

static char *put_fd(char *at, const struct wire_record *record, int index)
{
	if (index < record->nr_sockets && record->sockets[index].fd >= 0)
		return put__s64(at, record->sockets[index].fd);
	return put__char(at, '?');
}

/* The array that socketpair() fills in. It has descriptors only if the call succeeds. */
#define PAIR_FIELDS(F, IF)                        \
	IF(record->ret >= 0, fd, "", record, 0)   \
	IF(record->ret >= 0, fd, ", ", record, 1) \
	F(nothing, "]")
DEFINE_FIELDS(pair, PAIR_FIELDS, const struct wire_record *record);

#define ARGUMENTS_FIELDS(F, IF)                                     \
	F(name_of_family, "(", record->family)                      \
	F(name_of_type, ", ", (record->type & SOCKET_TYPE_MASK))    \
	IF(flags, names_of_flags, "|", flags, "|")                  \
	F(name_of_protocol, ", ", record->family, record->protocol) \
	IF(call__is_pair(record), pair, ", [", record)              \
	F(nothing, ")")
DEFINE_FIELDS(arguments, ARGUMENTS_FIELDS, const struct wire_record *record, __u32 flags);

/* The two arguments for the peer's address are left out: they say nothing about the socket. */
#define ACCEPT_FIELDS(F, IF)                                                           \
	IF(call__has_listener_fd(record), s32, "(", record->sockets[WIRE_LISTENER].fd) \
	IF(!call__has_listener_fd(record), nothing, "(?")                              \
	IF(flags, names_of_flags, ", ", flags, "|")                                    \
	F(nothing, ")")
DEFINE_FIELDS(accept_arguments, ACCEPT_FIELDS, const struct wire_record *record, __u32 flags);

void call__add(struct buffer *buffer, const struct wire_record *record)
{
	__u32 flags = call__flags(record);

	buffer__add_string(buffer, name_of_call(record));
	if (call__is_accept(record))
		ADD_FIELDS(buffer, accept_arguments, record, flags);
	else
		ADD_FIELDS(buffer, arguments, record, flags);
}

/* Error texts of the C library are shorter than this; a longer one is cut. */
#define ERROR_TEXT_SIZE 128

static void add_error(struct buffer *buffer, int error)
{
	const char *name = name_of_error(error), *text;

	if (!name) {
		buffer__add_string(buffer, "error ");
		buffer__add_s64(buffer, error);
		return;
	}
	text = strerror(error);
	buffer__add_string(buffer, name);
	buffer__add_string(buffer, " (");
	buffer__add(buffer, text, strnlen(text, ERROR_TEXT_SIZE));
	buffer__add_char(buffer, ')');
}

void call__add_result(struct buffer *buffer, const struct wire_record *record)
{
	buffer__add_string(buffer, " = ");
	if (refusal__signal(record)) {
		buffer__add_string(buffer, "? ");
		buffer__add_string(buffer, refusal__signal(record));
	} else if (record->ret < 0) {
		buffer__add_string(buffer, "-1 ");
		add_error(buffer, call__error(record->ret));
	} else if (record->via == VIA_IO_URING && !call__has_number(record)) {
		buffer__add_string(buffer, "file");
	} else if (call__is_direct(record)) {
		buffer__add_string(buffer, "slot ");
		buffer__add_s64(buffer, record->sockets[0].fd);
	} else {
		buffer__add_s64(buffer, record->ret);
	}
}

int call__made_protocol(const struct wire_record *record, const struct wire_socket *made)
{
	/*
	 * packet_create() stores the protocol in struct packet_sock and leaves sk->sk_protocol 0.
	 */
	return made->family == AF_PACKET ? (__u16)record->protocol : made->protocol;
}

void call__add_made(struct buffer *buffer, const struct wire_record *record, const char *prefix)
{
	const struct wire_socket *made = &record->sockets[0];
	int protocol = call__made_protocol(record, made);
	bool all = call__is_accept(record);
	const char *separator = prefix;

	/* No socket is made as AF_UNSPEC: family is 0 if there was no struct sock yet. */
	if (!record->nr_sockets || !made->family)
		return;
	if (all || made->family != record->family) {
		buffer__add_string(buffer, separator);
		ADD_FIELDS(buffer, name_of_family, made->family);
		separator = ", ";
	}
	if (all || made->type != (record->type & SOCKET_TYPE_MASK)) {
		buffer__add_string(buffer, separator);
		ADD_FIELDS(buffer, name_of_type, made->type);
		separator = ", ";
	}
	/* Families that do not use protocols leave 0 there, whatever was asked for. */
	if (protocol && (all || protocol != record->protocol)) {
		buffer__add_string(buffer, separator);
		ADD_FIELDS(buffer, name_of_protocol, made->family, protocol);
	}
}

/* Return whether the call came as far as __sock_create(). */
static bool was_tried(const struct wire_record *record)
{
	int i;

	for (i = 0; i < record->nr_spans; i++) {
		if (record->spans[i].stage == STAGE_SOCK_CREATE)
			return true;
	}
	return false;
}

bool call__tried_other(const struct wire_record *record)
{
	if (record->ret >= 0)
		return false;
	if (call__tried_protocol(record) != record->protocol)
		return true;
	return call__tried_family(record) != record->family && was_tried(record);
}

void call__add_tried(struct buffer *buffer, const struct wire_record *record, const char *prefix)
{
	int family = call__tried_family(record);
	int protocol = call__tried_protocol(record);

	if (!call__tried_other(record))
		return;
	buffer__add_string(buffer, prefix);
	if (family != record->family)
		ADD_FIELDS(buffer, name_of_family, family);
	if (family != record->family && protocol != record->protocol)
		buffer__add_string(buffer, ", ");
	if (protocol != record->protocol)
		ADD_FIELDS(buffer, name_of_protocol, family, protocol);
}
