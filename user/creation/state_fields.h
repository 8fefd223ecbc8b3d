/* SPDX-License-Identifier: GPL-2.0 */
/* The table of the members of struct socket and struct sock that --state shows. */
#ifndef CREATION_STATE_FIELDS_H
#define CREATION_STATE_FIELDS_H

#include <stdbool.h>
#include <linux/types.h>

#include "kernel/socket_flags.h"
#include "shared/wire_snapshots.h"

/* The kinds of objects that get names of their own, such as "sk#1". */
enum state_object {
	STATE_SOCKET, /* struct socket, with its inode and descriptor */
	STATE_SOCK,
	STATE_FILE, /* its members are not shown; other objects point to it */
	NR_STATE_OBJECTS,
};

enum state_field {
	FIELD_SOCKET_STATE,
	FIELD_SOCKET_TYPE,
	FIELD_SOCKET_FLAGS,
	FIELD_SOCKET_OPS,
	FIELD_SOCKET_SK,
	FIELD_SOCKET_FILE,
	FIELD_INODE,
	FIELD_FD,
	FIELD_SK_FAMILY,
	FIELD_SK_TYPE,
	FIELD_SK_PROTOCOL,
	FIELD_SK_PROT,
	FIELD_SK_STATE,
	FIELD_SK_RCVBUF,
	FIELD_SK_SNDBUF,
	FIELD_SK_REFCNT,
	FIELD_SK_NETNS,
	FIELD_SK_MARK,
	FIELD_SK_CGROUP,
	FIELD_SK_SOCKET,
	FIELD_SK_DESTRUCT,
	NR_STATE_FIELDS,
};
#define FIELD_BIT(field) (1U << (field))

#define STATE_VALUE_SIZE 128

/* What is shown for a pointer that is not NULL if its target has no name. */
#define STATE_UNKNOWN "?"

enum state_kind {
	KIND_NUMBER,
	KIND_SYMBOL,  /* a pointer to a kernel symbol */
	KIND_POINTER, /* a pointer to another object */
};

/* Return the name of the field in outputs: "state", "rcvbuf". */
const char *state_field__key(enum state_field field);

enum state_object state_field__object(enum state_field field);
enum state_kind state_field__kind(enum state_field field);
bool state_field__is_signed(enum state_field field);
bool state_field__is_pointer(enum state_field field);

/* Return the kind of object that a KIND_POINTER points to. */
enum state_object state_field__target(enum state_field field);

/* Return whether the snapshot has a value for the field. */
bool state_field__is_valid(enum state_field field, const struct wire_snapshot *snapshot);

bool state_field__is_same(enum state_field field, const struct wire_snapshot *a,
			  const struct wire_snapshot *b);

/* Return the value of the field. It is sign-extended if the field is signed. */
__u64 state_field__number(enum state_field field, const struct wire_snapshot *snapshot);

/*
 * Write the name of the number's meaning to name, which has STATE_VALUE_SIZE bytes, or "" if it has
 * none. Flags get the names that the running kernel gives them.
 */
void state_field__name_number(enum state_field field, const struct wire_snapshot *snapshot,
			      const struct socket_flags *flags, char *name);

#endif /* CREATION_STATE_FIELDS_H */
