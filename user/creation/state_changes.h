/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Computes what --state shows: at which span's entry or exit which members of struct socket and
 * struct sock were found changed. It is made from a creation's snapshots; pure but for reading the
 * kernel's symbols.
 */
#ifndef CREATION_STATE_CHANGES_H
#define CREATION_STATE_CHANGES_H

#include <stdbool.h>

#include "creation/state_fields.h"
#include "creation/tree.h"
#include "kernel/socket_flags.h"
#include "names/names.h"
#include "symbols/symbol_names.h"

#define STATE_MAX_NAMED 8 /* per kind of object: more than a creation can make */
#define STATE_NAME_SIZE 16

/* The changes of one object at the exit of one span, or at its entry. */
struct state_entry {
	int span;      /* index in the tree */
	bool at_entry; /* the span's caller made the changes, before the call */
	enum state_object object;
	unsigned int number; /* from 1: the objects are called socket#1, sk#1 and so on */
	bool first;	     /* the object was not seen before, so all fields count as changed */
	__u32 changed;	     /* bits made by FIELD_BIT(), at least one */
	const struct wire_snapshot *snapshot;
};

/* Where names of values come from that differ between kernels. */
struct state_names {
	struct symbol_names *symbols; /* looks up further symbols as they are needed */
	const struct socket_flags *flags;
};

struct state_changes {
	bool lost; /* the snapshots of this creation were lost */
	int nr_entries;
	struct state_entry entries[2 * WIRE_MAX_SNAPSHOTS]; /* in the order of time */
	struct state_names names;
	/*
	 * The addresses of the objects seen; an object is named by its index. Addresses are never
	 * shown.
	 */
	unsigned int nr_named[NR_STATE_OBJECTS];
	__u64 named[NR_STATE_OBJECTS][STATE_MAX_NAMED];
};

/*
 * Compute the changes for a tree made by assemble__tree(). The snapshots and what names points to
 * must outlive the changes. snapshots is NULL if they were lost. Return how many snapshots do not
 * fit the tree, which is 0 unless they are damaged.
 */
int state_changes__compute(struct state_changes *changes, const struct tree *tree,
			   const struct wire_snapshots *snapshots, const struct state_names *names);

/* A field's value, ready to be shown. */
struct state_value {
	bool is_null;	 /* a NULL pointer, or no descriptor */
	bool has_number; /* number is valid, and name may say what it means */
	bool is_signed;	 /* number is an __s64 */
	__u64 number;
	char name[STATE_VALUE_SIZE];	     /* "" if there is none */
	char quoted[WIRE_PROT_NAME_LEN + 1]; /* for sk_prot: the protocol's own name */
};

/*
 * Set value to that of a field as an entry has it. field must be one that the entry's object has.
 */
void state_entry__value(const struct state_changes *changes, const struct state_entry *entry,
			enum state_field field, struct state_value *value);

/* Return whether the value is 0, NULL or no descriptor, and so tells nothing. */
bool state_entry__is_unset(const struct state_entry *entry, enum state_field field);

/* Write "sk#1" to name, which has STATE_NAME_SIZE bytes. Return name. */
const char *state_entry__name(const struct state_entry *entry, char *name);

#endif /* CREATION_STATE_CHANGES_H */
