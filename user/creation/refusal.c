// SPDX-License-Identifier: GPL-2.0
#include "creation/refusal.h"

#include <stddef.h>

#include "text/put.h"

struct refusal {
	const char *name, *signal;
	const char *before, *behind;
};

static const struct refusal refusals[NR_REFUSALS] = {
#define REFUSAL(id, ...) [REFUSAL_##id] = { __VA_ARGS__ },
#include "shared/refusals.def"
#undef REFUSAL
};

#define REFUSAL(id, name, signal, before, behind)                                 \
	_Static_assert(sizeof(before) + sizeof("answered it") + sizeof(behind) <= \
			       REFUSAL_SENTENCE_SIZE,                             \
		       "every sentence has room");
#include "shared/refusals.def"
#undef REFUSAL

/* What is known of a record's; of a number that is none, that a filter refused it. */
static const struct refusal *refusal_of(const struct wire_record *record)
{
	return &refusals[record->refusal < NR_REFUSALS ? record->refusal : REFUSAL_FILTER];
}

const char *refusal__name(const struct wire_record *record)
{
	return refusal_of(record)->name;
}

const char *refusal__signal(const struct wire_record *record)
{
	return refusal_of(record)->signal;
}

char *refusal__put(char *at, const struct wire_record *record)
{
	const struct refusal *refusal = refusal_of(record);

	at = put__string(at, refusal->before);
	if (!refusal->signal)
		at = put__string(at, record->ret < 0 ? "refused it" : "answered it");
	return put__string(at, refusal->behind);
}
