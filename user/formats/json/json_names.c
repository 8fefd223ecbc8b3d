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
