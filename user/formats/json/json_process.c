// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_process.h"

#include <string.h>

static void add_true(struct json *json, const char *key)
{
	json__key(json, key);
	json__bool(json, true);
}

static void add_arguments(struct json *json, const char *cmdline, size_t size)
{
	const char *at = cmdline, *end = cmdline + size;

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

	json__key_string_or_null(json, "exe", executed->path);
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

/* Make the text of what has this number, in place of another one's. */
static void keep(struct buffer *text, const struct origin *origin)
{
	struct json json = { text, true };

	text->size = 0;
	json_process__executed(&json, origin);
}

void json_executed__add(struct json_executed *executed, struct json *json,
			const struct origin *origin)
{
	__u64 number = origin ? origin->executed.number : 0;
	size_t place = number & (NR_KEPT_EXECUTED - 1);
	struct buffer *text = &executed->kept[place].text;

	if (!number) {
		json_process__executed(json, origin);
		return;
	}
	if (executed->kept[place].number != number) {
		keep(text, origin);
		executed->kept[place].number = text->failed ? 0 : number;
	}
	json->buffer->failed |= text->failed;
	buffer__add(json->buffer, text->data, text->size);
	json->comma = true;
}

void json_executed__free(struct json_executed *executed)
{
	int i;

	for (i = 0; i < NR_KEPT_EXECUTED; i++)
		buffer__free(&executed->kept[i].text);
}

void json_process__cgroup(struct json *json, const struct origin *origin)
{
	json__key_string_or_null(json, "cgroup", origin ? origin->cgroup : NULL);
}
