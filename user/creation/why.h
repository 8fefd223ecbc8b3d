/* SPDX-License-Identifier: GPL-2.0 */
/* Why a creation failed: where the error arose, and what it means there. */
#ifndef CREATION_WHY_H
#define CREATION_WHY_H

#include "creation/tree.h"

#define WHY_REASON_SIZE 1024 /* more than any reason has */

/*
 * The index of the span in which the creation's error arose: the innermost one that failed with it.
 * TREE_NO_SPAN if the creation did not fail or its return was not seen.
 */
int why__span(const struct tree *tree);

/*
 * Writes what the error means in that span, as a clause without a final stop: "raw sockets need
 * CAP_NET_RAW". ASCII but for the names of modules, which are any bytes. at has room for
 * WHY_REASON_SIZE. Returns where it ends: at itself where the spans don't tell.
 */
char *why__put_reason(char *at, const struct tree *tree, int span);

#endif /* CREATION_WHY_H */
