// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_names.h"

char *json_names__put_new(struct json_names *names, char *at, const struct span *span)
{
	struct json_name *known = &names->of_probe[span__probe(span)];
	char *end = json__put_text(at, span->name, strlen(span->name));
	size_t size = (size_t)(end - at);

	known->name = NULL;
	if (size > sizeof(known->text))
		return end;
	memcpy(known->text, at, size);
	known->size = size;
	known->name = span->name;
	return end;
}
