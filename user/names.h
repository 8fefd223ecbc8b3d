/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of address families, socket types, protocols, flags and errors, both ways. Names are those
 * of the system's headers; parsing ignores case and the prefixes AF_/PF_, SOCK_, IPPROTO_.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Room for any name that the functions below make, terminating NUL included. */
#define NAME_SIZE 64

/* The bits of a type argument that are the type itself; the others are flags. */
#define TYPE_MASK 0xf

/* "AF_INET"; the number in decimal where there is no name. Returns name (NAME_SIZE bytes). */
const char *name_of_family(int family, char *name);

/* "SOCK_STREAM" of a type without flags; decimal where there is no name. */
const char *name_of_type(int type, char *name);

/* The protocol as its family understands it: "IPPROTO_TCP", "NETLINK_ROUTE", "ETH_P_ALL" (the
 * number is in network byte order there), else decimal. For AF_INET and AF_INET6 0 is "IPPROTO_IP".
 */
const char *name_of_protocol(int family, int protocol, char *name);

/* "EMFILE" of a positive errno; NULL where there is no name. Static string. */
const char *name_of_error(int error);

/*
 * Calls visit for each flag: "SOCK_CLOEXEC", "SOCK_NONBLOCK", and one hexadecimal number for bits
 * that have no name.
 */
void visit_flags(unsigned int flags, void (*visit)(const char *flag, void *context), void *context);

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

#endif /* NAMES_H */
