/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules that a failed creation asked for have to do with its error. */
#ifndef CREATION_WHY_MODULES_H
#define CREATION_WHY_MODULES_H

#include "creation/tree.h"

/*
 * Return the index of the first module that the span requested and whose load was cut short: the
 * task was interrupted while it waited, or a signal ended modprobe. Return -1 if there is none.
 */
int why_modules__interrupted(const struct tree *tree, int span);

/*
 * Write "no module net-pf-40 was loaded: the task was interrupted while it waited for it". index is
 * what why_modules__interrupted() has returned. As why__put_reason().
 */
char *why_modules__put_interrupted(char *at, const struct tree *tree, int index);

/*
 * Write "; no module net-pf-2-proto-99-type-1, net-pf-2-proto-99 brought it" with the modules that
 * the span requested, and what that means for those for which modprobe ended without an error.
 * Modules that its caller requested did bring something: else it would not have been called.
 */
char *why_modules__put_missing(char *at, const struct tree *tree, int span);

#endif /* CREATION_WHY_MODULES_H */
