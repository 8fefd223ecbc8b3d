/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of the functions that are observed, as JSON strings: there are few of them, and each
 * comes with every socket, so each is written once and then copied.
 */
#ifndef FORMATS_JSON_JSON_NAMES_H
#define FORMATS_JSON_JSON_NAMES_H

#include "creation/tree.h"
#include "plan/plan.h"
#include "text/json.h"

#define JSON_NAMES_TEXT_SIZE 48 /* a name that takes more is written each time */

struct json_names {
	struct json_name {
		const char *name; /* whose text it is: NULL for none, or for one that is too long */
		size_t size;
		char text[JSON_NAMES_TEXT_SIZE];
	} of_probe[NR_PROBES];
};

/* Takes the names of a plan: when a trace begins, and again when a function has come. */
void json_names__fill(struct json_names *names, const struct plan *plan);

/* Appends the name of the span's function as a string. */
void json_names__add(const struct json_names *names, const struct span *span,
		     struct buffer *buffer);

#endif /* FORMATS_JSON_JSON_NAMES_H */
