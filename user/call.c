// SPDX-License-Identifier: GPL-2.0
#include "call.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "names.h"
#include "stage.h"

int call__error(__s32 ret)
{
	return ret == INT_MIN ? INT_MAX : -ret;
}

static const struct stage_info *outermost_stage(const struct wire_record *record)
{
	return &stages[record->spans[0].stage];
}

bool call__is_pair(const struct wire_record *record)
{
	return outermost_stage(record)->via == VIA_SOCKETPAIR;
}

bool call__is_accept(const struct wire_record *record)
{
	return outermost_stage(record)->detail == DETAIL_ACCEPT;
}

__u32 call__flags(const struct wire_record *record)
{
	return call__is_accept(record) ? record->accept_flags
				       : (__u32)record->type & ~(__u32)TYPE_MASK;
}

bool call__has_listener_fd(const struct wire_record *record)
{
	return call__is_accept(record) && call__is_system_call(record);
}

bool call__is_system_call(const struct wire_record *record)
{
	enum via via = outermost_stage(record)->via;

	return via != VIA_IO_URING && via != VIA_KERNEL;
}

/* As the system call is called, the kernel's own function where there is none. */
static const char *name_of_call(const struct wire_record *record)
{
	if (record->via == VIA_KERNEL)
		return outermost_stage(record)->name;
	if (record->via == VIA_ACCEPT4)
		return "accept4";
	if (call__is_accept(record))
		return "accept";
	return call__is_pair(record) ? "socketpair" : "socket";
}

static void add_flag(const char *flag, void *context)
{
	struct buffer *buffer = context;

	buffer__add_char(buffer, '|');
	buffer__add_string(buffer, flag);
}

static void add_fd(struct buffer *buffer, const struct wire_record *record, int index)
{
	if (index < record->nr_sockets && record->sockets[index].fd >= 0)
		buffer__add_s64(buffer, record->sockets[index].fd);
	else
		buffer__add_char(buffer, '?');
}

/* What socketpair() has put into its array: descriptors only if it succeeds. */
static void add_pair(struct buffer *buffer, const struct wire_record *record)
{
	buffer__add_string(buffer, ", [");
	if (record->ret >= 0) {
		add_fd(buffer, record, 0);
		buffer__add_string(buffer, ", ");
		add_fd(buffer, record, 1);
	}
	buffer__add_char(buffer, ']');
}

struct flags {
	struct buffer *buffer;
	bool any;
};

static void add_argument_flag(const char *flag, void *context)
{
	struct flags *flags = context;

	buffer__add_string(flags->buffer, flags->any ? "|" : ", ");
	buffer__add_string(flags->buffer, flag);
	flags->any = true;
}

/* The addresses that are handed over are left out: they say nothing of the socket. */
static void add_accept(struct buffer *buffer, const struct wire_record *record)
{
	struct flags flags = { .buffer = buffer };

	buffer__add_string(buffer, name_of_call(record));
	buffer__add_char(buffer, '(');
	if (call__has_listener_fd(record))
		buffer__add_s64(buffer, record->sockets[WIRE_LISTENER].fd);
	else
		buffer__add_char(buffer, '?');
	visit_flags(call__flags(record), add_argument_flag, &flags);
	buffer__add_char(buffer, ')');
}

void call__add(struct buffer *buffer, const struct wire_record *record)
{
	char name[NAME_SIZE];

	if (call__is_accept(record)) {
		add_accept(buffer, record);
		return;
	}
	buffer__add_string(buffer, name_of_call(record));
	buffer__add_char(buffer, '(');
	buffer__add_string(buffer, name_of_family(record->family, name));
	buffer__add_string(buffer, ", ");
	buffer__add_string(buffer, name_of_type(record->type & TYPE_MASK, name));
	visit_flags(call__flags(record), add_flag, buffer);
	buffer__add_string(buffer, ", ");
	buffer__add_string(buffer, name_of_protocol(record->family, record->protocol, name));
	if (call__is_pair(record))
		add_pair(buffer, record);
	buffer__add_char(buffer, ')');
}

void call__add_result(struct buffer *buffer, const struct wire_record *record)
{
	int error = call__error(record->ret);
	const char *name;

	buffer__add_string(buffer, " = ");
	if (record->ret >= 0) {
		if (record->via == VIA_IO_URING)
			buffer__add_string(buffer, "file");
		else
			buffer__add_s64(buffer, record->ret);
		return;
	}
	name = name_of_error(error);
	buffer__add_string(buffer, "-1 ");
	if (!name) {
		buffer__add_string(buffer, "error ");
		buffer__add_s64(buffer, error);
		return;
	}
	buffer__add_string(buffer, name);
	buffer__add_string(buffer, " (");
	buffer__add_string(buffer, strerror(error));
	buffer__add_char(buffer, ')');
}

int call__made_protocol(const struct wire_record *record, const struct wire_socket *made)
{
	/* packet_create() puts it into struct packet_sock and leaves sk->sk_protocol 0. */
	return made->family == AF_PACKET ? (__u16)record->protocol : made->protocol;
}

void call__add_made(struct buffer *buffer, const struct wire_record *record, const char *prefix)
{
	const struct wire_socket *made = &record->sockets[0];
	int protocol = call__made_protocol(record, made);
	bool all = call__is_accept(record);
	char name[NAME_SIZE];
	const char *separator = prefix;

	/* No socket is made as AF_UNSPEC: that one had no struct sock yet. */
	if (!record->nr_sockets || !made->family)
		return;
	if (all || made->family != record->family) {
		buffer__add_string(buffer, separator);
		buffer__add_string(buffer, name_of_family(made->family, name));
		separator = ", ";
	}
	if (all || made->type != (record->type & TYPE_MASK)) {
		buffer__add_string(buffer, separator);
		buffer__add_string(buffer, name_of_type(made->type, name));
		separator = ", ";
	}
	/* Families with no use for a protocol leave 0 there, whatever was asked for. */
	if (protocol && (all || protocol != record->protocol)) {
		buffer__add_string(buffer, separator);
		buffer__add_string(buffer, name_of_protocol(made->family, protocol, name));
	}
}
