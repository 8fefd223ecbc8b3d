/* SPDX-License-Identifier: GPL-2.0 */
/* Which of some names a mistyped one was most likely meant to be, for error messages. */
#ifndef NAMES_NEAR_H
#define NAMES_NEAR_H

#include <stddef.h>

#define MAX_NEAR_NAMES 3

/* The nearest names so far, all equally near, in the order in which they came. Begins as zeroes. */
struct near_names {
	unsigned int nr;
	unsigned int edits; /* how many letters differ */
	const char *names[MAX_NEAR_NAMES];
};

/*
 * Adds shown, which is kept, if name is as near to text as those found so far, or in place of them
 * if it is nearer. Case does not matter. What text begins is near; what does not look like it is
 * not.
 */
void near__compare(struct near_names *near, const char *text, const char *name, const char *shown);

/* "AF_INET, AF_INET6"; empty where none is near. Returns names (size bytes). */
const char *near__join(const struct near_names *near, char *names, size_t size);

#endif /* NAMES_NEAR_H */
