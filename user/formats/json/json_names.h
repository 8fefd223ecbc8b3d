/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of the functions that are observed, as JSON strings: there are few of them, and each
 * comes with every socket, so each is written once and then copied.
 */
#ifndef FORMATS_JSON_JSON_NAMES_H
#define FORMATS_JSON_JSON_NAMES_H

#include <string.h>

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

#define FUNCTION_NAME_SIZE 512 /* KSYM_NAME_LEN of the kernel; it was 128 before 6.1 */

/* The name of the span's function, as a kind of value. */
#define SIZEOF_function JSON_TEXT_SIZE(FUNCTION_NAME_SIZE)

static inline char *put_function(char *at, const struct json_names *names, const struct span *span)
{
	const struct json_name *known = &names->of_probe[span__probe(span)];

	if (__builtin_expect(known->name != span->name, 0))
		return json__put_text(at, span->name, strnlen(span->name, FUNCTION_NAME_SIZE));
	/* A size that the compiler knows takes but a few moves. */
	memcpy(at, known->text, sizeof(known->text));
	return at + known->size;
}

#endif /* FORMATS_JSON_JSON_NAMES_H */
