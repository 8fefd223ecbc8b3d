// SPDX-License-Identifier: GPL-2.0
#include "formats/json/json_state.h"

#include <stdio.h>
#include <string.h>

/* What a number means stands beside it, under its key with "_name" behind. */
static void add_name(struct json *json, const char *key, const char *name)
{
	char name_key[32];

	if (!name[0])
		return;
	snprintf(name_key, sizeof(name_key), "%s_name", key);
	json__key_string(json, name_key, name);
}

static void add_field(struct json *json, const struct state_changes *changes,
		      const struct state_entry *entry, enum state_field field)
{
	const char *key = state_field__key(field);
	struct state_value value;

	state_entry__value(changes, entry, field, &value);
	if (field == FIELD_SK_CGROUP) {
		json__key_u64_twin(json, key, value.number);
	} else if (value.is_null) {
		json__key_null(json, key);
	} else if (!value.has_number) {
		json__key_string(json, key, value.name);
		add_name(json, key, value.quoted);
	} else {
		if (value.is_signed)
			json__key_s64(json, key, (__s64)value.number);
		else
			json__key_u64(json, key, value.number);
		add_name(json, key, value.name);
	}
}

static void add_entry(struct json *json, const struct state_changes *changes,
		      const struct state_entry *entry)
{
	char name[STATE_NAME_SIZE];
	int field;

	json__key(json, state_entry__name(entry, name));
	json__object_begin(json);
	for (field = 0; field < NR_STATE_FIELDS; field++) {
		if (entry->changed & FIELD_BIT(field))
			add_field(json, changes, entry, field);
	}
	json__object_end(json);
}

static void add_changes(struct json *json, const struct tree *tree, int span, bool at_entry,
			const char *key)
{
	const struct state_changes *changes = tree->state;
	bool any = false;
	int i;

	for (i = 0; changes && i < changes->nr_entries; i++) {
		const struct state_entry *entry = &changes->entries[i];

		if (entry->span != span || entry->at_entry != at_entry)
			continue;
		if (!any) {
			json__key(json, key);
			json__object_begin(json);
		}
		any = true;
		add_entry(json, changes, entry);
	}
	if (any)
		json__object_end(json);
}

void json_state__span(struct json *json, const struct tree *tree, int span)
{
	add_changes(json, tree, span, true, "state_before");
	add_changes(json, tree, span, false, "state");
}

void json_state__loss(struct json *json, const struct tree *tree)
{
	if (!tree->state || !tree->state->lost)
		return;
	json__key(json, "state_lost");
	json__bool(json, true);
}
