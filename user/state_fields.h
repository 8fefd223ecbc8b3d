/* SPDX-License-Identifier: GPL-2.0 */
/* The table of what --state shows. Only for state_changes.c. */
#ifndef STATE_FIELDS_H
#define STATE_FIELDS_H

#include "state_changes.h"

/* Stands for a pointer that is set, but to what has no name. */
#define STATE_UNKNOWN "?"

enum state_kind {
	KIND_NUMBER,
	KIND_SYMBOL,  /* a pointer to what the kernel has a symbol for */
	KIND_POINTER, /* a pointer to another object */
};

enum state_object state_field__object(enum state_field field);
enum state_kind state_field__kind(enum state_field field);
bool state_field__is_signed(enum state_field field);
bool state_field__is_pointer(enum state_field field);

/* To what a KIND_POINTER points. */
enum state_object state_field__target(enum state_field field);

/* Whether the snapshot has the field. */
bool state_field__is_valid(enum state_field field, const struct wire_snapshot *snapshot);

bool state_field__is_same(enum state_field field, const struct wire_snapshot *a,
			  const struct wire_snapshot *b);

/* Its value, with the sign extended where it has one. */
__u64 state_field__number(enum state_field field, const struct wire_snapshot *snapshot);

/*
 * What the number means, by name, with flags called as the kernel calls them; "" where that is not
 * known. name has STATE_VALUE_SIZE bytes.
 */
void state_field__name_number(enum state_field field, const struct wire_snapshot *snapshot,
			      const struct socket_flags *flags, char *name);

#endif /* STATE_FIELDS_H */
