/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Converts between numbers and names of address families, socket types, protocols, flags and
 * errors. The names are those of the system's headers. Parsing ignores case and the prefixes
 * AF_/PF_, SOCK_ and IPPROTO_.
 */
#ifndef NAMES_NAMES_H
#define NAMES_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* The size of a buffer for any name that the functions below write, with the terminating NUL. */
#define NAME_SIZE 64

/*
 * Write "AF_INET", or the number if it has no name, to name, which has NAME_SIZE bytes. Return
 * name.
 */
const char *name_of_family(int family, char *name);

/* The same for a type without flags: "SOCK_STREAM". */
const char *name_of_type(int type, char *name);

/*
 * The same for a protocol of that family: "IPPROTO_TCP", "NETLINK_ROUTE", "ETH_P_ALL" (in network
 * byte order). For AF_INET and AF_INET6, 0 is "IPPROTO_IP".
 */
const char *name_of_protocol(int family, int protocol, char *name);

/* The most bytes that the next three write to: the tables have that much room for each name. */
#define PUT_NAME_SIZE 26

/* These write no NUL, and follow the rules of text/put.h. They are kinds of text/fields.h. */
char *put_name_of_family(char *at, int family);
char *put_name_of_type(char *at, int type);
char *put_name_of_protocol(char *at, int family, int protocol);

#define SIZEOF_name_of_family	PUT_NAME_SIZE
#define SIZEOF_name_of_type	PUT_NAME_SIZE
#define SIZEOF_name_of_protocol PUT_NAME_SIZE

#define ERROR_NAME_SIZE 22 /* for any error's name, with the terminating NUL */

/* Return the name of a positive errno, such as "EMFILE", or NULL if it has none. */
const char *name_of_error(int error);

/*
 * Write the flags in a type argument or of accept4(), with separator (at most 3 bytes) between
 * them: "SOCK_CLOEXEC", "SOCK_NONBLOCK", and one hexadecimal number for all bits without a name.
 * Return where they end, which is at if no flag is set. This is a kind of text/fields.h.
 */
char *put_names_of_flags(char *at, unsigned int flags, const char *separator);

#define SIZEOF_names_of_flags (sizeof("SOCK_CLOEXEC...SOCK_NONBLOCK...0x12345678") - 1)

/*
 * Parse a name or a number (decimal, or hexadecimal with 0x). Return true and set *value on
 * success. A number must be in 0 .. INT_MAX. parse_protocol() takes names of IPPROTO_*, and, with
 * their prefix, those of NETLINK_*, ETH_P_* (value is in network byte order, as socket() expects
 * it) and all others that name_of_protocol() writes.
 */
bool parse_family(const char *text, int *value);
bool parse_type(const char *text, int *value);
bool parse_protocol(const char *text, int *value);

/*
 * Write up to three names that are most like text, as "AF_INET, AF_INET6", for an error message, or
 * "" if none is near. names has size bytes and is returned.
 */
const char *near_families(const char *text, char *names, size_t size);
const char *near_types(const char *text, char *names, size_t size);
const char *near_protocols(const char *text, char *names, size_t size);

#endif /* NAMES_NAMES_H */
