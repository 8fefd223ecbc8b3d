/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of the functions that spans are of, as JSON strings: there are few of them, and each
 * comes with every socket, so each is written once and then copied.
 */
#ifndef FORMATS_JSON_JSON_NAMES_H
#define FORMATS_JSON_JSON_NAMES_H

#include "creation/tree.h"
#include "text/json.h"

#define JSON_NAMES_TEXT_SIZE 48 /* a name that takes more is written each time */

struct json_names {
	struct json_name {
		const char *name; /* whose text it is: NULL for none, or for one that is too long */
		size_t size;
		char text[JSON_NAMES_TEXT_SIZE];
	} of_probe[NR_PROBES];
};

/* How much room json_names__put() needs for the name of this span. */
static inline size_t json_names__size(const struct json_names *names, const struct span *span)
{
	const struct json_name *known = &names->of_probe[span__probe(span)];

	if (known->name == span->name)
		return JSON_NAMES_TEXT_SIZE;
	return JSON_TEXT_SIZE(strlen(span->name)) + JSON_NAMES_TEXT_SIZE;
}

/* Remembers a name that was not known, and writes it. */
char *json_names__put_new(struct json_names *names, char *at, const struct span *span);

/*
 * Writes the name of the span's function as a string, as the functions of put.h. names is all zero
 * at first, and again when a function's name may have changed.
 */
static inline char *json_names__put(struct json_names *names, char *at, const struct span *span)
{
	const struct json_name *known = &names->of_probe[span__probe(span)];

	if (known->name != span->name)
		return json_names__put_new(names, at, span);
	memcpy(at, known->text, sizeof(known->text));
	return at + known->size;
}

#endif /* FORMATS_JSON_JSON_NAMES_H */
