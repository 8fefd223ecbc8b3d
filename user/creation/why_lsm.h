/* SPDX-License-Identifier: GPL-2.0 */
/* Which security modules (LSM) can have refused a creation. */
#ifndef CREATION_WHY_LSM_H
#define CREATION_WHY_LSM_H

#include "creation/tree.h"

/*
 * Write ": apparmor or bpf; …" with those of the active modules that can have refused in the span,
 * and where to look for more. That is one module if the span is the hook of one. Those whose hook
 * was seen to agree, as a child of the span, are left out. Nothing is written if it is not known
 * which modules are active, nor if none of them can have refused. Return where the text ends, at
 * most 1,024 bytes behind at.
 */
char *why_lsm__put_suspects(char *at, const struct tree *tree, int span);

#endif /* CREATION_WHY_LSM_H */
