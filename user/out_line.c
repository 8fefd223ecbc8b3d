// SPDX-License-Identifier: GPL-2.0
/*
 * One row a socket, always below 80 columns:
 *
 *   TIME         PID     COMM        FAMILY  TYPE   PROTOCOL RESULT         LATENCY
 *   14:02:33.123 1234    curl        inet    stream tcp      5               44.2µs
 *
 * Names are those of the system's headers without their prefix, in lower case. Type and protocol
 * are the socket's own; where none was made, those asked for.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "local_time.h"
#include "names.h"
#include "out.h"
#include "stack_rows.h"
#include "stage.h"
#include "text.h"

/* Widths: with a space behind each but the last they come to 79. */
#define TIME_WIDTH     12
#define PID_WIDTH      7 /* PID_MAX_LIMIT is 4194304 */
#define COMM_WIDTH     11
#define FAMILY_WIDTH   7
#define TYPE_WIDTH     6
#define PROTOCOL_WIDTH 8
#define TAIL_WIDTH     22 /* result and latency: "EPROTONOSUPPORT 99.9µs" */

struct out {
	const struct trace_header *header;
	struct out_style style;
	struct local_time clock;
	struct buffer text; /* scratch: what a field is made of */
};

static struct out *create(const struct trace_header *header, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->header = header;
	out->style = *style;
	return out;
}

static void destroy(struct out *out)
{
	buffer__free(&out->text);
	free(out);
}

/* Appends what is in the scratch buffer as a field. */
static void add_field(struct out *out, struct buffer *buffer, size_t width)
{
	/* An empty or failed scratch buffer may have no data. */
	text__add_field(buffer, out->text.size ? out->text.data : "", out->text.size, width,
			out->style.unicode);
}

static void add_column(struct out *out, struct buffer *buffer, size_t width)
{
	add_field(out, buffer, width);
	buffer__add_char(buffer, ' ');
}

static void add_heading(struct out *out, struct buffer *buffer, const char *heading, size_t width)
{
	out->text.size = 0;
	buffer__add_string(&out->text, heading);
	add_column(out, buffer, width);
}

static void begin(struct out *out, struct buffer *buffer)
{
	text__begin_color(buffer, TEXT_BOLD, out->style.color);
	add_heading(out, buffer, "TIME", TIME_WIDTH);
	add_heading(out, buffer, "PID", PID_WIDTH);
	add_heading(out, buffer, "COMM", COMM_WIDTH);
	add_heading(out, buffer, "FAMILY", FAMILY_WIDTH);
	add_heading(out, buffer, "TYPE", TYPE_WIDTH);
	add_heading(out, buffer, "PROTOCOL", PROTOCOL_WIDTH);
	add_heading(out, buffer, "RESULT", TAIL_WIDTH - strlen(" LATENCY"));
	buffer__add_string(buffer, "LATENCY");
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

/* Puts a name without its prefix and in lower case into the scratch buffer. */
static void set_name(struct out *out, const char *name)
{
	static const char *const prefixes[] = {
		"AF_",	     "SOCK_",	  "IPPROTO_",	"NETLINK_",  "ETH_P_",
		"BTPROTO_",  "CAN_",	  "CAIFPROTO_", "PN_PROTO_", "NFC_SOCKPROTO_",
		"PX_PROTO_", "KCMPROTO_", "SMCPROTO_",	"PF_",
	};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t length = strlen(prefixes[i]);

		if (!strncmp(name, prefixes[i], length)) {
			name += length;
			break;
		}
	}
	out->text.size = 0;
	for (; *name; name++)
		buffer__add_char(&out->text, (char)tolower((unsigned char)*name));
}

static void add_pid(struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	out->text.size = 0;
	/* A task that the tool's PID namespace does not see has no number there. */
	if (record->pid)
		buffer__add_u64(&out->text, record->pid);
	else
		buffer__add_char(&out->text, '?');
	add_column(out, buffer, PID_WIDTH);
}

static void add_comm(struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	out->text.size = 0;
	text__add_escaped(&out->text, record->comm, strnlen(record->comm, WIRE_COMM_LEN),
			  out->style.unicode);
	add_column(out, buffer, COMM_WIDTH);
}

