// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_process.h"

#include <string.h>

static void add_text_or_null(struct json *json, const char *key, const char *text)
{
	if (text)
		json__key_string(json, key, text);
	else
		json__key_null(json, key);
}

static void add_true(struct json *json, const char *key)
{
	json__key(json, key);
	json__bool(json, true);
}

/*
 * Return the size without what a process has left of its command line after it has written a title
 * over it: more than one empty argument at the end.
 */
static size_t cut_padding(const char *cmdline, size_t size)
{
	size_t used = size;

	while (used && !cmdline[used - 1])
		used--;
	return size - used > 2 ? used : size;
}

static void add_arguments(struct json *json, const char *cmdline, size_t size)
{
	const char *at = cmdline, *end = cmdline + cut_padding(cmdline, size);

	json__array_begin(json);
	while (at < end) {
		size_t length = strnlen(at, (size_t)(end - at));

		json__text(json, at, length);
		at += length + 1;
	}
	json__array_end(json);
}

void json_process__executed(struct json *json, const struct origin *origin)
{
	static const struct executed unknown;
	const struct executed *executed = origin ? &origin->executed : &unknown;

	add_text_or_null(json, "exe", executed->path);
	if (executed->deleted)
		add_true(json, "exe_deleted");
	if (!executed->cmdline) {
		json__key_null(json, "cmdline");
		return;
	}
	json__key(json, "cmdline");
	add_arguments(json, executed->cmdline, executed->cmdline_size);
	if (executed->cmdline_cut)
		add_true(json, "cmdline_cut");
}

void json_process__cgroup(struct json *json, const struct origin *origin)
{
	add_text_or_null(json, "cgroup", origin ? origin->cgroup : NULL);
}
