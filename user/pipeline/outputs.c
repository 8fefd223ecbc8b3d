// SPDX-License-Identifier: GPL-2.0
#include "pipeline/outputs.h"

#include <stdlib.h>
#include <string.h>

#include "formats/formats.h"

static int open_one(struct outputs *outputs, const struct output_request *request, bool append)
{
	struct sink *sink = append && request->path ? sink__open_to_append(request->path)
						    : sink__open(request->path);

	if (!sink)
		return -1;
	outputs->formats[outputs->nr] = request->format;
	outputs->sinks[outputs->nr++] = sink;
	return 0;
}

int outputs__open(struct outputs *outputs, const struct presentation *presentation)
{
	int i;

	outputs->no_tree = presentation->no_tree;
	for (i = 0; i < presentation->nr_outputs; i++) {
		if (open_one(outputs, &presentation->outputs[i], presentation->append))
			return -1;
	}
	return 0;
}

static bool environment_is_utf8(void)
{
	const char *locale = getenv("LC_ALL");

	if (!locale || !*locale)
		locale = getenv("LC_CTYPE");
	if (!locale || !*locale)
		locale = getenv("LANG");
	return locale && (strcasestr(locale, "UTF-8") || strcasestr(locale, "UTF8"));
}

static struct out_style style_for(const struct presentation *presentation, const struct sink *sink)
{
	enum color_choice color = presentation->color;
	bool terminal = sink__is_terminal(sink);
	const char *no_color = getenv("NO_COLOR");
	struct out_style style = {
		.unicode = environment_is_utf8(),
		.width = sink__columns(sink),
		.verbosity = presentation->verbosity,
		.no_tree = presentation->no_tree,
	};

	style.color = color == COLOR_ALWAYS ||
		      (color == COLOR_AUTO && terminal && !(no_color && *no_color));
	return style;
}

int outputs__begin(struct outputs *outputs, const struct trace_header *header,
		   const struct presentation *presentation,
		   const struct sink_interrupts *interrupts)
{
	int i;

	for (i = 0; i < outputs->nr; i++) {
		struct sink *sink = outputs->sinks[i];
		struct out_style style = style_for(presentation, sink);

		sink__set_interrupts(sink, interrupts);
		if (!sink__begin(sink, outputs->formats[i], header, &style))
			return -1;
		if (!sink__flush(sink) && !sink__reader_gone(sink))
			return -1;
	}
	return 0;
}

struct format_needs outputs__needs(const struct outputs *outputs)
{
	struct format_needs needs = { 0 };
	int i;

	for (i = 0; i < outputs->nr; i++) {
		struct format_needs its = formats__needs(outputs->formats[i], outputs->no_tree);

		needs.tree |= its.tree;
		needs.processes |= its.processes;
		needs.state |= its.state;
	}
	return needs;
}

bool outputs__creation(struct outputs *outputs, const struct tree *tree)
{
	bool open = true;
	int i;

	for (i = 0; i < outputs->nr; i++)
		open &= sink__creation(outputs->sinks[i], tree);
	return open;
}

void outputs__in_flight(struct outputs *outputs, const struct in_flight *creation)
{
	int i;

	for (i = 0; i < outputs->nr; i++)
		sink__in_flight(outputs->sinks[i], creation);
}

void outputs__reopen(struct outputs *outputs)
{
	int i;

	for (i = 0; i < outputs->nr; i++)
		sink__reopen(outputs->sinks[i]);
}

void outputs__observed(struct outputs *outputs, int probe)
{
	int i;

	for (i = 0; i < outputs->nr; i++)
		sink__observed(outputs->sinks[i], probe);
}

void outputs__clock_set(struct outputs *outputs, const struct clock_change *change)
{
	int i;

	for (i = 0; i < outputs->nr; i++)
		sink__clock_set(outputs->sinks[i], change);
}

void outputs__tick(struct outputs *outputs, __u64 now_ns)
{
	int i;

	for (i = 0; i < outputs->nr; i++)
		sink__tick(outputs->sinks[i], now_ns);
}

bool outputs__flush(struct outputs *outputs)
{
	bool open = true;
	int i;

	for (i = 0; i < outputs->nr; i++)
		open &= sink__flush(outputs->sinks[i]);
	return open;
}

/*
 * Writes what creations there are to be written yet. Those of a format that writes at its end are
 * written together with that.
 */
static void write_creations(struct outputs *outputs, const struct trace_account *account)
{
	int i;

	for (i = 0; i < outputs->nr; i++) {
		if (outputs->formats[i]->writes_at_end)
			sink__end(outputs->sinks[i], account);
		else
			sink__flush(outputs->sinks[i]);
	}
}

/* The least that any of the outputs is missing. */
static struct creation_count find_missing(const struct outputs *outputs)
{
	struct creation_count least = { 0 };
	int i;

	for (i = 0; i < outputs->nr; i++) {
		struct creation_count missing = sink__missing(outputs->sinks[i]);

		if (!i || missing.creations < least.creations)
			least = missing;
	}
	return least;
}

bool outputs__close(struct outputs *outputs, struct trace_account *account)
{
	struct creation_count missing;
	bool success = true;
	int i;

	write_creations(outputs, account);
	missing = find_missing(outputs);
	account__subtract_shown(account, missing.creations, missing.failed);
	for (i = 0; i < outputs->nr; i++) {
		bool reader_gone;

		sink__end(outputs->sinks[i], account);
		reader_gone = sink__reader_gone(outputs->sinks[i]);
		if (!sink__close(outputs->sinks[i], account) && !reader_gone)
			success = false;
	}
	outputs->nr = 0;
	return success;
}
