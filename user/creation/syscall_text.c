// SPDX-License-Identifier: GPL-2.0
#include "creation/syscall_text.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "text/put.h"

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

static char *put_fd(char *at, const struct wire_record *record, int index)
{
	if (index < record->nr_sockets && record->sockets[index].fd >= 0)
		return put__s64(at, record->sockets[index].fd);
	return put__char(at, '?');
}

/* Write the array that socketpair() fills in. It has descriptors only if the call succeeds. */
static char *put_pair(char *at, const struct wire_record *record)
{
	at = put__string(at, ", [");
	if (record->ret >= 0) {
		at = put_fd(at, record, 0);
		at = put__string(at, ", ");
		at = put_fd(at, record, 1);
	}
	return put__char(at, ']');
}

/* Write before and the flags, or nothing if no flag is set. */
static char *put_flags(char *at, const char *before, __u32 flags)
{
	if (!flags)
		return at;
	return put_names_of_flags(put__string(at, before), flags, "|");
}

/* The two arguments for the peer's address are left out: they say nothing about the socket. */
static char *put_accept(char *at, const struct wire_record *record)
{
	at = put__string(at, name_of_call(record));
	at = put__char(at, '(');
	if (call__has_listener_fd(record))
		at = put__s64(at, record->sockets[WIRE_LISTENER].fd);
	else
		at = put__char(at, '?');
	at = put_flags(at, ", ", call__flags(record));
	return put__char(at, ')');
}

char *call__put(char *at, const struct wire_record *record)
{
	if (call__is_accept(record))
		return put_accept(at, record);
	at = put__string(at, name_of_call(record));
	at = put__char(at, '(');
	at = put_name_of_family(at, record->family);
	at = put__string(at, ", ");
	at = put_name_of_type(at, record->type & SOCKET_TYPE_MASK);
	at = put_flags(at, "|", call__flags(record));
	at = put__string(at, ", ");
	at = put_name_of_protocol(at, record->family, record->protocol);
	if (call__is_pair(record))
		at = put_pair(at, record);
	return put__char(at, ')');
}

/* Error texts of the C library are shorter than this; a longer one is cut. */
#define ERROR_TEXT_SIZE 128

char *call__put_result(char *at, const struct wire_record *record)
{
	int error = call__error(record->ret);
	const char *name, *text;

	at = put__string(at, " = ");
	if (record->ret >= 0)
		return way_in(record->via)->result == RESULT_FILE ? put__string(at, "file")
								  : put__s64(at, record->ret);
	name = name_of_error(error);
	at = put__string(at, "-1 ");
	if (!name)
		return put__s64(put__string(at, "error "), error);
	at = put__string(at, name);
	at = put__string(at, " (");
	text = strerror(error);
	at = put__bytes(at, text, strnlen(text, ERROR_TEXT_SIZE));
	return put__char(at, ')');
}

int call__made_protocol(const struct wire_record *record, const struct wire_socket *made)
{
	/*
	 * packet_create() stores the protocol in struct packet_sock and leaves sk->sk_protocol 0.
	 */
	return made->family == AF_PACKET ? (__u16)record->protocol : made->protocol;
}

char *call__put_made(char *at, const struct wire_record *record, const char *prefix)
{
	const struct wire_socket *made = &record->sockets[0];
	int protocol = call__made_protocol(record, made);
	bool all = call__is_accept(record);
	const char *separator = prefix;

	/* No socket is made as AF_UNSPEC: family is 0 if there was no struct sock yet. */
	if (!record->nr_sockets || !made->family)
		return at;
	if (all || made->family != record->family) {
		at = put_name_of_family(put__string(at, separator), made->family);
		separator = ", ";
	}
	if (all || made->type != (record->type & SOCKET_TYPE_MASK)) {
		at = put_name_of_type(put__string(at, separator), made->type);
		separator = ", ";
	}
	/* Families that do not use protocols leave 0 there, whatever was asked for. */
	if (protocol && (all || protocol != record->protocol))
		at = put_name_of_protocol(put__string(at, separator), made->family, protocol);
	return at;
}
