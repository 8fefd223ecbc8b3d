/* SPDX-License-Identifier: GPL-2.0 */
/* A tree through every format, for the fuzzing entries: the sanitizers find what is wrong. */
#ifndef TESTS_SHOW_H
#define TESTS_SHOW_H

#include <stdlib.h>
#include <string.h>

#include "formats/formats.h"

/* Who asked, as far as it is text: always the same, any bytes but NUL. */
struct shown_origin {
	struct origin origin;
	char text[2 * WIRE_COMM_LEN + 1];
};

static inline void make_origin(struct shown_origin *shown, const struct wire_record *record)
{
	struct origin *origin = &shown->origin;
	int i;

	memset(shown, 0, sizeof(*shown));
	memcpy(shown->text, record->comm, WIRE_COMM_LEN);
	memcpy(shown->text + strlen(shown->text), record->comm, WIRE_COMM_LEN);
	origin->executed.path = record->uid % 4 ? shown->text : NULL;
	origin->executed.deleted = record->uid % 2;
	origin->executed.cmdline = record->uid % 5 ? shown->text : NULL;
	origin->executed.cmdline_size = sizeof(shown->text);
	origin->executed.cmdline_cut = record->uid % 7;
	origin->cgroup = record->uid % 8 ? shown->text : NULL;
	origin->requester = record->uid % 3 ? NULL : shown->text;
	origin->nr_kernel_frames = record->nr_kernel_frames;
	origin->nr_user_frames = record->nr_user_frames;
	for (i = 0; i < WIRE_MAX_FRAMES; i++) {
		origin->kernel_frames[i] = i % 3 ? shown->text : "a+0x1";
		origin->user_frames[i] = i % 5 ? shown->text : "libc.so.6+0x1";
	}
}

/* As a whole trace: with a function that has come with a module after the first creation. */
static inline void show(const struct out_format *format, struct trace_header *header,
			const struct tree *tree, bool terminal, int width)
{
	const struct out_style style = { .color = terminal,
					 .unicode = terminal,
					 .width = width,
					 .verbosity = terminal,
					 .no_tree = width % 2 };
	const struct trace_account account = { .shown = 2 };
	const struct in_flight in_flight = {
		.event = terminal ? IN_FLIGHT_STUCK : IN_FLIGHT_AT_END,
		.record = tree->record,
		.known = width,
		.certain = terminal,
		.origin = tree->origin,
		.age_ns = tree->record->sequence,
		.function = stages[tree->record->spans[0].stage].name,
		.module = tree->origin ? tree->origin->requester : NULL,
	};
	struct out *out = format->create(header, &style);
	struct buffer buffer = {};
	int probe = NR_STAGES + 2;

	if (!out)
		abort();
	if (format->begin)
		format->begin(out, &buffer);
	format->creation(out, tree, &buffer);
	if (format->observed)
		format->observed(out, probe, &buffer);
	if (format->in_flight)
		format->in_flight(out, &in_flight, &buffer);
	format->creation(out, tree, &buffer);
	if (format->tick)
		format->tick(out, 1ULL << 40, &buffer);
	if (format->end)
		format->end(out, &account, &buffer);
	format->destroy(out);
	if (buffer.failed)
		abort();
	buffer__free(&buffer);
}

/* Into a file, and on a terminal. */
static inline void show_in_all_formats(struct trace_header *header, struct tree *tree)
{
	struct shown_origin shown;
	int i;

	make_origin(&shown, tree->record);
	for (i = 0; i < nr_formats; i++) {
		tree->origin = NULL;
		show(formats[i], header, tree, false, 0);
		tree->origin = &shown.origin;
		show(formats[i], header, tree, true, 40);
		show(formats[i], header, tree, true, 200);
	}
}

#endif /* TESTS_SHOW_H */
