// SPDX-License-Identifier: GPL-2.0
#include "formats/formats.h"

#include <string.h>

const struct out_format *const formats[] = {
	&out_tree, &out_line, &out_jsonl, &out_timeline, &out_folded,
};

const int nr_formats = sizeof(formats) / sizeof(formats[0]);

const struct out_format *formats__find(const char *name, size_t length)
{
	int i;

	for (i = 0; i < nr_formats; i++) {
		if (strlen(formats[i]->name) == length && !memcmp(formats[i]->name, name, length))
			return formats[i];
	}
	return NULL;
}

struct format_needs formats__needs(const struct out_format *format, bool no_tree)
{
	struct format_needs needs = format->needs;

	/* The duration is corrected by the spans, and they tell where an error arose. */
	if (no_tree && needs.optional_tree)
		needs.state = false;
	return needs;
}
