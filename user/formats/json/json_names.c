// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_names.h"

#include <string.h>

static void add_text(struct buffer *buffer, const char *name)
{
	struct json json;

	json__init(&json, buffer);
	json__string(&json, name);
}

void json_names__fill(struct json_names *names, const struct plan *plan)
{
	struct buffer text = {};
	int probe;

	memset(names, 0, sizeof(*names));
	for (probe = 0; probe < NR_PROBES; probe++) {
		struct json_name *known = &names->of_probe[probe];
		const char *name = plan->probes[probe].function;

		if (!name || !name[0])
			continue;
		text.size = 0;
		add_text(&text, name);
		if (text.failed || text.size > sizeof(known->text))
			continue;
		memcpy(known->text, text.data, text.size);
		known->size = text.size;
		known->name = name;
	}
	buffer__free(&text);
}

void json_names__add(const struct json_names *names, const struct span *span, struct buffer *buffer)
{
	const struct json_name *known = &names->of_probe[span__probe(span)];

	if (known->name == span->name)
		buffer__add(buffer, known->text, known->size);
	else
		add_text(buffer, span->name);
}
