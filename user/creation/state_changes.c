// SPDX-License-Identifier: GPL-2.0
#include "creation/state_changes.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "creation/state_fields.h"

/*
 * Return the number in the object's name, from 1. It is 0 for NULL, and for objects beyond the
 * first STATE_MAX_NAMED of their kind.
 */
static unsigned int number_of(const struct state_changes *changes, enum state_object object,
			      __u64 address)
{
	unsigned int i;

	for (i = 0; address && i < changes->nr_named[object]; i++) {
		if (changes->named[object][i] == address)
			return i + 1;
	}
	return 0;
}

static void name_object(struct state_changes *changes, enum state_object object, __u64 address)
{
	unsigned int *number = &changes->nr_named[object];

	if (address && !number_of(changes, object, address) && *number < STATE_MAX_NAMED)
		changes->named[object][(*number)++] = address;
}

static bool has_object(const struct wire_snapshot *snapshot, enum state_object object)
{
	return snapshot->flags & (object == STATE_SOCKET ? WIRE_HAS_SOCKET : WIRE_HAS_SOCK);
}

static __u64 address_of(const struct wire_snapshot *snapshot, enum state_object object)
{
	return object == STATE_SOCKET ? snapshot->socket : snapshot->sk;
}

/*
 * Number all objects in the order in which they are first seen, including those that are only
 * pointed to.
 */
static void name_objects(struct state_changes *changes, const struct wire_snapshots *snapshots)
{
	unsigned int i;

	for (i = 0; i < snapshots->nr_snapshots; i++) {
		const struct wire_snapshot *snapshot = &snapshots->snapshots[i];

		if (has_object(snapshot, STATE_SOCKET)) {
			name_object(changes, STATE_SOCKET, snapshot->socket);
			name_object(changes, STATE_SOCK, snapshot->socket_sk);
			name_object(changes, STATE_FILE, snapshot->socket_file);
		}
		if (has_object(snapshot, STATE_SOCK)) {
			name_object(changes, STATE_SOCK, snapshot->sk);
			name_object(changes, STATE_SOCKET, snapshot->sk_socket);
		}
	}
}

/* Return the last snapshot before the one at index that has the same object, or NULL. */
static const struct wire_snapshot *find_previous(const struct wire_snapshots *snapshots,
						 unsigned int index, enum state_object object)
{
	const struct wire_snapshot *now = &snapshots->snapshots[index];

	while (index--) {
		const struct wire_snapshot *before = &snapshots->snapshots[index];

		if (has_object(before, object) &&
		    address_of(before, object) == address_of(now, object))
			return before;
	}
	return NULL;
}

static __u32 changed_fields(const struct wire_snapshot *now, const struct wire_snapshot *before,
			    enum state_object object)
{
	__u32 changed = 0;
	int i;

	for (i = 0; i < NR_STATE_FIELDS; i++) {
		if (state_field__object(i) == object && state_field__is_valid(i, now) &&
		    (!before || !state_field__is_same(i, now, before)))
			changed |= FIELD_BIT(i);
	}
	return changed;
}

static void add_entry(struct state_changes *changes, const struct wire_snapshots *snapshots,
		      unsigned int index, enum state_object object, int span)
{
	const struct wire_snapshot *snapshot = &snapshots->snapshots[index];
	const struct wire_snapshot *before;
	struct state_entry *entry = &changes->entries[changes->nr_entries];

	if (!has_object(snapshot, object))
		return;
	before = find_previous(snapshots, index, object);
	*entry = (struct state_entry){
		.span = span,
		.at_entry = snapshot->flags & WIRE_AT_ENTRY,
		.object = object,
		.number = number_of(changes, object, address_of(snapshot, object)),
		.first = !before,
		.changed = changed_fields(snapshot, before, object),
		.snapshot = snapshot,
	};
	if (entry->number && entry->changed)
		changes->nr_entries++;
}

/*
 * Return the span of the tree at whose exit or entry a snapshot was taken. index is that of the
 * call in the record. If the last part of the call was reconstructed, that span is returned for the
 * exit: it ends at the same time.
 */
static int find_span(const struct tree *tree, int index, bool at_entry)
{
	int i, found = TREE_NO_SPAN;

	for (i = 0; i < tree->nr_spans; i++) {
		if (tree->spans[i].recorded == index)
			found = i;
		else if (at_entry)
			continue;
		else if (found != TREE_NO_SPAN && tree->spans[i].parent == found &&
			 tree->spans[i].recorded == TREE_NO_SPAN && tree->spans[i].complete)
			return i;
	}
	return found;
}

