/* SPDX-License-Identifier: GPL-2.0 */
/* Explains why a creation failed: where the error arose, and what it means there. */
#ifndef CREATION_WHY_H
#define CREATION_WHY_H

#include "creation/tree.h"

#define WHY_REASON_SIZE 2048 /* more than any reason takes */

/*
 * Return the index of the span in which the creation's error arose: the innermost one that failed
 * with it. Return TREE_NO_SPAN if the creation did not fail or its return was not seen. If seccomp
 * refused the call, that is the span before which it did so.
 */
int why__span(const struct tree *tree);

/*
 * Write what the error means in that span, as a clause without a final stop: "raw sockets need
 * CAP_NET_RAW". It is ASCII except for names of modules, which may be any bytes. at has room for
 * WHY_REASON_SIZE. Return where the text ends: at itself if the spans don't tell the reason.
 */
char *why__put_reason(char *at, const struct tree *tree, int span);

#endif /* CREATION_WHY_H */
