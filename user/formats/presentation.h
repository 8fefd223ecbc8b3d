/* SPDX-License-Identifier: GPL-2.0 */
/* How users want creations to be shown: the outputs, each with its format, and their colours. */
#ifndef FORMATS_PRESENTATION_H
#define FORMATS_PRESENTATION_H

#include <linux/types.h>

#include "formats/format.h"

#define MAX_OUTPUTS 8

enum color_choice {
	COLOR_AUTO, /* if the output is a terminal and NO_COLOR is not set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct output_request {
	const struct out_format *format;
	const char *path; /* NULL: standard output */
};

struct presentation {
	struct output_request outputs[MAX_OUTPUTS];
	bool append;	/* files are not emptied */
	int nr_outputs; /* 0: only the summary at the end is wanted */
	enum color_choice color;
	bool no_tree; /* this and the next one: as in struct out_style */
	int verbosity;
	__u64 count; /* creations that are shown before the trace ends; 0: no limit */
};

#endif /* FORMATS_PRESENTATION_H */