static void look_up_symbols(struct symbol_names *symbols, const struct wire_snapshots *snapshots)
{
	__u64 addresses[3 * WIRE_MAX_SNAPSHOTS];
	size_t nr = 0;
	unsigned int i;

	for (i = 0; i < snapshots->nr_snapshots; i++) {
		const struct wire_snapshot *snapshot = &snapshots->snapshots[i];

		addresses[nr++] = snapshot->socket_ops;
		addresses[nr++] = snapshot->sk_prot;
		addresses[nr++] = snapshot->sk_destruct;
	}
	symbol_names__look_up(symbols, addresses, nr);
}

int state_changes__compute(struct state_changes *changes, const struct tree *tree,
			   const struct wire_snapshots *snapshots, const struct state_names *names)
{
	int unfit = 0;
	unsigned int i;

	memset(changes, 0, offsetof(struct state_changes, entries));
	memset(changes->nr_named, 0, sizeof(changes->nr_named));
	changes->names = *names;
	changes->lost = !snapshots;
	if (!snapshots)
		return 0;
	name_objects(changes, snapshots);
	look_up_symbols(names->symbols, snapshots);
	for (i = 0; i < snapshots->nr_snapshots; i++) {
		const struct wire_snapshot *snapshot = &snapshots->snapshots[i];
		int span = find_span(tree, snapshot->span, snapshot->flags & WIRE_AT_ENTRY);

		if (span == TREE_NO_SPAN) {
			unfit++;
			continue;
		}
		add_entry(changes, snapshots, i, STATE_SOCKET, span);
		add_entry(changes, snapshots, i, STATE_SOCK, span);
	}
	return unfit;
}

static void put_object_name(char *name, size_t size, enum state_object object, unsigned int number)
{
	static const char *const words[NR_STATE_OBJECTS] = {
		[STATE_SOCKET] = "socket",
		[STATE_SOCK] = "sk",
		[STATE_FILE] = "file",
	};

	snprintf(name, size, "%s#%u", words[object], number);
}

const char *state_entry__name(const struct state_entry *entry, char *name)
{
	put_object_name(name, STATE_NAME_SIZE, entry->object, entry->number);
	return name;
}

static void put_symbol(const struct state_changes *changes, __u64 address,
		       struct state_value *value)
{
	const char *name = symbol_names__find(changes->names.symbols, address);

	snprintf(value->name, sizeof(value->name), "%s", name ? name : STATE_UNKNOWN);
}

static void put_pointer(const struct state_changes *changes, enum state_object object,
			__u64 address, struct state_value *value)
{
	unsigned int number = number_of(changes, object, address);

	if (number)
		put_object_name(value->name, sizeof(value->name), object, number);
	else
		strcpy(value->name, STATE_UNKNOWN);
}

static bool is_no_descriptor(enum state_field field, __u64 number)
{
	return field == FIELD_FD && (__s64)number < 0;
}

void state_entry__value(const struct state_changes *changes, const struct state_entry *entry,
			enum state_field field, struct state_value *value)
{
	const struct wire_snapshot *snapshot = entry->snapshot;
	__u64 number = state_field__number(field, snapshot);

	memset(value, 0, sizeof(*value));
	value->is_null = state_field__is_pointer(field) ? !number : is_no_descriptor(field, number);
	if (value->is_null)
		return;
	switch (state_field__kind(field)) {
	case KIND_NUMBER:
		value->has_number = true;
		value->is_signed = state_field__is_signed(field);
		value->number = number;
		state_field__name_number(field, snapshot, changes->names.flags, value->name);
		break;
	case KIND_SYMBOL:
		put_symbol(changes, number, value);
		break;
	case KIND_POINTER:
		put_pointer(changes, state_field__target(field), number, value);
		break;
	}
	if (field == FIELD_SK_PROT)
		snprintf(value->quoted, sizeof(value->quoted), "%.*s", WIRE_PROT_NAME_LEN,
			 snapshot->sk_prot_name);
}

bool state_entry__is_unset(const struct state_entry *entry, enum state_field field)
{
	__u64 number = state_field__number(field, entry->snapshot);

	return field == FIELD_FD ? is_no_descriptor(field, number) : !number;
}
