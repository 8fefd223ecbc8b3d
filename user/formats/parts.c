// SPDX-License-Identifier: GPL-2.0
#include "formats/parts.h"

struct part {
	size_t end; /* in what has gathered */
	struct creation_count count;
};

static const struct part *first_part(const struct parts *parts)
{
	return (const struct part *)parts->ends.data;
}

static size_t count_parts(const struct parts *parts)
{
	return parts->ends.size / sizeof(struct part);
}

void parts__add_creation(struct parts *parts, bool failed)
{
	parts->open.creations++;
	parts->open.failed += failed;
	parts->pending.creations++;
	parts->pending.failed += failed;
}

void parts__end(struct parts *parts, size_t gathered)
{
	const struct part part = { .end = gathered, .count = parts->open };
	size_t nr_parts = count_parts(parts);

	if (gathered == (nr_parts ? first_part(parts)[nr_parts - 1].end : 0))
		return;
	/* Out of memory the creations stay pending: they count as missing rather than as shown. */
	buffer__add(&parts->ends, (const char *)&part, sizeof(part));
	parts->open = (struct creation_count){ 0 };
}

size_t parts__whole(const struct parts *parts, size_t size)
{
	const struct part *part = first_part(parts);
	size_t i, whole = 0;

	for (i = 0; i < count_parts(parts) && part[i].end <= size; i++)
		whole = part[i].end;
	return whole;
}

void parts__written(struct parts *parts, size_t size)
{
	const struct part *part = first_part(parts);
	size_t i;

	for (i = 0; i < count_parts(parts) && part[i].end <= size; i++) {
		parts->pending.creations -= part[i].count.creations;
		parts->pending.failed -= part[i].count.failed;
	}
	parts->ends.size = 0;
}

void parts__free(struct parts *parts)
{
	buffer__free(&parts->ends);
}