static void add_kind(struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	const struct wire_socket *socket = &record->sockets[0];
	bool made = record->nr_sockets && socket->family;
	int family = made ? socket->family : record->family;
	int type = made ? socket->type : record->type & TYPE_MASK;
	int protocol = made ? call__made_protocol(record, socket) : 0;
	char name[NAME_SIZE];

	/* Families with no use for a protocol leave 0 there, whatever was asked for. */
	if (!protocol)
		protocol = record->protocol;
	set_name(out, name_of_family(family, name));
	add_column(out, buffer, FAMILY_WIDTH);
	set_name(out, name_of_type(type, name));
	add_column(out, buffer, TYPE_WIDTH);
	set_name(out, name_of_protocol(family, protocol, name));
	add_column(out, buffer, PROTOCOL_WIDTH);
}

/* The descriptor or both of a pair, or the error by name. */
static void set_result(struct out *out, const struct wire_record *record)
{
	const char *error;
	int i;

	out->text.size = 0;
	if (record->ret < 0) {
		error = name_of_error(call__error(record->ret));
		if (error)
			buffer__add_string(&out->text, error);
		else
			buffer__add_s64(&out->text, record->ret);
		return;
	}
	if (!call__is_system_call(record)) {
		buffer__add_string(&out->text, via_name(record->via));
		return;
	}
	if (!call__is_pair(record)) {
		buffer__add_s64(&out->text, record->ret);
		return;
	}
	for (i = 0; i < record->nr_sockets; i++) {
		if (i)
			buffer__add_char(&out->text, ',');
		buffer__add_s64(&out->text, record->sockets[i].fd);
	}
}

/* Of an accept() the result says so, and how long it waited, if both have room. */
static void add_accept(struct out *out, const struct tree *tree, size_t width)
{
	__u64 waited = tree->spans[0].waited_ns;
	size_t needed = out->text.size;

	if (!call__is_accept(tree->record) || tree->record->ret < 0)
		return;
	needed +=
		waited ? strlen(" wait ") + text__short_duration_width(waited) : strlen(" accept");
	if (needed > width)
		return;
	buffer__add_string(&out->text, waited ? " wait " : " accept");
	if (waited)
		text__add_short_duration(&out->text, waited, out->style.unicode);
}

/* The two share a field: a long name leaves what an ordinary latency needs. */
static void add_result_and_latency(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct span *root = &tree->spans[0];
	__u64 worked = root->duration_ns - root->waited_ns;
	size_t latency = root->complete ? text__short_duration_width(worked) : 1;

	set_result(out, tree->record);
	add_accept(out, tree, TAIL_WIDTH - 1 - latency);
	text__begin_color(buffer, TEXT_RED, out->style.color && tree->record->ret < 0);
	add_field(out, buffer, TAIL_WIDTH - 1 - latency);
	text__end_color(buffer, out->style.color && tree->record->ret < 0);
	buffer__add_char(buffer, ' ');
	if (root->complete)
		text__add_short_duration(buffer, worked, out->style.unicode);
	else
		buffer__add_char(buffer, '?');
	buffer__add_char(buffer, '\n');
}

static void creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct wire_record *record = tree->record;
	__u64 real_ns = record->spans[0].start + (__u64)out->header->boot_to_real_ns;

	local_time__add(&out->clock, buffer, (__s64)real_ns, 3);
	buffer__add_char(buffer, ' ');
	add_pid(out, record, buffer);
	add_comm(out, record, buffer);
	add_kind(out, record, buffer);
	add_result_and_latency(out, tree, buffer);
	stack_rows__add(buffer, tree->origin, &out->style);
}

/* The account of the trace goes to standard error, not into the output. */
static void end(struct out *out, const struct trace_account *account, struct buffer *buffer)
{
	(void)out;
	(void)account;
	(void)buffer;
}

const struct out_format out_line = {
	.name = "line",
	.create = create,
	.begin = begin,
	.creation = creation,
	.end = end,
	.destroy = destroy,
};
