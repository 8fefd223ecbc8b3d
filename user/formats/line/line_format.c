// SPDX-License-Identifier: GPL-2.0
/*
 * One row a socket, always below 80 columns on a terminal that has less than 100:
 *
 *   TIME         PID     COMM        FAMILY  TYPE   PROTOCOL RESULT         LATENCY
 *   14:02:33.123 1234    curl        inet    stream tcp      5               44.2µs
 *
 * Elsewhere the thread's name has room for all of its bytes, behind the name of its process:
 *
 *   TIME         PID     PROCESS         COMM            FAMILY  TYPE   PROTOCOL RESULT …
 *   14:02:33.123 1234    java            worker-1        inet    stream tcp      5      …
 *
 * Names are those of the system's headers without their prefix, in lower case. Type and protocol
 * are the socket's own; where none was made, those asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "creation/syscall_text.h"
#include "formats/clock_row.h"
#include "formats/format.h"
#include "formats/stack_rows.h"
#include "names/names.h"
#include "names/stage.h"
#include "text/duration.h"
#include "text/local_time.h"
#include "text/put.h"
#include "text/text.h"

/* Widths: with a space behind each but the last they come to 79, and in a wide row to 99. */
#define TIME_WIDTH     12
#define PID_WIDTH      7 /* PID_MAX_LIMIT is 4194304 */
#define COMM_WIDTH     11
#define NAME_WIDTH     15 /* of process and thread in a wide row: TASK_COMM_LEN without the NUL */
#define FAMILY_WIDTH   7
#define TYPE_WIDTH     6
#define PROTOCOL_WIDTH 8
#define WIDE_ROW       100 /* columns that a terminal must have for it */
#define TAIL_WIDTH     22  /* result and latency: "EPROTONOSUPPORT 99.9µs" */

struct out {
	const struct trace_header *header;
	struct out_style style;
	bool wide; /* room for both names */
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
	out->wide = !style->width || style->width >= WIDE_ROW;
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
	const char *latency = out->header->costs.known ? "LATENCY" : "MEASURED";

	text__begin_color(buffer, TEXT_BOLD, out->style.color);
	add_heading(out, buffer, "TIME", TIME_WIDTH);
	add_heading(out, buffer, "PID", PID_WIDTH);
	if (out->wide)
		add_heading(out, buffer, "PROCESS", NAME_WIDTH);
	add_heading(out, buffer, "COMM", out->wide ? NAME_WIDTH : COMM_WIDTH);
	add_heading(out, buffer, "FAMILY", FAMILY_WIDTH);
	add_heading(out, buffer, "TYPE", TYPE_WIDTH);
	add_heading(out, buffer, "PROTOCOL", PROTOCOL_WIDTH);
	add_heading(out, buffer, "RESULT", TAIL_WIDTH - 1 - strlen(latency));
	buffer__add_string(buffer, latency);
	text__end_color(buffer, out->style.color);
	buffer__add_char(buffer, '\n');
}

static void clock_set(struct out *out, const struct clock_change *change, struct buffer *buffer)
{
	clock_row__add(buffer, change, &out->clock, &out->style);
}

/* How much of a name says only what kind of name it is. */
static size_t prefix_size(const char *name, size_t size)
{
	static const struct {
		char text[15];
		unsigned char size;
	} prefixes[] = {
#define PREFIX(text)              \
	{                         \
		text,             \
		sizeof(text) - 1, \
	}
		PREFIX("AF_"),	     PREFIX("SOCK_"),	       PREFIX("IPPROTO_"),
		PREFIX("NETLINK_"),  PREFIX("ETH_P_"),	       PREFIX("BTPROTO_"),
		PREFIX("CAN_"),	     PREFIX("CAIFPROTO_"),     PREFIX("PN_PROTO_"),
		PREFIX("PX_PROTO_"), PREFIX("KCMPROTO_"),      PREFIX("SMCPROTO_"),
		PREFIX("PF_"),	     PREFIX("NFC_SOCKPROTO_"),
#undef PREFIX
	};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (prefixes[i].text[0] == name[0] && prefixes[i].size <= size &&
		    !memcmp(name, prefixes[i].text, prefixes[i].size))
			return prefixes[i].size;
	}
	return 0;
}

/* A name, up to end, without its prefix and in lower case. */
static void add_name(const struct out *out, struct buffer *buffer, char *name, char *end,
		     size_t width)
{
	char *at;

	name += prefix_size(name, (size_t)(end - name));
	for (at = name; at < end; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at += 'a' - 'A';
	}
	text__add_field(buffer, name, (size_t)(end - name), width, out->style.unicode);
	buffer__add_char(buffer, ' ');
}

#define WHEN_FIELDS(F, IF)                    \
	F(local_ms, "", &out->clock, real_ns) \
	F(nothing, " ")
DEFINE_FIELDS(when, WHEN_FIELDS, struct out *out, __s64 real_ns);

static void add_when(struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	__u64 real_ns = record->spans[0].start + (__u64)out->header->boot_to_real_ns;

	ADD_FIELDS(buffer, when, out, (__s64)real_ns);
}

static void add_pid(const struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	char text[PUT_U64_SIZE];
	/* A task that the tool's PID namespace does not see has no number there. */
	char *end = record->pid ? put__u64(text, record->pid) : put__char(text, '?');

	text__add_field(buffer, text, (size_t)(end - text), PID_WIDTH, out->style.unicode);
	buffer__add_char(buffer, ' ');
}

static void add_comm(struct out *out, const char *comm, size_t width, struct buffer *buffer)
{
	out->text.size = 0;
	text__add_escaped(&out->text, comm, strnlen(comm, WIRE_COMM_LEN), out->style.unicode);
	add_column(out, buffer, width);
}

