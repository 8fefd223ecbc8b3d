/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the names that a mistyped one was most likely meant to be, for error messages. */
#ifndef NAMES_NEAR_H
#define NAMES_NEAR_H

#include <stddef.h>

#define MAX_NEAR_NAMES 3

/*
 * The nearest names found so far, in the order in which they came. All have the same distance.
 * Begins as zeroes.
 */
struct near_names {
	unsigned int nr;
	unsigned int edits; /* the number of letters that differ */
	const char *names[MAX_NEAR_NAMES];
};

/*
 * Add shown, which is not copied, if name is as near to text as the names found so far. If it is
 * nearer, it replaces them. Case does not matter. A name that begins with text is near; one that is
 * not alike is ignored.
 */
void near__compare(struct near_names *near, const char *text, const char *name, const char *shown);

/*
 * Write "AF_INET, AF_INET6", or "" if no name is near, to names, which has size bytes. Return
 * names.
 */
const char *near__join(const struct near_names *near, char *names, size_t size);

#endif /* NAMES_NEAR_H */
