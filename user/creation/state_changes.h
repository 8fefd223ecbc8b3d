/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What --state shows: at which span's exit which members of struct socket and struct sock changed.
 * Made of a creation's snapshots; pure, but for reading the kernel's symbols.
 */
#ifndef CREATION_STATE_CHANGES_H
#define CREATION_STATE_CHANGES_H

#include <stdbool.h>

#include "creation/state_fields.h"
#include "creation/tree.h"
#include "kernel/socket_flags.h"
#include "names/names.h"
#include "symbols/symbol_names.h"

#define STATE_MAX_NAMED 8 /* of each kind of object: more than a creation can make */
#define STATE_NAME_SIZE 16

/* One object at one span's exit. */
struct state_entry {
	int span; /* index in the tree */
	enum state_object object;
	unsigned int number; /* from 1: the object is socket#1, sk#1, … */
	bool first;	     /* nothing was known of it before: all fields count as changed */
	__u32 changed;	     /* FIELD_BIT()s; at least one */
	const struct wire_snapshot *snapshot;
};

/* Where the names of values are from that are not the same in all kernels. */
struct state_names {
	struct symbol_names *symbols; /* more are looked up as they are needed */
	const struct socket_flags *flags;
};

struct state_changes {
	bool lost; /* there are no snapshots of this creation */
	int nr_entries;
	struct state_entry entries[2 * WIRE_MAX_SNAPSHOTS]; /* in the order of the exits */
	struct state_names names;
	/* The objects seen, by which names are given; addresses are never shown. */
	unsigned int nr_named[NR_STATE_OBJECTS];
	__u64 named[NR_STATE_OBJECTS][STATE_MAX_NAMED];
};

/*
 * Computes the changes of a tree that assemble__tree() has made. The snapshots, and what the
 * names point to, must outlive the changes. snapshots is NULL if they are lost. How many there are
 * that do not fit the tree is returned: 0, unless they are damaged.
 */
int state_changes__compute(struct state_changes *changes, const struct tree *tree,
			   const struct wire_snapshots *snapshots, const struct state_names *names);

/* What to show of a field. */
struct state_value {
	bool is_null;	 /* NULL, no descriptor */
	bool has_number; /* then number is it, name what it means, if that is known */
	bool is_signed;	 /* number is an __s64 */
	__u64 number;
	char name[STATE_VALUE_SIZE];	     /* "" if there is none */
	char quoted[WIRE_PROT_NAME_LEN + 1]; /* of sk_prot: what the protocol calls itself */
};

/* The value of a field at an entry's exit; field is one of those that the entry's object has. */
void state_entry__value(const struct state_changes *changes, const struct state_entry *entry,
			enum state_field field, struct state_value *value);

/* Whether the value is one that says nothing: 0, NULL, no descriptor. */
bool state_entry__is_unset(const struct state_entry *entry, enum state_field field);

/* "sk#1". name has STATE_NAME_SIZE bytes, and is returned. */
const char *state_entry__name(const struct state_entry *entry, char *name);

#endif /* CREATION_STATE_CHANGES_H */
