/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of address families, socket types, protocols, flags and errors, both ways. Names are those
 * of the system's headers; parsing ignores case and the prefixes AF_/PF_, SOCK_, IPPROTO_.
 */
#ifndef NAMES_NAMES_H
#define NAMES_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Room for any name that the functions below make, terminating NUL included. */
#define NAME_SIZE 64

/* "AF_INET"; the number in decimal where there is no name. Returns name (NAME_SIZE bytes). */
const char *name_of_family(int family, char *name);

/* "SOCK_STREAM" of a type without flags; decimal where there is no name. */
const char *name_of_type(int type, char *name);

/* The protocol as its family understands it: "IPPROTO_TCP", "NETLINK_ROUTE", "ETH_P_ALL" (the
 * number is in network byte order there), else decimal. For AF_INET and AF_INET6 0 is "IPPROTO_IP".
 */
const char *name_of_protocol(int family, int protocol, char *name);

/* The most bytes that the next three touch: the tables hold each name in so many. */
#define PUT_NAME_SIZE 26

/* The same without a NUL, as the functions of put.h, and kinds of fields.h. */
char *put_name_of_family(char *at, int family);
char *put_name_of_type(char *at, int type);
char *put_name_of_protocol(char *at, int family, int protocol);

#define SIZEOF_name_of_family	PUT_NAME_SIZE
#define SIZEOF_name_of_type	PUT_NAME_SIZE
#define SIZEOF_name_of_protocol PUT_NAME_SIZE

#define ERROR_NAME_SIZE 22 /* of any error's name, terminating NUL included */

/* "EMFILE" of a positive errno; NULL where there is no name. Static string. */
const char *name_of_error(int error);

/*
 * Writes the flags in a type argument, or of accept4(), with separator (at most 3 bytes) between
 * them: "SOCK_CLOEXEC", "SOCK_NONBLOCK", and one hexadecimal number for the bits that have no name.
 * A kind of fields.h. Returns where they end: at itself where there are none.
 */
char *put_names_of_flags(char *at, unsigned int flags, const char *separator);

#define SIZEOF_names_of_flags (sizeof("SOCK_CLOEXEC...SOCK_NONBLOCK...0x12345678") - 1)

/*
 * Parse a name or a number (decimal, or hexadecimal with 0x). True and *value on success. A number
 * must be in 0 .. INT_MAX. parse_protocol takes names of IPPROTO_*, and with their prefix those
 * of NETLINK_*, ETH_P_* (the value is in network byte order as socket() takes it) and all others
 * that name_of_protocol makes.
 */
bool parse_family(const char *text, int *value);
bool parse_type(const char *text, int *value);
bool parse_protocol(const char *text, int *value);

/*
 * Up to three names that look most like text, as "AF_INET, AF_INET6", for an error message; empty
 * where none is near. Returns names (size bytes).
 */
const char *near_families(const char *text, char *names, size_t size);
const char *near_types(const char *text, char *names, size_t size);
const char *near_protocols(const char *text, char *names, size_t size);

#endif /* NAMES_NAMES_H */