/* Append what the buffer has from begin on once more. */
static void repeat(struct buffer *buffer, size_t begin)
{
	size_t size = buffer->size - begin;
	char *end = buffer__reserve(buffer, size);

	if (!end)
		return;
	memcpy(end, buffer->data + begin, size);
	buffer->size += size;
}

/* Most threads are the first of their process. */
static void add_names(struct out *out, const struct wire_record *record, struct buffer *buffer)
{
	size_t begin = buffer->size;

	if (!out->wide) {
		add_comm(out, record->comm, COMM_WIDTH, buffer);
		return;
	}
	add_comm(out, record->process_comm, NAME_WIDTH, buffer);
	if (memcmp(record->process_comm, record->comm, WIRE_COMM_LEN))
		add_comm(out, record->comm, NAME_WIDTH, buffer);
	else
		repeat(buffer, begin);
}

/* What was made, or where nothing was, what was tried. */
static void add_socket(const struct out *out, const struct wire_record *record,
		       struct buffer *buffer)
{
	const struct wire_socket *socket = &record->sockets[0];
	bool made = record->nr_sockets && socket->family;
	int family = made ? socket->family : call__tried_family(record);
	int type = made ? socket->type : record->type & SOCKET_TYPE_MASK;
	int protocol = made ? call__made_protocol(record, socket) : 0;
	char name[PUT_NAME_SIZE];

	/* Families with no use for a protocol leave 0 there, whatever was asked for. */
	if (!protocol)
		protocol = call__tried_protocol(record);
	add_name(out, buffer, name, put_name_of_family(name, family), FAMILY_WIDTH);
	add_name(out, buffer, name, put_name_of_type(name, type), TYPE_WIDTH);
	add_name(out, buffer, name, put_name_of_protocol(name, family, protocol), PROTOCOL_WIDTH);
}

/* The descriptor or both of a pair, or the error by name. */
static void set_result(struct out *out, const struct wire_record *record)
{
	const char *error;
	int i;

	out->text.size = 0;
	if (refusal__signal(record)) {
		buffer__add_string(&out->text, refusal__signal(record));
		return;
	}
	if (record->ret < 0) {
		error = name_of_error(call__error(record->ret));
		if (error)
			buffer__add_string(&out->text, error);
		else
			buffer__add_s64(&out->text, record->ret);
		return;
	}
	if (!call__has_number(record)) {
		buffer__add_string(&out->text, via_name(record->via));
		return;
	}
	if (call__is_direct(record)) {
		buffer__add_string(&out->text, "slot ");
		buffer__add_s64(&out->text, record->sockets[0].fd);
		return;
	}
	if (!call__is_pair(record) || record->refusal) {
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
	char text[sizeof(" accept") + DURATION_SIZE];
	char *end = put__string(text, waited ? " wait " : " accept");

	if (!call__is_accept(tree->record) || tree->record->ret < 0 || tree->record->refusal)
		return;
	if (waited)
		end = duration__put_short(end, waited, out->style.unicode);
	if (out->text.size + duration__columns(text, end) <= width)
		buffer__add(&out->text, text, (size_t)(end - text));
}

/* Of a call that seccomp refused, the result says so if that has room. */
static void add_refusal(struct out *out, const struct wire_record *record, size_t width)
{
	static const char word[] = " seccomp";

	if (record->refusal && out->text.size + sizeof(word) - 1 <= width)
		buffer__add_string(&out->text, word);
}

/*
 * What the latency is: a bound behind "<", "-" of a call that was refused before it began, "?" if
 * it is not known.
 */
static char *put_latency(char *at, const struct tree *tree, bool unicode)
{
	const struct span *root = &tree->spans[0];

	__u64 at_most_ns = span__at_most(root);

	if (!root->complete)
		return put__char(at, tree->record->refusal ? '-' : '?');
	if (at_most_ns)
		return duration__put_short(put__char(at, '<'), at_most_ns, unicode);
	return duration__put_short(at, root->duration_ns - root->waited_ns, unicode);
}

/* The two share a field: a long name leaves what an ordinary latency needs. */
static void add_result_and_latency(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	const struct span *root = &tree->spans[0];
	bool red = out->style.color && tree->record->ret < 0;
	char latency[DURATION_BOUND_SIZE];
	char *end = put_latency(latency, tree, out->style.unicode);
	size_t width;

	width = TAIL_WIDTH - 1 - (root->complete ? duration__columns(latency, end) : 1);
	set_result(out, tree->record);
	add_accept(out, tree, width);
	add_refusal(out, tree->record, width);
	text__begin_color(buffer, TEXT_RED, red);
	add_field(out, buffer, width);
	text__end_color(buffer, red);
	buffer__add_char(buffer, ' ');
	buffer__add(buffer, latency, (size_t)(end - latency));
	buffer__add_char(buffer, '\n');
}

static void creation(struct out *out, const struct tree *tree, struct buffer *buffer)
{
	add_when(out, tree->record, buffer);
	add_pid(out, tree->record, buffer);
	add_names(out, tree->record, buffer);
	add_socket(out, tree->record, buffer);
	add_result_and_latency(out, tree, buffer);
	stack_rows__add(buffer, tree->origin, &out->style);
}

const struct out_format out_line = {
	.name = "line",
	.help = "one row for each socket, for people",
	.ending = "txt",
	.can_be_appended = true,
	.needs = { .tree = true, .process_names = true, .stacks = true },
	.create = create,
	.destroy = destroy,
	.creation = creation,
	.begin = begin,
	.clock_set = clock_set,
};
