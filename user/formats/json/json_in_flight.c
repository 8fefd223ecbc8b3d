// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_in_flight.h"

#include <string.h>

#include "formats/json/json_facts.h"
#include "formats/json/json_process.h"
#include "names/way_in.h"

void json_in_flight__caller(struct json *json, const struct in_flight *creation)
{
	const struct wire_record *record = creation->record;

	if (creation->known) {
		json__key_u64(json, "ppid", record->ppid);
		json__key_u64(json, "uid", record->uid);
		json__key(json, "comm");
		json__text(json, record->comm, strnlen(record->comm, sizeof(record->comm)));
	} else {
		json__key_null(json, "ppid");
		json__key_null(json, "uid");
		json__key_null(json, "comm");
	}
	json_process__executed(json, creation->origin);
}

void json_in_flight__call(struct json *json, const struct in_flight *creation)
{
	json__key_string(json, "via", via_name(creation->record->via));
	json_facts__asked(json, creation->record);
	json__key_u64(json, "age_ns", creation->age_ns);
	json__key_string(json, "stage", creation->function);
	json__key_string_or_null(json, "module", creation->module);
	if (creation->certain)
		return;
	json__key(json, "certain");
	json__bool(json, false);
}
